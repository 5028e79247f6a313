# SPDX-License-Identifier: Apache-2.0
"""A session's folder: who may write to it, what it has, what is added."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import msgspec

from tvm_tiny.errors import Problem, TvmTinyError, UsageError
from tvm_tiny.files.reading import UnreadableError, read_bounded, read_json
from tvm_tiny.files.writing import is_leftover, replace_file, reported
from tvm_tiny.tuning.database import (
    PROVENANCE,
    RECORDS_LIMIT_BYTES,
    Provenance,
    read_provenance,
    refuse_other,
    unreadable,
)
from tvm_tiny.tuning.journal import Journal, sources_digest

log = logging.getLogger(__name__)

SESSION = "session.json"


class SessionInfo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The last session of a folder.

    Attributes:
        model: SHA-256.
        name: of the model.
        trials: asked for.
        seed: of the search.
        cost_model: of the search.
        sources: digest of the kernels that were tried.
        done: it came to its end.
    """

    model: str
    name: str
    trials: int
    seed: int
    cost_model: str
    sources: str
    done: bool = False


class Store:
    """A folder with MetaSchedule's database, the journal and what they are about."""

    def __init__(self, folder: Path, provenance: Provenance) -> None:
        """Open or make it.

        Raises:
            UsageError: TT6101, it is for another target or compiler; TT6102 it cannot be read.
        """
        self.folder, self.provenance = folder, provenance
        try:
            folder.mkdir(parents=True, exist_ok=True)
            have = read_provenance(folder)
            if have is None:
                if not all(is_leftover(path) for path in folder.iterdir()):
                    raise unreadable(folder, f"files, but no {PROVENANCE}")
                _write(folder / PROVENANCE, provenance)
            else:
                refuse_other(str(folder), have, provenance)
                if have.runner != provenance.runner:
                    what = f"measured on: {have.runner}, now {provenance.runner}"
                    problem = Problem(what, where=str(folder), do="use another folder")
                    raise UsageError("figures of two machines do not mix", (problem,), "TT6101")
            self.journal = Journal(folder)
        except OSError as err:
            raise unreadable(folder, str(err)) from err
        self._database: Any = None
        self._have: set[tuple[str, str]] = set()

    def last_session(self) -> SessionInfo | None:
        """What was last done here."""
        path = self.folder / SESSION
        if not path.exists():
            return None
        try:
            return read_json(path, SessionInfo)
        except UnreadableError as err:
            raise unreadable(path, str(err)) from err

    def begin(self, info: SessionInfo, resume: bool) -> None:
        """Note what is being done.

        Raises:
            UsageError: TT6103, an unfinished session would be lost, or another is to be resumed.
            TT6101: figures of other kernels are in the folder.
        """
        last, where = self.last_session(), str(self.folder)
        if last is not None and last.sources != info.sources:
            do = "use another folder, or remove this one"
            problem = Problem("tuned with other versions of the kernels", where=where, do=do)
            raise UsageError("the tuning database is for something else", (problem,), "TT6101")
        if last is not None and not last.done and not resume:
            what = f"an unfinished session on '{last.name}' ({len(self.journal)} trials are done)"
            problem = Problem(
                what,
                where=where,
                do="continue it (--resume, in Python resume=True), or use another folder",
            )
            raise UsageError("a session was interrupted here", (problem,), "TT6103")
        if resume and last is not None and last.model != info.model:
            what = f"the session is on '{last.name}', not on '{info.name}'"
            problem = Problem(what, where=where, do="resume with the same model")
            raise UsageError("cannot resume", (problem,), "TT6103")
        _write(self.folder / SESSION, info)

    def add(self, search: Any, index: int, schedule: Any, workload: str, cycles: int) -> None:
        """Add a record to MetaSchedule's database, once."""
        from tvm_tiny.tuning.space import choice_of

        database = self._open() if self._database is None else self._database
        key = workload, str(choice_of(schedule.mod)[0])
        if key not in self._have:
            self._have.add(key)
            database.commit_tuning_record(search.record(index, schedule, cycles, database))

    def _open(self) -> Any:
        """MetaSchedule's database; UsageError TT6102 if its files are damaged."""
        try:
            return self._read()
        except TvmTinyError:
            raise
        except Exception as err:  # MetaSchedule raises whatever it stumbles over
            log.debug("MetaSchedule cannot read its database", exc_info=True)
            lines = str(err).strip().splitlines() or [type(err).__name__]
            raise unreadable(self.folder, lines[-1][:300]) from err

    def _read(self) -> Any:
        from tvm_tiny.tuning.metaschedule import json_database
        from tvm_tiny.tuning.space import choice_of
        from tvm_tiny.tuning.workloads import workload_key

        _cut_broken_line(self.folder)
        database = json_database(self.folder)
        for record in database.get_all_tuning_records():
            choice, module = choice_of(record.as_measure_candidate().sch.mod)
            self._have.add((workload_key(module), str(choice)))
        self._database = database
        return database

    def end(self, info: SessionInfo) -> None:
        """Note that it is done."""
        _write(self.folder / SESSION, msgspec.structs.replace(info, done=True))


def session_info(model: str, name: str, trials: int, seed: int, cost_model: str) -> SessionInfo:
    """Of a session with the kernels of now."""
    return SessionInfo(model, name, trials, seed, cost_model, sources_digest())


def _cut_broken_line(folder: Path) -> None:
    """A crash may have cut the last line of MetaSchedule's files; it reads whole ones only."""
    for path in folder.glob("database_*.json"):
        data = read_bounded(path, RECORDS_LIMIT_BYTES)
        if data and not data.endswith(b"\n"):
            with reported(path, "cannot write the tuning database"):
                replace_file(path, data[: data.rfind(b"\n") + 1])


def _write(path: Path, value: msgspec.Struct) -> None:
    with reported(path, "cannot write the tuning database"):
        replace_file(path, msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n")

# SPDX-License-Identifier: Apache-2.0
"""Tuning databases: what was chosen for which row kernel, and where it may be used.

A session writes a folder: MetaSchedule's JSON database, ``provenance.json`` (target, compiler, ...:
figures of another one mean nothing here), ``session.json`` and ``trials.jsonl``. What ships with
the package is one small file with the best choices of such a folder.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from tvm_tiny import _tvm
from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.files.reading import UnreadableError, read_json
from tvm_tiny.files.writing import write_file
from tvm_tiny.graph import Node
from tvm_tiny.schedules.rule import Declined, Scheduled
from tvm_tiny.targets import Core
from tvm_tiny.toolchain.build import CompilerKind, find_compiler
from tvm_tiny.tuning.space import SPACE_VERSION, Choice, choice_of, realise
from tvm_tiny.tuning.workloads import workload, workload_key

PROVENANCE = "provenance.json"
FORMAT = 1
RECORDS_LIMIT_BYTES = 1 << 28
"""Of a file of records."""
OFF = "none"
"""``database=OFF``: the rules' own choices."""

_SHIPPED = Path(__file__).parent / "shipped"


class Provenance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the figures of a database are about.

    Attributes:
        target: core.
        compiler: name and version.
        opt: its optimisation flag.
        runner: ``simulator``, ``qemu`` or ``board``.
        tvm: version; structural hashes hold for one.
        space: ``SPACE_VERSION``.
        format: of the files.
    """

    target: str
    compiler: str
    opt: str
    runner: str = "simulator"
    tvm: str = _tvm.VERSION
    space: int = SPACE_VERSION
    format: int = FORMAT


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The best choice for a row kernel.

    Attributes:
        workload: structural hash, hexadecimal.
        op: the operator, for readers.
        rule: name of the rule.
        knobs: its values.
        cycles: of the layer it was tuned on.
        default_cycles: of the rules' own choice there; 0 if unknown.
    """

    workload: str
    op: str
    rule: str
    knobs: dict[str, int]
    cycles: int
    default_cycles: int = 0

    @property
    def choice(self) -> Choice:
        """As the rules take it."""
        return Choice(self.rule, tuple(sorted(self.knobs.items())))


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    provenance: Provenance
    entries: list[Entry]


@dataclass(frozen=True)
class Database:
    """Choices for one target and compiler.

    Attributes:
        source: where it came from.
        provenance: what it is about.
        entries: by workload.
    """

    source: str
    provenance: Provenance
    entries: Mapping[str, Entry] = field(repr=False)

    def schedule(self, node: Node, core: Core) -> Scheduled | Declined | None:
        """The tuned kernel of a node; declined where the rules of today do; None: not tuned."""
        if node.op not in {entry.op for entry in self.entries.values()}:
            return None
        entry = self.entries.get(workload_key(workload(node)))
        return None if entry is None else realise(entry.choice, node, core)

    def save(self, path: Path) -> None:
        """Write as one file."""
        entries = sorted(self.entries.values(), key=lambda e: (e.op, e.workload))
        data = msgspec.json.encode(_File(self.provenance, entries))
        write_file(path, msgspec.json.format(data, indent=1) + b"\n")


def provenance_now(
    target: str, compiler: CompilerKind, opt: str, runner: str = "simulator"
) -> Provenance:
    """Of a build or session on this machine; the compiler must be installed."""
    return Provenance(target, find_compiler(compiler, "cortex-m").version, opt, runner)


def differences(have: Provenance, want: Provenance) -> list[str]:
    """What keeps a database of ``have`` from being used for ``want``; the runner does not."""
    names = ("target", "compiler", "opt", "tvm", "space", "format")
    pairs = ((n, getattr(have, n), getattr(want, n)) for n in names)
    return [f"{name}: tuned for {a}, used for {b}" for name, a, b in pairs if a != b]


def refuse_other(source: str, have: Provenance, want: Provenance) -> None:
    """Raise TT6101 for a database of something else."""
    found = differences(have, want)
    if found:
        do = "tune for this target and compiler, or use another database"
        problems = tuple(Problem(text, where=source, do=do) for text in found)
        raise UsageError("the tuning database is for something else", problems, "TT6101")


def load_database(path: Path, want: Provenance | None = None) -> Database:
    """Read a database: the folder of a session, or one file.

    Args:
        path: where it is.
        want: refuse a database of another target or compiler.

    Raises:
        UsageError: TT6101 of another target or compiler, TT6102 not a database.
    """
    provenance, entries = (_read_folder if os.path.isdir(path) else _read_file)(path)
    if want is not None:
        refuse_other(str(path), provenance, want)
    return Database(str(path), provenance, {entry.workload: entry for entry in entries()})


def read_provenance(folder: Path) -> Provenance | None:
    """Of a folder; None if it has none.

    Raises:
        UsageError: TT6102, the file is damaged.
    """
    path = folder / PROVENANCE
    if not os.path.exists(path):
        return None
    try:
        return read_json(path, Provenance)
    except UnreadableError as err:
        raise unreadable(path, str(err)) from err


def unreadable(path: Path, why: str) -> UsageError:
    """TT6102."""
    problem = Problem(why, where=str(path), do="give a folder or file that 'tvm-tiny tune' wrote")
    return UsageError("cannot read the tuning database", (problem,), "TT6102")


Entries = Callable[[], Iterable[Entry]]
"""Read when the provenance is found to fit."""


def _read_file(path: Path) -> tuple[Provenance, Entries]:
    try:
        found = read_json(path, _File)
    except UnreadableError as err:
        raise unreadable(path, str(err)) from err
    return found.provenance, lambda: found.entries


def _read_folder(path: Path) -> tuple[Provenance, Entries]:
    provenance = read_provenance(path)
    if provenance is None:
        raise unreadable(path, f"no {PROVENANCE} in it")
    return provenance, lambda: _best_records(path)


def _best_records(folder: Path) -> Iterable[Entry]:
    """The best record of every workload of MetaSchedule's database."""
    from tvm_tiny.tuning.metaschedule import json_database

    best: dict[str, Entry] = {}
    try:
        records: Sequence[Any] = json_database(folder).get_all_tuning_records()
        for record in records:
            choice, module = choice_of(record.as_measure_candidate().sch.mod)
            key, cycles = workload_key(module), round(float(record.run_secs[0]) * 1e6)
            if key not in best or cycles < best[key].cycles:
                op = str(module["main"].attrs["tvm_tiny.op"])
                best[key] = Entry(key, op, choice.rule, dict(choice.knobs), cycles)
    except Exception as err:  # TVM raises whatever its parser meets
        raise unreadable(folder, str(err).strip().splitlines()[-1]) from err
    return best.values()


def shipped_database(target: str) -> Path | None:
    """The file that ships for a core, if any."""
    path = _SHIPPED / f"{target}.json"
    return path if path.exists() else None


def database_for_build(
    database: str | Path | None, target: str, compiler: CompilerKind, opt: str, optimize: str
) -> tuple[Database | None, tuple[str, ...]]:
    """The database that a build uses, and notes for its report.

    Args:
        database: given by the user; ``"none"`` for none; None: the shipped one if it fits.
        target: core.
        compiler: of the build.
        opt: its flag.
        optimize: databases are tuned for speed: ``speed`` and ``balanced`` use them.

    Raises:
        UsageError: TT6101, TT6102 for a database that was given.
    """
    if database == OFF:
        return None, ()
    if optimize not in ("speed", "balanced"):
        note = f"tuning database not used: it is for speed, not {optimize}"
        return None, (note,) if database is not None else ()
    if database is not None:
        want = provenance_now(target, compiler, opt)
        return load_database(Path(database), want), ()
    path = shipped_database(target)
    return (None, ()) if path is None else _shipped_if_fits(path, target, compiler, opt)


def _shipped_if_fits(
    path: Path, target: str, compiler: CompilerKind, opt: str
) -> tuple[Database | None, tuple[str, ...]]:
    from tvm_tiny.errors import ToolchainError

    found = load_database(path)
    try:
        want = provenance_now(target, compiler, opt)
    except ToolchainError:
        return found, ()  # no compiler here: the one it was tuned with is the likeliest
    other = differences(found.provenance, want)
    if other:
        return None, (f"shipped tuning database not used: {'; '.join(other)}",)
    return found, ()

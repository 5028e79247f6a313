# SPDX-License-Identifier: Apache-2.0
"""Every finished trial, one line each, written at once: what a resumed session need not repeat.

A session is a function of its seed and of what trials give. Resumed, it runs again from the start
and takes finished trials from here, so that it ends as if it had never been stopped.
"""

from __future__ import annotations

import hashlib
import zlib
from functools import cache
from pathlib import Path

import msgspec

import tvm_tiny
from tvm_tiny.files.reading import UnreadableError, decode_json, read_bounded
from tvm_tiny.files.writing import append, reported
from tvm_tiny.tuning.database import RECORDS_LIMIT_BYTES, Provenance, unreadable
from tvm_tiny.tuning.programs import Outcome
from tvm_tiny.tuning.space import Choice
from tvm_tiny.tuning.workloads import Task

TRIALS = "trials.jsonl"
_SUFFIXES = (".py", ".h", ".c", ".toml", ".j2", ".jinja")
_PARTS = ("emit", "operators", "schedules", "crt_project", "simulator", "targets", "passes")


class TrialLine(msgspec.Struct, frozen=True):
    """A trial: what it was, what it gave; ``check`` is set by the journal."""

    key: str
    layer: str
    choice: str
    outcome: Outcome
    check: str = ""


@cache
def sources_digest() -> str:
    """SHA-256 of everything that decides what a choice compiles to and how it is measured."""
    import importlib

    state = hashlib.sha256()
    for part in _PARTS:
        (folder, *_) = importlib.import_module(f"{tvm_tiny.__name__}.{part}").__path__
        for path in sorted(Path(folder).rglob("*")):
            # a kernel alone has one plan, whatever it is estimated to cost
            if path.suffix in _SUFFIXES and path.parent.name != "estimates":
                state.update(path.name.encode() + b"\0" + path.read_bytes())
    return state.hexdigest()


def trial_key(task: Task, choice: Choice, provenance: Provenance) -> str:
    """A trial's identity: node, choice, target, compiler, sources."""
    parts = (task.digest, str(choice), sources_digest())
    state = hashlib.sha256("\n".join(parts).encode())
    state.update(msgspec.json.encode(provenance))
    return state.hexdigest()[:32]


class Journal:
    """Trials of a folder."""

    def __init__(self, folder: Path) -> None:
        """Read what is there; lines that are cut off or damaged are passed over: tried again."""
        self._path = folder / TRIALS
        self._known: dict[str, Outcome] = {}
        self._torn = False
        if self._path.exists():
            try:
                data = read_bounded(self._path, RECORDS_LIMIT_BYTES)
            except UnreadableError as err:
                raise unreadable(self._path, str(err)) from err
            for text in data.splitlines():
                try:
                    line = decode_json(text, TrialLine)
                except UnreadableError:
                    continue
                if line.check == _check(line):
                    self._known[line.key] = line.outcome
            if data and not data.endswith(b"\n"):
                self._write(b"\n")

    def __len__(self) -> int:
        """How many trials are known."""
        return len(self._known)

    def find(self, key: str) -> Outcome | None:
        """What a trial gave, if it was done."""
        return self._known.get(key)

    def add(self, line: TrialLine) -> None:
        """Remember a trial, on disk before this returns."""
        self._known[line.key] = line.outcome
        checked = msgspec.structs.replace(line, check=_check(line))
        self._write(msgspec.json.encode(checked) + b"\n")

    def _write(self, data: bytes) -> None:
        whole = b"\n" + data if self._torn else data  # a failed write may have left half a line
        self._torn = True
        with reported(self._path, "cannot write the tuning journal"):
            append(self._path, whole)
        self._torn = False


def _check(line: TrialLine) -> str:
    """CRC-32 of a line's other fields: a changed digit must not become a figure."""
    data = msgspec.json.encode(msgspec.structs.replace(line, check=""))
    return f"{zlib.crc32(data):08x}"

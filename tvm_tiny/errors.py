# SPDX-License-Identifier: Apache-2.0
"""Errors as values: what is wrong, where, why, and what to do about it.

Every error has a stable code (``TT1203``). The first digit after ``TT`` is the class and decides
the exit code of the command line: 1 the model, 2 it does not fit, 3 results differ, 4 tool chain,
5 device, 6 usage, 7 a condition of --fail-if, 9 internal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Final

LONGEST_NAME: Final = 60
MOST_ENTRIES: Final = 20
_QUOTED: Final = re.compile(r"'([^'\n]*)'")
_TURNING: Final = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
"""Unicode's controls of direction."""
_SHOWN: Final = {
    **{code: 0x2400 + code for code in range(32) if chr(code) not in "\t\n"},
    **dict.fromkeys((*range(ord("\x7f"), ord("\xa0")), *_TURNING), ord("\ufffd")),
}


class ExitCode(IntEnum):
    """Exit codes of ``tvm-tiny``."""

    OK = 0
    INTERNAL = 1
    USAGE = 2
    UNSUPPORTED = 3
    DOES_NOT_FIT = 4
    MISMATCH = 5
    TOOLCHAIN = 6
    DEVICE = 7
    GATE = 8


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong.

    Attributes:
        what: the fault in a few words, with the number and the limit where there are any.
        where: the layer as the model names it (``layer 14 'block3/pad' PAD``), or the file.
        why: the reason or the constraint that is not met.
        do: what the user can do about it.
    """

    what: str
    where: str = ""
    why: str = ""
    do: str = ""

    def __str__(self) -> str:
        """Render as one indented paragraph."""
        lines = [f"  {self.where}  {self.what}" if self.where else f"  {self.what}"]
        if self.why:
            lines.append(f"      why: {self.why}")
        if self.do:
            lines.append(f"      do: {self.do}")
        return "\n".join(lines)


@dataclass
class _Entry:
    """Problems that differ in the layer only."""

    first: Problem
    count: int = 1


def shortened(text: str) -> str:
    """Quoted names of more than ``LONGEST_NAME`` characters with their middle left out."""

    def short(match: re.Match[str]) -> str:
        name = match.group(1)
        if len(name) <= LONGEST_NAME:
            return match.group(0)
        half = (LONGEST_NAME - 3) // 2
        return f"'{name[:half]}...{name[-half:]}'"

    return _QUOTED.sub(short, text)


def printable(text: str) -> str:
    """Text for a terminal: what would command it, or turn the writing round, is shown instead.

    Names come from files of others; a model's layer could else set the clipboard or hide a line.
    """
    return text.translate(_SHOWN)


def gathered(problems: Sequence[Problem]) -> Iterator[Problem]:
    """One problem for all that say the same of layers of one operator, each cure once.

    At most ``MOST_ENTRIES`` and a line that counts the rest.
    """
    entries: dict[tuple[str, ...], _Entry] = {}
    for problem in problems:
        operator = problem.where.rpartition("'")[2].strip()
        key = (_QUOTED.sub("''", problem.what), operator, problem.why, problem.do)
        entry = entries.setdefault(key, _Entry(problem, 0))
        entry.count += 1
    cures: set[str] = set()
    for entry in list(entries.values())[:MOST_ENTRIES]:
        where = entry.first.where
        if entry.count > 1:
            where = f"{where} and {entry.count - 1} more".strip()
        do = "" if entry.first.do in cures else entry.first.do
        cures.add(entry.first.do)
        parts = (shortened(t) for t in (entry.first.what, where, entry.first.why))
        what, place, why = parts
        yield replace(entry.first, what=what, where=place, why=why, do=do)
    left = sum(e.count for e in list(entries.values())[MOST_ENTRIES:])
    if left:
        yield Problem(f"and {left} more problems")


@dataclass
class TvmTinyError(Exception):
    """Base of all errors that tvm_tiny raises on purpose.

    Attributes:
        message: one line.
        problems: every problem found, not just the first.
        code: stable code, looked up by ``tvm-tiny explain``.
    """

    message: str
    problems: tuple[Problem, ...] = field(default_factory=tuple)
    code: str = "TT9000"
    exit_code: ExitCode = ExitCode.INTERNAL

    def __str__(self) -> str:
        """Render as the command line prints it: problems that say one thing are one entry."""
        head = f"error[{self.code}]: {shortened(self.message)}"
        return printable("\n".join([head, *map(str, gathered(self.problems))]))

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        """Errors cross process borders (test pools, tuning workers)."""
        return type(self), (self.message, self.problems, self.code, self.exit_code)


@dataclass
class ModelError(TvmTinyError):
    """The file is not a readable model (corrupt, truncated, wrong format, not a module)."""

    code: str = "TT1001"
    exit_code: ExitCode = ExitCode.UNSUPPORTED

    __str__ = TvmTinyError.__str__


@dataclass
class UnsupportedError(TvmTinyError):
    """The model is well-formed but uses what cannot be compiled."""

    code: str = "TT1203"
    exit_code: ExitCode = ExitCode.UNSUPPORTED

    __str__ = TvmTinyError.__str__


@dataclass
class DoesNotFitError(TvmTinyError):
    """No plan meets the memory limit."""

    code: str = "TT2101"
    exit_code: ExitCode = ExitCode.DOES_NOT_FIT

    __str__ = TvmTinyError.__str__


@dataclass
class MismatchError(TvmTinyError):
    """Compiled code and reference disagree."""

    code: str = "TT3001"
    exit_code: ExitCode = ExitCode.MISMATCH

    __str__ = TvmTinyError.__str__


@dataclass
class ToolchainError(TvmTinyError):
    """A compiler, linker or optional package is missing or failed."""

    code: str = "TT4001"
    exit_code: ExitCode = ExitCode.TOOLCHAIN

    __str__ = TvmTinyError.__str__


@dataclass
class DeviceError(TvmTinyError):
    """The simulated or real device faulted, hung or could not be reached."""

    code: str = "TT5001"
    exit_code: ExitCode = ExitCode.DEVICE

    __str__ = TvmTinyError.__str__


@dataclass
class UsageError(TvmTinyError):
    """An argument is wrong: unknown target, wrong input shape or type, bad option."""

    code: str = "TT6001"
    exit_code: ExitCode = ExitCode.USAGE

    __str__ = TvmTinyError.__str__


@dataclass
class GateError(TvmTinyError):
    """A condition that was to fail the run (``--fail-if``) is met."""

    code: str = "TT7001"
    exit_code: ExitCode = ExitCode.GATE

    __str__ = TvmTinyError.__str__

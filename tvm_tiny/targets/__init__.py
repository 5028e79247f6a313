# SPDX-License-Identifier: Apache-2.0
"""Cores as data: read from ``cores.toml``."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

from tvm_tiny.errors import Problem, UsageError

_CORES = Path(__file__).with_name("cores.toml")


class Core(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A processor core. The fields are explained at the top of ``cores.toml``."""

    name: str
    architecture: str
    dsp: bool
    fpu: Literal["none", "single", "double"]
    unaligned_access: bool
    issue_width: int
    gcc_flags: tuple[str, ...]
    zig_flags: tuple[str, ...]
    unicorn_model: str


@functools.cache
def _table() -> Mapping[str, Core]:
    raw = msgspec.toml.decode(_CORES.read_bytes(), type=dict[str, dict[str, object]])
    return {name: msgspec.convert({"name": name, **row}, Core) for name, row in raw.items()}


def cores() -> tuple[Core, ...]:
    """All known cores, in the order of the data file."""
    return tuple(_table().values())


def load_core(name: str) -> Core:
    """The core called ``name``, for instance ``cortex-m7``.

    Raises:
        UsageError: TT6002, unknown name; the nearest names are offered.
    """
    table = _table()
    if name in table:
        return table[name]
    near = difflib.get_close_matches(name, table, n=3, cutoff=0.5)
    do = f"did you mean {' or '.join(near)}?" if near else f"one of: {', '.join(table)}"
    problem = Problem(what="unknown core", where=name, do=do)
    raise UsageError(f"unknown core '{name}'", (problem,), code="TT6002")

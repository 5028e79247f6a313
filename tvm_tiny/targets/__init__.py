# SPDX-License-Identifier: Apache-2.0
"""Cores as data: one TOML file each, in this folder."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.targets.timing_cortex_m7 import CORTEX_M7, Timing
from tvm_tiny.targets.timing_single_issue import SingleIssueTiming

_FOLDER = Path(__file__).parent
_ORDER = ("cortex-m0plus", "cortex-m3", "cortex-m4", "cortex-m7", "cortex-m33")
_DUAL_ISSUE = {"cortex-m7": CORTEX_M7}


class Core(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A processor core: what its instruction set has and what the compilers call it.

    Attributes:
        name: for instance ``cortex-m7``; the file's name.
        architecture: Arm's name of it.
        dsp: SMLAD, SXTB16 and the other SIMD-in-a-word instructions (Armv7E-M, Armv8-M DSP).
        fpu: none, single or double.
        unaligned_access: LDR, STR, LDRH and STRH take any address (LDRD and LDM never do).
        issue_width: instructions started a cycle, at most.
        gcc_flags: for ``arm-none-eabi-gcc``.
        zig_flags: for ``zig cc`` (clang); zig leaves the FPU out unless it is named.
        unicorn_model: name of the CPU model in unicorn (``UC_CPU_ARM_<name>``).
        timing: of a core that issues one instruction a cycle; None where Python code has it.
    """

    name: str
    architecture: str
    dsp: bool
    fpu: Literal["none", "single", "double"]
    unaligned_access: bool
    issue_width: int
    gcc_flags: tuple[str, ...]
    zig_flags: tuple[str, ...]
    unicorn_model: str
    timing: SingleIssueTiming | None = None

    @property
    def timing_note(self) -> str:
        """What a reader of modelled cycles must know about them; "" for nothing."""
        if self.timing is None:
            return ""
        return f"cycles of {self.name}: one instruction at a time, {self.timing.source}"


@functools.cache
def _table() -> Mapping[str, Core]:
    found: dict[str, Core] = {}
    for path in _FOLDER.glob("*.toml"):
        raw = msgspec.toml.decode(path.read_bytes(), type=dict[str, object])
        found[path.stem] = msgspec.convert({"name": path.stem, **raw}, Core)
    rest = sorted(found.keys() - set(_ORDER))
    return {name: found[name] for name in (*_ORDER, *rest)}


def cores() -> tuple[Core, ...]:
    """All known cores, small ones first."""
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


def timing_of(core: Core) -> Timing | SingleIssueTiming:
    """The timing model's figures for a core."""
    return core.timing or _DUAL_ISSUE[core.name]

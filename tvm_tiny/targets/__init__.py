# SPDX-License-Identifier: Apache-2.0
"""Cores as data: one TOML file each, in this folder, in another package or of the user's own."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

from tvm_tiny import plugins
from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.files.reading import UnreadableError, decode_toml, read_bounded
from tvm_tiny.targets.pipeline_model import DualIssueFigures, SingleIssueTiming, Timing

_FOLDER = Path(__file__).parent
_FILE_LIMIT_BYTES = 1 << 16
_LAST = 1000


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
        qemu_machine: QEMU's machine that runs its code; ``crt_project/ports`` has a folder of it.
        mve: vector extension (Helium): none, integer or float.
        fallback: core whose estimates stand in where this one has none of its own; "": none.
        rank: place in lists, small cores first.
        timing: of a core that issues one instruction a cycle.
        dual_issue: of one that issues two.
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
    qemu_machine: str = "mps2-an500"
    mve: Literal["none", "integer", "float"] = "none"
    fallback: str = ""
    rank: int = _LAST
    timing: SingleIssueTiming | None = None
    dual_issue: DualIssueFigures | None = None

    @property
    def timing_note(self) -> str:
        """What a reader of modelled cycles must know about them; "" for nothing."""
        if self.timing is None:
            return ""
        return f"cycles of {self.name}: one instruction at a time, {self.timing.source}"


_added: dict[str, Core] = {}
"""Cores of the user's own files, by name."""


def read_core(path: Path) -> Core:
    """A core from its TOML file; it is called like the file.

    Raises:
        UsageError: TT6020, the file cannot be read or is no core, with every fault found.
    """
    try:
        raw = decode_toml(read_bounded(path, _FILE_LIMIT_BYTES))
        core = msgspec.convert({"name": path.stem, **raw}, Core)
        faults = _faults(core)
    except (UnreadableError, msgspec.MsgspecError, RecursionError) as error:
        faults = [str(error)]
        core = None
    if core is None or faults:
        do = "docs/extending.md describes the file; tvm_tiny/targets/*.toml are examples"
        problems = tuple(Problem(fault, where=str(path), do=do) for fault in faults)
        raise UsageError("the core's description cannot be used", problems, "TT6020")
    return core


def _faults(core: Core) -> list[str]:
    """What is wrong with a file of the right form."""
    faults: list[str] = []
    if not core.name.replace("-", "").isalnum() or core.name != core.name.lower():
        faults.append(f"name '{core.name}': small letters, digits and '-' only")
    if (core.timing is None) == (core.dual_issue is None):
        faults.append("one of [timing] and [dual_issue] must be there")
    if core.dual_issue is not None:
        try:
            core.dual_issue.timing()
        except (ValueError, msgspec.ValidationError) as error:
            faults.append(f"dual_issue: {error}")
    for flag in (*core.gcc_flags, *core.zig_flags):
        if not flag.isprintable() or " " in flag or not flag:
            faults.append(f"flag '{flag}': one argument without blanks")
    return faults


@functools.cache
def own_cores() -> tuple[Core, ...]:
    """The cores that come with the package, small ones first."""
    return tuple(sorted(map(read_core, _FOLDER.glob("*.toml")), key=lambda c: (c.rank, c.name)))


@functools.cache
def _shipped() -> Mapping[str, Core]:
    """Ours, and those that installed packages name (paths of TOML files)."""
    others = plugins.objects("cores", lambda path: read_core(Path(path)))
    everyone = {core.name: core for core in [*others, *own_cores()]}
    return dict(sorted(everyone.items(), key=lambda item: (item[1].rank, item[0])))


def add_core(path: str | Path) -> Core:
    """Make a core known by its name, from its TOML file.

    Raises:
        UsageError: TT6020, the file cannot be used, or another core is called so.
    """
    core = read_core(Path(path))
    known = _shipped().get(core.name) or _added.get(core.name)
    if known is not None and known != core:
        problem = Problem(f"another core is called '{core.name}'", str(path), do="rename the file")
        raise UsageError("the core's name is taken", (problem,), "TT6020")
    if known is None:
        _added[core.name] = core
    return core


def cores() -> tuple[Core, ...]:
    """All known cores, small ones first."""
    return (*_shipped().values(), *_added.values())


def load_core(name: str) -> Core:
    """The core called ``name``, for instance ``cortex-m7``; or of a file ``my-core.toml``.

    Raises:
        UsageError: TT6002, unknown name; the nearest names are offered. TT6020, a wrong file.
    """
    name = str(name)  # a Path of a file is as good
    if name.endswith(".toml"):
        return add_core(name)
    table = {core.name: core for core in cores()}
    if name in table:
        return table[name]
    near = difflib.get_close_matches(name, table, n=3, cutoff=0.5)
    do = f"did you mean {' or '.join(near)}?" if near else f"one of: {', '.join(table)}"
    problem = Problem(what="unknown core", where=name, do=f"{do} Or give the path of a .toml file.")
    raise UsageError(f"unknown core '{name}'", (problem,), code="TT6002")


@functools.cache
def timing_of(core: Core) -> Timing | SingleIssueTiming:
    """The timing model's figures for a core."""
    if core.timing is not None:
        return core.timing
    assert core.dual_issue is not None
    return core.dual_issue.timing()


@functools.cache
def decoding_timing() -> Timing:
    """Figures of a dual-issue core for whoever decodes: what instructions do is the same on all."""
    timing = timing_of(next(core for core in own_cores() if core.dual_issue))
    assert isinstance(timing, Timing)
    return timing

# SPDX-License-Identifier: Apache-2.0
"""A project's firmware for a board: what it needs, linking it, and whether it fits."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from elftools.elf.elffile import ELFFile  # pyright: ignore[reportMissingTypeStubs]

from tvm_tiny.boards.clocks import uart_at
from tvm_tiny.boards.data import FOLDER, Board
from tvm_tiny.boards.hot import hot_functions
from tvm_tiny.boards.placing import (
    HotConstant,
    HotFunction,
    Needs,
    RegionPlacement,
    has_room,
    place,
)
from tvm_tiny.boards.regions import Region, parts_of
from tvm_tiny.boards.rendering import board_files
from tvm_tiny.device.board import QEMU_BOARD
from tvm_tiny.device.uarts import uart_source
from tvm_tiny.errors import DoesNotFitError, Problem, ToolchainError, UsageError
from tvm_tiny.project_spec import ProjectSpec
from tvm_tiny.report.model import Report
from tvm_tiny.toolchain.build import Compiler, build_elf, build_program, find_compiler
from tvm_tiny.toolchain.elf import elf_symbols
from tvm_tiny.toolchain.programs import DEVICE_SOURCES

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_STACK_BYTES = 2048
"""For the firmware's main and an exception, besides what the model was seen to use."""

_MEMORY = re.compile(r"ORIGIN = 0x[0-9A-F]+, LENGTH = 0x[0-9A-F]+")
_WIDE_BYTES = 1 << 28
_NOT_FITTING = re.compile(r"will not fit|overflow|overlap", re.IGNORECASE)
_ALLOC = 2


@dataclass(frozen=True)
class FirmwareMain:
    """Which main a firmware has.

    Attributes:
        name: in the name of the ELF file.
        sources: relative to the project; they define ``main`` and what ``bench/port.h`` wants of
            a machine (``tvm_tiny_port_puts``, ``tvm_tiny_port_exit``).
        semihosting: it prints and ends through a debugger.
        serial: it talks over the board's serial line, and needs the port to that.
        defines: flags for the compiler, for all of it.
    """

    name: str
    sources: tuple[str, ...]
    semihosting: bool
    serial: bool = False
    defines: tuple[str, ...] = ()


BENCH = FirmwareMain("bench", ("bench/main.c", "ports/mps2-an500/semihosting.c"), True)
"""Runs the model on fixed inputs, prints the outputs, ends."""

TRACED = FirmwareMain(
    "traced",
    (*BENCH.sources, "ports/simulator/port.c"),
    semihosting=True,
    defines=("-DTVM_TINY_TRACE=1",),
)
"""The bench with a mark after every layer, for the simulated board."""

DEVICE = FirmwareMain("device", DEVICE_SOURCES, semihosting=False, serial=True)
"""Serves the model over the serial line."""


@dataclass(frozen=True)
class Use:
    """A region: how many bytes a firmware needs of it, and how many there are."""

    region: Region
    needed_bytes: int

    @property
    def missing_bytes(self) -> int:
        """What there is too little of; 0 if it fits."""
        return max(0, self.needed_bytes - self.region.length_bytes)


@dataclass(frozen=True)
class Linked:
    """A firmware for a board.

    Attributes:
        board: which; with the part of a RAM apart that code was copied to, if it was.
        placement: what went where.
        uses: every region's.
        elf: None if it does not fit.
        files: the board's files of the project, relative path -> text.
    """

    board: Board
    placement: RegionPlacement
    uses: tuple[Use, ...]
    elf: Path | None
    files: Mapping[str, str]

    def check(self) -> Path:
        """The ELF file.

        Raises:
            DoesNotFitError: TT2102, regions are too small; says which, and by how much.
        """
        problems = tuple(
            Problem(
                f"needs {use.needed_bytes:,} B, has {use.region.length_bytes:,} B:"
                f" {use.missing_bytes:,} B too much",
                where=f"region {use.region.name}",
                why=_contents(self.placement, use.region),
                do="optimise for RAM (--optimize ram; in Python optimize='ram'), feed rows"
                " (--row-fed; row_fed=True), or use a smaller model or a larger board",
            )
            for use in self.uses
            if use.missing_bytes
        )
        if self.elf is None:
            raise DoesNotFitError(f"does not fit on {self.board.name}", problems, code="TT2102")
        return self.elf


def needs_of(
    project_dir: Path, spec: ProjectSpec, report: Report | None, board: Board, compiler: Compiler
) -> Needs:
    """What a project needs of a board; kernels are measured where the board has memory for them.

    Raises:
        ToolchainError: TT4002, the compiler failed.
    """
    io_bytes = sum(io.size_bytes for io in (*spec.inputs, *spec.outputs))
    measured = (report.memory.stack_bytes or 0) if report else 0
    functions: tuple[HotFunction, ...] = ()
    if board.code_ram and report:
        functions = _functions(project_dir, spec, report, compiler)
    hot: tuple[HotConstant, ...] = ()
    if report and report.board and report.board.name == board.name:
        hot = _constants(project_dir, spec, report.board.constants, compiler)
    stack_bytes = -(-(_STACK_BYTES + measured) // 256) * 256
    return Needs(spec.model, spec.arena_bytes, io_bytes, stack_bytes, functions, hot)


def _constants(
    project_dir: Path, spec: ProjectSpec, symbols: Sequence[str], compiler: Compiler
) -> tuple[HotConstant, ...]:
    """Arrays by symbol with their sizes; what this compiler merged or left out is left out."""
    if not symbols:
        return ()
    elf = build_elf(project_dir, spec, "simulator", compiler=compiler)
    known = {s.name: s.size_bytes for s in elf_symbols(elf) if not s.is_function}
    found = [s for s in symbols if _IDENTIFIER.fullmatch(s) and s in known]
    return tuple(HotConstant(s, -(-known[s] // 8) * 8) for s in found)


def _functions(
    project_dir: Path, spec: ProjectSpec, report: Report, compiler: Compiler
) -> tuple[HotFunction, ...]:
    """Functions of the kernels' source, with the cycles (or MACs) of the layers they work for."""
    cycles: dict[str, int] = {}
    for layer in report.layers:
        cost = layer.cycles_modelled if layer.cycles_modelled is not None else layer.macs
        cycles[layer.kernel] = cycles.get(layer.kernel, 0) + cost
    elf = build_elf(project_dir, spec, "simulator", compiler=compiler)
    return hot_functions(elf, f"{spec.model}_kernels.c", cycles)


def write_board(project_dir: Path, files: Mapping[str, str]) -> None:
    """Write a board's files into a project's folder, where they are not there already."""
    for name, text in files.items():
        path = project_dir / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


def link(
    project_dir: Path,
    spec: ProjectSpec,
    board: Board,
    report: Report | None = None,
    compiler: Compiler | None = None,
    opt: str = "-O2",
    firmware: FirmwareMain = BENCH,
) -> Linked:
    """Compile and link a firmware, in the project's build folder, and measure every region.

    Args:
        project_dir: a written project.
        spec: what it is about; of ``files`` nothing is needed.
        board: what to link for.
        report: of the build: layers' cycles decide which code is hot; the constants that it names
            for this board are copied into RAM that is left.
        compiler: None: ``find_compiler()``.
        opt: optimisation flag.
        firmware: which main.

    Raises:
        UsageError: TT6303, the project is for a core whose code the board's cannot run.
            TT6019, the firmware needs the board's serial line, and nothing is known of it.
        ToolchainError: TT4001 no compiler, TT4002 it failed.
    """
    check_core(spec.core, board)
    tool = compiler or find_compiler()
    parts = board.divided or board
    needs = needs_of(project_dir, spec, report, parts, tool)
    cold = replace(needs, functions=(), constants=())  # all of it stays in flash
    if parts is not board and not (needs.functions and has_room(parts, needs)):
        parts, needs = board, replace(needs, functions=())
    how = _How(project_dir, parts, tool, opt, firmware)
    linked = _link(how, needs)
    missing = [use.region for use in linked.uses if use.missing_bytes]
    if missing and (parts is not board or linked.placement.copied):
        linked = _link(replace(how, board=board), cold)
    elif missing and parts.code_ram and all(r == parts.code_ram for r in missing):
        linked = _link(how, cold)
    return _over_several(how, board, cold, linked)


def _over_several(how: _How, board: Board, cold: Needs, linked: Linked) -> Linked:
    """With RAMs that lie end to end as one where the arena has room in none, if that holds it all.

    Bytes are those of each part; the placement names the whole.
    """
    whole = board.joined
    short = {use.region.name for use in linked.uses if use.missing_bytes}
    if whole is None or linked.placement.arena.name not in short:
        return linked
    found = _link(replace(how, board=whole), cold)
    if found.elf is None:
        return linked
    uses = tuple(part for use in found.uses for part in _apart(use, board.regions))
    return replace(found, board=board, uses=uses)


def _apart(use: Use, regions: Sequence[Region]) -> list[Use]:
    """A region's use as that of its parts, filled from the first to the last."""
    found, left = list[Use](), use.needed_bytes
    for region in parts_of(use.region, regions):
        bytes_here = min(left, region.length_bytes)
        found += [Use(region, bytes_here)] if bytes_here else []
        left -= bytes_here
    return found


@dataclass(frozen=True)
class _How:
    project_dir: Path
    board: Board
    compiler: Compiler
    opt: str
    firmware: FirmwareMain


def _link(how: _How, needs: Needs) -> Linked:
    board, tool = how.board, how.compiler
    placement = place(board, needs)
    files = {**board_files(board, needs, placement), **port_files(board)}
    folder = f"build/boards/{tool.name}"
    script = f"{folder}/boards/{board.name}/link.ld"
    written = {f"{folder}/{name}": text for name, text in files.items()}
    written[f"{script}.wide"] = _wide(written[script])
    write_board(how.project_dir, written)
    start = f"{folder}/boards/{board.name}/start.c"
    sources = (*how.firmware.sources, start, "ports/cortex-m/memory.c")
    if how.firmware.serial:
        sources = (*sources, _port(board, folder))
    name = f"{how.firmware.name}-{board.name}-{tool.name}{how.opt}"
    build = partial(
        build_program,
        how.project_dir,
        core=board.target,
        compiler=tool,
        opt=how.opt,
        defines=how.firmware.defines,
    )
    elf: Path | None = None
    origins = {r.name: r.origin for r in board.regions}
    try:
        elf = build(name=name, sources=sources, link_script=script)
        uses = _uses(board, placement, elf, origins)
    except ToolchainError as err:
        if not any(_NOT_FITTING.search(p.what) for p in err.problems):
            raise
        # Once more with room for everything, to know what each region needs.
        wide = build(name=f"{name}-wide", sources=sources, link_script=f"{script}.wide")
        origins = {r.name: i * _WIDE_BYTES for i, r in enumerate(board.regions)}
        uses = _uses(board, placement, wide, origins)
        if not any(use.missing_bytes for use in uses):
            raise
    return Linked(board, placement, uses, elf, files)


def port_files(board: Board) -> dict[str, str]:
    """``boards/<name>/uart.c``, the device firmware's port, where the board's line is known."""
    if board.uart is None:
        return {}
    line = uart_at(board.uart, board.clock.speed(board.run_hz))
    return {f"boards/{board.name}/uart.c": uart_source(board.name, line)}


def _port(board: Board, folder: str) -> str:
    """Source of the port to a board's line, relative to the project."""
    if board.name == QEMU_BOARD:  # every project has that one
        return f"ports/{QEMU_BOARD}/uart.c"
    if board.uart is None:
        do = f"give its file a [uart] table, as {FOLDER.name}/nucleo-h743zi2.toml has"
        problem = Problem(f"no serial line for '{board.name}'", do=do)
        raise UsageError("the board's serial line is not known", (problem,), "TT6019")
    return f"{folder}/boards/{board.name}/uart.c"


def _wide(script: str) -> str:
    """The same linker script with regions that anything fits in, 256 MiB apart."""
    count = itertools.count()

    def memory(found: re.Match[str]) -> str:
        return f"ORIGIN = 0x{next(count) * _WIDE_BYTES:08X}, LENGTH = 0x{_WIDE_BYTES:X}"

    return _MEMORY.sub(memory, script)


def check_core(core: str, board: Board) -> None:
    """Raise ``UsageError`` TT6303 unless code for ``core`` is what the board's core is given."""
    if core != board.core:
        problem = Problem(
            f"{board.name} has a {board.core}, the project is for {core}",
            do=f"build again for the board: --board {board.name}, in Python board='{board.name}'",
        )
        raise UsageError("another core", (problem,), "TT6303")


def _uses(
    board: Board, placement: RegionPlacement, elf: Path, origins: Mapping[str, int]
) -> tuple[Use, ...]:
    """Bytes from each region's origin to the end of the last section in it."""
    homes = {
        ".hot": board.code_ram or board.flash,
        ".stack": placement.stack,
        ".data": placement.data,
        ".bss": placement.data,
        ".arena": placement.arena,
        ".constants": placement.constants or board.flash,
    }
    ends = dict(origins)
    copied_bytes = 0
    with elf.open("rb") as stream:
        for section in _sections(ELFFile(stream)):
            home = homes.get(section.name, board.flash)
            end = section["sh_addr"] + section["sh_size"]
            ends[home.name] = max(ends[home.name], end)
            if home is not board.flash and section["sh_type"] == "SHT_PROGBITS":
                copied_bytes += section["sh_size"]
    ends[board.flash.name] += copied_bytes
    used = {home.name for home in homes.values()} | {board.flash.name}
    return tuple(
        Use(r, ends[r.name] - origins[r.name])
        for r in board.regions
        if r.kind != "inputs" and (r.name in used or ends[r.name] > origins[r.name])
    )


def _sections(file: Any) -> list[Any]:
    """Sections that take memory."""
    return [s for s in file.iter_sections() if s["sh_flags"] & _ALLOC and s["sh_size"]]


def _contents(placement: RegionPlacement, region: Region) -> str:
    """What is in a region, in words."""
    parts = {
        "the arena": placement.arena,
        "the stack": placement.stack,
        "variables, inputs and outputs": placement.data,
        "copies of weights and tables": placement.constants,
    }
    found = [what for what, home in parts.items() if home == region]
    if not found:
        found = ["code, weights, tables" if region.kind == "flash" else "code that runs there"]
    return f"it holds {', '.join(found)}"

# SPDX-License-Identifier: Apache-2.0
"""A project folder that was written earlier, read back; and a build's way to its board."""

from __future__ import annotations

import math
import re
from pathlib import Path

from tvm_tiny.arithmetic.element_types import ELEMENT_TYPES
from tvm_tiny.boards.data import boards, load_board
from tvm_tiny.boards.firmware import Linked, link, port_files
from tvm_tiny.boards.placing import Needs, place
from tvm_tiny.boards.rendering import board_files
from tvm_tiny.emit.sources import ARENA_ALIGN
from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.files.reading import read_bounded
from tvm_tiny.files.writing import restore
from tvm_tiny.project_spec import IoSpec, ProjectSpec
from tvm_tiny.report.model import Report, TensorInfo, from_json
from tvm_tiny.result import Built
from tvm_tiny.toolchain.build import find_compiler

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,199}")
_LIMIT_BYTES = 1 << 26
_MOST_RAM_BYTES = 1 << 30
"""Of a run, all that a report may claim: it is allocated when the project runs."""
_MOST_DIMENSIONS = 8
_STACK_BYTES = 4096


def open_project(folder: Path) -> tuple[ProjectSpec, Report]:
    """What a project folder is about, without its sources (``spec.files`` is empty).

    Raises:
        UsageError: TT6013, there is no report.json of this version in it.
    """
    path = folder / "report.json"
    try:
        restore(folder)
        report = from_json(read_bounded(path, _LIMIT_BYTES))
        return _spec(report), report
    except ValueError as err:
        problem = Problem(str(err), where=str(path), do="tvm-tiny build MODEL -o FOLDER")
        raise UsageError("not a project of tvm_tiny", (problem,), "TT6013") from err


def _spec(report: Report) -> ProjectSpec:
    inputs = tuple(_io(t) for t in report.inputs)
    outputs = tuple(_io(t) for t in report.outputs)
    for name in (report.model.name, *(io.name for io in (*inputs, *outputs))):
        if not _IDENTIFIER.fullmatch(name):
            raise ValueError(f"'{name}' is no name in C")
    sizes = (report.memory.arena_bytes, *(io.size_bytes for io in (*inputs, *outputs)))
    if min(sizes) < 0 or sum(sizes) > _MOST_RAM_BYTES:
        raise ValueError(f"{sum(sizes):,} bytes of RAM; the limit is {_MOST_RAM_BYTES:,}")
    return ProjectSpec(
        model=report.model.name,
        version=report.tool_version,
        model_sha256=report.model.sha256,
        inputs=inputs,
        outputs=outputs,
        arena_bytes=report.memory.arena_bytes,
        arena_align=ARENA_ALIGN,
        layers=len(report.layers),
        files={},
        core=report.target,
        row_fed=bool(report.plan.fed_input),
    )


def _io(tensor: TensorInfo) -> IoSpec:
    kind = ELEMENT_TYPES.get(tensor.dtype)
    shape = tensor.shape
    good = len(shape) <= _MOST_DIMENSIONS and min(shape, default=1) > 0
    if kind is None or not good or math.prod(shape) * kind.bytes != tensor.bytes:
        raise ValueError(f"tensor '{tensor.name}': {tensor.dtype}, {tensor.bytes} bytes")
    return IoSpec(
        tensor.c_name,
        tensor.name,
        tuple(tensor.shape),
        tensor.dtype,
        tensor.bytes // kind.bytes,
        tensor.scale,
        tensor.zero_point,
        tensor.tensor,
    )


def start_files(spec: ProjectSpec) -> dict[str, str]:
    """Start-up code, linker script and serial port for every board with the project's core.

    They depend on the project alone, not on tools that are installed: all code stays in flash, and
    the stack is what models need at most. ``link`` does better for one board.
    """
    io_bytes = sum(io.size_bytes for io in (*spec.inputs, *spec.outputs))
    needs = Needs(spec.model, spec.arena_bytes, io_bytes, _STACK_BYTES)
    files: dict[str, str] = {}
    for board in boards():
        if board.core == spec.core and not board.probe.qemu_machine:
            files |= board_files(board, needs, place(board, needs)) | port_files(board)
    return files


def link_built(built: Built, report: Report) -> Linked:
    """The bench firmware of a build for the board that it was built for."""
    options = built.options
    return link(
        built.project_dir(),
        built.spec,
        load_board(options.board).at(options.clock_hz),
        report,
        find_compiler(options.compiler),
        options.opt,
    )

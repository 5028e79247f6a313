# SPDX-License-Identifier: Apache-2.0
"""``build``, ``check`` and ``load``: the public functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from tvm_tiny._tvm import register_target_tag
from tvm_tiny.artifact import Artifact
from tvm_tiny.boards.data import load_board
from tvm_tiny.boards.firmware import check_core
from tvm_tiny.checking import DEFAULT_TARGET, check, checked_graph, load
from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.graph_passes import GraphPass, PassAt
from tvm_tiny.limits import (
    MAX_RECOMPUTE,
    check_constants,
    check_recompute,
    check_time,
    parse_clock,
    within_limits,
)
from tvm_tiny.names import model_prefix
from tvm_tiny.passes.decision.options import PlanOptions, search_options
from tvm_tiny.passes.plan.objective import OBJECTIVES
from tvm_tiny.pipeline import Callback, back_half, front_half
from tvm_tiny.process.collector import seldom
from tvm_tiny.quantise.quantise import quantize
from tvm_tiny.result import BuildOptions, ConstantsIn, parse_size
from tvm_tiny.schedules import ScheduleRule
from tvm_tiny.targets import Core, load_core
from tvm_tiny.toolchain.compilers import CompilerKind
from tvm_tiny.tuning.database import database_for_build


@seldom()
def build(
    mod: Any,
    target: str = DEFAULT_TARGET,
    *,
    ram: int | str | None = None,
    flash: int | str | None = None,
    optimize: str = "balanced",
    row_fed: bool = False,
    recompute: float | None = None,
    name: str | None = None,
    shapes: Mapping[str, tuple[int, ...]] | None = None,
    batch: int | None = None,
    compiler: CompilerKind = "auto",
    opt: str = "-O2",
    database: str | Path | None = None,
    board: str | None = None,
    clock: float | str | None = None,
    max_ms: float | None = None,
    dma_input: bool = False,
    constants: ConstantsIn = "flash",
    rules: Sequence[ScheduleRule] = (),
    passes: Sequence[GraphPass | PassAt] = (),
    after_pass: Callback | None = None,
    data: Any = None,
    plan_steps: int | None = None,
    plan_seconds: float | None = None,
) -> Artifact:
    """Compile a quantised model to C for a Cortex-M.

    Args:
        mod: Relax IRModule, path, bytes, ONNX ModelProto, a quantised ``torch`` program or Keras
            model (``quantize`` says of which kinds), what ``load`` or ``quantize`` returned. Not
            changed. A module of integer operators is taken as it is; a plan that a pass left on it
            (``PlanMemory``, ``StreamRows``, ``PatchInference``) is followed.
        target: core name (``tvm-tiny targets`` lists them), or the path of a TOML file of a core.
        ram: limit for all RAM of a run: arena, stack, and inputs and outputs that the caller must
            hold beside the arena; bytes or ``"64K"``.
        flash: limit for weights, tables and code.
        optimize: ``balanced``: the least arena that computes nothing twice and is at most 10 %
            slower (estimated) than layer by layer. ``speed``: layer by layer. ``ram``: the least
            arena. ``flash``: that of ``balanced``, little code. With ``ram=`` a plan that misses it
            gives way to the fastest that fits, with its stack as measured.
        row_fed: the caller hands in the rows of the input as they arrive (``<model>_push_rows``);
            the input need never be in memory whole.
        recompute: how much the plan may compute twice to save memory (patches), as a share of the
            model's multiply-accumulates: 0.25 is a quarter more. Default: nothing, unless ``ram``
            cannot be kept otherwise.
        name: C prefix of the generated code (default: from the file name).
        shapes: static shapes for dynamic inputs.
        batch: first extent of TFLite inputs that leave it open; None: 1.
        compiler: C compiler for measuring: ``auto``, ``zig`` or ``gcc``.
        opt: its optimisation flag.
        database: what tuning found (``tune``), a folder or file; None: what ships with the package
            for this target and compiler; ``"none"``: nothing.
        board: name of a board (``tvm-tiny boards``) or the path of a TOML file: its core is the
            target, the project gets its start-up code and linker script, every region's fit is
            checked after linking, and the report's cycles and milliseconds are those of a run on
            the simulated board with its memories.
        clock: of the core: Hz or ``"480M"``. With a board one that its start-up code can set (the
            fastest by itself); without, memories answer at once.
        max_ms: limit on the time of a run, with ``board`` or ``clock``: the plan with the least RAM
            that keeps it.
        dma_input: the input has a buffer of its own beside the arena, for instance one that a DMA
            controller fills while the model runs; it counts as RAM.
        constants: with ``board``: ``"ram"`` has start-up copy weights and tables into the RAM that
            answers at once and is left, those that the core waits for most first; counted in the
            board's regions, not in the RAM of a run.
        rules: schedule rules of your own, tried before the core's; no tuning database then.
        passes: passes of your own, ``pipeline.PassAt`` where they must not run last.
        after_pass: observer called with every pass's name and result.
        data: samples to quantise a float model with; see ``quantize``, which has the options.
        plan_steps: what the search for a plan may do, counted (``passes/decision/budget.py``; the
            default takes about 20 seconds of CPU for the largest nets): the same plan on any
            machine, the best that was found, with its gap.
        plan_seconds: an extra stop by the clock for every planning (``ram=`` may need three). A
            plan that it cut says so (``plan.cut``) and need not come again.

    Raises:
        ModelError, UnsupportedError, UsageError: as the names say, with every problem found.
        DoesNotFitError: a limit is missed; says by how much.
    """
    options, search = checked_options(
        target,
        ram=ram,
        flash=flash,
        optimize=optimize,
        row_fed=row_fed,
        recompute=recompute,
        compiler=compiler,
        opt=opt,
        board=board,
        clock=clock,
        max_ms=max_ms,
        dma_input=dma_input,
        constants=constants,
        plan_steps=plan_steps,
        plan_seconds=plan_seconds,
    )
    core = _core(target, board)
    register_target_tag(core.name)
    found, notes = database_for_build(database, core.name, compiler, opt, optimize)
    if data is not None:
        mod, shapes = quantize(mod, data, shapes=shapes), None
    loaded = load(mod, shapes=shapes, batch=batch)
    options = replace(options, notes=notes)
    prefix = model_prefix(name or loaded.name)
    # A limit changes nothing that fits without it; else the fastest plan that fits is looked for.
    front = front_half(
        loaded,
        core=core,
        optimize=optimize,
        row_fed=row_fed,
        tuned=found.schedule if found else None,
        rules=rules,
        passes=passes,
        after_pass=after_pass,
    )
    half = partial(
        back_half, front, prefix=prefix, optimize=optimize, recompute=recompute, search=search
    )
    return within_limits(Artifact(loaded, options, half()), half)


def checked_options(
    target: str = DEFAULT_TARGET,
    *,
    ram: int | str | None = None,
    flash: int | str | None = None,
    recompute: float | None = None,
    board: str | None = None,
    clock: float | str | None = None,
    plan_steps: int | None = None,
    plan_seconds: float | None = None,
    **others: Any,
) -> tuple[BuildOptions, PlanOptions]:
    """What ``build`` is asked for, and how hard to search; its arguments but the model and its own.

    Raises:
        UsageError: one of them means nothing, whatever the model.
    """
    optimize = others.get("optimize", "balanced")
    if optimize not in OBJECTIVES:
        what = f"optimize='{optimize}'"
        raise UsageError(what, (Problem(what, do=f"one of {', '.join(OBJECTIVES)}"),), "TT6011")
    check_recompute(recompute)
    search = search_options(plan_steps, plan_seconds)
    options = BuildOptions(
        target=_core(target, board).name,
        ram_bytes=parse_size(ram, "ram"),
        flash_bytes=parse_size(flash, "flash"),
        recompute=recompute,
        board=board or "",
        plan_steps=plan_steps,
        plan_seconds=plan_seconds,
        clock_hz=parse_clock(clock),
        **others,
    )
    check_time(options)
    check_constants(options)
    if board:
        load_board(board).at(options.clock_hz)
    return options, search


def _core(target: str, board: str | None) -> Core:
    """The core to compile for: the board's, unless another one was asked for."""
    if not board:
        return load_core(target)
    found = load_board(board)
    if target not in (DEFAULT_TARGET, found.core):
        check_core(target, found)
    return found.target


__all__ = ["MAX_RECOMPUTE", "build", "check", "checked_graph", "checked_options", "load"]

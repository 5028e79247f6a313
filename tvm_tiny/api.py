# SPDX-License-Identifier: Apache-2.0
"""``build``, ``check`` and ``load``: the public functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from tvm_tiny.artifact import Artifact, BuildOptions, parse_size
from tvm_tiny.boards.data import load_board
from tvm_tiny.boards.firmware import check_core
from tvm_tiny.errors import DoesNotFitError, Problem, TvmTinyError, UsageError
from tvm_tiny.estimate import estimate_layers_cycles
from tvm_tiny.frontends.loader import LoadedModel
from tvm_tiny.frontends.loader import load as load_model
from tvm_tiny.names import c_identifier
from tvm_tiny.objective import OBJECTIVES, plan_cost
from tvm_tiny.passes.stream.pareto import extra_macs
from tvm_tiny.pipeline import Callback, compile_model
from tvm_tiny.targets import Core, load_core
from tvm_tiny.toolchain import CompilerKind
from tvm_tiny.tuning.database import Database, database_for_build

_DEFAULT_TARGET = "cortex-m7"
MAX_RECOMPUTE = 4.0
"""More than this many times the model's multiply-accumulates are not worth a search."""

_STACK_MARGIN_BYTES = 256
"""What streaming may add to the stack of a layer-by-layer run."""


def load(model: Any, *, shapes: Mapping[str, tuple[int, ...]] | None = None) -> LoadedModel:
    """Read a model: TFLite or ONNX path or bytes, an ONNX ModelProto, or a Relax IRModule.

    Args:
        model: what to read.
        shapes: static shapes for inputs with dynamic dimensions (ONNX).

    Raises:
        ModelError: the file is not a readable model.
        UnsupportedError: it is one that cannot be compiled, with every reason.
    """
    if isinstance(model, LoadedModel):
        return model
    return load_model(model, shapes=shapes)


def build(
    mod: Any,
    target: str = _DEFAULT_TARGET,
    *,
    ram: int | str | None = None,
    flash: int | str | None = None,
    optimize: str = "balanced",
    row_fed: bool = False,
    recompute: float | None = None,
    name: str | None = None,
    shapes: Mapping[str, tuple[int, ...]] | None = None,
    compiler: CompilerKind = "auto",
    opt: str = "-O2",
    database: str | Path | None = None,
    board: str | None = None,
    after_pass: Callback | None = None,
) -> Artifact:
    """Compile a quantised model to C for a Cortex-M.

    Args:
        mod: Relax IRModule, path, bytes, ONNX ModelProto, or what ``load`` returned. Not changed. A
            module of integer operators is taken as it is; a plan that a pass left on it
            (``PlanMemory``, ``StreamRows``, ``PatchInference``) is followed.
        target: core name (``tvm-tiny targets`` lists them).
        ram: limit for arena and stack, bytes or ``"64K"``.
        flash: limit for weights, tables and code.
        optimize: ``balanced``: the least arena that computes nothing twice and is at most 2 %
            slower (estimated) than layer by layer. ``speed``: layer by layer. ``ram``: the least
            arena. ``flash``: layer by layer, little code. With ``ram=`` the fastest plan that fits
            is taken, unless ``ram`` is the objective.
        row_fed: the caller hands in the rows of the input as they arrive (``<model>_push_rows``);
            the input need never be in memory whole.
        recompute: how much the plan may compute twice to save memory (patches), as a share of the
            model's multiply-accumulates: 0.25 is a quarter more. Default: nothing, unless ``ram``
            cannot be kept otherwise.
        name: C prefix of the generated code (default: from the file name).
        shapes: static shapes for dynamic inputs.
        compiler: C compiler for measuring: ``auto``, ``zig`` or ``gcc``.
        opt: its optimisation flag.
        database: what tuning found (``tune``), a folder or file; None: what ships with the package
            for this target and compiler; ``"none"``: nothing.
        board: name of a board (``tvm-tiny boards``) or the path of a TOML file: its core is the
            target, the project gets its start-up code and linker script, and every region's fit is
            checked after linking.
        after_pass: observer called with every pass's name and result.

    Raises:
        ModelError, UnsupportedError, UsageError: as the names say, with every problem found.
        DoesNotFitError: a limit is missed; says by how much.
    """
    if optimize not in OBJECTIVES:
        what = f"optimize='{optimize}'"
        raise UsageError(what, (Problem(what, do=f"one of {', '.join(OBJECTIVES)}"),), "TT6011")
    if recompute is not None and not 0 <= recompute <= MAX_RECOMPUTE:
        what = f"recompute={recompute}"
        why = f"it is a share of the model's work, 0 to {MAX_RECOMPUTE:g}"
        raise UsageError(what, (Problem(what, why=why),), "TT6040")
    core = _core(target, board)
    options = BuildOptions(
        target=core.name,
        ram_bytes=parse_size(ram, "ram"),
        flash_bytes=parse_size(flash, "flash"),
        optimize=optimize,
        row_fed=row_fed,
        recompute=recompute,
        compiler=compiler,
        opt=opt,
        board=board or "",
    )
    tuning = database_for_build(database, core.name, compiler, opt, optimize)
    loaded = load(mod, shapes=shapes)
    prefix = c_identifier((name or loaded.name).lower())
    artifact = _build(loaded, options, prefix, None, tuning, after_pass)
    ram_bytes = options.ram_bytes
    if ram_bytes is not None and optimize != "ram" and not artifact.report.limits.fits:
        spare = arena_limit(artifact, ram_bytes)
        if artifact.report.memory.arena_bytes > spare:
            artifact = _build(loaded, options, prefix, spare, tuning, after_pass)
    if options.ram_bytes is not None or options.flash_bytes is not None:
        check_limits(artifact)
    if artifact.linked:
        artifact.linked.check()
    return artifact


def _core(target: str, board: str | None) -> Core:
    """The core to compile for: the board's, unless another one was asked for."""
    if not board:
        return load_core(target)
    found = load_board(board)
    if target not in (_DEFAULT_TARGET, found.core):
        check_core(target, found)
    return found.target


def _build(
    loaded: LoadedModel,
    options: BuildOptions,
    prefix: str,
    arena_bytes: int | None,
    tuning: tuple[Database | None, tuple[str, ...]],
    after_pass: Callback | None,
) -> Artifact:
    fastest = options.optimize == "balanced" and options.ram_bytes is not None
    database, notes = tuning
    compiled = compile_model(
        loaded,
        core=options.target,
        prefix=prefix,
        optimize="speed" if fastest else options.optimize,
        arena_bytes=arena_bytes,
        row_fed=options.row_fed,
        recompute=options.recompute,
        tuned=database.schedule if database else None,
        after_pass=after_pass,
    )
    return Artifact(loaded, replace(options, notes=notes), compiled)


def arena_limit(artifact: Artifact, ram_bytes: int) -> int:
    """Bytes that a limit on arena and stack leaves to the arena of a streamed plan.

    Args:
        artifact: the model layer by layer: what the stack takes is known once the code is there.
        ram_bytes: the limit.
    """
    return max(0, ram_bytes - (artifact.report.memory.stack_bytes or 0) - _STACK_MARGIN_BYTES)


def check_limits(artifact: Artifact) -> None:
    """Raise ``DoesNotFitError`` if the build misses a limit it was given."""
    report = artifact.report
    if report.limits.fits:
        return
    memory, flash = report.memory, report.flash
    problems: list[Problem] = []
    ram = memory.arena_bytes + (memory.stack_bytes or 0)
    feed = "" if artifact.options.row_fed else "feed the input by rows (row_fed), "
    if report.limits.ram_bytes is not None and ram > report.limits.ram_bytes:
        problems.append(
            Problem(
                f"needs {ram:,} B RAM (arena {memory.arena_bytes:,}, stack"
                f" {memory.stack_bytes or 0:,}), the limit is {report.limits.ram_bytes:,} B",
                where=f"peak at layer '{memory.peak_layer}'",
                why=f"no plan of this form needs less arena than {memory.lower_bound_bytes:,} B;"
                f" this one costs {_cost(artifact)}",
                do=f"allow at least {ram:,} B, {feed}or use a smaller input or model",
            )
        )
    used = flash.weights_bytes + flash.tables_bytes + (flash.code_bytes or 0)
    if report.limits.flash_bytes is not None and used > report.limits.flash_bytes:
        problems.append(
            Problem(
                f"needs {used:,} B flash (weights {flash.weights_bytes:,}, tables"
                f" {flash.tables_bytes:,}, code {flash.code_bytes or 0:,}), the limit is"
                f" {report.limits.flash_bytes:,} B",
            )
        )
    raise DoesNotFitError("the model does not fit", tuple(problems))


def _cost(artifact: Artifact) -> str:
    """What the plan costs beyond layer by layer, in words."""
    compiled, core = artifact.compiled, artifact.options.target
    layers = estimate_layers_cycles(compiled.graph, compiled.schedules, core)
    cycles = plan_cost(compiled.graph, compiled.schedules, core)(compiled.plan)
    macs = extra_macs(compiled.graph, compiled.plan)
    slower = cycles / layers - 1 if layers else 0.0
    return f"{macs:,} extra MACs and {slower:+.2%} cycles (estimated) against layer by layer"


def check(model: Any, target: str = "cortex-m7") -> TvmTinyError | None:
    """Can this model be compiled? None, or the error with every problem found.

    Args:
        model: as for ``build``.
        target: core name.
    """
    try:
        build(model, target, optimize="speed")
    except TvmTinyError as err:
        return err
    return None

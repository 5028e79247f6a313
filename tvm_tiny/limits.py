# SPDX-License-Identifier: Apache-2.0
"""Limits of a build: RAM, flash and milliseconds, and the plan that keeps them."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

from tvm_tiny.artifact import Artifact
from tvm_tiny.errors import DoesNotFitError, Problem, UsageError
from tvm_tiny.passes.plan.estimate import estimate_layers_cycles
from tvm_tiny.passes.plan.objective import plan_cost
from tvm_tiny.passes.plan.pareto import ParetoPoint, extra_macs, pareto_points
from tvm_tiny.passes.plan.workspaces import workspaces_of
from tvm_tiny.result import BuildOptions, Compiled, ConstantsIn
from tvm_tiny.targets import load_core

Half = Callable[..., Compiled]
"""``pipeline.back_half`` with everything given but ``arena_bytes`` and ``optimize``."""

_ATTEMPTS = 4
"""At a plan that keeps to a limit of RAM with the stack as measured; the last only where the
answer would be that nothing fits."""

_TIMED_ATTEMPTS = 4
"""At the least RAM that keeps a limit of time: estimates say where to begin, runs decide."""

_ESTIMATES_ERR = 1.1
"""A plan that is estimated to be this much too slow is still tried."""

MAX_RECOMPUTE = 4.0
"""More than this many times the model's multiply-accumulates are not worth a search."""

STACK_MARGIN_BYTES = 256
"""What streaming may add to the stack of a layer-by-layer run, where it is not measured."""


def parse_clock(value: float | str | None) -> int | None:
    """Hz from a number of them, or ``"480M"``, ``"64MHz"``, ``"32k"``.

    Raises:
        UsageError: TT6041, it is no clock.
    """
    if value is None:
        return None
    text = str(value).strip().lower().removesuffix("hz")
    factor = {"k": 1e3, "m": 1e6, "g": 1e9}.get(text[-1:], 1)
    try:
        hz = float(text.rstrip("kmg")) * factor
    except ValueError:
        hz = -1.0
    if not 1 <= hz <= 2e9:
        problem = Problem(f"clock={value!r} is not a clock", do="write 480M, or 480000000")
        raise UsageError("wrong clock", (problem,), "TT6041")
    return round(hz)


def check_recompute(share: float | None) -> None:
    """Raise ``UsageError`` TT6040 for a share of a model's work that no plan may add."""
    if share is not None and not 0 <= share <= MAX_RECOMPUTE:
        what = f"recompute={share}"
        why = f"it is a share of the model's work, 0 to {MAX_RECOMPUTE:g}"
        raise UsageError(what, (Problem(what, why=why),), "TT6040")


def check_time(options: BuildOptions) -> None:
    """Raise ``UsageError`` TT6041 for a limit of time that means nothing."""
    if options.max_ms is None:
        return
    if not 0 < options.max_ms < 1e9:
        problem = Problem(f"max_ms={options.max_ms:g}", do="give milliseconds above 0")
        raise UsageError("wrong limit of time", (problem,), "TT6041")
    if not options.board and options.clock_hz is None:
        problem = Problem(
            "cycles are no milliseconds without a clock",
            do="name a board or a clock (--board, --clock; in Python board=, clock=)",
        )
        raise UsageError("a limit of time needs a clock", (problem,), "TT6041")


def check_constants(options: BuildOptions) -> None:
    """Raise ``UsageError`` TT6043 unless constants have a place that a board can have."""
    if options.constants not in get_args(ConstantsIn):
        what = f"constants='{options.constants}'"
        raise UsageError(what, (Problem(what, do="'flash' or 'ram'"),), "TT6043")
    if options.constants != "flash" and not options.board:
        problem = Problem(
            "what a core waits for its constants depends on the board",
            do="name a board (--board; in Python board=)",
        )
        raise UsageError("constants in RAM need a board", (problem,), "TT6043")


def within_limits(first: Artifact, half: Half) -> Artifact:
    """The plan for the limits that ``first``, the plan for no limit, was given.

    Of RAM: the fastest that keeps it, if the first does not. Of time: the one with the least RAM.

    Raises:
        DoesNotFitError: TT2101, TT2102, none keeps them; says by how much.
    """
    options, artifact = first.options, first
    if options.max_ms is not None:
        artifact = _least_ram(first, half, options.max_ms)
    elif options.ram_bytes is not None:
        artifact = _fitting(first, half, options.ram_bytes)
    check_limits(artifact)
    if artifact.linked:
        artifact.linked.check()
    return artifact


def _fitting(first: Artifact, half: Half, ram_bytes: int) -> Artifact:
    """The fastest plan that keeps to a limit of RAM, where the first does not.

    What the stack takes is known once there is code, and another plan may need more of it: a plan
    is looked for with the stack as it is known, and again with what it turned out to be. Nothing is
    set aside for that, so a plan that fits to the byte is found.

    Returns:
        The plan; if none keeps to the limit, the one that needs least of those that were tried.
    """
    tried, beside = [first], _beside(first)
    while _used(tried[-1]) > ram_bytes and len(tried) <= _ATTEMPTS:
        unknown = first.core_report.memory.stack_bytes is None or len(tried) == _ATTEMPTS
        spare = max(0, ram_bytes - beside - STACK_MARGIN_BYTES * unknown)
        tried.append(_again(first, half(arena_bytes=spare)))
        if tried[-1].compiled.plan.arena_bytes > spare:
            break  # the least arena that there is
        beside = max(beside, _beside(tried[-1]))
    return tried[-1] if _used(tried[-1]) <= ram_bytes else min(tried, key=_used)


def _again(artifact: Artifact, compiled: Compiled) -> Artifact:
    return Artifact(artifact.loaded, artifact.options, compiled)


def _used(artifact: Artifact) -> int:
    """All RAM of a run, without a board."""
    return artifact.core_report.memory.used_bytes


def _beside(artifact: Artifact) -> int:
    """Bytes of RAM beside the arena: stack, the caller's buffers, those of a DMA."""
    memory = artifact.core_report.memory
    return memory.used_bytes - memory.arena_bytes


def _least_ram(first: Artifact, half: Half, max_ms: float) -> Artifact:
    """The plan with the least arena whose run takes no longer; the fastest if all do.

    Estimated cycles of plans, with what the first one's run says of them, tell which are worth
    building; each is then run.
    """
    options, best = first.options, first
    if (first.report.cycles.ms or 0) > max_ms:
        best = _again(first, half(optimize="speed", kernels="speed"))
    core = load_core(options.target)
    graph, schedules = first.compiled.graph, first.compiled.schedules
    cost = plan_cost(graph, schedules, core)
    estimated = cost(first.compiled.plan)
    scale = (first.report.cycles.ms or 0) / estimated if estimated else 0.0
    share = 0.0 if options.recompute is None else options.recompute
    workspaces = workspaces_of(graph, schedules, core)
    points = pareto_points(graph, workspaces, row_fed=options.row_fed, recompute=share, cost=cost)
    for point in _worth_trying(points, best, scale, max_ms):
        tried = _again(first, half(arena_bytes=point.arena_bytes))
        if (tried.report.cycles.ms or 0) <= max_ms:
            return tried
    return best


def _worth_trying(
    points: tuple[ParetoPoint, ...], best: Artifact, scale: float, max_ms: float
) -> list[ParetoPoint]:
    """Plans with less arena than ``best`` that may be fast enough, the least first."""
    arena_bytes = best.compiled.plan.arena_bytes
    found = [
        p
        for p in sorted(points, key=lambda p: p.arena_bytes)
        if p.arena_bytes < arena_bytes and p.cycles * scale <= _ESTIMATES_ERR * max_ms
    ]
    return found[:_TIMED_ATTEMPTS]


def arena_limit(artifact: Artifact, ram_bytes: int) -> int:
    """Bytes that a limit on all RAM of a run leaves to the arena, if the stack were this build's.

    Args:
        artifact: what was built: what the stack takes is known once the code is there.
        ram_bytes: the limit.
    """
    return max(0, ram_bytes - _beside(artifact))


def check_limits(artifact: Artifact) -> None:
    """Raise ``DoesNotFitError`` if the build misses a limit it was given."""
    options = artifact.options
    given = (options.ram_bytes, options.flash_bytes, options.max_ms)
    if all(limit is None for limit in given) or artifact.report.limits.fits:
        return
    problems = [*_ram_problems(artifact), *_flash_problems(artifact), *_time_problems(artifact)]
    raise DoesNotFitError("the model does not fit", tuple(problems))


def _ram_problems(artifact: Artifact) -> list[Problem]:
    report = artifact.report
    memory, limit, ram = report.memory, report.limits.ram_bytes, report.memory.used_bytes
    if limit is None or ram <= limit:
        return []
    feed = "" if artifact.options.row_fed else "feed the input by rows (row_fed), "
    return [
        Problem(
            f"needs {ram:,} B RAM (arena {memory.arena_bytes:,}, stack"
            f" {memory.stack_bytes or 0:,}, the caller's inputs and outputs"
            f" {memory.io_bytes:,}), the limit is {limit:,} B",
            where=f"peak at layer '{memory.peak_layer}'",
            why=f"no plan of this form needs less arena than {memory.lower_bound_bytes:,} B;"
            f" this one costs {_cost(artifact)}",
            do=f"allow at least {ram:,} B, {feed}or use a smaller input or model",
        )
    ]


def _flash_problems(artifact: Artifact) -> list[Problem]:
    flash, limit = artifact.report.flash, artifact.report.limits.flash_bytes
    used = flash.weights_bytes + flash.tables_bytes + (flash.code_bytes or 0)
    if limit is None or used <= limit:
        return []
    return [
        Problem(
            f"needs {used:,} B flash (weights {flash.weights_bytes:,}, tables"
            f" {flash.tables_bytes:,}, code {flash.code_bytes or 0:,}), the limit is"
            f" {limit:,} B",
        )
    ]


def _time_problems(artifact: Artifact) -> list[Problem]:
    cycles, limit = artifact.report.cycles, artifact.options.max_ms
    if limit is None or cycles.ms is None or cycles.ms <= limit:
        return []
    slowest = max(artifact.report.layers, key=lambda v: v.cycles_modelled or 0, default=None)
    stalls = f", {cycles.stalls:,} of them waiting for memories" if cycles.stalls else ""
    return [
        Problem(
            f"takes {cycles.ms:.4g} ms, the limit is {limit:g} ms",
            where=f"most of it in layer '{slowest.name}'" if slowest else "",
            why=f"{cycles.total:,} cycles at {(cycles.hz or 0) / 1e6:g} MHz{stalls}",
            do=f"allow {cycles.ms:.4g} ms, a faster board or clock, or use a smaller model",
        )
    ]


def _cost(artifact: Artifact) -> str:
    """What the plan costs beyond layer by layer, in words."""
    compiled, core = artifact.compiled, load_core(artifact.options.target)
    layers = estimate_layers_cycles(compiled.graph, compiled.schedules, core)
    cycles = plan_cost(compiled.graph, compiled.schedules, core)(compiled.plan)
    macs = extra_macs(compiled.graph, compiled.plan)
    slower = cycles / layers - 1 if layers else 0.0
    return f"{macs:,} extra MACs and {slower:+.2%} cycles (estimated) against layer by layer"

# SPDX-License-Identifier: Apache-2.0
"""Gather a report: the plan, sizes from the linked program, one profiled run."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from tvm_tiny.emit.data import total_bytes
from tvm_tiny.errors import ToolchainError
from tvm_tiny.graph import Graph
from tvm_tiny.operators import lookup
from tvm_tiny.passes.decision.budget import PLAN_STEPS
from tvm_tiny.passes.decision.memory_plan import MemoryPlan, Overlap
from tvm_tiny.passes.plan.follow_rows import planned_graph, row_schedule
from tvm_tiny.passes.recompute.opened import executed
from tvm_tiny.process.collector import seldom
from tvm_tiny.project_spec import IoSpec
from tvm_tiny.report.arena import from_plan, placed
from tvm_tiny.report.model import (
    SCHEMA_VERSION,
    Cycles,
    Flash,
    HotLoop,
    InPlaceInfo,
    LayerInfo,
    Limits,
    Memory,
    ModelInfo,
    Plan,
    Report,
    SegmentInfo,
    TensorInfo,
)
from tvm_tiny.result import Built, bench_input
from tvm_tiny.run.samples_on import execute
from tvm_tiny.stages import stage
from tvm_tiny.targets import load_core
from tvm_tiny.version import VERSION

log = logging.getLogger(__name__)

_MOST_CALLS = 20_000
"""Of a segment, in the report."""


@dataclass(frozen=True)
class _Measured:
    """What the tool chain and the simulator told; None where they are not installed."""

    sizes: Any = None
    profile: Any = None
    stack_bytes: int | None = None
    compiler: str = "none"
    notes: tuple[str, ...] = ()


@seldom()
def make_report(built: Built) -> Report:
    """The report of a build. Without a tool chain the measured fields are null, with a note."""
    measured = _measure(built)
    memory, flash = _memory(built, measured), _flash(built, measured)
    profile = measured.profile
    timed = built.options.clock_hz is not None and not built.options.board
    ms = _ms(profile.cycles, built.options.clock_hz) if profile and timed else None
    zero = ("no board: memories answer at once (zero wait states)",) if timed else ()
    return Report(
        schema_version=SCHEMA_VERSION,
        tool_version=VERSION,
        model=ModelInfo(built.spec.model, built.loaded.kind, built.loaded.sha256),
        target=built.options.target,
        macs=built.compiled.macs,
        macs_executed=executed_macs(built.compiled.plan, built.compiled.graph),
        memory=memory,
        flash=flash,
        cycles=Cycles(
            modelled=round(profile.cycles) if profile else None,
            measured=None,
            instructions=profile.instructions if profile else None,
            core=built.options.target,
            compiler=measured.compiler,
            hz=built.options.clock_hz,
            ms=ms,
        ),
        limits=_limits(built, memory, flash, ms),
        inputs=[_tensor(built, io) for io in built.spec.inputs],
        outputs=[_tensor(built, io) for io in built.spec.outputs],
        layers=_layers(built, profile),
        plan=_plan(built),
        notes=[
            *built.options.notes,
            *_search_notes(built.compiled.plan, built.options.plan_steps),
            *measured.notes,
            *zero,
        ],
    )


def _ms(cycles: float, hz: int | None) -> float | None:
    """Milliseconds of a run, memories answering at once."""
    return None if hz is None else round(1e3 * cycles / hz, 4)


def _measure(built: Built) -> _Measured:
    from tvm_tiny.toolchain.build import build_elf, elf_sizes, find_compiler

    options = built.options
    folder, spec = built.project_dir(), built.spec
    try:
        compiler = find_compiler(options.compiler, "cortex-m")
        stage("compiling the C")
        elf = build_elf(folder, spec, "simulator", options.target, compiler, options.opt)
        sizes = elf_sizes(elf, spec)
    except ToolchainError as err:
        if err.code != "TT4001":
            raise
        return _Measured(notes=(f"sizes and cycles unknown: {err.message}",))
    name = f"{compiler.version} {options.opt}"
    stage("measuring on the simulator")
    try:
        run = execute(built, [bench_input(built.spec)], "simulator", profile=True)
    except ToolchainError as err:
        if err.code != "TT4003":
            raise
        return _Measured(sizes, compiler=name, notes=(f"cycles unknown: {err.message}",))
    return _Measured(sizes, run.profile, run.stack_bytes, name, _timing_notes(options.target))


def _search_notes(plan: MemoryPlan, steps: int | None) -> tuple[str, ...]:
    """That the search for the plan ended at its bound, if it did."""
    if not plan.cut:
        return ()
    if plan.cut == "seconds":
        bound, also = "seconds", "and another run may give another plan"
    else:
        bound, also = f"{steps or PLAN_STEPS:,} counted steps", "the plan is the same anywhere"
    return (
        f"the search for a plan ended at its bound ({bound}): a smaller arena may exist, {also}",
    )


def _timing_notes(target: str) -> tuple[str, ...]:
    note = load_core(target).timing_note
    return (note,) if note else ()


def _memory(built: Built, measured: _Measured) -> Memory:
    plan = built.compiled.plan
    io = [*built.compiled.graph.inputs, *built.compiled.graph.outputs]
    names = {n.name: n.layer for n in built.compiled.graph.nodes}
    inputs = built.compiled.graph.inputs if built.options.dma_input else ()
    apart = [t for t in inputs if not t.elements.is_float and t.name != plan.fed_input]
    dma_bytes = sum(t.nbytes for t in apart)
    memory = Memory(
        arena_bytes=plan.arena_bytes,
        io_bytes=sum(
            t.row_bytes if t.name == plan.fed_input else t.nbytes
            for t in io
            if t.elements.is_float or t.name == plan.fed_input
        )
        + dma_bytes,
        stack_bytes=measured.stack_bytes,
        static_bytes=measured.sizes.static_bytes if measured.sizes else None,
        lower_bound_bytes=plan.lower_bound_bytes,
        optimal=plan.optimal,
        gap_bytes=plan.gap_bytes,
        peak_layer=names.get(plan.peak_node, plan.peak_node),
        state_bytes=built.spec.state_bytes,
        dma_bytes=dma_bytes,
    )
    return msgspec.structs.replace(memory, ram_bytes=memory.used_bytes)


def _flash(built: Built, measured: _Measured) -> Flash:
    arrays = built.compiled.emitted.arrays
    sizes = measured.sizes
    return Flash(
        weights_bytes=total_bytes(arrays, "w"),
        tables_bytes=total_bytes(arrays, "t"),
        code_bytes=sizes.code_bytes + sizes.runtime_bytes if sizes else None,
    )


def _limits(built: Built, memory: Memory, flash: Flash, ms: float | None) -> Limits:
    ram, rom = built.options.ram_bytes, built.options.flash_bytes
    used_ram = memory.used_bytes
    used_rom = flash.weights_bytes + flash.tables_bytes + (flash.code_bytes or 0)
    fits = (ram is None or used_ram <= ram) and (rom is None or used_rom <= rom)
    late = built.options.max_ms
    return Limits(ram, rom, fits and (late is None or ms is None or ms <= late), late)


def _tensor(built: Built, io: IoSpec) -> TensorInfo:
    fed = io in built.spec.inputs and bool(built.compiled.plan.fed_input)
    return TensorInfo(
        name=io.source,
        c_name=io.name,
        dtype=io.dtype,
        shape=list(io.shape),
        bytes=io.size_bytes,
        in_arena=not io.elements.is_float and not fed,
        scale=io.scale,
        zero_point=io.zero_point,
        tensor=io.tensor,
    )


def _layers(built: Built, profile: Any) -> list[LayerInfo]:
    compiled = built.compiled
    layers = executed(compiled.planned, compiled.plan.order)
    nodes = {n.name: n for n in layers}
    step_of = {name: i for i, name in enumerate(compiled.plan.order)}
    for patch in (n for n in compiled.planned.nodes if n.op == "patch"):
        step_of |= {n.name: step_of[patch.name] for n in patch.attrs["geometry"].nodes}
    counted = {p.index: p for p in profile.layers} if profile else {}
    out: list[LayerInfo] = []
    for index, name in enumerate(compiled.emitted.step_nodes):
        node, kernel, seen = nodes[name], compiled.emitted.layer_kernels[name], counted.get(index)
        out.append(
            LayerInfo(
                index=index,
                name=node.layer or node.name,
                op=node.op,
                shape=list(node.output.shape),
                macs=lookup(node.op).macs(node),
                live_bytes=compiled.plan.live_bytes_per_step[step_of[name]],
                weight_bytes=kernel.constant_bytes,
                kernel=kernel.kernel,
                schedule=kernel.rule,
                origin=kernel.origin,
                why="; ".join([kernel.why, *(f"{d.rule}: {d.reason}" for d in kernel.declined)]),
                instructions=seen.instructions if seen else None,
                cycles_modelled=round(seen.cycles) if seen else None,
                hot=_hot(seen.hot) if seen else None,
            )
        )
    return out


def _plan(built: Built) -> Plan:
    plan, graph = built.compiled.plan, built.compiled.planned
    arena = from_plan(plan, graph, built.scratch_bytes)
    return Plan(
        list(_segments(plan, graph)),
        list(placed(plan, graph, built.scratch_bytes)),
        [_in_words(o) for o in plan.overlaps],
        plan.proof,
        plan.fed_input,
        arena.peak_step,
        arena.peak_bytes,
        arena.at_peak,
        [_in_place(o) for o in plan.overlaps],
        plan.cut,
    )


def _segments(plan: MemoryPlan, graph: Graph) -> Iterator[SegmentInfo]:
    """The pieces of the plan; of streams also which row is made when."""
    place = {n: (i, k) for i, s in enumerate(plan.segments) for k, n in enumerate(s.nodes)}
    calls: dict[int, list[tuple[int, int, int]]] = {}
    by_rows = {i for i, s in enumerate(plan.segments) if s.kind != "layer"}
    for node, row in row_schedule(plan, graph) if by_rows else ():
        segment, layer = place.get(node.name, (-1, 0))
        if segment not in by_rows:
            continue
        known = calls.setdefault(segment, [])
        if known and known[-1][0] == layer and known[-1][1] + known[-1][2] == row:
            known[-1] = (layer, known[-1][1], known[-1][2] + 1)
        else:
            known.append((layer, row, 1))
    for i, s in enumerate(plan.segments):
        found = calls.get(i, [])
        yield SegmentInfo(s.kind, list(s.nodes), found if len(found) <= _MOST_CALLS else [])


def _hot(loop: Any) -> HotLoop | None:
    if loop is None:
        return None
    return HotLoop(loop.function, loop.cycles, loop.executions, list(loop.code))


def _in_words(overlap: Overlap) -> str:
    over, at = f"{overlap.output} over {overlap.operand}", f"{overlap.distance_bytes:+d} B"
    rows = ", rows descending" if overlap.descending else ""
    return f"{overlap.node}: {over} at {at}, {overlap.shared_bytes} B shared{rows}"


def _in_place(overlap: Overlap) -> InPlaceInfo:
    return InPlaceInfo(
        overlap.node,
        overlap.operand,
        overlap.output,
        overlap.distance_bytes,
        overlap.safe_bytes,
        overlap.shared_bytes,
        overlap.descending,
    )


def executed_macs(plan: MemoryPlan, graph: Graph) -> int:
    """Multiply-accumulates of every row call that the plan makes."""
    calls = Counter(node.name for node, _ in row_schedule(plan, graph))
    return sum(
        calls[n.name] * lookup(n.op).macs(n) // lookup(n.op).calls(n)
        for n in planned_graph(plan, graph).nodes
        if calls[n.name]
    )

# SPDX-License-Identifier: Apache-2.0
"""Gather a report: the plan, sizes from the linked program, one profiled run."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass
from typing import Any

from tvm_tiny.artifact import Artifact, bench_input
from tvm_tiny.emit.data import total_bytes
from tvm_tiny.emit.patches import executed
from tvm_tiny.emit.spec import IoSpec
from tvm_tiny.errors import ToolchainError
from tvm_tiny.graph import Graph
from tvm_tiny.operators import lookup
from tvm_tiny.passes.memory.plan import MemoryPlan, planned_graph, row_schedule
from tvm_tiny.report.arena import from_plan, placed
from tvm_tiny.report.model import (
    SCHEMA_VERSION,
    Cycles,
    Flash,
    LayerInfo,
    Limits,
    Memory,
    ModelInfo,
    Plan,
    Report,
    Segment,
    TensorInfo,
)
from tvm_tiny.targets import load_core
from tvm_tiny.version import VERSION

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Measured:
    """What the tool chain and the simulator told; None where they are not installed."""

    sizes: Any = None
    profile: Any = None
    stack_bytes: int | None = None
    compiler: str = "none"
    notes: tuple[str, ...] = ()


def make_report(artifact: Artifact) -> Report:
    """The report of a build. Without a tool chain the measured fields are null, with a note."""
    measured = _measure(artifact)
    memory, flash = _memory(artifact, measured), _flash(artifact, measured)
    profile = measured.profile
    return Report(
        schema_version=SCHEMA_VERSION,
        tool_version=VERSION,
        model=ModelInfo(artifact.spec.model, artifact.loaded.kind, artifact.loaded.sha256),
        target=artifact.options.target,
        macs=artifact.compiled.macs,
        macs_executed=executed_macs(artifact.compiled.plan, artifact.compiled.graph),
        memory=memory,
        flash=flash,
        cycles=Cycles(
            modelled=round(profile.cycles) if profile else None,
            measured=None,
            instructions=profile.instructions if profile else None,
            core=artifact.options.target,
            compiler=measured.compiler,
        ),
        limits=_limits(artifact, memory, flash),
        inputs=[_tensor(artifact, io) for io in artifact.spec.inputs],
        outputs=[_tensor(artifact, io) for io in artifact.spec.outputs],
        layers=_layers(artifact, profile),
        plan=_plan(artifact),
        notes=[*artifact.options.notes, *measured.notes],
    )


def _measure(artifact: Artifact) -> _Measured:
    from tvm_tiny.toolchain import build_elf, elf_sizes, find_compiler

    options = artifact.options
    folder, spec = artifact.project_dir(), artifact.spec
    try:
        compiler = find_compiler(options.compiler, "cortex-m")
        elf = build_elf(folder, spec, "simulator", options.target, compiler, options.opt)
        sizes = elf_sizes(elf, spec)
    except ToolchainError as err:
        if err.code != "TT4001":
            raise
        return _Measured(notes=(f"sizes and cycles unknown: {err.message}",))
    name = f"{compiler.version} {options.opt}"
    try:
        run = artifact.run(bench_input(artifact.spec), profile=True)
    except ToolchainError as err:
        if err.code != "TT4003":
            raise
        return _Measured(sizes, compiler=name, notes=(f"cycles unknown: {err.message}",))
    return _Measured(sizes, run.profile, run.stack_bytes, name, _timing_notes(options.target))


def _timing_notes(target: str) -> tuple[str, ...]:
    note = load_core(target).timing_note
    return (note,) if note else ()


def _memory(artifact: Artifact, measured: _Measured) -> Memory:
    plan = artifact.compiled.plan
    io = [*artifact.compiled.graph.inputs, *artifact.compiled.graph.outputs]
    names = {n.name: n.layer for n in artifact.compiled.graph.nodes}
    return Memory(
        arena_bytes=plan.arena_bytes,
        io_bytes=sum(
            t.row_bytes if t.name == plan.fed_input else t.nbytes
            for t in io
            if t.dtype == "float32" or t.name == plan.fed_input
        ),
        stack_bytes=measured.stack_bytes,
        static_bytes=measured.sizes.static_bytes if measured.sizes else None,
        lower_bound_bytes=plan.lower_bound_bytes,
        optimal=plan.optimal,
        gap_bytes=plan.gap_bytes,
        peak_layer=names.get(plan.peak_node, plan.peak_node),
    )


def _flash(artifact: Artifact, measured: _Measured) -> Flash:
    arrays = artifact.compiled.emitted.arrays
    sizes = measured.sizes
    return Flash(
        weights_bytes=total_bytes(arrays, "w"),
        tables_bytes=total_bytes(arrays, "t"),
        code_bytes=sizes.code_bytes + sizes.runtime_bytes if sizes else None,
    )


def _limits(artifact: Artifact, memory: Memory, flash: Flash) -> Limits:
    ram, rom = artifact.options.ram_bytes, artifact.options.flash_bytes
    used_ram = memory.arena_bytes + (memory.stack_bytes or 0)
    used_rom = flash.weights_bytes + flash.tables_bytes + (flash.code_bytes or 0)
    fits = (ram is None or used_ram <= ram) and (rom is None or used_rom <= rom)
    return Limits(ram, rom, fits)


def _tensor(artifact: Artifact, io: IoSpec) -> TensorInfo:
    size = 4 if io.dtype == "float32" else 1
    fed = io in artifact.spec.inputs and bool(artifact.compiled.plan.fed_input)
    return TensorInfo(
        name=io.source,
        c_name=io.name,
        dtype=io.dtype,
        shape=list(io.shape),
        bytes=io.count * size,
        in_arena=io.dtype != "float32" and not fed,
        scale=io.scale,
        zero_point=io.zero_point,
    )


def _layers(artifact: Artifact, profile: Any) -> list[LayerInfo]:
    compiled = artifact.compiled
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
            )
        )
    return out


def _plan(artifact: Artifact) -> Plan:
    plan, graph = artifact.compiled.plan, artifact.compiled.planned
    arena = from_plan(plan, graph, artifact.scratch_bytes)
    return Plan(
        [Segment(s.kind, list(s.nodes)) for s in plan.segments],
        list(placed(plan, graph, artifact.scratch_bytes)),
        [str(o) for o in plan.overlaps],
        plan.proof,
        plan.fed_input,
        arena.peak_step,
        arena.peak_bytes,
        arena.at_peak,
    )


def executed_macs(plan: MemoryPlan, graph: Graph) -> int:
    """Multiply-accumulates of every row call that the plan makes."""
    calls = Counter(node.name for node, _ in row_schedule(plan, graph))
    return sum(
        calls[n.name] * lookup(n.op).macs(n) // lookup(n.op).calls(n)
        for n in planned_graph(plan, graph).nodes
        if calls[n.name]
    )

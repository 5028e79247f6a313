# SPDX-License-Identifier: Apache-2.0
"""A planned graph to the C sources of a model: header, AOT main, kernels, weights."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tvm_tiny.emit.bands import find_bands, with_band_places
from tvm_tiny.emit.code import KernelCode, ModelCode
from tvm_tiny.emit.data import CArray, model_constants
from tvm_tiny.emit.interface import fed_input, io_code, io_specs
from tvm_tiny.emit.patches import PatchCode, make_patch, patch_kernel
from tvm_tiny.emit.place import Place
from tvm_tiny.emit.states import StateCode, make_states, mark_of
from tvm_tiny.emit.steps import LayerCalls, make_steps
from tvm_tiny.emit.streams import Section, Stream, make_streams
from tvm_tiny.emit.training import make_training, training_spec, without_label
from tvm_tiny.files.templates import templates
from tvm_tiny.graph import Graph, Node, scratch_name
from tvm_tiny.operators.base import lookup, shared_operand, storage_roots
from tvm_tiny.passes.backward.build import Training
from tvm_tiny.passes.decision.memory_plan import MemoryPlan
from tvm_tiny.passes.plan.follow_rows import row_schedule
from tvm_tiny.passes.recompute.geometry import Patched
from tvm_tiny.passes.recompute.opened import executed, opened
from tvm_tiny.project_spec import IoSpec, ProjectSpec
from tvm_tiny.schedules import core_headers
from tvm_tiny.schedules.apply import Kernel, LayerKernel, make_kernels
from tvm_tiny.schedules.rule import Scheduled
from tvm_tiny.targets import Core
from tvm_tiny.version import VERSION

_TEMPLATES = Path(__file__).parent / "templates"

ARENA_ALIGN = 8
_FILES = {
    "model.h.j2": "include/{}.h",
    "model.c.j2": "src/{}.c",
    "kernels.h.j2": "src/{}_kernels.h",
    "kernels.c.j2": "src/{}_kernels.c",
    "weights.h.j2": "src/{}_weights.h",
}


@dataclass(frozen=True, eq=False)
class Emitted:
    """What emission yields.

    Attributes:
        spec: everything the project folder is made from.
        steps: layers that run one after another, in order.
        streams: segments that run row by row, by the name of their first node.
        step_nodes: names of all executed layers by index.
        kernels: the C functions.
        layer_kernels: node name to its kernel and schedule.
        arrays: constants in flash.
        symbols: name of a constant tensor to its array.
        headers: C headers of micro-kernels that the kernels need.
        patches: layers that run as patches.
    """

    spec: ProjectSpec
    steps: tuple[LayerCalls, ...]
    streams: Mapping[str, Stream]
    step_nodes: tuple[str, ...]
    kernels: tuple[Kernel, ...]
    layer_kernels: Mapping[str, LayerKernel]
    arrays: tuple[CArray, ...]
    symbols: Mapping[str, str]
    headers: tuple[str, ...] = ()
    patches: tuple[PatchCode, ...] = ()


def emit(
    graph: Graph,
    plan: MemoryPlan,
    schedules: Mapping[str, Scheduled],
    *,
    model: str,
    core: Core,
    model_sha256: str,
    training: Training | None = None,
) -> Emitted:
    """Generate the C sources of a model (deterministic: same arguments, same bytes).

    Args:
        graph: the integer graph.
        plan: order and arena placement, workspaces included.
        schedules: node name to its scheduled row kernel.
        model: C prefix of every symbol.
        core: the target core.
        model_sha256: of the model file, for the header comments.
        training: of a graph that learns.
    """
    graph = without_label(graph, training)
    inputs, outputs = io_specs(graph)
    by_name = {n.name: n for n in graph.nodes}
    arrays, symbols = model_constants(opened(graph), schedules, model)
    places = _places(graph, plan, symbols, inputs, outputs)
    ordered = replace(graph, nodes=tuple(by_name[n] for n in plan.order))
    layered = replace(plan, segments=tuple(s for s in plan.segments if s.kind == "layer"))
    bands = find_bands(_rows_of_layers(layered, graph), places, schedules)
    places = with_band_places(places, bands)
    schedules = {**schedules, **{b.node.name: b.scheduled for b in bands.values()}}
    scheduled_nodes = [*opened(ordered), *(b.node for b in bands.values())]
    kernels, layer_kernels = make_kernels(scheduled_nodes, model, schedules)
    for name, band in bands.items():
        if not band.single:
            layer_kernels[name] = replace(
                layer_kernels[name], kernel=layer_kernels[band.node.name].kernel
            )
    layers = [n for n in executed(graph, plan.order) if not lookup(n.op).is_view]
    nodes = tuple(n.name for n in layers)
    numbers = {name: index for index, name in enumerate(nodes)}
    patches, patch_tables = _patches(ordered, model, numbers, symbols, layer_kernels, schedules)
    steps, tables = make_steps(
        row_schedule(layered, graph),
        places,
        layer_kernels,
        schedules,
        model,
        numbers,
        bands,
    )
    streams, stream_tables = make_streams(
        graph, plan, places, layer_kernels, schedules, model, numbers
    )
    states, state_tables = make_states(graph, plan, model, symbols, learns=training is not None)
    needed = tuple(sorted({h for s in schedules.values() for h in s.headers}))
    spec = ProjectSpec(
        model=model,
        version=VERSION,
        model_sha256=model_sha256,
        inputs=inputs,
        outputs=outputs,
        arena_bytes=plan.arena_bytes,
        arena_align=ARENA_ALIGN,
        layers=len(nodes),
        files={},
        core=core.name,
        row_fed=bool(plan.fed_input),
        state_bytes=sum(s.tensor.nbytes for s in graph.states),
        headers=needed,
        training=training_spec(training),
    )
    headers = (*core_headers(core), *needed) if needed else ()
    constants = (*arrays, *tables, *stream_tables, *patch_tables, *state_tables)
    emitted = Emitted(
        spec, steps, streams, nodes, kernels, layer_kernels, constants, symbols, headers, patches
    )
    files = _render(emitted, graph, plan, places, states, training)
    return replace(emitted, spec=replace(spec, files=files))


def _rows_of_layers(plan: MemoryPlan, graph: Graph) -> dict[str, tuple[Node, list[int]]]:
    """Of every layer run by itself the node and its rows in order."""
    found: dict[str, tuple[Node, list[int]]] = {}
    for node, row in row_schedule(plan, graph):
        found.setdefault(node.name, (node, []))[1].append(row)
    return found


def _patches(
    graph: Graph,
    model: str,
    numbers: dict[str, int],
    symbols: Mapping[str, str],
    kernels: dict[str, LayerKernel],
    schedules: Mapping[str, Scheduled],
) -> tuple[tuple[PatchCode, ...], list[CArray]]:
    """Code and tables of all patches; numbers and kernels of patches and their layers are added."""
    out: list[PatchCode] = []
    tables: list[CArray] = []
    for node in graph.nodes:
        if node.op != "patch":
            continue
        code, arrays = make_patch(node, model, numbers, symbols, kernels, schedules)
        geometry: Patched = node.attrs["geometry"]
        numbers[node.name] = numbers[geometry.nodes[-1].name]
        kernels[node.name] = patch_kernel(node, code, schedules[node.name])
        for inner, layer in zip(geometry.nodes, geometry.variants[0].nodes, strict=True):
            kernels[inner.name] = kernels[layer.name]
        out.append(code)
        tables += arrays
    return tuple(out), tables


def _places(
    graph: Graph,
    plan: MemoryPlan,
    symbols: Mapping[str, str],
    inputs: Sequence[IoSpec],
    outputs: Sequence[IoSpec],
) -> dict[str, Place]:
    """Where every tensor is; the result of a view is where its operand is."""
    places = {name: Place("constant", symbol=symbol) for name, symbol in symbols.items()}
    for tensor, spec in zip(graph.inputs, inputs, strict=True):
        if tensor.elements.is_float:
            places[tensor.name] = Place("in", symbol=spec.name)
    roots = storage_roots(graph)
    for tensor, spec in zip(graph.outputs, outputs, strict=True):
        if tensor.elements.is_float and roots[tensor.name] not in places:
            places[roots[tensor.name]] = Place("out", symbol=spec.name)
    if plan.fed_input and plan.rings[plan.fed_input] == 1:
        places[plan.fed_input] = Place("fed")
    elif plan.fed_input:
        places[plan.fed_input] = Place("arena", offset=plan.offsets[plan.fed_input])
    for name, offset in plan.offsets.items():
        places.setdefault(name, Place("arena", offset=offset))
    for node in graph.nodes:
        if node.name in plan.scratch_offsets:
            offset = plan.scratch_offsets[node.name]
            places[scratch_name(node.name)] = Place("arena", offset=offset)
        if (shared := shared_operand(node)) is not None:
            places[node.output.name] = places[node.operands[shared].name]
    return places


def _render(
    emitted: Emitted,
    graph: Graph,
    plan: MemoryPlan,
    places: Mapping[str, Place],
    states: Sequence[StateCode],
    training: Training | None,
) -> dict[str, str]:
    spec, fed = emitted.spec, bool(plan.fed_input)
    inputs, outputs = (
        tuple(io_code(t, s, direction, places, fed) for t, s in zip(tensors, specs, strict=True))
        for direction, tensors, specs in (
            ("input", graph.inputs, spec.inputs),
            ("output", graph.outputs, spec.outputs),
        )
    )
    uses = _uses(emitted)
    sections, learning = _parts(emitted, plan, training)
    model = ModelCode(
        spec=spec,
        inputs=inputs,
        outputs=outputs,
        states=tuple(states),
        state_mark=mark_of(states),
        sections=sections,
        training=training and make_training(training, plan, places, learning, spec.model_sha256),
        streams=tuple(emitted.streams.values()),
        patches=emitted.patches,
        fed=fed_input(graph, plan, inputs[0]) if inputs else None,
        kernels=tuple(
            KernelCode(k, tuple(uses[k.name])) for k in emitted.kernels if k.name in uses
        ),
        arrays=emitted.arrays,
        headers=emitted.headers,
    )
    return {
        path.format(spec.model): templates(_TEMPLATES).get_template(name).render(m=model)
        for name, path in _FILES.items()
    }


def _uses(emitted: Emitted) -> dict[str, list[str]]:
    """Kernel -> numbers of the layers that call it."""
    uses: dict[str, list[str]] = {}
    for index, node in enumerate(emitted.step_nodes):
        uses.setdefault(emitted.layer_kernels[node].kernel, []).append(str(index))
    for step in emitted.steps:
        for part in (step, *([step.rest] if step.rest else [])):
            numbers = uses.setdefault(part.kernel, [])
            if str(part.index) not in numbers:
                numbers.append(str(part.index))
    for patch in emitted.patches:
        for call in patch.calls:
            numbers = uses.setdefault(call.step.kernel, [])
            if str(call.step.index) not in numbers:
                numbers.append(str(call.step.index))
    return uses


def _parts(
    emitted: Emitted, plan: MemoryPlan, training: Training | None
) -> tuple[tuple[Section, ...], tuple[Section, ...]]:
    """What a run does, and what learning does behind it."""
    first = len(plan.segments)
    if training is not None:
        first = next(i for i, s in enumerate(plan.segments) if training.begin in s.nodes)
    ends = plan.segments[:first], plan.segments[first:]
    run, learning = (_sections(emitted, replace(plan, segments=part)) for part in ends)
    return run, learning


def _sections(emitted: Emitted, plan: MemoryPlan) -> tuple[Section, ...]:
    """Layers and streams in the order of execution."""
    steps = {s.node: s for s in emitted.steps}
    out: list[Section] = []
    for segment in plan.segments:
        name = segment.nodes[0]
        if name in emitted.streams:
            out.append(Section(stream=emitted.streams[name]))
        elif name in steps:
            out.append(Section(step=steps[name]))
    return tuple(out)


def files_digest(files: Mapping[str, str]) -> str:
    """SHA-256 over paths and contents, for the manifest."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path}\0{files[path]}\0".encode())
    return digest.hexdigest()

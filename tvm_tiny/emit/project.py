# SPDX-License-Identifier: Apache-2.0
"""A planned graph to the C sources of a model: header, AOT main, kernels, weights."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tvm_tiny.emit.data import C_TYPES, CArray, float_literal, model_constants
from tvm_tiny.emit.kernels import Kernel, LayerKernel, make_kernels
from tvm_tiny.emit.names import comment_text, member_names, unique
from tvm_tiny.emit.patches import PatchCode, executed, make_patch, opened, patch_kernel
from tvm_tiny.emit.spec import IoSpec, ProjectSpec
from tvm_tiny.emit.steps import Place, Step, make_steps, scratch_name
from tvm_tiny.emit.streams import FEED, Stream, make_streams
from tvm_tiny.graph import Graph, Tensor
from tvm_tiny.operators.base import lookup
from tvm_tiny.passes.plan_memory import MemoryPlan, row_schedule
from tvm_tiny.passes.recompute.geometry import Patched
from tvm_tiny.schedules.rule import Scheduled
from tvm_tiny.templates import templates
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
        headers: C headers of micro-kernels that the kernels need.
        patches: layers that run as patches.
    """

    spec: ProjectSpec
    steps: tuple[Step, ...]
    streams: Mapping[str, Stream]
    step_nodes: tuple[str, ...]
    kernels: tuple[Kernel, ...]
    layer_kernels: Mapping[str, LayerKernel]
    arrays: tuple[CArray, ...]
    headers: tuple[str, ...] = ()
    patches: tuple[PatchCode, ...] = ()


def emit(
    graph: Graph,
    plan: MemoryPlan,
    schedules: Mapping[str, Scheduled],
    *,
    model: str,
    core: str,
    model_sha256: str,
) -> Emitted:
    """Generate the C sources of a model (deterministic: same arguments, same bytes).

    Args:
        graph: the integer graph.
        plan: order and arena placement, workspaces included.
        schedules: node name to its scheduled row kernel.
        model: C prefix of every symbol.
        core: target core, e.g. ``cortex-m7``.
        model_sha256: of the model file, for the header comments.
    """
    inputs, outputs = _io_specs(graph)
    by_name = {n.name: n for n in graph.nodes}
    arrays, symbols = model_constants(opened(graph), schedules, model)
    places = _places(graph, plan, symbols, inputs, outputs)
    ordered = replace(graph, nodes=tuple(by_name[n] for n in plan.order))
    kernels, layer_kernels = make_kernels(opened(ordered), model, schedules)
    layers = [n for n in executed(graph, plan.order) if not lookup(n.op).is_view]
    nodes = tuple(n.name for n in layers)
    numbers = {name: index for index, name in enumerate(nodes)}
    patches, patch_tables = _patches(ordered, model, numbers, symbols, layer_kernels, schedules)
    layered = replace(plan, segments=tuple(s for s in plan.segments if s.kind == "layer"))
    steps, tables = make_steps(
        row_schedule(layered, graph),
        places,
        layer_kernels,
        schedules,
        model,
        numbers,
    )
    streams, stream_tables = make_streams(
        graph, plan, places, layer_kernels, schedules, model, numbers
    )
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
        core=core,
        row_fed=bool(plan.fed_input),
    )
    headers = tuple(sorted({h for s in schedules.values() for h in s.headers}))
    constants = (*arrays, *tables, *stream_tables, *patch_tables)
    emitted = Emitted(
        spec, steps, streams, nodes, kernels, layer_kernels, constants, headers, patches
    )
    files = _render(emitted, graph, plan, places)
    return replace(emitted, spec=replace(spec, files=files))


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


def _io_specs(graph: Graph) -> tuple[tuple[IoSpec, ...], tuple[IoSpec, ...]]:
    names_in = unique(member_names(t.source or t.name for t in graph.inputs))
    names_out = member_names(t.source or t.name for t in graph.outputs)
    names_out = unique(names_out, names_in)
    make = [
        tuple(_io_spec(t, n) for t, n in zip(tensors, names, strict=True))
        for tensors, names in ((graph.inputs, names_in), (graph.outputs, names_out))
    ]
    return make[0], make[1]


def _io_spec(tensor: Tensor, name: str) -> IoSpec:
    return IoSpec(
        name=name,
        source=tensor.source or tensor.name,
        shape=tensor.shown_shape,
        dtype=tensor.dtype,
        count=tensor.size,
        scale=tensor.scale,
        zero_point=tensor.zero_point,
    )


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
        if tensor.dtype == "float32":
            places[tensor.name] = Place("in", symbol=spec.name)
    for tensor, spec in zip(graph.outputs, outputs, strict=True):
        if tensor.dtype == "float32" and tensor.name not in places:
            places[tensor.name] = Place("out", symbol=spec.name)
    if plan.fed_input and plan.rings[plan.fed_input] == 1:
        places[plan.fed_input] = Place("fed")
    elif plan.fed_input:
        places[plan.fed_input] = Place("arena", offset=plan.offsets[plan.fed_input])
    for name, offset in plan.offsets.items():
        places.setdefault(name, Place("arena", offset=offset))
    for node in graph.nodes:
        if node.name in plan.scratch_offsets:
            offset = plan.scratch_offsets[node.name]
            places[scratch_name(node)] = Place("arena", offset=offset)
        if lookup(node.op).is_view:
            places[node.output.name] = places[node.operands[0].name]
    return places


def _render(
    emitted: Emitted, graph: Graph, plan: MemoryPlan, places: Mapping[str, Place]
) -> dict[str, str]:
    spec = emitted.spec
    inputs = [_io_view(t, s, places) for t, s in zip(graph.inputs, spec.inputs, strict=True)]
    outputs = [_io_view(t, s, places) for t, s in zip(graph.outputs, spec.outputs, strict=True)]
    for io in inputs:
        io |= {"direction": "input", "hint": "Write it there to save the copy."}
        io["pointer"] = f"in->{io['name']}"
        if plan.fed_input:
            io["offset"] = None
    for io in outputs:
        io |= {"direction": "output", "hint": "Valid from the end of a run to the next."}
        io["pointer"] = f"out->{io['name']}"
        if io["place"].kind == "out" and io["place"].symbol == io["name"]:
            io["offset"] = None
    copies = [
        o for o in outputs if not (o["place"].kind == "out" and o["place"].symbol == o["name"])
    ]
    uses = _uses(emitted)
    model: dict[str, Any] = {
        "name": spec.model,
        "upper": spec.model.upper(),
        "banner": f"Generated by tvm_tiny {spec.version} for {spec.core}"
        f" from a model with SHA-256 {spec.model_sha256}.",
        "arena_bytes": spec.arena_bytes,
        "arena_align": spec.arena_align,
        "inputs": inputs,
        "outputs": outputs,
        "arena_io": [io for io in inputs + outputs if io["offset"] is not None],
        "output_copies": copies,
        "copies": bool(copies)
        or any(io["offset"] is not None for io in inputs)
        or plan.rings.get(plan.fed_input, 1) > 1,
        "layers": spec.layers,
        "sections": _sections(emitted, plan),
        "streams": list(emitted.streams.values()),
        "stream_layers": max((s.last - s.first + 1 for s in emitted.streams.values()), default=0),
        "patches": emitted.patches,
        "feed": FEED,
        "fed": _fed_view(graph, plan, inputs),
        "kernels": [
            {
                "prototype": k.prototype,
                "body": k.body,
                "uses": [f"layer {i}" for i in uses[k.name]],
            }
            for k in emitted.kernels
        ],
        "arrays": emitted.arrays,
        "headers": emitted.headers,
    }
    return {
        path.format(spec.model): templates(_TEMPLATES).get_template(name).render(m=model)
        for name, path in _FILES.items()
    }


def _uses(emitted: Emitted) -> dict[str, list[str]]:
    """Kernel -> numbers of the layers that call it."""
    uses: dict[str, list[str]] = {}
    for index, node in enumerate(emitted.step_nodes):
        uses.setdefault(emitted.layer_kernels[node].kernel, []).append(str(index))
    for patch in emitted.patches:
        for call in patch.calls:
            numbers = uses.setdefault(call.step.kernel, [])
            if str(call.step.index) not in numbers:
                numbers.append(str(call.step.index))
    return uses


def _sections(emitted: Emitted, plan: MemoryPlan) -> list[dict[str, Step | Stream | None]]:
    """Layers and streams in the order of execution."""
    steps = {s.node: s for s in emitted.steps}
    out: list[dict[str, Step | Stream | None]] = []
    for segment in plan.segments:
        name = segment.nodes[0]
        if name in emitted.streams:
            out.append({"step": None, "stream": emitted.streams[name]})
        elif name in steps:
            out.append({"step": steps[name], "stream": None})
    return out


def _fed_view(
    graph: Graph, plan: MemoryPlan, inputs: Sequence[Mapping[str, Any]]
) -> dict[str, Any] | None:
    """What the template needs to know about an input that comes by rows."""
    if not plan.fed_input:
        return None
    tensor = graph.inputs[0]
    held = plan.rings[tensor.name]
    return {
        "name": inputs[0]["name"],
        "upper": inputs[0]["upper"],
        "source": inputs[0]["source"],
        "ctype": inputs[0]["ctype"],
        "rows": tensor.rows,
        "row_size": tensor.row_size,
        "row_bytes": tensor.row_bytes,
        "held": held,
        "offset": plan.offsets[tensor.name] if held > 1 else None,
        "state": plan.arena_bytes - plan.state_bytes,
    }


def _io_view(tensor: Tensor, spec: IoSpec, places: Mapping[str, Place]) -> dict[str, Any]:
    place = places[tensor.name]
    return {
        "name": spec.name,
        "upper": spec.name.upper(),
        "source": comment_text(spec.source),
        "dtype": spec.dtype,
        "ctype": C_TYPES[spec.dtype],
        "shape": spec.shape,
        "count": spec.count,
        "nbytes": tensor.nbytes,
        "scale": float_literal(spec.scale) if spec.scale else "",
        "zero_point": spec.zero_point,
        "place": place,
        "offset": place.offset if place.kind == "arena" else None,
    }


def files_digest(files: Mapping[str, str]) -> str:
    """SHA-256 over paths and contents, for the manifest."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path}\0{files[path]}\0".encode())
    return digest.hexdigest()

# SPDX-License-Identifier: Apache-2.0
"""The early stage of a network: the layers that run as patches, or as one stream.

MCUNetV2 runs the first layers patch by patch, as they hold the largest tensors, and the rest
layer by layer. Here a stage is a prefix of the execution order behind which a single feature map is
alive; where it ends is chosen by the memory that the rest needs layer by layer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.graph import Graph, Node
from tvm_tiny.operators.base import lookup
from tvm_tiny.passes.receptive_field.analysis import kernel_of

_WINDOWED = ("conv2d", "depthwise_conv2d")
_ENTRANCE = ("quantize", "transpose", "reshape")


@dataclass(frozen=True)
class Stage:
    """The early stage.

    Attributes:
        first: position in the graph of its first layer.
        end: position behind its last layer.
        nodes: names of its nodes.
        layer: its last layer as the user's model calls it.
        peak_bytes: activations at the fullest layer of the whole model, layer by layer.
        rest_bytes: the same of the layers behind the stage.
    """

    first: int
    end: int
    nodes: tuple[str, ...]
    layer: str
    peak_bytes: int
    rest_bytes: int


def candidate_stages(graph: Graph) -> list[Stage]:
    """Every stage that a graph has, the shortest first; none if no prefix leaves one image."""
    live = live_bytes(graph)
    first = _entrance(graph)
    out: list[Stage] = []
    made = {t.name for t in graph.inputs}
    for end in range(first + 1, len(graph.nodes)):
        node = graph.nodes[end - 1]
        made.add(node.output.name)
        shape = node.output.shape
        if len(shape) != 4 or shape[1] * shape[2] <= 1 or not _is_cut(graph, end, made):
            continue
        names = tuple(n.name for n in graph.nodes[first:end])
        layer = node.layer or node.name
        out.append(Stage(first, end, names, layer, max(live), max(live[end:])))
    return out


def find_stages(graph: Graph, stage: int | str | None = None) -> list[Stage]:
    """The stages to consider, the best first.

    Args:
        graph: the integer graph.
        stage: number of layers with a window, a layer's name, or None: to be chosen. Then the
            earliest stage comes first behind which half of the model's memory is enough (of models
            that are as large at the end, the middle one), then shorter ones, then longer ones.

    Raises:
        UsageError: TT6050, there is no such stage.
    """
    found = candidate_stages(graph)
    if stage is None:
        return _by_memory(graph, found)
    if isinstance(stage, int):
        counts = [(_windows(graph.nodes[s.first : s.end]), s) for s in found]
        chosen = [s for count, s in counts if count == stage][-1:]
    else:
        chosen = [s for s in found if _is_named(graph, s, stage)][:1]
    if not chosen:
        what = f"stage={stage!r} is no stage of this model"
        names = [_short(s.layer) for s in found]
        counts = sorted({_windows(graph.nodes[s.first : s.end]) for s in found})
        why = "a stage ends where a single feature map is alive"
        do = f"a layer: {', '.join(names[:24]) or 'there is none'}; or a number: {counts[:24]}"
        raise UsageError("wrong stage", (Problem(what, why=why, do=do),), "TT6050")
    return chosen


def live_bytes(graph: Graph) -> list[int]:
    """Activations alive while each node runs, layer by layer; views cost nothing of their own."""
    root: dict[str, str] = {}
    for node in graph.nodes:
        if lookup(node.op).is_view:
            base = node.operands[0].name
            root[node.output.name] = root.get(base, base)
    last: dict[str, int] = {}
    born: dict[str, int] = {root.get(t.name, t.name): 0 for t in graph.inputs}
    size = {t.name: t.nbytes for t in graph.tensors() if t.name not in root}
    for place, node in enumerate(graph.nodes):
        for tensor in node.activations:
            last[root.get(tensor.name, tensor.name)] = place
        born.setdefault(root.get(node.output.name, node.output.name), place)
    for tensor in graph.outputs:
        last[root.get(tensor.name, tensor.name)] = len(graph.nodes)
    floats = {t.name for t in graph.tensors() if t.dtype == "float32"}  # the caller's memory
    return [
        sum(
            size[n]
            for n, b in born.items()
            if n in size and n not in floats and b <= place <= last.get(n, b)
        )
        for place in range(len(graph.nodes))
    ]


def _entrance(graph: Graph) -> int:
    """Position of the first node that is not just the input in another form."""
    for place, node in enumerate(graph.nodes):
        if node.op not in _ENTRANCE:
            return place
    return len(graph.nodes)


def _is_cut(graph: Graph, end: int, made: set[str]) -> bool:
    """Whether behind a position only the tensor just made is still read."""
    later = {t.name for n in graph.nodes[end:] for t in n.activations}
    later |= {t.name for t in graph.outputs}
    return later & made == {graph.nodes[end - 1].output.name}


def _windows(nodes: Sequence[Node]) -> int:
    return sum(n.op in _WINDOWED and max(kernel_of(n)) > 1 for n in nodes)


def _by_memory(graph: Graph, found: Sequence[Stage]) -> list[Stage]:
    total = _windows(graph.nodes)
    useful = [s for s in found if 0 < _windows(graph.nodes[s.first : s.end]) < total]
    useful = _narrow(graph, [s for s in useful if _ends_a_layer(graph, s)] or useful)
    if not useful:
        return []
    half = [i for i, s in enumerate(useful) if 2 * s.rest_bytes <= s.peak_bytes]
    less = [i for i, s in enumerate(useful) if s.rest_bytes < s.peak_bytes]
    middle = [
        i for i, s in enumerate(useful) if 2 * _windows(graph.nodes[s.first : s.end]) >= total
    ]
    best = (half or less or middle or [len(useful) - 1])[0]
    return [useful[best], *useful[:best][::-1], *useful[best + 1 :]]


def _narrow(graph: Graph, stages: Sequence[Stage]) -> list[Stage]:
    """Stages whose result is no larger than that of every shorter one."""
    out: list[Stage] = []
    least = 0
    for stage in stages:
        size = graph.nodes[stage.end - 1].output.nbytes
        if not out or size <= least:
            out.append(stage)
            least = size
    return out


def _ends_a_layer(graph: Graph, stage: Stage) -> bool:
    """Not between a depthwise layer and the pointwise one behind it: that tensor is a wide one."""
    last, behind = graph.nodes[stage.end - 1 : stage.end + 1]
    return not (
        last.op == "depthwise_conv2d" and behind.op == "conv2d" and max(kernel_of(behind)) == 1
    )


def _is_named(graph: Graph, stage: Stage, name: str) -> bool:
    node = graph.nodes[stage.end - 1]
    return name in (stage.layer, node.name, node.output.source, _short(stage.layer))


def _short(layer: str) -> str:
    return layer.split(";")[0]

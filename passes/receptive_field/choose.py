# SPDX-License-Identifier: Apache-2.0
"""Which early windows shrink and which later ones grow.

A tap cut at each end of a window in the early stage takes 2 d j positions from the receptive field
(dilation d, jump j of its input) and as many from the halo of every layer before it. Windows are
tried in the order of work saved per position of field lost; for each the later windows that bring
the field back at the least price in work and weights are sought anew. A window is left as it is
if that fails, or if the stride would step over pixels that no tap reads.

Ref: Lin et al. 2021, MCUNetV2 (arXiv 2110.15352): "receptive field redistribution".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tvm_tiny.graph import Graph, Node
from tvm_tiny.operators.base import lookup
from tvm_tiny.operators.macs import total_macs
from tvm_tiny.passes.receptive_field.analysis import FieldAnalysis, Pair, analyse, kernel_of
from tvm_tiny.passes.receptive_field.edit import (
    CHANGEABLE,
    WindowChange,
    change_of,
    edited,
)
from tvm_tiny.passes.receptive_field.stage import Stage

LARGEST = 7
"""Windows do not grow beyond this."""


@dataclass(frozen=True)
class Refusal:
    """Why a stage cannot give up its receptive field.

    Attributes:
        code: TT1301 nothing early shrinks, TT1302 nothing later grows.
        layer: last layer of the stage.
        why: in words.
    """

    code: str
    layer: str
    why: str


@dataclass(frozen=True)
class _Cost:
    macs: int
    weights: int


def choose(graph: Graph, stage: Stage, budget: float) -> tuple[WindowChange, ...] | Refusal:
    """Decide what changes.

    Args:
        graph: the integer graph.
        stage: the layers that are to see less.
        budget: work and weights that the whole model may gain, each as a share of what it has.

    Returns:
        Changes in the order of the graph, or why there are none.
    """
    task = _Task(graph, stage, budget)
    if not task.later:
        why = "no convolution with a window comes behind it, before a global pool"
        return Refusal("TT1302", stage.layer, why)
    steps = task.shrinks({})
    if not steps:
        return Refusal("TT1301", stage.layer, task.why_nothing_shrinks())
    kernels: dict[int, Pair] = {}
    grown: dict[int, Pair] = {}
    given_up: set[tuple[int, Pair]] = set()
    while steps:
        at, kernel = steps[0]
        found = task.growth({**kernels, at: kernel})
        if found is None:
            given_up.add((at, kernel))
        else:
            kernels[at], grown = kernel, found
        steps = [s for s in task.shrinks(kernels) if s not in given_up]
    if not kernels:
        why = f"later windows, up to {LARGEST}x{LARGEST}, cannot bring back what any early one"
        why += f" loses within a budget of {budget:.0%}: {task.cheapest()}"
        return Refusal("TT1302", stage.layer, why)
    return task.changes({**kernels, **grown})


class _Task:
    """A graph, its stage, and what is asked again and again."""

    def __init__(self, graph: Graph, stage: Stage, budget: float) -> None:
        self._graph, self._stage, self._budget = graph, stage, budget
        self._before = analyse(graph)
        self._cost = _cost(graph)
        # A tensor with rows and columns of its own: behind a global pool windows see everything.
        self.early = [i for i in range(stage.first, stage.end) if self._has_window(i)]
        self.later = [i for i in range(stage.end, len(graph.nodes)) if self._has_window(i)]

    def _has_window(self, at: int) -> bool:
        node = self._graph.nodes[at]
        if node.op not in CHANGEABLE or max(kernel_of(node)) == 1 or node.index < 0:
            return False
        fields = self._before.fields[node.operands[0].name]
        return not any(f.whole for f in fields)

    def shrinks(self, kernels: Mapping[int, Pair]) -> list[tuple[int, Pair]]:
        """(position, smaller window) of every early window that can lose taps, the best first."""
        current = self._edited(kernels)
        found = analyse(current)
        out: list[tuple[float, int, Pair]] = []
        for at in self.early:
            kernel = _smaller(current.nodes[at])
            if kernel is None or isinstance(self._change(at, kernel), str):
                continue
            saved, lost = self._saved(current, found, at, kernel)
            if saved > 0:
                out.append((saved / lost, at, kernel))
        return [(at, kernel) for _, at, kernel in sorted(out, key=lambda s: (-s[0], -s[1]))]

    def _saved(
        self, graph: Graph, found: FieldAnalysis, at: int, kernel: Pair
    ) -> tuple[float, int]:
        """(work that the halo of the layers before it loses, positions of field lost).

        The work of a layer a position of the input, times the positions of halo that go: what
        each seam between patches no longer repeats, a position along it.
        """
        node = graph.nodes[at]
        fields = found.fields[node.operands[0].name]
        saved, lost = 0.0, 0
        for axis in (0, 1):
            cut = kernel_of(node)[axis] - kernel[axis]
            dilation = int(node.attrs["dilation"][axis])
            fewer = int(cut * dilation * fields[axis].jump)
            lost += fewer
            for before in graph.nodes[self._stage.first : at]:
                if before.output.name in self._upstream(at):
                    saved += fewer * lookup(before.op).macs(before)
        return saved, max(1, lost)

    def _upstream(self, at: int) -> set[str]:
        """Tensors that a node depends on."""
        wanted = {t.name for t in self._graph.nodes[at].activations}
        for node in reversed(self._graph.nodes[:at]):
            if node.output.name in wanted:
                wanted |= {t.name for t in node.activations}
        return wanted

    def growth(self, shrunk: Mapping[int, Pair]) -> dict[int, Pair] | None:
        """Later windows that bring the field back within the budget, the cheapest; or None."""
        grown: dict[int, Pair] = {}
        while True:
            current = self._edited({**shrunk, **grown})
            total = analyse(current).total
            missing = [max(0, b - t) for b, t in zip(self._before.total, total, strict=True)]
            if not any(missing):
                return grown if self._affordable(current) else None
            step = self._best_growth(current, missing)
            if step is None:
                return None
            grown[step[0]] = step[1]

    def _best_growth(self, graph: Graph, missing: Sequence[int]) -> tuple[int, Pair] | None:
        """The step that covers what is missing at the least price, else the most for its price."""
        found = analyse(graph)
        covering: list[tuple[float, int, Pair]] = []
        partial: list[tuple[float, int, Pair]] = []
        for at in self.later:
            node = graph.nodes[at]
            kernel = _larger(node)
            if kernel is None:
                continue
            price = self._price(node, kernel)
            fields = found.fields[node.operands[0].name]
            gains = [
                (kernel[a] - kernel_of(node)[a]) * int(node.attrs["dilation"][a]) * fields[a].jump
                for a in (0, 1)
            ]
            useful = sum(min(g, m) for g, m in zip(gains, missing, strict=True))
            if not useful or not self._widens(graph, at, kernel, missing):
                continue
            if all(g >= m for g, m in zip(gains, missing, strict=True)):
                covering.append((price, at, kernel))
            partial.append((price / float(useful), at, kernel))
        best = min(covering or partial, default=None)
        return (best[1], best[2]) if best else None

    def _widens(self, graph: Graph, at: int, kernel: Pair, missing: Sequence[int]) -> bool:
        """Whether the total field grows where it must: the window may lie on a shorter path."""
        made = change_of(graph.nodes[at], kernel)
        if isinstance(made, str):
            return False
        old, new = analyse(graph).total, analyse(edited(graph, [made])).total
        return any(n > o and m for n, o, m in zip(new, old, missing, strict=True))

    def _price(self, node: Node, kernel: Pair) -> float:
        """Work and weights that a larger window costs, as shares of the model's."""
        old, new = kernel_of(node), kernel
        factor = new[0] * new[1] / (old[0] * old[1]) - 1
        macs, weights = lookup(node.op).macs(node), node.operands[1].size
        return factor * (macs / max(1, self._cost.macs) + weights / max(1, self._cost.weights))

    def _affordable(self, graph: Graph) -> bool:
        cost = _cost(graph)
        limit = 1 + self._budget
        return cost.macs <= limit * self._cost.macs and cost.weights <= limit * self._cost.weights

    def cheapest(self) -> str:
        """The later window that costs least to grow, and what it costs."""
        priced = [
            (self._price(node, kernel), node, kernel)
            for at in self.later
            if (kernel := _larger(node := self._graph.nodes[at])) is not None
        ]
        if not priced:
            return f"all are {LARGEST} taps wide or more"
        _, node, kernel = min(priced, key=lambda p: p[0])
        factor = kernel[0] * kernel[1] / (kernel_of(node)[0] * kernel_of(node)[1]) - 1
        macs = factor * lookup(node.op).macs(node) / max(1, self._cost.macs)
        weights = factor * node.operands[1].size / max(1, self._cost.weights)
        size = f"{kernel[0]}x{kernel[1]}"
        return f"'{node.layer}' at {size} costs {macs:.0%} MACs and {weights:.0%} weights"

    def why_nothing_shrinks(self) -> str:
        """For every early window the reason why it stays."""
        if not self.early:
            return "no convolution in it has a window"
        reasons: list[str] = []
        for at in self.early:
            node = self._graph.nodes[at]
            kernel, size = _smaller(node), "x".join(map(str, kernel_of(node)))
            why = "it would be smaller than its stride"
            if kernel is not None:
                made = self._change(at, kernel)
                why = made if isinstance(made, str) else "no work comes before it in the stage"
            reasons.append(f"'{node.layer.split(';')[0]}' {size}: {why}")
        return "; ".join(reasons)

    def changes(self, kernels: Mapping[int, Pair]) -> tuple[WindowChange, ...]:
        """The decision as data."""
        made = [self._change(at, kernels[at]) for at in sorted(kernels)]
        return tuple(c for c in made if isinstance(c, WindowChange))

    def _change(self, at: int, kernel: Pair) -> WindowChange | str:
        return change_of(self._graph.nodes[at], kernel)

    def _edited(self, kernels: Mapping[int, Pair]) -> Graph:
        return edited(self._graph, self.changes(kernels))


def _cost(graph: Graph) -> _Cost:
    return _Cost(total_macs(graph), total_weights(graph))


def total_weights(graph: Graph) -> int:
    """Parameters of the convolutions and matrix products of a graph, without biases."""
    weighted = (*CHANGEABLE, "transpose_conv2d", "fully_connected")
    return sum(n.operands[1].size for n in graph.nodes if n.op in weighted)


def _smaller(node: Node) -> Pair | None:
    """Two taps less along every axis that has them to spare and still reads every pixel."""
    height, width = (
        k - 2 if k >= 3 and k - 2 >= s else k
        for k, s in zip(kernel_of(node), node.attrs["strides"], strict=True)
    )
    return None if (height, width) == kernel_of(node) else (height, width)


def _larger(node: Node) -> Pair | None:
    """Two taps more along every axis that has a window."""
    height, width = (k + 2 if 1 < k <= LARGEST - 2 else k for k in kernel_of(node))
    return None if (height, width) == kernel_of(node) else (height, width)

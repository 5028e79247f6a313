# SPDX-License-Identifier: Apache-2.0
"""``oracle``: RAM, flash and cycles of a net from its shapes; no C compiler, nothing trained.

Speaks of the plan layer by layer (``build(optimize="speed")``), or of any objective's, which takes
as long as the search for it. Its arena is planned, not guessed; the stack is bounded, cycles and
code are estimated (``prices``, ``passes/plan/estimate.py``, and the figures below;
``benchmarks/oracle.py`` measures how far off they are). What a layer costs is worked out once, from
a model of that layer alone, and remembered: a candidate whose layers are known takes milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

from tvm_tiny._tvm import register_target_tag
from tvm_tiny.checking import load
from tvm_tiny.emit.data import TABLE_OPERANDS
from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.explore.prices import layers_cycles
from tvm_tiny.explore.shapes import NetLayer, Shapes
from tvm_tiny.graph import Graph, Node, Tensor
from tvm_tiny.operators import lookup
from tvm_tiny.operators.macs import total_macs
from tvm_tiny.passes.plan.estimate import estimate_layers_cycles, estimate_plan_cycles
from tvm_tiny.passes.plan.objective import OBJECTIVES, Objective, choose_plan
from tvm_tiny.pipeline import integer_graph
from tvm_tiny.report.receptive_field import graph_of
from tvm_tiny.schedules.apply import schedule_kernels
from tvm_tiny.schedules.rule import Scheduled, constants_of
from tvm_tiny.targets import Core, load_core

_STACK_BYTES: Final = 1024
_STACK_OF_PRODUCTS_BYTES: Final = 896
_STACK_OF_STREAMS_BYTES: Final = 256
"""More than layer by layer runs have needed: of any kernels, of those in ``_PRODUCTS`` only; and
what running row by row may add."""
_PRODUCTS: Final = frozenset(
    {"dsp-matrix", "dsp-winograd", "dsp-depthwise", "dsp-depthwise-direct", "dsp-depthwise-fours",
     "dsp-channels", "dsp-elementwise", "dsp-vector"}
)  # fmt: skip
_CODE_BASE_BYTES: Final = 5000
_CODE_KERNEL_BYTES: Final = 900
"""Of the runtime and of a kernel, the mean of those measured: flash is told to about a quarter."""


@dataclass(frozen=True)
class Figures:
    """What the oracle says of a net and an objective.

    Attributes:
        arena_bytes: as the planner places it.
        ram_bytes: arena, a bound of the stack, inputs and outputs that the caller holds.
        weights_bytes: in flash, as the kernels read them.
        tables_bytes: in flash: requantisation.
        flash_bytes: those and an estimate of the code.
        cycles: estimated.
        macs: multiply-accumulates.
    """

    arena_bytes: int
    ram_bytes: int
    weights_bytes: int
    tables_bytes: int
    flash_bytes: int
    cycles: int
    macs: int


@dataclass(frozen=True)
class _Known:
    """A layer: the nodes that it becomes, and what their kernels are like."""

    graph: Graph
    kernels: Mapping[str, Scheduled]
    weights_bytes: int
    tables_bytes: int


class Oracle:
    """Remembers layers; one for each core.

    Args:
        target: core.
    """

    def __init__(self, target: str = "cortex-m7") -> None:
        self.core: Core = load_core(target)
        register_target_tag(self.core.name)
        self._layers: dict[tuple[Any, ...], _Known] = {}
        self._kernels: dict[tuple[Any, ...], tuple[Scheduled, int, int]] = {}

    def __call__(
        self,
        net: Any,
        *,
        shapes: Mapping[str, tuple[int, ...]] | None = None,
        optimize: str = "speed",
    ) -> Figures:
        """Figures of a net; see ``oracle``."""
        if optimize not in OBJECTIVES:
            problem = Problem(f"optimize='{optimize}'", do=f"one of {', '.join(OBJECTIVES)}")
            raise UsageError("unknown objective", (problem,), "TT6011")
        if not isinstance(net, Shapes):
            _, graph, _, _ = graph_of(net, shapes)
            kernels = {
                n.name: self._kernel(n, optimize) for n in graph.nodes if not lookup(n.op).is_view
            }
            sizes = [(w, t) for _, w, t in kernels.values()]
            return self._figures(graph, {n: k for n, (k, _, _) in kernels.items()}, sizes, optimize)
        graph, kernels = self._graph(net, optimize)
        known = [self._layers[optimize, x.signature] for x in net.layers]
        sizes = [(k.weights_bytes, k.tables_bytes) for k in known]
        return self._figures(graph, kernels, sizes, optimize)

    def learn(self, nets: Sequence[Shapes], optimize: str = "speed") -> int:
        """Work out the layers of a space beforehand, by objective; returns how many were new."""
        before = len(self._layers)
        for net in nets:
            for layer in net.layers:
                self._known(layer, optimize)
        return len(self._layers) - before

    def _figures(
        self,
        graph: Graph,
        kernels: Mapping[str, Scheduled],
        sizes: Sequence[tuple[int, int]],
        optimize: str,
    ) -> Figures:
        plan = choose_plan(graph, kernels, self.core, Objective(optimize))
        cycles = layers_cycles(graph, kernels, self.core)
        edges = (*graph.inputs, *graph.outputs)
        known = {k.rule for k in kernels.values()} <= _PRODUCTS
        stack = _STACK_OF_PRODUCTS_BYTES if known else _STACK_BYTES
        if any(segment.kind == "stream" for segment in plan.segments):
            stack += _STACK_OF_STREAMS_BYTES
            cycles += estimate_plan_cycles(graph, plan, kernels, self.core)
            cycles -= estimate_layers_cycles(graph, kernels, self.core)
        io_bytes = sum(t.nbytes for t in edges if t.elements.is_float)
        weights, tables = (sum(s[i] for s in sizes) for i in range(2))
        code = _CODE_BASE_BYTES + _CODE_KERNEL_BYTES * len({_alike(n) for n in graph.nodes})
        return Figures(
            arena_bytes=plan.arena_bytes,
            ram_bytes=plan.arena_bytes + stack + io_bytes,
            weights_bytes=weights,
            tables_bytes=tables,
            flash_bytes=weights + tables + code,
            cycles=round(cycles),
            macs=total_macs(graph),
        )

    def _graph(self, net: Shapes, optimize: str) -> tuple[Graph, dict[str, Scheduled]]:
        """The layers' nodes, one behind the other."""
        image: Tensor | None = None
        made: list[Tensor] = []
        nodes: list[Node] = []
        kernels: dict[str, Scheduled] = {}
        used: set[int] = set()
        for number, layer in enumerate(net.layers):
            known = self._known(layer, optimize)
            used |= {v.layer for v in layer.inputs}
            given: dict[str, Tensor] = {}
            for value, inner in zip(layer.inputs, known.graph.inputs, strict=True):
                if value.layer < 0 and image is None:
                    image = replace(inner, name="image")
                found = image if value.layer < 0 else made[value.layer]
                assert found is not None
                given[inner.name] = found
            for node in known.graph.nodes:
                name = f"{node.name}_{number}"
                output = replace(node.output, name=f"{node.output.name}_{number}")
                given[node.output.name] = output
                operands = tuple(given.get(t.name, t) for t in node.operands)
                nodes.append(replace(node, name=name, operands=operands, output=output))
                if node.name in known.kernels:
                    kernels[name] = known.kernels[node.name]
            made.append(given[known.graph.outputs[0].name])
        ends = tuple(t for i, t in enumerate(made) if i not in used)
        assert image is not None
        return Graph((image,), ends, tuple(nodes)), kernels

    def _known(self, layer: NetLayer, optimize: str) -> _Known:
        """What is known of a layer; worked out the first time."""
        found = self._layers.get((optimize, layer.signature))
        if found is None:
            graph = integer_graph(load(layer.model()).module)
            kernels = {
                n.name: self._kernel(n, optimize) for n in graph.nodes if not lookup(n.op).is_view
            }
            found = _Known(
                graph,
                {n: k for n, (k, _, _) in kernels.items()},
                sum(w for _, w, _ in kernels.values()),
                sum(t for _, _, t in kernels.values()),
            )
            self._layers[optimize, layer.signature] = found
        return found

    def _kernels_of(self, graph: Graph, optimize: str) -> dict[str, tuple[Scheduled, int, int]]:
        """``_kernel`` of every node that has one."""
        nodes = [n for n in graph.nodes if not lookup(n.op).is_view]
        return {node.name: self._kernel(node, optimize) for node in nodes}

    def _kernel(self, node: Node, optimize: str) -> tuple[Scheduled, int, int]:
        """How a node is scheduled for an objective, and the bytes of its weights and tables."""
        key = (optimize, *_alike(node))
        if key not in self._kernels:
            alone = Graph(node.activations, (node.output,), (node,))
            scheduled = schedule_kernels(alone, self.core, optimize)[node.name]
            sizes = [0, 0]
            for role, tensor in constants_of(node, scheduled).items():
                sizes[role.rstrip("0123456789") in TABLE_OPERANDS] += tensor.nbytes
            lean = replace(scheduled, constants=None)
            self._kernels[key] = lean, sizes[0], sizes[1]
        return self._kernels[key]


def _alike(node: Node) -> tuple[Any, ...]:
    """Equal for nodes whose kernels differ in constants only."""
    operands = tuple((t.shape, t.dtype, t.data is None) for t in node.operands)
    attrs = tuple(sorted((k, _plain(v)) for k, v in node.attrs.items()))
    return node.op, operands, node.output.shape, node.output.dtype, attrs


def _plain(value: Any) -> str:
    shape = getattr(value, "shape", None)
    return repr(value) if shape is None else f"{shape}"


@cache
def _oracle(target: str) -> Oracle:
    return Oracle(target)


def oracle(
    net: Any,
    target: str = "cortex-m7",
    *,
    shapes: Mapping[str, tuple[int, ...]] | None = None,
    optimize: str = "speed",
) -> Figures:
    """RAM, flash and cycles of a net, before any C compiler or training.

    Args:
        net: ``explore.shapes.Shapes``, or a model: what ``build`` takes, or a float one.
        target: core.
        shapes: static shapes for dynamic inputs of a model.
        optimize: whose plan: of ``build``'s objectives; all but ``speed`` search for it, which
            takes tenths of a second for a small net and seconds for a large one. Where such a
            plan cuts a layer into columns, cycles are an upper bound: rows that narrow are priced
            by the whole layer's kernel.

    Raises:
        UsageError: TT6002 unknown core, TT6011 unknown objective, TT6081 layers that do not fit
            each other.
        ModelError, UnsupportedError: of a model, as ``build``.
    """
    return _oracle(target)(net, shapes=shapes, optimize=optimize)

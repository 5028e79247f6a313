# SPDX-License-Identifier: Apache-2.0
"""Estimated cycles of row calls and plans, without compiling or simulating anything.

A row call costs a linear function of what a node's shapes say about a row: ``Work``. There is one
set of coefficients for each schedule rule, operator and variant, and for cores that were measured;
all are data (``targets/estimates/``, made by ``benchmarks/fit_estimates.py`` from profiles of
the simulator). Nothing here asks for a whole layer: a node narrowed to fewer columns, or a row that
is made twice, is priced like any other.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from tvm_tiny import targets
from tvm_tiny.graph import Graph, Node
from tvm_tiny.operators.base import OUTSIDE, lookup
from tvm_tiny.operators.carried import plain
from tvm_tiny.operators.work import Work, row_extents
from tvm_tiny.passes.decision.memory_plan import MemoryPlan
from tvm_tiny.passes.decision.rewrite import first_of
from tvm_tiny.passes.plan.follow_rows import row_schedule
from tvm_tiny.passes.recompute.geometry import Patched
from tvm_tiny.schedules.rule import Scheduled, rule_of_part
from tvm_tiny.targets import Core, load_core

_FOLDER = Path(targets.__file__).parent / "estimates"
_PRODUCTS = ("dsp-matrix", "dsp-vector")
_DEPTHWISE = "dsp-depthwise"
_COPY = Scheduled(None, "plain", "copies rows")


class CoreCosts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is known about a core.

    Attributes:
        stream_call: cycles that a streamed row call costs beside the row.
        stream_layer: cycles that a streamed layer costs beside its calls.
        kernels: ``rule/operator/variant``, also shortened, to cycles.
        two_rows: what a row made in a call of two costs, as a share of a row made alone.
    """

    stream_call: float
    stream_layer: float
    kernels: Mapping[str, Work]
    two_rows: float = 1.0


def estimate_row_cycles(node: Node, scheduled: Scheduled, core: Core) -> float:
    """Cycles of one row call of a node, the mean over its rows; 0 for a view.

    Args:
        node: what to price, its own shapes.
        scheduled: its kernel; only the rule's name counts.
        core: the target core.
    """
    return row_cycles(node, scheduled.rule, core)


def row_cycles(node: Node, rule: str, core: Core) -> float:
    """The same from the name of the rule that schedules the node."""
    node = plain(node)
    if lookup(node.op).is_view:
        return 0.0
    kernels = _costs(core).kernels
    key = next(k for k in kernel_keys(node, rule) if k in kernels)
    return kernels[key].times(row_work(node, rule))


def estimate_plan_cycles(
    graph: Graph, plan: MemoryPlan, schedules: Mapping[str, Scheduled], core: Core
) -> float:
    """Cycles of a run: every row call that the plan makes, and dispatching those of its streams.

    Args:
        graph: the integer graph.
        plan: the order of its rows.
        schedules: node name to its kernel; a node that the plan adds (part of a node of the graph)
            counts as scheduled like the node whose layer it belongs to.
        core: the target core.
    """
    costs = _costs(core)
    streamed = {n for s in plan.segments if s.kind != "layer" for n in s.nodes}
    row: dict[int, float] = {}
    nodes: list[Node] = []  # keeps the keys of ``row`` alive
    total = 0.0
    for node, _ in row_schedule(plan, graph):
        if id(node) not in row:
            nodes.append(node)
            if node.name in streamed:
                row[id(node)] = _call_cycles(node, schedules, core) + costs.stream_call
                total += costs.stream_layer
            elif node.name in schedules:
                row[id(node)] = _layer_row_cycles(node, schedules[node.name], core)
            else:
                row[id(node)] = _call_cycles(node, schedules, core)
        total += row[id(node)]
    return total


def _call_cycles(node: Node, schedules: Mapping[str, Scheduled], core: Core) -> float:
    """Cycles of a call of a node that the plan may have added, the mean over its calls."""
    if node.op == "patch":
        return _patch_cycles(node.attrs["geometry"], schedules, core)
    scheduled = kernel_of(node.name, schedules)
    operator = lookup(node.op)
    whole = operator.priced_as(node)
    cycles = estimate_row_cycles(whole, scheduled, core)
    return cycles if whole is node else whole.output.rows * cycles / operator.calls(node)


def kernel_of(name: str, schedules: Mapping[str, Scheduled]) -> Scheduled:
    """Kernel of a layer, or of the layer that it makes again or in part; of a copy any."""
    return schedules.get(name) or schedules.get(first_of(name), _COPY)


def _patch_cycles(geometry: Patched, schedules: Mapping[str, Scheduled], core: Core) -> float:
    """Cycles of a band, the mean over all; a narrow row is dispatched like a streamed one.

    A row of few columns has the kernel of its own width, not that of the layer.
    """
    dispatch = _costs(core).stream_call
    row = [
        [
            row_cycles(narrow, _narrow_rule(node, narrow, schedules, core), core) + dispatch
            for node, narrow in zip(geometry.nodes, variant.nodes, strict=True)
        ]
        for variant in geometry.variants
    ]
    total = sum(row[t.variant][c] for b in geometry.bands for c in b.calls for t in geometry.tiles)
    return total / len(geometry.bands)


def _narrow_rule(node: Node, narrow: Node, schedules: Mapping[str, Scheduled], core: Core) -> str:
    """The rule that schedules some columns of a layer."""
    return rule_of_part(kernel_of(node.name, schedules), plain(node), plain(narrow), core)


def estimate_layers_cycles(graph: Graph, schedules: Mapping[str, Scheduled], core: Core) -> float:
    """Cycles of a run layer by layer, whatever the order and the arena."""
    return sum(
        n.output.rows * _layer_row_cycles(n, schedules[n.name], core)
        for n in graph.nodes
        if n.name in schedules
    )


def _layer_row_cycles(node: Node, scheduled: Scheduled, core: Core) -> float:
    """Cycles of a row of a layer that runs by itself: two a call if its kernel can.

    Whether there is room for it in the arena is known later: a plan without room is priced too low.
    """
    cycles = estimate_row_cycles(node, scheduled, core)
    paired = scheduled.two_rows is not None and node.output.rows > 1
    if paired and scheduled.two_rows_falling is not None:
        pixels, _ = row_extents(node)
        return cycles * pixels / (pixels + 1)
    return cycles * _costs(core).two_rows if paired else cycles


def kernel_keys(node: Node, rule: str) -> Iterator[str]:
    """What a node's coefficients may be found under, from the most special; ends with ``*``.

    An operator that nobody measured is priced like the one that its entry names.
    """
    operator = lookup(node.op)
    for name in (node.op, operator.priced_like):
        if name:
            variant = operator.variant(node)
            if variant:
                yield f"{rule}/{name}/{variant}"
            yield f"{rule}/{name}"
            yield name
    yield "*"


def row_work(node: Node, rule: str) -> Work:
    """The regressors of a node's row call: the operator's, as the rule's kernels round them."""
    work = lookup(node.op).work(node)
    if rule in _PRODUCTS:
        return _by_groups(node, work)
    return _by_rounds(node, work) if rule == _DEPTHWISE else work


def _by_groups(node: Node, work: Work) -> Work:
    """Two pixels at a time, inputs in groups of four."""
    inputs = work.macs / work.outputs
    pixels, channels = row_extents(node)
    outputs = channels * (pixels + pixels % 2 if pixels > 1 else 1)
    return msgspec.structs.replace(work, outputs=outputs, macs=outputs * -(-inputs // 4) * 4)


def _by_rounds(node: Node, work: Work) -> Work:
    """Several outputs of a channel at a time; border rows are priced by their channels."""
    pixels, channels = row_extents(node)
    rows = max(1, node.output.rows)
    taps = lookup(node.op).macs(node) / rows / node.output.row_size
    outputs = channels * _depthwise_outputs(pixels)
    wide = channels * _cut_rows(node) / rows
    return msgspec.structs.replace(work, outputs=outputs, macs=outputs * taps, wide=wide)


def _depthwise_outputs(pixels: int) -> int:
    """Outputs that the kernel makes of a channel: rounds as ``tvm_tiny_depthwise_chunk`` says."""
    cost = {n: (n + 1) * -(-pixels // n) for n in (5, 4, 3) if n <= max(3, pixels)}
    chosen = min(cost, key=lambda n: cost[n])
    return chosen * -(-pixels // chosen)


def _cut_rows(node: Node) -> int:
    """How many rows of a depthwise convolution have taps outside the tensor."""
    operator = lookup(node.op)
    return sum(OUTSIDE in operator.row_call(node, i).rows[0] for i in range(node.output.rows))


def _costs(core: Core) -> CoreCosts:
    """The core's figures; of a core without any, those of a measured one that runs its kernels."""
    tried: set[str] = set()
    while not (_FOLDER / f"{core.name}.toml").exists():
        tried.add(core.name)
        if not core.fallback or core.fallback in tried:
            core = _plainest(core.dsp)
            break
        core = load_core(core.fallback)
    return _read(f"{core.name}.toml")


def _plainest(dsp: bool) -> Core:
    """The smallest core with figures that has the same instructions for sums of products."""
    measured = (c for c in targets.cores() if (_FOLDER / f"{c.name}.toml").exists())
    return next(c for c in measured if c.dsp == dsp)


@functools.cache
def _read(name: str) -> CoreCosts:
    return msgspec.toml.decode((_FOLDER / name).read_bytes(), type=CoreCosts)


def reload_data() -> None:
    """Forget the data read so far (the files were rewritten)."""
    _read.cache_clear()

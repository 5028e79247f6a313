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
from dataclasses import replace
from pathlib import Path

import msgspec

from tvm_tiny.graph import Graph, Node
from tvm_tiny.operators.base import OUTSIDE, Access, lookup
from tvm_tiny.passes.memory.plan import MemoryPlan, row_schedule
from tvm_tiny.passes.recompute.geometry import Patched
from tvm_tiny.passes.recompute.rewrite import AGAIN
from tvm_tiny.schedules.rule import Scheduled
from tvm_tiny.targets import load_core

_FOLDER = Path(__file__).parent / "targets" / "estimates"
_NARROW_PIXELS = 8
_PRODUCTS = ("dsp-matrix", "dsp-vector")
_DEPTHWISE = "dsp-depthwise"


class Work(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a row call does, or cycles for one of each. Rows differ at borders: these are means.

    Attributes:
        macs: multiply-accumulates (pooling: elements under windows), rounded up to what a kernel
            takes at once.
        outputs: elements made, rounded up likewise.
        reads: elements read; of a window those gathered for every pixel.
        pixels: columns made.
        channels: of the result.
        wide: the channels once more, in rows of more than eight columns; of dsp-depthwise in rows
            whose windows leave the tensor, the mean.
        calls: one.
    """

    macs: float = 0.0
    outputs: float = 0.0
    reads: float = 0.0
    pixels: float = 0.0
    channels: float = 0.0
    wide: float = 0.0
    calls: float = 0.0

    def times(self, other: Work) -> float:
        """Sum of the products, field by field."""
        return sum(a * b for a, b in zip(msgspec.structs.astuple(self),
                                         msgspec.structs.astuple(other), strict=True))  # fmt: skip


class CoreCosts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is known about a core.

    Attributes:
        stream_call: cycles that a streamed row call costs beside the row.
        stream_layer: cycles that a streamed layer costs beside its calls.
        kernels: ``rule/operator/variant``, also shortened, to cycles.
    """

    stream_call: float
    stream_layer: float
    kernels: Mapping[str, Work]


def estimate_row_cycles(node: Node, scheduled: Scheduled, core: str) -> float:
    """Cycles of one row call of a node, the mean over its rows; 0 for a view.

    Args:
        node: what to price, its own shapes.
        scheduled: its kernel; only the rule's name counts.
        core: name of the target core.
    """
    return row_cycles(node, scheduled.rule, core)


def row_cycles(node: Node, rule: str, core: str) -> float:
    """The same from the name of the rule that schedules the node."""
    if lookup(node.op).is_view:
        return 0.0
    kernels = _costs(core).kernels
    key = next(k for k in kernel_keys(node, rule) if k in kernels)
    return kernels[key].times(row_work(node, rule))


def estimate_plan_cycles(
    graph: Graph, plan: MemoryPlan, schedules: Mapping[str, Scheduled], core: str
) -> float:
    """Cycles of a run: every row call that the plan makes, and dispatching those of its streams.

    Args:
        graph: the integer graph.
        plan: the order of its rows.
        schedules: node name to its kernel; a node that the plan adds (part of a node of the graph)
            counts as scheduled like the node whose layer it belongs to.
        core: name of the target core.
    """
    costs = _costs(core)
    streamed = {n for s in plan.segments if s.kind != "layer" for n in s.nodes}
    row: dict[int, float] = {}
    nodes: list[Node] = []  # keeps the keys of ``row`` alive
    total = 0.0
    for node, _ in row_schedule(plan, graph):
        if id(node) not in row:
            nodes.append(node)
            row[id(node)] = _call_cycles(node, schedules, core)
            if node.name in streamed:
                row[id(node)] += costs.stream_call
                total += costs.stream_layer
        total += row[id(node)]
    return total


def _call_cycles(node: Node, schedules: Mapping[str, Scheduled], core: str) -> float:
    """Cycles of a call of a node that the plan may have added, the mean over its calls."""
    if node.op == "patch":
        return _patch_cycles(node.attrs["geometry"], schedules, core)
    scheduled = schedules.get(node.name) or schedules[node.name.removesuffix(AGAIN)]
    if node.op == "mean_rows":
        whole = replace(node, op="mean")
        return estimate_row_cycles(whole, scheduled, core) / lookup(node.op).calls(node)
    return estimate_row_cycles(node, scheduled, core)


def _patch_cycles(geometry: Patched, schedules: Mapping[str, Scheduled], core: str) -> float:
    """Cycles of a band, the mean over all; a narrow row is dispatched like a streamed one."""
    dispatch = _costs(core).stream_call
    row = [
        [
            estimate_row_cycles(narrow, schedules[node.name], core) + dispatch
            for node, narrow in zip(geometry.nodes, variant.nodes, strict=True)
        ]
        for variant in geometry.variants
    ]
    total = sum(row[t.variant][c] for b in geometry.bands for c in b.calls for t in geometry.tiles)
    return total / len(geometry.bands)


def estimate_layers_cycles(graph: Graph, schedules: Mapping[str, Scheduled], core: str) -> float:
    """Cycles of a run layer by layer, whatever the order and the arena."""
    return sum(
        n.output.rows * estimate_row_cycles(n, schedules[n.name], core)
        for n in graph.nodes
        if n.name in schedules
    )


def dispatch_cycles(core: str) -> float:
    """Cycles that a streamed row call costs beside the row itself."""
    return _costs(core).stream_call


def kernel_keys(node: Node, rule: str) -> Iterator[str]:
    """What a node's coefficients may be found under, from the most special; ends with ``*``."""
    variant = _variant(node)
    if variant:
        yield f"{rule}/{node.op}/{variant}"
    yield f"{rule}/{node.op}"
    yield node.op
    yield "*"


def row_work(node: Node, rule: str) -> Work:
    """The regressors of a node's row call."""
    channels = node.output.shape[-1] if node.output.shape else 1
    pixels = node.output.row_size // channels
    rows = max(1, node.output.rows)
    gathered, share = _gathered(node)
    macs = lookup(node.op).macs(node) / rows
    outputs = node.output.row_size
    if node.op in ("avg_pool2d", "max_pool2d"):
        macs = float(outputs * node.attrs["kernel"][0] * node.attrs["kernel"][1])
    if node.op in ("conv2d", "fully_connected"):
        inputs = macs / outputs
        gathered = pixels * inputs
        if rule in _PRODUCTS:
            outputs = channels * (pixels + pixels % 2 if pixels > 1 else 1)
            macs = outputs * -(-inputs // 4) * 4
    elif rule == _DEPTHWISE:
        taps = macs / outputs
        outputs = channels * _depthwise_outputs(pixels)
        macs = outputs * taps
    else:
        macs *= share
    wide = float(channels if pixels > _NARROW_PIXELS else 0)
    if rule == _DEPTHWISE:
        wide = channels * _cut_rows(node) / rows
    return Work(macs, outputs, gathered, pixels, channels, wide, 1.0)


def _depthwise_outputs(pixels: int) -> int:
    """Outputs that the kernel makes of a channel: rounds as ``tvm_tiny_depthwise_chunk`` says."""
    cost = {n: (n + 1) * -(-pixels // n) for n in (5, 4, 3) if n <= max(3, pixels)}
    chosen = min(cost, key=lambda n: cost[n])
    return chosen * -(-pixels // chosen)


def _cut_rows(node: Node) -> int:
    """How many rows of a depthwise convolution have taps outside the tensor."""
    operator = lookup(node.op)
    return sum(OUTSIDE in operator.row_call(node, i).rows[0] for i in range(node.output.rows))


def _gathered(node: Node) -> tuple[float, float]:
    """Elements of activations that a row call reads, and the share of window rows inside."""
    operator, rows = lookup(node.op), node.output.rows
    accesses = operator.access(node)
    if node.op in ("mean", "sum"):
        return node.operands[0].size / max(1, rows), 1.0
    windows = [i for i, a in enumerate(accesses) if a is Access.WINDOW]
    total = 0.0
    share = 1.0
    for access, tensor in zip(accesses, node.operands, strict=True):
        if tensor.data is None and access is not Access.WINDOW:
            whole = access is Access.WHOLE
            total += tensor.size / max(1, rows) if whole else tensor.row_size
    if windows and rows:
        taps = [operator.row_call(node, row).rows for row in range(rows)]
        for i in windows:
            inside = sum(t != OUTSIDE for call in taps for t in call[i])
            share = inside / max(1, sum(len(call[i]) for call in taps))
            total += inside / rows * node.operands[i].row_size * _covered(node, i)
    return total, share


def _covered(node: Node, operand: int) -> float:
    """The share of an operand's columns that some window of the result covers."""
    kernel = node.attrs["kernel"][1] if "kernel" in node.attrs else 0
    if node.op == "depthwise_conv2d":
        kernel = node.operands[1].shape[1]
    if not kernel:
        return 1.0
    columns = (node.output.shape[2] - 1) * node.attrs["strides"][1] + kernel
    return min(1.0, columns / node.operands[operand].shape[2])


def _variant(node: Node) -> str:
    """What else decides which code of a kernel runs."""
    attrs = node.attrs
    if node.op == "fully_connected":
        return "one pixel" if node.output.row_size == node.output.shape[-1] else "pixels"
    if node.op == "conv2d":
        if node.output.shape[2] == 1:
            return "one pixel"
        if node.operands[1].shape[1:3] == (1, 1):
            return "1x1"
        kind = "words" if node.operands[0].shape[3] % 4 == 0 else "bytes"
        return f"window of {kind} by {attrs['strides'][1]}"
    if node.op == "depthwise_conv2d":
        high, wide = node.operands[1].shape[:2]
        return f"{high}x{wide} by {attrs['strides'][1]}"
    if node.op in ("add", "sub"):
        alone = [(attrs[f"{x}_multiplier"], attrs[f"{x}_shift"]) == (1 << 30, 0) for x in "ab"]
        return f"{2 - sum(alone)} rescaled"
    return ""


@functools.cache
def _costs(core: str) -> CoreCosts:
    """The core's figures; of a core without any, those of a measured one that runs its kernels."""
    path = _FOLDER / f"{core}.toml"
    if not path.exists():
        path = _FOLDER / ("cortex-m4.toml" if load_core(core).dsp else "cortex-m3.toml")
    return msgspec.toml.decode(path.read_bytes(), type=CoreCosts)


def reload_data() -> None:
    """Forget the data read so far (the files were rewritten)."""
    _costs.cache_clear()

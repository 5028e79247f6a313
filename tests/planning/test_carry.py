# SPDX-License-Identifier: Apache-2.0
"""Carried windows and heads in blocks: what fits, what lies where, the same integers."""

from __future__ import annotations

import numpy as np
import pytest
from stream_machine import StreamMachine

import tvm_tiny
from tvm_tiny.errors import UsageError
from tvm_tiny.graph import Graph, Node, Tensor
from tvm_tiny.operators.base import lookup
from tvm_tiny.passes.decision.rewrite import Rewrite, first_of
from tvm_tiny.passes.plan.segments import plan_segments
from tvm_tiny.passes.recompute.carry import Carry, carry_of
from tvm_tiny.passes.recompute.channels import split_of, wide_heads
from tvm_tiny.passes.recompute.rewrite import apply_rewrites
from tvm_tiny.testing.models import tiny_convnet

_CONV = {"dilation": [1, 1], "input_zero_point": 0, "output_zero_point": 0}
_CONV |= {"activation": [-128, 127], "groups": 1}


def constant(name: str, shape: tuple[int, ...], dtype: str = "int32") -> Tensor:
    return Tensor(name, shape, dtype, data=np.zeros(shape, dtype))


def convolution(
    x: Tensor, name: str, channels: int, kernel: int = 3, stride: int = 1, pad: int = 0
) -> Node:
    extent = [(e + 2 * pad - kernel) // stride + 1 for e in x.shape[1:3]]
    operands = (
        x,
        constant(f"{name}_w", (channels, kernel, kernel, x.shape[3]), "int8"),
        *(constant(f"{name}_{k}", (channels,)) for k in ("b", "m", "s")),
    )
    attrs = {**_CONV, "strides": [stride, stride], "padding": [pad] * 4}
    return Node(
        name, "conv2d", operands, Tensor(f"{name}_y", (1, *extent, channels), "int8"), attrs
    )


@pytest.mark.parametrize(
    ("kernel", "stride", "pad", "expected"),
    [
        (3, 1, 1, Carry(2, 0, 12)),
        (3, 2, 0, Carry(2, 0, 12)),
        (5, 1, 2, Carry(4, 0, 12)),
        (5, 3, 0, Carry(4, 0, 10)),
        (3, 3, 0, "neighbouring"),
        (1, 1, 0, "neighbouring"),
    ],
)
def test_what_is_carried(kernel: int, stride: int, pad: int, expected: Carry | str) -> None:
    node = convolution(Tensor("x", (1, 12, 12, 4), "int8"), "c", 8, kernel, stride, pad)
    found = carry_of(node)
    if isinstance(expected, str):
        assert isinstance(found, str)
        assert expected in found
    else:
        assert isinstance(found, Carry)
        assert found.old == expected.old
        assert found.first == expected.first
        assert found.count <= expected.count


def test_nothing_is_carried_for_what_has_no_window() -> None:
    graph = tvm_tiny.build(tiny_convnet(), optimize="speed").compiled.graph
    refused = {n.op for n in graph.nodes if isinstance(carry_of(n), str)}
    carried = {n.op for n in graph.nodes if not isinstance(carry_of(n), str)}
    assert {"add", "reshape", "fully_connected", "softmax"} <= refused
    assert carried == {"conv2d", "depthwise_conv2d"}


def chain() -> Graph:
    x = Tensor("x", (1, 16, 16, 4), "int8")
    a = convolution(x, "a", 8, pad=1)
    b = convolution(a.output, "b", 4, pad=1)
    c = convolution(b.output, "c", 4, stride=2)
    return Graph((x,), (c.output,), (a, b, c))


def test_a_carried_ring_is_one_row_less_and_shares_the_newest() -> None:
    graph = chain()
    plain = plan_segments(graph, [["a", "b", "c"]], row_fed=True)
    rewrites = tuple(Rewrite("carry", (n,)) for n in ("b", "c"))
    names = [["a", "b_carry", "b", "c_carry", "c"]]
    plan = plan_segments(graph, names, row_fed=True, rewrites=rewrites)
    assert (plain.rings["a_y"], plan.rings["a_y"], plan.rings["a_y_b_kept"]) == (3, 1, 2)
    assert (plain.rings["b_y"], plan.rings["b_y"], plan.rings["b_y_c_kept"]) == (3, 1, 2)
    StreamMachine(graph, plan, {}).run()
    new = apply_rewrites(graph, rewrites)
    assert apply_rewrites(new, rewrites) is new
    macs = [sum(lookup(n.op).macs(n) for n in g.nodes) for g in (graph, new)]
    assert macs[0] == macs[1]


def test_carried_rows_need_a_stream() -> None:
    with pytest.raises(UsageError, match="stream"):
        plan_segments(
            chain(), [["a"], ["b_carry"], ["b"], ["c"]], rewrites=(Rewrite("carry", ("b",)),)
        )
    with pytest.raises(UsageError, match="does not fit"):
        apply_rewrites(chain(), (Rewrite("carry", ("b", "c")),))


def head(channels: int = 64, extent: int = 8) -> Graph:
    x = Tensor("x", (1, extent, extent, 8), "int8")
    conv = convolution(x, "conv", channels, 1)
    y = Tensor("y", (1, channels), "int8", "pooled")
    attrs = {"axes": [1, 2], "keep_dims": False, "input_zero_point": 0, "output_zero_point": 0}
    mean = Node("mean", "mean", (conv.output,), y, {**attrs, "multiplier": 1 << 30, "shift": 0})
    return Graph((x,), (y,), (conv, mean))


def test_a_head_runs_by_blocks_of_channels() -> None:
    graph = head()
    assert wide_heads(graph) == [("conv", "mean")]
    new = apply_rewrites(graph, (Rewrite("channels", ("conv", "mean")),))
    blocks = [n for n in new.nodes if n.op == "conv2d"]
    assert split_of(graph, *graph.nodes) == len(blocks) == 16
    assert new.nodes[-1].op == "concat"
    assert new.nodes[-1].output is graph.outputs[0]
    assert {first_of(n.name) for n in blocks} == {"conv"}
    kept = [c for n in blocks if n.output.channels for c in n.output.channels.kept]
    assert kept == list(range(64))
    macs = [sum(lookup(n.op).macs(n) for n in g.nodes if n.op == "conv2d") for g in (graph, new)]
    assert macs[0] == macs[1]


def test_heads_that_cannot_be_split() -> None:
    graph = head(channels=62)
    assert wide_heads(graph) == []
    with pytest.raises(UsageError, match="blocks"):
        apply_rewrites(graph, (Rewrite("channels", ("conv", "mean")),))
    assert wide_heads(head(extent=2)) == []


@pytest.mark.parametrize("row_fed", [False, True])
def test_carried_plans_compute_the_same(row_fed: bool) -> None:
    artifact = tvm_tiny.build(tiny_convnet(), optimize="ram", row_fed=row_fed)
    kinds = {r.kind for r in artifact.compiled.plan.rewrites}
    assert "carry" in kinds
    assert artifact.validate(samples=1, on="host").bit_exact

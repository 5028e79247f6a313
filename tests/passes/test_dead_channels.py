# SPDX-License-Identifier: Apache-2.0
"""Constant and unread channels: Before and Expected, and random nets before and after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from integer_run import run_graph
from test_passes_graph import Body, assert_kept, assert_rewrites, const, module

from tvm_tiny import _tvm
from tvm_tiny.graph import ChannelMap, Tensor
from tvm_tiny.passes.channels.dead_channels import FoldDeadChannels
from tvm_tiny.passes.channels.program import read_program
from tvm_tiny.passes.channels.ranges import channel_ranges
from tvm_tiny.passes.extract import extract
from tvm_tiny.validate.compare import comparable

Array = npt.NDArray[Any]
SHAPE = (1, 4, 4, 3)
ZERO = -5
FOLD = FoldDeadChannels(multiple=1)
HALF = 1 << 30  # with shift 0: the accumulator halved


def scale(channels: int) -> list[Any]:
    return [const(np.full(channels, HALF), np.int32), const(np.zeros(channels), np.int32)]


def conv(f: Body, x: Any, weight: Array, bias: Sequence[int], **attrs: Any) -> Any:
    """A convolution, weight [O, KH, KW, I]."""
    defaults = {"strides": [1, 1], "dilation": [1, 1], "padding": [0] * 4, "groups": 1}
    return _linear(f, "conv2d", x, weight, bias, {**defaults, **attrs})


def depthwise(f: Body, x: Any, weight: Array, bias: Sequence[int], **attrs: Any) -> Any:
    """A depthwise convolution, weight [KH, KW, C]."""
    defaults = {"strides": [1, 1], "dilation": [1, 1], "padding": [0] * 4}
    return _linear(f, "depthwise_conv2d", x, weight, bias, {**defaults, **attrs})


def dense(f: Body, x: Any, weight: Array, bias: Sequence[int], **attrs: Any) -> Any:
    """A fully connected layer, weight [O, I]."""
    return _linear(f, "fully_connected", x, weight, bias, {"weight_zero_point": 0, **attrs})


def _linear(
    f: Body, op: str, x: Any, weight: Array, bias: Sequence[int], attrs: dict[str, Any]
) -> Any:
    common = {"input_zero_point": ZERO, "output_zero_point": ZERO, "activation": [-128, 127]}
    operands = (const(weight, np.int8), const(bias, np.int32), *scale(len(bias)))
    return f.op(op, x, *operands, **{"layer": op, **common, **attrs})


def ones(*shape: int, zero: Sequence[int] = ()) -> Array:
    """Weights of 1, 2, 3, .. with rows ``zero`` of dimension 0 all zero."""
    out = (np.arange(np.prod(shape)) % 7 + 1).reshape(shape).astype(np.int8)
    out[list(zero)] = 0
    return out


def channel_map(count: int, gone: dict[int, int]) -> list[list[int]]:
    kept = [c for c in range(count) if c not in gone]
    return [[count], kept, list(gone), list(gone.values())]


# a bias of 40 is a value of 20 + ZERO
VALUE = 20 + ZERO


def test_a_constant_channel_goes_into_the_next_bias() -> None:
    second = ones(2, 1, 1, 3)

    def before(f: Body, x: Any) -> Any:
        return conv(f, conv(f, x, ones(3, 1, 1, 3, zero=[1]), [7, 40, 9]), second, [1, 2])

    def after(f: Body, x: Any) -> Any:
        kept = {"channel_map": channel_map(3, {1: VALUE})}
        y = conv(f, x, ones(3, 1, 1, 3, zero=[1])[[0, 2]], [7, 9], **kept)
        bias = np.array([1, 2]) + 20 * second[:, 0, 0, 1].astype(int)
        return conv(f, y, second[..., [0, 2]], bias.tolist())

    assert_rewrites(FOLD, before, after, SHAPE)


def test_a_channel_that_always_saturates_is_constant() -> None:
    def build(f: Body, x: Any) -> Any:
        first = conv(f, x, ones(2, 1, 1, 3), [1 << 20, 0], activation=[-128, 90])
        return conv(f, first, ones(1, 1, 1, 2), [0])

    first, second = extract(FOLD(module(build, SHAPE))).nodes
    assert first.output.channels == ChannelMap(2, (1,), ((0, 90),))
    assert second.operands[2].data.tolist() == [1 * (90 - ZERO)]


@pytest.mark.parametrize(("bias", "shrinks"), [(0, True), (40, False)])
def test_padding_lets_only_the_zero_point_through(bias: int, shrinks: bool) -> None:
    """bias 0 makes the zero point: the padding that a window sees is the same number."""

    def build(f: Body, x: Any) -> Any:
        y = conv(f, x, ones(2, 1, 1, 3, zero=[0]), [bias, 3])
        return conv(f, y, ones(1, 3, 3, 2), [0], padding=[1, 1, 1, 1])

    first, _ = extract(FOLD(module(build, SHAPE))).nodes
    assert (first.output.shape[-1] == 1) == shrinks


def test_padding_that_only_meets_zero_weights_lets_any_constant_through() -> None:
    weight = ones(1, 3, 3, 2)
    weight[:, [0, 2], :, 0] = weight[:, :, [0, 2], 0] = 0

    def build(f: Body, x: Any) -> Any:
        y = conv(f, x, ones(2, 1, 1, 3, zero=[0]), [40, 3])
        return conv(f, y, weight, [0], padding=[1, 1, 1, 1])

    _, second = extract(FOLD(module(build, SHAPE))).nodes
    assert second.operands[2].data.tolist() == [20 * int(weight[0, 1, 1, 0])]


@pytest.mark.parametrize(("bias", "pad", "shrinks"), [(0, 1, True), (40, 0, True), (40, 1, False)])
def test_depthwise_passes_a_constant_on_where_padding_allows(
    bias: int, pad: int, shrinks: bool
) -> None:
    def build(f: Body, x: Any) -> Any:
        y = conv(f, x, ones(2, 1, 1, 3, zero=[0]), [bias, 3])
        z = depthwise(f, y, ones(3, 3, 2), [5, 6], padding=[pad] * 4)
        return conv(f, z, ones(1, 1, 1, 2), [0])

    first, second, third = extract(FOLD(module(build, SHAPE))).nodes
    channels = {t.shape[-1] for t in (first.output, second.output, second.operands[1])}
    assert channels == {1 if shrinks else 2}
    if shrinks:
        # twice the bias is the accumulator of 9 taps of weight 1, 3, 5, 7, 2, 4, 6, 1, 3
        value = (5 + bias // 2 * int(ones(3, 3, 2)[..., 0].sum()) + 1) // 2
        assert third.operands[2].data.tolist() == [min(value, 127 - ZERO)]


def test_padding_that_the_clamp_swallows_is_no_obstacle() -> None:
    """Border and interior differ, but both saturate."""

    def build(f: Body, x: Any) -> Any:
        y = conv(f, x, ones(2, 1, 1, 3, zero=[0]), [40, 3])
        z = depthwise(f, y, ones(3, 3, 2), [5000, 6], padding=[1] * 4)
        return conv(f, z, ones(1, 1, 1, 2), [0])

    nodes = extract(FOLD(module(build, SHAPE))).nodes
    assert nodes[1].output.channels == ChannelMap(2, (1,), ((0, 127),))


SUM = {
    "a_zero_point": ZERO, "b_zero_point": ZERO, "left_shift": 4, "a_multiplier": HALF,
    "a_shift": 0, "b_multiplier": HALF, "b_shift": 0, "multiplier": HALF, "shift": -3,
    "output_zero_point": 2, "activation": [-128, 127],
}  # fmt: skip


@pytest.mark.parametrize(("zero", "left"), [([1], 3), ([1, 2], 2)])
def test_add_drops_a_channel_if_both_operands_are_constant(zero: list[int], left: int) -> None:
    def build(f: Body, x: Any) -> Any:
        a = conv(f, x, ones(3, 1, 1, 3, zero=zero), [7, 40, 9], layer="a")
        b = conv(f, x, ones(3, 1, 1, 3, zero=[2]), [7, 8, 30], layer="b")
        return conv(f, f.op("add", a, b, layer="sum", **SUM), ones(2, 1, 1, 3), [1, 2])

    graph = extract(FOLD(module(build, SHAPE)))
    assert [n.output.shape[-1] for n in graph.nodes] == [left, left, left, 2]


def test_constants_pass_pools_tables_means_reshapes_and_concatenations() -> None:
    table = np.arange(-128, 128)[::-1].astype(np.int8)
    pool = {"kernel": [2, 2], "strides": [2, 2], "dilation": [1, 1], "padding": [0] * 4}

    def build(f: Body, x: Any) -> Any:
        y = conv(f, x, ones(3, 1, 1, 3, zero=[1]), [7, 40, 9])
        y = f.op("lut", y, const(table), layer="lut")
        a = f.op("avg_pool2d", y, activation=[-128, 127], layer="avg", **pool)
        b = f.op("max_pool2d", y, activation=[-128, 127], layer="max", **pool)
        y = f.op("concat", a, b, axis=3, layer="join")
        flat = f.op("reshape", y, shape=[1, 24], layer="flat")
        return dense(f, flat, ones(2, 24), [1, 2])

    got = extract(FOLD(module(build, SHAPE)))
    assert [n.output.shape[-1] for n in got.nodes] == [2, 2, 2, 2, 4, 16, 2]
    join = got.nodes[4].output.channels
    assert join == ChannelMap(6, (0, 2, 3, 5), ((1, -VALUE - 1), (4, -VALUE - 1)))
    share = ones(2, 24)[:, [1, 4, 7, 10, 13, 16, 19, 22]].astype(int).sum(axis=1)
    want = np.array([1, 2]) + share * (-VALUE - 1 - ZERO)
    assert got.nodes[-1].operands[2].data.tolist() == want.tolist()


def test_a_channel_that_nobody_reads_goes_backwards() -> None:
    """Zero columns make the channel unread; then nobody reads what only it read."""
    last = ones(2, 1, 1, 3)
    last[..., 2] = 0
    middle = ones(3, 1, 1, 4)
    middle[:2, ..., 3] = 0

    def build(f: Body, x: Any) -> Any:
        a = conv(f, x, ones(4, 1, 1, 3), [0] * 4, layer="a")
        b = conv(f, a, middle, [0] * 3, layer="b")
        return conv(f, b, last, [0] * 2, layer="c")

    graph = extract(FOLD(module(build, SHAPE)))
    assert [n.output.shape[-1] for n in graph.nodes] == [3, 2, 2]
    assert graph.nodes[0].output.channels == ChannelMap(4, (0, 1, 2), ())


def test_outputs_and_what_softmax_reads_stay() -> None:
    def build(f: Body, x: Any) -> Any:
        y = conv(f, x, ones(3, 1, 1, 3, zero=[1]), [7, 40, 9])
        z = conv(f, x, ones(3, 1, 1, 3, zero=[2]), [7, 8, 9])
        soft = f.op("softmax", z, multiplier=HALF, shift=2, diff_min=-100, layer="soft")
        return (y, soft, conv(f, y, ones(1, 1, 1, 3), [0]))

    assert_kept(FOLD, build, SHAPE)


def test_a_tensor_keeps_a_channel_and_multiples_stay_multiples() -> None:
    def build(f: Body, x: Any, zero: Sequence[int], channels: int) -> Any:
        y = conv(f, x, ones(channels, 1, 1, 3, zero=zero), [40] * channels)
        return conv(f, y, ones(1, 1, 1, channels), [0])

    def left(zero: Sequence[int], channels: int, multiple: int) -> int:
        mod = module(lambda f, x: build(f, x, zero, channels), SHAPE)
        return extract(FoldDeadChannels(multiple)(mod)).nodes[0].output.shape[-1]

    assert left(range(3), 3, 1) == 1
    assert left(range(5), 8, 4) == 4
    assert left(range(3), 8, 4) == 8
    assert left(range(3), 7, 4) == 4
    assert left(range(8), 8, 4) == 4


# ---- random nets ----------------------------------------------------------------------------


class Nets:
    """Random nets of every operator that channels pass through."""

    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng(seed)

    def _vectors(self, channels: int) -> list[Any]:
        rng = self._rng
        bias = rng.integers(-3000, 3000, channels)
        bias[rng.random(channels) < 0.1] = 90000
        multiplier = rng.integers(1 << 30, 1 << 31, channels)
        shift = rng.integers(-7, -3, channels)
        return [const(v, np.int32) for v in (bias, multiplier, shift)]

    def _weight(self, *shape: int) -> Array:
        """Random int8 with zero rows and zero columns."""
        weight = self._rng.integers(-127, 128, shape).astype(np.int8)
        weight[self._rng.random(shape[0]) < 0.35] = 0
        weight[..., self._rng.random(shape[-1]) < 0.25] = 0
        return weight

    def _conv(self, f: Body, x: Any, channels: int, outputs: int) -> Any:
        kernel = int(self._rng.choice([1, 1, 3]))
        attrs = self._window(kernel) | {"groups": 1}
        weight = self._weight(outputs, kernel, kernel, channels)
        return f.op("conv2d", x, const(weight), *self._vectors(outputs), layer="conv", **attrs)

    def _window(self, kernel: int) -> dict[str, Any]:
        return {
            "strides": [1, 1], "dilation": [1, 1], "padding": [kernel // 2] * 4,
            "input_zero_point": -3, "output_zero_point": -3,
            "activation": [-3, int(self._rng.choice([60, 127]))],
        }  # fmt: skip

    def _depthwise(self, f: Body, x: Any, channels: int) -> Any:
        weight = self._weight(3, 3, channels)
        operands = (const(weight), *self._vectors(channels))
        return f.op("depthwise_conv2d", x, *operands, layer="dw", **self._window(3))

    def _unary(self, f: Body, x: Any, channels: int) -> Any:
        which = self._rng.integers(0, 4)
        if which == 0:
            table = self._rng.integers(-128, 128, 256).astype(np.int8)
            return f.op("lut", x, const(table), layer="lut")
        if which == 1:
            window = {"kernel": [3, 3], "strides": [1, 1], "dilation": [1, 1], "padding": [1] * 4}
            op = str(self._rng.choice(["avg_pool2d", "max_pool2d"]))
            return f.op(op, x, activation=[-100, 100], layer="pool", **window)
        if which == 2:
            size = {"output_size": [4, 4], "align_corners": False, "half_pixel_centers": True}
            return f.op("resize_bilinear", x, layer="resize", **size)
        return self._depthwise(f, x, channels)

    def build(self, f: Body, x: Any) -> Any:
        """Two branches, joined by add, sub, mul or concat, a mean or flattening, a dense layer."""
        channels = int(self._rng.integers(4, 9))
        stem = self._unary(f, self._conv(f, x, SHAPE[3], channels), channels)
        a = self._depthwise(f, self._conv(f, stem, channels, channels), channels)
        b = self._unary(f, self._conv(f, stem, channels, channels), channels)
        c = self._joined(f, a, b)
        channels = _tvm.tensor_type(c)[0][-1]
        c = self._unary(f, self._conv(f, c, channels, 8), 8)
        if self._rng.random() < 0.5:
            mean = {"input_zero_point": -3, "output_zero_point": -3, "multiplier": 1 << 30}
            c = f.op("mean", c, axes=[1, 2], keep_dims=False, shift=-3, layer="mean", **mean)
            channels = 8
        else:
            channels = 128
            c = f.op("reshape", c, shape=[1, channels], layer="flat")
        attrs = self._window(1) | {"weight_zero_point": int(self._rng.integers(0, 2))}
        operands = (const(self._weight(5, channels)), *self._vectors(5))
        return f.op("fully_connected", c, *operands, layer="dense", **attrs)

    def _joined(self, f: Body, a: Any, b: Any) -> Any:
        which = str(self._rng.choice(["add", "sub", "mul", "concat", "maximum"]))
        if which == "concat":
            return f.op("concat", a, b, axis=3, layer="join")
        if which == "maximum":
            return f.op("maximum", a, b, layer="join")
        if which == "mul":
            product = {"a_zero_point": -3, "b_zero_point": 1, "multiplier": HALF, "shift": -5}
            limits = {"output_zero_point": 4, "activation": [-128, 127]}
            return f.op("mul", a, b, layer="join", **product, **limits)
        return f.op(which, a, b, layer="join", **SUM)


@pytest.mark.parametrize("seed", range(10))
def test_random_nets_compute_the_same(seed: int) -> None:
    """Outputs equal; kept channels equal; removed constants are what the whole net computes."""
    before = module(Nets(seed).build, SHAPE)
    after = FoldDeadChannels(multiple=1 if seed % 2 else 2)(before)
    whole, small = extract(before), extract(after)
    assert sum(t.nbytes for t in small.constants()) < sum(t.nbytes for t in whole.constants())
    rng = np.random.default_rng(seed)
    low, high = rng.integers(-128, 128, (2, *SHAPE)).astype(np.int8)
    for x in (low, high, np.full(SHAPE, -128, np.int8), np.full(SHAPE, 127, np.int8)):
        want, got = run_graph(whole, {"x": x}), run_graph(small, {"x": x})
        for tensor in small.tensors():
            pair = comparable(tensor, got[tensor.name], want[tensor.name])
            assert pair is not None
            assert np.array_equal(*pair), tensor.name


@pytest.mark.parametrize("seed", range(10, 14))
def test_ranges_hold_every_value(seed: int) -> None:
    mod = module(Nets(seed).build, SHAPE)
    program = read_program(mod["main"])
    ranges = channel_ranges(program)
    graph = extract(mod)
    x = np.random.default_rng(seed).integers(-128, 128, SHAPE).astype(np.int8)
    for image in (x, np.full(SHAPE, -128, np.int8), np.full(SHAPE, 127, np.int8)):
        values = run_graph(graph, {"x": image})
        for call, node in zip(program.calls, graph.nodes, strict=True):
            bound, got = ranges[call.result], values[node.output.name].astype(int)
            flat = got.reshape(-1, got.shape[-1])
            assert np.all(flat >= bound.low)
            assert np.all(flat <= bound.high)


# ---- comparing what is left -----------------------------------------------------------------


def _tensor(channels: ChannelMap | None) -> Tensor:
    return Tensor("t", (1, 2, 2), "int8", channels=channels)


@pytest.mark.parametrize(
    ("value", "kept", "equal"), [(9, (0, 2), True), (8, (0, 2), False), (9, (0, 3), False)]
)
def test_comparison_of_kept_channels_and_removed_constants(
    value: int, kept: tuple[int, ...], equal: bool
) -> None:
    want = np.array([[1, 9, 2, 7], [3, 9, 4, 7]], np.int8)
    tensor = _tensor(ChannelMap(4, kept, ((1, value),)))
    pair = comparable(tensor, np.array([[[1, 2], [3, 4]]], np.int8), want)
    assert pair is not None
    assert np.array_equal(*pair) == equal


def test_tensors_that_do_not_fit_are_not_compared() -> None:
    small, large = np.zeros((1, 2, 2), np.int8), np.zeros((1, 2, 5), np.int8)
    assert comparable(_tensor(None), small, large) is None
    assert comparable(_tensor(ChannelMap(4, (0, 1), ())), small, large) is None

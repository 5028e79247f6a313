# SPDX-License-Identifier: Apache-2.0
"""Time series turned so that time runs along rows: before and after, and the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from relax_modules import Body, const, module

import tvm_tiny
from tvm_tiny import _tvm
from tvm_tiny._tvm import relax, transform
from tvm_tiny.errors import UsageError
from tvm_tiny.passes.extract import extract
from tvm_tiny.passes.layout.turn_rows import TurnRows
from tvm_tiny.passes.simplify.elide_noops import ElideNoops
from tvm_tiny.run.samples import random_samples
from tvm_tiny.testing.models import autoencoder, time_series
from tvm_tiny.testing.net import Net
from tvm_tiny.testing.tflite_writer import TensorRef

SIGNAL, TURNED = (1, 1, 12, 3), (1, 12, 1, 3)
Build = Callable[[Body, Any], Any]

# Before and after


def _assert_turns(before: Build, after: Build, shape: Sequence[int] = SIGNAL) -> None:
    given = module(before, shape)
    inputs = {"tvm_tiny.inputs": [["x", 0.0, 0, -1, list(shape)]]}
    expected = module(after, TURNED, attrs=inputs)
    got = TurnRows()(given)
    relax.analysis.well_formed(got)
    _tvm.assert_structural_equal(got, expected)
    _tvm.assert_structural_equal(TurnRows()(got), expected)
    _tvm.assert_structural_equal(given, module(before, shape))


def _conv(f: Body, x: Any, weight: Any, sides: dict[str, Any], **attrs: Any) -> Any:
    vectors = [const(np.arange(4) + k, np.int32) for k in range(3)]
    rest = {"input_zero_point": 1, "output_zero_point": 2, "activation": [-128, 127]}
    return f.op("conv2d", x, const(weight), *vectors, groups=1, **sides, **rest, **attrs)


def test_a_convolution_turns_with_its_weights_and_its_result_is_seen_as_before() -> None:
    weight = np.arange(4 * 5 * 3).reshape(4, 1, 5, 3)
    sides = {"strides": [1, 2], "dilation": [1, 3], "padding": [0, 5, 0, 4]}
    turned = {"strides": [2, 1], "dilation": [3, 1], "padding": [5, 0, 4, 0]}

    def after(f: Body, x: Any) -> Any:
        weights = weight.reshape(4, 5, 1, 3)
        y = _conv(f, x, weights, turned, model_shape=[1, 1, 5, 4])
        return f.op("reshape", y, shape=[1, 1, 5, 4])

    _assert_turns(lambda f, x: _conv(f, x, weight, sides), after)


def test_a_square_window_over_one_row_has_rows_and_columns_exchanged() -> None:
    weight = np.arange(4 * 9 * 3).reshape(4, 3, 3, 3)
    sides = {"strides": [2, 1], "dilation": [1, 1], "padding": [1, 1, 1, 1]}
    turned = sides | {"strides": [1, 2]}

    def after(f: Body, x: Any) -> Any:
        weights = weight.transpose(0, 2, 1, 3)
        y = _conv(f, x, weights, turned, model_shape=[1, 1, 12, 4])
        return f.op("reshape", y, shape=[1, 1, 12, 4])

    _assert_turns(lambda f, x: _conv(f, x, weight, sides), after)


def test_views_between_layers_go_and_axes_are_renumbered() -> None:
    def before(f: Body, x: Any) -> Any:
        y = f.op("reshape", x, shape=[1, 1, 12, 3])
        y = f.op("max_pool2d", y, kernel=[1, 2], strides=[1, 2], dilation=[1, 1],
                 padding=[0, 0, 0, 1], activation=[-128, 127])  # fmt: skip
        y = f.op("reshape", y, shape=[1, 6, 3])
        y = f.op("pad", y, pads=[[0, 0], [1, 2], [0, 1]], value=7)
        y = f.op("strided_slice", y, begin=[0, 8, 1], strides=[1, -2, 1], shape=[1, 4, 3])
        y = f.op("concat", y, const(np.arange(6).reshape(1, 2, 3)), axis=-2)
        return f.op("mean", y, axes=[-2], keep_dims=0, input_zero_point=0, output_zero_point=0,
                    multiplier=1, shift=0)  # fmt: skip

    def after(f: Body, x: Any) -> Any:
        y = f.op("max_pool2d", x, kernel=[2, 1], strides=[2, 1], dilation=[1, 1],
                 padding=[0, 0, 1, 0], activation=[-128, 127],
                 model_shape=[1, 1, 6, 3])  # fmt: skip
        y = f.op("pad", y, pads=[[0, 0], [1, 2], [0, 0], [0, 1]], value=7, model_shape=[1, 9, 4])
        y = f.op("strided_slice", y, begin=[0, 8, 0, 1], strides=[1, -2, 1, 1],
                 shape=[1, 4, 1, 3], model_shape=[1, 4, 3])  # fmt: skip
        table = const(np.arange(6).reshape(1, 2, 1, 3))
        y = f.op("concat", y, table, axis=1, model_shape=[1, 6, 3])
        y = f.op("mean", y, axes=[1], keep_dims=1, input_zero_point=0, output_zero_point=0,
                 multiplier=1, shift=0, model_shape=[1, 3])  # fmt: skip
        return f.op("reshape", y, shape=[1, 3])

    _assert_turns(before, after, (1, 12, 3))


def test_a_constant_for_every_step_is_turned_and_one_for_all_steps_is_left() -> None:
    each, same = np.arange(36).reshape(12, 3), np.arange(3)

    def before(f: Body, x: Any) -> Any:
        return f.op("maximum", f.op("minimum", x, const(each)), const(same))

    def after(f: Body, x: Any) -> Any:
        y = f.op("minimum", x, const(each.reshape(TURNED)), model_shape=[1, 1, 12, 3])
        y = f.op("maximum", y, const(same), model_shape=[1, 1, 12, 3])
        return f.op("reshape", y, shape=[1, 1, 12, 3])

    _assert_turns(before, after)


@pytest.mark.parametrize("shape", [(1, 12), (1, 1, 12)])
def test_a_vector_that_is_reshaped_to_a_sequence_is_one(shape: tuple[int, ...]) -> None:
    table = np.arange(256) % 100
    given = module(
        lambda f, x: f.op("lut", f.op("reshape", x, shape=[1, 1, 12, 1]), const(table)), shape
    )
    graph = extract(TurnRows()(given))
    (tensor,) = graph.inputs
    assert (tensor.rows, tensor.shape, tensor.shown_shape) == (12, (1, 12, 1, 1), shape)
    assert [(n.op, n.output.shape) for n in graph.nodes] == [
        ("lut", (1, 12, 1, 1)),
        ("reshape", (1, 1, 12, 1)),
    ]


def test_a_vector_that_is_also_read_as_it_is_stays_one() -> None:
    def build(f: Body, x: Any) -> Any:
        y = f.op("lut", f.op("reshape", x, shape=[1, 1, 12, 1]), const(np.arange(256) % 100))
        return f.op("minimum", f.op("reshape", y, shape=[1, 12]), x)

    given = module(build, (1, 12))
    _tvm.assert_structural_equal(TurnRows()(given), given)


def test_what_cannot_be_turned_reads_a_view() -> None:
    def before(f: Body, x: Any) -> Any:
        y = f.op("lut", x, const(np.arange(256) % 100))
        return f.op("transpose", y, axes=[0, 1, 3, 2])

    def after(f: Body, x: Any) -> Any:
        y = f.op("lut", x, const(np.arange(256) % 100), model_shape=[1, 1, 12, 3])
        y = f.op("reshape", y, shape=[1, 1, 12, 3])
        return f.op("transpose", y, axes=[0, 1, 3, 2])

    _assert_turns(before, after)


@pytest.mark.parametrize("shape", [(1, 6, 4, 3), (1, 12), (1, 1, 1, 3), (2, 1, 12, 3)])
def test_other_models_stay_as_they_are(shape: tuple[int, ...]) -> None:
    given = module(lambda f, x: f.op("lut", x, const(np.arange(256) % 90)), shape)
    _tvm.assert_structural_equal(TurnRows()(given), given)


def test_it_runs_among_tvm_passes_and_the_graph_remembers_shapes() -> None:
    given = module(lambda f, x: f.conv(x, [1, 1, 1, 1], strides=[1, 1]), SIGNAL)
    graph = extract(transform.Sequential([TurnRows(), ElideNoops()])(given))
    (tensor,) = graph.inputs
    assert (tensor.rows, tensor.shape, tensor.shown_shape) == (12, TURNED, SIGNAL)
    assert [n.output.shape for n in graph.nodes] == [(1, 12, 1, 4), (1, 1, 12, 4)]
    assert {n.output.shown_shape for n in graph.nodes} == {(1, 1, 12, 4)}


# Bit-exact


def _many_operators() -> bytes:
    """Every operator that turns, over (1, 1, 40, 4)."""
    net = Net("many", 3)
    w, x = net.writer, net.input((1, 1, 40, 4))

    def ints(name: str, *values: Any) -> TensorRef:
        return w.constant(name, np.array(values, np.int32))

    def like(
        kind: str, operands: Sequence[TensorRef], shape: tuple[int, ...], **options: Any
    ) -> Any:
        first = operands[0]
        name = f"{kind.lower()}{len(shape)}{shape}"
        return w.op(
            kind, operands, shape, first.scale[0], first.zero_point[0], name=name, **options
        )

    x = net.conv(x, 8, kernel=(3, 5), stride=(1, 2), name="square")
    x = net.depthwise(x, kernel=(1, 3), padding="VALID", name="valid")
    x = like("PAD", [x, ints("pads", [0, 0], [0, 0], [2, 4], [0, 0])], (1, 1, 24, 8))
    skip = x = net.unary("HARD_SWISH", x)
    x = net.average_pool(x, (1, 2), name="average")
    x = like("RESIZE_BILINEAR", [x, ints("bilinear", 1, 24)], (1, 1, 24, 8))
    x = net.add(x, skip, name="sum")
    x = like("CONCATENATION", [x, x], (1, 1, 24, 16), axis=3)
    x = like("STRIDED_SLICE", [x, ints("b", 0, 0, 1, 2), ints("e", 1, 1, 24, 14),
             ints("s", 1, 1, 2, 1)], (1, 1, 12, 12))  # fmt: skip
    x = like("RESIZE_NEAREST_NEIGHBOR", [x, ints("nearest", 1, 24)], (1, 1, 24, 12))
    gate = net.unary("LOGISTIC", net.conv(net.global_mean(x, keep_dims=True), 12, kernel=1))
    x = net.scale_channels(x, gate, name="gated")
    x = like("CONCATENATION", [x, x], (1, 1, 48, 12), axis=2)
    x = net.max_pool(net.reshape(x, (1, 48, 1, 12)), (3, 1), name="most")
    x = net.reshape(x, (1, 16, 12), name="squeezed")
    x = net.unary("SOFTMAX", x)
    return net.finish(x)


@pytest.mark.parametrize("model", [time_series(), _many_operators()], ids=["keras", "many"])
def test_every_layer_is_bit_exact_when_fed_by_rows(model: bytes) -> None:
    fed = tvm_tiny.build(model, row_fed=True)
    assert fed.compiled.graph.inputs[0].rows in (40, 64)
    result = fed.validate(on="host", samples=3)
    assert result.bit_exact
    assert not result.not_compared
    assert (
        fed.compiled.plan.arena_bytes
        < tvm_tiny.build(model, optimize="speed").compiled.plan.arena_bytes
    )
    turned = [n.op for n in fed.compiled.graph.nodes if n.output.model_shape]
    assert len(turned) > 5


@pytest.mark.simulator
def test_a_signal_is_pushed_step_by_step_on_the_simulated_core() -> None:
    fed = tvm_tiny.build(time_series(), row_fed=True)
    (sample,) = random_samples(fed.spec.inputs, 1, 2)
    assert fed.validate([sample]).bit_exact
    (io,) = fed.spec.inputs
    assert io.shape == (1, 64, 3)
    feed = fed.feed()
    answers = [feed.push(step) for step in sample[io.name][0]]
    assert answers[:-1] == [None] * 63
    want = tvm_tiny.build(time_series()).run(sample, "host").outputs
    assert answers[-1] is not None
    np.testing.assert_array_equal(answers[-1]["probabilities"], want["probabilities"])


def _flattened() -> bytes:
    net = Net("flattened", 1)
    return net.finish(net.dense(net.input((1, 16, 2), name="signal"), 4, name="logits"))


@pytest.mark.parametrize(
    ("model", "why"),
    [(autoencoder(), "a single row"), (_flattened(), "'logits'")],
    ids=["a vector", "flattened"],
)
def test_what_cannot_be_fed_says_why(model: bytes, why: str) -> None:
    with pytest.raises(UsageError, match="TT6017") as caught:
        tvm_tiny.build(model, row_fed=True)
    assert why in str(caught.value)

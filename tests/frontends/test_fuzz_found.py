# SPDX-License-Identifier: Apache-2.0
"""What random models found, each as the smallest model that shows it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from fuzz import check

import tvm_tiny
from tvm_tiny.testing.tflite_writer import TensorRef, TFLiteWriter


def _ints(w: TFLiteWriter, name: str, values: object) -> TensorRef:
    return w.constant(name, np.array(values, np.int32))


@pytest.mark.parametrize("kind", ["MUL", "ADD", "SUB"])
def test_both_operands_are_one_tensor(kind: str) -> None:
    """TFLM's binary kernels round otherwise than a float table of 256 values."""
    w = TFLiteWriter("pair")
    x = w.input("x", (1, 16, 16, 8), scale=0.096875, zero_point=-1)
    w.output(w.op(kind, [x, x], x.shape, 0.5067773461341858, -1, name="y"))
    check(w.finish())


@pytest.mark.parametrize("per_channel", [True, False])
def test_a_bias_declares_another_scale(per_channel: bool) -> None:
    """TFLM's per-channel convolutions take it to be input * weight, whatever it is."""
    w = TFLiteWriter("bias")
    x = w.input("x", (1, 5, 5, 2), scale=0.1, zero_point=3)
    scales = [0.02, 0.01, 0.03] if per_channel else [0.02]
    values = np.arange(54).reshape(3, 3, 3, 2).astype(np.int8) - 25
    weights = w.constant("weights", values, scale=scales)
    wrong = [0.002, 0.7, 1e-30] if per_channel else [0.002]
    bias = w.constant("bias", np.array([900, -800, 70], np.int32), scale=wrong)
    w.output(w.op("CONV_2D", [x, weights, bias], (1, 5, 5, 3), 0.2, 4, name="y"))
    check(w.finish())


@pytest.mark.parametrize("axis", [2, [2]], ids=["scalar", "vector"])
def test_a_split_axis_has_either_form(axis: object) -> None:
    w = TFLiteWriter("split")
    x = w.input("x", (2, 3, 4), scale=0.1)
    sizes, place = _ints(w, "sizes", [1, 3]), _ints(w, "axis", axis)
    shapes = [(2, 3, 2)] * 2
    w.output(*w.op_multi("SPLIT", [place, x], shapes, 0.1, names=["a", "b"], num_splits=2))
    shapes = [(2, 3, 1), (2, 3, 3)]
    w.output(*w.op_multi("SPLIT_V", [x, sizes, place], shapes, 0.1, names=["c", "d"], num_splits=2))
    check(w.finish())


def test_a_split_into_one_part() -> None:
    w = TFLiteWriter("split")
    x = w.input("x", (2, 3, 4), scale=0.1)
    (y,) = w.op_multi("SPLIT", [_ints(w, "axis", 1), x], [x.shape], 0.1, names=["y"], num_splits=1)
    w.output(w.op("RELU", [y], x.shape, 0.1, name="z"))
    check(w.finish())


def test_a_slice_has_no_strides() -> None:
    w = TFLiteWriter("slice")
    x = w.input("x", (2, 5, 4), scale=0.1)
    begin, size = _ints(w, "begin", [0, 2, 1]), _ints(w, "size", [-1, 2, 3])
    w.output(w.op("SLICE", [x, begin, size], (2, 2, 3), 0.1, name="y"))
    check(w.finish())


def test_a_clamp_behind_the_quantisation_of_an_input() -> None:
    w = TFLiteWriter("clamp")
    x = w.input("x", (1, 64), dtype="float32")
    q = w.op("QUANTIZE", [x], (1, 64), 0.37, 73, name="q")
    w.output(w.op("RELU6", [q], (1, 64), 0.37, 73, name="y"))
    check(w.finish())


@pytest.mark.simulator
@pytest.mark.parametrize("kind", ["CONV_2D", "DEPTHWISE_CONV_2D"])
def test_every_tap_is_padding(kind: str) -> None:
    """Taps at columns -1 and 1 of an image of one column; clang warned of the comparisons."""
    w = TFLiteWriter("padding")
    x = w.input("x", (1, 3, 1, 4), scale=0.1, zero_point=3)
    shape = (4, 1, 2, 4) if kind == "CONV_2D" else (1, 1, 2, 4)
    axis = 0 if kind == "CONV_2D" else 3
    weights = w.constant("weights", np.ones(shape, np.int8), scale=[0.1] * 4, axis=axis)
    bias = w.constant("bias", np.array([5, 600, -70, 8], np.int32), scale=[0.01] * 4)
    w.output(w.op(kind, [x, weights, bias], (1, 3, 1, 4), 0.1, 2, name="y", dilation_w=2))
    check(w.finish(), on="simulator")


def test_a_fed_row_makes_the_only_row_of_a_layer() -> None:
    """The number of a row was an unused parameter then."""
    w = TFLiteWriter("fed")
    x = w.input("x", (1, 3, 3, 2), scale=0.1, zero_point=3)
    weights = w.constant("weights", np.ones((2, 3, 3, 2), np.int8), scale=0.1)
    w.output(w.op("CONV_2D", [x, weights], (1, 1, 1, 2), 0.5, 2, name="y", padding="VALID"))
    check(w.finish(), row_fed=True)


@pytest.mark.parametrize("plan", [{"optimize": "ram"}, {"row_fed": True}], ids=str)
def test_views_in_a_row(plan: dict[str, Any]) -> None:
    """Several reshapes one after the other are a segment without a row to make."""
    w = TFLiteWriter("views")
    x = w.input("x", (1, 7, 4, 2), scale=0.1)
    y = w.op("RELU", [x], x.shape, 0.05, 3, name="y")
    flat = w.op("RESHAPE", [y, _ints(w, "flat", [1, 56])], (1, 56), 0.05, 3, name="flat_y")
    z = w.op("RELU", [flat], (1, 56), 0.04, 5, name="z")
    pair = w.op("PACK", [flat, z], (1, 56, 2), 0.05, 3, name="pair", values_count=2, axis=2)
    w.output(pair, z)
    check(w.finish(), **plan)


def test_an_unread_input_is_not_an_error() -> None:
    w = TFLiteWriter("unread")
    x = w.input("x", (1, 8), scale=0.1)
    w.input("spare", (1, 3), scale=0.2)
    w.output(w.op("RELU", [x], x.shape, 0.1, 3, name="y"))
    model = w.finish()
    check(model)
    assert [io.source for io in tvm_tiny.build(model).spec.inputs] == ["x", "spare"]

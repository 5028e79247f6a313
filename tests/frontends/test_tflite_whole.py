# SPDX-License-Identifier: Apache-2.0
"""What is said of a TFLite model as a whole, in one line: float, hybrid, a shape of no input."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tvm_tiny.errors import UnsupportedError
from tvm_tiny.frontends.loader import load
from tvm_tiny.frontends.tflite.check import inspect_tflite
from tvm_tiny.frontends.tflite.front_end import from_tflite_file
from tvm_tiny.testing.tflite_writer import TensorRef, TFLiteWriter

Build = Callable[[TFLiteWriter], TensorRef]


def _written(build: Build) -> bytes:
    writer = TFLiteWriter("model")
    writer.output(build(writer))
    return writer.finish()


def _refusal(build: Build) -> UnsupportedError:
    with pytest.raises(UnsupportedError) as caught:
        inspect_tflite(_written(build))
    assert caught.value.code == "TT1102"
    return caught.value


def _float_relu(w: TFLiteWriter) -> TensorRef:
    x = w.input("x", (1, 8), dtype="float32")
    return w.op("RELU", [x], (1, 8), None, name="relu", dtype="float32")


def _int8_relu(w: TFLiteWriter) -> TensorRef:
    x = w.input("x", (1, 8), scale=0.1, zero_point=3)
    return w.op("RELU", [x], (1, 8), 0.1, 3, name="relu")


def _dynamic_range(w: TFLiteWriter) -> TensorRef:
    x = w.input("x", (1, 2), dtype="float32")
    weights = w.constant("w", np.ones((3, 2), np.int8), scale=0.1)
    shape = (1, 3)
    return w.op("FULLY_CONNECTED", [x, weights], shape, None, name="dense", dtype="float32")


def _float_dense(w: TFLiteWriter) -> TensorRef:
    x = w.input("x", (1, 2), dtype="float32")
    weights = w.constant("w", np.array([[1, 2], [3, 4], [0.1, -7]], np.float32))
    return w.op("FULLY_CONNECTED", [x, weights, None], (1, 3), None, name="y", dtype="float32")


def test_a_float_model_is_compiled_and_said_to_be_one(caplog: pytest.LogCaptureFixture) -> None:
    data = _written(_float_dense)
    from_tflite_file(inspect_tflite(data))
    assert "1 layer computes on float32; 'tvm-tiny quantize'" in caplog.text


@pytest.mark.parametrize(
    ("build", "what", "head"),
    [
        (_dynamic_range, "its one layer computes on float32, with weights in int8 ('w')", "hybrid"),
    ],
)
def test_a_hybrid_model_is_said_in_one_line(build: Build, what: str, head: str) -> None:
    error = _refusal(build)
    assert head in error.message
    assert [problem.what for problem in error.problems] == [what]
    assert "tvm-tiny quantize" in error.problems[0].do


@pytest.mark.parametrize("floats", [False, True])
def test_a_shape_for_an_unknown_input_is_refused(floats: bool) -> None:
    data = _written(_float_relu if floats else _int8_relu)
    with pytest.raises(UnsupportedError) as caught:
        load(data, shapes={"image": (1, 4, 4, 2)}, floats=floats)
    assert caught.value.code == "TT1101"
    assert caught.value.problems[0].where == "input 'image'"
    assert "['x']" in caught.value.problems[0].do

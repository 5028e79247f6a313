# SPDX-License-Identifier: Apache-2.0
"""Shapes and constants are computed while a TFLite model is imported; open extents are 1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

import tvm_tiny
from tvm_tiny.errors import Problem, UnsupportedError
from tvm_tiny.frontends.tflite.check import inspect_tflite
from tvm_tiny.frontends.tflite.file import read_tflite
from tvm_tiny.frontends.tflite.model import TFLiteFile, TFLiteOperator
from tvm_tiny.frontends.tflite.prepare import fold_known
from tvm_tiny.frontends.tflite.whole import refuse_accelerators
from tvm_tiny.testing.tflite_writer import TensorRef, TFLiteWriter


def _ints(w: TFLiteWriter, name: str, *values: int) -> TensorRef:
    return w.constant(name, np.array(values, np.int32))


def _int_op(
    w: TFLiteWriter,
    kind: str,
    inputs: Sequence[TensorRef],
    shape: Sequence[int],
    **options: Any,
) -> TensorRef:
    return w.op(kind, inputs, shape, None, name=kind.lower(), dtype="int32", **options)


def _flatten() -> bytes:
    """What Keras writes for Flatten with an open batch."""
    w = TFLiteWriter("flatten")
    x = w.input("x", (1, 3, 4), scale=0.1, zero_point=3)
    shape = _int_op(w, "SHAPE", [x], (3,))
    ends = [_ints(w, "begin", 0), _ints(w, "end", 1), _ints(w, "stride", 1)]
    batch = _int_op(w, "STRIDED_SLICE", [shape, *ends], (), shrink_axis_mask=1)
    rest = w.constant("rest", np.array(12, np.int32))
    wanted = _int_op(w, "PACK", [batch, rest], (2,), values_count=2)
    w.output(w.op("RESHAPE", [x, wanted], (1, 12), 0.1, 3, name="flat"))
    return w.finish()


def test_operators_over_shapes_are_gone() -> None:
    file = inspect_tflite(_flatten())
    assert [op.kind for op in file.operators] == ["RESHAPE"]
    assert [op.index for op in file.operators] == [3], "operators keep their number in the model"
    artifact = tvm_tiny.build(_flatten())
    x = np.arange(12, dtype=np.int8).reshape(1, 3, 4)
    assert np.array_equal(artifact.run(x, on="host").output, x.reshape(1, 12))


def _folded(w: TFLiteWriter) -> tuple[TFLiteFile, list[Any]]:
    file = fold_known(read_tflite(w.finish()))
    return file, [file.tensors[i] for i in file.outputs]


def test_values_of_operators_over_constants() -> None:
    w = TFLiteWriter("known")
    a, b = _ints(w, "a", 7, -7, 9), _ints(w, "b", 2, 2, -4)
    made = [
        w.op(kind, [a, b], (3,), None, name=kind, dtype="int32") for kind in ("ADD", "SUB", "MUL")
    ]
    scalars = [w.constant(n, np.array(v, np.int32)) for n, v in (("s", 3), ("e", 12), ("d", 4))]
    made.append(_int_op(w, "RANGE", scalars, (3,)))
    made.append(_int_op(w, "FILL", [_ints(w, "dims", 2, 2), scalars[0]], (2, 2)))
    made.append(_int_op(w, "GATHER", [a, _ints(w, "at", 2, 0)], (2,)))
    made.append(w.op("CAST", [a], (3,), None, name="cast", dtype="float32"))
    made.append(_int_op(w, "FLOOR_DIV", [a, b], (3,)))
    made.append(_int_op(w, "FLOOR_MOD", [a, b], (3,)))
    made.append(_int_op(w, "ZEROS_LIKE", [a], (3,)))
    shapes = [_ints(w, "one", 2, 1), _ints(w, "other", 1, 5)]
    made.append(_int_op(w, "BROADCAST_ARGS", shapes, (2,)))
    w.output(*made)
    file, found = _folded(w)
    assert not file.operators
    wanted: list[Any] = [
        [9, -5, 5], [5, -9, 13], [14, -14, -36], [3, 7, 11], [[3, 3], [3, 3]], [9, 7],
        [7.0, -7.0, 9.0], [3, -4, -3], [1, 1, -3], [0, 0, 0], [2, 5],
    ]  # fmt: skip
    for tensor, values in zip(found, wanted, strict=True):
        assert tensor.array().tolist() == values


def test_nothing_large_is_made_of_constants() -> None:
    w = TFLiteWriter("large")
    one = w.constant("one", np.array(1, np.int32))
    w.output(_int_op(w, "FILL", [_ints(w, "dims", 60_000, 60_000), one], (60_000, 60_000)))
    w.output(_int_op(w, "GATHER", [_ints(w, "a", 1, 2), _ints(w, "at", 5)], (1,)))
    file, _ = _folded(w)
    assert [op.kind for op in file.operators] == ["FILL", "GATHER"]
    with pytest.raises(UnsupportedError):
        inspect_tflite(_computed_gather())


def _computed_gather() -> bytes:
    w = TFLiteWriter("computed")
    x = w.input("x", (4,), dtype="int32")
    w.output(_int_op(w, "RANGE", [x, x, x], (4,)))
    return w.finish()


def test_the_axis_of_a_vector_means_nothing() -> None:
    w = TFLiteWriter("bias")
    x = w.input("x", (1, 2, 2, 3), scale=0.1)
    weights = w.constant("w", np.ones((4, 1, 1, 3), np.int8), scale=[0.1, 0.2, 0.3, 0.4])
    scales = [0.01, 0.02, 0.03, 0.04]
    bias = w.constant("b", np.arange(4, dtype=np.int32), scale=scales, axis=3)
    w.output(w.op("CONV_2D", [x, weights, bias], (1, 2, 2, 4), 0.5, name="y"))
    assert inspect_tflite(w.finish()).tensors[2].axis == 0


def test_a_model_for_an_accelerator_is_refused_in_one_line() -> None:
    operator = TFLiteOperator(0, "custom operator 'ethos-u'", (), (), {}, "")
    with pytest.raises(UnsupportedError, match="Ethos-U") as caught:
        refuse_accelerators(TFLiteFile((), (operator, operator), (), ()))
    (problem,) = caught.value.problems
    assert "Vela" in problem.do


def test_problems_that_say_one_thing_are_one_entry() -> None:
    name = "x" * 300
    many = [Problem(f"'{name}{i}' has type int4", f"layer {i} '{name}'", "why") for i in range(40)]
    text = str(UnsupportedError("refused", tuple(many)))
    assert text.count("has type") == 1
    assert "and 39 more" in text
    assert max(map(len, text.splitlines())) < 200

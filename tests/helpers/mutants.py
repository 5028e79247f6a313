# SPDX-License-Identifier: Apache-2.0
"""TFLite models with one or two random wrong statements, in files that are themselves sound.

Random bytes rarely get past the check of the file's structure; these always do.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
from absurd_models import Absurd
from damage import Damaged

from tvm_tiny.testing.op_options import ACTIVATION, OPTION_TABLES, PADDING
from tvm_tiny.testing.tflite_writer import TensorRef

_EXTENTS = (-1, 0, 1, 2, 3, 5, 17, 1000, 1 << 20, (1 << 31) - 1)
_INTEGERS = (-(1 << 31), -2, -1, 0, 1, 2, 3, 4, 9, 127, 40000, (1 << 31) - 1)
_SCALES = (0.0, -0.1, float("nan"), float("inf"), 1e-40, 1e-9, 0.004, 0.7, 3.0, 1e9, 3e38)
_ZERO_POINTS = (-(1 << 40), -129, -128, -1, 0, 1, 127, 128, 1 << 40)
_DTYPES = ("int8", "uint8", "int16", "int32", "int64", "float32")


def _base(label: str) -> Absurd:
    """Every kind of operator once; most results are outputs, so none is dead."""
    w = Absurd(label)
    x = w.input("x", (1, 6, 6, 4), scale=0.1, zero_point=3)
    weights = w.weights((4, 3, 3, 4), (0.01, 0.02, 0.015, 0.03))
    y = _op(w, "CONV_2D", [x, weights, w.bias()], stride_h=1, activation="RELU")
    kernel = w.constant("kernel", np.ones((1, 3, 3, 4), np.int8), scale=[0.02] * 4, axis=3)
    y = _op(w, "DEPTHWISE_CONV_2D", [y, kernel], depth_multiplier=1)
    y = _op(w, "ADD", [y, x])
    parts = w.op_multi(
        "SPLIT", [w.ints(3, name="axis"), y], [(1, 6, 6, 2)] * 2, 0.1, 3, names=["a", "b"],
        num_splits=2,
    )  # fmt: skip
    y = _op(w, "CONCATENATION", [parts[1], parts[0]], x.shape, axis=3)
    y = _op(w, "PAD", [y, w.ints([0, 0], [1, 1], [0, 2], [0, 0], name="pads")], (1, 8, 8, 4))
    y = _op(w, "MAX_POOL_2D", [y], (1, 4, 4, 4), filter_h=2, filter_w=2, stride_h=2, stride_w=2)
    w.output(_op(w, "RESIZE_BILINEAR", [y, w.ints(5, 7, name="size")], (1, 5, 7, 4)))
    w.output(_op(w, "TRANSPOSE", [y, w.ints(0, 3, 1, 2, name="order")]))
    begin, size = w.ints(0, 1, 0, 1, name="begin"), w.ints(1, 2, 4, 3, name="extents")
    w.output(_op(w, "SLICE", [y, begin, size], (1, 2, 4, 3)))
    shape = w.ints(1, 8, 8, 2, name="result")
    up = w.constant("up", np.ones((2, 3, 3, 4), np.int8), scale=0.02)
    w.output(_op(w, "TRANSPOSE_CONV", [shape, up, y], (1, 8, 8, 2), stride_h=2, stride_w=2))
    y = _op(w, "MEAN", [y, w.ints(1, 2, name="axes")], (1, 4))
    y = _op(w, "FULLY_CONNECTED", [y, w.constant("d", np.eye(4, dtype=np.int8), scale=0.5)], (1, 4))
    y = _op(w, "LEAKY_RELU", [y], (1, 4), alpha=0.1)
    y = _op(w, "RESHAPE", [y, w.ints(2, 2, name="new")], (2, 2), new_shape=(2, 2))
    w.output(w.op("SOFTMAX", [y], (2, 2), 1 / 256, -128, name="softmax"))
    return w


def _op(w: Absurd, kind: str, inputs: list[Any], shape: Any = None, **options: Any) -> TensorRef:
    shape = inputs[0].shape if shape is None else shape
    return w.op(kind, inputs, shape, 0.1, 3, name=f"{kind.lower()}", **options)


def _pick(rng: np.random.Generator, choices: Any) -> Any:
    return choices[int(rng.integers(0, len(choices)))]


def _changed(rng: np.random.Generator, values: tuple[Any, ...], choices: Any) -> tuple[Any, ...]:
    """One element replaced; or one less; or one more."""
    out = list(values)
    way = rng.integers(0, 6)
    at = int(rng.integers(0, max(1, len(out))))
    if way == 0 and out:
        del out[at]
    elif way == 1 or not out:
        out.insert(at, _pick(rng, choices))
    else:
        out[at] = _pick(rng, choices)
    return tuple(out)


def _data(rng: np.random.Generator, data: bytes | None) -> bytes | None:
    if data is None:
        return rng.bytes(int(rng.integers(1, 99)))
    way = rng.integers(0, 4)
    if way == 0:
        return None
    if way == 1:
        return data[: rng.integers(0, len(data))]
    if way == 2:
        return data + rng.bytes(4)
    words = np.frombuffer(data[: len(data) // 4 * 4], np.int32).copy()
    if words.size:
        words[rng.integers(0, words.size)] = _pick(rng, _INTEGERS)
    return words.tobytes() + data[len(data) // 4 * 4 :]


def _mutate_tensor(w: Absurd, rng: np.random.Generator) -> str:
    tensor = _pick(rng, w._tensors)
    changes: dict[str, Callable[[], Any]] = {
        "shape": lambda: _changed(rng, tensor.shape, _EXTENTS),
        "dtype": lambda: _pick(rng, _DTYPES),
        "scale": lambda: _changed(rng, tensor.scale, _SCALES),
        "zero_point": lambda: _changed(rng, tensor.zero_point, _ZERO_POINTS),
        "axis": lambda: _pick(rng, _INTEGERS),
        "data": lambda: _data(rng, tensor.data),
    }
    field = _pick(rng, list(changes))
    w.lie(tensor, **{field: changes[field]()})
    return f"{tensor.name}.{field}"


def _mutate_op(w: Absurd, rng: np.random.Generator) -> str:
    at = int(rng.integers(0, len(w._ops)))
    op = w._ops[at]
    indices = range(-2, len(w._tensors) + 2)
    way = _pick(rng, ("inputs", "outputs", "kind", "options", "options", "options"))
    if way == "inputs":
        op = dataclasses.replace(op, inputs=_changed(rng, op.inputs, indices))
    elif way == "outputs":
        op = dataclasses.replace(op, outputs=_changed(rng, op.outputs, indices))
    elif way == "kind":
        op = dataclasses.replace(op, kind=_pick(rng, sorted(OPTION_TABLES)), options={})
    elif fields := OPTION_TABLES[op.kind].fields:
        field = _pick(rng, fields)
        choices: Any = _INTEGERS
        if isinstance(field.default, str):
            choices = list(PADDING if field.keyword == "padding" else ACTIVATION)
        elif isinstance(field.default, bool):
            choices = (False, True)
        elif isinstance(field.default, float):
            choices = _SCALES
        elif isinstance(field.default, tuple):
            choices = [(), (1,), (-1, -1), (4,), (2, 3), (1 << 31) - np.arange(1, 3)]
        value = _pick(rng, choices)
        value = tuple(int(v) for v in value) if isinstance(value, np.ndarray) else value
        op = dataclasses.replace(op, options=op.options | {field.keyword: value})
    w._ops[at] = op
    return f"{op.kind}.{way}"


def _mutate_borders(w: Absurd, rng: np.random.Generator) -> str:
    borders = _pick(rng, (w._inputs, w._outputs))
    borders[:] = _changed(rng, tuple(borders), range(-1, len(w._tensors) + 1))
    return "borders"


def sound_model() -> bytes:
    """What the mutants were before."""
    return _base("sound").finish()


def mutants(count: int, seed: int) -> list[Damaged]:
    """The same ``count`` models every time."""
    rng = np.random.default_rng(seed)
    out: list[Damaged] = []
    for i in range(count):
        w = _base("mutant")
        kinds = (_mutate_tensor, _mutate_tensor, _mutate_op, _mutate_op, _mutate_op)
        done = [_pick(rng, kinds)(w, rng) for _ in range(rng.integers(1, 3))]
        if i % 20 == 0:
            done.append(_mutate_borders(w, rng))
        try:
            data = w.finish()
        except (OverflowError, TypeError):  # not a value that the file could hold
            continue
        out.append(Damaged(f"mutant {i}: {', '.join(done)}", ".tflite", data))
    return out

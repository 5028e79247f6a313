# SPDX-License-Identifier: Apache-2.0
"""Models of one operator each, for every operator that is taken as the integer operator itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny.testing.tflite_writer import TensorRef, TFLiteWriter

Array = npt.NDArray[Any]
Build = Callable[[], bytes]
Shape = tuple[int, ...]
Scale = tuple[float, int]
A: Scale = (0.0431, -7)
B: Scale = (0.0217, 19)
NONE = (None, 0)


def _inputs(w: TFLiteWriter, inputs: Sequence[tuple[Shape, Any, str]]) -> list[TensorRef]:
    return [
        w.input(f"x{i}", shape, scale=scale[0], zero_point=scale[1], dtype=dtype)
        for i, (shape, scale, dtype) in enumerate(inputs)
    ]


def model(
    kind: str,
    inputs: Sequence[tuple[Shape, Any, str]],
    shape: Shape,
    scale: Any,
    dtype: str = "int8",
    constants: Sequence[Array] = (),
    **options: Any,
) -> Build:
    """Of one operator; ``constants`` of integers come behind the inputs."""

    def build() -> bytes:
        w = TFLiteWriter(kind.lower())
        operands = _inputs(w, inputs)
        operands += [w.constant(f"c{i}", c) for i, c in enumerate(constants)]
        w.output(w.op(kind, operands, shape, *scale, name="y", dtype=dtype, **options))
        return w.finish()

    return build


def pair(kind: str, a: Shape, b: Shape, y: Any, dtype: str = "int8", **more: Any) -> Build:
    """Two operands of scales A and B that broadcast."""
    kinds = ((a, A, "int8"), (b, B, "int8"))
    if more.pop("wide", False):
        kinds = ((a, (0.0011, 0), "int16"), (b, (0.0007, 0), "int16"))
    return model(kind, kinds, tuple(np.broadcast_shapes(a, b)), y, dtype, **more)


def axes(*values: int) -> tuple[Array, ...]:
    return (np.array(values, np.int32),)


IMAGE: Shape = (1, 5, 3, 6)
TRUTH: Shape = (1, 4, 3, 5)


def compared(relation: str) -> dict[str, Build]:
    return {
        f"{relation} of two": pair(relation, IMAGE, IMAGE, NONE, "bool"),
        f"{relation} by channels": pair(relation, IMAGE, (6,), NONE, "bool"),
    }


def logical(name: str, count: int) -> Build:
    """Comparisons make the operands: models have no bools at their border."""

    def build() -> bytes:
        w = TFLiteWriter("logic")
        x, y = _inputs(w, [(TRUTH, A, "int8"), (TRUTH, B, "int8")])
        made = [
            w.op("LESS", [x, y], TRUTH, None, name="less", dtype="bool"),
            w.op("GREATER", [y, y], TRUTH, None, name="none", dtype="bool"),
        ]
        w.output(w.op(name, made[:count], TRUTH, None, name="y", dtype="bool"))
        return w.finish()

    return build


def selected(condition: Shape, x: Shape, y: Shape, dtype: str = "int8") -> Build:
    """x0 < 0 chooses between x1 and x2."""

    def build() -> bytes:
        w = TFLiteWriter("choice")
        scale = A if dtype == "int8" else (0.01, 0)
        kinds = [(condition, A, "int8"), (x, scale, dtype), (y, scale, dtype)]
        first, *rest = _inputs(w, kinds)
        zero = w.constant("zero", np.zeros((), np.int8), scale=0.1, zero_point=3)
        less = w.op("LESS", [first, zero], condition, None, name="less", dtype="bool")
        shape = np.broadcast_shapes(condition, x, y)
        out = w.op("SELECT_V2", [less, *rest], shape, *scale, name="y", dtype=dtype)
        w.output(out)
        return w.finish()

    return build


def all_true(*over: int, keep: bool) -> Build:
    def build() -> bytes:
        w = TFLiteWriter("all")
        x, y = _inputs(w, [(TRUTH, A, "int8"), (TRUTH, A, "int8")])
        less = w.op("LESS_EQUAL", [x, y], TRUTH, None, name="less", dtype="bool")
        where = w.constant("axes", np.array(over, np.int32))
        shape = [1 if i in over else d for i, d in enumerate(TRUTH) if keep or i not in over]
        options = {"name": "y", "dtype": "bool", "keep_dims": keep}
        w.output(w.op("REDUCE_ALL", [less, where], shape, None, **options))
        return w.finish()

    return build


def reduced(kind: str, *over: int, keep: bool) -> Build:
    shape = tuple(1 if i in over else d for i, d in enumerate(IMAGE) if keep or i not in over)
    return model(kind, [(IMAGE, A, "int8")], shape, A, constants=axes(*over), keep_dims=keep)


def placed(kind: str, axis: int) -> Build:
    shape = tuple(d for i, d in enumerate(IMAGE) if i != axis % 4)
    return model(kind, [(IMAGE, A, "int8")], shape, NONE, "int32", constants=axes(axis))


def matmul(a: Shape, b: Shape, y: Shape, dtype: str = "int8", **options: Any) -> Build:
    scales = (A, B, (0.05, 5)) if dtype == "int8" else ((0.001, 0), (0.002, 0), (0.004, 0))
    kinds = [(a, scales[0], dtype), (b, scales[1], dtype)]
    return model("BATCH_MATMUL", kinds, y, scales[2], dtype, **options)


def one(kind: str, shape: Shape, x: Scale, y: Scale, **options: Any) -> Build:
    return model(kind, [(shape, x, "int8")], shape, y, **options)


CASES: Mapping[str, Build] = {
    "squared difference": pair("SQUARED_DIFFERENCE", IMAGE, IMAGE, (0.07, -128)),
    "squared difference by channels": pair("SQUARED_DIFFERENCE", IMAGE, (1, 1, 1, 6), (0.02, 3)),
    "squared difference by rows": pair("SQUARED_DIFFERENCE", (1, 5, 1, 1), IMAGE, (0.3, -100)),
    "squared difference int16": pair(
        "SQUARED_DIFFERENCE", IMAGE, IMAGE, (0.03, 0), "int16", wide=True
    ),
    "div": pair("DIV", IMAGE, IMAGE, (0.05, 4)),
    "div by channels": pair("DIV", IMAGE, (6,), (0.0213, -11)),
    "div relu": pair("DIV", IMAGE, IMAGE, (0.011, -3), activation="RELU"),
    **compared("EQUAL"),
    **compared("NOT_EQUAL"),
    **compared("LESS"),
    **compared("LESS_EQUAL"),
    **compared("GREATER"),
    **compared("GREATER_EQUAL"),
    "and": logical("LOGICAL_AND", 2),
    "or": logical("LOGICAL_OR", 2),
    "not": logical("LOGICAL_NOT", 1),
    "select": selected(IMAGE, IMAGE, IMAGE),
    "select broadcast": selected((1, 5, 3, 1), IMAGE, (1, 1, 1, 6)),
    "select int16": selected(IMAGE, IMAGE, (1,), "int16"),
    "add_n": model("ADD_N", [(IMAGE, A, "int8")] * 3, IMAGE, (0.09, 5)),
    "add_n of five": model("ADD_N", [((7,), B, "int8")] * 5, (7,), (0.0413, -60)),
    "reduce_min rows": reduced("REDUCE_MIN", 1, 2, keep=True),
    "reduce_min channels": reduced("REDUCE_MIN", 3, keep=False),
    "reduce_all": all_true(1, keep=False),
    "reduce_all channels": all_true(3, keep=True),
    **{f"arg_max {axis}": placed("ARG_MAX", axis) for axis in (-1, 1, 2)},
    **{f"arg_min {axis}": placed("ARG_MIN", axis) for axis in (3, 1, 2)},
    "log_softmax": one("LOG_SOFTMAX", (5, 10), (0.13, 5), (1 / 16, 127)),
    "log_softmax steep": one("LOG_SOFTMAX", (1, 2, 3, 40), (0.9, -5), (1 / 16, 127)),
    "log_softmax flat": one("LOG_SOFTMAX", (3, 200), (0.002, 0), (1 / 16, 127)),
    "l2_normalization": one("L2_NORMALIZATION", (4, 16), (0.1, 3), (1 / 128, 0)),
    "l2_normalization of few": one("L2_NORMALIZATION", (1, 3, 5, 2), (0.1, -128), (1 / 128, 0)),
    "l2_normalization of one": one("L2_NORMALIZATION", (1, 300, 1), (0.1, 0), (1 / 128, 0)),
    "matmul": matmul((4, 5), (5, 3), (4, 3)),
    "matmul transposed": matmul((4, 5), (3, 5), (4, 3), adj_y=True),
    "matmul of batches": matmul((2, 3, 4, 5), (2, 3, 5, 7), (2, 3, 4, 7)),
    "matmul adjoint": matmul((3, 5, 4), (3, 7, 5), (3, 4, 7), adj_x=True, adj_y=True),
    "matmul one b": matmul((3, 4, 5), (1, 5, 6), (3, 4, 6)),
    "matmul int16": matmul((2, 4, 5), (2, 5, 6), (2, 4, 6), "int16"),
    "elu": one("ELU", (2, 128), (0.04, -30), (0.03, -90)),
    "elu large": one("ELU", (2, 128), (0.9, 127), (0.011, 60)),
}  # fmt: skip


def samples(seed: int, shape: Shape, dtype: str, count: int = 4) -> Array:
    """Random values, and both ends of the type."""
    limits = np.iinfo(dtype)
    rng = np.random.default_rng(seed)
    x = rng.integers(limits.min, limits.max + 1, (count, *shape)).astype(dtype)
    x[0] = limits.min
    x[1] = limits.max
    return x

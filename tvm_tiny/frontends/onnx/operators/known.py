# SPDX-License-Identifier: Apache-2.0
"""Operators over shapes and constants: computed while the model is imported.

Exporters write them where a batch is open: Shape, Gather, Unsqueeze, Concat, Reshape.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from tvm_tiny.frontends.onnx.graph import Array, OnnxNode
from tvm_tiny.frontends.onnx.record import Evaluate, extend
from tvm_tiny.frontends.onnx.type_numbers import DTYPES

LARGEST_KNOWN: Final = 1 << 20
"""Elements that an operator over constants may make: shapes are small, tables are in the file."""


def _bounded(shape: Sequence[int] | Array) -> tuple[int, ...]:
    extents = tuple(int(d) for d in shape)
    if min(extents, default=0) < 0 or math.prod(extents) > LARGEST_KNOWN:
        raise ValueError(f"a constant of shape {extents}")
    return extents


def _shape(node: OnnxNode, shapes: Sequence[Any]) -> list[Any]:
    start, end = node.attrs.get("start", 0), node.attrs.get("end", None)
    return [np.array(shapes[0][start:end], np.int64)]


def _size(node: OnnxNode, shapes: Sequence[Any]) -> list[Any]:
    del node
    return [np.array(math.prod(shapes[0]), np.int64)]


def _gather(node: OnnxNode, values: Sequence[Array]) -> list[Any]:
    axis = int(node.attrs.get("axis", 0))
    data, at = values
    _bounded((*data.shape, *at.shape))
    return [np.take(data, at, axis)]


def _cast(node: OnnxNode, values: Sequence[Array]) -> list[Any] | None:
    name = DTYPES.get(int(node.attrs.get("to", 0)))
    return None if name is None else [values[0].astype(name)]


def _filled(node: OnnxNode, values: Sequence[Array]) -> list[Any]:
    value = node.attrs.get("value", np.zeros(1, np.float32))
    return [np.full(_bounded(values[0].reshape(-1)), value.reshape(()), value.dtype)]


def _range(node: OnnxNode, values: Sequence[Array]) -> list[Any]:
    del node
    start, limit, step = (v.reshape(()).item() for v in values)
    count = max(0, math.ceil((limit - start) / step))
    _bounded((count,))
    return [(start + np.arange(count) * step).astype(values[0].dtype)]


def _expand(node: OnnxNode, values: Sequence[Array]) -> list[Any]:
    del node
    shape = np.broadcast_shapes(values[0].shape, _bounded(values[1].reshape(-1)))
    return [np.broadcast_to(values[0], _bounded(shape)).copy()]


def _concat(node: OnnxNode, values: Sequence[Array]) -> list[Any]:
    return [np.concatenate(values, int(node.attrs["axis"]))]


def _axes(node: OnnxNode, values: Sequence[Any]) -> list[int] | None:
    if len(values) > 1 and values[1] is not None:
        return [int(v) for v in values[1].reshape(-1)]
    return node.attrs.get("axes")


def _unsqueeze(node: OnnxNode, values: Sequence[Any]) -> list[Any]:
    return [np.expand_dims(values[0], tuple(_axes(node, values) or ()))]


def _squeeze(node: OnnxNode, values: Sequence[Any]) -> list[Any]:
    axes = _axes(node, values)
    return [np.squeeze(values[0], None if axes is None else tuple(axes))]


def _reshape(node: OnnxNode, values: Sequence[Array]) -> list[Any]:
    del node
    old = values[0].shape
    new = [old[i] if v == 0 else int(v) for i, v in enumerate(values[1].reshape(-1))]
    return [values[0].reshape(new)]


def _transpose(node: OnnxNode, values: Sequence[Array]) -> list[Any]:
    return [np.transpose(values[0], node.attrs.get("perm"))]


def _slice(node: OnnxNode, values: Sequence[Any]) -> list[Any] | None:
    if len(values) < 3:
        return None
    starts, ends = (v.reshape(-1) for v in values[1:3])
    axes = values[3] if len(values) > 3 and values[3] is not None else np.arange(starts.size)
    steps = values[4] if len(values) > 4 and values[4] is not None else np.ones_like(starts)
    index = [slice(None)] * values[0].ndim
    for axis, start, end, step in zip(axes, starts, ends, steps, strict=True):
        index[int(axis)] = slice(int(start), int(end), int(step))
    return [values[0][tuple(index)]]


def _divided(a: Array, b: Array) -> Array:
    if a.dtype.kind == "f":
        return a / b
    wide = np.abs(a.astype(np.int64)) // np.abs(b.astype(np.int64))
    return np.sign(a.astype(np.int64)) * np.sign(b.astype(np.int64)) * wide


def _elementwise(function: Callable[..., Any], kind: Any = None) -> Evaluate:
    def evaluate(node: OnnxNode, values: Sequence[Array]) -> list[Any]:
        del node
        _bounded(np.broadcast_shapes(*(v.shape for v in values)))
        made = np.asarray(function(*values))
        return [made.astype(values[0].dtype if kind is None else kind)]

    return evaluate


def _clipped(node: OnnxNode, values: Sequence[Any]) -> list[Any]:
    """Limits are attributes in operator sets below 11."""
    ends = [None if v is None else v.reshape(-1)[0] for v in values[1:]]
    low, high = (*ends, None, None)[:2]
    low = node.attrs.get("min", -np.inf) if low is None else low
    high = node.attrs.get("max", np.inf) if high is None else high
    return [np.clip(values[0], low, high).astype(values[0].dtype)]


extend("Shape", _shape, by_shape=True)
extend("Clip", _clipped)
extend("Size", _size, by_shape=True)
extend("Gather", _gather, inputs=(2, 2))
extend("Cast", _cast)
extend("ConstantOfShape", _filled)
extend("Range", _range, inputs=(3, 3))
extend("Expand", _expand, inputs=(2, 2))
extend("Where", _elementwise(np.where, None), inputs=(3, 3))
extend("Concat", _concat)
extend("Unsqueeze", _unsqueeze)
extend("Squeeze", _squeeze)
extend("Reshape", _reshape)
extend("Transpose", _transpose)
extend("Slice", _slice)
for _name, _function in (
    ("Add", np.add), ("Sub", np.subtract), ("Mul", np.multiply), ("Div", _divided),
    ("Max", np.maximum), ("Min", np.minimum), ("Mod", np.mod), ("Pow", np.power),
    ("Neg", np.negative), ("Sqrt", np.sqrt), ("Floor", np.floor), ("Ceil", np.ceil),
    ("Abs", np.abs),
):  # fmt: skip
    extend(_name, _elementwise(_function))
for _name, _function in (
    ("Equal", np.equal), ("Less", np.less), ("Greater", np.greater), ("Not", np.logical_not),
    ("And", np.logical_and), ("Or", np.logical_or),
):  # fmt: skip
    extend(_name, _elementwise(_function, np.bool_))

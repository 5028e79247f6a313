# SPDX-License-Identifier: Apache-2.0
"""Constants of a QDQ module, through dequantize and the operators that only move them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny import _tvm

Array = npt.NDArray[Any]
Resolve = Callable[[Any], Any]
_DEEPEST = 64


@dataclass(frozen=True, eq=False)
class QuantisedConstant:
    """A constant ``scale * (data - zero_point)``.

    ``scale`` (float32) and ``zero_point`` (int64) have one element, or broadcast with ``data``.
    """

    data: Array
    scale: Array
    zero_point: Array

    @property
    def per_tensor(self) -> bool:
        """One scale and one zero point."""
        return self.scale.size == 1 and self.zero_point.size == 1

    def real(self) -> Array:
        """Real values, float64."""
        return self.scale.astype(np.float64) * (self.data.astype(np.int64) - self.zero_point)

    def moved(self, move: Callable[[Array], Array]) -> QuantisedConstant:
        """The constant after a data movement."""

        def companion(values: Array) -> Array:
            if values.size == 1:
                return values.reshape(1)
            return move(np.broadcast_to(values, self.data.shape))

        return QuantisedConstant(move(self.data), companion(self.scale), companion(self.zero_point))

    def channel_scales(self, axis: int) -> Array | None:
        """Scales along ``axis``, or the single scale; None when they vary along other axes."""
        if self.scale.size == 1:
            return self.scale.reshape(1)
        rows = np.moveaxis(np.broadcast_to(self.scale, self.data.shape), axis, 0)
        rows = rows.reshape(self.data.shape[axis], -1)
        return rows[:, 0] if bool(np.all(rows == rows[:, :1])) else None


def evaluate(expr: Any, resolve: Resolve, depth: int = 0) -> QuantisedConstant | Array | None:
    """The value of a constant expression, or None if it is not one that we know.

    Args:
        expr: a Relax expression.
        resolve: variable -> the expression bound to it.
        depth: of the recursion; longer chains of movements than 64 are not followed.
    """
    if depth > _DEEPEST:
        return None
    expr = resolve(expr)
    literal = _tvm.constant_value(expr)
    if literal is not None:
        return literal
    name = op_name(expr)
    if name == "relax.dequantize":
        return _dequantised(expr, resolve)
    if name == "relax.multiply":
        return _wide_bias(expr, resolve)
    move = _movement(name, expr)
    if move is None:
        return None
    inner = evaluate(expr.args[0], resolve, depth + 1)
    if inner is None:
        return None
    return inner.moved(move) if isinstance(inner, QuantisedConstant) else move(inner)


def op_name(expr: Any) -> str:
    """Name of the operator that an expression calls, "" for anything else."""
    if isinstance(expr, _tvm.relax.Call) and hasattr(expr.op, "name"):
        return str(expr.op.name)
    return ""


def quantisation(call: Any, resolve: Resolve) -> tuple[Array, Array] | None:
    """Scale (float32) and zero point (int64) of a quantize or dequantize call, if constant."""
    scale = evaluate(call.args[1], resolve)
    zero_point = evaluate(call.args[2], resolve)
    if not isinstance(scale, np.ndarray) or not isinstance(zero_point, np.ndarray):
        return None
    return scale.astype(np.float32), zero_point.astype(np.int64)


def _dequantised(call: Any, resolve: Resolve) -> QuantisedConstant | None:
    data = evaluate(call.args[0], resolve)
    params = quantisation(call, resolve)
    if not isinstance(data, np.ndarray) or params is None:
        return None
    spread = [_along(v, data.ndim, int(call.attrs.axis)) for v in params]
    return QuantisedConstant(data, spread[0], spread[1])


def _wide_bias(call: Any, resolve: Resolve) -> QuantisedConstant | None:
    """``astype(int64 constant, float32) * scale``: dequantize, which Relax has not for int64."""
    integers = resolve(call.args[0])
    if op_name(integers) != "relax.astype":
        return None
    data = evaluate(integers.args[0], resolve)
    scale = evaluate(call.args[1], resolve)
    if not isinstance(data, np.ndarray) or not isinstance(scale, np.ndarray):
        return None
    if data.dtype != np.int64:
        return None
    return QuantisedConstant(data, scale.astype(np.float32), np.zeros(1, np.int64))


def _along(values: Array, rank: int, axis: int) -> Array:
    if values.size == 1:
        return values.reshape(1)
    shape = [1] * rank
    shape[axis] = values.size
    return values.reshape(shape)


def _movement(name: str, call: Any) -> Callable[[Array], Array] | None:
    """A data movement that makes sense on constants, as a function of arrays."""
    if name == "relax.permute_dims":
        axes = call.attrs.axes
        order = None if axes is None else [int(a) for a in axes]
        return lambda values: np.transpose(values, order)
    if name in ("relax.reshape", "relax.squeeze", "relax.expand_dims", "relax.flatten"):
        shape = result_shape(call)
        return None if shape is None else lambda values: values.reshape(shape)
    if name == "relax.broadcast_to":
        shape = result_shape(call)
        return None if shape is None else lambda values: np.broadcast_to(values, shape)
    return None


def result_shape(expr: Any) -> Sequence[int] | None:
    """Static shape of an expression, if it has one."""
    kind = _tvm.tensor_type(expr)
    return None if kind is None else kind[0]

# SPDX-License-Identifier: Apache-2.0
"""One operator of a TFLite model on its way to Relax: what a record's ``convert`` works with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from tvm_tiny import _tvm
from tvm_tiny.arithmetic.element_types import element_type
from tvm_tiny.arithmetic.quant import Activation, activation_range
from tvm_tiny.frontends.tflite.model import TFLiteFile, TFLiteOperator, TFLiteTensor
from tvm_tiny.frontends.tflite.record import Array, Call

_op: Any = _tvm.relax.op
ACTIVATIONS: Final[dict[int, Activation]] = {
    0: "none", 1: "relu", 2: "relu_n1_to_1", 3: "relu6",
}  # fmt: skip
"""Fused activations by the schema's numbers."""


class Values(Protocol):
    """What the importer knows of a model while it reads it."""

    floats: bool
    file: TFLiteFile

    def value(self, index: int) -> Any:
        """The expression of a tensor that is made or constant."""
        ...

    def emitted(self, expr: Any) -> Any:
        """Bind an expression to a variable."""
        ...


class Conversion(Call):
    """An operator, its operands as Relax expressions, and the making of its results.

    ``stored(i)`` is a tensor as the file has it; ``real(i)`` the numbers that it stands for.
    """

    def __init__(self, values: Values, op: TFLiteOperator) -> None:
        super().__init__(values.file.tensors, op)
        self._values = values
        self.floats = values.floats

    def stored(self, index: int) -> Any:
        """Operand ``index`` as it is stored."""
        return self._values.value(self.operand(index).index)

    def real(self, index: int) -> Any:
        """Operand ``index`` as float32: dequantised where it is quantised."""
        tensor = self.operand(index)
        if self.floats or not tensor.quantised:
            return self.stored(index)
        return dequantised(self.stored(index), tensor)

    def constant(self, index: int) -> Array:
        """Contents of a constant operand."""
        return self.operand(index).array()

    def bound(self, expr: Any) -> Any:
        """Bind an expression to a variable, so that it is computed once."""
        return self._values.emitted(expr)

    def result(self, real: Any, like: TFLiteTensor | None = None, place: int = 0) -> Any:
        """A float expression as result ``place``: quantised if that is, as ``like`` is if given."""
        tensor = self.outputs[place]
        if self.floats or not tensor.quantised:
            return real
        return quantised(real, like or tensor, tensor.dtype)

    def activated(self, real: Any, like: TFLiteTensor | None = None) -> Any:
        """``result`` with the fused activation on the integers."""
        return self.limited(self.result(real, like))

    def limited(self, stored: Any) -> Any:
        """The fused activation as limits of integers (of reals in float models)."""
        result = self.outputs[0]
        if self.floats or not result.quantised:
            return _active(stored, int(self.options.get("activation", 0)))
        low, high = self.limits(result)
        return (
            stored
            if (low, high) == element_type(result.dtype).limits
            else _op.clip(stored, low, high)
        )

    def limits(self, result: TFLiteTensor) -> list[int]:
        """The fused activation as [low, high] of a result's integers."""
        kind = ACTIVATIONS[int(self.options.get("activation", 0))]
        return activation_range(kind, result.scale, result.zero_point, result.dtype)

    def really_activated(self, real: Any) -> Any:
        """``result`` with the fused activation on the real numbers."""
        return self.result(_active(real, int(self.options.get("activation", 0))))

    def emit(self, name: str, operands: Sequence[Any], attrs: Mapping[str, Any]) -> Any:
        """The integer operator ``tvm_tiny.<name>``: ``LegalizeQDQ`` takes it as it is.

        Args:
            name: an entry of ``tvm_tiny.operators``.
            operands: expressions (``stored(i)``) and NumPy arrays.
            attrs: the operator's attributes.
        """
        exprs = [_tvm.constant(v) if isinstance(v, np.ndarray) else v for v in operands]
        return _tvm.integer_call(name, exprs, attrs)


def real_values(tensor: TFLiteTensor) -> npt.NDArray[np.float32]:
    """The numbers that a constant stands for: (value - zero point) * scale if it is quantised."""
    if not tensor.quantised:
        return tensor.array()
    shape = [1] * len(tensor.shape)
    if tensor.scales.size > 1:
        shape[tensor.axis] = tensor.scales.size
    zeros, scales = (
        v.astype(np.float32).reshape(shape) for v in (tensor.zero_points, tensor.scales)
    )
    return np.asarray((tensor.array().astype(np.float32) - zeros) * scales, np.float32)


def quantised(real: Any, tensor: TFLiteTensor, dtype: str) -> Any:
    """``relax.quantize`` to a tensor's scale."""
    return _op.quantize(real, *_parameters(tensor), axis=0, out_dtype=dtype)


def dequantised(stored: Any, tensor: TFLiteTensor, axis: int | None = None) -> Any:
    """``relax.dequantize`` by a tensor's scales, along ``axis`` if there are several."""
    along = tensor.axis if axis is None else axis
    return _op.dequantize(stored, *_parameters(tensor), axis=along if tensor.scales.size > 1 else 0)


def _parameters(tensor: TFLiteTensor) -> tuple[Any, Any]:
    """Scale and zero point as constants: one number, or a vector of scales."""
    scales, zeros = tensor.scales.astype(np.float32), tensor.zero_points.astype(np.int32)
    if scales.size == 1 or not zeros.any():
        zeros = zeros.reshape(-1)[:1].reshape(())
    if scales.size == 1:
        scales = scales.reshape(())
    return _tvm.constant(scales), _tvm.constant(zeros)


def _active(real: Any, kind: int) -> Any:
    """A fused activation on float values."""
    if kind == 1:
        return _op.nn.relu(real)
    return real if kind == 0 else _op.clip(real, *((0, 6) if kind == 3 else (-1, 1)))

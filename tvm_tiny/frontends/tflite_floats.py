# SPDX-License-Identifier: Apache-2.0
"""Float32 TFLite models -> float Relax, NHWC.

Weights that are int8 with scales while everything else is float (TFLite's "dynamic range") become
the floats that they stand for; TVM refuses such models.
"""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny import _tvm
from tvm_tiny.frontends.inspect_tflite import inspect_tflite
from tvm_tiny.frontends.tflite import Converter, from_tflite_bytes
from tvm_tiny.frontends.tflite_file import TFLiteTensor

_schema: Any = importlib.import_module("tflite")
_op: Any = _tvm.relax.op
_Base: Any = _tvm.TFLiteConverter


def from_float_tflite_bytes(data: bytes) -> Any:
    """Convert a float32 TFLite model to a float Relax module with the attributes of a layer table.

    Args:
        data: the file; nothing in it is trusted.

    Raises:
        ModelError: TT1001, TT1002: not a TFLite model, or one that contradicts itself.
        UnsupportedError: TT1101 dynamic shapes, TT1104 quantised, TT1203 not supported.
    """
    inspect_tflite(data, floats=True)
    return from_tflite_bytes(data, _FloatConverter)


class _FloatConverter(Converter):
    """TVM's conversions where ``OperatorConverter`` has integer ones."""

    def convert_op_to_relax(self) -> None:
        """Convert every operator in order, quantised constants first."""
        read = {i for op in self.file.operators for i in op.inputs if i >= 0}
        for tensor in (self.file.tensors[i] for i in sorted(read)):
            if tensor.data is not None and tensor.dtype == "int8":
                value = _tvm.constant(dequantised(tensor))
                self.exp_tab.set_expr(f"t{tensor.index}", value)
        super().convert_op_to_relax()

    def get_tensors(self, tensors_idx_list: Any) -> list[Any]:
        """Tensors of an operator; none counts as quantised."""
        tensors = super().get_tensors(tensors_idx_list)
        for tensor in tensors:
            tensor.qnn_params = None
        return tensors

    def convert_softmax(self, op: Any) -> Any:
        """SOFTMAX with beta, over the last dimension."""
        (data,) = self.get_input_tensors(op)
        beta = self._options(op, "SoftmaxOptions").Beta()
        value = self._input(data)
        if beta != 1.0:
            value = _op.multiply(value, _tvm.relax.const(beta, "float32"))
        return _op.nn.softmax(value, axis=-1)

    def convert_relu6(self, op: Any) -> Any:
        """RELU6."""
        return _op.clip(self._input(self.get_input_tensors(op)[0]), 0, 6)

    def convert_prelu(self, op: Any) -> Any:
        """PRELU: max(x, 0) + alpha * min(x, 0), alpha broadcast."""
        x, alpha = (self._input(t) for t in self.get_input_tensors(op))
        zero = _tvm.relax.const(0.0, "float32")
        return _op.add(_op.maximum(x, zero), _op.multiply(alpha, _op.minimum(x, zero)))

    def convert_pad(self, op: Any) -> Any:
        """PAD with zero, PADV2 with the given value."""
        tensors = self.get_input_tensors(op)
        pads = [int(v) for v in self.get_tensor_value(tensors[1]).reshape(-1)]
        value = 0.0
        if len(tensors) == 3:
            value = float(self.get_tensor_value(tensors[2]).reshape(-1)[0])
        return _op.nn.pad(self._input(tensors[0]), pads, pad_value=value)

    def convert_resize_bilinear(self, op: Any) -> Any:
        """RESIZE_BILINEAR."""
        return self._convert_resize("linear", op)


def dequantised(tensor: TFLiteTensor) -> npt.NDArray[np.float32]:
    """The real values of an int8 constant: (value - zero point) * scale, per channel or tensor."""
    assert tensor.data is not None
    values = np.frombuffer(tensor.data, np.int8).reshape(tensor.shape).astype(np.float32)
    shape = [1] * len(tensor.shape)
    if tensor.scales.size > 1:
        shape[tensor.axis] = tensor.scales.size
    zero_points = tensor.zero_points.astype(np.float32).reshape(shape if shape else ())
    scales = tensor.scales.reshape(shape if shape else ())
    return np.asarray((values - zero_points) * scales, np.float32)

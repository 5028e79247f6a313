# SPDX-License-Identifier: Apache-2.0
"""TFLite operators that TVM's front end refuses in quantised models, or does not keep exactly.

What differs from ``tvm.relax.frontend.tflite`` and why:

* operators that only move data act on int8 as they are, as in TFLite Micro (TFLM), whatever
  quantisation the file declares for their result (TVM asserts equal scales, with a tolerance);
* the scale of a bias is input * weight, as TFLM has it, whatever the file declares;
* the int8 range of a fused activation is rounded in float32 as TFLM rounds it;
* pooling averages stay float between dequantize and quantize (TVM divides integers);
* softmax keeps ``beta``, transposed convolution its activation and exact output size, fully
  connected layers flatten their input as TFLite does;
* PRELU, PADV2, SLICE, SPLIT and other operators that TVM has for float models only.
"""

from __future__ import annotations

import importlib
import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from tvm_tiny import _tvm
from tvm_tiny.frontends.tflite_slices import strided_slice_plan
from tvm_tiny.quant import Activation, activation_range

_schema: Any = importlib.import_module("tflite")
_op: Any = _tvm.relax.op

_MOVES = (
    "CONCATENATION", "EXPAND_DIMS", "MAXIMUM", "MINIMUM", "PACK", "PAD", "PADV2",
    "PRELU", "RESIZE_NEAREST_NEIGHBOR", "SLICE", "SPLIT", "SPLIT_V", "SQUEEZE", "STRIDED_SLICE",
    "TRANSPOSE", "UNPACK",
)  # fmt: skip
_ACTIVATIONS: dict[int, Activation] = {0: "none", 1: "relu", 2: "relu_n1_to_1", 3: "relu6"}
_BIASED = {"CONV_2D": 0, "DEPTHWISE_CONV_2D": 0, "FULLY_CONNECTED": 0, "TRANSPOSE_CONV": 2}


class OperatorConverter(_tvm.TFLiteConverter):
    """TVM's converter of operators with the differences listed above."""

    _SUPPORTED_QUANTIZED_OPS = _tvm.TFLiteConverter._SUPPORTED_QUANTIZED_OPS | frozenset(_MOVES)

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.convert_map["MAXIMUM"] = lambda op: self.convert_extremum(op, _op.maximum)
        self.convert_map["MINIMUM"] = lambda op: self.convert_extremum(op, _op.minimum)

    def get_tensors(self, tensors_idx_list: Any) -> list[Any]:
        """Tensors of an operator; a per-tensor scale has no axis."""
        tensors = super().get_tensors(tensors_idx_list)
        for tensor in tensors:
            if tensor.qnn_params is None:
                continue
            if tensor.tensor.Type() not in (_schema.TensorType.INT8, _schema.TensorType.INT32):
                tensor.qnn_params = None
            elif not tensor.qnn_params["scale"].value.shape:
                tensor.qnn_params["axis"] = 0
        return tensors

    def get_input_tensors(self, op: Any) -> list[Any]:
        """Inputs of an operator; an absent bias is dropped, an int32 one gets its scale.

        TFLM takes the scale of a bias to be input * weight, whatever the file says.
        """
        tensors = super().get_input_tensors(op)
        while tensors and tensors[-1].tensor_idx < 0:
            tensors.pop()
        data = _BIASED.get(self.get_op_code_str(op))
        if data is None or len(tensors) != data + (2 if data else 3):
            return tensors
        bias, scales = tensors[-1], [tensors[data].qnn_params, tensors[1].qnn_params]
        if bias.tensor.Type() == _schema.TensorType.INT32 and None not in scales:
            product = scales[0]["scale"].value.numpy() * scales[1]["scale"].value.numpy()
            bias.qnn_params = {
                "scale": _tvm.relax.const(product, "float32"),
                "zero_point": _tvm.relax.const(0, "int32"),
                "axis": 0,
            }
        return tensors

    def get_expr(self, input_tensor_idx: int) -> Any:
        """The expression of a tensor; every operand may be a constant."""
        if self.has_expr(input_tensor_idx):
            return super().get_expr(input_tensor_idx)
        return self.get_tensor_expr(self.get_tensors([input_tensor_idx])[0])

    def has_same_qnn_params(self, lhs_tensor: Any, rhs_tensor: Any) -> bool:
        """TFLM moves bytes and asks no such question; neither do we."""
        del lhs_tensor, rhs_tensor
        return True

    def convert_qnn_fused_activation_function(
        self, expr: Any, fused_activation_fn: int, scale: float, zero_point: int, dtype: str
    ) -> Any:
        """Clip the int8 result to the fused activation's range."""
        del dtype
        low, high = activation_range(_ACTIVATIONS[fused_activation_fn], scale, zero_point)
        if (low, high) == (-128, 127):
            return expr
        return _op.clip(expr, low, high)

    def convert_concatenation(self, op: Any) -> Any:
        """CONCATENATION: bytes, as TFLM (which wants one scale, and no activation)."""
        options = self._options(op, "ConcatenationOptions")
        return _op.concat([self._input(t) for t in self.get_input_tensors(op)], options.Axis())

    def convert_extremum(self, op: Any, relax_op: Any) -> Any:
        """MAXIMUM, MINIMUM: TFLM compares the int8 values."""
        a, b = self.get_input_tensors(op)
        return relax_op(self._input(a), self._input(b))

    def convert_fully_connected(self, op: Any) -> Any:
        """FULLY_CONNECTED: the input is read as (batches, weights.shape[1])."""
        data, weight = self.get_input_tensors(op)[:2]
        depth = int(self.get_tensor_shape(weight)[1])
        value, name = self._input(data), f"t{data.tensor_idx}"
        out_shape = self._shape(self.get_output_tensors(op)[0])
        flat = (math.prod(self._shape(data)) // depth, depth)
        if self._shape(data) != flat:
            reshaped = self.bb.emit(_op.reshape(value, flat))
            self.exp_tab.set_expr(name, reshaped, force_override=True)
        out = self.bb.normalize(super().convert_fully_connected(op))
        self.exp_tab.set_expr(name, value, force_override=True)
        kind = _tvm.tensor_type(out)
        same = kind is not None and kind[0] == out_shape
        return out if same else _op.reshape(out, out_shape)

    def convert_pool2d(self, op: Any, pool_type: str) -> Any:
        """AVERAGE_POOL_2D as float between dequantize and quantize; MAX_POOL_2D as TVM does."""
        (data,) = self.get_input_tensors(op)
        (result,) = self.get_output_tensors(op)
        if pool_type != "average" or data.qnn_params is None:
            return super().convert_pool2d(op, pool_type)
        options = self._options(op, "Pool2DOptions")
        window = (options.FilterHeight(), options.FilterWidth())
        strides = (options.StrideH(), options.StrideW())
        pads = self._padding(options.Padding(), self._shape(data)[1:3], window, strides)
        out = _op.nn.avg_pool2d(
            self.dequantize(self._input(data), data), window, strides, pads, layout="NHWC"
        )
        # TFLM averages int8 values as they are: the result has the input's quantisation.
        return self._clipped(self.quantize(out, data), options, result)

    def convert_relu6(self, op: Any) -> Any:
        """RELU6: TFLM clamps the int8 values on the input's scale and never rescales."""
        (data,) = self.get_input_tensors(op)
        scale = float(data.qnn_params["scale"].value.numpy())
        zero_point = int(data.qnn_params["zero_point"].value.numpy())
        return _op.clip(self._input(data), *activation_range("relu6", scale, zero_point))

    def convert_softmax(self, op: Any) -> Any:
        """SOFTMAX with beta, over the last dimension."""
        (data,) = self.get_input_tensors(op)
        beta = self._options(op, "SoftmaxOptions").Beta()
        value = self.dequantize(self._input(data), data)
        if beta != 1.0:
            value = _op.multiply(value, _tvm.relax.const(beta, "float32"))
        return self.quantize(_op.nn.softmax(value, axis=-1), self.get_output_tensors(op)[0])

    def convert_resize_bilinear(self, op: Any) -> Any:
        """RESIZE_BILINEAR; TFLM interpolates int8 values as they are."""
        data = self.get_input_tensors(op)[0]
        resized = self._convert_resize("linear", op)
        call = self.bb.normalize(resized)
        if str(call.op.name) != "relax.quantize":
            return call
        return self.quantize(call.args[0], data)

    def convert_prelu(self, op: Any) -> Any:
        """PRELU: max(x, 0) + alpha * min(x, 0), alpha broadcast."""
        data, alpha = self.get_input_tensors(op)
        x = self.bb.emit(self.dequantize(self._input(data), data))
        slope = self.dequantize(self._input(alpha), alpha)
        zero = _tvm.relax.const(0.0, "float32")
        out = _op.add(_op.maximum(x, zero), _op.multiply(slope, _op.minimum(x, zero)))
        return self.quantize(out, self.get_output_tensors(op)[0])

    def convert_pad(self, op: Any) -> Any:
        """PAD with the result's zero point, PADV2 with the given int8 value."""
        tensors = self.get_input_tensors(op)
        pads = [int(v) for v in self.get_tensor_value(tensors[1]).reshape(-1)]
        result = self.get_output_tensors(op)[0]
        value = 0
        if len(tensors) == 3:
            value = int(self.get_tensor_value(tensors[2]).reshape(-1)[0])
        elif result.qnn_params is not None:
            value = int(result.qnn_params["zero_point"].value.numpy())
        return _op.nn.pad(self._input(tensors[0]), pads, pad_value=value)

    def convert_split(self, op: Any) -> Any:
        """SPLIT: equal parts; the axis is a scalar or a vector of one."""
        axis, data = self.get_input_tensors(op)
        return self._split(op, data, axis)

    def convert_split_v(self, op: Any) -> Any:
        """SPLIT_V: parts of the extents that the file declares for the results."""
        data, _, axis = self.get_input_tensors(op)
        return self._split(op, data, axis)

    def _split(self, op: Any, data: Any, axis_tensor: Any) -> Any:
        (axis,) = (int(v) for v in self.get_tensor_value(axis_tensor).reshape(-1))
        extents = [self._shape(t)[axis] for t in self.get_output_tensors(op)]
        if len(extents) == 1:
            return self._input(data)
        return _op.split(self._input(data), list(itertools.accumulate(extents[:-1])), axis)

    def convert_squeeze(self, op: Any) -> Any:
        """SQUEEZE: the same bytes in the shape the file declares."""
        data = self.get_input_tensors(op)[0]
        return _op.reshape(self._input(data), self._shape(self.get_output_tensors(op)[0]))

    convert_reshape = convert_squeeze
    convert_expand_dims = convert_squeeze

    def convert_strided_slice(self, op: Any) -> Any:
        """STRIDED_SLICE with begin, end and shrink-axis masks."""
        tensors = self.get_input_tensors(op)
        begin, end, strides = (
            [int(v) for v in self.get_tensor_value(t).reshape(-1)] for t in tensors[1:4]
        )
        options = self._options(op, "StridedSliceOptions")
        masks = (options.BeginMask(), options.EndMask(), options.ShrinkAxisMask())
        plan = strided_slice_plan(self._shape(tensors[0]), begin, end, strides, masks)
        axes = list(range(len(plan.begin)))
        out = _op.strided_slice(self._input(tensors[0]), axes, plan.begin, plan.end, plan.strides)
        shape = self._shape(self.get_output_tensors(op)[0])
        return out if plan.shape == shape else _op.reshape(out, shape)

    def convert_transpose_conv(self, op: Any) -> Any:
        """TRANSPOSE_CONV: the full result, cropped (or extended) to the declared output size."""
        tensors = self.get_input_tensors(op)
        weight, data = tensors[1], tensors[2]
        result = self.get_output_tensors(op)[0]
        options = self._options(op, "TransposeConvOptions")
        strides, out_size = (options.StrideH(), options.StrideW()), self._shape(result)[1:3]
        kernel = self._shape(weight)[1:3]
        top, left, _, _ = self._padding(options.Padding(), out_size, kernel, strides)
        full = [
            (n - 1) * s + k for n, s, k in zip(self._shape(data)[1:3], strides, kernel, strict=True)
        ]
        ends = [full[0] - top - out_size[0], full[1] - left - out_size[1]]
        weights = np.transpose(self.get_tensor_value(weight), (3, 0, 1, 2))
        kernel_float = _op.dequantize(
            _tvm.constant(weights), weight.qnn_params["scale"], weight.qnn_params["zero_point"], 1
        )
        out = _op.nn.conv2d_transpose(
            self.dequantize(self._input(data), data),
            kernel_float,
            strides=strides,
            padding=(top, left, max(ends[0], 0), max(ends[1], 0)),
            output_padding=(max(-ends[0], 0), max(-ends[1], 0)),
            data_layout="NHWC",
            kernel_layout="IOHW",
        )
        if len(tensors) == 4:
            out = _op.add(out, self.dequantize(self._input(tensors[3]), tensors[3]))
        return self._clipped(self.quantize(out, result), options, result)

    def _input(self, tensor: Any) -> Any:
        return self.get_tensor_expr(tensor)

    def _shape(self, tensor: Any) -> tuple[int, ...]:
        return tuple(int(d) for d in self._get_tensor_shape_tuple(tensor))

    def _options(self, op: Any, table: str) -> Any:
        """The operator's option table; the schema's defaults when it has none."""
        options = getattr(_schema, table)()
        raw = op.BuiltinOptions()
        options.Init(*((raw.Bytes, raw.Pos) if raw is not None else _EMPTY_TABLE))
        return options

    def _clipped(self, quantised: Any, options: Any, result: Any) -> Any:
        scale = float(result.qnn_params["scale"].value.numpy())
        zero_point = int(result.qnn_params["zero_point"].value.numpy())
        kind = options.FusedActivationFunction()
        return self.convert_qnn_fused_activation_function(
            quantised, kind, scale, zero_point, "int8"
        )

    def _padding(
        self, kind: int, size: Sequence[int], kernel: Sequence[int], strides: Sequence[int]
    ) -> tuple[int, int, int, int]:
        """[top, left, bottom, right] of SAME padding (TFLite ``ComputePaddingWithOffset``)."""
        if kind == _schema.Padding.VALID:
            return 0, 0, 0, 0
        totals = [
            max(0, (-(-n // s) - 1) * s + k - n)
            for n, k, s in zip(size, kernel, strides, strict=True)
        ]
        top, left = totals[0] // 2, totals[1] // 2
        return top, left, totals[0] - top, totals[1] - left


# A table without fields: vtable (its size 4, the table's size 4), then the offset back to it.
_EMPTY_TABLE = (bytes([4, 0, 4, 0, 4, 0, 0, 0]), 4)

# SPDX-License-Identifier: Apache-2.0
"""What a TFLite operator's option table holds, as data.

One entry an operator: its option table in the TFLite schema, the operator version that
introduced int8 (``tensorflow/lite/tools/versioning/op_version.cc``), and its option fields
with their defaults. The writer walks this table; it knows no operator by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

Value = bool | int | float | str | tuple[int, ...]

PADDING: Final = {"SAME": 0, "VALID": 1}
ACTIVATION: Final = {"NONE": 0, "RELU": 1, "RELU_N1_TO_1": 2, "RELU6": 3}


@dataclass(frozen=True)
class Field:
    """One option: the keyword of the writer, the accessor's suffix in the schema, the default.

    A default of ``()`` marks a vector of int32; a string default is an enum name.
    """

    keyword: str
    accessor: str
    default: Value


@dataclass(frozen=True)
class OptionTable:
    """The option table of one operator kind; ``table`` is empty when it has none."""

    table: str
    version: int
    fields: tuple[Field, ...] = ()


_PADDING = Field("padding", "Padding", "SAME")
_STRIDE = (Field("stride_h", "StrideH", 1), Field("stride_w", "StrideW", 1))
_DILATION = (
    Field("dilation_h", "DilationHFactor", 1),
    Field("dilation_w", "DilationWFactor", 1),
)
_ACTIVATION = Field("activation", "FusedActivationFunction", "NONE")
_WINDOW = (Field("filter_h", "FilterHeight", 1), Field("filter_w", "FilterWidth", 1))
_KEEP_DIMS = Field("keep_dims", "KeepDims", False)
_AXIS = Field("axis", "Axis", 0)
_CORNERS = (
    Field("align_corners", "AlignCorners", False),
    Field("half_pixel_centers", "HalfPixelCenters", False),
)
_POOL = (_PADDING, *_STRIDE, *_WINDOW, _ACTIVATION)

OPTION_TABLES: Final[dict[str, OptionTable]] = {
    "CONV_2D": OptionTable("Conv2DOptions", 3, (_PADDING, *_STRIDE, *_DILATION, _ACTIVATION)),
    "DEPTHWISE_CONV_2D": OptionTable(
        "DepthwiseConv2DOptions",
        3,
        (
            _PADDING,
            *_STRIDE,
            *_DILATION,
            Field("depth_multiplier", "DepthMultiplier", 1),
            _ACTIVATION,
        ),
    ),
    "FULLY_CONNECTED": OptionTable(
        "FullyConnectedOptions",
        4,
        (_ACTIVATION, Field("keep_num_dims", "KeepNumDims", False)),
    ),
    "TRANSPOSE_CONV": OptionTable("TransposeConvOptions", 3, (_PADDING, *_STRIDE, _ACTIVATION)),
    "ADD": OptionTable("AddOptions", 2, (_ACTIVATION,)),
    "SUB": OptionTable("SubOptions", 2, (_ACTIVATION,)),
    "MUL": OptionTable("MulOptions", 2, (_ACTIVATION,)),
    "MAXIMUM": OptionTable("MaximumMinimumOptions", 2),
    "MINIMUM": OptionTable("MaximumMinimumOptions", 2),
    "AVERAGE_POOL_2D": OptionTable("Pool2DOptions", 2, _POOL),
    "MAX_POOL_2D": OptionTable("Pool2DOptions", 2, _POOL),
    "MEAN": OptionTable("ReducerOptions", 2, (_KEEP_DIMS,)),
    "SUM": OptionTable("ReducerOptions", 2, (_KEEP_DIMS,)),
    "PAD": OptionTable("PadOptions", 2),
    "PADV2": OptionTable("PadV2Options", 2),
    "RESHAPE": OptionTable("ReshapeOptions", 1, (Field("new_shape", "NewShape", ()),)),
    "TRANSPOSE": OptionTable("TransposeOptions", 2),
    "CONCATENATION": OptionTable("ConcatenationOptions", 2, (_AXIS, _ACTIVATION)),
    "SPLIT": OptionTable("SplitOptions", 2, (Field("num_splits", "NumSplits", 0),)),
    "SPLIT_V": OptionTable("SplitVOptions", 2, (Field("num_splits", "NumSplits", 0),)),
    "SLICE": OptionTable("SliceOptions", 2),
    "STRIDED_SLICE": OptionTable(
        "StridedSliceOptions",
        2,
        (
            Field("begin_mask", "BeginMask", 0),
            Field("end_mask", "EndMask", 0),
            Field("ellipsis_mask", "EllipsisMask", 0),
            Field("new_axis_mask", "NewAxisMask", 0),
            Field("shrink_axis_mask", "ShrinkAxisMask", 0),
        ),
    ),
    "PACK": OptionTable("PackOptions", 2, (Field("values_count", "ValuesCount", 0), _AXIS)),
    "UNPACK": OptionTable("UnpackOptions", 2, (Field("num", "Num", 0), _AXIS)),
    "RESIZE_NEAREST_NEIGHBOR": OptionTable("ResizeNearestNeighborOptions", 3, _CORNERS),
    "RESIZE_BILINEAR": OptionTable("ResizeBilinearOptions", 3, _CORNERS),
    "RELU": OptionTable("", 2),
    "RELU6": OptionTable("", 2),
    "LEAKY_RELU": OptionTable("LeakyReluOptions", 2, (Field("alpha", "Alpha", 0.0),)),
    "PRELU": OptionTable("", 1),
    "HARD_SWISH": OptionTable("HardSwishOptions", 1),
    "LOGISTIC": OptionTable("", 2),
    "TANH": OptionTable("", 2),
    "SOFTMAX": OptionTable("SoftmaxOptions", 2, (Field("beta", "Beta", 1.0),)),
    "QUANTIZE": OptionTable("QuantizeOptions", 2),
    "DEQUANTIZE": OptionTable("DequantizeOptions", 2),
    "SQUEEZE": OptionTable("SqueezeOptions", 1, (Field("squeeze_dims", "SqueezeDims", ()),)),
    "EXPAND_DIMS": OptionTable("ExpandDimsOptions", 1),
}

# SPDX-License-Identifier: Apache-2.0
"""What a TFLite operator's option table holds, as data.

One entry an operator: its option table in the TFLite schema, the operator version that
introduced int8 (``tensorflow/lite/tools/versioning/op_version.cc``), and its option fields
with their defaults. The writer walks this table; it knows no operator by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Value = bool | int | float | str | bytes | tuple[int, ...]

PADDING: Final = {"SAME": 0, "VALID": 1}
ACTIVATION: Final = {"NONE": 0, "RELU": 1, "RELU_N1_TO_1": 2, "RELU6": 3}


@dataclass(frozen=True)
class Field:
    """One option: the keyword of the writer, the accessor's suffix in the schema, the default.

    A default of ``()`` marks a vector of int32; a string default is an enum name, bytes are text.
    """

    keyword: str
    accessor: str
    default: Value


def two_a_byte(array: npt.NDArray[np.int8]) -> bytes:
    """Numbers of four bits, the first in the lower half."""
    halves = array.reshape(-1).view(np.uint8) & 15
    halves = np.append(halves, np.zeros(halves.size % 2, np.uint8)).reshape(-1, 2)
    return (halves[:, 0] | halves[:, 1] << 4).tobytes()


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
_BLOCK = Field("block_size", "BlockSize", 1)
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
    "REDUCE_MAX": OptionTable("ReducerOptions", 2, (_KEEP_DIMS,)),
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
    "REDUCE_MIN": OptionTable("ReducerOptions", 2, (_KEEP_DIMS,)),
    "REDUCE_ALL": OptionTable("ReducerOptions", 1, (_KEEP_DIMS,)),
    "ARG_MAX": OptionTable("ArgMaxOptions", 2, (Field("output_type", "OutputType", 2),)),
    "ARG_MIN": OptionTable("ArgMinOptions", 2, (Field("output_type", "OutputType", 2),)),
    "LOG_SOFTMAX": OptionTable("LogSoftmaxOptions", 2),
    "L2_NORMALIZATION": OptionTable("L2NormOptions", 2),
    "BATCH_MATMUL": OptionTable(
        "BatchMatMulOptions", 2, (Field("adj_x", "AdjX", False), Field("adj_y", "AdjY", False))
    ),
    "SQUARED_DIFFERENCE": OptionTable("SquaredDifferenceOptions", 2),
    "DIV": OptionTable("DivOptions", 3, (_ACTIVATION,)),
    "EQUAL": OptionTable("EqualOptions", 2),
    "NOT_EQUAL": OptionTable("NotEqualOptions", 2),
    "LESS": OptionTable("LessOptions", 2),
    "LESS_EQUAL": OptionTable("LessEqualOptions", 2),
    "GREATER": OptionTable("GreaterOptions", 2),
    "GREATER_EQUAL": OptionTable("GreaterEqualOptions", 2),
    "LOGICAL_AND": OptionTable("LogicalAndOptions", 1),
    "LOGICAL_OR": OptionTable("LogicalOrOptions", 1),
    "LOGICAL_NOT": OptionTable("LogicalNotOptions", 1),
    "SELECT_V2": OptionTable("SelectV2Options", 1),
    "ADD_N": OptionTable("AddNOptions", 1),
    "RSQRT": OptionTable("", 2),
    "ELU": OptionTable("", 1),
    "CUMSUM": OptionTable(
        "CumsumOptions",
        1,
        (Field("exclusive", "Exclusive", False), Field("reverse", "Reverse", False)),
    ),
    "DYNAMIC_UPDATE_SLICE": OptionTable("DynamicUpdateSliceOptions", 1),
    "L2_POOL_2D": OptionTable("Pool2DOptions", 1, _POOL),
    "FLOOR_DIV": OptionTable("FloorDivOptions", 2),
    "FLOOR_MOD": OptionTable("FloorModOptions", 2),
    "ZEROS_LIKE": OptionTable("ZerosLikeOptions", 1),
    "BROADCAST_ARGS": OptionTable("", 1),
    "GATHER_ND": OptionTable("GatherNdOptions", 2),
    "EMBEDDING_LOOKUP": OptionTable("", 1),
    "SQUARE": OptionTable("SquareOptions", 1),
    "SQRT": OptionTable("", 1),
    "EXP": OptionTable("ExpOptions", 1),
    "LOG": OptionTable("", 1),
    "SIN": OptionTable("", 1),
    "COS": OptionTable("CosOptions", 1),
    "FLOOR": OptionTable("", 1),
    "CEIL": OptionTable("", 1),
    "ROUND": OptionTable("", 1),
    "SHAPE": OptionTable("ShapeOptions", 1),
    "GATHER": OptionTable("GatherOptions", 1, (_AXIS,)),
    "CAST": OptionTable("CastOptions", 1),
    "RANGE": OptionTable("RangeOptions", 1),
    "FILL": OptionTable("FillOptions", 1),
    "ABS": OptionTable("AbsOptions", 2),
    "RELU": OptionTable("", 2),
    "RELU6": OptionTable("", 2),
    "LEAKY_RELU": OptionTable("LeakyReluOptions", 2, (Field("alpha", "Alpha", 0.0),)),
    "PRELU": OptionTable("", 1),
    "HARD_SWISH": OptionTable("HardSwishOptions", 1),
    "NEG": OptionTable("NegOptions", 1),
    "LOGISTIC": OptionTable("", 2),
    "TANH": OptionTable("", 2),
    "SOFTMAX": OptionTable("SoftmaxOptions", 2, (Field("beta", "Beta", 1.0),)),
    "QUANTIZE": OptionTable("QuantizeOptions", 2),
    "DEQUANTIZE": OptionTable("DequantizeOptions", 2),
    "SQUEEZE": OptionTable("SqueezeOptions", 1, (Field("squeeze_dims", "SqueezeDims", ()),)),
    "EXPAND_DIMS": OptionTable("ExpandDimsOptions", 1),
    "DEPTH_TO_SPACE": OptionTable("DepthToSpaceOptions", 1, (_BLOCK,)),
    "SPACE_TO_DEPTH": OptionTable("SpaceToDepthOptions", 1, (_BLOCK,)),
    "SPACE_TO_BATCH_ND": OptionTable("SpaceToBatchNDOptions", 2),
    "BATCH_TO_SPACE_ND": OptionTable("BatchToSpaceNDOptions", 2),
    "REVERSE_V2": OptionTable("ReverseV2Options", 3),
    "MIRROR_PAD": OptionTable("MirrorPadOptions", 2, (Field("mode", "Mode", 0),)),
    "BROADCAST_TO": OptionTable("BroadcastToOptions", 3),
    "CALL_ONCE": OptionTable(
        "CallOnceOptions", 1, (Field("init_subgraph_index", "InitSubgraphIndex", 0),)
    ),
    "VAR_HANDLE": OptionTable(
        "VarHandleOptions",
        1,
        (Field("container", "Container", b""), Field("shared_name", "SharedName", b"")),
    ),
    "READ_VARIABLE": OptionTable("ReadVariableOptions", 1),
    "ASSIGN_VARIABLE": OptionTable("AssignVariableOptions", 1),
    "UNIDIRECTIONAL_SEQUENCE_LSTM": OptionTable(
        "UnidirectionalSequenceLSTMOptions",
        3,
        (
            Field("gate_activation", "FusedActivationFunction", 4),
            Field("cell_clip", "CellClip", 0.0),
            Field("proj_clip", "ProjClip", 0.0),
            Field("time_major", "TimeMajor", False),
        ),
    ),
    "SVDF": OptionTable(
        "SVDFOptions",
        3,
        (Field("rank", "Rank", 1), Field("activation", "FusedActivationFunction", "RELU")),
    ),
}

CUSTOM: Final = frozenset(
    {
        "CIRCULAR_BUFFER",
        "TFLite_Detection_PostProcess",
        "SignalDelay",
        "SignalEnergy",
        "SignalFftAutoScale",
        "SignalFilterBank",
        "SignalFilterBankLog",
        "SignalFilterBankSpectralSubtraction",
        "SignalFilterBankSquareRoot",
        "SignalFramer",
        "SignalIrfft",
        "SignalOverlapAdd",
        "SignalPCAN",
        "SignalRfft",
        "SignalStacker",
        "SignalWindow",
    }
)
"""Custom operators by their codes; their options are a flexbuffer of whatever is given."""

# SPDX-License-Identifier: Apache-2.0
"""A TFLite file as plain data (schema: ``tensorflow/compiler/mlir/lite/schema/schema.fbs``)."""

from __future__ import annotations

import importlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tvm_tiny.errors import ModelError, Problem, UnsupportedError
from tvm_tiny.frontends.flatbuffer import Table, damaged

_schema: Any = importlib.import_module("tflite")

MAX_OPERATORS: Final = 10_000
MAX_TENSORS: Final = 65_536
_DTYPES: Final = {
    0: "float32", 1: "float16", 2: "int32", 3: "uint8", 4: "int64", 5: "string", 6: "bool",
    7: "int16", 8: "complex64", 9: "int8", 10: "float64", 15: "uint32", 16: "uint16", 17: "int4",
}  # fmt: skip
_NUMPY: Final = {"float32", "float16", "int32", "uint8", "int64", "int16", "int8", "uint32"}

_WINDOW = {"padding": (0, "b", 0), "stride_w": (1, "i", 0), "stride_h": (2, "i", 0)}
_REDUCER = {"keep_dims": (0, "?", False)}
_CORNERS = ("align_corners", "half_pixel_centers")
_POOL = {**_WINDOW, "filter_w": (3, "i", 0), "filter_h": (4, "i", 0), "activation": (5, "b", 0)}
_MASKS = ("begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask")

OPTIONS: Final[dict[str, tuple[str, Mapping[str, tuple[int, str, Any]]]]] = {
    "CONV_2D": (
        "Conv2DOptions",
        {
            **_WINDOW,
            "activation": (3, "b", 0),
            "dilation_w": (4, "i", 1),
            "dilation_h": (5, "i", 1),
        },
    ),
    "DEPTHWISE_CONV_2D": (
        "DepthwiseConv2DOptions",
        {
            **_WINDOW,
            "depth_multiplier": (3, "i", 0),
            "activation": (4, "b", 0),
            "dilation_w": (5, "i", 1),
            "dilation_h": (6, "i", 1),
        },
    ),
    "TRANSPOSE_CONV": ("TransposeConvOptions", {**_WINDOW, "activation": (3, "b", 0)}),
    "FULLY_CONNECTED": (
        "FullyConnectedOptions",
        {
            "activation": (0, "b", 0),
            "weights_format": (1, "b", 0),
            "keep_num_dims": (2, "?", False),
        },
    ),
    "AVERAGE_POOL_2D": ("Pool2DOptions", _POOL),
    "MAX_POOL_2D": ("Pool2DOptions", _POOL),
    "ADD": ("AddOptions", {"activation": (0, "b", 0)}),
    "SUB": ("SubOptions", {"activation": (0, "b", 0)}),
    "MUL": ("MulOptions", {"activation": (0, "b", 0)}),
    "MAXIMUM": ("MaximumMinimumOptions", {}),
    "MINIMUM": ("MaximumMinimumOptions", {}),
    "MEAN": ("ReducerOptions", _REDUCER),
    "SUM": ("ReducerOptions", _REDUCER),
    "PAD": ("PadOptions", {}),
    "PADV2": ("PadV2Options", {}),
    "RESHAPE": ("ReshapeOptions", {}),
    "TRANSPOSE": ("TransposeOptions", {}),
    "CONCATENATION": ("ConcatenationOptions", {"axis": (0, "i", 0), "activation": (1, "b", 0)}),
    "SPLIT": ("SplitOptions", {"num": (0, "i", 0)}),
    "SPLIT_V": ("SplitVOptions", {"num": (0, "i", 0)}),
    "SLICE": ("SliceOptions", {}),
    "STRIDED_SLICE": ("StridedSliceOptions", {k: (i, "i", 0) for i, k in enumerate(_MASKS)}),
    "PACK": ("PackOptions", {"num": (0, "i", 0), "axis": (1, "i", 0)}),
    "UNPACK": ("UnpackOptions", {"num": (0, "i", 0), "axis": (1, "i", 0)}),
    "RESIZE_BILINEAR": (
        "ResizeBilinearOptions", {k: (i + 2, "?", False) for i, k in enumerate(_CORNERS)},
    ),
    "RESIZE_NEAREST_NEIGHBOR": (
        "ResizeNearestNeighborOptions", {k: (i, "?", False) for i, k in enumerate(_CORNERS)},
    ),
    "RELU": ("", {}),
    "RELU6": ("", {}),
    "LEAKY_RELU": ("LeakyReluOptions", {"alpha": (0, "f", 0.0)}),
    "PRELU": ("", {}),
    "HARD_SWISH": ("HardSwishOptions", {}),
    "LOGISTIC": ("", {}),
    "TANH": ("", {}),
    "SOFTMAX": ("SoftmaxOptions", {"beta": (0, "f", 0.0)}),
    "QUANTIZE": ("QuantizeOptions", {}),
    "DEQUANTIZE": ("DequantizeOptions", {}),
    "SQUEEZE": ("SqueezeOptions", {}),
    "EXPAND_DIMS": ("ExpandDimsOptions", {}),
}  # fmt: skip
"""Supported operators: option table, and of its fields the number, ``struct`` letter, default."""


@dataclass(frozen=True, eq=False)
class TFLiteTensor:
    """A tensor; ``data`` is the raw contents of a constant, None for an activation."""

    index: int
    name: str
    shape: tuple[int, ...]
    dtype: str
    scales: npt.NDArray[np.float32]
    zero_points: npt.NDArray[np.int64]
    axis: int
    data: npt.NDArray[np.uint8] | None
    variable: bool = False
    sparse: bool = False

    @property
    def nbytes(self) -> int:
        """Size by shape and type; 0 for a type that we do not know."""
        return math.prod(self.shape) * np.dtype(self.dtype).itemsize if self.known else 0

    @property
    def known(self) -> bool:
        """The type is one that numpy has."""
        return self.dtype in _NUMPY

    def integers(self) -> list[int] | None:
        """Contents of a constant of integers."""
        if self.data is None or self.dtype not in ("int8", "int32", "int64"):
            return None
        if self.data.size != self.nbytes:
            return None
        return [int(v) for v in np.frombuffer(self.data, np.dtype(self.dtype).newbyteorder("<"))]


@dataclass(frozen=True)
class TFLiteOperator:
    """An operator; ``inputs`` may hold -1 for an absent operand.

    ``options`` has the fields of ``OPTIONS``; ``options_table`` is the table's name, "" none.
    """

    index: int
    kind: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    options: Mapping[str, Any]
    options_table: str


@dataclass(frozen=True, eq=False)
class TFLiteFile:
    """The one subgraph of a model."""

    tensors: tuple[TFLiteTensor, ...]
    operators: tuple[TFLiteOperator, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]

    def where(self, op: TFLiteOperator) -> str:
        """``layer 14 'block3/pad' PAD``."""
        known = [i for i in op.outputs if 0 <= i < len(self.tensors)]
        name = self.tensors[known[0]].name if known else "?"
        return f"layer {op.index} '{name}' {op.kind}"


def _names(enum: Any) -> dict[int, str]:
    return {v: k for k, v in vars(enum).items() if isinstance(v, int)}


_OPERATORS: Final = _names(_schema.BuiltinOperator)
_TABLES: Final = _names(_schema.BuiltinOptions)


def read_tflite(data: bytes) -> TFLiteFile:
    """Read a TFLite file; every offset is checked, no contents.

    Raises:
        ModelError: TT1001, not a TFLite file, or an offset that leaves it.
        UnsupportedError: TT1203, more than one subgraph or buffers outside the flatbuffer.
    """
    if data[4:8] != b"TFL3":
        raise ModelError(
            "not a TFLite file",
            (Problem("the file identifier 'TFL3' is missing", do="give a .tflite file"),),
        )
    root = Table.root(data)
    version = root.scalar(0, "I", 0)
    if version != 3:
        raise damaged(f"schema version {version}; 3 is the only one")
    subgraphs = root.tables(2, 1000)
    if len(subgraphs) != 1:
        raise UnsupportedError(
            f"the model has {len(subgraphs)} subgraphs",
            (Problem("control flow is not supported", do="export it without loops and branches"),),
        )
    codes = [_code(table) for table in root.tables(1, MAX_OPERATORS)]
    buffers = [_buffer(table) for table in root.tables(4, 2 * MAX_TENSORS)]
    graph = subgraphs[0]
    tensors = tuple(_tensor(i, t, buffers) for i, t in enumerate(graph.tables(0, MAX_TENSORS)))
    operators = tuple(_operator(i, t, codes) for i, t in enumerate(graph.tables(3, MAX_OPERATORS)))
    return TFLiteFile(tensors, operators, _indices(graph, 1), _indices(graph, 2))


def _indices(table: Table, field: int) -> tuple[int, ...]:
    values = table.array(field, "int32")
    if values is None:
        return ()
    if values.size > MAX_TENSORS:
        raise damaged(f"a list of {values.size:,} tensors; the limit is {MAX_TENSORS:,}")
    return tuple(int(v) for v in values)


def _code(table: Table) -> str:
    code = max(table.scalar(0, "b", 0), table.scalar(3, "i", 0))
    name = _OPERATORS.get(code, f"operator code {code}")
    return f"custom operator '{table.text(1)[:100]}'" if name == "CUSTOM" else name


def _buffer(table: Table) -> npt.NDArray[np.uint8]:
    if table.scalar(1, "Q", 0) > 1:
        raise UnsupportedError(
            "the constants lie behind the flatbuffer",
            (Problem("a form of file for models above 2 GiB", do="export a smaller model"),),
        )
    contents = table.array(0, "uint8")
    return np.zeros(0, np.uint8) if contents is None else contents


def _tensor(index: int, table: Table, buffers: list[npt.NDArray[np.uint8]]) -> TFLiteTensor:
    shape = table.array(0, "int32")
    if shape is not None and shape.size > 32:
        raise damaged(f"tensor {index} has {shape.size} dimensions")
    buffer = table.scalar(2, "I", 0)
    if buffer >= max(len(buffers), 1):
        raise damaged(f"tensor {index} is in buffer {buffer} of {len(buffers)}")
    contents = buffers[buffer] if buffers else np.zeros(0, np.uint8)
    quantisation = table.table(4)
    scales, zero_points, axis = None, None, 0
    if quantisation is not None:
        scales, zero_points = quantisation.array(2, "float32"), quantisation.array(3, "int64")
        axis = quantisation.scalar(6, "i", 0)
    code = table.scalar(1, "b", 0)
    return TFLiteTensor(
        index,
        table.text(3) or f"tensor_{index}",
        () if shape is None else tuple(int(d) for d in shape),
        _DTYPES.get(code, f"type {code}"),
        np.zeros(0, np.float32) if scales is None else scales,
        np.zeros(0, np.int64) if zero_points is None else zero_points,
        axis,
        contents if contents.size else None,
        table.scalar(5, "?", False),
        table.table(6) is not None,
    )


def _operator(index: int, table: Table, codes: list[str]) -> TFLiteOperator:
    code = table.scalar(0, "I", 0)
    if code >= len(codes):
        raise damaged(f"operator {index} has code {code} of {len(codes)}")
    kind = codes[code]
    options = table.table(4)
    name = _TABLES.get(table.scalar(3, "B", 0), "?") if options is not None else ""
    wanted, fields = OPTIONS.get(kind, ("", {}))
    values = {key: default for key, (_, _, default) in fields.items()}
    if options is not None and name == wanted:
        values = {key: options.scalar(*spec) for key, spec in fields.items()}
    inputs, outputs = _indices(table, 1), _indices(table, 2)
    return TFLiteOperator(index, kind, inputs, outputs, values, "" if name == "NONE" else name)

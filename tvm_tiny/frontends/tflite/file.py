# SPDX-License-Identifier: Apache-2.0
"""Reads a TFLite file (schema: ``tensorflow/compiler/mlir/lite/schema/schema.fbs``)."""

from __future__ import annotations

import importlib
from dataclasses import replace
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.errors import ModelError, Problem, UnsupportedError
from tvm_tiny.frontends.tflite import operators as operators
from tvm_tiny.frontends.tflite.flatbuffer import FlatTable, damaged
from tvm_tiny.frontends.tflite.flexbuffer import read_map
from tvm_tiny.frontends.tflite.model import TFLiteFile, TFLiteOperator, TFLiteTensor
from tvm_tiny.frontends.tflite.record import is_custom, lookup, plain
from tvm_tiny.frontends.tflite.signature import with_signature
from tvm_tiny.frontends.tflite.type_numbers import DTYPES

_schema: Any = importlib.import_module("tflite")

MAX_OPERATORS: Final = 10_000
MAX_TENSORS: Final = 65_536


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
    root = FlatTable.root(data)
    version = root.scalar(0, "I", 0)
    if version != 3:
        raise damaged(f"schema version {version}; 3 is the only one")
    subgraphs = root.tables(2, 1000)
    if not subgraphs:
        raise damaged("a model without a subgraph")
    codes = [_code(table) for table in root.tables(1, MAX_OPERATORS)]
    buffers = [_buffer(table) for table in root.tables(4, 2 * MAX_TENSORS)]
    main = with_signature(_subgraph(subgraphs[0], codes, buffers), root)
    if len(subgraphs) == 1:
        return main
    if not any(op.kind == "CALL_ONCE" for op in main.operators):
        do = (
            "export it without loops and branches; a recurrent Keras layer with unroll=True, or"
            " with a static batch of one, which converts to a fused LSTM"
        )
        raise UnsupportedError(
            f"the model has {len(subgraphs)} subgraphs",
            (Problem("control flow is not supported", do=do),),
        )
    others = tuple(_subgraph(t, codes, buffers) for t in subgraphs[1:])
    return replace(main, others=others)


def _subgraph(graph: FlatTable, codes: list[str], buffers: list[_Buffer]) -> TFLiteFile:
    tables = graph.tables(0, MAX_TENSORS)
    tensors = tuple(_tensor(i, t, buffers) for i, t in enumerate(tables))
    operators = tuple(_operator(i, t, codes) for i, t in enumerate(graph.tables(3, MAX_OPERATORS)))
    return TFLiteFile(tensors, operators, _indices(graph, 1), _indices(graph, 2))


def _indices(table: FlatTable, field: int) -> tuple[int, ...]:
    values = table.array(field, "int32")
    if values is None:
        return ()
    if values.size > MAX_TENSORS:
        raise damaged(f"a list of {values.size:,} tensors; the limit is {MAX_TENSORS:,}")
    return tuple(int(v) for v in values)


def _code(table: FlatTable) -> str:
    code = max(table.scalar(0, "b", 0), table.scalar(3, "i", 0))
    name = _OPERATORS.get(code, f"operator code {code}")
    if name != "CUSTOM":
        return name
    own = table.text(1)[:100]
    return own if is_custom(own) else f"custom operator '{own}'"


class _Buffer(NamedTuple):
    """Contents of a buffer, and what the file has behind them, as many bytes again at most."""

    contents: npt.NDArray[np.uint8]
    behind: npt.NDArray[np.uint8]


def _buffer(table: FlatTable) -> _Buffer:
    if table.scalar(1, "Q", 0) > 1:
        raise UnsupportedError(
            "the constants lie behind the flatbuffer",
            (Problem("a form of file for models above 2 GiB", do="export a smaller model"),),
        )
    contents = table.array(0, "uint8")
    nothing = np.zeros(0, np.uint8)
    return _Buffer(nothing if contents is None else contents, table.behind(0))


def _tensor(index: int, table: FlatTable, buffers: list[_Buffer]) -> TFLiteTensor:
    shape = table.array(0, "int32")
    if shape is not None and shape.size > 32:
        raise damaged(f"tensor {index} has {shape.size} dimensions")
    buffer = table.scalar(2, "I", 0)
    if buffer >= max(len(buffers), 1):
        raise damaged(f"tensor {index} is in buffer {buffer} of {len(buffers)}")
    contents, behind = buffers[buffer] if buffers else (np.zeros(0, np.uint8),) * 2
    quantisation = table.table(4)
    scales, zero_points, axis = None, None, 0
    if quantisation is not None:
        scales, zero_points = quantisation.array(2, "float32"), quantisation.array(3, "int64")
        axis = quantisation.scalar(6, "i", 0)
    if (scales is not None and scales.size <= 1) or shape is None or shape.size <= 1:
        axis = 0  # it says nothing of one scale, or of a tensor of one dimension
    code = table.scalar(1, "b", 0)
    dtype = DTYPES.get(code, f"type {code}")
    if dtype == "int4" and contents.size:
        dtype, contents = Q8.name, _widened(contents, () if shape is None else shape)
    return TFLiteTensor(
        index,
        table.text(3) or f"tensor_{index}",
        () if shape is None else tuple(int(d) for d in shape),
        dtype,
        np.zeros(0, np.float32) if scales is None else scales,
        np.zeros(0, np.int64) if zero_points is None else zero_points,
        axis,
        contents if contents.size else None,
        table.scalar(5, "?", False),
        table.table(6) is not None,
        behind=behind,
        open_axes=_open_axes(table),
    )


def _widened(contents: npt.NDArray[np.uint8], shape: Any) -> npt.NDArray[np.uint8]:
    """Constants of four bits as int8: two a byte, the lower half first."""
    halves = np.stack([contents & 15, contents >> 4], axis=1).reshape(-1)
    count = int(np.prod([int(d) for d in shape], dtype=object))
    if count != halves.size and count + 1 != halves.size:
        return contents  # of another size: the check says so
    return ((halves[:count] ^ 8) - np.uint8(8)).astype(np.uint8)


def _open_axes(table: FlatTable) -> tuple[int, ...]:
    """Where the tensor's ``shape_signature`` has -1."""
    signature = table.array(7, "int32")
    if signature is None or signature.size > 32:
        return ()
    return tuple(int(axis) for axis in np.flatnonzero(signature < 0))


def _option(options: FlatTable, spec: tuple[int, str, Any]) -> Any:
    field, kind, default = spec
    return options.text(field) if kind == "s" else options.scalar(field, kind, default)


def _operator(index: int, table: FlatTable, codes: list[str]) -> TFLiteOperator:
    code = table.scalar(0, "I", 0)
    if code >= len(codes):
        raise damaged(f"operator {index} has code {code} of {len(codes)}")
    kind = codes[code]
    options = table.table(4)
    name = _TABLES.get(table.scalar(3, "B", 0), "?") if options is not None else ""
    record = lookup(kind) or plain(kind)
    fields = record.fields if record is not None else {}
    values = {key: default for key, (_, _, default) in fields.items()}
    if options is not None and record is not None and name == record.options:
        values = {key: _option(options, spec) for key, spec in record.fields.items()}
    if record is not None and record.custom is not None:
        values = {**record.custom, **read_map(table.array(5, "uint8"), record.custom)}
    inputs, outputs = _indices(table, 1), _indices(table, 2)
    return TFLiteOperator(index, kind, inputs, outputs, values, "" if name == "NONE" else name)

# SPDX-License-Identifier: Apache-2.0
"""The tables of a TFLite file, filled in with the generated accessors of the ``tflite`` package."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tvm_tiny.frontends.tflite.type_numbers import TYPE_NUMBERS
from tvm_tiny.testing.op_options import (
    ACTIVATION,
    CUSTOM,
    OPTION_TABLES,
    PADDING,
    Field,
    Value,
)

_SCHEMA_VERSION: Final = 3
_FILE_IDENTIFIER: Final = b"TFL3"
_BUFFER_ALIGN_BYTES: Final = 16  # the reference kernels read buffers in place, as TFLite's
# Operator codes above this go into the wide field, with this value in the old one byte field.
_PLACEHOLDER_CODE: Final = 127


@dataclass(frozen=True)
class TensorRef:
    """A tensor of the model being written.

    ``scale`` is empty for a tensor without quantisation; it has one element for per-tensor
    quantisation and one a channel of dimension ``axis`` for per-channel quantisation.
    """

    index: int
    name: str
    shape: tuple[int, ...]
    dtype: str
    scale: tuple[float, ...]
    zero_point: tuple[int, ...]
    axis: int
    data: bytes | None
    variable: bool = False


@dataclass(frozen=True)
class WrittenOp:
    """An operator; tensors by index, -1 for an absent operand."""

    kind: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    options: dict[str, Value]
    intermediates: tuple[int, ...] = ()


@dataclass(frozen=True)
class WrittenGraph:
    """A subgraph; its inputs and outputs by tensor index."""

    tensors: Sequence[TensorRef]
    ops: Sequence[WrittenOp]
    inputs: Sequence[int]
    outputs: Sequence[int]


@dataclass(frozen=True)
class Signature:
    """Names of tensors of a subgraph: (name, tensor index) of inputs and outputs."""

    key: str
    inputs: Sequence[tuple[str, int]]
    outputs: Sequence[tuple[str, int]]
    subgraph: int = 0


class Flatbuffer:
    """Serialise; children before parents, as flatbuffers wants it."""

    def __init__(self) -> None:
        self._schema: Any = importlib.import_module("tflite")
        self._builder: Any = importlib.import_module("flatbuffers").Builder(1024)

    def model(
        self, name: str, graphs: Sequence[WrittenGraph], signatures: Sequence[Signature] = ()
    ) -> bytes:
        """The whole file."""
        b = self._builder
        kinds = sorted({op.kind for graph in graphs for op in graph.ops})
        buffers, buffer_of = self._buffers([t for graph in graphs for t in graph.tensors])
        subgraphs = []
        first = 0
        for number, graph in enumerate(graphs):
            subgraphs.append(self._subgraph(graph, kinds, buffer_of[first:], number))
            first += len(graph.tensors)
        more = {}
        if signatures:
            more["SignatureDefs"] = self._offsets([self._signature(s) for s in signatures])
        model = self._table(
            "Model",
            Version=_SCHEMA_VERSION,
            OperatorCodes=self._offsets([self._code(kind) for kind in kinds]),
            Subgraphs=self._offsets(subgraphs),
            Description=b.CreateString(name),
            Buffers=buffers,
            **more,
        )
        b.Finish(model, file_identifier=_FILE_IDENTIFIER)
        return bytes(b.Output())

    def _signature(self, signature: Signature) -> int:
        return self._table(
            "SignatureDef",
            SignatureKey=self._builder.CreateString(signature.key),
            Inputs=self._names(signature.inputs),
            Outputs=self._names(signature.outputs),
            SubgraphIndex=signature.subgraph,
        )

    def _names(self, names: Sequence[tuple[str, int]]) -> int:
        text = self._builder.CreateString
        return self._offsets(
            [self._table("TensorMap", Name=text(n), TensorIndex=index) for n, index in names]
        )

    def _subgraph(
        self, graph: WrittenGraph, kinds: list[str], buffer_of: Sequence[int], number: int
    ) -> int:
        return self._table(
            "SubGraph",
            Tensors=self._offsets([self._tensor(t, buffer_of[t.index]) for t in graph.tensors]),
            Inputs=self._ints(graph.inputs),
            Outputs=self._ints(graph.outputs),
            Operators=self._offsets([self._operator(o, kinds.index(o.kind)) for o in graph.ops]),
            Name=self._builder.CreateString(f"subgraph{number}" if number else "main"),
        )

    def _table(self, table: str, **fields: int | float | bool) -> int:
        """One table; every value is a scalar or the offset of a child already written."""
        schema, b = self._schema, self._builder
        getattr(schema, f"{table}Start")(b)
        for accessor, value in fields.items():
            getattr(schema, f"{table}Add{accessor}")(b, value)
        return int(getattr(schema, f"{table}End")(b))

    def _code(self, kind: str) -> int:
        if kind in CUSTOM:
            text, custom = (
                self._builder.CreateString(kind),
                int(self._schema.BuiltinOperator.CUSTOM),
            )
            fields = {"DeprecatedBuiltinCode": custom, "BuiltinCode": custom, "Version": 1}
            return self._table("OperatorCode", CustomCode=text, **fields)
        code = int(getattr(self._schema.BuiltinOperator, kind))
        return self._table(
            "OperatorCode",
            DeprecatedBuiltinCode=min(code, _PLACEHOLDER_CODE),
            Version=OPTION_TABLES[kind].version,
            BuiltinCode=code,
        )

    def _buffers(self, tensors: list[TensorRef]) -> tuple[int, list[int]]:
        """Buffer 0 is empty and shared by all tensors without data, as the schema asks."""
        buffers = [self._table("Buffer")]
        buffer_of: list[int] = []
        for tensor in tensors:
            buffer_of.append(0 if tensor.data is None else len(buffers))
            if tensor.data is not None:
                buffers.append(self._table("Buffer", Data=self._bytes(tensor.data)))
        return self._offsets(buffers), buffer_of

    def _tensor(self, tensor: TensorRef, buffer: int) -> int:
        quantisation = None
        if tensor.scale:
            quantisation = self._table(
                "QuantizationParameters",
                Scale=self._vector(np.asarray(tensor.scale, np.float32)),
                ZeroPoint=self._vector(np.asarray(tensor.zero_point, np.int64)),
                QuantizedDimension=tensor.axis,
            )
        fields: dict[str, int] = {
            "Shape": self._ints(tensor.shape),
            "Type": TYPE_NUMBERS[tensor.dtype],
            "Buffer": buffer,
            "Name": self._builder.CreateString(tensor.name),
        }
        if quantisation is not None:
            fields["Quantization"] = quantisation
        if tensor.variable:
            fields["IsVariable"] = True
        return self._table("Tensor", **fields)

    def _operator(self, op: WrittenOp, opcode_index: int) -> int:
        fields: dict[str, int] = {
            "OpcodeIndex": opcode_index,
            "Inputs": self._ints(op.inputs),
            "Outputs": self._ints(op.outputs),
        }
        if op.intermediates:
            fields["Intermediates"] = self._ints(op.intermediates)
        if op.kind in CUSTOM:
            flexbuffers: Any = importlib.import_module("flatbuffers.flexbuffers")
            options = flexbuffers.Dumps(dict(sorted(op.options.items())))
            return self._table("Operator", CustomOptions=self._bytes(bytes(options)), **fields)
        entry = OPTION_TABLES[op.kind]
        if entry.table:
            values = {
                field.accessor: self._option(field, op.options.get(field.keyword, field.default))
                for field in entry.fields
            }
            fields["BuiltinOptionsType"] = int(getattr(self._schema.BuiltinOptions, entry.table))
            fields["BuiltinOptions"] = self._table(entry.table, **values)
        return self._table("Operator", **fields)

    def _option(self, field: Field, value: Value) -> int | float | bool:
        if isinstance(value, tuple):
            return self._ints(value)
        if isinstance(value, bytes):
            return int(self._builder.CreateString(value))
        if isinstance(value, str):
            return (PADDING if field.keyword == "padding" else ACTIVATION)[value]
        return value

    def _ints(self, values: Sequence[int]) -> int:
        return self._vector(np.asarray(values, np.int32))

    def _vector(self, values: npt.NDArray[Any]) -> int:
        return int(self._builder.CreateNumpyVector(values))

    def _offsets(self, offsets: list[int]) -> int:
        b = self._builder
        b.StartVector(4, len(offsets), 4)
        for offset in reversed(offsets):
            b.PrependUOffsetTRelative(offset)
        return int(b.EndVector())

    def _bytes(self, data: bytes) -> int:
        b = self._builder
        b.StartVector(1, len(data), _BUFFER_ALIGN_BYTES)
        b.head = b.Head() - len(data)
        b.Bytes[b.Head() : b.Head() + len(data)] = data
        return int(b.EndVector())

# SPDX-License-Identifier: Apache-2.0
"""Write int8 TFLite models tensor by tensor, operator by operator.

The writer fills in the schema's tables (``tensorflow/compiler/mlir/lite/schema/schema.fbs``)
with the generated accessors of the ``tflite`` package. It computes nothing: shapes and
quantisation of every tensor are the caller's (``tvm_tiny.testing.net`` derives them). The same
calls give the same bytes.

    w = TFLiteWriter("demo")
    x = w.input("x", (1, 8, 8, 3), scale=0.5, zero_point=-3)
    y = w.op("RELU", [x], (1, 8, 8, 3), 0.25, -128, name="relu")
    w.output(y)
    model = w.finish()
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tvm_tiny.testing.op_options import (
    ACTIVATION,
    CUSTOM,
    OPTION_TABLES,
    PADDING,
    TENSOR_TYPES,
    Field,
    Value,
    two_a_byte,
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
class _Op:
    kind: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    options: dict[str, Value]
    intermediates: tuple[int, ...] = ()


def _as_floats(scale: float | Sequence[float] | npt.NDArray[np.floating] | None) -> list[float]:
    return [] if scale is None else [float(s) for s in np.atleast_1d(np.asarray(scale))]


@dataclass(frozen=True)
class _Graph:
    tensors: Sequence[TensorRef]
    ops: Sequence[_Op]
    inputs: Sequence[int]
    outputs: Sequence[int]


class TFLiteWriter:
    """Collect tensors and operators; ``finish`` gives the flatbuffer.

    Operators must be added in an order in which they can run. Tensor names are kept as given and
    must be unique.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._tensors: list[TensorRef] = []
        self._ops: list[_Op] = []
        self._inputs: list[int] = []
        self._outputs: list[int] = []
        self._others: list[TFLiteWriter] = []

    def input(
        self,
        name: str,
        shape: Sequence[int],
        *,
        scale: float | None = None,
        zero_point: int = 0,
        dtype: str = "int8",
    ) -> TensorRef:
        """Add a model input."""
        tensor = self._tensor(name, shape, dtype, _as_floats(scale), [zero_point])
        self._inputs.append(tensor.index)
        return tensor

    def constant(
        self,
        name: str,
        array: npt.NDArray[Any],
        *,
        scale: float | Sequence[float] | npt.NDArray[np.floating] | None = None,
        zero_point: int | Sequence[int] = 0,
        axis: int = 0,
        int4: bool = False,
    ) -> TensorRef:
        """Add a constant tensor; its type is the array's, or int4 (two a byte).

        ``scale`` with more than one element is per-channel along ``axis``; a single
        ``zero_point`` then holds for every channel.
        """
        scales = _as_floats(scale)
        points = [zero_point] if isinstance(zero_point, int) else list(zero_point)
        kind, data = array.dtype.name, np.ascontiguousarray(array).tobytes()
        if int4:
            kind, data = "int4", two_a_byte(array)
        return self._tensor(name, array.shape, kind, scales, points, axis, data)

    def op(
        self,
        kind: str,
        inputs: Sequence[TensorRef | None],
        shape: Sequence[int],
        scale: float | None,
        zero_point: int = 0,
        *,
        name: str,
        dtype: str = "int8",
        **options: Value,
    ) -> TensorRef:
        """Add an operator with one output; ``None`` among the inputs is an absent one."""
        return self.op_multi(
            kind, inputs, [shape], scale, zero_point, names=[name], dtype=dtype, **options
        )[0]

    def op_multi(
        self,
        kind: str,
        inputs: Sequence[TensorRef | None],
        shapes: Sequence[Sequence[int]],
        scale: float | None,
        zero_point: int = 0,
        *,
        names: Sequence[str],
        dtype: str | Sequence[str] = "int8",
        **options: Value,
    ) -> tuple[TensorRef, ...]:
        """Add an operator with several outputs, all with one quantisation (SPLIT, UNPACK)."""
        self._check_options(kind, options)
        types = [dtype] * len(names) if isinstance(dtype, str) else dtype
        outputs = tuple(
            self._tensor(name, shape, kind_of, _as_floats(scale), [zero_point])
            for name, shape, kind_of in zip(names, shapes, types, strict=True)
        )
        indices = tuple(-1 if tensor is None else tensor.index for tensor in inputs)
        self._ops.append(_Op(kind, indices, tuple(t.index for t in outputs), dict(options)))
        return outputs

    def variable(
        self,
        name: str,
        shape: Sequence[int],
        *,
        scale: float,
        zero_point: int = 0,
        dtype: str = "int8",
    ) -> TensorRef:
        """Add a variable tensor: an operator that reads it writes it, from run to run."""
        return self._tensor(name, shape, dtype, [scale], [zero_point], variable=True)

    def handle(self, name: str, variable: str) -> TensorRef:
        """Add a VAR_HANDLE of the resource variable of that name."""
        text = variable.encode()
        return self.op("VAR_HANDLE", [], (), None, name=name, dtype="resource", shared_name=text)

    def assign(self, handle: TensorRef, value: TensorRef) -> None:
        """Add an ASSIGN_VARIABLE."""
        self._ops.append(_Op("ASSIGN_VARIABLE", (handle.index, value.index), (), {}))

    def call_once(self, init: TFLiteWriter) -> None:
        """Add a CALL_ONCE of another writer's operators."""
        self._others.append(init)
        options: dict[str, Value] = {"init_subgraph_index": len(self._others)}
        self._ops.append(_Op("CALL_ONCE", (), (), options))

    def intermediates(self, tensors: Sequence[TensorRef]) -> None:
        """Give the last operator these intermediate tensors (recurrent layers)."""
        last = self._ops.pop()
        self._ops.append(replace(last, intermediates=tuple(t.index for t in tensors)))

    def output(self, *tensors: TensorRef) -> None:
        """Make tensors outputs of the model, in this order."""
        self._outputs.extend(tensor.index for tensor in tensors)

    def finish(self) -> bytes:
        """Return the model as a TFLite flatbuffer."""
        return _Flatbuffer().model(self._name, [self._graph(), *(o._graph() for o in self._others)])

    def _graph(self) -> _Graph:
        return _Graph(self._tensors, self._ops, self._inputs, self._outputs)

    def _check_options(self, kind: str, options: dict[str, Value]) -> None:
        if kind in CUSTOM:
            return
        if kind not in OPTION_TABLES:
            known = ", ".join(sorted(OPTION_TABLES))
            raise ValueError(f"the writer does not know operator {kind!r}; it knows {known}")
        known_options = {field.keyword for field in OPTION_TABLES[kind].fields}
        if unknown := set(options) - known_options:
            raise ValueError(
                f"{kind} has no option {sorted(unknown)}; it has {sorted(known_options)}"
            )

    def _tensor(
        self,
        name: str,
        shape: Sequence[int],
        dtype: str,
        scales: list[float],
        points: list[int],
        axis: int = 0,
        data: bytes | None = None,
        variable: bool = False,
    ) -> TensorRef:
        if dtype not in TENSOR_TYPES:
            raise ValueError(f"tensor {name!r}: type {dtype!r} cannot be written")
        if any(tensor.name == name for tensor in self._tensors):
            raise ValueError(f"tensor name {name!r} is taken")
        points = points * len(scales) if len(points) == 1 else points
        if len(points) != len(scales):
            raise ValueError(f"tensor {name!r}: {len(scales)} scales, {len(points)} zero points")
        dims = tuple(int(extent) for extent in shape)
        index = len(self._tensors)
        tensor = TensorRef(
            index, name, dims, dtype, tuple(scales), tuple(points), axis, data, variable
        )
        self._tensors.append(tensor)
        return tensor


class _Flatbuffer:
    """Serialise; children before parents, as flatbuffers wants it."""

    def __init__(self) -> None:
        self._schema: Any = importlib.import_module("tflite")
        self._builder: Any = importlib.import_module("flatbuffers").Builder(1024)

    def model(self, name: str, graphs: Sequence[_Graph]) -> bytes:
        b = self._builder
        kinds = sorted({op.kind for graph in graphs for op in graph.ops})
        buffers, buffer_of = self._buffers([t for graph in graphs for t in graph.tensors])
        subgraphs = []
        first = 0
        for number, graph in enumerate(graphs):
            subgraphs.append(self._subgraph(graph, kinds, buffer_of[first:], number))
            first += len(graph.tensors)
        model = self._table(
            "Model",
            Version=_SCHEMA_VERSION,
            OperatorCodes=self._offsets([self._code(kind) for kind in kinds]),
            Subgraphs=self._offsets(subgraphs),
            Description=b.CreateString(name),
            Buffers=buffers,
        )
        b.Finish(model, file_identifier=_FILE_IDENTIFIER)
        return bytes(b.Output())

    def _subgraph(
        self, graph: _Graph, kinds: list[str], buffer_of: Sequence[int], number: int
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
            "Type": TENSOR_TYPES[tensor.dtype],
            "Buffer": buffer,
            "Name": self._builder.CreateString(tensor.name),
        }
        if quantisation is not None:
            fields["Quantization"] = quantisation
        if tensor.variable:
            fields["IsVariable"] = True
        return self._table("Tensor", **fields)

    def _operator(self, op: _Op, opcode_index: int) -> int:
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

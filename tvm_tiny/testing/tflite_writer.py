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

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny.frontends.tflite.type_numbers import TYPE_NUMBERS
from tvm_tiny.testing.op_options import CUSTOM, OPTION_TABLES, Value, two_a_byte
from tvm_tiny.testing.tflite_tables import Flatbuffer, Signature, TensorRef, WrittenGraph, WrittenOp


def _as_floats(scale: float | Sequence[float] | npt.NDArray[np.floating] | None) -> list[float]:
    return [] if scale is None else [float(s) for s in np.atleast_1d(np.asarray(scale))]


class TFLiteWriter:
    """Collect tensors and operators; ``finish`` gives the flatbuffer.

    Operators must be added in an order in which they can run. Tensor names are kept as given and
    must be unique.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._tensors: list[TensorRef] = []
        self._ops: list[WrittenOp] = []
        self._inputs: list[int] = []
        self._outputs: list[int] = []
        self._others: list[TFLiteWriter] = []
        self._signatures: list[Signature] = []

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
        self._ops.append(WrittenOp(kind, indices, tuple(t.index for t in outputs), dict(options)))
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
        self._ops.append(WrittenOp("ASSIGN_VARIABLE", (handle.index, value.index), (), {}))

    def call_once(self, init: TFLiteWriter) -> None:
        """Add a CALL_ONCE of another writer's operators."""
        self._others.append(init)
        options: dict[str, Value] = {"init_subgraph_index": len(self._others)}
        self._ops.append(WrittenOp("CALL_ONCE", (), (), options))

    def intermediates(self, tensors: Sequence[TensorRef]) -> None:
        """Give the last operator these intermediate tensors (recurrent layers)."""
        last = self._ops.pop()
        self._ops.append(replace(last, intermediates=tuple(t.index for t in tensors)))

    def output(self, *tensors: TensorRef) -> None:
        """Make tensors outputs of the model, in this order."""
        self._outputs.extend(tensor.index for tensor in tensors)

    def signature(
        self,
        inputs: Mapping[str, TensorRef],
        outputs: Mapping[str, TensorRef],
        key: str = "serving_default",
        subgraph: int = 0,
    ) -> None:
        """Add a signature: what users call inputs and outputs."""
        ins, outs = ([(n, t.index) for n, t in io.items()] for io in (inputs, outputs))
        self._signatures.append(Signature(key, ins, outs, subgraph))

    def finish(self) -> bytes:
        """Return the model as a TFLite flatbuffer."""
        graphs = [self._graph(), *(o._graph() for o in self._others)]
        return Flatbuffer().model(self._name, graphs, self._signatures)

    def _graph(self) -> WrittenGraph:
        return WrittenGraph(self._tensors, self._ops, self._inputs, self._outputs)

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
        if dtype not in TYPE_NUMBERS:
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

# SPDX-License-Identifier: Apache-2.0
"""Defensive reading of an ONNX file: everything that is wrong with it, before anything native.

ONNX files are untrusted. ``onnx.checker`` and ``onnx.shape_inference`` are C++ that follows the
file's subgraphs and attributes; they are not used. Instead the wire format is bounded
(``onnx_wire``), protobuf's own parser reads it, what is needed is copied into plain data
(``onnx_graph``), and every node is checked against a table of what is supported
(``onnx_nodes``). Shapes are inferred by Relax while the importer builds, with a bound per tensor.

Error codes: TT1001 not a readable model, TT1002 one that contradicts itself, TT1101 dynamic shape
or batch, TT1102 not quantised, TT1103 quantised to another type than int8, TT1203 not supported.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from tvm_tiny.errors import ModelError, Problem, ToolchainError, UnsupportedError
from tvm_tiny.frontends.onnx.external import ONE_FILE
from tvm_tiny.frontends.onnx.graph import TENSOR_LIMIT, Array, OnnxGraph, OnnxNode, fold
from tvm_tiny.frontends.onnx.nodes import (
    known_constants,
    node_problems,
    quantiser_problems,
    usable,
)
from tvm_tiny.frontends.onnx.prepare import SHIFT, prepared
from tvm_tiny.frontends.onnx.record import lookup
from tvm_tiny.frontends.onnx.type_numbers import DTYPES, OTHER_DTYPES
from tvm_tiny.frontends.onnx.wire import check_wire

OPSETS: Final = range(10, 29)
_NODE_LIMIT: Final = 20_000
_RANK_LIMIT: Final = 6
_INPUT_TYPES: Final = ("float32", "int8", "uint8", "int16")
_QUANTISE_FIRST: Final = (
    "quantise it: tvm-tiny quantize MODEL --data calibration.npz -o int8.onnx (in Python:"
    " tvm_tiny.quantize; it runs onnxruntime's quantize_static)"
)


def parse_onnx(data: bytes) -> Any:
    """Parse a ModelProto.

    Raises:
        ModelError: TT1001, the bytes are not an ONNX model, or one of absurd size.
        ToolchainError: the package ``onnx`` is not installed.
    """
    check_wire(data)
    onnx = require_onnx()
    proto = onnx.ModelProto()
    try:
        proto.ParseFromString(data)
    except Exception as error:  # protobuf's exception types differ between its versions
        raise ModelError(f"not a readable ONNX model: {error}") from error
    return proto


def require_onnx() -> Any:
    """The package ``onnx``."""
    try:
        return importlib.import_module("onnx")
    except ImportError as error:
        do = "pip install 'tvm-tiny[onnx]'"
        raise ToolchainError(
            "ONNX models need the package 'onnx'", (Problem(str(error), do=do),)
        ) from error


def inspect_onnx(
    proto: Any, shapes: Mapping[str, tuple[int, ...]] | None = None, *, floats: bool = False
) -> OnnxGraph:
    """Check a ModelProto and return it as plain data.

    Args:
        proto: the model; it is not changed.
        shapes: input name -> static shape, for inputs with dynamic dimensions.
        floats: a float32 model is wanted, not a QDQ one.

    Raises:
        ModelError: TT1002, the graph contradicts itself (names, order, contents of constants).
        UnsupportedError: TT1101, TT1102, TT1103, TT1104, TT1203; with every problem found.
    """
    reader = _Reader(proto, shapes or {})
    raw = reader.graph()
    if reader.problems:
        raise ModelError("the ONNX model is broken", tuple(reader.problems), code="TT1002")
    if reader.foreign:
        raise UnsupportedError("its constants are of other types", tuple(reader.foreign), "TT1103")
    if reader.dynamic:
        raise UnsupportedError(
            "the model's inputs are not of one static shape", tuple(reader.dynamic), code="TT1101"
        )
    graph = fold(raw)
    if floats:
        _refuse_all_but_floats(graph, reader)
        return graph
    _refuse_unquantised(graph)
    graph = prepared(graph)
    types, others = quantiser_problems(graph)
    types = [*reader.types, *types]
    unsupported = [*reader.unsupported, *node_problems(graph), *others, *float_problems(graph)]
    if types:
        raise UnsupportedError(
            "the model is not quantised to int8", (*types, *unsupported), code="TT1103"
        )
    if unsupported:
        count = len({p.where for p in unsupported})
        raise UnsupportedError(
            f"{count} of {len(raw.nodes)} nodes cannot be compiled", tuple(unsupported)
        )
    return graph


def _refuse_all_but_floats(graph: OnnxGraph, reader: _Reader) -> None:
    quantisers = [n for n in graph.nodes if n.op in ("QuantizeLinear", "DequantizeLinear")]
    integers = [n for n, (_, dtype) in graph.inputs.items() if dtype != "float32"]
    if quantisers or integers or reader.types:
        do = "give the float32 model that was quantised"
        problems = [Problem("an input of integers", f"input '{n}'", do=do) for n in integers]
        problems += [n.problem("the model is quantised", do=do) for n in quantisers[:1]]
        raise UnsupportedError("the model is not a float model", tuple(problems), code="TT1104")
    unsupported = [*reader.unsupported, *node_problems(graph, floats=True)]
    if unsupported:
        count = len({p.where for p in unsupported})
        raise UnsupportedError(f"{count} nodes cannot be compiled", tuple(unsupported))


def _refuse_unquantised(graph: OnnxGraph) -> None:
    ops = {node.op for node in graph.nodes}
    rewritten = [r for r in map(lookup, ops) if r is not None and r.rewrite is not None]
    if "DequantizeLinear" in ops or rewritten:
        return
    what = "no QuantizeLinear and DequantizeLinear nodes: a float model"
    raise UnsupportedError(
        "the model is not quantised to int8",
        (Problem(what, why="int8 needs scales for every tensor", do=_QUANTISE_FIRST),),
        code="TT1102",
    )


_FUSED: Final = ("Relu", "Clip")


def float_problems(graph: OnnxGraph) -> list[Problem]:
    """Nodes that compute on float values: their input or output is not quantised."""
    known = known_constants(graph)
    readers: dict[str, list[OnnxNode]] = {}
    for node in graph.nodes:
        for name in node.inputs:
            readers.setdefault(name, []).append(node)
    out: list[Problem] = []
    for node in graph.nodes:
        record = usable(node)
        free = node.op in ("QuantizeLinear", "DequantizeLinear", SHIFT)
        if free or record is None or record.gridded or set(node.outputs) <= known:
            continue
        for name in node.outputs:
            loose = [n for n in readers.get(name, []) if not _may_read_float(node, n, known)]
            if loose or name in graph.outputs:
                reader = loose[0].where if loose else "the model's output"
                out.append(
                    node.problem(
                        f"its result '{name}' is not quantised",
                        f"read as float by {reader}",
                        "quantise all operators, or leave out op_types_to_quantize",
                    )
                )
    return out


def _may_read_float(node: OnnxNode, reader: OnnxNode, known: set[str]) -> bool:
    """Whether ``reader`` is computed together with ``node``, or only moves its values."""
    if reader.op in ("QuantizeLinear", *_FUSED) or usable(reader) is None:
        return True
    if reader.outputs and set(reader.outputs) <= known:
        return True  # it reads the shape
    biased = node.op in ("Conv", "ConvTranspose", "MatMul") and reader.op == "Add"
    bias = biased and any(name in known for name in reader.inputs)
    if _moves(node):
        return True  # its integers move
    return bias or (_of_one(node) and _of_one(reader))


def _moves(node: OnnxNode) -> bool:
    record = lookup(node.op)
    return record is not None and record.moves


def _of_one(node: OnnxNode) -> bool:
    record = lookup(node.op)
    return record is not None and record.pointwise


class _Reader:
    """Copies what is needed of a ModelProto; collects what is wrong."""

    def __init__(self, proto: Any, shapes: Mapping[str, tuple[int, ...]]) -> None:
        self._proto = proto
        self._shapes = shapes
        records = [lookup(str(node.op_type)) for node in proto.graph.node[:_NODE_LIMIT]]
        self._sequences = any(record is not None and record.gridded for record in records)
        self.problems: list[Problem] = []
        self.dynamic: list[Problem] = []
        self.unsupported: list[Problem] = []
        self.types: list[Problem] = []
        self.foreign: list[Problem] = []

    def graph(self) -> OnnxGraph:
        """The graph; only meaningful while ``problems`` is empty."""
        proto = self._proto.graph
        if len(proto.node) > _NODE_LIMIT:
            self._broken(f"{len(proto.node)} nodes (limit {_NODE_LIMIT})")
            return OnnxGraph(0, (), {}, (), {})
        if not proto.node or not proto.output:
            self._broken("a graph without nodes or outputs")
        if self._proto.functions or proto.sparse_initializer:
            self._broken("model functions or sparse initializers", "inline or densify them")
        constants = self._constants(proto.initializer)
        inputs = self._inputs(proto.input, constants)
        nodes = tuple(self._node(index, node) for index, node in enumerate(proto.node))
        outputs = tuple(str(value.name) for value in proto.output)
        # What cannot be read is said once, not again of those who read it.
        declared = {str(tensor.name) for tensor in proto.initializer}
        self._check_order(nodes, {*declared, *inputs}, outputs)
        return OnnxGraph(self._opset(), nodes, inputs, outputs, constants)

    def _broken(self, what: str, do: str = "", where: str = "") -> None:
        self.problems.append(Problem(what, where, do=do))

    def _opset(self) -> int:
        versions = [o.version for o in self._proto.opset_import if o.domain in ("", "ai.onnx")]
        opset = int(versions[0]) if versions else 1
        if opset not in OPSETS:
            self._broken(
                f"operator set {opset} (supported: {OPSETS.start} to {OPSETS.stop - 1})",
                "convert it with onnx.version_converter",
            )
        return opset

    def _constants(self, initializers: Any) -> dict[str, Array]:
        out: dict[str, Array] = {}
        for tensor in initializers:
            name = str(tensor.name)
            if not name or name in out:
                self._broken(f"two constants, or one without a name: '{name}'")
            array = self._array(tensor, f"constant '{name}'")
            if array is not None:
                out[name] = array
        return out

    def _array(self, tensor: Any, where: str) -> Array | None:
        dtype = DTYPES.get(tensor.data_type)
        if tensor.data_location or len(tensor.external_data):
            self._broken("keeps its data in another file", ONE_FILE, where)
            return None
        if dtype is None:
            known = OTHER_DTYPES.get(tensor.data_type)
            if known is None:
                self._broken(f"tensor type {tensor.data_type}", "", where)
            else:
                do = "export it in float32, then quantise it to int8"
                self.foreign.append(Problem(f"its type is {known}", where, do=do))
            return None
        dims = [int(d) for d in tensor.dims]
        if len(dims) > 8 or any(d < 0 for d in dims) or math.prod(dims) > TENSOR_LIMIT:
            self._broken(f"dimensions {dims[:8]} (limit {TENSOR_LIMIT} elements)", "", where)
            return None
        try:
            array: Array = importlib.import_module("onnx.numpy_helper").to_array(tensor)
            return np.array(array, dtype).reshape(dims)
        except (ValueError, TypeError, OverflowError) as error:
            self._broken(f"its contents do not fit its type: {error}", "", where)
            return None

    def _inputs(
        self, values: Any, constants: Mapping[str, Array]
    ) -> dict[str, tuple[tuple[int, ...], str]]:
        out: dict[str, tuple[tuple[int, ...], str]] = {}
        for value in values:
            name = str(value.name)
            if name in constants:
                continue  # old files list initializers as inputs
            tensor = value.type.tensor_type
            dtype = DTYPES.get(tensor.elem_type, f"type {tensor.elem_type}")
            if not name or name in out:
                self._broken(f"two inputs, or one without a name: '{name}'")
            if dtype not in _INPUT_TYPES:
                do = "export with float32 inputs, and quantise to int8"
                self.types.append(Problem(f"{dtype} input", f"input '{name}'", do=do))
            out[name] = (self._shape(name, tensor.shape.dim), dtype)
        for name in self._shapes:
            if name not in out:
                self.dynamic.append(
                    Problem("no such input", f"input '{name}'", do=f"the inputs are {list(out)}")
                )
        if not out:
            self._broken("a graph without inputs")
        return out

    def _shape(self, name: str, dims: Any) -> tuple[int, ...]:
        given = self._shapes.get(name)
        # A batch that the model leaves open is one: nothing else runs on a microcontroller.
        declared = [
            int(d.dim_value) if d.dim_value > 0 else 1 if at == 0 and len(dims) > 1 else 0
            for at, d in enumerate(dims)
        ]
        names = [d.dim_param or str(d.dim_value or "?") for d in dims]
        shape = declared if given is None else [int(d) for d in given]
        where = f"input '{name}' [{', '.join(names)}]"
        if (not dims and given is None) or 0 in shape or len(shape) > _RANK_LIMIT:
            said = ",".join(str(s or "N") for s in shape) or "1,N"
            do = f"give it: --shape {name}={said}, in Python shapes={{'{name}': ({said})}}"
            self._dynamic(where, "dynamic shape", do)
        elif len(shape) != len(declared) or any(
            d.dim_value > 0 and d.dim_value != s for d, s in zip(dims, shape, strict=True)
        ):
            self._dynamic(where, f"the given shape {tuple(shape)} does not fit")
        elif min(shape) < 1 or math.prod(shape) > TENSOR_LIMIT:
            self._dynamic(where, f"shape {tuple(shape)} (limit {TENSOR_LIMIT} elements)")
        elif len(shape) > 1 and shape[0] != 1 and not (self._sequences and shape[1] == 1):
            self._dynamic(where, f"batch of {shape[0]}", "one sample runs at a time: export with 1")
        return tuple(shape)

    def _dynamic(self, where: str, what: str, do: str = "") -> None:
        self.dynamic.append(Problem(what, where, do=do))

    def _node(self, index: int, proto: Any) -> OnnxNode:
        outputs = tuple(str(n) for n in proto.output)
        name = str(proto.name) or next((n for n in outputs if n), f"node_{index}")
        bare = OnnxNode(index, name, str(proto.op_type), tuple(map(str, proto.input)), outputs)
        record = lookup(bare.op)
        quantiser = bare.op in ("QuantizeLinear", "DequantizeLinear")
        domains = ("", "ai.onnx")
        if record is not None and record.domain:
            domains = (record.domain,)
        elif record is not None or quantiser:
            domains = (*domains, "com.microsoft")
        if proto.domain not in domains:
            self.unsupported.append(bare.problem(f"operator of the domain '{proto.domain}'"))
        attrs = {str(a.name): self._attribute(a, bare) for a in proto.attribute}
        return OnnxNode(index, name, bare.op, bare.inputs, outputs, attrs)

    def _attribute(self, a: Any, node: OnnxNode) -> Any:
        kind = int(a.type)
        if kind == 1:
            return float(a.f)
        if kind == 2:
            return int(a.i)
        if kind == 3:
            return bytes(a.s).decode("utf-8", "replace")
        if kind == 4:
            return self._array(a.t, f"{node.where} {a.name}")
        if kind in (6, 7):
            return list(a.floats if kind == 6 else a.ints)
        if kind == 8:
            return [bytes(s).decode("utf-8", "replace") for s in a.strings]
        return f"attribute type {kind}"

    def _check_order(
        self, nodes: Sequence[OnnxNode], known: set[str], outputs: Sequence[str]
    ) -> None:
        for node in nodes:
            for name in node.inputs:
                if name and name not in known:
                    self._broken(f"reads '{name}', which nothing before it makes", "", node.where)
            for name in node.outputs:
                if name in known:
                    self._broken(f"makes '{name}' a second time", "", node.where)
                if name:
                    known.add(name)
        for name in outputs:
            if name not in known:
                self._broken(f"output '{name}' is made by no node")

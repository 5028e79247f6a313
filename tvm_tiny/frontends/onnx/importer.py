# SPDX-License-Identifier: Apache-2.0
"""ONNX nodes to Relax, each by its record: names, layers, bounds, errors.

TVM's importer converts most operators; records have what it refuses or distorts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from tvm_tiny import _tvm
from tvm_tiny._tvm import relax
from tvm_tiny.errors import Problem
from tvm_tiny.frontends.onnx.graph import (
    DEQUANTISE,
    TENSOR_LIMIT,
    Array,
    OnnxGraph,
    OnnxNode,
    dequantised,
)
from tvm_tiny.frontends.onnx.prepare import MADE
from tvm_tiny.frontends.onnx.record import Record, Unusable, lookup
from tvm_tiny.passes.relax_module import Layer


class ConversionFailed(Exception):  # noqa: N818 - becomes an UnsupportedError
    """Carries the problem of the node that could not be converted."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.what)
        self.problem = problem


_TVM = _tvm.onnx_frontend()


class Importer(_TVM.ONNXGraphImporter):
    """Feeds TVM's importer node by node; every result gets a variable and a layer of its own."""

    def __init__(self, graph: OnnxGraph) -> None:
        super().__init__({}, "float32", keep_params_in_input=False, sanitize=True)
        self.graph = graph
        self.opset = graph.opset
        self.layers: dict[str, Layer] = {}
        self._known: dict[str, Array] = dict(graph.constants)
        self._makers = graph.producers

    def module(self) -> Any:
        """Convert every node in order; the module's function has the graph's inputs and outputs."""
        for name, array in self._known.items():
            self._nodes[name] = _tvm.constant(array)
        params: list[Any] = []
        for name, (shape, dtype) in self.graph.inputs.items():
            params.append(self._new_var(self._sanitize_name(name), list(shape), dtype))
            self._nodes[name] = params[-1]
        with self.bb.function("main", params=params):
            with self.bb.dataflow():
                for node in self.graph.nodes:
                    self._convert(node)
                outputs = [self._nodes[name] for name in self.graph.outputs]
                whole = outputs[0] if len(outputs) == 1 else relax.Tuple(outputs)
                result = self.bb.emit_output(whole)
            self.bb.emit_func_output(result)
        return self.bb.get()

    def _convert(self, node: OnnxNode) -> None:
        record = lookup(node.op)
        assert record is not None, "the check refused unknown operators"
        try:
            values = self._evaluated(node, record)
            if values is not None:
                for name, array in zip(node.outputs, values, strict=True):
                    self._known[name] = array
                    self._nodes[name] = _tvm.constant(array)
                return
            inputs = _TVM.onnx_input([self._nodes[n] if n else None for n in node.inputs])
            attrs: dict[str, Any] = {"tvm_custom": {"name": "", "num_outputs": len(node.outputs)}}
            attrs |= {name: _as_parsed(value) for name, value in node.attrs.items()}
            convert = record.convert or (lambda _, node, i, a: self.inherited(node, i, a))
            made = self._bound(node, convert(self, node, inputs, attrs))
            items = list(made.fields) if isinstance(made, relax.Tuple) else [made]
            self._nodes.update(zip(node.outputs, items, strict=True))
        except Unusable as error:
            problem = node.problem(error.what, error.why, error.do)
            raise ConversionFailed(problem) from error
        except ConversionFailed:
            raise
        except Exception as error:  # whatever TVM's converters and type inference raise
            lines = str(error).strip().splitlines() or [type(error).__name__]
            problem = node.problem("operands and attributes do not fit together", lines[-1])
            raise ConversionFailed(problem) from error

    def _evaluated(self, node: OnnxNode, record: Record) -> list[Array] | None:
        """Results of a node whose operands (or, for some, their shapes) are known."""
        if record.evaluate is None:
            return None
        if record.by_shape:
            kinds = [_tvm.tensor_type(self._nodes[n]) for n in node.inputs]
            return record.evaluate(node, [k[0] for k in kinds if k is not None])
        if not all(n in self._known for n in node.inputs if n):
            return None
        made = record.evaluate(node, [self._known[n] if n else None for n in node.inputs])
        return None if made is None else [np.asarray(v) for v in made]

    def abandon(self) -> None:
        """Close the block that TVM's function scope leaves open on errors (it complains else)."""
        self.bb._end_block()

    def inherited(self, node: OnnxNode, inputs: Sequence[Any], attrs: dict[str, Any]) -> Any:
        """TVM's own conversion of a node."""
        return super()._convert_operator(node.op, inputs, attrs, self.graph.opset)

    def constant_of(self, name: str) -> Array | None:
        """Contents of a constant operand; of one behind DequantizeLinear the real numbers."""
        known = self._known.get(name) if name else None
        maker = self._makers.get(name)
        if known is None and maker is not None and maker.op == DEQUANTISE:
            operands = [self._known.get(n) for n in maker.inputs if n]
            if all(o is not None and (i == 0 or o.size == 1) for i, o in enumerate(operands)):
                return dequantised([o for o in operands if o is not None])
        return known

    def integers(self, node: OnnxNode, operand: int, attribute: str = "") -> list[int] | None:
        """Integers that an operand or, in older operator sets, an attribute holds."""
        value = self.constant_of(node.input(operand))
        if value is not None:
            return [int(v) for v in value.reshape(-1)]
        given = node.attrs.get(attribute)
        return None if given is None else [int(v) for v in given]

    def _bound(self, node: OnnxNode, made: Any) -> Any:
        items = list(made.fields) if isinstance(made, relax.Tuple) else [made]
        if len(items) != len(node.outputs):
            raise Unusable(f"{len(node.outputs)} results where there are {len(items)}")
        out: list[Any] = []
        for place, (tensor, item) in enumerate(zip(node.outputs, items, strict=True)):
            label = re.sub(r"\W", "_", tensor, flags=re.ASCII)[:48]
            var = self.bb.emit(item, f"n{node.index}_{place}_{label}")
            self._check_size(var)
            if node.op != "DequantizeLinear" or tensor in self.graph.outputs:
                # other DequantizeLinear nodes belong to the layer that reads them
                self.layers[str(var.name)] = self._layer(node, tensor)
            out.append(var)
        return out[0] if len(out) == 1 else relax.Tuple(out)

    def _check_size(self, var: Any) -> None:
        kind = _tvm.tensor_type(var)
        if kind is None:
            raise Unusable("its result has no static shape")
        size = 1
        for extent in kind[0]:
            size *= extent
        if not 0 < size <= TENSOR_LIMIT:
            raise Unusable(f"its result is {kind[0]}", f"the limit is {TENSOR_LIMIT} elements")

    def _layer(self, node: OnnxNode, tensor: str) -> Layer:
        """Layer of a result; what QuantizeLinear makes belongs to the operator in front of it."""
        tensor = "" if MADE in tensor else tensor
        if node.op != "QuantizeLinear":
            return Layer(node.name, node.index, tensor)
        maker = self._makers.get(node.input(0))
        while maker is not None and maker.op in ("Relu", "Clip"):
            before = self._makers.get(maker.input(0))
            if before is None or before.op in ("QuantizeLinear", "DequantizeLinear"):
                break
            maker = before
        if maker is None or maker.op == "DequantizeLinear":
            maker = node
        scale, zero_point = self.quantisation(node)
        return Layer(maker.name, maker.index, tensor, -1, scale, zero_point)

    def quantisers_of(self, tensor: str) -> list[OnnxNode]:
        """QuantizeLinear nodes that read a tensor."""
        return [n for n in self.graph.nodes if n.op == "QuantizeLinear" and n.input(0) == tensor]

    def quantisation(self, node: OnnxNode) -> tuple[float, int]:
        """Scale and zero point of QuantizeLinear or DequantizeLinear of an activation."""
        scale = self._known[node.input(1)]
        zero_point = self.constant_of(node.input(2))
        zero = 0 if zero_point is None else int(zero_point.reshape(-1)[0])
        return float(scale.reshape(-1)[0]), zero


def _as_parsed(value: Any) -> Any:
    """An attribute as TVM's converters want it."""
    if isinstance(value, str):
        return value.encode()
    return tuple(value) if isinstance(value, list) else value

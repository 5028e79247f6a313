# SPDX-License-Identifier: Apache-2.0
"""TVM's ONNX importer, fed node by node: names, layers, bounds, errors.

TVM reads the graph and most operators; ``onnx_converters`` has those it refuses or distorts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from tvm_tiny import _tvm
from tvm_tiny._tvm import relax
from tvm_tiny.errors import Problem
from tvm_tiny.frontends.inspect_onnx import TENSOR_LIMIT
from tvm_tiny.frontends.onnx_converters import CONVERTERS
from tvm_tiny.frontends.onnx_graph import Array, OnnxGraph, OnnxNode
from tvm_tiny.frontends.onnx_windows import Unusable
from tvm_tiny.frontends.relax_module import Layer


class ConversionFailed(Exception):  # noqa: N818 - becomes an UnsupportedError
    """Carries the problem of the node that could not be converted."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.what)
        self.problem = problem


class Importer(_tvm.OnnxImporter):
    """Feeds TVM's importer node by node; every result gets a variable and a layer of its own."""

    def __init__(self, graph: OnnxGraph) -> None:
        super().__init__({}, "float32", keep_params_in_input=False, sanitize=True)
        self.graph = graph
        self.layers: dict[str, Layer] = {}
        self._nodes_by_place = {str(place): node for place, node in enumerate(graph.nodes)}
        self._makers = graph.producers

    def _convert_operator(
        self, op_name: str, inputs: list[Any], attrs: dict[str, Any], opset: int
    ) -> Any:
        node = self._nodes_by_place[attrs["tvm_custom"]["name"]]
        try:
            convert = CONVERTERS.get(op_name)
            if convert is not None:
                made = convert(self, node, inputs, attrs)
            else:
                made = super()._convert_operator(op_name, inputs, attrs, opset)
            return self._bound(node, made)
        except Unusable as error:
            problem = node.problem(error.what, error.why, error.do)
            raise ConversionFailed(problem) from error
        except ConversionFailed:
            raise
        except Exception as error:  # whatever TVM's converters and type inference raise
            lines = str(error).strip().splitlines() or [type(error).__name__]
            problem = node.problem("operands and attributes do not fit together", lines[-1])
            raise ConversionFailed(problem) from error

    def abandon(self) -> None:
        """Close the block that TVM's function scope leaves open on errors (it complains else)."""
        self.bb._end_block()

    def inherited(self, node: OnnxNode, inputs: Sequence[Any], attrs: dict[str, Any]) -> Any:
        """TVM's own conversion of a node."""
        return super()._convert_operator(node.op, inputs, attrs, self.graph.opset)

    def constant_of(self, name: str) -> Array | None:
        """Contents of a constant operand."""
        return self.graph.constants.get(name) if name else None

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
        scale = self.graph.constants[node.input(1)]
        zero_point = self.constant_of(node.input(2))
        zero = 0 if zero_point is None else int(zero_point.reshape(-1)[0])
        return float(scale.reshape(-1)[0]), zero

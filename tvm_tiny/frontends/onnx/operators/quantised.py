# SPDX-License-Identifier: Apache-2.0
"""Quantised operators (QOperator format) as the operators on real numbers that they stand for.

before:  y = QLinearConv(x, sx, zx, w, sw, zw, sy, zy, b)
after:   y = Q(Conv(DQ(x, sx, zx), DQ(w, sw, zw), DQ(b, sx * sw)), sy, zy)

The bias has the scale sx * sw, as ONNX says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from tvm_tiny.frontends.onnx.graph import DEQUANTISE, QUANTISE, OnnxNode
from tvm_tiny.frontends.onnx.record import MANY, Record, Rewriting, register

Triple = tuple[str, str, str]
"""A tensor, its scale, its zero point."""


class _Unrolled:
    """The nodes that one quantised operator becomes."""

    def __init__(self, node: OnnxNode, made: Rewriting) -> None:
        self.node, self.made, self.nodes = node, made, list[OnnxNode]()

    def real(self, triple: Triple, **attrs: Any) -> str:
        """A quantised operand as float."""
        name = self.made.fresh(triple[0] + "/real")
        self._add(DEQUANTISE, tuple(n for n in triple if n), (name,), attrs)
        return name

    def operator(
        self, op: str, inputs: Sequence[str], result: Triple, attrs: Mapping[str, Any]
    ) -> list[OnnxNode]:
        """The operator on floats, its result quantised (as it is, where it has no scale)."""
        if not result[1]:
            self._add(op, tuple(inputs), (result[0],), attrs)
            return self.nodes
        real = self.made.fresh(result[0] + "/real")
        self._add(op, tuple(inputs), (real,), attrs)
        self._add(QUANTISE, (real, *(n for n in result[1:] if n)), (result[0],), {})
        return self.nodes

    def bias(self, name: str, x_scale: str, w_scale: str, factor: float = 1.0) -> str:
        """An int32 bias of the scale input * weight."""
        known = self.made.constants
        if x_scale not in known or w_scale not in known:
            return name
        product = known[x_scale].reshape(-1)[:1] * known[w_scale].reshape(-1) * np.float32(factor)
        scale = product if product.size > 1 else product.reshape(())
        made = self.made.fresh(name + "/scale", scale.astype(np.float32))
        return self.real((name, made, ""), axis=0)

    def _add(
        self, op: str, inputs: tuple[str, ...], outputs: tuple[str, ...], attrs: Mapping[str, Any]
    ) -> None:
        plain = replace(self.node, op=op, inputs=inputs, outputs=outputs, attrs=dict(attrs))
        self.nodes.append(plain)


def _triple(node: OnnxNode, first: int) -> Triple:
    return node.input(first), node.input(first + 1), node.input(first + 2)


def _conv(node: OnnxNode, made: Rewriting) -> list[OnnxNode]:
    out = _Unrolled(node, made)
    inputs = [out.real(_triple(node, 0)), out.real(_triple(node, 3), axis=0)]
    if node.input(8):
        inputs.append(out.bias(node.input(8), node.input(1), node.input(4)))
    return out.operator("Conv", inputs, (node.outputs[0], node.input(6), node.input(7)), node.attrs)


def _matmul(node: OnnxNode, made: Rewriting) -> list[OnnxNode]:
    out = _Unrolled(node, made)
    inputs = [out.real(_triple(node, 0)), out.real(_triple(node, 3), axis=-1)]
    return out.operator("MatMul", inputs, (node.outputs[0], node.input(6), node.input(7)), {})


def _gemm(node: OnnxNode, made: Rewriting) -> list[OnnxNode]:
    out = _Unrolled(node, made)
    axis = 0 if node.attrs.get("transB", 0) else 1
    inputs = [out.real(_triple(node, 0)), out.real(_triple(node, 3), axis=axis)]
    alpha = float(node.attrs.get("alpha", 1.0))
    if node.input(6):
        inputs.append(out.bias(node.input(6), node.input(1), node.input(4), alpha))
    return out.operator("Gemm", inputs, (node.outputs[0], node.input(7), node.input(8)), node.attrs)


def _binary(op: str) -> Any:
    def rewrite(node: OnnxNode, made: Rewriting) -> list[OnnxNode]:
        out = _Unrolled(node, made)
        inputs = [out.real(_triple(node, 0)), out.real(_triple(node, 3))]
        return out.operator(op, inputs, (node.outputs[0], node.input(6), node.input(7)), {})

    return rewrite


def _unary(op: str, *dropped: str) -> Any:
    def rewrite(node: OnnxNode, made: Rewriting) -> list[OnnxNode] | None:
        if node.attrs.get("channels_last", 0):
            return None
        out = _Unrolled(node, made)
        attrs = {k: v for k, v in node.attrs.items() if k not in (*dropped, "channels_last")}
        result = (node.outputs[0], node.input(3), node.input(4))
        return out.operator(op, [out.real(_triple(node, 0))], result, attrs)

    return rewrite


def _concat(node: OnnxNode, made: Rewriting) -> list[OnnxNode] | None:
    if len(node.inputs) < 5 or (len(node.inputs) - 2) % 3:
        return None
    out = _Unrolled(node, made)
    inputs = [out.real(_triple(node, i)) for i in range(2, len(node.inputs), 3)]
    return out.operator("Concat", inputs, (node.outputs[0], *node.inputs[:2]), node.attrs)


def _operator(name: str, count: tuple[int, int], rewrite: Any, domain: str = "") -> None:
    register(Record(name, count, rewrite=rewrite, domain=domain, quantised=False, floats=False))


_MS = "com.microsoft"
_operator("QLinearConv", (8, 9), _conv)
_operator("QLinearMatMul", (8, 8), _matmul)
_operator("QGemm", (6, 9), _gemm, _MS)
_operator("QLinearAdd", (7, 8), _binary("Add"), _MS)
_operator("QLinearMul", (7, 8), _binary("Mul"), _MS)
_operator("QLinearConcat", (5, MANY), _concat, _MS)
for _name, _op, _dropped in (
    ("QLinearAveragePool", "AveragePool", ()),
    ("QLinearGlobalAveragePool", "GlobalAveragePool", ()),
    ("QLinearLeakyRelu", "LeakyRelu", ()),
    ("QLinearSigmoid", "Sigmoid", ()),
    ("QLinearSoftmax", "Softmax", ("opset",)),
    ("QLinearReduceMean", "ReduceMean", ()),
):
    _operator(_name, (4, 5), _unary(_op, *_dropped), _MS)

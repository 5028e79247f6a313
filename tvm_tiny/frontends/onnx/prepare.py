# SPDX-License-Identifier: Apache-2.0
"""What is done to an ONNX graph before it is checked: one form of quantisation, int8 throughout.

1. Quantised operators (QLinearConv, ...) become operators on real numbers between DequantizeLinear
   and QuantizeLinear; operators that move integers as they are, too.
2. Every uint8 becomes int8, value and zero point 128 less: the same real numbers.
3. A result that only data movement separates from its QuantizeLinear is quantised before it moves.
4. A float output that nothing quantises is rounded to the scale of what it was made from, where its
   values lie within those of the operand (averages, maxima, data movement), or to its fixed range.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tvm_tiny.arithmetic.element_types import Q8, signed_bytes
from tvm_tiny.frontends.onnx.graph import DEQUANTISE, QUANTISE, Array, OnnxGraph, OnnxNode
from tvm_tiny.frontends.onnx.grids import completed, input_scales, quantised_weights
from tvm_tiny.frontends.onnx.ranges import limits
from tvm_tiny.frontends.onnx.record import Affine, lookup

SHIFT = "tvm_tiny.ShiftUnsigned"
"""A node of ours: uint8 to int8 or back, at the model's inputs and outputs."""
MADE = "/tvm_tiny/"
"""In names of tensors that the model does not have."""
_SIGN = -Q8.low


class _Made:
    """Names and constants that are added (``record.Rewriting``)."""

    def __init__(self, graph: OnnxGraph) -> None:
        self.constants: dict[str, Array] = dict(graph.constants)
        self._taken = {*graph.constants, *graph.inputs, *graph.producers}

    def fresh(self, base: str, value: Array | None = None) -> str:
        """A new tensor name; with ``value`` it is a constant."""
        name, count = f"{base}{MADE}0", 0
        while name in self._taken:
            count += 1
            name = f"{base}{MADE}{count}"
        self._taken.add(name)
        if value is not None:
            self.constants[name] = value
        return name


def prepared(graph: OnnxGraph) -> OnnxGraph:
    """The graph as QuantizeLinear, DequantizeLinear and operators on real numbers, in int8."""
    whole = _scaled_constants(_signed(_integer_moves(_unrolled(graph))))
    made = _Made(whole)
    nodes = completed(quantised_weights(whole.nodes, made), made, whole.outputs)
    return _quantised_regions(_rebuilt(whole, nodes, made))


def _rebuilt(graph: OnnxGraph, nodes: Sequence[OnnxNode], made: _Made) -> OnnxGraph:
    return replace(graph, nodes=tuple(nodes), constants=made.constants)


def _unrolled(graph: OnnxGraph) -> OnnxGraph:
    """Operators with a rewrite become others."""
    made, nodes = _Made(graph), list[OnnxNode]()
    for node in graph.nodes:
        record = lookup(node.op)
        low, high = record.inputs if record is not None else (0, 0)
        fits = record is not None and low <= len(node.inputs) <= high and len(node.outputs) == 1
        found = record.rewrite(node, made) if record and record.rewrite and fits else None
        nodes.extend([node] if found is None else found)
    return _rebuilt(graph, nodes, made)


def _integer_moves(graph: OnnxGraph) -> OnnxGraph:
    """Data movement on integers gets DequantizeLinear before and QuantizeLinear behind it."""
    made, nodes = _Made(graph), list[OnnxNode]()
    scales = input_scales(graph)
    for node in graph.nodes:
        record = lookup(node.op)
        source = scales.get(node.input(0))
        if node.op == QUANTISE:
            scales[node.outputs[0]] = node.inputs[1:]
        if source is None or record is None or not (record.moves or _repeats(node)):
            nodes.append(node)
            continue
        real = made.fresh(node.input(0))
        nodes.append(replace(node, op=DEQUANTISE, inputs=(node.input(0), *source),
                             outputs=(real,), attrs={}))  # fmt: skip
        moved = tuple(made.fresh(name) for name in node.outputs)
        nodes.append(replace(node, inputs=(real, *node.inputs[1:]), outputs=moved))
        for name, inner in zip(node.outputs, moved, strict=True):
            nodes.append(replace(node, op=QUANTISE, inputs=(inner, *source), outputs=(name,),
                                 attrs={}))  # fmt: skip
            scales[name] = source
    return _rebuilt(graph, nodes, made)


def _repeats(node: OnnxNode) -> bool:
    """A Resize that picks the nearest element."""
    return node.op == "Resize" and node.attrs.get("mode", "nearest") == "nearest"


def _signed(graph: OnnxGraph) -> OnnxGraph:
    """Every uint8 as int8; at inputs and outputs of uint8 a ``ShiftUnsigned`` node."""
    made, nodes = _Made(graph), list[OnnxNode]()
    unsigned = {n for n, (_, dtype) in graph.inputs.items() if dtype == "uint8"}
    renamed: dict[str, str] = {}
    for name in sorted(unsigned):
        renamed[name] = made.fresh(name)
        nodes.append(OnnxNode(-1, name, SHIFT, (name,), (renamed[name],)))
    for node in graph.nodes:
        if node.op not in (QUANTISE, DEQUANTISE):
            nodes.append(replace(node, inputs=tuple(renamed.get(n, n) for n in node.inputs)))
            continue
        changed = _shifted(node, graph, unsigned, made)
        if node.op == QUANTISE and changed is not node:
            unsigned.add(node.outputs[0])
        if changed.outputs[0] in graph.outputs and changed.outputs[0] in unsigned:
            name = renamed[changed.outputs[0]] = made.fresh(changed.outputs[0])
            nodes.append(replace(changed, outputs=(name,)))
            nodes.append(replace(node, op=SHIFT, inputs=(name,), attrs={}))
            continue
        nodes.append(replace(changed, inputs=tuple(renamed.get(n, n) for n in changed.inputs)))
    return _rebuilt(graph, nodes, made)


def _shifted(node: OnnxNode, graph: OnnxGraph, unsigned: set[str], made: _Made) -> OnnxNode:
    """QuantizeLinear or DequantizeLinear of uint8 as that of int8."""
    zero_point, scale = graph.constants.get(node.input(2)), graph.constants.get(node.input(1))
    stored = graph.constants.get(node.input(0))
    if zero_point is not None:
        is_unsigned = zero_point.dtype == np.uint8
    elif node.op == QUANTISE:
        is_unsigned = node.attrs.get("output_dtype", 2) in (0, 2) and not node.input(2)
    else:
        is_unsigned = stored.dtype == np.uint8 if stored is not None else node.input(0) in unsigned
    if not is_unsigned or scale is None:
        return node
    values = np.zeros(scale.shape, np.int64) if zero_point is None else zero_point.astype(np.int64)
    zero = made.fresh(node.outputs[0] + "/zero", (values - _SIGN).astype(Q8.numpy))
    data = node.input(0)
    if stored is not None and stored.dtype == np.uint8:
        data = made.fresh(data, signed_bytes(stored))
    attrs = {k: v for k, v in node.attrs.items() if k != "output_dtype"}
    return replace(node, inputs=(data, node.input(1), zero), attrs=attrs)


def _scaled_constants(graph: OnnxGraph) -> OnnxGraph:
    """Float constants of sums, differences and products get the scale of their own range."""
    made, nodes, makers = _Made(graph), list[OnnxNode](), graph.producers
    for node in graph.nodes:
        inputs = list(node.inputs)
        for place, name in enumerate(inputs if node.op in ("Add", "Sub", "Mul") else ()):
            array, other = graph.constants.get(name), makers.get(inputs[1 - place])
            if array is None or array.dtype != np.float32 or array.size < 2 or other is None:
                continue
            if other.op == DEQUANTISE and np.all(np.isfinite(array)):
                stored, params = _quantised_constant(name, array, made)
                inputs[place] = made.fresh(name)
                source = (stored, *params)
                nodes.append(replace(node, op=DEQUANTISE, inputs=source,
                                     outputs=(inputs[place],), attrs={}))  # fmt: skip
        nodes.append(replace(node, inputs=tuple(inputs)))
    return _rebuilt(graph, nodes, made)


def _quantised_constant(name: str, array: Array, made: _Made) -> tuple[str, tuple[str, str]]:
    params = _params(name, float(array.min()), float(array.max()), made)
    scale, zero_point = (made.constants[p].item() for p in params)
    steps = Q8.clip(np.rint(array / np.float32(scale)) + zero_point)
    return made.fresh(name, steps), params


def _params(name: str, low: float, high: float, made: _Made) -> tuple[str, str]:
    """Scale and zero point for values of a range, and for 0."""
    low, high = min(low, 0.0), max(high, 0.0)
    scale = np.float32(max((high - low) / (Q8.levels - 1), 1e-30))
    zero_point = Q8.clip(np.rint(-low / scale) + Q8.low)
    return (made.fresh(name + "/scale", np.array(scale, np.float32)),
            made.fresh(name + "/zero", np.array(zero_point, Q8.numpy)))  # fmt: skip


def _quantised_regions(graph: OnnxGraph) -> OnnxGraph:
    """QuantizeLinear moves in front of data movement; float outputs get a scale of their own."""
    made = _Made(graph)
    readers: dict[str, list[OnnxNode]] = {}
    for node in graph.nodes:
        for name in node.inputs:
            readers.setdefault(name, []).append(node)
    nodes: list[OnnxNode] = []
    for node in graph.nodes:
        nodes.append(node)
        record = lookup(node.op)
        if record is None or node.op in (QUANTISE, DEQUANTISE, SHIFT) or record.moves:
            continue
        params = None
        if len(node.outputs) == 1 and node.outputs[0] not in graph.constants:
            params = _behind(node.outputs[0], readers, graph)
            if params is None and node.outputs[0] in graph.outputs:
                params = _own_scale(node, graph, made)
        if params is not None:
            nodes[-1:] = _with_scale(node, params, made)
    return _rebuilt(graph, nodes, made)


def _behind(
    name: str, readers: dict[str, list[OnnxNode]], graph: OnnxGraph
) -> tuple[str, ...] | None:
    """Parameters of the QuantizeLinear that a float result meets behind nothing but movement."""
    moved = False
    while name not in graph.outputs:
        found = readers.get(name, [])
        if len(found) != 1:
            return None
        (reader,) = found
        if reader.op == QUANTISE:
            return reader.inputs[1:] if moved else None
        record = lookup(reader.op)
        if record is None or not record.moves or reader.input(0) != name or reader.op == "Pad":
            return None
        if len(reader.outputs) != 1:
            return None
        moved, name = True, reader.outputs[0]
    return None


def _own_scale(node: OnnxNode, graph: OnnxGraph, made: _Made) -> tuple[str, ...] | None:
    """Parameters for a float output, of its operand's scale or of its fixed range."""
    maker, record = graph.producers.get(node.input(0)), lookup(node.op)
    if record is not None and record.range is not None:
        scale, zero_point = record.range
        return (made.fresh(node.name + "/scale", np.array(scale, np.float32)),
                made.fresh(node.name + "/zero", np.array(zero_point, Q8.numpy)))  # fmt: skip
    if record is not None and maker is not None and maker.op == DEQUANTISE:
        if record.within:
            return maker.inputs[1:]
        if record.affine is not None:
            return _affine_params(node, record.affine, maker, made)
    ends = limits(node, replace(graph, constants=made.constants))
    return None if ends is None else _params(node.name, *ends, made)


def _affine_params(
    node: OnnxNode, affine: Affine, maker: OnnxNode, made: _Made
) -> tuple[str, ...] | None:
    """The range of ``x * factor + offset`` of quantised values, as batch normalisation is."""
    known = [made.constants.get(n) for n in (*maker.inputs[1:], *node.inputs[1:])]
    if any(v is None for v in known) or len(maker.inputs) != 3:
        return None
    scale, zero_point = (float(np.asarray(v).reshape(-1)[0]) for v in known[:2])
    factor, offset = affine(node, known[2:])
    ends = [scale * (end - zero_point) * factor + offset for end in Q8.limits]
    return _params(node.name, float(np.min(ends)), float(np.max(ends)), made)


def _with_scale(node: OnnxNode, params: tuple[str, ...], made: _Made) -> list[OnnxNode]:
    """The node, its result quantised and dequantised again."""
    real, stored = (made.fresh(node.outputs[0]) for _ in range(2))
    return [
        replace(node, outputs=(real,)),
        replace(node, op=QUANTISE, inputs=(real, *params), outputs=(stored,), attrs={}),
        replace(node, op=DEQUANTISE, inputs=(stored, *params), attrs={}),
    ]

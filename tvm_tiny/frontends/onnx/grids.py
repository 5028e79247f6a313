# SPDX-License-Identifier: Apache-2.0
"""Float tensors of a quantised model whose values are integers of a known scale already.

Some exporters (ST's Cube.AI among them) write weights as float numbers on an int8 grid, take
integers through data movement before the first DequantizeLinear, and leave out the quantisers
behind what does not leave its operand's grid: Relu, maxima, data movement. Nothing is rounded here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.frontends.onnx.graph import DEQUANTISE, QUANTISE, Array, OnnxGraph, OnnxNode
from tvm_tiny.frontends.onnx.record import Rewriting, lookup

_WEIGHTED: Final[Mapping[str, int]] = {"Conv": 0, "ConvTranspose": 1, "Gemm": 1, "MatMul": 1}
"""Operators with weights as operand 1, and the axis of their output channels."""
_ON_GRID: Final = 2e-3
"""Of a step: how far float32 numbers are from the integers that they stand for."""
_SMALLEST: Final = 16
"""Largest integer of a channel, at least: fewer steps fit any numbers."""


def input_scales(graph: OnnxGraph) -> dict[str, tuple[str, ...]]:
    """Scale and zero point of integer inputs that reach a DequantizeLinear by movement only."""
    readers: dict[str, list[OnnxNode]] = {}
    for node in graph.nodes:
        readers.setdefault(node.input(0), []).append(node)
    out: dict[str, tuple[str, ...]] = {}
    for name, (_, dtype) in graph.inputs.items():
        place, params = name, None
        while dtype != "float32" and params is None and len(readers.get(place, ())) == 1:
            reader = readers[place][0]
            record = lookup(reader.op)
            if reader.op == DEQUANTISE:
                params = reader.inputs[1:]
            elif record is None or not record.moves or len(reader.outputs) != 1:
                break
            place = reader.outputs[0]
        if params is not None and place != name:
            out[name] = params
    return out


def quantised_weights(nodes: Sequence[OnnxNode], made: Rewriting) -> list[OnnxNode]:
    """Float weights on an int8 grid as int8 behind DequantizeLinear, a scale a channel."""
    real = _real(nodes)
    out: list[OnnxNode] = []
    for node in nodes:
        axis, weights = _WEIGHTED.get(node.op), made.constants.get(node.input(1))
        floats = weights is not None and weights.dtype == np.float32 and weights.ndim > 1
        if axis is None or weights is None or not floats or node.input(0) not in real:
            out.append(node)
            continue
        axis = 0 if node.op == "Gemm" and node.attrs.get("transB", 0) else axis
        axis = weights.ndim - 1 if node.op == "MatMul" else axis
        found = _steps(np.moveaxis(weights, axis, 0).reshape(weights.shape[axis], -1))
        if found is None:
            out.append(node)
            continue
        steps, scales = found
        moved = np.moveaxis(weights, axis, 0).shape
        stored = np.ascontiguousarray(np.moveaxis(steps.reshape(moved), 0, axis))
        names = (made.fresh(node.input(1), stored), made.fresh(node.input(1), scales))
        dequantised = made.fresh(node.input(1))
        out.append(replace(node, op=DEQUANTISE, inputs=names, outputs=(dequantised,),
                           attrs={"axis": axis}))  # fmt: skip
        out.append(replace(node, inputs=(node.input(0), dequantised, *node.inputs[2:])))
    return out


def _real(nodes: Sequence[OnnxNode]) -> set[str]:
    """What DequantizeLinear makes, and where it is moved."""
    real: set[str] = set()
    for node in nodes:
        record = lookup(node.op)
        moved = record is not None and record.moves and node.input(0) in real
        if node.op == DEQUANTISE or moved:
            real.update(node.outputs)
    return real


def _steps(rows: Array) -> tuple[Array, Array] | None:
    """int8 [channels, n] and scales [channels]; None if a channel is on no grid."""
    steps, scales = np.zeros(rows.shape, Q8.numpy), np.ones(len(rows), np.float32)
    for channel, row in enumerate(rows.astype(np.float64)):
        most = float(np.abs(row).max(initial=0.0))
        if most == 0.0:
            continue
        for largest in range(Q8.high + 1, _SMALLEST - 1, -1):
            whole = row * largest / most
            if np.abs(whole - np.rint(whole)).max() <= _ON_GRID:
                break
        else:
            return None
        rounded = np.rint(whole)
        if rounded.max() > Q8.high:
            return None
        steps[channel], scales[channel] = rounded, most / largest
    return steps, scales


def completed(nodes: Sequence[OnnxNode], made: Any, outputs: Sequence[str]) -> list[OnnxNode]:
    """A quantiser behind each Relu that stays on its operand's grid and is read as float."""
    readers: dict[str, list[OnnxNode]] = {}
    for node in nodes:
        for name in node.inputs:
            readers.setdefault(name, []).append(node)
    params: dict[str, tuple[str, ...]] = {}
    out: list[OnnxNode] = []
    for node in nodes:
        out.append(node)
        record, source = lookup(node.op), params.get(node.input(0))
        if node.op == DEQUANTISE:
            params[node.outputs[0]] = node.inputs[1:]
        stays = record is not None and record.moves and node.op != "Pad"
        if source is None or len(node.outputs) != 1 or not (stays or node.op == "Relu"):
            continue
        params[node.outputs[0]] = source
        loose = any(
            r.op not in (QUANTISE, "Clip", "Relu") for r in readers.get(node.outputs[0], ())
        )
        if node.op != "Relu" or not loose or node.outputs[0] in outputs:
            continue
        real, stored = (made.fresh(node.outputs[0]) for _ in range(2))
        out[-1:] = [
            replace(node, outputs=(real,)),
            replace(node, op=QUANTISE, inputs=(real, *source), outputs=(stored,), attrs={}),
            replace(node, op=DEQUANTISE, inputs=(stored, *source), attrs={}),
        ]
    return out

# SPDX-License-Identifier: Apache-2.0
"""Mean and sum over any axes (TFLite ``reference/reduce.h``, ``QuantizedMeanOrSum``)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tvm_tiny._tvm import TIR, IRBuilder, te
from tvm_tiny.graph import Node
from tvm_tiny.operators.base import Access, Operator, RowCall, register, register_planned
from tvm_tiny.operators.conv import Kind, requantised
from tvm_tiny.operators.elementwise import int32

# The sum of this many differences of two int8 numbers fits in int32.
_MAX_COUNT = (1 << 31) // 256 - 1


def reduced_axes(rank: int, axes: Sequence[int]) -> tuple[int, ...]:
    """The axes from 0, sorted, each once (TFLite ``ResolveAxis``)."""
    return tuple(sorted({a + rank if a < 0 else a for a in axes}))


def _int8(node: Node) -> str | None:
    """Operand and result are int8."""
    wrong = sorted({node.operands[0].dtype, node.output.dtype} - {"int8"})
    return f"there is a tensor of type {wrong[0]}" if wrong else None


def _axes_exist(node: Node) -> str | None:
    """Every axis is a dimension of the operand, negative ones from the end."""
    rank = len(node.operands[0].shape)
    bad = [a for a in node.attrs["axes"] if not -rank <= a < rank]
    return f"axis {bad[0]} of a tensor of rank {rank}" if bad else None


def _count_limit(node: Node) -> str | None:
    """At most 8388606 elements go into one result (the sum is int32)."""
    count = node.operands[0].size // max(1, node.output.size)
    return f"there are {count}" if count > _MAX_COUNT else None


@dataclass(frozen=True)
class Walk:
    """Element strides through the operand.

    Attributes:
        output: for each output dimension its stride in the operand (0 for a reduced one).
        reduced: (extent, stride) of the reduced dimensions, neighbours merged, outermost first.
    """

    output: tuple[int, ...]
    reduced: tuple[tuple[int, int], ...]


def _walk(shape: tuple[int, ...], axes: tuple[int, ...], keep_dims: bool) -> Walk:
    strides = [math.prod(shape[i + 1 :]) for i in range(len(shape))]
    output = [0 if i in axes else s for i, s in enumerate(strides) if keep_dims or i not in axes]
    reduced: list[tuple[int, int]] = []
    for i in axes:
        if reduced and reduced[-1][1] == shape[i] * strides[i]:
            reduced[-1] = (reduced[-1][0] * shape[i], strides[i])
        else:
            reduced.append((shape[i], strides[i]))
    return Walk(tuple(output), tuple(reduced) or ((1, 0),))


class _Reduction(Operator):
    """Sum of ``x - input_zero_point``, rescaled. Mean and sum differ in their multiplier only."""

    scalar_names = ("base",)
    constraints = (_int8, _axes_exist, _count_limit)

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        shape, dtype = operands[0]
        axes = reduced_axes(len(shape), attrs["axes"])
        if attrs["keep_dims"]:
            return tuple(1 if i in axes else d for i, d in enumerate(shape)), dtype
        return tuple(d for i, d in enumerate(shape) if i not in axes), dtype

    def access(self, node: Node) -> tuple[Access, ...]:
        return (Access.ROW if inside_row(node) else Access.WHOLE,)

    def row_call(self, node: Node, row: int) -> RowCall:
        if inside_row(node):
            return RowCall(((row,),), (0,))
        leading = node.output.shape[:-2]
        index = np.unravel_index(row, leading) if leading else ()
        strides = walk_of(node).output
        base = sum(int(i) * s for i, s in zip(index, strides, strict=False))
        return RowCall(((),), (base,))

    def kernel(self, node: Node) -> Any:
        tx = node.operands[0]
        walk = walk_of(node)
        width, channels = (1, 1, *node.output.shape)[-2:]
        step_p, step_c = (0, 0, *walk.output)[-2:]
        if width == 1 or step_p == channels * step_c:
            width, channels = 1, width * channels
        x = te.placeholder((tx.row_size if inside_row(node) else tx.size,), "int8", "x")
        base = te.var("base", "int32")
        axes = [te.reduce_axis((0, extent), f"r{i}") for i, (extent, _) in enumerate(walk.reduced)]

        def total(p: Any, c: Any) -> Any:
            at = base + p * step_p + c * step_c
            for axis, (_, stride) in zip(axes, walk.reduced, strict=True):
                at = at + axis * stride
            return te.sum(x[at].astype("int32"), axis=axes)

        acc = te.compute((width, channels), total, "acc")
        count = math.prod(extent for extent, _ in walk.reduced)
        offset = int32(node.attrs["input_zero_point"] * count)
        multiplier, shift = int32(node.attrs["multiplier"]), int32(node.attrs["shift"])
        attrs = {**node.attrs, "activation": [-128, 127]}
        y = te.compute(
            (width, channels),
            lambda p, c: requantised(acc[p, c] - offset, multiplier, shift, attrs),
            "y",
        )
        return te.create_prim_func([x, y, base])


def inside_row(node: Node) -> bool:
    """Each output row needs one input row: only W and C are reduced, and they stay as ones."""
    rank = len(node.operands[0].shape)
    axes = reduced_axes(rank, node.attrs["axes"])
    return rank >= 2 and bool(node.attrs["keep_dims"]) and all(a >= rank - 2 for a in axes)


def walk_of(node: Node) -> Walk:
    """How a mean or sum goes through its operand."""
    shape = node.operands[0].shape
    axes = reduced_axes(len(shape), node.attrs["axes"])
    return _walk(shape, axes, bool(node.attrs["keep_dims"]))


@register
class Mean(_Reduction):
    """MEAN over axes; the division is part of the multiplier (``quant.mean_params``).

    Attributes: axes, keep_dims, input_zero_point, output_zero_point, multiplier, shift.
    """

    name = "mean"


@register
class Sum(_Reduction):
    """SUM over axes; attributes as for ``mean``."""

    name = "sum"


@register_planned
class MeanRows(_Reduction):
    """``mean`` or ``sum`` over H and W of an NHWC tensor (N = 1), a row of it at each call.

    The calls add up in int32 workspace (4 bytes a channel), the last one rescales: same integers,
    and the operand need never be there whole. Attributes: those of ``mean``.
    """

    name = "mean_rows"
    scalar_names = ("first", "last")

    def access(self, node: Node) -> tuple[Access, ...]:
        del node
        return (Access.ROW,)

    def row_call(self, node: Node, row: int) -> RowCall:
        return RowCall(((row,),), (int(row == 0), int(row == self.calls(node) - 1)))

    def calls(self, node: Node) -> int:
        return node.operands[0].rows

    def state_bytes(self, node: Node) -> int:
        return 4 * node.operands[0].shape[-1]

    def kernel(self, node: Node) -> Any:
        width, channels = node.operands[0].shape[-2:]
        offset = int32(node.attrs["input_zero_point"] * node.operands[0].rows * width)
        multiplier, shift = int32(node.attrs["multiplier"]), int32(node.attrs["shift"])
        attrs = {**node.attrs, "activation": [-128, 127]}
        with IRBuilder() as builder, TIR.prim_func(s_tir=True):
            TIR.func_name("main")
            x = TIR.arg("x", TIR.buffer((width * channels,), "int8"))
            total = TIR.arg("total", TIR.buffer((channels,), "int32"))
            y = TIR.arg("y", TIR.buffer((channels,), "int8"))
            first, last = TIR.arg("first", TIR.int32()), TIR.arg("last", TIR.int32())
            with TIR.sblock("root"):
                TIR.reads(x[0 : width * channels], total[0:channels])
                TIR.writes(total[0:channels], y[0:channels])
                with TIR.serial(0, channels) as c:
                    TIR.buffer_store(total, TIR.if_then_else(first == 1, 0, total[c]), [c])
                with TIR.serial(0, width) as p, TIR.serial(0, channels) as c:
                    value = total[c] + x[p * channels + c].astype("int32")
                    TIR.buffer_store(total, value, [c])
                with TIR.If(last == 1), TIR.Then(), TIR.serial(0, channels) as c:
                    mean = requantised(total[c] - offset, multiplier, shift, attrs)
                    TIR.buffer_store(y, mean, [c])
        return builder.get()


def adds_up_by_rows(node: Node) -> bool:
    """Whether a node can run as ``mean_rows``."""
    shape = node.operands[0].shape
    return (
        node.op in ("mean", "sum")
        and len(shape) == 4
        and shape[0] == 1 < shape[1]
        and reduced_axes(4, node.attrs["axes"]) == (1, 2)
    )

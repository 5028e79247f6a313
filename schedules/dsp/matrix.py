# SPDX-License-Identifier: Apache-2.0
"""Convolutions and fully connected layers on cores with DSP instructions: two pixels at a time.

A row's pixels are widened to 16 bits two by two (for a window: gathered, borders filled with the
zero point, which is what makes folding it into the bias exact), then multiplied with the weights
of two output channels at a time; see ``tvm_tiny_dsp.h`` for the arithmetic. What paired weights do
not hold is multiplied by ``tvm_tiny_wide.h``. Groups of a convolution are gathered one by one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tvm_tiny._tvm import TIR
from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.graph import Node, Tensor
from tvm_tiny.operators import lookup
from tvm_tiny.operators.forms import Products
from tvm_tiny.schedules.dsp.intrinsics import (
    Buffers,
    Gather,
    PixelRun,
    ProductShape,
    product_row,
    tensorized,
)
from tvm_tiny.schedules.dsp.pointwise_rows import two_rows
from tvm_tiny.schedules.packing import MatrixProduct, Packed, pack, pack_shared, pack_wide
from tvm_tiny.schedules.rule import Declined, Scheduled, ScheduleRule
from tvm_tiny.targets import Core

HEADERS = ("tvm_tiny_dsp_gather.h", "tvm_tiny_dsp_product.h")
WIDE_HEADERS = ("tvm_tiny_dsp_gather.h", "tvm_tiny_wide.h")
COMPACT_HEADER = "tvm_tiny_compact.h"
"""In front of the others: inner loops of less code."""


class DspMatrix(ScheduleRule):
    """conv2d and fully_connected as products of matrices, rows as they come."""

    name = "dsp-matrix"

    def __init__(self, micro_kernel: bool = True, compact: bool = False, wide: int = 0) -> None:
        """Choose between the micro-kernel and the loops it stands for (slow; for comparison).

        Args:
            micro_kernel: False takes the loops.
            compact: less code instead of fewer cycles.
            wide: 1 multiplies widened weights also where paired ones would do.
        """
        self.wide = wide
        self.micro_kernel = micro_kernel
        self.headers = (COMPACT_HEADER,) if compact else ()

    def knobs(self, node: Node) -> Mapping[str, tuple[int, ...]]:
        """Paired or widened weights: the one is less work, the other smaller code."""
        del node
        return {"wide": (0, 1)}

    def declines(self, node: Node, core: Core) -> str | None:
        """Everything but sums of products with constant weights."""
        del core
        return _reason(node)

    def apply(self, func: Any, node: Node, core: Core) -> Scheduled | Declined:
        """Accept what can be packed; ``func`` is replaced, not transformed."""
        del func, core
        reason = _reason(node)
        if reason:
            return Declined(self.name, reason)
        product = _grouped(_product(node), node)
        packed = "not asked for" if self.wide else pack(product, short=bool(self.headers))
        if isinstance(packed, str):
            return self._wide(node, packed)
        constants = _named(node, _with_fill(packed.weights, node), packed.table)
        shape = _shape(node, constants, line=packed.line_shift)
        row = _row(node, shape)
        paired = self.micro_kernel and not self.headers and _leaves_a_pixel(node)
        return Scheduled(
            tensorized(row, shape) if self.micro_kernel else row,
            self.name,
            "two pixels by two channels, SMLAD on widened activations and paired weights",
            constants=constants,
            scratch_bytes=4 * shape.words,
            headers=self.headers + HEADERS,
            two_rows=two_rows(node, shape, falling=False) if paired else None,
            two_rows_falling=two_rows(node, shape, falling=True) if paired else None,
        )

    def _wide(self, node: Node, reason: str) -> Scheduled | Declined:
        """The product with 32 bits of sum."""
        packed = pack_wide(_product(node))
        if isinstance(packed, str):
            return Declined(self.name, packed)
        weights, table = packed
        constants = _named(node, _with_fill(weights, node), table)
        shape = replace(_shape(node, constants), wide_zero_point=node.attrs["output_zero_point"])
        return Scheduled(
            _row(node, shape),
            self.name,
            f"two pixels at a time, SMLAD on widened weights ({reason} in paired ones)",
            constants=constants,
            scratch_bytes=4 * shape.words,
            headers=self.headers + WIDE_HEADERS,
        )


def packed_product(node: Node, *, short: bool) -> tuple[Packed, dict[str, Tensor]] | str:
    """A product of one group as ``tvm_tiny_dsp.h`` reads it and its constants, or why not."""
    packed = pack(_product(node), short=short)
    if isinstance(packed, str):
        return packed
    return packed, _named(node, packed.weights, packed.table)


def shared_product(node: Node) -> tuple[Packed, dict[str, Tensor]] | None:
    """The same with one multiplier for all channels, where they have one."""
    packed = pack_shared(_product(node))
    return packed and (packed, _named(node, packed.weights, packed.table))


def _reason(node: Node) -> str:
    form = lookup(node.op).form
    if not isinstance(form, Products) or form.depthwise:
        return "not a matrix product"
    if any(t.data is None for t in node.operands[1:]):
        return "weights computed at run time"
    return "a constant input" if node.operands[0].data is not None else ""


def _named(node: Node, weights: Any, table: Any) -> dict[str, Tensor]:
    """The constants of a scheduled kernel."""
    data = {"weight": (f"{node.name}_packed", weights), "table": (f"{node.name}_table", table)}
    return {
        role: Tensor(name, array.shape, str(array.dtype), data=array)
        for role, (name, array) in data.items()
    }


def _product(node: Node) -> MatrixProduct:
    weights, bias, multiplier, shift = (
        np.asarray(t.data).astype(np.int64) for t in node.operands[1:]
    )
    low, high = node.attrs["activation"]
    if _gathers_bytes(node):
        weights = _words_first(weights)
    return MatrixProduct(
        weights=weights.reshape(len(weights), -1) - node.attrs.get("weight_zero_point", 0),
        bias=bias,
        multiplier=multiplier,
        shift=shift,
        input_zero_point=node.attrs["input_zero_point"],
        output_zero_point=node.attrs["output_zero_point"],
        activation=(low, high),
    )


def _words_first(weights: Any) -> Any:
    """[O, KH, KW, I] in the order of ``tvm_tiny_dsp_widen_rows``: rows' words, then their rests."""
    rows = weights.reshape(weights.shape[0], weights.shape[1], -1)
    whole = rows.shape[2] // 4 * 4
    parts = rows[:, :, :whole], rows[:, :, whole:]
    return np.concatenate([part.reshape(len(weights), -1) for part in parts], axis=1)


def _grouped(product: MatrixProduct, node: Node) -> MatrixProduct:
    """Groups of an odd number of channels get one more, so that pairs do not mix groups."""
    groups = node.attrs.get("groups", 1)
    channels = len(product.bias) // groups
    if groups == 1 or channels % 2 == 0:
        return product

    def padded(values: Any, fill: int) -> Any:
        parts = values.reshape(groups, channels, -1)
        more = np.pad(parts, [(0, 0), (0, 1), (0, 0)], constant_values=fill)
        return more.reshape(groups * (channels + 1), *values.shape[1:])

    return replace(
        product,
        weights=padded(product.weights, 0),
        bias=padded(product.bias, 0),
        multiplier=padded(product.multiplier, 1 << 30),
        shift=padded(product.shift, -1),
    )


def _slides(node: Node) -> bool:
    """Whether a window slides over the operand; else its rows are vectors."""
    form = lookup(node.op).form
    return isinstance(form, Products) and form.windowed


def _is_pointwise(node: Node) -> bool:
    if not _slides(node):
        return True
    weight = node.operands[1].shape
    single = weight[1:3] == (1, 1) and not any(node.attrs["padding"])
    return single and node.attrs["groups"] == 1


def _leaves_a_pixel(node: Node) -> bool:
    """Whether rows have an odd pixel, which that of another row could be multiplied with."""
    odd = node.output.shape[-2] % 2 == 1 and node.output.shape[0] == 1
    return _slides(node) and _is_pointwise(node) and odd and node.output.rows > 1


def _inputs(node: Node) -> int:
    """Channels of a tap that an output reads."""
    return node.operands[1].shape[-1]


def _gathers_bytes(node: Node) -> bool:
    return not _is_pointwise(node) and _inputs(node) % 4 != 0


def _gathers_fill(node: Node) -> bool:
    """Whether taps outside the tensor are read from behind the weights."""
    return not _is_pointwise(node) and not _gathers_bytes(node) and any(node.attrs["padding"])


def _with_fill(weights: Any, node: Node) -> Any:
    """Weights, and a tap of zero points."""
    if not _gathers_fill(node):
        return weights
    fill = np.full(_inputs(node), node.attrs["input_zero_point"], Q8.numpy)
    return np.append(weights, fill.view(weights.dtype))


def _shape(node: Node, constants: dict[str, Tensor], line: int = 0) -> ProductShape:
    parts = node.attrs.get("groups", 1)
    channels = node.output.shape[-1] // parts
    inputs = node.operands[1].size // node.operands[1].shape[0]
    groups = -(-inputs // 4)
    words = 4 * groups + 3
    if _gathers_bytes(node):
        # Behind the groups: offsets of rows, and two windows as they come.
        words = 4 * groups + node.operands[1].shape[1] + -(-2 * inputs // 4)
    return ProductShape(
        pixels=node.output.row_size // (parts * channels),
        groups=groups,
        channels=channels,
        line=line,
        parts=parts,
        weights=constants["weight"].size,
        entries=constants["table"].size,
        words=words,
    )


def _row(node: Node, shape: ProductShape) -> Any:
    """The row kernel with the products as loops."""
    low, high = node.attrs["activation"]
    x = node.operands[0]
    if not _slides(node):
        return product_row(shape, x.row_size, 0, _pixels(x.shape[-1], 1), (low, high))
    taps = node.operands[1].shape[1]
    stride = node.attrs["strides"][1]
    gather = _pixels(x.shape[3], stride) if _is_pointwise(node) else _window(node)
    return product_row(shape, x.size, taps, gather, (low, high))


def _pixels(channels: int, stride: int) -> Gather:
    """Whole pixels, ``stride`` apart."""
    step = stride * channels

    def gather(x: Any, rows: Any, b: Buffers, at: PixelRun) -> Any:
        first = at.pixel * step if rows is None else rows[0] + at.pixel * step
        source, target = x.access_ptr("r", offset=first), b.a.access_ptr("w")
        name = "tvm_tiny_dsp_gather_pixels"
        return TIR.call_extern("int32", name, source, target, step, at.pixels, channels)

    return gather


@dataclass(frozen=True)
class _Window:
    """Windows, their borders filled with the input's zero point; see ``tvm_tiny_dsp_gather.h``."""

    node: Node

    def __call__(self, x: Any, rows: Any, b: Buffers, at: PixelRun) -> Any:
        """The call that gathers the windows of pixels."""
        node, inputs = self.node, _inputs(self.node)
        width, pitch = node.operands[0].shape[2:]
        height_taps, width_taps = node.operands[1].shape[1:3]
        stride, dilation = node.attrs["strides"][1], node.attrs["dilation"][1]
        source = x.access_ptr("r", offset=at.part * inputs), rows.access_ptr("r")
        scratch = b.a.access_ptr("w")
        column = at.pixel * stride - node.attrs["padding"][1]
        place = at.begin, at.end, column, stride, at.pixels
        window = width, inputs, pitch, height_taps, width_taps, dilation
        if _gathers_bytes(node):
            fill = node.attrs["input_zero_point"]
            arguments = (*source, scratch, *place, *window, fill)
            return TIR.call_extern("int32", "tvm_tiny_dsp_gather_bytes", *arguments)
        behind = b.w.shape[0] - inputs // (2 if str(b.w.dtype) == "int16" else 1)
        fill = b.w.access_ptr("r", offset=behind if _gathers_fill(node) else 0)
        arguments = (*source, fill, scratch, *place, *window)
        return TIR.call_extern("int32", "tvm_tiny_dsp_gather_window", *arguments)


def _window(node: Node) -> Gather:
    return _Window(node)

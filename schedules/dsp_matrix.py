# SPDX-License-Identifier: Apache-2.0
"""Convolutions and fully connected layers on cores with DSP instructions: two pixels at a time.

A row's pixels are widened to 16 bits two by two (for a window: gathered, borders filled with the
zero point, which is what makes folding it into the bias exact), then multiplied with the weights
of two output channels at a time; see ``tvm_tiny_dsp.h`` for the arithmetic.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tvm_tiny._tvm import TIR
from tvm_tiny.graph import Node, Tensor
from tvm_tiny.schedules.dsp_intrinsics import Gather, ProductShape, product_row, tensorized
from tvm_tiny.schedules.packing import Product, pack
from tvm_tiny.schedules.rule import Declined, Scheduled, ScheduleRule

HEADER = "tvm_tiny_dsp.h"


class DspMatrix(ScheduleRule):
    """conv2d without groups and fully_connected as a product of matrices, rows as they come."""

    name = "dsp-matrix"

    def __init__(self, micro_kernel: bool = True) -> None:
        """Choose between the micro-kernel and the loops it stands for (slow; for comparison)."""
        self.micro_kernel = micro_kernel

    def apply(self, func: Any, node: Node, core: str) -> Scheduled | Declined:
        """Accept what can be packed; ``func`` is replaced, not transformed."""
        del func, core
        reason = _reason(node)
        if reason:
            return Declined(self.name, reason)
        constants = packed_product(node)
        if isinstance(constants, str):
            return Declined(self.name, constants)
        shape = _shape(node)
        words = 4 * shape.groups + 3 + (shape.groups if _gathers_bytes(node) else 0)
        row = _row(node, shape, words)
        why = "two pixels by two channels, SMLAD on widened activations and paired weights"
        return Scheduled(
            tensorized(row, shape, words) if self.micro_kernel else row,
            self.name,
            why,
            constants=constants,
            scratch_bytes=4 * words,
            headers=(HEADER,),
        )


def packed_product(node: Node) -> dict[str, Tensor] | str:
    """Weights and table of a product as ``tvm_tiny_dsp.h`` reads them, or why they cannot be."""
    packed = pack(_product(node))
    if isinstance(packed, str):
        return packed
    return {
        "weight": _constant(f"{node.name}_packed", packed.weights),
        "table": _constant(f"{node.name}_table", packed.table),
    }


def _reason(node: Node) -> str:
    if node.op not in ("conv2d", "fully_connected"):
        return "not a matrix product"
    if any(t.data is None for t in node.operands[1:]):
        return "weights computed at run time"
    if node.attrs.get("groups", 1) != 1:
        return "groups"
    return ""


def _product(node: Node) -> Product:
    weights, bias, multiplier, shift = (
        np.asarray(t.data).astype(np.int64) for t in node.operands[1:]
    )
    low, high = node.attrs["activation"]
    return Product(
        weights=weights.reshape(len(weights), -1) - node.attrs.get("weight_zero_point", 0),
        bias=bias,
        multiplier=multiplier,
        shift=shift,
        input_zero_point=node.attrs["input_zero_point"],
        output_zero_point=node.attrs["output_zero_point"],
        activation=(low, high),
    )


def _constant(name: str, data: Any) -> Tensor:
    return Tensor(name, data.shape, str(data.dtype), data=data)


def _is_pointwise(node: Node) -> bool:
    if node.op == "fully_connected":
        return True
    return node.operands[1].shape[1:3] == (1, 1) and not any(node.attrs["padding"])


def _gathers_bytes(node: Node) -> bool:
    return not _is_pointwise(node) and node.operands[0].shape[3] % 4 != 0


def _shape(node: Node) -> ProductShape:
    channels = node.output.shape[-1]
    inputs = node.operands[1].size // channels
    return ProductShape(
        pixels=node.output.row_size // channels,
        groups=-(-inputs // 4),
        channels=channels,
        # Negative results all become the zero point: rounding ties need no care then.
        limited=node.attrs["output_zero_point"] == -128,
    )


def _row(node: Node, shape: ProductShape, words: int) -> Any:
    """The row kernel with the products as loops."""
    low, high = node.attrs["activation"]
    x = node.operands[0]
    if node.op == "fully_connected":
        return product_row(shape, x.row_size, 0, words, _pixels(x.shape[-1], 1), (low, high))
    taps = node.operands[1].shape[1]
    stride = node.attrs["strides"][1]
    gather = _pixels(x.shape[3], stride) if _is_pointwise(node) else _window(node)
    return product_row(shape, x.size, taps, words, gather, (low, high))


def _pixels(channels: int, stride: int) -> Gather:
    """Whole pixels, ``stride`` apart."""
    step = stride * channels

    def gather(x: Any, rows: Any, a: Any, pixel: Any, pixels: int, begin: Any, end: Any) -> Any:
        del begin, end
        first = pixel * step if rows is None else rows[0] + pixel * step
        source, target = x.access_ptr("r", offset=first), a.access_ptr("w")
        name = "tvm_tiny_dsp_gather_pixels"
        return TIR.call_extern("int32", name, source, target, step, pixels, channels)

    return gather


def _window(node: Node) -> Gather:
    """Windows, their borders filled with the input's zero point."""
    width, channels = node.operands[0].shape[2:]
    height_taps, width_taps = node.operands[1].shape[1:3]
    stride, dilation = node.attrs["strides"][1], node.attrs["dilation"][1]
    left, fill = node.attrs["padding"][1], node.attrs["input_zero_point"]
    kind = "bytes" if _gathers_bytes(node) else "window"

    def gather(x: Any, rows: Any, a: Any, pixel: Any, pixels: int, begin: Any, end: Any) -> Any:
        pointers = x.access_ptr("r"), rows.access_ptr("r"), a.access_ptr("w")
        place = begin, end, pixel * stride - left, stride, pixels
        window = width, channels, height_taps, width_taps, dilation, fill
        return TIR.call_extern("int32", f"tvm_tiny_dsp_gather_{kind}", *pointers, *place, *window)

    return gather

# SPDX-License-Identifier: Apache-2.0
"""RESIZE_BILINEAR of float32 (TFLite ``reference/resize_bilinear.h``)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from tvm_tiny._tvm import te, tirx
from tvm_tiny.graph import Node
from tvm_tiny.operators.base import Access, RowCall, register
from tvm_tiny.operators.elementwise import int32
from tvm_tiny.operators.kinds import FLOAT32
from tvm_tiny.operators.plain import HEADERS, bits_of, float_call
from tvm_tiny.operators.resize import Resize, corners_or_centers, image_is_small
from tvm_tiny.operators.value_ranges import Range, any_value


def _scale(node: Node, axis: int) -> np.float32:
    extent, size = node.operands[0].shape[1 + axis], node.attrs["output_size"][axis]
    if node.attrs["align_corners"] and size > 1:
        return np.float32(extent - 1) / np.float32(size - 1)
    return np.float32(extent) / np.float32(size)


def _row(node: Node, out_row: int) -> tuple[int, int, float]:
    """Rows above and below, and the share of the one below, in float32 as there."""
    place = np.float32(out_row)
    if node.attrs["half_pixel_centers"]:
        place = (place + np.float32(0.5)) * _scale(node, 0) - np.float32(0.5)
    else:
        place = place * _scale(node, 0)
    low = max(math.floor(place), 0)
    high = min(math.ceil(place), node.operands[0].shape[1] - 1)
    return low, high, float(np.float32(place) - np.float32(low))


@register
class PlainResizeBilinear(Resize):
    """RESIZE_BILINEAR of float32: x[N,H,W,C] -> [N,h,w,C].

    Attributes: output_size ([h, w]), align_corners, half_pixel_centers. Scalar: bits of the share
    of the lower one of the two rows.
    """

    name = "plain_resize_bilinear"
    priced_like = "resize_bilinear"
    headers = HEADERS
    scalar_names = ("share",)
    constraints = (image_is_small, corners_or_centers)

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        del node
        return (FLOAT32,)

    def value_range(self, node: Node, operands: Sequence[Range]) -> Range:
        del operands
        return any_value(node.output)

    def access(self, node: Node) -> tuple[Access, ...]:
        del node
        return (Access.WINDOW,)

    def row_call(self, node: Node, row: int) -> RowCall:
        batch, out_row = divmod(row, node.output.shape[1])
        low, high, share = _row(node, out_row)
        first = batch * node.operands[0].shape[1]
        return RowCall(((first + low, first + high),), (bits_of(share),))

    def kernel(self, node: Node) -> Any:
        _, _, width, channels = node.operands[0].shape
        x = te.placeholder((node.operands[0].size,), "float32", "x")
        rows = te.placeholder((2,), "int32", "x_rows")
        share = te.var("share", "int32")
        scale = int32(bits_of(float(_scale(node, 1))))
        centers = int32(bool(node.attrs["half_pixel_centers"]))

        def element(w: Any, c: Any) -> Any:
            place = float_call("place", w, scale, centers)
            low = tirx.call_extern("int32", "tvm_tiny_float_low", place)
            high = tirx.call_extern("int32", "tvm_tiny_float_high", place, int32(width - 1))
            corners = [x[rows[r] + at * channels + c] for at in (low, high) for r in (0, 1)]
            return float_call("between", *corners, share, place)

        y = te.compute(node.output.shape[2:], element, "y")
        return te.create_prim_func([x, rows, y, share])

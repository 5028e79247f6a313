# SPDX-License-Identifier: Apache-2.0
"""Two rows of a pointwise convolution in one call, where a row has an odd number of pixels.

Pixels are multiplied two by two; the one that is left of an odd row costs nearly as much. Two
such rows have none left. Rows lie where the plan has put them: the middle pair is of both.

before:  pairs 0 1 | 2 3 | pixel 4 of every row
after:   pairs 0 1 | 2 3 | 4 0' | 1' 2' | 3' 4' of two rows
"""

from __future__ import annotations

from typing import Any

from tvm_tiny._tvm import TIR, IRBuilder
from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.graph import Node
from tvm_tiny.schedules.dsp.intrinsics import ProductShape


def two_rows(node: Node, shape: ProductShape, *, falling: bool) -> Any:
    """A kernel of two rows, pixels in order or (``falling``) from the last to the first.

    Args:
        node: conv2d of one tap and one group, an odd number of pixels in a row.
        shape: of its product, paired weights.
        falling: for rows that are made from the last to the first.
    """
    size, channels, inputs = node.operands[0].size, shape.channels, node.operands[0].shape[3]
    count, apart = 2 * shape.size, node.attrs["strides"][1] * inputs
    with IRBuilder() as builder, TIR.prim_func(s_tir=True):
        TIR.func_name("main")
        x = TIR.arg("x", TIR.buffer((size,), Q8.name))
        rows = TIR.arg("x_rows", TIR.buffer((2,), "int32"))
        w = TIR.arg("w", TIR.buffer((shape.weights,), "int16"))
        table = TIR.arg("table", TIR.buffer((shape.entries,), "int32"))
        a = TIR.arg("a", TIR.buffer((shape.words,), "int32"))
        y = TIR.arg("y", TIR.buffer((count,), Q8.name))
        TIR.arg("k_begin", TIR.int32())
        TIR.arg("k_end", TIR.int32())

        def place(pixel: Any) -> Any:
            below = rows[1] + (pixel - shape.pixels) * apart
            return TIR.if_then_else(pixel < shape.pixels, rows[0] + pixel * apart, below)

        with TIR.serial(shape.pixels) as i, TIR.sblock("pair"):
            v = TIR.axis.spatial(shape.pixels, i)
            pixel = 2 * (shape.pixels - 1 - v if falling else v)
            TIR.reads(x[0:size], rows[0:2], w[0 : shape.weights], table[0 : shape.entries])
            TIR.writes(a[0 : shape.words], y[0:count])
            source = x.access_ptr("r", offset=place(pixel))
            gathered = source, a.access_ptr("w"), place(pixel + 1) - place(pixel), 2, inputs
            TIR.evaluate(TIR.call_extern("int32", "tvm_tiny_dsp_gather_pixels", *gathered))
            read = (v.access_ptr("r") for v in (a, w, table))
            result = y.access_ptr("w", offset=pixel * channels)
            sizes = 2, shape.groups, channels, channels, shape.line
            TIR.evaluate(TIR.call_extern("int32", "tvm_tiny_dsp_product", *read, result, *sizes))
        if tuple(node.attrs["activation"]) != Q8.limits:
            with TIR.sblock("clamp"):
                TIR.reads(y[0:count])
                TIR.writes(y[0:count])
                limits = y.access_ptr("rw"), count, *node.attrs["activation"]
                TIR.evaluate(TIR.call_extern("int32", "tvm_tiny_dsp_clamp", *limits))
    return builder.get()

# SPDX-License-Identifier: Apache-2.0
"""The tensor intrinsic of matrix products on DSP cores, and row kernels it fits into.

A row kernel gathers two pixels (at the end of an odd row one) into its workspace, widened, and
multiplies them with all output channels. The product is written out as loops; as it stands it
compiles to plain C. ``tensorized`` replaces it by the micro-kernel, whose description is the same
loops. Layouts and arithmetic: ``tvm_tiny_dsp.h``.

TIR is built with TVM's builder, not as TVMScript: parsing takes most of a second a function.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tvm_tiny._tvm import TIR, IRBuilder, IRModule, Schedule, TensorIntrin, tirx

Gather = Callable[..., Any]
"""(x, row offsets or None, workspace, pixel, pixels, k_begin, k_end) -> the call that gathers."""


@dataclass(frozen=True)
class ProductShape:
    """What a product is about.

    Attributes:
        pixels: of the whole row; two are taken at a time.
        groups: of four inputs each.
        channels: outputs of a pixel.
        limited: negative results all become the zero point, -128.
    """

    pixels: int
    groups: int
    channels: int
    limited: bool

    @property
    def weights(self) -> int:
        """Half words of packed weights."""
        return -(-self.channels // 2) * self.groups * 4 + 2

    @property
    def entries(self) -> int:
        """Words of the table."""
        return -(-self.channels // 2) * 8


@dataclass(frozen=True)
class _Buffers:
    """Parameters of a product: widened pixels, weights, table, result; and an accumulator."""

    a: Any
    w: Any
    table: Any
    y: Any
    total: Any


def _call(name: str, *arguments: Any, dtype: str = "int32") -> Any:
    return TIR.call_extern(dtype, f"tvm_tiny_dsp_{name}", *arguments)


def _sum(b: _Buffers, groups: int, o: Any, x: Any, y: Any, stride: int) -> None:
    """Total = the sum of channel o for the pixel whose groups are at x and y in a."""
    TIR.buffer_store(b.total, b.table[o // 2 * 8 + o % 2], [0])
    with TIR.serial(groups) as g:
        at = (o // 2 * groups + g) * 4 + o % 2 * 2
        group = _call("group", b.w[at], b.w[at + 1], b.a[g * stride + x], b.a[g * stride + y])
        TIR.buffer_store(b.total, _call("sum", b.total[0], group), [0])


def _result(b: _Buffers, o: Any, at: Any) -> None:
    """y[at] = channel o, requantised."""
    entries = [b.table[o // 2 * 8 + o % 2 + 2 * k] for k in (1, 2, 3)]
    TIR.buffer_store(b.y, _call("requantize", b.total[0], *entries, dtype="int8"), [at])


def _product(shape: ProductShape, b: _Buffers, first: Any, pixels: int) -> None:
    """y[first..] of all channels of one or two pixels, from the widened pixels in a."""
    with TIR.serial(shape.channels) as o:
        if pixels == 2:
            with TIR.serial(2) as p:
                _sum(b, shape.groups, o, p, 3 - p, 4)
                _result(b, o, first + p * shape.channels + o)
        else:
            _sum(b, shape.groups, o, 0, 1, 2)
            _result(b, o, first + o)


def _regions(shape: ProductShape, b: _Buffers, first: Any, pixels: int, words: int) -> None:
    TIR.reads(b.a[0:words], b.w[0 : shape.weights], b.table[0 : shape.entries])
    TIR.writes(b.y[first : first + pixels * shape.channels], b.total[0:1])


def _parameters(
    shape: ProductShape, words: int, results: int, offset_factor: int = 0
) -> tuple[Any, Any, Any, Any]:
    """Workspace, weights, table and result as parameters of the function being built."""
    sizes = (
        ("w", shape.weights, "int16"),
        ("table", shape.entries, "int32"),
        ("a", words, "int32"),
    )
    w, table, a = (TIR.arg(name, TIR.buffer((size,), dtype)) for name, size, dtype in sizes)
    y = TIR.buffer((results,), "int8", offset_factor=offset_factor)
    return a, w, table, TIR.arg("y", y)


@functools.cache
def product_intrinsic(shape: ProductShape, pixels: int, words: int) -> str:
    """Register the intrinsic for one or two pixels of this shape; returns its name.

    Args:
        shape: of the product.
        pixels: how many at a time.
        words: size of the workspace.
    """

    def build(body: Callable[[_Buffers], None]) -> Any:
        with IRBuilder() as builder, TIR.prim_func(s_tir=True):
            TIR.func_name("product")
            made = _parameters(shape, words, pixels * shape.channels, offset_factor=1)
            b = _Buffers(*made, TIR.arg("total", TIR.buffer((1,), "int32")))
            with TIR.sblock("root"):
                _regions(shape, b, 0, pixels, words)
                body(b)
        return builder.get()

    def micro_kernel(b: _Buffers) -> None:
        pointers = [v.access_ptr("r") for v in (b.a, b.w, b.table)]
        sizes = pixels, shape.groups, shape.channels, int(shape.limited)
        TIR.evaluate(_call("product", *pointers, b.y.access_ptr("w"), *sizes))

    name = f"tvm_tiny.product_{pixels}_{words}_{shape}"
    loops = build(lambda b: _product(shape, b, 0, pixels))
    TensorIntrin.register(name, loops, build(micro_kernel), True)
    return name


def product_row(
    shape: ProductShape,
    size: int,
    taps: int,
    words: int,
    gather: Gather,
    activation: tuple[int, int],
) -> Any:
    """A row kernel of products, not yet tensorised.

    Args:
        shape: of the product.
        size: elements of x.
        taps: vertical taps; 0 if x is one row and there are no offsets of rows.
        words: size of the workspace.
        gather: makes the call that gathers pixels.
        activation: smallest and largest result.
    """
    with IRBuilder() as builder, TIR.prim_func(s_tir=True):
        TIR.func_name("main")
        x = TIR.arg("x", TIR.buffer((size,), "int8"))
        rows = TIR.arg("x_rows", TIR.buffer((taps,), "int32")) if taps else None
        made = _parameters(shape, words, shape.pixels * shape.channels)
        begin, end = (TIR.arg(name, TIR.int32()) if taps else 0 for name in ("k_begin", "k_end"))
        with TIR.sblock("root"):
            b = _Buffers(*made, TIR.sblock_alloc_buffer((1,), "int32"))

            def gathered(pixel: Any, pixels: int) -> None:
                TIR.reads(x[0:size])
                TIR.writes(b.a[0:words])
                TIR.evaluate(gather(x, rows, b.a, pixel, pixels, begin, end))

            _pixels(shape, b, words, gathered)
            _clamp(b.y, shape, activation)
    return builder.get()


def _pixels(
    shape: ProductShape, b: _Buffers, words: int, gathered: Callable[[Any, int], None]
) -> None:
    """Pairs of pixels, then what is left of an odd row."""
    pairs = shape.pixels // 2
    if pairs:
        with TIR.serial(pairs) as i:
            with TIR.sblock("gather_two"):
                gathered(2 * TIR.axis.spatial(pairs, i), 2)
            with TIR.sblock("product_two"):
                first = TIR.axis.spatial(pairs, i) * (2 * shape.channels)
                _regions(shape, b, first, 2, words)
                _product(shape, b, first, 2)
    if shape.pixels % 2:
        first = (shape.pixels - 1) * shape.channels
        with TIR.sblock("gather_one"):
            gathered(shape.pixels - 1, 1)
        with TIR.sblock("product_one"):
            _regions(shape, b, first, 1, words)
            _product(shape, b, first, 1)


def _clamp(y: Any, shape: ProductShape, activation: tuple[int, int]) -> None:
    count = shape.pixels * shape.channels
    if activation != (-128, 127):
        with TIR.sblock("clamp"):
            TIR.reads(y[0:count])
            TIR.writes(y[0:count])
            TIR.evaluate(_call("clamp", y.access_ptr("rw"), count, *activation))


def tensorized(func: Any, shape: ProductShape, words: int) -> Any:
    """Replace the products of a row kernel by the micro-kernel."""
    # tensorize simplifies descriptions (loops of one round go), so the kernel must be simple too.
    simple = tirx.transform.StmtSimplify()(IRModule({"main": func}))
    schedule = Schedule(simple)
    for block in schedule.get_child_blocks(schedule.get_sblock("root")):
        name = str(schedule.get(block).name_hint)
        if name in ("product_one", "product_two"):
            pixels = 2 if name == "product_two" else 1
            schedule.tensorize(block, product_intrinsic(shape, pixels, words))
    return schedule.mod["main"]

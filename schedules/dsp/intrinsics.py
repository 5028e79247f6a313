# SPDX-License-Identifier: Apache-2.0
"""The tensor intrinsic of matrix products on DSP cores, and row kernels it fits into.

A row kernel gathers two pixels (at the end of an odd row one) into its workspace, widened, and
multiplies them with all output channels. The product is written out as loops; as it stands it
compiles to plain C. ``tensorized`` replaces it by the micro-kernel, whose description is the same
loops. Layouts and arithmetic: ``tvm_tiny_dsp.h``. Products of several groups of channels and wide
ones call their micro-kernels without description.

TIR is built with TVM's builder, not as TVMScript: parsing takes most of a second a function.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tvm_tiny._tvm import TIR, IRBuilder, IRModule, Schedule, TensorIntrin, tirx
from tvm_tiny.arithmetic.element_types import Q8


@dataclass(frozen=True)
class ProductShape:
    """What a product is about.

    Attributes:
        pixels: of the whole row; two are taken at a time.
        groups: of four inputs each.
        channels: outputs of a pixel that read the same inputs.
        line: shift of the requantisation's line, 0: two roundings, below 0: short tables of them.
        parts: how many times ``channels``, each with its own inputs.
        weights: elements of all weights, with what the gathering reads behind them.
        entries: words of the table.
        words: of workspace.
        wide_zero_point: of the output, for the wide micro-kernel; None: paired weights.
    """

    pixels: int
    groups: int
    channels: int
    line: int
    parts: int
    weights: int
    entries: int
    words: int
    wide_zero_point: int | None = None

    @property
    def size(self) -> int:
        """Results of a row."""
        return self.pixels * self.parts * self.channels

    @property
    def part_weights(self) -> int:
        """Elements of the weights of a part."""
        if self.wide_zero_point is not None:
            return self.channels * self.groups * 4
        return -(-self.channels // 2) * self.groups * 4

    @property
    def part_entries(self) -> int:
        """Words of the table of a part."""
        if self.wide_zero_point is not None:
            return 3 * self.channels
        return -(-self.channels // 2) * (4 if self.line else 8)


@dataclass(frozen=True)
class Buffers:
    """Parameters of a product: widened pixels, weights, table, result; and an accumulator."""

    a: Any
    w: Any
    table: Any
    y: Any
    total: Any


@dataclass(frozen=True)
class PixelRun:
    """Which pixels: the first of them, how many, the part of the channels, and taps inside."""

    pixel: Any
    pixels: int
    part: Any
    begin: Any
    end: Any


Gather = Callable[[Any, Any, Buffers, PixelRun], Any]
"""(x, offsets of rows or None, buffers, place) -> the call that gathers."""


def _call(name: str, *arguments: Any, dtype: str = "int32") -> Any:
    return TIR.call_extern(dtype, f"tvm_tiny_{name}", *arguments)


def _sum(b: Buffers, shape: ProductShape, o: Any, x: Any, y: Any, stride: int) -> None:
    """Total = the sum of channel o for the pixel whose groups are at x and y in a."""
    TIR.buffer_store(b.total, b.table[o // 2 * (4 if shape.line else 8) + o % 2], [0])
    with TIR.serial(shape.groups) as g:
        at = (o // 2 * shape.groups + g) * 4 + o % 2 * 2
        group = _call("dsp_group", b.w[at], b.w[at + 1], b.a[g * stride + x], b.a[g * stride + y])
        TIR.buffer_store(b.total, _call("dsp_sum", b.total[0], group), [0])


def _result(b: Buffers, shape: ProductShape, o: Any, at: Any) -> None:
    """y[at] = channel o, requantised."""
    if shape.line:
        multiplier = b.table[o // 2 * 4 + o % 2 + 2]
        name = "dsp_line" if shape.line > 0 else "dsp_unpacked"
        value = _call(name, b.total[0], multiplier, shape.line, dtype=Q8.name)
    else:
        entries = [b.table[o // 2 * 8 + o % 2 + 2 * k] for k in (1, 2, 3)]
        value = _call("dsp_requantize", b.total[0], *entries, dtype=Q8.name)
    TIR.buffer_store(b.y, value, [at])


def _product(shape: ProductShape, b: Buffers, first: Any, pixels: int) -> None:
    """y[first..] of all channels of one or two pixels, from the widened pixels in a."""
    with TIR.serial(shape.channels) as o:
        if pixels == 2:
            with TIR.serial(2) as p:
                _sum(b, shape, o, p, 3 - p, 4)
                _result(b, shape, o, first + p * shape.channels + o)
        else:
            _sum(b, shape, o, 0, 1, 2)
            _result(b, shape, o, first + o)


def _regions(shape: ProductShape, b: Buffers, first: Any, pixels: int) -> None:
    count = pixels * shape.parts * shape.channels
    TIR.reads(b.a[0 : shape.words], b.w[0 : shape.weights], b.table[0 : shape.entries])
    TIR.writes(b.y[first : first + count], b.total[0:1])


def _parameters(
    shape: ProductShape, results: int, offset_factor: int = 0
) -> tuple[Any, Any, Any, Any]:
    """Workspace, weights, table and result as parameters of the function being built."""
    sizes = (
        ("w", shape.weights, "int16" if shape.wide_zero_point is None else Q8.name),
        ("table", shape.entries, "int32"),
        ("a", shape.words, "int32"),
    )
    w, table, a = (TIR.arg(name, TIR.buffer((size,), dtype)) for name, size, dtype in sizes)
    y = TIR.buffer((results,), Q8.name, offset_factor=offset_factor)
    return a, w, table, TIR.arg("y", y)


def _micro_kernel(shape: ProductShape, b: Buffers, first: Any, pixels: int, part: Any) -> None:
    """The call that makes a part's channels of one or two pixels."""
    apart = shape.parts * shape.channels
    target = first + part * shape.channels
    pointers = (
        b.w.access_ptr("r", offset=part * shape.part_weights),
        b.table.access_ptr("r", offset=part * shape.part_entries),
        b.y.access_ptr("w", offset=target),
    )
    sizes = pixels, shape.groups, shape.channels, apart
    if shape.wide_zero_point is None:
        call = _call("dsp_product", b.a.access_ptr("r"), *pointers, *sizes, shape.line)
    else:
        zero_point = shape.wide_zero_point
        call = _call("wide_product", b.a.access_ptr("rw"), *pointers, *sizes, zero_point)
    TIR.evaluate(call)


@functools.cache
def product_intrinsic(shape: ProductShape, pixels: int) -> str:
    """Register the intrinsic for one or two pixels of this shape; returns its name.

    Args:
        shape: of the product: one part, paired weights.
        pixels: how many at a time.
    """

    def build(body: Callable[[Buffers], None]) -> Any:
        with IRBuilder() as builder, TIR.prim_func(s_tir=True):
            TIR.func_name("product")
            made = _parameters(shape, pixels * shape.channels, offset_factor=1)
            b = Buffers(*made, TIR.arg("total", TIR.buffer((1,), "int32")))
            with TIR.sblock("root"):
                _regions(shape, b, 0, pixels)
                body(b)
        return builder.get()

    name = f"tvm_tiny.product_{pixels}_{shape}"
    loops = build(lambda b: _product(shape, b, 0, pixels))
    TensorIntrin.register(name, loops, build(lambda b: _micro_kernel(shape, b, 0, pixels, 0)), True)
    return name


def product_row(
    shape: ProductShape,
    size: int,
    taps: int,
    gather: Gather,
    activation: tuple[int, int],
) -> Any:
    """A row kernel of products, not yet tensorised.

    Args:
        shape: of the product.
        size: elements of x.
        taps: vertical taps; 0 if x is one row and there are no offsets of rows.
        gather: makes the call that gathers pixels.
        activation: smallest and largest result.
    """
    with IRBuilder() as builder, TIR.prim_func(s_tir=True):
        TIR.func_name("main")
        x = TIR.arg("x", TIR.buffer((size,), Q8.name))
        rows = TIR.arg("x_rows", TIR.buffer((taps,), "int32")) if taps else None
        made = _parameters(shape, shape.size)
        begin, end = (TIR.arg(name, TIR.int32()) if taps else 0 for name in ("k_begin", "k_end"))
        with TIR.sblock("root"):
            b = Buffers(*made, TIR.sblock_alloc_buffer((1,), "int32"))

            def gathered(pixel: Any, pixels: int, part: Any) -> None:
                TIR.reads(x[0:size], b.w[0 : shape.weights])
                TIR.writes(b.a[0 : shape.words])
                TIR.evaluate(gather(x, rows, b, PixelRun(pixel, pixels, part, begin, end)))

            _pixels(shape, b, gathered)
            _clamp(b.y, shape, activation)
    return builder.get()


def _pixels(shape: ProductShape, b: Buffers, gathered: Callable[[Any, int, Any], None]) -> None:
    """Pairs of pixels, then what is left of an odd row."""
    pairs = shape.pixels // 2
    if pairs:
        with TIR.serial(pairs) as i:
            _parts(shape, b, gathered, i, (pairs, 2))
    if shape.pixels % 2:
        with TIR.serial(1) as i:
            _parts(shape, b, gathered, i, (1, 1))


def _parts(
    shape: ProductShape,
    b: Buffers,
    gathered: Callable[[Any, int, Any], None],
    i: Any,
    times: tuple[int, int],
) -> None:
    """All parts of the pixels of round i, of ``times``: rounds, pixels of each."""
    rounds, pixels = times
    word = "two" if pixels == 2 else "one"
    # Pixels left over come last.
    base = 0 if pixels == 2 else shape.pixels - 1
    with TIR.serial(shape.parts) as p:
        with TIR.sblock(f"gather_{word}"):
            v, part = TIR.axis.spatial(rounds, i), TIR.axis.spatial(shape.parts, p)
            gathered(base + pixels * v, pixels, part)
        with TIR.sblock(f"product_{word}"):
            v, part = TIR.axis.spatial(rounds, i), TIR.axis.spatial(shape.parts, p)
            first = (base + pixels * v) * (shape.parts * shape.channels)
            _regions(shape, b, first, pixels)
            if shape.parts == 1 and shape.wide_zero_point is None:
                _product(shape, b, first, pixels)
            else:
                _micro_kernel(shape, b, first, pixels, part)


def _clamp(y: Any, shape: ProductShape, activation: tuple[int, int]) -> None:
    if activation != Q8.limits:
        with TIR.sblock("clamp"):
            TIR.reads(y[0 : shape.size])
            TIR.writes(y[0 : shape.size])
            TIR.evaluate(_call("dsp_clamp", y.access_ptr("rw"), shape.size, *activation))


def tensorized(func: Any, shape: ProductShape) -> Any:
    """Replace the products of a row kernel by the micro-kernel."""
    if shape.parts > 1 or shape.wide_zero_point is not None:
        return func
    # tensorize simplifies descriptions (loops of one round go), so the kernel must be simple too.
    simple = tirx.transform.StmtSimplify()(IRModule({"main": func}))
    schedule = Schedule(simple)
    for block in schedule.get_child_blocks(schedule.get_sblock("root")):
        name = str(schedule.get(block).name_hint)
        if name in ("product_one", "product_two"):
            pixels = 2 if name == "product_two" else 1
            schedule.tensorize(block, product_intrinsic(shape, pixels))
    return schedule.mod["main"]

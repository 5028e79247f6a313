# SPDX-License-Identifier: Apache-2.0
"""The tensor intrinsic of matrix products on DSP cores, and row kernels it fits into.

A row kernel gathers two pixels (at the end of an odd row one) into its workspace, widened, and
multiplies them with all output channels. The product is written out as loops; as it stands it
compiles to plain C. ``tensorize`` replaces it by the micro-kernel, whose description is the same
loops. Layouts and arithmetic: ``tvm_tiny_dsp.h``.
"""

# pyright: basic
# TVMScript is parsed by TVM: names in it are not Python's.

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tvm_tiny._tvm import IRModule, Schedule, T, TensorIntrin, tirx

Gather = Callable[..., Any]
"""(x pointer, row offsets, workspace, pixel, pixels, k_begin, k_end) -> the call that gathers."""


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


@T.macro
def _sum(a, w, table, total, o, x, y, stride, groups):
    """Put into total the sum of channel o for the pixel whose groups are at x and y in a."""
    total[0] = table[o // 2 * 8 + o % 2]
    for g in T.serial(groups):
        total[0] = T.call_extern(
            "int32",
            "tvm_tiny_dsp_sum",
            total[0],
            T.call_extern(
                "int32",
                "tvm_tiny_dsp_group",
                w[(o // 2 * groups + g) * 4 + o % 2 * 2],
                w[(o // 2 * groups + g) * 4 + o % 2 * 2 + 1],
                a[g * stride + x],
                a[g * stride + y],
            ),
        )


@T.macro
def _result(table, y, total, o, at):
    """y[at] = channel o, requantised."""
    y[at] = T.call_extern(
        "int8",
        "tvm_tiny_dsp_requantize",
        total[0],
        table[o // 2 * 8 + o % 2 + 2],
        table[o // 2 * 8 + o % 2 + 4],
        table[o // 2 * 8 + o % 2 + 6],
    )


@T.macro
def _product(a, w, table, y, total, first, pixels, groups, channels):
    """y[first..] of all channels of one or two pixels, from the widened pixels in a."""
    if pixels == 2:
        for o, p in T.grid(channels, 2):
            _sum(a, w, table, total, o, p, 3 - p, 4, groups)
            _result(table, y, total, o, first + p * channels + o)
    else:
        for o in T.serial(channels):
            _sum(a, w, table, total, o, 0, 1, 2, groups)
            _result(table, y, total, o, first + o)


def product_intrinsic(shape: ProductShape, pixels: int, words: int) -> str:
    """Register the intrinsic for one or two pixels of this shape; returns its name.

    Args:
        shape: of the product.
        pixels: how many at a time.
        words: size of the workspace.
    """
    weights, entries = shape.weights, shape.entries
    groups, channels, limited = shape.groups, shape.channels, int(shape.limited)

    @T.prim_func(s_tir=True)
    def desc(
        a: T.Buffer((words,), "int32"),
        w: T.Buffer((weights,), "int16"),
        table: T.Buffer((entries,), "int32"),
        y: T.Buffer((pixels * channels,), "int8", offset_factor=1),
        total: T.Buffer((1,), "int32"),
    ):
        with T.sblock("root"):
            T.reads(a[0:words], w[0:weights], table[0:entries])
            T.writes(y[0 : pixels * channels], total[0:1])
            _product(a, w, table, y, total, 0, pixels, groups, channels)

    @T.prim_func(s_tir=True)
    def impl(
        a: T.Buffer((words,), "int32"),
        w: T.Buffer((weights,), "int16"),
        table: T.Buffer((entries,), "int32"),
        y: T.Buffer((pixels * channels,), "int8", offset_factor=1),
        total: T.Buffer((1,), "int32"),
    ):
        with T.sblock("root"):
            T.reads(a[0:words], w[0:weights], table[0:entries])
            T.writes(y[0 : pixels * channels], total[0:1])
            T.evaluate(
                T.call_extern(
                    "int32",
                    "tvm_tiny_dsp_product",
                    a.access_ptr("r"),
                    w.access_ptr("r"),
                    table.access_ptr("r"),
                    y.access_ptr("w"),
                    pixels,
                    groups,
                    channels,
                    limited,
                )
            )

    name = f"tvm_tiny.product_{pixels}x{groups}x{channels}_{limited}_{words}"
    TensorIntrin.register(name, desc, impl, True)
    return name


@T.macro
def _row(x, rows, w, table, a, y, begin, end, shape, words, gather, low, high):
    """Pairs of pixels, then what is left of an odd row."""
    total = T.sblock_alloc_buffer((1,), "int32")
    for i in T.serial(shape.pixels // 2):
        with T.sblock("gather_two"):
            pair = T.axis.spatial(shape.pixels // 2, i)
            T.reads(x[0 : x.shape[0]])
            T.writes(a[0:words])
            T.evaluate(gather(x, rows, a, 2 * pair, 2, begin, end))
        with T.sblock("product_two"):
            pair = T.axis.spatial(shape.pixels // 2, i)
            T.reads(a[0:words], w[0 : shape.weights], table[0 : shape.entries])
            T.writes(y[pair * 2 * shape.channels : (pair + 1) * 2 * shape.channels], total[0:1])
            _product(
                a, w, table, y, total, pair * 2 * shape.channels, 2, shape.groups, shape.channels
            )
    if shape.pixels % 2 == 1:
        with T.sblock("gather_one"):
            T.reads(x[0 : x.shape[0]])
            T.writes(a[0:words])
            T.evaluate(gather(x, rows, a, shape.pixels - 1, 1, begin, end))
        with T.sblock("product_one"):
            T.reads(a[0:words], w[0 : shape.weights], table[0 : shape.entries])
            T.writes(
                y[(shape.pixels - 1) * shape.channels : shape.pixels * shape.channels], total[0:1]
            )
            _product(
                a,
                w,
                table,
                y,
                total,
                (shape.pixels - 1) * shape.channels,
                1,
                shape.groups,
                shape.channels,
            )
    if (low, high) != (-128, 127):
        with T.sblock("clamp"):
            T.reads(y[0 : y.shape[0]])
            T.writes(y[0 : y.shape[0]])
            T.evaluate(
                T.call_extern(
                    "int32", "tvm_tiny_dsp_clamp", y.access_ptr("rw"), y.shape[0], low, high
                )
            )


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
    weights, entries, count = shape.weights, shape.entries, shape.pixels * shape.channels
    low, high = activation

    @T.prim_func(s_tir=True)
    def window(
        x: T.Buffer((size,), "int8"),
        x_rows: T.Buffer((max(taps, 1),), "int32"),
        w: T.Buffer((weights,), "int16"),
        table: T.Buffer((entries,), "int32"),
        a: T.Buffer((words,), "int32"),
        y: T.Buffer((count,), "int8"),
        k_begin: T.int32,
        k_end: T.int32,
    ):
        _row(x, x_rows, w, table, a, y, k_begin, k_end, shape, words, gather, low, high)

    @T.prim_func(s_tir=True)
    def plain(
        x: T.Buffer((size,), "int8"),
        w: T.Buffer((weights,), "int16"),
        table: T.Buffer((entries,), "int32"),
        a: T.Buffer((words,), "int32"),
        y: T.Buffer((count,), "int8"),
    ):
        _row(x, x, w, table, a, y, 0, 0, shape, words, gather, low, high)

    return window if taps else plain


def tensorized(func: Any, shape: ProductShape, words: int) -> Any:
    """Replace the products of a row kernel by the micro-kernel."""
    # tensorize simplifies descriptions (loops of one round go), so the kernel must be simple too.
    simple = tirx.transform.StmtSimplify()(IRModule({"main": func}))
    schedule = Schedule(simple)
    for block in schedule.get_child_blocks(schedule.get_sblock("root")):
        # TVM numbers the blocks of a macro: product_two, product_two_1, ..
        name = str(schedule.get(block).name_hint)
        for kind, pixels in (("product_two", 2), ("product_one", 1)):
            if name.startswith(kind):
                schedule.tensorize(block, product_intrinsic(shape, pixels, words))
    return schedule.mod["main"]

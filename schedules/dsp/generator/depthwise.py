# SPDX-License-Identifier: Apache-2.0
"""The pieces of depthwise kernels for Cortex-M cores with DSP instructions.

A kernel makes a row of all channels: it calls a gatherer, which brings a channel's columns into the
workspace, then makes the outputs, ``n`` at a time, channel after channel. What both need to know
lies in a frame on the stack. The order of instructions and the registers of the straight pieces
come from ``block.solve``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tvm_tiny.schedules.dsp.generator.block import Block, solve
from tvm_tiny.schedules.dsp.generator.ops import (
    Op,
    add_shifted,
    load,
    mac,
    pack,
    plain,
    saturate,
    saturate_shifted,
    shift,
    store,
)
from tvm_tiny.targets import Core

RELU_SHIFT = 10
"""Of every channel, where results are no less than the zero point -128."""
WINDOWS = ((3, 1, True), (3, 2, True), (5, 1, True))
"""Size and stride of windows with kernels of their own, and whether records are short."""
DUAL_WINDOWS = ((5, 2, True), (3, 1, False), (5, 1, False), (5, 2, False))
"""More of them, for cores that issue two instructions: loops over words cost those most."""
BANDS = (3,)
"""Size of windows with stride 1 that also have kernels for two rows of outputs."""
WIDTHS = (3, 4, 5)
"""Outputs, and columns gathered, at a time."""

JOB = (
    "record", "y", "channel", "channels", "scratch", "entries", "pairs", "halves", "used", "step",
    "distance", "loops", "outputs", "record_bytes", "fill", "left", "gather", "inside",
    "x_advance", "y_advance", "y_row", "row0", "row1", "row2", "row3", "row4", "row5", "row6",
)  # fmt: skip
_FRAME = (*JOB, "x_now", "y_now", "more", "back")
AT = {name: 4 * i for i, name in enumerate(_FRAME)}
_FRAME_BYTES = -(-4 * len(_FRAME) // 8) * 8
_REGISTERS = (*(f"r{i}" for i in range(13)), "lr")


def without(*used: str) -> list[str]:
    """The registers but these."""
    return [r for r in _REGISTERS if r not in used]


def frame(target: str, name: str) -> Op:
    """Load a word of the frame."""
    return load(target, "sp", AT[name])


def ld(register: str, name: str) -> str:
    """Text of a load of a word of the frame."""
    return f"ldr {register},[sp,#{AT[name]}]"


def st(register: str, name: str) -> str:
    """Text of a store to a word of the frame."""
    return f"str {register},[sp,#{AT[name]}]"


def _enter() -> list[str]:
    """The job that r0 points to becomes the frame; a channel begins."""
    assert len(JOB) == 28
    return [
        "push {r4-r11,lr}",
        f"sub sp,sp,#{_FRAME_BYTES}",
        "mov lr,sp",
        *(["ldmia r0!,{r1-r7}", "stmia lr!,{r1-r7}"] * 4),
        "1:",
    ]


def _leave() -> list[str]:
    """Next channel, or the end."""
    return [
        ld("r0", "record"), ld("r1", "record_bytes"), ld("r4", "left"), ld("r2", "y"),
        "subs r4,r4,#1", ld("r3", "channel"), "add r0,r0,r1", st("r4", "left"), "add r2,r2,#1",
        st("r0", "record"), "add r3,r3,#1", st("r2", "y"), st("r3", "channel"), *_AGAIN,
    ]  # fmt: skip


_AGAIN = ("bne 1b", f"add sp,sp,#{_FRAME_BYTES}", "pop {r4-r11,pc}")
SHIFTS = {1: 0, 2: 1, 4: 2}  # multiples of an index that an address can hold


def _scales(n: int, relu: bool, row: str = "") -> list[Op]:
    """What the results of a channel need; ``row``: in front of the names, b: the second row."""
    head = [frame("rec2", "record"), load("m", "rec2", 4), load("rounding", "rec2", 8)]
    head += [] if relu else [load("bits", "rec2", 12)]
    head += [frame("c", "channels")]
    head += [add_shifted("c3", "c", "c", "lsl #1")] if n > 3 else []
    place = [frame("dr", "y_row"), plain("add", "by", "y", "dr")] if row == "b" else []
    return [*(_named(op, row) for op in head), *(place or [frame("y", "y_now")])]


def _named(op: Op, row: str) -> Op:
    """The operation with ``row`` in front of its registers' names."""
    return replace(
        op,
        text=op.text.replace("{", "{" + row),
        what=replace(
            op.what,
            reads=tuple((row + name, port) for name, port in op.what.reads),
            writes=tuple((row + name, result) for name, result in op.what.writes),
            base=op.what.base if op.what.base in ("", "sp") else row + op.what.base,
        ),
    )


def _result(o: int, relu: bool) -> list[Op]:
    """Sum number ``o`` to a byte, ``o`` times ``channels`` behind ``y``.

    Bit 31 of ``bits`` says that ties of negative sums are rounded down.
    """
    if relu:
        ops = [mac("smmla", f"u{o}", f"s{o}", "m", "rounding")]
        ops.append(saturate_shifted(f"z{o}", f"u{o}", RELU_SHIFT))
    else:
        ops = [plain("and", f"n{o}", f"s{o}", "bits")]
        ops += [add_shifted(f"t{o}", "rounding", f"n{o}", "asr #31")]
        ops += [mac("smmlar", f"u{o}", f"s{o}", "m", f"t{o}")]
        ops += [shift("asr", f"v{o}", f"u{o}", "bits"), saturate(f"z{o}", f"v{o}")]
    if o == 0:
        return [*ops, store(f"z{o}", "y", name="strb")]
    if o == 3:
        return [*ops, store(f"z{o}", "y", "c3", name="strb")]
    return [*ops, store(f"z{o}", "y", "c", SHIFTS[o], name="strb")]


def _count(n: int) -> list[Op]:
    """On to the next n outputs; the flags say whether there are any."""
    ops = [frame("more", "more"), plain("subs", "left", "more", n)]
    ops += [store("left", "sp", AT["more"]), frame("dy", "y_advance")]
    return [*ops, plain("add", "y2", "y", "dy"), store("y2", "sp", AT["y_now"])]


def _results(n: int, relu: bool) -> list[Op]:
    """Sums s0.. to bytes, and on."""
    results = [op for o in range(n) for op in _result(o, relu)]
    return [*_scales(n, relu), *results, *_count(n)]


def _first_outputs(n: int, x: str) -> list[str]:
    return [
        ld("r1", "y"), ld("r2", "outputs"), ld(x, "scratch"), st("r1", "y_now"),
        f"sub r2,r2,#{n}", st("r2", "more"),
    ]  # fmt: skip


def _next_outputs(n: int, x: str) -> list[str]:
    """The last n, which may overlap those before."""
    return [
        "bge 6b", ld("r0", "more"), f"adds r0,r0,#{n}", "beq 8f", f"sub r1,r0,#{n}", "mov r0,#0",
        ld("r2", "distance"), ld("r3", "y_now"), ld("r4", "channels"), st("r0", "more"),
        f"mla {x},r1,r2,{x}", "mla r3,r1,r4,r3", st("r3", "y_now"), "b 6b", "8:",
    ]  # fmt: skip


def any_window(n: int, relu: bool, core: Core) -> list[str]:
    """Outputs of windows of any size: n sums, a word of weights at a time."""
    order = [*range(1, n), 0]  # the first output's load moves x on
    place = {0: "[r5],#4", 1: "[r5,r6]", 2: "[r5,r6,lsl #1]", 3: "[r5,r7]", 4: "[r5,r6,lsl #2]"}
    x = ("r12", "lr")
    loop: list[str] = []
    for m in range(2 * n):
        o = order[m % n]
        loop += [f"smlad r{o},{('r10', 'r11')[m // n]},{x[m % 2]},r{o}"]
        loop += [f"ldr {x[m % 2]},{place[order[(m + 2) % n]]}"]
        if m == n:
            loop += ["ldr r10,[r8],#4", "subs r9,r9,#1"]
    loop += ["ldr r11,[r8],#4", "bne 7b"]
    sums = {f"s{o}": f"r{o}" for o in range(n)}
    done = solve(Block(_results(n, relu), sums, without(*sums.values(), "r5")), core=core)
    return [
        *_first_outputs(n, "r5"), "6:", ld("r8", "record"), ld("r6", "distance"),
        "ldr r0,[r8],#16", "add r7,r6,r6,lsl #1", ld("r9", "loops"), f"ldr {x[0]},{place[1]}",
        "ldr r10,[r8],#4", "mov r1,r0", f"ldr {x[1]},{place[2]}", "mov r2,r0",
        *(f"mov r{o},r0" for o in range(3, n)), "ldr r11,[r8],#4",
        "7:", *loop, *done.lines, ld("r6", "x_advance"), "add r5,r5,r6", *_next_outputs(n, "r5"),
    ]  # fmt: skip


def _products(wide: int, n: int, stride: int) -> list[Op]:
    """Windows of ``wide`` columns and rows, ``n`` outputs: every column is loaded once.

    With few weights they all stay; else it goes word by word of the columns, so that only one row
    of weights and one of inputs is alive.
    """
    step = (wide + 1) // 2
    ops = [frame("rec", "record"), load("s", "rec")]
    total = dict.fromkeys(range(n), "s")
    version = dict.fromkeys(range(n), 0)
    groups = [range(step)] if wide == 3 else [range(h, h + 1) for h in range(step)]
    for group in groups:
        words = [(tap, half) for half in group for tap in range(wide)]
        ops += [load(f"w{t}_{h}", "rec", 16 + 4 * (step * t + h)) for t, h in words]
        for column in range((n - 1) * stride + wide):
            for half in group:
                x = f"x{column}_{half}"
                ops.append(load(x, "x", 4 * (step * column + half)))
                for o in range(n):
                    tap = column - o * stride
                    if 0 <= tap < wide:
                        version[o] += 1
                        last = version[o] == wide * step
                        after = f"s{o}" if last else f"s{o}_{version[o]}"
                        ops.append(mac("smlad", after, f"w{tap}_{half}", x, total[o]))
                        total[o] = after
    return ops


def window(wide: int, n: int, stride: int, relu: bool, core: Core) -> list[str]:
    """Outputs of windows of ``wide`` by ``wide``."""
    step = (wide + 1) // 2
    ops = [*_products(wide, n, stride), *_results(n, relu)]
    return _outputs(ops, 200 if wide == 3 else 60, step * n * stride, n, core)


def _outputs(ops: Sequence[Op], rounds: int, words: int, n: int, core: Core) -> list[str]:
    """A loop over n outputs, ``words`` on in the workspace."""
    solved = solve(Block(ops, {"x": "r12"}, without("r12")), rounds=rounds, core=core)
    advance = f"add r12,r12,#{4 * words}"
    return [*_first_outputs(n, "r12"), "6:", *solved.lines, advance, *_next_outputs(n, "r12")]


def _second_row(wide: int, n: int) -> list[Op]:
    """Sums of the row of outputs below: windows that begin in the high halves of the first words.

    Its weights are those of the first row, a half word further: all but the first word's are put
    together from two.
    """
    step = (wide + 1) // 2
    ops = [frame("brec", "record"), load("bs", "brec")]
    total = dict.fromkeys(range(n), "bs")
    version = dict.fromkeys(range(n), 0)
    for half in range(step):
        for t in range(wide):
            at = 16 + 4 * (step * t + half)
            ops.append(load(f"bw{t}_{half}", "brec", at))
            if half:
                ops.append(load(f"bv{t}_{half}", "brec", at - 4))
                ops.append(shift("asr", f"bh{t}_{half}", f"bv{t}_{half}", 16))
                ops.append(pack(f"bq{t}_{half}", f"bh{t}_{half}", f"bw{t}_{half}"))
        for column in range(n - 1 + wide):
            x = f"bx{column}_{half}"
            ops.append(load(x, "x", 4 * (step * column + half)))
            for o in range(n):
                tap = column - o
                if not 0 <= tap < wide:
                    continue
                version[o] += 1
                last = version[o] == wide * step
                after = f"bs{o}" if last else f"bs{o}_{version[o]}"
                if half:
                    ops.append(mac("smlad", after, x, f"bq{tap}_{half}", total[o]))
                else:
                    ops.append(mac("smlatb", after, x, f"bw{tap}_0", total[o]))
                total[o] = after
    return ops


def two_rows(wide: int, n: int, core: Core) -> list[str]:
    """Outputs of windows of ``wide`` by ``wide``, stride 1, of two rows that share a gathering."""
    step = (wide + 1) // 2
    first = [op for o in range(n) for op in _result(o, True)]
    second = [_named(op, "b") for op in first]
    ops = [*_products(wide, n, 1), *_scales(n, True), *first, *_second_row(wide, n)]
    ops += [*_scales(n, True, "b"), *second, *_count(n)]
    return _outputs(ops, 100 if wide == 3 else 30, step * n, n, core)


def kernel(lines: Sequence[str]) -> list[str]:
    """Channel by channel: gather, outputs."""
    return [*_enter(), ld("r0", "gather"), "blx r0", *lines, *_leave()]

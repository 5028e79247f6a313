# SPDX-License-Identifier: Apache-2.0
"""The pieces of depthwise kernels for Cortex-M cores with DSP instructions.

A kernel makes a row of all channels: it calls a gatherer, which brings a channel's columns into the
workspace, then makes the outputs, ``n`` at a time, channel after channel. What both need to know
lies in a frame on the stack. The order of instructions and the registers of the straight pieces
come from ``block.solve``.
"""

from __future__ import annotations

from collections.abc import Sequence

from block import (
    Block,
    Op,
    add_shifted,
    load,
    load_at,
    mac,
    pack,
    plain,
    saturate,
    saturate_shifted,
    shift,
    solve,
    store,
)

RELU_SHIFT = 10
"""Of every channel, where results are no less than the zero point -128."""
WINDOWS = ((3, 1), (3, 2), (5, 1))
"""Size and stride of windows with kernels of their own."""
WIDTHS = (3, 4, 5)
"""Outputs, and columns gathered, at a time."""

JOB = (
    "record", "y", "channel", "channels", "scratch", "entries", "pairs", "halves", "used", "step",
    "distance", "loops", "outputs", "record_bytes", "fill", "left", "gather", "inside",
    "x_advance", "y_advance", "row0", "row1", "row2", "row3", "row4", "row5", "row6",
)  # fmt: skip
_FRAME = (*JOB, "x_now", "y_now", "more", "back")
_AT = {name: 4 * i for i, name in enumerate(_FRAME)}
_FRAME_BYTES = -(-4 * len(_FRAME) // 8) * 8
_REGISTERS = (*(f"r{i}" for i in range(13)), "lr")


def _without(*used: str) -> list[str]:
    return [r for r in _REGISTERS if r not in used]


def frame(target: str, name: str) -> Op:
    """Load a word of the frame."""
    return load(target, "sp", _AT[name])


def _ld(register: str, name: str) -> str:
    return f"ldr {register},[sp,#{_AT[name]}]"


def _st(register: str, name: str) -> str:
    return f"str {register},[sp,#{_AT[name]}]"


def _enter() -> list[str]:
    """The job that r0 points to becomes the frame; a channel begins."""
    assert len(JOB) == 27
    return [
        "push {r4-r11,lr}",
        f"sub sp,sp,#{_FRAME_BYTES}",
        "mov lr,sp",
        *(["ldmia r0!,{r1-r9}", "stmia lr!,{r1-r9}"] * 3),
        "1:",
    ]


def _leave() -> list[str]:
    """Next channel, or the end."""
    return [
        _ld("r0", "record"), _ld("r1", "record_bytes"), _ld("r4", "left"), _ld("r2", "y"),
        "subs r4,r4,#1", _ld("r3", "channel"), "add r0,r0,r1", _st("r4", "left"), "add r2,r2,#1",
        _st("r0", "record"), "add r3,r3,#1", _st("r2", "y"), _st("r3", "channel"), *_AGAIN,
    ]  # fmt: skip


_AGAIN = ("bne 1b", f"add sp,sp,#{_FRAME_BYTES}", "pop {r4-r11,pc}")
_SHIFTS = {1: 0, 2: 1, 4: 2}  # multiples of an index that an address can hold


def _column(target: str, base: str, column: int) -> Op:
    """The byte of a column; ``s`` is the distance of columns, ``s3`` three of them."""
    if column == 0:
        return load(target, base, name="ldrsb")
    if column == 3:
        return load_at(target, base, "s3", 0)
    return load_at(target, base, "s", _SHIFTS[column])


def _put(value: str, column: int) -> Op:
    if column == 0:
        return store(value, "out")
    if column == 3:
        return store(value, "out", "step3")
    return store(value, "out", "step", _SHIFTS[column])


def _times(n: int, what: str, by: str, three: str) -> list[str]:
    """what += n * by, where ``three`` is three times ``by``."""
    if n == 3:
        return [f"add {what},{what},{three}"]
    return [f"add {what},{what},{by},lsl #2"] + [f"add {what},{what},{by}"] * (n - 4)


def _gather_loop(n: int, lines: Sequence[str], moves: Sequence[tuple[str, str, str]]) -> list[str]:
    """``lines`` for n columns (they count r6 down), on by n, at last to the last n."""
    advance = [line for what, by, three in moves for line in _times(n, what, by, three)]
    return [
        f"sub r6,r6,#{n}", "3:", *lines, *advance, "bge 3b",
        f"adds r6,r6,#{n}", "beq 8f", f"sub r8,r6,#{n}", "mov r6,#0",
        *(f"mla {what},r8,{by},{what}" for what, by, _ in moves), "b 3b", "8:",
    ]  # fmt: skip


def _counted(n: int) -> Op:
    return plain("subs", "rest", "rest_before", n)


_PAIR_MOVES = (("r0", "r3", "r7"), ("r1", "r3", "r7"), ("r2", "r5", "r4"))


def gather_pairs(n: int) -> list[str]:
    """Entries (low row, high row, place): two rows to every ``step``-th word."""
    ops: list[Op] = []
    for j in range(n):
        ops += [_column(f"a{j}", "p", j), _column(f"b{j}", "q", j)]
        ops += [pack(f"c{j}", f"a{j}", f"b{j}"), _put(f"c{j}", j)]
    ops.insert(2, _counted(n))
    fixed = {
        "rest": "r6",
        "rest_before": "r6",
        "p": "r0",
        "q": "r1",
        "out": "r2",
        "s": "r3",
        "step3": "r4",
        "step": "r5",
        "s3": "r7",
    }
    solved = solve(Block(ops, fixed, ["r8", "r9", "r10", "r11", "lr"]))
    return [
        _ld("r6", "pairs"), "cmp r6,#0", "beq 5f", "4:", _st("r6", "more"),
        "ldmia r12!,{r0,r1,r2}", _ld("r4", "channel"), _ld("r3", "channels"), _ld("r5", "step"),
        _ld("r6", "used"), "add r0,r0,r4", "add r1,r1,r4", "add r7,r3,r3,lsl #1",
        "add r4,r5,r5,lsl #1",
        *_gather_loop(n, solved.lines, _PAIR_MOVES),
        _ld("r6", "more"), "subs r6,r6,#1", "bne 4b", "5:",
    ]  # fmt: skip


def gather_halves(n: int) -> list[str]:
    """Entries (row, rotation, place): a row beside zero points, low or (rotation 16) high."""
    ops: list[Op] = []
    for j in range(n):
        ops += [_column(f"a{j}", "p", j), pack(f"c{j}", f"a{j}", "fill")]
        ops += [shift("ror", f"d{j}", f"c{j}", "turn"), _put(f"d{j}", j)]
    ops.insert(2, _counted(n))
    fixed = {"rest": "r6", "rest_before": "r6", "p": "r0", "turn": "r1", "out": "r2", "s": "r3",
             "step3": "r4", "step": "r5", "s3": "r7", "fill": "r9"}  # fmt: skip
    solved = solve(Block(ops, fixed, ["r8", "r10", "r11", "lr"]))
    return [
        _ld("r6", "halves"), "cmp r6,#0", "beq 5f", "4:", _st("r6", "more"),
        "ldmia r12!,{r0,r1,r2}", _ld("r4", "channel"), _ld("r3", "channels"), _ld("r5", "step"),
        _ld("r6", "used"), _ld("r9", "fill"), "add r0,r0,r4", "add r7,r3,r3,lsl #1",
        "add r4,r5,r5,lsl #1",
        *_gather_loop(n, solved.lines, (("r0", "r3", "r7"), ("r2", "r5", "r4"))),
        _ld("r6", "more"), "subs r6,r6,#1", "bne 4b", "5:",
    ]  # fmt: skip


def gather(n: int) -> list[str]:
    """All entries of a channel."""
    lines = [_st("lr", "back"), _ld("r12", "entries"), *gather_pairs(n), *gather_halves(n)]
    return [*lines, _ld("lr", "back"), "bx lr"]


def gather_rows(high: int, n: int) -> list[str]:
    """All rows of a window at once: ``high`` is 3, 5 or 7."""
    step = (high + 1) // 2
    ops: list[Op] = []
    for j in range(n):
        for i in range(0, high, 2):
            ops.append(_column(f"a{j}_{i}", f"p{i}", j))
            if i + 1 < high:
                ops.append(_column(f"b{j}_{i}", f"p{i + 1}", j))
                ops.append(pack(f"c{j}_{i}", f"a{j}_{i}", f"b{j}_{i}"))
            word = f"c{j}_{i}" if i + 1 < high else f"a{j}_{i}"
            ops.append(store(word, "out", 4 * (step * j + i // 2)))
    ops.insert(2, _counted(n))
    at = {i: f"r{i}" for i in range(high)}
    s, s3, out, rest = (f"r{high + k}" for k in range(4))
    fixed = {f"p{i}": r for i, r in at.items()}
    fixed |= {"s": s, "s3": s3, "out": out, "rest": rest, "rest_before": rest}
    pool = _without(*fixed.values())
    solved = solve(Block(ops, fixed, pool), rounds=60 if high > 3 else 120)
    on = [line for row in at.values() for line in _times(n, row, s, s3)]
    t = pool[0]
    return [
        _st("lr", "back"), *(_ld(row, f"row{i}") for i, row in at.items()), _ld(t, "channel"),
        _ld(s, "channels"), _ld(out, "inside"), _ld(rest, "used"),
        *(f"add {row},{row},{t}" for row in at.values()), f"add {s3},{s},{s},lsl #1",
        f"sub {rest},{rest},#{n}", "3:", *solved.lines, *on, f"add {out},{out},#{4 * step * n}",
        "bge 3b", f"adds {rest},{rest},#{n}", "beq 8f", f"sub {t},{rest},#{n}",
        f"mov {rest},#{4 * step}", f"mla {out},{t},{rest},{out}", f"mov {rest},#0",
        *(f"mla {row},{t},{s},{row}" for row in at.values()), "b 3b", "8:",
        _ld("lr", "back"), "bx lr",
    ]  # fmt: skip


def _scales(n: int, relu: bool) -> list[Op]:
    """What the results of a channel need."""
    ops = [frame("rec2", "record"), load("m", "rec2", 4), load("rounding", "rec2", 8)]
    ops += [] if relu else [load("bits", "rec2", 12)]
    ops += [frame("y", "y_now"), frame("c", "channels")]
    return [*ops, add_shifted("c3", "c", "c", "lsl #1")] if n > 3 else ops


def _result(o: int, relu: bool) -> list[Op]:
    """Sum number ``o`` to a byte, ``o`` times ``channels`` behind ``y_now``."""
    if relu:
        ops = [mac("smmla", f"u{o}", f"s{o}", "m", "rounding")]
        ops.append(saturate_shifted(f"z{o}", f"u{o}", RELU_SHIFT))
    else:
        ops = [add_shifted(f"t{o}", "rounding", f"s{o}", "asr #31")]
        ops += [mac("smmlar", f"u{o}", f"s{o}", "m", f"t{o}")]
        ops += [shift("asr", f"v{o}", f"u{o}", "bits"), saturate(f"z{o}", f"v{o}")]
    if o == 0:
        return [*ops, store(f"z{o}", "y", name="strb")]
    if o == 3:
        return [*ops, store(f"z{o}", "y", "c3", name="strb")]
    return [*ops, store(f"z{o}", "y", "c", _SHIFTS[o], name="strb")]


def _count(n: int) -> list[Op]:
    """On to the next n outputs; the flags say whether there are any."""
    ops = [frame("more", "more"), plain("subs", "left", "more", n)]
    ops += [store("left", "sp", _AT["more"]), frame("dy", "y_advance")]
    return [*ops, plain("add", "y2", "y", "dy"), store("y2", "sp", _AT["y_now"])]


def _results(n: int, relu: bool) -> list[Op]:
    """Sums s0.. to bytes, and on."""
    results = [op for o in range(n) for op in _result(o, relu)]
    return [*_scales(n, relu), *results, *_count(n)]


def _first_outputs(n: int, x: str) -> list[str]:
    return [
        _ld("r1", "y"), _ld("r2", "outputs"), _ld(x, "scratch"), _st("r1", "y_now"),
        f"sub r2,r2,#{n}", _st("r2", "more"),
    ]  # fmt: skip


def _next_outputs(n: int, x: str) -> list[str]:
    """The last n, which may overlap those before."""
    return [
        "bge 6b", _ld("r0", "more"), f"adds r0,r0,#{n}", "beq 8f", f"sub r1,r0,#{n}", "mov r0,#0",
        _ld("r2", "distance"), _ld("r3", "y_now"), _ld("r4", "channels"), _st("r0", "more"),
        f"mla {x},r1,r2,{x}", "mla r3,r1,r4,r3", _st("r3", "y_now"), "b 6b", "8:",
    ]  # fmt: skip


def any_window(n: int, relu: bool) -> list[str]:
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
    done = solve(Block(_results(n, relu), sums, _without(*sums.values(), "r5")))
    return [
        *_first_outputs(n, "r5"), "6:", _ld("r8", "record"), _ld("r6", "distance"),
        "ldr r0,[r8],#16", "add r7,r6,r6,lsl #1", _ld("r9", "loops"), f"ldr {x[0]},{place[1]}",
        "ldr r10,[r8],#4", "mov r1,r0", f"ldr {x[1]},{place[2]}", "mov r2,r0",
        *(f"mov r{o},r0" for o in range(3, n)), "ldr r11,[r8],#4",
        "7:", *loop, *done.lines, _ld("r6", "x_advance"), "add r5,r5,r6", *_next_outputs(n, "r5"),
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


def window(wide: int, n: int, stride: int) -> list[str]:
    """Outputs of windows of ``wide`` by ``wide``."""
    step = (wide + 1) // 2
    ops = [*_products(wide, n, stride), *_results(n, True)]
    solved = solve(Block(ops, {"x": "r12"}, _without("r12")), rounds=200 if wide == 3 else 60)
    advance = f"add r12,r12,#{4 * step * n * stride}"
    return [*_first_outputs(n, "r12"), "6:", *solved.lines, advance, *_next_outputs(n, "r12")]


def kernel(lines: Sequence[str]) -> list[str]:
    """Channel by channel: gather, outputs."""
    return [*_enter(), _ld("r0", "gather"), "blx r0", *lines, *_leave()]

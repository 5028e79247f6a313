# SPDX-License-Identifier: Apache-2.0
"""Convolutions three taps wide by Winograd's F(4,3) along the width: tvm_tiny_winograd_*.h.

Four neighbouring outputs need six products of transformed inputs with transformed weights instead
of twelve (Winograd 1980; Lavin and Gray 2016 for convolutions). Scaled by 24 both transforms have
integer coefficients, six times less than an int16 has room for; sums are exact modulo 2^32.

Layouts, arithmetic and the same in C: ``tvm_tiny_winograd.h``.
"""

from __future__ import annotations

from collections.abc import Sequence

from tvm_tiny.schedules.dsp.generator.block import Block, solve
from tvm_tiny.schedules.dsp.generator.ops import (
    Op,
    add_shifted,
    constant,
    load,
    load_at,
    mac,
    mask_sign,
    parallel,
    plain,
    product,
    saturate,
    saturate_shifted,
    shift,
    store,
    widen_bytes,
    word,
)
from tvm_tiny.targets import Core

UNIT = 6
"""Words of a sum that a piece of the unrolled loop takes: four input channels of three rows."""
ROUND = 8
"""Pieces of the unrolled loop."""
POINTS = 6
PIXELS = 4
WORD_BYTES = 8 * POINTS
"""Of transformed inputs: a word of two tiles at every point."""
SIGN_MASK = 32
"""Of ties of negative sums: 2^31 / 2^26, see tvm_tiny_winograd.h."""
INVERSE_OF_3 = 0xAAAAAAAB
"""Modulo 2^32."""
LINES = ("15", "11", "7", "3")

_FRAME = ("u", "table", "y", "rounds", "entry", "apart", "pairs", "step", "ends", "back")
_AT = {name: 4 * (4 * POINTS + i) for i, name in enumerate(_FRAME)}
_FRAME_BYTES = -(-4 * (4 * POINTS + len(_FRAME)) // 8) * 8
_ARGUMENTS = _FRAME_BYTES + 40
_REGISTERS = (*(f"r{i}" for i in range(13)), "lr")


def _tile_column(t: str, base: str, i: int, *, odd: bool) -> list[Op]:
    """Two channels of column i of a tile; ``next`` is the place of its second column."""
    word = f"{t}w{i}"
    if i == 0:
        loaded = load(word, base)
    elif i == 5:
        loaded = load_at(word, f"{t}next", "s", 2, name="ldr")
    elif i == 3:
        loaded = load_at(word, f"{t}next", "s", 1, name="ldr")
    else:
        loaded = load_at(word, base, "s", {1: 0, 2: 1, 4: 2}[i], name="ldr")
    return [loaded, widen_bytes(f"{t}d{i}", word, odd=odd)]


def _transform(t: str, base: str, odd: bool) -> list[Op]:
    """B d of a tile, two channels: points 0 to 5, stored as they come."""

    def both(name: str, target: str, a: str, b: str) -> Op:
        return parallel(name, t + target, t + a, t + b)

    def keep(point: int) -> Op:
        return store(f"{t}v{point}", "out", 8 * point + WORD_BYTES * odd + 4 * (t == "b"))

    def column(i: int) -> list[Op]:
        return _tile_column(t, base, i, odd=odd)

    return [
        *column(2), *column(4), both("ssub16", "e4", "d4", "d2"),
        both("sadd16", "d2_2", "d2", "d2"), both("sadd16", "d2_3", "d2_2", "d2"),
        both("ssub16", "f", "e4", "d2_3"), *column(0), both("ssub16", "e2", "d2", "d0"),
        both("sadd16", "e2_2", "e2", "e2"), both("sadd16", "e2_4", "e2_2", "e2_2"),
        both("ssub16", "v1", "e4", "e2_4"), keep(1), *column(1),
        plain("add", f"{t}next", base, "s"), *column(3),
        both("ssub16", "e3", "d3", "d1"), both("sadd16", "d1_2", "d1", "d1"),
        both("sadd16", "d1_3", "d1_2", "d1"), both("ssub16", "g", "e3", "d1_3"),
        both("sadd16", "v0", "f", "g"), keep(0), both("ssub16", "v2", "f", "g"), keep(2),
        both("sadd16", "e3_2", "e3", "e3"), both("sadd16", "v3", "e4", "e3_2"), keep(3),
        both("ssub16", "v4", "e4", "e3_2"), keep(4), both("sadd16", "e3_4", "e3_2", "e3_2"),
        *column(5), both("ssub16", "e5", "d5", "d3"), both("ssub16", "v5", "e5", "e3_4"), keep(5),
    ]  # fmt: skip


def transform(core: Core) -> list[str]:
    """r0 the first of ten columns, r1 their distance, r2 out, r3 groups.

    A group is a word of every column: four channels of eight pixels and two more.
    """
    fixed = {"p": "r0", "s": "r1", "out": "r2"}
    out: list[str] = []
    pool = list(_REGISTERS[4:])
    for odd in (False, True):
        half = [*_transform("a", "p", odd), add_shifted("q", "p", "s", "lsl #2")]
        half += _transform("b", "q", odd)
        out += solve(Block(half, fixed, pool), rounds=80, core=core).lines
    step = [f"add r2,r2,#{2 * WORD_BYTES}", "add r0,r0,#4", "subs r3,r3,#1", "bne 1b"]
    return ["push {r4-r11,lr}", "1:", *out, *step, "pop {r4-r11,pc}"]


def _dual_piece() -> list[str]:
    """Six words for two tiles and two channels, a multiplication in each of 24 cycles.

    Registers r6 to r11: weights of both channels, both tiles, two spare; after six words every
    register has its part again.
    """
    a, b, c, d, e, f = "r6", "r7", "r8", "r9", "r10", "r11"
    out: list[str] = []
    for _ in range(UNIT):
        out += [
            f"smlad r2,{a},{c},r2", f"ldr {e},[r1],#4",
            f"smlad r4,{a},{d},r4", f"ldr {f},[r0,#{WORD_BYTES}]!",
            f"smlad r5,{b},{d},r5", f"ldr {a},[r1],#4",
            f"smlad r3,{b},{c},r3", f"ldr {d},[r0,#4]",
        ]  # fmt: skip
        a, b, c, e, f = e, a, f, b, c
    assert (a, b, c, d) == ("r6", "r7", "r8", "r9")
    return out


def _single_piece() -> list[str]:
    """The same with loads in rows: 54 cycles and two that move the bases."""
    out: list[str] = []
    for i in range(UNIT):
        out += [f"ldr.w r{6 + k},[r1,#{8 * i + 4 * k}]" for k in range(2)]
        out += [f"ldr.w r{8 + k},[r0,#{WORD_BYTES * i + 4 * k}]" for k in range(2)]
        out += [f"smlad r{2 + w + 2 * u},r{6 + w},r{8 + u},r{2 + w + 2 * u}"
                for w in range(2) for u in range(2)]  # fmt: skip
    return [*out, f"add.w r0,r0,#{WORD_BYTES * UNIT}", f"add.w r1,r1,#{8 * UNIT}"]


def _enter(piece: Sequence[str]) -> list[str]:
    """r0 transformed inputs, r1 weights, r2 table, r3 y; the others are on the stack."""
    keep = [("r0", "u"), ("r2", "table"), ("r3", "y"), ("r5", "pairs"), ("r6", "apart")]
    keep += [("r7", "rounds"), ("r9", "entry"), ("r11", "step"), ("r12", "ends")]
    return [
        "push {r4-r12,lr}",
        f"sub sp,sp,#{_FRAME_BYTES}",
        *(f"ldr r{5 + i},[sp,#{_ARGUMENTS + 4 * i}]" for i in range(4)),
        "adr.w r9,2f",
        f"mov r10,#{4 * len(piece)}",
        "mla r9,r8,r10,r9",
        f"ldr r11,[sp,#{_ARGUMENTS + 16}]",
        f"ldr r12,[sp,#{_ARGUMENTS + 20}]",
        "orr r9,r9,#1",
        *(f"str {register},[sp,#{_AT[name]}]" for register, name in keep),
    ]


def sums(core: Core) -> list[str]:
    """All points of every pair of channels; their sums go to the stack, then ``ends`` is called."""
    dual = core.issue_width == 2
    piece = _dual_piece() if dual else _single_piece()
    ahead = ["ldr r6,[r1],#4", "ldr r7,[r1],#4"]
    return [
        *_enter(piece),
        "1:",
        f"ldr r5,[sp,#{_AT['table']}]",
        *(ahead if dual else []),
        "ldr r2,[r5]",
        "ldr r3,[r5,#4]",
        "mov r12,sp",
        f"ldr r11,[sp,#{_AT['step']}]",
        "add r11,r5,r11",
        f"str r11,[sp,#{_AT['table']}]",
        f"ldr r11,[sp,#{_AT['y']}]",
        "mov r4,r2",
        "mov r5,r3",
        "add r11,r11,#2",
        f"str r11,[sp,#{_AT['y']}]",
        "3:",
        f"ldr r0,[sp,#{_AT['u']}]",
        "mov lr,sp",
        "sub lr,r12,lr",
        "add r0,r0,lr,lsr #1",
        f"ldr lr,[sp,#{_AT['rounds']}]",
        *(["ldr r8,[r0]", "ldr r9,[r0,#4]"] if dual else []),
        f"ldr r10,[sp,#{_AT['entry']}]",
        "bx r10",
        "2:",
        f".rept {ROUND}",
        *piece,
        ".endr",
        "subs lr,lr,#1",
        "bne 2b",
        "stmia r12!,{r2-r5}",
        "mov lr,sp",
        "sub lr,r12,lr",
        f"cmp lr,#{16 * POINTS}",
        *(f"mov r{i},#0" for i in range(2, 6)),
        "bne 3b",
        *(["sub r1,r1,#8"] if dual else []),
        f"ldr lr,[sp,#{_AT['ends']}]",
        "blx lr",
        "bne.w 1b",
        f"add sp,sp,#{_FRAME_BYTES}",
        "pop {r4-r12,pc}",
    ]


def _tile(t: int, c: int, line: str) -> list[Op]:
    """A tile of a channel: A^T m, scaled sums, each to a byte at once."""
    n = f"{'ab'[t]}{c}"
    ops = [load(f"{n}m{i}", "sp", 16 * i + 8 * t + 4 * c) for i in range(POINTS)]
    return [
        *ops,
        plain("add", f"{n}p", f"{n}m0", f"{n}m2"),
        plain("sub", f"{n}q", f"{n}m0", f"{n}m2"),
        plain("add", f"{n}r", f"{n}m3", f"{n}m4"),
        plain("sub", f"{n}t", f"{n}m3", f"{n}m4"),
        plain("add", f"{n}k", f"{n}m1", f"{n}p"),
        plain("add", f"{n}l", f"{n}q", f"{n}m5"),
        plain("add", f"{n}s0", f"{n}k", f"{n}r"),
        *_result(n, 0, line),
        add_shifted(f"{n}s2", f"{n}p", f"{n}r", "lsl #2"),
        *_result(n, 2, line),
        add_shifted(f"{n}s1", f"{n}q", f"{n}t", "lsl #1"),
        *_result(n, 1, line),
        add_shifted(f"{n}s3", f"{n}l", f"{n}t", "lsl #3"),
        *_result(n, 3, line),
    ]


def _result(n: str, i: int, line: str) -> list[Op]:
    """Sum i of a tile to a byte."""
    s, z = f"{n}s{i}", f"{n}z{i}"
    if line:
        ops = [product("smmul", f"{s}h", s, f"{n}scale"), saturate_shifted(z, f"{s}h", line)]
    else:
        ops = [product("mul", f"{s}f", s, "third"), mask_sign(f"{s}n", "mask", f"{s}f")]
        ops += [mac("smmla", f"{s}h", f"{s}f", f"{n}scale", f"{s}n")]
        ops += [plain("add", f"{s}g", f"{s}h", f"{n}round")]
        ops += [shift("asr", f"{s}i", f"{s}g", f"{n}bits"), saturate(z, f"{s}i")]
    if i == 0:
        return [*ops, store(z, f"{n}y", name="strb")]
    if i == 3:
        return [*ops, store(z, f"{n}y", f"{n}far", name="strb")]
    return [*ops, store(z, f"{n}y", f"{n}apart", i - 1, name="strb")]


def _frame(target: str, name: str) -> Op:
    return load(target, "sp", _AT[name])


def _place(n: str, t: int, c: int) -> list[Op]:
    """Where a tile's results go."""
    at = f"{n}y0" if t else f"{n}y"
    ops = [_frame(f"{n}apart", "apart"), _frame(f"{n}next", "y")]
    ops += [add_shifted(f"{n}far", f"{n}apart", f"{n}apart", "lsl #1")]
    ops += [plain("sub", at, f"{n}next", 2 - c)]
    return [*ops, add_shifted(f"{n}y", at, f"{n}apart", "lsl #2")] if t else ops


def _results(line: str) -> list[Op]:
    """Both tiles of both channels; table and y are those of the next pair already."""
    names = ("scale",) if line else ("scale", "round", "bits")
    ops: list[Op] = [] if line else [constant("mask", -SIGN_MASK), *word("third", INVERSE_OF_3)]
    for c in (0, 1):
        for t in (0, 1):
            n = f"{'ab'[t]}{c}"
            ops.append(_frame(f"{n}table", "table"))
            at = 4 * c - 8 * len(names)
            ops += [load(f"{n}{v}", f"{n}table", at + 8 * k) for k, v in enumerate(names)]
            ops += [*_place(n, t, c), *_tile(t, c, line)]
    ops += [_frame("pairs", "pairs"), plain("subs", "left", "pairs", 1)]
    return [*ops, store("left", "sp", _AT["pairs"])]


def ends(core: Core, line: str) -> list[str]:
    """Results of a pair of channels; the flags say whether there is another. Keeps r1."""
    pool = [r for r in _REGISTERS if r != "r1"]
    solved = solve(Block(_results(line), {}, pool), rounds=60, core=core)
    back = f"lr,[sp,#{_AT['back']}]"
    return [f"str {back}", *solved.lines, f"ldr {back}", "bx lr"]

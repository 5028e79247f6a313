# SPDX-License-Identifier: Apache-2.0
"""Bringing a channel's columns into the workspace of the depthwise kernels."""

from __future__ import annotations

from collections.abc import Sequence

from tvm_tiny.schedules.dsp.generator.block import Block, solve
from tvm_tiny.schedules.dsp.generator.depthwise import SHIFTS, ld, st, without
from tvm_tiny.schedules.dsp.generator.ops import Op, load, load_at, pack, plain, shift, store
from tvm_tiny.targets import Core


def _column(target: str, base: str, column: int) -> Op:
    """The byte of a column; ``s`` is the distance of columns, ``s3`` three of them."""
    if column == 0:
        return load(target, base, name="ldrsb")
    if column == 3:
        return load_at(target, base, "s3", 0)
    return load_at(target, base, "s", SHIFTS[column])


def _put(value: str, column: int) -> Op:
    if column == 0:
        return store(value, "out")
    if column == 3:
        return store(value, "out", "step3")
    return store(value, "out", "step", SHIFTS[column])


def _times(n: int, what: str, by: str, three: str) -> list[str]:
    """Add n times ``by`` to ``what``; ``three`` is three times ``by``."""
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


def gather_pairs(n: int, core: Core) -> list[str]:
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
    solved = solve(Block(ops, fixed, ["r8", "r9", "r10", "r11", "lr"]), core=core)
    return [
        ld("r6", "pairs"), "cmp r6,#0", "beq 5f", "4:", st("r6", "more"),
        "ldmia r12!,{r0,r1,r2}", ld("r4", "channel"), ld("r3", "channels"), ld("r5", "step"),
        ld("r6", "used"), "add r0,r0,r4", "add r1,r1,r4", "add r7,r3,r3,lsl #1",
        "add r4,r5,r5,lsl #1",
        *_gather_loop(n, solved.lines, _PAIR_MOVES),
        ld("r6", "more"), "subs r6,r6,#1", "bne 4b", "5:",
    ]  # fmt: skip


def gather_halves(n: int, core: Core) -> list[str]:
    """Entries (row, rotation, place): a row beside zero points, low or (rotation 16) high."""
    ops: list[Op] = []
    for j in range(n):
        ops += [_column(f"a{j}", "p", j), pack(f"c{j}", f"a{j}", "fill")]
        ops += [shift("ror", f"d{j}", f"c{j}", "turn"), _put(f"d{j}", j)]
    ops.insert(2, _counted(n))
    fixed = {"rest": "r6", "rest_before": "r6", "p": "r0", "turn": "r1", "out": "r2", "s": "r3",
             "step3": "r4", "step": "r5", "s3": "r7", "fill": "r9"}  # fmt: skip
    solved = solve(Block(ops, fixed, ["r8", "r10", "r11", "lr"]), core=core)
    return [
        ld("r6", "halves"), "cmp r6,#0", "beq 5f", "4:", st("r6", "more"),
        "ldmia r12!,{r0,r1,r2}", ld("r4", "channel"), ld("r3", "channels"), ld("r5", "step"),
        ld("r6", "used"), ld("r9", "fill"), "add r0,r0,r4", "add r7,r3,r3,lsl #1",
        "add r4,r5,r5,lsl #1",
        *_gather_loop(n, solved.lines, (("r0", "r3", "r7"), ("r2", "r5", "r4"))),
        ld("r6", "more"), "subs r6,r6,#1", "bne 4b", "5:",
    ]  # fmt: skip


def gather(n: int, core: Core) -> list[str]:
    """All entries of a channel."""
    lines = [
        st("lr", "back"),
        ld("r12", "entries"),
        *gather_pairs(n, core),
        *gather_halves(n, core),
    ]
    return [*lines, ld("lr", "back"), "bx lr"]


def gather_rows(high: int, n: int, core: Core) -> list[str]:
    """All rows of a window, or of two, at once: ``high`` is 3 to 7."""
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
    pool = without(*fixed.values())
    solved = solve(Block(ops, fixed, pool), rounds=60 if high > 3 else 120, core=core)
    on = [line for row in at.values() for line in _times(n, row, s, s3)]
    t = pool[0]
    return [
        st("lr", "back"), *(ld(row, f"row{i}") for i, row in at.items()), ld(t, "channel"),
        ld(s, "channels"), ld(out, "inside"), ld(rest, "used"),
        *(f"add {row},{row},{t}" for row in at.values()), f"add {s3},{s},{s},lsl #1",
        f"sub {rest},{rest},#{n}", "3:", *solved.lines, *on, f"add {out},{out},#{4 * step * n}",
        "bge 3b", f"adds {rest},{rest},#{n}", "beq 8f", f"sub {t},{rest},#{n}",
        f"mov {rest},#{4 * step}", f"mla {out},{t},{rest},{out}", f"mov {rest},#0",
        *(f"mla {row},{t},{s},{row}" for row in at.values()), "b 3b", "8:",
        ld("lr", "back"), "bx lr",
    ]  # fmt: skip

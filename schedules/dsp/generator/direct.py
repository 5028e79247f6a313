# SPDX-License-Identifier: Apache-2.0
"""Depthwise windows of 3 by 3 without a workspace: tvm_tiny_depthwise_direct*.h.

A channel's bytes go straight from the tensor into pairs of neighbouring columns, (x0, x1), (x2, x3)
and so on. With a row's weights as the words (w0, w1) and (w1, w2), an output takes two products a
row, wherever it begins:

    x0 w0 + x1 w1 + x2 w2 = (x0, x1) . (w0, w1) + x2 w2       SMLAD, SMLABT
    x1 w0 + x2 w1 + x3 w2 = x1 w0 + (x2, x3) . (w1, w2)       SMLATB, SMLAD

as many as from a workspace of two rows to a word, which would have to be written and read first.
Columns outside the tensor are the zero point, in blocks of their own for either end of a row.
Rows outside are one byte that columns zero bytes apart read.
"""

from __future__ import annotations

from collections.abc import Sequence

from tvm_tiny.schedules.dsp.generator.block import Block, solve
from tvm_tiny.schedules.dsp.generator.depthwise import RELU_SHIFT, without
from tvm_tiny.schedules.dsp.generator.ops import (
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
    store,
)
from tvm_tiny.targets import Core

TAPS = 3
WHOLE = (3, 4, 5, 6)
"""Rows that are made at a time."""
STEP = 4
"""Outputs at a time of rows with stride 2."""
LONG = (4, 5)
"""Outputs at a time of longer rows with stride 1: what wastes least at their end is taken."""
HEAD = 16
"""Bytes of a record in front of the weights: bias, multiplier, rounding, shift."""
RECORD = HEAD + 8 * TAPS

JOB = (
    "record", "y", "row0", "row1", "row2", "apart0", "apart1", "apart2", "inc0", "inc1", "inc2",
    "final0", "final1", "final2", "y_final", "channels", "left", "fill", "blocks",
)  # fmt: skip
"""Of every row: first column, distance of columns, of channels, of the last block."""

_FRAME = (*JOB, "now0", "now1", "now2", "y_now", "more")
AT = {name: 4 * i for i, name in enumerate(_FRAME)}
_FRAME_BYTES = 4 * len(_FRAME)


def _frame(target: str, name: str) -> Op:
    return load(target, "sp", AT[name])


def _ld(register: str, name: str) -> str:
    return f"ldr {register},[sp,#{AT[name]}]"


def _st(register: str, name: str) -> str:
    return f"str {register},[sp,#{AT[name]}]"


def _columns(i: int, columns: Sequence[int]) -> list[Op]:
    """Loads of a row's columns, x{i}_{column}; p is the row, c the distance of columns."""
    ops: list[Op] = []
    bases: dict[int, str] = {0: f"p{i}"}
    c = f"c{i}"
    for column in columns:
        # Addresses are a base plus 0, 1, 2, 4 or 8 columns.
        steps = {0: None, 1: 0, 2: 1, 4: 2, 8: 3}
        found = next(((b, steps[column - b]) for b in bases if column - b in steps), None)
        if found is None:
            at = column - 1 if column % 2 else column
            bases[at] = f"p{i}_{at}"
            if at == 6:
                bases.setdefault(2, f"p{i}_2")
                if f"p{i}_2" not in {n for op in ops for n in op.targets}:
                    ops.append(add_shifted(f"p{i}_2", f"p{i}", c, "lsl #1"))
                ops.append(add_shifted(bases[at], f"p{i}_2", c, "lsl #2"))
            else:
                shifts = {2: 1, 4: 2, 8: 3}
                ops.append(add_shifted(bases[at], f"p{i}", c, f"lsl #{shifts[at]}"))
            found = at, steps[column - at]
        base, amount = bases[found[0]], found[1]
        name = f"x{i}_{column}"
        ops.append(load(name, base, name="ldrsb") if amount is None
                   else load_at(name, base, c, amount))  # fmt: skip
    return ops


def _row(i: int, n: int, stride: int, left: bool, right: bool, total: dict[int, str]) -> list[Op]:
    """A row's columns and its products."""
    end = (n - 1) * stride + TAPS - 1  # the last column
    outside = ({0} if left else set[int]()) | ({end} if right else set[int]())
    ops = [load(f"u{i}", "rec", HEAD + 8 * i), load(f"v{i}", "rec", HEAD + 8 * i + 4)]
    ops += _columns(i, [j for j in range(end + 1) if j not in outside])

    def value(j: int) -> str:
        return "fill" if j in outside else f"x{i}_{j}"

    def product(name: str, o: int, x: str, w: str) -> Op:
        after = f"s{o}" if last(o) else f"s{o}_{i}_{made[o]}"
        made[o] += 1
        op = mac(name, after, x, w, total[o])
        total[o] = after
        return op

    def last(o: int) -> bool:
        return i == TAPS - 1 and made[o] == 1

    made = dict.fromkeys(range(n), 0)
    for j in range(0, end + 1, 2):
        pair = value(j)
        if j < end:
            pair = f"e{i}_{j}"
            ops.append(pack(pair, value(j), value(j + 1)))
        for o in range(n):
            at = j - o * stride
            if at == 0:
                ops.append(product("smlad", o, pair, f"u{i}"))
            elif at == 2:
                ops.append(product("smlabt", o, pair, f"v{i}"))
            elif at == -1:
                ops.append(product("smlatb", o, pair, f"u{i}"))
            elif at == 1:
                ops.append(product("smlad", o, pair, f"v{i}"))
    return ops


def _ends(n: int, relu: bool) -> list[Op]:
    """Sums to bytes at y."""
    ops = [load("m", "rec2", 4), load("r", "rec2", 8)]
    ops += [] if relu else [load("bits", "rec2", 12)]
    places = {0: ("y", None), 1: ("y", 0), 2: ("y", 1), 4: ("y", 2), 3: ("y1", 1), 5: ("y1", 2)}
    for o in range(n):
        if relu:
            ops += [mac("smmla", f"a{o}", f"s{o}", "m", "r")]
            ops += [saturate_shifted(f"z{o}", f"a{o}", RELU_SHIFT)]
        else:
            ops += [plain("and", f"n{o}", f"s{o}", "bits")]
            ops += [add_shifted(f"t{o}", "r", f"n{o}", "asr #31")]
            ops += [mac("smmlar", f"a{o}", f"s{o}", "m", f"t{o}")]
            ops += [shift("asr", f"b{o}", f"a{o}", "bits"), saturate(f"z{o}", f"b{o}")]
        base, amount = places[o]
        ops += [plain("add", "y1", "y", "c")] if o == 3 else []
        ops.append(store(f"z{o}", base, name="strb") if amount is None
                   else store(f"z{o}", base, "c", amount, name="strb"))  # fmt: skip
    return ops


def _sums(n: int, stride: int, left: bool, right: bool, rows: Sequence[Sequence[Op]]) -> list[Op]:
    """Sums of n outputs; ``rows``: what brings p and c of each row."""
    ops = [_frame("rec", "record"), load("s", "rec")]
    ops += [_frame("fill", "fill")] if left or right else []
    total = dict.fromkeys(range(n), "s")
    for i in range(TAPS):
        ops += [*rows[i], *_row(i, n, stride, left, right, total)]
    return [*ops, _frame("rec2", "record"), _frame("c", "channels")]


def _next(name: str, source: str, by: int | str) -> list[Op]:
    """A word of the frame, read before, for the next channel."""
    return [plain("add", f"next_{name}", source, by), store(f"next_{name}", "sp", AT[name])]


def whole_row(n: int, relu: bool) -> list[Op]:
    """A row of n outputs with both borders, stride 1; and on to the next channel."""
    rows = [
        [
            _frame(f"p{i}", f"row{i}"), _frame(f"c{i}", f"apart{i}"), _frame(f"d{i}", f"inc{i}"),
            *_next(f"row{i}", f"p{i}", f"d{i}"),
        ]
        for i in range(TAPS)
    ]  # fmt: skip
    ops = [*_sums(n, 1, True, True, rows), _frame("y", "y"), *_ends(n, relu)]
    ops += [*_next("y", "y", 1), *_next("record", "rec2", RECORD)]
    return [*ops, _frame("l", "left"), plain("subs", "l2", "l", 1), store("l2", "sp", AT["left"])]


def steps(n: int, left: bool, relu: bool, stride: int = 2) -> list[Op]:
    """Some outputs of a row, and on; ``left``: those that begin with the border."""
    begin, y = ("row", "y") if left else ("now", "y_now")
    rows = [
        [
            _frame(f"p{i}", f"{begin}{i}"), _frame(f"c{i}", f"apart{i}"),
            *_moved(f"to{i}", f"p{i}", f"c{i}", n * stride),
            store(f"to{i}", "sp", AT[f"now{i}"]),
        ]
        for i in range(TAPS)
    ]  # fmt: skip
    ops = [*_sums(n, stride, left, False, rows), _frame("y", y), *_ends(n, relu)]
    ops += [*_moved("y2", "y", "c", n), store("y2", "sp", AT["y_now"])]
    if left:
        return ops
    return [*ops, _frame("l", "more"), plain("subs", "l2", "l", 1), store("l2", "sp", AT["more"])]


def _moved(target: str, source: str, by: str, times: int) -> list[Op]:
    """``source`` plus 4, 5 or 8 times ``by``."""
    if times == 5:
        between = f"{target}_between"
        ops = [plain("add", between, source, by)]
        return [*ops, add_shifted(target, between, by, "lsl #2")]
    return [add_shifted(target, source, by, f"lsl #{_log2(times)}")]


def final(n: int, right: bool, relu: bool, stride: int = 2) -> list[Op]:
    """The last n outputs of a row; and on to the next channel."""
    rows = [
        [
            _frame(f"q{i}", f"row{i}"), _frame(f"f{i}", f"final{i}"),
            plain("add", f"p{i}", f"q{i}", f"f{i}"), _frame(f"c{i}", f"apart{i}"),
            _frame(f"d{i}", f"inc{i}"), *_next(f"row{i}", f"q{i}", f"d{i}"),
        ]
        for i in range(TAPS)
    ]  # fmt: skip
    ops = [*_sums(n, stride, False, right, rows), _frame("q", "y"), _frame("f", "y_final")]
    ops += [plain("add", "y", "q", "f"), *_next("y", "q", 1), *_ends(n, relu)]
    ops += _next("record", "rec2", RECORD)
    return [*ops, _frame("l", "left"), plain("subs", "l2", "l", 1), store("l2", "sp", AT["left"])]


def long_row_blocks(n: int, relu: bool, core: Core) -> dict[str, list[str]]:
    """First, middle and last outputs of a row with stride 1 and both borders, ordered."""
    pieces = {
        "FIRST": steps(n, True, relu, 1),
        "MIDDLE": steps(n, False, relu, 1),
        "END": final(n, True, relu, 1),
    }
    return {
        name: list(solve(Block(ops, {}, without()), rounds=40, core=core).lines)
        for name, ops in pieces.items()
    }


def _log2(value: int) -> int:
    return value.bit_length() - 1


def _solved(ops: Sequence[Op], core: Core) -> list[str]:
    return list(solve(Block(ops, {}, without()), rounds=120, core=core).lines)


def whole_row_block(n: int, relu: bool, core: Core) -> list[str]:
    """``whole_row``, ordered."""
    return _solved(whole_row(n, relu), core)


def steps_block(n: int, left: bool, relu: bool, core: Core) -> list[str]:
    """``steps``, ordered; the flags say whether there are more."""
    return _solved(steps(n, left, relu), core)


def final_block(n: int, right: bool, relu: bool, core: Core) -> list[str]:
    """``final``, ordered; the flags say whether there are channels."""
    return _solved(final(n, right, relu), core)


def enter() -> list[str]:
    """The job that r0 points to becomes the frame; a channel begins."""
    whole, rest = divmod(len(JOB), 7)
    move = ["ldmia r0!,{r1-r7}", "stmia lr!,{r1-r7}"]
    last = [f"ldmia r0,{{r1-r{rest}}}", f"stmia lr,{{r1-r{rest}}}"]
    return ["push {r4-r11,lr}", f"sub sp,sp,#{_FRAME_BYTES}", "mov lr,sp", *(move * whole), *last,
            "1:"]  # fmt: skip


def begin(left: bool) -> list[str]:
    """Before the steps of a channel, or behind those that have the border."""
    if left:
        return [_ld("r0", "blocks"), "cmp r0,#0", _st("r0", "more"), "beq 7f", "6:"]
    rows = [
        line for i in range(TAPS) for line in (_ld(f"r{i}", f"row{i}"), _st(f"r{i}", f"now{i}"))
    ]
    return [_ld("r4", "blocks"), *rows, _ld("r3", "y"), "cmp r4,#0", _st("r3", "y_now"),
            _st("r4", "more"), "beq 7f", "6:"]  # fmt: skip


def leave() -> list[str]:
    """Next channel, or the end."""
    return ["bne 1b", f"add sp,sp,#{_FRAME_BYTES}", "pop {r4-r11,pc}"]

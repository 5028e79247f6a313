# SPDX-License-Identifier: Apache-2.0
"""Depthwise windows of 5 by 5 and 7 by 7 without a workspace: tvm_tiny_depthwise_large*.h.

A row of a channel at a time, straight from the tensor. Neighbouring columns are pairs, x0 and x1;
with stride 1 a pair is the word x0 + x1 B and a pair of weights w1 + w0 B, B = 2^21. Their product

    x0 w1 + (x0 w0 + x1 w1) B + x1 w0 B^2

holds what the pair adds to three neighbouring outputs, and a sum of 64 bits (SMLAL) keeps three
fields of 21 bits apart: 49 products of int8 are less than 2^20. So two MAC instructions do for
three outputs of two taps each. Half the range is added to every field at first: none is negative.

With stride 2 windows begin at even columns: SMLAD on pairs of half words wastes nothing.

Columns outside the tensor are the zero point; rows outside are one byte that columns zero bytes
apart read. Kernels are put together from pieces by macros: sums of some outputs, their results.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tvm_tiny.schedules.dsp.generator.block import Block, solve
from tvm_tiny.schedules.dsp.generator.depthwise import RELU_SHIFT
from tvm_tiny.schedules.dsp.generator.ops import (
    Op,
    add_shifted,
    field,
    inline,
    load,
    load_at,
    mac,
    mac_long,
    pack,
    plain,
    saturate,
    saturate_shifted,
    shift,
    store,
)
from tvm_tiny.targets import Core

SIZES = (5, 7)
OUTPUTS = (3, 4, 5)
"""Outputs of rows that are made at a time."""
HALF = 5
"""Outputs of either half of a longer row; the halves may overlap."""
FIELD = 21
"""Bits of an output in a sum of 64."""
HEAD = 16
"""Bytes of a record in front of the weights: bias, multiplier, rounding, shift (stride 2)."""
HEAD_LONG = 20
"""The same with stride 1: bias, multiplier, rounding, scale, shift."""

_ROWS = max(SIZES)
_ROUNDS = {2: 12, 1: 4}
"""Orders tried of a long block, by how many instructions the core issues."""
JOB = (
    "record", "y", "y_final", "channels", "left", "fill", "cell", "high", "record_bytes",
    *(f"{name}{i}" for name in ("row", "apart", "inc", "final") for i in range(_ROWS)),
)  # fmt: skip
"""cell: a pair of zero points; high: of sums at first. Of every row: its first column, distance of
columns, of channels, of the second half's first column."""
AT = {name: 4 * i for i, name in enumerate(JOB)}
_FRAME_BYTES = -(-4 * len(JOB) // 8) * 8
_REGISTERS = (*(f"r{i}" for i in range(13)), "lr")


@dataclass(frozen=True)
class LargePiece:
    """Some outputs of a row.

    Attributes:
        size: of the window, both ways.
        stride: of columns.
        outputs: how many.
        left: columns of the first window that lie in front of the tensor.
        right: columns of the last one that lie behind it.
        whole: whether it is the whole row; else one of its halves.
    """

    size: int
    stride: int
    outputs: int
    left: int
    right: int
    whole: bool

    @property
    def name(self) -> str:
        """In macros."""
        kind = "WHOLE" if self.whole else "LEFT" if self.left else "RIGHT"
        end = f"_{self.left}_{self.right}" if self.whole else f"_{self.left or self.right}"
        return f"{self.size}_{self.stride}_{kind}{self.outputs}{end}"

    @property
    def columns(self) -> int:
        """Under its windows."""
        return (self.outputs - 1) * self.stride + self.size

    @property
    def last(self) -> bool:
        """Are the rows' places moved on to the next channel?"""
        return self.whole or self.left == 0

    def outside(self, column: int) -> bool:
        """Is a column outside the tensor?"""
        return column < self.left or column >= self.columns - self.right


def borders(size: int, stride: int) -> Iterator[tuple[int, int]]:
    """Columns outside the tensor at either end that there are kernels for."""
    half = size // 2
    yield half, half
    if stride == 2:
        yield half - 1, half
        yield half, half - 1


def pieces(size: int) -> Iterator[LargePiece]:
    """All of a size of windows, once."""
    found: dict[str, LargePiece] = {}
    for stride in (1, 2):
        for left, right in borders(size, stride):
            made = [LargePiece(size, stride, n, left, right, True) for n in OUTPUTS]
            made.append(LargePiece(size, stride, HALF, left, 0, False))
            made.append(LargePiece(size, stride, HALF, 0, right, False))
            found |= {piece.name: piece for piece in made if piece.name not in found}
    yield from found.values()


def accumulators(outputs: int) -> int:
    """Sums of 64 bits: output 2d is in the middle of sum d, 2d + 1 above and below in the next."""
    return outputs // 2 + 1


def _frame(target: str, name: str) -> Op:
    return load(target, "sp", AT[name])


_STEPS = {1: 0, 2: 1, 4: 2, 8: 3}
_BASES = {3: 1, 5: 1, 6: 5, 7: 5, 9: 1, 10: 8, 11: 10, 12: 8, 13: 5, 14: 10}
_FROM = {1: (0, 0), 5: (1, 2), 8: (0, 3), 10: (8, 1)}


@dataclass(frozen=True)
class _RegisterUse:
    """Ways to spend registers.

    Attributes:
        walk: the address moves with the columns: more additions, fewer registers.
        held: the pair of zero points stays in one.
    """

    walk: bool
    held: bool


class _WindowRow:
    """Operations of a row of the windows; names end with its number."""

    def __init__(self, piece: LargePiece, number: int, how: _RegisterUse) -> None:
        self._piece, self._number = piece, number
        self._walk, self._held = how.walk, how.held
        self.ops: list[Op] = []
        self._bases: dict[int, str] = {0: self.name("p")}
        first = self.name("p" if piece.whole or piece.left else "q")
        self.ops += [_frame(first, f"row{number}"), _frame(self.name("c"), f"apart{number}")]
        if piece.last and not piece.whole:
            self.ops.append(_frame(self.name("f"), f"final{number}"))
            self.ops.append(plain("add", self.name("p"), first, self.name("f")))
        if piece.last:
            next_row = self.name("next")
            self.ops += [_frame(self.name("d"), f"inc{number}")]
            self.ops += [plain("add", next_row, first, self.name("d"))]
            self.ops += [store(next_row, "sp", AT[f"row{number}"])]

    def name(self, of: str) -> str:
        """Of a register."""
        return f"{of}_{self._number}"

    def weight(self, q: int) -> str:
        """Load pair q of the row's weights."""
        piece = self._piece
        head = HEAD if piece.stride == 2 else HEAD_LONG
        words = (piece.size + 1) // 2
        name = self.name(f"w{q}")
        self.ops.append(load(name, "rec", head + 4 * (words * self._number + q)))
        return name

    def _load(self, name: str, column: int) -> None:
        at, c = column - self._piece.left, self.name("c")
        base = next((b for b in reversed(self._bases) if at - b in (0, *_STEPS)), None)
        if self._walk:
            base = at - at % 2
        elif base is None:
            base = _BASES[at]
        self._base(base)
        if at == base:
            self.ops.append(load(name, self._bases[base], name="ldrsb"))
        else:
            self.ops.append(load_at(name, self._bases[base], c, _STEPS[at - base]))

    def _base(self, at: int) -> None:
        if at in self._bases:
            return
        before, amount = (at - 2, 1) if self._walk else _FROM[at]
        self._base(before)
        name, source, c = self.name(f"p{at}"), self._bases[before], self.name("c")
        self.ops.append(add_shifted(name, source, c, f"lsl #{amount}") if amount
                        else plain("add", name, source, c))  # fmt: skip
        self._bases[at] = name

    def _fill(self, pair: int, what: str) -> str:
        if what == "cell" and self._held:
            return "cell"
        name = self.name(f"{what}{pair}")
        self.ops.append(_frame(name, what))
        return name

    def _column(self, pair: int, column: int) -> str:
        if self._piece.outside(column):
            return self._fill(pair, "fill")
        name = self.name(f"x{column}")
        self._load(name, column)
        return name

    def pair(self, pair: int) -> str:
        """Columns 2 pair and 2 pair + 1 as one word; its register."""
        piece, low, high = self._piece, 2 * pair, 2 * pair + 1
        if high >= piece.columns:
            return self._column(pair, low)
        if piece.outside(low) and piece.outside(high):
            return self._fill(pair, "cell")
        a, b = self._column(pair, low), self._column(pair, high)
        name = self.name(f"e{pair}")
        wide = piece.stride == 1
        self.ops.append(add_shifted(name, a, b, f"lsl #{FIELD}") if wide else pack(name, a, b))
        return name


def _products(piece: LargePiece, how: _RegisterUse) -> list[Op]:
    """Sums of all rows: with stride 1 fields of 64 bits, with stride 2 words."""
    wide, words = piece.stride == 1, (piece.size + 1) // 2
    count = accumulators(piece.outputs) if wide else piece.outputs
    version = dict.fromkeys(range(count), 0)
    ops: list[Op] = []
    for number in range(piece.size):
        row = _WindowRow(piece, number, how)
        weights: list[str] = []
        for pair in range((piece.columns + 1) // 2):
            weights += [row.weight(pair)] if pair < words else []
            x = row.pair(pair)
            for o in range(max(0, pair - words + 1), min(count, pair + 1)):
                i, weight = version[o], weights[pair - o]
                version[o] += 1
                if wide:
                    after, before = ((f"l{o}_{k}", f"h{o}_{k}") for k in (i + 1, i))
                    row.ops.append(mac_long("smlal", after, weight, x, before))
                else:
                    row.ops.append(mac("smlad", f"s{o}_{i + 1}", weight, x, f"s{o}_{i}"))
        ops += row.ops
    return ops


def _sums(piece: LargePiece) -> dict[str, str]:
    """Registers of the sums: beginnings of their names."""
    if piece.stride == 2:
        return {f"s{o}": f"r{o}" for o in range(piece.outputs)}
    return {
        f"{kind}{d}": f"r{2 * d + k}"
        for d in range(accumulators(piece.outputs))
        for k, kind in enumerate("lh")
    }


def _first(piece: LargePiece) -> list[str]:
    """Sums before the first product, and the record."""
    if piece.stride == 2:
        same = [f"mov r{o},r0" for o in range(1, piece.outputs)]
        return [f"ldr r10,[sp,#{AT['record']}]", "ldr r0,[r10]", *same]
    count = accumulators(piece.outputs)
    lows = [f"mov r{2 * d},#{1 << FIELD - 1}" for d in range(count)]
    return [f"ldr r10,[sp,#{AT['record']}]", f"ldr r1,[sp,#{AT['high']}]", *lows,
            *(f"mov r{2 * d + 1},r1" for d in range(1, count))]  # fmt: skip


def sums(piece: LargePiece, core: Core) -> list[str]:
    """All products, ordered.

    Raises:
        ValueError: no order fits the registers.
    """
    ways = [_RegisterUse(walk, held) for walk in (False, True) for held in (True, False)]
    found = [x for way in ways[:2] if (x := _ordered(piece, way, core))]
    found = found or [x for way in ways[2:] if (x := _ordered(piece, way, core))]
    if not found:
        raise ValueError(f"{piece.name}: no order")
    return min(found, key=lambda x: x[0])[1]


def _ordered(piece: LargePiece, how: _RegisterUse, core: Core) -> tuple[int, list[str]] | None:
    """Cycles and lines, if registers are enough."""
    ops = _products(piece, how)
    names = {name for op in ops for name in (*op.sources, *op.targets)}
    if how.held and "cell" not in names:
        return None
    registers = _sums(piece)
    fixed = {n: registers[n.split("_")[0]] for n in names if n.split("_")[0] in registers}
    fixed |= {"rec": "r10", **({"cell": "r11"} if how.held else {})}
    pool = [r for r in _REGISTERS if r not in fixed.values()]
    first = [*_first(piece), *([f"ldr r11,[sp,#{AT['cell']}]"] if how.held else [])]
    try:
        solved = solve(
            Block(ops, fixed, pool, frozenset(fixed)), rounds=_ROUNDS[core.issue_width], core=core
        )
    except ValueError:
        return None
    return solved.cycles + len(first) // 2, [*first, *solved.lines]


def _outputs(n: int) -> list[Op]:
    """Fields to sums s0 to s{n - 1}, each with half of the range of one field or two."""
    ops: list[Op] = []
    for o in range(n):
        d = o // 2
        if o % 2:
            ops.append(shift("lsr", f"a{o}", f"h{d}", 2 * FIELD - 32))
            ops.append(field(f"b{o}", f"l{d + 1}", FIELD))
            ops.append(plain("add", f"f{o}", f"a{o}", f"b{o}"))
            ops.append(mac("mla", f"s{o}", f"f{o}", "scale", "odd"))
        else:
            ops += [shift("lsl", f"a{o}", f"h{d}", 64 - 2 * FIELD)]
            ops += [inline("orr", f"b{o}", f"a{o}", f"l{d}", f"lsr #{2 * FIELD - 32}")]
            ops += [
                shift("lsr", f"f{o}", f"b{o}", 32 - FIELD),
                mac("mla", f"s{o}", f"f{o}", "scale", "even"),
            ]
    return ops


def ends(stride: int, n: int, kind: str, relu: bool, core: Core) -> list[str]:
    """Sums to bytes; ``kind`` is WHOLE, LEFT or RIGHT: behind all but LEFT the next channel."""
    ops = [_frame("rec", "record"), load("m", "rec", 4), load("r", "rec", 8)]
    bits = 12 if stride == 2 else 16
    ops += [] if relu else [load("bits", "rec", bits)]
    if stride == 1:
        ops += [load("even", "rec"), load("scale", "rec", 12)]
        ops += [inline("sub", "odd", "even", "scale", f"lsl #{FIELD - 1}"), *_outputs(n)]
    ops += [_frame("y0", "y"), _frame("c", "channels")]
    if kind == "RIGHT":
        ops += [_frame("f", "y_final"), plain("add", "y", "y0", "f")]
    y = "y" if kind == "RIGHT" else "y0"
    for o in range(n):
        ops += _result(o, relu, y)
    if kind != "LEFT":
        ops += [plain("add", "y9", "y0", 1), store("y9", "sp", AT["y"])]
        ops += [_frame("size", "record_bytes"), plain("add", "rec9", "rec", "size")]
        ops += [store("rec9", "sp", AT["record"]), _frame("k", "left")]
        ops += [plain("subs", "k9", "k", 1), store("k9", "sp", AT["left"])]
    piece = LargePiece(5, stride, n, 2, 2, True)
    sums = _sums(piece)
    block = Block(
        ops, sums, [r for r in _REGISTERS if r not in sums.values()], spent=frozenset(sums)
    )
    return list(solve(block, rounds=40, core=core).lines)


def _result(o: int, relu: bool, y: str) -> list[Op]:
    ops: list[Op] = []
    if relu:
        ops += [mac("smmla", f"u{o}", f"s{o}", "m", "r")]
        ops += [saturate_shifted(f"z{o}", f"u{o}", RELU_SHIFT)]
    else:
        ops += [plain("and", f"n{o}", f"s{o}", "bits")]
        ops += [add_shifted(f"t{o}", "r", f"n{o}", "asr #31")]
        ops += [mac("smmlar", f"u{o}", f"s{o}", "m", f"t{o}")]
        ops += [shift("asr", f"v{o}", f"u{o}", "bits"), saturate(f"z{o}", f"v{o}")]
    if o == 3:
        return [*ops, plain("add", "y1", y, "c"), store(f"z{o}", "y1", "c", 1, name="strb")]
    if o == 0:
        return [*ops, store(f"z{o}", y, name="strb")]
    return [*ops, store(f"z{o}", y, "c", _STEPS[o], name="strb")]


def enter() -> list[str]:
    """The job that r0 points to becomes the frame; a channel begins."""
    whole, rest = divmod(len(JOB), 7)
    move = ["ldmia r0!,{r1-r7}", "stmia lr!,{r1-r7}"]
    last = [f"ldmia r0,{{r1-r{rest}}}", f"stmia lr,{{r1-r{rest}}}"] if rest else []
    return ["push {r4-r11,lr}", f"sub sp,sp,#{_FRAME_BYTES}", "mov lr,sp", *(move * whole), *last,
            "1:"]  # fmt: skip


def leave() -> list[str]:
    """Next channel, or the end."""
    return ["bne 1b", f"add sp,sp,#{_FRAME_BYTES}", "pop {r4-r11,pc}"]

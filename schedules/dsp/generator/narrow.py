# SPDX-License-Identifier: Apache-2.0
"""Depthwise windows of one output, four channels at a time: tvm_tiny_depthwise_narrow_*.h.

For rows too narrow for the kernels that gather a channel, and for dilated windows. The taps are
words of four channels wherever they lie: a table has their addresses.
"""

from __future__ import annotations

from dataclasses import replace

from tvm_tiny.schedules.dsp.generator.block import Block, solve
from tvm_tiny.schedules.dsp.generator.depthwise import RELU_SHIFT
from tvm_tiny.schedules.dsp.generator.ops import (
    Op,
    add_shifted,
    load,
    mac,
    mask_sign,
    plain,
    saturate,
    saturate_shifted,
    shift,
    store,
)
from tvm_tiny.targets import Core
from tvm_tiny.targets.pipeline_model import Port

ROUND = 8
"""Taps in a round of the unrolled loop."""
STRAIGHT = 25
"""Taps of kernels without a loop over taps, at most."""
HEAD = 4
"""Words of a record in front of the weights: the biases of four channels."""

_FRAME = ("y", "taps", "rounds", "entry", "limit")
_AT = {name: 4 * i for i, name in enumerate(_FRAME)}
_FRAME_BYTES = 24
_ARGUMENTS = _FRAME_BYTES + 40
_REGISTERS = (*(f"r{i}" for i in range(13)), "lr")
_SUMS = {f"s{i}": f"r{4 + i}" for i in range(4)}


def _tap() -> list[str]:
    """Four products while the next tap comes. r8 inputs, r9 r10 weights, r11 r12 widened."""
    return [
        "sxtb16 r11,r8",
        "smlatt r7,r12,r10,r7",
        "sxtb16 r12,r8,ror #8",
        "smlabb r4,r11,r9,r4",
        "smlatt r6,r11,r9,r6",
        "ldr r10,[r0,#-4]",
        "ldr r8,[lr,r3]",
        "ldr lr,[r2],#4",
        "smlabb r5,r12,r10,r5",
        "ldr r9,[r0],#8",
    ]


def _at(name: str) -> str:
    return f"[sp,#{_AT[name]}]"


def _ends(relu: bool, behind: int) -> list[Op]:
    """Sums s0 to s3 to bytes; r3 on to the next four channels.

    ``behind``: bytes that r0 is behind the weights, where multipliers, roundings and (in long
    records) shifts of the four are.
    """
    ops: list[Op] = [load("y", "sp", _AT["y"])]
    for i in range(4):
        at = 4 * i - behind
        ops += [load(f"m{i}", "record", at), load(f"r{i}", "record", 16 + at)]
        if relu:
            ops += [mac("smmla", f"u{i}", f"s{i}", f"m{i}", f"r{i}")]
            ops += [saturate_shifted(f"z{i}", f"u{i}", RELU_SHIFT)]
        else:
            ops += [load(f"b{i}", "record", 32 + at), plain("and", f"n{i}", f"s{i}", f"b{i}")]
            ops += [add_shifted(f"t{i}", f"r{i}", f"n{i}", "asr #31")]
            ops += [mac("smmlar", f"u{i}", f"s{i}", f"m{i}", f"t{i}")]
            ops += [shift("asr", f"v{i}", f"u{i}", f"b{i}"), saturate(f"z{i}", f"v{i}")]
        ops += [plain("add", "at", "y", "c")] if i == 0 else []
        ops += [store(f"z{i}", "at", i, name="strb")]
    return ops


def _solved(ops: list[Op], fixed: dict[str, str], kept: set[str], core: Core) -> list[str]:
    pool = [r for r in _REGISTERS if r not in fixed.values() and r != "r2"]
    block = Block(ops, fixed, pool, frozenset(kept))
    return list(solve(block, rounds=200, core=core).lines)


def _next_channels(record: str) -> list[str]:
    """Whether there are more: r3 and the record, or on to 3."""
    return [
        f"ldr r1,{_at('limit')}", record, "cmp r3,r1", "beq 3f",
        "add r3,r3,#4", "cmp r3,r1", "it gt", "movgt r3,r1", "b 1b",
        "3:", f"add sp,sp,#{_FRAME_BYTES}", "pop {r4-r12,pc}",
    ]  # fmt: skip


def kernel(core: Core, relu: bool) -> list[str]:
    """One output of all channels, at least four; the last four may overlap those before.

    r0 records, r1 y, r2 addresses of the taps and two more, r3 channels; stack: rounds of taps,
    taps that the first round leaves out.
    """
    fixed = {**_SUMS, "c": "r3", "record": "r0"}
    lines = _solved(_ends(relu, 8), fixed, {"c", "record"}, core)
    head = 32 if relu else 48
    return [
        "push {r4-r12,lr}", f"sub sp,sp,#{_FRAME_BYTES}",
        *(f"ldr r{5 + i},[sp,#{_ARGUMENTS + 4 * i}]" for i in range(2)),
        "adr.w r7,2f", f"mov r8,#{4 * len(_tap())}", "mla r7,r6,r8,r7", "orr r7,r7,#1",
        "sub r3,r3,#4",
        *(f"str {r},{_at(n)}" for r, n in (("r1", "y"), ("r2", "taps"),
          ("r5", "rounds"), ("r7", "entry"), ("r3", "limit"))),
        "mov r3,#0",
        "1:", f"ldr r2,{_at('taps')}", f"ldr r1,{_at('rounds')}",
        "ldr r8,[r2],#4", f"ldr r11,{_at('entry')}", "ldr lr,[r2],#4", "ldmia r0!,{r4-r7}",
        "ldr r8,[r8,r3]", "mov r12,#0", "mov r10,#0", "ldr r9,[r0],#8", "bx r11",
        "2:", f".rept {ROUND}", *_tap(), ".endr", "subs r1,r1,#1", "bne 2b",
        "smlatt r7,r12,r10,r7",
        *lines,
        *_next_channels(f"add r0,r0,#{head - 8}"),
    ]  # fmt: skip


def straight_begin() -> list[str]:
    """Arguments as of ``kernel``, but nothing on the stack; the first tap comes."""
    return [
        "push {r4-r12,lr}", f"sub sp,sp,#{_FRAME_BYTES}", "sub r3,r3,#4",
        f"str r1,{_at('y')}", f"str r3,{_at('limit')}", "mov r3,#0",
        "ldr lr,[r2]", "ldmia r0!,{r4-r7}", "ldr r8,[lr,r3]", "ldr r9,[r0],#8",
        "1:",
    ]  # fmt: skip


def straight_taps() -> list[str]:
    """``<taps>`` of them: five cycles each, a product in four of them."""

    def until(count: int, line: str) -> list[str]:
        return [f".if \\g + {count} < <taps>", line, ".endif"]

    return [
        f".irp g,{','.join(str(i) for i in range(STRAIGHT))}",
        ".if \\g < <taps>",
        ".if \\g == 0", *until(1, "ldr lr,[r2,#4]"), ".endif",
        "sxtb16 r11,r8",
        ".if \\g > 0", "smlatt r7,r12,r10,r7", ".endif",
        "sxtb16 r12,r8,ror #8",
        *until(1, "ldr r8,[lr,r3]"),
        "smlabb r4,r11,r9,r4",
        "ldr r10,[r0,#-4]",
        "smlatt r6,r11,r9,r6",
        *until(2, "ldr lr,[r2,#(4*\\g+8)]"),
        "smlabb r5,r12,r10,r5",
        *until(1, "ldr r9,[r0],#8"),
        ".endif", ".endr",
    ]  # fmt: skip


def _after(op: Op, *names: str) -> Op:
    """The operation, not before those that make ``names``: they read what its target was."""
    reads = (*op.what.reads, *((name, Port.LATE) for name in names))
    return Op(op.text, replace(op.what, reads=reads))


def _next_record(head: int) -> list[Op]:
    """Biases of the next four channels and their place in r3, the first tap's address.

    Four on, at most to the last four. Behind these as much is read, but not used.
    """
    biases = [_after(load(f"b_next{i}", "record", head + 4 * i), f"z{i}") for i in range(4)]
    return [
        load("limit", "sp", _AT["limit"]),
        plain("subs", "rest", "limit", "c"),
        plain("sub", "over", "rest", 4),
        mask_sign("back", "over", "over"),
        plain("add", "four", "c", 4),
        _after(plain("add", "c_next", "four", "back"), "at"),
        load("tap", "taps"),
        *biases,
    ]


def straight_end(core: Core, relu: bool) -> list[str]:
    """The last product, results while the next record comes, and on."""
    head = 32 if relu else 48
    stay = {"c": "r3", "record": "r0", "taps": "r2"}
    made = {"c_next": "r3", "tap": "lr"}
    for i in range(4):
        made |= {f"{name}{i}": f"r{4 + i}" for name in ("u", "v", "b_next")}
    if relu:
        made = {name: register for name, register in made.items() if name[0] != "v"}
    fixed = {**_SUMS, **stay, **made}
    pool = [r for r in _REGISTERS if r not in fixed.values()]
    block = Block([*_ends(relu, 0), *_next_record(head)], fixed, pool, frozenset((*stay, *made)))
    return [
        "smlatt r7,r12,r10,r7",
        *solve(block, rounds=400, core=core).lines,
        "ldr r8,[lr,r3]", f"ldr r9,[r0,#{head + 16}]", f"add r0,r0,#{head + 24}", "bne 1b",
        f"add sp,sp,#{_FRAME_BYTES}", "pop {r4-r12,pc}",
    ]  # fmt: skip

# SPDX-License-Identifier: Apache-2.0
"""Matrix products for cores that issue one instruction a cycle: tvm_tiny_dsp_single.h.

The same sums, tables and registers' meaning as ``tvm_tiny_dsp_asm.h``, in the order that suits the
Cortex-M4 and M33: a load behind another takes one cycle instead of two, unless its address was
just computed, so loads stand in rows and their addresses are base plus constant (a base that
moves with each load would not do). Entry into the middle of the unrolled loop moves the bases
back by what it skips.
"""

from __future__ import annotations

from collections.abc import Sequence

ROUNDS = range(40)
"""Groups that an unrolled loop may have at most; TVM_TINY_DSP_ROUND says how many it has."""


def _unrolled(size: str, lines: Sequence[str]) -> list[str]:
    r"""``lines`` for group 0 to ``size`` - 1, which they call ``\g``."""
    numbers = ",".join(str(i) for i in ROUNDS)
    return [f".irp g,{numbers}", f".if \\g < @{size}@", *lines, ".endif", ".endr"]


def _pairs_group() -> list[str]:
    """Two pixels by two channels by four inputs: 17 cycles."""
    return [
        "ldr.w r8, [r1, #(8*\\g)]",
        "ldr.w r9, [r1, #(8*\\g+4)]",
        *(f"ldr.w {r}, [r0, #(16*\\g+{4 * i})]" for i, r in enumerate(("r10", "r11", "r12", "r2"))),
        "smlad r4, r8, r10, r4",
        "smlad r6, r8, r11, r6",
        "smlad r5, r9, r10, r5",
        "smlad r7, r9, r11, r7",
        "sxtb16 r8, r8",
        "sxtb16 r9, r9",
        "smlad r6, r8, r12, r6",
        "smlad r7, r9, r12, r7",
        "smlad r4, r8, r2, r4",
        "smlad r5, r9, r2, r5",
    ]


def _pairs_sums() -> list[str]:
    """Stack: x, end of y - 2, rounds, entry, table, bytes of weights skipped."""
    return [
        "push {r4-r12, lr}",
        "sub sp, sp, #24",
        "ldr r5, [sp, #68]",
        "ldr r6, [sp, #76]",
        "ldr r7, [sp, #80]",
        "adr.w r12, 2f",
        "bic r5, r5, #1",
        "sub r5, r5, #2",
        "add r5, r5, r3",
        "sub r0, r0, r7, lsl #4",
        "sub r1, r1, r7, lsl #3",
        "add r12, r12, r7, lsl #6",
        "orr r12, r12, #1",
        "lsl r7, r7, #3",
        "str r0, [sp]",
        "str r5, [sp, #4]",
        "str r6, [sp, #8]",
        "str r12, [sp, #12]",
        "str r2, [sp, #16]",
        "str r7, [sp, #20]",
        "mov lr, r6",
        "ldr r4, [r2]",
        "ldr r5, [r2, #4]",
        "1:",
        "mov r6, r4",
        "mov r7, r5",
        "bx r12",
        "2:",
        *_unrolled("TVM_TINY_DSP_ROUND", _pairs_group()),
        "subs lr, lr, #1",
        "add r0, r0, #(16*@TVM_TINY_DSP_ROUND@)",
        "add r1, r1, #(8*@TVM_TINY_DSP_ROUND@)",
        "bne 2b",
    ]


def _pairs_next() -> list[str]:
    """Results in r4 to r7, the second pixel's place in r10, old flags; on to the next pair."""
    return [
        "strb r6, [r10]",
        "strb r7, [r10, #1]",
        "strb r5, [r3, #1]",
        "strb r4, [r3], #2",
        "str r2, [sp, #16]",
        "ldr r4, [r2]",
        "ldr r5, [r2, #4]",
        "ldr r12, [sp, #12]",
        "bne 1b",
        "add sp, sp, #24",
        "pop {r4-r12, pc}",
    ]


def _pairs_line(shift: str) -> list[str]:
    limit = f"asr #{shift}"
    return [
        "ldr r2, [sp, #16]",
        "ldr r0, [sp]",
        "ldr r9, [sp, #4]",
        "ldr r10, [sp, #72]",
        "ldr lr, [sp, #8]",
        "ldr r8, [sp, #20]",
        "ldr r11, [r2, #8]",
        "ldr r12, [r2, #12]",
        "smmul r4, r4, r11",
        "smmul r6, r6, r11",
        "smmul r5, r5, r12",
        "smmul r7, r7, r12",
        "add r10, r3, r10",
        "add r2, r2, #16",
        *(f"ssat r{i}, #8, r{i}, {limit}" for i in (4, 6, 5, 7)),
        "sub r1, r1, r8",
        "cmp r3, r9",
        *_pairs_next(),
    ]


def _negative(sums: Sequence[int], multipliers: Sequence[str], mask: str, t: str) -> list[str]:
    """Sums to high words of their products, one less where a tie of a negative sum needs it."""
    out: list[str] = []
    for i, m in zip(sums, multipliers, strict=True):
        out += [f"and {t}, {mask}, r{i}, asr #31", f"smmla r{i}, r{i}, {m}, {t}"]
    return out


def _pairs_exact() -> list[str]:
    return [
        "ldr r2, [sp, #16]",
        "ldr r10, [sp, #72]",
        "ldr lr, [sp, #8]",
        "ldr r0, [sp]",
        "ldr r8, [r2, #8]",
        "ldr r9, [r2, #12]",
        "mvn r12, #127",
        "add r10, r3, r10",
        *_negative((4, 6, 5, 7), ("r8", "r8", "r9", "r9"), "r12", "r11"),
        "ldr r8, [r2, #16]",
        "ldr r9, [r2, #20]",
        "ldr r11, [r2, #24]",
        "ldr r12, [r2, #28]",
        "add r4, r4, r8",
        "add r6, r6, r8",
        "add r5, r5, r9",
        "add r7, r7, r9",
        "ldr r9, [sp, #4]",
        "ldr r8, [sp, #20]",
        "asr r4, r4, r11",
        "asr r6, r6, r11",
        "asr r5, r5, r12",
        "asr r7, r7, r12",
        *(f"ssat r{i}, #8, r{i}" for i in (4, 6, 5, 7)),
        "add r2, r2, #32",
        "sub r1, r1, r8",
        "cmp r3, r9",
        *_pairs_next(),
    ]


def _fours_enter(group_bytes: int, pixel_shift: int, rounds: Sequence[str]) -> list[str]:
    """Stack: x, end of y - 4, rounds, entry, y, table, bytes of weights skipped."""
    return [
        "push {r4-r12, lr}",
        "sub sp, sp, #32",
        "ldr r5, [sp, #76]",
        "ldr r6, [sp, #84]",
        "ldr r7, [sp, #88]",
        "adr.w r8, 2f",
        f"mov r9, #{group_bytes}",
        "bic r5, r5, #3",
        "sub r5, r5, #4",
        "add r5, r5, r3",
        "mla r8, r7, r9, r8",
        f"sub r0, r0, r7, lsl #{pixel_shift}",
        "lsl r7, r7, #3",
        "orr r8, r8, #1",
        "str r0, [sp]",
        "str r5, [sp, #4]",
        "str r6, [sp, #8]",
        "str r8, [sp, #12]",
        "str r3, [sp, #16]",
        "str r7, [sp, #24]",
        "mov lr, r2",
        "1:",
        *rounds,
    ]


def _fours_start() -> list[str]:
    """lr: table; sums of the second pair begin at its distance."""
    return [
        "str lr, [sp, #20]",
        "ldr r8, [sp, #24]",
        "ldr r10, [sp, #72]",
        "ldr r11, [sp, #12]",
        "ldr r4, [lr]",
        "ldr r5, [lr, #4]",
        "ldr r6, [lr, #<distance>]",
        "ldr r7, [lr, #(<distance>+4)]",
        "ldr lr, [sp, #8]",
        "sub r1, r1, r8",
        "add r3, r1, r10, lsl #3",
        "bx r11",
        "2:",
    ]


def _fours_group() -> list[str]:
    """One pixel by four channels by four inputs: 19 cycles."""
    return [
        *(f"ldr.w r{8 + i}, [r1, #(8*\\g+{4 * i})]" for i in (0, 1)),
        *(f"ldr.w r{10 + i}, [r3, #(8*\\g+{4 * i})]" for i in (0, 1)),
        "ldr.w r12, [r0, #(8*\\g)]",
        "ldr.w r2, [r0, #(8*\\g+4)]",
        *(f"smlad r{4 + i}, r{8 + i}, r12, r{4 + i}" for i in range(4)),
        *(f"sxtb16 r{8 + i}, r{8 + i}" for i in range(4)),
        *(f"smlad r{4 + i}, r{8 + i}, r2, r{4 + i}" for i in range(4)),
    ]


def _vector_group() -> list[str]:
    """The same with activations that are widened here: 21 cycles."""
    return [
        *(f"ldr.w r{8 + i}, [r1, #(8*\\g+{4 * i})]" for i in (0, 1)),
        *(f"ldr.w r{10 + i}, [r3, #(8*\\g+{4 * i})]" for i in (0, 1)),
        "ldr.w r2, [r0, #(4*\\g)]",
        "sxtb16 r12, r2, ror #8",
        "rev16.w r2, r2",
        "eor.w r2, r2, #0x007f007f",
        *(f"smlad r{4 + i}, r{8 + i}, r12, r{4 + i}" for i in range(4)),
        *(f"sxtb16 r{8 + i}, r{8 + i}" for i in range(4)),
        *(f"smlad r{4 + i}, r{8 + i}, r2, r{4 + i}" for i in range(4)),
    ]


def _fours_sums(group: Sequence[str], size: str, pixel_bytes: int) -> list[str]:
    shift = pixel_bytes.bit_length() - 1
    group_bytes = 4 * len(group)
    return [
        *_fours_enter(group_bytes, shift, _fours_start()),
        *_unrolled(size, group),
        "subs lr, lr, #1",
        f"add r0, r0, #({pixel_bytes}*@{size}@)",
        f"add r1, r1, #(8*@{size}@)",
        f"add r3, r3, #(8*@{size}@)",
        "bne 2b",
        "ldr lr, [sp, #20]",
    ]


def _fours_leave(shifted: str, distance: int) -> list[str]:
    return [
        *(f"ssat r{i}, #8, r{i}{shifted}" for i in range(4, 8)),
        "ldr r12, [sp, #16]",
        "ldr r2, [sp, #4]",
        "ldr r0, [sp]",
        "mov r1, r3",
        f"add lr, lr, #{2 * distance}",
        "cmp r12, r2",
        "strb r5, [r12, #1]",
        "strb r6, [r12, #2]",
        "strb r7, [r12, #3]",
        "strb r4, [r12], #4",
        "str r12, [sp, #16]",
        "bne 1b",
        "add sp, sp, #32",
        "pop {r4-r12, pc}",
    ]


def _fours_line(shift: str) -> list[str]:
    return [
        "ldr r8, [lr, #8]",
        "ldr r9, [lr, #12]",
        "ldr r10, [lr, #24]",
        "ldr r11, [lr, #28]",
        *(f"smmul r{i}, r{i}, r{i + 4}" for i in range(4, 8)),
        *_fours_leave(f", asr #{shift}", 16),
    ]


def _fours_exact() -> list[str]:
    return [
        *(f"ldr r{8 + i}, [lr, #{at}]" for i, at in enumerate((8, 12, 40, 44))),
        "mvn r12, #127",
        *_negative((4, 5, 6, 7), ("r8", "r9", "r10", "r11"), "r12", "r2"),
        *(f"ldr r{8 + i}, [lr, #{at}]" for i, at in enumerate((16, 20, 48, 52, 24))),
        *(f"ldr r{i}, [lr, #{at}]" for i, at in ((2, 28), (0, 56), (1, 60))),
        *(f"add r{i}, r{i}, r{i + 4}" for i in range(4, 8)),
        *(f"asr r{i}, r{i}, r{k}" for i, k in ((4, 12), (5, 2), (6, 0), (7, 1))),
        *_fours_leave("", 32),
    ]


def text_macro(name: str, lines: Sequence[str], *parameters: str) -> str:
    """A macro that is a string; ``@X@`` is the text of macro X, ``#<x>`` that of a parameter."""
    head = f"#define {name}" + (f"({', '.join(parameters)})" if parameters else "")
    rows = [head]
    for line in lines:
        text = line.replace("\\", "\\\\")
        pieces = text.split("@")
        for i in range(1, len(pieces), 2):
            pieces[i] = f'" TVM_TINY_DSP_TEXT({pieces[i]}) "'
        joined = "".join(pieces)
        for parameter in parameters:
            joined = joined.replace(f"<{parameter}>", f'" {parameter} "')
        indent = "" if line.endswith(":") or line.startswith(".") else "    "
        rows.append(f'    "{indent}{joined}\\n"')
    return " \\\n".join(rows) + "\n"


def header() -> str:
    """The text of tvm_tiny_dsp_single.h."""
    one = "TVM_TINY_DSP_ROUND_ONE"
    macros = [
        text_macro("TVM_TINY_DSP_PAIRS_SUMS", _pairs_sums()),
        text_macro("TVM_TINY_DSP_PAIRS_LINE_ENDS", _pairs_line("<shift>"), "shift"),
        text_macro("TVM_TINY_DSP_PAIRS_EXACT_ENDS", _pairs_exact()),
        text_macro("TVM_TINY_DSP_FOURS_SUMS", _fours_sums(_fours_group(), one, 8), "distance"),
        text_macro("TVM_TINY_VECTOR_SUMS", _fours_sums(_vector_group(), one, 4), "distance"),
        text_macro("TVM_TINY_DSP_FOURS_LINE", _fours_line("<shift>"), "shift"),
        text_macro("TVM_TINY_DSP_FOURS_EXACT", _fours_exact()),
    ]
    return _HEADER + "\n".join(macros) + "\n#endif\n"


_HEADER = """/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Written by schedules/dsp/generator: do not edit. The products of tvm_tiny_dsp_asm.h and
 * tvm_tiny_vector.h in the order that suits cores of one instruction a cycle (Cortex-M4, M33).
 */
#ifndef TVM_TINY_DSP_SINGLE_H
#define TVM_TINY_DSP_SINGLE_H

/* Groups in a round: two pixels, one pixel. A header before this one may say less. */
#ifndef TVM_TINY_DSP_ROUND
#define TVM_TINY_DSP_ROUND 40
#define TVM_TINY_DSP_ROUND_ONE 16
#endif

#define TVM_TINY_DSP_PAIRS_LINE(shift) \\
    TVM_TINY_DSP_PAIRS_SUMS TVM_TINY_DSP_PAIRS_LINE_ENDS(shift)
#define TVM_TINY_DSP_PAIRS_EXACT TVM_TINY_DSP_PAIRS_SUMS TVM_TINY_DSP_PAIRS_EXACT_ENDS

"""

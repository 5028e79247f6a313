# SPDX-License-Identifier: Apache-2.0
"""Timing of the Cortex-M7 as data: latencies, pairing limits, penalties, with their sources.

Memory is assumed to have no wait states (TCM, or caches that hit). Sources:

* [N] measurements on an STM32H743: ``jnk0le/random``, ``pipeline cycle test/doc/cortex_m7.md``.
* [L] LLVM's ``ARMScheduleM7.td``, where [N] is silent.
* [A] an assumption, said so at the entry.

The model that reads this is ``tvm_tiny.simulator.timing``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum


class Port(IntEnum):
    """Where in the pipeline an instruction reads a register."""

    ADDRESS = 0
    SHIFTER = 1  # operand of an inline shift; source of ubfx, bfi, rev, pkh, sxta*
    EARLY = 2  # add, sub, mov or plain shift: the early unit if the value is there, else the late
    LATE = 3
    FACTOR = 4
    ACCUMULATOR = 5
    STORE_DATA = 6
    TO_FPU = 7  # vmov s, r
    FP_OPERAND = 8
    FP_FACTOR = 9  # of a multiplication
    FP_ACCUMULATOR = 10
    FP_STORE_DATA = 11
    FROM_FPU = 12  # vmov r, s


class Result(IntEnum):
    """What kind of instruction wrote a register."""

    EARLY_ALU = 0
    LATE_ALU = 1  # also DSP and bit fields
    NEW_BASE = 2  # address register written back
    REVERSE = 3
    MAC = 4
    SATURATED = 5
    WORD_LOAD = 6
    NARROW_LOAD = 7  # byte or half word
    FP = 8
    FP_FUSED = 9
    FP_CHAINED = 10  # vmla, vmls
    FP_LOAD = 11
    FP_MOVED = 12


_INTEGER_PORTS = tuple(Port)[:8]
_FP_PORTS = tuple(Port)[8:]


def _row(integer: tuple[int, ...] = (), fp: tuple[int, ...] = ()) -> tuple[int, ...]:
    """One row of the table: cycles for each Port; 0 where the pair of units cannot meet."""
    return (integer or (0,) * len(_INTEGER_PORTS)) + (fp or (0,) * len(_FP_PORTS))


# Cycles from the issue of the producer to the first issue of the consumer; 0: the same cycle.
# Order of the ports: address, shifter, early, late, factor, accumulator, store data, to the FPU;
# then FP operand, factor, accumulator, store data, from the FPU.
_LATENCY: Mapping[Result, tuple[int, ...]] = {
    Result.EARLY_ALU: _row((1, 1, 1, 0, 0, 0, 0, 1)),  # [N]
    Result.NEW_BASE: _row((1, 1, 2, 0, 0, 0, 0, 1)),  # [N] post-increment: an address 1 later
    Result.REVERSE: _row((2, 2, 1, 0, 0, 0, 0, 1)),  # [N]
    Result.LATE_ALU: _row((2, 2, 2, 1, 1, 0, 0, 1)),  # [N]
    Result.MAC: _row((3, 3, 3, 2, 2, 1, 1, 2)),  # [N]
    Result.SATURATED: _row((3, 3, 3, 2, 2, 1, 1, 2)),  # [L]
    Result.WORD_LOAD: _row((2, 2, 2, 1, 2, 1, 0, 1)),  # [N]
    Result.NARROW_LOAD: _row((3, 3, 3, 2, 2, 1, 0, 2)),  # [N]
    Result.FP: _row(fp=(3, 3, 3, 1, 3)),  # [N]; vcvt by [L]; compare, min, max, round: [A]
    Result.FP_FUSED: _row(fp=(5, 5, 3, 3, 5)),  # [N]
    Result.FP_CHAINED: _row(fp=(6, 6, 3, 4, 6)),  # [N]
    Result.FP_LOAD: _row(fp=(1, 1, 3, 1, 2)),  # [N]
    Result.FP_MOVED: _row(fp=(3, 3, 3, 1, 3)),  # [N]
}


@dataclass(frozen=True)
class StoreBuffer:
    """Cycles each kind of store needs to leave the buffer [N]."""

    word_cycles: float = 1.0
    half_cycles: float = 2.0  # read-modify-write, banks alternate
    byte_cycles: float = 2.4  # strb walking up memory
    unaligned_cycles: float = 4.0
    hidden_cycles: float = 4 * 2.4  # what a block that runs once leaves in the buffer: 4 bytes


@dataclass(frozen=True)
class Timing:
    """All figures of one core. ``latency[result][port]`` is in cycles.

    Attributes:
        latency: cycles from producer to consumer.
        store_buffer: how fast stores drain.
        taken_cycles: a predicted taken branch ends its pair and costs no more [N].
        not_taken_credit_cycles: a branch that falls through and issued alone would have paired
            with the instruction after it, which another block holds.
        mispredicted_cycles: [N].
        mispredicted_early_cycles: if the flags were set ``early_flag_cycles`` before [N].
        early_flag_cycles: see above.
        unaligned_load_cycles: added for each [N].
        unknown_banks_share: how often two loads to unrelated addresses hit different banks [A].
        known_banks_share: from this share on, observed banks count as always different.
        divide_cycles: blocking, no early termination [L].
        table_branch_cycles: tbb, tbh [A].
        fp_divide_cycles: single precision [L].
        fp_root_cycles: single precision [L].
        double_divide_cycles: also the root [L].
        double_multiply_cycles: blocking [N].
        double_other_cycles: add, convert, compare; 1 to 3 measured [N].
        double_fused_cycles: blocking [N].
        double_chained_cycles: vmla.f64 [N].
        after_fused_cycles: no vadd, vldr.64 or constant vmov so long after a vfma [N].
        fixed_cycles: barriers and other system instructions, issued alone [A].
    """

    latency: tuple[tuple[int, ...], ...]
    store_buffer: StoreBuffer
    fixed_cycles: Mapping[str, int]
    taken_cycles: float = 0.0
    not_taken_credit_cycles: float = 0.5
    mispredicted_cycles: float = 8.0
    mispredicted_early_cycles: float = 6.0
    early_flag_cycles: int = 3
    unaligned_load_cycles: float = 3.0
    unknown_banks_share: float = 0.5
    known_banks_share: float = 0.9
    divide_cycles: int = 7
    table_branch_cycles: int = 2
    fp_divide_cycles: int = 16
    fp_root_cycles: int = 14
    double_divide_cycles: int = 30
    double_multiply_cycles: int = 5
    double_other_cycles: int = 2
    double_fused_cycles: int = 7
    double_chained_cycles: int = 8
    after_fused_cycles: int = 3


CORTEX_M7 = Timing(
    latency=tuple(_LATENCY[result] for result in Result),
    store_buffer=StoreBuffer(),
    fixed_cycles={"dmb": 4, "dsb": 4, "isb": 6, "cps": 2, "mrs": 2, "msr": 2, "vmrs": 2, "vmsr": 2},
)

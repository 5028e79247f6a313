# SPDX-License-Identifier: Apache-2.0
"""The vocabulary of timing: what a core's TOML file says and the simulator's models read.

``tvm_tiny.simulator.timing`` models cores that start two instructions a cycle, in order
(``[dual_issue]`` of the core's file), ``tvm_tiny.simulator.single_issue`` those that start one
(``[timing]``). Figures and their sources are in the files. Memory is assumed to have no wait states
(TCM, or caches that hit).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

import msgspec


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


@dataclass(frozen=True)
class StoreBuffer:
    """Cycles each kind of store needs to leave the buffer."""

    word_cycles: float
    half_cycles: float  # read-modify-write, banks alternate
    byte_cycles: float  # strb walking up memory
    unaligned_cycles: float
    hidden_cycles: float  # what a block that runs once leaves in the buffer: 4 bytes


@dataclass(frozen=True)
class Timing:
    """All figures of a core that starts two instructions a cycle, in order.

    ``latency[result][port]`` is in cycles from the issue of the producer to the first issue of the
    consumer; 0: the same cycle, or a pair of units that cannot meet.

    Attributes:
        latency: cycles from producer to consumer.
        store_buffer: how fast stores drain.
        taken_cycles: a predicted taken branch ends its pair and costs no more.
        not_taken_credit_cycles: a branch that falls through and issued alone would have paired
            with the instruction after it, which another block holds.
        mispredicted_cycles:.
        mispredicted_early_cycles: if the flags were set ``early_flag_cycles`` before.
        early_flag_cycles: see above.
        unaligned_load_cycles: added for each.
        unknown_banks_share: how often two loads to unrelated addresses hit different banks.
        known_banks_share: from this share on, observed banks count as always different.
        divide_cycles: blocking, no early termination.
        table_branch_cycles: tbb, tbh.
        fp_divide_cycles: single precision.
        fp_root_cycles: single precision.
        double_divide_cycles: also the root.
        double_multiply_cycles: blocking.
        double_other_cycles: add, convert, compare; 1 to 3 measured.
        double_fused_cycles: blocking.
        double_chained_cycles: vmla.f64.
        after_fused_cycles: no vadd, vldr.64 or constant vmov so long after a vfma.
        fixed_cycles: barriers and other system instructions, issued alone.
    """

    latency: tuple[tuple[int, ...], ...]
    store_buffer: StoreBuffer
    fixed_cycles: Mapping[str, int]
    taken_cycles: float
    not_taken_credit_cycles: float
    mispredicted_cycles: float
    mispredicted_early_cycles: float
    early_flag_cycles: int
    unaligned_load_cycles: float
    unknown_banks_share: float
    known_banks_share: float
    divide_cycles: int
    table_branch_cycles: int
    fp_divide_cycles: int
    fp_root_cycles: int
    double_divide_cycles: int
    double_multiply_cycles: int
    double_other_cycles: int
    double_fused_cycles: int
    double_chained_cycles: int
    after_fused_cycles: int


class SingleIssueTiming(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Cycles of a simple core; everything that is not named here takes one.

    Attributes:
        source: where the figures come from, for the report.
        multiply_cycles: 32-bit products.
        multiply_add_cycles: products added to, or subtracted from, 32 bits.
        long_multiply_cycles: 64-bit products.
        long_multiply_add_cycles: ... added to 64 bits.
        divide_cycles: integer division.
        load_cycles: one load, of any width.
        store_cycles: one store to a base plus a constant.
        indexed_store_cycles: ... to a base plus a register.
        loads_overlap: a load or store right behind a load takes a cycle less, unless it needs the
            loaded value for its address.
        address_stall_cycles: lost by an access whose address the instruction before computed.
        multiple_base_cycles: several registers at once: so much and one each.
        unaligned_load_cycles: added for each.
        taken_cycles: added by every taken branch, for the refill of the pipeline.
        call_extra_cycles: added by BL.
        pop_pc_extra_cycles: added by a POP that returns, besides a taken branch.
        it_cycles: an IT instruction.
        system_cycles: barriers, access to special registers.
        fp_fused_cycles: multiply-accumulate in float.
        fp_divide_cycles: division and root in float.
        fp_result_stall_cycles: lost by an instruction that needs the float result just before it.
    """

    source: str
    multiply_cycles: int = 1
    multiply_add_cycles: int = 1
    long_multiply_cycles: int = 1
    long_multiply_add_cycles: int = 1
    divide_cycles: int = 1
    load_cycles: int = 1
    store_cycles: int = 1
    indexed_store_cycles: int = 1
    loads_overlap: bool = False
    address_stall_cycles: int = 0
    multiple_base_cycles: int = 1
    unaligned_load_cycles: int = 0
    taken_cycles: int = 0
    call_extra_cycles: int = 0
    pop_pc_extra_cycles: int = 0
    it_cycles: int = 1
    system_cycles: int = 1
    fp_fused_cycles: int = 1
    fp_divide_cycles: int = 1
    fp_result_stall_cycles: int = 0


INTEGER_PORTS = 8
"""``Port`` up to here is of the integer pipeline, the rest of the FPU's."""


class DualIssueFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[dual_issue]`` of a core's file: ``Timing`` with its latencies by name.

    Attributes:
        source: where the figures come from.
        integer_latency: ``Result`` in small letters -> cycles for each integer port, in order.
        fp_latency: the same for the FPU's ports.
        store_buffer: as in ``Timing``.
        fixed_cycles: as in ``Timing``.
        cycles: every other figure of ``Timing`` by its name.
    """

    source: str
    integer_latency: dict[str, tuple[int, ...]]
    fp_latency: dict[str, tuple[int, ...]]
    store_buffer: StoreBuffer
    fixed_cycles: dict[str, int]
    cycles: dict[str, int | float]

    def __hash__(self) -> int:
        """Cores are keys of caches; tables do not hash."""
        return hash(self.source)

    def timing(self) -> Timing:
        """The figures as the model takes them.

        Raises:
            ValueError: a result or a port has no latency, or a figure is missing.
        """
        rows: list[tuple[int, ...]] = []
        for result in Result:
            integer = self.integer_latency.get(result.name.lower(), ())
            fp = self.fp_latency.get(result.name.lower(), ())
            row = (*(integer or (0,) * INTEGER_PORTS), *(fp or (0,) * (len(Port) - INTEGER_PORTS)))
            if not (integer or fp) or len(row) != len(Port):
                raise ValueError(f"latency of {result.name.lower()}: one figure a port")
            rows.append(row)
        plain = {
            "latency": rows,
            "store_buffer": msgspec.to_builtins(self.store_buffer),
            "fixed_cycles": self.fixed_cycles,
            **self.cycles,
        }
        return msgspec.convert(plain, Timing)

# SPDX-License-Identifier: Apache-2.0
"""Timing of cores that start one instruction a cycle, in order: the figures of their manuals.

The figures are in the core's own TOML file, with their source. The model that reads them is
``tvm_tiny.simulator.single_issue``. None of them were measured by us.
"""

from __future__ import annotations

import msgspec


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

# SPDX-License-Identifier: Apache-2.0
"""Single facts of the Cortex-M7 timing model: cycles from a clean state, and a round of a loop."""

from __future__ import annotations

import functools

import pytest
from simulator_programs import assemble

from tvm_tiny.simulator.decode import Decoder
from tvm_tiny.simulator.instruction import Fp, Instruction, Shifter, Unit
from tvm_tiny.simulator.timing import block_cost
from tvm_tiny.targets import decoding_timing

pytestmark = pytest.mark.simulator

# (what, instructions, straight cycles, cycles of a round or None)
FACTS = (
    ("loads of an even and an odd word pair", "ldr r4, [r7]; ldr r5, [r7, #12]", 1, 1),
    ("loads of two even words do not", "ldr r4, [r7]; ldr r5, [r7, #16]", 2, 2),
    ("unknown banks: half of the time", "ldr r4, [r6]; ldr r5, [r7]", 1.5, 1.5),
    ("a copied word a cycle", "ldr r4, [r7]; str r4, [r6]", 1, 1),
    ("one store a cycle", "str r4, [r7]; str r5, [r7, #4]", 2, 2),
    ("loaded word in an addition: next cycle", "ldr r4, [r7]; adds r5, r4", 2, None),
    ("loaded word as factor: two cycles", "ldr r4, [r7]; smlad r0, r4, r1, r0", 3, None),
    ("loaded word as accumulator: one", "ldr r0, [r7]; smlad r0, r4, r1, r0", 2, None),
    ("loaded word as address: two", "ldr r4, [r7]; ldr r5, [r4]", 3, None),
    ("loaded byte is a cycle later", "ldrsb r4, [r7]; adds r5, r4", 3, None),
    ("loaded byte in an inline shift", "ldrb r4, [r7]; add r5, r6, r4, lsl #1", 4, None),
    ("one MAC a cycle", "smlad r0, r4, r5, r0; smlad r1, r4, r5, r1", 2, 2),
    ("accumulators chain", "smlabb r0, r4, r5, r0", 1, 1),
    ("a product is two cycles late", "mul r0, r4, r5; adds r1, r0", 3, None),
    ("MAC and store do not pair", "mla r0, r4, r5, r0; str r6, [r7]", 2, 2),
    ("MAC and load pair", "mla r0, r4, r5, r0; ldr r6, [r7]", 1, None),
    ("DSP older, MAC younger", "sxtb16 r4, r5; smlad r0, r1, r2, r0", 1, 1),
    ("DSP never younger", "smlad r0, r1, r2, r0; sxtb16 r4, r5", 2, None),
    ("plain extension reads late", "ldr r4, [r7]; sxtb16 r5, r4", 2, None),
    ("bit field reads early", "ldr r4, [r7]; ubfx r5, r4, #1, #3", 3, None),
    ("early result feeds the late unit at once", "add r4, r5, r6; eor r0, r4, r1", 1, 1),
    ("two inline shifts", "add r0, r1, r2, lsl #1; add r4, r5, r6, lsl #1", 2, 2),
    ("shift older, inline shift younger", "ror r0, r1, #8; add r4, r5, r6, lsl #1", 2, None),
    ("inline shift older, shift younger", "add r4, r5, r6, lsl #1; ror r0, r1, #8", 1, None),
    ("shifted constants use the shifter", "add r1, r2, #0xff0; add r3, r4, #0xff0", 2, 2),
    ("repeated constants do not", "orr r1, r2, #0xff00ff; orr r3, r4, #0xff00ff", 1, 1),
    ("movw and movt pair", "movw r4, #1; movt r4, #2", 1, 1),
    ("push: two words a cycle, alone", "push {r1, r2, r3, r4, r5}; adds r6, #1", 4, 4),
    ("saturation is two cycles late", "ssat r4, #8, r5; adds r6, r4", 3, None),
    ("bytes leave the buffer slowly", "strb r4, [r7], #1", 1, 2.4),
    ("half words too", "strh r4, [r7], #2", 1, 2),
    ("division blocks", "udiv r4, r5, r6; adds r0, #1", 8, 8),
    ("float sum: three cycles to the next", "vadd.f32 s0, s1, s2; vadd.f32 s3, s0, s2", 4, None),
    ("fused accumulators: three", "vfma.f32 s0, s1, s2", 1, 3),
    ("no sum right after a fused one", "vfma.f32 s0, s1, s2; vadd.f32 s3, s4, s5", 5, None),
    ("to the FPU: three", "vmov s0, r4; vadd.f32 s1, s0, s2", 4, None),
    ("float and load pair", "vmul.f32 s0, s1, s2; vldr s3, [r7]", 1, 1),
    ("flags of the cycle before", "cmp r4, r5; it eq; moveq r0, r1", 2, None),
)

# The hand-scheduled tile: 9 pairs, 16 multiply-accumulates.
TILE = """
    sxtb16 r4, r4, ror #8 ; smlad r0, r6, r8, r0
    sxtb16 r5, r5, ror #8 ; smlad r1, r7, r8, r1
    smlad r2, r6, r9, r2 ; ldr r8, [r10, #8]
    smlad r3, r7, r9, r3 ; ldr r9, [r10, #12]
    smlad r0, r4, r8, r0 ; ldr r6, [r11], #16
    smlad r1, r5, r8, r1 ; ldr r7, [r11, #-12]
    smlad r2, r4, r9, r2 ; ldr r8, [r10, #16]
    sxtb16 r4, r6 ; smlad r3, r5, r9, r3
    sxtb16 r5, r7 ; ldr r9, [r10, #20]
"""

FORMS = (
    ("ldrd r0, r1, [r2, #8]", Unit.LOAD, Fp.NONE, Shifter.NONE),
    ("vpush {d8}", Unit.OTHER, Fp.DOUBLE, Shifter.NONE),
    ("vmov.f32 s0, #1.0", Unit.FPU, Fp.CONSTANT, Shifter.NONE),
    ("vcvt.s32.f32 s0, s1", Unit.FPU, Fp.ARITHMETIC, Shifter.NONE),
    ("pkhbt r0, r1, r2, lsl #16", Unit.DSP, Fp.NONE, Shifter.FIELD),
    ("mvn r0, r1, lsl #2", Unit.ALU, Fp.NONE, Shifter.INLINE),
    ("lsls r0, r1, #2", Unit.ALU, Fp.NONE, Shifter.PLAIN),
    ("smlal r0, r1, r2, r3", Unit.MAC, Fp.NONE, Shifter.NONE),
    ("uadd8 r0, r1, r2", Unit.DSP, Fp.NONE, Shifter.NONE),
    ("nop", Unit.NONE, Fp.NONE, Shifter.NONE),
    ("dsb", Unit.OTHER, Fp.NONE, Shifter.NONE),
)


@functools.cache
def decoded() -> dict[str, tuple[Instruction, ...]]:
    texts = [fact[1] for fact in FACTS] + [form[0] for form in FORMS]
    tile = TILE.strip().replace("\n", ";")
    again = tile.replace("r4", "@").replace("r6", "r4").replace("@", "r6")
    again = again.replace("r5", "@").replace("r7", "r5").replace("@", "r7")
    texts += [tile, f"{tile};{again}"]
    decoder = Decoder(decoding_timing())
    codes = [decoder.block(code, 0) for code in assemble(texts)]
    return dict(zip([*texts[:-2], "tile", "loop"], codes, strict=True))


@pytest.mark.parametrize(("what", "text", "straight", "steady"), FACTS, ids=[f[0] for f in FACTS])
def test_fact(what: str, text: str, straight: float, steady: float | None) -> None:
    cost = block_cost(decoding_timing(), decoded()[text])
    assert cost.straight_cycles == pytest.approx(straight)
    if steady is not None:
        assert cost.steady_cycles == pytest.approx(steady)


@pytest.mark.parametrize(("text", "unit", "fp", "shifter"), FORMS)
def test_form(text: str, unit: Unit, fp: Fp, shifter: Shifter) -> None:
    (instruction,) = decoded()[text]
    assert (instruction.unit, instruction.fp, instruction.shifter) == (unit, fp, shifter)


def test_hand_scheduled_tile_issues_in_pairs() -> None:
    assert len(decoded()["tile"]) == 18
    assert block_cost(decoding_timing(), decoded()["tile"]).straight_cycles == 9
    assert block_cost(decoding_timing(), decoded()["loop"]).steady_cycles == 18


def test_observed_banks_override_the_guess() -> None:
    code = decoded()["ldr r4, [r6]; ldr r5, [r7]"]
    assert block_cost(decoding_timing(), code, [1.0, 0.95]).straight_cycles == 1
    assert block_cost(decoding_timing(), code, [1.0, 0.05]).straight_cycles == 2
    assert block_cost(decoding_timing(), code, [1.0, 0.5]).straight_cycles == 1.5


def test_unaligned_stores_drain_slowly() -> None:
    code = decoded()["ldr r4, [r7]; str r4, [r6]"]
    assert block_cost(decoding_timing(), code, None, unaligned_store_share=1.0).steady_cycles == 4

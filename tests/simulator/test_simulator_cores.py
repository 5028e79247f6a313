# SPDX-License-Identifier: Apache-2.0
"""The other cores: what they refuse, and cycles by hand from their manuals' tables."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

import pytest
from simulator_programs import LINK, assemble, zig

import tvm_tiny
from tvm_tiny.errors import DeviceError
from tvm_tiny.simulator import Machine, Profiler, single_issue
from tvm_tiny.simulator.decode import Decoder
from tvm_tiny.targets import cores, decoding_timing, load_core, timing_of
from tvm_tiny.targets.pipeline_model import SingleIssueTiming, Timing
from tvm_tiny.testing.models import tiny_convnet

pytestmark = pytest.mark.simulator
NAMES = [core.name for core in cores()]

_PROGRAMS = {
    "aligned": "ldr r0, [r0]",
    "odd_word": "adds r0, #1; ldr r0, [r0]",
    "odd_half": "adds r0, #1; ldrh r0, [r0]",
    "odd_store": "adds r0, #2; str r0, [r0]",
    "divide": "movs r1, #7; udiv r0, r0, r1",
    "wide_add": "add.w r0, r0, #1",
    "widen": "uxtb16 r0, r0",
    "single": "vadd.f32 s0, s0, s0",
    "double": "vadd.f64 d0, d0, d0",
}


@functools.cache
def program() -> bytes:
    """One function a line, assembled for a core that has everything."""
    head = ".syntax unified\n.thumb\n.cpu cortex-m7\n.fpu fpv5-d16\n.text\n"
    body = "".join(
        f".balign 4\n.global {name}\n.type {name}, %function\n{name}:\n"
        f"{text.replace(';', chr(10))}\nbx lr\n"
        for name, text in {"reset_handler": "nop", **_PROGRAMS}.items()
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "link.ld").write_text(LINK)
        (folder / "a.s").write_text(head + body)
        zig(folder, "-nostdlib", "-T", "link.ld", "-e", "reset_handler", "a.s", "-o", "a.elf")
        return (folder / "a.elf").read_bytes()


# Function -> which cores can; what the error says on the others.
CAN: dict[str, tuple[tuple[str, ...], str]] = {
    "aligned": (tuple(NAMES), ""),
    "odd_word": (("cortex-m3", "cortex-m4", "cortex-m7", "cortex-m33"), "unaligned access"),
    "odd_half": (("cortex-m3", "cortex-m4", "cortex-m7", "cortex-m33"), "unaligned access"),
    "odd_store": (("cortex-m3", "cortex-m4", "cortex-m7", "cortex-m33"), "unaligned access"),
    "divide": (("cortex-m3", "cortex-m4", "cortex-m7", "cortex-m33"), "invalid instruction"),
    "wide_add": (("cortex-m3", "cortex-m4", "cortex-m7", "cortex-m33"), "invalid instruction"),
    "widen": (("cortex-m4", "cortex-m7", "cortex-m33"), "invalid instruction"),
    "single": (("cortex-m4", "cortex-m7", "cortex-m33"), "no coprocessor|invalid instruction"),
}


@pytest.mark.parametrize("function", CAN)
@pytest.mark.parametrize("core", NAMES)
def test_a_core_refuses_what_it_has_not(core: str, function: str) -> None:
    able, message = CAN[function]
    machine = Machine(program(), core=core)
    address = machine.alloc(16)
    if core in able:
        machine.call(function, address)
        return
    with pytest.raises(DeviceError, match=message) as caught:
        machine.call(function, address)
    assert function in str(caught.value)
    assert caught.value.code == "TT5001"


def test_double_precision_is_the_cortex_m7s() -> None:
    Machine(program(), core="cortex-m7").call("double")
    with pytest.raises(DeviceError, match=r"no coprocessor|invalid"):
        Machine(program(), core="cortex-m3").call("double")


def test_every_core_has_timing() -> None:
    for core in cores():
        timing = timing_of(core)
        assert isinstance(timing, Timing if core.name == "cortex-m7" else SingleIssueTiming)
        assert bool(core.timing_note) == isinstance(timing, SingleIssueTiming)


# Instructions -> cycles on M0+, M3, M4 as their manuals' tables add up; None: it has not got it.
COSTS: list[tuple[str, tuple[float | None, float, float]]] = [
    ("adds r0, r1, r2", (1, 1, 1)),
    ("ldr r0, [r1]; adds r2, r2, r0", (3, 3, 3)),
    ("ldr r0, [r1]; ldr r2, [r3]; adds r2, r2, r0", (5, 4, 4)),
    ("ldr r0, [r1]; ldr r2, [r0]", (4, 4, 4)),
    ("ldr r0, [r1]; str r0, [r2]", (4, 3, 3)),
    ("str r0, [r2, r3]", (2, 2, 2)),
    ("adds r1, r1, r2; ldr r0, [r1]", (3, 4, 4)),
    ("ldmia r0!, {r1, r2, r3}", (4, 4, 4)),
    ("push {r4, r5, lr}", (4, 4, 4)),
    ("muls r0, r1, r0", (1, 1, 1)),
    ("mla r0, r1, r2, r3", (None, 2, 1)),
    ("smull r0, r1, r2, r3", (None, 5, 1)),
    ("smlal r0, r1, r2, r3", (None, 7, 1)),
    ("udiv r0, r1, r2", (None, 8, 8)),
    ("ldrd r0, r1, [r2]", (None, 3, 3)),
    ("dmb", (3, 2, 2)),
]
BRANCHES = [
    ("b .", (1 + 1, 1 + 2, 1 + 2)),
    ("bne .", (1 + 1, 1 + 2, 1 + 2)),
    ("bl .", (3, 1 + 2, 1 + 2)),
    ("bx lr", (2, 1 + 2, 1 + 2)),
    ("pop {r4, r5, pc}", (3 + 3, 4 + 2, 4 + 2)),
]
FLOATS = [
    ("vadd.f32 s0, s1, s2; vadd.f32 s3, s0, s1", 3),
    ("vadd.f32 s0, s1, s2; vadd.f32 s3, s4, s1", 2),
    ("vmla.f32 s0, s1, s2", 3),
    ("vdiv.f32 s0, s1, s2", 14),
    ("vldr s0, [r0]", 2),
]


@functools.cache
def _codes() -> dict[str, bytes]:
    texts = [case[0] for case in (*COSTS, *BRANCHES, *FLOATS)]
    return dict(zip(texts, assemble(texts), strict=True))


def _cost(core: str, text: str, taken: bool = False) -> float:
    timing = load_core(core).timing
    assert timing is not None
    cost = single_issue.block_cost(timing, Decoder(decoding_timing()).block(_codes()[text], 0))
    assert cost.steady_cycles == cost.straight_cycles
    return cost.straight_cycles + (cost.taken_cycles if taken else 0)


@pytest.mark.parametrize(("text", "cycles"), COSTS)
def test_cost(text: str, cycles: tuple[float | None, float, float]) -> None:
    for core, want in zip(("cortex-m0plus", "cortex-m3", "cortex-m4"), cycles, strict=True):
        if want is not None:
            assert _cost(core, text) == want, core


@pytest.mark.parametrize(("text", "cycles"), BRANCHES)
def test_cost_of_a_taken_branch(text: str, cycles: tuple[float, float, float]) -> None:
    for core, want in zip(("cortex-m0plus", "cortex-m3", "cortex-m4"), cycles, strict=True):
        assert _cost(core, text, taken=True) == want, core


@pytest.mark.parametrize(("text", "cycles"), FLOATS)
def test_cost_of_float(text: str, cycles: float) -> None:
    assert _cost("cortex-m4", text) == cycles


def test_a_loop_by_hand() -> None:
    """9 rounds taken: adds, subs, bne and the refill; the last round falls through."""
    from simulator_programs import program as mixed

    machine = Machine(mixed(), core="cortex-m4")
    profiler = Profiler()
    machine.call("count_loop", 10, profile=profiler)
    breakdown = profiler.result.breakdown
    assert breakdown.issue == 1 + 10 * 3 + 2
    assert breakdown.taken == 9 * 2 + 2 * 0  # the return leaves the counted code
    assert breakdown.mispredicted == 0


@pytest.mark.parametrize("core", NAMES)
def test_a_model_is_exact_and_profiled(core: str) -> None:
    artifact = tvm_tiny.build(tiny_convnet(), target=core)
    assert artifact.validate(samples=1).bit_exact
    report = artifact.report
    assert report.cycles.modelled
    assert report.cycles.modelled == pytest.approx(
        sum(la.cycles_modelled for la in report.layers), rel=0.05
    )
    notes = " ".join(report.notes)
    assert ("table" in notes) == (core != "cortex-m7")

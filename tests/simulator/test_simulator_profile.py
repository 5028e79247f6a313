# SPDX-License-Identifier: Apache-2.0
"""Counts and modelled cycles against numbers computed by hand."""

from __future__ import annotations

import pytest
from simulator_programs import program

from tvm_tiny.errors import DeviceError, UsageError
from tvm_tiny.simulator import Machine, Profile, Profiler

pytestmark = pytest.mark.simulator
both = pytest.mark.parametrize("native", [True, False])


@pytest.fixture(scope="module")
def machine() -> Machine:
    return Machine(program())


def count(machine: Machine, function: str, *arguments: int, native: bool = True) -> Profile:
    profiler = Profiler(native=native)
    machine.call(function, *arguments, profile=profiler)
    return profiler.result


@both
def test_loop_by_hand(machine: Machine, native: bool) -> None:
    """Blocks: 4 instructions once, 3 nine times (8 of them after itself), 2 once.

    Cycles: 3 (movs | adds subs | bne), 2 a round, 1 (mov bx), less half a cycle as the last bne
    falls through and could have paired; the first and the last bne are mispredicted.
    """
    profile = count(machine, "count_loop", 10, native=native)
    assert profile.instructions == 4 + 9 * 3 + 2
    assert profile.taken_branches == 9
    assert profile.mispredictions == 2
    assert profile.breakdown.issue == 3 + 9 * 2 + 1 - 0.5
    assert profile.breakdown.mispredicted == 2 * 8
    assert profile.cycles == round(profile.breakdown.total)
    assert [f.name for f in profile.functions] == ["count_loop"]


def test_page_boundary_does_not_show(machine: Machine) -> None:
    address = machine.symbol("count_loop_across_pages") & ~1
    assert address % 1024 in range(1012, 1024)
    here = count(machine, "count_loop", 100)
    there = count(machine, "count_loop_across_pages", 100)
    assert (here.instructions, here.breakdown) == (there.instructions, there.breakdown)


@both
def test_long_block_is_one_block(machine: Machine, native: bool) -> None:
    profile = count(machine, "long_block", 0, native=native)
    assert profile.instructions == 1501
    assert profile.breakdown.issue == 1500  # each needs the one before; bx pairs with the last
    assert profile.mispredictions == 0


@both
def test_it_block_with_memory_accesses(machine: Machine, native: bool) -> None:
    """Counting must not change what runs, also where the accesses are predicated."""
    address = machine.alloc(8)
    assert machine.call("predicated", address, 5) == 1
    profiler = Profiler(native=native)
    assert machine.call("predicated", address, 5, profile=profiler) == 1
    assert profiler.result.instructions == 5 + 2 + 2
    assert machine.call("predicated", address, 5) == 1


@both
def test_unaligned_accesses_are_counted(machine: Machine, native: bool) -> None:
    profile = count(machine, "unaligned", machine.alloc(16), native=native)
    assert (profile.unaligned_loads, profile.unaligned_stores) == (2, 1)
    assert profile.breakdown.unaligned == 2 * 3


@pytest.mark.parametrize(("distance_bytes", "cycles_a_round"), [(4, 2), (8, 3)])
def test_observed_banks_decide_whether_loads_pair(
    machine: Machine, distance_bytes: int, cycles_a_round: int
) -> None:
    address = machine.alloc(4096)
    few, many = (
        count(machine, "two_streams", address, address + distance_bytes, n).breakdown.issue
        for n in (100, 200)
    )
    assert many - few == 100 * cycles_a_round


def test_double_word_load_must_be_aligned(machine: Machine) -> None:
    address = machine.alloc(16)
    count(machine, "load_double", address + 4)
    with pytest.raises(DeviceError, match="unaligned access") as caught:
        count(machine, "load_double", address + 2)
    assert "load_double at 0x" in str(caught.value)


@both
def test_layers_by_marker(machine: Machine, native: bool) -> None:
    profile = count(machine, "net", native=native)
    assert [layer.index for layer in profile.layers] == [-1, 0, 1, 2, 3]
    assert sum(layer.instructions for layer in profile.layers) == profile.instructions
    _, first, second, third, _ = profile.layers
    assert third.instructions - second.instructions == 10 * 3
    assert third.cycles > second.cycles > first.cycles


@pytest.mark.parametrize("optimise", ["-O2", "-O3"])
def test_python_and_native_counters_agree(optimise: str) -> None:
    machine = Machine(program(optimise))
    data = machine.alloc(4096)
    calls = [("choose_all", 300), ("quantise", data, data + 2048, 100), ("dig", 9)]
    for function, *arguments in [*calls, ("requantise", data, 50, 0x40000001)]:
        native = count(machine, function, *arguments, native=True)
        assert native == count(machine, function, *arguments, native=False)
        assert native.instructions > 50


def test_counting_does_not_change_results(machine: Machine) -> None:
    plain = machine.call("choose_all", 100)
    profiler = Profiler()
    assert machine.call("choose_all", 100, profile=profiler) == plain
    assert machine.call("choose_all", 100) == plain


def test_regions_of_a_program() -> None:
    machine = Machine(program())

    def run(region: int) -> Profile:
        profiler = Profiler()
        code, text = machine.run_program(
            profile=profiler, start="bench_start", stop="bench_stop", region=region
        )
        assert (code, text) == (7, "hello x")
        return profiler.result

    first, second, every = run(1), run(2), run(0)
    assert every.regions == 2
    assert first.instructions < second.instructions
    assert first.instructions + second.instructions == every.instructions
    assert second.instructions - first.instructions == 45 * 3


def test_without_a_run_there_is_no_result() -> None:
    with pytest.raises(UsageError, match="finished run"):
        _ = Profiler().result


def test_failed_run_leaves_no_result(machine: Machine) -> None:
    profiler = Profiler()
    with pytest.raises(DeviceError):
        machine.call("poke", 0, 0, profile=profiler)
    with pytest.raises(UsageError):
        _ = profiler.result
    machine.call("count_loop", 3, profile=profiler)
    assert profiler.result.instructions == 4 + 2 * 3 + 2


@both
def test_a_run_ends_at_its_limit(machine: Machine, native: bool) -> None:
    profiler = Profiler(native=native, half_words=1000)
    with pytest.raises(DeviceError, match="within its limit") as caught:
        machine.call("count_loop", 1_000_000, profile=profiler)
    assert "more than 1,000 half words" in caught.value.problems[0].what
    machine.call("count_loop", 10, profile=profiler)
    assert profiler.result.instructions == 4 + 9 * 3 + 2

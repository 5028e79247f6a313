# SPDX-License-Identifier: Apache-2.0
"""The simulated Cortex-M7: calls, faults, stack, semihosting."""

from __future__ import annotations

import struct

import pytest
from simulator_programs import program

from tvm_tiny.errors import DeviceError, UsageError
from tvm_tiny.simulator import Machine

pytestmark = pytest.mark.simulator


@pytest.fixture(scope="module")
def machine() -> Machine:
    return Machine(program())


def test_arguments_beyond_four_go_on_the_stack(machine: Machine) -> None:
    assert machine.call("sum6", 1, 2, 3, 4, 5, 6) == 1 + 4 + 9 + 16 + 25 + 36


def test_negative_arguments_and_results_are_32_bit(machine: Machine) -> None:
    assert machine.call("sum6", -5, 0, 0, 0, 0, 0) == 0xFFFFFFFB


def test_data_is_in_place_and_keeps_its_value_between_calls() -> None:
    machine = Machine(program())
    assert [machine.call("next") for _ in range(3)] == [42, 43, 44]


def test_memory_reads_back(machine: Machine) -> None:
    address = machine.alloc(100, align=64)
    assert address % 64 == 0
    assert machine.read(address, 100) == bytes(100)
    machine.call("poke", address + 4, 0x11223344)
    assert machine.read(address + 4, 4) == b"\x44\x33\x22\x11"
    machine.write(address + 4, b"\x01\x02\x03\x04")
    assert machine.call("peek", address + 4) == 0x04030201


def test_allocations_do_not_overlap(machine: Machine) -> None:
    first, second = machine.alloc(13), machine.alloc(8)
    assert second >= first + 13


def test_allocation_goes_on_in_sram_and_ends_with_an_error() -> None:
    machine = Machine(program())
    assert machine.alloc(16 << 20) == 0x60000000
    assert 0x20000000 < machine.alloc(1 << 20) < 0x20400000
    with pytest.raises(DeviceError, match="not enough memory"):
        machine.alloc(8 << 20)


def test_float_code_runs_without_startup(machine: Machine) -> None:
    values = [0.0, 1.0, -1.04, 3.999, 100.0, -100.0]
    source, target = machine.alloc(24), machine.alloc(6)
    machine.write(source, struct.pack("<6f", *values))
    machine.call("quantise", source, target, 6)
    assert struct.unpack("<6b", machine.read(target, 6)) == (3, 16, -10, 53, 127, -128)


def test_doubles_are_computed_like_on_the_device(machine: Machine) -> None:
    a, b = 1.1, 2.7e-3
    source, target = machine.alloc(16), machine.alloc(72)
    machine.write(source, struct.pack("<2d", a, b))
    machine.call("doubles", source, target)
    *results, single, integer = struct.unpack("<6dfi", machine.read(target, 56))
    assert results[:4] == [a + b, a - b, a * b, a / b]
    assert results[4] == pytest.approx(a + a * b, rel=1e-15)
    assert results[5] == b**0.5
    assert single == struct.unpack("<f", struct.pack("<f", a))[0]
    assert integer == int(a / b)
    assert struct.unpack("<d", machine.read(target + 56, 8))[0] == -(a / b)  # a*b < a/b


def test_callback_sees_every_entry(machine: Machine) -> None:
    seen: list[int] = []
    fresh = Machine(program())
    fresh.on("tvm_tiny_layer_done", lambda m: seen.append(m.register(0)))
    fresh.call("net")
    assert seen == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("function", "argument", "message"),
    [
        ("poke", 0x0, "write to read-only address 0x00000000"),
        ("poke", 0x50000000, "write to address 0x50000000"),
        ("peek", 0xC0000000, "read of address 0xc0000000"),
        ("jump", 0x40000001, "jump to address 0x40000000"),
        ("trap", 0, "invalid instruction"),
    ],
)
def test_fault_names_address_and_function(
    machine: Machine, function: str, argument: int, message: str
) -> None:
    with pytest.raises(DeviceError, match=message) as caught:
        machine.call(function, argument)
    if function != "jump":
        start = machine.symbol(function) & ~1
        assert function in str(caught.value)
        assert f"0x{start:08x}"[:8] in str(caught.value)
    assert machine.call("sum6", 1, 0, 0, 0, 0, 0) == 1  # the machine is usable afterwards


def test_endless_loop_is_stopped(machine: Machine) -> None:
    with pytest.raises(DeviceError, match="timeout") as caught:
        machine.call("spin", timeout_s=0.2)
    assert "spin" in str(caught.value)


def test_unknown_symbol_is_a_usage_error(machine: Machine) -> None:
    with pytest.raises(UsageError, match="no_such_function"):
        machine.call("no_such_function")


def test_stack_mark_grows_with_recursion(machine: Machine) -> None:
    machine.call("dig", 1)
    shallow = machine.last_stack_bytes
    machine.call("dig", 11)
    deep = machine.last_stack_bytes
    assert shallow >= 2 * 64
    assert (deep - shallow) % 10 == 0
    assert 64 <= (deep - shallow) // 10 <= 128
    machine.call("sum6", 0, 0, 0, 0, 0, 0)
    assert machine.last_stack_bytes <= 16


def test_stack_overflow_is_found(machine: Machine) -> None:
    machine.call("dig", 5, stack_bytes=1024)
    with pytest.raises(DeviceError, match="stack is too small"):
        machine.call("dig", 1000, stack_bytes=1024)


def test_program_prints_and_exits() -> None:
    machine = Machine(program())
    assert machine.run_program() == (7, "hello x")
    assert machine.run_program() == (7, "hello x")


@pytest.mark.parametrize("damage", [b"", b"\x7fELF", b"no program at all"])
def test_what_is_no_program_is_refused(damage: bytes) -> None:
    with pytest.raises(DeviceError, match="not a program"):
        Machine(damage)


def test_program_for_other_memory_is_refused() -> None:
    elf = program()
    moved = elf.replace(struct.pack("<I", 0x20000000), struct.pack("<I", 0x90000000))
    with pytest.raises(DeviceError, match="no such memory"):
        Machine(moved)


def test_unknown_core_is_refused() -> None:
    with pytest.raises(UsageError, match="cortex-m99"):
        Machine(program(), core="cortex-m99")

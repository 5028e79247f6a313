# SPDX-License-Identifier: Apache-2.0
"""Start-up raises the core's clock: read back from the registers of the simulated board."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from tiny_project import SPEC

from tvm_tiny.boards import Board, boards, load_board
from tvm_tiny.boards.clock_tree import Registers, registers_of
from tvm_tiny.boards.clocks import Speed, uart_at
from tvm_tiny.boards.firmware import link
from tvm_tiny.boards.simulated import SimulatedBoard
from tvm_tiny.crt_project import write_project
from tvm_tiny.errors import UsageError
from tvm_tiny.limits import parse_clock
from tvm_tiny.toolchain.build import find_compiler

MODELLED = [b for b in boards() if b.clock.tree]


def carried_out(board: Board, speed: Speed, leave_out: str = "") -> Registers:
    """The registers after the steps of a speed, as start-up code takes them."""
    registers = registers_of(board)
    for step in speed.steps:
        if step.wait:
            if registers.read(step.address) & step.mask != step.value:
                registers.fault(f"waits for ever: {step.why}")
        elif not leave_out or leave_out not in step.why:
            word = registers.read(step.address) & ~step.mask | step.value
            registers.write(step.address, word)
            registers.read(step.address)
    return registers


def test_at_least_three_boards_model_their_clock() -> None:
    assert {b.clock.tree for b in MODELLED} >= {"stm32f4", "stm32f7", "stm32l4", "stm32h7"}


@pytest.mark.parametrize("board", MODELLED, ids=lambda b: b.name)
def test_steps_bring_the_core_to_its_speed(board: Board) -> None:
    assert registers_of(board).core_hz == board.clock.core_hz
    for speed in board.clock.speeds:
        registers = carried_out(board, speed)
        assert registers.faults == []
        assert registers.core_hz == speed.hz


@pytest.mark.parametrize(
    ("name", "left_out", "fault"),
    [
        ("nucleo-l4r5zi", "5 wait states", "the flash needs 5"),
        ("nucleo-l4r5zi", "boost", "without the boost mode"),
        ("nucleo-l4r5zi", "for the switch", "without halving the AHB"),
        ("nucleo-l4r5zi", "PLL on", "not on"),
        ("nucleo-f767zi", "7 wait states", "the flash needs 7"),
        ("nucleo-f767zi", "switch to over-drive", "without over-drive"),
        ("nucleo-f767zi", "prescalers of the APBs", "APB1 at 216 MHz"),
        ("nucleo-h743zi2", "4 wait states", "waits for ever: FLASH_ACR"),
        ("nucleo-h743zi2", "ODEN", "core at 480 MHz, allowed are 0 to 400"),
        ("nucleo-h743zi2", "RCC_D1CFGR", "AHB and AXI at 480 MHz"),
    ],
)
def test_a_step_left_out_is_a_fault(name: str, left_out: str, fault: str) -> None:
    board = load_board(name)
    (speed,) = board.clock.speeds
    assert any(left_out in step.why for step in speed.steps)
    faults = carried_out(board, speed, left_out).faults
    assert any(fault in words for words in faults), faults


@pytest.mark.parametrize(
    ("name", "left_out"), [("nucleo-f767zi", "RCC_PLLCFGR"), ("nucleo-h743zi2", "RCC_PLL1DIVR")]
)
def test_another_pll_is_another_clock(name: str, left_out: str) -> None:
    board = load_board(name)
    (speed,) = board.clock.speeds
    assert carried_out(board, speed, left_out).core_hz != speed.hz


@pytest.mark.parametrize("name", ["nucleo-h743zi2", "nucleo-l4r5zi", "stm32f746g-disco"])
@pytest.mark.parametrize("hz", [None, 0])
def test_the_firmwares_clock_is_read_back(tmp_path: Path, name: str, hz: int | None) -> None:
    board = load_board(name)
    board = board.at(board.clock.core_hz if hz == 0 else None)
    write_project(SPEC, tmp_path)
    spec = replace(SPEC, core=board.core)
    elf = link(tmp_path, spec, board, compiler=find_compiler("auto")).check()
    simulated = SimulatedBoard(board, elf)
    code, _ = simulated.run(60.0)
    assert code == 0
    assert simulated.registers.core_hz == board.run_hz
    assert board.run_hz == (board.clock.core_hz if hz == 0 else board.clock.rated_hz)


def test_another_clock_must_be_in_the_boards_file() -> None:
    with pytest.raises(UsageError, match="unknown clock") as caught:
        load_board("nucleo-h743zi2").at(400_000_000)
    assert caught.value.code == "TT6305"
    assert "64M, 480M" in caught.value.problems[0].do


def test_the_serial_line_keeps_its_speed() -> None:
    board = load_board("nucleo-f446re")
    assert board.uart is not None
    at = uart_at(board.uart, board.clock.speed(180_000_000))
    brr = [w.value for w in at.setup if w.why.startswith("BRR")]
    assert brr == [round(45_000_000 / 115_200)]
    assert at.ticks_hz == 180_000_000
    assert uart_at(board.uart, None) == board.uart


@pytest.mark.parametrize("board", boards(), ids=lambda b: b.name)
def test_every_figure_has_a_source_or_says_that_it_has_none(board: Board) -> None:
    cited = [*(r.timing for r in board.regions if r.timing), *board.caches, *board.clock.speeds]
    assert all(c.sources or c.unverified for c in cited)
    for speed in board.clock.speeds:
        for region in board.regions:
            if region.timing and region.timing.serial is None:
                assert region.timing.wait_states_at(speed.hz) is not None


def test_clocks_in_words() -> None:
    assert [parse_clock(t) for t in ("480M", "64MHz", 1e6, "32k", None)] == [
        480_000_000, 64_000_000, 1_000_000, 32_000, None,
    ]  # fmt: skip
    for wrong in ("fast", "-1M", 0, "9G", "M"):
        with pytest.raises(UsageError):
            parse_clock(wrong)


def test_a_board_file_can_be_written_again() -> None:
    board = load_board("nucleo-h743zi2")
    assert msgspec.convert(msgspec.to_builtins(board), Board) == board

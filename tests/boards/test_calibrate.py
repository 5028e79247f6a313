# SPDX-License-Identifier: Apache-2.0
"""Measured cycles beside modelled ones: the whole way, over simulated boards' lines and QEMU."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from cli_run import run as cli

import tvm_tiny
from tvm_tiny.artifact import Artifact
from tvm_tiny.boards import load_board
from tvm_tiny.boards.calibration import Calibration, MeasuredModel, calibration_of, with_calibration
from tvm_tiny.boards.data import FOLDER, board_text
from tvm_tiny.boards.measured import Where, measure
from tvm_tiny.cli.measured import counted_line
from tvm_tiny.device.board import Clock, DeviceProfile
from tvm_tiny.errors import DeviceError, UsageError
from tvm_tiny.report.text import verdict
from tvm_tiny.testing.models import autoencoder, tiny_convnet

BOARD = "nucleo-h743zi2"
POINTS = (
    MeasuredModel("a", 100, 110),
    MeasuredModel("b", 200, 260),
    MeasuredModel("c", 1000, 1200),
)


def test_the_factor_is_the_middle_one() -> None:
    assert calibration_of(POINTS, 64_000_000, "gcc -O2").factor == 1.2
    assert POINTS[1].factor == 1.3


@pytest.mark.parametrize("board", [p.stem for p in sorted(FOLDER.glob("*.toml"))])
def test_any_boards_file_takes_it_and_takes_it_again(board: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    first = calibration_of(POINTS[:1], 64_000_000, 'a "compiler"\\', rehearsed=True)
    path.write_text(with_calibration(board_text(board), first))
    read = load_board(str(path)).calibration
    assert read is not None
    assert (read.factor, read.rehearsed, read.points) == (1.1, True, POINTS[:1])
    again = calibration_of(POINTS, 480_000_000, "gcc -O2")
    path.write_text(with_calibration(path.read_text(), again))
    assert path.read_text().count("[calibration]") == 1
    made = load_board(str(path))
    assert made.calibration == Calibration(1.2, 480_000_000, "gcc -O2", POINTS)
    plain = load_board(board)
    assert (made.regions, made.clock, made.uart) == (plain.regions, plain.clock, plain.uart)


def test_a_factor_that_no_board_has_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    wrong = Calibration(1e9, 64_000_000)
    path.write_text(with_calibration(board_text(BOARD), wrong))
    with pytest.raises(UsageError, match="TT6302"):
        load_board(str(path))


@pytest.fixture(scope="module")
def artifact() -> Artifact:
    return tvm_tiny.build(tiny_convnet(), board=BOARD, optimize="speed")


def counted_on(artifact: Artifact, board: str, slower: float = 1.0) -> DeviceProfile:
    where = Where("simulated", slower=slower)
    return measure(artifact, load_board(board), artifact.report, where)


@pytest.mark.slow
@pytest.mark.simulator
@pytest.mark.parametrize("board", [BOARD, "nrf52840-dk"])
def test_a_simulated_board_counts_over_its_line(board: str, artifact: Artifact) -> None:
    """UART and UARTE; half as slow again is half as many cycles again, in every layer."""
    built = artifact if board == BOARD else tvm_tiny.build(
        tiny_convnet(), board=board, optimize="speed"
    )  # fmt: skip
    one, more = counted_on(built, board), counted_on(built, board, 1.5)
    assert one.cycles is not None
    assert one.clock_hz == load_board(board).run_hz
    assert len(one.layers) == len(built.report.layers)
    for layer, few, many in zip(built.report.layers, one.layers, more.layers, strict=True):
        assert many == pytest.approx(1.5 * few, abs=4)
        # The simulated counter ticks about once an instruction, in whole blocks: of that size.
        assert layer.instructions is not None
        assert 0.5 * layer.instructions - 400 <= few <= 2 * layer.instructions + 400, layer.name
    assert sum(one.layers) <= one.cycles
    assert more.cycles == pytest.approx(1.5 * one.cycles, rel=0.01)


@pytest.mark.slow
@pytest.mark.simulator
def test_the_verb_writes_a_board_that_is_used(tmp_path: Path) -> None:
    (tmp_path / "ad.tflite").write_bytes(autoencoder())
    command = ("calibrate", "ad.tflite", "--board", BOARD, "--line", "simulated", "-o", "my.toml")
    done = cli(*command, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "rehearsed, not measured" in done.stdout
    found = load_board(str(tmp_path / "my.toml")).calibration
    assert found is not None
    assert found.rehearsed
    assert found.points[0].model == "ad"
    plain = tvm_tiny.build(autoencoder(), board=BOARD).report
    mine = tvm_tiny.build(autoencoder(), board=str(tmp_path / "my.toml")).report
    assert mine.cycles.total == plain.cycles.total
    assert mine.cycles.ms == pytest.approx(plain.cycles.ms * found.factor, abs=2e-4)
    assert "measured cycles for a modelled one" in verdict(mine)
    shown = cli("profile", "ad.tflite", "--board", BOARD, "--line", "simulated", cwd=tmp_path)
    assert re.search(r"all +[\d,]+ +[\d,]+ +\d\.\d\d", shown.stdout), shown.stdout + shown.stderr
    assert cli("profile", "ad.tflite", "--line", "simulated", cwd=tmp_path).returncode == 2


@pytest.mark.slow
@pytest.mark.qemu
@pytest.mark.skipif(not shutil.which("qemu-system-arm"), reason="no QEMU")
def test_qemu_answers_but_counts_no_cycles() -> None:
    built = tvm_tiny.build(autoencoder(), board="mps2-an500", optimize="speed")
    with pytest.raises(DeviceError, match="TT5009"):
        measure(built, load_board("mps2-an500"), built.report, Where(""))


def test_what_a_board_counted_is_a_line(artifact: Artifact) -> None:
    cycles = artifact.report.cycles.total or 0
    counted = DeviceProfile(Clock.CYCLES, 480_000_000, 2 * cycles, ())
    assert counted_line(artifact, counted) == (
        f"{2 * cycles:,} cycles a run, counted on the board; modelled {cycles:,}: 2.00"
    )
    instructions = DeviceProfile(Clock.INSTRUCTIONS, 0, 1234, ())
    assert counted_line(artifact, instructions) == "1,234 instructions a run, counted on the board"
    assert counted_line(artifact, DeviceProfile(Clock.NONE, 0, None, ())) == ""
    assert counted_line(artifact, None) == ""


@pytest.mark.slow
@pytest.mark.qemu
@pytest.mark.skipif(not shutil.which("qemu-system-arm"), reason="no QEMU")
def test_run_and_validate_say_what_the_board_counted(tmp_path: Path) -> None:
    (tmp_path / "ad.tflite").write_bytes(autoencoder())
    for verb in ("run", "validate"):
        done = cli(
            verb, "ad.tflite", "--on", "board:mps2-an500", "--data", "random:1", cwd=tmp_path
        )
        assert done.returncode == 0, done.stderr
        assert re.search(r"[\d,]+ instructions a run, counted on the board", done.stdout)

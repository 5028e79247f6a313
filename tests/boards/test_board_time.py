# SPDX-License-Identifier: Apache-2.0
"""Waits and milliseconds on a board, and limits of time."""

from __future__ import annotations

import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

import pytest

import tvm_tiny
from tvm_tiny.artifact import Artifact
from tvm_tiny.boards.data import board_text
from tvm_tiny.cli import main
from tvm_tiny.errors import DoesNotFitError, UsageError
from tvm_tiny.report.model import from_json, to_json
from tvm_tiny.report.text import text, verdict
from tvm_tiny.testing.models import tiny_convnet

pytestmark = pytest.mark.simulator
BOARD = "stm32f746g-disco"


@pytest.fixture(scope="module")
def artifact() -> Artifact:
    return tvm_tiny.build(tiny_convnet(), board=BOARD)


def test_cycles_are_the_cores_and_what_it_waits(artifact: Artifact) -> None:
    report = artifact.report
    board, cycles = report.board, report.cycles
    assert board is not None
    assert cycles.stalls == board.stall_cycles
    assert cycles.stalls > 0
    assert cycles.hz == board.hz == 216_000_000
    assert cycles.ms == pytest.approx(1e3 * cycles.total / 216e6, abs=1e-4)
    assert sum(w.stall_cycles for w in board.waits) == pytest.approx(cycles.stalls, abs=4)


@pytest.fixture(scope="module")
def all_in_flash(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The L4R5's board with nowhere to copy code to."""
    lines = board_text("nucleo-l4r5zi").splitlines(keepends=True)
    path = tmp_path_factory.mktemp("boards") / "flash-only.toml"
    path.write_text("".join(line for line in lines if not line.startswith("code = ")))
    return str(path)


def test_waits_are_those_of_the_layers(all_in_flash: str) -> None:
    """On a board whose buffers this model does not fit: with caches the second run hardly waits."""
    report = tvm_tiny.build(tiny_convnet(), board=all_in_flash).report
    assert report.board is not None
    total = report.cycles.stalls
    assert total > 0.2 * report.cycles.modelled
    assert 0.99 * total <= sum(layer.stall_cycles or 0 for layer in report.layers) <= total
    for wait in report.board.waits:
        where = f"{wait.region} {wait.of}"
        parts = [layer.stalls_by_region.get(where, 0) for layer in report.layers]
        assert sum(parts) == pytest.approx(wait.stall_cycles, rel=0.01)
    for layer in report.layers:
        assert sum(layer.stalls_by_region.values()) == pytest.approx(layer.stall_cycles, abs=4)
    stem, pool = report.layers[0], next(x for x in report.layers if x.name == "pool")
    assert stem.stalls_by_region["FLASH code"] > 0  # unrolled beyond 1 KiB of ART
    assert pool.weight_bytes == 0
    assert pool.stalls_by_region["FLASH data"] < 50


def test_hot_code_runs_from_the_ram_that_the_code_bus_sees(all_in_flash: str) -> None:
    """Waits for code go, the core's cycles stay; a part of the RAM is taken for it, and said."""
    artifact = tvm_tiny.build(tiny_convnet(), board="nucleo-l4r5zi")
    report, before = artifact.report, tvm_tiny.build(tiny_convnet(), board=all_in_flash).report
    assert report.board is not None
    waits = {f"{w.region} {w.of}": w.stall_cycles for w in report.board.waits}
    assert waits.get("FLASH code", 0) < 0.01 * report.cycles.modelled
    assert report.cycles.modelled == pytest.approx(before.cycles.modelled, rel=0.02)
    assert report.cycles.stalls < 0.5 * before.cycles.stalls
    memories = {m.region: m for m in report.board.memories}
    assert memories["SRAM2"].kind == "code"
    assert 0 < memories["SRAM2"].bytes <= memories["SRAM2"].of_bytes == 0x10000
    assert memories["SRAM"].of_bytes == 0x30000
    assert "SRAM2" in verdict(report)


def test_the_core_itself_is_as_fast_as_without_a_board(artifact: Artifact) -> None:
    alone = tvm_tiny.build(tiny_convnet())
    assert alone.report.board is None
    assert alone.report.cycles.stalls is None
    assert alone.report.cycles.ms is None
    assert artifact.report.cycles.modelled == pytest.approx(alone.report.cycles.modelled, rel=0.02)


def test_the_verdict_names_board_memories_and_time(artifact: Artifact) -> None:
    words = verdict(artifact.report)
    assert words.startswith(f"fits  {BOARD}: RAM ")
    assert "DTCM" in words
    assert "waiting for memories" in words
    assert words.endswith("ms at 216 MHz")
    whole = text(artifact.report, width=200)
    assert "waits" in whole
    assert "unverified" in whole
    assert from_json(to_json(artifact.report)) == artifact.report


def test_a_slower_clock_waits_less_and_takes_longer(artifact: Artifact) -> None:
    slow = tvm_tiny.build(tiny_convnet(), board=BOARD, clock="16M")
    assert slow.report.cycles.stalls < artifact.report.cycles.stalls
    assert slow.report.cycles.ms > 10 * artifact.report.cycles.ms


def test_a_clock_without_a_board_says_what_it_leaves_out() -> None:
    report = tvm_tiny.build(tiny_convnet(), clock="100M").report
    assert report.cycles.ms == pytest.approx(report.cycles.modelled / 1e5, abs=1e-4)
    assert any("zero wait states" in note for note in report.notes)
    assert verdict(report).endswith("ms at 100 MHz")


def test_the_least_ram_that_keeps_a_limit_of_time() -> None:
    fast = tvm_tiny.build(tiny_convnet(), clock="100M", optimize="speed")
    least = tvm_tiny.build(tiny_convnet(), clock="100M", optimize="ram")
    patient = tvm_tiny.build(tiny_convnet(), clock="100M", max_ms=1000)
    assert patient.report.memory.arena_bytes <= least.report.memory.arena_bytes
    limit = fast.report.cycles.ms
    hasty = tvm_tiny.build(tiny_convnet(), clock="100M", max_ms=limit)
    assert hasty.report.cycles.ms <= limit
    assert hasty.report.limits.fits
    assert f"of {limit:g} ms" in verdict(hasty.report)


def test_too_slow_is_said_with_what_it_takes() -> None:
    with pytest.raises(DoesNotFitError, match=r"takes .* ms, the limit is 0.001 ms") as caught:
        tvm_tiny.build(tiny_convnet(), clock="100M", max_ms=0.001)
    assert caught.value.exit_code == 4


@pytest.mark.parametrize("wrong", [{"max_ms": 5.0}, {"max_ms": -1.0, "clock": "1M"}])
def test_limits_of_time_that_mean_nothing(wrong: dict[str, float]) -> None:
    with pytest.raises(UsageError) as caught:
        tvm_tiny.build(tiny_convnet(), **wrong)
    assert caught.value.code == "TT6041"


def test_a_dma_buffer_counts_beside_the_arena() -> None:
    plain = tvm_tiny.build(tiny_convnet()).report.memory
    apart = tvm_tiny.build(tiny_convnet(), dma_input=True).report
    size = sum(t.bytes for t in apart.inputs)
    assert apart.memory.dma_bytes == size
    assert apart.memory.used_bytes == plain.used_bytes + size
    with pytest.raises(DoesNotFitError):
        tvm_tiny.build(tiny_convnet(), dma_input=True, optimize="ram", ram=size + 100)


def test_profile_and_plan_say_milliseconds(tmp_path: Path) -> None:
    model = tmp_path / "net.tflite"
    model.write_bytes(tiny_convnet())
    profiled = command("profile", model, "--board", BOARD, "--max-ms", "1000")
    assert profiled.returncode == 0
    assert "of 1000 ms at 216 MHz" in " ".join(profiled.stdout.split())
    assert " waits " in profiled.stdout
    plans = json.loads(command("plan", model, "--clock", "100M", "--json").stdout)["plans"]
    assert all(p["ms_estimated"] > 0 for p in plans)
    assert [p["ms_estimated"] for p in plans] == sorted(p["ms_estimated"] for p in plans)
    late = command("plan", model, "--clock", "100M", "--max-ms", "0.0001")
    assert late.returncode == 4
    assert "the limit is 0.0001 ms" in late.stderr
    assert command("plan", model, "--max-ms", "1").returncode == 2


def command(*arguments: str | Path) -> SimpleNamespace:
    """The command line in this process: importing TVM anew takes seconds."""
    out, err = io.StringIO(), io.StringIO()
    with (
        patch.object(sys, "argv", ["tvm-tiny", *map(str, arguments)]),
        patch.dict("os.environ", {"COLUMNS": "200"}),
        redirect_stdout(out),
        redirect_stderr(err),
        pytest.raises(SystemExit) as ended,
    ):
        main()
    code = ended.value.code or 0
    return SimpleNamespace(returncode=code, stdout=out.getvalue(), stderr=err.getvalue())

# SPDX-License-Identifier: Apache-2.0
"""Waits and milliseconds on a board, and limits of time."""

from __future__ import annotations

import io
import json
import shutil
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest

import tvm_tiny
from tvm_tiny.artifact import Artifact
from tvm_tiny.boards.data import board_text, load_board
from tvm_tiny.boards.firmware import link
from tvm_tiny.boards.flashers import FLASHERS
from tvm_tiny.boards.open_project import link_built
from tvm_tiny.boards.running import carry_out, make_job
from tvm_tiny.boards.timing import on_board, with_hot_constants
from tvm_tiny.cli import main
from tvm_tiny.errors import DoesNotFitError, UsageError
from tvm_tiny.report.model import from_json, to_json
from tvm_tiny.report.text import text, verdict
from tvm_tiny.run.qemu import parse_outputs
from tvm_tiny.testing.models import tiny_convnet
from tvm_tiny.toolchain.build import find_compiler
from tvm_tiny.toolchain.compilers import CompilerKind

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


@pytest.fixture(scope="module")
def in_ram() -> Artifact:
    return tvm_tiny.build(tiny_convnet(), board="nucleo-l4r5zi", constants="ram")


def test_constants_in_ram_are_not_waited_for(in_ram: Artifact, tmp_path: Path) -> None:
    report, linked = in_ram.report, in_ram.linked
    assert report.board is not None
    assert linked is not None
    assert linked.placement.constants is not None
    waits = {f"{w.region} {w.of}": w.stall_cycles for w in report.board.waits}
    assert waits["FLASH data"] < 0.005 * report.cycles.modelled  # was 80 k of 665 k
    assert report.board.constants == list(linked.placement.copied)
    in_ram.save(tmp_path / "out")
    script = (tmp_path / "out/boards/nucleo-l4r5zi/link.ld").read_text()
    assert all(f"*(.rodata.{symbol})" in script for symbol in report.board.constants)
    assert (
        "copy(tvm_tiny_port_constants_load"
        in (tmp_path / "out/boards/nucleo-l4r5zi/start.c").read_text()
    )


@pytest.mark.parametrize("kind", ["zig", "gcc"])
def test_constants_in_ram_give_the_same_outputs(in_ram: Artifact, kind: CompilerKind) -> None:
    """Start-up copies them before they are read: RAM holds rubbish at power-on."""
    if kind == "gcc" and not shutil.which("arm-none-eabi-gcc"):
        pytest.skip("no gcc")
    board, seen = load_board("nucleo-l4r5zi"), list[str]()
    for report in (in_ram.report, in_ram.core_report):
        tool = find_compiler(kind)
        linked = link(in_ram.project_dir(), in_ram.spec, board, report, tool)
        assert bool(linked.placement.copied) == (report is in_ram.report)
        lines: list[str] = []
        job = make_job(board, linked.check())
        assert carry_out(FLASHERS["simulator"], job, lines.append, 60.0) == 0
        seen.append("\n".join(lines))
    assert seen[0] == seen[1]
    parse_outputs(in_ram.spec, seen[0])


def test_the_most_awaited_constants_go_first_into_little_room(tmp_path: Path) -> None:
    """SRAM of 13 KiB: arena, stack and variables, then what is worth most a byte."""
    text = board_text("nucleo-f446re").replace("length_bytes = 0x2_0000", "length_bytes = 0x3400")
    path = tmp_path / "little.toml"
    path.write_text(text)
    artifact = tvm_tiny.build(tiny_convnet(), board=str(path), constants="ram")
    assert artifact.linked is not None
    assert artifact.report.board is not None
    first = link_built(artifact, artifact.core_report)
    wanted = with_hot_constants(artifact, artifact.core_report, first).board
    assert wanted is not None
    copied = artifact.report.board.constants
    assert 0 < len(copied) < len(wanted.constants)
    assert copied[0] == wanted.constants[0]
    assert copied == [symbol for symbol in wanted.constants if symbol in copied]
    (sram,) = (m for m in artifact.report.board.memories if m.region == "SRAM")
    assert sram.bytes <= sram.of_bytes
    stalls = on_board(artifact, artifact.core_report, first).cycles.stalls
    assert stalls is not None
    assert artifact.report.cycles.stalls < stalls


@pytest.mark.parametrize("wrong", [{"constants": "ram"}, {"constants": "dtcm", "board": BOARD}])
def test_constants_with_no_place(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError) as caught:
        tvm_tiny.build(tiny_convnet(), **wrong)
    assert caught.value.code == "TT6043"


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

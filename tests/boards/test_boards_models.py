# SPDX-License-Identifier: Apache-2.0
"""Boards with real models, and from the command line."""

from __future__ import annotations

import io
import os
import shutil
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

import pytest
from paths import shared

import tvm_tiny
from tvm_tiny.boards import boards
from tvm_tiny.boards.firmware import link
from tvm_tiny.boards.flashers import FLASHERS
from tvm_tiny.boards.running import carry_out, make_job
from tvm_tiny.cli import main
from tvm_tiny.errors import DoesNotFitError, UsageError
from tvm_tiny.run.qemu import parse_outputs
from tvm_tiny.testing.models import tiny_convnet
from tvm_tiny.toolchain.build import find_compiler


def run(*arguments: str | Path) -> SimpleNamespace:
    """The command line in this process: importing TVM anew takes seconds."""
    out, err = io.StringIO(), io.StringIO()
    with (
        patch.object(sys, "argv", ["tvm-tiny", *map(str, arguments)]),
        redirect_stdout(out),
        redirect_stderr(err),
        pytest.raises(SystemExit) as ended,
    ):
        main()
    code = ended.value.code or 0
    return SimpleNamespace(returncode=code, stdout=out.getvalue(), stderr=err.getvalue())


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("boards") / "out"
    artifact = tvm_tiny.build(tiny_convnet(), board="nucleo-h743zi2")
    assert artifact.linked is not None
    assert artifact.linked.placement.arena.name == "DTCM"
    artifact.save(folder)
    return folder


def test_a_project_for_a_board_has_its_files(project: Path) -> None:
    script = (project / "boards/nucleo-h743zi2/link.ld").read_text()
    assert "DTCM (rwx) : ORIGIN = 0x20000000, LENGTH = 0x20000" in script
    assert "caches_on();" in (project / "boards/nucleo-h743zi2/start.c").read_text()


def test_run_a_project_on_the_simulated_board(project: Path) -> None:
    done = run("run", project, "--board", "nucleo-h743zi2", "--runner", "simulator")
    assert done.returncode == 0, done.stderr
    spec = tvm_tiny.build(tiny_convnet()).spec
    assert set(parse_outputs(spec, done.stdout)) == {io.name for io in spec.outputs}


@pytest.mark.qemu
@pytest.mark.skipif(not shutil.which("qemu-system-arm"), reason="no QEMU")
def test_run_a_project_on_qemus_board(project: Path) -> None:
    done = run("run", project, "--board", "mps2-an500")
    simulated = run("run", project, "--board", "nucleo-h743zi2", "--runner", "simulator")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("output ")
    assert done.stdout == simulated.stdout


def test_dry_run_prints_the_commands(project: Path) -> None:
    arguments = ("run", project, "--board", "nucleo-h743zi2", "--dry-run")
    done = run(*arguments, "--runner", "st-flash")
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    assert line.startswith("st-flash --reset write ")
    image = Path(line.split()[-2])
    assert image.stat().st_size > 1000
    script = run(*arguments, "--runner", "jlink").stdout.splitlines()
    assert script[1:3] == ["#   r", "#   h"]


def test_the_device_firmware_is_flashed_and_left_running(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ("run", project, "--board", "nucleo-h743zi2", "--firmware", "device")
    shown = run(*arguments, "--runner", "openocd", "--dry-run").stdout
    assert shown.rstrip().endswith("-c 'reset run; shutdown'")
    assert "device-nucleo-h743zi2" in shown
    program = tmp_path / "openocd"
    program.write_text("#!/bin/sh\nexit 0\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    done = run(*arguments, "--runner", "openocd")
    assert (done.returncode, "board:nucleo-h743zi2@PORT" in done.stdout) == (0, True), done.stderr
    program.write_text("#!/bin/sh\necho flash locked\nexit 1\n")
    done = run(*arguments, "--runner", "openocd")
    assert (done.returncode, "error[TT5001]" in done.stderr) == (7, True), done.stderr
    done = run(*arguments, "--runner", "simulator")
    assert (done.returncode, "error[TT6304]" in done.stderr) == (2, True), done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--board", "nucleo-h743"), 2, "error[TT6301]"),
        (("--board", "rp2040"), 2, "error[TT6303]"),
        (("--board", "nucleo-h743zi2", "--runner", "picotool"), 2, "error[TT6304]"),
    ],
)
def test_errors(project: Path, arguments: tuple[str, ...], code: int, message: str) -> None:
    done = run("run", project, *arguments)
    assert (done.returncode, message in done.stderr) == (code, True), done.stderr


def test_a_folder_that_is_no_project(tmp_path: Path) -> None:
    done = run("run", tmp_path, "--board", "mps2-an500")
    assert (done.returncode, "error[TT6013]" in done.stderr) == (2, True), done.stderr


def test_the_list_names_every_board() -> None:
    done = run("boards")
    assert done.returncode == 0
    assert all(board.name in done.stdout for board in boards())
    assert "0x24000000" in run("boards", "nucleo-h743zi2").stdout


def test_another_target_than_the_boards_is_refused() -> None:
    with pytest.raises(UsageError, match="has a cortex-m0plus"):
        tvm_tiny.build(tiny_convnet(), "cortex-m4", board="rp2040")


def test_build_says_what_does_not_fit(tmp_path: Path) -> None:
    small = tmp_path / "small.toml"
    text = next(b for b in boards() if b.name == "nucleo-f446re")
    source = Path(tvm_tiny.__file__).parent / "targets" / "boards" / f"{text.name}.toml"
    small.write_text(source.read_text().replace("0x8_0000", "0x2000").replace("0x2_0000", "0x1000"))
    with pytest.raises(DoesNotFitError) as caught:
        tvm_tiny.build(tiny_convnet(), board=str(small))
    where = [problem.where for problem in caught.value.problems]
    assert (caught.value.code, where) == ("TT2102", ["region FLASH", "region SRAM"])


LARGE = [b for b in boards() if max(r.length_bytes for r in b.rams) >= 64 << 10]
"""Boards that hold vww's arena, input and stack."""


@pytest.mark.slow
@pytest.mark.parametrize("core", sorted({board.core for board in LARGE}))
def test_vww_links_and_runs_on_every_board(core: str) -> None:
    """Both tool chains; the start-up code is run too, and the outputs are the same everywhere."""
    model = shared("models/vww_96_int8.tflite")
    artifact = tvm_tiny.build(model, core)
    seen: set[str] = set()
    for board in LARGE:
        for kind in ("zig", "gcc") if shutil.which("arm-none-eabi-gcc") else ("zig",):
            if board.core != core:
                continue
            folder, tool = artifact.project_dir(), find_compiler(kind)
            linked = link(folder, artifact.spec, board, artifact.report, tool)
            lines: list[str] = []
            job = make_job(board, linked.check())
            to_ram = linked.board.code_ram is not None
            assert bool(linked.placement.hot) == to_ram, (board.name, kind)
            assert carry_out(FLASHERS["simulator"], job, lines.append, 300.0) == 0, board.name
            seen.add("\n".join(lines))
    assert len(seen) == 1
    parse_outputs(artifact.spec, seen.pop())

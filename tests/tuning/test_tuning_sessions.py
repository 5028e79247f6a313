# SPDX-License-Identifier: Apache-2.0
"""Tuning sessions that are stopped, killed or spread over servers end as one left alone does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hang import HANG_S
from simulator_programs import LINK, zig
from tuning_models import TRIALS, found, small_model

from tvm_tiny.errors import DeviceError, UsageError
from tvm_tiny.project_spec import IoSpec
from tvm_tiny.tuning import TuneResult, tune
from tvm_tiny.tuning.farm import LocalFarm
from tvm_tiny.tuning.programs import LinkedLayer, run_bytes

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX"),
]

CORE = "cortex-m7"
SEED = 5
_PATIENCE_S = HANG_S


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> TuneResult:
    """The undisturbed session."""
    folder = tmp_path_factory.mktemp("alone")
    return tune(small_model(), CORE, database=folder, trials=TRIALS, seed=SEED)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "tuned.tflite"
    path.write_bytes(small_model())
    return path


def _start(*arguments: str | Path) -> subprocess.Popen[str]:
    """A command in a process group of its own, as a shell does it."""
    return subprocess.Popen(
        [sys.executable, "-m", "tvm_tiny", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def _wait_for_trials(folder: Path, count: int, process: subprocess.Popen[str]) -> None:
    until = time.monotonic() + _PATIENCE_S
    path = folder / "trials.jsonl"
    while not path.exists() or len(path.read_bytes().splitlines()) < count:
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.parametrize(("how", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
def test_stopped_and_killed_sessions_resume_without_loss(
    alone: TuneResult, model: Path, tmp_path: Path, how: signal.Signals, code: int
) -> None:
    folder = tmp_path / "db"
    options = ("-d", folder, "--trials", str(TRIALS), "--seed", str(SEED))
    process = _start("tune", model, *options)
    _wait_for_trials(folder, 6, process)
    os.killpg(process.pid, how)
    printed, _ = process.communicate(timeout=_PATIENCE_S)
    assert process.returncode == code, printed
    if how == signal.SIGINT:
        assert "--resume" in printed
    done = len((folder / "trials.jsonl").read_bytes().splitlines())
    with pytest.raises(UsageError) as caught:
        tune(model, CORE, database=folder)
    assert caught.value.code == "TT6103"
    resumed = tune(model, CORE, database=folder, resume=True)
    assert found(resumed) == found(alone)
    assert resumed.repeated >= min(done, 6)


@dataclass
class _Servers:
    """A tracker and two servers on this machine."""

    tracker: str
    processes: list[subprocess.Popen[str]]

    def kill_one(self) -> None:
        os.killpg(self.processes[0].pid, signal.SIGKILL)


@pytest.fixture
def servers() -> Iterator[_Servers]:
    tracker_module = pytest.importorskip("tvm.rpc.tracker")
    tracker: Any = tracker_module.Tracker("127.0.0.1", port=9290, port_end=9390, silent=True)
    where = f"127.0.0.1:{tracker.port}"
    started = [_start("tune-server", "--tracker", where) for _ in range(2)]
    for process in started:
        assert process.stdout is not None
        assert "serving" in process.stdout.readline()
    time.sleep(1)
    yield _Servers(where, started)
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    tracker.terminate()


@pytest.mark.parametrize("kill", [False, True])
def test_two_servers_find_the_same_also_if_one_is_killed(
    alone: TuneResult, servers: _Servers, tmp_path: Path, kill: bool
) -> None:
    seen: list[int] = []

    def on_trial(state: Any) -> None:
        seen.append(state.trials)
        if kill and len(seen) == 3:
            servers.kill_one()

    result = tune(
        small_model(),
        CORE,
        database=tmp_path,
        trials=TRIALS,
        seed=SEED,
        tracker=servers.tracker,
        timeout_s=20,
        on_trial=on_trial,
    )
    assert found(result) == found(alone)
    assert (servers.processes[0].wait(10) if kill else servers.processes[0].poll()) in (
        None,
        -signal.SIGKILL,
    )


def test_without_a_tracker_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DeviceError) as caught:
        tune(small_model(), CORE, database=tmp_path, trials=1, tracker="127.0.0.1:1", timeout_s=5)
    assert caught.value.code == "TT5003"


def _program(folder: Path, body: str) -> bytes:
    """A model of one int8 input and output whose run does ``body``."""
    (folder / "link.ld").write_text(LINK)
    (folder / "a.c").write_text(
        "void tvm_tiny_layer_done(int);"
        '__attribute__((noinline)) void tvm_tiny_layer_done(int i){__asm__ volatile(""::"r"(i));}'
        "int trial_run(void *a, char **x, char **y);"
        f"int trial_run(void *a, char **x, char **y){{{body}}}"
    )
    zig(folder, "-O1", "-T", "link.ld", "-e", "trial_run", "a.c", "-o", "a.elf")
    io = IoSpec("x", "x", (1, 8), "int8", 8)
    return msgspec.msgpack.encode(
        LinkedLayer(
            (folder / "a.elf").read_bytes(), "simulator", CORE, "trial", (io,), (io,), 8, 8, {}
        )
    )


def test_candidates_that_hang_or_crash_are_survived(tmp_path: Path) -> None:
    good = _program(tmp_path, "(void)a;**y=**x;tvm_tiny_layer_done(0);return 0;")
    hangs = _program(tmp_path, '(void)a;(void)x;(void)y;for(;;)__asm__ volatile("");')
    faults = _program(tmp_path, "(void)a;(void)x;(void)y;return *(volatile int *)0xF0000000u;")

    # by value, as a worker cannot import a test
    def run_or_abort(program: bytes) -> bytes:
        if program == b"abort":
            os.abort()
        return run_bytes(program)

    farm = LocalFarm(workers=1, timeout_s=5, run_function=run_or_abort)
    try:
        assert farm.run(good).result().cycles
        assert farm.run(faults).result().error
        assert "5 s of CPU" in farm.run(hangs).result().error
        assert "crashed" in farm.run(b"abort").result().error
        assert farm.run(good).result().cycles
    finally:
        farm.close()

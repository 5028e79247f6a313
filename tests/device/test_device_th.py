# SPDX-License-Identifier: Apache-2.0
"""The dialogue of the MLPerf Tiny runner with the device firmware, as its description shows it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from device_lines import Runner
from tiny_project import SPEC, bench_inputs, expected

import tvm_tiny
from tvm_tiny.artifact import Artifact
from tvm_tiny.crt_project import write_project
from tvm_tiny.device import DeviceClient
from tvm_tiny.device.board import Firmware, open_board, pack
from tvm_tiny.device.transports import SimulatorTransport, Transport, qemu
from tvm_tiny.targets import load_core
from tvm_tiny.testing.models import autoencoder, tiny_convnet

QEMU = pytest.param(
    "mps2-an500",
    marks=[
        pytest.mark.qemu,
        pytest.mark.skipif(not shutil.which("qemu-system-arm"), reason="no QEMU"),
    ],
)
PLACES = ["simulator", QEMU]
SLOW_QEMU = pytest.param(*QEMU.values, marks=[*QEMU.marks, pytest.mark.slow])
FIRMWARE = "m-profile-[ULPMark for tinyML Firmware V0.0.1]"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Firmware:
    folder = tmp_path_factory.mktemp("project")
    write_project(SPEC, folder)
    return Firmware(folder, SPEC, "cortex-m7")


@contextmanager
def runner(place: str, firmware: Firmware) -> Iterator[Runner]:
    """A runner on a board that has just started."""
    if place == "simulator":
        line: Transport = SimulatorTransport(firmware.elf(loopback=True), firmware.core)
    else:
        line = qemu(firmware.elf(), load_core(firmware.core).qemu_machine)
    try:
        board = Runner(line)
        greeting = without_times(board.greeting())
        assert greeting == ["m-timestamp-mode-performance", "m-lap-us-N", "m-init-done"]
        yield board
    finally:
        line.close()


def firmware_of(artifact: Artifact) -> Firmware:
    return Firmware(artifact.project_dir(), artifact.spec, artifact.options.target)


def without_times(lines: list[str]) -> list[str]:
    return [re.sub(r"^m-lap-us-\d+$", "m-lap-us-N", line) for line in lines]


@pytest.mark.parametrize("place", PLACES)
def test_who_are_you(tiny: Firmware, place: str) -> None:
    with runner(place, tiny) as board:
        assert board.command("name") == ["m-name-dut-[tvm_tiny]"]
        assert board.command("profile") == [FIRMWARE, "m-model-[tiny]"]
        assert without_times(board.command("timestamp")) == ["m-lap-us-N"]
        assert board.command("\r\nname") == ["m-name-dut-[tvm_tiny]"]
        assert any("db load N" in line for line in board.command("help"))


@pytest.mark.parametrize("place", PLACES)
def test_load_infer_results(tiny: Firmware, place: str) -> None:
    data = pack(SPEC.inputs, bench_inputs())
    want = expected(**bench_inputs())
    scores = (want["scores"].astype(np.float32) - 4) * np.float32(0.25)
    values = [*scores.ravel(), *want["total"].ravel()]
    with runner(place, tiny) as board:
        assert board.load(data) == ["m-load-done"]
        assert board.command("db print 9 1") == [
            "m-buffer-" + "-".join(f"{b:02x}" for b in data[1:9]),
            f"m-buffer-{data[9]:02x}",
        ]
        lines = board.command("infer 3 1")
        results = "m-results-[" + ",".join(f"{v:.3f}" for v in values) + "]"
        assert without_times(lines) == [
            "m-warmup-start-1",
            "m-warmup-done",
            "m-infer-start-3",
            "m-lap-us-N",
            "m-lap-us-N",
            "m-infer-done",
            results,
        ]
        assert board.command("results") == [results]
        assert board.command("infer 1")[0] == "m-warmup-start-10"
        assert board.command("infer 2 0")[0] == "m-warmup-start-0"


@pytest.mark.qemu
@pytest.mark.skipif(not shutil.which("qemu-system-arm"), reason="no QEMU")
def test_timestamps_pass(tiny: Firmware) -> None:
    with runner("mps2-an500", tiny) as board:
        board.load(pack(SPEC.inputs, bench_inputs()))
        lines = board.command("infer 2000 0")
        begin, end = (int(t.split("-")[-1]) for t in lines if t.startswith("m-lap-us-"))
        assert begin < end < begin + 30_000_000


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("nonsense", "e-[Unknown command: nonsense]"),
        ("", "e-[Unknown command: ]"),
        ("db", "e-[Command 'db' requires a subcommand]"),
        ("db load", "e-[Command 'db load' requires the # of bytes]"),
        ("db load 29", "e-[The model takes 28 bytes]"),
        ("db load 0", "e-[The model takes 28 bytes]"),
        ("db load 4294967324", "e-[The model takes 28 bytes]"),
        ("db 00", "e-[More bytes than 'db load' announced]"),
        ("db 0g", "e-[Invalid hex digit]"),
        ("db 000", "e-[Insufficent number of hex digits]"),
        ("db print x", "e-[Command 'db print' takes a number of bytes and an offset]"),
        ("infer 0", "e-[Inference iterations must be >0]"),
        ("infer -1", "e-[Inference iterations must be >0]"),
        ("infer 1 -1", "e-[Inference warmup must be >=0]"),
        ("infer 1 0", "e-[Not all bytes of the input are loaded]"),
        ("results", "e-[There are no results yet]"),
    ],
)
def test_refusals(tiny: Firmware, command: str, answer: str) -> None:
    with runner("simulator", tiny) as board:
        assert board.command(command) == [answer]


def test_too_long_a_command_is_none(tiny: Firmware) -> None:
    with runner("simulator", tiny) as board:
        assert board.command("x" * 81 + "%name") == ["m-name-dut-[tvm_tiny]"]


def test_frames_and_text_share_the_line(tiny: Firmware) -> None:
    data = pack(SPEC.inputs, bench_inputs())
    lines: list[Transport] = []

    def keep(line: Transport) -> Transport:
        lines.append(line)
        return line

    with open_board("simulator", tiny, wrap=keep) as session:
        board = Runner(lines[0])
        session.run(bench_inputs())
        lines[0].write(b"\0" + b"\x01cut")  # and no more of that frame
        lines[0].write(b"\0")
        lines[0].read(0)
        board.load(data)
        board.command("infer 1 0")
        client = DeviceClient(lines[0])
        assert client.infer(data).outputs.startswith(expected(**bench_inputs())["scores"].tobytes())
        assert board.command("infer 1 0")[0].startswith("e-[Not all bytes")


@pytest.mark.parametrize("place", ["simulator", SLOW_QEMU])
def test_pixels_come_as_the_runner_sends_them(place: str) -> None:
    artifact = tvm_tiny.build(tiny_convnet())
    pixels = np.random.default_rng(5).integers(0, 256, (1, 32, 32, 3), dtype=np.uint8)
    shifted = (pixels.astype(np.int16) - 128).astype(np.int8)
    output = artifact.spec.outputs[0]
    levels = artifact.run(shifted, on="host").output.astype(np.float32)
    want = (levels - output.zero_point) * output.scale
    with runner(place, firmware_of(artifact)) as board:
        assert board.command("profile") == [FIRMWARE, "m-model-[ic01]"]
        assert board.load(pixels.tobytes()) == ["m-load-done"]
        assert board.command("db print 2")[0] == "m-buffer-" + pixels.tobytes()[:2].hex("-")
        results = board.results(board.command("infer 1 0"))
    np.testing.assert_allclose(results, want.ravel(), atol=0.00051)


@pytest.mark.parametrize("place", ["simulator", SLOW_QEMU])
def test_features_are_quantised_and_the_error_is_the_result(place: str) -> None:
    artifact = tvm_tiny.build(autoencoder(640))
    given, made = artifact.spec.inputs[0], artifact.spec.outputs[0]
    features = np.random.default_rng(6).normal(0, 40 * given.scale, (1, 640)).astype(np.float32)
    features[0, :2] = 2.5 * given.scale, -2.5 * given.scale
    steps = features / np.float32(given.scale)
    whole = np.trunc(steps + np.copysign(np.float32(0.5), steps)).astype(np.int32)
    levels = np.clip(whole + given.zero_point, -128, 127).astype(np.int8)
    outputs = artifact.run(levels, on="host").output.astype(np.float32)
    difference = (outputs - made.zero_point) * np.float32(made.scale) - features
    with runner(place, firmware_of(artifact)) as board:
        assert board.command("profile")[1] == "m-model-[ad01]"
        assert board.load(features.tobytes()) == ["m-load-done"]
        (result,) = board.results(board.command("infer 1 0"))
    assert result == pytest.approx(float((difference**2).mean()), rel=1e-4, abs=0.001)

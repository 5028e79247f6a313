# SPDX-License-Identifier: Apache-2.0
"""The device firmware and its client: frames, sessions, noise, random bytes."""

from __future__ import annotations

import random
import shutil
import struct
import subprocess
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from device_lines import sanitised
from hang import HANG_S
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace as replace_struct
from tiny_project import SPEC, bench_inputs, expected

import tvm_tiny
from tvm_tiny.boards import Board, boards
from tvm_tiny.boards.firmware import DEVICE, link
from tvm_tiny.crt_project import write_project
from tvm_tiny.device import DeviceClient, NoisyLine, Patience
from tvm_tiny.device.board import BoardSession, Firmware, open_board, pack
from tvm_tiny.device.framing import REPLY, Frame, FrameDecoder, Kind, Status, encode, stuff, unstuff
from tvm_tiny.device.transports import HostTransport, SocketTransport, Transport
from tvm_tiny.errors import DeviceError, UsageError
from tvm_tiny.run.samples import random_samples
from tvm_tiny.testing.models import autoencoder, tiny_convnet
from tvm_tiny.toolchain.build import build_host_library

QEMU = pytest.param(
    "mps2-an500",
    marks=[
        pytest.mark.qemu,
        pytest.mark.skipif(not shutil.which("qemu-system-arm"), reason="no QEMU"),
    ],
)
SLOW_QEMU = pytest.param(*QEMU.values, marks=[*QEMU.marks, pytest.mark.slow])
PLACES = ["host", "simulator", QEMU]
WANT = {name: value.tobytes() for name, value in expected(**bench_inputs()).items()}
INPUT = pack(SPEC.inputs, bench_inputs())


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    write_project(SPEC, folder)
    return folder


@pytest.fixture
def line(project: Path) -> Iterator[HostTransport]:
    # A copy: the firmware's variables are the library's, and each test begins anew.
    library = build_host_library(project, SPEC, device=True)
    copy = library.with_name(f"{random.getrandbits(64):x}{library.suffix}")
    shutil.copy(library, copy)
    yield HostTransport(copy)
    copy.unlink()


def firmware(project: Path, trace: bool = False) -> Firmware:
    return Firmware(project, SPEC, "cortex-m7", trace=trace)


def assert_right(session: BoardSession, samples: int = 1) -> None:
    for _ in range(samples):
        outputs, _ = session.run(bench_inputs())
        assert {name: value.tobytes() for name, value in outputs.items()} == WANT


@given(st.binary(max_size=1200))
def test_stuffing_has_no_zeros_and_comes_back(data: bytes) -> None:
    stuffed = stuff(data)
    assert 0 not in stuffed
    assert len(stuffed) <= len(data) + len(data) // 254 + 1
    assert unstuff(stuffed) == data


@pytest.mark.parametrize("count", [253, 254, 255, 508, 509])
@pytest.mark.parametrize("ends", [b"", b"\0"])
def test_stuffing_of_long_blocks(count: int, ends: bytes) -> None:
    data = ends + b"\x07" * count + ends
    assert unstuff(stuff(data)) == data


@given(st.integers(0, 255), st.integers(0, 65535), st.integers(0, 2**32 - 1), st.binary())
def test_frames_come_back(kind: int, sequence: int, session: int, payload: bytes) -> None:
    frame = Frame(kind, sequence, session, payload)
    decoder = FrameDecoder()
    assert decoder.feed(b"text" + encode(frame) + encode(frame)[1:]) == [frame, frame]
    assert decoder.text == "text"


@settings(max_examples=60)
@given(st.binary(min_size=1, max_size=60), st.data())
def test_no_damaged_frame_passes(payload: bytes, data: st.DataObject) -> None:
    raw = encode(Frame(2, 5, 77, payload))
    at = data.draw(st.integers(1, len(raw) - 2))
    bit = data.draw(st.integers(0, 7))
    flipped = raw[:at] + bytes([raw[at] ^ 1 << bit]) + raw[at + 1 :]
    for spoiled in (flipped, raw[:at] + raw[at + 1 :], raw[:at] + b"\0"):
        if spoiled != raw:
            assert FrameDecoder().feed(spoiled + b"\0") == []
    doubled = raw[:at] + raw[at : at + 1] + raw[at:]
    assert FrameDecoder().feed(doubled + b"\0") == []


@pytest.mark.parametrize("place", PLACES)
def test_runs_and_says_who_it_is(project: Path, place: str) -> None:
    with open_board(place, firmware(project)) as session:
        assert (session.info.model, session.info.layers) == ("tiny", 2)
        assert session.info.arena_bytes == SPEC.arena_bytes
        assert_right(session, 2)


@pytest.mark.parametrize("place", [PLACES[0], QEMU])
def test_noise_changes_nothing(project: Path, place: str) -> None:
    lines: list[NoisyLine] = []

    def noisy(line: Transport) -> Transport:
        lines.append(NoisyLine(line, 0.01, seed=3))
        return lines[0]

    with open_board(place, firmware(project), wrap=noisy) as session:
        assert_right(session, 10)
        assert session.client.counters.repeated > 5
    damage = lines[0].damage
    assert min(damage.flipped, damage.dropped, damage.doubled) > 0


@pytest.mark.slow
@pytest.mark.qemu
@pytest.mark.skipif(not shutil.which("qemu-system-arm"), reason="no QEMU")
def test_inferences_over_a_bad_line_are_right() -> None:
    """``benchmarks/noisy_line.py`` does 200 of a larger model."""
    artifact = tvm_tiny.build(tiny_convnet())
    samples = random_samples(artifact.spec.inputs, 3, seed=2)
    name = artifact.spec.inputs[0].name
    want = artifact.run(np.stack([s[name] for s in samples]), on="host").output
    place = Firmware(artifact.project_dir(), artifact.spec, artifact.options.target)
    with open_board("mps2-an500", place, wrap=lambda line: NoisyLine(line, 0.01, 4)) as session:
        for sample, right in zip(samples, want, strict=True):
            (got,) = session.run(sample)[0].values()
            np.testing.assert_array_equal(got, right)


def test_artifacts_run_on_boards() -> None:
    artifact = tvm_tiny.build(autoencoder(16))
    x = random_samples(artifact.spec.inputs, 1, seed=2)[0][artifact.spec.inputs[0].name]
    want = artifact.run(x, on="host").output
    np.testing.assert_array_equal(artifact.run(x, on="board:simulator").output, want)
    profile = artifact.profile(x, on="board:simulator")
    assert (profile.clock.value, profile.total, profile.layers) == ("nothing", None, ())
    with pytest.raises(UsageError, match="layers"):
        artifact.run(x, on="board:simulator", layers=True)


class Scripted:
    """A line that treats each frame as told: a list of functions from frame to frames to send."""

    def __init__(self, line: Transport) -> None:
        self.line = line
        self.sent: list[bytes] = []
        self.before: list[bytes] = []
        self.copies = 1
        self.lost_answers = 0

    def write(self, data: bytes) -> None:
        self.sent.append(data)
        for old in self.before:
            self.line.write(old)
        for _ in range(self.copies):
            self.line.write(data)
        if self.lost_answers:
            self.lost_answers -= 1
            self.line.read(0)

    def read(self, timeout_s: float) -> bytes:
        return self.line.read(timeout_s)

    def close(self) -> None:
        self.line.close()


def test_doubled_and_old_frames_are_carried_out_once(line: HostTransport) -> None:
    script = Scripted(line)
    client = DeviceClient(script)
    client.open()
    other = bytes(len(INPUT))
    client.infer(other)
    script.before = script.sent[1:]  # all of the first run comes again before every frame
    script.copies = 2
    outputs = client.infer(INPUT).outputs
    assert outputs.startswith(WANT["scores"])
    assert client.counters.restarts == 0
    assert client.counters.stale > 0


def test_a_lost_answer_is_sent_again_and_nothing_runs_twice(line: HostTransport) -> None:
    script = Scripted(line)
    client = DeviceClient(script)
    client.open()
    first = client.infer(INPUT)
    script.lost_answers = 1000
    patient = Patience(answer_s=0.05, run_s=0.05)
    impatient = DeviceClient(script, patient)
    with pytest.raises(DeviceError, match="no answer to HELLO"):
        impatient.open()
    script.lost_answers = 2
    client.open()
    assert client.counters.repeated == 2
    run = Frame(Kind.RUN, 1, client._session, struct.pack("<II", 1, zlib.crc32(INPUT)))
    line.write(encode(run))
    (answer,) = FrameDecoder().feed(line.read(0))
    line.write(encode(run))
    assert FrameDecoder().feed(line.read(0)) == [answer]
    assert first.outputs.startswith(WANT["scores"])


def ask(line: HostTransport, frame: Frame) -> Frame | None:
    line.write(encode(frame))
    frames = FrameDecoder().feed(line.read(0))
    return frames[-1] if frames else None


def test_every_refusal(line: HostTransport) -> None:
    load = struct.pack("<I", 0)

    def status(kind: int, sequence: int, payload: bytes = b"", session: int = 7) -> int | None:
        answer = ask(line, Frame(kind, sequence, session, payload))
        return None if answer is None else answer.status

    assert status(Kind.LOAD, 1, load + b"x") == Status.BAD_SESSION
    assert status(Kind.HELLO, 0) == Status.OK
    assert status(Kind.LOAD, 1, load + b"x", session=8) == Status.BAD_SESSION
    assert status(Kind.LOAD, 2, load + b"x") == Status.BAD_SEQUENCE
    assert status(Kind.LOAD, 1, load) == Status.BAD_REQUEST
    assert status(Kind.LOAD, 2, struct.pack("<I", len(INPUT)) + b"x") == Status.BAD_RANGE
    assert status(Kind.LOAD, 3, struct.pack("<I", 2**32 - 1) + b"xy") == Status.BAD_RANGE
    assert status(Kind.READ, 4, struct.pack("<IBIH", 0, 0, 0, 4)) == Status.BAD_RUN
    assert status(Kind.RUN, 5, struct.pack("<II", 1, 12345)) == Status.BAD_INPUT
    assert status(Kind.LOAD, 6, load + INPUT) == Status.OK
    assert status(Kind.RUN, 7, struct.pack("<II", 0, zlib.crc32(INPUT))) == Status.BAD_RANGE
    assert status(Kind.RUN, 8, b"") == Status.BAD_REQUEST
    assert status(99, 9) == Status.BAD_REQUEST
    answer = ask(line, Frame(Kind.RUN, 10, 7, struct.pack("<II", 1, zlib.crc32(INPUT))))
    assert answer is not None
    (run,) = struct.unpack_from("<I", answer.payload)
    outputs = len(WANT["scores"]) + 4 + len(WANT["total"])  # the float begins at 24
    for sequence, (what, at, count) in enumerate(
        [(0, 0, 0), (0, 0, outputs + 1), (0, outputs, 1), (0, 2**32 - 1, 2), (1, 0, 4), (9, 0, 1)],
        11,
    ):
        ask_for = struct.pack("<IBIH", run, what, at, count)
        assert status(Kind.READ, sequence, ask_for) == Status.BAD_RANGE
    assert status(Kind.LOAD, 3, load + b"x") is None  # an old copy
    assert status(Kind.HELLO, 0) is None  # an old copy does not begin the session anew
    line.write(b"\0\1\2\3\0")
    (complaint,) = FrameDecoder().feed(line.read(0))
    assert (complaint.kind, complaint.status) == (REPLY, Status.DAMAGED)


def test_a_reset_in_between_begins_anew(line: HostTransport) -> None:
    client = DeviceClient(line)
    client.open()
    client.infer(INPUT)
    ask(line, Frame(Kind.HELLO, 0, 12))  # somebody else
    assert client.infer(INPUT).outputs.startswith(WANT["scores"])
    assert client.counters.restarts == 1


def test_inputs_that_a_text_command_changed_are_noticed(line: HostTransport) -> None:
    class Meddler(Scripted):
        def write(self, data: bytes) -> None:
            frame = FrameDecoder().feed(data)[0]
            if frame.kind == Kind.RUN and not self.copies:
                line.write(f"db load {len(INPUT)}%db 0102%".encode())
                self.copies = 1
            self.line.write(data)

    meddler = Meddler(line)
    meddler.copies = 0
    client = DeviceClient(meddler)
    assert client.infer(INPUT).outputs.startswith(WANT["scores"])
    assert client.counters.restarts == 1


def test_another_build_is_refused(project: Path) -> None:
    library = build_host_library(project, SPEC, device=True)
    other = replace(SPEC, model_sha256="11" * 32)
    with pytest.raises(DeviceError, match="another program") as caught:
        BoardSession(HostTransport(library), other)
    assert caught.value.code == "TT5005"


@pytest.mark.parametrize("place", ["nucleo-f767zi", "x@tcp:nowhere", "x@/dev/ttyS0,fast"])
def test_places_that_are_none(project: Path, place: str) -> None:
    with pytest.raises(UsageError) as caught:
        open_board(place, firmware(project))
    assert caught.value.code == "TT6019"


def test_a_line_that_is_not_there() -> None:
    with pytest.raises(DeviceError, match="cannot connect"):
        SocketTransport("127.0.0.1", 1, timeout_s=1.0)


def random_frames(seed: int, count: int) -> Iterator[bytes]:
    """Valid frames with odd contents, damaged ones, noise, and text."""
    rng = random.Random(seed)
    words = ["db", "load", "infer", "1", "0", "99999999999", "print", "results", "ff", "zz", "name"]
    for _ in range(count):
        payload = rng.randbytes(rng.choice([0, 4, 4, 8, 8, 11, 11, 40, 40, 513, 700]))
        if rng.random() < 0.5 and len(payload) >= 4:
            payload = struct.pack("<I", rng.choice([0, 1, 24, 2**31, 2**32 - 4])) + payload[4:]
        if len(payload) == 8:
            payload = struct.pack("<II", rng.choice([0, 1, 2]), zlib.crc32(INPUT))
        frame = encode(Frame(rng.choice([0, 1, 2, 3, 4, 5, 200]), rng.randrange(9), 7, payload))
        what = rng.randrange(5)
        if what == 0:
            at = rng.randrange(len(frame))
            frame = frame[:at] + rng.randbytes(rng.randrange(4)) + frame[at + rng.randrange(4) :]
        elif what == 1:
            frame = rng.randbytes(rng.randrange(rng.choice([9, 90, 900])))
        elif what == 2:
            text = " ".join(rng.choice(words) for _ in range(rng.randrange(6)))
            frame = b"\0" + text.encode() + b"%" * rng.randrange(1, 3)
        yield frame


@pytest.mark.parametrize("place", [*PLACES[:2], SLOW_QEMU])
def test_random_frames_do_no_harm(project: Path, place: str) -> None:
    lines: list[Transport] = []

    def keep(line: Transport) -> Transport:
        lines.append(line)
        return line

    # A busy computer's QEMU may have the last of them to read yet when they are all sent.
    patient = Patience(answer_s=300.0)
    with open_board(place, firmware(project), wrap=keep, settings=patient) as session:
        for frame in random_frames(1, 500):
            lines[0].write(frame)
            lines[0].read(0.0)
        lines[0].write(b"\0")
        assert_right(session)


@pytest.mark.skipif(not shutil.which("gcc"), reason="no gcc")
def test_random_frames_under_sanitizers(project: Path) -> None:
    warnings = ("-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror", "-Wmissing-prototypes")
    program = sanitised(project, "gcc", warnings)
    if program is None:
        pytest.skip("gcc has no sanitizers")
    load = struct.pack("<I", 0) + INPUT
    good = encode(Frame(Kind.HELLO, 0, 7)) + encode(Frame(Kind.LOAD, 1, 7, load))
    last = encode(Frame(Kind.HELLO, 0, 9))
    for seed in range(4):
        data = good + b"".join(random_frames(seed, 500)) + b"\0" + last
        done = subprocess.run(
            [str(program)], input=data, capture_output=True, timeout=HANG_S, check=False
        )
        assert done.returncode == 0, done.stderr.decode()[-2000:]
        answer = FrameDecoder().feed(done.stdout)[-1]
        assert (answer.kind, answer.session, answer.status) == (Kind.HELLO | REPLY, 9, Status.OK)


def test_ticks_of_layers_are_instructions_on_qemu(project: Path) -> None:
    if not shutil.which("qemu-system-arm"):
        pytest.skip("no QEMU")
    with open_board("mps2-an500", firmware(project, trace=True)) as session:
        profiles = [session.run(bench_inputs(), runs=r, layers=True)[1] for r in (1, 5)]
    for profile in profiles:
        assert profile.clock.value == "instructions"
        assert profile.cycles is None
        assert all(100 < count < 2000 for count in profile.layers)
        assert profile.total is not None
        assert profile.total >= sum(profile.layers)
    assert np.abs(np.subtract(profiles[0].layers, profiles[1].layers)).max() <= 80


WITH_A_LINE = [board for board in boards() if board.uart or board.probe.qemu_machine]


@pytest.mark.parametrize("board", WITH_A_LINE, ids=lambda board: board.name)
def test_the_firmware_links_for_every_board(tmp_path: Path, board: Board) -> None:
    spec = replace(SPEC, core=board.core)
    write_project(spec, tmp_path)
    linked = link(tmp_path, spec, board, firmware=DEVICE)
    assert linked.check().is_file()
    if board.uart:
        assert board.uart.ticks_hz in (board.clock.core_hz, 1_000_000)


def test_no_port_sets_bits_that_its_mask_has_not() -> None:
    lines = [board.uart for board in boards() if board.uart]
    assert len(lines) >= 20
    for uart in lines:
        assert all(w.value & ~w.mask == 0 and w.address % 4 == 0 for w in uart.setup)
        assert (uart.kind == "uarte") == (uart.receive is None) == (uart.send is None)


def test_a_board_without_its_line_is_refused(tmp_path: Path) -> None:
    board = replace_struct(next(b for b in boards() if b.uart), uart=None, name="abacus")
    spec = replace(SPEC, core=board.core)
    write_project(spec, tmp_path)
    with pytest.raises(UsageError, match="TT6019"):
        link(tmp_path, spec, board, firmware=DEVICE)

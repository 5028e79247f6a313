# SPDX-License-Identifier: Apache-2.0
"""Runs are bounded, and the line stops them between two inferences."""

from __future__ import annotations

import random
import shutil
import struct
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from tiny_project import SPEC, bench_inputs

from tvm_tiny.crt_project import write_project
from tvm_tiny.device.board import pack
from tvm_tiny.device.framing import REPLY, STOP, Frame, FrameDecoder, Kind, Status, encode
from tvm_tiny.device.transports import HostTransport, Transport
from tvm_tiny.toolchain.build import build_host_library

INPUT = pack(SPEC.inputs, bench_inputs())
MOST = 1_000_000


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    write_project(SPEC, folder)
    return folder


@pytest.fixture
def line(project: Path) -> Iterator[HostTransport]:
    library = build_host_library(project, SPEC, device=True)
    copy = library.with_name(f"{random.getrandbits(64):x}{library.suffix}")
    shutil.copy(library, copy)
    yield HostTransport(copy)
    copy.unlink()


def frames(line: Transport, data: bytes) -> list[Frame]:
    line.write(data)
    return FrameDecoder().feed(line.read(1.0))


def loaded(line: Transport, session: int = 7) -> None:
    frames(line, encode(Frame(Kind.HELLO, 0, session, b"")))
    (reply,) = frames(line, encode(Frame(Kind.LOAD, 1, session, struct.pack("<I", 0) + INPUT)))
    assert reply.status == Status.OK


def run(runs: int, sequence: int = 2, session: int = 7) -> bytes:
    payload = struct.pack("<II", runs, zlib.crc32(INPUT))
    return encode(Frame(Kind.RUN, sequence, session, payload))


@pytest.mark.parametrize("runs", [0, MOST + 1, 2**31, 2**32 - 1])
def test_frames_ask_for_no_more_than_a_million(line: HostTransport, runs: int) -> None:
    loaded(line)
    began = time.process_time()
    (reply,) = frames(line, run(runs))
    assert reply.status == Status.BAD_RANGE
    assert time.process_time() - began < 5
    (reply,) = frames(line, run(3, 3))
    assert reply.status == Status.OK


@pytest.mark.parametrize("given", ["1000001", "1 1000001", "999999999", "4294967295", "1 99999999"])
def test_text_asks_for_no_more_than_a_million(line: HostTransport, given: str) -> None:
    line.write(f"db load {len(INPUT)}%".encode())
    line.write(b"".join(b"db %02x%%" % byte for byte in INPUT))
    line.read(1.0)
    line.write(f"infer {given}%".encode())
    text = line.read(1.0)
    assert b"e-[" in text
    assert b"m-infer-start" not in text


def test_ctrl_c_stops_a_run(line: HostTransport) -> None:
    loaded(line)
    (reply,) = frames(line, run(MOST) + STOP)
    assert reply.kind == Kind.RUN | REPLY
    assert reply.status == Status.INTERRUPTED
    (reply,) = frames(line, encode(Frame(Kind.READ, 3, 7, struct.pack("<IBIH", 1, 0, 0, 1))))
    assert reply.status == Status.BAD_RUN
    (reply,) = frames(line, run(2, 4))
    assert reply.status == Status.OK


def test_copies_of_the_request_do_not_stop_it(line: HostTransport) -> None:
    loaded(line)
    (reply,) = frames(line, run(40) + run(40))
    assert reply.status == Status.OK
    (again,) = frames(line, run(40))
    assert again == reply


def test_another_host_takes_over(line: HostTransport) -> None:
    loaded(line)
    replies = frames(line, run(MOST) + encode(Frame(Kind.HELLO, 0, 8, b"")))
    assert [(r.session, r.status) for r in replies] == [
        (7, Status.INTERRUPTED),
        (8, Status.OK),
    ]
    (reply,) = frames(line, run(2, 1, 8))
    assert reply.status == Status.OK


def test_a_text_run_stops_for_ctrl_c_and_for_frames(line: HostTransport) -> None:
    line.write(f"db load {len(INPUT)}%".encode())
    line.write(b"".join(b"db %02x%%" % byte for byte in INPUT))
    line.read(1.0)
    for warmups in ("0", str(MOST)):
        line.write(f"infer {MOST} {warmups}%".encode() + b"\x03")
        assert b"e-[Interrupted]" in line.read(1.0)
        line.write(b"results%")
        assert b"no results" in line.read(1.0)
    (reply,) = frames(line, f"infer {MOST} 0%".encode() + encode(Frame(Kind.HELLO, 0, 9, b"")))
    assert (reply.session, reply.status) == (9, Status.OK)
    line.write(b"infer 2 1%results%name%")  # text that waits is not lost
    text = line.read(1.0)
    assert text.count(b"m-results-[") == 2
    assert b"m-name-dut" in text

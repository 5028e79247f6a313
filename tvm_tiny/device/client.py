# SPDX-License-Identifier: Apache-2.0
"""Talks to the device firmware: one request at a time, repeated until it is answered.

A request keeps its number and its bytes until then, and the device carries out each number once.
So no loss, damage or doubling on the line can have an effect of its own: what comes out is right,
or an error. Whole inputs and outputs have a CRC-32 of their own besides that of their frames.
"""

from __future__ import annotations

import logging
import secrets
import struct
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from tvm_tiny.device.framing import REPLY, STOP, Frame, FrameDecoder, Kind, Status, encode
from tvm_tiny.device.transports import Transport
from tvm_tiny.errors import DeviceError, Problem

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

_PROTOCOL = 1
_INFO = struct.Struct("<BBBHIIIII16s")
_RAN = struct.Struct("<IIII")
_READ_OUTPUTS, _READ_LAYER_TICKS = 0, 1
_LEAST_CHUNK_BYTES = 16
_FIRST_CHUNK_BYTES = 48
_CHUNK_STEP_BYTES = 16
_SHORTEST_WAIT_S, _FIRST_WAIT_S, _LONGEST_WAIT_S = 0.02, 0.25, 2.0
_PATIENCE = 4.0
"""An answer is given up after this many times the usual."""
_LOAD_BYTES = 4
"""Of a LOAD's payload that are not input."""


@dataclass(frozen=True)
class Patience:
    """How patient a client is.

    Attributes:
        answer_s: longest time without an answer to anything but RUN.
        run_s: the same for RUN.
        restarts: sessions that are begun anew before one inference is given up.
    """

    answer_s: float = 30.0
    run_s: float = 300.0
    restarts: int = 3


@dataclass
class Counters:
    """What happened on the line.

    Attributes:
        requests: answered.
        repeated: requests sent once more.
        complaints: answers that said that a request came damaged.
        damaged: answers that came damaged, or text.
        stale: copies of answers, and answers to somebody else.
        restarts: sessions that were begun anew.
    """

    requests: int = 0
    repeated: int = 0
    complaints: int = 0
    damaged: int = 0
    stale: int = 0
    restarts: int = 0


@dataclass(frozen=True)
class DeviceInfo:
    """What the device says about itself.

    Attributes:
        clock: 0 none, 1 cycles of the core, 2 another timer.
        clock_hz: ticks per second.
        traced: it can count ticks per layer.
        payload_bytes: longest payload that it takes.
        input_bytes: of the block of inputs.
        output_bytes: of the block of outputs.
        arena_bytes: of the model's arena.
        layers: of the model.
        build: see ``crt_project.device_values.build_id``.
        model: its C name.
    """

    clock: int
    clock_hz: int
    traced: bool
    payload_bytes: int
    input_bytes: int
    output_bytes: int
    arena_bytes: int
    layers: int
    build: str
    model: str


@dataclass(frozen=True)
class DeviceResult:
    """One RUN.

    Attributes:
        outputs: block of outputs.
        ticks: of all runs.
        layer_ticks: of the last run, by layer; empty if they were not asked for.
    """

    outputs: bytes
    ticks: int
    layer_ticks: tuple[int, ...] = ()


class _RestartError(Exception):
    """The session is lost: begin another."""


class DeviceClient:
    """One device on a line."""

    def __init__(self, transport: Transport, settings: Patience | None = None) -> None:
        """Prepare; ``open`` speaks first."""
        self.counters = Counters()
        self._transport = transport
        self._settings = settings or Patience()
        self._decoder = FrameDecoder()
        self._session = 0
        self._sequence = 0
        self._heard_bytes = 0
        self._chunk_bytes = _FIRST_CHUNK_BYTES
        self._wait_s = _FIRST_WAIT_S
        self._info: DeviceInfo | None = None

    def open(self) -> DeviceInfo:
        """Begin a session.

        Raises:
            DeviceError: TT5004, nobody answers, or in another version of the protocol.
        """
        self._session = secrets.randbits(32)
        self._sequence = -1
        payload = self._request(Kind.HELLO, b"", self._settings.answer_s)
        if len(payload) < _INFO.size or payload[0] != _PROTOCOL:
            raise self._error("the device speaks another version", f"{payload[:1].hex()}")
        _, clock, traced, longest, hz, inputs, outputs, arena, layers, build = _INFO.unpack_from(
            payload
        )
        name = payload[_INFO.size :].decode("ascii", "replace")
        code = build.decode("ascii", "replace")
        self._info = DeviceInfo(
            clock, hz, bool(traced), longest, inputs, outputs, arena, layers, code, name
        )
        return self._info

    @property
    def info(self) -> DeviceInfo:
        """What it said in the last ``open``, which is called if need be."""
        return self._info or self.open()

    def infer(self, inputs: bytes, runs: int = 1, *, layers: bool = False) -> DeviceResult:
        """Load inputs, run, and fetch the outputs.

        Args:
            inputs: block of inputs.
            runs: how often to run.
            layers: also fetch the ticks of every layer (firmware with trace).

        Raises:
            DeviceError: TT5004, no answer, or nothing but noise; TT5001, the model refused to run.
        """
        return self._persist(lambda: self._infer(inputs, runs, layers))

    def close(self) -> None:
        """Give the line back."""
        self._transport.close()

    def _persist(self, work: Callable[[], _T]) -> _T:
        reason = ""
        for attempt in range(self._settings.restarts + 1):
            try:
                if attempt or self._info is None:
                    self.open()
                return work()
            except _RestartError as err:
                _log.info("session lost (%s), beginning another", err)
                self.counters.restarts += 1
                self._chunk_bytes = _LEAST_CHUNK_BYTES
                reason = str(err)
        raise self._error(f"no inference in {self._settings.restarts + 1} sessions", reason)

    def _infer(self, inputs: bytes, runs: int, layers: bool) -> DeviceResult:
        at = 0
        while at < len(inputs):
            part = inputs[at : at + self._chunk(_LOAD_BYTES)]
            self._request(Kind.LOAD, struct.pack("<I", at) + part, self._settings.answer_s)
            at += len(part)
        ask = struct.pack("<II", runs, zlib.crc32(inputs))
        try:
            answer = self._request(Kind.RUN, ask, self._settings.run_s)
        except KeyboardInterrupt:
            self._transport.write(STOP)
            raise
        if len(answer) != _RAN.size:
            raise _RestartError("RUN was answered with something else")
        run, low, high, crc = _RAN.unpack(answer)
        outputs = self._read(run, _READ_OUTPUTS, self.info.output_bytes)
        if zlib.crc32(outputs) != crc:
            raise _RestartError("the outputs came damaged")
        ticks: tuple[int, ...] = ()
        if layers:
            raw = self._read(run, _READ_LAYER_TICKS, 4 * self.info.layers)
            ticks = struct.unpack(f"<{self.info.layers}I", raw)
        return DeviceResult(outputs, high << 32 | low, ticks)

    def _read(self, run: int, what: int, size_bytes: int) -> bytes:
        data = b""
        while len(data) < size_bytes:
            count = min(size_bytes - len(data), self._chunk(0))
            ask = struct.pack("<IBIH", run, what, len(data), count)
            part = self._request(Kind.READ, ask, self._settings.answer_s)
            if len(part) != count:
                raise _RestartError(f"{count} bytes asked for, {len(part)} came")
            data += part
        return data

    def _chunk(self, other_bytes: int) -> int:
        return min(self._chunk_bytes, self.info.payload_bytes - other_bytes)

    def _request(self, kind: Kind, payload: bytes, patience_s: float) -> bytes:
        """Payload of the answer."""
        self._sequence = (self._sequence + 1) & 0xFFFF
        request = encode(Frame(kind, self._sequence, self._session, payload))
        begin = time.monotonic()
        attempts, heard = 0, self._heard_bytes
        wait_s = self._wait_s
        # A line that loses much is asked often; a device that computes is not disturbed.
        longest_s = _LONGEST_WAIT_S if kind is Kind.RUN else max(_FIRST_WAIT_S, wait_s)
        while attempts == 0 or time.monotonic() - begin < patience_s:
            attempts += 1
            sent = time.monotonic()
            self._transport.write(request)
            answer = self._await(kind, sent + wait_s)
            if answer is not None:
                self._learn(kind, attempts, time.monotonic() - sent)
                return self._judge(kind, answer)
            if time.monotonic() - sent >= wait_s:
                wait_s = min(2 * wait_s, longest_s)
        if heard != self._heard_bytes and kind is not Kind.HELLO:
            raise _RestartError(f"{attempts} times {kind.name}, and only noise came")
        why = f"'{self._decoder.text[-300:].strip()}' came instead" if self._decoder.text else ""
        raise self._error(f"no answer to {kind.name} in {patience_s:g} s", why)

    def _await(self, kind: Kind, until: float) -> Frame | None:
        """The answer; None if it is time to ask again."""
        while True:
            left = until - time.monotonic()
            if left <= 0:
                return None
            data = self._transport.read(left)
            if not data:
                return None
            self._heard_bytes += len(data)
            frames = self._decoder.feed(data)
            self.counters.damaged = self._decoder.damaged
            complaint = False
            for frame in frames:
                ours = frame.session == self._session and frame.sequence == self._sequence
                if ours and frame.kind == kind | REPLY:
                    return frame
                complaint |= frame.kind == REPLY and frame.status == Status.DAMAGED
                self._stale(frame)
            if complaint:
                self.counters.complaints += 1
                return None

    def _stale(self, frame: Frame) -> None:
        """A copy of the last answer: perhaps it was asked for again too soon."""
        if frame.kind == REPLY:
            return
        self.counters.stale += 1
        last = (self._sequence - 1) & 0xFFFF
        if frame.session == self._session and frame.sequence == last:
            self._wait_s = min(2 * self._wait_s, _LONGEST_WAIT_S)

    def _learn(self, kind: Kind, attempts: int, took_s: float) -> None:
        """Adapt the time to wait and the length of frames to the line."""
        self.counters.requests += 1
        self.counters.repeated += attempts - 1
        if attempts > 1:
            self._chunk_bytes = max(_LEAST_CHUNK_BYTES, self._chunk_bytes // 2)
            return
        self._chunk_bytes += _CHUNK_STEP_BYTES
        if self._info is not None:
            self._chunk_bytes = min(self._chunk_bytes, self._info.payload_bytes)
        if kind is not Kind.RUN:
            wait_s = 0.5 * self._wait_s + 0.5 * _PATIENCE * took_s
            self._wait_s = min(_LONGEST_WAIT_S, max(_SHORTEST_WAIT_S, wait_s))

    def _judge(self, kind: Kind, answer: Frame) -> bytes:
        status = answer.status
        if status == Status.OK:
            return answer.payload
        if status in (Status.BAD_SESSION, Status.BAD_SEQUENCE, Status.BAD_INPUT, Status.BAD_RUN):
            raise _RestartError(Status(status).name)
        name = Status(status).name if status in list(Status) else f"status {status}"
        if status == Status.BAD_MODEL:
            value = int.from_bytes(answer.payload, "little", signed=True)
            problem = Problem(f"the model returned {value}")
            raise DeviceError("the device could not run the model", (problem,), "TT5001")
        raise self._error(f"the device refused {kind.name}: {name}", "")

    def _error(self, what: str, why: str) -> DeviceError:
        do = "is the firmware running, and this the right line and speed?"
        return DeviceError(f"device: {what}", (Problem(what, why=why, do=do),), "TT5004")

# SPDX-License-Identifier: Apache-2.0
"""Frames on a line that may damage, lose or double bytes; see ``device/tvm_tiny_link.h``."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from enum import IntEnum

REPLY = 0x80
"""Set in the kind of every answer."""

_HEADER = struct.Struct("<BBBHI")
_CRC = struct.Struct("<I")
_RUN = 254
_LONGEST_BYTES = 1 << 16  # of a stuffed frame: the firmware's payload field has 16 bits
_TEXT_BYTES = 2000


class Kind(IntEnum):
    """``enum tvm_tiny_device_kind``."""

    HELLO = 1
    LOAD = 2
    RUN = 3
    READ = 4


STOP = b"\0\x03"
"""Ctrl-C behind whatever came before: stops a run between two inferences."""


class Status(IntEnum):
    """``enum tvm_tiny_device_status``."""

    OK = 0
    DAMAGED = 1
    BAD_SESSION = 2
    BAD_SEQUENCE = 3
    BAD_REQUEST = 4
    BAD_RANGE = 5
    BAD_INPUT = 6
    BAD_RUN = 7
    BAD_MODEL = 8
    INTERRUPTED = 9


@dataclass(frozen=True)
class Frame:
    """A message.

    Attributes:
        kind: a ``Kind``, with ``REPLY`` in answers; 0 with it: a complaint about noise.
        sequence: 16 bits.
        session: 32 bits, chosen by the host.
        payload: what it is about.
        status: a ``Status`` in answers, 0 in requests.
    """

    kind: int
    sequence: int
    session: int
    payload: bytes = b""
    status: int = 0


def stuff(data: bytes) -> bytes:
    """Consistent overhead byte stuffing: no zero is left, one byte in 254 is added."""
    out = bytearray()
    parts = data.split(b"\0")
    for number, part in enumerate(parts):
        while len(part) >= _RUN:
            out += b"\xff" + part[:_RUN]
            part = part[_RUN:]
            if not part and number == len(parts) - 1:
                return bytes(out)
        out += bytes([len(part) + 1]) + part
    return bytes(out)


def unstuff(data: bytes) -> bytes | None:
    """What was stuffed; None if a block is cut."""
    out = bytearray()
    at = 0
    while at < len(data):
        code = data[at]
        part = data[at + 1 : at + code]
        if code == 0 or len(part) != code - 1:
            return None
        out += part
        at += code
        if code <= _RUN and at < len(data):
            out.append(0)
    return bytes(out)


def encode(frame: Frame) -> bytes:
    """The frame's bytes on the line, with the zeros round it."""
    body = _HEADER.pack(0, frame.kind, frame.status, frame.sequence, frame.session) + frame.payload
    return b"\0" + stuff(body + _CRC.pack(zlib.crc32(body))) + b"\0"


def decode(stuffed: bytes) -> Frame | None:
    """The frame between two zeros, None if it is damaged."""
    data = unstuff(stuffed)
    if data is None or len(data) < _HEADER.size + _CRC.size:
        return None
    body = data[: -_CRC.size]
    if zlib.crc32(body) != _CRC.unpack(data[-_CRC.size :])[0]:
        return None
    mark, kind, status, sequence, session = _HEADER.unpack_from(body)
    return Frame(kind, sequence, session, body[_HEADER.size :], status) if mark == 0 else None


class FrameDecoder:
    """Finds frames in what comes in, and keeps the end of the text between them."""

    def __init__(self) -> None:
        self._pending = bytearray()
        self._too_long = False
        self._text = bytearray()
        self.damaged = 0

    @property
    def text(self) -> str:
        """What came that was no frame, printable characters only."""
        return bytes(b for b in self._text + self._pending if b in b"\n" or 32 <= b < 127).decode()

    def feed(self, data: bytes) -> list[Frame]:
        """Frames that are complete now."""
        frames: list[Frame] = []
        first, *others = data.split(b"\0")
        self._extend(first)
        for part in others:
            frame = self._end()
            if frame is not None:
                frames.append(frame)
            self._extend(part)
        return frames

    def _extend(self, part: bytes) -> None:
        self._pending += part
        if len(self._pending) > _LONGEST_BYTES:
            del self._pending[:-_TEXT_BYTES]
            self._too_long = True

    def _end(self) -> Frame | None:
        stuffed, too_long = bytes(self._pending), self._too_long
        self._pending.clear()
        self._too_long = False
        if not stuffed:
            return None
        frame = None if too_long else decode(stuffed)
        if frame is None:
            self.damaged += 1
            self._text += stuffed
            del self._text[:-_TEXT_BYTES]
        return frame

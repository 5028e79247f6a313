# SPDX-License-Identifier: Apache-2.0
"""Bounds on an ONNX file before protobuf parses it.

A parsed message takes many times its bytes on the wire: two bytes make an empty node of a hundred.
So the fields of the messages that may repeat are counted on the wire first, and bytes that belong
to no message we read (functions, training information, ...) have a small budget.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tvm_tiny.errors import ModelError, Problem

MODEL_LIMIT_BYTES: Final = 64 << 20
_FIELD_LIMIT: Final = 500_000
_UNREAD_LIMIT_BYTES: Final = 4 << 20
_DEPTH_LIMIT: Final = 12
_LENGTH_DELIMITED: Final = 2
_FIXED_BYTES: Final = {1: 8, 5: 4}

# Message -> field number -> message of that field ("" for strings, bytes and packed numbers);
# onnx.proto (ONNX 1.23).
_SCHEMA: Final[dict[str, dict[int, str]]] = {
    "model": {2: "", 3: "", 4: "", 6: "", 7: "graph", 8: "entry", 14: "entry"},
    "entry": {1: "", 2: ""},
    "graph": {
        1: "node",
        2: "",
        5: "tensor",
        10: "",
        11: "value",
        12: "value",
        13: "value",
        14: "entry",
        16: "entry",
    },
    "node": {1: "", 2: "", 3: "", 4: "", 5: "attribute", 6: "", 7: "", 8: "", 9: "entry"},
    "attribute": {1: "", 4: "", 5: "tensor", 6: "graph", 7: "", 8: "", 9: "", 10: "tensor",
                  11: "graph", 13: "", 21: ""},
    "tensor": {1: "", 4: "", 5: "", 6: "", 7: "", 8: "", 9: "", 10: "", 11: "", 12: "",
               13: "entry", 16: "entry"},
    "value": {1: "", 2: "type", 3: "", 4: "entry"},
    "type": {1: "tensor type", 6: ""},
    "tensor type": {2: "shape"},
    "shape": {1: "dimension"},
    "dimension": {2: "", 3: ""},
}  # fmt: skip


class _Counter:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._fields = 0
        self._unread_bytes = 0

    def walk(self, message: str, start: int, end: int, depth: int = 0) -> None:
        """Count a message's fields and those of the messages inside."""
        if depth > _DEPTH_LIMIT:
            raise _refused(f"messages nested more than {_DEPTH_LIMIT} deep")
        schema = _SCHEMA[message]
        for number, begin, stop in self._fields_of(start, end):
            self._fields += 1
            if self._fields > _FIELD_LIMIT:
                raise _refused(f"more than {_FIELD_LIMIT} protobuf fields")
            inner = schema.get(number)
            if inner:
                self.walk(inner, begin, stop, depth + 1)
            elif inner is None:
                self._unread_bytes += stop - begin
                if self._unread_bytes > _UNREAD_LIMIT_BYTES:
                    raise _refused(f"more than {_UNREAD_LIMIT_BYTES} bytes in unknown fields")

    def _fields_of(self, at: int, end: int) -> Iterator[tuple[int, int, int]]:
        """(field number, begin and end of the payload); empty payload for numbers."""
        while at < end:
            key, at = self._varint(at, end)
            number, wire = key >> 3, key & 7
            if wire == 0:
                _, at = self._varint(at, end)
                yield number, at, at
            elif wire in _FIXED_BYTES:
                at += _FIXED_BYTES[wire]
                yield number, at, at
            elif wire == _LENGTH_DELIMITED:
                length, at = self._varint(at, end)
                if length > end - at:
                    raise _refused(f"a field of {length} bytes where {end - at} are left")
                yield number, at, at + length
                at += length
            else:
                raise _refused(f"protobuf wire type {wire}")

    def _varint(self, at: int, end: int) -> tuple[int, int]:
        value = 0
        for shift in range(0, 70, 7):
            if at >= end:
                raise _refused("the file ends inside a number")
            byte = self._data[at]
            at += 1
            value |= (byte & 127) << shift
            if byte < 128:
                return value, at
        raise _refused("a number of more than ten bytes")


def check_wire(data: bytes) -> None:
    """Raise ModelError (TT1001) unless parsing ``data`` as a ModelProto takes bounded memory."""
    if len(data) > MODEL_LIMIT_BYTES:
        raise _refused(f"{len(data)} bytes (limit {MODEL_LIMIT_BYTES})")
    _Counter(data).walk("model", 0, len(data))


def _refused(what: str) -> ModelError:
    return ModelError(
        "not a readable ONNX model",
        (Problem(what, why="a model for a microcontroller is small, and its file is whole"),),
    )

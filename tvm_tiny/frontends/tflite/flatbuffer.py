# SPDX-License-Identifier: Apache-2.0
"""Flatbuffers read with every offset checked.

The accessors that ``flatc`` generates trust the file. Here a table's vtable, every field and
every vector must lie inside the file before they are used
(https://flatbuffers.dev/internals: tables, vtables, vectors).
"""

from __future__ import annotations

import struct
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tvm_tiny.errors import ModelError, Problem

_SIZES: Final = {"b": 1, "B": 1, "?": 1, "h": 2, "H": 2, "i": 4, "I": 4, "f": 4, "q": 8, "Q": 8}
_LONGEST_TEXT: Final = 1024
"""Names are cut here: many tensors may share one huge name."""


def damaged(what: str) -> ModelError:
    """The error of a file that is no flatbuffer."""
    do = "export the model again, or copy the file again (in binary mode)"
    return ModelError("the file is truncated or damaged", (Problem(what, do=do),), code="TT1001")


class FlatTable:
    """A table at ``position``. Fields are numbered as in the schema.

    Raises:
        ModelError: TT1001 whenever an offset leaves the file.
    """

    def __init__(self, data: bytes, position: int) -> None:
        self.data = data
        self.position = position
        vtable = position - int(self._at(position, "i"))
        size = int(self._at(vtable, "H"))
        self._extent = int(self._at(vtable + 2, "H"))
        if size < 4 or size % 2 or vtable + size > len(data):
            raise damaged(f"vtable at {vtable} of {size} bytes")
        if self._extent < 4 or position + self._extent > len(data):
            raise damaged(f"table at {position} of {self._extent} bytes")
        self._vtable, self._fields = vtable, (size - 4) // 2

    @classmethod
    def root(cls, data: bytes) -> FlatTable:
        """The root table of a file."""
        if len(data) < 8:
            raise damaged(f"the file has {len(data)} bytes")
        return cls(data, int(struct.unpack_from("<I", data, 0)[0]))

    def scalar(self, field: int, kind: str, default: Any) -> Any:
        """A number; ``kind`` is its ``struct`` letter."""
        place = self._place(field, _SIZES[kind])
        return default if place is None else self._at(place, kind)

    def table(self, field: int) -> FlatTable | None:
        """A child table."""
        place = self._target(field)
        return None if place is None else FlatTable(self.data, place)

    def tables(self, field: int, limit: int) -> list[FlatTable]:
        """A vector of tables, at most ``limit``."""
        start, count = self._vector(field, 4)
        if count > limit:
            raise damaged(f"a list of {count:,} entries; the limit is {limit:,}")
        places = (start + 4 * i for i in range(count))
        return [FlatTable(self.data, place + int(self._at(place, "I"))) for place in places]

    def array(self, field: int, dtype: str) -> npt.NDArray[Any] | None:
        """A vector of numbers, None if the field is absent."""
        if self._target(field) is None:
            return None
        kind = np.dtype(dtype).newbyteorder("<")
        start, count = self._vector(field, kind.itemsize)
        return np.frombuffer(self.data, kind, count, start)

    def behind(self, field: int) -> npt.NDArray[np.uint8]:
        """What lies behind a vector of bytes, as many again; less at the end of the file."""
        start, count = self._vector(field, 1)
        first = start + count
        left = min(count, len(self.data) - first)
        return np.frombuffer(self.data, np.uint8, left, first) if left else np.zeros(0, np.uint8)

    def text(self, field: int) -> str:
        """A string, at most 1024 bytes of it; bytes that are no UTF-8 are replaced."""
        start, count = self._vector(field, 1)
        return self.data[start : start + min(count, _LONGEST_TEXT)].decode("utf-8", "replace")

    def place_of(self, field: int) -> tuple[int, int]:
        """First byte and number of the bytes of a vector of bytes."""
        return self._vector(field, 1)

    def _place(self, field: int, size: int) -> int | None:
        if field >= self._fields:
            return None
        offset = int(self._at(self._vtable + 4 + 2 * field, "H"))
        if offset == 0:
            return None
        if offset < 4 or offset + size > self._extent:
            raise damaged(f"field {field} of the table at {self.position} lies outside of it")
        return self.position + offset

    def _target(self, field: int) -> int | None:
        place = self._place(field, 4)
        return None if place is None else place + int(self._at(place, "I"))

    def _vector(self, field: int, item_bytes: int) -> tuple[int, int]:
        """Start and length; an absent vector is empty."""
        place = self._target(field)
        if place is None:
            return 0, 0
        count = int(self._at(place, "I"))
        if place + 4 + count * item_bytes > len(self.data):
            raise damaged(f"a list of {count:,} entries at {place} ends behind the file")
        return place + 4, count

    def _at(self, place: int, kind: str) -> Any:
        if place < 0 or place + _SIZES[kind] > len(self.data):
            raise damaged(f"offset {place} in a file of {len(self.data)} bytes")
        return struct.unpack_from(f"<{kind}", self.data, place)[0]

# SPDX-License-Identifier: Apache-2.0
"""Options of custom operators: a map of numbers as a flexbuffer, every offset checked.

Format: https://flatbuffers.dev/flexbuffers: values lie before what points at them; the last two
bytes are the root's type and width.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tvm_tiny.frontends.tflite.flatbuffer import damaged

_LONGEST: Final = 1 << 16
_MOST: Final = 256
_MAP, _INT, _UINT, _FLOAT, _BOOL = 9, 1, 2, 3, 26
_INDIRECT: Final = {6: _INT, 7: _UINT, 8: _FLOAT}
_SIGNED: Final = {1: "b", 2: "h", 4: "i", 8: "q"}
_UNSIGNED: Final = {1: "B", 2: "H", 4: "I", 8: "Q"}
_REAL: Final = {4: "f", 8: "d"}


def read_map(data: npt.NDArray[np.uint8] | None, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The wanted numbers of a map; those that it does not have are left out.

    Raises:
        ModelError: TT1001, an offset leaves the bytes, or the root is no map.
    """
    if data is None or data.size == 0 or not wanted:
        return {}
    if data.size > _LONGEST:
        raise damaged(f"options of {data.size:,} B")
    return _Reader(data.tobytes()).numbers(wanted)


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data

    def numbers(self, wanted: Mapping[str, Any]) -> dict[str, Any]:
        end = len(self.data)
        if end < 3:
            raise damaged("options without a root")
        kind, width = self.data[end - 2], self.data[end - 1]
        if kind >> 2 != _MAP or width not in _UNSIGNED:
            raise damaged("options that are no map")
        start = self._back(end - 2 - width, width)
        width = 1 << (kind & 3)
        count = self._number(start - width, _UNSIGNED, width)
        keys, key_width = (
            self._back(start - 3 * width, width),
            self._width(start - 2 * width, width),
        )
        if count > _MOST:
            raise damaged(f"{count:,} options")
        out: dict[str, Any] = {}
        for i in range(count):
            name = self._text(self._back(keys + i * key_width, key_width))
            if name in wanted:
                what = int(self._number(start + count * width + i, _UNSIGNED, 1))
                value = self._value(start + i * width, width, what)
                if value is not None:
                    out[name] = type(wanted[name])(value)
        return out

    def _value(self, place: int, width: int, what: int) -> Any:
        """A number, None for anything else."""
        kind = what >> 2
        if kind in _INDIRECT:
            place, width, kind = self._back(place, width), 1 << (what & 3), _INDIRECT[kind]
        if kind == _FLOAT:
            return self._number(place, _REAL, width)
        if kind == _INT:
            return self._number(place, _SIGNED, width)
        return self._number(place, _UNSIGNED, width) if kind in (_UINT, _BOOL) else None

    def _width(self, place: int, width: int) -> int:
        found = int(self._number(place, _UNSIGNED, width))
        if found not in _UNSIGNED:
            raise damaged(f"options with keys of {found} B")
        return found

    def _back(self, place: int, width: int) -> int:
        """Where an offset points to."""
        return place - int(self._number(place, _UNSIGNED, width))

    def _number(self, place: int, letters: Mapping[int, str], width: int) -> Any:
        if width not in letters or place < 0 or place + width > len(self.data):
            raise damaged(f"options whose offset {place} leaves their {len(self.data)} B")
        return struct.unpack_from(f"<{letters[width]}", self.data, place)[0]

    def _text(self, place: int) -> str:
        if place < 0:
            raise damaged("options whose keys leave their bytes")
        end = self.data.find(b"\0", place, place + _MOST)
        return self.data[place : max(end, place)].decode("utf-8", "replace")

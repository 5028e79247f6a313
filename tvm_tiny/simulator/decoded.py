# SPDX-License-Identifier: Apache-2.0
"""Decoded instructions by their bytes, from run to run.

What the timing model knows of an instruction does not depend on where it lies, so it is decoded
once and kept in the user's cache folder: micro-kernels are the same in every build. The file's
name has a hash of the decoder's sources; it is read and written whole, and never trusted further
than its types.
"""

from __future__ import annotations

import hashlib
import logging
from functools import cache
from pathlib import Path

import capstone
import msgspec

from tvm_tiny.files.reading import UnreadableError, read_bounded
from tvm_tiny.files.writing import replace_file
from tvm_tiny.simulator.instruction import Instruction
from tvm_tiny.toolchain.cache import cache_directory

_log = logging.getLogger(__name__)
_MOST = 1 << 16
"""Instructions kept."""
_LIMIT_BYTES = 1 << 25


class Decoded(msgspec.Struct, frozen=True, array_like=True):
    """An instruction, and how many behind it are predicated by it (IT)."""

    instruction: Instruction
    predicates: int = 0


Table = dict[str, Decoded]


@cache
def _sources_digest() -> str:
    state = hashlib.sha256(str(capstone.cs_version()).encode())
    for name in ("decode", "decoded", "classify_fp", "classify_integer", "instruction"):
        state.update((Path(__file__).parent / f"{name}.py").read_bytes())
    return state.hexdigest()[:24]


class DecodedStore:
    """The table; new entries are written by ``save``."""

    def __init__(self) -> None:
        """Read what is there; anything unreadable is as good as nothing."""
        folder = cache_directory()
        name = f"decoded-{_sources_digest()}.msgpack"
        self._path = folder / name if folder else None
        self.table = self._read()
        self._kept = len(self.table)

    def _read(self) -> Table:
        if self._path is None or not self._path.exists():
            return {}
        try:
            data = read_bounded(self._path, _LIMIT_BYTES)
            return msgspec.msgpack.decode(data, type=Table)
        except (OSError, UnreadableError, msgspec.MsgspecError) as error:
            _log.debug("%s: %s", self._path, error)
            return {}

    def save(self) -> None:
        """Write the table if it has grown; a cache that cannot be written is no fault."""
        if self._path is None or len(self.table) == self._kept or len(self.table) > _MOST:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(self._path, msgspec.msgpack.encode(self.table))
            self._kept = len(self.table)
        except OSError as error:
            _log.debug("%s: %s", self._path, error)


@cache
def decoded_instructions() -> DecodedStore:
    """The store of this process."""
    return DecodedStore()

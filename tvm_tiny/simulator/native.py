# SPDX-License-Identifier: Apache-2.0
"""The native counter: ``counter.c`` compiled for the host and hooked into unicorn's C interface."""

from __future__ import annotations

import ctypes
import functools
import hashlib
import importlib.util
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import unicorn.unicorn_const as uc_const
from unicorn.unicorn import Uc
from unicorn.unicorn_py3.unicorn import uclib

from tvm_tiny.errors import DeviceError
from tvm_tiny.simulator.counting import Access, Describe, Limits, Tally, too_long

_LOG = logging.getLogger(__name__)
_SOURCE = Path(__file__).with_name("counter.c")
_NOWHERE = (1 << 64) - 1
_FAILED = (1 << 32) - 1
_COMPILE_TIMEOUT_S = 120
_EVERYWHERE = (1, 0)  # unicorn: a hook whose begin is above its end holds for all addresses

_DESCRIBE = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_uint32, ctypes.POINTER(ctypes.c_uint32), ctypes.POINTER(ctypes.c_uint32)
)


class _Tally(ctypes.Structure):
    _fields_ = [
        ("address", ctypes.c_uint32),
        ("layer", ctypes.c_int32),
        ("count", ctypes.c_uint64),
        ("taken", ctypes.c_uint64),
        ("mispredicted", ctypes.c_uint64),
        ("repeated", ctypes.c_uint64),
        ("unaligned_loads", ctypes.c_uint64),
    ]


class _Access(ctypes.Structure):
    _fields_ = [
        ("block", ctypes.c_uint32),
        ("instruction", ctypes.c_uint32),
        ("loads", ctypes.c_uint64),
        ("other_bank", ctypes.c_uint64),
        ("unaligned_loads", ctypes.c_uint64),
        ("unaligned_stores", ctypes.c_uint64),
        ("off_word", ctypes.c_uint64),
    ]


def _compiler() -> list[str] | None:
    """Return the command of a C compiler for the host, if there is one."""
    if importlib.util.find_spec("ziglang") is not None:
        return [sys.executable, "-m", "ziglang", "cc"]
    for name in ("cc", "gcc", "clang"):
        if shutil.which(name):
            return [name]
    return None


def _cache_directory() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(base) / "tvm_tiny"


@functools.cache
def library() -> ctypes.CDLL | None:
    """Compile (once per source) and load the counter; None if this host cannot."""
    command = _compiler()
    if command is None:
        _LOG.warning("no host C compiler: counting in Python, which is slower")
        return None
    try:
        return _declare(ctypes.CDLL(str(_compiled(command))))
    except (OSError, subprocess.SubprocessError) as error:
        _LOG.warning("cannot build the native counter, counting in Python: %s", error)
        return None


def _compiled(command: Sequence[str]) -> Path:
    key = hashlib.sha256(_SOURCE.read_bytes() + " ".join(command).encode()).hexdigest()[:16]
    suffix = ".dll" if sys.platform == "win32" else ".so"
    target = _cache_directory() / f"counter-{key}{suffix}"
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        fresh = Path(folder) / target.name
        flags = ["-shared", "-O2", "-std=c99", "-fPIC"]
        subprocess.run(
            [*command, *flags, str(_SOURCE), "-o", str(fresh)],
            check=True,
            capture_output=True,
            timeout=_COMPILE_TIMEOUT_S,
        )
        os.replace(fresh, target)  # two processes may compile at once
    return target


def _declare(loaded: ctypes.CDLL) -> ctypes.CDLL:
    pointer, word, wide = ctypes.c_void_p, ctypes.c_uint32, ctypes.c_uint64
    loaded.tvm_tiny_counter_new.restype = pointer
    loaded.tvm_tiny_counter_new.argtypes = [pointer] * 3 + [
        *(_DESCRIBE, wide, wide, wide, word, pointer, wide)
    ]
    loaded.tvm_tiny_counter_exceeded.restype = ctypes.c_bool
    loaded.tvm_tiny_counter_exceeded.argtypes = [pointer]
    loaded.tvm_tiny_counter_finish.restype = word
    loaded.tvm_tiny_counter_finish.argtypes = [pointer]
    for name in ("tvm_tiny_counter_tallies", "tvm_tiny_counter_accesses"):
        function = getattr(loaded, name)
        function.restype = ctypes.c_size_t
        function.argtypes = [pointer, pointer, ctypes.c_size_t]
    loaded.tvm_tiny_counter_free.restype = None
    loaded.tvm_tiny_counter_free.argtypes = [pointer]
    return loaded


class NativeCounter:
    """Counts through C hooks; the same interface as ``counting.PythonCounter``."""

    def __init__(self, engine: Uc, describe: Describe, limits: Limits) -> None:
        """Hook into ``engine``; ``library()`` must not be None."""
        loaded = library()
        if loaded is None:
            raise DeviceError("the native counter is not available")
        self._library = loaded
        self._engine = engine
        self._error: Exception | None = None
        self._describe = _DESCRIBE(self._guard(describe))
        self._handle = loaded.tvm_tiny_counter_new(
            engine._uch,  # pyright: ignore[reportPrivateUsage]
            ctypes.cast(uclib.uc_reg_read, ctypes.c_void_p),
            ctypes.cast(uclib.uc_reg_write, ctypes.c_void_p),
            self._describe,
            _NOWHERE if limits.start is None else limits.start,
            _NOWHERE if limits.stop is None else limits.stop,
            _NOWHERE if limits.marker is None else limits.marker,
            limits.region,
            ctypes.cast(uclib.uc_emu_stop, ctypes.c_void_p),
            limits.half_words,
        )
        self._limit = limits.half_words
        if not self._handle:
            raise DeviceError("out of memory on the host")
        accesses = uc_const.UC_HOOK_MEM_READ | uc_const.UC_HOOK_MEM_WRITE
        self._hooks = [
            self._hook(uc_const.UC_HOOK_BLOCK, "tvm_tiny_counter_block"),
            self._hook(accesses, "tvm_tiny_counter_memory"),
        ]

    def _guard(self, describe: Describe) -> Callable[..., int]:
        """Errors must not pass through C: keep them until ``finish``."""

        def described(address: int, end: object, last: object) -> int:
            try:
                end[0], last[0] = describe(address)  # type: ignore[index]
            except Exception as error:
                self._error = error
                self._engine.emu_stop()
                return 1
            return 0

        return described

    def _hook(self, kind: int, function: str) -> ctypes.c_size_t:
        handle = ctypes.c_size_t()
        status = uclib.uc_hook_add(
            self._engine._uch,  # pyright: ignore[reportPrivateUsage]
            ctypes.byref(handle),
            kind,
            ctypes.cast(getattr(self._library, function), ctypes.c_void_p),
            ctypes.c_void_p(self._handle),
            ctypes.c_uint64(_EVERYWHERE[0]),
            ctypes.c_uint64(_EVERYWHERE[1]),
        )
        if status != uc_const.UC_ERR_OK:
            raise DeviceError(f"unicorn refuses the counter's hook: status {status}")
        return handle

    def finish(self) -> tuple[list[Tally], list[Access], int]:
        """Unhook; return sums per block and layer, accesses, and the number of regions seen."""
        for handle in self._hooks:
            uclib.uc_hook_del(self._engine._uch, handle)  # pyright: ignore[reportPrivateUsage]
        regions = int(self._library.tvm_tiny_counter_finish(self._handle))
        tallies = [
            Tally(
                t.address, t.layer, t.count, t.taken, t.mispredicted, t.repeated, t.unaligned_loads
            )
            for t in self._fetch("tvm_tiny_counter_tallies", _Tally)
        ]
        accesses = [
            Access(
                a.block,
                a.instruction,
                a.loads,
                a.other_bank,
                a.unaligned_loads,
                a.unaligned_stores,
                a.off_word,
            )
            for a in self._fetch("tvm_tiny_counter_accesses", _Access)
        ]
        exceeded = self._library.tvm_tiny_counter_exceeded(self._handle)
        self._library.tvm_tiny_counter_free(self._handle)
        self._handle = None
        if self._error is not None:
            raise self._error
        if exceeded:
            raise too_long(self._limit)
        if regions == _FAILED:
            raise DeviceError("the counter lost track of the program")
        return tallies, accesses, regions

    def _fetch(self, function: str, kind: type[ctypes.Structure]) -> Sequence[ctypes.Structure]:
        fetch = getattr(self._library, function)
        count = int(fetch(self._handle, None, 0))
        table = (kind * max(1, count))()
        fetch(self._handle, table, count)
        return table[:count]

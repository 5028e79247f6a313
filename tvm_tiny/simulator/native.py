# SPDX-License-Identifier: Apache-2.0
"""The native counter: ``counter.c`` compiled for the host and hooked into unicorn's C interface."""

from __future__ import annotations

import ctypes
import functools
import logging
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import unicorn.unicorn_const as uc_const
from unicorn.unicorn import Uc
from unicorn.unicorn_py3.unicorn import uclib

from tvm_tiny.errors import DeviceError, ToolchainError
from tvm_tiny.simulator.counting import CountingLimits, Describe, MemoryAccess, Tally, too_long
from tvm_tiny.simulator.memory import MemoryModel, Waits
from tvm_tiny.toolchain.cache import digest, forget, get_or_make
from tvm_tiny.toolchain.compilers import environment, find_compiler

_LOG = logging.getLogger(__name__)
_SOURCES = tuple(Path(__file__).with_name(name) for name in ("counter.c", "memory_model.c"))
_HEADERS = (Path(__file__).with_name("memory_model.h"),)
_NOWHERE = (1 << 64) - 1
_FAILED = (1 << 32) - 1
_COMPILE_TIMEOUT_S = 600  # a hundred times what it takes
_FLAGS = ("-shared", "-O2", "-std=c99", "-fPIC")
_EVERYWHERE = (1, 0)  # unicorn: a hook whose begin is above its end holds for all addresses

_DESCRIBE = ctypes.CFUNCTYPE(
    ctypes.c_int,
    ctypes.c_uint32,
    ctypes.POINTER(ctypes.c_uint32),
    ctypes.POINTER(ctypes.c_uint32),
    ctypes.POINTER(ctypes.c_double),
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


class _Port(ctypes.Structure):
    _fields_ = [
        ("origin", ctypes.c_uint32),
        ("end", ctypes.c_uint32),
        ("code_cache", ctypes.c_int32),
        ("data_cache", ctypes.c_int32),
        ("first_cycles", ctypes.c_double),
        ("beat_cycles", ctypes.c_double),
    ]


class _CacheShape(ctypes.Structure):
    _fields_ = [
        (name, ctypes.c_uint32)
        for name in ("line_shift", "ways", "sets", "beat_shift", "prefetch", "write_allocate")
    ]


class _Waits(ctypes.Structure):
    _fields_ = [
        ("layer", ctypes.c_int32),
        ("port", ctypes.c_uint32),
        ("kind", ctypes.c_uint32),
        ("lookups", ctypes.c_uint64),
        ("misses", ctypes.c_uint64),
        ("cycles", ctypes.c_double),
    ]


@functools.cache
def library() -> ctypes.CDLL | None:
    """Compile (once per source) and load the counter; None if this host cannot."""
    try:
        command = find_compiler("auto", "host").command
    except ToolchainError:
        _LOG.warning("no host C compiler: counting in Python, which is slower")
        return None
    try:
        return _declare(_load(command))
    except (OSError, subprocess.SubprocessError) as error:
        _LOG.warning("cannot build the native counter, counting in Python: %s", error)
        return None


def _load(command: Sequence[str]) -> ctypes.CDLL:
    """The counter from the cache of compiled things, or made; loaded from a file of its own."""
    machine = (sys.platform, platform.machine())
    texts = [path.read_bytes() for path in (*_SOURCES, *_HEADERS)]
    key = digest([*texts, *command, *_FLAGS, *machine])
    suffix = ".dll" if sys.platform == "win32" else ".so"

    def make(output: Path) -> None:
        subprocess.run(
            [*command, *_FLAGS, *map(str, _SOURCES), "-o", str(output)],
            check=True,
            capture_output=True,
            timeout=_COMPILE_TIMEOUT_S,
            env=environment(),
        )

    with tempfile.TemporaryDirectory(prefix="tvm_tiny-", ignore_cleanup_errors=True) as folder:
        target = Path(folder) / f"counter{suffix}"
        get_or_make(key, suffix, target, make)
        try:
            return ctypes.CDLL(str(target))
        except OSError:  # of another machine that shares the folder: made for this one
            forget(key, suffix)
            get_or_make(key, suffix, target, make)
            return ctypes.CDLL(str(target))


def _declare(loaded: ctypes.CDLL) -> ctypes.CDLL:
    pointer, word, wide = ctypes.c_void_p, ctypes.c_uint32, ctypes.c_uint64
    loaded.tvm_tiny_counter_new.restype = pointer
    loaded.tvm_tiny_counter_new.argtypes = [pointer] * 3 + [
        *(_DESCRIBE, wide, wide, wide, word, pointer, wide, pointer)
    ]
    loaded.tvm_tiny_memory_new.restype = pointer
    loaded.tvm_tiny_memory_new.argtypes = [pointer, word, pointer, word]
    loaded.tvm_tiny_counter_exceeded.restype = ctypes.c_bool
    loaded.tvm_tiny_counter_exceeded.argtypes = [pointer]
    loaded.tvm_tiny_counter_finish.restype = word
    loaded.tvm_tiny_counter_finish.argtypes = [pointer]
    for name in ("tallies", "accesses", "waits"):
        function = getattr(loaded, f"tvm_tiny_counter_{name}")
        function.restype = ctypes.c_size_t
        function.argtypes = [pointer, pointer, ctypes.c_size_t]
    loaded.tvm_tiny_counter_free.restype = None
    loaded.tvm_tiny_counter_free.argtypes = [pointer]
    return loaded


def _memory(loaded: ctypes.CDLL, model: MemoryModel) -> int:
    """The model's counterpart in C."""
    ports = (_Port * len(model.ports))(
        *(
            (p.origin, p.end, p.code_cache, p.data_cache, p.first_cycles, p.beat_cycles)
            for p in model.ports
        )
    )
    caches = (_CacheShape * max(1, len(model.caches)))(
        *(
            (c.line_shift, c.ways, c.sets, c.beat_shift, c.prefetch, c.write_allocate)
            for c in model.caches
        )
    )
    made = loaded.tvm_tiny_memory_new(ports, len(model.ports), caches, len(model.caches))
    if not made:
        raise DeviceError("the model of the memories is too large for the counter")
    return int(made)


class NativeCounter:
    """Counts through C hooks; the same interface as ``counting.PythonCounter``."""

    def __init__(
        self,
        engine: Uc,
        describe: Describe,
        limits: CountingLimits,
        memory: MemoryModel | None = None,
    ) -> None:
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
            _memory(loaded, memory) if memory else None,
        )
        self.waits: list[Waits] = []
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

        def described(address: int, end: object, last: object, cycles: object) -> int:
            try:
                end[0], last[0], cycles[0] = describe(address)  # type: ignore[index]
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

    def finish(self) -> tuple[list[Tally], list[MemoryAccess], int]:
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
            MemoryAccess(
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
        self.waits = [
            Waits(w.layer, w.port, w.kind, w.lookups, w.misses, w.cycles)
            for w in self._fetch("tvm_tiny_counter_waits", _Waits)
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

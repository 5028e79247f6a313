# SPDX-License-Identifier: Apache-2.0
"""What Linux, macOS and Windows do each in their own way: locks, limits, exchanging folders.

The only module of the package that imports what one of them has not (a test says so); the server of
the Project API, which runs by itself, has its own.
"""

from __future__ import annotations

import ctypes
import functools
import math
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

_AT_FDCWD: Final = -100
_RENAME_EXCHANGE: Final = 2
_RENAME_SWAP: Final = 2

if sys.platform == "win32":
    import msvcrt

    def open_to_lock(folder: Path) -> int:
        """A handle whose lock is the folder's: of a file in it."""
        return os.open(folder / ".tvm_tiny-lock", os.O_RDWR | os.O_CREAT)

    def take_lock(handle: int) -> None:
        """Lock what a handle is of, or raise ``OSError`` where somebody else has it."""
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def open_to_lock(folder: Path) -> int:
        """A handle whose lock is the folder's: of itself."""
        return os.open(folder, os.O_RDONLY | os.O_CLOEXEC)

    def take_lock(handle: int) -> None:
        """Lock what a handle is of, or raise ``OSError`` where somebody else has it."""
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def limit_cpu(pid: int, seconds: float) -> None:
    """Let a process, and each one that it starts from now on, use that much CPU and no more.

    Where the system cannot (macOS, Windows), the guard against hangs is what is left.

    Args:
        pid: of the process; 0: this one.
        seconds: from its start.
    """
    if sys.platform != "linux":
        return
    import resource

    # The hard limit stays: nobody could raise it again for a worker's next job.
    _, most = resource.prlimit(pid, resource.RLIMIT_CPU)
    soft = max(1, math.ceil(seconds))
    soft = soft if most == resource.RLIM_INFINITY else min(soft, most)
    resource.prlimit(pid, resource.RLIMIT_CPU, (soft, most))


def stopped_at_limit(code: int) -> bool:
    """Whether a process ended with this code because it had used up its CPU seconds."""
    return sys.platform != "win32" and code == -signal.SIGXCPU


@functools.cache
def exchange_call() -> Callable[[bytes, bytes], int] | None:
    """``renameat2`` of Linux or ``renamex_np`` of macOS from the C library, if it has it."""
    if sys.platform not in ("linux", "darwin"):
        return None
    library = ctypes.CDLL(None, use_errno=True)
    name = "renameat2" if sys.platform == "linux" else "renamex_np"
    function: Any = getattr(library, name, None)
    if function is None:
        return None
    function.restype = ctypes.c_int
    if sys.platform == "linux":
        function.argtypes = [
            *(ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
        ]
        return lambda one, other: function(_AT_FDCWD, one, _AT_FDCWD, other, _RENAME_EXCHANGE)
    function.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.c_uint]
    return lambda one, other: function(one, other, _RENAME_SWAP)

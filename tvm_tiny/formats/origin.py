# SPDX-License-Identifier: Apache-2.0
"""Which archives and project folders tvm_tiny wrote for this user on this computer.

Compiling C and running it here means doing what its author wants; what was not written here is
refused unless the user says so. Noted are digests, as empty files in the cache folder.
"""

from __future__ import annotations

import contextlib
from typing import Final

from tvm_tiny.crt_project.microtvm_server.files import MADE, made_here
from tvm_tiny.files.writing import replace_file
from tvm_tiny.toolchain.cache import cache_directory

_MOST_NOTED: Final = 4096


def note_made(sha256: str) -> None:
    """Remember what was written, by its digest; nothing where there is no cache folder."""
    folder = cache_directory()
    if folder is None:
        return
    with contextlib.suppress(OSError):
        made = folder / MADE
        made.mkdir(parents=True, exist_ok=True)
        replace_file(made / sha256, b"", durable=False)
        old = sorted(made.iterdir(), key=lambda path: path.stat().st_mtime)
        for path in old[:-_MOST_NOTED]:
            path.unlink()


__all__ = ["made_here", "note_made"]

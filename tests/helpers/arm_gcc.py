# SPDX-License-Identifier: Apache-2.0
"""Whether Arm's GCC is there."""

from __future__ import annotations

import functools
import shutil
import subprocess
from pathlib import Path


@functools.cache
def links_with_a_library() -> bool:
    """Whether ``arm-none-eabi-gcc`` has a C library: Debian packs newlib apart."""
    gcc = shutil.which("arm-none-eabi-gcc")
    if gcc is None:
        return False
    command = [gcc, "-print-file-name=libc.a"]  # the bare name where there is none
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return Path(done.stdout.strip()).is_absolute()

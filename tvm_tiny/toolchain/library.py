# SPDX-License-Identifier: Apache-2.0
"""Shared libraries that were built for the host."""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any

from tvm_tiny.errors import Problem, ToolchainError


def load_library(path: Path) -> Any:
    """A shared library.

    Raises:
        ToolchainError: TT4002, it cannot be loaded.
    """
    try:
        return ctypes.CDLL(str(path))
    except OSError as error:
        problem = Problem(what=str(error), where=str(path))
        raise ToolchainError("cannot load the library", (problem,), code="TT4002") from error

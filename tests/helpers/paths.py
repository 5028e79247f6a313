# SPDX-License-Identifier: Apache-2.0
"""Where things lie: the repository, and the models outside of it that some tests use if present."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
WITHOUT_TORCH = "import sys; sys.modules['torch'] = None\n"
"""In front of code for another process: TVM imports PyTorch wherever it is, seconds for nothing."""
_SHARED = ROOT.parent / "shared"
"""Models, data and tools beside the repository; absent on most machines."""


def shared(name: str) -> Path:
    """A file of the folder beside the repository; the test is skipped where it is not there."""
    path = _SHARED / name
    if not path.exists():
        pytest.skip(f"shared/{name} is not there")
    return path

# SPDX-License-Identifier: Apache-2.0
"""An extension of tvm_tiny: one of everything that can be added."""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).parent

CORES = [_FOLDER / "cortex-m1.toml"]
"""The cores that this package adds, as their files."""

BOARDS = [_FOLDER / "fpga-m1.toml"]
"""The boards."""

# SPDX-License-Identifier: Apache-2.0
"""An extension of tvm_tiny: an operator with a schedule, a core and a format."""

from __future__ import annotations

from pathlib import Path

CORES = [Path(__file__).with_name("cortex-m1.toml")]
"""The cores that this package adds, as their files."""

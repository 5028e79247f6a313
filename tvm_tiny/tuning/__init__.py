# SPDX-License-Identifier: Apache-2.0
"""Auto-tuning: schedules of a model's row kernels, found by trying; see docs/tuning.md."""

from __future__ import annotations

from tvm_tiny.tuning.database import OFF, Database, Provenance, load_database, shipped_database
from tvm_tiny.tuning.tune import TuneResult, tune

__all__ = [
    "OFF",
    "Database",
    "Provenance",
    "TuneResult",
    "load_database",
    "shipped_database",
    "tune",
]

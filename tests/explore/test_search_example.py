# SPDX-License-Identifier: Apache-2.0
"""examples/search: what Optuna finds keeps its limits, and the oracle says so again."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from paths import ROOT

pytest.importorskip("optuna")


@pytest.mark.slow
def test_the_search_keeps_its_limits() -> None:
    command = [sys.executable, ROOT / "examples" / "search" / "search.py", "--trials", "12"]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    found = {k: int(v) for k, v in re.findall(r"(\w+)=(\d+)", done.stdout)}
    assert found["ram_bytes"] <= 32 * 1024
    assert found["cycles"] <= 4_000_000
    assert found["macs"] > 0

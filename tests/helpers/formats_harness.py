# SPDX-License-Identifier: Apache-2.0
"""For tests of project formats: running tools in a folder, and what they print."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from hang import HANG_S
from paths import ROOT

EXAMPLES = ROOT / "examples"


def run(command: Sequence[str | Path], folder: Path, **environment: str) -> str:
    done = subprocess.run(
        list(map(str, command)), cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, **environment}, timeout=HANG_S,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


def printed(text: str) -> list[int]:
    """The numbers at the end of what a build and a run have printed."""
    return [int(word) for word in text.split() if word.lstrip("-").isdigit()]

# SPDX-License-Identifier: Apache-2.0
"""Every code that the sources raise is documented, and nothing else is."""

from __future__ import annotations

import re
from pathlib import Path

import tvm_tiny
import tvm_tiny.crt_project
import tvm_tiny.passes
import tvm_tiny.schedules
from tvm_tiny.error_codes import CAUSE_AND_CURE, CODES


def used_codes() -> set[str]:
    packages = (tvm_tiny, tvm_tiny.passes, tvm_tiny.schedules, tvm_tiny.crt_project)
    folders = {Path(str(p.__file__)).parent for p in packages}
    files = [f for folder in folders for f in folder.rglob("*.py") if f.name != "error_codes.py"]
    return {code for f in files for code in re.findall(r'"(TT\d{4})"', f.read_text())}


def test_every_code_is_documented() -> None:
    assert used_codes() - set(CODES) == set()


def test_no_code_is_documented_in_vain() -> None:
    assert set(CODES) - used_codes() == set()


def test_every_code_has_a_cause_and_a_cure() -> None:
    for code, (cause, cure) in CAUSE_AND_CURE.items():
        assert cause.endswith("."), code
        assert cure.endswith("."), code
        assert cause not in cure, code
        assert CODES[code] == f"{cause}\n  do: {cure}"

# SPDX-License-Identifier: Apache-2.0
"""Limits of programs on this computer are CPU seconds: who waits is not stopped, who spins is."""

from __future__ import annotations

import sys

import pytest

from tvm_tiny.toolchain.limits import LimitError, run_limited

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits of other processes")


def test_a_program_that_waits_longer_than_its_limit_goes_on() -> None:
    done = run_limited([sys.executable, "-c", "import time; time.sleep(1.5); print(7)"], 1)
    assert (done.returncode, done.stdout) == (0, "7\n")


def test_an_endless_program_is_stopped() -> None:
    with pytest.raises(LimitError, match="1 s of CPU"):
        run_limited([sys.executable, "-c", "while True: pass"], 1)


def test_one_that_waits_for_ever_is_stopped_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tvm_tiny.toolchain.limits.HANG_FACTOR", 1)
    with pytest.raises(LimitError, match="no end after 1 s"):
        run_limited([sys.executable, "-c", "import time; time.sleep(1000)"], 1)

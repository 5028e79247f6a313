# SPDX-License-Identifier: Apache-2.0
"""Which farm measures the trials of a runner."""

from __future__ import annotations

from tvm_tiny.device.board import PREFIX, QEMU_BOARD
from tvm_tiny.errors import DeviceError, Problem
from tvm_tiny.tuning.farm import Farm, LocalFarm
from tvm_tiny.tuning.remote import RemoteFarm


def make_farm(runner: str, *, workers: int, timeout_s: float, tracker: str, key: str) -> Farm:
    """The farm for a runner.

    Raises:
        DeviceError: TT5002, no board is attached; TT5003, the tracker cannot be reached.
        ToolchainError: TT4003, a package is missing.
    """
    if tracker:
        return RemoteFarm(tracker, key, workers=workers, timeout_s=timeout_s)
    if runner.startswith("board") and runner != f"{PREFIX}{QEMU_BOARD}":
        do = (
            "give the tracker of a server with a board (--tracker, in Python tracker=), or tune on"
            f" 'simulator' or '{PREFIX}{QEMU_BOARD}'"
        )
        problem = Problem("no board is attached that a trial can be flashed to", do=do)
        raise DeviceError("cannot tune on a board", (problem,), "TT5002")
    return LocalFarm(workers, timeout_s)

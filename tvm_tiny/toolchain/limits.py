# SPDX-License-Identifier: Apache-2.0
"""Limits of programs that run on this computer: CPU seconds, which other work does not use up.

Time on the clock only guards against a program that waits for ever (``HANG_FACTOR``): a computer
that does a hundred things at once is slow, not broken. Boards and serial lines are another matter:
what runs there has a clock of its own, and no CPU that could be asked from here.
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from typing import Final

from tvm_tiny.files.platform import limit_cpu, stopped_at_limit

HANG_FACTOR: Final = 100
"""Seconds on the clock for each CPU second that is allowed."""


class LimitError(Exception):
    """The program was stopped; the message says at which limit."""


def run_limited(command: Sequence[str], cpu_s: float) -> subprocess.CompletedProcess[str]:
    """Run a program without input to its end.

    Args:
        command: program and arguments.
        cpu_s: CPU seconds that it may use.

    Raises:
        LimitError: it used more, or never ended.
        OSError: it cannot be started.
    """
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    ) as process:
        try:
            _limit(process, cpu_s)
            out, err = process.communicate(timeout=cpu_s * HANG_FACTOR)
        except subprocess.TimeoutExpired as late:
            raise LimitError(f"no end after {cpu_s * HANG_FACTOR:g} s") from late
        finally:
            process.kill()
    if stopped_at_limit(process.returncode):
        raise LimitError(f"no end after {cpu_s:g} s of CPU")
    return subprocess.CompletedProcess(command, process.returncode, out, err)


def _limit(process: subprocess.Popen[str], cpu_s: float) -> None:
    try:
        limit_cpu(process.pid, cpu_s)
    except ProcessLookupError:  # it has ended
        return


__all__ = ["HANG_FACTOR", "LimitError", "limit_cpu", "run_limited", "stopped_at_limit"]

# SPDX-License-Identifier: Apache-2.0
"""Who builds and runs trials: processes of this machine, which may crash or hang, or servers.

TVM's own process pool starts a worker anew when it dies or exceeds its time.
"""

from __future__ import annotations

import itertools
import os
import signal
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

import msgspec

from tvm_tiny._tvm import process_pool
from tvm_tiny.errors import Problem, ToolchainError, TvmTinyError
from tvm_tiny.simulator.limit import cpu_limit
from tvm_tiny.toolchain.limits import HANG_FACTOR, limit_cpu
from tvm_tiny.tuning.programs import BuildJob, Outcome, build_program, run_bytes

RUNNERS = ("simulator", "qemu", "board")
"""Besides ``board:NAME``, a board that trials are started on."""


class Farm(Protocol):
    """Builds programs and runs them, several at a time."""

    def build(self, job: BuildJob) -> Future[bytes]:
        """An encoded ``LinkedLayer``; fails with a ``TrialError`` or what stops the session."""
        ...

    def run(self, program: bytes) -> Future[Outcome]:
        """What it gives; a program that fails gives an outcome with an error."""
        ...

    def close(self) -> None:
        """Stop all work at once."""
        ...


class TrialError(Exception):
    """A candidate cannot be built."""


def _worker_start() -> None:
    """Ctrl-C is for the session, which then stops its workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _within(cpu_s: float, mark: str, function: Callable[[Any], Any], job: Any) -> Any:
    """In a worker: one job, within CPU seconds of its own; over them the process marks it and ends.

    The system's limit is for the compilers that it starts, and for what never lets go.
    """

    def end() -> None:
        Path(mark).touch()
        os._exit(1)

    limit_cpu(0, time.process_time() + 2 * cpu_s)
    with cpu_limit(cpu_s, end):
        return function(job)


def build_job(job: BuildJob) -> tuple[bytes, str]:
    """In a worker: the program, or why there is none."""
    try:
        return build_program(job), ""
    except TvmTinyError as err:
        if err.code in ("TT4001", "TT4003"):
            raise
        return b"", err.problems[0].what if err.problems else err.message


def _pool(workers: int, timeout_s: float) -> Any:
    try:
        executor = process_pool()
    except ImportError as err:
        raise missing(err) from err
    return executor(workers, timeout=timeout_s * HANG_FACTOR, initializer=_worker_start)


def missing(err: ImportError) -> ToolchainError:
    """TT4003 for a package that tuning needs."""
    problem = Problem(str(err), do="pip install 'tvm-tiny[tune]'")
    return ToolchainError("a package for tuning is not installed", (problem,), "TT4003")


class LocalFarm:
    """Worker processes of this machine."""

    def __init__(
        self,
        workers: int = 2,
        timeout_s: float = 120.0,
        run_function: Callable[[bytes], bytes] = run_bytes,
    ) -> None:
        """Prepare; workers start when there is work.

        Args:
            workers: how many at a time.
            timeout_s: a build or a run that takes longer, in CPU seconds, has failed.
            run_function: an encoded program to an encoded outcome.
        """
        self._run_function = run_function
        self._pool = _pool(workers, timeout_s)
        self._threads = ThreadPoolExecutor(workers)
        self._timeout_s = timeout_s
        self._marks = tempfile.TemporaryDirectory(prefix="tvm_tiny-", ignore_cleanup_errors=True)
        self._numbers = itertools.count()

    def build(self, job: BuildJob) -> Future[bytes]:
        """Build in a worker."""
        return self._threads.submit(self._build, job)

    def run(self, program: bytes) -> Future[Outcome]:
        """Run in a worker."""
        return self._threads.submit(self._run, program)

    def _build(self, job: BuildJob) -> bytes:
        data, error = self._survive(build_job, job, lambda e: (b"", e))
        if error:
            raise TrialError(error)
        return data

    def _run(self, program: bytes) -> Outcome:
        failed = lambda e: msgspec.msgpack.encode(Outcome(error=e))  # noqa: E731
        answer = self._survive(self._run_function, program, failed)
        return msgspec.msgpack.decode(answer, type=Outcome)

    def _survive(
        self, function: Callable[[Any], Any], job: Any, failed: Callable[[str], Any]
    ) -> Any:
        """What a worker returns, or ``failed(why)`` if it died or took too long."""
        mark = Path(self._marks.name) / str(next(self._numbers))
        try:
            return self._pool.submit(_within, self._timeout_s, str(mark), function, job).result()
        except TimeoutError:
            return failed("no end within the time limit")
        except ChildProcessError as err:
            if mark.exists():
                return failed(f"no end within the time limit: {self._timeout_s:g} s of CPU")
            return failed(f"the process crashed: {str(err).strip().splitlines()[0]}")

    def close(self) -> None:
        """Kill the workers."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._pool.shutdown(wait=False)
        self._marks.cleanup()

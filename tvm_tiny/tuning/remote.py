# SPDX-License-Identifier: Apache-2.0
"""Trials on servers, through TVM's RPC tracker: ``tvm-tiny tune-server`` on every host.

A server that dies takes no trial with it: the program is run again on another.
"""

# pyright: basic
# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false
# pyright: reportUnknownMemberType=false, reportAttributeAccessIssue=false

from __future__ import annotations

import logging
import signal
import socket
import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import msgspec

from tvm_tiny._tvm import register_function, rpc
from tvm_tiny.errors import DeviceError, Problem, UsageError
from tvm_tiny.tuning.farm import LocalFarm, missing
from tvm_tiny.tuning.programs import RUN_FUNCTION, BuildJob, Outcome, run_bytes

DEFAULT_KEY = "tvm-tiny"
_CONNECT_S = 5.0
_WAIT_S = 30.0
"""How long a session waits for a server when there is none."""

log = logging.getLogger(__name__)


def address(text: str) -> tuple[str, int]:
    """Host and port from ``host:port``.

    Raises:
        UsageError: it is something else.
    """
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        problem = Problem(f"--tracker {text}", do="write --tracker HOST:PORT")
        raise UsageError("not an address", (problem,))
    return host, int(port)


def _rpc() -> Any:
    try:
        return rpc()
    except ImportError as err:
        raise missing(err) from err


class RemoteFarm:
    """Builds here, runs on the servers of a tracker."""

    def __init__(self, tracker: str, key: str, *, workers: int, timeout_s: float) -> None:
        """Connect.

        Raises:
            DeviceError: TT5003, no tracker, or no server of that key.
        """
        self._where, self._key, self._timeout_s = address(tracker), key, timeout_s
        self._local = LocalFarm(workers, timeout_s)
        self._closed = False
        servers = self._servers()
        if not servers:
            raise self._nobody("no server has registered")
        self._threads = ThreadPoolExecutor(max(workers, servers))

    def build(self, job: BuildJob) -> Future[bytes]:
        """Build in a worker of this machine."""
        return self._local.build(job)

    def run(self, program: bytes) -> Future[Outcome]:
        """Run on the next free server."""
        return self._threads.submit(self._run, program)

    def close(self) -> None:
        """Ask for no more."""
        self._closed = True
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._local.close()

    def _run(self, program: bytes) -> Outcome:
        until = time.monotonic() + _WAIT_S
        while not self._closed:
            if not self._servers():
                if time.monotonic() > until:
                    raise self._nobody(f"no server for {_WAIT_S:g} s")
                time.sleep(0.2)
                continue
            until = time.monotonic() + _WAIT_S
            started = time.monotonic()  # another computer's CPU cannot be asked from here
            try:
                return self._ask(program)
            except Exception as err:  # whatever TVM makes of a connection that breaks
                if time.monotonic() - started > self._timeout_s:
                    return Outcome(error="no end within the time limit")
                log.info("a server is gone, once more: %s", err)
        raise self._nobody("the session has ended")

    def _ask(self, program: bytes) -> Outcome:
        tracker = _rpc().connect_tracker(*self._where)
        try:
            # A server that died since it registered is asked for in vain: others must get a turn.
            tracker._sock.settimeout(self._timeout_s)
            session = tracker.request(self._key, session_timeout=self._timeout_s + 10, max_retry=1)
            answer = session.get_function(RUN_FUNCTION)(program)
            return msgspec.msgpack.decode(bytes(answer), type=Outcome)
        finally:
            tracker.close()

    def _servers(self) -> int:
        """How many are registered now."""
        try:
            # TVM tries for a minute to reach what is not there.
            socket.create_connection(self._where, timeout=_CONNECT_S).close()
            tracker = _rpc().connect_tracker(*self._where)
            found = tracker.summary()["server_info"]
            tracker.close()
        except (OSError, RuntimeError) as err:
            raise self._nobody(str(err)) from err
        return sum(item["key"] == f"server:{self._key}" for item in found)

    def _nobody(self, why: str) -> DeviceError:
        host, port = self._where
        do = f"start one: tvm-tiny tune-server --tracker {host}:{port} --key {self._key}"
        problem = Problem(why, where=f"tracker {host}:{port}, key '{self._key}'", do=do)
        return DeviceError("no server to run trials on", (problem,), "TT5003")


def register_run_function() -> None:
    """In a server's process: make ``run_bytes`` callable from outside."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    register_function(RUN_FUNCTION, lambda data: run_bytes(bytes(data)))


def start_server(tracker: str, key: str = DEFAULT_KEY, host: str = "127.0.0.1") -> Any:
    """Start TVM's RPC server, in a process of its own, registered with a tracker.

    It runs whatever programs it is sent, on simulated cores: for networks you trust.
    """
    return _rpc().server.Server(
        host,
        port=9190,
        port_end=9999,
        key=key,
        tracker_addr=address(tracker),
        silent=True,
        server_init_callback=register_run_function,
    )

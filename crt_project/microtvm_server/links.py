# SPDX-License-Identifier: Apache-2.0
"""Lines to a device: QEMU's serial port by socket, pipes or pseudo terminal; a program."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import resource
import select
import signal
import socket
import subprocess
import tempfile
import termios
import time
import tty
import typing
from pathlib import Path

from .rpc import LOG, IoTimeoutError, ServerError, TransportClosedError

_PTY = re.compile(rb"redirected to (/dev/[\w/]+)")
_START_TIMEOUT_S = 20.0
_CLIENT_GONE_S = 2.0
_READ_BYTES = 1 << 16
_MACHINE = ("-M", "mps2-an500", "-display", "none", "-monitor", "none")
_MOST_OUTPUT_BYTES = 1 << 28
_LIMITS = (
    ("RLIMIT_CPU", 600),
    ("RLIMIT_AS", 1 << 31),
    ("RLIMIT_FSIZE", 0),
    ("RLIMIT_NOFILE", 16),
    ("RLIMIT_CORE", 0),
)
_CLOSED = (errno.EIO, errno.EPIPE, errno.ECONNRESET, errno.EBADF)


class Link:
    """The two ends of the line to a device, and the process that it is, if it is one.

    A client that is gone is noticed while waiting: waits then end after two seconds.
    """

    def __init__(
        self,
        process: subprocess.Popen[bytes] | None,
        read_fd: int,
        write_fd: int,
        watched_fd: int | None = None,
        kept: typing.Sequence[typing.Any] = (),
        most_bytes: int | None = None,
    ) -> None:
        self._process, self._read_fd, self._write_fd = process, read_fd, write_fd
        self._watched_fd, self._kept = watched_fd, list(kept)
        self._left_bytes = most_bytes
        os.set_blocking(read_fd, False)
        os.set_blocking(write_fd, False)

    def read(self, most: int, timeout_s: float | None) -> bytes:
        """1 to ``most`` bytes.

        Raises:
            IoTimeoutError: no byte came in time.
            TransportClosedError: none can come any more.
        """
        self._wait(self._read_fd, select.POLLIN, timeout_s, "no byte came")
        try:
            data = os.read(self._read_fd, min(most, _READ_BYTES))
        except OSError as err:
            raise TransportClosedError(f"the device is gone: {err}") from err
        if not data:
            raise TransportClosedError("the device is gone")
        if self._left_bytes is not None:
            self._left_bytes -= len(data)
            if self._left_bytes < 0:
                self.close()
                raise TransportClosedError("the program wrote too much, and was stopped")
        return data

    def write(self, data: bytes, timeout_s: float | None) -> None:
        """Write all of it.

        Raises:
            IoTimeoutError: the device did not take all in time.
            TransportClosedError: it takes no more.
        """
        end = None if timeout_s is None else time.monotonic() + timeout_s
        while data:
            left = None if end is None else max(0.0, end - time.monotonic())
            what = f"{len(data)} bytes were not taken"
            self._wait(self._write_fd, select.POLLOUT, left, what)
            try:
                data = data[os.write(self._write_fd, data) :]
            except BlockingIOError:
                continue
            except OSError as err:
                raise TransportClosedError(f"the device is gone: {err}") from err

    def _wait(self, fd: int, event: int, timeout_s: float | None, what: str) -> None:
        poll = select.poll()
        poll.register(fd, event)
        if self._watched_fd is not None:
            poll.register(self._watched_fd, 0)  # POLLHUP alone
        end = None if timeout_s is None else time.monotonic() + timeout_s
        while True:
            left = None if end is None else max(0.0, end - time.monotonic())
            ready = dict(poll.poll(None if left is None else min(left * 1000.0, 1e6)))
            if fd in ready:
                if ready[fd] & event or event == select.POLLIN:
                    return
                raise TransportClosedError("the device is gone")
            if self._watched_fd in ready:
                poll.unregister(self._watched_fd)
                gone = time.monotonic() + _CLIENT_GONE_S
                end = gone if end is None else min(end, gone)
            elif end is not None and time.monotonic() >= end:
                raise IoTimeoutError(what + " in time")

    def close(self) -> None:
        """End the process and free the line; safe to call twice."""
        if self._process is not None:
            if self._left_bytes is not None:  # a program in a session of its own: its children, too
                with contextlib.suppress(OSError):
                    os.killpg(self._process.pid, signal.SIGKILL)
            self._process.kill()  # QEMU would report a SIGTERM
            self._process.wait()
        for fd in {self._read_fd, self._write_fd}:
            try:
                os.close(fd)
            except OSError as err:
                if err.errno not in _CLOSED:
                    raise
        self._read_fd = self._write_fd = -1
        for other in self._kept:
            other.close()
        self._kept = []


def _start(command: typing.Sequence[str], **files: typing.Any) -> subprocess.Popen[bytes]:
    LOG.debug("%s", " ".join(command))
    try:
        return typing.cast(
            "subprocess.Popen[bytes]", subprocess.Popen(list(command), bufsize=0, **files)
        )
    except OSError as err:
        raise ServerError(f"cannot start {command[0]}: {err}") from err


def _own_ends(process: subprocess.Popen[bytes]) -> tuple[int, int]:
    """Descriptors of a process's pipes that outlive its Popen object."""
    assert process.stdin is not None
    assert process.stdout is not None
    ends = os.dup(process.stdout.fileno()), os.dup(process.stdin.fileno())
    process.stdin.close()
    process.stdout.close()
    return ends


def open_program(program: Path, watched_fd: int | None) -> Link:
    """A program of this computer, its line on stdin and stdout; limited, but in no sandbox."""
    folder = tempfile.TemporaryDirectory(prefix="tvm_tiny-")
    try:
        process = _start(
            [str(program)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder.name,
            env={},
            start_new_session=True,
            preexec_fn=_limit,
        )
    except ServerError:
        folder.cleanup()
        raise
    ends = _own_ends(process)
    return Link(process, *ends, watched_fd, (_Folder(folder),), most_bytes=_MOST_OUTPUT_BYTES)


class _Folder:
    """A temporary folder that is closed like a file."""

    def __init__(self, folder: tempfile.TemporaryDirectory[str]) -> None:
        self._folder = folder

    def close(self) -> None:
        self._folder.cleanup()


def _limit() -> None:
    """In the child: no files, no core, bounded CPU and memory."""
    for name, most in _LIMITS:
        number = getattr(resource, name, None)
        if number is not None:
            try:
                hard = resource.getrlimit(number)[1]
                least = most if hard == resource.RLIM_INFINITY else min(most, hard)
                resource.setrlimit(number, (least, least))
            except (OSError, ValueError):  # macOS has no limit on memory
                pass


def open_qemu(qemu: str, program: Path, transport: str, watched_fd: int | None) -> Link:
    """QEMU with its first serial port on the line."""
    command = [qemu, *_MACHINE, "-kernel", str(program)]
    if transport == "stdio":
        process = _start(
            [*command, "-serial", "stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        return Link(process, *_own_ends(process), watched_fd=watched_fd)
    if transport == "pty":
        return _open_pty([*command, "-serial", "pty"], watched_fd)
    ours, theirs = socket.socketpair()
    with theirs:
        device = f"socket,id=line,fd={theirs.fileno()}"
        process = _start(
            [*command, "-chardev", device, "-serial", "chardev:line"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=(theirs.fileno(),),
        )
    fd = ours.detach()
    return Link(process, fd, fd, watched_fd=watched_fd)


def _open_pty(command: typing.Sequence[str], watched_fd: int | None) -> Link:
    """QEMU makes a pseudo terminal and says which."""
    process = _start(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert process.stdout is not None
    said, end = b"", time.monotonic() + _START_TIMEOUT_S
    while not _PTY.search(said):
        left = end - time.monotonic()
        ready = left > 0 and select.select([process.stdout], [], [], left)[0]
        part = os.read(process.stdout.fileno(), 4096) if ready else b""
        said += part
        if not part or len(said) > 1 << 16:
            process.kill()
            process.wait()
            text = said.decode("utf-8", "replace").strip()[:500]
            raise ServerError("QEMU opened no pseudo terminal: " + (text or "it said nothing"))
    found = _PTY.search(said)
    assert found is not None
    try:
        fd = os.open(found.group(1), os.O_RDWR | os.O_NOCTTY)
        tty.setraw(fd)
    except (OSError, termios.error) as err:
        process.kill()
        process.wait()
        raise ServerError(f"cannot open QEMU's pseudo terminal: {err}") from err
    return Link(process, fd, fd, watched_fd=watched_fd, kept=[process.stdout])

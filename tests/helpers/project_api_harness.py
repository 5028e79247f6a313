# SPDX-License-Identifier: Apache-2.0
"""Archives, and a server on bare pipes: what is sent is exactly what a test writes."""

from __future__ import annotations

import io
import json
import os
import select
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hang import HANG_S

from tvm_tiny.project_api import template_dir

SERVER = "microtvm_api_server.py"


class Pipes:
    """The client's ends of a running server's pipes."""

    def __init__(self, folder: Path, python: tuple[str, ...] = (sys.executable,)) -> None:
        request_read, self.write_fd = os.pipe()
        self.read_fd, reply_write = os.pipe()
        command = [*python, str(folder / SERVER)]
        self.process = subprocess.Popen(
            [*command, "--read-fd", str(request_read), "--write-fd", str(reply_write)],
            cwd=folder,
            pass_fds=(request_read, reply_write),
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
        )
        os.close(request_read)
        os.close(reply_write)
        self._held = b""

    def send(self, data: bytes) -> None:
        while data:
            data = data[os.write(self.write_fd, data) :]

    def reply(self, timeout_s: float = HANG_S) -> dict[str, Any]:
        """The next reply; an AssertionError if none comes."""
        end = time.monotonic() + timeout_s
        while b"\n" not in self._held:
            ready = select.select([self.read_fd], [], [], max(0.0, end - time.monotonic()))[0]
            assert ready, "no reply"
            chunk = os.read(self.read_fd, 65536)
            assert chunk, f"the server ended: {self.process.stderr}"
            self._held += chunk
        line, self._held = self._held.split(b"\n", 1)
        return json.loads(line)

    def ask(self, method: str, parameters: Mapping[str, Any], number: int = 1) -> dict[str, Any]:
        request = {"jsonrpc": "2.0", "method": method, "params": parameters, "id": number}
        self.send(json.dumps(request).encode() + b"\n")
        return self.reply()

    def finish(self, timeout_s: float = HANG_S) -> str:
        """Close the request pipe; returns what the server said on stderr until it ended."""
        os.close(self.write_fd)
        _, said = self.process.communicate(timeout=timeout_s)
        os.close(self.read_fd)
        assert self.process.returncode == 0, said
        return said.decode()


@contextmanager
def serving(folder: Path | None = None) -> Iterator[Pipes]:
    """A server, the template's unless a folder is given; it must end without a traceback."""
    pipes = Pipes(folder or template_dir())
    try:
        yield pipes
        assert "Traceback" not in pipes.finish()
    finally:
        if pipes.process.poll() is None:
            pipes.process.kill()
            pipes.process.communicate()


def repacked(archive: bytes, change: Mapping[str, bytes | None]) -> bytes:
    """The archive with members replaced, added or (None) left out."""
    members: dict[str, bytes] = {}
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar:
            handle = tar.extractfile(member)
            members[member.name] = handle.read() if handle else b""
    members |= {k: v for k, v in change.items() if v is not None}
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, data in members.items():
            if name in change and change[name] is None:
                continue
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()


def with_entry(archive: bytes, entry: tarfile.TarInfo, data: bytes = b"") -> bytes:
    """The archive with one more member, of any kind."""
    buffer = io.BytesIO(archive)
    with tarfile.open(fileobj=buffer, mode="a") as tar:
        tar.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()

# SPDX-License-Identifier: Apache-2.0
"""The wire: a server in a process of its own, a request a line, a reply a line."""

from __future__ import annotations

import base64
import json
import logging
import os
import select
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from tvm_tiny.errors import DeviceError, Problem, UsageError

PROTOCOL_VERSION = 1
SERVER_FILE = "microtvm_api_server.py"
LAUNCHER_FILE = "launch_microtvm_api_server.sh"

_log = logging.getLogger(__name__)
_MAX_REPLY_BYTES = 64 << 20
_CHUNK_BYTES = 1 << 16
# Guards against a server that hangs, a hundred times what an answer takes: one that dies is noticed
# at once, and a serial line's own wait comes on top.
_REPLY_TIMEOUT_S = 600.0
_BUILD_TIMEOUT_S = 6000.0
_STOP_TIMEOUT_S = 30.0
_SHOWN_CHARACTERS = 2000

Options = Mapping[str, Any]


class IoTimeoutError(DeviceError):
    """The device sent or took nothing in the time given."""


class TransportClosedError(DeviceError):
    """There is no device (any more) to talk to."""


_KNOWN: Mapping[str, type[DeviceError]] = {
    "IoTimeoutError": IoTimeoutError,
    "TransportClosedError": TransportClosedError,
}


@dataclass(frozen=True)
class ServerInfo:
    """What a server says about itself.

    Attributes:
        platform_name: a name.
        is_template: projects are generated from it; else it is one.
        model_library_format_path: the model of a generated project.
        project_options: descriptions: name, type, choices, default, help, required, optional.
    """

    platform_name: str
    is_template: bool
    model_library_format_path: str | None
    project_options: Sequence[Mapping[str, Any]]


class ProjectClient:
    """A connection with a server. Close it, or use it in a ``with`` statement."""

    def __init__(self, project_dir: Path, *, debug: bool = False) -> None:
        """Start the server of a template or a generated project.

        Args:
            project_dir: folder with ``microtvm_api_server.py``.
            debug: let the server log everything.

        Raises:
            UsageError: TT6202, there is no server, or it cannot be started.
        """
        self._id = 0
        self._held = b""
        command = _command(project_dir)
        request_read, self._write_fd = os.pipe()
        self._read_fd, reply_write = os.pipe()
        fds = ["--read-fd", str(request_read), "--write-fd", str(reply_write)]
        try:
            self._process = subprocess.Popen(
                [*command, *fds, *(["--debug"] if debug else [])],
                cwd=project_dir,
                pass_fds=(request_read, reply_write),
                stdin=subprocess.DEVNULL,
            )
        except OSError as err:
            os.close(self._read_fd)
            os.close(self._write_fd)
            problem = Problem(str(err), where=str(project_dir))
            raise UsageError("cannot start the project's server", (problem,), "TT6202") from err
        finally:
            os.close(request_read)
            os.close(reply_write)
        self._open = True

    def close(self) -> None:
        """End the server: it leaves at end of file; safe to call twice."""
        if not self._open:
            return
        self._open = False
        os.close(self._write_fd)
        os.close(self._read_fd)
        try:
            self._process.wait(_STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.terminate()
            self._process.wait()

    def __enter__(self) -> ProjectClient:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def server_info_query(self, tvm_version: str) -> ServerInfo:
        """Ask what it is; refuses other versions of the protocol.

        Raises:
            DeviceError: TT5102, another version, or a reply that is no description.
        """
        reply = self.call("server_info_query", {"tvm_version": tvm_version})
        if not isinstance(reply, dict) or reply.get("protocol_version") != PROTOCOL_VERSION:
            raise _broken("speaks another version of the protocol", f"wanted {PROTOCOL_VERSION}")
        try:
            return ServerInfo(
                platform_name=str(reply["platform_name"]),
                is_template=bool(reply["is_template"]),
                model_library_format_path=reply["model_library_format_path"] or None,
                project_options=tuple(dict(option) for option in reply["project_options"]),
            )
        except (KeyError, TypeError, ValueError) as err:
            raise _broken("does not describe itself", repr(err)) from err

    def generate_project(
        self, archive: Path, project_dir: Path, options: Options, standalone_crt_dir: str = ""
    ) -> None:
        """Make a project from a Model Library Format archive."""
        parameters = {
            "model_library_format_path": str(archive.absolute()),
            "standalone_crt_dir": standalone_crt_dir,
            "project_dir": str(project_dir.absolute()),
            "options": dict(options),
        }
        self.call("generate_project", parameters, _BUILD_TIMEOUT_S)

    def build(self, options: Options) -> None:
        """Compile."""
        self.call("build", {"options": dict(options)}, _BUILD_TIMEOUT_S)

    def flash(self, options: Options) -> None:
        """Bring the program onto the board."""
        self.call("flash", {"options": dict(options)}, _BUILD_TIMEOUT_S)

    def open_transport(self, options: Options) -> Mapping[str, float]:
        """Connect to the device. Returns the time-outs in seconds that suit it; 0 is none."""
        reply = self.call("open_transport", {"options": dict(options)})
        timeouts = reply.get("timeouts") if isinstance(reply, dict) else None
        if not isinstance(timeouts, dict):
            raise _broken("gave no time-outs", repr(reply)[:200])
        return timeouts

    def close_transport(self) -> None:
        """Disconnect."""
        self.call("close_transport", {})

    def read_transport(self, most_bytes: int, timeout_s: float | None) -> bytes:
        """1 to ``most_bytes`` bytes.

        Raises:
            IoTimeoutError: none came in time.
            TransportClosedError: none can come.
        """
        wait_s = None if timeout_s is None else timeout_s + _REPLY_TIMEOUT_S
        parameters = {"n": most_bytes, "timeout_sec": timeout_s}
        reply = self.call("read_transport", parameters, wait_s)
        try:
            return base64.b85decode(reply["data"])
        except (KeyError, TypeError, ValueError) as err:
            raise _broken("sent no bytes", repr(reply)[:200]) from err

    def write_transport(self, data: bytes, timeout_s: float | None) -> None:
        """All bytes, or an error."""
        wait_s = None if timeout_s is None else timeout_s + _REPLY_TIMEOUT_S
        text = base64.b85encode(data).decode("ascii")
        self.call("write_transport", {"data": text, "timeout_sec": timeout_s}, wait_s)

    def call(
        self, method: str, parameters: Mapping[str, Any], timeout_s: float | None = _REPLY_TIMEOUT_S
    ) -> Any:
        """One request and its reply.

        Raises:
            DeviceError: TT5101 the server refused or failed, TT5102 it is gone or talks nonsense.
        """
        if not self._open:
            raise _broken("connection is closed", method)
        self._id += 1
        request = {"jsonrpc": "2.0", "method": method, "params": parameters, "id": self._id}
        line = json.dumps(request).encode() + b"\n"
        try:
            while line:
                line = line[os.write(self._write_fd, line) :]
        except OSError as err:
            raise _broken("is gone", str(err)) from err
        return self._result(method, self._reply(method, timeout_s))

    def _result(self, method: str, line: bytes) -> Any:
        try:
            reply = json.loads(line)
        except (ValueError, RecursionError) as err:
            raise _broken("sent something else than JSON", repr(line[:200])) from err
        if not isinstance(reply, dict) or reply.get("jsonrpc") != "2.0":
            raise _broken("sent a malformed reply", repr(line[:200]))
        if reply.get("id") != self._id:
            raise _broken("answered another request", repr(reply.get("id"))[:200])
        if "error" in reply:
            raise _refusal(method, reply["error"])
        if "result" not in reply:
            raise _broken("sent a reply without a result", repr(line[:200]))
        return reply["result"]

    def _reply(self, method: str, timeout_s: float | None) -> bytes:
        end = None if timeout_s is None else time.monotonic() + timeout_s
        while b"\n" not in self._held:
            left = None if end is None else max(0.0, end - time.monotonic())
            if not select.select([self._read_fd], [], [], left)[0]:
                self.close()
                raise _broken("did not answer", f"{method}: {timeout_s:g} s")
            chunk = os.read(self._read_fd, _CHUNK_BYTES)
            if not chunk or len(self._held) > _MAX_REPLY_BYTES:
                self.close()
                raise _broken("ended" if not chunk else "sent an endless reply", method)
            self._held += chunk
        line, self._held = self._held.split(b"\n", 1)
        _log.debug("%s: %s", method, line[:200])
        return line


def _command(project_dir: Path) -> list[str]:
    server, launcher = project_dir / SERVER_FILE, project_dir / LAUNCHER_FILE
    if launcher.is_file():
        return [str(launcher.absolute()), str(server.absolute())]
    if server.is_file():
        return [sys.executable, str(server.absolute())]
    problem = Problem(f"neither {SERVER_FILE} nor {LAUNCHER_FILE}", where=str(project_dir))
    raise UsageError("not a Project API project", (problem,), "TT6202")


def _broken(what: str, why: str) -> DeviceError:
    return DeviceError(f"the project's server {what}", (Problem(why),), "TT5102")


def _refusal(method: str, error: Any) -> DeviceError:
    """The error that a reply describes."""
    entry: Mapping[str, Any] = error if isinstance(error, dict) else {"message": repr(error)}
    message = str(entry.get("message", "no message"))
    data = entry.get("data")
    detail = next(iter(data.values()), "") if isinstance(data, dict) else data
    problem = Problem(message, where=method, why=str(detail or "")[:_SHOWN_CHARACTERS])
    kind = _KNOWN.get(message, DeviceError)
    return kind(f"{method} failed ({entry.get('code')})", (problem,), "TT5101")

# SPDX-License-Identifier: Apache-2.0
"""JSON-RPC 2.0 as the Project API has it: a request a line, a reply a line, one at a time.

Source: the protocol spoken by the client of TVM 0.16. Where that version's own server stops serving
(a line that is no JSON, a malformed request), this one replies with the error and goes on.
"""

from __future__ import annotations

import enum
import json
import logging
import math
import os
import re
import typing

LOG = logging.getLogger("microtvm_server")
MAX_LINE_BYTES = 16 << 20
"""A longer request is refused; the rest of its line is skipped."""

_CHUNK_BYTES = 1 << 16
_METHOD = re.compile(r"[A-Za-z0-9_]{1,64}")


class Code(enum.IntEnum):
    """Error codes of the protocol: JSON-RPC's, and one for all that fails in a method."""

    SERVER_ERROR = -32000
    PARSE_ERROR = -32700
    INVALID_REQUEST = -32600
    METHOD_NOT_FOUND = -32601
    INVALID_PARAMS = -32602
    INTERNAL_ERROR = -32603


class RpcError(Exception):
    """A refusal with one of the protocol's codes.

    Attributes:
        code: see ``Code``.
        message: one line; with ``SERVER_ERROR`` clients know some by name.
        data: anything that JSON can hold, for the user.
    """

    def __init__(self, code: Code, message: str, data: typing.Any = None) -> None:
        super().__init__(message)
        self.code, self.message, self.data = code, message, data


class ServerError(RpcError):
    """A method failed: a build, a board, a file."""

    def __init__(self, message: str, data: typing.Any = None) -> None:
        super().__init__(Code.SERVER_ERROR, message, data)


class TransportClosedError(ServerError):
    """There is no device (any more) to talk to. Clients know the name."""

    def __init__(self, why: str) -> None:
        super().__init__("TransportClosedError", {"why": why})


class IoTimeoutError(ServerError):
    """Nothing came, or not all could be written, in the time given. Clients know the name."""

    def __init__(self, why: str) -> None:
        super().__init__("IoTimeoutError", {"why": why})


Check = typing.Callable[[typing.Any], bool]
Method = typing.Callable[..., typing.Any]


def is_text(value: typing.Any) -> bool:
    """A string without NUL, which no path or option may have."""
    return isinstance(value, str) and "\0" not in value


def is_object(value: typing.Any) -> bool:
    """A JSON object."""
    return isinstance(value, dict)


def is_count(value: typing.Any) -> bool:
    """An integer from 1 to 2^24: bytes of one transfer."""
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 1 << 24


def is_timeout(value: typing.Any) -> bool:
    """Seconds from 0 on, or null for no limit."""
    if value is None:
        return True
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return number and value >= 0 and (isinstance(value, int) or math.isfinite(value))


PARAMETERS: typing.Mapping[str, typing.Mapping[str, Check]] = {
    "server_info_query": {"tvm_version": is_text},
    "generate_project": {
        "model_library_format_path": is_text,
        "standalone_crt_dir": is_text,
        "project_dir": is_text,
        "options": is_object,
    },
    "build": {"options": is_object},
    "flash": {"options": is_object},
    "open_transport": {"options": is_object},
    "close_transport": {},
    "read_transport": {"n": is_count, "timeout_sec": is_timeout},
    "write_transport": {"data": is_text, "timeout_sec": is_timeout},
}
"""Method to its parameters, all of which must be there."""


def _refuse_constant(name: str) -> typing.Any:
    raise ValueError(name + " is no JSON")


def _parse(line: bytes) -> typing.Any:
    try:
        return json.loads(line.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as err:
        raise RpcError(Code.PARSE_ERROR, "not a line of JSON") from err


def _checked(request: typing.Any) -> tuple[str, dict[str, typing.Any]]:
    """Method and parameters of a well-formed request."""
    wrong = ""
    if not isinstance(request, dict):
        wrong = "not an object"
    elif request.get("jsonrpc") != "2.0":
        wrong = "'jsonrpc' is not '2.0'"
    elif "id" not in request or not _is_id(request["id"]):
        wrong = "'id' is not a string, an integer or null"
    elif not isinstance(request.get("method"), str) or not _METHOD.fullmatch(request["method"]):
        wrong = "'method' is not a name"
    elif not isinstance(request.get("params"), dict):
        wrong = "'params' is not an object"
    if wrong:
        raise RpcError(Code.INVALID_REQUEST, "malformed request: " + wrong)
    return request["method"], request["params"]


def _is_id(value: typing.Any) -> bool:
    return value is None or (isinstance(value, (str, int)) and not isinstance(value, bool))


def _check_parameters(method: str, given: typing.Mapping[str, typing.Any]) -> None:
    if method not in PARAMETERS:
        raise RpcError(Code.METHOD_NOT_FOUND, "unknown method: " + method)
    wanted = PARAMETERS[method]
    missing = sorted(set(wanted) - set(given))
    extra = sorted(set(given) - set(wanted))
    wrong = sorted(n for n, check in wanted.items() if n in given and not check(given[n]))
    for names, what in ((missing, "missing"), (extra, "unknown"), (wrong, "wrong type or value")):
        if names:
            shown = ", ".join(name[:80] for name in names[:8])
            raise RpcError(Code.INVALID_PARAMS, f"{method}: parameter {what}: {shown}")


class Connection:
    """Serves requests from one pipe and replies to another until the client closes its end."""

    def __init__(self, read_fd: int, write_fd: int, methods: typing.Mapping[str, Method]) -> None:
        self._read_fd, self._write_fd, self._methods = read_fd, write_fd, methods

    def serve(self) -> None:
        """Answer every line; returns at end of file, or when nobody takes the replies."""
        for line in self._lines():
            reply = json.dumps(self._answer(line), allow_nan=False).encode("ascii") + b"\n"
            LOG.debug("reply: %s", reply[:500])
            try:
                while reply:
                    reply = reply[os.write(self._write_fd, reply) :]
            except BrokenPipeError:
                return

    def _lines(self) -> typing.Iterator[bytes | None]:
        """Lines without their ends; None for one that is too long. What has no end is no line."""
        held, skipping = b"", False
        while True:
            chunk = os.read(self._read_fd, _CHUNK_BYTES)
            if not chunk:
                return
            *whole, rest = (held + chunk).split(b"\n")
            for line in whole:
                yield None if skipping else line
                skipping = False
            held = b"" if skipping else rest
            if len(held) > MAX_LINE_BYTES:
                held, skipping = b"", True

    def _answer(self, line: bytes | None) -> dict[str, typing.Any]:
        """The reply to a line; never raises."""
        number: typing.Any = None
        try:
            if line is None:
                raise RpcError(Code.INVALID_REQUEST, "malformed request: longer than 16 MiB")
            request = _parse(line)
            method, parameters = _checked(request)
            number = request["id"]
            LOG.debug("%s: %s", method, sorted(parameters))
            _check_parameters(method, parameters)
            result = self._methods[method](**parameters)
            return {"jsonrpc": "2.0", "id": number, "result": result}
        except RpcError as err:
            error = {"code": int(err.code), "message": err.message, "data": err.data}
        except Exception as err:
            LOG.exception("internal error")
            text = f"internal error: {type(err).__name__}: {err}"
            error = {"code": int(Code.INTERNAL_ERROR), "message": text[:1000], "data": None}
        return {"jsonrpc": "2.0", "id": number, "error": error}

# SPDX-License-Identifier: Apache-2.0
"""The same server for people: one sub-command a method, and the pipes of a client."""

from __future__ import annotations

import argparse
import json
import logging
import os
import selectors
import signal
import sys
import typing
from pathlib import Path

from .methods import Project
from .options import OPTIONS
from .rpc import Connection, IoTimeoutError, RpcError, ServerError, TransportClosedError

_READ_BYTES = 4096
_POLL_S = 0.02
_SILENCE_S = 1.5


def _parser() -> argparse.ArgumentParser:
    lines = ["project options (-o NAME=VALUE, may be repeated):"]
    for option in OPTIONS:
        choices = " ({})".format(", ".join(map(str, option.choices))) if option.choices else ""
        default = "" if option.default is None else " Default: {}.".format(option.default or "none")
        lines.append(f"  {option.name}{choices}: {option.help}{default}")
    parser = argparse.ArgumentParser(
        prog="microtvm_api_server.py",
        description="microTVM Project API server of tvm_tiny.",
        epilog="\n".join(lines),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--read-fd", type=int, metavar="N", help="pipe with a client's requests")
    parser.add_argument("--write-fd", type=int, metavar="N", help="pipe for the replies")
    parser.add_argument("--debug", action="store_true", help="log everything on stderr")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    commands.add_parser("info", help="what this server is, as JSON")
    generate = commands.add_parser("generate", help="make a project from a model.tar")
    generate.add_argument("archive", help="Model Library Format archive written by tvm_tiny")
    generate.add_argument("project_dir", help="folder to make")
    build = commands.add_parser("build", help="compile the firmware")
    flash = commands.add_parser("flash", help="bring it onto the board")
    connect = commands.add_parser("connect", help="talk to the device: stdin and stdout")
    for command in (generate, build, flash, connect):
        command.add_argument("-o", "--option", action="append", default=[], metavar="NAME=VALUE")
    return parser


def main(root: Path, arguments: typing.Sequence[str] | None = None) -> int:
    """Run as a server on two pipes, or do one thing.

    Returns:
        Exit code: 0, 1 for a failure that is described on stderr; argparse ends with 2.
    """
    parser = _parser()
    given = parser.parse_args(arguments)
    logging.basicConfig(
        level=logging.DEBUG if given.debug else logging.INFO,
        format="%(name)s: %(message)s",
        stream=sys.stderr,
    )
    signal.signal(signal.SIGTERM, _end)
    if given.command is None:
        if given.read_fd is None or given.write_fd is None:
            parser.error("give a command, or both --read-fd and --write-fd")
        return _serve(root, given.read_fd, given.write_fd)
    project = Project(root)
    try:
        return _do(project, given)
    except RpcError as err:
        data = err.data if isinstance(err.data, dict) else {}
        detail = data.get("why") or data.get("output") or ""
        sys.stderr.write("error: {}\n{}".format(err.message, detail and str(detail) + "\n"))
        return 1
    finally:
        project.close_transport()


def _end(number: int, frame: typing.Any) -> None:
    """SIGTERM: leave through every ``finally``, so that no device stays behind."""
    del frame
    sys.exit(128 + number)


def _serve(root: Path, read_fd: int, write_fd: int) -> int:
    project = Project(root, watched_fd=read_fd)
    try:
        Connection(read_fd, write_fd, project.methods()).serve()
    except OSError as err:
        sys.stderr.write(f"error: {err}\n")
        return 1
    finally:
        project.close_transport()
    return 0


def _do(project: Project, given: argparse.Namespace) -> int:
    if given.command == "info":
        sys.stdout.write(json.dumps(project.server_info_query("none"), indent=2) + "\n")
        return 0
    options: dict[str, str] = {}
    for text in given.option:
        name, equals, value = text.partition("=")
        if not equals:
            raise ServerError(f"write -o NAME=VALUE, not -o {text:.80}")
        options[name] = value
    if given.command == "generate":
        target = str(Path(given.project_dir).absolute())
        project.generate_project(str(Path(given.archive).absolute()), "", target, options)
    elif given.command == "build":
        project.build(options)
    elif given.command == "flash":
        project.flash(options)
    else:
        project.open_transport(options)
        _connect(project)
    return 0


def _connect(project: Project) -> None:
    """Copy stdin to the device and its bytes to stdout.

    Ends when the device is gone, or has been silent for a while after the end of stdin.
    """
    out = sys.stdout.buffer
    # Not the default one: epoll takes no files, and stdin may be one.
    with selectors.SelectSelector() as waiting:
        waiting.register(sys.stdin, selectors.EVENT_READ)
        while True:
            ended = not waiting.get_map()
            if not ended and waiting.select(_POLL_S):
                data = os.read(sys.stdin.fileno(), _READ_BYTES)
                if data:
                    project.link.write(data, 10.0)
                else:
                    waiting.unregister(sys.stdin)
            try:
                out.write(project.link.read(_READ_BYTES, _SILENCE_S if ended else 0))
                out.flush()
            except IoTimeoutError:
                if ended:
                    return
            except TransportClosedError:
                return

# SPDX-License-Identifier: Apache-2.0
"""The eight methods of the Project API, on a template or on a generated project."""

from __future__ import annotations

import base64
import json
import shutil
import typing
from pathlib import Path

from . import archive, building, files, flashing, links, options, serial_port
from .boards import CHIPS
from .rpc import LOG, Code, RpcError, ServerError, TransportClosedError

PROTOCOL_VERSION = 1
ARCHIVE = "model.tar"
SETTINGS = "project.json"
SERVER_FILES = ("microtvm_api_server.py", "microtvm_server")

_MAX_SETTINGS_BYTES = 1 << 20
_MAX_WRITE_BYTES = 8 << 20
_TIMEOUTS = {
    "session_start_retry_timeout_sec": 0,
    "session_start_timeout_sec": 30,
    "session_established_timeout_sec": 60,
}
Options = typing.Mapping[str, typing.Any]


class Project:
    """A folder with a server in it; with ``model.tar`` beside it, a generated project."""

    def __init__(self, root: Path, watched_fd: int | None = None) -> None:
        self._root, self._watched_fd = root, watched_fd
        self._link: links.Link | None = None

    @property
    def is_template(self) -> bool:
        """Whether projects are generated from it."""
        return not (self._root / ARCHIVE).exists()

    def methods(self) -> dict[str, typing.Callable[..., typing.Any]]:
        """By their names on the line."""
        names = (
            "server_info_query",
            "generate_project",
            "build",
            "flash",
            "open_transport",
            "close_transport",
            "read_transport",
            "write_transport",
        )
        return {name: getattr(self, name) for name in names}

    def server_info_query(self, tvm_version: str) -> dict[str, typing.Any]:
        """What this server is; every version of TVM is welcome, none is needed."""
        LOG.debug("client of TVM %s", tvm_version[:100])
        template = self.is_template
        return {
            "platform_name": "tvm_tiny",
            "is_template": template,
            "model_library_format_path": None if template else str(self._root / ARCHIVE),
            "project_options": options.announce({} if template else self._settings()["options"]),
            "protocol_version": PROTOCOL_VERSION,
        }

    def generate_project(
        self,
        model_library_format_path: str,
        standalone_crt_dir: str,
        project_dir: str,
        options: Options,
    ) -> None:
        """Make a project from an archive: all of it, or nothing.

        Args:
            model_library_format_path: archive that ``Artifact.export_mlf`` wrote.
            standalone_crt_dir: not used: the archive brings its run-time.
            project_dir: must not exist.
            options: see ``options.OPTIONS``.
        """
        del standalone_crt_dir
        if not self.is_template:
            raise ServerError("this is a generated project, not a template")
        chosen = _check(options, "generate_project", {})
        target = Path(project_dir)
        if not target.is_absolute():
            raise ServerError(f"project_dir is not an absolute path: {project_dir:.200}")
        if target.exists() or target.is_symlink():
            raise ServerError(f"project_dir exists: {project_dir:.200}")
        source = Path(model_library_format_path)
        project = archive.read_archive(source)
        _check_board(project, str(chosen["board"]))
        archive.check_origin(project, bool(chosen["trust_archive"]))
        try:
            files.write_folder(target, self._files(project, chosen))
        except OSError as err:
            raise ServerError(f"cannot write the project: {err}") from err

    def _files(self, project: archive.Project, chosen: Options) -> dict[str, bytes]:
        """Everything in a generated project: path to contents."""
        out = dict(project.files)
        out[SERVER_FILES[0]] = (self._root / SERVER_FILES[0]).read_bytes()
        for part in sorted((self._root / SERVER_FILES[1]).iterdir()):
            if part.suffix in (".py", ".json"):
                out[f"{SERVER_FILES[1]}/{part.name}"] = part.read_bytes()
        settings = {
            "model": project.model,
            "core": project.core,
            "gcc_flags": project.gcc_flags,
            "zig_flags": project.zig_flags,
            "options": chosen,
        }
        out[SETTINGS] = (json.dumps(settings, indent=2) + "\n").encode("utf-8")
        out[ARCHIVE] = project.archive
        return out

    def build(self, options: Options) -> None:
        """Compile the firmware for the chosen board."""
        settings = self._generated("build")
        chosen = _check(options, "build", settings["options"])
        core = building.Core(tuple(settings["gcc_flags"]), tuple(settings["zig_flags"]))
        program = building.build(self._root, core, chosen)
        LOG.info("built %s", program)

    def flash(self, options: Options) -> None:
        """Bring the program onto the board; QEMU and this computer load it in open_transport."""
        program, chosen = self._program(options, "flash")
        chip = CHIPS.get(str(chosen["board"]))
        if chip is not None:
            flashing.flash(chip, program, chosen)

    def open_transport(self, options: Options) -> dict[str, typing.Any]:
        """Connect to the device's serial line; QEMU and the program for this computer start."""
        program, chosen = self._program(options, "open_transport")
        if self._link is not None:
            raise ServerError("the transport is open already")
        chip = CHIPS.get(str(chosen["board"]))
        if chip is not None:
            port = str(chosen["port"]) or serial_port.find_port(chip)
            self._link = serial_port.open_serial(port, chip.baud, self._watched_fd)
        elif chosen["board"] == "host":
            self._link = links.open_program(program, self._watched_fd)
        else:
            self._link = links.open_qemu(
                str(chosen["qemu"]), program, str(chosen["transport"]), self._watched_fd
            )
        return {"timeouts": dict(_TIMEOUTS)}

    def close_transport(self) -> None:
        """Stop the device; fine when there is none."""
        link, self._link = self._link, None
        if link is not None:
            link.close()

    def read_transport(self, n: int, timeout_sec: float | None) -> dict[str, str]:
        """1 to ``n`` bytes, base85."""
        data = self.link.read(n, timeout_sec)
        return {"data": base64.b85encode(data).decode("ascii")}

    def write_transport(self, data: str, timeout_sec: float | None) -> None:
        """All bytes, given as base85."""
        if len(data) > _MAX_WRITE_BYTES:
            raise RpcError(Code.INVALID_PARAMS, "write_transport: more than 8 MiB of text")
        try:
            raw = base64.b85decode(data)
        except ValueError as err:
            raise RpcError(Code.INVALID_PARAMS, "write_transport: data is not base85") from err
        self.link.write(raw, timeout_sec)

    @property
    def link(self) -> links.Link:
        """The open line."""
        if self._link is None:
            raise TransportClosedError("the transport is not open")
        return self._link

    def _program(self, given: Options, method: str) -> tuple[Path, dict[str, typing.Any]]:
        settings = self._generated(method)
        chosen = _check(given, method, settings["options"])
        program = building.program_path(self._root, str(chosen["board"]))
        if not program.is_file():
            raise ServerError("nothing is built for {}: build first".format(chosen["board"]))
        if chosen["board"] == "mps2-an500" and shutil.which(str(chosen["qemu"])) is None:
            raise ServerError("{} is not installed".format(chosen["qemu"]))
        return program, chosen

    def _generated(self, method: str) -> dict[str, typing.Any]:
        if self.is_template:
            raise ServerError(f"{method}: this is a template; generate a project first")
        return self._settings()

    def _settings(self) -> dict[str, typing.Any]:
        path = self._root / SETTINGS
        try:
            settings = json.loads(files.read_bounded(path, _MAX_SETTINGS_BYTES, SETTINGS))
            for key, kind in (("gcc_flags", list), ("zig_flags", list), ("options", dict)):
                if not isinstance(settings[key], kind):
                    raise ValueError(key)
        except (OSError, ValueError, TypeError, KeyError, RecursionError) as err:
            raise ServerError(f"{SETTINGS} is damaged: {err}") from err
        return typing.cast("typing.Dict[str, typing.Any]", settings)


def _check(given: Options, method: str, defaults: Options) -> dict[str, typing.Any]:
    """Options of a call (a parameter of the methods hides the module's name)."""
    return options.check(given, method, defaults)


def _check_board(project: archive.Project, board: str) -> None:
    """Raise ServerError if the archive has no start-up code for a board."""
    chip = CHIPS.get(board)
    if chip is None:
        return
    do = f"tvm-tiny build MODEL --board {board} --format mlf -o model.tar"
    if chip.core != project.core:
        raise ServerError(f"{board} has a {chip.core}, the archive is for {project.core}: {do}")
    if building.link_script(board) not in project.files:
        raise ServerError(f"the archive has no start-up code for {board}: {do}")

# SPDX-License-Identifier: Apache-2.0
"""Templates, generated projects and their serial lines."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from tvm_tiny import _tvm, crt_project
from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.project_api.client import (
    IoTimeoutError,
    Options,
    ProjectClient,
    ServerInfo,
)

_READ_BYTES = 1 << 16
_WRITE_TIMEOUT_S = 60.0


def template_dir() -> Path:
    """The folder of our own template, for any client."""
    return Path(crt_project.__file__).parent


class _Project:
    """A connection with a server of one kind."""

    def __init__(self, folder: Path, is_template: bool, debug: bool) -> None:
        self.folder = folder
        self._client = ProjectClient(folder, debug=debug)
        try:
            self.info: ServerInfo = self._client.server_info_query(_tvm.VERSION)
            if self.info.is_template != is_template:
                what = "a template" if self.info.is_template else "a generated project"
                raise UsageError(f"this is {what}", (Problem(what, where=str(folder)),), "TT6202")
        except BaseException:
            self._client.close()
            raise

    def complete(self, options: Options) -> dict[str, Any]:
        """Options with the defaults of all that are not given, as servers expect them.

        Raises:
            UsageError: TT6202, the server has no such option.
        """
        known = {str(o["name"]): o.get("default") for o in self.info.project_options}
        unknown = sorted(set(options) - set(known))
        if unknown:
            problem = Problem(f"unknown: {', '.join(unknown)}", do=f"one of {', '.join(known)}")
            raise UsageError("wrong project options", (problem,), "TT6202")
        return {**known, **options}

    def close(self) -> None:
        """End the server."""
        self._client.close()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class TemplateProject(_Project):
    """What projects are generated from."""

    def __init__(self, folder: str | Path | None = None, *, debug: bool = False) -> None:
        """Start its server; our own template unless a folder is given."""
        super().__init__(Path(folder) if folder else template_dir(), True, debug)

    def __enter__(self) -> TemplateProject:
        return self

    def generate(
        self, archive: str | Path, project_dir: str | Path, options: Options | None = None
    ) -> GeneratedProject:
        """Make a project and start its own server.

        Args:
            archive: see ``Artifact.export_mlf``.
            project_dir: must not exist.
            options: ``board`` and what else ``info.project_options`` lists.

        Raises:
            DeviceError: TT5101, the server refused.
        """
        complete = self.complete(options or {})
        self._client.generate_project(Path(archive), Path(project_dir), complete)
        return GeneratedProject(project_dir, complete)


class GeneratedProject(_Project):
    """A project with a model in it."""

    def __init__(
        self, folder: str | Path, options: Options | None = None, *, debug: bool = False
    ) -> None:
        """Start its server."""
        super().__init__(Path(folder), False, debug)
        self.options = self.complete(options or {})

    def __enter__(self) -> GeneratedProject:
        return self

    def build(self) -> None:
        """Compile.

        Raises:
            DeviceError: TT5101, with the compiler's message.
        """
        self._client.build(self.options)

    def flash(self) -> None:
        """Bring the program onto the board."""
        self._client.flash(self.options)

    def transport(self) -> ProjectTransport:
        """The open serial line of the running device."""
        return ProjectTransport(self._client, self.options)


class ProjectTransport:
    """A line to the device, as ``tvm_tiny.device`` takes it."""

    def __init__(self, client: ProjectClient, options: Options) -> None:
        """Start the device and connect."""
        self._client = client
        self.timeouts: Mapping[str, float] = client.open_transport(options)
        self._open = True

    def write(self, data: bytes) -> None:
        """Send bytes.

        Raises:
            TransportClosedError: the device is gone.
        """
        self._client.write_transport(data, _WRITE_TIMEOUT_S)

    def read(self, timeout_s: float) -> bytes:
        """What has come; else wait for something, b"" if nothing comes in time.

        Raises:
            TransportClosedError: the device is gone.
        """
        try:
            return self._client.read_transport(_READ_BYTES, timeout_s)
        except IoTimeoutError:
            return b""

    def close(self) -> None:
        """Stop the device; safe to call twice."""
        if self._open:
            self._open = False
            self._client.close_transport()

    def __enter__(self) -> ProjectTransport:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

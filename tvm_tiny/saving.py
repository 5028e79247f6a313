# SPDX-License-Identifier: Apache-2.0
"""Writing the project folder: all files or none, the same bytes for the same inputs."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import msgspec

from tvm_tiny.artifact import Artifact
from tvm_tiny.emit.project import files_digest
from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.formats import format_files
from tvm_tiny.report.arena import from_report
from tvm_tiny.report.model import to_json
from tvm_tiny.report.svg import draw_svg
from tvm_tiny.version import VERSION

MANIFEST = "manifest.json"


class Manifest(msgspec.Struct, frozen=True):
    """What was written, from what: makes a folder recognisable and a build checkable."""

    tool: str
    version: str
    model: str
    model_sha256: str
    target: str
    files_sha256: str
    files: list[str]


def save(artifact: Artifact, folder: Path, layout: str = "project") -> list[Path]:
    """Write every file of the project, ``report.json`` and ``plan.svg`` into ``folder``.

    ``layout`` is one of ``tvm_tiny.formats.FORMATS``.

    An existing folder is only written to if it is empty or an earlier project of ours; files that
    are not ours stay.

    Raises:
        UsageError: the folder holds something else, or cannot be written; unknown layout.
    """
    files = format_files(artifact, layout)
    old = _previous(folder)
    files["report.json"] = to_json(artifact.report)
    files["plan.svg"] = draw_svg(from_report(artifact.report), artifact.spec.model)
    manifest = Manifest(
        tool="tvm_tiny",
        version=VERSION,
        model=artifact.spec.model,
        model_sha256=artifact.loaded.sha256,
        target=artifact.options.target,
        files_sha256=files_digest(files),
        files=sorted(files),
    )
    files[MANIFEST] = msgspec.json.format(msgspec.json.encode(manifest), indent=2).decode() + "\n"
    try:
        return _write(folder, files, old)
    except OSError as err:
        problem = Problem(err.strerror or str(err), where=str(err.filename or folder))
        raise UsageError("cannot write the project folder", (problem,), "TT6010") from err


def _write(folder: Path, files: dict[str, str], old: list[str]) -> list[Path]:
    folder.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for name, text in files.items():
            path = staging / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        if not folder.exists():
            staging.chmod(0o755)
            staging.rename(folder)
        else:
            for name in files:
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                os.replace(staging / name, folder / name)
            for name in set(old) - set(files):
                (folder / name).unlink(missing_ok=True)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return [folder / name for name in sorted(files)]


def _previous(folder: Path) -> list[str]:
    """Files of an earlier project in this folder; refuses folders that are not ours."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return []
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError) as err:
        problem = Problem(
            "exists and is not a tvm_tiny project",
            where=str(folder),
            do="choose a new or an empty folder",
        )
        raise UsageError("will not write there", (problem,), "TT6009") from err
    inside = [n for n in manifest.files if not Path(n).is_absolute() and ".." not in Path(n).parts]
    return inside


def write_file(path: Path, data: bytes) -> Path:
    """Write one file, whole or not at all; returns its path.

    Raises:
        UsageError: TT6010, it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(name, 0o644)
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as err:
        problem = Problem(err.strerror or str(err), where=str(path))
        raise UsageError("cannot write the file", (problem,), "TT6010") from err
    return path

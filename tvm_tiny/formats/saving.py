# SPDX-License-Identifier: Apache-2.0
"""Writing the project folder: all files or none, the same bytes for the same inputs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from tvm_tiny.emit.sources import files_digest
from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.files.reading import UnreadableError, inside, read_bounded, read_json
from tvm_tiny.files.writing import check_writable, reported, restore, write_folder
from tvm_tiny.formats.contents import Contents
from tvm_tiny.formats.layouts import Format, check_format, format_files
from tvm_tiny.formats.origin import made_here, note_made
from tvm_tiny.report.arena import from_report
from tvm_tiny.report.model import Report, to_json
from tvm_tiny.report.page import page
from tvm_tiny.report.svg import draw_svg
from tvm_tiny.version import VERSION

MANIFEST = "manifest.json"
_MANIFEST_LIMIT_BYTES: Final = 1 << 20
_PROJECT_LIMIT_BYTES: Final = 1 << 29


class Manifest(msgspec.Struct, frozen=True):
    """What was written, from what: makes a folder recognisable and a build checkable."""

    tool: str
    version: str
    model: str
    model_sha256: str
    target: str
    files_sha256: str
    files: list[str]


def save(
    contents: Contents, report: Report, folder: Path, layout: str | Format = "project"
) -> list[Path]:
    """Write every file of the project, ``report.json`` and its pictures into ``folder``.

    ``layout`` is one of ``tvm_tiny.formats.FORMATS``.

    An existing folder is only written to if it is empty or an earlier project of ours; files that
    are not ours stay.

    Raises:
        UsageError: the folder holds something else, or cannot be written; unknown layout.
    """
    known = check_format(layout)
    old = check_folder(folder)
    files = folder_files(contents, report, known)
    with reported(folder, "cannot write the project folder"):
        write_folder(folder, {name: text.encode() for name, text in files.items()}, old)
    note_written(files)
    return [folder / name for name in sorted(files)]


def folder_files(contents: Contents, report: Report, layout: str | Format) -> dict[str, str]:
    """What a folder in that format holds, its report and manifest too: relative path to text."""
    files = format_files(contents, layout)
    files["report.json"] = to_json(report)
    files["report.html"] = page(report)
    files["plan.svg"] = draw_svg(from_report(report), contents.spec.model)
    manifest = Manifest(
        tool="tvm_tiny",
        version=VERSION,
        model=contents.spec.model,
        model_sha256=contents.spec.model_sha256,
        target=contents.spec.core,
        files_sha256=files_digest(files),
        files=sorted(files),
    )
    files[MANIFEST] = msgspec.json.format(msgspec.json.encode(manifest), indent=2).decode() + "\n"
    return files


def note_written(files: Mapping[str, str]) -> None:
    """Remember a folder that was written, so that its C is run here without being asked."""
    note_made(files_digest({name: text for name, text in files.items() if name != MANIFEST}))


def written_files(folder: Path) -> dict[str, bytes]:
    """What a project folder has of the files that its manifest names; the manifest too.

    Raises:
        UsageError: TT6013, no manifest, one of them is missing, is no regular file or leads out
            of the folder, or they are too large.
    """
    try:
        manifest = read_json(folder / MANIFEST, Manifest, _MANIFEST_LIMIT_BYTES, links=False)
        files: dict[str, bytes] = {}
        left = _PROJECT_LIMIT_BYTES
        for name in (MANIFEST, *manifest.files):
            if not inside(folder, name):
                raise UnreadableError(f"'{name}' is not in the folder")
            files[name] = read_bounded(folder / name, left, links=False)
            left -= len(files[name])
    except UnreadableError as err:
        problem = Problem(str(err), where=str(folder), do="tvm-tiny build MODEL -o FOLDER")
        raise UsageError("not a project of tvm_tiny", (problem,), "TT6013") from err
    return files


def is_as_written(files: Mapping[str, bytes]) -> bool:
    """Whether tvm_tiny wrote these files for this user on this computer, all of them as they are.

    Args:
        files: of ``written_files``.
    """
    try:
        texts = {name: data.decode() for name, data in files.items() if name != MANIFEST}
    except UnicodeDecodeError:
        return False
    # The digest puts zeros between files: with one inside, two folders could have the same.
    return not any("\0" in text for text in texts.values()) and made_here(files_digest(texts))


def check_folder(folder: Path) -> list[str]:
    """Files of an earlier project in this folder; refuses folders that are not ours.

    Cheap: commands call it before they compile.

    Raises:
        UsageError: TT6009 the folder holds something else, TT6010 it cannot be written.
    """
    with reported(folder, "cannot write the project folder"):
        restore(folder)
        check_writable(folder)
        if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
            return []
    try:
        manifest = read_json(folder / MANIFEST, Manifest, _MANIFEST_LIMIT_BYTES, links=False)
    except UnreadableError as err:
        problem = Problem(
            "exists and is not a tvm_tiny project",
            where=str(folder),
            why=f"{MANIFEST}: {err}",
            do="choose a new or an empty folder",
        )
        raise UsageError("will not write there", (problem,), "TT6009") from err
    return [MANIFEST, *(name for name in manifest.files if inside(folder, name))]

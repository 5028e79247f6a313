# SPDX-License-Identifier: Apache-2.0
"""Write a firmware project: once, into a folder that is new or empty."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from tvm_tiny.application.kits import KITS, Project, front_end_folder, own_files
from tvm_tiny.application.sensors import SensorName, reading
from tvm_tiny.artifact import Artifact
from tvm_tiny.boards.data import load_board
from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.files.writing import check_writable, reported, write_folder
from tvm_tiny.formats.saving import note_written

_OWN_NAME = "application"
_LONGEST_LABEL = 80


def new_application(
    artifact: Artifact,
    folder: str | Path,
    *,
    kit: str = "cmake",
    sensor: SensorName | None = None,
    labels: Sequence[str] = (),
    front_end: Artifact | None = None,
) -> list[Path]:
    """Write a firmware project round a model, to be filled in and kept.

    It builds and runs as it is, with a made-up sensor that ends after a few readings. The model's
    folder in it can be written again by ``Artifact.save`` or ``tvm-tiny build``; nothing else is
    ever touched.

    Args:
        artifact: built with ``board=``.
        folder: new or empty; its name is the project's.
        kit: build system, one of ``KITS``.
        sensor: one of ``SENSORS``; None: what the input's shape says.
        labels: of the first output's elements.
        front_end: for audio: a model that makes a step of the input from a block of PCM.

    Returns:
        The files.

    Raises:
        UsageError: TT6001 no board, unknown kit, labels or a sensor that do not fit; TT6009, the
            folder is not empty; TT6010, it cannot be written.
    """
    target = Path(folder)
    check_new(target)
    project = _project(artifact, target, kit, sensor, tuple(labels), front_end)
    files = own_files(project)
    models = [artifact.folder_files(project.kit.layout)]
    files |= {f"{project.kit.model_folder}/{name}": text for name, text in models[0].items()}
    if front_end is not None:
        models.append(front_end.folder_files(project.kit.layout))
        files |= {f"{front_end_folder(project)}/{name}": text for name, text in models[1].items()}
    with reported(target, "cannot write the project folder"):
        write_folder(target, {name: text.encode() for name, text in files.items()}, ())
    for texts in models:
        note_written(texts)
    return [target / name for name in sorted(files)]


def check_new(folder: Path) -> None:
    """Refuse a folder before the work.

    Raises:
        UsageError: TT6009, something is in it; TT6010, it cannot be written.
    """
    with reported(folder, "cannot write the project folder"):
        check_writable(folder)
        if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
            return
    do = "choose a new folder; a newer model: tvm-tiny build MODEL --board NAME -o FOLDER/model"
    problem = Problem("is there already", where=str(folder), do=do)
    raise UsageError("a project is begun once, nothing is overwritten", (problem,), "TT6009")


def _project(
    artifact: Artifact,
    target: Path,
    kit: str,
    sensor: SensorName | None,
    labels: tuple[str, ...],
    front_end: Artifact | None,
) -> Project:
    spec = artifact.spec
    problems: list[Problem] = []
    if not artifact.options.board:
        problems.append(Problem("no board", do="name one: --board NAME, in Python board='NAME'"))
    if kit not in KITS:
        problems.append(Problem(f"kit '{kit}'", do=f"one of {', '.join(KITS)}"))
    classes = spec.outputs[0].count
    if labels and len(labels) != classes:
        what = f"{len(labels)} labels for {classes} elements of '{spec.outputs[0].source}'"
        problems.append(Problem(what, do="one label a line, in the model's order"))
    if any(len(label) > _LONGEST_LABEL for label in labels):
        problems.append(Problem(f"a label of more than {_LONGEST_LABEL} characters"))
    names = [spec.model, *([front_end.spec.model] if front_end else [])]
    if _OWN_NAME in names or len(set(names)) < len(names):
        do = "give it another: --name, in Python build(name=)"
        problems.append(Problem(f"a model called '{names[-1]}'", why="the name is taken", do=do))
    if spec.training is not None:
        problems.append(Problem("a model that learns", do="write its loop yourself"))
    if problems:
        raise UsageError("no project can be made of this", tuple(problems), "TT6001")
    how = reading(spec, sensor, front_end.spec if front_end else None)
    board = load_board(artifact.options.board).at(artifact.options.clock_hz)
    name = "".join(
        c if c.isalnum() or c in "-_" else "_" for c in Path(os.path.abspath(target)).name
    )
    front = front_end.spec if front_end else None
    return Project(name or "firmware", KITS[kit], board, spec, how, labels, front)

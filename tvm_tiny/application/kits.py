# SPDX-License-Identifier: Apache-2.0
"""Which files make up a firmware project for each build system; pure functions of a ``Project``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tvm_tiny.application.sensors import Reading
from tvm_tiny.boards.data import Board
from tvm_tiny.boards.serial_line import line_of
from tvm_tiny.device.board import QEMU_BOARD
from tvm_tiny.files.templates import templates
from tvm_tiny.project_spec import ProjectSpec

_TEMPLATES = Path(__file__).parent / "templates"
_STACK_BYTES = 4096
"""Of Zephyr's main thread; the report says what the model itself takes of it."""
_COMMON = ("application.c", "application.h", "labels.h", "sensor.c")


@dataclass(frozen=True)
class Kit:
    """A build system.

    Attributes:
        name: what ``--kit`` takes.
        summary: one line.
        layout: format of the model's folder (``tvm_tiny.formats``).
        model_folder: where that is.
        sources: where the application's C is.
        files: path -> template of what only this kit has; ``{name}`` is the project's.
    """

    name: str
    summary: str
    layout: str
    model_folder: str
    sources: str
    files: Mapping[str, str]


KITS: Mapping[str, Kit] = {
    kit.name: kit
    for kit in (
        Kit(
            "cmake",
            "bare metal, CMake: start-up code and linker script are the board's",
            "project",
            "model",
            "src",
            {
                "CMakeLists.txt": "CMakeLists.txt",
                "CMakePresets.json": "CMakePresets.json",
                "src/main.c": "main.c",
                "src/platform_board.c": "platform_board.c",
                "src/platform_host.c": "platform_host.c",
            },
        ),
        Kit(
            "zephyr",
            "a Zephyr application",
            "zephyr",
            "model",
            "src",
            {
                "CMakeLists.txt": "zephyr_CMakeLists.txt",
                "prj.conf": "prj.conf",
                "src/main.c": "main.c",
                "src/platform.c": "platform_zephyr.c",
            },
        ),
        Kit(
            "platformio",
            "a PlatformIO project, with Arduino's framework on boards",
            "platformio",
            "lib/model",
            "src",
            {
                "platformio.ini": "platformio.ini",
                "src/main.cpp": "platformio_main.cpp",
            },
        ),
        Kit(
            "arduino",
            "an Arduino sketch",
            "arduino",
            "src/model",
            "src",
            {"{name}.ino": "sketch.ino"},
        ),
    )
}
"""By name."""


@dataclass(frozen=True)
class Project:
    """What a project is about.

    Attributes:
        name: of the project's folder.
        kit: its build system.
        board: what it is for.
        spec: the model.
        reading: how its input is read.
        labels: of the first output's elements; empty: numbers.
        front_end: a model that makes steps of the input, None for none.
    """

    name: str
    kit: Kit
    board: Board
    spec: ProjectSpec
    reading: Reading
    labels: tuple[str, ...] = ()
    front_end: ProjectSpec | None = None


def own_files(project: Project) -> dict[str, str]:
    """The project's files but those of the model's folder: relative path to text."""
    environment = templates(_TEMPLATES)
    values = _values(project)
    named = {f"{project.kit.sources}/{name}": name for name in _COMMON}
    named |= {path.format(name=project.name): name for path, name in project.kit.files.items()}
    named["README.md"] = "README.md"
    return {
        path: environment.get_template(f"{name}.j2").render(values)
        for path, name in sorted(named.items())
    }


def c_string(text: str) -> str:
    """A C literal of a text's UTF-8 bytes."""
    plain = {ord(" "), *range(48, 58), *range(65, 91), *range(97, 123), *b"_-.,:;()/+"}
    return '"' + "".join(chr(b) if b in plain else f"\\{b:03o}" for b in text.encode()) + '"'


def front_end_folder(project: Project) -> str:
    """Where a front end goes."""
    return project.kit.model_folder.removesuffix("model") + "front_end"


def _values(project: Project) -> dict[str, object]:
    spec, board, front = project.spec, project.board, project.front_end
    sketch = project.kit.name == "arduino"
    headers = [f"model/src/{spec.model}.h" if sketch else f"{spec.model}.h"]
    if front:
        headers.append(f"front_end/src/{front.model}.h" if sketch else f"{front.model}.h")
    platform, _, pio_board = board.elsewhere.platformio.partition("/")
    return {
        "name": project.name,
        "kit": project.kit,
        "board": board,
        "spec": spec,
        "model": spec.model,
        "prefix": spec.prefix,
        "inputs": spec.inputs,
        "outputs": spec.outputs,
        "out": spec.outputs[0],
        "reading": project.reading,
        "labels": [c_string(label) for label in project.labels],
        "front": front,
        "headers": headers,
        "qemu": board.name == QEMU_BOARD,
        "serial": line_of(board) is not None,
        "section": project.kit.name == "cmake",
        "stack_bytes": _STACK_BYTES,
        "pio_platform": platform,
        "pio_board": pio_board,
    }

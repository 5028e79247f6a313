# SPDX-License-Identifier: Apache-2.0
"""Which files make up each project format; every format is a pure function of the contents."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from tvm_tiny import plugins
from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.formats.contents import Contents, Files
from tvm_tiny.formats.single import single_file
from tvm_tiny.project_spec import ProjectSpec

_HOME = "https://tvm.apache.org"
_FLAGS = ("-ffunction-sections", "-fdata-sections")


@dataclass(frozen=True)
class Format:
    """A way to lay out the same sources.

    Attributes:
        name: what ``--format`` takes.
        summary: one line.
        files: makes the files.
    """

    name: str
    summary: str
    files: Callable[[Contents], Files]


def known_formats() -> Mapping[str, Format]:
    """Ours, and those of installed packages (``tvm_tiny.formats``), by name."""
    added = {f.name: f for f in plugins.objects("formats", _format)}
    return {**added, **FORMATS}


def _format(one: object) -> Format:
    if not isinstance(one, Format):
        raise TypeError(f"{one!r} is no formats.Format")
    return one


def format_files(contents: Contents, layout: str | Format) -> Files:
    """The files of a format, given by name or itself.

    Raises:
        UsageError: TT6201, unknown format; TT6021, a format names a file outside the folder, or
            makes something else than text by path.
    """
    chosen = check_format(layout)
    files: dict[Any, Any] = dict(chosen.files(contents))  # of whoever wrote the format
    other = [n for n, text in files.items() if not isinstance(n, str) or not isinstance(text, str)]
    if other:
        problems = tuple(Problem(f"{name!r}", where=f"format {chosen.name}") for name in other)
        raise UsageError("a format makes text by path", problems, "TT6021")
    outside = [n for n in files if PurePosixPath(n).is_absolute() or ".." in PurePosixPath(n).parts]
    if outside:
        problems = tuple(Problem(f"'{name}'", where=f"format {chosen.name}") for name in outside)
        raise UsageError("a format writes into its folder only", problems, "TT6021")
    return files


def check_format(layout: str | Format) -> Format:
    """The format of that name, or itself; raises UsageError TT6201 for an unknown one."""
    if isinstance(layout, Format):
        return layout
    known = known_formats()
    if layout not in known:
        problem = Problem(f"--format {layout}", do=f"one of {', '.join([*known, 'mlf'])}")
        raise UsageError("unknown format", (problem,), "TT6201")
    return known[layout]


def _sentence(spec: ProjectSpec) -> str:
    return f"{spec.model}: int8 neural network for {spec.core}, compiled by tvm_tiny"


def _c_files(files: Mapping[str, str]) -> list[str]:
    return sorted(name for name in files if name.endswith(".c"))


def _zephyr(contents: Contents) -> Files:
    """A module: its folder goes into ``ZEPHYR_EXTRA_MODULES`` or a west manifest."""
    spec, files = contents.spec, contents.sources
    option = f"TVM_TINY_{spec.prefix}"
    listed = "\n".join(f"    ${{root}}/{name}" for name in _c_files(files))
    flags = " ".join(_FLAGS)
    files["zephyr/module.yml"] = (
        f"# SPDX-License-Identifier: Apache-2.0\nname: {spec.model}\n"
        "build:\n  cmake: zephyr\n  kconfig: zephyr/Kconfig\n"
    )
    files["zephyr/Kconfig"] = (
        f"# SPDX-License-Identifier: Apache-2.0\nconfig {option}\n"
        f'\tbool "{_sentence(spec)}"\n'
        f"\thelp\n\t  Needs an arena of {spec.arena_bytes} bytes, which the application holds.\n"
    )
    files["zephyr/CMakeLists.txt"] = (
        "# SPDX-License-Identifier: Apache-2.0\n"
        f"if(CONFIG_{option})\n"
        '  get_filename_component(root "${CMAKE_CURRENT_LIST_DIR}" DIRECTORY)\n'
        f"  zephyr_library_named({spec.model})\n"
        "  zephyr_include_directories(${root}/include)\n"
        "  zephyr_library_include_directories(${root}/src)\n"
        f"  zephyr_library_sources(\n{listed}\n  )\n"
        f"  zephyr_library_compile_options({flags})\n"
        "endif()\n"
    )
    return files


def _json(value: Mapping[str, object]) -> str:
    return json.dumps(value, indent=2) + "\n"


def _platformio(contents: Contents) -> Files:
    """A library for ``lib/`` of a project, or ``lib_deps = symlink://...``."""
    spec, files = contents.spec, contents.sources
    files["library.json"] = _json(
        {
            "name": spec.model,
            "version": _version(spec),
            "description": _sentence(spec),
            "keywords": "tinyml, neural network, int8, tvm",
            "homepage": _HOME,
            "license": "Apache-2.0",
            "headers": f"{spec.model}.h",
            "frameworks": "*",
            "platforms": "*",
            "build": {
                "includeDir": "include",
                "srcDir": "src",
                "flags": ["-std=gnu99", *_FLAGS],
            },
        }
    )
    return files


def _version(spec: ProjectSpec) -> str:
    """MAJOR.MINOR.PATCH of the compiler, which all these tools insist on."""
    numbers = [part for part in spec.version.split(".")[:3] if part.isdigit()]
    return ".".join([*numbers, "0", "0", "0"][:3])


def _arduino(contents: Contents) -> Files:
    """A library of the "1.5" layout: all sources and headers flat in ``src/``."""
    spec = contents.spec
    files = {f"src/{PurePosixPath(n).name}": t for n, t in contents.sources.items()}
    properties = {
        "name": spec.model,
        "version": _version(spec),
        "author": "tvm_tiny",
        "maintainer": "tvm_tiny",
        "sentence": _sentence(spec) + ".",
        "paragraph": f"Bit-exact with TensorFlow Lite Micro. Arena: {spec.arena_bytes} bytes.",
        "category": "Data Processing",
        "url": _HOME,
        "architectures": "*",
        "includes": f"{spec.model}.h",
    }
    files["library.properties"] = "".join(f"{k}={v}\n" for k, v in properties.items())
    files["keywords.txt"] = f"{spec.model}\tKEYWORD1\n{spec.model}_run\tKEYWORD2\n"
    return files


def _cmsis(contents: Contents) -> Files:
    """A software layer for csolution projects: ``layers: - layer: .../<model>.clayer.yml``."""
    spec, files = contents.spec, contents.sources
    listed = "\n".join(f"        - file: {name}" for name in _c_files(files))
    files[f"{spec.model}.clayer.yml"] = (
        "# SPDX-License-Identifier: Apache-2.0\n"
        "layer:\n"
        "  type: Model\n"
        f'  description: "{_sentence(spec)}"\n'
        "  groups:\n"
        f"    - group: {spec.model}\n"
        "      add-path:\n        - include\n        - src\n"
        f"      files:\n{listed}\n"
    )
    return files


FORMATS: Mapping[str, Format] = {
    f.name: f
    for f in (
        Format(
            "project", "folder with Makefile and CMake, bench and ports", lambda c: dict(c.files)
        ),
        Format("single", "one source and one header", single_file),
        Format("zephyr", "Zephyr module", _zephyr),
        Format("platformio", "PlatformIO library", _platformio),
        Format("arduino", "Arduino library", _arduino),
        Format("cmsis", "CMSIS software layer (clayer.yml)", _cmsis),
    )
}
"""By name; ``mlf``, a single archive, is apart (``export_mlf``)."""

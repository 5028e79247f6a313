# SPDX-License-Identifier: Apache-2.0
"""Formats built by the tools that they are for, where these can be had: docs/formats.md."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from formats_harness import EXAMPLES, printed, run
from hang import HANG_S

import tvm_tiny
from tvm_tiny import Artifact
from tvm_tiny.result import bench_input
from tvm_tiny.testing.models import tiny_convnet

FROM_PYPI = ("platformio>=6.1", "scons", "kconfiglib")


@pytest.fixture(scope="module")
def artifact() -> Artifact:
    return tvm_tiny.build(tiny_convnet(), name="tiny")


@pytest.fixture(scope="module")
def scores(artifact: Artifact) -> list[int]:
    return artifact.run(bench_input(artifact.spec), "host").output.reshape(-1).tolist()


@pytest.fixture
def examples(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLES, tmp_path / "examples"))


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for PYTHONPATH with PlatformIO, SCons and kconfiglib, for these tests alone."""
    folder = tmp_path_factory.mktemp("tools")
    command = [sys.executable, "-m", "pip", "install", "-q", "--no-warn-script-location"]
    command += ["--disable-pip-version-check", "--target", str(folder), *FROM_PYPI]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=HANG_S, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip("PlatformIO: pip takes too long")
    if done.returncode:
        pytest.skip("PlatformIO cannot be had")
    return folder


@pytest.mark.parametrize("tool", ["make", "cmake"])
def test_the_plain_project(
    tool: str, artifact: Artifact, examples: Path, scores: list[int]
) -> None:
    folder = examples / "project"
    artifact.save(folder / "model")
    if tool == "make":
        assert printed(run(["make", "-s", "run"], folder)) == scores
        return
    run(["cmake", "-S", ".", "-B", "build", "-G", "Ninja"], folder)
    run(["cmake", "--build", "build"], folder)
    assert printed(run(["build/scores"], folder)) == scores


def test_zephyrs_module_file(artifact: Artifact, tmp_path: Path) -> None:
    """Keys as in METADATA_SCHEMA of Zephyr's scripts/zephyr_module.py, folders as it looks for."""
    artifact.save(tmp_path, "zephyr")
    lines = (tmp_path / "zephyr" / "module.yml").read_text().splitlines()
    assert lines[1:] == ["name: tiny", "build:", "  cmake: zephyr", "  kconfig: zephyr/Kconfig"]
    assert (tmp_path / "zephyr" / "CMakeLists.txt").is_file()
    assert (tmp_path / "zephyr" / "Kconfig").is_file()


SCONS_PACKAGE = "import SCons.Script\nSCons.Script.main()\n"
NATIVE = """\
from SCons.Script import Default, DefaultEnvironment
env = DefaultEnvironment()
for tool in ("gcc", "g++", "ar", "gnulink"):
    env.Tool(tool)
env.Replace(PROGNAME="program", PROGSUFFIX="", ARFLAGS=["rc"])
Default(env.BuildProgram())
"""
NATIVE_CLASS = """\
from platformio.public import PlatformBase
class NativePlatform(PlatformBase):
    pass
"""


def platformio_home(folder: Path, tools: Path) -> dict[str, str]:
    """PlatformIO's own folder with the two parts that it would get from its registry.

    SCons is the same from PyPI; the platform for this computer is a few lines. Returns environment.
    """

    def part(kind: str, name: str, version: str, description: dict[str, object]) -> Path:
        place = folder / f"{kind}s" / name
        place.mkdir(parents=True)
        file = "package.json" if kind == "package" else "platform.json"
        (place / file).write_text(json.dumps({"name": name, "version": version, **description}))
        spec = {"owner": "platformio", "id": None, "name": name, "requirements": None, "uri": None}
        type_ = "tool" if kind == "package" else kind
        meta = {"type": type_, "name": name, "version": version, "spec": spec}
        (place / ".piopm").write_text(json.dumps(meta))
        return place

    ask = "from platformio.dependencies import get_core_dependencies as d; print(d()['tool-scons'])"
    wanted = run([sys.executable, "-c", ask], folder.parent, PYTHONPATH=str(tools)).strip()
    scons = part("package", "tool-scons", wanted.lstrip("~^=<>"), {"description": "SCons"})
    (scons / "scons.py").write_text(SCONS_PACKAGE)
    native = part("platform", "native", "1.0.0", {"title": "This computer", "packages": {}})
    (native / "platform.py").write_text(NATIVE_CLASS)
    (native / "builder").mkdir()
    (native / "builder" / "main.py").write_text(NATIVE)
    return {
        "PLATFORMIO_CORE_DIR": str(folder),
        "PLATFORMIO_SETTING_ENABLE_TELEMETRY": "No",
        "PLATFORMIO_SETTING_CHECK_PLATFORMIO_INTERVAL": "100000",
        "PYTHONPATH": str(tools),
    }


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("gcc"), reason="no gcc")
def test_platformio_builds_its_example(
    artifact: Artifact, examples: Path, scores: list[int], tools: Path, tmp_path: Path
) -> None:
    """Its library finder reads ``library.json`` and compiles the library as that says."""
    artifact.save(examples / "platformio" / "lib" / "tiny", "platformio")
    environment = platformio_home(tmp_path / "home", tools)
    command = (sys.executable, "-m", "platformio", "run", "-d", "platformio", "-e", "native")
    shown = run(command, examples, **environment)
    assert "tiny @ 0.1.0" in shown
    assert "warning" not in shown
    assert printed(run(["platformio/.pio/build/native/program"], examples)) == scores


KCONFIG = """\
config FPU
	bool "Zephyr's own"
osource "model/zephyr/Kconfig"
"""
SETTINGS = """\
import kconfiglib
tree = kconfiglib.Kconfig("Kconfig", warn_to_stderr=False)
tree.load_config("prj.conf")
print(tree.syms["TVM_TINY_TINY"].str_value, tree.syms["FPU"].str_value, tree.warnings)
"""


@pytest.mark.slow
def test_zephyrs_configuration_language(artifact: Artifact, examples: Path, tools: Path) -> None:
    """kconfiglib is what Zephyr reads Kconfig with."""
    folder = examples / "zephyr"
    artifact.save(folder / "model", "zephyr")
    (folder / "Kconfig").write_text(KCONFIG)
    shown = run([sys.executable, "-c", SETTINGS], folder, PYTHONPATH=str(tools))
    assert shown.split() == ["y", "y", "[]"]


BOARDS = "pc.name=This computer\npc.build.core=stand\npc.build.board=PC\n"
PLATFORM = """\
name=This computer
version=1.0.0
flags=-O2 -Wall -Wextra -Werror {includes} "{source_file}"
recipe.c.o.pattern=gcc -c -std=gnu11 {flags} -o "{object_file}"
recipe.cpp.o.pattern=g++ -c -std=gnu++11 {flags} -o "{object_file}"
recipe.ar.pattern=ar rcs "{archive_file_path}" "{object_file}"
recipe.c.combine.pattern=g++ {object_files} "{archive_file_path}" -o "{build.path}/program"
recipe.preproc.macros=g++ -E -CC -x c++ -w {includes} "{source_file}" -o "{preprocessed_file_path}"
"""
CORE = {
    "Arduino.h": """\
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
struct Line { void begin(long speed); void println(int value); };
extern Line Serial;
void delay(unsigned long ms);
void setup();
void loop();
#endif
""",
    "main.cpp": """\
#include <stdio.h>
#include <stdlib.h>
#include "Arduino.h"
Line Serial;
void Line::begin(long) {}
void Line::println(int value) { printf("%d\\n", value); }
void delay(unsigned long) { exit(0); }
int main() { setup(); for (;;) loop(); }
""",
}


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("g++"), reason="no g++")
@pytest.mark.skipif(not shutil.which("arduino-builder"), reason="no arduino-builder")
def test_arduinos_builder_builds_its_example(
    artifact: Artifact, examples: Path, scores: list[int], tmp_path: Path
) -> None:
    """It finds the library by the sketch's include; the platform is this computer."""
    artifact.save(tmp_path / "libraries" / "tiny", "arduino")
    platform = tmp_path / "hardware" / "stand" / "in"
    core = platform / "cores" / "stand"
    core.mkdir(parents=True)
    for path, text in ((platform / "boards.txt", BOARDS), (platform / "platform.txt", PLATFORM)):
        path.write_text(text)
    for name, text in CORE.items():
        (core / name).write_text(text)
    for name in ("tools", "build"):
        (tmp_path / name).mkdir()
    settings = "/usr/share/arduino-builder"  # Debian's: where its ctags is
    command = ["arduino-builder", "-compile", "-warnings", "all", "-fqbn", "stand:in:pc"]
    command += ["-hardware", settings, "-hardware", str(tmp_path / "hardware")]
    command += ["-tools", str(tmp_path / "tools"), "-libraries", str(tmp_path / "libraries")]
    command += ["-build-path", str(tmp_path / "build")]
    run([*command, "arduino/tiny_scores/tiny_scores.ino"], examples)
    assert printed(run([tmp_path / "build" / "program"], tmp_path)) == scores

# SPDX-License-Identifier: Apache-2.0
"""Every project format: its layout, its example, and the same scores from all that can be built."""

from __future__ import annotations

import io
import json
import shutil
import sys
import tarfile
from pathlib import Path

import numpy as np
import pytest
from formats_harness import EXAMPLES, printed, run
from typer.testing import CliRunner

import tvm_tiny
from tvm_tiny import Artifact, _tvm
from tvm_tiny.cli.app import app
from tvm_tiny.errors import UsageError
from tvm_tiny.formats import FORMATS, Contents, format_files
from tvm_tiny.formats.mlf import mlf_bytes
from tvm_tiny.result import bench_input
from tvm_tiny.targets import load_core
from tvm_tiny.testing.models import tiny_convnet
from tvm_tiny.toolchain.build import find_compiler

WARNINGS = ("-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wsign-conversion", "-Wshadow",
            "-Wmissing-prototypes", "-Werror")  # fmt: skip
GCC = shutil.which("gcc")
ZIG = (sys.executable, "-m", "ziglang", "cc")


@pytest.fixture(scope="module")
def artifact() -> Artifact:
    return tvm_tiny.build(tiny_convnet(), name="tiny")


@pytest.fixture(scope="module")
def scores(artifact: Artifact) -> list[int]:
    """What the examples must print; the simulator is another machine than the host."""
    return artifact.run(bench_input(artifact.spec)).output.reshape(-1).tolist()


@pytest.fixture
def examples(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLES, tmp_path / "examples"))


def compilers() -> list[tuple[str, ...]]:
    return [(GCC,), ZIG] if GCC else [ZIG]


@pytest.mark.parametrize("compiler", compilers(), ids=lambda c: Path(c[-1]).name)
def test_the_single_file_runs_without_a_warning(
    artifact: Artifact, compiler: tuple[str, ...], examples: Path, scores: list[int]
) -> None:
    folder = examples / "single"
    artifact.save(folder / "model", "single")
    made = {p.name for p in (folder / "model").iterdir()}
    assert made == {"tiny.c", "tiny.h", "manifest.json", "report.json", "report.html", "plan.svg"}
    sources = ("model/tiny.c", "../application/main.c")
    flags = ("-std=c99", "-O2", *WARNINGS, "-Imodel", "-o", "scores")
    run((*compiler, *flags, *sources), folder)
    assert printed(run(["./scores"], folder)) == scores


@pytest.mark.parametrize("core", ["cortex-m7", "cortex-m0plus"])
def test_the_single_file_is_one_unit_on_the_core_too(core: str, tmp_path: Path) -> None:
    artifact = tvm_tiny.build(tiny_convnet(), core, name="tiny")
    artifact.save(tmp_path / "model", "single")
    tool = find_compiler("zig")
    flags = (*tool.core_flags(load_core(core)), "-std=c99", "-O2", *WARNINGS, "-ffreestanding")
    run((*tool.command, *flags, "-c", "model/tiny.c", "-o", "tiny.o"), tmp_path)


def test_the_single_file_keeps_its_interface(artifact: Artifact) -> None:
    text = format_files(Contents(artifact.spec, artifact.files), "single")
    assert '#include "' not in text["tiny.h"]
    assert text["tiny.c"].count('#include "') == 1
    header = next(t for n, t in artifact.files.items() if n == "include/tiny.h")
    for line in header.splitlines():
        if line.startswith(("#define TINY", "struct", "TVM_TINY_NODISCARD")):
            assert line in text["tiny.h"]


def test_a_row_fed_single_file_compiles(tmp_path: Path) -> None:
    artifact = tvm_tiny.build(tiny_convnet(), name="tiny", row_fed=True)
    artifact.save(tmp_path / "model", "single")
    assert "tiny_push_rows" in (tmp_path / "model" / "tiny.h").read_text()
    flags = ("-std=c99", "-O2", *WARNINGS)
    run((*compilers()[0], *flags, "-c", "model/tiny.c", "-o", "tiny.o"), tmp_path)


def test_the_makefile_example(artifact: Artifact, examples: Path, scores: list[int]) -> None:
    artifact.save(examples / "single" / "model", "single")
    assert printed(run(["make", "-s", "run"], examples / "single")) == scores


ZEPHYR = """\
# What Zephyr's own CMake package does with a module, as far as the example needs it.
add_library(zephyr_interface INTERFACE)
add_executable(app)
function(zephyr_library_named name)
  add_library(${name} STATIC)
  set(ZEPHYR_CURRENT_LIBRARY ${name} PARENT_SCOPE)
  target_link_libraries(${name} PUBLIC zephyr_interface)
  target_link_libraries(app PRIVATE ${name})
endfunction()
macro(zephyr_include_directories)
  target_include_directories(zephyr_interface INTERFACE ${ARGN})
endmacro()
macro(zephyr_library_include_directories)
  target_include_directories(${ZEPHYR_CURRENT_LIBRARY} PRIVATE ${ARGN})
endmacro()
macro(zephyr_library_sources)
  target_sources(${ZEPHYR_CURRENT_LIBRARY} PRIVATE ${ARGN})
endmacro()
macro(zephyr_library_compile_options)
  target_compile_options(${ZEPHYR_CURRENT_LIBRARY} PRIVATE ${ARGN})
endmacro()
enable_language(C)
file(STRINGS prj.conf settings REGEX "^CONFIG")
foreach(setting ${settings})
  string(REPLACE "=" ";" setting ${setting})
  list(GET setting 0 name)
  set(${name} y)
endforeach()
foreach(module ${ZEPHYR_EXTRA_MODULES})
  file(STRINGS ${module}/zephyr/module.yml folder REGEX "^  cmake: ")
  string(REGEX REPLACE "^  cmake: " "" folder ${folder})
  add_subdirectory(${module}/${folder} ${CMAKE_BINARY_DIR}/module)
endforeach()
"""


def test_zephyr_module(artifact: Artifact, examples: Path, scores: list[int]) -> None:
    folder = examples / "zephyr"
    artifact.save(folder / "model", "zephyr")
    option = (folder / "prj.conf").read_text()
    kconfig = (folder / "model" / "zephyr" / "Kconfig").read_text()
    assert "CONFIG_TVM_TINY_TINY=y" in option
    assert "config TVM_TINY_TINY\n\tbool " in kconfig
    fake = folder / "sdk" / "ZephyrConfig.cmake"
    fake.parent.mkdir()
    fake.write_text(ZEPHYR)
    cmake = shutil.which("cmake", path=f"{Path(sys.executable).parent}:/usr/bin")
    if cmake is None:
        pytest.skip("no cmake")
    # Zephyr's package makes the project before project() is reached.
    lists = folder / "CMakeLists.txt"
    text = lists.read_text().replace("list(APPEND", "project(zephyr LANGUAGES C)\nlist(APPEND", 1)
    lists.write_text(text)
    run([cmake, "-S", ".", "-B", "build", f"-DZephyr_DIR={fake.parent}"], folder)
    run([cmake, "--build", "build"], folder)
    assert printed(run(["./build/app"], folder)) == scores


def test_platformio_library(artifact: Artifact, examples: Path, scores: list[int]) -> None:
    library = examples / "platformio" / "lib" / "tiny"
    artifact.save(library, "platformio")
    manifest = json.loads((library / "library.json").read_text())
    build = manifest["build"]
    assert (manifest["name"], manifest["license"]) == ("tiny", "Apache-2.0")
    assert set(manifest) <= {
        *("name", "version", "description", "keywords", "homepage", "license", "headers"),
        *("frameworks", "platforms", "build"),
    }
    assert len(manifest["version"].split(".")) == 3
    # As PlatformIO builds a library: all of srcDir, with srcDir and includeDir to include from.
    folders = [f"-I{library / build[k]}" for k in ("includeDir", "srcDir")]
    sources = sorted((library / build["srcDir"]).rglob("*.c"))
    application = examples / "application" / "main.c"
    command = [*compilers()[0], *build["flags"], *folders, *sources, application, "-o", "scores"]
    run(command, examples)
    assert printed(run(["./scores"], examples)) == scores


ARDUINO = """\
#include <cstdint>
#include <cstdio>
#include <cstdlib>
static struct { void begin(long) {} void println(int x) { std::printf("%d\\n", x); } } Serial;
static void delay(int) { std::exit(0); }
#include "sketch.ino"
int main() { setup(); for (;;) loop(); }
"""


def test_arduino_library(artifact: Artifact, examples: Path, scores: list[int]) -> None:
    library = examples / "libraries" / "tiny"
    artifact.save(library, "arduino")
    lines = (library / "library.properties").read_text().splitlines()
    properties = dict(line.split("=", 1) for line in lines)
    # Arduino library specification 1.5: the required fields.
    needed = {"name", "version", "author", "maintainer", "sentence", "paragraph", "category", "url"}
    assert needed <= set(properties)
    assert properties["category"] == "Data Processing"  # one of the specification's
    assert (library / "src" / properties["includes"]).exists()
    assert not [p for p in (library / "src").iterdir() if p.is_dir()]
    # As Arduino builds it: C as C, the sketch as C++, only src/ to include from.
    objects = []
    for source in sorted((library / "src").glob("*.c")):
        objects.append(f"{source.stem}.o")
        flags = ("-O2", f"-I{library / 'src'}", "-c", source, "-o", objects[-1])
        run((*compilers()[0], *flags), examples)
    shutil.copy(examples / "arduino" / "tiny_scores" / "tiny_scores.ino", examples / "sketch.ino")
    (examples / "sketch.cpp").write_text(ARDUINO)
    cpp = shutil.which("g++")
    if cpp is None:
        pytest.skip("no C++ compiler")  # zig's would first compile its C++ library, for minutes
    command = (cpp, "-std=c++14", f"-I{library / 'src'}", "sketch.cpp", *objects, "-o", "scores")
    run(command, examples)
    assert printed(run(["./scores"], examples)) == scores


def test_cmsis_layer(artifact: Artifact, examples: Path, scores: list[int]) -> None:
    folder = examples / "cmsis"
    artifact.save(folder / "model", "cmsis")
    layer = (folder / "model" / "tiny.clayer.yml").read_text()
    keys = {line.strip(" -").split(":")[0] for line in layer.splitlines() if ":" in line}
    # clayer.schema.json of Open-CMSIS-Pack's devtools allows no others here.
    assert keys <= {"SPDX-License-Identifier", "# SPDX-License-Identifier", "layer", "type",
                    "description", "groups", "group", "add-path", "files", "file"}  # fmt: skip
    items = [line.strip() for line in layer.splitlines()]
    files = [i.removeprefix("- file: ") for i in items if i.startswith("- file: ")]
    paths = [i.removeprefix("- ") for i in items if i in ("- include", "- src")]
    assert sorted(files) == sorted(f"src/{p.name}" for p in (folder / "model/src").glob("*.c"))
    command = [*compilers()[0], *(f"-I{p}" for p in paths), *files]
    run([*command, "../../application/main.c", "-o", "scores"], folder / "model")
    assert printed(run(["./scores"], folder / "model")) == scores
    assert "layer: ./model/tiny.clayer.yml" in (folder / "tiny.cproject.yml").read_text()


def test_model_library_format(artifact: Artifact) -> None:
    with tarfile.open(fileobj=io.BytesIO(mlf_bytes(artifact, artifact.files))) as tar:
        members = {m.name: m for m in tar}
        texts = {n: tar.extractfile(m).read() for n, m in members.items()}  # type: ignore[union-attr]
    assert all(
        m.uname == "root" and m.mtime == 0 and n.startswith("./") for n, m in members.items()
    )
    metadata = json.loads(texts["./metadata.json"])
    assert metadata["version"] == 7
    (module,) = metadata["modules"].values()
    assert module["model_name"] in metadata["modules"]
    assert (module["style"], module["executors"]) == ("full-model", ["aot"])
    memory = module["memory"]["functions"]
    assert memory["main"][0]["workspace_size_bytes"] == artifact.spec.arena_bytes
    assert memory["main"][0]["inputs"] == {"image": {"dtype": "int8", "size": 3072}}
    kernels = texts["./codegen/host/src/tiny_kernels.c"].decode()
    for function in memory["operator_functions"]:
        assert f"void {function['function_name']}(" in kernels
    weights = _tvm.load_parameters(texts["./parameters/default.params"])
    constants = {t.name: t.data for t in artifact.compiled.graph.constants()}
    assert set(weights) == set(constants)
    for name, data in constants.items():
        assert data is not None
        assert weights[name].dtype == data.dtype
        np.testing.assert_array_equal(weights[name], data)
    assert "tvm_tiny.conv2d" in texts["./src/default.relax"].decode()
    dependency = module["external_dependencies"][0]
    assert f"{dependency['url']}/include/tvm_tiny.h" in members


def test_microtvms_entry_point(artifact: Artifact, examples: Path, scores: list[int]) -> None:
    artifact.export_mlf(examples / "mlf" / "model.tar")
    flags = " ".join(("-O2", *WARNINGS))
    shown = run(["make", "-s", "run"], examples / "mlf", CFLAGS=flags)
    assert printed(shown) == scores


def test_the_project_api_example(artifact: Artifact, examples: Path, scores: list[int]) -> None:
    archive = artifact.export_mlf(examples / "model.tar")
    shown = run([sys.executable, "project_api/run.py", archive, "host"], examples)
    assert printed(shown) == scores


def test_a_model_that_is_called_like_the_alias_gets_another_prefix(tmp_path: Path) -> None:
    artifact = tvm_tiny.build(tiny_convnet(), name="tvmgen_default")
    assert artifact.spec.model == "m_tvmgen_default"
    assert artifact.export_mlf(tmp_path / "model.tar").exists()


def test_unknown_and_unwritable(artifact: Artifact, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        artifact.save(tmp_path / "x", "keil")
    assert caught.value.code == "TT6201"
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError) as caught:
        artifact.export_mlf(tmp_path / "file" / "model.tar")
    assert caught.value.code == "TT6010"


@pytest.mark.parametrize(
    ("name", "telling"), [("zephyr", "zephyr/module.yml"), ("mlf", "model.tar")]
)
def test_the_command_line_writes_formats(name: str, telling: str, tmp_path: Path) -> None:
    model = tmp_path / "tiny.tflite"
    model.write_bytes(tiny_convnet())
    arguments = ["build", str(model), "--format", name, "-o", str(tmp_path / "out"), "-q"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    assert (tmp_path / "out" / telling).exists()


def test_the_command_lines_help_names_every_format() -> None:
    text = CliRunner().invoke(app, ["build", "--help"], env={"COLUMNS": "200"}).output
    for name in (*FORMATS, "mlf"):
        assert name in text

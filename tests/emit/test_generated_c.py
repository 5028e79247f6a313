# SPDX-License-Identifier: Apache-2.0
"""The generated C as a compiler, a linker and a reader see it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import tvm_tiny
from tvm_tiny.artifact import Artifact
from tvm_tiny.testing.models import autoencoder, squeeze_excite, tiny_convnet
from tvm_tiny.toolchain.build import build_elf, find_compiler
from tvm_tiny.toolchain.elf import elf_symbols

MODELS = {"tiny": tiny_convnet, "coder": autoencoder, "gated": squeeze_excite}
WARNINGS = [
    "-std=c99",
    "-Wall",
    "-Wextra",
    "-Wpedantic",
    "-Wconversion",
    "-Wmissing-prototypes",
    "-Werror",
]


@pytest.fixture(scope="module", params=MODELS)
def artifact(request: pytest.FixtureRequest) -> Artifact:
    return tvm_tiny.build(MODELS[request.param](), name=request.param)


def compilers() -> list[list[str]]:
    out = [[sys.executable, "-m", "ziglang", "cc"]]
    out += [[name] for name in ("gcc", "clang") if shutil.which(name)]
    return out


@pytest.mark.parametrize("command", compilers(), ids=lambda c: c[-1])
@pytest.mark.parametrize("level", ["-O0", "-O2"])
def test_no_compiler_warns(
    artifact: Artifact, command: list[str], level: str, tmp_path: Path
) -> None:
    folder = artifact.project_dir()
    for source in sorted((folder / "src").glob("*.c")):
        done = subprocess.run(
            [
                *command,
                *WARNINGS,
                level,
                "-Iinclude",
                "-Isrc",
                "-c",
                str(source),
                "-o",
                str(tmp_path / "out.o"),
            ],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr


def test_the_header_is_cpp_too(artifact: Artifact, tmp_path: Path) -> None:
    source = tmp_path / "user.cpp"
    name = artifact.spec.model
    source.write_text(f'#include "{name}.h"\nint f() {{ return {name.upper()}_LAYERS; }}\n')
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "ziglang",
            "c++",
            "-std=c++11",
            "-Wall",
            "-Wextra",
            "-Werror",
            "-I",
            str(artifact.project_dir() / "include"),
            "-c",
            str(source),
            "-o",
            str(tmp_path / "out.o"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("kind", ["zig", "gcc"])
def test_symbols_carry_the_prefix_and_no_variable_is_writable(
    artifact: Artifact, kind: str
) -> None:
    if kind == "gcc" and shutil.which("arm-none-eabi-gcc") is None:
        pytest.skip("arm-none-eabi-gcc is not installed")
    compiler = find_compiler(kind, "cortex-m")  # type: ignore[arg-type]
    elf = build_elf(artifact.project_dir(), artifact.spec, "simulator", "cortex-m7", compiler)
    names = {s.name for s in elf_symbols(elf)}
    assert f"{artifact.spec.model}_run" in names
    assert artifact.report.memory.static_bytes == 0
    generated = "".join(artifact.spec.files.values())
    external = set(re.findall(r"^(?!static|#|\s|/)[\w\s*]*?(\w+)\([^;{]*\)\s*{", generated, re.M))
    assert external
    assert all(n.startswith(f"{artifact.spec.model}_") for n in external), external


def test_no_heap_no_library_no_mutable_globals(artifact: Artifact) -> None:
    for path, text in artifact.spec.files.items():
        assert not re.search(r"\b(malloc|calloc|free|printf)\b", text), path
        included = set(re.findall(r"#include <([^>]+)>", text))
        assert included <= {"stddef.h", "stdint.h"}, (path, included)
        for line in text.splitlines():
            if line.startswith("static") and "=" in line:
                assert line.startswith("static const"), (path, line)


def test_every_layer_is_named_with_its_shapes(artifact: Artifact) -> None:
    text = artifact.spec.files[f"src/{artifact.spec.model}.c"]
    for index, layer in enumerate(artifact.report.layers):
        title = f"{layer.name}: {layer.op} "
        assert f"/* {index}. {title}" in text or f"case {index}: {{ /* {title}" in text


@pytest.mark.parametrize(
    ("inputs", "outputs", "memory", "status"),
    [("&in", "&out", "arena", 0), ("0", "&out", "arena", -1), ("&in", "&out", "arena + 1", -2)],
)
def test_the_c_interface_says_what_is_wrong(
    tmp_path: Path, inputs: str, outputs: str, memory: str, status: int
) -> None:
    artifact = tvm_tiny.build(autoencoder(), name="coder")
    folder = artifact.project_dir()
    (x,), (y,) = artifact.spec.inputs, artifact.spec.outputs
    main = tmp_path / "main.c"
    main.write_text(
        f'#include "coder.h"\n'
        f"static uint64_t memory[CODER_ARENA_BYTES / 8 + 2];\n"
        f"static int8_t x[{x.count}], y[{y.count}];\n"
        f"int main(void) {{\n"
        f"  uint8_t *arena = (uint8_t *)memory;\n"
        f"  struct coder_inputs in = {{x}};\n  struct coder_outputs out = {{y}};\n"
        f"  (void)in; (void)out;\n"
        f"  return coder_run({memory}, {inputs}, {outputs}) == {status} ? 0 : 1;\n}}\n"
    )
    program = tmp_path / "main"
    compiler = find_compiler("auto", "host")
    sources = [str(p) for p in sorted((folder / "src").glob("*.c"))]
    flags = ["-Iinclude", "-Isrc", str(main), *sources, "-o", str(program)]
    subprocess.run([*compiler.command, *flags], cwd=folder, check=True)
    assert subprocess.run([program], check=False).returncode == 0

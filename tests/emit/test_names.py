# SPDX-License-Identifier: Apache-2.0
"""Names of models and tensors that C, C++ or a header of somebody else's already has."""

from __future__ import annotations

import keyword
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tvm_tiny.names import c_identifier, model_prefix

MEMBERS = (
    *("concept", "requires", "co_await", "co_yield", "co_return", "char8_t", "consteval"),
    *("constinit", "linux", "unix", "typeof", "nullptr", "thread_local", "static_assert"),
    *("complex", "stdin", "errno", "class", "template", "restrict", "int8_t"),
    *("signgam", "sa_handler", "si_value", "sigev_notify_function", "st_mtime", "no_argument"),
)


@pytest.mark.parametrize("name", MEMBERS)
def test_reserved_words_get_an_underscore(name: str) -> None:
    assert c_identifier(name) == f"{name}_"


@pytest.mark.parametrize("name", ["string", "stdint", "math", "unistd", "errno", "port", "Time"])
def test_a_models_header_hides_no_other(name: str) -> None:
    assert model_prefix(name) == f"{name.lower()}_model" or model_prefix(name).endswith("__model")
    assert f"{model_prefix(name)}.h" != f"{name.lower()}.h"


@pytest.mark.parametrize("name", ["task", "queue", "list", "FreeRTOS", "Arduino", "SPI", "wire"])
def test_a_models_header_hides_none_of_its_users(name: str) -> None:
    """A real-time system's, found by case or not."""
    assert model_prefix(name) == f"{name.lower()}_model"


@pytest.mark.parametrize("name", ["m", "c", "gcc", "rt", "nosys", "compiler_rt"])
def test_a_models_library_is_not_one_that_linkers_ask_for(name: str) -> None:
    assert model_prefix(name) == f"{name}_model"


def test_a_model_is_a_target_of_cmake_whatever_it_is_called(tmp_path: Path) -> None:
    """``all.tflite`` made a project that CMake refused, ``test.tflite`` one beside tests."""
    cmake = shutil.which("cmake")
    if cmake is None:
        pytest.skip("no cmake")
    names = ("all", "bench", "clean", "help", "install", "test", "package", "package_source")
    targets = [model_prefix(n) for n in (*names, "edit_cache", "rebuild_cache", "kws")]
    lines = [
        "cmake_minimum_required(VERSION 3.21)",
        "project(p LANGUAGES NONE)",
        "enable_testing()",
    ]
    lines += ["enable_testing()", "include(CPack)", "add_custom_target(bench)"]
    lines += [f"add_custom_target({t})" for t in targets]
    (tmp_path / "CMakeLists.txt").write_text("\n".join(lines))
    done = subprocess.run(
        [cmake, "-S", ".", "-B", "b"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["tvm_tiny", "tvm_tiny_kernels", "tvmgen_default", "TVM-tiny"])
def test_a_model_is_not_called_like_us(name: str) -> None:
    assert not model_prefix(name).startswith(("tvm_tiny", "tvmgen"))
    assert model_prefix(model_prefix(name)).startswith("m_")


def test_common_names_are_as_they_were() -> None:
    for name in ("kws", "person_detect", "vww_96_int8", "input", "image", "x"):
        assert c_identifier(name) == model_prefix(name) == name


def test_members_compile_in_every_dialect(tmp_path: Path) -> None:
    pytest.importorskip("ziglang")
    names = [c_identifier(n) for n in (*MEMBERS, *keyword.kwlist)]
    included = ("stdint", "stdio", "math", "errno", "complex", "signal", "sys/stat", "getopt")
    headers = "".join(f"#include <{h}.h>\n" for h in included)
    body = "struct s {\n" + "".join(f"  int {n};\n" for n in dict.fromkeys(names)) + "};\n"
    plain = headers.replace("#include <complex.h>\n", "") + body
    (tmp_path / "m.c").write_text(headers + body)
    (tmp_path / "m.cpp").write_text(plain)
    for source, dialects in (("m.c", ("c99", "gnu11", "gnu2x")), ("m.cpp", ("gnu++11", "c++20"))):
        for dialect in dialects:
            zig = [sys.executable, "-m", "ziglang", "cc", f"-std={dialect}", "-c", "-o", "m.o"]
            done = subprocess.run(
                [*zig, source], cwd=tmp_path, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stderr

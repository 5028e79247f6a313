# SPDX-License-Identifier: Apache-2.0
"""Names of models and tensors that C, C++ or a header of somebody else's already has."""

from __future__ import annotations

import keyword
import subprocess
import sys
from pathlib import Path

import pytest

from tvm_tiny.names import c_identifier, model_prefix

MEMBERS = (
    *("concept", "requires", "co_await", "co_yield", "co_return", "char8_t", "consteval"),
    *("constinit", "linux", "unix", "typeof", "nullptr", "thread_local", "static_assert"),
    *("complex", "stdin", "errno", "class", "template", "restrict", "int8_t"),
)


@pytest.mark.parametrize("name", MEMBERS)
def test_reserved_words_get_an_underscore(name: str) -> None:
    assert c_identifier(name) == f"{name}_"


@pytest.mark.parametrize("name", ["string", "stdint", "math", "unistd", "errno", "port", "Time"])
def test_a_models_header_hides_no_other(name: str) -> None:
    assert model_prefix(name) == f"{name.lower()}_model" or model_prefix(name).endswith("__model")
    assert f"{model_prefix(name)}.h" != f"{name.lower()}.h"


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
    included = ("stdint", "stdio", "math", "errno", "complex")
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

# SPDX-License-Identifier: Apache-2.0
"""What moved says where it is, and is there."""

from __future__ import annotations

import ast
import importlib
import importlib.util

import pytest
from paths import ROOT

from tvm_tiny.moved import MODULES, NAMES

CHANGES = (ROOT / "CHANGELOG.md").read_text()


@pytest.mark.parametrize("old", MODULES)
def test_an_old_module_says_where_it_is(old: str) -> None:
    with pytest.raises(ModuleNotFoundError, match="is now tvm_tiny"):
        importlib.import_module(old)


@pytest.mark.parametrize("new", sorted(set(MODULES.values())))
def test_the_new_module_is_there(new: str) -> None:
    assert importlib.util.find_spec(new) is not None


@pytest.mark.parametrize("old", NAMES)
def test_a_new_name_is_there(old: str) -> None:
    module, name = NAMES[old].rsplit(".", 1)
    assert hasattr(importlib.import_module(module), name)


def test_renamed_public_names_still_work_with_a_warning() -> None:
    import tvm_tiny.device
    import tvm_tiny.run

    with pytest.warns(DeprecationWarning, match=r"now tvm_tiny\.device\.Patience"):
        assert tvm_tiny.device.Settings is tvm_tiny.device.Patience
    with pytest.warns(DeprecationWarning, match=r"RunnerResult"):
        assert tvm_tiny.run.RunResult is tvm_tiny.run.RunnerResult
    import tvm_tiny.frontends.onnx
    import tvm_tiny.toolchain

    with pytest.warns(DeprecationWarning, match=r"now tvm_tiny\.toolchain\.build\.build_elf"):
        assert callable(tvm_tiny.toolchain.build_elf)
    with pytest.warns(DeprecationWarning, match=r"now tvm_tiny\.frontends\.onnx\.front_end"):
        assert callable(tvm_tiny.frontends.onnx.from_onnx_bytes)
    with pytest.raises(AttributeError, match="nonsense"):
        _ = tvm_tiny.run.nonsense


@pytest.mark.parametrize(("old", "new"), [*MODULES.items(), *NAMES.items()])
def test_the_changelog_has_it(old: str, new: str) -> None:
    short = {n: n.removeprefix("tvm_tiny.") for n in (old, new)}
    assert f"| `{short[old]}` | `{short[new]}` |" in CHANGES


FILES = sorted(
    path
    for folder in (
        "tvm_tiny",
        "passes",
        "schedules",
        "crt_project",
        "tests",
        "benchmarks",
        "examples",
    )
    for path in (ROOT / folder).rglob("*.py")
)


def test_nobody_here_imports_by_an_old_name() -> None:
    """Scripts too, which no test runs."""
    old: list[str] = []
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [f"{node.module}.{alias.name}" for alias in node.names]
                old += [f"{path}: {n}" for n in names if n in NAMES]
                old += [f"{path}: {node.module}"] if node.module in MODULES else []
    assert old == []

# SPDX-License-Identifier: Apache-2.0
"""Functions in assembly begin at words: ``adr`` counts from the pc's, whatever the optimisation."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from paths import ROOT

import tvm_tiny
from tvm_tiny.simulator.image import load_image
from tvm_tiny.testing.models import tiny_convnet
from tvm_tiny.toolchain.build import build_elf, find_compiler

HEADERS = sorted((ROOT / "crt_project" / "include").glob("*.h"))
NAKED = re.compile(r"__attribute__\(\((naked.*?)\)\) ?(?!\))", re.MULTILINE)


def test_every_naked_function_is_aligned() -> None:
    found = {(p.name, a) for p in HEADERS for a in NAKED.findall(p.read_text())}
    assert len(found) >= 4
    assert [name for name, attributes in found if "aligned(4" not in attributes] == []


@pytest.mark.slow
@pytest.mark.simulator
@pytest.mark.skipif(not shutil.which("arm-none-eabi-gcc"), reason="no arm-none-eabi-gcc")
@pytest.mark.parametrize("opt", ["-O1", "-Os"])
@pytest.mark.parametrize("core", ["cortex-m4", "cortex-m7"])
def test_small_and_hardly_optimised_code_is_exact(core: str, opt: str, tmp_path: Path) -> None:
    """GCC lets functions begin at half words there: jumps into unrolled loops missed."""
    artifact = tvm_tiny.build(tiny_convnet(), core, optimize="speed", compiler="gcc", opt=opt)
    artifact.save(tmp_path)
    elf = build_elf(tmp_path, artifact.spec, "simulator", core, find_compiler("gcc"), opt)
    symbols = load_image(elf).symbols
    ours = [s for s in symbols if re.match(r"tvm_tiny_(dsp|depthwise|winograd)_", s)]
    assert ours
    assert [s for s in ours if (symbols[s] & ~1) % 4 and "dsp_pairs" in s] == []
    assert artifact.validate(samples=1, on="simulator").bit_exact

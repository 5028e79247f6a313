# SPDX-License-Identifier: Apache-2.0
"""The timing model against an independent measuring tool, where that is at hand."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest
from arm_gcc import links_with_a_library
from paths import ROOT, shared
from simulator_programs import kernels

NEEDS = ("qemu-system-arm", "arm-none-eabi-objdump")

pytestmark = [pytest.mark.simulator, pytest.mark.qemu]


@pytest.fixture(scope="module")
def benchmark_script() -> ModuleType:
    path = ROOT / "benchmarks" / "timing_vs_ruler.py"
    spec = importlib.util.spec_from_file_location("timing_vs_ruler", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("flag", ["-O2", "-O3"])
@pytest.mark.parametrize("compiler", ["clang", "gcc"])
def test_agrees_within_one_percent(
    benchmark_script: ModuleType, tmp_path: Path, compiler: str, flag: str
) -> None:
    missing = [tool for tool in NEEDS if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"needs {', '.join(NEEDS)}")
    ruler = shared("tools/ruler/ruler")
    if compiler == "gcc" and not links_with_a_library():
        pytest.skip("needs arm-none-eabi-gcc and its C library")
    elf = kernels(tmp_path, compiler, flag)
    start, stop = "tvm_tiny_bench_start", "tvm_tiny_bench_stop"
    ours = benchmark_script.simulate(elf, start, stop)
    other = benchmark_script.measure(ruler, elf, start, stop)
    assert ours.instructions == other["instructions"]
    assert ours.cycles == pytest.approx(other["cycles"], rel=0.01)
    assert ours.mispredictions == other["mispredicts"]
    assert ours.unaligned_loads == other["unaligned_loads"]

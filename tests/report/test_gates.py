# SPDX-License-Identifier: Apache-2.0
"""Conditions that fail a run: what they say, when they are met, that the exit code is theirs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cli_run import run

import tvm_tiny
from tvm_tiny.errors import GateError, UsageError
from tvm_tiny.report.gates import check_gates, figures, parse_gates
from tvm_tiny.report.markdown import cell, markdown
from tvm_tiny.report.model import Report
from tvm_tiny.testing.models import tiny_convnet

replace = msgspec.structs.replace


@pytest.fixture(scope="module")
def report() -> Report:
    return tvm_tiny.build(tiny_convnet(), optimize="speed").report


def larger(report: Report, arena: int = 0, cycles: float = 1.0) -> Report:
    memory = replace(report.memory, arena_bytes=report.memory.arena_bytes + arena)
    modelled = round((report.cycles.modelled or 0) * cycles)
    layers = [replace(x, cycles_modelled=round((x.cycles_modelled or 0) * cycles))
              for x in report.layers]  # fmt: skip
    return replace(
        report, memory=memory, layers=layers, cycles=replace(report.cycles, modelled=modelled)
    )


@pytest.mark.parametrize(
    ("text", "change", "met"),
    [
        ("ram>+0", {}, False),
        ("ram>+0", {"arena": 1}, True),
        ("ram>+1K", {"arena": 1024}, False),
        ("ram >= +1K", {"arena": 1024}, True),
        ("ram<+0", {"arena": -1}, True),
        ("cycles>+2%", {"cycles": 1.019}, False),
        ("cycles>+2%", {"cycles": 1.021}, True),
        ("cycles<-1%", {"cycles": 0.98}, True),
        ("cycles<-1%", {"cycles": 0.995}, False),
    ],
)
def test_changes(report: Report, text: str, change: Any, met: bool) -> None:
    gates = parse_gates([text], against=True)
    if not met:
        check_gates(gates, larger(report, **change), report)
        return
    with pytest.raises(GateError) as caught:
        check_gates(gates, larger(report, **change), report)
    assert caught.value.exit_code == 8
    assert caught.value.code == "TT7001"
    assert "before" in str(caught.value)


def test_limits_are_absolute_without_a_sign(report: Report) -> None:
    used = int(figures(report)["ram"] or 0)
    check_gates(parse_gates([f"ram>{used}"], against=False), report)
    with pytest.raises(GateError, match=f"ram>{used - 1}"):
        check_gates(parse_gates([f"ram>{used - 1}, flash>1"], against=False), report)
    (gate,) = parse_gates(["ram>64K"], against=False)
    assert gate.value == 65536


def test_what_is_not_known_is_not_passed(report: Report) -> None:
    with pytest.raises(GateError, match="not known"):
        check_gates(parse_gates(["top1<0.9"], against=False), report)
    unknown = replace(report, cycles=replace(report.cycles, modelled=None))
    with pytest.raises(GateError, match="not known"):
        check_gates(parse_gates(["cycles>+1%"], against=True), report, unknown)


@pytest.mark.parametrize(
    "text", ["ram", "ram>", "ram>many", "speed>1", "ram>+0", "ram==1", "ram>1T"]
)
def test_no_conditions(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_gates([text], against=False)
    assert caught.value.code == "TT6080"


def test_layers_that_grew_are_named(report: Report) -> None:
    slower = larger(report, cycles=2.0)
    one = replace(slower, layers=[slower.layers[0], *report.layers[1:]])
    with pytest.raises(GateError, match=re.escape(report.layers[0].name.split(";")[0])):
        check_gates(parse_gates(["cycles>+2%"], against=True), one, report)


def test_markdown(report: Report) -> None:
    gates = parse_gates(["ram>+0", "cycles>+2%", "top1<0.5"], against=True)
    text = markdown(larger(report, arena=8, cycles=1.5), report, gates)
    assert "| arena, B |" in text
    assert "+8 (" in text
    assert "❌ `ram>+0`" in text
    assert "❔ `top1<0.5`" in text
    assert "<summary>Layers whose cycles changed" in text
    hostile = replace(report, model=replace(report.model, name="a|b<img src=x>\n# [x](y)"))
    assert "<img" not in markdown(hostile)
    assert cell("a|b\nc") == "a\\|b c"


@pytest.mark.slow
def test_the_command_line_is_red(tmp_path: Path) -> None:
    model = tmp_path / "m.tflite"
    model.write_bytes(tiny_convnet())
    done = run("build", model, "--optimize", "speed", "-o", tmp_path / "main", "-q",
               "--summary", tmp_path / "s.md", "--fail-if", "ram>1M")  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "s.md").read_text().startswith("### m")
    done = run("plan", model, "--against", tmp_path / "main", "--fail-if", "arena>-100000")
    assert done.returncode == 8, done.stderr
    assert "TT7001" in done.stderr
    wrong = run("build", model, "--fail-if", "ram>+0", "-o", tmp_path / "other")
    assert wrong.returncode == 2
    assert not (tmp_path / "other").exists()

# SPDX-License-Identifier: Apache-2.0
"""``profile --compare``: layers of two builds matched by name, differences."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from rich.console import Console
from typer.testing import CliRunner

from tvm_tiny.api import build
from tvm_tiny.cli.app import app
from tvm_tiny.cli.compare import compare
from tvm_tiny.errors import UsageError
from tvm_tiny.report.model import LayerInfo, Report
from tvm_tiny.report.saved import match, read_report
from tvm_tiny.testing.models import autoencoder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("build")
    (made / "model.tflite").write_bytes(autoencoder(16))
    build(made / "model.tflite").save(made / "project")
    return made


@pytest.fixture(scope="module")
def report(folder: Path) -> Report:
    return read_report(folder / "project")


def _changed(report: Report, *layers: LayerInfo) -> Report:
    return msgspec.structs.replace(report, layers=list(layers))


def _text(one: Report, other: Report, sort: str = "index", top: int | None = None) -> str:
    console = Console(width=200, color_system=None)
    with console.capture() as capture:
        console.print(compare(one, other, sort, top))
    return capture.get()


def test_layers_are_matched_by_name_and_operator(report: Report) -> None:
    a, b, c = report.layers[:3]
    turned = _changed(report, c, b)
    pairs = match(_changed(report, a, b, c), turned)
    assert [(p.one, p.other) for p in pairs] == [(a, None), (b, b), (c, c)]
    other_op = msgspec.structs.replace(b, op="conv2d")
    pairs = match(_changed(report, b), _changed(report, other_op))
    assert [(p.one, p.other) for p in pairs] == [(b, None), (None, other_op)]
    assert [p.layer for p in pairs] == [b, other_op]


def test_repeated_names_are_matched_in_order(report: Report) -> None:
    first = report.layers[0]
    twins = [msgspec.structs.replace(first, index=i, cycles_modelled=100 + i) for i in range(2)]
    pairs = match(_changed(report, *twins), _changed(report, *twins))
    assert [(p.one, p.other) for p in pairs] == [(twins[0], twins[0]), (twins[1], twins[1])]


def test_differences_are_shown(report: Report) -> None:
    layer = msgspec.structs.replace(report.layers[0], cycles_modelled=800, macs=400)
    slower = msgspec.structs.replace(layer, cycles_modelled=1_000, schedule="other-rule")
    text = _text(_changed(report, layer), _changed(report, slower))
    (row,) = [line for line in text.splitlines() if layer.name in line]
    assert row.split()[3:7] == ["800", "1,000", "-200", "-20.0"]
    assert "0.50" in row
    assert "0.40" in row
    assert f"{layer.schedule} / other-rule" in row


def test_order_and_number_of_rows(report: Report) -> None:
    ranked = sorted(report.layers, key=lambda x: -(x.cycles_modelled or 0))
    text = _text(report, report, "cycles", 2)
    lines = [line for line in text.splitlines() if "fully_connected" in line]
    assert [line.split()[0] for line in lines] == [x.name for x in ranked[:2]]


def test_the_command_compares_with_folders_reports_and_models(folder: Path) -> None:
    for other in ("project", "project/report.json", "model.tflite"):
        arguments = ["profile", str(folder / "model.tflite"), "--compare", str(folder / other)]
        done = CliRunner().invoke(app, arguments)
        assert done.exit_code == 0, done.output
        assert "+0 cycles, +0.0 %" in done.output


def test_what_is_no_report_is_refused(folder: Path) -> None:
    with pytest.raises(UsageError) as caught:
        read_report(folder / "model.tflite")
    assert caught.value.code == "TT6013"

# SPDX-License-Identifier: Apache-2.0
"""The page: one file, offline, nothing of a model's in it but text; in a real browser, too."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

import tvm_tiny
from tvm_tiny.artifact import Artifact
from tvm_tiny.report.labels import row_labels, short_labels
from tvm_tiny.report.model import Report, from_json, to_json
from tvm_tiny.report.page import page, plans_html, validation_html
from tvm_tiny.report.results import Accuracy, LayerCost, PlaceScores, PlanPoint, WorstSample
from tvm_tiny.testing.models import tiny_convnet

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
HOSTILE = "</script><script>document.title='taken'</script><img src=x onerror=alert(1)>\"'&\u2028"


@pytest.fixture(scope="module")
def artifact() -> Artifact:
    return tvm_tiny.build(tiny_convnet(), optimize="ram", row_fed=True)


@pytest.fixture(scope="module")
def report(artifact: Artifact) -> Report:
    found = artifact.validate(samples=1, on="host")
    scores = PlaceScores("host", 4, top1=0.5, confusion=[[1, 1], [1, 1]],
                         worst=[WorstSample(3, 1.0, 0.0, 0.25)])  # fmt: skip
    accuracy = Accuracy("classes", 4, ["cat", HOSTILE], [scores])
    costs = [LayerCost(0, HOSTILE, "conv2d", 20.0, 0.1, 0.7, 0.0)]
    plans = [PlanPoint(9000, 0, 1000, 0.0, HOSTILE), PlanPoint(5000, 10, 1200, 0.2, "none")]
    return artifact.with_findings(found, accuracy, costs, plans).report


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, Any]]] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.seen.append((tag, dict(attrs)))


def elements(html: str) -> list[tuple[str, dict[str, Any]]]:
    parser = _Elements()
    parser.feed(html)
    return parser.seen


def hostile(report: Report) -> Report:
    """Every string of the report replaced by what wants to be markup."""

    def spoil(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: v if k in ("kind", "op") else spoil(v) for k, v in value.items()}
        if isinstance(value, list):
            return [spoil(v) for v in value]
        return f"{value}{HOSTILE}" if isinstance(value, str) else value

    return from_json(json.dumps(spoil(json.loads(to_json(report)))))


def test_the_page_needs_nothing_else(report: Report) -> None:
    html = page(report)
    for tag, attrs in elements(html):
        assert tag not in ("link", "iframe", "img", "object", "base"), tag
        assert not {"src", "srcset", "href", "action"} & set(attrs), attrs
    without = html.replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?://|@import|url\(", without)
    assert "connect-src" not in html
    assert "default-src 'none'" in html
    assert page(from_json(to_json(report))) == html


def test_names_stay_text(report: Report) -> None:
    plain, spoiled = page(report), page(hostile(report))
    assert [t for t, _ in elements(spoiled)] == [t for t, _ in elements(plain)]
    for html in (
        plans_html(report.plans, HOSTILE),
        validation_html(hostile(report).validation),  # type: ignore[arg-type]
        tvm_tiny.compare(hostile(report), report)._repr_html_(),
    ):
        assert not {"script", "img"} & {t for t, _ in elements(html)}
    framed = hostile(report)._repr_html_()
    assert [t for t, _ in elements(framed)] == ["iframe"]


def test_every_layer_has_a_hot_loop_and_streams_their_calls(report: Report) -> None:
    assert all(x.hot and x.hot.code and x.hot.cycles <= (x.cycles_modelled or 0) + 1
               for x in report.layers)  # fmt: skip
    streams = [s for s in report.plan.segments if s.kind != "layer"]
    assert streams
    rows = {p.tensor: p.rows for p in report.plan.placements}
    assert rows
    for stream in streams:
        made = [0] * len(stream.layers)
        for layer, row, count in stream.calls:
            assert row >= made[layer]
            made[layer] = row + count
        assert sum(m > 0 for m in made) > 1  # views make nothing


def test_a_tensor_is_called_as_its_layer(report: Report) -> None:
    """Before: six boxes of the arena called 'model_activ', cut where they would differ."""
    names = [f"model/block_{i}/Relu;model/block_{i}/Conv2D" for i in range(3)]
    layers = [
        msgspec.structs.replace(report.layers[0], index=i, name=name)
        for i, name in enumerate(names)
    ]
    placed = [
        msgspec.structs.replace(report.plan.placements[0], tensor=tensor)
        for tensor in ("image", *(f"model_block_{i}_Relu" for i in range(3)))
    ]
    plan = msgspec.structs.replace(report.plan, placements=placed)
    html = page(msgspec.structs.replace(report, layers=layers, plan=plan))
    found = json.loads(re.search(r'"tensors":(\{.*?\})', html).group(1))  # type: ignore[union-attr]
    assert found == {
        "image": "image",
        "model_block_0_Relu": "block_0/Relu",
        "model_block_1_Relu": "block_1/Relu",
        "model_block_2_Relu": "block_2/Relu",
    }


def test_a_project_has_the_page(artifact: Artifact, tmp_path: Path) -> None:
    artifact.save(tmp_path / "out")
    assert (tmp_path / "out" / "report.html").read_text() == page(artifact.report)


@pytest.mark.parametrize(
    ("names", "labels"),
    [
        (
            ["model/activation_1/Relu;x", "model/activation_2/Relu;y", "model/dense/MatMul"],
            ["activation_1/Relu", "activation_2/Relu", "MatMul"],
        ),
        (["a", "a", "b"], ["a #1", "a #2", "b"]),
        (["features.0.conv", "features.1.conv"], ["0.conv", "1.conv"]),
        ([], []),
        ([""], [""]),
    ],
)
def test_labels_tell_layers_apart(names: list[str], labels: list[str]) -> None:
    assert short_labels(names) == labels


def test_labels_are_short_and_different() -> None:
    rng = np.random.default_rng(0)
    names = ["/".join("x" * int(k) for k in rng.integers(1, 40, 6)) for _ in range(200)]
    labels = short_labels(names)
    assert len(set(labels)) == len(names)
    assert max(map(len, labels)) <= 32


def test_rows_of_the_terminal_keep_names_that_are_short_and_their_own() -> None:
    names = [
        "block/add",
        "down/add;down/Relu",
        "m/a_rather_long_scope_of_many/block_7/Relu",
        "x",
        "x",
    ]
    labels = row_labels(names, 28)
    assert labels[:2] == ["block/add", "down/add"]
    assert labels[3:] == ["x #1", "x #2"]
    assert len(set(labels)) == 5
    assert max(map(len, labels)) <= 28
    assert row_labels(["add", "add;Relu", "add #1"], 28) == short_labels(
        ["add", "add;Relu", "add #1"], 28
    )


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
@pytest.mark.parametrize("spoiled", [False, True], ids=["plain", "hostile"])
def test_in_a_browser(report: Report, spoiled: bool, tmp_path: Path) -> None:
    shown = hostile(report) if spoiled else report
    file = tmp_path / "report.html"
    stream = next(i for i, s in enumerate(shown.plan.segments) if s.kind != "layer")
    watch = (
        "<script>window.onerror = m => { document.documentElement.dataset.error = m };"
        "addEventListener('securitypolicyviolation', e => {"
        " document.documentElement.dataset.error = e.blockedURI })</script>"
    )
    click = (
        "<script>document.querySelector('#layers th:nth-child(6) button').click();"
        "document.querySelector('#layers tr.row').click();"
        "document.documentElement.dataset.painted = document.getElementById('arena')"
        ".toDataURL().length</script>"
    )
    html = page(shown).replace("<head>", f"<head>{watch}").replace("</body>", f"{click}</body>")
    file.write_text(html)
    command = [
        str(CHROMIUM), "--headless=new", "--no-sandbox", "--disable-gpu", "--dump-dom",
        f"--user-data-dir={tmp_path / 'profile'}", f"{file.as_uri()}#stream-{stream}",
    ]  # fmt: skip
    dom = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300).stdout
    seen = elements(dom)
    (root,) = (a for t, a in seen if t == "html")
    assert "data-error" not in root
    assert int(root["data-painted"]) > 5000
    assert sum(t == "tr" and a.get("class") == "row" for t, a in seen) == len(shown.layers)
    assert sum(t == "tr" and a.get("class") == "more" for t, a in seen) == 1
    pressed = [a for t, a in seen if t == "button" and a.get("aria-pressed") == "true"]
    assert len(pressed) == 1
    assert "<title>taken" not in dom
    assert not any(t == "img" for t, _ in seen)


def test_reports_of_before_are_read(report: Report) -> None:
    old = json.loads(to_json(report))
    for name in ("plans", "validation", "accuracy", "layer_costs"):
        del old[name]
    for layer in old["layers"]:
        del layer["hot"]
    for segment in old["plan"]["segments"]:
        del segment["calls"]
    found = from_json(json.dumps(old))
    assert found.layers[0].hot is None
    assert msgspec.structs.asdict(found)["plans"] == []
    assert "<h2>Layers</h2>" in page(found)

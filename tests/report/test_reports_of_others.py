# SPDX-License-Identifier: Apache-2.0
"""Reports that anybody may have made: shown or refused, in time that grows with their size."""

from __future__ import annotations

import copy
import io
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from paths import ROOT

import tvm_tiny
from tvm_tiny.boards.open_project import open_project
from tvm_tiny.cli.compare import compare as side_by_side
from tvm_tiny.cli.terminal import make_console
from tvm_tiny.errors import ModelError, Problem, UsageError, printable
from tvm_tiny.files.reading import UnreadableError
from tvm_tiny.report.labels import short_labels
from tvm_tiny.report.markdown import markdown
from tvm_tiny.report.model import Report, from_json
from tvm_tiny.report.page import page
from tvm_tiny.report.results import Accuracy, PlaceScores, PlanPoint, ValidationInfo
from tvm_tiny.report.saved import match
from tvm_tiny.report.text import text

OTHERS: tuple[Any, ...] = (
    0, -1, 10**18, 1e308, "", "\x1b]52;c;aGk=\x07", [], {}, None, False,
)  # fmt: skip
COMMANDS = "\x1b]52;c;aGk=\x07\x9b2J\u202e"
"""Sets the clipboard, clears the screen, turns the writing round."""
FOUND: tuple[tuple[tuple[Any, ...], Any], ...] = (
    (("plan", "placements", 0, "kind"), "moon"),
    (("memory", "arena_bytes"), 10**400),
    (("layers", 0, "macs"), 10**400),
    (("accuracy", "places"), []),
    (("schema_version",), 3),
    (("plans", 0, "arena_bytes"), 10**400),
)
"""Ended in exceptions of Python."""
TRIED = 120
MANY = 6_000


@pytest.fixture(scope="module")
def report() -> Report:
    saved = ROOT / "tests" / "formats" / "saved_by_0_1" / "report.json"
    scores = PlaceScores("host", 4, top1=0.5, confusion=[[1, 1], [1, 1]])
    return msgspec.structs.replace(
        from_json(saved.read_bytes()),
        accuracy=Accuracy("classes", 4, ["cat", "dog"], [scores]),
        validation=ValidationInfo("reference", "host", 1, True, True, 0, []),
        plans=[PlanPoint(9000, 0, 1000, 0.0, "none"), PlanPoint(5000, 10, 1200, 0.2, "none")],
    )


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Paths of everything in a JSON value; of lists only the first."""
    if path:
        yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*path, key))
    elif isinstance(value, list) and value:
        yield from places(value[0], (*path, 0))


def test_every_field_may_hold_anything(report: Report) -> None:
    base = json.loads(msgspec.json.encode(report))
    every = [(path, other) for path in places(base) for other in OTHERS]
    shown = 0
    for path, other in (*FOUND, *random.Random(0).sample(every, TRIED)):
        changed = copy.deepcopy(base)
        inner = changed
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = other
        try:
            found = from_json(json.dumps(changed))
        except UnreadableError:
            continue
        shown += 1
        text(found)
        markdown(found, report)
        markdown(report, found)
        page(found)
        tvm_tiny.compare(found, report)._repr_html_()
        side_by_side(report, found)
    assert shown > TRIED // 10
    with pytest.raises(UnreadableError, match="schema_version 3"):
        from_json(json.dumps({**base, "schema_version": 3}))


def test_many_layers_of_one_name_take_time_in_proportion(report: Report) -> None:
    layers = [msgspec.structs.replace(report.layers[0], name=f"x{i}") for i in range(MANY)]
    one, other = (msgspec.structs.replace(report, layers=x) for x in (layers, layers[::-1]))
    begin = time.process_time()
    pairs = match(one, other)
    labels = [short_labels(["x"] * MANY), short_labels([f"{'a' * 20}{i // 2:06d}{'b' * 6}"
              for i in range(MANY)])]  # fmt: skip
    assert time.process_time() - begin < 4
    assert all(p.one and p.other and p.one.name == p.other.name for p in pairs)
    assert [len(set(x)) for x in labels] == [MANY, MANY]


def test_names_command_no_terminal(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [msgspec.structs.replace(x, name=f"{COMMANDS}{x.name}") for x in report.layers]
    found = msgspec.structs.replace(report, layers=names, notes=[COMMANDS])
    shown = io.StringIO()
    monkeypatch.setattr("sys.stdout", shown)
    console = make_console()
    console.print(side_by_side(found, report))
    console.print(tvm_tiny.report.text.render(found))
    console.print(COMMANDS)
    error = str(ModelError(COMMANDS, (Problem(COMMANDS, COMMANDS, COMMANDS, COMMANDS),)))
    for said in (shown.getvalue(), error):
        assert not set(said) & set("\x1b\x07\x9b\u202e"), repr(said)
        assert "␛]52" in said
    assert printable("ß\t\n—⟂") == "ß\t\n—⟂"


@pytest.mark.parametrize(
    ("shape", "size"),
    [([1, 1], 8), ([1, -8], 8), ([0, 8], 0), ([2] * 9, 512), ([1 << 31], 1 << 31)],
)
def test_an_interface_that_is_none(report: Report, shape: Any, size: int, tmp_path: Path) -> None:
    inputs = [msgspec.structs.replace(report.inputs[0], shape=shape, bytes=size)]
    changed = msgspec.structs.replace(report, inputs=inputs)
    (tmp_path / "report.json").write_bytes(msgspec.json.encode(changed))
    with pytest.raises(UsageError, match="TT6013"):
        open_project(tmp_path)

# SPDX-License-Identifier: Apache-2.0
"""Arrows point down: the contract on imports, of Python and of C."""

from __future__ import annotations

import networkx as nx
import pytest

from benchmarks import house, house_counts


def test_every_module_imports_downwards_and_nothing_in_circles() -> None:
    assert house.problems() == []


def test_the_picture_is_the_one_of_these_imports() -> None:
    drawn = house.PICTURE.read_text()
    assert drawn == house.picture(), "run: python benchmarks/house.py picture"


def test_an_import_upwards_is_seen() -> None:
    graph = nx.DiGraph([("tvm_tiny.graph", "tvm_tiny.emit.sources")])
    (said,) = house.upward(graph)
    assert "tvm_tiny.graph" in said
    assert "tvm_tiny.emit.sources" in said


def test_a_module_that_nobody_placed_is_an_error() -> None:
    with pytest.raises(LookupError):
        house.layer_of("tvm_tiny.attic.box")


def test_late_imports_and_imports_for_types_count() -> None:
    graph = house.import_graph()
    assert graph.has_edge("tvm_tiny.result", "tvm_tiny.simulator.profile")  # for types only
    assert graph.has_edge("tvm_tiny.cli.options", "tvm_tiny.api")  # inside a function


def test_rooms_that_need_each_other_are_seen_though_no_module_does() -> None:
    graph = nx.DiGraph(
        [
            ("tvm_tiny.passes.plan.a", "tvm_tiny.passes.stream.b"),
            ("tvm_tiny.passes.stream.c", "tvm_tiny.passes.plan.d"),
        ]
    )
    assert house.circles(graph) == []
    assert house.circles(house.room_graph(graph)) == [["passes.plan", "passes.stream"]]


@pytest.mark.parametrize("room", ["decision", "memory", "stream", "recompute", "plan", "legalize"])
def test_a_folder_of_passes_is_a_room_of_its_own(room: str) -> None:
    assert house.room_of(f"tvm_tiny.passes.{room}.anything") == f"passes.{room}"


@pytest.mark.slow
def test_what_one_place_knows_does_not_spread_again() -> None:
    """The counts of docs/design.md: fewer is welcome, more is a table in the wrong place."""
    counts = house_counts.counts()
    assert counts["keyed tables of operators outside operators/"] <= 9
    assert counts["of these keyed by our own operators"] == 0
    assert counts["modules at the root"] <= 20
    assert counts["signatures with core: str"] <= 18

# SPDX-License-Identifier: Apache-2.0
"""Safe distances, by hand: how far an output may reach into the operand that dies there."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from planner_graphs import Build, constant, synthetic_operators

from tvm_tiny.graph import Node, Tensor
from tvm_tiny.passes.memory.safe_distance import safe_distance


@pytest.fixture(scope="module", autouse=True)
def _operators() -> Iterator[None]:
    with synthetic_operators():
        yield


def _conv(
    x: tuple[int, ...], y: tuple[int, ...], kernel: int, stride: int, top: int, op: str = "conv2d"
) -> Node:
    shape = (y[3], kernel, kernel, x[3]) if op == "conv2d" else (kernel, kernel, y[3])
    weight = Tensor("w", shape, "int8", data=np.zeros(shape, np.int8))
    attrs = {"strides": [stride, stride], "dilation": [1, 1], "padding": [top, 0, 0, 0]}
    return Node("n", op, (Tensor("x", x, "int8"), weight), Tensor("y", y, "int8"), attrs)


def _both(node: Node, operand: int = 0) -> tuple[int | None, int | None]:
    return safe_distance(node, operand), safe_distance(node, operand, descending=True)


def test_pointwise_costs_one_row() -> None:
    assert _both(_conv((1, 8, 6, 4), (1, 8, 6, 4), 1, 1, 0)) == (-24, 24)


def test_3x3_same_costs_two_rows() -> None:
    """Row 1 is written while row 0 is still read, behind it."""
    node = _conv((1, 8, 6, 4), (1, 8, 6, 4), 3, 1, 1, "depthwise_conv2d")
    assert _both(node) == (-48, 48)


def test_3x3_of_a_single_row_has_nothing_to_share() -> None:
    assert _both(_conv((1, 1, 6, 4), (1, 1, 6, 4), 3, 1, 1)) == (None, None)


def test_stride_two_costs_one_smaller_row() -> None:
    """96 -> 48 rows of 288 and 384 bytes: row r needs 2r on, and has made 384 (r + 1) bytes.

    Descending, row r reads to the end of row 2r + 2: most is asked by row 46 (row 47 has padding).
    """
    node = _conv((1, 96, 96, 3), (1, 48, 48, 8), 3, 2, 0)
    assert _both(node) == (-384, 95 * 288 - 46 * 384)


def test_expansion_is_bound_by_the_last_row() -> None:
    """Rows of 8 become rows of 48: the last row, at 9 * 8, is read when 10 * 48 are written."""
    node = _conv((1, 10, 2, 4), (1, 10, 2, 24), 1, 1, 0)
    assert _both(node) == (9 * 8 - 10 * 48, 8)


def test_reduction_is_bound_by_the_first_row() -> None:
    node = _conv((1, 10, 2, 24), (1, 10, 2, 4), 1, 1, 0)
    assert _both(node) == (-8, 10 * 48 - 9 * 8)


def test_valid_3x3_may_use_the_rows_it_has_passed() -> None:
    """Without padding row r reads r..r+2 only: one row, not two; descending three less r."""
    assert _both(_conv((1, 8, 1, 4), (1, 6, 1, 4), 3, 1, 0)) == (-4, 12)


def test_elementwise_goes_exactly_over_either_operand() -> None:
    b = Build()
    b.add("plan_elementwise", [b.input(1, 5, 2, 3), b.input(1, 5, 2, 3)], (1, 5, 2, 3))
    assert (_both(b.nodes[0], 0), _both(b.nodes[0], 1)) == ((0, 6), (0, 6))


def test_broadcast_row_is_overwritten_by_the_last_row_only() -> None:
    b = Build()
    b.add("plan_elementwise", [b.input(1, 5, 2, 3), b.input(1, 1, 2, 3)], (1, 5, 2, 3))
    assert _both(b.nodes[0], 0) == (0, 6)
    assert _both(b.nodes[0], 1) == (-4 * 6, None)


def test_same_operand_twice_obeys_both_uses() -> None:
    b = Build()
    x = b.input(1, 4, 1, 5)
    b.add("plan_elementwise", [x, x], x.shape)
    b.add("plan_rows", [x, x], (1, 4, 1, 7))
    assert (safe_distance(b.nodes[0], 0), safe_distance(b.nodes[0], 1)) == (0, 0)
    assert safe_distance(b.nodes[1], 1) == 3 * 5 - 4 * 7


def test_pooling_two_by_two() -> None:
    b = Build()
    b.add("plan_window", [b.input(1, 8, 8, 2)], (1, 4, 4, 2), k=2, s=2, p=0)
    assert _both(b.nodes[0]) == (-8, 128 - 3 * 8)


def test_view_counts_with_the_rows_it_is_used_with() -> None:
    """36 bytes seen as 6 rows of 6, then as 9 rows of 4."""
    b = Build()
    view = b.add("plan_view", [b.input(1, 6, 1, 6)], (1, 9, 1, 4))
    b.add("plan_rows", [view], (1, 9, 1, 4))
    assert safe_distance(b.nodes[0], 0) is None
    assert _both(b.nodes[1]) == (-4, 4)


def test_head_that_is_never_read_is_free() -> None:
    b = Build()
    b.add("plan_pick", [b.input(1, 6, 1, 4)], (1, 2, 1, 4), rows=[3, 4])
    assert _both(b.nodes[0]) == (8, 16)


def test_flipped_rows_cannot_overlap_ascending_or_descending() -> None:
    b = Build()
    b.add("plan_pick", [b.input(1, 4, 1, 4)], (1, 4, 1, 4), rows=[3, 2, 1, 0])
    assert _both(b.nodes[0]) == (None, None)


def test_whole_operands_constants_and_absurd_outputs_cannot_overlap() -> None:
    b = Build()
    x = b.input(1, 4, 1, 4)
    b.add("plan_whole", [x], (1, 4, 1, 4))
    b.add("plan_rows", [x, constant(4)], (1, 4, 1, 4))
    b.add("plan_pick", [x], (1 << 20, 1, 1), rows=[])
    assert _both(b.nodes[0]) == (None, None)
    assert safe_distance(b.nodes[1], 1) is None
    assert safe_distance(b.nodes[2], 0) is None

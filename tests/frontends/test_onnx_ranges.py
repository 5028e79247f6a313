# SPDX-License-Identifier: Apache-2.0
"""What a float result can be, from what its operators' records say of themselves."""

import numpy as np
import pytest

from tvm_tiny.frontends.onnx.graph import OnnxGraph, OnnxNode
from tvm_tiny.frontends.onnx.ranges import limits

_SCALE, _ZERO = 0.5, 28  # int8 reals from -78 to 49.5


def _limits(*nodes: tuple[str, tuple[str, ...], str]) -> tuple[float, float] | None:
    """Of the last node's result; ``x`` is dequantised int8, numbers are constants by name."""
    made = [OnnxNode(0, "d", "DequantizeLinear", ("q", "s", "z"), ("x",))]
    made += [OnnxNode(i, y, op, x, (y,)) for i, (op, x, y) in enumerate(nodes, 1)]
    names = {n for node in made for n in node.inputs if n and (n[0] == "-" or n[0].isdigit())}
    constants = {n: np.array(float(n), np.float32) for n in names}
    constants |= {"s": np.array(_SCALE, np.float32), "z": np.array(_ZERO, np.int8)}
    graph = OnnxGraph(21, tuple(made), {"q": ((1, 8), "int8")}, (made[-1].outputs[0],), constants)
    return limits(made[-1], graph)


@pytest.mark.parametrize(
    ("operands", "ends"),
    [
        (("x", "-3", "4"), (-3.0, 4.0)),
        (("x", "-3"), (-3.0, 49.5)),
        (("x", "", "4"), (-78.0, 4.0)),
        (("x",), (-78.0, 49.5)),
        (("x", "4", "-3"), (-3.0, -3.0)),
    ],
)
def test_limits_of_a_clip(operands: tuple[str, ...], ends: tuple[float, float]) -> None:
    assert _limits(("Clip", operands, "y")) == ends


@pytest.mark.parametrize(
    ("op", "other", "ends"),
    [
        ("Add", "2", (-76.0, 51.5)),
        ("Sub", "2", (-80.0, 47.5)),
        ("Mul", "-2", (-99.0, 156.0)),
        ("Div", "4", (-19.5, 12.375)),
        ("Max", "5", (5.0, 49.5)),
        ("Min", "5", (-78.0, 5.0)),
        ("Pow", "2", (0.0, 6084.0)),
    ],
)
def test_limits_with_a_number(op: str, other: str, ends: tuple[float, float]) -> None:
    assert _limits((op, ("x", other), "y")) == ends


def test_limits_of_one_tensor_used_twice() -> None:
    assert _limits(("Neg", ("x",), "n"), ("Add", ("x", "n"), "y")) == (0.0, 0.0)


def test_division_through_zero_has_no_limits() -> None:
    assert _limits(("Div", ("2", "x"), "y")) is None

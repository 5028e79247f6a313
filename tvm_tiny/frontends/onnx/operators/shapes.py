# SPDX-License-Identifier: Apache-2.0
"""Shapes and axes of operands while nodes are converted."""

from __future__ import annotations

from typing import Any

from tvm_tiny import _tvm
from tvm_tiny.frontends.onnx.record import Unusable


def shape_of(expr: Any) -> tuple[int, ...]:
    """Static shape of an operand."""
    kind = _tvm.tensor_type(expr)
    if kind is None:
        raise Unusable("an operand has no static shape")
    return kind[0]


def axis_of(axis: int, rank: int) -> int:
    """An axis counted from the front."""
    if not -rank <= axis < rank:
        raise Unusable(f"axis {axis} of a tensor of {rank} dimensions")
    return axis % rank

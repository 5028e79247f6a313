# SPDX-License-Identifier: Apache-2.0
"""An integer call of Relax as a node: what passes show the operator table to ask it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tvm_tiny import _tvm
from tvm_tiny.graph import Node, Tensor


def call_node(
    op: str,
    operands: Sequence[Any],
    attrs: Mapping[str, Any],
    result: tuple[tuple[int, ...], str],
) -> Node | None:
    """The node of a call; names are not the model's.

    Args:
        op: key in the operator table.
        operands: variables or constants.
        attrs: of the call.
        result: its shape and element type.

    Returns:
        None if an operand has no static tensor type.
    """
    tensors: list[Tensor] = []
    for number, operand in enumerate(operands):
        kind = _tvm.tensor_type(operand)
        if kind is None:
            return None
        data = _tvm.constant_value(operand)
        tensors.append(Tensor(f"operand_{number}", *kind, data=data))
    return Node(op, op, tuple(tensors), Tensor("result", *result), attrs)

# SPDX-License-Identifier: Apache-2.0
"""The parameters of a row kernel that is written by hand, declared as ``call.py`` has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tvm_tiny._tvm import TIR
from tvm_tiny.graph import Node, Tensor
from tvm_tiny.operators.base import lookup
from tvm_tiny.operators.call import Role, kernel_parameters


def operand_name(node: Node, index: int) -> str:
    """Name of an operand's parameter; the last name repeats, numbered."""
    names = lookup(node.op).operand_names
    return names[index] if index < len(names) else f"{names[-1]}{index}"


def declare(
    node: Node,
    constants: Mapping[str, Tensor] | None = None,
    scratch_words: int = 0,
    scratch_name: str = "scratch",
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Declare them in the ``TIR.prim_func`` that is being built.

    Args:
        node: whose kernel.
        constants: what its schedule brings instead of the node's constants; None: nothing.
        scratch_words: int32 elements of its workspace.
        scratch_name: what the workspace is called.

    Returns:
        Buffers (operands by name, ``<name>_rows``, constants, the workspace, ``y``), and scalars.
    """
    operator, names = lookup(node.op), list(constants or {})
    buffers: dict[str, Any] = {}
    scalars: dict[str, Any] = {}
    for p in kernel_parameters(node, constants, 4 * scratch_words):
        if p.role is Role.SCALAR:
            name = operator.scalar_names[p.number]
            scalars[name] = TIR.arg(name, TIR.int32())
            continue
        if p.role is Role.SCRATCH:
            name, size, dtype = scratch_name, scratch_words, "int32"
        elif p.role is Role.ROWS:
            name, size, dtype = f"{operand_name(node, p.number)}_rows", len(p.columns), "int32"
        elif p.role is Role.RESULT:
            name, dtype = "y", node.output.dtype
            size = node.output.size if operator.updates else node.output.row_size
        else:
            assert p.tensor is not None  # operands and constants have one
            name = names[p.number] if p.role is Role.CONSTANT else operand_name(node, p.number)
            size = p.tensor.row_size if p.columns else max(1, p.tensor.size)
            dtype = p.tensor.dtype
        buffers[name] = TIR.arg(name, TIR.buffer((size,), dtype))
    return buffers, scalars

# SPDX-License-Identifier: Apache-2.0
"""The parameters of a row kernel, in order: the one place that says so.

1. For every operand ``T *x``: the start of the tensor (``Access.WHOLE``), the start of the one row
   that is needed (``Access.ROW``), or the start of the tensor and a second parameter ``int32_t
   *x_rows`` with, for each tap, the element offset of that tap's row (``Access.WINDOW``; rows may
   lie anywhere: whole tensor, ring, caller's memory; taps outside the tensor are never read).
   Where a schedule brings constants of its own, only the operands computed at run time.
2. ``T *c`` for each constant that the schedule brings, whole.
3. ``void *scratch``: the kernel's workspace, if it has any.
4. ``T *y``: the row of the result.
5. ``int32_t`` scalars, named by the operator, computed for each row at compile time.

The integers that change from row to row are a tuple, the *row's arguments*: element offsets of rows
(one a tap), of the result's row, then the scalars. A parameter says which of them it takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from tvm_tiny.graph import Node, Tensor
from tvm_tiny.operators.base import OUTSIDE, Access, lookup

ANY_VALUE = None
"""An argument that the kernel never reads (the offset of a tap in the padding)."""

Row = tuple[int | None, ...]


class Role(Enum):
    """What a parameter is."""

    OPERAND = "operand"
    ROWS = "rows"
    CONSTANT = "constant"
    SCRATCH = "scratch"
    RESULT = "result"
    SCALAR = "scalar"


@dataclass(frozen=True, eq=False)
class Parameter:
    """One parameter of a row kernel.

    Attributes:
        role: what it is.
        number: of the operand, constant or scalar.
        tensor: what a pointer goes to; None for workspace and scalars.
        columns: entries of the row's arguments: of a pointer its row's offset (none: the start of
            the tensor), of rows one a tap, of a scalar its value.
        read_only: a pointer that the kernel only reads from.
    """

    role: Role
    number: int = 0
    tensor: Tensor | None = None
    columns: tuple[int, ...] = ()
    read_only: bool = False


def kernel_parameters(
    node: Node, constants: Mapping[str, Tensor] | None = None, scratch_bytes: int = 0
) -> tuple[Parameter, ...]:
    """The parameters of a node's kernel.

    Args:
        node: whose kernel.
        constants: what its schedule brings instead of the node's constants; None: nothing.
        scratch_bytes: of its workspace.
    """
    operator = lookup(node.op)
    call = operator.row_call(node, 0)
    out: list[Parameter] = []
    column = 0
    accesses = operator.access(node)
    for number, (tensor, access) in enumerate(zip(node.operands, accesses, strict=True)):
        columns = tuple(range(column, column + len(call.rows[number])))
        column += len(columns)
        if constants is not None and tensor.data is not None:
            continue
        read_only = number not in operator.written
        if access is Access.WINDOW:
            out.append(Parameter(Role.OPERAND, number, tensor, (), read_only))
            out.append(Parameter(Role.ROWS, number, tensor, columns, True))
        else:
            out.append(Parameter(Role.OPERAND, number, tensor, columns, read_only))
    for number, tensor in enumerate((constants or {}).values()):
        out.append(Parameter(Role.CONSTANT, number, tensor, (), True))
    if scratch_bytes:
        out.append(Parameter(Role.SCRATCH))
    out.append(Parameter(Role.RESULT, 0, node.output, (column,)))
    scalars = range(len(call.scalars))
    return (*out, *(Parameter(Role.SCALAR, k, None, (column + 1 + k,)) for k in scalars))


def row_arguments(node: Node, row: int) -> Row:
    """The integers of one call, in elements; see above."""
    operator = lookup(node.op)
    call = operator.row_call(node, row)
    out: list[int | None] = []
    for tensor, access, rows in zip(node.operands, operator.access(node), call.rows, strict=True):
        if access is not Access.WHOLE:
            out.extend(ANY_VALUE if i == OUTSIDE else i * tensor.row_size for i in rows)
    made = 0 if operator.state_bytes(node) else row * node.output.row_size
    return (*out, made, *call.scalars)

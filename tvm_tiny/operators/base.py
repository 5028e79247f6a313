# SPDX-License-Identifier: Apache-2.0
"""What an operator is: one entry in one table.

The row is the unit. A *row kernel* makes one output row (W*C elements of an NHWC tensor) from the
input rows it needs; nothing else in the compiler knows more about an operator than its entry:
result type, rows needed, multiply-accumulates, constraints, and the kernel in TensorIR.

Parameters of a row kernel, in this order:

* for every operand: ``T *x``. ``Access.WHOLE``: the start of the tensor. ``Access.ROW``: the start
  of the one row that is needed. ``Access.WINDOW``: the start of the tensor, and a second parameter
  ``int32_t *x_rows`` with, for each tap, the element offset of that tap's row (rows may lie
  anywhere: whole tensor, ring, caller's memory). Taps outside the tensor are never read.
* ``T *y``: the output row.
* ``int32_t`` scalars, named by the operator, computed for each row at compile time.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, ClassVar

from tvm_tiny import _tvm
from tvm_tiny.errors import Problem
from tvm_tiny.graph import Node

OUTSIDE = -1
"""Row index of a window tap that lies outside the tensor (padding)."""


class Access(Enum):
    """How a row kernel reaches an operand."""

    WHOLE = "whole"
    ROW = "row"
    WINDOW = "window"


@dataclass(frozen=True)
class RowCall:
    """The call of a row kernel for one output row.

    Attributes:
        rows: per operand the row indices: ``()`` for WHOLE, ``(i,)`` for ROW, one index a tap for
            WINDOW (``OUTSIDE`` where the tap lies in the padding).
        scalars: the row-dependent arguments.
    """

    rows: tuple[tuple[int, ...], ...]
    scalars: tuple[int, ...] = ()

    def needed(self, operand: int, total_rows: int) -> range:
        """Span of rows of an operand that this call may read (WHOLE: all)."""
        taps = [i for i in self.rows[operand] if i != OUTSIDE]
        if not self.rows[operand]:
            return range(total_rows)
        return range(min(taps), max(taps) + 1) if taps else range(0)


Span = tuple[int, int]
"""First column and the one behind the last."""


@dataclass(frozen=True)
class Columns:
    """An operator that makes some columns of its result only.

    Attributes:
        attrs: its attributes.
        reads: per operand the columns that it needs; None: the operand as it is.
    """

    attrs: Mapping[str, Any]
    reads: tuple[Span | None, ...]


Constraint = Callable[[Node], str | None]
"""Returns why a node breaks the constraint, or None. Its docstring is the manual's text."""


class Operator(ABC):
    """An entry of the operator table. Stateless; every method takes the node it is about."""

    name: ClassVar[str]
    operand_names: ClassVar[tuple[str, ...]] = ("x",)
    scalar_names: ClassVar[tuple[str, ...]] = ()
    constraints: ClassVar[tuple[Constraint, ...]] = ()
    is_view: ClassVar[bool] = False
    """True: the result is the operand's bytes under another shape; no kernel, no copy."""
    elementwise: ClassVar[bool] = False
    """True: element i of the output row depends only on element i of each ROW operand of the same
    size, in ascending order, so the output row may be written exactly over such an operand row."""

    @abstractmethod
    def infer(
        self, operands: Sequence[tuple[tuple[int, ...], str]], attrs: Mapping[str, Any]
    ) -> tuple[tuple[int, ...], str]:
        """Result (shape, dtype) from the operands' (shape, dtype) and the attributes."""

    def access(self, node: Node) -> tuple[Access, ...]:
        """How the kernel reaches each operand."""
        return tuple(Access.WHOLE if t.data is not None else Access.ROW for t in node.operands)

    def row_call(self, node: Node, row: int) -> RowCall:
        """The call that makes output row ``row``."""
        rows = tuple((row,) if a is Access.ROW else () for a in self.access(node))
        return RowCall(rows)

    def calls(self, node: Node) -> int:
        """Calls of the row kernel: one an output row, unless calls add up (``state_bytes``)."""
        return node.output.rows

    def state_bytes(self, node: Node) -> int:
        """Workspace that must last from the first call to the last: the calls add up in it."""
        del node
        return 0

    def columns(self, node: Node, begin: int, end: int) -> Columns | None:
        """The operator that makes columns ``begin`` to ``end`` (exclusive) of an NHWC result.

        None: there is none, its result can only be made whole rows at a time.
        """
        del node, begin, end
        return None

    def macs(self, node: Node) -> int:
        """Multiply-accumulates of the whole operator (taps in the padding count, as is usual)."""
        del node
        return 0

    @abstractmethod
    def kernel(self, node: Node) -> Any:
        """The row kernel: an unscheduled s_tir PrimFunc with the parameters described above."""

    def problems(self, node: Node) -> list[Problem]:
        """Every constraint the node breaks."""
        where = f"layer {node.index} '{node.layer}' {node.op}"
        out: list[Problem] = []
        for check in self.constraints:
            why = check(node)
            if why:
                what = (check.__doc__ or check.__name__).strip().splitlines()[0]
                out.append(Problem(what=f"not supported: {what}", where=where, why=why))
        return out


_TABLE: dict[str, Operator] = {}


def register(cls: type[Operator]) -> type[Operator]:
    """Class decorator: add an operator to the table and to Relax as ``tvm_tiny.<name>``."""
    entry = cls()
    _TABLE[entry.name] = entry

    def infer(call: Any) -> tuple[Sequence[int], str]:
        kinds: list[tuple[tuple[int, ...], str]] = []
        for arg in call.args:
            kind = _tvm.tensor_type(arg)
            if kind is None:
                raise TypeError(f"tvm_tiny.{entry.name}: operand without a static tensor type")
            kinds.append(kind)
        return entry.infer(kinds, _tvm.call_attrs(call))

    _tvm.register_integer_op(entry.name, infer)
    return cls


def register_planned(cls: type[Operator]) -> type[Operator]:
    """Class decorator: add an operator that only plans make; Relax does not know it."""
    _TABLE[cls.name] = cls()
    return cls


def lookup(name: str) -> Operator:
    """The table's entry for an operator name."""
    return _TABLE[name]


def table() -> Mapping[str, Operator]:
    """The whole operator table."""
    return _TABLE


def window_taps(
    row: int, kernel: int, stride: int, dilation: int, pad: int, height: int
) -> tuple[int, ...]:
    """Input rows under a window of ``kernel`` taps for output row ``row`` (OUTSIDE in padding)."""
    first = row * stride - pad
    rows = (first + k * dilation for k in range(kernel))
    return tuple(i if 0 <= i < height else OUTSIDE for i in rows)


def window_columns(node: Node, begin: int, end: int, kernel: int, dilation: int) -> Columns | None:
    """Columns of an operator that slides a window over its first operand (see ``columns``)."""
    top, left, bottom, _ = node.attrs["padding"]
    stride, width = node.attrs["strides"][1], node.operands[0].shape[2]
    first = begin * stride - left
    last = (end - 1) * stride - left + (kernel - 1) * dilation + 1
    inside = max(0, first), min(width, last)
    if inside[0] >= inside[1]:
        return None
    padding = [top, inside[0] - first, bottom, last - inside[1]]
    rest = (None,) * (len(node.operands) - 1)
    return Columns({**node.attrs, "padding": padding}, (inside, *rest))


def same_columns(node: Node, begin: int, end: int) -> Columns | None:
    """Columns of an operator whose column i reads column i, or what has one column only."""
    width = node.output.shape[-2]
    reads: list[Span | None] = []
    for tensor in node.operands:
        wide = len(tensor.shape) >= 2 and tensor.shape[-2] == width > 1
        if wide and tensor.data is not None:
            return None
        reads.append((begin, end) if wide else None)
    return Columns(node.attrs, tuple(reads))


def valid_range(taps: Sequence[int]) -> tuple[int, int]:
    """Half-open range of taps that lie inside (``(0, 0)`` if none does)."""
    inside = [k for k, i in enumerate(taps) if i != OUTSIDE]
    return (inside[0], inside[-1] + 1) if inside else (0, 0)

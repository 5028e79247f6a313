# SPDX-License-Identifier: Apache-2.0
"""Base classes of operators by what they do to integers: compute, element by element, or move."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from tvm_tiny.arithmetic.element_types import ELEMENT_TYPES, QUANTISED
from tvm_tiny.graph import Node
from tvm_tiny.operators import channel_links, turning
from tvm_tiny.operators.base import Access, Array, Columns, Kind, Operator, same_columns
from tvm_tiny.operators.channel_links import ChannelMix, Indices, Links
from tvm_tiny.operators.fields import AxisField, Pair, meeting, sees_all
from tvm_tiny.operators.turning import Answer, Operands
from tvm_tiny.operators.value_ranges import Range, any_value

INT8 = frozenset({"int8"})
INT16 = frozenset({"int16"})
QUANTISED_TYPES = frozenset(QUANTISED)
INT32 = frozenset({"int32"})
UINT16 = frozenset({"uint16"})
INT64 = frozenset({"int64"})
FLOAT32 = frozenset({"float32"})
BOOL = frozenset({"bool"})
ANY = frozenset(ELEMENT_TYPES)


def stored_type(dtype: str) -> str:
    """The type that kernels read and write a tensor's elements as: a bool is a byte, 0 or 1."""
    return "uint8" if dtype == "bool" else dtype


class Plainly(Operator):
    """No window, no weights, no mixing of channels: what most operators answer."""

    def channel_mix(self, node: Node) -> ChannelMix | None:
        del node
        return None

    def with_channels(
        self, operand: int, array: Array, rows: Indices | None, columns: Indices | None
    ) -> Array:
        """A constant is aligned with the result, or repeats."""
        del operand, columns
        return channel_links.without_channels(array, rows)

    def resized_attrs(self, attrs: Mapping[str, Any], channels: int) -> Mapping[str, Any]:
        """No attribute counts channels."""
        del channels
        return attrs

    def reads_nchw(self, node: Node) -> bool:
        del node
        return False

    def joined(
        self, attrs: Mapping[str, Any], before: Mapping[str, Any]
    ) -> Mapping[str, Any] | None:
        del attrs, before
        return None

    def viewed(self, node: Node) -> tuple[int, ...] | None:
        del node
        return None

    def kernel_size(self, node: Node) -> Pair:
        del node
        return 1, 1

    def weight_count(self, node: Node) -> int:
        del node
        return 0


class Arithmetic(Plainly):
    """Computes: never a copy, and left to run time where its operands are constants."""

    def folded(self, node: Node) -> Array | None:
        del node
        return None

    def copied(self, node: Node) -> int | None:
        del node
        return None

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        """int8 or int16, the same throughout."""
        first = node.operands[0].dtype
        return (frozenset({first}) & QUANTISED_TYPES or QUANTISED_TYPES,) * len(node.operands)


class Unlinked(Arithmetic):
    """No channel of the result is one of an operand, and it may be anything."""

    def channel_links(self, node: Node) -> Links:
        del node
        return None

    def value_range(self, node: Node, operands: Sequence[Range]) -> Range:
        del operands
        return any_value(node.output)


class Seeing(Unlinked):
    """Reads its operands as a whole, in the shape that the model gave them."""

    def field(self, node: Node, fields: Sequence[AxisField]) -> AxisField:
        return sees_all(node, fields)

    def turned(self, ops: Operands, attrs: Mapping[str, Any], shape: tuple[int, ...]) -> Answer:
        del ops, attrs, shape
        return None


class Elementwise(Plainly):
    """An element of the result sees what its operands' elements saw."""

    def value_range(self, node: Node, operands: Sequence[Range]) -> Range:
        """Anything, unless an operator knows better."""
        del operands
        return any_value(node.output)

    def field(self, node: Node, fields: Sequence[AxisField]) -> AxisField:
        del node
        return meeting(fields)


class Pointwise(Elementwise):
    """Works on each element of operand 0, or along the last dimension; the rest are constants."""

    def channel_links(self, node: Node) -> Links:
        return channel_links.same(node)

    def turned(self, ops: Operands, attrs: Mapping[str, Any], shape: tuple[int, ...]) -> Answer:
        del shape
        return turning.last_axis(ops, dict(attrs))

    def copied(self, node: Node) -> int | None:
        del node
        return None


class Tabled(Pointwise):
    """With tables behind operand 0, the same for every channel; left to run time."""

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        """What operand 0 is."""
        del attrs
        return operands[0]

    def with_channels(
        self, operand: int, array: Array, rows: Indices | None, columns: Indices | None
    ) -> Array:
        return array if operand else super().with_channels(operand, array, rows, columns)

    def folded(self, node: Node) -> Array | None:
        del node
        return None


class OneByOne(Tabled):
    """Element i of the result from element i of operand 0."""

    elementwise = True
    priced_like = "lut"

    def access(self, node: Node) -> tuple[Access, ...]:
        return (Access.ROW, *(Access.WHOLE for _ in node.operands[1:]))

    def columns(self, node: Node, begin: int, end: int) -> Columns | None:
        return same_columns(node, begin, end)


class AtBorder(Pointwise):
    """Reads or writes the caller's memory: its shape is the model's, and it stays whole."""

    def channel_links(self, node: Node) -> Links:
        del node
        return None

    def turned(self, ops: Operands, attrs: Mapping[str, Any], shape: tuple[int, ...]) -> Answer:
        del ops, attrs, shape
        return None


class Moving(Plainly):
    """Moves elements of any type and computes nothing."""

    fills: ClassVar[bool] = False
    """True: its result has elements that no operand has."""

    @abstractmethod
    def moved(self, operands: Sequence[Array], attrs: Mapping[str, Any]) -> Array:
        """The result from the contents of the operands."""

    def folded(self, node: Node) -> Array | None:
        known = [t.data for t in node.operands if t.data is not None]
        return self.moved(known, node.attrs) if len(known) == len(node.operands) else None

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        """Every type."""
        return (ANY,) * len(node.operands)

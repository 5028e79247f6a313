# SPDX-License-Identifier: Apache-2.0
"""A straight-line Relax function as a list of integer calls: what the channel analyses read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tvm_tiny import _tvm
from tvm_tiny._tvm import Constant, relax
from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.graph import Node
from tvm_tiny.operators.channel_links import last_extent
from tvm_tiny.passes.call_node import call_node


@dataclass(frozen=True, eq=False)
class IntegerCall:
    """One binding of an integer operator.

    Attributes:
        result: the variable it is bound to.
        operands: variables (aliases followed) or constants.
        node: the same for the operator table.
    """

    result: Any
    operands: tuple[Any, ...]
    node: Node


@dataclass(frozen=True, eq=False)
class IntegerCalls:
    """The int8 tensors of a function and the calls between them.

    Attributes:
        calls: in order.
        channels: every int8 variable and the extent of its innermost dimension.
        pinned: variables whose shape the outside sees: parameters, results, operands of what is
            not an integer call.
    """

    calls: tuple[IntegerCall, ...]
    channels: Mapping[Any, int]
    pinned: frozenset[Any]


def read_program(func: Any) -> IntegerCalls:
    """Read a function for which ``is_straight_line`` holds."""
    reader = _Reader(func)
    for block in func.body.blocks:
        for binding in block.bindings:
            reader.read(binding.var, binding.value)
    reader.pin(func.body.body)
    return IntegerCalls(tuple(reader.calls), reader.channels, frozenset(reader.pinned))


class _Reader:
    def __init__(self, func: Any) -> None:
        self.calls: list[IntegerCall] = []
        self.channels: dict[Any, int] = {}
        self.pinned: set[Any] = set(func.params)
        self._values: dict[Any, Any] = {}
        for parameter in func.params:
            self._note(parameter)

    def _note(self, variable: Any) -> None:
        kind = _tvm.tensor_type(variable)
        if kind is not None and kind[1] == Q8.name:
            self.channels[variable] = last_extent(kind[0])

    def resolve(self, expr: Any) -> Any:
        """Follow aliases and tuple fields."""
        return _tvm.resolved(expr, self._values)

    def pin(self, expr: Any) -> None:
        """Keep the shape of everything that ``expr`` reads."""
        expr = self.resolve(expr)
        if isinstance(expr, relax.Tuple):
            for field in expr.fields:
                self.pin(field)
        elif isinstance(expr, relax.TupleGetItem):
            self.pin(expr.tuple_value)
        elif isinstance(expr, relax.Call):
            for arg in expr.args:
                self.pin(arg)
        else:
            self.pinned.add(expr)

    def read(self, variable: Any, value: Any) -> None:
        op = _tvm.integer_op_name(value)
        if isinstance(value, relax.Var | Constant | relax.Tuple | relax.TupleGetItem):
            self._values[variable] = value
            return
        self._note(variable)
        kind = _tvm.tensor_type(variable)
        operands = tuple(self.resolve(arg) for arg in value.args)
        node = call_node(op, operands, _tvm.call_attrs(value), kind) if op and kind else None
        if node is None:
            self.pinned.add(variable)
            self.pin(value)
            return
        self.calls.append(IntegerCall(variable, operands, node))

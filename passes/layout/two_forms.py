# SPDX-License-Identifier: Apache-2.0
"""A function rebuilt so that variables have another form of the same bytes, beside their own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from tvm_tiny import _tvm
from tvm_tiny._tvm import relax


class TwoForms(ABC):
    """Every variable of the old function has its plain form, another form, or both.

    The plain form of what has only the other is a view, made where it is asked for first.
    """

    def __init__(self) -> None:
        self._builder: Any = relax.BlockBuilder()
        self._plain: dict[Any, Any] = {}

    @abstractmethod
    def _other(self, variable: Any) -> tuple[Any, Sequence[int]] | None:
        """A variable's other form, and the shape that it had; None: there is none."""

    def _known(self, expr: Any) -> Any:
        """A leaf or tuple of the old function in the shape that it had."""
        if isinstance(expr, relax.Tuple):
            return relax.Tuple([self._known(f) for f in expr.fields])
        if isinstance(expr, relax.TupleGetItem):
            return relax.TupleGetItem(self._known(expr.tuple_value), expr.index)
        other = None if expr in self._plain else self._other(expr)
        if other is not None:
            self._plain[expr] = self._view(*other, str(expr.name))
        return self._plain.get(expr, expr)

    def _view(self, expr: Any, shape: Sequence[int], name: str) -> Any:
        """The same bytes in another shape."""
        kind = _tvm.tensor_type(expr)
        if kind is not None and kind[0] == tuple(shape):
            return expr
        call = _tvm.integer_call("reshape", [expr], {"shape": list(shape)})
        return self._builder.emit(call, name)

    def _reading_plain(self, call: Any) -> Any:
        """A call as it was, of operands in their plain form."""
        return relax.Call(call.op, [self._known(a) for a in call.args], call.attrs, call.ty_args)

# SPDX-License-Identifier: Apache-2.0
"""What rules of legalisation speak of: an operand's integers, the place of a result, a refusal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from tvm_tiny import _tvm
from tvm_tiny.arithmetic.element_types import Q8, element_type
from tvm_tiny.passes.relax_module import Layer


class NotLegalised(Exception):  # noqa: N818 - a rule that declines is no error yet
    """A rule cannot make integers of an operator; carries why and what to do."""

    def __init__(self, what: str, why: str = "", do: str = "", code: str = "TT1203") -> None:
        super().__init__(what)
        self.what, self.why, self.do, self.code = what, why, do, code


@dataclass(frozen=True, eq=False)
class QuantisedValue:
    """An integer value of the new function with its quantisation."""

    expr: Any
    scale: float
    zero_point: int

    @property
    def dtype(self) -> str:
        """Type of its elements."""
        return _tvm.tensor_type(self.expr)[1]  # type: ignore[index]

    @property
    def shape(self) -> tuple[int, ...]:
        """Static shape."""
        return _tvm.tensor_type(self.expr)[0]  # type: ignore[index]


@dataclass(frozen=True)
class Site:
    """Where an integer operator goes: its layer and the quantisation of its result.

    ``low`` and ``high`` are the integer limits of activations that follow the operator; ``typed``
    makes them those of a type.
    """

    layer: Layer
    scale: float
    zero_point: int
    low: int = Q8.low
    high: int = Q8.high
    dtype: str = Q8.name

    def typed(self, dtype: str) -> Site:
        """The same place for a value of another type, without limits of its own."""
        low, high = element_type(dtype).limits
        return replace(self, low=low, high=high, dtype=dtype)

    @property
    def unlimited(self) -> bool:
        """No activation follows."""
        return (self.low, self.high) == element_type(self.dtype).limits

    @property
    def activation(self) -> list[int]:
        """The limits as the attribute of integer operators."""
        return [self.low, self.high]

    @property
    def inner(self) -> Site:
        """The same place for a value that is not the layer's result yet."""
        layer = replace(self.layer, tensor="", tensor_index=-1, scale=0.0, zero_point=0)
        return replace(self, layer=layer).typed(self.dtype)


def tensor_args(call: Any) -> list[Any]:
    """The tensors among a call's arguments (the fields, where a tuple is the only argument)."""
    first = call.args[0]
    if isinstance(first, _tvm.relax.Tuple):
        return list(first.fields)
    return [a for a in call.args if _tvm.tensor_type(a) is not None]

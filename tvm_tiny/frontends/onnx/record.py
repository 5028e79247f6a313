# SPDX-License-Identifier: Apache-2.0
"""What an ONNX operator is to us: one record in one table.

A record says which operands and attributes are supported (whatever a node says beyond it is refused
by name, so that nothing is ignored silently), what has to be known at compile time, and how the
node becomes Relax. To add an operator, write one record in a module of ``operators/`` (or anywhere,
and call ``register``)::

    register(Record("Abs"))                                     # TVM's importer converts it
    register(Record("PRelu", (2, 2), constants=(1,), convert=_prelu))

``convert(importer, node, inputs, attrs)`` answers a Relax expression on float values, between
``dequantize`` and ``quantize``; or integer operators, with ``importer.emit(name, operands, attrs)``
on ``importer.stored(value)``. ``evaluate`` computes a node whose operands are known, in NumPy.
``rewrite`` turns a node into others before anything is checked (the quantised operators of ONNX:
QLinearConv and its like become QuantizeLinear, DequantizeLinear and Conv).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol

import numpy as np

from tvm_tiny.frontends.onnx.graph import Array, OnnxGraph, OnnxNode
from tvm_tiny.frontends.table import RecordTable

_EXTENT_LIMIT: Final = 1 << 16
"""Strides, kernels, pads and the like: far above any layer for a microcontroller."""
MANY: Final = 64

Check = Callable[[Any], str | None]


def integers(low: int, high: int = _EXTENT_LIMIT) -> Check:
    """An attribute of up to eight integers within limits."""

    def check(value: Any) -> str | None:
        values = value if isinstance(value, list) else [value]
        if len(values) <= 8 and all(isinstance(v, int) and low <= v <= high for v in values):
            return None
        return f"integers from {low} to {high} are supported"

    return check


def only(*allowed: Any) -> Check:
    """An attribute that has one of a few values."""

    def check(value: Any) -> str | None:
        values = value if isinstance(value, list) else [value]
        if all(v in allowed for v in values):
            return None
        return f"only {', '.join(map(repr, allowed))} is supported"

    return check


def number(value: Any) -> str | None:
    """An attribute that is a finite number."""
    return None if isinstance(value, int | float) and np.isfinite(value) else "a finite number"


def ignored(value: Any) -> str | None:
    """An attribute that changes nothing."""
    del value


AXIS: Final = integers(-8, 8)
POSITIVE: Final = integers(1)
PADS: Final = integers(0)
WIDTHS: Final = integers(-_EXTENT_LIMIT)
"""Of a border that may be cut off."""
ANYWHERE: Final = integers(-(1 << 63), 1 << 63)


class Unusable(Exception):  # noqa: N818 - becomes a problem of the node
    """A node cannot be converted; carries what is wrong."""

    def __init__(self, what: str, why: str = "", do: str = "") -> None:
        super().__init__(what)
        self.what, self.why, self.do = what, why, do


class Importing(Protocol):
    """What a converter may ask of the importer."""

    graph: OnnxGraph
    bb: Any

    def inherited(self, node: OnnxNode, inputs: Sequence[Any], attrs: dict[str, Any]) -> Any:
        """TVM's own conversion of a node."""
        ...

    def constant_of(self, name: str) -> Array | None:
        """Contents of a constant operand."""
        ...

    def integers(self, node: OnnxNode, operand: int, attribute: str = "") -> list[int] | None:
        """Integers that an operand or, in older operator sets, an attribute holds."""
        ...

    def quantisers_of(self, tensor: str) -> list[OnnxNode]:
        """QuantizeLinear nodes that read a tensor."""
        ...

    def quantisation(self, node: OnnxNode) -> tuple[float, int]:
        """Scale and zero point of QuantizeLinear or DequantizeLinear of an activation."""
        ...


Convert = Callable[[Any, OnnxNode, Sequence[Any], dict[str, Any]], Any]
Evaluate = Callable[[OnnxNode, Sequence[Any]], list[Any] | None]
Affine = Callable[[OnnxNode, Sequence[Any]], tuple[Array, Array]]
Rewrite = Callable[[OnnxNode, "Rewriting"], "list[OnnxNode] | None"]


class Rewriting(Protocol):
    """What ``rewrite`` may ask: constants, and new ones."""

    constants: dict[str, Array]

    def fresh(self, base: str, value: Array | None = None) -> str:
        """A new tensor name; with ``value`` it is a constant."""
        ...


@dataclass(frozen=True)
class Record:
    """An ONNX operator.

    Attributes:
        name: operator type.
        inputs: least and greatest number of operands.
        attrs: attribute -> check.
        constants: operands that have to be known at compile time.
        outputs: greatest number of results.
        convert: to Relax; None: TVM's importer has it.
        evaluate: results of known operands, None where that is not for it to say.
        by_shape: ``evaluate`` gets the operands' shapes, which are known of every tensor.
        rewrite: to other nodes.
        domain: of the operator, "" for ONNX's own.
        moves: it moves values, or picks some of them, and computes nothing.
        gridded: its results are integers of a known scale, whatever reads them.
        pointwise: every number of its result is a function of one number, or of one and constants.
        within: its results lie between its first operand's least and greatest value.
        corners: its extremes over two intervals are at their ends.
        range: scale and zero point of its results, whatever it reads.
        affine: factor and offset that it applies to its first operand, from the other, known ones.
        quantised: quantised models may have it.
        floats: float models may have it.
    """

    name: str
    inputs: tuple[int, int] = (1, 1)
    attrs: Mapping[str, Check] = field(default_factory=dict[str, Check])
    constants: tuple[int, ...] = ()
    outputs: int = 1
    convert: Convert | None = None
    evaluate: Evaluate | None = None
    by_shape: bool = False
    rewrite: Rewrite | None = None
    domain: str = ""
    moves: bool = False
    gridded: bool = False
    pointwise: bool = False
    within: bool = False
    corners: bool = False
    range: tuple[float, int] | None = None
    affine: Affine | None = None
    quantised: bool = True
    floats: bool = True


_TABLE: RecordTable[Record] = RecordTable()
register = _TABLE.register
lookup = _TABLE.lookup
table = _TABLE.entries


def extend(name: str, evaluate: Evaluate, **fields: Any) -> Record:
    """Add what an operator makes of constants, to its record or as one that knows no more."""
    known = lookup(name)
    if known is None:
        return register(Record(name, evaluate=evaluate, quantised=False, floats=False, **fields))
    return register(replace(known, evaluate=evaluate))

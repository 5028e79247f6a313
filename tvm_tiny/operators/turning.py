# SPDX-License-Identifier: Apache-2.0
"""How operators are turned for time series (``passes/layout/turn_rows.py``).

A *sequence* is a tensor whose extents but the last are 1 with one exception, the time axis:
(1, T, C), (1, 1, T, C), (1, T, 1, C), (T, C). Turned it is (1, T, 1, C): the same bytes.

An answer is made of a call's operands, its attributes and the shape of its result in the model: the
operands and attributes of the turned call, or None if the call cannot be turned.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tvm_tiny import _tvm

Shape = tuple[int, ...]
Attrs = dict[str, Any]
Answer = tuple[list[Any], Attrs] | None

_SIDES = ("strides", "dilation", "kernel", "output_size")
"""Attributes of windowed operators that name rows, then columns."""


@dataclass(frozen=True, eq=False)
class Turned:
    """A turned tensor and the shape it had in the model."""

    expr: Any
    shape: Shape


@dataclass(frozen=True, eq=False)
class Operands:
    """A call's operands.

    Attributes:
        args: variables of the original function, and constants.
        turned: what is there turned.
        plain: what is there in its original shape.
        view: emits an expression under another shape.
    """

    args: Sequence[Any]
    turned: Mapping[Any, Turned]
    plain: Mapping[Any, Any]
    view: Callable[[Any, Shape, str], Any]

    def axis(self, place: int = 0) -> int | None:
        """Time axis of an operand in the model, None if it is not there turned."""
        known = self.turned.get(self.args[place])
        return None if known is None else time_axis(known.shape)

    def expr(self, place: int = 0) -> Any:
        """An operand turned."""
        return self.turned[self.args[place]].expr

    def rank(self, place: int = 0) -> int:
        """Dimensions of an operand in the model."""
        return len(self.turned[self.args[place]].shape)

    def beside(self, place: int, shape: Shape) -> Any | None:
        """An operand that broadcasts with (or lies beside) the turned result.

        Args:
            place: number of the operand.
            shape: of the result in the model, a sequence.
        """
        rank, axis = len(shape), time_axis(shape)
        arg = self.args[place]
        known = self.turned.get(arg)
        if known is not None:
            return known.expr if time_axis(known.shape) == _from(known.shape, shape) else None
        kind = _tvm.tensor_type(arg)
        if kind is None or axis is None or len(kind[0]) > rank:
            return None
        padded = (*(1,) * (rank - len(kind[0])), *kind[0])
        if any(d != 1 for i, d in enumerate(padded[:-1]) if i != axis):
            return None
        if len(kind[0]) <= 4 and all(d == 1 for d in kind[0][:-1]):
            return self.plain.get(arg, arg)
        wanted = (1, padded[axis], 1, padded[-1])
        array = _tvm.constant_value(arg)
        if array is not None:
            return _tvm.constant(array.reshape(wanted))
        return self.view(self.plain.get(arg, arg), wanted, str(arg.name))


def time_axis(shape: Sequence[int]) -> int | None:
    """The one axis before the last of more than one element; None if there is not exactly one."""
    long = [i for i, d in enumerate(shape[:-1]) if d > 1]
    return long[0] if len(long) == 1 else None


def turned_shape(shape: Sequence[int]) -> Shape:
    """(1, T, 1, C) of a sequence."""
    axis = time_axis(shape)
    return (1, 1 if axis is None else shape[axis], 1, shape[-1])


def _from(shape: Shape, result: Shape) -> int | None:
    """Where the result's time axis is in an operand that is aligned with it at the end."""
    axis = time_axis(result)
    return None if axis is None else axis - (len(result) - len(shape))


def window(ops: Operands, attrs: Attrs, shape: Shape, weight_axes: Sequence[int] = ()) -> Answer:
    """Rows and columns of a windowed operator change places, and its weights' with them."""
    axis = ops.axis()
    if axis not in (1, 2) or ops.rank() != 4 or shape[3 - axis] != 1 or shape[0] != 1:
        return None
    rest = list(ops.args[1:])
    if axis == 1:
        return [ops.expr(), *rest], attrs
    out = {k: list(reversed(v)) if k in _SIDES else v for k, v in attrs.items()}
    if "padding" in attrs:
        top, left, bottom, right = attrs["padding"]
        out["padding"] = [left, top, right, bottom]
    if weight_axes:
        array = _tvm.constant_value(rest[0])
        if array is None:
            return None
        rest[0] = _tvm.constant(array.transpose(weight_axes))
    return [ops.expr(), *rest], out


def last_axis(ops: Operands, attrs: Attrs) -> Answer:
    """Works on each element, or along the last dimension; the other operands are constants."""
    if ops.axis() is None:
        return None
    return [ops.expr(), *ops.args[1:]], attrs


def broadcast(ops: Operands, attrs: Attrs, shape: Shape) -> Answer:
    """Operands broadcast."""
    args = [ops.beside(i, shape) for i in range(len(ops.args))]
    return None if any(a is None for a in args) else (args, attrs)


def reduction(ops: Operands, attrs: Attrs) -> Answer:
    """Axes are renumbered; the result keeps its dimensions, a view takes them away."""
    axis = ops.axis()
    if axis is None:
        return None
    rank = ops.rank()
    axes = {a % rank for a in attrs["axes"]}
    turned = [t for a, t in ((axis, 1), (rank - 1, 3)) if a in axes]
    return [ops.expr()], {**attrs, "axes": turned, "keep_dims": 1}


def concatenation(ops: Operands, attrs: Attrs, shape: Shape) -> Answer:
    """Along time or channels."""
    time, rank = time_axis(shape), len(shape)
    axis = {time: 1, rank - 1: 3}.get(attrs["axis"] % rank)
    args = [ops.beside(i, shape) for i in range(len(ops.args))]
    if axis is None or any(a is None or _rank(a) != 4 for a in args):
        return None
    return args, {**attrs, "axis": axis}


def _rank(expr: Any) -> int:
    kind = _tvm.tensor_type(expr)
    return 0 if kind is None else len(kind[0])


def slicing(ops: Operands, attrs: Attrs, shape: Shape) -> Answer:
    """What is cut of time and of the channels."""
    axis = ops.axis()
    if axis is None or len(shape) != ops.rank():
        return None
    begin, strides, size = (attrs[k] for k in ("begin", "strides", "shape"))
    return [ops.expr()], {
        **attrs,
        "begin": [0, begin[axis], 0, begin[-1]],
        "strides": [1, strides[axis], 1, strides[-1]],
        "shape": [1, size[axis], 1, size[-1]],
    }


def padding(ops: Operands, attrs: Attrs) -> Answer:
    """A border in time and of channels."""
    axis, pads = ops.axis(), attrs["pads"]
    if axis is None or any(any(p) for i, p in enumerate(pads[:-1]) if i != axis):
        return None
    return [ops.expr()], {**attrs, "pads": [[0, 0], pads[axis], [0, 0], pads[-1]]}

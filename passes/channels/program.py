# SPDX-License-Identifier: Apache-2.0
"""A straight-line Relax function as a list of integer calls: what the channel analyses read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny import _tvm
from tvm_tiny._tvm import Constant, relax

Array = npt.NDArray[Any]
Shape = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Call:
    """One binding of an integer operator.

    Attributes:
        result: the variable it is bound to.
        op: key in the operator table.
        attrs: plain Python values.
        operands: variables (aliases followed) or constants.
        arrays: per operand the contents of a constant, None for a variable.
        operand_shapes: per operand its shape.
        shape: of the result.
    """

    result: Any
    op: str
    attrs: Mapping[str, Any]
    operands: tuple[Any, ...]
    arrays: tuple[Array | None, ...]
    operand_shapes: tuple[Shape, ...]
    shape: Shape

    def constant(self, operand: int) -> Array:
        """Contents of an operand that is known to be a constant."""
        array = self.arrays[operand]
        assert array is not None
        return array


@dataclass(frozen=True, eq=False)
class Program:
    """The int8 tensors of a function and the calls between them.

    Attributes:
        calls: in order.
        channels: every int8 variable and the extent of its innermost dimension.
        pinned: variables whose shape the outside sees: parameters, results, operands of what is
            not an integer call.
    """

    calls: tuple[Call, ...]
    channels: Mapping[Any, int]
    pinned: frozenset[Any]


def last_extent(shape: Sequence[int]) -> int:
    """Channels of a tensor: its innermost extent (1 for a scalar)."""
    return shape[-1] if shape else 1


def read_program(func: Any) -> Program:
    """Read a function for which ``is_straight_line`` holds."""
    reader = _Reader(func)
    for block in func.body.blocks:
        for binding in block.bindings:
            reader.read(binding.var, binding.value)
    reader.pin(func.body.body)
    return Program(tuple(reader.calls), reader.channels, frozenset(reader.pinned))


class _Reader:
    def __init__(self, func: Any) -> None:
        self.calls: list[Call] = []
        self.channels: dict[Any, int] = {}
        self.pinned: set[Any] = set(func.params)
        self._values: dict[Any, Any] = {}
        for parameter in func.params:
            self._note(parameter)

    def _note(self, variable: Any) -> None:
        kind = _tvm.tensor_type(variable)
        if kind is not None and kind[1] == "int8":
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
        kinds = [_tvm.tensor_type(arg) for arg in operands]
        known = [k for k in kinds if k is not None]
        if op is None or kind is None or len(known) != len(kinds):
            self.pinned.add(variable)
            self.pin(value)
            return
        arrays = tuple(_tvm.constant_value(arg) for arg in operands)
        shapes = tuple(shape for shape, _ in known)
        attrs = _tvm.call_attrs(value)
        self.calls.append(Call(variable, op, attrs, operands, arrays, shapes, kind[0]))


def windows(call: Call, taps: int) -> npt.NDArray[np.bool_]:
    """Which taps of a convolution's window lie inside the tensor, for every kind of position.

    Returns:
        bool[P, taps]: one row for each different pattern over all output positions; taps in the
        order of the weights (row by row).
    """
    if call.op == "fully_connected":
        return np.ones((1, taps), np.bool_)
    if call.op == "transpose_conv2d":
        # each output position sees some subset of the taps
        return np.concatenate([np.zeros((1, taps), np.bool_), np.eye(taps, dtype=np.bool_)])
    depthwise = call.op == "depthwise_conv2d"
    kernel = call.operand_shapes[1][0 if depthwise else 1 :][:2]
    rows, columns = (
        _inside(
            call.operand_shapes[0][1 + axis],
            call.shape[1 + axis],
            kernel[axis],
            (call.attrs["strides"][axis], call.attrs["dilation"][axis]),
            call.attrs["padding"][axis],
        )
        for axis in (0, 1)
    )
    pairs = rows[:, None, :, None] & columns[None, :, None, :]
    return np.unique(pairs.reshape(-1, taps), axis=0)


def _inside(
    extent: int, out: int, kernel: int, steps: tuple[int, int], pad: int
) -> npt.NDArray[np.bool_]:
    """bool[patterns, kernel] along one dimension."""
    stride, dilation = steps
    at = np.arange(out)[:, None] * stride + np.arange(kernel)[None, :] * dilation - pad
    return np.unique((at >= 0) & (at < extent), axis=0)

# SPDX-License-Identifier: Apache-2.0
"""What gradient operators share: numbers with an exponent a tensor, stochastic rounding.

A gradient tensor G is int8 or int16 with one exponent e: the loss changes by G * 2^e for one unit
of the *integer* that it belongs to. Exponents are state; those of a step come from the largest
values of the step before (delayed scaling, as in NVIDIA's FP8 training), so that no row waits
for a maximum. Rounding is stochastic (Gupta et al. 2015) with random bits that are a function of
seed, step, tensor and element: any order of rows gives the same integers.

Attributes that all of them have: ``source`` (slot of the exponent of operand 0, -1: none), ``slot``
(of the result's; also its number for random bits), ``limit`` (largest size of an element: so small
that no consumer's int32 sum can wrap), ``dtype``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from tvm_tiny._tvm import TIR, IRBuilder, tirx
from tvm_tiny.graph import Node
from tvm_tiny.operators.base import Access, Kind, RowCall
from tvm_tiny.operators.declare import declare
from tvm_tiny.operators.elementwise import int32
from tvm_tiny.operators.fields import AxisField, meeting
from tvm_tiny.operators.kinds import ANY, Unlinked
from tvm_tiny.operators.turning import Answer, Operands

HEADER = "tvm_tiny_training.h"
LEARNED = "learned"
"""Attribute of a layer whose parameters a step may change: nothing may be packed ahead."""
HEAD = 7
"""Numbers in the training state before the exponents: seed, step, rate, its exponent, rate now,
what velocities are multiplied with (of 2^15), whether parameters move by them."""
STEP, RATE, RATE_EXPONENT, RATE_NOW, DECAY_NOW, APPLY_NOW = 1, 2, 3, 4, 5, 6
VELOCITY_BITS = 8
"""Velocities are in units of 2^-8 of a parameter."""
SETTLING = 2
"""Steps after a reset in which exponents settle and nothing is learned."""


def train_call(name: str, *args: Any) -> Any:
    """A scalar function of ``tvm_tiny_training.h``."""
    return tirx.call_extern("int32", f"tvm_tiny_train_{name}", *args)


def wide(value: Any) -> Any:
    """As int64, which sums are handed to roundings as."""
    return value.astype("int64")


@dataclass
class Body:
    """What a kernel's body works with.

    Attributes:
        args: buffers by operand name (``<name>_rows`` for the offsets of a window's rows), ``y``.
        scalars: by name.
        total: workspace that lasts from call to call, int32, if there is any.
        local: int32 variables, see ``prepare``.
    """

    args: dict[str, Any]
    scalars: dict[str, Any]
    total: Any = None
    local: Any = None
    names: list[str] = field(default_factory=list[str])

    def __getitem__(self, name: str) -> Any:
        return self.args[name]


class TrainingOperator(Unlinked):
    """Made by the backward pass only, after everything that asks about channels and fields."""

    headers = (HEADER,)
    priced_like = "mean"

    def field(self, node: Node, fields: Sequence[AxisField]) -> AxisField:
        del node
        return meeting(fields)

    def turned(self, ops: Operands, attrs: Mapping[str, Any], shape: tuple[int, ...]) -> Answer:
        del ops, attrs, shape
        return None

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        """The backward pass chooses them."""
        return (ANY,) * len(node.operands)

    def access(self, node: Node) -> tuple[Access, ...]:
        rows = self.row_operands
        return tuple(Access.ROW if i in rows else Access.WHOLE for i in range(len(node.operands)))

    row_operands: ClassVar[tuple[int, ...]] = ()
    """Operands of which a call reads the row that it makes."""
    local_count: ClassVar[int] = 16

    def row_call(self, node: Node, row: int) -> RowCall:
        rows = tuple((row,) if a is Access.ROW else () for a in self.access(node))
        return RowCall(rows, (row,) if self.scalar_names else ())

    def body(self, node: Node, k: Body) -> None:
        """Write the kernel's statements."""
        raise NotImplementedError

    def kernel(self, node: Node) -> Any:
        return write_kernel(node, self, lambda k: self.body(node, k))


def write_kernel(node: Node, operator: TrainingOperator, body: Callable[[Body], None]) -> Any:
    """A row kernel with the parameters of ``operators/call.py``, all loops written by ``body``."""
    with IRBuilder() as builder, TIR.prim_func(s_tir=True):
        TIR.func_name("main")
        args, scalars = declare(node, None, operator.state_bytes(node) // 4, "total")
        total, y = args.pop("total", None), args["y"]
        with TIR.sblock("root"):
            TIR.reads(*[b[0 : b.shape[0]] for b in args.values()])
            TIR.writes(y[0 : y.shape[0]])
            local = TIR.alloc_buffer((operator.local_count,), "int32", scope="global")
            body(Body(args, scalars, total, local))
    return builder.get()


class StateUpdate(TrainingOperator):
    """Writes its last operand, a state, in one call."""

    updates = True

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        del attrs
        return operands[-1]

    def calls(self, node: Node) -> int:
        del node
        return 1


class Gradient(TrainingOperator):
    """Makes a gradient tensor. Operands: g, the training state, the peaks it notes, others."""

    operand_names: ClassVar[tuple[str, ...]] = ("g", "state", "peaks")
    scalar_names = ("row",)
    written = (2,)
    row_operands = (0,)

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        return tuple(attrs.get("shape", operands[0][0])), attrs["dtype"]

    def prepare(self, node: Node, k: Body, key: int = 0, shift: int = 1) -> None:
        """Local ``key``: of this step's random bits; local ``shift``: from source to result."""
        source, slot = int(node.attrs["source"]), int(node.attrs["slot"])
        state = k["state"]
        value = train_call("key", state.access_ptr("r"), int32(slot))
        TIR.buffer_store(k.local, value, [key])
        exponent = state[HEAD + slot] - (state[HEAD + source] if source >= 0 else int32(0))
        TIR.buffer_store(k.local, exponent - int32(node.attrs.get("added", 0)), [shift])

    def store(self, node: Node, k: Body, at: Any, total: Any, factor: Any = None) -> None:
        """Element ``at`` of the row: a sum (times a factor), rounded."""
        index = k.scalars["row"] * int32(node.output.row_size) + at
        slot, limit = int(node.attrs["slot"]), int32(node.attrs["limit"])
        peak = k["peaks"].access_ptr("rw", offset=slot)
        rest = (k.local[1], k.local[0], index, limit, peak)
        if factor is None:
            value = train_call("gradient", wide(total), *rest)
        else:
            value = train_call("scaled", wide(total), factor, *rest)
        TIR.buffer_store(k["y"], value.astype(node.output.dtype), [at])


def factor_of(k: Body, channel: Any) -> Any:
    """A channel's factor, packed, from operands ``multiplier`` and ``shift``."""
    return train_call("factor", k["multiplier"][channel], k["shift"][channel].astype("int32"))


def passes(node: Node, k: Body, number: int, at: Any) -> Any:
    """Whether element ``at`` of the row was not clamped; operand ``number`` (x) says so."""
    if node.operands[number].dtype == "uint8":
        byte = k["x"][tirx.truncdiv(at, 8)].astype("int32")
        return tirx.bitwise_and(byte, int32(1) << tirx.truncmod(at, 8)) != 0
    value = k["x"][at].astype("int32")
    return tirx.all(value > int32(node.attrs["low"]), value < int32(node.attrs["high"]))


def block_of(count: int, most: int = 8) -> int:
    """The largest divisor of ``count`` up to ``most``: sums that are made at once."""
    return max(b for b in range(1, most + 1) if count % b == 0)

# SPDX-License-Identifier: Apache-2.0
"""What a TFLite operator is to us: one record in one table.

A record says how the option table is read, which operands there are, what shapes the results have,
what else must hold, and how the operator becomes Relax. To add an operator, write one record in a
module of ``operators/`` (or anywhere, and call ``register``)::

    register(
        Record(
            "ABS",
            options="AbsOptions",                # table of options; fields={...} where it has any
            operands=(X,),                       # X activation, W weights, B bias, I integers, ...
            shapes=same_shape,                   # results' shapes, computed again from the operands
            convert=lambda call: call.emit("abs", [call.stored(0)], {"input_zero_point": ...}),
        )
    )

``convert`` gets a ``conversion.Conversion`` and answers a Relax expression (a list of them where
the operator has several results). It goes one of two ways:

* *direct*, for everything new: ``call.emit("<entry of tvm_tiny.operators>", operands, attributes)``
  on the tensors as they are stored (``call.stored(i)``: int8, int16, ...). The integer operator
  goes through ``LegalizeQDQ`` as it is; nothing is recognised again. ``float_form=False`` then,
  unless ``call.floats`` is answered with float Relax.
* *by QDQ*: a float expression of ``call.real(i)`` (dequantised where the tensor is quantised),
  ended by ``call.result(expression)`` (quantised where the result is). The same converter then
  serves float models; ``LegalizeQDQ`` finds the integer operator.

``evaluate`` computes an operator whose operands are all known, in NumPy: shapes and constants.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy.typing as npt

from tvm_tiny.frontends.table import RecordTable
from tvm_tiny.frontends.tflite.model import TFLiteOperator, TFLiteTensor

Shape = tuple[int, ...]
Array = npt.NDArray[Any]
Field = tuple[int, str, Any]
"""Of an option: the field's number in its table, ``struct`` letter, default."""
LARGEST_OPTION: Final = 32_767


class Fault(Exception):  # noqa: N818 - collected, not raised to users
    """One thing wrong with an operator; ``code`` is TT1002 or TT1203."""

    def __init__(self, what: str, why: str = "", do: str = "", code: str = "TT1002") -> None:
        super().__init__(what)
        self.what, self.why, self.do, self.code = what, why, do, code


class Call:
    """An operator with its operands (None: absent) and results."""

    def __init__(self, tensors: Sequence[TFLiteTensor], op: TFLiteOperator) -> None:
        self.op, self.options = op, op.options
        self.inputs = [None if i < 0 else tensors[i] for i in op.inputs]
        self.outputs = [tensors[i] for i in op.outputs]

    def operand(self, index: int, rank: int | None = None) -> TFLiteTensor:
        """Operand ``index``, of ``rank`` dimensions."""
        tensor = self.optional(index)
        if tensor is None:
            raise Fault(f"operand {index} is missing")
        if rank is not None and len(tensor.shape) != rank:
            raise Fault(f"operand {index} has {len(tensor.shape)} dimensions, not {rank}")
        return tensor

    def optional(self, index: int) -> TFLiteTensor | None:
        """Operand ``index``, None if it is absent."""
        return self.inputs[index] if index < len(self.inputs) else None

    def integers(self, index: int) -> list[int]:
        """The contents of a constant operand of integers."""
        values = self.operand(index).integers()
        if values is None:
            raise Fault(
                f"operand {index} '{self.operand(index).name}' is not a constant of integers",
                "shapes and positions must be known when compiling",
                code="TT1203",
            )
        return values

    def bounded(self, *names: str) -> list[int]:
        """Options that must be from 1 to 32767."""
        values = [int(self.options[name]) for name in names]
        for name, value in zip(names, values, strict=True):
            if not 1 <= value <= LARGEST_OPTION:
                raise Fault(f"{name} = {value}", f"it must be from 1 to {LARGEST_OPTION}")
        return values

    def axis(self, value: int, rank: int) -> int:
        """An axis counted from the front."""
        if not -rank <= value < rank:
            raise Fault(f"axis {value} of {rank} dimensions")
        return value % rank


@dataclass(frozen=True)
class Operand:
    """What an operand must be.

    Attributes:
        role: "activation"; "weights", "bias", "index" (integers: shapes, axes) and "value" are
            constants; "places" are integers known when compiling or not; "unread": the kernel never
            looks into it.
        types: types that TensorFlow Lite Micro's kernel takes here in a quantised model.
        floats: types in a float model; int8 weights with scales stand for the floats they encode.
        optional: it may be absent.
        many: one or more of these; it is the only operand then.
        computed: weights that may be made at run time, by a layer or the caller.
    """

    role: str
    types: tuple[str, ...]
    floats: tuple[str, ...] = ("float32",)
    optional: bool = False
    many: bool = False
    computed: bool = False

    def also(self, *types: str) -> Operand:
        """The same of further types."""
        return replace(self, types=(*self.types, *types))

    @property
    def scaled(self) -> bool:
        """Its integers stand for real numbers."""
        return self.role in ("activation", "weights") and "float32" not in self.types

    @property
    def constant(self) -> bool:
        """Its contents are known when compiling."""
        return self.role not in ("activation", "places") and not self.computed

    @property
    def maybe(self) -> Operand:
        """The same, but it may be absent."""
        return replace(self, optional=True)

    @property
    def repeated(self) -> Operand:
        """One or more of these."""
        return replace(self, many=True)


X: Final = Operand("activation", ("int8", "int16"))
X8: Final = Operand("activation", ("int8",))
M: Final = Operand("activation", ("int8", "int16", "float32", "int32", "int64", "uint32", "bool"))
W: Final = Operand("weights", ("int8",), ("float32", "int8"))
B: Final = Operand("bias", ("int32", "int64"))
I: Final = Operand("index", ("int32", "int64"), ("int32", "int64"))  # noqa: E741
V: Final = Operand("value", ("int8", "int16"))
"""Activation; one without int16 kernel; what only moves, of any type; weights; bias; integers;
a number."""


def same_shape(call: Call) -> list[Shape]:
    """The result has the first operand's shape."""
    return [call.operand(0).shape]


@dataclass(frozen=True)
class Hidden:
    """A state that an operator keeps: its elements, zeros at first."""

    shape: Shape
    dtype: str


Convert = Callable[[Any], Any]
"""From a ``conversion.Conversion``, which builds on ``Call``, to Relax."""
Shapes = Callable[[Call], list[Shape]]
Evaluate = Callable[[Call, Sequence[Any]], list[Array] | None]


def _no_quantisation() -> Mapping[str, tuple[float, int]]:
    return {}


@dataclass(frozen=True)
class Record:
    """A TFLite operator.

    Attributes:
        name: as in the schema's ``BuiltinOperator``; a custom operator by its own code.
        convert: to Relax (see the module's text); None: it is known only over constants.
        options: the option table, "" if there is none or any will do.
        fields: of the options that matter, where they are in the table.
        defaults: it does without its option table.
        operands: in order.
        results: how many; 0: any number.
        result_type: type of the results if it is not that of the first activation, or several.
        shapes: the shapes of the results, from checked operands and options.
        infer: the same where the file's word on the result is not to be taken, None: ``shapes``.
        constraint: whatever else must hold; raises ``Fault``.
        quantisation: by the result's type (scale, zero point) that the kernel takes for granted.
        per_channel: dimension along which weights may have scales of their own, -1: none.
        float_form: float models may have it.
        evaluate: results where all operands are known, None where that is not for it to say.
        by_shape: ``evaluate`` wants the operands' shapes only.
        custom: of a custom operator the names of its options and what they are if absent.
        hidden: the states that it keeps without saying so in the file, by options and operands;
            they become its last operands.
        scaled: it computes with the numbers that integers stand for, so they need a scale.
    """

    name: str
    convert: Convert | None
    options: str = ""
    fields: Mapping[str, Field] = field(default_factory=dict[str, Field])
    defaults: bool = False
    operands: tuple[Operand, ...] = (X,)
    results: int = 1
    result_type: str | tuple[str, ...] = ""
    shapes: Shapes = same_shape
    infer: Shapes | None = None
    constraint: Callable[[Call], None] | None = None
    quantisation: Mapping[str, tuple[float, int]] = field(default_factory=_no_quantisation)
    per_channel: int = 0
    float_form: bool = True
    evaluate: Evaluate | None = None
    by_shape: bool = False
    scaled: bool = True
    custom: Mapping[str, Any] | None = None
    hidden: Callable[[Call], Sequence[Hidden]] | None = None

    def roles(self, call: Call) -> tuple[Operand, ...]:
        """The operands of one call; refuses a wrong number of them, or of results."""
        roles, given = self.operands, len(call.inputs)
        if roles and roles[0].many:
            roles = (roles[0],) * max(given, 1)
        least = sum(not role.optional for role in roles)
        if not least <= given <= len(roles):
            raise Fault(f"{given} operands", f"it takes {least} to {len(roles)}")
        if self.results and len(call.outputs) != self.results:
            what = f"{len(call.outputs)} results"
            raise Fault(what, f"it makes {'one' if self.results == 1 else self.results}")
        return roles


_TABLE: RecordTable[Record] = RecordTable()
register = _TABLE.register
lookup = _TABLE.lookup
table = _TABLE.entries


def is_custom(name: str) -> bool:
    """Whether a custom operator of that code is known."""
    record = lookup(name)
    return record is not None and record.custom is not None


_PLAIN: RecordTable[Record] = RecordTable()
register_plain = _PLAIN.register
"""Add what an operator is of float32 or int32 that stand for themselves; options are read by the
general record of the same name."""
plain = _PLAIN.lookup


def lookup_for(op: TFLiteOperator, tensors: Sequence[TFLiteTensor]) -> Record | None:
    """The record of an operator on these tensors: the plain one where its operands are plain."""
    found = _PLAIN.lookup(op.kind)
    if found is not None:
        roles = found.operands * len(op.inputs) if found.operands[0].many else found.operands
        for role, index in zip(roles, op.inputs, strict=False):
            if role.role == "activation" and 0 <= index < len(tensors):
                if tensors[index].dtype in role.types and not tensors[index].quantised:
                    return found
                break
    return lookup(op.kind)


def extend(name: str, evaluate: Evaluate, **fields: Any) -> Record:
    """Add what an operator makes of constants, to its record or as one that knows no more.

    Whatever the record says already stays; ``fields`` are those of a new one.
    """
    known = lookup(name)
    if known is None:
        return register(Record(name, None, evaluate=evaluate, **fields))
    return register(replace(known, evaluate=evaluate))

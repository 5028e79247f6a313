# SPDX-License-Identifier: Apache-2.0
"""The audio front end: TensorFlow Lite Micro's signal operators (``signal/src``), one frame a row.

Each kernel is a call of ``tvm_tiny_signal.h`` or a loop of one. What an operator keeps from frame
to frame is a state.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tvm_tiny._tvm import TIR, IRBuilder, tirx
from tvm_tiny.graph import Node
from tvm_tiny.operators.base import Access, Kind, RowCall, register
from tvm_tiny.operators.broadcasting import Broadcasting
from tvm_tiny.operators.elementwise import int32
from tvm_tiny.operators.kinds import INT16, INT32, Seeing

HEADERS: Final = ("tvm_tiny_signal.h",)
_FULL: Final = 32767


def call(name: str, *args: Any, dtype: str = "int32") -> Any:
    """A function of ``tvm_tiny_signal.h``."""
    return tirx.call_extern(dtype, f"tvm_tiny_signal_{name}", *args)


def turns(length: int, *, inverse: bool = False) -> npt.NDArray[np.int16]:
    """Twiddle factors of a real transform, as kissfft computes and rounds them, int16[n, 2].

    Those of the complex transform of half the length, then those that split its spectrum.
    """
    half, sign = length // 2, 1.0 if inverse else -1.0
    phases = sign * 2.0 * np.pi * np.arange(half) / half
    splits = sign * np.pi * (np.arange(1, half // 2 + 1) / half + 0.5)
    angle = np.concatenate([phases, splits])
    both = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return np.floor(0.5 + _FULL * both).astype(np.int16)


class FrameOperator(Seeing):
    """Computes a frame from frames."""

    headers = HEADERS
    priced_like = "mean"

    def access(self, node: Node) -> tuple[Access, ...]:
        return (Access.ROW, *(Access.WHOLE,) * (len(node.operands) - 1))

    def row_call(self, node: Node, row: int) -> RowCall:
        return RowCall(((row,), *((),) * (len(node.operands) - 1)))

    def statement(self, args: Sequence[Any], y: Any, node: Node) -> None:
        """What makes a row; ``args``: the operands' buffers."""
        raise NotImplementedError

    def kernel(self, node: Node) -> Any:
        with IRBuilder() as builder, TIR.prim_func(s_tir=True):
            TIR.func_name("main")
            args: list[Any] = []
            accesses = self.access(node)
            for tensor, access, name in zip(
                node.operands, accesses, self.operand_names, strict=True
            ):
                size = tensor.row_size if access is Access.ROW else max(1, tensor.size)
                args.append(TIR.arg(name, TIR.buffer((size,), tensor.dtype)))
            y = TIR.arg("y", TIR.buffer((node.output.row_size,), node.output.dtype))
            with TIR.sblock("root"):
                TIR.reads(*[b[0 : b.shape[0]] for b in args])
                TIR.writes(*[b[0 : b.shape[0]] for b in (*(args[i] for i in self.written), y)])
                self.statement(args, y, node)
        return builder.get()


@register
class SignalWindow(Broadcasting):
    """SignalWindow: a frame times weights, both int16. Attributes: shift (to the right)."""

    name = "signal_window"
    operand_names = ("x", "weights")
    headers = HEADERS

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        del node
        return INT16, INT16

    def elements(self, values: Sequence[Any], node: Node) -> Any:
        x, weight = (v.astype("int32") for v in values)
        return call("windowed", x, weight, int32(node.attrs["shift"])).astype("int16")


@register
class SignalHeadroom(FrameOperator):
    """SignalFftAutoScale's second result: bits by which a frame int16[N] can be shifted, int32."""

    name = "signal_headroom"

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        del operands, attrs
        return (), "int32"

    def access(self, node: Node) -> tuple[Access, ...]:
        del node
        return (Access.WHOLE,)

    def row_call(self, node: Node, row: int) -> RowCall:
        del node, row
        return RowCall(((),))

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        del node
        return (INT16,)

    def statement(self, args: Sequence[Any], y: Any, node: Node) -> None:
        count = int32(node.operands[0].size)
        TIR.buffer_store(y, call("headroom", args[0].access_ptr("r"), count), [0])


@register
class SignalShift(FrameOperator):
    """SignalFftAutoScale's first result: a frame int16, shifted to the left by an int32."""

    name = "signal_shift"
    operand_names = ("x", "bits")

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        del attrs
        return operands[0]

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        del node
        return INT16, INT32

    def statement(self, args: Sequence[Any], y: Any, node: Node) -> None:
        x, bits = args
        with TIR.serial(0, node.output.row_size) as i:
            value = x[i].astype("int32") * (int32(1) << bits[0])
            TIR.buffer_store(y, value.astype("int16"), [i])


def _transform_fits(node: Node) -> str | None:
    """The transform's length is a power of two from 4 on, and its factors are there."""
    length = int(node.attrs["length"])
    good = length >= 4 and length & (length - 1) == 0
    good = good and node.operands[1].size == 2 * (length // 2 + length // 4)
    return None if good else f"it is {length}, with {node.operands[1].size} numbers"


class _Transform(FrameOperator):
    operand_names = ("x", "turns")
    constraints = (_transform_fits,)

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        del node
        return INT16, INT16

    def macs(self, node: Node) -> int:
        length = int(node.attrs["length"])
        return node.output.rows * 2 * length * length.bit_length()

    def transformed(self, name: str, args: Sequence[Any], y: Any, node: Node, *rest: Any) -> None:
        """A call for every frame of a row; ``rest``: arguments behind the frame."""
        given, width = node.operands[0].shape[-1], node.output.shape[-1]
        length = int32(node.attrs["length"])
        with TIR.serial(0, node.output.row_size // width) as p:
            x = args[0].access_ptr("r", offset=p * given)
            last = (args[1].access_ptr("r"), y.access_ptr("w", offset=p * width), length)
            TIR.evaluate(call(name, x, *rest, *last))


@register
class SignalRfft(_Transform):
    """SignalRfft of int16: x[.., N] padded with zeros -> [.., length + 2], real and imaginary.

    Operand ``turns``: ``turns(length)``. Attributes: length (a power of two).
    """

    name = "signal_rfft"

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        return (*operands[0][0][:-1], int(attrs["length"]) + 2), "int16"

    def statement(self, args: Sequence[Any], y: Any, node: Node) -> None:
        self.transformed("rfft", args, y, node, int32(node.operands[0].shape[-1]))


@register
class SignalIrfft(_Transform):
    """SignalIrfft of int16: x[.., length + 2] -> [.., length].

    Operand ``turns``: ``turns(length, inverse=True)``. Attributes: length (a power of two).
    """

    name = "signal_irfft"

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        return (*operands[0][0][:-1], int(attrs["length"])), "int16"

    def statement(self, args: Sequence[Any], y: Any, node: Node) -> None:
        self.transformed("irfft", args, y, node)


@register
class SignalEnergy(FrameOperator):
    """SignalEnergy: x int16[2 N] (real, imaginary, ..) -> uint32[N], squares of lengths.

    Outside of start to end (exclusive) the kernel leaves its result as it is: here 0.
    Attributes: start, end.
    """

    name = "signal_energy"

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        del attrs
        shape = operands[0][0]
        return (*shape[:-1], shape[-1] // 2), "uint32"

    def left_alone(self, node: Node, result: npt.NDArray[Any] | None) -> npt.NDArray[np.bool_]:
        del result
        bins = np.arange(node.output.shape[-1])
        outside = (bins < node.attrs["start"]) | (bins >= node.attrs["end"])
        return np.broadcast_to(outside, node.output.shape)

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        del node
        return (INT16,)

    def statement(self, args: Sequence[Any], y: Any, node: Node) -> None:
        x, (start, end) = args[0], (node.attrs["start"], node.attrs["end"])
        with TIR.serial(0, node.output.row_size) as i:
            parts = [x[2 * i + k].astype("int32").astype("uint32") for k in (0, 1)]
            total = parts[0] * parts[0] + parts[1] * parts[1]
            inside = tirx.all(i >= start, i < end)
            TIR.buffer_store(y, tirx.if_then_else(inside, total, tirx.const(0, "uint32")), [i])

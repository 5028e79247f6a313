# SPDX-License-Identifier: Apache-2.0
"""The audio front end behind the transform: channels of a filter bank, noise, logarithm.

And what keeps samples from frame to frame. See ``signal.py``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from tvm_tiny._tvm import TIR, tirx
from tvm_tiny.graph import Node
from tvm_tiny.operators.base import Access, Kind, RowCall, register
from tvm_tiny.operators.broadcasting import Broadcasting
from tvm_tiny.operators.elementwise import int32
from tvm_tiny.operators.kinds import INT16, INT32
from tvm_tiny.operators.signal import HEADERS, FrameOperator, call

UINT32: Final = frozenset({"uint32"})
UINT64: Final = frozenset({"uint64"})


def _bank_is_inside(node: Node) -> str | None:
    """Channels, frequencies and weights of a filter bank lie inside their tensors."""
    x, weights, rests, first, weight_first, widths = node.operands
    channels = int(node.attrs["channels"])
    known = [t.data for t in (first, weight_first, widths)]
    if any(d is None or d.size != channels + 1 for d in known):
        return f"{channels} channels, {first.size}, {weight_first.size}, {widths.size} numbers"
    begin, at, count = (d.astype(np.int64) for d in known if d is not None)
    used = np.flatnonzero(count > 0)
    lows, ends = np.minimum(begin, at)[used], np.stack([begin + count, at + count])[:, used]
    limits = np.array([[x.size], [min(weights.size, rests.size)]])
    if (lows < 0).any() or (ends > limits).any():
        return "a channel reads beyond the end"
    return None


@register
class SignalFilterBank(FrameOperator):
    """SignalFilterBank: energies uint32[F] -> uint64[channels], triangles that overlap.

    Operands: energies, weights, 1 - weights, first frequency, first weight and width of each of
    channels + 1 (int16 constants). Attributes: channels.
    """

    name = "signal_filter_bank"
    operand_names = ("x", "weights", "rests", "first", "weight_first", "widths")
    constraints = (_bank_is_inside,)

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        del operands
        return (int(attrs["channels"]),), "uint64"

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        del node
        return UINT32, INT16, INT16, INT16, INT16, INT16

    def statement(self, args: Sequence[Any], y: Any, node: Node) -> None:
        pointers = [a.access_ptr("r") for a in args]
        channels = int32(node.attrs["channels"])
        TIR.evaluate(call("filter_bank", *pointers, y.access_ptr("w"), channels))


@register
class SignalRoot(FrameOperator):
    """SignalFilterBankSquareRoot: uint64 -> uint32, roots shifted to the right by an int32."""

    name = "signal_root"
    operand_names = ("x", "bits")

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        del attrs
        return operands[0][0], "uint32"

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        del node
        return UINT64, INT32

    def statement(self, args: Sequence[Any], y: Any, node: Node) -> None:
        x, bits = args
        with TIR.serial(0, node.output.row_size) as i:
            root = call("root", x[i], dtype="uint32")
            TIR.buffer_store(y, root >> bits[0].astype("uint32"), [i])


@register
class SignalNoise(FrameOperator):
    """SignalFilterBankSpectralSubtraction's second result: the estimate of each channel's noise.

    x uint32[C], state uint32[C] (the estimate before; written). Attributes: bits, smoothing, rest
    (of even channels, then of odd ones), shift, clamping.
    """

    name = "signal_noise"
    operand_names = ("x", "state")
    written = (1,)
    ordered = True

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        del attrs
        return operands[0]

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        del node
        return UINT32, UINT32

    def statement(self, args: Sequence[Any], y: Any, node: Node) -> None:
        (x, state), attrs = args, node.attrs
        with TIR.serial(0, node.output.row_size) as i:
            odd = tirx.indexmod(i, 2) == 1
            both = (
                tirx.if_then_else(odd, int32(attrs[name][1]), int32(attrs[name][0]))
                for name in ("smoothing", "rest")
            )
            last = (int32(attrs["shift"]), int32(attrs["clamping"]))
            bits = int32(attrs["bits"])
            value = call("noise", x[i], state[i], bits, *both, *last, dtype="uint32")
            TIR.buffer_store(state, value, [i])
            TIR.buffer_store(y, state[i], [i])


class _Channels(Broadcasting):
    """Channel by channel of uint32."""

    headers = HEADERS

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        return (UINT32,) * len(node.operands)


@register
class SignalLessNoise(_Channels):
    """SignalFilterBankSpectralSubtraction's first result: x less noise, at least a share of x.

    Attributes: bits, remaining, shift.
    """

    name = "signal_less_noise"
    operand_names = ("x", "noise")

    def elements(self, values: Sequence[Any], node: Node) -> Any:
        rest = (int32(node.attrs[k]) for k in ("bits", "remaining", "shift"))
        return call("less_noise", *values, *rest, dtype="uint32")


@register
class SignalPcan(FrameOperator):
    """SignalPCAN: x uint32[C] with a gain by its noise uint32[C] (table int16).

    Attributes: shift.
    """

    name = "signal_pcan"
    operand_names = ("x", "noise", "table")

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        del attrs
        return operands[0]

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        del node
        return UINT32, UINT32, INT16

    def statement(self, args: Sequence[Any], y: Any, node: Node) -> None:
        x, noise, table = args
        with TIR.serial(0, node.output.row_size) as i:
            rest = (table.access_ptr("r"), int32(node.attrs["shift"]))
            TIR.buffer_store(y, call("pcan", x[i], noise[i], *rest, dtype="uint32"), [i])


@register
class SignalLog(FrameOperator):
    """SignalFilterBankLog: uint32 -> int16, log(x * 2^bits) * scale. Attributes: bits, scale."""

    name = "signal_log"

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        del attrs
        return operands[0][0], "int16"

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        del node
        return (UINT32,)

    def statement(self, args: Sequence[Any], y: Any, node: Node) -> None:
        rest = (int32(node.attrs["bits"]), int32(node.attrs["scale"]))
        with TIR.serial(0, node.output.row_size) as i:
            TIR.buffer_store(y, call("log", args[0][i], *rest).astype("int16"), [i])


class _Remembering(FrameOperator):
    """Keeps samples from frame to frame, int16; a row is a channel, of which there is one."""

    operand_names = ("x", "state")
    written = (1,)
    ordered = True

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        del node
        return INT16, INT16

    def access(self, node: Node) -> tuple[Access, ...]:
        del node
        return Access.WHOLE, Access.WHOLE

    def row_call(self, node: Node, row: int) -> RowCall:
        del node, row
        return RowCall(((), ()))

    def sizes(self, node: Node) -> tuple[int, ...]:
        """Arguments of the call behind x, the state and the result."""
        raise NotImplementedError

    def statement(self, args: Sequence[Any], y: Any, node: Node) -> None:
        x, state = args
        pointers = (x.access_ptr("r"), state.access_ptr("rw"), y.access_ptr("w"))
        function = self.name.removeprefix("signal_")
        TIR.evaluate(call(function, *pointers, *map(int32, self.sizes(node))))


@register
class SignalQueue(_Remembering):
    """SignalDelay, SignalFramer, SignalStacker: what was kept, then x; a part of it goes out.

    x int16[N] -> int16[1, 1, T], the oldest T of it; the state int16[kept] has the latest.
    """

    name = "signal_queue"

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        del operands
        return (1, 1, int(attrs["taken"])), "int16"

    def sizes(self, node: Node) -> tuple[int, ...]:
        return node.operands[0].size, node.operands[1].size, int(node.attrs["taken"])


@register
class SignalOverlap(_Remembering):
    """SignalOverlapAdd: a frame int16[N] is added to what is kept; its first step goes out.

    -> int16[1, 1, step]; the state int16[N] has what frames to come are added to.
    Attributes: step.
    """

    name = "signal_overlap"

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        del operands
        return (1, 1, int(attrs["step"])), "int16"

    def sizes(self, node: Node) -> tuple[int, ...]:
        return node.operands[0].size, int(node.attrs["step"])

# SPDX-License-Identifier: Apache-2.0
"""Products of int16 activations and int8 weights on cores with DSP instructions.

Activations are read as they are, two to a word; weights stay bytes and are widened in registers, a
group of four for two pixels at once (for vectors: four channels at once); see
``tvm_tiny_int16.h``. For vectors they lie in pairs where -128 is not in the way, and half of them
are widened; see ``tvm_tiny_int16_paired.h``. Windows are gathered two by two, borders filled with
zeros: int16 activations have no zero point.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny._tvm import TIR, IRBuilder
from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.arithmetic.fixed_point import wrap_int32
from tvm_tiny.graph import Node, Tensor
from tvm_tiny.operators import lookup
from tvm_tiny.operators.conv import sum_limit
from tvm_tiny.operators.forms import Products, Scattered
from tvm_tiny.operators.transpose_conv import phase_taps
from tvm_tiny.schedules.rule import Declined, Scheduled, ScheduleRule
from tvm_tiny.targets import Core

HEADER, PAIRED_HEADER = "tvm_tiny_int16.h", "tvm_tiny_int16_paired.h"
DEPTHWISE_HEADER = "tvm_tiny_int16_depthwise.h"
_GROUP = 4
_ORDER = (0, 2, 1, 3)
_SLACK_BYTES = 16  # kernels load the next weights before they know that there are none
_HIGH_WORD, _TWICE, _ANY_TWICE, _ONCE = range(4)
_SHIFTS = (16, 32)  # that a multiplier of 15 bits can take in
_BIAS_BITS = 47
Ints = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class _Packed:
    """Constants of a product; ``groups`` of four inputs, ``mode`` of rescaling.

    ``paired``: weights are those of ``tvm_tiny_int16_paired.h``.
    """

    weights: Ints
    table: Ints
    groups: int
    mode: int
    paired: bool = False


class DspInt16(ScheduleRule):
    """Convolutions of all kinds and fully_connected of int16 whose sums fit 32 bits."""

    name = "dsp-int16"
    element_types = frozenset({"int16"})

    def apply(self, func: Any, node: Node, core: Core) -> Scheduled | Declined:
        """Accept constant weights; ``func`` is replaced, not transformed."""
        del func, core
        maker = _maker(node)
        if maker is None:
            return Declined(self.name, "not a sum of products")
        if any(t.data is None for t in node.operands[1:]):
            return Declined(self.name, "weights computed at run time")
        if node.operands[0].data is not None:
            return Declined(self.name, "a constant input")
        if node.attrs.get("groups", 1) != 1 or node.attrs.get("weight_zero_point", 0):
            return Declined(self.name, "groups, or weights with a zero point")
        if any(node.attrs.get(f"{side}_zero_point", 0) for side in ("input", "output")):
            return Declined(self.name, "activations with a zero point")
        bias = np.asarray(node.operands[2].data).astype(np.int64)
        if node.operands[3].dtype == "int16" and (
            _limit(node) >= 1 << 31 or np.abs(bias).max() >= 1 << _BIAS_BITS
        ):
            return Declined(self.name, "a sum may need more than 32 bits")
        return maker(node)


def _is_depthwise(node: Node) -> bool:
    return lookup(node.op).form == Products(windowed=True, depthwise=True)


def _limit(node: Node) -> int:
    return sum_limit(node, channel_axis=2 if _is_depthwise(node) else 0)


def _rescaling(node: Node, channels: int) -> tuple[Ints, int]:
    """[channels, 3]: bias, multiplier and shift, filled up with zeros; and the mode."""
    bias, multiplier, shift = (np.asarray(t.data).astype(np.int64) for t in node.operands[2:])
    most = _limit(node)
    if node.operands[3].dtype == "int16":
        low, high = _SHIFTS
        near = np.all((shift >= low) & (shift <= high))
        mode = _HIGH_WORD if near and most + np.abs(bias).max() < 1 << 31 else _ONCE
    else:
        small = most + np.abs(bias).max() < 1 << 30
        mode = _TWICE if small and np.all(shift < 0) else _ANY_TWICE
    if mode == _HIGH_WORD:
        multiplier = multiplier << (32 - shift)
    elif mode == _TWICE:
        shift = -shift
    elif mode == _ONCE:
        multiplier, bias = multiplier | (bias >> 32) << 16, bias & 0xFFFFFFFF
    table = np.zeros((channels, 3), np.int64)
    table[:, 2] = 16
    table[: len(bias)] = np.stack([bias, multiplier, shift], axis=1)
    return wrap_int32(table).astype(np.int32), mode


def _groups(inputs: int, channels: int) -> int:
    """Groups of four inputs; pixels two by two take an even number of them."""
    groups = -(-inputs // _GROUP)
    return groups + groups % 2 if channels == 2 else groups


def _interleaved(weights: Ints, channels: int) -> Ints:
    """[O, K] to bytes: ``channels`` at a time, group by group of four inputs, order 0 2 1 3."""
    outputs, inputs = weights.shape
    groups = _groups(inputs, channels)
    full = np.zeros((-(-outputs // channels) * channels, groups * _GROUP), Q8.numpy)
    full[:outputs, :inputs] = weights
    blocks = full.reshape(-1, channels, groups, _GROUP)[..., _ORDER]
    return np.ascontiguousarray(blocks.transpose(0, 2, 1, 3)).reshape(-1)


def _packed(node: Node, phases: Sequence[Ints], channels: int) -> _Packed:
    """Weights [O, K] of every phase, one behind the other."""
    outputs, inputs = phases[0].shape
    bytes_ = np.concatenate([_interleaved(w, channels) for w in phases])
    table, mode = _rescaling(node, -(-outputs // channels) * channels)
    weights = np.append(bytes_, np.zeros(_SLACK_BYTES, Q8.numpy))
    return _Packed(weights, table.reshape(-1), _groups(inputs, channels), mode)


def _vector(node: Node, weights: Ints) -> _Packed:
    """Weights [O, K] of one vector: of every four channels in pairs, where they can be."""
    plain = _packed(node, [weights], 4)
    outputs, inputs = weights.shape
    low, high = node.attrs["activation"]
    least, most = node.output.elements.limits
    if plain.mode not in (_HIGH_WORD, _TWICE) or low not in (0, least) or high != most:
        return plain
    whole = outputs // _GROUP * _GROUP
    full = np.zeros((whole, plain.groups * _GROUP), np.int64)
    full[:, :inputs] = weights[:whole]
    pairs = full[0::2] + 256 * full[1::2]
    if not whole or pairs.min() < least or pairs.max() > most:
        return plain
    blocks = pairs.reshape(-1, 2, plain.groups, _GROUP).transpose(0, 2, 1, 3).astype("<i2")
    rest = plain.weights[whole * plain.groups * _GROUP :]
    return replace(plain, weights=np.append(blocks.reshape(-1).view(Q8.numpy), rest), paired=True)


def _constants(node: Node, packed: _Packed) -> dict[str, Tensor]:
    data = {"weight": ("packed", packed.weights), "table": ("table", packed.table)}
    return {
        role: Tensor(f"{node.name}_{name}", array.shape, str(array.dtype), data=array)
        for role, (name, array) in data.items()
    }


def _scheduled(
    node: Node, packed: _Packed, function: str, sizes: Sequence[int], scratch_words: int, why: str
) -> Scheduled:
    """The kernel that calls ``function`` once a row."""
    constants = _constants(node, packed)
    low, high = node.attrs["activation"]
    own = () if _is_depthwise(node) else (packed.mode,)
    func = _row(node, constants, function, (*sizes, *own, low, high), scratch_words)
    return Scheduled(
        func,
        DspInt16.name,
        why,
        constants=constants,
        scratch_bytes=4 * scratch_words,
        headers=_headers(node, packed),
    )


def _headers(node: Node, packed: _Packed) -> tuple[str, ...]:
    if _is_depthwise(node):
        return (HEADER, DEPTHWISE_HEADER)
    return (HEADER, PAIRED_HEADER) if packed.paired else (HEADER,)


def _row(
    node: Node, constants: dict[str, Tensor], function: str, sizes: Sequence[int], scratch: int
) -> Any:
    x, out = node.operands[0], node.output.row_size
    names = lookup(node.op).scalar_names
    windowed = bool(names)
    weights, entries = constants["weight"].size, constants["table"].size
    with IRBuilder() as builder, TIR.prim_func(s_tir=True):
        TIR.func_name("main")
        size = x.size if windowed else x.row_size
        read = [TIR.arg("x", TIR.buffer((size,), "int16"))]
        if windowed:
            read.append(TIR.arg("x_rows", TIR.buffer((_window_rows(node),), "int32")))
        read.append(TIR.arg("w", TIR.buffer((weights,), Q8.name)))
        read.append(TIR.arg("table", TIR.buffer((entries,), "int32")))
        own = [TIR.arg("scratch", TIR.buffer((scratch,), "int32"))] if scratch else []
        y = TIR.arg("y", TIR.buffer((out,), "int16"))
        scalars = [TIR.arg(n, TIR.int32()) for n in names] if windowed else []
        with TIR.sblock("row"):
            TIR.reads(*(b[0 : b.shape[0]] for b in read))
            TIR.writes(*(b[0 : b.shape[0]] for b in own), y[0:out])
            pointers = [*(b.access_ptr("r") for b in read), *(b.access_ptr("rw") for b in own)]
            arguments = *pointers, y.access_ptr("w"), *scalars, *sizes
            TIR.evaluate(TIR.call_extern("int32", function, *arguments))
    return builder.get()


def _window_rows(node: Node) -> int:
    kernel = node.operands[1].shape[0 if _is_depthwise(node) else 1]
    scattered = isinstance(lookup(node.op).form, Scattered)
    return phase_taps(kernel, node.attrs["strides"][0]) if scattered else kernel


def _gathered_words(groups: int) -> int:
    """Two pixels, and two words that are loaded too early."""
    return 2 * 2 * groups + 2


def _conv(node: Node) -> Scheduled:
    weights = np.asarray(node.operands[1].data)
    outputs, high, wide, channels = weights.shape
    if node.output.shape[2] == 1:
        return _column(node, weights)
    packed = _packed(node, [weights.reshape(outputs, -1)], 2)
    sizes = (
        node.operands[0].shape[2],
        channels,
        high,
        wide,
        node.attrs["dilation"][1],
        node.attrs["strides"][1],
        node.attrs["padding"][1],
        node.output.shape[2],
        packed.groups,
        outputs,
    )
    words = _gathered_words(packed.groups)
    why = "two pixels by two channels, weights widened in registers"
    return _scheduled(node, packed, "tvm_tiny_int16_conv", sizes, words, why)


def _column(node: Node, weights: Ints) -> Scheduled:
    """A row of one pixel is a vector."""
    outputs, high, wide, channels = weights.shape
    packed = _vector(node, weights.reshape(outputs, -1))
    sizes = (
        node.operands[0].shape[2],
        channels,
        high,
        wide,
        node.attrs["dilation"][1],
        node.attrs["padding"][1],
        packed.groups,
        outputs,
    )
    words = 2 * packed.groups
    return _scheduled(node, packed, _named(packed, "column"), sizes, words, _why(packed))


def _named(packed: _Packed, what: str) -> str:
    return f"tvm_tiny_int16_{'paired_' if packed.paired else ''}{what}"


def _why(packed: _Packed) -> str:
    if packed.paired:
        return "four channels at a time, weights in pairs, half of them widened in registers"
    return "four channels at a time, weights widened in registers"


def _dense(node: Node) -> Scheduled:
    weights = np.asarray(node.operands[1].data)
    outputs, inputs = weights.shape
    positions = node.output.row_size // outputs
    if positions == 1 and inputs % _GROUP == 0:
        packed = _vector(node, weights)
        sizes = (packed.groups, outputs)
        return _scheduled(node, packed, _named(packed, "vector"), sizes, 0, _why(packed))
    packed = _packed(node, [weights], 2)
    sizes = (inputs, positions, packed.groups, outputs)
    words = _gathered_words(packed.groups)
    why = "two positions by two channels, weights widened in registers"
    return _scheduled(node, packed, "tvm_tiny_int16_positions", sizes, words, why)


def _transposed(node: Node) -> Scheduled:
    """Every phase of rows and columns is a convolution with the taps that reach it."""
    weights = np.asarray(node.operands[1].data)
    outputs, kh, kw, channels = weights.shape
    stride_h, stride_w = node.attrs["strides"]
    high, wide = phase_taps(kh, stride_h), phase_taps(kw, stride_w)
    phases: list[Ints] = []
    for row in range(stride_h):
        for column in range(stride_w):
            part = np.zeros((outputs, high, wide, channels), Q8.numpy)
            for t in range(high):
                ky = row + (high - 1 - t) * stride_h
                for back in range(wide):
                    kx = column + back * stride_w
                    if ky < kh and kx < kw:
                        part[:, t, back] = weights[:, ky, kx]
            phases.append(part.reshape(outputs, -1))
    packed = _packed(node, phases, 2)
    apart = (packed.weights.size - _SLACK_BYTES) // len(phases)
    sizes = (
        node.operands[0].shape[2],
        channels,
        high,
        wide,
        stride_w,
        node.attrs["padding"][1],
        apart,
        node.output.shape[2],
        packed.groups,
        outputs,
    )
    words = _gathered_words(packed.groups)
    why = "two pixels of a phase by two channels, weights widened in registers"
    return _scheduled(node, packed, "tvm_tiny_int16_transposed", sizes, words, why)


def _depthwise(node: Node) -> Scheduled | Declined:
    """Weights as they are, channels four by four."""
    weights = np.asarray(node.operands[1].data)
    high, wide, channels = weights.shape
    if weights.dtype != Q8.numpy or channels != node.operands[0].shape[3]:
        return Declined(DspInt16.name, "weights of int16, or several results a channel")
    table, mode = _rescaling(node, channels)
    packed = _Packed(weights.reshape(-1), table.reshape(-1), 0, mode)
    sizes = (
        node.operands[0].shape[2],
        channels,
        wide,
        node.attrs["dilation"][1],
        node.attrs["strides"][1],
        node.attrs["padding"][1],
        node.output.shape[2],
    )
    why = f"{high}x{wide} taps from the tensor, four channels at a time"
    return _scheduled(node, packed, f"tvm_tiny_int16_depthwise_{mode}", sizes, 0, why)


def _maker(node: Node) -> Callable[[Node], Scheduled | Declined] | None:
    match lookup(node.op).form:
        case Products(windowed=True, depthwise=False):
            return _conv
        case Products(windowed=True, depthwise=True):
            return _depthwise
        case Products(windowed=False):
            return _dense
        case Scattered():
            return _transposed
        case _:
            return None

# SPDX-License-Identifier: Apache-2.0
"""Training on cores with DSP instructions: learned layers, gradients of int16, updates.

Rows and updates are calls of ``tvm_tiny_learned_dsp.h`` and ``tvm_tiny_training_dsp.h``, with the
plain loops' integers. Nothing is packed ahead (it may change), no frozen weights are turned.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tvm_tiny._tvm import TIR, IRBuilder
from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.graph import Node, Tensor
from tvm_tiny.operators import gradient_forms, lookup
from tvm_tiny.operators.declare import declare, operand_name
from tvm_tiny.operators.forms import Loops, Products
from tvm_tiny.operators.gradients import (
    APPLY_NOW,
    DECAY_NOW,
    HEAD,
    LEARNED,
    RATE_EXPONENT,
    RATE_NOW,
    VELOCITY_BITS,
    train_call,
)
from tvm_tiny.schedules.rule import Declined, Scheduled, ScheduleRule
from tvm_tiny.targets import Core

LEARNED_HEADER = "tvm_tiny_learned_dsp.h"
TRAINING_HEADER = "tvm_tiny_training_dsp.h"
_FOUR = 4
_UPDATE_WORDS = 1024
"""Workspace of an update for its inputs; what needs more goes by some of them at a time."""


@dataclass(frozen=True)
class _Call:
    """A kernel that is one call.

    Attributes:
        function: C name.
        header: where it is.
        why: for the report.
        make: parameters by name to the call's arguments.
        scratch_words: workspace.
        constants: by operand name, instead of the node's.
    """

    function: str
    header: str
    why: str
    make: Callable[[_Arguments], Sequence[Any]]
    scratch_words: int = 0
    constants: Mapping[str, Tensor] | None = None


class DspTraining(ScheduleRule):
    """Layers with learned parameters, conv2d_grad_x and its like, of int16 gradients."""

    name = "dsp-training"
    element_types = frozenset({"int8", "int16", "int32", "uint8"})

    def apply(self, func: Any, node: Node, core: Core) -> Scheduled | Declined:
        """Accept what is a multiple of four channels; ``func`` is replaced, not transformed."""
        del func, core
        maker = _maker(lookup(node.op).form)
        made = maker(node) if maker else "neither learned nor a gradient"
        if isinstance(made, str):
            return Declined(self.name, made)
        return Scheduled(
            _function(node, made),
            self.name,
            made.why,
            constants=made.constants,
            scratch_bytes=4 * made.scratch_words,
            headers=(made.header,),
        )


class _Arguments:
    """The kernel's parameters by name."""

    def __init__(self, node: Node, args: Mapping[str, Any]) -> None:
        self._node, self._args = node, args

    def __getitem__(self, name: str) -> Any:
        return self._args[name]

    def read(self, name: str) -> Any:
        """A pointer that is read from; a null pointer for what is not there."""
        if name not in self._args:
            return TIR.reinterpret("handle", TIR.uint64(0))
        return self._args[name].access_ptr("r")

    def write(self, name: str, offset: Any = 0) -> Any:
        """A pointer that is written to."""
        return self._args[name].access_ptr("rw", offset=offset)


def _function(node: Node, made: _Call) -> Any:
    """The row kernel: its parameters (``operators/call.py``) and the call."""
    with IRBuilder() as builder, TIR.prim_func(s_tir=True):
        TIR.func_name("main")
        buffers, scalars = declare(node, made.constants, made.scratch_words)
        y = buffers["y"]
        with TIR.sblock("row"):
            TIR.reads(*[b[0 : b.shape[0]] for b in buffers.values()])
            TIR.writes(y[0 : y.shape[0]])
            call = made.make(_Arguments(node, {**buffers, **scalars}))
            TIR.evaluate(TIR.call_extern("int32", made.function, *call))
    return builder.get()


def _forward(node: Node) -> _Call | str:
    """A layer some of whose parameters are learned."""
    weight, bias = node.operands[1:3]
    part = _part(node, 5)
    if not node.attrs.get(LEARNED):
        return "nothing of it is learned"
    if any(t.elements is not Q8 for t in (node.operands[0], weight, node.output)):
        return f"not {Q8.name}"
    if node.attrs.get("weight_zero_point", 0) or bias.dtype != "int32":
        return "weights with a zero point"
    if any(int(d) != 1 for d in node.attrs.get("dilation", (1, 1))):
        return "dilation"
    form = lookup(node.op).form
    if isinstance(form, Products) and form.depthwise:
        return _learned_depthwise(node)
    dense = isinstance(form, Products | gradient_forms.SharedProducts) and not form.windowed
    inputs, outputs = weight.shape[-1], node.output.shape[-1]
    high, wide = (1, 1) if dense else weight.shape[1:3]
    if int(node.attrs.get("groups", 1)) != 1:
        return "groups of channels"
    if part[1] and (high * wide > 1 or part[0] % _FOUR or part[1] % _FOUR):
        return "a share of the weights of a window, or no fours of its channels"
    if high * wide > 1 and inputs % _FOUR:
        return "windows of a number of channels that is no multiple of four"
    stride, left = (1, 0) if dense else (node.attrs["strides"][1], node.attrs["padding"][1])
    sizes = (outputs, inputs, high, wide, stride, left)
    out_width = node.output.row_size // outputs
    width = node.operands[0].row_size // inputs

    def make(k: _Arguments) -> Sequence[Any]:
        rows = k.read("x_rows")
        taps = (0, 1) if dense else (k["k_begin"], k["k_end"])
        names = ("bias", "multiplier", "shift")
        return (k.read("x"), rows, k.read("weight"), k.read("learned"), *part,
                *(k.read(n) for n in names), k.write("scratch"), k.write("y"), *taps,
                *sizes, width, out_width, *_quantisation(node))  # fmt: skip

    tile = _FOUR if out_width > 2 else 2  # pixels at a time, as tvm_tiny_learned_tile has it
    words = 2 * tile * high * wide * -(-inputs // _FOUR)
    why = f"{tile} pixels at a time, weights and biases as they lie"
    return _Call("tvm_tiny_learned_row", LEARNED_HEADER, why, make, words, _constants(node))


def _constants(node: Node) -> dict[str, Tensor]:
    """The node's own, shifts as bytes."""
    out = {operand_name(node, i): t for i, t in enumerate(node.operands) if t.data is not None}
    shift = np.asarray(out["shift"].data, Q8.numpy)
    return out | {"shift": Tensor(f"{node.name}_shift", shift.shape, Q8.name, data=shift)}


def _part(node: Node, at: int) -> tuple[int, int]:
    """First and number of the input channels whose weights lie apart, operand ``at``."""
    if len(node.operands) <= at:
        return 0, 0
    return int(node.attrs["first"]), node.operands[at].shape[-1]


def _quantisation(node: Node) -> tuple[int, ...]:
    attrs = node.attrs
    return attrs["input_zero_point"], attrs["output_zero_point"], *attrs["activation"]


def _learned_depthwise(node: Node) -> _Call | str:
    channels = node.output.shape[3]
    if node.operands[0].shape[3] != channels or channels % _FOUR:
        return "several outputs a channel, or no multiple of four of them"
    wide, left = node.operands[1].shape[1], node.attrs["padding"][1]
    width, out_width = node.operands[0].shape[2], node.output.shape[2]
    if left >= wide or (out_width - 1) * node.attrs["strides"][1] - left >= width:
        return "windows that lie in the padding"

    def make(k: _Arguments) -> Sequence[Any]:
        names = ("x", "x_rows", "weight", "bias", "multiplier", "shift")
        sizes = channels, wide, node.attrs["strides"][1], left, width, out_width
        return (*(k.read(n) for n in names), k.write("scratch"), k.write("y"), k["k_begin"],
                k["k_end"], *sizes, *_quantisation(node))  # fmt: skip

    why = "an output of four channels at a time, weights and biases as they lie"
    name, words = "tvm_tiny_learned_depthwise_row", 2 * node.operands[1].size // channels
    return _Call(name, LEARNED_HEADER, why, make, words, _constants(node))


def _not_wide(node: Node) -> str:
    kinds = {node.operands[0].dtype, node.output.dtype}
    return "" if kinds == {"int16"} else "gradients that are not int16"


def _rounding(node: Node, k: _Arguments) -> Sequence[Any]:
    """index, shift, key, limit, peak: what the rounding of a row's elements is told."""
    source, slot = int(node.attrs["source"]), int(node.attrs["slot"])
    state = k["state"]
    shift = state[HEAD + slot] - (state[HEAD + source] if source >= 0 else 0)
    key = train_call("key", state.access_ptr("r"), slot)
    index = k["row"] * node.output.row_size
    return index, shift, key, int(node.attrs["limit"]), k.write("peaks", slot)


def _scale(node: Node) -> _Call | str:
    reason = _not_wide(node)
    if reason:
        return reason

    def make(k: _Arguments) -> Sequence[Any]:
        masks, limits = _masks(node, k, 5)
        sizes = node.output.row_size, node.operands[3].size
        return (k.read("g"), k.read("multiplier"), k.read("shift"), *masks, k.write("y"), *sizes,
                *limits, *_rounding(node, k))  # fmt: skip

    return _Call("tvm_tiny_train_scale_row", TRAINING_HEADER, "rounded in words of 32 bits", make)


def _add(node: Node) -> _Call | str:
    if _not_wide(node) or node.operands[3].dtype != "int16":
        return "gradients that are not int16"
    exponents = [HEAD + int(node.attrs[name]) for name in ("source", "other")]

    def make(k: _Arguments) -> Sequence[Any]:
        rows = k.read("g"), k.read("h"), k.write("y"), node.output.row_size
        return *rows, *(k["state"][at] for at in exponents), *_rounding(node, k)

    why = "rounded in words of 32 bits"
    return _Call("tvm_tiny_train_add_row", TRAINING_HEADER, why, make)


def _spread(node: Node) -> _Call | str:
    channels = node.operands[0].size
    if reason := _not_wide(node):
        return reason
    if channels % _FOUR:
        return "no multiple of four channels"

    def make(k: _Arguments) -> Sequence[Any]:
        sizes = node.output.row_size // channels, channels, int(node.attrs["factor"])
        return k.read("g"), k.write("y"), *sizes, *_rounding(node, k)

    why = "rounded in words of 32 bits"
    return _Call("tvm_tiny_train_spread_row", TRAINING_HEADER, why, make)


def _bits(node: Node) -> _Call | str:
    low, high = int(node.attrs["low"]), int(node.attrs["high"])
    if node.operands[0].elements is not Q8 or low >= Q8.high or high <= Q8.low:
        return "nothing lies between the limits"

    def make(k: _Arguments) -> Sequence[Any]:
        return k.read("x"), k.write("y"), node.operands[0].row_size, low, high

    return _Call("tvm_tiny_train_bits_row", TRAINING_HEADER, "four elements at a time", make)


def _masks(node: Node, k: _Arguments, at: int) -> tuple[Sequence[Any], Sequence[int]]:
    """Where nothing was clamped: bits or x (a null pointer each if not so), the limits."""
    kept = node.operands[at].dtype if len(node.operands) > at else ""
    masks = [k.read("x" if kept == dtype else "nothing") for dtype in ("uint8", Q8.name)]
    return masks, (node.attrs.get("low", Q8.low), node.attrs.get("high", Q8.high))


def _is_clamped(node: Node) -> bool:
    """Whether a gradient towards x is scaled behind a clamp before it is rounded."""
    form = lookup(node.op).form
    return isinstance(form, gradient_forms.GradientTowardsX) and form.clamped


def _behind(node: Node, k: _Arguments) -> Sequence[Any]:
    """The clamp and scale behind a gradient towards x, or nothing."""
    if not _is_clamped(node):
        nothing = k.read("nothing")
        return (nothing, nothing, 0, nothing, nothing, 0, 0)
    masks, limits = _masks(node, k, 6)
    return (k.read("multiplier"), k.read("shift"), node.operands[4].size, *masks, *limits)


def _grad_x(node: Node) -> _Call | str:
    if reason := _not_wide(node):
        return reason
    if int(node.attrs.get("groups", 1)) != 1:
        return "groups of channels"
    high, wide = (int(n) for n in node.attrs["kernel"])
    outputs = node.operands[0].shape[-1]
    inputs = node.operands[3].size // (outputs * high * wide)
    part = _part(node, 7 if _is_clamped(node) else 4)
    if inputs % _FOUR or part[0] % _FOUR or part[1] % _FOUR:
        return "a number of inputs that is no multiple of four"
    sizes = (outputs, inputs, high, wide, *(int(n) for n in node.attrs["strides"]))
    columns = node.operands[0].row_size // outputs
    width = node.output.row_size // inputs
    left = int(node.attrs["padding"][1])

    def make(k: _Arguments) -> Sequence[Any]:
        taps = k["k_begin"], k["k_end"], k["above"]
        return (k.read("g"), k.read("g_rows"), k.read("weight"), k.read("learned"), *part,
                k.write("scratch"), k.write("y"), *taps, *sizes, left, columns, width,
                *_behind(node, k), *_rounding(node, k))  # fmt: skip

    why = "four inputs of all pixels, two outputs in an SMLAD"
    reach = min(high, -(-high // int(node.attrs["strides"][0])))
    words = 4 * -(-outputs // 2) * reach * wide
    return _Call("tvm_tiny_train_grad_x_row", TRAINING_HEADER, why, make, words)


def _depthwise_grad_x(node: Node) -> _Call | str:
    if reason := _not_wide(node):
        return reason
    channels = node.output.shape[-1]
    if node.operands[0].shape[-1] != channels or channels % _FOUR:
        return "several outputs a channel, or no multiple of four of them"
    columns = node.operands[0].row_size // channels
    width = node.output.row_size // channels
    kernel, strides = ([int(n) for n in node.attrs[name]] for name in ("kernel", "strides"))
    wide = kernel[1]
    sizes = (channels, wide, *strides, int(node.attrs["padding"][1]), columns, width)

    def make(k: _Arguments) -> Sequence[Any]:
        taps = k["k_begin"], k["k_end"], k["above"]
        return (k.read("g"), k.read("g_rows"), k.read("weight"), k.write("scratch"), k.write("y"),
                *taps, *sizes, *_behind(node, k), *_rounding(node, k))  # fmt: skip

    why = "an element of four channels at a time"
    reach = math.prod(-(-n // stride) for n, stride in zip(kernel, strides, strict=True))
    words = 2 * reach + 5 * channels // _FOUR
    return _Call("tvm_tiny_train_depthwise_grad_x_row", TRAINING_HEADER, why, make, words)


def _update(node: Node) -> _Call | str:
    attrs = node.attrs
    if node.operands[1].dtype != "int16":
        return "gradients that are not int16"
    if int(attrs.get("groups", 1)) != 1:
        return "groups of channels"
    high, wide = (int(n) for n in attrs["kernel"])
    outputs, channels = node.operands[1].shape[-1], node.operands[0].shape[-1]
    inputs = node.output.size // (outputs * high * wide)
    if inputs % _FOUR:
        return "a number of inputs that is no multiple of four"
    bits, driven = (
        int(attrs["bits"]),
        lookup(node.op).form == gradient_forms.MovedWeights(driven=True),
    )
    places = (*attrs["strides"], *attrs["padding"][:2], *attrs["image"], attrs["zero_point"])
    limits = bits, int(attrs["low"]) << bits, int(attrs["high"]) << bits
    single = (high, wide, *attrs["strides"]) == (1, 1, 1, 1) and not any(attrs["padding"])
    pairs = -(-math.prod(attrs["image"][2:]) // 2) if single else 0
    some = min(inputs, max(_FOUR, _UPDATE_WORDS // pairs // _FOUR * _FOUR)) if single else 0

    def make(k: _Arguments) -> Sequence[Any]:
        state = k["state"]
        key = train_call("key", state.access_ptr("r"), int(attrs["slot"]))
        unit = VELOCITY_BITS if driven else bits
        shift = -unit - state[HEAD + int(attrs["source"])] - state[RATE_EXPONENT]
        drive = k.write("velocity") if driven else k.read("nothing")
        fraction = k.write("fraction") if bits else k.read("nothing")
        numbers = (state[DECAY_NOW], state[APPLY_NOW]) if driven else (0, 0)
        return (k.read("x"), k.read("g"), k.read("multiplier"), k.read("shift"),
                *(int(n) for n in attrs["rate"]), drive, *numbers, fraction,
                k.write("y"), k.write("scratch") if some else k.read("nothing"), some, outputs,
                high, wide, inputs, channels, int(attrs.get("first", 0)),
                *(int(n) for n in places), *limits, state[RATE_NOW], shift, key)  # fmt: skip

    why = "four inputs at a time" + (", two pixels in an SMLAD" if some else "")
    return _Call("tvm_tiny_train_update", TRAINING_HEADER, why, make, (some + 2) * pairs)


def _maker(form: Loops) -> Callable[[Node], _Call | str] | None:
    """What writes kernels of a form."""
    match form:
        case Products() | gradient_forms.SharedProducts():
            return _forward
        case gradient_forms.GradientTowardsX(depthwise=depthwise):
            return _depthwise_grad_x if depthwise else _grad_x
        case _:
            return _BY_FORM.get(type(form))


_BY_FORM: Mapping[type[Loops], Callable[[Node], _Call | str]] = {
    gradient_forms.PassingBits: _bits,
    gradient_forms.ScaledGradient: _scale,
    gradient_forms.GradientSum: _add,
    gradient_forms.SpreadGradient: _spread,
    gradient_forms.MovedWeights: _update,
}

# SPDX-License-Identifier: Apache-2.0
"""The backward rule of layers with weights: gradient towards x, and updates."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.graph import Node, Tensor
from tvm_tiny.passes.backward.arithmetic import TrainingArithmetic
from tvm_tiny.passes.backward.factors import contents, multipliers, numerator
from tvm_tiny.passes.backward.rules import Found, NoGradientError, clamped
from tvm_tiny.passes.backward.scheme import Trained
from tvm_tiny.passes.backward.tape import INT32_MAX, Grad, Tape

Array = npt.NDArray[Any]
_FOUR = 4
_HOW = {False: "update", True: "momentum"}  # ends of operators' names
_UNIT, _CENTRED = 128, 255  # largest sizes of a weight, and of x less its zero point


class WeightedLayer:
    """A layer with weights.

    Args:
        original: the node as it is in the model, with constant weights.
        node: the same in the training graph, where trained parameters are states.
    """

    def __init__(self, original: Node, node: Node) -> None:
        self.node, self.original = node, original
        x, weight = original.operands[:2]
        self.depthwise = original.op == "depthwise_conv2d"
        if original.attrs.get("weight_zero_point", 0):
            raise NoGradientError("weights with a zero point")
        if any(int(d) != 1 for d in original.attrs.get("dilation", (1, 1))):
            raise NoGradientError("dilation")
        if original.op == "fully_connected":
            self.kernel, self.strides, self.padding = (1, 1), (1, 1), (0, 0)
            pixels = x.size // x.shape[-1]
            self.image = (1, pixels, 1, pixels)
            if x.rows != 1:
                self.image = (x.rows, pixels // x.rows, x.rows, pixels // x.rows)
        else:
            if x.shape[0] != 1:
                raise NoGradientError("a batch of several samples")
            first = 0 if self.depthwise else 1
            self.kernel = (weight.shape[first], weight.shape[first + 1])
            self.strides = tuple(int(n) for n in original.attrs["strides"])
            self.padding = tuple(int(n) for n in original.attrs["padding"])
            self.image = (*x.shape[1:3], *original.output.shape[1:3])
        self.groups = int(original.attrs.get("groups", 1))

    @property
    def learned(self) -> tuple[Tensor, ...]:
        """Weights that lie apart, where a share is trained."""
        return self.node.operands[5:]

    @property
    def factors(self) -> Array:
        """Steps of y for a unit of the sum, one a channel: s_x s_w / s_y."""
        multiplier, shift = (contents(t).astype(np.float64) for t in self.original.operands[3:5])
        return np.ldexp(multiplier, shift.astype(np.int64) - 31).reshape(-1)

    @property
    def sum_scales(self) -> Array:
        """s_x s_w, one a channel."""
        return self.factors * self.original.output.scale

    @property
    def weight_scales(self) -> Array:
        """s_w, one a channel."""
        return self.sum_scales / self.original.operands[0].scale

    @property
    def pixels(self) -> int:
        """Of the result."""
        return self.image[2] * self.image[3]

    def bound(self, trained: Trained | None, needs_x: bool) -> int:
        """What an element of g is multiplied with in any int32 sum that it goes into."""
        weight, outputs = self.original.operands[1], self.original.output.shape[-1]
        reach = math.prod(-(-k // s) for k, s in zip(self.kernel, self.strides, strict=True))
        each = outputs // (self.original.operands[0].shape[-1] if self.depthwise else self.groups)
        del weight
        out = 1
        if needs_x:
            out = max(out, _UNIT * reach * each)
        if trained and trained.weights:
            out = max(out, _CENTRED * self.pixels)
        return max(out, self.pixels) if trained else out

    def trained_channels(self, count: int) -> int:
        """The first of ``count`` neighbouring input channels with the largest weights."""
        weights = contents(self.original.operands[1]).astype(np.float64)
        scales = self.weight_scales.reshape(-1, *[1] * (weights.ndim - 1))
        norms = ((weights * scales) ** 2).reshape(-1, weights.shape[-1]).sum(axis=0)
        step = _FOUR if count % _FOUR == 0 else 1
        places = range(0, len(norms) - count + 1, step)
        return max(places, key=lambda at: (float(norms[at : at + count].sum()), -at))

    def backward(
        self, tape: Tape, g: Grad, trained: Trained | None, needed: Sequence[int],
        how: TrainingArithmetic, whole: bool, x_whole: bool,
    ) -> Found:  # fmt: skip
        """Gradients towards the operands, and the updates behind them.

        ``whole``, ``x_whole``: result and operand are kept anyway.
        """
        if not self.original.output.scale or not self.original.operands[0].scale:
            raise NoGradientError("tensors without a scale")
        needs_x = 0 in needed
        bound = self.bound(trained, needs_x)
        inner = clamped(tape, self.node, g, list(self.factors), bound, whole)
        found: Found = [(0, self._towards_x(tape, inner))] if needs_x else []
        if trained and trained.weights:
            self._update_weights(tape, inner, how, x_whole)
        if trained and trained.bias:
            self._update_bias(tape, inner, how)
        return found

    def _window(self) -> dict[str, Any]:
        attrs: dict[str, Any] = {"kernel": self.kernel, "strides": self.strides}
        attrs["padding"] = self.padding
        return attrs if self.depthwise else {**attrs, "groups": self.groups}

    def _towards_x(self, tape: Tape, g: Grad) -> Grad:
        x, weight = self.node.operands[:2]
        values = contents(self.original.operands[1]).astype(np.float64)
        axes = (0, 1) if self.depthwise else (0, 1, 2)[: values.ndim - 1]
        norm = float(np.sqrt((values**2).sum(axis=axes)).max())
        op = "depthwise_grad_x" if self.depthwise else "conv2d_grad_x"
        attrs = {**self._window(), "shape": x.shape}
        peak = g.peak * max(norm, 1.0)
        if self.learned:
            attrs["first"] = self.node.attrs["first"]
        more = (weight, *self.learned)
        return tape.gradient(op, self.node, g, more, attrs, peak=peak)

    def _update_weights(self, tape: Tape, g: Grad, how: TrainingArithmetic, x_whole: bool) -> None:
        x, weight = self.node.operands[:2]
        first = 0
        if self.learned:
            (weight,), first = self.learned, int(self.node.attrs["first"])
            if not x_whole or x.name == tape.fed:
                x, first = self._part_of(tape, x, first, weight.shape[-1]), 0
        elif x.name == tape.fed:
            x = self._part_of(tape, x, 0, x.shape[-1])
        x_scale, y_scale = (t.scale for t in (self.original.operands[0], self.original.output))
        attrs = {
            **self._window(),
            "rate": numerator((x_scale / y_scale) ** 2 / how.accumulate),
            "image": self.image,
            "bits": how.weight_bits,
            "low": -Q8.high,
            "high": Q8.high,
        }
        attrs |= {"source": g.slot, "slot": self._number(tape)}
        attrs["zero_point"] = self.original.attrs["input_zero_point"]
        attrs["first"] = first
        more: list[Tensor] = []
        for name, dtype in (("velocity", np.int16), ("fraction", Q8.numpy)):
            if how.driven if name == "velocity" else how.weight_bits:
                zeros = np.zeros(weight.shape, dtype)
                more.append(tape.new_state(f"{weight.name}_{name}", zeros, weight.source))
        op = f"{'depthwise' if self.depthwise else 'conv2d'}_{_HOW[how.driven]}"
        operands = (x, g.tensor, tape.state, *self._multipliers(tape), *more, weight)
        tape.add(op, self.node, operands, attrs, "weights")

    def _part_of(self, tape: Tape, x: Tensor, first: int, count: int) -> Tensor:
        """The channels of x that an update reads, kept for it."""
        rank = len(x.shape)
        attrs = {"begin": [0] * (rank - 1) + [first], "strides": [1] * rank}
        attrs["shape"] = [*x.shape[:-1], count]
        return tape.keep("strided_slice", self.node, (x,), attrs, "kept")

    def _update_bias(self, tape: Tape, g: Grad, how: TrainingArithmetic) -> None:
        weight, bias = self.original.operands[1], self.node.operands[2]
        sums = weight.size // (1 if self.depthwise else weight.shape[0])
        most = INT32_MAX - _CENTRED * _UNIT * sums
        attrs: dict[str, Any] = {"source": g.slot, "slot": self._number(tape), "bits": 0}
        attrs |= {"low": -most, "high": most}
        attrs["rate"] = numerator(self.original.output.scale**-2 / how.accumulate)
        more: tuple[Tensor, ...] = ()
        if how.driven:
            zeros = np.zeros(bias.shape, np.int32)
            more = (tape.new_state(f"{bias.name}_velocity", zeros, bias.source),)
        operands = (g.tensor, tape.state, *self._multipliers(tape), *more, bias)
        tape.add(f"bias_{_HOW[how.driven]}", self.node, operands, attrs, "bias")

    def _multipliers(self, tape: Tape) -> tuple[Tensor, Tensor]:
        """``factors``, of which kernels make the rates of updates: numerator / factor^2."""
        made = zip(("multiplier", "shift"), multipliers(self.factors), strict=True)
        one, other = (tape.constant(f"{self.node.name}_rate_{name}", data) for name, data in made)
        return one, other

    def _number(self, tape: Tape) -> int:
        """A number for random bits that no gradient has."""
        return 1 << 16 | len(tape.nodes)

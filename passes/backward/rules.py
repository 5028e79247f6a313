# SPDX-License-Identifier: Apache-2.0
"""Backward rules, one a kind of operator: from the gradient of its result to its operands'.

A rule gets the forward node, the gradient of its result, which operands need one and whether the
result is kept anyway; it writes nodes on the tape and returns (operand number, gradient) pairs.
Gradients are towards integers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tvm_tiny.graph import Node, Tensor
from tvm_tiny.operators.backward import Backward
from tvm_tiny.operators.base import lookup
from tvm_tiny.passes.backward.factors import (
    contents,
    multiplier_factor,
    multipliers,
    pack,
    packed,
    slopes,
)
from tvm_tiny.passes.backward.tape import Grad, Tape

Found = list[tuple[int, Grad]]
Rule = Callable[[Tape, Node, Grad, Sequence[int], bool], Found]
"""``whole``: the node's result is kept anyway."""


class NoGradientError(Exception):
    """An operator, or an option of it, that nothing can be trained behind."""


def clamped(
    tape: Tape, node: Node, g: Grad, factors: Sequence[float], bound: int, whole: bool
) -> Grad:
    """Behind a clamp: ``g`` where the result is inside of its limits, times factors.

    Args:
        tape: what is written.
        node: whose result may be clamped.
        g: its gradient.
        factors: one, or one a channel.
        bound: see ``Tape.gradient``.
        whole: the result is kept anyway; else one bit an element is.
    """
    low, high = node.attrs.get("activation", node.output.elements.limits)
    attrs = {"low": low, "high": high}
    kept = node.output if whole else tape.keep("clamp_bits", node, [node.output], attrs, "bits")
    peak = g.peak * max(abs(f) for f in factors)
    multiplier, shift = multipliers(factors)
    more = (
        tape.constant(f"{node.name}_factor", multiplier),
        tape.constant(f"{node.name}_factor_shift", shift),
        kept,
    )
    return tape.gradient("grad_scale", node, g, more, attrs, peak=peak, bound=bound)


def add(tape: Tape, node: Node, g: Grad, needed: Sequence[int], whole: bool) -> Found:
    """A + b on a common scale: both get g, each times its own factor."""
    attrs = node.attrs
    last = multiplier_factor(attrs["multiplier"], attrs["shift"])
    out: Found = []
    for at in needed:
        if node.operands[at].shape != node.output.shape:
            raise NoGradientError("operands of different shapes")
        which = "ab"[at]
        first = multiplier_factor(attrs[f"{which}_multiplier"], attrs[f"{which}_shift"])
        factor = math.ldexp(first * last, int(attrs["left_shift"]))
        sign = -1 if lookup(node.op).backward is Backward.DIFFERENCE and at == 1 else 1
        out.append((at, clamped(tape, node, g, [sign * factor], 1, whole)))
    return out


def mul(tape: Tape, node: Node, g: Grad, needed: Sequence[int], whole: bool) -> Found:
    """A * b: each gets g times the other; where it is broadcast, summed over pixels."""
    attrs, shape = node.attrs, node.output.shape
    factor = multiplier_factor(attrs["multiplier"], attrs["shift"])
    pixels = math.prod(shape[:-1])
    inner = clamped(tape, node, g, [factor], 256 * pixels, whole)
    out: Found = []
    for at in needed:
        own, other = node.operands[at], node.operands[1 - at]
        zero = {"zero_point": attrs["ab"[1 - at] + "_zero_point"], "factor": pack(1.0)}
        for tensor in (own, other):
            if tensor.size not in (node.output.size, shape[-1]):
                raise NoGradientError("operands broadcast otherwise than [1, 1, 1, C]")
        if own.size == node.output.size:
            peak = inner.peak * 64
            made = tape.gradient("grad_product", node, inner, (other,), zero, peak=peak)
        else:
            peak = inner.peak * 64 * math.sqrt(pixels)
            more = {**zero, "shape": own.shape}
            made = tape.gradient("grad_product_sum", node, inner, (other,), more, peak=peak)
        out.append((at, made))
    return out


def table(tape: Tape, node: Node, g: Grad, needed: Sequence[int], whole: bool) -> Found:
    """A function of one value: g times its slope."""
    del needed, whole
    slope = slopes(contents(node.operands[1]), node.operands[0], node.output)
    more = (tape.constant(f"{node.name}_slope", packed(slope)), node.operands[0])
    peak = g.peak * max(1e-9, float(abs(slope).max()))
    return [(0, tape.gradient("grad_table", node, g, more, {}, peak=peak))]


def mean(tape: Tape, node: Node, g: Grad, needed: Sequence[int], whole: bool) -> Found:
    """A mean or sum over all pixels: every pixel gets g."""
    del needed, whole
    x, attrs = node.operands[0], node.attrs
    axes = {int(a) % len(x.shape) for a in attrs["axes"]}
    if any(x.shape[a] > 1 for a in range(len(x.shape) - 1) if a not in axes) or (
        len(x.shape) - 1 in axes
    ):
        raise NoGradientError("a mean or sum over other dimensions than all pixels")
    factor = multiplier_factor(attrs["multiplier"], attrs["shift"])
    more = {"factor": pack(factor), "shape": x.shape}
    return [(0, tape.gradient("grad_spread", node, g, (), more, peak=g.peak * factor))]


def pool(tape: Tape, node: Node, g: Grad, needed: Sequence[int], whole: bool) -> Found:
    """Pooling: an element gets g of the windows it is in, or in which it is the first largest."""
    del needed
    x, attrs = node.operands[0], node.attrs
    high, wide = (int(n) for n in attrs["kernel"])
    if tuple(attrs["activation"]) != node.output.elements.limits:
        g = clamped(tape, node, g, [1.0], high * wide, whole)
    window = {k: attrs[k] for k in ("strides", "padding", "kernel")} | {"shape": x.shape}
    if lookup(node.op).backward is Backward.AVERAGED:
        if any(attrs["padding"]):
            raise NoGradientError("an average over windows that leave the tensor")
        peak = g.peak / (high * wide)
        more = {**window, "factor": pack(1 / (high * wide))}
        return [(0, tape.gradient("avg_pool_grad", node, g, (), more, peak=peak))]
    shape = {**window, "shape": node.output.shape}
    index = tape.keep("max_pool_index", node, [x], shape, "index")
    return [(0, tape.gradient("max_pool_grad", node, g, (index,), window, peak=g.peak))]


def reshape(tape: Tape, node: Node, g: Grad, needed: Sequence[int], whole: bool) -> Found:
    """The same bytes under the operand's shape."""
    del needed, whole
    return [(0, _moved(tape, node, g, "reshape", {"shape": list(node.operands[0].shape)}))]


def transpose(tape: Tape, node: Node, g: Grad, needed: Sequence[int], whole: bool) -> Found:
    """The inverse permutation."""
    del needed, whole
    axes = [int(a) for a in node.attrs["axes"]]
    back = [axes.index(i) for i in range(len(axes))]
    return [(0, _moved(tape, node, g, "transpose", {"axes": back}))]


def pad(tape: Tape, node: Node, g: Grad, needed: Sequence[int], whole: bool) -> Found:
    """What is inside of the border."""
    del needed, whole
    begin = [int(before) for before, _ in node.attrs["pads"]]
    return [(0, _slice(tape, node, g, begin, node.operands[0].shape))]


def strided_slice(tape: Tape, node: Node, g: Grad, needed: Sequence[int], whole: bool) -> Found:
    """Zeros round it."""
    del needed, whole
    x, attrs = node.operands[0], node.attrs
    if any(int(s) != 1 for s in attrs["strides"]):
        raise NoGradientError("a slice with steps")
    begin = [int(b) for b in attrs["begin"]]
    sizes = zip(begin, attrs["shape"], x.shape, strict=True)
    pads = [[b, size - b - int(n)] for b, n, size in sizes]
    return [(0, _moved(tape, node, g, "pad", {"pads": pads, "value": 0}))]


def concat(tape: Tape, node: Node, g: Grad, needed: Sequence[int], whole: bool) -> Found:
    """Its part of the result to each operand."""
    del whole
    axis = int(node.attrs["axis"]) % len(node.output.shape)
    out: Found = []
    for at in needed:
        begin = [0] * len(node.output.shape)
        begin[axis] = sum(t.shape[axis] for t in node.operands[:at])
        out.append((at, _slice(tape, node, g, begin, node.operands[at].shape)))
    return out


def _slice(tape: Tape, node: Node, g: Grad, begin: Sequence[int], shape: Sequence[int]) -> Grad:
    strides = [1] * len(shape)
    attrs = {"begin": list(begin), "strides": strides, "shape": list(shape)}
    return _moved(tape, node, g, "strided_slice", attrs)


def _moved(tape: Tape, node: Node, g: Grad, op: str, attrs: dict[str, Any]) -> Grad:
    """The elements of a gradient elsewhere: its exponent stays."""
    return replace(g, tensor=tape.add(op, node, [g.tensor], attrs, f"grad{g.slot}_moved"))


RULES: Mapping[Backward, Rule] = {
    Backward.SUM: add,
    Backward.DIFFERENCE: add,
    Backward.PRODUCT: mul,
    Backward.TABLE: table,
    Backward.SPREAD: mean,
    Backward.AVERAGED: pool,
    Backward.LARGEST: pool,
    Backward.RESHAPED: reshape,
    Backward.TRANSPOSED: transpose,
    Backward.PADDED: pad,
    Backward.SLICED: strided_slice,
    Backward.JOINED: concat,
}
"""How each kind of gradient is written; which kind it is, the operator says."""


def tensors_kept(node: Node) -> tuple[Tensor, ...]:
    """Operands that the backward rule of a node reads besides g (weights apart)."""
    reads = lookup(node.op).backward in (Backward.PRODUCT, Backward.TABLE)
    return node.activations if reads else ()

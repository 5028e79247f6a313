# SPDX-License-Identifier: Apache-2.0
"""Channels that are constant, or that nobody reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tvm_tiny import _tvm
from tvm_tiny._tvm import relax
from tvm_tiny.operators import lookup
from tvm_tiny.operators.channel_links import Indices, last_extent
from tvm_tiny.passes.channels.decision import ChannelDecision, decide
from tvm_tiny.passes.channels.program import read_program
from tvm_tiny.passes.tiny_pass import (
    CHANNEL_MAP,
    FunctionRewriter,
    RewritePass,
    TinyPass,
    is_straight_line,
)


@dataclass(frozen=True)
class FoldDeadChannels(TinyPass):
    """Remove channels that have one value for every input, and channels that nobody reads.

    before:  y = conv2d(x, w[32], b, ..)              w[5] is zero: y[.., 5] is always v
             z = depthwise_conv2d(y, k[32], ..)       z[.., 5] is always u
             r = conv2d(z, p[64, 1, 1, 32], c, ..)
    after:   y = conv2d(x, w[31], b, ..)
             z = depthwise_conv2d(y, k[31], ..)
             r = conv2d(z, p[64, 1, 1, 31], c + p[.., 5] * (u - z_zero_point), ..)

    A channel is constant if the bounds of its accumulator, over all inputs and all positions of
    the window, come out of requantisation and clamp as one number. It goes if every reader can do
    without: a convolution adds its share to the bias (where padding cuts its taps only if the
    constant is the zero point), depthwise, pooling, add, table .. lose the channel themselves.

    Needs:   the channel is not seen from outside (inputs and outputs of the model stay whole).
    Cost:    none; weights, MACs and RAM shrink. Extents that were multiples of ``multiple``
             stay multiples of it, because unaligned rows cost more than a few spare channels.
    """

    multiple: int = 4

    def transform_module(self, mod: Any) -> Any:
        """FunctionRewriter every straight-line function."""
        out = mod.clone()
        for name, func in mod.functions.items():
            if isinstance(func, relax.Function) and is_straight_line(func):
                decision = decide(read_program(func), self.multiple)
                if decision.kept:
                    shrink = _Shrink(decision)
                    out.update_func(name, FunctionRewriter(func).run(shrink, drop_all_unused=False))
        return out


@dataclass(frozen=True, eq=False)
class _Shrink(RewritePass):
    """Apply a decision."""

    decision: ChannelDecision
    calls_typed = False

    def rewrite(self, walk: FunctionRewriter, variable: Any, call: Any) -> Any | None:
        """The call with fewer channels; its activations are shrunk already."""
        del walk
        rows = self.decision.kept.get(variable)
        columns, bias = self.decision.inputs.get(variable, (None, None))
        if rows is None and columns is None:
            return None
        op, attrs = _tvm.integer_op_name(call) or "", _tvm.call_attrs(call)
        operator = lookup(op)
        args = list(call.args)
        for number, arg in enumerate(args):
            array = _tvm.constant_value(arg)
            if array is not None:
                given = bias if number == 2 and bias is not None else array
                shrunk = operator.with_channels(number, given, rows, columns)
                args[number] = arg if shrunk is array else _tvm.constant(shrunk)
        if rows is not None:
            known = self.decision.constants[variable]
            attrs[CHANNEL_MAP] = _channel_map(
                attrs.get(CHANNEL_MAP), _channels(variable), rows, known
            )
            attrs = operator.resized_attrs(attrs, len(rows))
        return _tvm.integer_call(op, args, attrs)


def _channels(variable: Any) -> int:
    """Channels of a variable before the rewrite."""
    kind = _tvm.tensor_type(variable)
    return last_extent(kind[0]) if kind is not None else 1


def _channel_map(
    before: Sequence[Sequence[int]] | None,
    channels: int,
    kept: Indices,
    constants: Sequence[tuple[int, int]],
) -> list[list[int]]:
    """The attribute; ``before`` is what an earlier run of the pass wrote."""
    if before is None:
        before = [[channels], list(range(channels)), [], []]
    (count,), names, gone, values = before
    gone = [*gone, *(names[channel] for channel, _ in constants)]
    values = [*values, *(value for _, value in constants)]
    return [[count], [names[i] for i in kept.tolist()], gone, values]

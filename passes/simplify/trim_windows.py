# SPDX-License-Identifier: Apache-2.0
"""Taps of convolutions that never meet the tensor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tvm_tiny import _tvm
from tvm_tiny.passes.tiny_pass import FunctionRewriter, RewritePass

_FIRST_AXIS = {"conv2d": 1, "depthwise_conv2d": 0}
"""Axis of a window's height in [O, KH, KW, I] and [KH, KW, C]."""


@dataclass(frozen=True)
class TrimWindows(RewritePass):
    """Cut the taps that lie in the padding whatever the output: they add nothing.

    before:  y = depthwise_conv2d(x[1, 3, 3, 16], w[7, 7, 16], .., padding=[3, 3, 3, 3])
    after:   y = depthwise_conv2d(x[1, 3, 3, 16], w[1:6, 1:6], .., padding=[2, 2, 2, 2])

    A tap in the padding is the zero point less the zero point, so biases stay as they are. Late
    layers of small images have many such taps, and so has every 3 by 3 of a time series, one
    column wide.

    Needs:   constant weights, a known shape.
    Cost:    none; work and weights shrink.
    """

    def rewrite(self, walk: FunctionRewriter, variable: Any, call: Any) -> Any | None:
        """Rewrite a convolution with taps that are never inside."""
        del walk
        name = _tvm.integer_op_name(call)
        if name not in _FIRST_AXIS:
            return None
        weight = _tvm.constant_value(call.args[1])
        x, y = _tvm.tensor_type(call.args[0]), _tvm.tensor_type(variable)
        attrs = _tvm.call_attrs(call)
        if weight is None or x is None or y is None or not any(attrs["padding"]):
            return None
        axis = _FIRST_AXIS[name]
        slices: list[Any] = [slice(None)] * weight.ndim
        for i in (0, 1):
            sizes = weight.shape[axis + i], x[0][1 + i], y[0][1 + i]
            steps = attrs["strides"][i], attrs["dilation"][i]
            kept, before, behind = trimmed(*sizes, *steps, attrs["padding"][i])
            if len(kept) < sizes[0]:
                slices[axis + i] = slice(kept.start, kept.stop)
                attrs["padding"][i], attrs["padding"][2 + i] = before, behind
        if slices == [slice(None)] * weight.ndim:
            return None
        cut = _tvm.constant(np.ascontiguousarray(weight[tuple(slices)]))
        return _tvm.integer_call(name, [call.args[0], cut, *call.args[2:]], attrs)


def trimmed(
    taps: int, size: int, outputs: int, stride: int, dilation: int, padding: int
) -> tuple[range, int, int]:
    """The taps that some output finds inside, and the padding before and behind that is left.

    Args:
        taps: of the window, along one axis.
        size: of the tensor.
        outputs: of the convolution.
        stride: between outputs.
        dilation: between taps.
        padding: before the tensor.

    Returns:
        As many as there were, with a padding of (``padding``, 0), where none can go.
    """
    everything = range(taps)
    last = (outputs - 1) * stride - padding  # where the last window begins
    begin = next((k for k in everything if last + k * dilation >= 0), 0)
    begin = min(begin, padding // dilation)
    end = next((k for k in reversed(everything) if k * dilation - padding < size), 0) + 1
    for stop in range(max(end, begin + 1), taps + 1):
        before = padding - begin * dilation
        reach = (stop - begin - 1) * dilation + 1
        behind = max(0, (outputs - 1) * stride + reach - size - before)
        if (size + before + behind - reach) // stride + 1 == outputs:
            return range(begin, stop), before, behind
    return everything, padding, 0

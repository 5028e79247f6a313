# SPDX-License-Identifier: Apache-2.0
"""Padding that a convolution can do itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tvm_tiny import _tvm
from tvm_tiny.passes.tiny_pass import FunctionRewriter, RewritePass

_CONVOLUTIONS = ("conv2d", "depthwise_conv2d")


@dataclass(frozen=True)
class FusePad(RewritePass):
    """Move a zero padding of height and width into the convolution that reads it.

    before:  p = pad(x, pads=[[0, 0], [1, 0], [1, 0], [0, 0]], value=z)
             y = conv2d(p, w, .., padding=[0, 0, 1, 1], input_zero_point=z)
    after:   y = conv2d(x, w, .., padding=[1, 1, 1, 1], input_zero_point=z)

    Needs:   the value is the convolution's input zero point (so that the border adds nothing,
             as the convolution's own padding does), batch and channels are not padded, nobody
             else reads the padded tensor.
    Cost:    none; saves the padded copy of the image in RAM and the time to make it.
    """

    def rewrite(self, walk: FunctionRewriter, variable: Any, call: Any) -> Any | None:
        """Rewrite a convolution of a fitting pad."""
        del variable
        name = _tvm.integer_op_name(call)
        if name not in _CONVOLUTIONS:
            return None
        padded = call.args[0]
        pad = walk.producer(padded, "pad")
        if pad is None or walk.uses(padded) != 1:
            return None
        border, attrs = _tvm.call_attrs(pad), _tvm.call_attrs(call)
        if border["value"] != attrs["input_zero_point"] or not _is_spatial(border["pads"]):
            return None
        (top, bottom), (left, right) = border["pads"][1:3]
        extra = (top, left, bottom, right)
        attrs["padding"] = [a + b for a, b in zip(attrs["padding"], extra, strict=True)]
        return _tvm.integer_call(name, [pad.args[0], *call.args[1:]], attrs)


def _is_spatial(pads: list[list[int]]) -> bool:
    """Whether a rank-4 padding is of height and width only, and takes nothing away."""
    outer = pads[0] == [0, 0] and pads[3:] == [[0, 0]]
    return len(pads) == 4 and outer and all(amount >= 0 for pair in pads for amount in pair)

# SPDX-License-Identifier: Apache-2.0
"""Input zero points that biases can take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tvm_tiny import _tvm
from tvm_tiny.passes.tiny_pass import FunctionRewriter, RewritePass

_INT32 = np.iinfo(np.int32)


@dataclass(frozen=True)
class FoldZeroPoints(RewritePass):
    """Put the input's zero point of products into their biases: a subtraction less a product.

    before:  y = fully_connected(x, w, bias, .., input_zero_point=z)
    after:   y = fully_connected(x, w, bias - z * sum(w), .., input_zero_point=0)

    Needs:   constant weights and bias, no padding (its taps are z, not 0; micro-kernels that fill
             them fold the zero point themselves), a bias that stays within int32.
    Cost:    none; kernels without tensor intrinsics read activations as they are.
    """

    def rewrite(self, walk: FunctionRewriter, variable: Any, call: Any) -> Any | None:
        """Rewrite a convolution without padding or a fully connected layer."""
        del walk, variable
        name = _tvm.integer_op_name(call)
        if name not in ("conv2d", "depthwise_conv2d", "fully_connected"):
            return None
        attrs = _tvm.call_attrs(call)
        zero_point = attrs["input_zero_point"]
        weight, bias = (_tvm.constant_value(arg) for arg in call.args[1:3])
        if zero_point == 0 or any(attrs.get("padding", ())) or weight is None or bias is None:
            return None
        # Depthwise weights are [KH, KW, C], all others begin with the output channel.
        axes = (0, 1) if name == "depthwise_conv2d" else tuple(range(1, weight.ndim))
        centred = weight.astype(np.int64) - attrs.get("weight_zero_point", 0)
        folded = bias.astype(np.int64) - zero_point * centred.sum(axis=axes)
        if folded.min() < _INT32.min or folded.max() > _INT32.max:
            return None
        attrs["input_zero_point"] = 0
        args = [*call.args[:2], _tvm.constant(folded.astype(np.int32)), *call.args[3:]]
        return _tvm.integer_call(name, args, attrs)

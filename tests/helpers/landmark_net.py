# SPDX-License-Identifier: Apache-2.0
"""A net like those that find landmarks of a face: 168 operators, PReLU written out.

Converters without PRELU write ``max(x, slope * x)`` as three operators: MUL by the slopes, QUANTIZE
of the other branch to the same scale, MAXIMUM of both. Each is a branch that a planner may cut.
"""

from __future__ import annotations

import numpy as np

from tvm_tiny.testing.net import Net
from tvm_tiny.testing.tflite_writer import TensorRef

OPERATORS = 168
_STAGES = ((16, 5), (32, 5), (64, 5), (96, 5), (96, 5))
"""Channels, and blocks at that resolution; each stage but the first halves height and width."""


def written_out_prelu(net: Net, x: TensorRef, name: str) -> TensorRef:
    """MUL, QUANTIZE, MAXIMUM."""
    slopes = np.random.default_rng(len(name)).integers(5, 60, (1, 1, 1, x.shape[3]))
    constant = net.writer.constant(f"{name}/slopes", slopes.astype(np.int8), scale=1 / 256)
    scale, zero = x.scale[0] * 0.9, -20
    steep = net.writer.op("MUL", [x, constant], x.shape, scale, zero, name=f"{name}/mul")
    same = net.writer.op("QUANTIZE", [x], x.shape, scale, zero, name=f"{name}/quantize")
    return net.writer.op("MAXIMUM", [same, steep], x.shape, scale, zero, name=f"{name}/maximum")


def landmark_net(side: int = 64, seed: int = 3) -> bytes:
    """The model: ``side`` x ``side`` x 3 int8 to 14 numbers."""
    net = Net("landmarks", seed)
    x = net.conv(net.input((1, side, side, 3)), _STAGES[0][0], stride=2, name="stem")
    x = written_out_prelu(net, x, "stem_prelu")
    for stage, (channels, blocks) in enumerate(_STAGES):
        if stage:
            x = net.conv(x, channels, kernel=1, stride=2, name=f"down{stage}")
        for block in range(blocks):
            name = f"block{stage}_{block}"
            y = net.depthwise(x, name=f"{name}/depthwise")
            y = net.conv(y, channels, kernel=1, name=f"{name}/pointwise")
            x = written_out_prelu(net, net.add(y, x, name=f"{name}/add"), f"{name}/prelu")
    for last in range(8):
        x = net.conv(x, 96, kernel=1, name=f"head{last}")
    x = net.global_mean(x, keep_dims=False, name="mean")
    return net.finish(net.dense(x, 14, name="landmarks"))

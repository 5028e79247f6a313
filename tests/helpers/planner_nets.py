# SPDX-License-Identifier: Apache-2.0
"""Random networks of the kind that planners are for: stems, inverted bottlenecks, skips, heads."""

from __future__ import annotations

from hypothesis import strategies as st
from planner_graphs import Build, constant

from tvm_tiny.graph import Graph, Tensor

MAX_WIDE = 24
"""Channels of an expansion."""


def convolution(build: Build, x: Tensor, channels: int, kernel: int = 1, stride: int = 1) -> Tensor:
    """A convolution with padding on both sides, so that every window holds something."""
    pad = kernel // 2
    shape = [1, *((e + 2 * pad - kernel) // stride + 1 for e in x.shape[1:3]), channels]
    weight = constant(channels, kernel, kernel, x.shape[3])
    attrs = {"strides": [stride] * 2, "padding": [pad] * 4, "dilation": [1, 1], "groups": 1}
    return build.add("conv2d", [x, weight, *[constant(channels)] * 3], shape, **attrs)


def depthwise(build: Build, x: Tensor, kernel: int, stride: int) -> Tensor:
    """A window of every channel alone."""
    pad = kernel // 2
    shape = [1, *((e + 2 * pad - kernel) // stride + 1 for e in x.shape[1:3]), x.shape[3]]
    weight = constant(kernel, kernel, x.shape[3])
    attrs = {"strides": [stride] * 2, "padding": [pad] * 4, "dilation": [1, 1]}
    operands = [x, weight, *[constant(x.shape[3])] * 3]
    return build.add("depthwise_conv2d", operands, shape, **attrs)


def bottleneck(build: Build, x: Tensor, how: tuple[int, int, int, int]) -> Tensor:
    """Expansion, window and projection (wide, kernel, stride, channels), a skip where it fits."""
    wide, kernel, stride, channels = how
    y = depthwise(build, convolution(build, x, wide), kernel, stride)
    y = convolution(build, y, channels)
    return build.add("add", [x, y], x.shape) if y.shape == x.shape else y


@st.composite
def nets(draw: st.DrawFn, blocks: int = 4) -> Graph:
    """An image of 8 to 24 pixels a side, a stem, up to so many bottlenecks."""
    build = Build()
    side = draw(st.integers(8, 24))
    x = build.input(1, side, side, draw(st.sampled_from([1, 3])))
    x = convolution(build, x, draw(st.sampled_from([4, 8])), 3, draw(st.integers(1, 2)))
    for _ in range(draw(st.integers(1, blocks))):
        wide = draw(st.integers(1, MAX_WIDE // 4)) * 4
        kernel = draw(st.sampled_from([3, 3, 5]))
        stride = draw(st.integers(1, 2)) if min(x.shape[1:3]) > 4 else 1
        channels = draw(st.sampled_from([x.shape[3], 4, 8, 12]))
        x = bottleneck(build, x, (wide, kernel, stride, channels))
    return build.graph(x)


def chain(blocks: int) -> Graph:
    """The same block again and again: a chain of 4 layers each, to see what length costs."""
    build = Build()
    x = build.input(1, 16, 16, 8)
    for _ in range(blocks):
        x = bottleneck(build, x, (16, 3, 1, 8))
    return build.graph(x)

# SPDX-License-Identifier: Apache-2.0
"""Small models to train, and samples for them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny.testing.net import Net

Array = npt.NDArray[Any]


def small_net(classes: int = 5, softmax: bool = True) -> bytes:
    """Two convolutions, a mean, a dense layer: 8 x 8 x 4 in."""
    net = Net("small", 0)
    x = net.input((1, 8, 8, 4))
    y = net.conv(x, 8, activation="RELU")
    y = net.conv(y, 8, stride=2, activation="RELU6")
    y = net.dense(net.global_mean(y, keep_dims=False), classes)
    return net.finish(net.unary("SOFTMAX", y) if softmax else y)


def rich_net(*, deeper: bool = False) -> bytes:
    """All that has a gradient: squeeze and excite, skips, both pools, tables, depthwise.

    ``deeper``: a depthwise layer right behind a convolution besides, which makes it every operator.
    """
    net = Net("rich", 3)
    x = net.input((1, 12, 12, 3))
    y = net.conv(x, 8, stride=2)
    if deeper:
        y = net.depthwise(y, activation="RELU6")
    y = net.unary("HARD_SWISH", y)
    z = net.depthwise(y, kernel=5, activation="RELU")
    gate = net.global_mean(z, keep_dims=True)
    gate = net.unary("LOGISTIC", net.conv(gate, 8, kernel=1))
    z = net.scale_channels(z, gate)
    y = net.add(y, net.conv(z, 8, kernel=1))
    y = net.max_pool(y, 2)
    y = net.conv(y, 12, activation="RELU6")
    y = net.average_pool(y, 3)
    size = int(np.prod(y.shape))
    return net.finish(net.dense(net.reshape(y, (1, size)), 4))


def wide_net() -> bytes:
    """Large tensors in front of small ones: 16 x 16 x 4 in."""
    net = Net("wide", 5)
    y = net.conv(net.input((1, 16, 16, 4)), 8, activation="RELU")
    y = net.depthwise(y, activation="RELU6")
    y = net.conv(y, 4, stride=2, activation="RELU")
    return net.finish(net.dense(net.global_mean(y, keep_dims=False), 4))


def random_net(seed: int) -> tuple[bytes, tuple[int, ...], list[int]]:
    """Random layers that have gradients: the model, its input's shape, its layers with weights."""
    rng = np.random.default_rng(seed)
    net = Net("random", seed)
    size = int(rng.integers(6, 12))
    shape = (1, size, int(rng.integers(6, 12)), int(rng.choice([2, 3, 4])))
    y, numbers, count = net.input(shape), list[int](), 0
    for _ in range(int(rng.integers(2, 5))):
        kind = str(rng.choice(["conv", "depthwise", "table", "skip", "pool", "gate"]))
        acted = str(rng.choice(["NONE", "RELU", "RELU6"]))
        channels, kernel = y.shape[3], int(rng.choice([1, 3]))
        if kind == "conv" or (kind == "pool" and min(y.shape[1:3]) < 4):
            strides = int(rng.choice([1, 2]))
            y = net.conv(y, int(rng.integers(1, 4)) * 4, kernel=kernel, stride=strides,
                         activation=acted)  # fmt: skip
            numbers, count = [*numbers, count], count + 1
        elif kind == "depthwise":
            y = net.depthwise(y, kernel=int(rng.choice([3, 5])), activation=acted)
            numbers, count = [*numbers, count], count + 1
        elif kind == "skip":
            y, count = net.add(y, net.conv(y, channels, kernel=kernel)), count + 2
            numbers = [*numbers, count - 2]
        elif kind == "table":
            y, count = net.unary(str(rng.choice(["HARD_SWISH", "LOGISTIC"])), y), count + 1
        elif kind == "pool":
            pool = net.max_pool if rng.random() < 0.5 else net.average_pool
            y, count = pool(y, 2), count + 1
        else:
            gate = net.conv(net.global_mean(y, keep_dims=True), channels, kernel=1)
            y = net.scale_channels(y, net.unary("LOGISTIC", gate))
            numbers, count = [*numbers, count + 1], count + 4
    y = net.dense(net.global_mean(y, keep_dims=False), 3)
    return net.finish(y), shape, [*numbers, count + 1]


def samples(shape: tuple[int, ...], count: int, classes: int, seed: int = 0) -> tuple[Array, Array]:
    """Images that tell their class by where they are bright, and the classes."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, classes, count)
    patterns = np.random.default_rng(99).normal(0, 50, (classes, *shape))
    x = patterns[y] + rng.normal(0, 25, (count, *shape))
    return np.clip(x, -128, 127).astype(np.int8), y

# SPDX-License-Identifier: Apache-2.0
"""Small int8 TFLite models with seeded random weights: same arguments, same bytes."""

from __future__ import annotations

from tvm_tiny.testing.net import Net
from tvm_tiny.testing.tflite_writer import TensorRef

# Sandler et al. 2018, "MobileNetV2: Inverted Residuals and Linear Bottlenecks", table 2:
# expansion, channels, repeats, stride of the first.
MOBILENET_V2_BLOCKS = (
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)


def tiny_convnet(seed: int = 0) -> bytes:
    """A small image classifier: 32x32x3 to 10 classes.

    Convolution, depthwise, pointwise, a residual add, average pool, fully connected, softmax.
    """
    net = Net("tiny_convnet", seed)
    x = net.input((1, 32, 32, 3))
    x = net.conv(x, 16, stride=2, activation="RELU6", name="stem")
    skip = x
    x = net.depthwise(x, activation="RELU6", name="block/depthwise")
    x = net.conv(x, 16, kernel=1, name="block/pointwise")
    x = net.add(x, skip, activation="RELU", name="block/add")
    x = net.depthwise(x, stride=2, activation="RELU6", name="down/depthwise")
    x = net.conv(x, 32, kernel=1, activation="RELU6", name="down/pointwise")
    x = net.average_pool(x, 8, name="pool")
    x = net.dense(x, 10, name="logits")
    return net.finish(net.unary("SOFTMAX", x, name="probabilities"))


def mobilenet_v2(width: float = 0.35, size: int = 96, classes: int = 1000, seed: int = 0) -> bytes:
    """MobileNetV2 for ``size`` x ``size`` x 3 images, channels rounded to 8 as published."""
    net = Net(f"mobilenet_v2_{width}_{size}", seed)
    x = net.input((1, size, size, 3))
    x = net.conv(x, rounded_channels(32, width), stride=2, activation="RELU6", name="stem")
    index = 0
    for expansion, channels, repeats, first_stride in MOBILENET_V2_BLOCKS:
        for repeat in range(repeats):
            stride = first_stride if repeat == 0 else 1
            x = _inverted_residual(
                net, x, expansion, rounded_channels(channels, width), stride, f"block{index}"
            )
            index += 1
    x = net.conv(
        x, rounded_channels(1280, max(width, 1.0)), kernel=1, activation="RELU6", name="head"
    )
    x = net.global_mean(x, keep_dims=False, name="pool")
    x = net.dense(x, classes, name="logits")
    return net.finish(net.unary("SOFTMAX", x, name="probabilities"))


def autoencoder(features: int = 64, seed: int = 0) -> bytes:
    """Fully connected layers that narrow to 8 and widen again (anomaly detection)."""
    net = Net("autoencoder", seed)
    x = net.input((1, features), name="features")
    for index, units in enumerate((32, 32, 8, 32, 32)):
        x = net.dense(x, units, activation="RELU", name=f"dense{index}")
    return net.finish(net.dense(x, features, name="reconstruction"))


def squeeze_excite(size: int = 16, channels: int = 24, seed: int = 0) -> bytes:
    """A MobileNetV3 block: hard swish, and a gate computed from the channel means.

    Ref: Howard et al. 2019, "Searching for MobileNetV3", figure 4. The gate broadcasts.
    """
    net = Net("squeeze_excite", seed)
    x = net.input((1, size, size, 3))
    x = net.conv(x, channels, name="stem")
    x = net.unary("HARD_SWISH", x, name="stem/swish")
    gate = net.global_mean(x, keep_dims=True, name="squeeze")
    gate = net.conv(gate, channels // 4, kernel=1, activation="RELU", name="reduce")
    gate = net.conv(gate, channels, kernel=1, name="expand")
    gate = net.unary("LOGISTIC", gate, name="gate")
    x = net.scale_channels(x, gate, name="excite")
    return net.finish(net.conv(x, 8, kernel=1, name="project"))


def time_series(steps: int = 64, channels: int = 3, seed: int = 0) -> bytes:
    """A classifier of (1, steps, channels) signals.

    As Keras writes it: 1-D layers are 2-D ones of height (pooling: width) 1 between RESHAPEs.
    Convolution, depthwise, a residual add, pooling, a strided convolution, mean, softmax.
    """
    net = Net("time_series", seed)
    x = net.input((1, steps, channels), name="signal")
    x = _one_row(net, x)
    x = net.conv(x, 8, kernel=(1, 5), activation="RELU6", name="stem")
    skip = _sequence(net, x)
    x = net.depthwise(x, kernel=(1, 3), activation="RELU6", name="block/depthwise")
    x = _sequence(net, net.conv(x, 8, kernel=1, name="block/pointwise"))
    x = net.add(x, skip, activation="RELU", name="block/add")
    x = net.reshape(x, (1, steps, 1, 8), name="pool/expand")
    x = net.max_pool(x, (2, 1), name="pool")
    x = net.reshape(x, (1, 1, steps // 2, 8), name="down/expand")
    x = net.conv(x, 12, kernel=(1, 3), stride=(1, 2), activation="RELU", name="down")
    x = net.global_mean(_sequence(net, x), keep_dims=False, name="mean")
    x = net.dense(x, 6, name="logits")
    return net.finish(net.unary("SOFTMAX", x, name="probabilities"))


def _one_row(net: Net, x: TensorRef) -> TensorRef:
    _, steps, channels = x.shape
    return net.reshape(x, (1, 1, steps, channels))


def _sequence(net: Net, x: TensorRef) -> TensorRef:
    return net.reshape(x, (1, *x.shape[2:]))


def _inverted_residual(
    net: Net, x: TensorRef, expansion: int, channels: int, stride: int, name: str
) -> TensorRef:
    skip = x
    if expansion > 1:
        hidden = x.shape[3] * expansion
        x = net.conv(x, hidden, kernel=1, activation="RELU6", name=f"{name}/expand")
    x = net.depthwise(x, stride=stride, activation="RELU6", name=f"{name}/depthwise")
    x = net.conv(x, channels, kernel=1, name=f"{name}/project")
    if stride == 1 and skip.shape == x.shape:
        x = net.add(x, skip, name=f"{name}/add")
    return x


def rounded_channels(base: int, width: float) -> int:
    """Channels rounded to a multiple of 8, never more than 10 % down (``_make_divisible``)."""
    rounded = max(8, int(base * width + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * base * width else rounded

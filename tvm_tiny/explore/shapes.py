# SPDX-License-Identifier: Apache-2.0
"""A net by its shapes alone: what an architecture search has before it trains anything.

net = Shapes((96, 96, 3))
x = net.conv(net.image, 16, 3, stride=2)
x = net.add(x, net.conv(net.depthwise(x, 3), 16, 1))
net.dense(net.mean(x), 10)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.testing.net import Net, window_extent

Shape = tuple[int, ...]
_ACTIVATIONS: Final = {"none": "NONE", "relu": "RELU", "relu6": "RELU6"}
_MOST_ELEMENTS: Final = 1 << 24


@dataclass(frozen=True)
class NetTensor:
    """A tensor of the net: which layer makes it (-1: the input), and its shape with batch 1."""

    layer: int
    shape: Shape


@dataclass(frozen=True)
class NetLayer:
    """One layer.

    Attributes:
        kind: name of a method of ``Shapes``.
        inputs: what it reads.
        shape: of its result.
        options: its parameters.
    """

    kind: str
    inputs: tuple[NetTensor, ...]
    shape: Shape
    options: tuple[Any, ...] = ()

    @property
    def signature(self) -> tuple[Any, ...]:
        """Equal for layers that cost the same."""
        return self.kind, tuple(v.shape for v in self.inputs), self.shape, self.options

    def model(self) -> bytes:
        """An int8 TFLite model of this layer alone, weights random: what costs are known from."""
        net = Net("layer", 0)
        refs = [net.input(v.shape, name=f"input{i}") for i, v in enumerate(self.inputs)]
        return net.finish(self.made(net, refs))

    def made(self, net: Net, inputs: list[Any]) -> Any:
        """The layer written into a model under construction; its result."""
        return _MAKERS[self.kind](net, inputs, self.options)


class Shapes:
    """A net under construction; int8, NHWC, batch 1.

    Args:
        image: shape of the input without the batch: height, width, channels, or features.
    """

    def __init__(self, image: Shape) -> None:
        self.image = NetTensor(-1, (1, *map(int, image)))
        self.layers: list[NetLayer] = []
        _check(self.image.shape)

    def conv(
        self,
        x: NetTensor,
        channels: int,
        kernel: int = 3,
        *,
        stride: int = 1,
        activation: str = "relu",
    ) -> NetTensor:
        """CONV_2D, padding SAME, batch normalisation folded."""
        h, w = (_window(d, kernel, stride) for d in _image(x)[1:3])
        options = (int(channels), int(kernel), int(stride), _activation(activation))
        return self._add("conv", (x,), (1, h, w, int(channels)), options)

    def depthwise(
        self, x: NetTensor, kernel: int = 3, *, stride: int = 1, activation: str = "relu"
    ) -> NetTensor:
        """DEPTHWISE_CONV_2D, padding SAME."""
        h, w = (_window(d, kernel, stride) for d in _image(x)[1:3])
        options = (int(kernel), int(stride), _activation(activation))
        return self._add("depthwise", (x,), (1, h, w, x.shape[3]), options)

    def add(self, a: NetTensor, b: NetTensor, *, activation: str = "none") -> NetTensor:
        """ADD of two tensors of one shape."""
        if a.shape != b.shape:
            raise _wrong(f"add of {a.shape} and {b.shape}")
        return self._add("add", (a, b), a.shape, (_activation(activation),))

    def average_pool(self, x: NetTensor, window: int) -> NetTensor:
        """AVERAGE_POOL_2D, stride as the window, no padding."""
        return self._pool("average_pool", x, window)

    def max_pool(self, x: NetTensor, window: int) -> NetTensor:
        """MAX_POOL_2D, stride as the window, no padding."""
        return self._pool("max_pool", x, window)

    def mean(self, x: NetTensor) -> NetTensor:
        """Global average: (1, channels)."""
        return self._add("mean", (x,), (1, _image(x)[3]))

    def dense(self, x: NetTensor, units: int, *, activation: str = "none") -> NetTensor:
        """FULLY_CONNECTED of all of the tensor."""
        return self._add("dense", (x,), (1, int(units)), (int(units), _activation(activation)))

    def softmax(self, x: NetTensor) -> NetTensor:
        """SOFTMAX over the last dimension."""
        return self._add("softmax", (x,), x.shape)

    def _pool(self, kind: str, x: NetTensor, window: int) -> NetTensor:
        _, h, w, c = _image(x)
        if not 1 <= window <= min(h, w):
            raise _wrong(f"a pool of {window} over {x.shape}")
        return self._add(kind, (x,), (1, h // window, w // window, c), (int(window),))

    def _add(
        self, kind: str, inputs: tuple[NetTensor, ...], shape: Shape, options: Any = ()
    ) -> NetTensor:
        _check(shape)
        self.layers.append(NetLayer(kind, inputs, shape, tuple(options)))
        return NetTensor(len(self.layers) - 1, shape)


_Maker = Callable[[Net, list[Any], tuple[Any, ...]], Any]
_MAKERS: Final[dict[str, _Maker]] = {
    "conv": lambda net, x, o: net.conv(x[0], o[0], kernel=o[1], stride=o[2], activation=o[3]),
    "depthwise": lambda net, x, o: net.depthwise(x[0], kernel=o[0], stride=o[1], activation=o[2]),
    "add": lambda net, x, o: net.add(x[0], x[1], activation=o[0]),
    "average_pool": lambda net, x, o: net.average_pool(x[0], o[0]),
    "max_pool": lambda net, x, o: net.max_pool(x[0], o[0]),
    "mean": lambda net, x, _: net.global_mean(x[0], keep_dims=False),
    "dense": lambda net, x, o: net.dense(x[0], o[0], activation=o[1]),
    "softmax": lambda net, x, _: net.unary("SOFTMAX", x[0]),
}


def _window(size: int, kernel: int, stride: int) -> int:
    if kernel < 1 or stride < 1:
        raise _wrong(f"a window of {kernel} with stride {stride}")
    return window_extent(size, kernel, stride, 1, "SAME")


def _image(x: NetTensor) -> Shape:
    if len(x.shape) != 4:
        raise _wrong(f"{x.shape} is no image")
    return x.shape


def _activation(name: str) -> str:
    if name not in _ACTIVATIONS:
        raise _wrong(f"activation '{name}'", f"one of {', '.join(_ACTIVATIONS)}")
    return _ACTIVATIONS[name]


def _check(shape: Shape) -> None:
    size = 1
    for extent in shape:
        size *= extent
    if len(shape) not in (2, 4) or min(shape) < 1 or size > _MOST_ELEMENTS:
        raise _wrong(f"a tensor of shape {shape}", "height, width, channels; or features")


def _wrong(what: str, do: str = "") -> UsageError:
    return UsageError("the layers do not fit each other", (Problem(what, do=do),), "TT6081")

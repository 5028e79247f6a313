# SPDX-License-Identifier: Apache-2.0
"""ONNX operators as PyTorch functions: one table, differentiable, any number of samples at once."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tvm_tiny.frontends.onnx.graph import Array, OnnxNode
from tvm_tiny.training import windows
from tvm_tiny.training._torch import F, Tensor, torch


@dataclass(frozen=True)
class NodeView:
    """One node as its function sees it.

    Attributes:
        node: name, operands, attributes.
        integers: constants by name, for operands that are shapes, axes and limits.
        opset: version of the operator set.
        training: whether the module is.
    """

    node: OnnxNode
    constants: Mapping[str, Array]
    opset: int
    training: bool

    def attr(self, name: str, default: Any = None) -> Any:
        """An attribute."""
        return self.node.attrs.get(name, default)

    def numbers(self, position: int, name: str = "") -> list[Any] | None:
        """A constant operand, or the attribute that older operator sets had in its place."""
        operand = self.node.input(position)
        if operand:
            return self.constants[operand].reshape(-1).tolist()
        value = self.node.attrs.get(name)
        return value if value is None or isinstance(value, list) else [value]


Function = Callable[[NodeView, Sequence[Tensor]], Tensor]


def _gemm(step: NodeView, xs: Sequence[Tensor]) -> Tensor:
    weights = xs[1].T if step.attr("transB", 0) else xs[1]
    product = xs[0] @ weights * step.attr("alpha", 1.0)
    return product if len(xs) < 3 else product + xs[2] * step.attr("beta", 1.0)


def _batch_norm(step: NodeView, xs: Sequence[Tensor]) -> Tensor:
    x, gamma, beta, mean, variance = xs
    epsilon = step.attr("epsilon", 1e-5)
    return F.batch_norm(x, mean, variance, gamma, beta, step.training, 0.1, epsilon)


def _clip(step: NodeView, xs: Sequence[Tensor]) -> Tensor:
    low, high = step.numbers(1, "min"), step.numbers(2, "max")
    return torch.clamp(xs[0], low[0] if low else -math.inf, high[0] if high else math.inf)


def _reduce(step: NodeView, xs: Sequence[Tensor], function: Callable[..., Tensor]) -> Tensor:
    axes = step.numbers(1, "axes") or list(range(xs[0].ndim))
    return function(xs[0], dim=tuple(axes), keepdim=bool(step.attr("keepdims", 1)))


def _pad(step: NodeView, xs: Sequence[Tensor]) -> Tensor:
    pads = step.numbers(1, "pads") or []
    axes, rank = step.numbers(3), xs[0].ndim
    low, high = [0] * rank, [0] * rank
    places = [a % rank for a in axes] if axes else list(range(rank))
    for place, axis in enumerate(places):
        low[axis], high[axis] = pads[place], pads[place + len(places)]
    value = step.numbers(2, "value") or [0.0]
    return windows.padded(xs[0], low, high, value[0])


def _reshape(step: NodeView, xs: Sequence[Tensor]) -> Tensor:
    """The first dimension, 1 in the model, is that of samples."""
    x = xs[0]
    shape = step.numbers(1) or []
    shape = [x.shape[at] if extent == 0 else extent for at, extent in enumerate(shape)]
    if shape[:1] == [1]:
        shape[0] = x.shape[0]
    return x.reshape(shape)


def _flatten(step: NodeView, xs: Sequence[Tensor]) -> Tensor:
    axis = step.attr("axis", 1) % max(xs[0].ndim, 1)
    rows = math.prod(xs[0].shape[:axis])
    return xs[0].reshape(rows, -1)


def _squeeze(step: NodeView, xs: Sequence[Tensor]) -> Tensor:
    axes = step.numbers(1, "axes")
    if axes is None:
        axes = [at for at, extent in enumerate(xs[0].shape) if at and extent == 1]
    return xs[0].squeeze(tuple(axes))


def _unsqueeze(step: NodeView, xs: Sequence[Tensor]) -> Tensor:
    axes = step.numbers(1, "axes") or []
    rank = xs[0].ndim + len(axes)
    x = xs[0]
    for axis in sorted(a % rank for a in axes):
        x = x.unsqueeze(axis)
    return x


def _split(step: NodeView, xs: Sequence[Tensor]) -> Tensor:
    axis, parts = step.attr("axis", 0), step.numbers(1, "split")
    extent = xs[0].shape[axis]
    sizes = parts or math.ceil(extent / len(step.node.outputs))
    return torch.split(xs[0], sizes, axis)


def _slice(step: NodeView, xs: Sequence[Tensor]) -> Tensor:
    starts, ends = step.numbers(1, "starts") or [], step.numbers(2, "ends") or []
    axes = step.numbers(3, "axes") or list(range(len(starts)))
    x = xs[0]
    for at, axis in enumerate(axes):
        strides = step.numbers(4) or [1] * len(axes)
        places = range(x.shape[axis])[slice(starts[at], ends[at], strides[at])]
        x = x.index_select(axis, torch.tensor(list(places), dtype=torch.int64))
    return x


def _softmax(step: NodeView, xs: Sequence[Tensor]) -> Tensor:
    """Before operator set 13 over everything from ``axis`` on."""
    axis = step.attr("axis", -1 if step.opset >= 13 else 1)
    if step.opset >= 13:
        return xs[0].softmax(axis)
    return xs[0].flatten(axis).softmax(-1).reshape(xs[0].shape)


def _hard_sigmoid(step: NodeView, xs: Sequence[Tensor]) -> Tensor:
    return torch.clamp(xs[0] * step.attr("alpha", 0.2) + step.attr("beta", 0.5), 0.0, 1.0)


def _unary(function: Callable[[Tensor], Tensor]) -> Function:
    return lambda step, xs: function(xs[0])


def _binary(function: Callable[[Tensor, Tensor], Tensor]) -> Function:
    return lambda step, xs: function(xs[0], xs[1]) if len(xs) > 1 else xs[0]


FUNCTIONS: Final[Mapping[str, Function]] = {
    "Conv": lambda step, xs: windows.conv(step.node.attrs, *xs),
    "ConvTranspose": lambda step, xs: windows.conv_transpose(step.node.attrs, *xs),
    "Gemm": _gemm,
    "MatMul": _binary(torch.matmul),
    "BatchNormalization": _batch_norm,
    "Add": _binary(torch.add),
    "Sub": _binary(torch.sub),
    "Mul": _binary(torch.mul),
    "Max": _binary(torch.maximum),
    "Min": _binary(torch.minimum),
    "Relu": _unary(torch.relu),
    "Clip": _clip,
    "LeakyRelu": lambda step, xs: F.leaky_relu(xs[0], step.attr("alpha", 0.01)),
    "PRelu": lambda step, xs: torch.where(xs[0] < 0, xs[0] * xs[1], xs[0]),
    "Sigmoid": _unary(torch.sigmoid),
    "Tanh": _unary(torch.tanh),
    "HardSigmoid": _hard_sigmoid,
    "HardSwish": _unary(F.hardswish),
    "Softmax": _softmax,
    "AveragePool": lambda step, xs: windows.average_pool(step.node.attrs, xs[0]),
    "MaxPool": lambda step, xs: windows.max_pool(step.node.attrs, xs[0]),
    "GlobalAveragePool": lambda step, xs: xs[0].mean(tuple(range(2, xs[0].ndim)), keepdim=True),
    "ReduceMean": lambda step, xs: _reduce(step, xs, torch.mean),
    "ReduceSum": lambda step, xs: _reduce(step, xs, torch.sum),
    "Reshape": _reshape,
    "Flatten": _flatten,
    "Squeeze": _squeeze,
    "Unsqueeze": _unsqueeze,
    "Transpose": lambda step, xs: xs[0].permute(
        step.attr("perm", list(range(xs[0].ndim))[::-1])
    ),
    "Pad": _pad,
    "Concat": lambda step, xs: torch.cat(list(xs), step.attr("axis")),
    "Split": _split,
    "Slice": _slice,
}  # fmt: skip
"""Operator -> function of a step and its float operands. Not here: Resize."""

TRAINABLE: Final[Mapping[str, tuple[int, ...]]] = {
    "Conv": (1, 2), "ConvTranspose": (1, 2), "Gemm": (1, 2), "MatMul": (1,),
    "BatchNormalization": (1, 2), "PRelu": (1,), "Add": (0, 1),
}  # fmt: skip
"""Operands that are weights if they are constants of more than one value."""

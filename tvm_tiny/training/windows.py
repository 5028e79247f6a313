# SPDX-License-Identifier: Apache-2.0
"""ONNX convolutions and pooling in PyTorch, whose own padding is symmetric only."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from tvm_tiny.training._torch import F, Tensor, torch

Attrs = Mapping[str, Any]


def conv(attrs: Attrs, x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Conv: x [N, C, *spatial], weight [O, C/group, *kernel], bias [O]; float32."""
    kernel = tuple(weight.shape[2:])
    strides, dilations = _per_axis(attrs, "strides", kernel), _per_axis(attrs, "dilations", kernel)
    low, high = paddings(attrs, tuple(x.shape[2:]), kernel, strides, dilations)
    function = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}[len(kernel)]
    symmetric = low == high
    if not symmetric:
        x = padded(x, low, high, 0.0)
    padding = low if symmetric else 0
    return function(x, weight, bias, strides, padding, dilations, int(attrs.get("group", 1)))


def conv_transpose(attrs: Attrs, x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """ConvTranspose: weight [C, O, *kernel]; what ``pads`` says is cut from the full result."""
    if attrs.get("auto_pad", "NOTSET") not in ("NOTSET", "VALID"):
        raise NotImplementedError("auto_pad of a transposed convolution")
    kernel = tuple(weight.shape[2:])
    strides = _per_axis(attrs, "strides", kernel)
    more = attrs.get("output_padding", [0] * len(kernel))
    function = {1: F.conv_transpose1d, 2: F.conv_transpose2d}[len(kernel)]
    full = function(x, weight, bias, strides, 0, tuple(more))
    pads = attrs.get("pads", [0] * 2 * len(kernel))
    low, high = pads[: len(kernel)], pads[len(kernel) :]
    for axis, (before, after) in enumerate(zip(low, high, strict=True)):
        extent = full.shape[2 + axis] - before - after
        full = full.narrow(2 + axis, before, extent)
    return full


def max_pool(attrs: Attrs, x: Tensor) -> Tensor:
    """MaxPool without indices; padding never wins."""
    kernel, strides, low, high, extra = _pool(attrs, x)
    above = [h + e for h, e in zip(high, extra, strict=True)]
    x = padded(x, low, above, -math.inf)
    return {1: F.max_pool1d, 2: F.max_pool2d}[len(kernel)](x, kernel, strides)


def average_pool(attrs: Attrs, x: Tensor) -> Tensor:
    """AveragePool: sums over counts, so that padding counts only with ``count_include_pad``."""
    kernel, strides, low, high, extra = _pool(attrs, x)
    function = {1: F.avg_pool1d, 2: F.avg_pool2d}[len(kernel)]
    above = [h + e for h, e in zip(high, extra, strict=True)]
    sums = function(padded(x, low, above, 0.0), kernel, strides)
    if not any([*low, *above]):
        return sums
    ones = torch.ones((1, 1, *x.shape[2:]), dtype=x.dtype)
    counted = 1.0 if attrs.get("count_include_pad", 0) else 0.0
    ones = padded(padded(ones, low, high, counted), [0] * len(kernel), extra, 0.0)
    return sums / function(ones, kernel, strides)


def paddings(
    attrs: Attrs,
    extents: Sequence[int],
    kernel: Sequence[int],
    strides: Sequence[int],
    dilations: Sequence[int],
) -> tuple[list[int], list[int]]:
    """Elements before and behind every spatial axis, by ``pads`` or ``auto_pad``."""
    mode = attrs.get("auto_pad", "NOTSET")
    if mode == "NOTSET":
        pads = list(attrs.get("pads", [0] * 2 * len(kernel)))
        return pads[: len(kernel)], pads[len(kernel) :]
    if mode == "VALID":
        return [0] * len(kernel), [0] * len(kernel)
    totals = [
        max(0, (math.ceil(n / s) - 1) * s + d * (k - 1) + 1 - n)
        for n, k, s, d in zip(extents, kernel, strides, dilations, strict=True)
    ]
    small, large = [t // 2 for t in totals], [t - t // 2 for t in totals]
    return (small, large) if mode == "SAME_UPPER" else (large, small)


def padded(x: Tensor, low: Sequence[int], high: Sequence[int], value: float) -> Tensor:
    """Pad the last axes; PyTorch lists them from the last."""
    if not any([*low, *high]):
        return x
    pairs = [p for pair in reversed(list(zip(low, high, strict=True))) for p in pair]
    return F.pad(x, pairs, value=value)


def _per_axis(attrs: Attrs, name: str, kernel: Sequence[int]) -> tuple[int, ...]:
    return tuple(attrs.get(name, [1] * len(kernel)))


def _pool(
    attrs: Attrs, x: Tensor
) -> tuple[tuple[int, ...], tuple[int, ...], list[int], list[int], list[int]]:
    """(kernel, strides, padding before, behind, and what ``ceil_mode`` adds behind)."""
    kernel = tuple(attrs["kernel_shape"])
    strides = _per_axis(attrs, "strides", kernel)
    extents = tuple(x.shape[2:])
    low, high = paddings(attrs, extents, kernel, strides, [1] * len(kernel))
    extra = [0] * len(kernel)
    if attrs.get("ceil_mode", 0):
        for axis, (n, k, s) in enumerate(zip(extents, kernel, strides, strict=True)):
            total = n + low[axis] + high[axis]
            count = math.ceil((total - k) / s) + 1
            if (count - 1) * s >= n + low[axis]:
                count -= 1  # a window has to begin inside
            extra[axis] = max(0, (count - 1) * s + k - total)
    return kernel, strides, low, high, extra

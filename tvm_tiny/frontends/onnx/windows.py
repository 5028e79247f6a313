# SPDX-License-Identifier: Apache-2.0
"""Windows and resize positions of ONNX operators, resolved to plain numbers.

Sources: the ONNX operator specification (Conv-11, ConvTranspose-11, AveragePool-19, MaxPool-12,
Resize-19) and, where it leaves ceil_mode open, what onnxruntime computes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tvm_tiny.frontends.onnx.graph import TENSOR_LIMIT, OnnxNode
from tvm_tiny.frontends.onnx.record import Unusable
from tvm_tiny.operators.resize import nearest_indices

_MODES = (
    ("half_pixel", False, True),
    ("asymmetric", False, False),
    ("align_corners", True, False),
)
"""TVM's coordinate mode, and TFLite's align_corners and half_pixel_centers."""


@dataclass(frozen=True)
class SlidingWindow:
    """A sliding window over the spatial axes; ``pads`` as in ONNX: all begins, then all ends."""

    kernel: tuple[int, ...]
    strides: tuple[int, ...]
    dilations: tuple[int, ...]
    pads: tuple[int, ...]


def window(node: OnnxNode, extents: Sequence[int], kernel: Sequence[int]) -> SlidingWindow:
    """The window of Conv and the pools: auto_pad and ceil_mode become explicit padding."""
    rank = len(extents)
    ones = [1] * rank
    strides = _per_axis(node, "strides", ones)
    dilations = _per_axis(node, "dilations", ones)
    sizes = tuple(int(k) for k in kernel)
    if _per_axis(node, "kernel_shape", sizes) != sizes:
        raise Unusable(f"kernel_shape {node.attrs['kernel_shape']} for weights {sizes}")
    begins, ends = _pads(node, rank)
    auto = node.attrs.get("auto_pad", "NOTSET")
    for axis in range(rank):
        reach = (sizes[axis] - 1) * dilations[axis] + 1
        extent, stride = extents[axis], strides[axis]
        if auto.startswith("SAME"):
            total = max((math.ceil(extent / stride) - 1) * stride + reach - extent, 0)
            small = total // 2
            begins[axis] = small if auto == "SAME_UPPER" else total - small
            ends[axis] = total - begins[axis]
        elif auto == "VALID":
            begins[axis] = ends[axis] = 0
        if node.attrs.get("ceil_mode", 0):
            ends[axis] = _ceiled(extent, reach, stride, begins[axis], ends[axis])
        if extent + begins[axis] + ends[axis] < reach:
            raise Unusable(f"a window of {reach} over {extent} elements")
    return SlidingWindow(sizes, strides, dilations, (*begins, *ends))


def _ceiled(extent: int, reach: int, stride: int, begin: int, end: int) -> int:
    """Padding at the end that makes an output count rounded up an ordinary one."""
    count = math.ceil((extent + begin + end - reach) / stride) + 1
    if (count - 1) * stride >= extent + begin:
        count -= 1  # a window that would begin in the padding at the end is left out
    return max(end, (count - 1) * stride + reach - extent - begin)


def _per_axis(node: OnnxNode, name: str, default: Sequence[int]) -> tuple[int, ...]:
    values = node.attrs.get(name, default)
    if len(values) != len(default):
        raise Unusable(f"{name} of {len(values)} numbers for {len(default)} spatial axes")
    return tuple(int(v) for v in values)


def _pads(node: OnnxNode, rank: int) -> tuple[list[int], list[int]]:
    pads = list(_per_axis(node, "pads", [0] * (2 * rank)))
    return pads[:rank], pads[rank:]


def resized(
    shape: Sequence[int], scales: Any | None, sizes: Any | None
) -> tuple[list[int], list[float]]:
    """Output extents and scales per axis of Resize, NC unchanged."""
    if sizes is not None and sizes.size == len(shape):
        out = [int(v) for v in sizes]
        factors = [o / i for o, i in zip(out, shape, strict=True)]
    elif scales is not None and scales.size == len(shape):
        factors = [float(v) for v in scales]
        if not all(math.isfinite(f) and 0 < f < 1 << 16 for f in factors):
            raise Unusable(f"scales {factors}")
        out = [math.floor(f * i) for f, i in zip(factors, shape, strict=True)]
    else:
        raise Unusable("no scales or sizes for every axis")
    if math.prod(out) > TENSOR_LIMIT:
        raise Unusable(f"resizes to {tuple(out)}", f"the limit is {TENSOR_LIMIT} elements")
    if out[:2] != list(shape[:2]) or min(out) < 1:
        raise Unusable(f"resizes {tuple(shape)} to {tuple(out)}", "batch and channels stay")
    return out, factors


def resize_mode(node: OnnxNode, shape: Sequence[int], out: Sequence[int], factors: Any) -> str:
    """TVM's coordinate mode under which TFLite's kernels do what the node says."""
    if node.attrs.get("mode", "nearest") == "nearest":
        return _nearest_mode(node, shape, out, factors)
    mode = str(node.attrs.get("coordinate_transformation_mode", "half_pixel"))
    for extent, size, factor in zip(shape[2:], out[2:], factors[2:], strict=True):
        if mode != "align_corners" and abs(extent * factor - size) > 1e-3:
            raise Unusable(f"scale {factor} of {extent} elements", "TFLite scales to whole sizes")
    if mode == "pytorch_half_pixel" and 1 in out[2:] and list(shape[2:]) != list(out[2:]):
        raise Unusable(f"{mode} to a size of 1", "TFLite has no such mode")
    return "half_pixel" if "half_pixel" in mode else mode


def _nearest_mode(node: OnnxNode, shape: Sequence[int], out: Sequence[int], factors: Any) -> str:
    axes = range(2, len(shape))
    wanted = [_nearest(node, shape[a], out[a], factors[a]) for a in axes]
    for mode, corners, centers in _MODES:
        made = [
            list(nearest_indices(shape[a], out[a], align_corners=corners, centers=centers))
            for a in axes
        ]
        if made == wanted:
            return mode
    coordinates = node.attrs.get("coordinate_transformation_mode", "half_pixel")
    rounding = node.attrs.get("nearest_mode", "round_prefer_floor")
    raise Unusable(
        f"{coordinates} with {rounding} for {tuple(shape)} to {tuple(out)}",
        "no mode of TFLite picks the same elements",
        "use asymmetric with floor",
    )


def _nearest(node: OnnxNode, extent: int, size: int, factor: float) -> list[int]:
    """Input index of every output index along one axis (Resize-19)."""
    mode = str(node.attrs.get("coordinate_transformation_mode", "half_pixel"))
    i = np.arange(size, dtype=np.float64)
    if mode == "align_corners":
        places = i * (extent - 1) / (size - 1) if size > 1 else i * 0
    elif mode == "asymmetric":
        places = i / factor
    elif mode == "pytorch_half_pixel" and size == 1:
        places = i * 0
    else:
        places = (i + 0.5) / factor - 0.5
        if mode == "half_pixel_symmetric":
            places += extent / 2 * (1 - size / (factor * extent))
    rounding = {
        "floor": np.floor,
        "ceil": np.ceil,
        "round_prefer_floor": lambda p: np.ceil(p - 0.5),
        "round_prefer_ceil": lambda p: np.floor(p + 0.5),
    }[str(node.attrs.get("nearest_mode", "round_prefer_floor"))]
    return [int(v) for v in np.clip(rounding(places), 0, extent - 1)]


def replace_attrs(node: OnnxNode, **attrs: Any) -> OnnxNode:
    """The node with other attributes."""
    return replace(node, attrs={**node.attrs, **attrs})

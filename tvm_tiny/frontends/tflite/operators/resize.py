# SPDX-License-Identifier: Apache-2.0
"""Images of another size."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

from tvm_tiny import _tvm
from tvm_tiny.frontends.tflite.conversion import Conversion
from tvm_tiny.frontends.tflite.record import (
    LARGEST_OPTION,
    X8,
    Call,
    Fault,
    I,
    Record,
    Shape,
    X,
    register,
)

_op: Any = _tvm.relax.op
_GRID: Final = 128
"""Fractions of a pixel whose products with a uint8 float32 holds exactly."""
CORNERS = ("align_corners", "half_pixel_centers")


def resized_shape(call: Call) -> list[Shape]:
    """Of both ways of resizing."""
    x, size = call.operand(0, 4).shape, call.integers(1)
    if len(size) != 2 or not all(1 <= n <= LARGEST_OPTION for n in size):
        raise Fault(f"an image of size {size[:8]}")
    both = call.options["align_corners"] and call.options["half_pixel_centers"]
    if both and call.op.kind == "RESIZE_BILINEAR":
        raise Fault("align_corners and half_pixel_centers", "they exclude each other")
    return [(x[0], size[0], size[1], x[3])]


def _resize(call: Conversion, value: Any, method: str, rounding: str) -> Any:
    mode = "align_corners" if call.options["align_corners"] else "asymmetric"
    mode = "half_pixel" if call.options["half_pixel_centers"] else mode
    size = tuple(call.integers(1))
    return _op.image.resize2d(value, size, None, "NHWC", method, mode, rounding)


def _bilinear(call: Conversion) -> Any:
    """TensorFlow Lite Micro interpolates the integers as they are."""
    if call.operand(0).unsigned and not call.floats:
        attrs = {"output_size": call.integers(1), "unsigned": 1}
        attrs |= {name: int(call.options[name]) for name in CORNERS}
        return call.emit("resize_bilinear", [call.stored(0)], attrs)
    return call.result(_resize(call, call.real(0), "linear", ""), like=call.operand(0))


def _dyadic(call: Call) -> None:
    """Interpolation of uint8 is float32 in TFLite: exact, and so integer, on a coarse grid only."""
    if not call.operand(0).unsigned:
        return
    sizes = zip(call.operand(0).shape[1:3], call.integers(1), strict=True)
    for extent, size in sizes:
        corners = int(bool(call.options["align_corners"]) and size > 1)
        scale = Fraction(extent - corners, size - corners)
        shift = (scale - 1) / 2 if call.options["half_pixel_centers"] else 0
        if any(_GRID % (i * scale + shift).denominator for i in (0, 1)):
            raise Fault(
                f"an image of uint8 resized from {extent} to {size}",
                "TFLite interpolates uint8 in float32, which rounds at such a ratio",
                "quantise the model to int8",
                code="TT1203",
            )


def _nearest(call: Conversion) -> Any:
    if call.options["align_corners"] and call.options["half_pixel_centers"] and not call.floats:
        attrs: dict[str, Any] = dict.fromkeys(CORNERS, 1)
        attrs["output_size"] = call.integers(1)
        return call.emit("resize_nearest", [call.stored(0)], attrs)
    rounding = "round_prefer_ceil" if call.options["half_pixel_centers"] else ""
    return _resize(call, call.stored(0), "nearest_neighbor", rounding)


for _name, _table, _convert, _first, _data, _constraint in (
    ("RESIZE_BILINEAR", "ResizeBilinearOptions", _bilinear, 2, X8, _dyadic),
    ("RESIZE_NEAREST_NEIGHBOR", "ResizeNearestNeighborOptions", _nearest, 0, X, None),
):
    register(
        Record(
            _name,
            _convert,
            _table,
            {name: (_first + i, "?", False) for i, name in enumerate(CORNERS)},
            operands=(_data, I),
            shapes=resized_shape,
            constraint=_constraint,
        )
    )

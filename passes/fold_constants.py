# SPDX-License-Identifier: Apache-2.0
"""Operators whose result is known at compile time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny import _tvm
from tvm_tiny.passes.tiny_pass import Rewrite, RewritePass

Array = npt.NDArray[Any]
Attrs = Mapping[str, Any]


def _pad(xs: Sequence[Array], attrs: Attrs) -> Array:
    return np.pad(xs[0], attrs["pads"], constant_values=attrs["value"])


def _strided_slice(xs: Sequence[Array], attrs: Attrs) -> Array:
    dims = zip(attrs["begin"], attrs["strides"], attrs["shape"], strict=True)
    return xs[0][np.ix_(*(begin + np.arange(count) * stride for begin, stride, count in dims))]


def _lut(xs: Sequence[Array], attrs: Attrs) -> Array:
    del attrs
    return xs[1][xs[0].astype(np.int32) + 128]


def _quantize(xs: Sequence[Array], attrs: Attrs) -> Array:
    """``AffineQuantize``: float32 division, halves away from zero, saturation."""
    steps = (xs[0] / np.float32(attrs["scale"])).astype(np.float64)
    whole = np.copysign(np.floor(np.abs(steps) + 0.5), steps)
    return np.clip(whole + attrs["zero_point"], -128, 127).astype(np.int8)


def _dequantize(xs: Sequence[Array], attrs: Attrs) -> Array:
    """``Dequantize``: the float32 scale times an integer, in double, rounded once."""
    scale = np.float64(np.float32(attrs["scale"]))
    return (scale * (xs[0].astype(np.int32) - attrs["zero_point"])).astype(np.float32)


_FOLDERS: dict[str, Callable[[Sequence[Array], Attrs], Array]] = {
    "reshape": lambda xs, attrs: xs[0].reshape(attrs["shape"]),
    "transpose": lambda xs, attrs: np.transpose(xs[0], attrs["axes"]),
    "concat": lambda xs, attrs: np.concatenate(xs, axis=attrs["axis"]),
    "pad": _pad,
    "strided_slice": _strided_slice,
    "lut": _lut,
    "quantize": _quantize,
    "dequantize": _dequantize,
}


@dataclass(frozen=True)
class FoldConstants(RewritePass):
    """Compute operators that only move or recode constants.

    before:  c = transpose(constant([[1, 2], [3, 4]]), axes=[1, 0])
             y = add(x, c, ..)
    after:   y = add(x, constant([[1, 3], [2, 4]]), ..)

    Needs:   every operand is a constant; the result is not an output of the model (an output
             needs an operator that writes it); a quantised float is finite.
    Cost:    none at run time. A result larger than its operands grows flash; above ``max_bytes``
             the operator stays.
    """

    max_bytes: int = 1 << 24

    def rewrite(self, walk: Rewrite, variable: Any, call: Any) -> Any | None:
        """Replace a foldable call by its constant."""
        folder = _FOLDERS.get(_tvm.integer_op_name(call) or "")
        operands = [_tvm.constant_value(arg) for arg in call.args]
        known = [array for array in operands if array is not None]
        if folder is None or len(known) != len(operands) or walk.is_output(variable):
            return None
        kind = _tvm.tensor_type(variable)
        if kind is None or not all(np.all(np.isfinite(array)) for array in known):
            return None
        shape, dtype = kind
        if np.prod(shape, dtype=object) * np.dtype(dtype).itemsize > self.max_bytes:
            return None
        result = folder(known, _tvm.call_attrs(call))
        return _tvm.constant(result.astype(dtype, copy=False).reshape(shape))

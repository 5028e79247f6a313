# SPDX-License-Identifier: Apache-2.0
"""QuantizeLinear and DequantizeLinear."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tvm_tiny import _tvm
from tvm_tiny._tvm import constant, relax
from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.frontends.onnx.graph import OnnxNode
from tvm_tiny.frontends.onnx.operators.shapes import shape_of
from tvm_tiny.frontends.onnx.record import (
    AXIS,
    Importing,
    Record,
    Unusable,
    ignored,
    only,
    register,
)

_op: Any = relax.op


def _quantiser(importer: Importing, node: OnnxNode, inputs: Sequence[Any], attrs: Any) -> Any:
    del attrs
    x = inputs[0]
    rank = len(shape_of(x))
    scale = importer.constant_of(node.input(1))
    if scale is None:
        raise Unusable("its scale is not known")
    given = importer.constant_of(node.input(2))
    zero = np.zeros((), np.int32) if given is None else given.astype(np.int32)
    axis = int(node.attrs.get("axis", 1)) if scale.size > 1 else 0
    if scale.size > 1 and not -rank <= axis < rank:
        raise Unusable(f"axis {axis} of a tensor of {rank} dimensions")
    if scale.size == 1:
        scale, zero = scale.reshape(()), zero.reshape(())
    elif zero.size == 1 or not zero.any():
        zero = zero.reshape(-1)[:1].reshape(())
    operands = (x, constant(scale), constant(zero))
    if node.op == "QuantizeLinear":
        return _op.quantize(
            *operands,
            axis=axis % max(rank, 1),
            out_dtype="int16" if given is not None and given.dtype == np.int16 else Q8.name,
        )
    return _op.dequantize(*operands, axis=axis % max(rank, 1), out_dtype="float32")


_ATTRS = {
    "axis": AXIS,
    "saturate": ignored,  # of float8 only
    "block_size": only(0),
    "output_dtype": only(0, 1, 2, 3, 5),
    "precision": only(0, 1),
}


def _shift(importer: Importing, node: OnnxNode, inputs: Sequence[Any], attrs: Any) -> Any:
    """uint8 to int8 or back, at the model's border."""
    del importer, node, attrs
    return _tvm.integer_call("shift_unsigned", [inputs[0]], {})


register(Record("tvm_tiny.ShiftUnsigned", convert=_shift, floats=False))
for _name in ("QuantizeLinear", "DequantizeLinear"):
    register(Record(_name, (2, 3), _ATTRS, (1, 2), convert=_quantiser, floats=False))

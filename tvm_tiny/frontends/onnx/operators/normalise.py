# SPDX-License-Identifier: Apache-2.0
"""Normalisations along the last dimensions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tvm_tiny._tvm import constant, relax
from tvm_tiny.frontends.onnx.graph import OnnxNode
from tvm_tiny.frontends.onnx.operators.shapes import axis_of, shape_of
from tvm_tiny.frontends.onnx.record import (
    AXIS,
    Importing,
    Record,
    Unusable,
    ignored,
    number,
    register,
)

_op: Any = relax.op
_ATTRS = {"axis": AXIS, "epsilon": number, "stash_type": ignored}


def _norm(importer: Importing, node: OnnxNode, inputs: Sequence[Any], attrs: Any) -> Any:
    """LayerNormalization and RMSNormalization: from an axis to the end."""
    del attrs
    shape = shape_of(inputs[0])
    first = axis_of(int(node.attrs.get("axis", -1)), len(shape))
    axes, inner = list(range(first, len(shape))), shape[first:]
    epsilon = float(node.attrs.get("epsilon", 1e-5))
    vectors: list[Any] = []
    for place, missing in ((1, 1.0), (2, 0.0)):
        known = importer.constant_of(node.input(place))
        if known is None and node.input(place):
            raise Unusable(f"operand {place} is computed at run time", "it has to be a constant")
        values = np.full(inner, missing, np.float32) if known is None else known
        try:
            whole = np.broadcast_to(values, inner).astype(np.float32)
        except ValueError as error:
            raise Unusable(f"operand {place} {values.shape} for {inner}") from error
        vectors.append(constant(np.ascontiguousarray(whole)))
    if node.op == "RMSNormalization":
        return _op.nn.rms_norm(inputs[0], vectors[0], axes, epsilon)
    return _op.nn.layer_norm(inputs[0], *vectors, axes, epsilon)


for _name in ("LayerNormalization", "RMSNormalization"):
    register(Record(_name, (2, 3), _ATTRS, (1, 2), convert=_norm))

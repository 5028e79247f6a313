# SPDX-License-Identifier: Apache-2.0
"""Matrix products. Gemm: ``alpha`` and ``beta`` go into the scales of constants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tvm_tiny import _tvm
from tvm_tiny._tvm import constant, relax
from tvm_tiny.frontends.onnx.graph import OnnxNode
from tvm_tiny.frontends.onnx.record import (
    Importing,
    Record,
    Unusable,
    number,
    only,
    register,
)

_op: Any = relax.op


def _gemm(importer: Importing, node: OnnxNode, inputs: Sequence[Any], attrs: Any) -> Any:
    del attrs
    alpha, beta = (float(node.attrs.get(name, 1.0)) for name in ("alpha", "beta"))
    a, b = inputs[0], _scaled(importer, inputs[1], alpha)
    if node.attrs.get("transB", 0):
        b = _op.permute_dims(b, [1, 0])
    out = importer.bb.normalize(_op.matmul(a, b))
    if len(inputs) > 2 and inputs[2] is not None and beta != 0.0:
        out = _op.add(out, _scaled(importer, inputs[2], beta))
    return out


def _scaled(importer: Importing, expr: Any, factor: float) -> Any:
    """A constant, or a dequantised one, times a number."""
    if factor == 1.0:
        return expr
    array = _tvm.constant_value(expr)
    if array is not None:
        return constant((array * np.float32(factor)).astype(np.float32))
    call = importer.bb.lookup_binding(expr)
    scale = _tvm.constant_value(call.args[1])
    if scale is None or not factor > 0:
        raise Unusable(f"alpha or beta {factor}", "constants are scaled by positive numbers only")
    scaled = constant((scale * np.float32(factor)).astype(np.float32))
    return _op.dequantize(call.args[0], scaled, call.args[2], int(call.attrs.axis), "float32")


register(
    Record(
        "Gemm",
        (2, 3),
        {"alpha": number, "beta": number, "transA": only(0), "transB": only(0, 1)},
        (1, 2),
        convert=_gemm,
    )
)
register(Record("MatMul", (2, 2)))

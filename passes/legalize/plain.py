# SPDX-License-Identifier: Apache-2.0
"""Numbers that stand for themselves: float32 that operators make, int32 that counts.

before:  x = dequantize(a);  y = tvm_tiny.plain_conv2d(x, ..);  b = quantize(reshape(y))
after:   x = tvm_tiny.dequantize(a);  y = ..;  b = tvm_tiny.quantize(tvm_tiny.reshape(y))
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from tvm_tiny import _tvm
from tvm_tiny.passes.legalize.constants import op_name
from tvm_tiny.passes.legalize.sites import NotLegalised, Site, tensor_args
from tvm_tiny.passes.relax_module import Layer


class Legalising(Protocol):
    """What is asked of ``rewriter.Rewriter``."""

    layers: dict[Any, Layer]
    moves: Mapping[str, Any]

    def resolve(self, expr: Any) -> Any:
        """Follow variables."""
        ...

    def params_of(self, call: Any) -> tuple[float, int]:
        """Scale and zero point."""
        ...

    def value(self, expr: Any) -> Any:
        """The new expression."""
        ...

    def emit(self, name: str, args: Sequence[Any], attrs: Mapping[str, Any], site: Site) -> Any:
        """Append an operator."""
        ...


def value(rewriter: Legalising, var: Any, call: Any, dtype: str) -> Any:
    """The new expression of integers dequantised, or of plain numbers moved."""
    layer = rewriter.layers[var] if var in rewriter.layers else Layer("")
    site = Site(layer, 0.0, 0).typed(dtype)
    if op_name(call) == "relax.dequantize":
        scale, zero_point = rewriter.params_of(call)
        known = _tvm.constant_value(call.args[0])
        if known is not None:  # weights that are widened in front of a float layer
            steps = known.astype(np.int32) - zero_point
            return _tvm.constant((np.float64(np.float32(scale)) * steps).astype(np.float32))
        attrs = {"scale": scale, "zero_point": zero_point}
        return rewriter.emit("dequantize", [rewriter.value(call.args[0])], attrs, site)
    split = isinstance(call, _tvm.relax.TupleGetItem)
    source = rewriter.resolve(call.tuple_value) if split else call
    if op_name(source) not in rewriter.moves:
        raise NotLegalised(f"'{op_name(source)}' works on float values", code="TT1102")
    values = [rewriter.value(a) for a in tensor_args(source)]
    return rewriter.moves[op_name(source)](rewriter, call, values, site, lambda real: real)


def is_plain(rewriter: Legalising, expr: Any) -> bool:
    """Whether an expression is of numbers that an operator of ours made, moved perhaps."""
    call = rewriter.resolve(expr)
    if isinstance(call, _tvm.relax.TupleGetItem):
        call = rewriter.resolve(call.tuple_value)
    if _tvm.integer_op_name(call) is not None:
        return True
    if op_name(call) not in rewriter.moves:
        return False
    return any(is_plain(rewriter, a) for a in tensor_args(call))


def is_moved(rewriter: Legalising, expr: Any) -> bool:
    """Whether an expression is of plain numbers and of inputs as they are, moved perhaps."""
    call = rewriter.resolve(expr)
    if isinstance(call, _tvm.relax.TupleGetItem):
        call = rewriter.resolve(call.tuple_value)
    if isinstance(call, _tvm.relax.Var) or _tvm.integer_op_name(call) is not None:
        return True
    if op_name(call) not in rewriter.moves:
        return False
    parts = [a for a in tensor_args(call) if _tvm.constant_value(a) is None]
    return bool(parts) and all(is_moved(rewriter, a) for a in parts)

# SPDX-License-Identifier: Apache-2.0
"""Hand-made integer Relax modules, an operator a line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tvm_tiny import _tvm
from tvm_tiny._tvm import relax
from tvm_tiny.passes.tiny_pass import TinyPass

IMAGE = (1, 6, 6, 3)
ZERO_POINT = -7


class Body:
    """Names for building a dataflow function in a line an operator."""

    def __init__(self, builder: Any) -> None:
        self.builder = builder

    def op(self, op: str, *args: Any, name: str = "", **attrs: Any) -> Any:
        call = _tvm.integer_call(op, list(args), attrs)
        return self.builder.emit(call, name or op)

    def conv(self, x: Any, padding: Sequence[int], depthwise: bool = False, **attrs: Any) -> Any:
        weight = np.ones((3, 3, 3), np.int8) if depthwise else np.ones((4, 3, 3, 3), np.int8)
        channels = weight.shape[-1] if depthwise else 4
        vectors = [const(np.arange(channels) + k, np.int32) for k in range(3)]
        attrs = {
            "layer": "conv",
            "strides": [1, 2],
            "dilation": [1, 1],
            "padding": list(padding),
            "input_zero_point": ZERO_POINT,
            "output_zero_point": 0,
            "activation": [-128, 127],
            **({} if depthwise else {"groups": 1}),
            **attrs,
        }
        op = "depthwise_conv2d" if depthwise else "conv2d"
        return self.op(op, x, const(weight, np.int8), *vectors, name="conv", **attrs)

    def pad(self, x: Any, pads: Sequence[Sequence[int]], value: int = ZERO_POINT) -> Any:
        return self.op("pad", x, name="pad", pads=pads, value=value, layer="pad")


def const(values: Any, dtype: Any = np.int8) -> Any:
    return _tvm.constant(np.asarray(values, dtype))


def module(
    build: Callable[..., Any], *shapes: Sequence[int], attrs: dict[str, Any] | None = None
) -> Any:
    """A module whose ``main`` is what ``build(body, *parameters)`` emits and returns."""
    builder = relax.BlockBuilder()
    kinds = [relax.TensorType(tuple(s), "int8") for s in shapes or (IMAGE,)]
    params = [relax.Var(f"x{i}" if i else "x", kind) for i, kind in enumerate(kinds)]
    with builder.function("main", params, attrs=attrs):
        with builder.dataflow():
            result = builder.emit_output(build(Body(builder), *params), "result")
        builder.emit_func_output(result)
    return builder.get()


def assert_rewrites(
    rewrite: TinyPass,
    before: Callable[..., Any],
    after: Callable[..., Any],
    *shapes: Sequence[int],
) -> None:
    """``before`` becomes ``after``, well-formed, and a second run changes nothing."""
    given, expected = module(before, *shapes), module(after, *shapes)
    relax.analysis.well_formed(given)
    got = rewrite(given)
    relax.analysis.well_formed(got)
    _tvm.assert_structural_equal(got, expected)
    _tvm.assert_structural_equal(rewrite(got), expected)
    _tvm.assert_structural_equal(given, module(before, *shapes))


def assert_kept(rewrite: TinyPass, build: Callable[..., Any], *shapes: Sequence[int]) -> None:
    assert_rewrites(rewrite, build, build, *shapes)

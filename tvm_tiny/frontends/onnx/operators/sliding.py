# SPDX-License-Identifier: Apache-2.0
"""Operators that slide a window: convolutions and pools.

``auto_pad`` and ``ceil_mode`` become explicit padding (TVM pads in TIR, and rounds SAME_LOWER
down); an average that counts its padding becomes ``pad`` and a plain average.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tvm_tiny._tvm import relax
from tvm_tiny.frontends.onnx.graph import OnnxNode
from tvm_tiny.frontends.onnx.operators.shapes import shape_of
from tvm_tiny.frontends.onnx.record import (
    PADS,
    POSITIVE,
    Importing,
    Record,
    Unusable,
    only,
    register,
)
from tvm_tiny.frontends.onnx.windows import replace_attrs, window

_op: Any = relax.op


def _conv(importer: Importing, node: OnnxNode, inputs: Sequence[Any], attrs: dict[str, Any]) -> Any:
    x, weights = shape_of(inputs[0]), shape_of(inputs[1])
    if len(x) not in (3, 4) or len(weights) != len(x):
        raise Unusable(f"data {x}, weights {weights}", "1-D and 2-D convolutions are supported")
    made = window(node, x[2:], weights[2:])
    plain = {
        "kernel_shape": made.kernel,
        "strides": made.strides,
        "dilations": made.dilations,
        "pads": made.pads,
        "group": int(node.attrs.get("group", 1)),
        "tvm_custom": attrs["tvm_custom"],
    }
    return importer.inherited(node, inputs, plain)


def _conv_transpose(
    importer: Importing, node: OnnxNode, inputs: Sequence[Any], attrs: dict[str, Any]
) -> Any:
    x, weights = shape_of(inputs[0]), shape_of(inputs[1])
    if len(x) != 4 or len(weights) != len(x):
        raise Unusable(f"data {x}, weights {weights}", "2-D transposed convolutions are supported")
    for name, count in (("strides", 2), ("pads", 4), ("output_padding", 2)):
        if len(node.attrs.get(name, [0] * count)) != count:
            raise Unusable(f"{name}={node.attrs[name]}")
    return importer.inherited(node, inputs, attrs)


def _pool(importer: Importing, node: OnnxNode, inputs: Sequence[Any], attrs: Any) -> Any:
    del importer, attrs
    x, shape = inputs[0], shape_of(inputs[0])
    if len(shape) not in (3, 4) or "kernel_shape" not in node.attrs:
        raise Unusable(f"pooling of {shape}", "1-D and 2-D pools with kernel_shape are supported")
    rank = len(shape) - 2
    made = window(node, shape[2:], node.attrs["kernel_shape"])
    pads = made.pads
    average = node.op == "AveragePool"
    if average and node.attrs.get("count_include_pad", 0) and any(pads):
        declared = window(replace_attrs(node, ceil_mode=0), shape[2:], made.kernel).pads
        ends = [p - d for p, d in zip(pads[rank:], declared[rank:], strict=True)]
        width = [0] * 4
        for begin, end in zip(declared[:rank], declared[rank:], strict=True):
            width += [begin, end]
        x, pads = _op.nn.pad(x, width), (*[0] * rank, *ends)
    pool = getattr(_op.nn, f"{'avg' if average else 'max'}_pool{rank}d")
    return pool(x, list(made.kernel), list(made.strides), list(pads), list(made.dilations))


_WINDOW = {
    "auto_pad": only("NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID"),
    "kernel_shape": POSITIVE,
    "strides": POSITIVE,
    "pads": PADS,
}
register(
    Record(
        "Conv",
        (2, 3),
        {**_WINDOW, "dilations": POSITIVE, "group": POSITIVE},
        (1, 2),
        convert=_conv,
    )
)
register(
    Record(
        "ConvTranspose",
        (2, 3),
        {**_WINDOW, "dilations": only(1), "group": only(1), "output_padding": PADS},
        (1, 2),
        convert=_conv_transpose,
    )
)
register(
    Record(
        "AveragePool",
        attrs={
            **_WINDOW,
            "ceil_mode": only(0, 1),
            "count_include_pad": only(0, 1),
            "dilations": only(1),
        },
        convert=_pool,
        within=True,
    )
)
register(
    Record(
        "MaxPool",
        attrs={
            **_WINDOW,
            "ceil_mode": only(0, 1),
            "storage_order": only(0),
            "dilations": only(1),
        },
        convert=_pool,
        moves=True,
        within=True,
    )
)
register(Record("GlobalAveragePool", within=True))

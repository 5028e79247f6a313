# SPDX-License-Identifier: Apache-2.0
"""``Mirror``, an operator of the ONNX domain ``tvm_tiny.example``: y = -x."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tvm_tiny._tvm import relax
from tvm_tiny.frontends.onnx.graph import OnnxNode
from tvm_tiny.frontends.onnx.record import Importing, Record, register

DOMAIN = "tvm_tiny.example"


def _convert(importer: Importing, node: OnnxNode, inputs: Sequence[Any], attrs: Any) -> Any:
    """A function of one value, of which legalisation makes a table."""
    del importer, node, attrs
    return relax.op.negative(inputs[0])


register(Record("Mirror", convert=_convert, domain=DOMAIN, pointwise=True))

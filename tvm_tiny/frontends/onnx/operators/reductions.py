# SPDX-License-Identifier: Apache-2.0
"""Reductions over constant axes."""

from __future__ import annotations

from tvm_tiny.frontends.onnx.record import AXIS, Record, only, register

_ATTRS = {"axes": AXIS, "keepdims": only(0, 1), "noop_with_empty_axes": only(0)}
for _name in ("ReduceMax", "ReduceMin"):
    register(Record(_name, (1, 2), _ATTRS, (1,), moves=True, within=True))
register(Record("ReduceMean", (1, 2), _ATTRS, (1,), within=True))
register(Record("ReduceSum", (1, 2), _ATTRS, (1,)))

# SPDX-License-Identifier: Apache-2.0
"""Reductions over constant axes."""

from __future__ import annotations

from tvm_tiny.frontends.onnx.record import AXIS, Record, only, register

_ATTRS = {"axes": AXIS, "keepdims": only(0, 1), "noop_with_empty_axes": only(0)}
for _name in ("ReduceMean", "ReduceMax", "ReduceMin", "ReduceSum"):
    register(Record(_name, (1, 2), _ATTRS, (1,), moves=_name in ("ReduceMax", "ReduceMin")))

# SPDX-License-Identifier: Apache-2.0
"""TFLite operators stand in one table; a record may come from outside of the package."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tvm_tiny
from tvm_tiny.arithmetic.quant import add_params
from tvm_tiny.frontends.tflite import record
from tvm_tiny.frontends.tflite.conversion import Conversion
from tvm_tiny.frontends.tflite.record import Record, X, register, table
from tvm_tiny.testing.tflite_writer import TFLiteWriter


def _direct_add(call: Conversion) -> Any:
    scales: list[Any] = []
    for tensor in (call.operand(0), call.operand(1), call.outputs[0]):
        scales += [tensor.scale, tensor.zero_point]
    attrs = {**add_params(*scales), "activation": [-128, 127]}
    return call.emit("add", [call.stored(0), call.stored(1)], attrs)


def _sum_model() -> bytes:
    w = TFLiteWriter("sum")
    a = w.input("a", (1, 3, 4), scale=0.1, zero_point=3)
    b = w.input("b", (1, 3, 4), scale=0.2, zero_point=-5)
    w.output(w.op("ADD", [a, b], (1, 3, 4), 0.3, 1, name="sum"))
    return w.finish()


def test_a_direct_record_makes_the_integers_of_the_qdq_one(monkeypatch: pytest.MonkeyPatch) -> None:
    data, rng = _sum_model(), np.random.default_rng(0)
    inputs = {n: rng.integers(-128, 128, (1, 3, 4)).astype(np.int8) for n in "ab"}
    wanted = tvm_tiny.build(data)
    monkeypatch.setitem(record._TABLE._records, "ADD", table()["ADD"])  # put back at the end
    register(Record("ADD", _direct_add, operands=(X, X)))
    direct = tvm_tiny.build(data)
    assert [n.op for n in direct.compiled.graph.nodes] == ["add"]
    (made,) = direct.run(inputs, on="host").outputs.values()
    (expected,) = wanted.run(inputs, on="host").outputs.values()
    assert np.array_equal(made, expected)


def test_every_record_is_complete() -> None:
    assert len(table()) >= 37
    for name, entry in table().items():
        assert entry.name == name
        assert entry.operands
        known = callable(entry.convert) or callable(entry.evaluate)
        assert known or name == "CALL_ONCE" or "VAR" in name, "states are made by the reader"
        assert not entry.fields or entry.options, "fields are read from a named table"
        assert all(role.types or role.floats for role in entry.operands)
        repeated = [role for role in entry.operands if role.many]
        assert not repeated or len(entry.operands) == 1

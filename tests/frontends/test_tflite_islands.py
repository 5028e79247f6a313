# SPDX-License-Identifier: Apache-2.0
"""Float functions between DEQUANTIZE and QUANTIZE become tables, exact against tflite-micro."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

import tvm_tiny
from tvm_tiny.testing.tflite_writer import TFLiteWriter
from tvm_tiny.validate.reference import TFLMReference

EVERY = np.arange(-128, 128).astype(np.int8)
FLOAT = {"dtype": "float32"}


def island(kinds: Sequence[str], scale: float = 0.043, zero_point: int = -20) -> bytes:
    """x -> DEQUANTIZE -> the functions, a number behind the name: of two operands -> QUANTIZE."""
    w = TFLiteWriter("island")
    x = w.input("x", (256,), scale=scale, zero_point=zero_point)
    y = w.op("DEQUANTIZE", [x], (256,), None, name="real", **FLOAT)
    for i, text in enumerate(kinds):
        kind, *number = text.split()
        operands = [y]
        if number:
            operands.append(w.constant(f"number{i}", np.array(float(number[0]), np.float32)))
        y = w.op(kind, operands, (256,), None, name=f"real{i}", **FLOAT)
    w.output(w.op("QUANTIZE", [y], (256,), 0.031, 7, name="y"))
    return w.finish()


CASES = [
    ["ELU"],
    ["NEG"],
    ["SQUARE"],
    ["EXP"],
    ["SIN"],
    ["COS"],
    ["ABS", "SQRT"],
    ["ABS", "ADD 0.5", "LOG"],
    ["SQUARE", "ADD 0.01", "RSQRT"],
    ["LOGISTIC"],
    ["TANH"],
    ["FLOOR"],
    ["CEIL"],
    ["ROUND"],
    ["HARD_SWISH"],
    ["RELU"],
    ["RELU6", "MUL -0.7", "SUB 0.1"],
    ["DIV 1.7", "MAXIMUM -0.4", "MINIMUM 2.0"],
]


@pytest.mark.parametrize("kinds", CASES, ids=" ".join)
def test_every_result(kinds: list[str]) -> None:
    built = island(kinds)
    (wanted,) = TFLMReference(built).run({"x": EVERY}).values()
    artifact = tvm_tiny.build(built, target="cortex-m7")
    assert {n.op for n in artifact.compiled.graph.nodes} == {"lut"}
    made = artifact.run(EVERY[None], on="host").output[0]
    np.testing.assert_array_equal(made, wanted)


def test_a_chain_that_is_read_elsewhere_is_computed() -> None:
    """The float tensor is an output too: no table has it."""
    w = TFLiteWriter("read")
    x = w.input("x", (256,), scale=0.1)
    real = w.op("DEQUANTIZE", [x], (256,), None, name="real", **FLOAT)
    sine = w.op("SIN", [real], (256,), None, name="sine", **FLOAT)
    w.output(w.op("QUANTIZE", [sine], (256,), 0.01, 0, name="y"), sine)
    built = w.finish()
    wanted = TFLMReference(built).run({"x": EVERY})
    made = tvm_tiny.build(built, optimize="speed").run(EVERY[None], on="host").outputs
    np.testing.assert_array_equal(made["y"][0], wanted["y"])
    np.testing.assert_array_max_ulp(made["sine"][0], wanted["sine"], maxulp=2)

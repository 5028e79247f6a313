# SPDX-License-Identifier: Apache-2.0
"""One operator at a time: a random TFLite model for tflite-micro, and the same call for us."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from op_harness import kernel_c, make_node, run_rows, shared_object

from tvm_tiny.graph import Tensor
from tvm_tiny.operators.base import lookup
from tvm_tiny.testing.tflite_writer import TensorRef, TFLiteWriter
from tvm_tiny.validate.reference import TFLMReference

Array = np.ndarray[Any, Any]
Rng = np.random.Generator
SCALE, ZERO_POINT = 0.25, -3


@dataclass
class Case:
    """One operator as a TFLite model and as our call."""

    model: bytes
    inputs: dict[str, Array]
    operands: list[Array | Tensor]
    attrs: Mapping[str, Any]


class Sketch:
    """A model of one operator under construction."""

    def __init__(self, rng: Rng) -> None:
        self.writer = TFLiteWriter("case")
        self.rng = rng
        self.inputs: dict[str, Array] = {}

    def input(self, shape: Sequence[int]) -> TensorRef:
        name = f"x{len(self.inputs)}"
        self.inputs[name] = self.rng.integers(-128, 128, tuple(shape)).astype(np.int8)
        return self.writer.input(name, shape, scale=SCALE, zero_point=ZERO_POINT)

    def ints(self, name: str, values: Any) -> TensorRef:
        return self.writer.constant(name, np.asarray(values, np.int32))

    def case(
        self,
        kind: str,
        inputs: Sequence[TensorRef],
        shape: Sequence[int],
        attrs: Mapping[str, Any],
        operands: Sequence[Array | Tensor] | None = None,
        **options: Any,
    ) -> Case:
        y = self.writer.op(kind, inputs, shape, SCALE, ZERO_POINT, name="y", **options)
        self.writer.output(y)
        taken: list[Array | Tensor] = list(self.inputs.values() if operands is None else operands)
        return Case(self.writer.finish(), self.inputs, taken, attrs)


def shape_of(rng: Rng, rank: int, largest: int = 5) -> list[int]:
    return [int(n) for n in rng.integers(1, largest + 1, rank)]


def check(op: str, make: Callable[[Rng], Case], count: int) -> None:
    """Run ``count`` seeded cases; all their kernels are compiled as one file."""
    cases = [make(np.random.default_rng((seed, len(op)))) for seed in range(count)]
    nodes = [make_node(op, case.operands, case.attrs) for case in cases]
    texts = [re.sub(r"\bkernel\b", f"kernel{i}", kernel_c(node)) for i, node in enumerate(nodes)]
    library = shared_object("\n".join(texts))
    for index, (case, node) in enumerate(zip(cases, nodes, strict=True)):
        assert lookup(op).problems(node) == []
        (wanted,) = TFLMReference(case.model).run(case.inputs).values()
        arrays = [
            np.ascontiguousarray(t.data if isinstance(t, Tensor) else t) for t in case.operands
        ]
        got = run_rows(node, arrays, getattr(library, f"kernel{index}"))
        where = f"case {index}: {[t.shape for t in node.operands]} {dict(case.attrs)}"
        assert got.shape == wanted.shape, where
        np.testing.assert_array_equal(got, wanted, err_msg=where)

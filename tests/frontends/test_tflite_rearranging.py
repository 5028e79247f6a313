# SPDX-License-Identifier: Apache-2.0
"""Operators that only put values elsewhere, against tflite-micro, with random parameters."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tvm_tiny
from tvm_tiny.errors import UnsupportedError
from tvm_tiny.testing.tflite_writer import TensorRef, TFLiteWriter
from tvm_tiny.validate.reference import TFLMReference

SCALE, ZERO = 0.25, -7


def numbers(w: TFLiteWriter, name: str, values: Any) -> TensorRef:
    return w.constant(name, np.asarray(values, np.int32))


def case(kind: str, seed: int) -> bytes:
    """A model of one operator (and a RELU, so that something is computed)."""
    rng = np.random.default_rng((seed, len(kind)))
    w = TFLiteWriter("case")
    a, b, c, d = (int(n) for n in rng.integers(1, 4, 4))
    options: dict[str, Any] = {}
    if kind == "DEPTH_TO_SPACE":
        x, y, options = (1, a, b, 4 * c), (1, 2 * a, 2 * b, c), {"block_size": 2}
        more: list[Any] = []
    elif kind == "SPACE_TO_DEPTH":
        x, y, options = (1, 2 * a, 2 * b, c), (1, a, b, 4 * c), {"block_size": 2}
        more = []
    elif kind == "SPACE_TO_BATCH_ND":
        # without padding: the reference pads with memory that it never wrote
        x, y = (1, 2 * a, 3 * b, c), (6, a, b, c)
        more = [[2, 3], [[0, 0], [0, 0]]]
    elif kind == "BATCH_TO_SPACE_ND":
        x, y, more = (6, a + 1, b, c), (1, 2 * a + 1, 3 * b - 1, c), [[2, 3], [[1, 0], [0, 1]]]
    elif kind == "REVERSE_V2":
        x = y = (1, a, b, c)
        more = [[int(rng.integers(0, 4))]]
    elif kind == "GATHER":
        axis = int(rng.integers(0, 3))
        x = (a, b, c)
        places = rng.integers(0, x[axis], d).tolist()
        y, more, options = (*x[:axis], d, *x[axis + 1 :]), [places], {"axis": axis}
    elif kind == "MIRROR_PAD":
        mode = seed % 2
        x = (1, a + 1, b + 1, c)
        pads = [[0, 0], rng.integers(0, a + 1, 2).tolist(), rng.integers(0, b + 1, 2).tolist(),
                [0, 0]]  # fmt: skip
        y = tuple(n + sum(p) for n, p in zip(x, pads, strict=True))
        more, options = [pads], {"mode": mode}
    else:
        x, y, more = (1, b, 1), (a, b, c), [[a, b, c]]
    given = w.input("x", x, scale=SCALE, zero_point=ZERO)
    extra = [numbers(w, f"n{i}", v) for i, v in enumerate(more)]
    made = w.op(kind, [given, *extra], y, SCALE, ZERO, name="moved", **options)
    w.output(w.op("RELU", [made], y, SCALE, ZERO, name="y"))
    return w.finish()


KINDS = ("DEPTH_TO_SPACE", "SPACE_TO_DEPTH", "SPACE_TO_BATCH_ND", "BATCH_TO_SPACE_ND", "REVERSE_V2",
         "GATHER", "MIRROR_PAD", "BROADCAST_TO")  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kind", KINDS)
def test_equals_the_reference(kind: str, seed: int) -> None:
    model = case(kind, seed)
    try:
        TFLMReference(model)
    except UnsupportedError as error:
        pytest.skip(str(error.problems))
    result = tvm_tiny.build(model, name="net").validate(on="host", samples=2, seed=seed)
    assert result.bit_exact, result.first_difference

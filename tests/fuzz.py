# SPDX-License-Identifier: Apache-2.0
"""Compile a model, run the C, compare every byte of every layer with tflite-micro."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import strategies_moves as moves
from hypothesis import HealthCheck, settings
from strategies import (
    Operator,
    binary,
    conv,
    dense,
    depthwise,
    pool,
    prelu,
    reduce,
    softmax,
    transpose_conv,
    unary,
)

import tvm_tiny
from tvm_tiny.reference import TFLMReference

Arrays = dict[str, npt.NDArray[Any]]

# Operator families, and the ranks of the tensors they are drawn for.
OPERATORS: dict[str, tuple[Operator, tuple[int, ...]]] = {
    "conv": (conv, (4,)),
    "depthwise": (depthwise, (4,)),
    "dense": (dense, (1, 2, 3, 4)),
    "transpose_conv": (transpose_conv, (4,)),
    "binary": (binary, (1, 2, 3, 4)),
    "pool": (pool, (4,)),
    "reduce": (reduce, (2, 3, 4)),
    "unary": (unary, (1, 2, 3, 4)),
    "prelu": (prelu, (4,)),
    "softmax": (softmax, (1, 2, 3, 4)),
    "pad": (moves.pad, (1, 2, 3, 4)),
    "reshape": (moves.reshape, (1, 2, 3, 4)),
    "transpose": (moves.transpose, (2, 3, 4)),
    "concat": (moves.concat, (1, 2, 3, 4)),
    "pack": (moves.pack, (1, 2, 3)),
    "split": (moves.split, (1, 2, 3, 4)),
    "slices": (moves.slices, (1, 2, 3, 4)),
    "resize": (moves.resize, (4,)),
}

# The same cases everywhere: a failure in CI is a failure here. TVM_TINY_FUZZ multiplies the cases.
EFFORT = max(1, int(os.environ.get("TVM_TINY_FUZZ", "1")))


def profile(examples: int) -> settings:
    return settings(
        derandomize=True,
        database=None,
        deadline=None,
        max_examples=examples * EFFORT,
        suppress_health_check=list(HealthCheck),
    )


def samples(reference: TFLMReference) -> list[Arrays]:
    """Random values, both extremes in turn, and values near the zero point."""
    rng = np.random.default_rng(17)
    infos = [reference.tensors[index] for index in reference.input_indices]
    shapes = {info.name: info.shape for info in infos}
    return [
        {name: rng.integers(-128, 128, shape).astype(np.int8) for name, shape in shapes.items()},
        {name: rng.choice([-128, 127], shape).astype(np.int8) for name, shape in shapes.items()},
        {name: rng.integers(-4, 5, shape).astype(np.int8) for name, shape in shapes.items()},
    ]


def check(model: bytes, on: str = "host", layers: bool = True) -> None:
    """Every output for three inputs, and every layer that the compiled form keeps."""
    reference = TFLMReference(model)
    artifact = tvm_tiny.build(model)
    source_index = {t.name: t.source_index for t in artifact.compiled.graph.tensors()}
    for inputs in samples(reference):
        result = artifact.run(inputs, on=on, layers=layers)
        _same("output", result.outputs, reference.run(inputs))
        if not layers:
            continue
        want = reference.run_layers(inputs)
        for name, got in result.layers.items():
            index = source_index[name]
            if index in want:
                label = reference.tensors[index].name
                _same("layer", {label: got}, {label: want[index].reshape(got.shape)})


def _same(what: str, got: Mapping[str, npt.NDArray[Any]], want: Arrays) -> None:
    assert list(got) == list(want)
    for name, values in want.items():
        assert got[name].dtype == values.dtype, f"{what} {name}"
        assert got[name].shape == values.shape, f"{what} {name}"
        if not np.array_equal(got[name], values):
            where = np.argwhere(got[name] != values)
            first = tuple(int(i) for i in where[0])
            raise AssertionError(
                f"{what} {name} {values.shape}: {len(where)} of {values.size} differ, first at "
                f"{first}: {got[name][first]} for {values[first]}"
            )

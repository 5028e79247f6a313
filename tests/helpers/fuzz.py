# SPDX-License-Identifier: Apache-2.0
"""Compile a model, run the C, compare every byte of every layer with tflite-micro."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import strategies_moves as moves
from hypothesis import HealthCheck, Phase, settings
from strategies import (
    Operator,
    binary,
    borders,
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
from tvm_tiny.graph import Tensor
from tvm_tiny.validate.reference import TFLMReference

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
    "borders": (borders, (1, 2, 3, 4)),
    "pad": (moves.pad, (1, 2, 3, 4)),
    "reshape": (moves.reshape, (1, 2, 3, 4)),
    "transpose": (moves.transpose, (2, 3, 4)),
    "concat": (moves.concat, (1, 2, 3, 4)),
    "pack": (moves.pack, (1, 2, 3)),
    "split": (moves.split, (1, 2, 3, 4)),
    "slices": (moves.slices, (1, 2, 3, 4)),
    "resize": (moves.resize, (4,)),
}

# What image models are made of, so that segments of windowed operators are long.
_VISION = ("conv", "conv", "depthwise", "depthwise", "binary", "pool", "concat", "pad", "unary")
# Cores beside the Cortex-M7: with and without DSP instructions; what of them is run every time.
OTHER_CORES = {
    "cortex-m4": ("conv", "dense", "binary"),
    "cortex-m0plus": ("conv", "reduce", "unary"),
}
EVERYTHING = tuple(operator for operator, _ in OPERATORS.values())
VISION = tuple(OPERATORS[name][0] for name in _VISION)

# The same cases everywhere: a failure in CI is a failure here. TVM_TINY_FUZZ multiplies the cases.
EFFORT = max(1, int(os.environ.get("TVM_TINY_FUZZ", "1")))

SOME_STEPS = 1_000_000
"""Of planning, a second's worth: what is asked here is what the plan computes, not its size."""


def profile(examples: int) -> settings:
    """Without shrinking: a seed has no smaller form (a graph has: fewer steps)."""
    return settings(
        derandomize=True,
        database=None,
        deadline=None,
        max_examples=examples * EFFORT,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


def samples(reference: TFLMReference) -> list[Arrays]:
    """Random values, both extremes in turn, and values near the zero point.

    Float inputs get multiples of 1/128, among them values halfway between two steps.
    """
    rng = np.random.default_rng(17)
    infos = [reference.tensors[index] for index in reference.input_indices]

    def sample(choices: npt.NDArray[np.int64]) -> Arrays:
        drawn = {info.name: rng.choice(choices, info.shape) for info in infos}
        return {
            info.name: (drawn[info.name] / 128 * 50).astype(np.float32)
            if info.dtype == "float32"
            else drawn[info.name].astype(np.int8)
            for info in infos
        }

    every = np.arange(-128, 128)
    return [sample(every), sample(every[[0, -1]]), sample(every[124:133])]


def check(model: bytes, on: str = "host", truth: bytes | None = None, **options: Any) -> None:
    """Every output for three inputs, and every layer that the compiled form keeps.

    Args:
        model: what is compiled.
        on: where it runs.
        options: of the build.
        truth: what the reference runs, the same model unless the check itself is under test.
    """
    reference = TFLMReference(truth or model)
    artifact = tvm_tiny.build(model, **{"plan_steps": SOME_STEPS, **options})
    tensors = {tensor.name: tensor for tensor in artifact.compiled.graph.tensors()}
    for inputs in samples(reference):
        result = artifact.run(inputs, on=on, layers=True)
        _same("output", result.outputs, reference.run(inputs))
        want = reference.run_layers(inputs)
        for name, got in result.layers.items():
            if tensors[name].source_index in want:
                _same_layer(tensors[name], got, want[tensors[name].source_index])


def _same_layer(tensor: Tensor, got: npt.NDArray[Any], want: npt.NDArray[Any]) -> None:
    """Of a tensor that lost channels: those it kept, and what the others always are."""
    if tensor.channels is not None:
        kept, constants = tensor.channels.kept, tensor.channels.constants
        whole = want.reshape(-1, tensor.channels.count)
        for channel, value in constants:
            assert np.all(whole[:, channel] == value), f"{tensor.source}: channel {channel}"
        want = whole[:, list(kept)]
    _same("layer", {tensor.source: got}, {tensor.source: want.reshape(got.shape)})


def _same(what: str, got: Mapping[str, npt.NDArray[Any]], want: Arrays) -> None:
    assert list(got) == list(want), f"{what} names {list(got)}, not {list(want)}"
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

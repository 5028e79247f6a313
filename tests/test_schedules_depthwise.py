# SPDX-License-Identifier: Apache-2.0
"""The depthwise schedule computes what the plain kernel does; what it cannot do it declines."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from op_harness import constant, make_node
from schedule_harness import assert_same, compilers

from tvm_tiny.graph import Node
from tvm_tiny.operators.base import lookup
from tvm_tiny.schedules.dsp_depthwise import DspDepthwise, Packed, pack
from tvm_tiny.schedules.rule import Declined

Array = npt.NDArray[Any]


def depthwise(
    rng: np.random.Generator,
    image: tuple[int, int, int, int],
    kernel: tuple[int, int],
    *,
    multiplier: int = 1,
    shift: tuple[int, int] = (-9, -4),
    **changes: Any,
) -> tuple[Node, list[Array]]:
    """A node with random weights and an input that meets the ends of int8."""
    channels = image[3] * multiplier
    low = int(rng.choice([-128, -128, -20]))
    attrs = {
        "strides": [1, 1],
        "dilation": [1, 1],
        "padding": [kernel[0] // 2, kernel[1] // 2, kernel[0] // 2, kernel[1] // 2],
        "input_zero_point": int(rng.integers(-128, 128)),
        "output_zero_point": int(rng.integers(-128, 128)),
        "activation": [low, int(rng.integers(max(low, 0), 128))],
        **changes,
    }
    if low == -128:
        attrs["activation"] = [-128, 127]
    x = rng.integers(-128, 128, image).astype(np.int8)
    x[rng.random(image) < 0.2] = -128
    operands = [
        constant(rng.integers(-127, 128, (*kernel, channels)), "int8"),
        constant(rng.integers(-20000, 20000, channels), "int32"),
        constant(rng.integers(1 << 30, 1 << 31, channels), "int32"),
        constant(rng.integers(*shift, channels), "int32"),
    ]
    node = make_node("depthwise_conv2d", [x, *operands], attrs)
    return node, [x, *(np.asarray(t.data) for t in operands)]


SHAPES = [
    ((1, 6, 6, 5), (3, 3), {}),
    ((1, 5, 9, 4), (3, 3), {"strides": [2, 2]}),
    ((1, 6, 6, 4), (3, 3), {"strides": [2, 2], "padding": [0, 0, 1, 1]}),
    ((2, 3, 3, 7), (3, 3), {}),
    ((1, 4, 11, 3), (5, 5), {}),
    ((1, 9, 10, 2), (7, 7), {"strides": [2, 2]}),
    ((1, 3, 3, 2), (7, 7), {}),
    ((1, 4, 14, 2), (3, 3), {"padding": [0, 0, 0, 0]}),
    ((1, 7, 1, 3), (3, 1), {"padding": [1, 0, 1, 0]}),
    ((1, 1, 13, 3), (1, 4), {"padding": [0, 1, 0, 2]}),
    ((1, 4, 4, 3), (2, 2), {"padding": [0, 0, 1, 1]}),
    ((1, 5, 8, 2), (3, 3), {"strides": [1, 3], "padding": [1, 0, 1, 0]}),
    ((1, 12, 4, 1), (4, 6), {"padding": [1, 2, 2, 3]}),
]


ON = ["", *compilers()]
"""The host, and the simulator with every cross compiler."""


@pytest.mark.parametrize("compiler", ON)
@pytest.mark.parametrize("seed", range(2))
def test_every_window(seed: int, compiler: str) -> None:
    rng = np.random.default_rng(seed)
    rule = DspDepthwise()
    cases = [(*depthwise(rng, image, kernel, **attrs), rule) for image, kernel, attrs in SHAPES]
    cases.append((*depthwise(rng, (1, 4, 6, 3), (3, 3), multiplier=3), rule))
    assert_same(cases, compiler)


RELU = {"output_zero_point": -128, "activation": [-128, 127]}
RELU_SHAPES = [
    ((1, 5, width, 3), (size, size), {"strides": [stride, stride]})
    for size in (3, 5, 7)
    for stride in (1, 2)
    for width in (5, 6, 10, 13)
    if width > size * (stride - 1)
]


@pytest.mark.parametrize("compiler", ON)
def test_short_records(compiler: str) -> None:
    """Ties of negative sums do not matter where all are -128: one shift for all channels."""
    rng = np.random.default_rng(7)
    cases: list[Any] = []
    for image, kernel, attrs in [*SHAPES, *RELU_SHAPES]:
        node, arrays = depthwise(rng, image, kernel, shift=(-9, -2), **{**attrs, **RELU})
        packed = pack(node)
        assert isinstance(packed, Packed)
        assert packed.relu
        cases.append((node, arrays, DspDepthwise()))
    assert_same(cases, compiler)


@pytest.mark.parametrize("compiler", ON)
def test_random_windows(compiler: str) -> None:
    rng = np.random.default_rng(99)
    cases: list[Any] = []
    while len(cases) < 40:
        kernel = int(rng.integers(1, 6)), int(rng.integers(1, 6))
        size = int(rng.integers(kernel[0], 9)), int(rng.integers(kernel[1], 18))
        padding = [int(rng.integers(0, k)) for k in (*kernel, *kernel)]
        node, arrays = depthwise(
            rng,
            (1, *size, int(rng.integers(1, 6))),
            kernel,
            multiplier=int(rng.integers(1, 3)),
            padding=padding,
            strides=[int(s) for s in rng.integers(1, 4, 2)],
        )
        if not isinstance(apply(node), Declined):
            cases.append((node, arrays, DspDepthwise()))
    assert_same(cases, compiler)


def test_channels_that_do_not_depend_on_the_input() -> None:
    """Scales far out of range, with results that are constant all the same."""
    rng = np.random.default_rng(5)
    node, arrays = depthwise(rng, (1, 4, 5, 4), (3, 3), shift=(-31, -24), activation=[-128, 127])
    assert_same([(node, arrays, DspDepthwise())])


@pytest.mark.slow
def test_headers_are_what_the_solver_writes() -> None:
    script = Path(__file__).parents[1] / "benchmarks" / "micro" / "write_depthwise.py"
    command = [sys.executable, str(script), "--check"]
    assert subprocess.run(command, timeout=1800, check=False).returncode == 0


def apply(node: Node) -> Any:
    return DspDepthwise().apply(lookup(node.op).kernel(node), node, "cortex-m7")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"shift": (0, 1)}, "one half"),
        ({"dilation": [1, 2], "padding": [2, 2, 2, 2]}, "dilation"),
        ({"padding": [1, 3, 1, 3]}, "padding"),
    ],
)
def test_what_does_not_fit_is_declined(changes: dict[str, Any], reason: str) -> None:
    node, _ = depthwise(np.random.default_rng(1), (1, 6, 6, 2), (3, 3), **changes)
    got = apply(node)
    assert isinstance(got, Declined)
    assert reason in got.reason

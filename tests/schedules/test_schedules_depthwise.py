# SPDX-License-Identifier: Apache-2.0
"""The depthwise schedule computes what the plain kernel does; what it cannot do it declines."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hang import HANG_S
from op_harness import constant, make_node, run_batch
from paths import ROOT
from schedule_harness import (
    Host,
    Simulated,
    assert_same,
    compilers,
    run_scheduled,
    scheduled,
    scheduled_c,
)

from tvm_tiny.graph import Node
from tvm_tiny.operators.base import lookup
from tvm_tiny.operators.two_rows import two_rows
from tvm_tiny.schedules.dsp.depthwise import DspDepthwise, PackedRecords, pack
from tvm_tiny.schedules.dsp.depthwise_bytes import DspDepthwiseBytes
from tvm_tiny.schedules.dsp.depthwise_direct import DspDepthwiseDirect
from tvm_tiny.schedules.dsp.depthwise_fours import DspDepthwiseFours
from tvm_tiny.schedules.dsp.depthwise_large import DspDepthwiseLarge
from tvm_tiny.schedules.rule import Declined, Scheduled
from tvm_tiny.targets import load_core

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
        assert isinstance(packed, PackedRecords)
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
@pytest.mark.timeout(1800)
def test_headers_are_what_the_solver_writes() -> None:
    command = [sys.executable, "-m", "tvm_tiny.schedules.dsp.generator.write", "--check"]
    assert subprocess.run(command, cwd=ROOT, timeout=HANG_S, check=False).returncode == 0


def apply(node: Node) -> Any:
    return DspDepthwise().apply(lookup(node.op).kernel(node), node, load_core("cortex-m7"))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"shift": (8, 9)}, "too large"),
        ({"dilation": [1, 2], "padding": [2, 2, 2, 2]}, "dilation"),
        ({"padding": [1, 3, 1, 3]}, "padding"),
    ],
)
def test_what_does_not_fit_is_declined(changes: dict[str, Any], reason: str) -> None:
    node, _ = depthwise(np.random.default_rng(1), (1, 6, 6, 2), (3, 3), **changes)
    got = apply(node)
    assert isinstance(got, Declined)
    assert reason in got.reason


FOURS = [
    ((1, 9, 1, 8), (5, 1), {"padding": [2, 0, 2, 0]}),
    ((1, 6, 2, 6), (3, 3), {}),
    ((1, 5, 3, 9), (3, 3), {"strides": [2, 2]}),
    ((2, 4, 3, 4), (5, 5), {"padding": [2, 2, 2, 2]}),
    ((1, 12, 1, 21), (10, 1), {"padding": [0, 0, 0, 0]}),
    ((1, 9, 10, 7), (3, 3), {"dilation": [2, 3], "padding": [2, 3, 2, 3]}),
    ((1, 6, 6, 4), (3, 3), {"padding": [1, 3, 1, 3]}),
]


@pytest.mark.parametrize("core", ["cortex-m7", "cortex-m4"])
@pytest.mark.parametrize("compiler", ON)
def test_four_channels_at_a_time(compiler: str, core: str) -> None:
    if core != "cortex-m7" and not compiler:
        pytest.skip("the host runs the same C for every core")
    rng = np.random.default_rng(11)
    cases: list[Any] = []
    for image, kernel, attrs in FOURS:
        for more in ({}, RELU):
            for shift in ((-9, -4), (-2, 3)):
                node, arrays = depthwise(rng, image, kernel, shift=shift, **{**attrs, **more})
                rule = DspDepthwiseFours()
                if not isinstance(pack(node), str):
                    cases.append((node, arrays, rule))
    assert len(cases) > 20
    assert_same(cases, compiler, core)


JOINED = [
    # image, window, padding, columns that are one
    ((1, 9, 6, 7), (5, 1), [2, 0, 2, 0], 6),
    ((1, 7, 12, 5), (3, 1), [1, 0, 1, 0], 12),
    ((2, 9, 5, 16), (4, 1), [0, 0, 0, 0], 1),
    ((1, 6, 6, 33), (3, 1), [1, 0, 1, 0], 2),
]


@pytest.mark.parametrize("compiler", ON)
def test_columns_as_one_where_windows_are_a_column_wide(compiler: str) -> None:
    rng = np.random.default_rng(12)
    cases: list[Any] = []
    rule = DspDepthwiseFours(joined=1)
    for image, kernel, padding, columns in JOINED:
        for more in ({"dilation": [2, 1]}, RELU):
            node, arrays = depthwise(rng, image, kernel, padding=padding, **more)
            words = f"{columns} columns as one" if columns > 1 else "wherever they lie"
            assert scheduled(node, rule).why.endswith(words)
            cases.append((node, arrays, rule))
    for changes in ({"strides": [1, 2]}, {"padding": [1, 1, 1, 1]}):
        node, arrays = depthwise(rng, (1, 5, 8, 8), (3, 1), **changes)
        assert "as one" not in scheduled(node, rule).why
        cases.append((node, arrays, rule))
    assert_same(cases, compiler)


@pytest.mark.parametrize("core", ["cortex-m7", "cortex-m4"])
@pytest.mark.parametrize("compiler", ON)
def test_weights_of_one_byte(compiler: str, core: str) -> None:
    """Widened on the stack: short and long records, left shifts, channels that are constant."""
    if core != "cortex-m7" and not compiler:
        pytest.skip("the host runs the same C for every core")
    rng = np.random.default_rng(15)
    cases: list[Any] = []
    for image, kernel, attrs in [*SHAPES, *RELU_SHAPES[::4]]:
        for more, shift in (({}, (-9, -2)), (RELU, (-9, -2)), ({}, (-4, 3)), (RELU, (-31, -24))):
            if min(image[2], kernel[1]) >= 3:
                node, arrays = depthwise(rng, image, kernel, shift=shift, **{**attrs, **more})
                rule = DspDepthwiseBytes()
                made = rule.apply(None, node, load_core(core))
                if isinstance(made, Scheduled):
                    whole = DspDepthwise().apply(None, node, load_core(core))
                    assert isinstance(whole, Scheduled)
                    assert _constant_bytes(made) < _constant_bytes(whole)
                    cases.append((node, arrays, rule))
    assert len(cases) > 25
    assert_same(cases, compiler, core)


def _constant_bytes(made: Scheduled) -> int:
    return sum(t.nbytes for t in (made.constants or {}).values())


DIRECT = [
    *(((1, 4, width, 5), {}) for width in (3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 16, 17)),
    ((1, 1, 5, 3), {}),
    ((2, 5, 6, 1), {"strides": [2, 1]}),
    *(
        ((1, 5, width, 4), {"strides": [2, 2], "padding": [0, left, 1, right]})
        for width in (8, 9, 10, 11, 12, 13, 17, 26)
        for left in (0, 1)
        for right in (0, 1)
        if (width - 3 + left + right) // 2 + 1 >= 4 + left
    ),
    ((1, 9, 12, 7), {"strides": [3, 2], "padding": [2, 0, 2, 1]}),
]


@pytest.mark.parametrize("compiler", ON)
def test_straight_from_the_tensor(compiler: str) -> None:
    """Borders at no, one or both ends, absent rows, short and long records."""
    rng = np.random.default_rng(14)
    cases: list[Any] = []
    for image, attrs in DIRECT:
        for more in ({}, RELU):
            node, arrays = depthwise(rng, image, (3, 3), shift=(-9, -2), **{**attrs, **more})
            rule = DspDepthwiseDirect()
            made = rule.apply(None, node, load_core("cortex-m7"))
            assert isinstance(made, Scheduled), made
            cases.append((node, arrays, rule))
    assert_same(cases, compiler)


@pytest.mark.parametrize(
    ("image", "attrs", "core", "reason"),
    [
        ((1, 4, 2, 4), {}, "cortex-m7", "rows of 2"),
        ((1, 4, 6, 4), {}, "cortex-m4", "one instruction"),
        ((1, 4, 6, 4), {"padding": [1, 0, 1, 1]}, "cortex-m7", "rows of 5"),
        ((1, 4, 8, 4), {"strides": [2, 2], "padding": [0, 1, 0, 0]}, "cortex-m7", "rows of 4"),
        ((1, 4, 9, 4), {"strides": [1, 3]}, "cortex-m7", "stride 3"),
    ],
)
def test_what_is_not_straight_from_the_tensor(
    image: tuple[int, int, int, int], attrs: dict[str, Any], core: str, reason: str
) -> None:
    node, _ = depthwise(np.random.default_rng(1), image, (3, 3), **attrs)
    got = DspDepthwiseDirect().apply(None, node, load_core(core))
    assert isinstance(got, Declined)
    assert reason in got.reason


LARGE = [
    *(((1, 4, width, 3), 5, [1, 1]) for width in (3, 4, 5, 7, 8, 10)),
    *(((1, 5, width, 3), 7, [1, 1]) for width in (3, 4, 5, 8, 9, 10)),
    *(((1, 7, width, 2), 5, [2, 2]) for width in (5, 6, 7, 8, 9, 10, 12, 14, 17, 20)),
    *(((1, 5, width, 2), 7, [1, 2]) for width in (5, 6, 7, 8, 9, 10, 13, 15, 16, 20)),
    ((2, 9, 20, 5), 7, [2, 2]),
    ((2, 1, 5, 1), 5, [1, 1]),
]


@pytest.mark.parametrize("core", ["cortex-m7", "cortex-m4"])
@pytest.mark.parametrize("compiler", ON)
def test_large_windows_straight_from_the_tensor(compiler: str, core: str) -> None:
    """Whole rows and halves, absent rows, ends of int8, short and long records, left shifts."""
    if core != "cortex-m7" and not compiler:
        pytest.skip("the host runs the same C for every core")
    rng = np.random.default_rng(16)
    cases: list[Any] = []
    for image, size, strides in LARGE:
        half = size // 2
        fewer = half - (strides[1] == 2 and image[2] % 2 == 0)
        for more, shift, left, right in (
            ({}, (-9, -2), fewer, half), (RELU, (-9, -2), half, fewer),
            (RELU, (-9, -2), fewer, half), ({}, (-4, 3), half, fewer),
        ):  # fmt: skip
            attrs = {"strides": strides, "padding": [half, left, half, right], **more}
            node, arrays = depthwise(rng, image, (size, size), shift=shift, **attrs)
            cases.append((node, arrays, DspDepthwiseLarge()))
    assert_same(cases, compiler, core)


@pytest.mark.parametrize("core", ["cortex-m7", "cortex-m4"])
@pytest.mark.parametrize("compiler", ON)
def test_sums_of_large_windows_at_their_ends(compiler: str, core: str) -> None:
    """Fields of a sum do not reach each other: all products as large as they get."""
    if core != "cortex-m7" and not compiler:
        pytest.skip("the host runs the same C for every core")
    cases: list[Any] = []
    for value, weight in ((-128, -127), (-128, 127), (127, 127), (127, -127)):
        node, arrays = depthwise(
            np.random.default_rng(2), (1, 7, 5, 2), (7, 7), shift=(-14, -13), input_zero_point=value
        )
        data = np.full(node.operands[1].shape, weight, np.int8)
        data[..., 1] *= np.where(np.arange(7) % 2, 1, -1).astype(np.int8)
        operands = node.operands[0], constant(data), *node.operands[2:]
        arrays[0][:], arrays[1] = value, data
        cases.append((replace(node, operands=operands), arrays, DspDepthwiseLarge()))
    assert_same(cases, compiler, core)


@pytest.mark.parametrize(
    ("image", "size", "attrs", "reason"),
    [
        ((1, 4, 6, 4), 5, {}, "rows of 6"),
        ((1, 4, 11, 4), 5, {}, "rows of 11"),
        ((1, 4, 8, 4), 3, {}, "no window"),
        ((1, 6, 8, 4), 5, {"padding": [2, 1, 2, 2]}, "1 and 2 columns"),
        ((1, 7, 12, 4), 5, {"strides": [3, 3]}, "stride 3"),
    ],
)
def test_what_is_no_large_window(
    image: tuple[int, int, int, int], size: int, attrs: dict[str, Any], reason: str
) -> None:
    node, _ = depthwise(np.random.default_rng(1), image, (size, size), **attrs)
    got = DspDepthwiseLarge().apply(None, node, load_core("cortex-m7"))
    assert isinstance(got, Declined)
    assert reason in got.reason


def test_long_rows_are_left_to_two_rows_a_call_where_those_are_possible() -> None:
    core, rule = load_core("cortex-m7"), DspDepthwiseDirect(long_rows=0)
    for width, more, declined in ((7, RELU, True), (6, RELU, False), (7, {}, False)):
        node, _ = depthwise(
            np.random.default_rng(1), (1, 4, width, 4), (3, 3), shift=(-9, -2),
            **{"output_zero_point": 3, **more},
        )  # fmt: skip
        got = rule.apply(None, node, core)
        assert isinstance(got, Declined if declined else Scheduled), got


@pytest.mark.parametrize("core", ["cortex-m7", "cortex-m4"])
@pytest.mark.parametrize("compiler", ON)
def test_multipliers_of_one_half_and_more(compiler: str, core: str) -> None:
    """They are left shifts and have one rounding; channel by channel, beside small ones."""
    if core != "cortex-m7" and not compiler:
        pytest.skip("the host runs the same C for every core")
    rng = np.random.default_rng(12)
    cases: list[Any] = []
    for image, kernel, attrs in SHAPES:
        for more in ({}, RELU):
            node, arrays = depthwise(rng, image, kernel, shift=(-9, 5), **{**attrs, **more})
            assert isinstance(pack(node), PackedRecords)
            cases.append((node, arrays, DspDepthwise()))
    assert_same(cases, compiler, core)


@pytest.mark.parametrize("core", ["cortex-m7", "cortex-m4"])
@pytest.mark.parametrize("compiler", ON)
def test_two_rows_a_call(compiler: str, core: str) -> None:
    if core != "cortex-m7" and not compiler:
        pytest.skip("the host runs the same C for every core")
    rng = np.random.default_rng(13)
    cases: list[tuple[Node, list[Array], Scheduled]] = []
    for width in (3, 4, 5, 6, 11, 13):
        for height, padding in ((2, 1), (5, 1), (6, 0)):
            attrs = {"padding": [padding, 1, padding, 1], **RELU}
            node, arrays = depthwise(rng, (1, height, width, 5), (3, 3), shift=(-9, -2), **attrs)
            made = scheduled(node, DspDepthwise(), core)
            assert made.two_rows is not None
            cases.append((node, arrays, replace(made, func=made.two_rows)))
    pairs = [two_rows(node) for node, _, _ in cases]
    text = "\n".join(
        scheduled_c(pair, what, f"fast_{i}", core)
        for i, (pair, (_, _, what)) in enumerate(zip(pairs, cases, strict=True))
    )
    memory = Simulated(text, compiler, core) if compiler else Host(text)
    wanted = run_batch([(node, arrays) for node, arrays, _ in cases])
    for i, (pair, (_, arrays, what)) in enumerate(zip(pairs, cases, strict=True)):
        row_bytes = pair.operands[0].row_bytes
        # Outputs two rows further lie over the window's last row, channel over channel.
        for over in (None, 2 * row_bytes) if pair.output.row_bytes == 2 * row_bytes else (None,):
            got = run_scheduled(pair, arrays, what, memory, f"fast_{i}", over).reshape(-1)
            assert np.array_equal(got, wanted[i].reshape(-1)[: got.size]), (i, over)

# SPDX-License-Identifier: Apache-2.0
"""Matrix products on DSP cores: the C twin on the host, the instructions on the simulated core."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from device_harness import assert_same_on_device, device
from op_harness import constant, make_node
from schedule_harness import assert_same, compilers, scheduled

from tvm_tiny.graph import Node
from tvm_tiny.operators.base import lookup
from tvm_tiny.schedules import default_rules
from tvm_tiny.schedules.dsp.matrix import COMPACT_HEADER, DspMatrix
from tvm_tiny.schedules.packing import (
    LINE_SHIFTS,
    SUM_LIMIT,
    MatrixProduct,
    exact_table,
    live_product,
    pack,
)
from tvm_tiny.schedules.requantise import SCALE
from tvm_tiny.schedules.rule import Declined, ScheduleRule
from tvm_tiny.targets import load_core

Array = npt.NDArray[Any]
RULE = DspMatrix()


def _linear(
    rng: np.random.Generator,
    op: str,
    image: tuple[int, ...],
    weight: tuple[int, ...],
    **changes: Any,
) -> tuple[Node, list[Array], ScheduleRule]:
    """A node with random contents whose inputs meet the ends of int8 and whose results spread."""
    count = weight[0]
    inputs = int(np.prod(weight[1:]))
    limited = bool(rng.integers(0, 3) == 0)
    attrs: dict[str, Any] = {
        "input_zero_point": int(rng.integers(-128, 128)),
        "output_zero_point": int(rng.choice([-128, rng.integers(-128, 128)])),
        "activation": [int(rng.integers(-128, 0)), int(rng.integers(0, 128))]
        if limited
        else [-128, 127],
        **changes,
    }
    x = rng.integers(-128, 128, image).astype(np.int8)
    x[rng.random(image) < 0.1] = -128
    x[rng.random(image) < 0.1] = 127
    # A spread of about 60 steps; and some multipliers of one half, where ties abound.
    exponent = int(np.ceil(np.log2(np.sqrt(inputs) * 74 * 74 / 60)))
    shifts = rng.integers(-exponent - 1, min(0, 2 - exponent), count)
    multipliers = rng.integers(1 << 30, 1 << 31, count)
    multipliers[rng.random(count) < 0.3] = 1 << 30
    operands = [
        constant(rng.integers(-127, 128, weight), "int8"),
        constant(rng.integers(-20000, 20000, count), "int32"),
        constant(multipliers, "int32"),
        constant(np.minimum(shifts, -1), "int32"),
    ]
    node = make_node(op, [x, *operands], attrs)
    return node, [x, *(np.asarray(t.data) for t in operands)], RULE


def conv(
    rng: np.random.Generator, image: tuple[int, ...], weight: tuple[int, ...], **changes: Any
) -> tuple[Node, list[Array], ScheduleRule]:
    usual = {"strides": [1, 1], "dilation": [1, 1], "padding": [0, 0, 0, 0], "groups": 1}
    return _linear(rng, "conv2d", image, weight, **{**usual, **changes})


def dense(
    rng: np.random.Generator, image: tuple[int, ...], weight: tuple[int, ...], **changes: Any
) -> tuple[Node, list[Array], ScheduleRule]:
    return _linear(rng, "fully_connected", image, weight, **{"weight_zero_point": 0, **changes})


SAME = {"padding": [1, 1, 1, 1]}
CASES: list[tuple[Any, tuple[int, ...], tuple[int, ...], dict[str, Any]]] = [
    # Pointwise: numbers of groups round the eight that are unrolled, odd everything.
    *[(conv, (1, 1, 4, c), (o, 1, 1, c), {}) for c, o in ((4, 2), (8, 4), (16, 3), (28, 6))],
    *[(conv, (1, 2, 3, c), (o, 1, 1, c), {}) for c, o in ((32, 5), (36, 7), (64, 9), (68, 1))],
    *[(conv, (1, 1, 5, c), (o, 1, 1, c), {}) for c, o in ((1, 1), (3, 4), (13, 6), (130, 8))],
    *[(conv, (1, 1, 5, c), (o, 1, 1, c), {}) for c, o in ((2, 3), (7, 5), (17, 33), (38, 3))],
    (conv, (2, 4, 6, 8), (4, 1, 1, 8), {"strides": [2, 2]}),
    (conv, (1, 3, 7, 5), (5, 1, 1, 5), {"strides": [1, 3]}),
    (conv, (1, 3, 3, 4), (4, 1, 1, 4), {"padding": [1, 1, 1, 1]}),
    # Windows.
    (conv, (1, 5, 6, 4), (4, 3, 3, 4), SAME),
    (conv, (1, 5, 5, 8), (3, 3, 3, 8), {"padding": [0, 0, 1, 1], "strides": [2, 2]}),
    (conv, (1, 4, 7, 16), (6, 3, 3, 16), SAME),
    (conv, (1, 6, 9, 12), (5, 3, 2, 12), {"dilation": [2, 3], "padding": [2, 3, 2, 0]}),
    (conv, (1, 2, 2, 4), (2, 5, 5, 4), {"padding": [2, 2, 2, 2]}),
    (conv, (2, 5, 4, 4), (4, 3, 3, 4), {}),
    # First layers.
    (conv, (1, 7, 8, 3), (8, 3, 3, 3), {"padding": [0, 0, 1, 1], "strides": [2, 2]}),
    (conv, (1, 6, 7, 3), (7, 3, 3, 3), SAME),
    (conv, (1, 12, 6, 1), (6, 10, 4, 1), {"padding": [4, 1, 5, 2], "strides": [2, 2]}),
    (conv, (1, 5, 6, 2), (4, 3, 3, 2), SAME),
    (conv, (1, 5, 9, 1), (3, 1, 1, 1), {}),
    (conv, (1, 4, 6, 1), (4, 2, 3, 1), {"dilation": [1, 2], "padding": [1, 2, 0, 2]}),
    (conv, (1, 6, 8, 5), (4, 3, 5, 5), {"padding": [1, 2, 1, 2]}),
    # Fully connected.
    *[(dense, (1, c), (o, c), {}) for c, o in ((4, 4), (7, 9), (64, 10), (129, 33), (1, 2))],
    (dense, (3, 20), (6, 20), {}),
    # Several groups of channels.
    (conv, (1, 4, 5, 8), (6, 3, 3, 4), {"groups": 2, **SAME}),
    (conv, (1, 3, 5, 12), (9, 1, 1, 4), {"groups": 3}),
    (conv, (1, 5, 4, 6), (4, 3, 3, 3), {"groups": 2, "strides": [2, 2], **SAME}),
    (conv, (1, 4, 5, 5), (5, 2, 3, 1), {"groups": 5, "dilation": [1, 2]}),
    (dense, (2, 2, 3, 9), (5, 9), {}),
]


WIDE: list[tuple[Any, tuple[int, ...], tuple[int, ...], dict[str, Any]]] = [
    (conv, (1, 3, 5, 8), (5, 3, 3, 8), SAME),
    (conv, (1, 4, 3, 3), (4, 3, 3, 3), {"strides": [2, 2], **SAME}),
    (conv, (1, 2, 4, 12), (3, 1, 1, 12), {}),
    (conv, (1, 3, 5, 12), (6, 2, 2, 4), {"groups": 3}),
    (conv, (1, 3, 4, 6), (2, 2, 2, 3), {"groups": 2, "padding": [1, 0, 0, 1]}),
    (dense, (2, 33), (7, 33), {}),
]


def _wide(rng: np.random.Generator, case: int, kind: int) -> Any:
    """Cases that paired weights do not hold: weights of -128, large multipliers, large sums."""
    make, image, weight, attrs = WIDE[case]
    node, arrays, rule = make(rng, image, weight, **attrs)
    changed = [np.array(a) for a in arrays]
    if kind == 0:
        changed[1][rng.random(weight) < 0.2] = -128
    elif kind == 1:
        changed[4][:] = rng.integers(0, 4, weight[0])
        changed[4][-1] = -31
    else:
        changed[2][:] = rng.integers(-(1 << 30), 1 << 30, weight[0])
        changed[4][:] = -22
    operands = [changed[0], *(constant(a, str(a.dtype)) for a in changed[1:])]
    return make_node(node.op, operands, node.attrs), changed, rule


def _wide_cases(seed: int) -> list[Any]:
    rng = np.random.default_rng(seed)
    return [_wide(rng, case, kind) for case in range(len(WIDE)) for kind in range(3)]


def test_wide_products_are_exact() -> None:
    cases = _wide_cases(0)
    assert any("widened weights" in scheduled(node, rule).why for node, _, rule in cases)
    assert_same(cases)


@pytest.mark.simulator
def test_wide_products_are_exact_on_the_core() -> None:
    assert_same_on_device(_wide_cases(1))


def _steep(rng: np.random.Generator, case: int, share: float) -> Any:
    """A case some (or all) of whose multipliers are one half or more."""
    make, image, weight, attrs = WIDE[case]
    node, arrays, rule = make(rng, image, weight, **attrs)
    changed = [np.array(a) for a in arrays]
    steep = rng.random(weight[0]) < share
    steep[0] = True
    changed[4][steep] = rng.integers(0, 6, steep.sum())
    # Small sums: others have results at the ends only.
    near = node.attrs["input_zero_point"] + rng.integers(-4, 5, image)
    changed[0] = np.clip(near, -128, 127).astype(np.int8)
    changed[1][steep] = rng.integers(-2, 3, (int(steep.sum()), *weight[1:]))
    changed[2][steep] = rng.integers(-30, 30, steep.sum())
    operands = [changed[0], *(constant(a, str(a.dtype)) for a in changed[1:])]
    return make_node(node.op, operands, node.attrs), changed, rule


def _steep_cases(seed: int) -> list[Any]:
    rng = np.random.default_rng(seed)
    cases = [_steep(rng, case, share) for case in range(len(WIDE)) for share in (0.4, 1.0)]
    assert not any("widened weights" in scheduled(node, rule).why for node, _, rule in cases)
    return cases


@pytest.mark.parametrize("compiler", ["", *compilers()])
def test_multipliers_of_one_half_and_more_take_paired_weights(compiler: str) -> None:
    assert_same(_steep_cases(5), compiler)


@pytest.mark.simulator
def test_multipliers_of_one_half_and_more_are_exact_on_the_core() -> None:
    assert_same_on_device(_steep_cases(6))


@pytest.mark.parametrize("scale", [SCALE, 64])
@pytest.mark.parametrize("seed", range(3))
def test_rows_of_steep_multipliers_give_every_sum_its_result(seed: int, scale: int) -> None:
    """As the kernels compute it: one less where the accumulator is negative."""
    rng = np.random.default_rng(seed)
    channels, most = 40, 4 if scale == SCALE else 3
    live = live_product(
        _product(
            weights=rng.integers(-127, 128, (channels, 2)),
            bias=rng.integers(-2000, 2000, channels),
            multiplier=rng.integers(1 << 30, 1 << 31, channels),
            shift=rng.integers(-3, most, channels),
            output_zero_point=int(rng.integers(-128, 128)),
        )
    )
    table = exact_table(live, scale, scale * live.bias)
    assert not isinstance(table, str)
    sums = np.linspace(live.low, live.high, 9999).astype(np.int64).T
    near = np.arange(-800, 800)
    sums = np.concatenate([sums, np.clip(near, live.low[:, None], live.high[:, None])], axis=1)
    total = scale * sums + (table[:, 0] - scale * live.bias)[:, None]
    assert np.abs(total).max() < 1 << 31
    high = total * table[:, 1, None] >> 32
    got = (high - (total < 0) * (scale // 2) + table[:, 2, None]) >> table[:, 3, None]
    wanted = live.product.requantisation.results(sums)
    np.testing.assert_array_equal(np.clip(got, -128, 127)[~live.fixed], wanted[~live.fixed])


@pytest.mark.parametrize("seed", range(4))
def test_c_twin_is_exact(seed: int) -> None:
    rng = np.random.default_rng(seed)
    assert_same([make(rng, image, weight, **attrs) for make, image, weight, attrs in CASES])


@pytest.mark.simulator
@pytest.mark.parametrize("seed", range(4, 7))
def test_instructions_are_exact(seed: int) -> None:
    rng = np.random.default_rng(seed)
    cases = [make(rng, image, weight, **attrs) for make, image, weight, attrs in CASES]
    assert_same_on_device(cases)


def test_the_loops_a_micro_kernel_stands_for_are_exact() -> None:
    """The description of the tensor intrinsic, compiled as it is."""
    rng = np.random.default_rng(11)
    loops = DspMatrix(micro_kernel=False)
    cases = [make(rng, image, weight, **attrs) for make, image, weight, attrs in CASES]
    assert_same([(node, arrays, loops) for node, arrays, _ in cases])


_MICRO = """
#include "tvm_tiny_dsp_product.h"
#include "tvm_tiny_vector.h"
void NAME_two(const int32_t *x, const int16_t *w, const int32_t *t, int8_t *y, int32_t g,
              int32_t c, int32_t line);
void NAME_two(const int32_t *x, const int16_t *w, const int32_t *t, int8_t *y, int32_t g,
              int32_t c, int32_t line)
{
    tvm_tiny_dsp_two_pixels(x, w, t, y, g, c, c + 3, line);
}
void NAME_one(const int32_t *x, const int16_t *w, const int32_t *t, int8_t *y, int32_t g,
              int32_t c, int32_t line);
void NAME_one(const int32_t *x, const int16_t *w, const int32_t *t, int8_t *y, int32_t g,
              int32_t c, int32_t line)
{
    tvm_tiny_dsp_one_pixel(x, w, t, y, g, c, line);
}
void NAME_vector(const int8_t *x, const int16_t *w, const int32_t *t, int8_t *y, int32_t g,
                 int32_t c, int32_t line);
void NAME_vector(const int8_t *x, const int16_t *w, const int32_t *t, int8_t *y, int32_t g,
                 int32_t c, int32_t line)
{
    tvm_tiny_vector_product(x, w, t, y, g, c, line);
}
"""


@pytest.mark.simulator
@pytest.mark.parametrize("compact", [False, True])
def test_assembly_equals_its_twin_on_any_bits(compact: bool) -> None:
    """Not only on weights and activations as they are packed: on random words."""
    fast = ('#include "tvm_tiny_compact.h"\n' if compact else "") + _MICRO.replace("NAME", "fast")
    slow = "#define TVM_TINY_PLAIN_C\n" + _MICRO.replace("NAME", "slow")
    machine = device([fast, slow])
    rng = np.random.default_rng(0)
    x, w, table, y, z = (machine.alloc(1 << 14) for _ in range(5))
    cases = itertools.product((1, 2, 3, 15, 16, 17, 33), (1, 2, 3, 4, 5, 8, 12), (0, *LINE_SHIFTS))
    for groups, channels, line in cases:
        pairs = -(-channels // 2)
        machine.write(x, rng.bytes(16 * groups + 12))
        machine.write(w, rng.bytes(8 * groups * pairs + 4))
        entries = rng.integers(-(1 << 31), 1 << 31, (pairs, 2 if line else 4, 2), np.int64)
        entries[:, 1] &= (1 << 31) - 1
        if not line:
            entries[:, 2] = rng.integers(-(1 << 28), 1 << 28, (pairs, 2))
            entries[:, 3] = rng.integers(8, 27, (pairs, 2))
        machine.write(table, entries.astype(np.int32).tobytes())
        names = ["two", "one", *(["vector"] if channels % 4 == 0 else [])]
        for name in names:
            machine.call(f"fast_{name}", x, w, table, y, groups, channels, line)
            machine.call(f"slow_{name}", x, w, table, z, groups, channels, line)
            assert machine.read(y, 2 * channels + 3) == machine.read(z, 2 * channels + 3)


def _product(**changes: Any) -> MatrixProduct:
    values: dict[str, Any] = {
        "weights": np.full((1, 4), 100),
        "bias": np.zeros(1, np.int64),
        "multiplier": np.full(1, 1 << 30),
        "shift": np.full(1, -8),
        "input_zero_point": 0,
        "output_zero_point": 0,
        "activation": (-128, 127),
        **changes,
    }
    return MatrixProduct(**values)


def test_the_accumulator_holds_24_bits_and_no_more() -> None:
    room = SUM_LIMIT - 4 * 100 * 128
    assert not isinstance(pack(_product(bias=np.array([-room]), shift=np.array([-15]))), str)
    assert "24 bits" in str(pack(_product(bias=np.array([-room - 1]), shift=np.array([-15]))))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"shift": np.array([7])}, "too large"),
        ({"weights": np.array([[-128, 1, 1, 1]])}, "-127"),
    ],
)
def test_what_cannot_be_packed_says_why(changes: dict[str, Any], reason: str) -> None:
    assert reason in str(pack(_product(**changes)))


def test_channels_that_never_change_are_products_with_zero() -> None:
    packed = pack(_product(bias=np.array([1 << 30]), shift=np.array([-3])))
    assert not isinstance(packed, str)
    assert packed.constant_channels == 1
    assert not packed.weights.any()


def test_constant_channels_among_others_are_exact() -> None:
    rng = np.random.default_rng(3)
    node, arrays, rule = conv(rng, (1, 3, 4, 8), (6, 1, 1, 8))
    bias = np.asarray(node.operands[2].data).copy()
    bias[[1, 4]] = [1 << 29, -(1 << 29)]
    shift = np.asarray(node.operands[4].data).copy()
    shift[1] = 0
    operands = [
        *node.operands[:2],
        constant(bias, "int32"),
        node.operands[3],
        constant(shift, "int32"),
    ]
    node = make_node("conv2d", [arrays[0], *operands[1:]], node.attrs)
    arrays = [arrays[0], *(np.asarray(t.data) for t in operands[1:])]
    assert_same([(node, arrays, rule)])


def test_every_product_is_tensorised() -> None:
    rng = np.random.default_rng(0)
    for make, image, weight, attrs in CASES:
        node, _, rule = make(rng, image, weight, **attrs)
        text = scheduled(node, rule).func.script()
        assert "tvm_tiny_dsp_product" in text or "tvm_tiny_wide_product" in text
        assert "tvm_tiny_dsp_group" not in text


def test_other_operators_are_declined() -> None:
    x = np.zeros((1, 2, 2, 3), np.int8)
    node = make_node("lut", [x, constant(np.arange(-128, 128))], {})
    assert isinstance(
        RULE.apply(lookup("lut").kernel(node), node, load_core("cortex-m7")), Declined
    )


def test_cores_without_dsp_have_plain_loops() -> None:
    assert not any(isinstance(r, DspMatrix) for r in default_rules(load_core("cortex-m0plus")))
    assert any(isinstance(r, DspMatrix) for r in default_rules(load_core("cortex-m4")))


def test_flash_takes_micro_kernels_of_less_code() -> None:
    node, _, _ = conv(np.random.default_rng(0), (1, 1, 4, 8), (4, 1, 1, 8))
    for optimize in ("speed", "flash"):
        rule = next(
            r for r in default_rules(load_core("cortex-m7"), optimize) if isinstance(r, DspMatrix)
        )
        compact = COMPACT_HEADER in scheduled(node, rule).headers
        assert compact == (optimize == "flash")

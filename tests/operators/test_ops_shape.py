# SPDX-License-Identifier: Apache-2.0
"""Operators that move data and transposed convolution: byte for byte as tflite-micro."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from op_harness import constant, make_node, run_node
from tflm_cases import SCALE, ZERO_POINT, Array, Case, Rng, Sketch, check, shape_of

from tvm_tiny.graph import Node, Tensor
from tvm_tiny.operators.base import OUTSIDE, Access, lookup
from tvm_tiny.testing.tflite_writer import TensorRef

# ---- data movement --------------------------------------------------------------------------


def pad_case(rng: Rng) -> Case:
    s, rank = Sketch(rng), int(rng.integers(1, 6))
    x = s.input(shape_of(rng, rank))
    pads = rng.integers(0, 4, (rank, 2)) * rng.integers(0, 2, (rank, 1))
    shape = [d + int(p.sum()) for d, p in zip(x.shape, pads, strict=True)]
    inputs, value = [x, s.ints("pads", pads)], ZERO_POINT
    if rng.integers(2):
        value = int(rng.integers(-128, 128))
        quantised = {"scale": SCALE, "zero_point": ZERO_POINT}
        inputs.append(s.writer.constant("value", np.array(value, np.int8), **quantised))
    attrs = {"pads": pads.tolist(), "value": value}
    return s.case("PADV2" if len(inputs) == 3 else "PAD", inputs, shape, attrs)


def transpose_case(rng: Rng) -> Case:
    s, rank = Sketch(rng), int(rng.integers(1, 6))
    x = s.input(shape_of(rng, rank))
    axes = [int(a) for a in rng.permutation(rank)]
    shape = [x.shape[a] for a in axes]
    return s.case("TRANSPOSE", [x, s.ints("axes", axes)], shape, {"axes": axes})


def concat_case(rng: Rng) -> Case:
    s, rank = Sketch(rng), int(rng.integers(1, 6))
    axis, shape = int(rng.integers(rank)), shape_of(rng, rank)
    tensors: list[TensorRef] = []
    operands: list[Array | Tensor] = []
    for index in range(int(rng.integers(2, 5))):
        shape = [*shape[:axis], int(rng.integers(1, 5)), *shape[axis + 1 :]]
        if index and rng.integers(4) == 0:
            data = rng.integers(-128, 128, shape).astype(np.int8)
            quantised = {"scale": SCALE, "zero_point": ZERO_POINT}
            tensors.append(s.writer.constant(f"c{index}", data, **quantised))
            operands.append(constant(data, name=f"c{index}"))
        else:
            tensors.append(s.input(shape))
            operands.append(s.inputs[tensors[-1].name])
    order = rng.permutation(len(tensors))
    tensors, operands = [tensors[i] for i in order], [operands[i] for i in order]
    result = [*shape[:axis], sum(t.shape[axis] for t in tensors), *shape[axis + 1 :]]
    axis -= rank * int(rng.integers(2))
    return s.case("CONCATENATION", tensors, result, {"axis": axis}, operands, axis=axis)


def slice_case(rng: Rng) -> Case:
    s, rank = Sketch(rng), int(rng.integers(1, 5))  # TFLM slices up to four dimensions
    x = s.input(shape_of(rng, rank, 7))
    begin = [int(rng.integers(d)) for d in x.shape]
    strides = [int(rng.choice([1, 1, 2, 3, -1, -2])) for _ in x.shape]
    room = [
        (d - 1 - b) // t if t > 0 else b // -t
        for d, b, t in zip(x.shape, begin, strides, strict=True)
    ]
    shape = [1 + int(rng.integers(n + 1)) for n in room]
    # TFLite's ends are exclusive; one behind index 0 is written as -extent - 1
    ends = [b + n * t for b, n, t in zip(begin, shape, strides, strict=True)]
    ends = [e if e >= 0 else -d - 1 for e, d in zip(ends, x.shape, strict=True)]
    ends = [min(e, d) for e, d in zip(ends, x.shape, strict=True)]
    names = zip(("begin", "end", "strides"), (begin, ends, strides), strict=True)
    inputs = [x, *(s.ints(name, values) for name, values in names)]
    attrs = {"begin": begin, "strides": strides, "shape": shape}
    return s.case("STRIDED_SLICE", inputs, shape, attrs)


@pytest.mark.parametrize(
    ("op", "make"),
    [
        ("pad", pad_case),
        ("transpose", transpose_case),
        ("concat", concat_case),
        ("strided_slice", slice_case),
    ],
)
def test_data_movement_is_tflms(op: str, make: Callable[[Rng], Case]) -> None:
    check(op, make, 60)


# ---- transposed convolution -----------------------------------------------------------------


def transposed_extent(extent: int, k: int, stride: int, same: bool) -> tuple[int, int]:
    """Output extent, and what is cropped before it (``ComputePaddingHeightWidth``)."""
    if not same:
        return max((extent - 1) * stride + k, extent * stride), 0
    needed = (extent - 1) * stride + k - extent * stride
    return extent * stride, max(needed, 0) // 2


def transposed_case(rng: Rng) -> Case:
    s, channels, filters = Sketch(rng), int(rng.integers(1, 4)), int(rng.integers(1, 4))
    x = s.input([int(rng.integers(1, 3)), *shape_of(rng, 2), channels])
    kernel, strides = shape_of(rng, 2, 4), shape_of(rng, 2, 3)
    same = bool(rng.integers(2))
    extents = zip(x.shape[1:3], kernel, strides, strict=True)
    size, pads = zip(*(transposed_extent(*e, same) for e in extents), strict=True)
    weight = rng.integers(-127, 128, (filters, *kernel, channels)).astype(np.int8)
    scales = rng.uniform(0.002, 0.02, filters).astype(np.float32)
    bias = rng.integers(-3000, 3000, filters).astype(np.int32)
    activation = str(rng.choice(["NONE", "RELU", "RELU6"]))
    low = {"NONE": -128}.get(activation, ZERO_POINT)
    high = min(127, ZERO_POINT + round(6 / SCALE)) if activation == "RELU6" else 127
    real = scales.astype(np.float64) * np.float64(np.float32(SCALE)) / np.float64(SCALE)
    multiplier, shift = fixed_point(real)
    inputs = [
        s.ints("size", [x.shape[0], *size, filters]),
        s.writer.constant("w", weight, scale=scales),
        x,
        s.writer.constant("b", bias, scale=scales * SCALE),
    ]
    attrs = {
        "strides": strides,
        "padding": [pads[0], pads[1], 0, 0],
        "output_size": list(size),
        "input_zero_point": ZERO_POINT,
        "output_zero_point": ZERO_POINT,
        "activation": [low, high],
    }
    operands = [
        s.inputs[x.name],
        constant(weight),
        *(constant(v, "int32") for v in (bias, multiplier, shift)),
    ]
    options = {"padding": "SAME" if same else "VALID", "activation": activation}
    options |= {"stride_h": strides[0], "stride_w": strides[1]}
    shape = [x.shape[0], *size, filters]
    return s.case("TRANSPOSE_CONV", inputs, shape, attrs, operands, **options)


def fixed_point(real: Array) -> tuple[Array, Array]:
    """``QuantizeMultiplier``: 31-bit mantissa and exponent."""
    mantissa, exponent = np.frexp(real)
    whole = np.rint(mantissa * 2.0**31).astype(np.int64)
    carry = whole == 2**31
    return np.where(carry, whole // 2, whole), exponent + carry


def test_transpose_conv_is_tflms() -> None:
    check("transpose_conv2d", transposed_case, 60)


# ---- rows -----------------------------------------------------------------------------------


def node_of(op: str, shape: Sequence[int], attrs: Mapping[str, Any]) -> Node:
    return make_node(op, [np.zeros(shape, np.int8)], attrs)


def test_transposed_convolution_needs_few_rows() -> None:
    """Stride 2, kernel 3: an output row needs at most two input rows."""
    attrs = {
        "strides": [2, 2],
        "padding": [0, 0, 0, 0],
        "output_size": [9, 9],
        "input_zero_point": 0,
        "output_zero_point": 0,
        "activation": [-128, 127],
    }
    vectors = [constant(np.zeros(1), "int32") for _ in range(3)]
    operands = [np.zeros((1, 4, 4, 1), np.int8), constant(np.zeros((1, 3, 3, 1))), *vectors]
    node = make_node("transpose_conv2d", operands, attrs)
    calls = [lookup(node.op).row_call(node, row) for row in range(9)]
    assert [c.rows[0] for c in calls[:4]] == [(OUTSIDE, 0), (OUTSIDE, 0), (0, 1), (OUTSIDE, 1)]
    assert calls[8].rows[0] == (3, OUTSIDE)


def test_padding_rows_need_no_far_row() -> None:
    node = node_of("pad", (1, 4, 2, 1), {"pads": [[0, 0], [2, 1], [0, 0], [0, 0]], "value": 0})
    calls = [lookup("pad").row_call(node, row) for row in range(7)]
    assert [c.rows[0][0] for c in calls] == [0, 0, 0, 1, 2, 3, 3]
    assert [c.scalars[0] for c in calls] == [0, 0, 1, 1, 1, 1, 0]


@pytest.mark.parametrize(
    ("axes", "access"),
    [([0, 1, 3, 2], Access.ROW), ([1, 0, 2, 3], Access.ROW), ([0, 3, 1, 2], Access.WHOLE)],
)
def test_transpose_reads_whole_only_where_rows_mix(axes: list[int], access: Access) -> None:
    node = node_of("transpose", (2, 3, 4, 5), {"axes": axes})
    assert lookup("transpose").access(node) == (access,)


def test_concatenation_of_rows_needs_one_operand_a_row() -> None:
    operands = [np.zeros((1, h, 3, 2), np.int8) for h in (2, 1)]
    node = make_node("concat", operands, {"axis": 1})
    calls = [lookup("concat").row_call(node, row) for row in range(3)]
    assert [c.rows for c in calls] == [((0,), (OUTSIDE,)), ((1,), (OUTSIDE,)), ((OUTSIDE,), (0,))]


def test_concatenation_takes_one_operand_twice() -> None:
    x = np.arange(6, dtype=np.int8).reshape(1, 3, 2)
    np.testing.assert_array_equal(
        run_node("concat", [x, x], {"axis": 2}), np.concatenate([x, x], 2)
    )


def test_slice_of_five_dimensions() -> None:
    x = np.random.default_rng(0).integers(-128, 128, (3, 4, 2, 5, 6)).astype(np.int8)
    begin, strides, shape = [2, 1, 0, 4, 1], [-2, 1, 1, -3, 2], [2, 3, 2, 2, 3]
    got = run_node("strided_slice", [x], {"begin": begin, "strides": strides, "shape": shape})
    np.testing.assert_array_equal(got, x[::-2, 1:4, :, 4:0:-3, 1::2])


def test_reshape_is_a_view_without_a_kernel() -> None:
    node = node_of("reshape", (2, 6), {"shape": [3, 4]})
    assert lookup("reshape").is_view
    assert node.output.shape == (3, 4)
    with pytest.raises(LookupError, match="layer"):
        lookup("reshape").kernel(node)


# ---- constraints ----------------------------------------------------------------------------

CORNERS = {"align_corners": 0, "half_pixel_centers": 0}


@pytest.mark.parametrize(
    ("op", "shape", "attrs", "why"),
    [
        ("pad", (3,), {"pads": [[-1, 2]], "value": 0}, "-1"),
        ("pad", (3,), {"pads": [[1, 2]], "value": 128}, "128"),
        ("strided_slice", (4,), {"begin": [1], "strides": [2], "shape": [3]}, "dimension 0 of 4"),
        ("strided_slice", (4,), {"begin": [1], "strides": [0], "shape": [1]}, "steps of 0"),
        ("strided_slice", (4,), {"begin": [1], "strides": [-1], "shape": [3]}, "dimension 0"),
        ("resize_nearest", (1, 1, 1, 1), {"output_size": [1, 40000], **CORNERS}, "40000"),
        ("resize_bilinear", (1, 1, 4, 1), {"output_size": [97, 4], **CORNERS}, "enlarging 1 to 97"),
        (
            "resize_bilinear",
            (1, 2, 2, 1),
            {"output_size": [4, 4], "align_corners": 1, "half_pixel_centers": 1},
            "both",
        ),
    ],
)
def test_broken_constraints_say_why(
    op: str, shape: tuple[int, ...], attrs: Mapping[str, Any], why: str
) -> None:
    (problem,) = lookup(op).problems(node_of(op, shape, attrs))
    assert why in problem.why


@pytest.mark.parametrize(
    ("op", "shapes", "attrs"),
    [
        ("transpose", [(2, 3)], {"axes": [0, 0]}),
        ("concat", [(2, 3), (3, 3)], {"axis": 1}),
        ("concat", [(2, 3), (2, 3)], {"axis": 2}),
        ("strided_slice", [(2, 3)], {"begin": [0], "strides": [1], "shape": [1]}),
        ("reshape", [(2, 3)], {"shape": [5]}),
    ],
)
def test_impossible_shapes_are_refused(
    op: str, shapes: list[tuple[int, ...]], attrs: Mapping[str, Any]
) -> None:
    with pytest.raises(ValueError, match=r"axes|joined|axis|entries|viewed"):
        lookup(op).infer([(shape, "int8") for shape in shapes], attrs)

# SPDX-License-Identifier: Apache-2.0
"""Arithmetic operators against TFLM, byte by byte, over seeded random parameters."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from op_harness import Array, constant, kernel_c, make_node, run_batch, run_node, shared_object

from tvm_tiny.arithmetic import quant
from tvm_tiny.graph import Node, Tensor
from tvm_tiny.operators import lookup
from tvm_tiny.operators.base import Access
from tvm_tiny.testing.tflite_writer import TensorRef, TFLiteWriter
from tvm_tiny.validate.reference import TFLMReference

Rng = np.random.Generator
CASES = 40
ACTIVATIONS = ("none", "relu", "relu6", "relu_n1_to_1")
# Both operands' shapes: equal, per channel, squeeze and excite, scalar, lower rank, over rows...
BROADCASTS = (
    ((1, 4, 5, 3), (1, 4, 5, 3)),
    ((1, 4, 5, 3), (3,)),
    ((1, 4, 5, 3), (1, 1, 1, 3)),
    ((1, 1, 1, 3), (1, 4, 5, 3)),
    ((1, 4, 5, 3), (1, 1, 1, 1)),
    ((1, 4, 5, 3), (1, 4, 1, 1)),
    ((1, 4, 5, 1), (1, 1, 5, 3)),
    ((2, 4, 5, 3), (4, 5, 3)),
    ((2, 1, 5, 3), (1, 4, 1, 3)),
    ((4, 5), (4, 5)),
    ((7,), (1,)),
    ((2, 3, 4), (3, 1)),
)


@dataclass(frozen=True)
class Case:
    """One operator with its parameters, as our node and as a TFLite model.

    A constant of the TFLite model is a ``Tensor`` among the operands.
    """

    op: str
    operands: tuple[Array | Tensor, ...]
    attrs: Mapping[str, Any]
    model: bytes
    note: str = ""
    feed: dict[str, Array] = field(default_factory=dict[str, Array])

    @property
    def node(self) -> Node:
        return make_node(self.op, self.operands, self.attrs)

    @property
    def arrays(self) -> list[Array]:
        return [np.asarray(t.data if isinstance(t, Tensor) else t) for t in self.operands]


def scale_of(rng: Rng, low: float = -3.0, high: float = 0.5) -> float:
    return float(np.float32(10 ** rng.uniform(low, high)))


def near(rng: Rng, scale: float, factor: float = 8.0) -> float:
    return float(np.float32(scale * factor ** rng.uniform(-1, 1)))


def zero_point(rng: Rng) -> int:
    return int(rng.choice([0, -128, 127, int(rng.integers(-128, 128))]))


def int8(rng: Rng, shape: tuple[int, ...]) -> Array:
    x = rng.integers(-128, 128, shape).astype(np.int8)
    if rng.random() < 0.2:
        x[...] = rng.choice([-128, 127])
    return x


def binary(kind: str) -> Callable[[Rng], Case]:
    def make(rng: Rng) -> Case:
        shapes = BROADCASTS[int(rng.integers(len(BROADCASTS)))]
        activation = str(rng.choice(ACTIVATIONS)) if kind in ("ADD", "SUB", "MUL") else "none"
        a_scale, a_zero = scale_of(rng), zero_point(rng)
        b_scale, b_zero = near(rng, a_scale, 30), zero_point(rng)
        y_scale, y_zero = near(rng, max(a_scale, b_scale)), zero_point(rng)
        if kind == "MUL":
            y_scale = near(rng, a_scale * b_scale * 100)
        if kind in ("MAXIMUM", "MINIMUM"):
            b_scale, b_zero, y_scale, y_zero = a_scale, a_zero, a_scale, a_zero
        make_attrs: Any = {
            "ADD": quant.add_params,
            "SUB": quant.sub_params,
            "MUL": quant.mul_params,
        }
        attrs = {}
        if kind in make_attrs:
            args = (a_scale, a_zero, b_scale, b_zero, y_scale, y_zero, activation)
            attrs = make_attrs[kind](*args)
        which = int(rng.integers(3))
        a, b = int8(rng, shapes[0]), int8(rng, shapes[1])
        w = TFLiteWriter("t")
        refs, operands, feed = [], [], {}
        for i, (name, x, s, z) in enumerate([("a", a, a_scale, a_zero), ("b", b, b_scale, b_zero)]):
            if which == i:
                refs.append(w.constant(name, x, scale=s, zero_point=z))
                operands.append(constant(x))
            else:
                refs.append(w.input(name, x.shape, scale=s, zero_point=z))
                operands.append(x)
                feed[name] = x
        options = {"activation": activation.upper()} if kind in make_attrs else {}
        shape = np.broadcast_shapes(*shapes)
        w.output(w.op(kind, refs, shape, y_scale, y_zero, name="y", **options))
        note = f"{shapes} {attrs}"
        return Case(kind.lower(), tuple(operands), attrs, w.finish(), note, feed)

    return make


def unary(
    kind: str,
    shape: tuple[int, ...],
    x: Array,
    quantised: tuple[tuple[float | None, int], tuple[float | None, int]],
    **options: Any,
) -> bytes:
    """A model of one operator with one run-time operand."""
    (x_scale, x_zero), (y_scale, y_zero) = quantised
    dtype = str(options.pop("dtype", "int8"))
    more = options.pop("more", lambda w: [])
    w = TFLiteWriter("t")
    ref = w.input("x", x.shape, scale=x_scale, zero_point=x_zero, dtype=x.dtype.name)
    inputs: list[TensorRef | None] = [ref, *more(w)]
    w.output(w.op(kind, inputs, shape, y_scale, y_zero, name="y", dtype=dtype, **options))
    return w.finish()


def prelu(rng: Rng) -> Case:
    shape, alpha_shape = ((2, 3, 4, 5), (1, 1, 5)) if rng.random() < 0.7 else ((3, 6), (6,))
    x, alpha = int8(rng, shape), int8(rng, alpha_shape)
    s, a, z, za = scale_of(rng), scale_of(rng, -3, -1), zero_point(rng), zero_point(rng)
    y, zy = near(rng, s), zero_point(rng)

    def more(w: TFLiteWriter) -> list[TensorRef]:
        return [w.constant("alpha", alpha, scale=a, zero_point=za)]

    model = unary("PRELU", shape, x, ((s, z), (y, zy)), more=more)
    return Case("prelu", (x, constant(alpha)), quant.prelu_params(s, z, a, za, y, zy), model)


def pool(kind: str) -> Callable[[Rng], Case]:
    def make(rng: Rng) -> Case:
        n, h, w, c = (
            int(v) for v in (rng.integers(1, 3), *rng.integers(1, 9, 2), rng.integers(1, 5))
        )
        kh, kw, sh, sw = (int(v) for v in (*rng.integers(1, 5, 2), *rng.integers(1, 4, 2)))
        same = bool(rng.random() < 0.6) or kh > h or kw > w
        activation: Any = str(rng.choice(ACTIVATIONS))
        s, z, x = scale_of(rng), zero_point(rng), int8(rng, (n, h, w, c))
        if same:
            oh, ow = -(-h // sh), -(-w // sw)
            down, across = max((oh - 1) * sh + kh - h, 0), max((ow - 1) * sw + kw - w, 0)
            pads = [down // 2, across // 2, down - down // 2, across - across // 2]
        else:
            oh, ow, pads = (h - kh) // sh + 1, (w - kw) // sw + 1, [0, 0, 0, 0]
        attrs = {
            "kernel": [kh, kw],
            "strides": [sh, sw],
            "dilation": [1, 1],
            "padding": pads,
            "activation": quant.activation_range(activation, s, z),
        }
        options = {
            "filter_h": kh,
            "filter_w": kw,
            "stride_h": sh,
            "stride_w": sw,
            "padding": "SAME" if same else "VALID",
            "activation": activation.upper(),
        }
        model = unary(kind, (n, oh, ow, c), x, ((s, z), (s, z)), **options)
        op = {"AVERAGE_POOL_2D": "avg_pool2d", "MAX_POOL_2D": "max_pool2d"}[kind]
        return Case(op, (x,), attrs, model, f"{x.shape} {attrs}")

    return make


def reduction(kind: str) -> Callable[[Rng], Case]:
    def make(rng: Rng) -> Case:
        rank = int(rng.integers(1, 5))
        shape = tuple(int(v) for v in rng.integers(1, 7, rank))
        axes = [int(a) for a in rng.choice(rank, int(rng.integers(1, rank + 1)), replace=False)]
        if rng.random() < 0.4:
            shape, axes = (int(rng.integers(1, 3)), 7, 5, 6), [1, 2]
        signed = [a - len(shape) if rng.random() < 0.3 else a for a in axes]
        keep, x, s, z = bool(rng.random() < 0.5), int8(rng, shape), scale_of(rng), zero_point(rng)
        count = int(np.prod([shape[a] for a in axes]))
        y, zy = near(rng, s * (count if kind == "SUM" else 1)), zero_point(rng)
        numbers = (
            quant.mean_params(s, z, y, zy, count)
            if kind == "MEAN"
            else quant.sum_params(s, z, y, zy)
        )
        out = np.sum(x, axis=tuple(axes), keepdims=keep).shape

        def more(w: TFLiteWriter) -> list[TensorRef]:
            return [w.constant("axes", np.array(signed, np.int32))]

        model = unary(kind, out, x, ((s, z), (y, zy)), more=more, keep_dims=keep)
        attrs = {"axes": signed, "keep_dims": keep, **numbers}
        return Case(kind.lower(), (x,), attrs, model, f"{shape} {attrs}")

    return make


def softmax(rng: Rng) -> Case:
    shape = [(10,), (1, 1001), (3, 7), (2, 3, 4), (1, 2, 3, 5), (4, 1)][int(rng.integers(6))]
    x, s, z = int8(rng, shape), scale_of(rng, -4, 1), zero_point(rng)
    if shape[-1] > 511:  # the reference stops where exponentials sum to 512
        x[..., 500:] = -128
        x[..., 0], s = 127, max(s, 0.1)
    beta = float(np.float32(rng.choice([1.0, 0.5, 3.0])))
    model = unary("SOFTMAX", shape, x, ((s, z), (1 / 256, -128)), beta=beta)
    return Case("softmax", (x,), quant.softmax_params(beta, s), model, f"{shape} {beta} {s}")


def quantize(rng: Rng) -> Case:
    s, z = scale_of(rng), zero_point(rng)
    steps = rng.integers(-300, 300, (2, 3, 50)) + rng.choice([0.0, 0.5, -0.5, 0.25], (2, 3, 50))
    x = (steps * s).astype(np.float32)
    nudged = np.nextafter(x, np.float32(rng.choice([-1e30, 1e30])))
    x = np.where(rng.random(x.shape) < 0.5, x, nudged).astype(np.float32)
    model = unary("QUANTIZE", x.shape, x, ((None, 0), (s, z)))
    return Case("quantize", (x,), {"scale": s, "zero_point": z}, model)


def dequantize(rng: Rng) -> Case:
    s, z, x = scale_of(rng), zero_point(rng), int8(rng, (2, 3, 50))
    model = unary("DEQUANTIZE", x.shape, x, ((s, z), (None, 0)), dtype="float32")
    return Case("dequantize", (x,), {"scale": s, "zero_point": z}, model)


def lut(rng: Rng) -> Case:
    s, z, x = scale_of(rng), zero_point(rng), int8(rng, (2, 3, 5, 7))
    y, zy = near(rng, s), zero_point(rng)
    model = unary("RELU", x.shape, x, ((s, z), (y, zy)))
    return Case("lut", (x, constant(quant.relu_lut(s, z, y, zy))), {}, model)


GENERATORS: dict[str, Callable[[Rng], Case]] = {
    "add": binary("ADD"),
    "sub": binary("SUB"),
    "mul": binary("MUL"),
    "maximum": binary("MAXIMUM"),
    "minimum": binary("MINIMUM"),
    "prelu": prelu,
    "avg_pool2d": pool("AVERAGE_POOL_2D"),
    "max_pool2d": pool("MAX_POOL_2D"),
    "mean": reduction("MEAN"),
    "sum": reduction("SUM"),
    "softmax": softmax,
    "quantize": quantize,
    "dequantize": dequantize,
    "lut": lut,
}


@pytest.mark.parametrize("name", GENERATORS)
def test_same_bytes_as_tflm(name: str) -> None:
    cases = [GENERATORS[name](np.random.default_rng([7, i])) for i in range(CASES)]
    nodes = [case.node for case in cases]
    for case, node in zip(cases, nodes, strict=True):
        assert not lookup(node.op).problems(node), case.note
    ours = run_batch([(node, case.arrays) for node, case in zip(nodes, cases, strict=True)])
    for case, got in zip(cases, ours, strict=True):
        (want,) = TFLMReference(case.model).run(case.feed or case.arrays[0]).values()
        assert got.dtype == want.dtype
        np.testing.assert_array_equal(got.reshape(want.shape), want, err_msg=case.note)


def test_a_broadcast_operand_gives_the_row_that_is_needed() -> None:
    x, per_row = np.zeros((2, 3, 4, 5), np.int8), np.zeros((3, 1, 5), np.int8)
    node = make_node("maximum", [x, per_row], {})
    operator = lookup("maximum")
    assert operator.access(node) == (Access.ROW, Access.ROW)
    assert [operator.row_call(node, row).rows for row in range(6)] == [
        ((row,), (row % 3,)) for row in range(6)
    ]


@pytest.mark.parametrize(
    ("keep_dims", "access"), [(True, Access.ROW), (False, Access.WHOLE)], ids=["kept", "dropped"]
)
def test_a_mean_inside_a_row_needs_one_row(keep_dims: bool, access: Access) -> None:
    numbers = quant.mean_params(0.1, 3, 0.1, 3, 5)
    x = np.arange(-60, 60).astype(np.int8).reshape(2, 3, 4, 5)
    node = make_node("mean", [x], {"axes": [-1], "keep_dims": keep_dims, **numbers})
    assert lookup("mean").access(node) == (access,)
    want = x.reshape(24, 5)[:, 2]  # the middle of five numbers in a row
    got = run_node("mean", [x], node.attrs)
    assert got.shape == ((2, 3, 4, 1) if keep_dims else (2, 3, 4))
    np.testing.assert_array_equal(got.reshape(-1), want)


@pytest.mark.parametrize("name", ["add", "mul", "prelu", "lut"])
def test_elementwise_rows_may_be_written_over_their_operand(name: str) -> None:
    rng = np.random.default_rng(5)
    x, y = int8(rng, (1, 1, 6, 4)), int8(rng, (1, 1, 6, 4))
    numbers = {
        "add": quant.add_params(0.1, 3, 0.2, -7, 0.3, 1),
        "mul": quant.mul_params(0.1, 3, 0.2, -7, 0.3, 1),
        "prelu": quant.prelu_params(0.1, 3, 0.2, -7, 0.1, 1),
        "lut": {},
    }
    second = constant(quant.tanh_lut(0.05, 2)) if name == "lut" else y
    assert lookup(name).elementwise
    node = make_node(name, [x, second], numbers[name])
    apart = run_node(name, [x, second], numbers[name])
    library: Any = shared_object(kernel_c(node))
    over = x.copy()
    other = np.ascontiguousarray(second.data if isinstance(second, Tensor) else second)
    pointers = [ctypes.c_void_p(a.ctypes.data) for a in (over, other, over)]
    library.kernel(*pointers)
    np.testing.assert_array_equal(over, apart)


def test_quantize_saturates_where_tflite_is_undefined() -> None:
    values = [np.inf, -np.inf, np.nan, 1e30, -1e30, 3.4e38, -0.0, 1e-40]
    x = np.array(values, np.float32)
    got = run_node("quantize", [x], {"scale": 1e-3, "zero_point": -5})
    assert got.tolist() == [127, -128, -5, 127, -128, 127, -5, -5]


def test_softmax_of_too_many_equal_elements_is_zero() -> None:
    attrs = quant.softmax_params(1.0, 0.1)
    assert np.all(run_node("softmax", [np.full((1, 600), 7, np.int8)], attrs) == -128)
    # 1/511 is 0.5010 steps of 1/256.
    assert np.all(run_node("softmax", [np.full((1, 511), 7, np.int8)], attrs) == -127)


_POOL = {
    "kernel": [2, 2],
    "strides": [1, 1],
    "dilation": [1, 1],
    "padding": [0, 0, 0, 0],
    "activation": [-128, 127],
}
_MEAN = {"keep_dims": True, **quant.mean_params(0.1, 3, 0.1, 3, 5)}


@pytest.mark.parametrize(
    ("op", "shapes", "change", "words"),
    [
        ("mul", [(4,), (4,)], {"multiplier": -1}, "multiplier is -1"),
        ("mul", [(4,), (4,)], {"shift": 31}, "shift is 31"),
        ("avg_pool2d", [(1, 4, 4, 1)], {"dilation": [2, 1]}, "[2, 1]"),
        ("avg_pool2d", [(1, 4, 4, 1)], {"padding": [2, 0, 0, 0]}, "padding of 2"),
        ("max_pool2d", [(1, 4, 4, 1)], {"padding": [0, 0, 0, 9]}, "do not meet"),
        ("mean", [(2, 3)], {"axes": [2]}, "axis 2"),
        ("mean", [(1, 2900, 2900, 1)], {"axes": [1, 2]}, "8410000"),
        ("softmax", [(1, 4096)], {}, "4096"),
        ("quantize", [(4,)], {"scale": 0.0}, "0.0"),
        ("dequantize", [(4,)], {"scale": float("inf")}, "inf"),
        ("lut", [(4,), (255,)], {}, "[255]"),
    ],
)
def test_constraints_name_what_is_wrong(
    op: str, shapes: list[tuple[int, ...]], change: dict[str, Any], words: str
) -> None:
    base: dict[str, Any] = {
        "mul": quant.mul_params(0.1, 0, 0.1, 0, 0.1, 0),
        "avg_pool2d": _POOL,
        "max_pool2d": _POOL,
        "mean": {"axes": [0], **_MEAN},
        "softmax": quant.softmax_params(1.0, 0.1),
        "quantize": {"scale": 1.0, "zero_point": 0},
        "dequantize": {"scale": 1.0, "zero_point": 0},
        "lut": {},
    }[op]
    operands = [Tensor(f"t{i}", shape, "int8") for i, shape in enumerate(shapes)]
    node = make_node(op, operands, {**base, **change})
    problems = lookup(op).problems(node)
    assert any(words in problem.why for problem in problems), problems


def test_a_type_that_the_kernel_does_not_take_is_refused() -> None:
    node = make_node("add", [Tensor("a", (4,), "uint8")] * 2, quant.add_params(1, 0, 1, 0, 1, 0))
    assert "uint8" in lookup("add").problems(node)[0].why

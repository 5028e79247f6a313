# SPDX-License-Identifier: Apache-2.0
"""Cases of every gradient operator: operands and attributes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from op_harness import constant

from tvm_tiny.passes.backward.factors import multipliers, numerator, pack, packed

Array = np.ndarray[Any, Any]
Case = tuple[str, list[Any], dict[str, Any]]
RNG = np.random.default_rng(5)


def ints(*shape: int, low: int = -128, high: int = 128, dtype: str = "int8") -> Array:
    return RNG.integers(low, high, shape).astype(dtype)


def grads(*shape: int, dtype: str = "int16") -> Array:
    most = 3000 if dtype == "int16" else 127
    return ints(*shape, low=-most, high=most + 1, dtype=dtype)


def factors_of(*values: float) -> list[Any]:
    """Operands ``multiplier`` and ``shift``."""
    multiplier, shift = multipliers(values)
    return [constant(multiplier, "int32"), constant(shift, "int8")]


def state(first: int = -20, second: int = -14, applied: int = 1) -> Array:
    return np.array([7, 3, 26844, -20, 26844, 29491, applied, first, second, -11], np.int32)


def case(op: str, g: Array, more: Sequence[Any] = (), **attrs: Any) -> Case:
    """A gradient from slot 0 to slot 1."""
    common = {"source": 0, "slot": 1, "limit": 32767, "dtype": "int16"}
    exponents = state(second=attrs.pop("exponent", -14))
    return op, [g, exponents, np.zeros(3, np.int32), *more], {**common, **attrs}


def window(kernel: int, stride: int, pad: int) -> dict[str, Any]:
    return {"kernel": [kernel, kernel], "strides": [stride] * 2, "padding": [pad] * 4}


def elementwise() -> list[Case]:
    factors = factors_of(0.5, -1e-3, 3.0)
    one = {"factor": pack(0.37), "zero_point": -5}
    limits = {"low": -100, "high": 90}
    table_ = constant(packed(np.linspace(-1, 2, 256)), "int32")
    return [
        case("grad_scale", grads(1, 4, 5, 3), factors),
        case("grad_scale", grads(1, 4, 5, 3, dtype="int8"), factors, dtype="int8", limit=127),
        case("grad_scale", grads(1, 4, 5, 3), [*factors, ints(1, 4, 5, 3)], **limits),
        case("grad_scale", grads(1, 4, 5, 3),
             [*factors, ints(1, 4, 1, 2, low=0, high=256, dtype="uint8")], **limits),
        case("grad_scale", grads(1, 4, 5, 3), factors, exponent=-90),  # saturates
        case("grad_scale", grads(1, 4, 5, 3), factors, exponent=20),  # 40 bits go
        case("grad_scale", grads(1, 4, 5, 3), factors, exponent=60),  # all goes
        case("grad_scale", -abs(grads(1, 4, 5, 4)), factors_of(1e-6),
             exponent=-20),  # 0 or -1: a peak all the same
        case("grad_add", grads(1, 3, 4, 2), [grads(1, 3, 4, 2)], other=2),
        case("grad_add", grads(1, 3, 4, 2), [grads(1, 3, 4, 2)], other=0),
        *[case("grad_add", grads(1, 3, 4, 5), [grads(1, 3, 4, 5)], other=2, source=source,
               exponent=exponent) for source, exponent in ((0, -17), (1, 12), (1, -60))],
        case("grad_product", grads(1, 3, 4, 2), [ints(1, 3, 4, 2)], **one),
        case("grad_product", grads(1, 3, 4, 2), [ints(1, 1, 1, 2)], **one),
        case("grad_product_sum", grads(1, 3, 4, 2), [ints(1, 3, 4, 2)], shape=(1, 1, 1, 2), **one),
        case("grad_table", grads(1, 3, 4, 2), [table_, ints(1, 3, 4, 2)]),
        case("grad_spread", grads(1, 3), [], shape=(1, 4, 5, 3), factor=pack(0.05)),
        *[case("grad_spread", grads(1, 8), [], shape=(1, 3, 5, 8), factor=pack(0.05),
               exponent=exponent) for exponent in (-23, -14, 10)],
        case("squared_error_grad", ints(1, 6), [ints(1, 6)], source=-1, factor=pack(1e-3)),
        *[case("cross_entropy_grad", ints(1, 9, low=low, high=127), [
            constant(np.round(np.exp(-0.1 * np.arange(256)) * 65536), "int32"),
            np.array([label], np.int32)], source=-1, exponent=-30, factor=pack(0.1 / 32768))
          for low, label in ((-128, 0), (100, 8), (126, 4))],
        ("clamp_bits", [ints(1, 3, 5, 3)], {"low": -50, "high": 60}),
        ("clamp_bits", [ints(1, 3, 1, 3)], {"low": -128, "high": 127}),
        ("clamp_bits", [ints(1, 3, 7, 4)], {"low": -128, "high": 127}),
        ("clamp_bits", [ints(1, 2, 8, 4)], {"low": 20, "high": 22}),
    ]  # fmt: skip


def windows() -> list[Case]:
    out: list[Case] = []
    for kernel, stride, pad, size in ((3, 1, 1, 6), (3, 2, 1, 7), (1, 1, 0, 4), (1, 2, 0, 5),
                                      (5, 3, 2, 8), (2, 2, 0, 6)):  # fmt: skip
        extent = (size + 2 * pad - kernel) // stride + 1
        shape = {**window(kernel, stride, pad), "shape": (1, size, size, 4)}
        g = grads(1, extent, extent, 6)
        for groups in (1, 2):
            w = ints(6, kernel, kernel, 4 // groups)
            out.append(
                case("conv2d_grad_x", g, [constant(w)], exponent=-12, groups=groups, **shape)
            )
        g8 = grads(1, extent, extent, 8)
        w = constant(ints(kernel, kernel, 8))
        out.append(case("depthwise_grad_x", g8, [w], exponent=-12, **shape))
        each = {**shape, "shape": (1, size, size, 8)}
        out.append(case("depthwise_grad_x", g8, [w], exponent=-12, **each))
        out += clamped(kernel, g, g8, shape)
        g4 = grads(1, extent, extent, 4)
        out.append(case("avg_pool_grad", g4, [], factor=pack(1 / kernel**2), **shape))
        made = ints(1, extent, extent, 4, low=0, high=kernel**2, dtype="int16")
        out.append(case("max_pool_grad", g4, [made], **shape))
        index = {**window(kernel, stride, pad), "shape": (1, extent, extent, 4)}
        out.append(("max_pool_index", [ints(1, size, size, 4, low=-3, high=3)], index))
        image = {"image": [size, size, extent, extent], "zero_point": 3, "slot": 70000}
        out += updates(kernel, stride, pad, size, extent, image)
    out += points()
    vector = {"kernel": [1, 1], "strides": [1, 1], "padding": [0, 0], "shape": (1, 7), "groups": 1}
    out.append(case("conv2d_grad_x", grads(1, 5), [constant(ints(5, 7))], **vector))
    return out


def clamped(kernel: int, g: Array, g8: Array, shape: Mapping[str, Any]) -> list[Case]:
    """Gradients towards x, and through the clamp and scale of x: bits, or x itself."""
    size = shape["shape"][1]
    out: list[Case] = []
    for channels, groups, exponent, bits in ((4, 1, 4, True), (8, 1, 2, False), (4, 2, 30, False)):
        limits = {"low": -100, "high": 90, "exponent": exponent, "groups": groups}
        each = {**shape, "shape": (1, size, size, channels), **limits}
        factor = factors_of(*10.0 ** RNG.uniform(-3, 0, channels))
        x = ints(1, size, size, channels)
        if bits:
            x = ints(1, size, 1, -(-size * channels // 8), low=0, high=256, dtype="uint8")
        w = constant(ints(6, kernel, kernel, channels // groups))
        out.append(case("conv2d_grad_clamped", g, [w, *factor, x], **each))
        if groups == 1:
            learned = ints(6, kernel, kernel, 4)
            more = [w, *factor, x, learned]
            out.append(case("conv2d_grad_clamped", g, more, first=channels - 4, **each))
            one = factors_of(0.01)
            x8 = ints(1, size, size, 8)
            wide = {**shape, "shape": (1, size, size, 8), **limits}
            w8 = constant(ints(kernel, kernel, 8))
            out.append(case("depthwise_grad_clamped", g8, [w8, *one, x8], **wide))
    return out


def updates(
    kernel: int, stride: int, pad: int, size: int, extent: int, image: Mapping[str, Any]
) -> list[Case]:
    out: list[Case] = []
    rates = state(first=-10)
    for bits, groups in ((0, 1), (4, 1), (8, 2)):
        more = {**image, **window(kernel, stride, pad), "bits": bits, "low": -127, "high": 127}
        more |= {"source": 0, "groups": groups, "rate": numerator(1.7)}
        x, g = ints(1, size, size, 4), grads(1, extent, extent, 6)
        w = ints(6, kernel, kernel, 4 // groups)
        half = 1 << bits >> 1
        fraction = [ints(*w.shape, low=-half, high=half)] if bits else []
        factor = factors_of(*10.0 ** RNG.uniform(-0.5, 2, 6))
        out.append(("conv2d_update", [x, g, rates, *factor, *fraction, w], more))
        out += driven("conv2d_momentum", [x, g, *factor, *fraction, w], more)
        g = grads(1, extent, extent, 8)
        w = ints(kernel, kernel, 8)
        fraction = [ints(*w.shape, low=-half, high=half)] if bits else []
        factor = factors_of(*10.0 ** RNG.uniform(-0.5, 2, 8))
        out.append(("depthwise_update", [x, g, rates, *factor, *fraction, w], more))
        out += driven("depthwise_momentum", [x, g, *factor, *fraction, w], more)
    bias = ints(6, low=-(1 << 20), high=1 << 20, dtype="int32")
    factor = factors_of(1.0, 0.1, 3e-5, 30.0, 0.577, 0.0)
    limits = {"low": -(1 << 30), "high": 1 << 30, "source": 0, "slot": 70001, "bits": 0}
    limits |= {"rate": numerator(1.0)}
    out.append(("bias_update", [grads(1, extent, extent, 6), rates, *factor, bias], limits))
    drive = ints(6, low=-(1 << 20), high=1 << 20, dtype="int32")
    out.append(
        ("bias_momentum", [grads(1, extent, extent, 6), rates, *factor, drive, bias], limits)
    )
    return out


def points() -> list[Case]:
    """Updates of one element: an odd pixel, part of the channels, more than fit at once."""
    out: list[Case] = []
    for size, channels, first, inputs, outputs, exponent in (
        (5, 16, 4, 12, 5, -10), (16, 12, 0, 12, 3, -14), (4, 8, 0, 8, 2, 14),
    ):  # fmt: skip
        x, g = ints(1, size, size, channels), grads(1, size, size, outputs)
        factor = factors_of(*10.0 ** RNG.uniform(-0.5, 2, outputs))
        attrs = {**window(1, 1, 0), "image": [size] * 4, "zero_point": 3, "slot": 70000, "bits": 0}
        attrs |= {"low": -127, "high": 127, "source": 0, "groups": 1, "first": first}
        attrs["rate"] = numerator(0.9)
        w = ints(outputs, 1, 1, inputs)
        out.append(("conv2d_update", [x, g, state(first=exponent), *factor, w], attrs))
    return out


def driven(op: str, given: Sequence[Any], attrs: Mapping[str, Any]) -> list[Case]:
    """The update by way of a velocity: where it moves the parameter, and where it does not."""
    x, g, multiplier, shift, *more = given
    out: list[Case] = []
    for applied in (0, 1):
        rates = state(first=-10, applied=applied)
        drive = ints(*more[-1].shape, low=-5000, high=5000, dtype="int16")
        kept = [np.array(m) for m in more]
        out.append((op, [x, g, rates, multiplier, shift, drive, *kept], dict(attrs)))
    return out

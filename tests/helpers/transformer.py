# SPDX-License-Identifier: Apache-2.0
"""A keyword transformer as converters write it: tokens, attention by heads, LayerNorm, GELU."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from tvm_tiny.testing.tflite_writer import TensorRef, TFLiteWriter

ACT = (0.05, 0)


@dataclass(frozen=True)
class Plan:
    """Extents of a transformer."""

    tokens: int = 98
    width: int = 64
    heads: int = 4
    layers: int = 4
    inner: int = 128
    classes: int = 12
    features: int = 40


class _Net:
    def __init__(self, plan: Plan, seed: int) -> None:
        self.plan, self.rng, self.count = plan, np.random.default_rng(seed), 0
        self.w = TFLiteWriter("transformer")

    def name(self, stem: str) -> str:
        self.count += 1
        return f"{stem}_{self.count}"

    def ints(self, *values: int) -> TensorRef:
        return self.w.constant(self.name("ints"), np.array(values, np.int32))

    def op(
        self, kind: str, inputs: list[Any], shape: tuple[int, ...], like: Any, **options: Any
    ) -> TensorRef:
        return self.w.op(kind, inputs, shape, *like, name=self.name(kind.lower()), **options)

    def dense(self, x: TensorRef, units: int, like: Any = ACT) -> TensorRef:
        depth = x.shape[-1]
        values = self.rng.integers(-127, 128, (units, depth)).astype(np.int8)
        scales = (self.rng.uniform(0.5, 1.5, units) * 1.6 / (73 * math.sqrt(depth))).astype("f4")
        weights = self.w.constant(self.name("weights"), values, scale=scales)
        given = self.rng.integers(-2000, 2000, units).astype(np.int32)
        bias_scales = (scales * np.float32(x.scale[0])).astype("f4")
        bias = self.w.constant(self.name("bias"), given, scale=bias_scales)
        shape = (*x.shape[:-1], units)
        kept = {"keep_num_dims": len(x.shape) > 2}
        return self.op("FULLY_CONNECTED", [x, weights, bias], shape, like, **kept)

    def number(self, value: float) -> TensorRef:
        scale = abs(value) / 127
        return self.w.constant(self.name("number"), np.array(127, np.int8), scale=scale)

    def norm(self, x: TensorRef) -> TensorRef:
        """MEAN, SQUARED_DIFFERENCE, MEAN, ADD, RSQRT, MUL, MUL, SUB, ADD."""
        one = (*x.shape[:-1], 1)
        axis = self.ints(len(x.shape) - 1)
        mean = self.op("MEAN", [x, axis], one, (0.01, 0), keep_dims=True)
        squares = self.op("SQUARED_DIFFERENCE", [x, mean], x.shape, (0.1, -128))
        variance = self.op("MEAN", [squares, axis], one, (0.05, -128), keep_dims=True)
        above = self.op("ADD", [variance, self.number(0.06)], one, (0.05, -128))
        root = self.op("RSQRT", [above], one, (0.03, -128))
        values = self.rng.integers(60, 128, (x.shape[-1],)).astype(np.int8)
        gamma = self.w.constant(self.name("gamma"), values, scale=0.01)
        gain = self.op("MUL", [root, gamma], x.shape, (0.02, -128))
        scaled = self.op("MUL", [x, gain], x.shape, ACT)
        moved = self.op("MUL", [mean, gain], x.shape, (0.01, 0))
        beta = self.w.constant(self.name("beta"), values, scale=0.002)
        rest = self.op("SUB", [beta, moved], x.shape, (0.01, 0))
        return self.op("ADD", [scaled, rest], x.shape, ACT)

    def gelu(self, x: TensorRef) -> TensorRef:
        """x * sigmoid(1.702 x), of operators that TFLM has for int8."""
        steep = self.op("MUL", [x, self.number(1.702)], x.shape, (0.08, 0))
        gate = self.op("LOGISTIC", [steep], x.shape, (1 / 256, -128))
        return self.op("MUL", [x, gate], x.shape, ACT)

    def heads(self, x: TensorRef) -> TensorRef:
        p = self.plan
        size = p.width // p.heads
        split = (1, p.tokens, p.heads, size)
        apart = self.op("RESHAPE", [x, self.ints(*split)], split, ACT)
        shape = (1, p.heads, p.tokens, size)
        return self.op("TRANSPOSE", [apart, self.ints(0, 2, 1, 3)], shape, ACT)

    def attention(self, x: TensorRef) -> TensorRef:
        p = self.plan
        size = p.width // p.heads
        q, k, v = (self.heads(self.dense(x, p.width)) for _ in range(3))
        square = (1, p.heads, p.tokens, p.tokens)
        scores = self.op("BATCH_MATMUL", [q, k], square, (0.3, 0), adj_y=True)
        number = self.number(1 / math.sqrt(size))
        scores = self.op("MUL", [scores, number], square, (0.08, 0))
        shares = self.op("SOFTMAX", [scores], square, (1 / 256, -128))
        shape = (1, p.heads, p.tokens, size)
        mixed = self.op("BATCH_MATMUL", [shares, v], shape, ACT)
        apart = (1, p.tokens, p.heads, size)
        back = self.op("TRANSPOSE", [mixed, self.ints(0, 2, 1, 3)], apart, ACT)
        whole = (1, p.tokens, p.width)
        joined = self.op("RESHAPE", [back, self.ints(*whole)], whole, ACT)
        return self.dense(joined, p.width)

    def block(self, x: TensorRef) -> TensorRef:
        attended = self.op("ADD", [x, self.attention(self.norm(x))], x.shape, ACT)
        inner = self.gelu(self.dense(self.norm(attended), self.plan.inner))
        return self.op("ADD", [attended, self.dense(inner, self.plan.width)], x.shape, ACT)


def transformer(plan: Plan, seed: int = 0) -> bytes:
    """The model: features[1, tokens, F] -> classes."""
    net = _Net(plan, seed)
    x = net.w.input("features", (1, plan.tokens, plan.features), scale=0.05)
    y = net.dense(x, plan.width)
    places = net.rng.integers(-60, 60, (1, plan.tokens, plan.width)).astype(np.int8)
    place = net.w.constant("places", places, scale=0.01)
    y = net.op("ADD", [y, place], y.shape, ACT)
    for _ in range(plan.layers):
        y = net.block(y)
    pooled = net.op("MEAN", [y, net.ints(1)], (1, plan.width), ACT)
    net.w.output(net.dense(pooled, plan.classes, (0.1, 0)))
    return net.w.finish()

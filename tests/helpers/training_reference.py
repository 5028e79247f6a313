# SPDX-License-Identifier: Apache-2.0
"""Gradient operators in whole numbers of Python and NumPy int64, written from their definition.

Nothing here knows of rows, blocks or C: windows scatter where the kernels gather, roundings are
divisions of unbounded integers.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny.graph import Node

Array = npt.NDArray[Any]
HEAD = 7
INT32 = (1 << 31) - 1
WORD = 1 << 32


def mixed(x: int) -> int:
    """MurmurHash3's finaliser."""
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        x = (x ^ x >> shift) * factor % WORD
    return x ^ x >> 16


def key_of(state: Array, tensor: int) -> int:
    """The key of a tensor's random bits."""
    seed, step = (int(n) % WORD for n in state[:2])
    return mixed(mixed((seed + step * 0x9E3779B9) % WORD) ^ (tensor * 0x85EBCA77 + 1) % WORD)


def random_of(key: int, index: int) -> int:
    """32 random bits; an odd element has those of the one before it, turned by half."""
    bits = mixed((key + index // 2 * 0x9E3779B1) % WORD)
    return (bits << 16 | bits >> 16) % WORD if index % 2 else bits


def rounded(x: int, shift: int, random: int) -> int:
    """x / 2^shift by 32 random bits, saturated."""
    if shift >= 62:
        return 0
    if shift > 0:
        noise = random << (shift - 32) if shift > 32 else random >> (32 - shift)
        value = (x + noise) // (1 << shift)
    else:
        value = x << min(-shift, 31)
    return max(-INT32, min(INT32, value))


def factor_of(packed: int) -> tuple[int, int]:
    """Mantissa and exponent."""
    low = packed % 256
    return packed // 256, low - 256 if low > 127 else low


def packed(mantissa: int, exponent: int) -> int:
    """Mantissa and exponent in one number."""
    return mantissa * 256 + exponent % 256


def factor_from(multiplier: int, shift: int) -> int:
    """multiplier * 2^(shift - 31) in 16 bits with sign."""
    mantissa = (2 * multiplier + (1 << 16)) // (1 << 17)
    return packed(min(mantissa, 32767), shift - 15)


def rate_from(multiplier: int, shift: int, numerator: int, exponent: int) -> int:
    """numerator * 2^exponent over the square of such a factor."""
    square = multiplier**2 // (1 << 46)
    if not square:
        return 0
    mantissa, power = numerator // square, exponent + 16 - 2 * shift
    while mantissa >= 1 << 15:
        mantissa, power = mantissa // 2, power + 1
    return packed(mantissa, min(power, 127)) if power >= -128 else 0


class Reference:
    """A gradient node and its operands' contents."""

    def __init__(self, node: Node, arrays: Sequence[Array]) -> None:
        self.node, self.attrs = node, node.attrs
        self.arrays = [a.astype(np.int64) for a in arrays]
        self.peaks = arrays[2].copy() if node.op not in UPDATES else np.zeros(1, np.int32)

    def stored(self, sums: Array, factors: Callable[[int], int] | None = None) -> Array:
        """Sums of the result's shape to elements of a gradient; notes the peak."""
        state, slot = self.arrays[1], int(self.attrs["slot"])
        source = int(self.attrs["source"])
        shift = int(state[HEAD + slot]) - (int(state[HEAD + source]) if source >= 0 else 0)
        return self.finished(sums, shift, factors)

    @property
    def weights(self) -> Array:
        """All weights of a layer, wherever they lie."""
        w, at = self.arrays[3].copy(), 7 if self.node.op.endswith("_clamped") else 4
        if len(self.arrays) > at:
            first = self.attrs["first"]
            w[..., first : first + self.arrays[at].shape[-1]] = self.arrays[at]
        return w

    def behind(self, sums: Array) -> Array:
        """A gradient towards x, or through the clamp and scale behind that."""
        if self.node.op.endswith("_clamped"):
            return self.clamped(sums, 6)
        return self.stored(sums)

    def clamped(self, sums: Array, kept: int) -> Array:
        """Sums times a factor a channel, where operand ``kept`` says that nothing was clamped."""
        if len(self.arrays) > kept:
            x = self.arrays[kept]
            if self.node.operands[kept].dtype == "uint8":
                rows = x.reshape(self.node.operands[kept].rows, -1).astype(np.uint8)
                inside = np.unpackbits(rows, axis=1, bitorder="little")
                inside = inside[:, : self.node.output.row_size].reshape(sums.shape)
            else:
                inside = (x > self.attrs["low"]) & (x < self.attrs["high"])
                inside = inside.reshape(sums.shape)
            sums = sums * inside
        multiplier, shift = self.arrays[kept - 2 : kept]
        factors = [factor_from(int(m), int(s)) for m, s in zip(multiplier, shift, strict=True)]
        return self.stored(sums, lambda i: factors[i % len(factors)])

    def rates(self, at: int) -> Array:
        """Of an update, one a channel; operand ``at`` has the multipliers."""
        both = zip(self.arrays[at], self.arrays[at + 1], strict=True)
        return np.array([rate_from(int(m), int(s), *self.attrs["rate"]) for m, s in both])

    def finished(
        self, sums: Array, shift: int, factors: Callable[[int], int] | None = None
    ) -> Array:
        slot, limit = int(self.attrs["slot"]), int(self.attrs["limit"])
        key = key_of(self.arrays[1], slot)
        out = np.zeros(sums.size, np.int64)
        for i, total in enumerate(sums.reshape(-1)):
            mantissa, exponent = factor_of(factors(i)) if factors else (1, 0)
            value = rounded(int(total) * mantissa, shift - exponent, random_of(key, i))
            self.peaks[slot] |= value if value >= 0 else (-1 - value) | 1
            out[i] = max(-limit, min(limit, value))
        return out.reshape(sums.shape)

    def windows(self, x: Sequence[int], g: Sequence[int]) -> Iterator[tuple[int, ...]]:
        """(oy, ox, ky, kx, iy, ix) of everything that meets."""
        (kh, kw), (sh, sw) = self.attrs["kernel"], self.attrs["strides"]
        top, left = self.attrs["padding"][:2]
        for oy, ox, ky, kx in itertools.product(*map(range, (g[0], g[1], kh, kw))):
            iy, ix = oy * sh + ky - top, ox * sw + kx - left
            if 0 <= iy < x[0] and 0 <= ix < x[1]:
                yield oy, ox, ky, kx, iy, ix

    @property
    def weights_driven(self) -> bool:
        """Whether there is a velocity of weights."""
        return self.node.op in ("conv2d_momentum", "depthwise_momentum")

    @property
    def velocity(self) -> Array | None:
        """Velocities, to be written."""
        if self.weights_driven:
            return self.arrays[5]
        return self.arrays[4] if self.node.op == "bias_momentum" else None

    def moved(self, sums: Array, factors: Array, old: Array, fraction: Array | None) -> Array:
        """Parameters after a step; sums and factors of their shape."""
        state = self.arrays[1 if self.node.op.startswith("bias") else 2]
        attrs = self.attrs
        bits, key = int(attrs["bits"]), key_of(state, int(attrs["slot"]))
        drive = self.velocity
        unit = bits if drive is None else 8
        shift = -unit - int(state[HEAD + int(attrs["source"])]) - int(state[3])
        out, rest = old.reshape(-1).copy(), np.zeros(old.size, np.int64)
        for i, total in enumerate(sums.reshape(-1)):
            mantissa, exponent = factor_of(int(factors.reshape(-1)[i]))
            value = int(out[i]) << bits
            value += int(fraction.reshape(-1)[i]) if fraction is not None else 0
            product = int(total) * mantissa * int(state[4])
            random = random_of(key, i)
            step = -rounded(product, shift - exponent, random)
            if drive is not None:
                old_drive = int(drive.reshape(-1)[i]) * int(state[5])
                most = (1 << 15) - 1 if self.weights_driven else INT32
                step = max(-most, min(most, rounded(old_drive, 15, mixed(random)) + step))
                drive.reshape(-1)[i] = step
                if not state[6]:
                    rest[i] = value - (int(out[i]) << bits)
                    continue
                step = rounded(step, 8 - bits, mixed(WORD - 1 - random))
            value += step
            value = max(int(attrs["low"]) << bits, min(int(attrs["high"]) << bits, value))
            out[i] = (value + (1 << bits >> 1)) >> bits
            rest[i] = value - (int(out[i]) << bits)
        if fraction is not None:
            fraction[...] = rest.reshape(fraction.shape)
        return out.reshape(old.shape)


def grad_scale(r: Reference) -> Array:
    return r.clamped(r.arrays[0], 5)


def grad_add(r: Reference) -> Array:
    state, (g, h) = r.arrays[1], (r.arrays[0], r.arrays[3])
    a, b = (int(state[HEAD + int(r.attrs[k])]) for k in ("source", "other"))
    low = max(min(a, b), max(a, b) - 15)

    def at(v: Array, e: int) -> Array:
        return v << (e - low) if e >= low else v >> min(low - e, 31)

    return r.finished(at(g, a) + at(h, b), int(state[HEAD + int(r.attrs["slot"])]) - low)


def grad_product(r: Reference) -> Array:
    sums = r.arrays[0] * (r.arrays[3] - r.attrs["zero_point"])
    return r.stored(sums, lambda i: r.attrs["factor"])


def grad_product_sum(r: Reference) -> Array:
    sums = r.arrays[0] * (r.arrays[3] - r.attrs["zero_point"])
    sums = sums.reshape(-1, sums.shape[-1]).sum(axis=0).reshape(r.node.output.shape)
    return r.stored(sums, lambda i: r.attrs["factor"])


def grad_table(r: Reference) -> Array:
    slope, x = r.arrays[3], r.arrays[4].reshape(-1)
    return r.stored(r.arrays[0], lambda i: int(slope[x[i] + 128]))


def grad_spread(r: Reference) -> Array:
    sums = np.broadcast_to(r.arrays[0].reshape(-1), r.node.output.shape)
    return r.stored(sums, lambda i: r.attrs["factor"])


def cross_entropy_grad(r: Reference) -> Array:
    logits, table, label = r.arrays[0], r.arrays[3], int(r.arrays[4][0])
    terms = table[logits.max() - logits]
    total = int(terms.sum())
    flat = [(int(t) * (1 << 15) + total // 2) // total for t in terms.reshape(-1)]
    flat[label] -= 1 << 15
    return r.stored(np.array(flat).reshape(logits.shape), lambda i: r.attrs["factor"])


def squared_error_grad(r: Reference) -> Array:
    return r.stored(r.arrays[0] - r.arrays[3], lambda i: r.attrs["factor"])


def conv2d_grad_x(r: Reference) -> Array:
    shape, w = r.node.output.shape, r.weights
    outputs, groups = w.shape[0], int(r.attrs["groups"])
    w = w.reshape(outputs, *r.attrs["kernel"], -1)
    g = r.arrays[0].reshape(-1, r.node.operands[0].row_size // outputs, outputs)
    sums = np.zeros((math.prod(shape[:-2]), *shape[-2:]), np.int64)
    each, inputs = outputs // groups, w.shape[3]
    for oy, ox, ky, kx, iy, ix in r.windows(sums.shape, g.shape):
        for o in range(outputs):
            first = o // each * inputs
            sums[iy, ix, first : first + inputs] += g[oy, ox, o] * w[o, ky, kx]
    return r.behind(sums.reshape(shape))


def depthwise_grad_x(r: Reference) -> Array:
    shape, w, g = r.node.output.shape, r.arrays[3], r.arrays[0][0]
    sums = np.zeros(shape[1:], np.int64)
    each = g.shape[2] // shape[3]
    for oy, ox, ky, kx, iy, ix in r.windows(sums.shape, g.shape):
        sums[iy, ix] += (g[oy, ox] * w[ky, kx]).reshape(-1, each).sum(axis=1)
    return r.behind(sums.reshape(shape))


def avg_pool_grad(r: Reference) -> Array:
    g = r.arrays[0][0]
    sums = np.zeros(r.node.output.shape[1:], np.int64)
    for oy, ox, _, _, iy, ix in r.windows(sums.shape, g.shape):
        sums[iy, ix] += g[oy, ox]
    return r.stored(sums.reshape(r.node.output.shape), lambda i: r.attrs["factor"])


def max_pool_grad(r: Reference) -> Array:
    g, index = r.arrays[0][0], r.arrays[3][0]
    sums = np.zeros(r.node.output.shape[1:], np.int64)
    wide = int(r.attrs["kernel"][1])
    for oy, ox, ky, kx, iy, ix in r.windows(sums.shape, g.shape):
        sums[iy, ix] += np.where(index[oy, ox] == ky * wide + kx, g[oy, ox], 0)
    return r.stored(sums.reshape(r.node.output.shape))


def max_pool_index(r: Reference) -> Array:
    x, shape = r.arrays[0][0], r.node.output.shape[1:]
    best, where = np.full(shape, -1000), np.zeros(shape, np.int64)
    for oy, ox, ky, kx, iy, ix in r.windows(x.shape, shape):
        better = x[iy, ix] > best[oy, ox]
        best[oy, ox] = np.where(better, x[iy, ix], best[oy, ox])
        where[oy, ox] = np.where(better, ky * int(r.attrs["kernel"][1]) + kx, where[oy, ox])
    return where.reshape(r.node.output.shape)


def clamp_bits(r: Reference) -> Array:
    x = r.arrays[0].reshape(r.node.operands[0].rows, -1)
    inside = (x > r.attrs["low"]) & (x < r.attrs["high"])
    return np.packbits(inside, axis=1, bitorder="little").reshape(r.node.output.shape)


def conv2d_update(r: Reference) -> Array:
    x, g, old = r.arrays[0], r.arrays[1], r.arrays[-1]
    height, width, rows, columns = r.attrs["image"]
    depthwise = r.node.op.startswith("depthwise")
    outputs = g.shape[-1]
    x = x.reshape(height, width, -1) - r.attrs["zero_point"]
    g = g.reshape(rows, columns, outputs)
    kernel = tuple(r.attrs["kernel"])
    if depthwise:
        sums = np.zeros((*kernel, outputs), np.int64)
        x = np.repeat(x, outputs // x.shape[2], axis=2)
        for oy, ox, ky, kx, iy, ix in r.windows(x.shape, g.shape):
            sums[ky, kx] += x[iy, ix] * g[oy, ox]
        factors = np.broadcast_to(r.rates(3), sums.shape)
    else:
        inputs, each = old.shape[-1], outputs // int(r.attrs["groups"])
        sums = np.zeros((outputs, *kernel, inputs), np.int64)
        for oy, ox, ky, kx, iy, ix in r.windows(x.shape, g.shape):
            for o in range(outputs):
                first = int(r.attrs.get("first", 0)) + o // each * inputs
                sums[o, ky, kx] += g[oy, ox, o] * x[iy, ix, first : first + inputs]
        factors = np.broadcast_to(r.rates(3).reshape(-1, 1, 1, 1), sums.shape)
    fraction = r.arrays[-2] if r.attrs["bits"] else None
    return r.moved(sums, factors, old, fraction)


def bias_update(r: Reference) -> Array:
    g = r.arrays[0].reshape(-1, r.node.output.size)
    return r.moved(g.sum(axis=0), r.rates(2), r.arrays[-1], None)


MOVES = {
    f"{kind}_{how}": function
    for kind, function in (("conv2d", conv2d_update), ("depthwise", conv2d_update),
                           ("bias", bias_update))
    for how in ("update", "momentum")
}  # fmt: skip
UPDATES = (*MOVES, "clamp_bits", "max_pool_index")
OPERATORS: dict[str, Callable[[Reference], Array]] = {
    f.__name__: f
    for f in (grad_scale, grad_add, grad_product, grad_product_sum, grad_table, grad_spread,
              cross_entropy_grad, squared_error_grad, conv2d_grad_x, depthwise_grad_x,
              avg_pool_grad, max_pool_grad, max_pool_index, clamp_bits)
} | MOVES  # fmt: skip
OPERATORS |= {"conv2d_grad_clamped": conv2d_grad_x, "depthwise_grad_clamped": depthwise_grad_x}

# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM117 (nested loops of generated code are written as nested loops)
"""Updates: the gradient of a parameter is used as it is made, and never lies in memory.

Of a weight's gradient a few sums over all pixels are made at a time, and applied at once
(MCUNetV3's reordering, carried to the end). Stochastic gradient descent on the *real* parameter,
as in quantisation-aware scaling (Lin et al. 2022, "On-Device Training Under 256KB Memory"): the
integer moves by ``rate * gradient / scale^2``. Parameters are int8, or int8 with ``bits`` more in
a tensor of their own (``fraction``), or int32 (biases). They saturate.

The ``_momentum`` forms have a tensor ``velocity`` besides (int16 of weights, int32 of biases, in
units of 2^-8 of the parameter): a step adds to it, and only the last of every ``every`` samples
moves the parameter by it; the next one begins with ``decay`` of it. So it is momentum (Polyak), and
the sum over samples of gradient accumulation.

Operands multiplier int32[O] and shift int8[O] are the forward layer's factors f = s_x s_w / s_y:
1 / scale^2 is ``rate / f^2``, made as it is needed, so that no table of rates lies in flash.

Attributes: source (exponent slot of g), slot (number for random bits), added (exponent of what
the factors leave out), bits, low, high (of the parameter), rate (mantissa of 31 bits, exponent).
"""

from __future__ import annotations

from typing import Any

from tvm_tiny._tvm import TIR, tirx
from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.graph import Node
from tvm_tiny.operators.base import Access, RowCall, register_planned
from tvm_tiny.operators.elementwise import int32
from tvm_tiny.operators.gradient_forms import MovedWeights
from tvm_tiny.operators.gradients import (
    APPLY_NOW,
    DECAY_NOW,
    HEAD,
    RATE_EXPONENT,
    RATE_NOW,
    VELOCITY_BITS,
    Body,
    StateUpdate,
    block_of,
    train_call,
)

_RATE_AT = 16
"""The local of an update of weights that has its channel's rate."""


class Update(StateUpdate):
    """Writes a parameter: the last operand."""

    driven = False
    """Whether a velocity lies between gradient and parameter."""

    def prepare(self, node: Node, k: Body) -> None:
        """Locals: 0 the key, 1 the shift of rate and gradient, 2 the rate; 5, 6 of velocities."""
        state, slot = k["state"], int32(node.attrs["slot"])
        TIR.buffer_store(k.local, train_call("key", state.access_ptr("r"), slot), [0])
        exponent = state[HEAD + int(node.attrs["source"])] + state[RATE_EXPONENT]
        bits = VELOCITY_BITS if self.driven else int(node.attrs["bits"])
        TIR.buffer_store(k.local, int32(-bits) - exponent, [1])
        TIR.buffer_store(k.local, state[RATE_NOW], [2])
        if self.driven:
            TIR.buffer_store(k.local, state[DECAY_NOW], [5])
            TIR.buffer_store(k.local, state[APPLY_NOW], [6])

    def rate(self, node: Node, k: Body, channel: Any) -> Any:
        """What the gradients of a channel's parameters are multiplied with, packed."""
        multiplier, shift = k["multiplier"][channel], k["shift"][channel].astype("int32")
        return train_call("rate", multiplier, shift, *(int32(int(n)) for n in node.attrs["rate"]))

    def move(self, node: Node, k: Body, at: Any, total: Any, factor: Any) -> None:
        """Update element ``at`` of the parameter by a sum of its gradient."""
        random = (k.local[0], at)
        if not self.driven:
            self._assign(node, k, at, ("moved", (total, factor, k.local[2], k.local[1], *random)))
            return
        limit = int32(2**31 - 1 if k["velocity"].dtype == "int32" else 2**15 - 1)
        old = k["velocity"][at].astype("int32")
        rest = (k.local[5], total, factor, k.local[2], k.local[1], *random, limit)
        TIR.buffer_store(k.local, train_call("velocity", old, *rest), [7])
        TIR.buffer_store(k["velocity"], k.local[7].astype(k["velocity"].dtype), [at])
        with TIR.If(k.local[6] != 0), TIR.Then():
            bits = int32(int(node.attrs["bits"]))
            self._assign(node, k, at, ("driven", (k.local[7], bits, *random)))

    def _assign(self, node: Node, k: Body, at: Any, how: tuple[str, tuple[Any, ...]]) -> None:
        """Element ``at`` as a function makes it from the old one and more arguments."""
        bits, y = int(node.attrs["bits"]), k["y"]
        low, high = int(node.attrs["low"]) << bits, int(node.attrs["high"]) << bits
        value = y[at].astype("int32")
        if bits:
            value = value * int32(1 << bits) + k["fraction"][at].astype("int32")
        moved = train_call(how[0], value, *how[1], int32(low), int32(high))
        if not bits:
            TIR.buffer_store(y, moved.astype(node.output.dtype), [at])
            return
        TIR.buffer_store(k.local, moved, [3])
        whole = (k.local[3] + int32(1 << (bits - 1))) >> int32(bits)
        TIR.buffer_store(k.local, whole, [4])
        rest = k.local[3] - k.local[4] * int32(1 << bits)
        TIR.buffer_store(k["fraction"], rest.astype(Q8.name), [at])
        TIR.buffer_store(y, k.local[4].astype(Q8.name), [at])


class WeightUpdate(Update):
    """What updates of weights share: sums of (x - zero point) * g over all pixels.

    x and g are read whole. Attributes also: strides, padding, kernel, image (rows and columns of x
    and of g), groups, zero_point.
    """

    operand_names = ("x", "g", "state", "multiplier", "shift", "fraction", "weight")
    written = (5,)
    local_count = 17

    def sums(self, node: Node, k: Body, where: tuple[Any, Any, Any, Any, int]) -> None:
        """Locals 8 and on: sums over all pixels, of one output channel and some input channels."""
        o, ky, kx, channel, block = where
        stride_h, stride_w = (int(n) for n in node.attrs["strides"])
        top, left = (int(n) for n in node.attrs["padding"][:2])
        height, width, rows, columns = (int(n) for n in node.attrs["image"])
        outputs, channels = node.operands[1].shape[-1], node.operands[0].shape[-1]
        zero = int32(node.attrs["zero_point"])
        for b in range(block):
            TIR.buffer_store(k.local, int32(0), [8 + b])
        with TIR.serial(0, rows) as oy:
            iy = oy * stride_h + ky - top
            with TIR.If(_inside(iy, height)), TIR.Then(), TIR.serial(0, columns) as ox:
                ix = ox * stride_w + kx - left
                with TIR.If(_inside(ix, width)), TIR.Then():
                    g = k["g"][(oy * columns + ox) * outputs + o].astype("int32")
                    x = (iy * width + ix) * channels + channel
                    for b in range(block):
                        term = g * (k["x"][x + b].astype("int32") - zero)
                        TIR.buffer_store(k.local, k.local[8 + b] + term, [8 + b])


def _inside(place: Any, extent: int) -> Any:
    """0 <= place < extent."""
    return tirx.all(place >= 0, place < extent)


@register_planned
class Conv2DUpdate(WeightUpdate):
    """Updates weights [O, KH, KW, I / groups], or those of x's channels from ``first`` on."""

    name = "conv2d_update"
    form = MovedWeights()

    def macs(self, node: Node) -> int:
        return node.operands[1].size * node.output.size // node.output.shape[0]

    def body(self, node: Node, k: Body) -> None:
        high, wide = (int(n) for n in node.attrs["kernel"])
        outputs, groups = node.operands[1].shape[-1], int(node.attrs.get("groups", 1))
        inputs = node.output.size // (outputs * high * wide)
        block, each = block_of(inputs), outputs // groups
        self.prepare(node, k)
        with TIR.serial(0, outputs) as o:
            TIR.buffer_store(k.local, self.rate(node, k, o), [_RATE_AT])
            with TIR.serial(0, high) as ky, TIR.serial(0, wide) as kx:
                with TIR.serial(0, inputs // block) as c:
                    own = int32(node.attrs.get("first", 0))
                    first = (o // each) * inputs if groups > 1 else own
                    self.sums(node, k, (o, ky, kx, first + c * block, block))
                    base = ((o * high + ky) * wide + kx) * inputs + c * block
                    for b in range(block):
                        self.move(node, k, base + b, k.local[8 + b], k.local[_RATE_AT])


@register_planned
class Conv2DMomentum(Conv2DUpdate):
    """``conv2d_update`` by way of a velocity int16 of the weights' shape."""

    name = "conv2d_momentum"
    form = MovedWeights(driven=True)
    operand_names = ("x", "g", "state", "multiplier", "shift", "velocity", "fraction", "weight")
    written = (5, 6)
    driven = True


@register_planned
class DepthwiseUpdate(WeightUpdate):
    """Updates weights [KH, KW, C * M]."""

    name = "depthwise_update"

    def macs(self, node: Node) -> int:
        return node.operands[1].size * node.output.size // node.operands[1].shape[-1]

    def body(self, node: Node, k: Body) -> None:
        high, wide = (int(n) for n in node.attrs["kernel"])
        outputs = node.operands[1].shape[-1]
        each = outputs // node.operands[0].shape[-1]
        self.prepare(node, k)
        with TIR.serial(0, high) as ky, TIR.serial(0, wide) as kx, TIR.serial(0, outputs) as o:
            self.sums(node, k, (o, ky, kx, o // each, 1))
            TIR.buffer_store(k.local, self.rate(node, k, o), [_RATE_AT])
            self.move(node, k, (ky * wide + kx) * outputs + o, k.local[8], k.local[_RATE_AT])


@register_planned
class DepthwiseMomentum(DepthwiseUpdate):
    """``depthwise_update`` by way of a velocity int16 of the weights' shape."""

    name = "depthwise_momentum"
    operand_names = Conv2DMomentum.operand_names
    written = (5, 6)
    driven = True


@register_planned
class BiasUpdate(Update):
    """Updates a bias int32[O]: sums of g over all pixels, a row of g at each call."""

    name = "bias_update"
    operand_names = ("g", "state", "multiplier", "shift", "bias")
    scalar_names = ("row", "last")

    def access(self, node: Node) -> tuple[Access, ...]:
        return (Access.ROW, *(Access.WHOLE,) * (len(node.operands) - 1))

    def calls(self, node: Node) -> int:
        return node.operands[0].rows

    def state_bytes(self, node: Node) -> int:
        return 4 * node.output.size

    def row_call(self, node: Node, row: int) -> RowCall:
        last = int(row == self.calls(node) - 1)
        return RowCall(((row,), *((),) * (len(node.operands) - 1)), (row, last))

    def body(self, node: Node, k: Body) -> None:
        g, nothing = k["g"], TIR.reinterpret("handle", TIR.uint64(0))
        wide = g.dtype == "int16"
        grads = (g.access_ptr("r"), nothing) if wide else (nothing, g.access_ptr("r"))
        velocity = k["velocity"].access_ptr("rw") if self.driven else nothing
        channels, attrs = node.output.size, node.attrs
        pointers = (k["state"].access_ptr("r"), k["multiplier"].access_ptr("r"),
                    k["shift"].access_ptr("r"), velocity,
                    k.total.access_ptr("rw"), k["y"].access_ptr("rw"))  # fmt: skip
        sizes = (node.operands[0].row_size // channels, channels)
        names = ("source", "slot", "low", "high")
        numbers = (*(int(attrs[n]) for n in names), *(int(n) for n in attrs["rate"]))
        rows = (k.scalars["row"], k.scalars["last"])
        arguments = (*grads, *pointers, *map(int32, sizes), *rows, *map(int32, numbers))
        TIR.evaluate(train_call("bias_row", *arguments))


@register_planned
class BiasMomentum(BiasUpdate):
    """``bias_update`` by way of a velocity int32[O]."""

    name = "bias_momentum"
    operand_names = ("g", "state", "multiplier", "shift", "velocity", "bias")
    written = (4,)
    driven = True

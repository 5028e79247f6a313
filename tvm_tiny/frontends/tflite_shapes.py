# SPDX-License-Identifier: Apache-2.0
"""Result shapes of TFLite operators, computed again from their operands and options.

Nothing in a file can be believed: a result's declared shape has to be what the operator makes
(TFLite's ``Prepare`` functions). Every option is bounded here before anybody computes with it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from tvm_tiny.frontends.tflite_file import TFLiteFile, TFLiteOperator, TFLiteTensor
from tvm_tiny.frontends.tflite_slices import strided_slice_plan

Shape = tuple[int, ...]
_LARGEST_OPTION: Final = 32_767
_SAME: Final = 0


class Fault(Exception):  # noqa: N818 - collected, not raised to users
    """One thing wrong with an operator; ``code`` is TT1002 or TT1203."""

    def __init__(self, what: str, why: str = "", do: str = "", code: str = "TT1002") -> None:
        super().__init__(what)
        self.what, self.why, self.do, self.code = what, why, do, code


class Call:
    """An operator with its operands (None: absent) and results."""

    def __init__(self, file: TFLiteFile, op: TFLiteOperator) -> None:
        self.op, self.options = op, op.options
        self.inputs = [None if i < 0 else file.tensors[i] for i in op.inputs]
        self.outputs = [file.tensors[i] for i in op.outputs]

    def operand(self, index: int, rank: int | None = None) -> TFLiteTensor:
        """Operand ``index``, of ``rank`` dimensions."""
        tensor = self.inputs[index] if index < len(self.inputs) else None
        if tensor is None:
            raise Fault(f"operand {index} is missing")
        if rank is not None and len(tensor.shape) != rank:
            raise Fault(f"operand {index} has {len(tensor.shape)} dimensions, not {rank}")
        return tensor

    def integers(self, index: int) -> list[int]:
        """The contents of a constant operand of integers."""
        values = self.operand(index).integers()
        if values is None:
            raise Fault(
                f"operand {index} '{self.operand(index).name}' is not a constant of integers",
                "shapes and positions must be known when compiling",
                code="TT1203",
            )
        return values

    def bounded(self, *names: str) -> list[int]:
        """Options that must be from 1 to 32767."""
        values = [int(self.options[name]) for name in names]
        for name, value in zip(names, values, strict=True):
            if not 1 <= value <= _LARGEST_OPTION:
                raise Fault(f"{name} = {value}", f"it must be from 1 to {_LARGEST_OPTION}")
        return values

    def axis(self, value: int, rank: int) -> int:
        """An axis counted from the front."""
        if not -rank <= value < rank:
            raise Fault(f"axis {value} of {rank} dimensions")
        return value % rank


def windows(size: int, window: int, stride: int, padding: int) -> int:
    """Output extent of a sliding window (TFLite ``ComputeOutSize``)."""
    if padding == _SAME:
        return -(-size // stride)
    return (size - window) // stride + 1 if size >= window else 0


def _slide(call: Call, kernel: Sequence[int]) -> tuple[int, int]:
    """Output height and width under a window."""
    if call.options["padding"] not in (0, 1):
        raise Fault(f"padding {call.options['padding']}", "it is SAME (0) or VALID (1)")
    strides = call.bounded("stride_h", "stride_w")
    dilation = call.bounded("dilation_h", "dilation_w") if "dilation_h" in call.options else (1, 1)
    sizes = call.operand(0, 4).shape[1:3]
    out = [
        windows(n, (k - 1) * d + 1, s, call.options["padding"])
        for n, k, d, s in zip(sizes, kernel, dilation, strides, strict=True)
    ]
    if min(out) < 1:
        raise Fault(f"a window of {tuple(kernel)} does not fit an image of {sizes}")
    return out[0], out[1]


def _check_bias(call: Call, index: int, channels: int) -> None:
    bias = call.inputs[index] if index < len(call.inputs) else None
    if bias is not None and math.prod(bias.shape) != channels:
        raise Fault(f"a bias of shape {bias.shape} for {channels} channels")


def _conv(call: Call) -> list[Shape]:
    x, w = call.operand(0, 4).shape, call.operand(1, 4).shape
    if x[3] % w[3] or w[0] % (x[3] // w[3]):
        raise Fault(f"{x[3]} input channels do not fit weights of shape {w}")
    _check_bias(call, 2, w[0])
    return [(x[0], *_slide(call, w[1:3]), w[0])]


def _depthwise(call: Call) -> list[Shape]:
    x, w = call.operand(0, 4).shape, call.operand(1, 4).shape
    (multiplier,) = call.bounded("depth_multiplier")
    if w[0] != 1 or w[3] != x[3] * multiplier:
        raise Fault(f"{x[3]} channels times {multiplier} do not fit weights of shape {w}")
    _check_bias(call, 2, w[3])
    return [(x[0], *_slide(call, w[1:3]), w[3])]


def _fully_connected(call: Call) -> list[Shape]:
    if call.options["weights_format"]:
        raise Fault("shuffled weights", "only the default weights format", code="TT1203")
    x, (units, depth) = call.operand(0).shape, call.operand(1, 2).shape
    _check_bias(call, 2, units)
    batches, rest = divmod(math.prod(x), depth)
    declared = call.outputs[0].shape
    if rest or not declared or declared[-1] != units or math.prod(declared[:-1]) != batches:
        raise Fault(f"input {x} and weights {(units, depth)} do not make a result {declared}")
    return [declared]


def _transpose_conv(call: Call) -> list[Shape]:
    x, w = call.operand(2, 4).shape, call.operand(1, 4).shape
    wanted = tuple(call.integers(0))
    strides = call.bounded("stride_h", "stride_w")
    _check_bias(call, 3, w[0])
    if len(wanted) != 4 or x[3] != w[3] or wanted[0] != x[0] or wanted[3] != w[0]:
        raise Fault(f"input {x} and weights {w} do not make a result {wanted}")
    for n, size, k, s in zip(wanted[1:3], x[1:3], w[1:3], strides, strict=True):
        if n < 1 or windows(n, k, s, call.options["padding"]) != size:
            raise Fault(f"input {x}, weights {w}, strides {strides} do not make {wanted}")
    return [wanted]


def _pool(call: Call) -> list[Shape]:
    x = call.operand(0, 4).shape
    return [(x[0], *_slide(call, call.bounded("filter_h", "filter_w")), x[3])]


def _broadcast(call: Call) -> list[Shape]:
    a, b = call.operand(0).shape, call.operand(1).shape
    try:
        return [np.broadcast_shapes(a, b)]
    except ValueError as error:
        raise Fault(f"shapes {a} and {b} do not broadcast") from error


def _prelu(call: Call) -> list[Shape]:
    (shape,) = _broadcast(call)
    if shape != call.operand(0).shape:
        raise Fault(f"alpha {call.operand(1).shape} is larger than the input {shape}")
    return [shape]


def _same(call: Call) -> list[Shape]:
    return [call.operand(0).shape]


def _softmax(call: Call) -> list[Shape]:
    beta = float(call.options["beta"])
    if not (math.isfinite(beta) and beta > 0) or not call.operand(0).shape:
        raise Fault(f"beta = {beta}, input of shape {call.operand(0).shape}")
    return _same(call)


def _leaky_relu(call: Call) -> list[Shape]:
    if not math.isfinite(call.options["alpha"]):
        raise Fault(f"alpha = {call.options['alpha']}")
    return _same(call)


def _reduce(call: Call) -> list[Shape]:
    x = call.operand(0).shape
    axes = {call.axis(a, len(x)) for a in call.integers(1)}
    if not axes:
        raise Fault("a reduction over no axis", code="TT1203")
    if call.options["keep_dims"]:
        return [tuple(1 if i in axes else d for i, d in enumerate(x))]
    return [tuple(d for i, d in enumerate(x) if i not in axes)]


def _pad(call: Call) -> list[Shape]:
    x, flat = call.operand(0).shape, call.integers(1)
    if len(flat) != 2 * len(x) or min(flat, default=0) < 0:
        raise Fault(f"padding {flat[:16]} of {len(x)} dimensions")
    if len(call.inputs) == 3 and len(call.integers(2)) != 1:
        raise Fault("the padding value is not one number")
    return [tuple(d + flat[2 * i] + flat[2 * i + 1] for i, d in enumerate(x))]


def _view(call: Call) -> list[Shape]:
    x, y = call.operand(0).shape, call.outputs[0].shape
    if math.prod(x) != math.prod(y):
        raise Fault(f"{x} cannot become {y}")
    return [y]


def _transpose(call: Call) -> list[Shape]:
    x, axes = call.operand(0).shape, call.integers(1)
    if sorted(axes) != list(range(len(x))):
        raise Fault(f"axes {axes[:16]} of {len(x)} dimensions")
    return [tuple(x[a] for a in axes)]


def _concat(call: Call) -> list[Shape]:
    if call.options["activation"]:
        raise Fault("CONCATENATION with an activation", "TFLM ignores it", code="TT1203")
    shapes = [call.operand(i).shape for i in range(len(call.inputs))]
    axis = call.axis(call.options["axis"], len(shapes[0]))
    rests = {(*s[:axis], -1, *s[axis + 1 :]) for s in shapes}
    if len(rests) != 1:
        raise Fault(f"shapes {shapes[:8]} along axis {axis}")
    return [(*shapes[0][:axis], sum(s[axis] for s in shapes), *shapes[0][axis + 1 :])]


def _split(call: Call) -> list[Shape]:
    x, axes, count = call.operand(1).shape, call.integers(0), len(call.outputs)
    axis = call.axis(axes[0] if len(axes) == 1 else len(x), len(x))
    if call.options["num"] != count or x[axis] % count:
        raise Fault(f"{x} in {call.options['num']} parts along axis {axis}")
    return [(*x[:axis], x[axis] // count, *x[axis + 1 :])] * count


def _split_v(call: Call) -> list[Shape]:
    x, sizes, axes = call.operand(0).shape, call.integers(1), call.integers(2)
    axis = call.axis(axes[0] if len(axes) == 1 else len(x), len(x))
    if sizes.count(-1) == 1:
        sizes[sizes.index(-1)] = x[axis] - sum(sizes) - 1
    if len(sizes) != len(call.outputs) or min(sizes, default=0) < 1 or sum(sizes) != x[axis]:
        raise Fault(f"{x} in parts of {sizes[:16]} along axis {axis}")
    return [(*x[:axis], size, *x[axis + 1 :]) for size in sizes]


def _slice(call: Call) -> list[Shape]:
    x, begin, sizes = call.operand(0).shape, call.integers(1), call.integers(2)
    if not len(x) == len(begin) == len(sizes):
        raise Fault(f"slice from {begin[:8]} of {sizes[:8]} in {x}")
    out = [d - b if n == -1 else n for d, b, n in zip(x, begin, sizes, strict=True)]
    if any(b < 0 or n < 1 or b + n > d for d, b, n in zip(x, begin, out, strict=True)):
        raise Fault(f"slice from {begin} of {sizes} in {x}")
    return [tuple(out)]


def _strided_slice(call: Call) -> list[Shape]:
    x = call.operand(0).shape
    begin, end, strides = (call.integers(i) for i in (1, 2, 3))
    if call.options["ellipsis_mask"] or call.options["new_axis_mask"]:
        raise Fault("ellipsis or new-axis mask", "TFLM has neither", code="TT1203")
    if not len(begin) == len(end) == len(strides) <= len(x) or 0 in strides:
        raise Fault(f"slice from {begin[:8]} to {end[:8]} in steps of {strides[:8]} in {x}")
    shrink = call.options["shrink_axis_mask"]
    masks = (call.options["begin_mask"], call.options["end_mask"], shrink)
    plan = strided_slice_plan(x, begin, end, strides, masks)
    if min(plan.shape, default=1) < 1:
        raise Fault(f"an empty slice of {x}")
    kept = [d for i, d in enumerate(plan.shape) if i >= len(begin) or not shrink >> i & 1]
    return [tuple(kept)]


def _pack(call: Call) -> list[Shape]:
    shapes = {call.operand(i).shape for i in range(len(call.inputs))}
    if len(shapes) != 1 or call.options["num"] != len(call.inputs):
        raise Fault(f"{call.options['num']} tensors of shapes {sorted(shapes)[:8]}")
    shape = shapes.pop()
    axis = call.axis(call.options["axis"], len(shape) + 1)
    return [(*shape[:axis], len(call.inputs), *shape[axis:])]


def _unpack(call: Call) -> list[Shape]:
    x = call.operand(0).shape
    axis = call.axis(call.options["axis"], len(x))
    if not call.options["num"] == len(call.outputs) == x[axis]:
        raise Fault(f"{x} in {call.options['num']} parts along axis {axis}")
    return [(*x[:axis], *x[axis + 1 :])] * len(call.outputs)


def _resize(call: Call) -> list[Shape]:
    x, size = call.operand(0, 4).shape, call.integers(1)
    if len(size) != 2 or not all(1 <= n <= _LARGEST_OPTION for n in size):
        raise Fault(f"an image of size {size[:8]}")
    if call.options["align_corners"] and call.options["half_pixel_centers"]:
        raise Fault("align_corners and half_pixel_centers", "they exclude each other")
    return [(x[0], size[0], size[1], x[3])]


RULES: Final[Mapping[str, Callable[[Call], list[Shape]]]] = {
    "CONV_2D": _conv, "DEPTHWISE_CONV_2D": _depthwise, "FULLY_CONNECTED": _fully_connected,
    "TRANSPOSE_CONV": _transpose_conv, "AVERAGE_POOL_2D": _pool, "MAX_POOL_2D": _pool,
    "ADD": _broadcast, "SUB": _broadcast, "MUL": _broadcast, "MAXIMUM": _broadcast,
    "MINIMUM": _broadcast, "MEAN": _reduce, "SUM": _reduce, "PAD": _pad, "PADV2": _pad,
    "RESHAPE": _view, "SQUEEZE": _view, "EXPAND_DIMS": _view, "TRANSPOSE": _transpose,
    "CONCATENATION": _concat, "SPLIT": _split, "SPLIT_V": _split_v, "SLICE": _slice,
    "STRIDED_SLICE": _strided_slice, "PACK": _pack, "UNPACK": _unpack,
    "RESIZE_BILINEAR": _resize, "RESIZE_NEAREST_NEIGHBOR": _resize, "RELU": _same,
    "RELU6": _same, "LEAKY_RELU": _leaky_relu, "PRELU": _prelu, "HARD_SWISH": _same,
    "LOGISTIC": _same, "TANH": _same, "SOFTMAX": _softmax, "QUANTIZE": _same,
    "DEQUANTIZE": _same,
}  # fmt: skip


def check_shapes(file: TFLiteFile, op: TFLiteOperator) -> None:
    """Raise ``Fault`` unless the operator makes results of the declared shapes."""
    call = Call(file, op)
    wanted = RULES[op.kind](call)
    declared = [t.shape for t in call.outputs]
    if wanted != declared:
        pairs: list[tuple[Any, Any]] = [(wanted, declared)]
        raise Fault(f"the result has shape {pairs[0][1][:4]}, the operator makes {wanted[:4]}")

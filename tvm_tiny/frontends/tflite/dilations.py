# SPDX-License-Identifier: Apache-2.0
"""A convolution between SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND is one with dilation.

before:  x [1, H, W, C] -> SPACE_TO_BATCH_ND [b b, H / b, W / b, C] -> CONV_2D (VALID)
         -> BATCH_TO_SPACE_ND -> y
after:   x -> CONV_2D (VALID, dilation b) -> y

Sums have the same terms, so the integers are the same. Converters write the former where something
stands between that their own pattern does not know: a sequence that is made an image (EXPAND_DIMS,
RESHAPE) is known here. What is padded stays padded with the integer 0, as SPACE_TO_BATCH_ND is
here (``operators/rearranging.py``), in front; what is cropped is not padded at all.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from tvm_tiny.frontends.tflite.model import TFLiteFile, TFLiteOperator, TFLiteTensor
from tvm_tiny.frontends.tflite.record import Call, Fault, lookup

_CONVOLUTIONS: Final = ("CONV_2D", "DEPTHWISE_CONV_2D")
_VIEWS: Final = ("RESHAPE", "EXPAND_DIMS", "SQUEEZE")
_PLAIN: Final = {"padding": 1, "stride_h": 1, "stride_w": 1, "dilation_h": 1, "dilation_w": 1}
_TYPES: Final = ("int8", "int16")


@dataclass(frozen=True)
class _Chain:
    """Operators from the one that makes a batch to the one that undoes it.

    ``before`` and ``after``: views round the convolution, of a sequence.
    """

    first: TFLiteOperator
    conv: TFLiteOperator
    last: TFLiteOperator
    before: TFLiteOperator | None = None
    after: TFLiteOperator | None = None

    @property
    def all(self) -> list[TFLiteOperator]:
        """In order."""
        steps = (self.first, self.before, self.conv, self.after, self.last)
        return [op for op in steps if op is not None]


def fold_dilations(file: TFLiteFile) -> TFLiteFile:
    """Replace every such chain; tensors keep their indices, new ones are appended."""
    if not any(op.kind == "BATCH_TO_SPACE_ND" for op in file.operators):
        return file
    readers: dict[int, list[TFLiteOperator]] = {}
    for op in file.operators:
        for index in op.inputs:
            readers.setdefault(index, []).append(op)
    kept = {*file.outputs, *(s.following for s in file.states)}
    sole = {i: ops[0] for i, ops in readers.items() if len(ops) == 1 and i not in kept}
    tensors = list(file.tensors)
    replaced: dict[int, list[TFLiteOperator]] = {}
    for op in file.operators:
        chain = _chain(op, sole)
        made = None if chain is None else _Dilated(chain, tensors).operators()
        if chain is not None and made is not None:
            replaced.update({id(old): [] for old in chain.all})
            for new in made:
                at = next(old for old in chain.all if old.index == new.index)
                replaced[id(at)].append(new)
    operators = [new for op in file.operators for new in replaced.get(id(op), [op])]
    return replace(file, tensors=tuple(tensors), operators=tuple(operators))


def _chain(first: TFLiteOperator, sole: Mapping[int, TFLiteOperator]) -> _Chain | None:
    if first.kind != "SPACE_TO_BATCH_ND":
        return None
    steps = [first]
    while len(steps) < 5 and steps[-1].kind != "BATCH_TO_SPACE_ND":
        made = steps[-1].outputs
        follower = sole.get(made[0]) if len(made) == 1 else None
        if follower is None or follower.inputs[0] != made[0]:
            return None
        steps.append(follower)
    kinds = [op.kind for op in steps[1:]]
    if len(kinds) == 2 and kinds[0] in _CONVOLUTIONS and kinds[1] == "BATCH_TO_SPACE_ND":
        return _Chain(first, *steps[1:])
    if len(kinds) != 4 or kinds[1] not in _CONVOLUTIONS or kinds[3] != "BATCH_TO_SPACE_ND":
        return None
    if kinds[0] not in _VIEWS or kinds[2] not in _VIEWS:
        return None
    return _Chain(first, steps[2], steps[4], steps[1], steps[3])


class _Dilated:
    """What one chain becomes; nothing of the file has been checked but the operators' order."""

    def __init__(self, chain: _Chain, tensors: list[TFLiteTensor]) -> None:
        self._chain, self._tensors = chain, tensors

    def operators(self) -> list[TFLiteOperator] | None:
        """The new operators, None if the chain is not a dilated convolution."""
        chain = self._chain
        if any(chain.conv.options.get(k) != v for k, v in _PLAIN.items()) or not self._sound():
            return None
        x, y = self._tensor(chain.first.inputs[0]), self._tensor(chain.last.outputs[0])
        block, crops = self._integers(chain.last)
        same, pads = self._integers(chain.first)
        left = [p - c for p, c in zip(pads, crops, strict=True)]
        axis = self._axis(x)
        if block != same or min(left) < 0 or axis is None or (any(left) and x.unsigned):
            return None
        dilation = block if axis < 0 else [block[0] if i == axis else 1 for i in range(2)]
        options = {**chain.conv.options, "dilation_h": dilation[0], "dilation_w": dilation[1]}
        made: list[TFLiteOperator] = []
        x = self._padded(x, left, made)
        if chain.before is None or chain.after is None:
            inputs = (x.index, *chain.conv.inputs[1:])
            made.append(replace(chain.conv, inputs=inputs, outputs=(y.index,), options=options))
            return made
        image = self._new(replace(x, shape=_image(x.shape, axis)))
        out = self._tensor(chain.conv.outputs[0])
        result = self._new(replace(out, shape=_image(y.shape, axis)))
        made.append(self._reshape(chain.before, x, image))
        inputs = (image.index, *chain.conv.inputs[1:])
        made.append(replace(chain.conv, inputs=inputs, outputs=(result.index,), options=options))
        made.append(self._reshape(chain.last, result, y))
        return made

    def _tensor(self, index: int) -> TFLiteTensor:
        return self._tensors[index]

    def _new(self, tensor: TFLiteTensor) -> TFLiteTensor:
        made = replace(tensor, index=len(self._tensors), open_axes=())
        self._tensors.append(made)
        return made

    def _sound(self) -> bool:
        """Each operator makes what it declares, of one type, and what is moved keeps its scale."""
        chain = self._chain
        try:
            for op in chain.all:
                record = lookup(op.kind)
                call = Call(self._tensors, op)
                if record is None or min(min(t.shape, default=0) for t in call.outputs) < 1:
                    return False
                record.roles(call)
                if record.shapes(call) != [t.shape for t in call.outputs]:
                    return False
        except (Fault, ValueError, TypeError, ArithmeticError, IndexError):
            return False
        ends = [self._tensor(chain.first.inputs[0]), self._tensor(chain.conv.outputs[0])]
        moved = [[op for op in (chain.first, chain.before) if op is not None],
                 [op for op in (chain.after, chain.last) if op is not None]]  # fmt: skip
        return all(
            like.dtype in _TYPES and like.quantised and _alike(like, self._tensor(op.outputs[0]))
            for like, ops in zip(ends, moved, strict=True)
            for op in ops
        )

    def _integers(self, op: TFLiteOperator) -> tuple[list[int], list[int]]:
        call = Call(self._tensors, op)
        return call.integers(1), call.integers(2)

    def _axis(self, x: TFLiteTensor) -> int | None:
        """Where a sequence lies in its image: 0 height, 1 width; -1: it is no sequence."""
        chain = self._chain
        if chain.before is None or chain.after is None:
            return -1 if len(x.shape) == 4 else None
        for axis in (1, 0):
            pairs = (
                (chain.before.inputs[0], chain.before.outputs[0]),
                (chain.after.outputs[0], chain.after.inputs[0]),
            )
            shapes = [(self._tensor(a).shape, self._tensor(b).shape) for a, b in pairs]
            if all(len(a) == 3 and _image(a, axis) == b for a, b in shapes):
                return axis
        return None

    def _padded(
        self, x: TFLiteTensor, left: Sequence[int], made: list[TFLiteOperator]
    ) -> TFLiteTensor:
        if not any(left):
            return x
        pads = [[0, 0], *([left[i], left[i + 1]] for i in range(0, len(left), 2)), [0, 0]]
        shape = tuple(d + sum(p) for d, p in zip(x.shape, pads, strict=True))
        out = self._new(replace(x, shape=shape, data=None))
        zero = self._constant(np.zeros(1, x.dtype), x)
        operands = (x.index, self._constant(np.array(pads, np.int32)).index, zero.index)
        made.append(
            TFLiteOperator(self._chain.first.index, "PADV2", operands, (out.index,), {}, "")
        )
        return out

    def _reshape(self, op: TFLiteOperator, x: TFLiteTensor, y: TFLiteTensor) -> TFLiteOperator:
        shape = self._constant(np.array(y.shape, np.int32))
        return TFLiteOperator(op.index, "RESHAPE", (x.index, shape.index), (y.index,), {}, "")

    def _constant(self, values: Any, like: TFLiteTensor | None = None) -> TFLiteTensor:
        nothing = np.zeros(0)
        return self._new(
            TFLiteTensor(
                0,
                f"constant_{len(self._tensors)}",
                values.shape,
                str(values.dtype),
                nothing.astype(np.float32) if like is None else like.scales,
                nothing.astype(np.int64) if like is None else like.zero_points,
                0,
                np.frombuffer(values.tobytes(), np.uint8),
            )
        )


def _image(shape: Sequence[int], axis: int) -> tuple[int, ...]:
    """(N, T, C) as an image of one row (axis 1) or of one column (axis 0)."""
    batch, steps, channels = shape
    return (batch, 1, steps, channels) if axis else (batch, steps, 1, channels)


def _alike(a: TFLiteTensor, b: TFLiteTensor) -> bool:
    same = (a.dtype, a.unsigned) == (b.dtype, b.unsigned)
    same = same and np.array_equal(a.scales, b.scales)
    return same and np.array_equal(a.zero_points, b.zero_points) and math.prod(b.shape) > 0

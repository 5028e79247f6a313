# SPDX-License-Identifier: Apache-2.0
"""Operators that put values in another order, or repeat them: as reshapes, transposes and slices.

They act on integers as they are, as TensorFlow Lite Micro does. Block operators are a reshape that
gives blocks dimensions of their own, a transpose, and a reshape back.
"""

from __future__ import annotations

import math
from typing import Any

from tvm_tiny import _tvm
from tvm_tiny.frontends.tflite.conversion import Conversion
from tvm_tiny.frontends.tflite.record import Call, Fault, I, M, Record, Shape, register

_op: Any = _tvm.relax.op
_MOST_PIECES = 256
"""Slices that a gather, a reversal or a repetition may be made of."""


def _permuted(x: Any, split: tuple[int, ...], axes: tuple[int, ...], shape: Shape) -> Any:
    """Reshaped to ``split``, transposed, reshaped to ``shape``."""
    return _op.reshape(_op.permute_dims(_op.reshape(x, split), axes), shape)


def _block(call: Call) -> int:
    (size,) = call.bounded("block_size")
    return size


def _depth_to_space_shape(call: Call) -> list[Shape]:
    n, h, w, c = call.operand(0, 4).shape
    b = _block(call)
    if c % (b * b):
        raise Fault(f"{c} channels in blocks of {b} x {b}")
    return [(n, h * b, w * b, c // (b * b))]


def _depth_to_space(call: Conversion) -> Any:
    (n, h, w, c), b = call.operand(0).shape, _block(call)
    split = (n, h, w, b, b, c // (b * b))
    return _permuted(call.stored(0), split, (0, 1, 3, 2, 4, 5), call.outputs[0].shape)


def _space_to_depth_shape(call: Call) -> list[Shape]:
    n, h, w, c = call.operand(0, 4).shape
    b = _block(call)
    if h % b or w % b:
        raise Fault(f"an image of {h} x {w} in blocks of {b} x {b}")
    return [(n, h // b, w // b, c * b * b)]


def _space_to_depth(call: Conversion) -> Any:
    (n, h, w, c), b = call.operand(0).shape, _block(call)
    split = (n, h // b, b, w // b, b, c)
    return _permuted(call.stored(0), split, (0, 1, 3, 2, 4, 5), call.outputs[0].shape)


def _blocks(call: Call) -> tuple[list[int], list[list[int]]]:
    """Block extents, and [before, after] of each, of an image."""
    rank = len(call.operand(0).shape)
    block, flat = call.integers(1), call.integers(2)
    if rank not in (3, 4) or len(block) != rank - 2 or len(flat) != 2 * len(block):
        raise Fault(f"blocks {block[:4]} and {flat[:8]} of {rank} dimensions")
    if min(block) < 1 or min(flat) < 0:
        raise Fault(f"blocks {block}, {flat}")
    return block, [flat[2 * i : 2 * i + 2] for i in range(len(block))]


def _space_to_batch_shape(call: Call) -> list[Shape]:
    x, (block, pads) = call.operand(0).shape, _blocks(call)
    sides = [d + sum(p) for d, p in zip(x[1:-1], pads, strict=True)]
    if any(s % b for s, b in zip(sides, block, strict=True)):
        raise Fault(f"an image of {sides} in blocks of {block}")
    inner = (s // b for s, b in zip(sides, block, strict=True))
    return [(x[0] * math.prod(block), *inner, x[-1])]


def _space_to_batch(call: Conversion) -> Any:
    """Padded with the integer 0, whatever the zero point.

    TensorFlow Lite Micro never sets the value that it pads with: 0 in fresh memory.
    """
    x, (block, pads) = call.operand(0).shape, _blocks(call)
    flat = [0, 0, *(n for p in pads for n in p), 0, 0]
    padded = _op.nn.pad(call.stored(0), flat, pad_value=0) if any(flat) else call.stored(0)
    sides = [d + sum(p) for d, p in zip(x[1:-1], pads, strict=True)]
    pairs = [(s // b, b) for s, b in zip(sides, block, strict=True)]
    split = (x[0], *(n for pair in pairs for n in pair), x[-1])
    count = len(block)
    blocks, places = range(2, 2 * count + 1, 2), range(1, 2 * count, 2)
    axes = (*blocks, 0, *places, 2 * count + 1)
    return _permuted(padded, split, axes, call.outputs[0].shape)


def _batch_to_space_shape(call: Call) -> list[Shape]:
    x, (block, crops) = call.operand(0).shape, _blocks(call)
    if x[0] % math.prod(block):
        raise Fault(f"a batch of {x[0]} in blocks of {block}")
    sides = [d * b - sum(c) for d, b, c in zip(x[1:-1], block, crops, strict=True)]
    if min(sides) < 1:
        raise Fault(f"crops {crops} of an image of {x[1:-1]} in blocks of {block}")
    return [(x[0] // math.prod(block), *sides, x[-1])]


def _batch_to_space(call: Conversion) -> Any:
    x, (block, crops) = call.operand(0).shape, _blocks(call)
    count, batch = len(block), x[0] // math.prod(block)
    split = (*block, batch, *x[1:])
    pairs = (axis for i in range(count) for axis in (count + 1 + i, i))
    axes = (count, *pairs, 2 * count + 1)
    sides = [d * b for d, b in zip(x[1:-1], block, strict=True)]
    whole = _permuted(call.stored(0), split, axes, (batch, *sides, x[-1]))
    if not any(n for c in crops for n in c):
        return whole
    begin = [c[0] for c in crops]
    end = [s - c[1] for s, c in zip(sides, crops, strict=True)]
    return _op.strided_slice(whole, list(range(1, count + 1)), begin, end, [1] * count)


def _axis_of(call: Call, value: int) -> int:
    return call.axis(value, len(call.operand(0).shape))


def _reverse_shape(call: Call) -> list[Shape]:
    axes = call.integers(1)
    if len({_axis_of(call, axis) for axis in axes}) != len(axes):
        raise Fault(f"a reversal along {axes[:8]}", "each dimension once")
    return [call.operand(0).shape]


def _reverse(call: Conversion) -> Any:
    axes = [_axis_of(call, axis) for axis in call.integers(1)]
    extents = [call.operand(0).shape[axis] for axis in axes]
    begin, end = [n - 1 for n in extents], [-n - 1 for n in extents]
    return _op.strided_slice(call.stored(0), axes, begin, end, [-1] * len(axes))


def _pieces(call: Conversion, axis: int, places: list[int]) -> Any:
    """Slices of operand 0 at places along an axis, one behind the other; runs are one slice."""
    runs: list[list[int]] = []
    for place in places:
        if runs and runs[-1][1] == place:
            runs[-1][1] += 1
        else:
            runs.append([place, place + 1])
    x = call.stored(0)
    parts = [_op.strided_slice(x, [axis], [a], [b], [1]) for a, b in runs]
    return parts[0] if len(parts) == 1 else _op.concat([call.bound(p) for p in parts], axis)


def _gather_places(call: Call) -> tuple[int, list[int]]:
    axis = _axis_of(call, int(call.options["axis"]))
    places, extent = call.integers(1), call.operand(0).shape[axis]
    if not places or min(places) < 0 or max(places) >= extent:
        raise Fault(f"places {places[:8]} of {extent}")
    if call.options["batch_dims"] or len(places) > _MOST_PIECES:
        raise Fault(f"{len(places)} places, batch dimensions", code="TT1203")
    return axis, places


def _gather_shape(call: Call) -> list[Shape]:
    axis, _ = _gather_places(call)
    x = call.operand(0).shape
    return [(*x[:axis], *call.operand(1).shape, *x[axis + 1 :])]


def _gather(call: Conversion) -> Any:
    axis, places = _gather_places(call)
    return _op.reshape(_pieces(call, axis, places), call.outputs[0].shape)


def _mirror_pads(call: Call) -> list[list[int]]:
    x, flat = call.operand(0).shape, call.integers(1)
    if len(flat) != 2 * len(x) or min(flat) < 0 or call.options["mode"] not in (0, 1):
        raise Fault(f"padding {flat[:16]} of {len(x)} dimensions, mode {call.options['mode']}")
    pads = [flat[2 * i : 2 * i + 2] for i in range(len(x))]
    edge = 1 if call.options["mode"] == 0 else 0
    if any(max(p) > d - edge for p, d in zip(pads, x, strict=True)):
        raise Fault(f"padding {pads} of {x}", "more than there is to mirror")
    return pads


def _mirror_shape(call: Call) -> list[Shape]:
    x, pads = call.operand(0).shape, _mirror_pads(call)
    return [tuple(d + sum(p) for d, p in zip(x, pads, strict=True))]


def _mirror(call: Conversion) -> Any:
    edge = 1 if call.options["mode"] == 0 else 0
    out = call.stored(0)
    for axis, (before, after) in enumerate(_mirror_pads(call)):
        extent = call.operand(0).shape[axis]
        parts = [out]
        if before:
            first = edge + before - 1
            end = edge - 1 if edge else -extent - 1
            parts.insert(0, _op.strided_slice(out, [axis], [first], [end], [-1]))
        if after:
            first = extent - 1 - edge
            end = first - after if first >= after else -extent - 1
            parts.append(_op.strided_slice(out, [axis], [first], [end], [-1]))
        if len(parts) > 1:
            out = call.bound(_op.concat([call.bound(p) for p in parts], axis))
    return out


def _broadcast_shape(call: Call) -> list[Shape]:
    x, wanted = call.operand(0).shape, tuple(call.integers(1))
    padded = (*(1,) * (len(wanted) - len(x)), *x)
    if len(padded) != len(wanted) or any(
        a not in (1, b) for a, b in zip(padded, wanted, strict=True)
    ):
        raise Fault(f"{x} does not broadcast to {wanted[:8]}")
    if any(a == 1 < b and b > _MOST_PIECES for a, b in zip(padded, wanted, strict=True)):
        raise Fault(f"{x} repeated to {wanted}", code="TT1203")
    return [wanted]


def repeated(call: Conversion, x: Any, shape: Shape, wanted: Shape) -> Any:
    """An expression of a shape, repeated to another that it broadcasts to."""
    padded = (*(1,) * (len(wanted) - len(shape)), *shape)
    out = call.bound(_op.reshape(x, padded))
    for axis, (a, b) in enumerate(zip(padded, wanted, strict=True)):
        if a != b:
            out = call.bound(_op.concat([out] * b, axis))
    return out


def _broadcast(call: Conversion) -> Any:
    return repeated(call, call.stored(0), call.operand(0).shape, call.outputs[0].shape)


for _name, _table, _fields, _convert, _shapes, _operands in (
    ("DEPTH_TO_SPACE", "DepthToSpaceOptions", {"block_size": (0, "i", 0)},
     _depth_to_space, _depth_to_space_shape, (M,)),
    ("SPACE_TO_DEPTH", "SpaceToDepthOptions", {"block_size": (0, "i", 0)},
     _space_to_depth, _space_to_depth_shape, (M,)),
    ("SPACE_TO_BATCH_ND", "SpaceToBatchNDOptions", {},
     _space_to_batch, _space_to_batch_shape, (M, I, I)),
    ("BATCH_TO_SPACE_ND", "BatchToSpaceNDOptions", {},
     _batch_to_space, _batch_to_space_shape, (M, I, I)),
    ("REVERSE_V2", "ReverseV2Options", {}, _reverse, _reverse_shape, (M, I)),
    ("GATHER", "GatherOptions", {"axis": (0, "i", 0), "batch_dims": (1, "i", 0)},
     _gather, _gather_shape, (M, I)),
    ("MIRROR_PAD", "MirrorPadOptions", {"mode": (0, "b", 0)}, _mirror, _mirror_shape, (M, I)),
    ("BROADCAST_TO", "BroadcastToOptions", {}, _broadcast, _broadcast_shape, (M, I)),
):  # fmt: skip
    register(
        Record(
            _name,
            _convert,
            _table,
            fields=_fields,
            defaults=not _fields,
            operands=_operands,
            shapes=_shapes,
            float_form=False,
        )
    )

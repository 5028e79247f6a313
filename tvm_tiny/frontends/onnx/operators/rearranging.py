# SPDX-License-Identifier: Apache-2.0
"""Operators that pick, repeat and interleave values: slices, reshapes, transposes, concatenations.

Gather by known places is a slice, or one a run of places; Pad by reflection or repetition is a
concatenation of slices; Expand and Tile are concatenations of copies.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from tvm_tiny._tvm import relax
from tvm_tiny.frontends.onnx.graph import OnnxNode
from tvm_tiny.frontends.onnx.operators.shapes import axis_of, shape_of
from tvm_tiny.frontends.onnx.record import (
    AXIS,
    POSITIVE,
    Importing,
    Record,
    Unusable,
    lookup,
    only,
    register,
)

_op: Any = relax.op
_MOST_PARTS: Final = 256
"""Slices of one tensor that are put together again."""


def pieces(importer: Importing, x: Any, axis: int, runs: Sequence[tuple[int, int]]) -> Any:
    """Parts ``begin`` to ``end`` of an axis behind each other."""
    extent = shape_of(x)[axis]
    if list(runs) == [(0, extent)]:
        return x
    if not 1 <= len(runs) <= _MOST_PARTS:
        raise Unusable(f"{len(runs)} parts of a tensor", f"up to {_MOST_PARTS} are supported")
    parts = [
        importer.bb.normalize(_op.strided_slice(x, [axis], [begin], [end], [1]))
        for begin, end in runs
    ]
    return parts[0] if len(parts) == 1 else importer.bb.normalize(_op.concat(parts, axis))


def runs_of(places: Sequence[int]) -> list[tuple[int, int]]:
    """Neighbours that follow each other as [begin, end)."""
    out: list[tuple[int, int]] = []
    for place in places:
        if out and out[-1][1] == place:
            out[-1] = (out[-1][0], place + 1)
        else:
            out.append((place, place + 1))
    return out


def _gather(importer: Importing, node: OnnxNode, inputs: Sequence[Any], attrs: Any) -> Any:
    del attrs
    x, shape = inputs[0], shape_of(inputs[0])
    axis = axis_of(int(node.attrs.get("axis", 0)), len(shape))
    places = importer.constant_of(node.input(1))
    if places is None or places.dtype.kind not in "iu":
        raise Unusable("places are computed at run time", "they must be constant integers")
    known = [int(p) for p in places.reshape(-1)]
    if any(not -shape[axis] <= p < shape[axis] for p in known) or not known:
        raise Unusable(f"places {known[:8]} of {shape[axis]}")
    known = [p % shape[axis] for p in known]
    steps = {b - a for a, b in itertools.pairwise(known)}
    if len(steps) == 1 and next(iter(steps)) > 1:
        step = steps.pop()
        made = _op.strided_slice(x, [axis], [known[0]], [known[-1] + 1], [step])
    else:
        made = pieces(importer, x, axis, runs_of(known))
    wanted = (*shape[:axis], *places.shape, *shape[axis + 1 :])
    made = importer.bb.normalize(made)
    return made if shape_of(made) == wanted else _op.reshape(made, wanted)


def _expand(importer: Importing, node: OnnxNode, inputs: Sequence[Any], attrs: Any) -> Any:
    del attrs
    x, old = inputs[0], shape_of(inputs[0])
    given = importer.integers(node, 1) or []
    try:
        new = np.broadcast_shapes(old, tuple(given))
    except ValueError as error:
        raise Unusable(f"expands {old} to {given}") from error
    full = (*(1,) * (len(new) - len(old)), *old)
    x = importer.bb.normalize(_op.reshape(x, full)) if full != old else x
    return _copies(importer, x, [n // o for n, o in zip(new, full, strict=True)])


def _tile(importer: Importing, node: OnnxNode, inputs: Sequence[Any], attrs: Any) -> Any:
    del attrs
    counts = importer.integers(node, 1) or []
    if len(counts) != len(shape_of(inputs[0])) or min(counts, default=0) < 1:
        raise Unusable(f"repeats {counts} of {shape_of(inputs[0])}")
    return _copies(importer, inputs[0], counts)


def _copies(importer: Importing, x: Any, counts: Sequence[int]) -> Any:
    made = x
    for axis, count in enumerate(counts):
        made = pieces(importer, made, axis, [(0, shape_of(made)[axis])] * count)
    return _op.reshape(x, shape_of(x)) if made is x else made


def _depth_to_space(importer: Importing, node: OnnxNode, inputs: Sequence[Any], attrs: Any) -> Any:
    del attrs, importer
    shape, block = shape_of(inputs[0]), int(node.attrs.get("blocksize", 1))
    if len(shape) != 4 or shape[1] % (block * block):
        raise Unusable(f"blocks of {block} in {shape}")
    n, c, h, w = shape
    depth = c // (block * block)
    if node.attrs.get("mode", "DCR") == "DCR":
        split, order = (n, block, block, depth, h, w), (0, 3, 4, 1, 5, 2)
    else:
        split, order = (n, depth, block, block, h, w), (0, 1, 4, 2, 5, 3)
    made = _op.permute_dims(_op.reshape(inputs[0], split), order)
    return _op.reshape(made, (n, depth, h * block, w * block))


def _space_to_depth(importer: Importing, node: OnnxNode, inputs: Sequence[Any], attrs: Any) -> Any:
    del attrs, importer
    shape, block = shape_of(inputs[0]), int(node.attrs.get("blocksize", 1))
    if len(shape) != 4 or shape[2] % block or shape[3] % block:
        raise Unusable(f"blocks of {block} in {shape}")
    n, c, h, w = shape
    split = _op.reshape(inputs[0], (n, c, h // block, block, w // block, block))
    made = _op.permute_dims(split, (0, 3, 5, 1, 2, 4))
    return _op.reshape(made, (n, c * block * block, h // block, w // block))


def padded(importer: Importing, x: Any, mode: str, pads: Sequence[tuple[int, int]]) -> Any:
    """Padding by values of the tensor itself; negative widths cut off."""
    for axis, (before, behind) in enumerate(pads):
        extent = shape_of(x)[axis]
        most = extent - 1 if mode == "reflect" else extent
        if before == behind == 0:
            continue
        if max(before, behind) > (most if mode != "edge" else _MOST_PARTS):
            raise Unusable(f"pads {before} and {behind} of {extent}", f"mode '{mode}'")
        first = [_place(mode, -1 - i, extent) for i in range(max(before, 0))][::-1]
        last = [_place(mode, extent + i, extent) for i in range(max(behind, 0))]
        inner = range(max(-before, 0), extent - max(-behind, 0))
        if not inner:
            raise Unusable(f"pads {before} and {behind} of {extent}")
        x = pieces(importer, x, axis, runs_of([*first, *inner, *last]))
    return x


def _place(mode: str, at: int, extent: int) -> int:
    """Which element stands at a place outside."""
    if mode == "edge":
        return 0 if at < 0 else extent - 1
    if mode == "wrap":
        return at % extent
    return -at if at < 0 else 2 * (extent - 1) - at


def _global_max(importer: Importing, node: OnnxNode, inputs: Sequence[Any], attrs: Any) -> Any:
    del importer, node, attrs
    rank = len(shape_of(inputs[0]))
    if rank < 3:
        raise Unusable(f"a pool of {rank} dimensions")
    return _op.max(inputs[0], list(range(2, rank)), keepdims=True)


def _own(name: str, inputs: tuple[int, int], attrs: Any, convert: Any, *constants: int) -> None:
    """An operator that moves values; what it makes of constants stays."""
    known = lookup(name)
    evaluate = None if known is None else known.evaluate
    register(Record(name, inputs, attrs, constants, convert=convert, evaluate=evaluate, moves=True))


_own("Gather", (2, 2), {"axis": AXIS}, _gather, 1)
_own("Expand", (2, 2), {}, _expand, 1)
_own("Tile", (2, 2), {}, _tile, 1)
_own("DepthToSpace", (1, 1), {"blocksize": POSITIVE, "mode": only("DCR", "CRD")}, _depth_to_space)
_own("SpaceToDepth", (1, 1), {"blocksize": POSITIVE}, _space_to_depth)
_own("GlobalMaxPool", (1, 1), {}, _global_max)

# SPDX-License-Identifier: Apache-2.0
"""Calibration data in the forms that people have it, as arrays.

Arrays and files of arrays as they are; of a DataLoader, or anything that can be iterated over, the
first element of every batch (the second are labels); of a dataset, of every item; of a folder, its
images.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.files.arrays import read_arrays
from tvm_tiny.frontends.frameworks import input_names
from tvm_tiny.quantise.calibration import ONLY_INPUT
from tvm_tiny.quantise.images import read_images

Array = npt.NDArray[Any]
_MOST_BATCHES: Final = 100_000
_CHANNELS: Final = (1, 3, 4)


def as_arrays(data: Any, limit: int, shape: tuple[int, ...] | None = None) -> Any:
    """Data as an array or arrays by name, of what can be read without a model.

    Args:
        data: array, tensor, mapping of those, ``.npz`` path, folder of images, or an iterable of
            batches.
        limit: samples that are needed; a loader is not read further.
        shape: of one sample of the input, for images: height, width, channels in either order.

    Raises:
        UsageError: TT6003, TT6004; see ``images.read_images`` and ``files.arrays``.
    """
    if isinstance(data, str | Path):
        path = Path(data)
        return _folder(path, limit, shape) if os.path.isdir(path) else read_arrays(path)
    if isinstance(data, Mapping):
        return {str(k): to_array(v) for k, v in data.items()}
    if is_array(data):
        return to_array(data)
    if hasattr(data, "__getitem__") and hasattr(data, "__len__"):
        return _items(data, limit)
    if isinstance(data, Iterable):
        return _batches(data, limit)
    return data


def module_shapes(module: Any, arrays: Any, nhwc: bool) -> dict[str, tuple[int, ...]]:
    """Shapes of a PyTorch module's inputs, as its samples tell them; empty if they do not.

    Args:
        module: the module.
        arrays: what ``as_arrays`` gave.
        nhwc: images may come channels last; the module takes them channels first.
    """
    names = input_names(module) or ["x"]
    if not isinstance(arrays, Mapping):
        arrays = {names[0]: arrays}
    elif not set(names) & set(arrays):
        only = next((v for k, v in arrays.items() if k in ONLY_INPUT), None)
        arrays = {names[0]: only} if only is not None else {}
    shapes: dict[str, tuple[int, ...]] = {}
    for name in names:
        array = np.asarray(arrays.get(name, 0))
        if array.ndim < 2:
            continue
        inner = tuple(int(d) for d in array.shape[1:])
        last = len(inner) == 3 and inner[2] in _CHANNELS and inner[0] not in _CHANNELS
        if nhwc and last:
            inner = (inner[2], inner[0], inner[1])
        shapes[name] = (1, *inner)
    return shapes


def turned(arrays: Any, inputs: Mapping[str, tuple[int, ...]]) -> Any:
    """Samples in channels-first order as a model with NHWC input takes them.

    Those that fit already, or not at all, are left as they are.
    """
    ((_, shape),) = inputs.items()

    def turn(value: Any) -> Any:
        array = np.asarray(value)
        wanted, order = tuple(shape[1:]), (0, 2, 3, 1)
        if array.ndim != 4 or array.shape[1:] == wanted:
            return value
        moved = array.transpose(order)
        return np.ascontiguousarray(moved) if moved.shape[1:] == wanted else value

    return {k: turn(v) for k, v in arrays.items()} if isinstance(arrays, Mapping) else turn(arrays)


def is_array(data: Any) -> bool:
    """An array, a tensor, or nested lists of numbers."""
    if isinstance(data, np.ndarray) or hasattr(data, "__array__"):
        return True
    if not isinstance(data, list | tuple) or not data:
        return False
    first: Any = data[0]
    while isinstance(first, list) and first:
        first = first[0]
    return isinstance(first, int | float | np.number | np.ndarray) or hasattr(first, "__array__")


def to_array(value: Any) -> Array:
    """A tensor of any framework on the host, as an array; lists of them stacked."""
    if isinstance(value, list | tuple):
        return np.asarray([to_array(v) for v in value])
    for step in ("detach", "cpu"):
        if hasattr(value, step):
            value = getattr(value, step)()
    return np.asarray(value)


def _folder(path: Path, limit: int, shape: tuple[int, ...] | None) -> Array:
    inner = shape if shape is None or len(shape) == 3 else shape[1:]
    if inner is None or len(inner) != 3:
        problem = Problem("images need an input of height, width, channels", str(path))
        raise UsageError("the input takes no images", (problem,), "TT6003")
    first = inner[2] not in (1, 3, 4) and inner[0] in (1, 3, 4)
    size = (inner[1], inner[2], inner[0]) if first else (inner[0], inner[1], inner[2])
    images, _ = read_images(path, size, limit)
    return np.ascontiguousarray(images.transpose(0, 3, 1, 2)) if first else images


def _items(data: Any, limit: int) -> Any:
    """Samples of a dataset, spread evenly; of pairs the first (the second is a label)."""
    count = len(data)
    items = [data[i * count // limit] for i in range(limit)] if limit < count else list(data)
    x = [item[0] if isinstance(item, list | tuple) and len(item) else item for item in items]
    if not x:
        raise UsageError("the samples do not fit the model", (Problem("no samples"),), "TT6003")
    try:
        if isinstance(x[0], Mapping):
            return {str(k): np.stack([to_array(s[k]) for s in x]) for k in x[0]}
        return np.stack([to_array(s) for s in x])
    except (ValueError, KeyError) as error:
        problem = Problem(f"samples of different shapes: {error}")
        raise UsageError("the samples do not fit the model", (problem,), "TT6003") from error


def _batches(data: Iterable[Any], limit: int) -> Any:
    """The first samples of a loader; by name if its batches are mappings."""
    parts: list[Any] = []
    count = 0
    for batch in islice(data, _MOST_BATCHES):
        x: Any = batch[0] if isinstance(batch, list | tuple) and len(batch) else batch
        if isinstance(x, Mapping):
            named = {str(k): to_array(v) for k, v in x.items()}
            parts.append(named)
            count += len(next(iter(named.values())))
        else:
            parts.append(to_array(x))
            count += len(parts[-1]) if parts[-1].ndim else 1
        if count >= limit:
            break
    if not parts:
        raise UsageError("the samples do not fit the model", (Problem("no samples"),), "TT6003")
    try:
        if isinstance(parts[0], Mapping):
            return {k: np.concatenate([p[k] for p in parts])[:limit] for k in parts[0]}
        return np.concatenate(parts)[:limit]
    except (ValueError, KeyError) as error:
        problem = Problem(f"batches of different shapes: {error}")
        raise UsageError("the samples do not fit the model", (problem,), "TT6003") from error

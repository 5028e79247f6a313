# SPDX-License-Identifier: Apache-2.0
"""What a model is fine-tuned with: ``x_train``, ``y_train``, ``x_test``, ``y_test`` of an ``.npz``.

``x_*``: samples of the model's one input, sample dimension first, of any numeric type; they are
taken as they are, as float32, so they have to be preprocessed as the model wants them. ``y_*``:
numbers of classes; without ``y_train`` the original model is the only teacher, without ``y_test``
results are compared with the original's. Augmentation is seeded and happens on the fly.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.files.arrays import read_arrays
from tvm_tiny.frontends.onnx.floats import FloatModel
from tvm_tiny.quantise.calibration import read_samples, sample_shape

Array = npt.NDArray[Any]
_NHWC_AXES: Final = (1, 2)
_NCHW_AXES: Final = (2, 3)


@dataclass(frozen=True, eq=False)
class Dataset:
    """Samples [n, ...] as stored and class numbers int64 [n], or None."""

    x_train: Array
    y_train: Array | None
    x_test: Array | None
    y_test: Array | None

    def digest(self) -> str:
        """SHA-256 of everything."""
        sha = hashlib.sha256()
        for array in (self.x_train, self.y_train, self.x_test, self.y_test):
            if array is not None:
                sha.update(f"{array.dtype.str}{array.shape}".encode())
                sha.update(np.ascontiguousarray(array).data)
        return sha.hexdigest()


def read_dataset(data: str | Path | Mapping[str, npt.ArrayLike], model: FloatModel) -> Dataset:
    """Read and check a data set.

    Raises:
        UsageError: TT6004 not a data file, TT6003 arrays that do not fit the model.
    """
    if len(model.inputs) != 1 or len(model.graph.outputs) != 1:
        problem = Problem(f"{len(model.inputs)} inputs, {len(model.graph.outputs)} outputs")
        raise UsageError("only models of one input and one output", (problem,), code="TT6003")
    arrays = read_arrays(Path(data)) if isinstance(data, str | Path) else dict(data)
    if "x_train" not in arrays:
        do = "save x_train (and y_train, x_test, y_test) with numpy.savez"
        problem = Problem(f"no array 'x_train'; it has {sorted(arrays)[:20]}", do=do)
        raise UsageError("cannot use the data file", (problem,), code="TT6004")
    made: dict[str, Array | None] = {}
    classes = model.shapes[model.graph.outputs[0]][-1]
    for part in ("train", "test"):
        x = None
        if f"x_{part}" in arrays:
            x = read_samples(dict.fromkeys(model.inputs, arrays[f"x_{part}"]), model.inputs)
            x = next(iter(x.values()))
        made[f"x_{part}"] = x
        made[f"y_{part}"] = _labels(arrays, part, x, classes)
    assert made["x_train"] is not None
    return Dataset(made["x_train"], made["y_train"], made["x_test"], made["y_test"])


def _labels(
    arrays: Mapping[str, npt.ArrayLike], part: str, x: Array | None, classes: int
) -> Array | None:
    if f"y_{part}" not in arrays:
        return None
    y = np.asarray(arrays[f"y_{part}"])
    count = 0 if x is None else len(x)
    y = y.reshape(-1) if y.shape == (count, 1) else y
    what = ""
    if y.dtype.kind not in "iu" or y.shape != (count,):
        what = f"{y.dtype} {y.shape}, must be {count} integers"
    elif count and not 0 <= int(y.min()) <= int(y.max()) < classes:
        what = f"classes {y.min()} to {y.max()}, the model has {classes}"
    if what:
        problem = Problem(what, f"array 'y_{part}'")
        raise UsageError("the labels do not fit the model", (problem,), code="TT6003")
    return y.astype(np.int64)


@dataclass(frozen=True)
class Augmentation:
    """Random changes of training images.

    Attributes:
        flip: mirror half of them, left to right.
        shift: move by up to so many (rows, columns); the border's values fill the gap.
    """

    flip: bool = False
    shift: tuple[int, int] = (0, 0)

    def apply(self, x: Array, axes: tuple[int, int], rng: np.random.Generator) -> Array:
        """Changed copies of samples [n, ...]; ``axes``: those of rows and columns."""
        if self.flip:
            mirrored = rng.random(len(x)) < 0.5
            x = x.copy()
            x[mirrored] = np.flip(x[mirrored], axes[1])
        for axis, most in zip(axes, self.shift, strict=True):
            if most:
                extent = x.shape[axis]
                steps = rng.integers(-most, most + 1, len(x))
                places = np.clip(np.arange(extent) + steps[:, None], 0, extent - 1)
                shape = [len(x)] + [1] * (x.ndim - 1)
                shape[axis] = extent
                x = np.take_along_axis(x, places.reshape(shape), axis)
        return x


def image_axes(model: FloatModel) -> tuple[int, int]:
    """Axes of rows and columns in a batch of samples: 1, 2 if the input is NHWC, else 2, 3.

    Raises:
        UsageError: TT6402, the input is no image.
    """
    ((name, shape),) = model.inputs.items()
    if len(sample_shape(shape)) != 3:
        problem = Problem(f"input '{name}' {shape}", why="only images are flipped and shifted")
        raise UsageError("no augmentation for this model", (problem,), code="TT6402")
    reader = next((n for n in model.graph.nodes if name in n.inputs), None)
    last = reader is not None and reader.op == "Transpose"
    return _NHWC_AXES if last else _NCHW_AXES


def batches(count: int, size: int, rng: np.random.Generator) -> Iterator[npt.NDArray[np.intp]]:
    """Every sample once, in random order; a last batch of one joins the one before it."""
    order = rng.permutation(count)
    starts = list(range(0, count, size))
    if len(starts) > 1 and count - starts[-1] == 1:
        starts.pop()
    for begin, end in zip(starts, [*starts[1:], count], strict=True):
        yield order[begin:end]

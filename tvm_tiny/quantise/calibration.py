# SPDX-License-Identifier: Apache-2.0
"""Samples for a float model: from a file or arrays, checked against the model's inputs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.files.arrays import read_arrays

Array = npt.NDArray[Any]
Data = str | Path | npt.ArrayLike | Mapping[str, npt.ArrayLike]
ONLY_INPUT: Final = ("x", "x_train", "X", "inputs")
"""Names under which a file may keep the samples of a model with one input."""


def read_samples(
    data: Data, inputs: Mapping[str, tuple[int, ...]], limit: int | None = None
) -> dict[str, Array]:
    """Samples by input name, as the user stored them (any numeric type), sample dimension first.

    Args:
        data: an ``.npz`` (arrays by input name, or of a model with one input ``x`` or
            ``x_train``), or arrays.
        inputs: input name -> shape, the first extent being 1 (one sample) if there are several.
        limit: so many samples, spread evenly over those there are.

    Raises:
        UsageError: TT6004 the file cannot be used, TT6003 arrays that do not fit the inputs.
    """
    arrays = _by_name(data, inputs)
    problems: list[Problem] = []
    out: dict[str, Array] = {}
    for name, shape in inputs.items():
        if name not in arrays:
            problems.append(Problem("is missing", f"input '{name}'"))
            continue
        array = np.asarray(arrays[name])
        inner = sample_shape(shape)
        array = array.reshape(-1, *inner) if array.shape == shape else array
        array = array[:, 0] if array.shape[1:] == (1, *inner) else array
        problem = _problem(array, inner)
        if problem:
            problems.append(Problem(problem, f"input '{name}' {shape}"))
        out[name] = array
    if not problems and len({len(a) for a in out.values()}) > 1:
        problems.append(Problem("inputs have different numbers of samples"))
    if problems:
        raise UsageError("the samples do not fit the model", tuple(problems), code="TT6003")
    count = len(next(iter(out.values())))
    keep = np.arange(count) if limit is None or limit >= count else _spread(count, limit)
    return {name: array[keep] for name, array in out.items()}


def sample_shape(shape: tuple[int, ...]) -> tuple[int, ...]:
    """One sample of an input: its shape without the leading 1."""
    return shape[1:] if len(shape) > 1 and shape[0] == 1 else shape


def feed(
    samples: Mapping[str, Array], inputs: Mapping[str, tuple[int, ...]], index: int
) -> dict[str, Array]:
    """One sample as the model takes it: float32, with the leading 1."""
    return {
        name: np.ascontiguousarray(samples[name][index], np.float32).reshape(shape)
        for name, shape in inputs.items()
    }


def _spread(count: int, limit: int) -> Array:
    return np.arange(limit) * count // limit


def _by_name(data: Data, inputs: Mapping[str, tuple[int, ...]]) -> dict[str, npt.ArrayLike]:
    if isinstance(data, Mapping):
        named: dict[str, npt.ArrayLike] = {str(k): v for k, v in data.items()}
        key = next((k for k in ONLY_INPUT if k in named), None)
        if key is not None and len(inputs) == 1 and not set(inputs) & set(named):
            return {next(iter(inputs)): named[key]}
        return named
    if not isinstance(data, str | Path):
        if len(inputs) != 1:
            what = f"the model has {len(inputs)} inputs: {', '.join(inputs)}"
            problem = Problem(what, do="give a dict of arrays by input name")
            raise UsageError("the samples do not fit the model", (problem,), code="TT6003")
        return {next(iter(inputs)): data}
    arrays = read_arrays(Path(data))
    if set(inputs) & set(arrays):
        return dict(arrays)
    key = next((k for k in ONLY_INPUT if k in arrays), None)
    if key is None or len(inputs) != 1:
        what = f"no array for input(s) {list(inputs)}; it has {sorted(arrays)[:20]}"
        raise UsageError("cannot use the data file", (Problem(what, str(data)),), code="TT6004")
    return {next(iter(inputs)): arrays[key]}


def _problem(array: Array, inner: tuple[int, ...]) -> str | None:
    if array.dtype.kind not in "fiub":
        return f"has type {array.dtype}, must be numbers"
    if array.ndim != 1 + len(inner) or array.shape[1:] != inner or not len(array):
        return f"has shape {array.shape}, must be (samples, {', '.join(map(str, inner))})"
    if array.dtype.kind == "f" and not np.all(np.isfinite(array)):
        return "has values that are not finite"
    return None

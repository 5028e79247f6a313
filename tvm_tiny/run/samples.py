# SPDX-License-Identifier: Apache-2.0
"""Inputs of a model: checked against its interface, or made at random from a seed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.files.arrays import read_arrays
from tvm_tiny.project_spec import IoSpec, by_any_name

Array = npt.NDArray[Any]
Inputs = Array | Mapping[str, Array]
Sample = dict[str, Array]


def check_inputs(x: Inputs, specs: Sequence[IoSpec]) -> tuple[list[Sample], bool]:
    """Turn what the user gave into samples by C input name.

    Args:
        x: an array (models with one input) or arrays by input name (``by_any_name``);
            each of the input's shape, or with a leading sample dimension.
        specs: the model's inputs.

    Returns:
        The samples, and whether the arrays had a leading sample dimension.

    Raises:
        UsageError: with every wrong name, shape and type.
    """
    arrays, problems = _by_name(x, specs)
    batched: set[int] = set()
    for spec in specs:
        array = arrays.get(spec.name)
        if array is None:
            continue
        problem = _problem(array, spec)
        if problem:
            problems.append(problem)
        else:
            batched.add(_samples(array, spec))
    if len(batched) > 1 and not problems:
        what = f"inputs have different numbers of samples: {sorted(batched)}"
        problems.append(Problem(what=what, do="give every input the same number of samples"))
    if problems:
        raise UsageError("the inputs do not fit the model", tuple(problems), code="TT6003")
    count = batched.pop() if batched else 0
    if count == 0:
        return [{n: a.reshape(s.shape) for n, a, s in _zip(arrays, specs)}], False
    return [{n: a[i].reshape(s.shape) for n, a, s in _zip(arrays, specs)} for i in range(count)], (
        True
    )


def as_samples(data: Any, specs: Sequence[IoSpec]) -> list[Sample]:
    """Samples from whatever ``run`` takes, or from a sequence of that.

    Args:
        data: an array, arrays by input name, or a sequence of those.
        specs: the model's inputs.

    Raises:
        UsageError: TT6003, with every wrong name, shape and type; no samples at all.
    """
    if isinstance(data, np.ndarray | Mapping):
        inputs: Inputs = data
        samples, _ = check_inputs(inputs, specs)
    elif isinstance(data, Sequence) and not isinstance(data, str | bytes):
        items: Sequence[Any] = data
        samples = [s for one in items for s in check_inputs(one, specs)[0]]
    else:
        what = f"a {type(data).__name__} is no input"
        problem = Problem(what, do="give an array, arrays by input name, or a list of those")
        raise UsageError("the inputs do not fit the model", (problem,), code="TT6003")
    if not samples:
        raise UsageError("the inputs do not fit the model", (Problem("no samples"),), "TT6003")
    return samples


def random_samples(specs: Sequence[IoSpec], count: int, seed: int) -> list[Sample]:
    """Uniform integers of the type, or normal floats, the same for the same seed everywhere.

    Raises:
        UsageError: TT6001, a seed below 0.
    """
    if seed < 0:
        raise UsageError("wrong seed", (Problem(f"seed {seed}", do="0 or more"),))
    rng = np.random.default_rng(seed)
    return [{s.name: _random(rng, s) for s in specs} for _ in range(count)]


def load_samples(path: Path, specs: Sequence[IoSpec], limit: int | None = None) -> list[Sample]:
    """Samples from an ``.npz``: arrays by input name, or one array named ``x``/``X``/anything."""
    arrays = read_arrays(path)
    names = set(by_any_name(specs))
    if names & set(arrays):
        samples, _ = check_inputs({k: v for k, v in arrays.items() if k in names}, specs)
    else:
        key = next((k for k in ("x", "X", "inputs") if k in arrays), None)
        if key is None:
            what = f"no array for input(s) {[s.source for s in specs]}; it has {sorted(arrays)}"
            raise UsageError("cannot use the data file", (Problem(what, str(path)),), code="TT6004")
        samples, _ = check_inputs(arrays[key], specs)
    return samples[:limit]


def _random(rng: np.random.Generator, spec: IoSpec) -> Array:
    kind = spec.elements
    if kind.is_float:
        return rng.standard_normal(spec.shape).astype(np.float32)
    return rng.integers(kind.low, kind.high, spec.shape, dtype=kind.numpy, endpoint=True)


def _by_name(x: Inputs, specs: Sequence[IoSpec]) -> tuple[dict[str, Array], list[Problem]]:
    if not isinstance(x, Mapping):
        if len(specs) != 1:
            names = ", ".join(s.source for s in specs)
            what = f"the model has {len(specs)} inputs: {names}"
            return {}, [Problem(what, do="give a dict of arrays by input name")]
        return {specs[0].name: _as_array(x)}, []
    known = by_any_name(specs)
    problems = [
        Problem(f"no input is called '{k}'", do=f"inputs: {', '.join(s.source for s in specs)}")
        for k in x
        if k not in known
    ]
    arrays = {known[k].name: _as_array(v) for k, v in x.items() if k in known}
    missing = [s for s in specs if s.name not in arrays]
    problems += [Problem(f"input '{s.source}' is missing") for s in missing]
    return arrays, problems


def _as_array(value: Any) -> Array:
    """The value as an array; of type ``object``, which no input has, if it is none."""
    try:
        return np.asarray(value)
    except (ValueError, TypeError):  # lists of different lengths
        return np.empty((), object)


def _problem(array: Array, spec: IoSpec) -> Problem | None:
    where = f"input '{spec.source}'"
    if str(array.dtype) != spec.dtype:
        do = f"convert it: x.astype('{spec.dtype}')"
        if spec.scale and not spec.elements.is_float and array.dtype.kind == "f":
            do = f"quantise it: round(x / {spec.scale:.9g}) + {spec.zero_point}, as {spec.dtype}"
        return Problem(f"has type {array.dtype}, must be {spec.dtype}", where, do=do)
    shape = tuple(array.shape)
    if shape == spec.shape or (shape[:1] > (0,) and shape[1:] == spec.shape):
        return None
    if spec.shape[:1] == (1,) and shape[:1] > (0,) and shape[1:] == spec.shape[1:]:
        return None
    what = f"has shape {shape}, must be {spec.shape}, or (samples, *{spec.shape})"
    return Problem(what, where)


def _samples(array: Array, spec: IoSpec) -> int:
    """Number of samples in the leading dimension, 0 if there is none."""
    return 0 if tuple(array.shape) == spec.shape else int(array.shape[0])


def _zip(
    arrays: Mapping[str, Array], specs: Sequence[IoSpec]
) -> Iterator[tuple[str, Array, IoSpec]]:
    for spec in specs:
        yield spec.name, arrays[spec.name], spec

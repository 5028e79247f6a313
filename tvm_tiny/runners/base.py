# SPDX-License-Identifier: Apache-2.0
"""What every runner takes and gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

import numpy as np

from tvm_tiny.emit.spec import IoSpec, ProjectSpec
from tvm_tiny.errors import Problem, UsageError

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class LayerProbe:
    """A tensor that lies whole in the arena when a layer is done.

    Attributes:
        layer: index given to ``tvm_tiny_layer_done``.
        offset_bytes: where it begins in the arena.
        shape: dimensions.
        dtype: numpy name of the element type.
    """

    layer: int
    offset_bytes: int
    shape: tuple[int, ...]
    dtype: str = "int8"

    @property
    def size_bytes(self) -> int:
        """Size of the tensor in bytes."""
        return int(np.prod(self.shape, dtype=np.int64)) * np.dtype(self.dtype).itemsize


@dataclass(frozen=True)
class RunResult:
    """Outputs of a run, and what the runner can measure (None: it cannot).

    Attributes:
        outputs: by C name; of one sample with the shape of the output, of a batch joined along
            the first dimension (stacked if that is not 1).
        layers: by layer index, joined like the outputs; None if not asked for.
        instructions: executed for one sample.
        cycles_modelled: by a timing model, for one sample.
        cycles_measured: on silicon, for one sample.
        stack_bytes: deepest stack below the caller of ``<model>_run``.
        profile: runner's own details, for instance per layer.
    """

    outputs: dict[str, Array]
    layers: dict[int, Array] | None = None
    instructions: int | None = None
    cycles_modelled: int | None = None
    cycles_measured: int | None = None
    stack_bytes: int | None = None
    profile: object | None = field(default=None, repr=False)


class Runner(Protocol):
    """Executes the generated code somewhere."""

    @property
    def name(self) -> str:
        """What ``run(..., on=)`` calls it."""
        ...

    def run(self, inputs: Mapping[str, Array]) -> RunResult:
        """Run one sample, or a batch.

        Args:
            inputs: by C name. One sample has the shape of the input; a batch has one more
                dimension in front, or more than one in a first dimension that is 1.

        Raises:
            UsageError: TT6010, names, shapes or dtypes do not fit.
            DeviceError: the code failed.
        """
        ...


def _split(tensor: IoSpec, array: Array) -> list[Array] | str:
    """Samples of one input, or why it cannot be split. A single sample is a list of one."""
    if array.dtype != np.dtype(tensor.dtype):
        return f"is {array.dtype}, needs {tensor.dtype}"
    if array.shape == tensor.shape:
        return [array]
    if array.shape[1:] == tensor.shape or (1, *array.shape[1:]) == tensor.shape:
        return [sample.reshape(tensor.shape) for sample in array]
    return f"has shape {array.shape}, needs {tensor.shape}, or a batch of that"


def split_samples(spec: ProjectSpec, inputs: Mapping[str, Array]) -> tuple[list[list[Array]], bool]:
    """Check inputs and cut them into samples.

    Returns:
        For each sample the contiguous arrays in the order of ``spec.inputs``; whether it is a
        batch (False: one sample was given as such).

    Raises:
        UsageError: TT6010, with every input that does not fit.
    """
    known = {tensor.name for tensor in spec.inputs}
    faults = [(name, "is not an input of the model") for name in inputs if name not in known]
    columns: list[list[Array]] = []
    batch = False
    for tensor in spec.inputs:
        if tensor.name not in inputs:
            faults.append((tensor.name, "is missing"))
            continue
        array = np.asarray(inputs[tensor.name])
        samples = _split(tensor, array)
        if isinstance(samples, str):
            faults.append((tensor.name, samples))
        else:
            batch = batch or array.shape != tensor.shape
            columns.append([np.ascontiguousarray(sample) for sample in samples])
    counts = {len(column) for column in columns}
    if not faults and (len(counts) != 1 or counts == {0}):
        faults.append(("batch", f"inputs have {sorted(counts)} samples"))
    if faults:
        do = "inputs: " + ", ".join(f"{t.name} {t.dtype} {t.shape}" for t in spec.inputs)
        problems = tuple(Problem(what=why, where=name, do=do) for name, why in faults)
        raise UsageError("inputs do not fit the model", problems, code="TT6010")
    return [list(row) for row in zip(*columns, strict=True)], batch


def join_samples(samples: Sequence[Array], batch: bool) -> Array:
    """One array from the results of all samples; the inverse of ``split_samples``."""
    if not batch:
        return samples[0]
    if samples[0].ndim > 1 and samples[0].shape[0] == 1:
        return np.concatenate(samples)
    return np.stack(samples)

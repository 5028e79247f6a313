# SPDX-License-Identifier: Apache-2.0
"""What every runner takes and gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from tvm_tiny.samples import Inputs

Array = npt.NDArray[Any]


class Place(NamedTuple):
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
        layers: tensors that were watched, by the caller's number, joined like the outputs.
        instructions: executed for one sample.
        cycles_modelled: by a timing model, for one sample.
        cycles_measured: on silicon, for one sample.
        stack_bytes: deepest stack below the caller of ``<model>_run``.
        profile: the runner's own details, for instance per layer.
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

    def run(self, x: Inputs) -> RunResult:
        """Run one sample, or a batch, see ``samples.check_inputs``.

        Raises:
            UsageError: TT6003, names, shapes or dtypes do not fit.
            DeviceError: TT5001, the code failed.
        """
        ...


def join_samples(rows: Sequence[Mapping[Any, Array]], batch: bool) -> dict[Any, Array]:
    """Arrays of every sample to arrays of the batch; of one sample as they are."""
    if not batch:
        return dict(rows[0])
    joined: dict[Any, Array] = {}
    for key, first in rows[0].items():
        along_first = first.ndim > 1 and first.shape[0] == 1
        join = np.concatenate if along_first else np.stack
        joined[key] = join([row[key] for row in rows])
    return joined

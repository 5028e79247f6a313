# SPDX-License-Identifier: Apache-2.0
"""What every runner takes and gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.errors import DeviceError, Problem
from tvm_tiny.run.samples import Inputs

Array = npt.NDArray[Any]


class WholeTensor(NamedTuple):
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
    dtype: str = Q8.name

    @property
    def size_bytes(self) -> int:
        """Size of the tensor in bytes."""
        return int(np.prod(self.shape, dtype=np.int64)) * np.dtype(self.dtype).itemsize


class RowPlace(NamedTuple):
    """A tensor that is made row by row and kept as a ring.

    Attributes:
        layer: index given to ``tvm_tiny_row_done``.
        offset_bytes: where its ring begins in the arena.
        shape: dimensions of the whole tensor.
        dtype: numpy name of the element type.
        row_bytes: bytes made at a call.
        kept_rows: row i is in slot i % kept_rows; 0: the rows come in parts, wherever they lie.
    """

    layer: int
    offset_bytes: int
    shape: tuple[int, ...]
    dtype: str
    row_bytes: int
    kept_rows: int

    @property
    def size_bytes(self) -> int:
        """Bytes of the whole tensor."""
        return int(np.prod(self.shape, dtype=np.int64)) * np.dtype(self.dtype).itemsize

    def slot(self, row: int) -> int:
        """Offset of a row in the arena, in bytes."""
        return self.offset_bytes + row % self.kept_rows * self.row_bytes


class RowCollector:
    """Puts tensors together from their rows."""

    def __init__(self, places: Mapping[str, RowPlace]) -> None:
        self._places = places
        self._by_layer: dict[int, list[str]] = {}
        for name, place in places.items():
            self._by_layer.setdefault(place.layer, []).append(name)
        self._rows: dict[str, dict[int, bytes]] = {name: {} for name in places}
        self._parts: dict[str, dict[int, tuple[bytearray, bytearray]]] = {n: {} for n in places}

    def row_done(self, layer: int, row: int, read: Callable[[int, int], bytes]) -> None:
        """Keep a row; ``read`` gives bytes of the arena at an offset."""
        for name in self._by_layer.get(layer, ()):
            place = self._places[name]
            if not place.kept_rows:
                continue
            # Calls that add up to one row report it each time: the last one counts.
            row = min(row, place.size_bytes // place.row_bytes - 1)
            self._rows[name][row] = read(place.slot(row), place.row_bytes)

    def part_done(self, layer: int, row: int, at: int, data: bytes) -> None:
        """Keep a part of a row, from byte ``at`` on; a part that comes again must be the same.

        Raises:
            DeviceError: TT5001, it is not.
        """
        for name in self._by_layer.get(layer, ()):
            width = self._places[name].row_bytes
            values, known = self._parts[name].setdefault(row, (bytearray(width), bytearray(width)))
            for i, value in enumerate(data, at):
                if known[i] and values[i] != value:
                    problem = Problem(f"{name}: byte {i} of row {row}", where=f"layer {layer}")
                    raise DeviceError("a patch made two results", (problem,))
            values[at : at + len(data)] = data
            known[at : at + len(data)] = b"\1" * len(data)

    def result(self) -> dict[str, Array]:
        """The tensors by name; those made in parts only if all of them are needed, and so made.

        Raises:
            DeviceError: TT5001, rows are missing.
        """
        out: dict[str, Array] = {}
        for name, place in self._places.items():
            rows = self._rows[name]
            if not place.kept_rows:
                parts = self._parts[name]
                rows = {i: bytes(v) for i, (v, known) in parts.items() if all(known)}
                if len(rows) * place.row_bytes != place.size_bytes:
                    continue
            data = b"".join(rows[i] for i in sorted(rows))
            if len(data) != place.size_bytes:
                problem = Problem(what=f"{name}: {len(data)} of {place.size_bytes} bytes reported")
                raise DeviceError("the trace is not complete", (problem,))
            out[name] = np.frombuffer(data, place.dtype).reshape(place.shape)
        return out


MORE = 1
"""``TVM_TINY_MORE``: more rows must come."""

_STATUS = {
    -1: "TVM_TINY_ERR_NULL",
    -2: "TVM_TINY_ERR_ALIGN",
    -3: "TVM_TINY_ERR_STATE",
    -4: "TVM_TINY_ERR_ROWS",
}


def check_status(function: str, status: int) -> None:
    """Raise DeviceError TT5001 unless a generated function returned 0.

    Args:
        function: its name in C.
        status: what it returned, signed or as 32 unsigned bits.
    """
    if status:
        signed = status - (1 << 32) if status >> 31 == 1 else status
        what = f"{function} returned {_STATUS.get(signed, signed)}"
        raise DeviceError("the code refused its arguments", (Problem(what=what),))


class Feeder(Protocol):
    """A model with an arena of its own that takes its input row by row."""

    def push_start(self) -> None:
        """Begin a run."""
        ...

    def push_rows(self, rows: Array) -> dict[str, Array] | None:
        """Hand in rows of the only input, first dimension rows.

        Returns:
            Outputs by C name after the last row, None before.

        Raises:
            DeviceError: TT5001, on a fault, or an error code from the model.
        """
        ...


@dataclass(frozen=True)
class RunnerResult:
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

    def run(self, x: Inputs) -> RunnerResult:
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

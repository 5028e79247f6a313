# SPDX-License-Identifier: Apache-2.0
"""Runs the generated C on this computer, in this process."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tvm_tiny.errors import DeviceError, Problem, UsageError
from tvm_tiny.project_spec import ProjectSpec
from tvm_tiny.run.base import (
    MORE,
    Array,
    RowCollector,
    RowPlace,
    RunnerResult,
    WholeTensor,
    check_status,
    join_samples,
)
from tvm_tiny.run.samples import Inputs, check_inputs
from tvm_tiny.toolchain.library import load_library

_GUARD_BYTES = 256
_GUARD = 0xA5
_CALLBACK = ctypes.CFUNCTYPE(None, ctypes.c_int32)
_ROW_CALLBACK = ctypes.CFUNCTYPE(None, ctypes.c_int32, ctypes.c_int32)
_PART_CALLBACK = ctypes.CFUNCTYPE(None, *[ctypes.c_int32] * 4, ctypes.c_void_p)


class _Arena:
    """The caller's arena, aligned as the code asks for, with guards on both sides."""

    def __init__(self, spec: ProjectSpec) -> None:
        self._size = spec.arena_bytes
        self._memory = np.full(
            self._size + 2 * _GUARD_BYTES + spec.arena_align, _GUARD, dtype=np.uint8
        )
        base = int(self._memory.ctypes.data) + _GUARD_BYTES
        self._begin = _GUARD_BYTES + -base % spec.arena_align

    @property
    def bytes(self) -> Array:
        """The arena: uint8 (arena_bytes,), a view."""
        return self._memory[self._begin : self._begin + self._size]

    @property
    def address(self) -> int:
        """Where the arena begins."""
        return int(self._memory.ctypes.data) + self._begin

    def check(self) -> None:
        """Raise DeviceError TT5001 if a byte beside the arena was written."""
        before, after = self._memory[: self._begin], self._memory[self._begin + self._size :]
        if (before != _GUARD).any() or (after != _GUARD).any():
            side = "before" if (before != _GUARD).any() else "behind"
            problem = Problem(what=f"wrote {side} the arena of {self._size} bytes")
            raise DeviceError("the code wrote outside its arena", (problem,))


def _struct(arrays: Sequence[Array]) -> ctypes.Array[ctypes.c_void_p]:
    """A C struct of pointers has the layout of an array of pointers."""
    return (ctypes.c_void_p * len(arrays))(*(array.ctypes.data for array in arrays))


class HostInstance:
    """A model with an arena of its own.

    Args:
        library: the loaded library.
        spec: what the project is about.
    """

    def __init__(self, library: Any, spec: ProjectSpec) -> None:
        self._library, self._spec = library, spec
        self.arena = _Arena(spec)
        self.reset()

    def reset(self) -> None:
        """Forget everything that runs have left behind."""
        self.arena.bytes.fill(_GUARD)
        if self._spec.state_bytes:
            name = f"{self._spec.model}_reset"
            check_status(name, getattr(self._library, name)(ctypes.c_void_p(self.arena.address)))

    def step(self, sample: Mapping[str, Array]) -> dict[str, Array]:
        """Run once; arrays of the inputs by C name to the outputs by C name."""
        spec = self._spec
        if not spec.state_bytes:
            # What was there before must not matter: fill with what is easily noticed.
            self.arena.bytes.fill(_GUARD)
        inputs = [np.ascontiguousarray(sample[t.name]) for t in spec.inputs]
        results = [np.empty(t.shape, dtype=t.dtype) for t in spec.outputs]
        run = getattr(self._library, f"{spec.model}_run")
        run.restype = ctypes.c_int
        run.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]
        ins, outs = _struct(inputs), _struct(results)
        status = run(self.arena.address, ctypes.addressof(ins), ctypes.addressof(outs))
        self.arena.check()
        check_status(f"{spec.model}_run", status)
        return {t.name: array for t, array in zip(spec.outputs, results, strict=True)}


@dataclass(frozen=True)
class HostRunner:
    """A model as a shared library.

    Attributes:
        library: made by ``toolchain.build_host_library``, with trace if layers are watched.
        spec: what the project is about.
    """

    library: Path
    spec: ProjectSpec

    @property
    def name(self) -> str:
        """What ``run(..., on=)`` calls it."""
        return "host"

    def run(self, x: Inputs, places: Mapping[int, WholeTensor] | None = None) -> RunnerResult:
        """Run one sample or a batch, see ``run_sample`` and ``samples.check_inputs``."""
        samples, batch = check_inputs(x, self.spec.inputs)
        instance = self.instance() if self.spec.state_bytes else None
        runs = [self.run_sample(sample, places, instance=instance) for sample in samples]
        layers = join_samples([captured for _, captured in runs], batch)
        return RunnerResult(join_samples([outputs for outputs, _ in runs], batch), layers or None)

    def run_sample(
        self,
        sample: Mapping[str, Array],
        places: Mapping[int, tuple[int, int, tuple[int, ...], str]] | None = None,
        rows: Mapping[str, RowPlace] | None = None,
        by_rows: dict[str, Array] | None = None,
        instance: HostInstance | None = None,
    ) -> tuple[dict[str, Array], dict[int, Array]]:
        """Run one sample and copy tensors out of the arena after their layers.

        Args:
            sample: an array of the shape and dtype of the input for each input, by C name.
            places: tensors to copy, by a number of the caller's choice, see ``WholeTensor``.
            rows: tensors to put together from their rows, by name.
            by_rows: receives them.
            instance: whose step it is; None: the first step of a new one.

        Returns:
            Outputs by C name, and the tensors by number.

        Raises:
            UsageError: TT6001, a place is outside the arena or the library has no trace.
            DeviceError: TT5001, the code refused its arguments, wrote beside its arena, or did
                not report a layer exactly once.
            ToolchainError: TT4002, the library cannot be loaded.
        """
        watched = {number: WholeTensor(*place) for number, place in (places or {}).items()}
        library = load_library(self.library)
        self._check(watched, library)
        instance = instance or self.instance()
        arena = instance.arena
        reported: list[int] = []
        captured: dict[int, Array] = {}

        def layer_done(layer: int) -> None:
            reported.append(layer)
            for number, place in watched.items():
                if place.layer == layer:
                    raw = arena.bytes[place.offset_bytes :][: place.size_bytes].tobytes()
                    captured[number] = np.frombuffer(raw, place.dtype).reshape(place.shape)

        collector = RowCollector(rows or {})

        def row_done(layer: int, row: int) -> None:
            collector.row_done(layer, row, lambda at, n: arena.bytes[at : at + n].tobytes())

        def part_done(layer: int, row: int, at: int, count: int, part: int) -> None:
            collector.part_done(layer, row, at, ctypes.string_at(part, count))

        row_watchers = (row_done, part_done) if rows else None
        with _watch(library, layer_done if watched else None, row_watchers):
            outputs = instance.step(sample)
        if by_rows is not None:
            by_rows.update(collector.result())
        wrong = sorted({p.layer for p in watched.values() if reported.count(p.layer) != 1})
        if wrong:
            problem = Problem(what=f"layers {wrong} did not report exactly once")
            raise DeviceError("the trace is not complete", (problem,))
        return outputs, captured

    def instance(self) -> HostInstance:
        """A new arena, its states as after a reset."""
        return HostInstance(load_library(self.library), self.spec)

    def _check(self, watched: Mapping[int, WholeTensor], library: Any) -> None:
        problems = [
            Problem(what="lies outside the arena or the model", where=str(place))
            for place in watched.values()
            if not 0 <= place.layer < self.spec.layers
            or place.offset_bytes < 0
            or place.offset_bytes + place.size_bytes > self.spec.arena_bytes
        ]
        if watched and not hasattr(library, "tvm_tiny_host_on_layer"):
            problems.append(Problem(what="the library has no trace", do="build with trace=True"))
        if problems:
            raise UsageError("these tensors cannot be watched", tuple(problems))


class HostFeeder:
    """A row-fed model as a shared library, with an arena of its own; see ``base.Feeder``.

    Args:
        library: made by ``toolchain.build_host_library``.
        spec: what the project is about; ``row_fed``.
    """

    def __init__(self, library: Path, spec: ProjectSpec) -> None:
        loaded = load_library(library)
        self._spec = spec
        self._arena = HostInstance(loaded, spec).arena
        self._results = [np.empty(t.shape, dtype=t.dtype) for t in spec.outputs]
        self._outs = _struct(self._results)
        self._start = getattr(loaded, f"{spec.model}_push_start")
        self._push = getattr(loaded, f"{spec.model}_push_rows")
        self._start.restype = self._push.restype = ctypes.c_int
        self._start.argtypes = [ctypes.c_void_p]
        self._push.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint32, ctypes.c_void_p]

    def push_start(self) -> None:
        """Begin a run."""
        check_status(f"{self._spec.model}_push_start", self._start(self._arena.address))

    def push_rows(self, rows: Array) -> dict[str, Array] | None:
        """Hand in rows; the outputs by C name after the last."""
        data = np.ascontiguousarray(rows)
        outs = ctypes.addressof(self._outs)
        status = self._push(self._arena.address, data.ctypes.data, len(data), outs)
        self._arena.check()
        if status == MORE:
            return None
        check_status(f"{self._spec.model}_push_rows", status)
        pairs = zip(self._spec.outputs, self._results, strict=True)
        return {t.name: array.copy() for t, array in pairs}


@contextmanager
def _watch(
    library: Any,
    layer_done: Callable[[int], None] | None,
    rows: tuple[Callable[[int, int], None], Callable[[int, int, int, int, int], None]] | None,
) -> Generator[None]:
    """Have the library call ``layer_done`` after every layer and ``rows`` after rows and parts."""
    layer = _CALLBACK(layer_done or 0)
    row, part = (_ROW_CALLBACK(rows[0]), _PART_CALLBACK(rows[1])) if rows else (None, None)
    if layer_done is not None:
        library.tvm_tiny_host_on_layer(layer)
    if rows is not None:
        library.tvm_tiny_host_on_row(row)
        library.tvm_tiny_host_on_part(part)
    try:
        yield
    finally:
        if layer_done is not None:
            library.tvm_tiny_host_on_layer(_CALLBACK())
        if rows is not None:
            library.tvm_tiny_host_on_row(_ROW_CALLBACK())
            library.tvm_tiny_host_on_part(_PART_CALLBACK())

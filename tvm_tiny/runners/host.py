# SPDX-License-Identifier: Apache-2.0
"""Runs the generated C on this computer, in this process."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tvm_tiny.emit.spec import ProjectSpec
from tvm_tiny.errors import DeviceError, Problem, ToolchainError, UsageError
from tvm_tiny.runners.base import Array, LayerProbe, RunResult, join_samples, split_samples
from tvm_tiny.toolchain import build_host_library

_GUARD_BYTES = 256
_GUARD = 0xA5
_CALLBACK = ctypes.CFUNCTYPE(None, ctypes.c_int32)


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
        """Raise DeviceError TT5002 if a byte beside the arena was written."""
        before, after = self._memory[: self._begin], self._memory[self._begin + self._size :]
        if (before != _GUARD).any() or (after != _GUARD).any():
            side = "before" if (before != _GUARD).any() else "behind"
            problem = Problem(what=f"wrote {side} the arena of {self._size} bytes")
            raise DeviceError("the code wrote outside its arena", (problem,), code="TT5002")


def _struct(arrays: Sequence[Array]) -> ctypes.Array[ctypes.c_void_p]:
    """A C struct of pointers has the layout of an array of pointers."""
    return (ctypes.c_void_p * len(arrays))(*(array.ctypes.data for array in arrays))


@dataclass(frozen=True)
class HostRunner:
    """A model as a shared library.

    Attributes:
        spec: what the project is about.
        library: made by ``build_host_library``.
        trace: the library was built with the layer trace.
    """

    spec: ProjectSpec
    library: Path
    trace: bool = False

    @property
    def name(self) -> str:
        """What ``run(..., on=)`` calls it."""
        return "host"

    @classmethod
    def build(cls, project_dir: Path, spec: ProjectSpec, trace: bool = False) -> HostRunner:
        """Compile a written project for this computer.

        Raises:
            ToolchainError: no compiler, or it failed.
        """
        return cls(spec, build_host_library(project_dir, spec, trace), trace)

    def run(self, inputs: Mapping[str, Array], probes: Sequence[LayerProbe] = ()) -> RunResult:
        """Run one sample or a batch, and copy tensors out of the arena after their layers.

        Args:
            inputs: by C name, see ``Runner.run``.
            probes: tensors to copy; they need a library with trace.

        Raises:
            UsageError: TT6010 inputs, TT6011 probes do not fit.
            DeviceError: TT5001 the code refused its arguments, TT5002 it wrote beside its arena.
            ToolchainError: TT4004, the library cannot be loaded.
        """
        samples, batch = split_samples(self.spec, inputs)
        self._check_probes(probes)
        library = self._load()
        outputs: dict[str, list[Array]] = {tensor.name: [] for tensor in self.spec.outputs}
        layers: dict[int, list[Array]] = {probe.layer: [] for probe in probes}
        arena = _Arena(self.spec)
        with _watch(library, arena.bytes, probes, layers):
            for sample in samples:
                for name, array in self._run_one(library, arena, sample).items():
                    outputs[name].append(array)
        missing = sorted(layer for layer, found in layers.items() if len(found) != len(samples))
        if missing:
            problem = Problem(what=f"layers {missing} did not report once a run")
            raise DeviceError("the trace is not complete", (problem,), code="TT5003")
        return RunResult(
            outputs={name: join_samples(found, batch) for name, found in outputs.items()},
            layers={i: join_samples(found, batch) for i, found in layers.items()} or None,
        )

    def _run_one(self, library: Any, arena: _Arena, sample: Sequence[Array]) -> dict[str, Array]:
        # What was there before must not matter: fill with what is easily noticed.
        arena.bytes.fill(_GUARD)
        results = [np.empty(t.shape, dtype=t.dtype) for t in self.spec.outputs]
        run = getattr(library, f"{self.spec.model}_run")
        run.restype = ctypes.c_int
        run.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]
        ins, outs = _struct(sample), _struct(results)
        status = run(arena.address, ctypes.addressof(ins), ctypes.addressof(outs))
        arena.check()
        if status != 0:
            problem = Problem(what=f"{self.spec.model}_run returned {status}")
            raise DeviceError("the code refused its arguments", (problem,))
        return {t.name: array for t, array in zip(self.spec.outputs, results, strict=True)}

    def _check_probes(self, probes: Sequence[LayerProbe]) -> None:
        problems = [
            Problem(what="lies outside the arena or the model", where=str(probe))
            for probe in probes
            if not 0 <= probe.layer < self.spec.layers
            or probe.offset_bytes < 0
            or probe.offset_bytes + probe.size_bytes > self.spec.arena_bytes
        ]
        if len({probe.layer for probe in probes}) != len(probes):
            problems.append(Problem(what="two probes of one layer"))
        if probes and not self.trace:
            problems.append(Problem(what="the library has no trace", do="build with trace=True"))
        if problems:
            raise UsageError("these tensors cannot be watched", tuple(problems), code="TT6011")

    def _load(self) -> Any:
        try:
            return ctypes.CDLL(str(self.library))
        except OSError as error:
            problem = Problem(what=str(error), where=str(self.library))
            raise ToolchainError("cannot load the library", (problem,), code="TT4004") from error


@contextmanager
def _watch(
    library: Any, arena: Array, probes: Sequence[LayerProbe], layers: dict[int, list[Array]]
) -> Iterator[None]:
    """Copy the probed tensors to ``layers`` as the code reports its layers."""
    if not probes:
        yield
        return
    by_layer = {probe.layer: probe for probe in probes}

    def layer_done(layer: int) -> None:
        probe = by_layer.get(layer)
        if probe is not None:
            raw = arena[probe.offset_bytes : probe.offset_bytes + probe.size_bytes].tobytes()
            layers[layer].append(np.frombuffer(raw, probe.dtype).reshape(probe.shape))

    callback = _CALLBACK(layer_done)
    library.tvm_tiny_host_on_layer(callback)
    try:
        yield
    finally:
        library.tvm_tiny_host_on_layer(_CALLBACK())

# SPDX-License-Identifier: Apache-2.0
"""Runs a compiled model on the simulated core: same object code as on the board."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny.project_spec import IoSpec, ProjectSpec
from tvm_tiny.run.base import MORE, RowCollector, RowPlace, check_status
from tvm_tiny.simulator import Machine, Profile, Profiler

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Capture:
    """A tensor in the arena that is complete when layer ``layer`` is done."""

    layer: int
    name: str
    offset: int
    shape: tuple[int, ...]
    dtype: str


class SimulatorSession:
    """A linked model in a machine's memory, ready to run any number of samples.

    Args:
        elf: linked for the simulator, with the trace compiled in.
        spec: the project it was built from.
        core: core to simulate.
        timeout_s: a call that takes longer, in CPU seconds of this computer, is taken for a hang.
    """

    def __init__(self, elf: Path, spec: ProjectSpec, core: str, timeout_s: float = 600.0) -> None:
        self.spec = spec
        self._timeout_s = timeout_s
        self.machine = Machine(elf, core=core)
        self.arena = self.machine.alloc(max(spec.arena_bytes, 8), align=spec.arena_align)
        self.inputs = [self._buffer(io) for io in spec.inputs]
        self.outputs = [self._buffer(io) for io in spec.outputs]
        self.input_struct = self._pointers(self.inputs)
        self.output_struct = self._pointers(self.outputs)
        self._captures: dict[int, list[Capture]] = {}
        self._captured: dict[str, Array] = {}
        self._rows: dict[str, RowPlace] = {}
        self._collector = RowCollector({})
        self.stack_bytes = 0
        self.reset()

    def reset(self) -> None:
        """Forget what runs have left behind (models with state)."""
        if self.spec.state_bytes:
            function = f"{self.spec.model}_reset"
            check_status(function, self.machine.call(function, self.arena))

    def place_inputs(self, offsets: Mapping[str, int]) -> None:
        """From now on put these inputs where they lie in the arena: the model copies nothing."""
        for index, io in enumerate(self.spec.inputs):
            if io.name in offsets:
                self.inputs[index] = self.arena + offsets[io.name]
        self.input_struct = self._pointers(self.inputs)

    def capture(self, captures: list[Capture]) -> None:
        """From now on keep these tensors of every run (costs time)."""
        for item in captures:
            self._captures.setdefault(item.layer, []).append(item)
        if self._captures:  # a model of views only has no layer, and no marker in the program
            self.machine.on("tvm_tiny_layer_done", self._layer_done)

    def capture_rows(self, places: Mapping[str, RowPlace]) -> None:
        """The same for tensors that are made row by row, by name."""
        self._rows |= places
        if places:
            kept = {bool(place.kept_rows) for place in places.values()}
            for symbol, call, wanted in (
                ("tvm_tiny_row_done", self._row_done, True),
                ("tvm_tiny_part_done", self._part_done, False),
            ):
                if wanted in kept:  # else no program calls it, and the linker leaves it out
                    self.machine.on(symbol, call)

    def run(
        self, inputs: Mapping[str, Array], profiler: Profiler | None = None
    ) -> tuple[dict[str, Array], dict[str, Array], Profile | None]:
        """Run one sample.

        Args:
            inputs: array by input name of the specification (C name), right shape and dtype.
            profiler: counts instructions and cycles when given.

        Returns:
            Outputs by C name, captured tensors by tensor name, the profile.

        Raises:
            DeviceError: on a fault, a hang, or an error code from the model.
        """
        outputs = self.call_with_io("run", inputs, (), profiler)
        captured = self._captured | self._collector.result()
        return outputs, captured, profiler.result if profiler else None

    def call_with_io(
        self,
        name: str,
        inputs: Mapping[str, Array],
        between: tuple[int, ...] = (),
        profiler: Profiler | None = None,
    ) -> dict[str, Array]:
        """Call a function of the model: arena, inputs, what is ``between``, outputs.

        Returns:
            Outputs by C name.
        """
        for address, io in zip(self.inputs, self.spec.inputs, strict=True):
            self.machine.write(address, np.ascontiguousarray(inputs[io.name]).tobytes())
        self._captured = {}
        self._collector = RowCollector(self._rows)
        function = f"{self.spec.model}_{name}"
        status = self.machine.call(
            function,
            self.arena,
            self.input_struct,
            *between,
            self.output_struct,
            timeout_s=self._timeout_s,
            profile=profiler,
        )
        check_status(function, status)
        self.stack_bytes = max(self.stack_bytes, self.machine.last_stack_bytes)
        return {
            io.name: self._read(address, io.shape, io.dtype)
            for address, io in zip(self.outputs, self.spec.outputs, strict=True)
        }

    def push_start(self) -> None:
        """Begin a row-fed run."""
        function = f"{self.spec.model}_push_start"
        check_status(function, self.machine.call(function, self.arena))

    def push_rows(self, rows: Array) -> dict[str, Array] | None:
        """Hand in rows of the only input, first dimension rows.

        Returns:
            Outputs by C name after the last row, None before.

        Raises:
            DeviceError: on a fault, or an error code from the model.
        """
        data = np.ascontiguousarray(rows)
        self.machine.write(self.inputs[0], data.tobytes())
        status = self.machine.call(
            f"{self.spec.model}_push_rows",
            self.arena,
            self.inputs[0],
            len(data),
            self.output_struct,
            timeout_s=self._timeout_s,
        )
        if status == MORE:
            return None
        check_status(f"{self.spec.model}_push_rows", status)
        return {
            io.name: self._read(address, io.shape, io.dtype)
            for address, io in zip(self.outputs, self.spec.outputs, strict=True)
        }

    def _layer_done(self, machine: Machine) -> None:
        for item in self._captures.get(machine.register(0), ()):
            address = self.arena + item.offset
            self._captured[item.name] = self._read(address, item.shape, item.dtype)

    def _row_done(self, machine: Machine) -> None:
        self._collector.row_done(
            machine.register(0),
            machine.register(1),
            lambda at, count: machine.read(self.arena + at, count),
        )

    def _part_done(self, machine: Machine) -> None:
        layer, row, at, count = (machine.register(i) for i in range(4))
        (part,) = struct.unpack("<I", machine.read(machine.register(13), 4))
        self._collector.part_done(layer, row, at, machine.read(part, count))

    def _read(self, address: int, shape: tuple[int, ...], dtype: str) -> Array:
        kind = np.dtype(dtype)
        count = int(np.prod(shape, dtype=np.int64))
        data = self.machine.read(address, count * kind.itemsize)
        return np.frombuffer(data, dtype=kind).reshape(shape).copy()

    def _buffer(self, io: IoSpec) -> int:
        return self.machine.alloc(io.count * np.dtype(io.dtype).itemsize, align=8)

    def _pointers(self, addresses: list[int]) -> int:
        struct_address = self.machine.alloc(4 * max(1, len(addresses)), align=8)
        self.machine.write(struct_address, struct.pack(f"<{len(addresses)}I", *addresses))
        return struct_address

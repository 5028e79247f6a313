# SPDX-License-Identifier: Apache-2.0
"""A model that learns, with an arena of its own: on this computer or on a simulated core."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from tvm_tiny.errors import DeviceError, Problem, UsageError
from tvm_tiny.project_spec import TrainingSpec
from tvm_tiny.result import Built
from tvm_tiny.run.base import MORE, check_status
from tvm_tiny.run.host import HostInstance
from tvm_tiny.run.qemu import QemuRunner, parse_outputs
from tvm_tiny.run.samples import Sample
from tvm_tiny.toolchain.build import build_host_library
from tvm_tiny.toolchain.library import load_library

Array = npt.NDArray[Any]
_REFUSED = -7


class Learner(Protocol):
    """An instance that runs and learns."""

    def step(self, sample: Sample) -> dict[str, Array]:
        """Run: outputs by C name."""
        ...

    def train_step(self, sample: Sample, label: Array) -> dict[str, Array]:
        """Run and learn: outputs by C name, from before the step."""
        ...

    def export(self) -> bytes:
        """What was learned."""
        ...

    def load(self, blob: bytes) -> None:
        """Import it."""
        ...


def training_of(built: Built) -> TrainingSpec:
    """The training interface of a build."""
    assert built.spec.training is not None
    return built.spec.training


def check_import(function: str, status: int) -> None:
    """Raise DeviceError TT5008 if an import was refused."""
    signed = status - (1 << 32) if status >> 31 == 1 else status
    if signed == _REFUSED:
        problem = Problem("damaged, or of another model or scheme", where=function)
        raise DeviceError("what was learned is refused", (problem,), "TT5008")
    check_status(function, status)


def check_export(training: TrainingSpec, blob: bytes, function: str) -> None:
    """Raise DeviceError TT5008 unless bytes are as many as an export: none is left over."""
    if len(blob) != training.learned_bytes:
        why = f"{len(blob):,} bytes, an export has {training.learned_bytes:,}"
        problem = Problem("not an export of this model and scheme", where=function, why=why)
        raise DeviceError("what was learned is refused", (problem,), "TT5008")


class HostLearner(HostInstance):
    """The generated C as a shared library."""

    def __init__(self, built: Built) -> None:
        self._training = training_of(built)
        library = build_host_library(built.project_dir(), built.spec, trace=False)
        super().__init__(load_library(library), built.spec)

    def call(self, name: str, *args: Any) -> int:
        """Call a function of the model; integers are pointers or numbers of 64 bits."""
        function = getattr(self._library, f"{self._spec.model}_{name}")
        function.restype = ctypes.c_int
        function.argtypes = [type(a) for a in args]
        status = int(function(*args))
        self.arena.check()
        return status

    def train_step(self, sample: Mapping[str, Array], label: Array) -> dict[str, Array]:
        """Run and learn."""
        spec = self._spec
        inputs = [np.ascontiguousarray(sample[t.name]) for t in spec.inputs]
        results = [np.empty(t.shape, dtype=t.dtype) for t in spec.outputs]
        ins, outs = (
            (ctypes.c_void_p * len(arrays))(*(a.ctypes.data for a in arrays))
            for arrays in (inputs, results)
        )
        value, third = self._taught(label)
        memory = ctypes.c_void_p(self.arena.address)
        pointers = [ctypes.c_void_p(ctypes.addressof(s)) for s in (ins, outs)]
        status = self.call("train_step", memory, pointers[0], third, pointers[1])
        check_status(f"{spec.model}_train_step", status)
        del value
        return {t.name: array for t, array in zip(spec.outputs, results, strict=True)}

    def _taught(self, label: Array) -> tuple[Array, Any]:
        """What a step is taught, as an array that must outlive the call, and the argument."""
        value = np.ascontiguousarray(label, self._training.label.dtype)
        if self._training.classes:
            return value, ctypes.c_int32(int(value.reshape(-1)[0]))
        return value, ctypes.c_void_p(value.ctypes.data)

    def push_start(self) -> None:
        """Begin a run whose rows are pushed (row-fed builds)."""
        memory = ctypes.c_void_p(self.arena.address)
        check_status("push_start", self.call("push_start", memory))

    def push_rows(self, rows: Array) -> dict[str, Array] | None:
        """Hand in rows of the only input; outputs by C name after the last, None before."""
        spec, data = self._spec, np.ascontiguousarray(rows)
        results = [np.empty(t.shape, dtype=t.dtype) for t in spec.outputs]
        outs = (ctypes.c_void_p * len(results))(*(a.ctypes.data for a in results))
        memory, source = ctypes.c_void_p(self.arena.address), ctypes.c_void_p(data.ctypes.data)
        out = ctypes.c_void_p(ctypes.addressof(outs))
        status = self.call("push_rows", memory, source, ctypes.c_uint32(len(data)), out)
        if status == MORE:
            return None
        check_status("push_rows", status)
        return {t.name: array for t, array in zip(spec.outputs, results, strict=True)}

    def learn(self, label: Array) -> None:
        """Learn from the run that the last rows have ended (row-fed builds)."""
        value, taught = self._taught(label)
        check_status("learn", self.call("learn", ctypes.c_void_p(self.arena.address), taught))
        del value

    def export(self) -> bytes:
        """What was learned."""
        size = self._training.learned_bytes
        blob = np.zeros(size, np.uint8)
        memory, to = ctypes.c_void_p(self.arena.address), ctypes.c_void_p(blob.ctypes.data)
        check_status("export", self.call("export", memory, to, ctypes.c_uint32(size)))
        return blob.tobytes()

    def load(self, blob: bytes) -> None:
        """Import it."""
        check_export(self._training, blob, "import")
        data = np.frombuffer(blob, np.uint8).copy()
        memory, source = ctypes.c_void_p(self.arena.address), ctypes.c_void_p(data.ctypes.data)
        check_import("import", self.call("import", memory, source, ctypes.c_uint32(len(blob))))


class SimulatedLearner:
    """The generated C cross-compiled, on a simulated core."""

    def __init__(self, built: Built) -> None:
        from tvm_tiny.run.samples_on import simulator_session

        self._training = training_of(built)
        self.session = simulator_session(built)
        machine, spec = self.session.machine, built.spec
        self._spec = spec
        self._label = machine.alloc(self._training.label.size_bytes, align=8)
        self._blob = machine.alloc(self._training.learned_bytes, align=8)

    def step(self, sample: Sample) -> dict[str, Array]:
        """Run."""
        return self.session.run(sample)[0]

    def train_step(self, sample: Sample, label: Array, profiler: Any = None) -> dict[str, Array]:
        """Run and learn; ``profiler`` counts."""
        value = np.ascontiguousarray(label, self._training.label.dtype).reshape(-1)
        self.session.machine.write(self._label, value.tobytes())
        third = int(value[0]) & 0xFFFFFFFF if self._training.classes else self._label
        return self.session.call_with_io("train_step", sample, (third,), profiler)

    def export(self) -> bytes:
        """What was learned."""
        size, function = self._training.learned_bytes, f"{self._spec.model}_export"
        machine = self.session.machine
        check_status(function, machine.call(function, self.session.arena, self._blob, size))
        return machine.read(self._blob, size)

    def load(self, blob: bytes) -> None:
        """Import it."""
        machine, function = self.session.machine, f"{self._spec.model}_import"
        check_export(self._training, blob, function)
        machine.write(self._blob, blob)
        status = machine.call(function, self.session.arena, self._blob, len(blob))
        check_import(function, status)


_TRAINING, _IMPORT, _STEP = 1, 2, 4
"""What the bench of a model that learns is told to do (bench/main.c)."""


class QemuLearner:
    """The bench on QEMU, an independent second machine; every step is a program of its own.

    What was learned goes from one to the next as exported bytes.
    """

    def __init__(self, built: Built) -> None:
        options = built.options
        where = (built.project_dir(), built.spec, options.target, options.compiler, options.opt)
        self._runner = QemuRunner(*where)
        self._spec, self._training = built.spec, training_of(built)
        self._learned = b""

    def step(self, sample: Sample) -> dict[str, Array]:
        """Run."""
        return parse_outputs(self._spec, self._call(sample, 0, b""))

    def train_step(self, sample: Sample, label: Array) -> dict[str, Array]:
        """Run and learn."""
        value = np.ascontiguousarray(label, self._training.label.dtype)
        text = self._call(sample, _STEP, value.tobytes())
        self._learned = self._exported(text)
        return parse_outputs(self._spec, text)

    def export(self) -> bytes:
        """What was learned."""
        return self._learned or self._exported(self._call(self._nothing(), 0, b""))

    def load(self, blob: bytes) -> None:
        """Import it."""
        check_export(self._training, blob, f"{self._spec.model}_import")
        before, self._learned = self._learned, bytes(blob)
        try:
            self._call(self._nothing(), 0, b"")
        except DeviceError as error:
            self._learned = before
            if any("is refused" in p.why for p in error.problems):
                check_import(f"{self._spec.model}_import", _REFUSED)
            raise

    def _nothing(self) -> Sample:
        return {t.name: np.zeros(t.shape, t.dtype) for t in self._spec.inputs}

    def _call(self, sample: Sample, mode: int, label: bytes) -> str:
        mode |= _TRAINING | (_IMPORT if self._learned else 0)
        taught = label or bytes(self._training.label.size_bytes)
        return self._runner.run_printed(sample, mode=mode, more=(taught, self._learned))

    def _exported(self, text: str) -> bytes:
        found = re.search(r"^output learned ([0-9a-f]*)\s*$", text, re.MULTILINE)
        data = bytes.fromhex(found[1]) if found else b""
        if len(data) != self._training.learned_bytes:
            problem = Problem(f"{len(data)} bytes of {self._training.learned_bytes} printed")
            raise DeviceError("the bench did not print what was learned", (problem,))
        return data


def learner(built: Built, on: str) -> Learner:
    """A new instance, as after a reset.

    Raises:
        UsageError: TT6006, ``on`` is not a place to learn.
    """
    if on == "host":
        return HostLearner(built)
    if on == "simulator":
        return SimulatedLearner(built)
    if on == "qemu":
        return QemuLearner(built)
    what = f"on='{on}' is not a place to train"
    raise UsageError(what, (Problem(what, do="host, simulator or qemu"),), "TT6006")

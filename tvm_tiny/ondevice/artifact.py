# SPDX-License-Identifier: Apache-2.0
"""What ``build_training`` returns: a model that runs and learns."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from tvm_tiny.artifact import Artifact
from tvm_tiny.errors import Problem, ToolchainError, UsageError
from tvm_tiny.frontends.loader import LoadedModel
from tvm_tiny.graph import Tensor
from tvm_tiny.ondevice.instances import Learner, SimulatedLearner, learner, training_of
from tvm_tiny.ondevice.learned import learned_arrays, with_learned
from tvm_tiny.ondevice.memory import PARTS, TrainingMemory, part_of_nodes, training_memory
from tvm_tiny.passes.backward.build import Training
from tvm_tiny.report.model import Report
from tvm_tiny.report.results import TrainingInfo
from tvm_tiny.result import BuildOptions, Compiled, Progress, RunResult
from tvm_tiny.run.samples import Inputs, check_inputs
from tvm_tiny.run.samples_on import OpenPlace
from tvm_tiny.simulator.profile import Profile

Array = npt.NDArray[Any]


class TrainingArtifact(Artifact):
    """A compiled model that learns. It remembers what was learned, as exported bytes."""

    def __init__(
        self, loaded: LoadedModel, options: BuildOptions, compiled: Compiled, training: Training
    ) -> None:
        super().__init__(loaded, options, compiled)
        self._training: Training
        self._learned: bytes | None
        object.__setattr__(self, "_training", training)
        object.__setattr__(self, "_learned", None)

    @property
    def training(self) -> Training:
        """The graph that learns."""
        return self._training

    @property
    def scheme(self) -> dict[str, float]:
        """Layer to the share of its weights that is trained; 0: the bias alone."""
        nodes = {n.name: n for n in self._training.graph.nodes}
        out: dict[str, float] = {}
        for name, roles in self._training.layers.items():
            part, whole = roles.get("weights"), nodes[name].operands[1]
            out[nodes[name].layer] = part.size / whole.size if part else 0
        return out

    @property
    def learned(self) -> bytes | None:
        """What ``<model>_export`` gave after the last step; None: nothing was learned yet."""
        return self._learned

    @cached_property
    def memory(self) -> TrainingMemory:
        """What the arena is used for."""
        return training_memory(self.compiled, self._training)

    @cached_property
    def report(self) -> Report:
        """The report of the inference, and what a step takes."""
        memory = self.memory
        counts = memory.macs_forward, memory.macs_backward, memory.macs_update
        info = TrainingInfo(
            self.scheme,
            memory.by_kind(),
            dict(zip(PARTS, counts, strict=True)),
            self._cycles_by_part(),
            memory.learned_bytes,
            self.stack_bytes,
        )
        return msgspec.structs.replace(super().report, training=info)

    def _cycles_by_part(self) -> dict[str, int] | None:
        """Modelled cycles forward, backward and of updates; None without a simulator."""
        spec = self.spec
        sample = {t.name: np.zeros((1, *t.shape), t.dtype) for t in spec.inputs}
        label = training_of(self).label
        try:
            profile = self.profile_step(sample, np.zeros((1, *label.shape), label.dtype))
        except ToolchainError:
            return None
        parts = part_of_nodes(self.compiled, self._training)
        order = self.compiled.emitted.step_nodes
        out = dict.fromkeys(PARTS, 0)
        for layer in profile.layers:
            out[parts[order[layer.index]] if layer.index >= 0 else PARTS[0]] += layer.cycles
        return out

    @cached_property
    def stack_bytes(self) -> int | None:
        """What the stack of a step takes, measured on the simulated core; None without one."""
        spec = self.spec
        sample = {t.name: np.zeros(t.shape, t.dtype) for t in spec.inputs}
        try:
            instance = SimulatedLearner(self)
        except ToolchainError:
            return None
        label = training_of(self).label
        instance.train_step(sample, np.zeros(label.shape, label.dtype))
        return instance.session.stack_bytes

    @cached_property
    def flash_bytes(self) -> int | None:
        """Weights, tables and code of both parts, linked; None without a cross compiler."""
        from tvm_tiny.toolchain.build import build_elf, elf_sizes, find_compiler

        options, spec = self.options, self.spec
        try:
            compiler = find_compiler(options.compiler, "cortex-m")
            folder = self.project_dir()
            elf = build_elf(folder, spec, "simulator", options.target, compiler, options.opt)
        except ToolchainError:
            return None
        sizes = elf_sizes(elf, spec)
        return sizes.weights_bytes + sizes.tables_bytes + sizes.code_bytes

    @property
    def ram_bytes(self) -> int:
        """All RAM of a step: arena and, as far as it is known, the stack."""
        return self.compiled.plan.arena_bytes + (self.stack_bytes or 0)

    def captured_tensors(self) -> list[tuple[int, Tensor, int]]:
        """See ``Built``: those of the inference."""
        return [c for c in super().captured_tensors() if c[0] < self._begin]

    def streamed_tensors(self) -> list[tuple[int, Tensor, int, tuple[int, int]]]:
        """See ``Built``: those of the inference."""
        return [c for c in super().streamed_tensors() if c[0] < self._begin]

    @property
    def _begin(self) -> int:
        """Number of the layer that begins a step."""
        return self.compiled.emitted.step_nodes.index(self._training.begin)

    def load(self, blob: bytes) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Take over what was learned elsewhere (``learned``, or exported on a device).

        Raises:
            DeviceError: TT5008, damaged or of another model; nothing is changed.
        """
        learner(self, "host").load(blob)
        object.__setattr__(self, "_learned", bytes(blob))

    def forget(self) -> None:
        """Be as built."""
        object.__setattr__(self, "_learned", None)

    def train(
        self, x: Inputs, y: npt.ArrayLike, on: str = "host", *, progress: Progress | None = None
    ) -> Array:
        """Learn from samples, one a step, in their order.

        Args:
            x: as for ``run``.
            y: a class a sample, or a target a sample (int8, of the output's shape).
            on: ``host``, ``simulator`` or ``qemu``: the same bits.
            progress: called after every step.

        Returns:
            The first output of every step, from before it learned, [samples, ..].

        Raises:
            UsageError: TT6003, TT6072, samples or labels do not fit.
            DeviceError: the program failed.
        """
        samples, _ = check_inputs(x, self.spec.inputs)
        labels = self._labels(y, len(samples))
        instance = self._instance(on)
        first = self.spec.outputs[0].name
        made: list[Array] = []
        for number, (sample, label) in enumerate(zip(samples, labels, strict=True)):
            made.append(instance.train_step(sample, label)[first])
            if progress:
                progress(number + 1, len(samples))
        object.__setattr__(self, "_learned", instance.export())
        return np.stack(made)

    def run(
        self,
        x: Inputs,
        on: str | OpenPlace = "host",
        *,
        layers: bool = False,
        profile: bool = False,
        progress: Progress | None = None,
    ) -> RunResult:
        """Run with what was learned; ``layers`` and ``profile`` show the model as built."""
        if layers or profile:
            return super().run(x, on, layers=layers, profile=profile, progress=progress)
        samples, batched = check_inputs(x, self.spec.inputs)
        instance = self._instance(on)
        made: list[dict[str, Array]] = []
        for number, sample in enumerate(samples):
            made.append(instance.step(sample))
            if progress:
                progress(number + 1, len(samples))
        names = {io.name: io.source for io in self.spec.outputs}
        return RunResult(
            {
                source: np.stack([m[name] for m in made]) if batched else made[0][name]
                for name, source in names.items()
            }
        )

    def profile_step(self, x: Inputs, y: npt.ArrayLike) -> Profile:
        """Instructions and modelled cycles of one training step, layer by layer."""
        from tvm_tiny.simulator import Profiler

        samples, _ = check_inputs(x, self.spec.inputs)
        instance, profiler = SimulatedLearner(self), Profiler()
        if self._learned is not None:
            instance.load(self._learned)
        instance.train_step(samples[0], self._labels(y, 1)[0], profiler)
        assert profiler.result is not None
        return profiler.result

    def model(self) -> bytes:
        """The model file with what was learned in it (TFLite).

        Raises:
            UsageError: TT6073, the model was not a TFLite file, or cannot hold it.
        """
        if self._learned is None:
            return with_learned(self.loaded, {}, self._training)
        arrays = learned_arrays(self._learned, self._training)
        return with_learned(self.loaded, arrays, self._training)

    def _instance(self, on: str | OpenPlace) -> Learner:
        instance = learner(self, str(on))
        if self._learned is not None:
            instance.load(self._learned)
        return instance

    def _labels(self, y: npt.ArrayLike, count: int) -> list[Array]:
        spec = training_of(self)
        values = np.asarray(y)
        shape = (count,) if spec.classes else (count, *spec.label.shape)
        whole = np.issubdtype(values.dtype, np.integer) and values.size == np.prod(shape)
        low, high = (0, spec.classes - 1) if spec.classes else spec.label.elements.limits
        if not whole or (values.size and (values.min() < low or values.max() > high)):
            do = f"integers {low} to {high} of shape {list(shape)}"
            problem = Problem(f"y: {values.dtype} {list(values.shape)}", do=do)
            raise UsageError("the labels do not fit", (problem,), "TT6072")
        return list(values.reshape(shape))

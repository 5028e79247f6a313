# SPDX-License-Identifier: Apache-2.0
"""A trial: one layer compiled to a program, and that program run. Functions for other processes.

A program travels as bytes: it is built here, and run here or on a server.
"""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from tvm_tiny.crt_project.device_values import build_id
from tvm_tiny.device.board import PREFIX
from tvm_tiny.errors import DeviceError, TvmTinyError
from tvm_tiny.graph import Node
from tvm_tiny.project_spec import IoSpec, ProjectSpec
from tvm_tiny.targets import load_core
from tvm_tiny.toolchain.build import CompilerKind, ElfKind, build_elf, find_compiler
from tvm_tiny.tuning.space import Choice, realise
from tvm_tiny.tuning.workloads import one_node_graph

if TYPE_CHECKING:
    from tvm_tiny.run.samples import Sample

RUN_FUNCTION = "tvm_tiny.tuning.run"
"""Name of ``run_bytes`` on a server."""

_SEED = 0


class LinkedLayer(msgspec.Struct, frozen=True):
    """A linked layer.

    Attributes:
        elf: the file.
        runner: ``simulator``, ``qemu`` or ``board:NAME``.
        core: what it was compiled for.
        model: prefix of its symbols.
        inputs: interface, as in ``ProjectSpec``.
        outputs: interface.
        arena_bytes: size of its arena.
        arena_align: alignment of that.
        places: arena offsets of the inputs that live there, by name.
        build: identity of the device firmware.
        half_words: of code that a run may execute on the simulator; 0: any number.
    """

    elf: bytes
    runner: str
    core: str
    model: str
    inputs: tuple[IoSpec, ...]
    outputs: tuple[IoSpec, ...]
    arena_bytes: int
    arena_align: int
    places: dict[str, int]
    build: str = ""
    half_words: int = 0


class Outcome(msgspec.Struct, frozen=True):
    """What a trial gave.

    Attributes:
        cycles: cycles of all rows, modelled or measured (on QEMU instructions), None where it
            failed.
        digest: SHA-256 of the outputs.
        error: why it failed, "" where it did not.
    """

    cycles: int | None = None
    digest: str = ""
    error: str = ""


@dataclass(frozen=True)
class BuildJob:
    """What to build.

    Attributes:
        node: the layer.
        choice: its schedule.
        core: target.
        runner: where it will run.
        compiler: ``zig`` or ``gcc``.
        opt: optimisation flag.
        half_words: see ``LinkedLayer``.
    """

    node: Node
    choice: Choice
    core: str
    runner: str
    compiler: CompilerKind
    opt: str
    half_words: int = 0


def build_program(job: BuildJob) -> bytes:
    """Compile a layer as chosen; a ``LinkedLayer``, encoded.

    Raises:
        TvmTinyError: the rule declines, or the C compiler fails.
    """
    from tvm_tiny import crt_project
    from tvm_tiny.emit.sources import emit
    from tvm_tiny.passes.plan.plan_memory import plan_memory
    from tvm_tiny.schedules.rule import Declined
    from tvm_tiny.tuning.qemu import count_instructions

    core = load_core(job.core)
    scheduled = realise(job.choice, job.node, core)
    if isinstance(scheduled, Declined):
        raise TvmTinyError(f"{scheduled.rule}: {scheduled.reason}")
    graph, name = one_node_graph(job.node), job.node.name
    scratch = {name: scheduled.scratch_bytes} if scheduled.scratch_bytes else {}
    plan = plan_memory(graph, scratch)
    made = emit(graph, plan, {name: scheduled}, model="trial", core=core, model_sha256="")
    with tempfile.TemporaryDirectory(prefix="tvm_tiny-") as folder:
        root = Path(folder) / "project"
        crt_project.write_project(made.spec, root)
        kind: ElfKind = "device" if job.runner.startswith(PREFIX) else "simulator"
        if job.runner == "qemu":
            kind = "bench"
            count_instructions(root)
        tool = find_compiler(job.compiler, "cortex-m")
        elf = build_elf(root, made.spec, kind, job.core, tool, job.opt).read_bytes()
    spec = made.spec
    return msgspec.msgpack.encode(
        LinkedLayer(
            elf=elf,
            runner=job.runner,
            core=job.core,
            model=spec.model,
            inputs=spec.inputs,
            outputs=spec.outputs,
            arena_bytes=spec.arena_bytes,
            arena_align=spec.arena_align,
            places={
                io.name: plan.offsets[tensor.name]
                for io, tensor in zip(spec.inputs, graph.inputs, strict=True)
                if tensor.name in plan.offsets
            },
            build=build_id(spec),
            half_words=job.half_words,
        )
    )


def run_bytes(data: bytes) -> bytes:
    """Run an encoded ``LinkedLayer``; an ``Outcome``, encoded, also where the program fails."""
    try:
        outcome = run_program(msgspec.msgpack.decode(data, type=LinkedLayer))
    except DeviceError as err:
        outcome = Outcome(error=err.problems[0].what if err.problems else err.message)
    return msgspec.msgpack.encode(outcome)


def run_program(program: LinkedLayer) -> Outcome:
    """Run a program once on fixed random inputs.

    Raises:
        DeviceError: it faulted or ran away.
        ToolchainError: the simulator or QEMU is not installed.
    """
    from tvm_tiny.run.samples import random_samples

    spec = ProjectSpec(
        model=program.model,
        version="",
        model_sha256="",
        inputs=program.inputs,
        outputs=program.outputs,
        arena_bytes=program.arena_bytes,
        arena_align=program.arena_align,
        layers=1,
        files={},
        core=program.core,
    )
    sample = random_samples(spec.inputs, 1, _SEED)[0]
    run = _on_qemu if program.runner == "qemu" else _on_simulator
    if program.runner.startswith(PREFIX):
        run = _on_board
    cycles, outputs = run(program, spec, sample)
    digest = hashlib.sha256(b"".join(outputs[io.name].tobytes() for io in spec.outputs))
    return Outcome(cycles, digest.hexdigest())


def _on_simulator(
    program: LinkedLayer, spec: ProjectSpec, sample: Sample
) -> tuple[int, dict[str, Any]]:
    from tvm_tiny.run.simulator import SimulatorSession
    from tvm_tiny.simulator import Profiler

    with tempfile.TemporaryDirectory(prefix="tvm_tiny-") as folder:
        path = Path(folder) / "trial.elf"
        path.write_bytes(program.elf)
        session = SimulatorSession(path, spec, program.core)
        session.place_inputs(program.places)
        outputs, _, profile = session.run(sample, Profiler(half_words=program.half_words))
    if profile is None:
        raise DeviceError("the profiler saw no run")
    return sum(layer.cycles for layer in profile.layers if layer.index >= 0), outputs


def _on_qemu(program: LinkedLayer, spec: ProjectSpec, sample: Sample) -> tuple[int, dict[str, Any]]:
    from tvm_tiny.tuning.qemu import run_counted

    with tempfile.TemporaryDirectory(prefix="tvm_tiny-") as folder:
        path = Path(folder) / "trial.elf"
        path.write_bytes(program.elf)
        return run_counted(path, spec, sample)


def _on_board(
    program: LinkedLayer, spec: ProjectSpec, sample: Sample
) -> tuple[int, dict[str, Any]]:
    from tvm_tiny.device.board import BoardSession
    from tvm_tiny.device.transports import qemu

    with tempfile.TemporaryDirectory(prefix="tvm_tiny-") as folder:
        path = Path(folder) / "trial.elf"
        path.write_bytes(program.elf)
        line = qemu(path, load_core(program.core).qemu_machine, count_instructions=True)
        with BoardSession(line, spec, counts_instructions=True, build=program.build) as session:
            session.run(sample)  # a second run finds caches as later ones do
            outputs, counted = session.run(sample)
    if counted.total is None:
        raise DeviceError("the board has no clock")
    return counted.total, outputs

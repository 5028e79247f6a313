# SPDX-License-Identifier: Apache-2.0
"""Runs samples of an artifact on the host, the simulator, QEMU or a board."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy.typing as npt

from tvm_tiny.artifact import Artifact, Progress
from tvm_tiny.device.board import PREFIX, BoardSession, Firmware, open_board
from tvm_tiny.errors import Problem, ToolchainError, UsageError
from tvm_tiny.pipeline import total_macs
from tvm_tiny.runners.base import RowPlace
from tvm_tiny.samples import Sample

if TYPE_CHECKING:
    from tvm_tiny.runners.simulator import SimulatorSession

_PATIENCE_S, _PATIENCE_S_PER_MAC = 600.0, 20e-6

Array = npt.NDArray[Any]


@dataclass
class RawRun:
    """Outputs of every sample by C name; captured layers and profile of the last."""

    outputs: list[dict[str, Array]] = field(default_factory=list[dict[str, Array]])
    layers: dict[str, Array] = field(default_factory=dict[str, Array])
    stack_bytes: int | None = None
    profile: Any = None


Consumer = Callable[[int, dict[str, Array], dict[str, Array]], None]
"""Called for every sample with its number, outputs and captured layers."""


def execute(
    artifact: Artifact,
    samples: Sequence[Sample],
    on: str,
    *,
    layers: bool = False,
    profile: bool = False,
    progress: Progress | None = None,
    consume: Consumer | None = None,
) -> RawRun:
    """Run every sample; see ``Artifact.run``. ``consume`` sees each sample's layers."""
    if on.startswith(PREFIX):
        if layers:
            problem = Problem("no layers from boards", do="use on='simulator' or on='host'")
            raise UsageError("cannot capture layers there", (problem,), "TT6007")
        with _board(artifact, on.removeprefix(PREFIX), profile) as session:
            raw = RawRun()
            run_one = _on_board(session, raw)
            return _run_all(samples, run_one, raw, profile, progress, consume)
    runners = {"simulator": _simulator, "host": _host, "qemu": _qemu}
    if on not in runners:
        what = f"on='{on}' is not a place to run"
        do = f"use one of {', '.join(runners)}, {PREFIX}NAME"
        raise UsageError(what, (Problem(what, do=do),), "TT6006")
    if profile and on != "simulator":
        problem = Problem(f"no profile on '{on}'", do="profile on the simulator or a board")
        raise UsageError("cannot profile there", (problem,), "TT6007")
    raw = RawRun()
    run_one = runners[on](artifact, raw, layers)
    return _run_all(samples, run_one, raw, profile, progress, consume)


RunOne = Callable[[Sample, bool], tuple[dict[str, Array], dict[str, Array]]]


def _run_all(
    samples: Sequence[Sample],
    run_one: RunOne,
    raw: RawRun,
    profile: bool,
    progress: Progress | None,
    consume: Consumer | None,
) -> RawRun:
    for number, sample in enumerate(samples):
        last = number == len(samples) - 1
        outputs, captured = run_one(sample, profile and last)
        raw.outputs.append(outputs)
        raw.layers = captured
        if consume:
            consume(number, outputs, captured)
        if progress:
            progress(number + 1, len(samples))
    return raw


def _board(artifact: Artifact, place: str, profile: bool) -> BoardSession:
    options = artifact.options
    firmware = Firmware(
        artifact.project_dir(),
        artifact.spec,
        options.target,
        options.compiler,
        options.opt,
        trace=profile,
    )
    return open_board(place, firmware)


def _on_board(session: BoardSession, raw: RawRun) -> RunOne:
    def run_one(sample: Sample, profile: bool) -> tuple[dict[str, Array], dict[str, Array]]:
        outputs, counted = session.run(sample, layers=profile and session.info.traced)
        raw.profile = counted if profile else None
        return outputs, {}

    return run_one


def simulator_session(artifact: Artifact) -> SimulatorSession:
    """The artifact linked for the simulator, in its memory.

    Raises:
        ToolchainError: the simulator is not installed (TT4003), or the build fails.
    """
    from tvm_tiny.toolchain import build_elf, find_compiler

    try:
        from tvm_tiny.runners.simulator import SimulatorSession
    except ImportError as err:
        problem = Problem(str(err), do="pip install 'tvm-tiny[simulator]'")
        raise ToolchainError("the simulator is not installed", (problem,), "TT4003") from err
    options, spec = artifact.options, artifact.spec
    compiler = find_compiler(options.compiler, "cortex-m")
    folder = artifact.project_dir()
    elf = build_elf(folder, spec, "simulator", options.target, compiler, options.opt)
    # A busy computer must not look like an endless loop.
    patience_s = _PATIENCE_S + _PATIENCE_S_PER_MAC * total_macs(artifact.compiled.graph)
    return SimulatorSession(elf, spec, options.target, patience_s)


def _simulator(artifact: Artifact, raw: RawRun, layers: bool) -> RunOne:
    session = simulator_session(artifact)
    from tvm_tiny.runners.simulator import Capture
    from tvm_tiny.simulator import Profiler

    if layers:
        session.capture(
            [
                Capture(layer, t.name, offset, t.shown_shape, t.dtype)
                for layer, t, offset in artifact.captured_tensors()
            ]
        )
        session.capture_rows(_row_places(artifact))

    def run_one(sample: Sample, profile: bool) -> tuple[dict[str, Array], dict[str, Array]]:
        profiler = Profiler() if profile else None
        outputs, captured, raw.profile = session.run(sample, profiler)
        raw.stack_bytes = session.stack_bytes
        return outputs, captured

    return run_one


def _row_places(artifact: Artifact) -> dict[str, RowPlace]:
    return {
        t.name: RowPlace(layer, offset, t.shown_shape, t.dtype, *kept)
        for layer, t, offset, kept in artifact.streamed_tensors()
    }


def _host(artifact: Artifact, raw: RawRun, layers: bool) -> RunOne:
    from tvm_tiny.runners.host import HostRunner
    from tvm_tiny.toolchain import build_host_library

    del raw
    library = build_host_library(artifact.project_dir(), artifact.spec, trace=layers)
    wanted = artifact.captured_tensors() if layers else []
    rows = _row_places(artifact) if layers else {}
    runner = HostRunner(library, artifact.spec)
    places = {
        number: (layer, offset, tensor.shown_shape, tensor.dtype)
        for number, (layer, tensor, offset) in enumerate(wanted)
    }

    def run_one(sample: Sample, profile: bool) -> tuple[dict[str, Array], dict[str, Array]]:
        del profile
        by_rows: dict[str, Array] = {}
        outputs, captured = runner.run_sample(sample, places, rows, by_rows)
        return outputs, {wanted[k][1].name: v for k, v in captured.items()} | by_rows

    return run_one


def _qemu(artifact: Artifact, raw: RawRun, layers: bool) -> RunOne:
    from tvm_tiny.runners.qemu import QemuRunner

    del raw
    if layers:
        problem = Problem("no layers from QEMU", do="use on='simulator' or on='host'")
        raise UsageError("cannot capture layers there", (problem,), "TT6007")
    options = artifact.options
    runner = QemuRunner(
        artifact.project_dir(), artifact.spec, options.target, options.compiler, options.opt
    )

    def run_one(sample: Sample, profile: bool) -> tuple[dict[str, Array], dict[str, Array]]:
        del profile
        return runner.run_sample(sample), {}

    return run_one

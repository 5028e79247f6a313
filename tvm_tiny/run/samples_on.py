# SPDX-License-Identifier: Apache-2.0
"""Runs samples of a build on the host, the simulator, QEMU or a board."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy.typing as npt

from tvm_tiny import plugins
from tvm_tiny.device.board import PREFIX, BoardSession, Firmware, open_board
from tvm_tiny.errors import Problem, ToolchainError, UsageError
from tvm_tiny.operators.macs import total_macs
from tvm_tiny.result import Built, Progress
from tvm_tiny.run.base import RowPlace
from tvm_tiny.run.samples import Sample
from tvm_tiny.stages import stage

if TYPE_CHECKING:
    from tvm_tiny.run.simulator import SimulatorSession

_PATIENCE_S, _PATIENCE_S_PER_MAC = 600.0, 20e-6

Array = npt.NDArray[Any]


@dataclass
class RawRun:
    """Outputs of every sample by C name; captured layers and profile of the last."""

    outputs: list[dict[str, Array]] = field(default_factory=list[dict[str, Array]])
    layers: dict[str, Array] = field(default_factory=dict[str, Array])
    stack_bytes: int | None = None
    profile: Any = None


OpenPlace = Callable[[Built], Callable[[Sample], dict[str, Array]]]
"""A place to run of somebody's own: from a build (``project_dir()``, ``spec``, ``options``) to what
runs one sample, arrays by C name, and gives the outputs by C name."""

Consumer = Callable[[int, dict[str, Array], dict[str, Array]], None]
"""Called for every sample with its number, outputs and captured layers."""


def execute(
    built: Built,
    samples: Sequence[Sample],
    on: str | OpenPlace,
    *,
    layers: bool = False,
    profile: bool = False,
    progress: Progress | None = None,
    consume: Consumer | None = None,
) -> RawRun:
    """Run every sample; see ``Artifact.run``. ``consume`` sees each sample's layers.

    Samples of a model with state are steps of one sequence that begins with a reset.
    """
    if (
        built.spec.state_bytes
        and isinstance(on, str)
        and (on.startswith(PREFIX) or (on == "qemu" and len(samples) > 1))
    ):
        why = "nothing is kept there between two samples, or nobody resets it"
        problem = Problem("no sequences there", why=why, do="use on='simulator' or on='host'")
        raise UsageError("cannot run a model with state there", (problem,), "TT6007")
    if isinstance(on, str) and on.startswith(PREFIX):
        if layers:
            problem = Problem("no layers from boards", do="use on='simulator' or on='host'")
            raise UsageError("cannot capture layers there", (problem,), "TT6007")
        with _board(built, on.removeprefix(PREFIX), profile) as session:
            raw = RawRun()
            run_one = _on_board(session, raw)
            return _run_all(samples, run_one, raw, profile, progress, consume)
    runners = {"simulator": _simulator, "host": _host, "qemu": _qemu}
    if not isinstance(on, str) or on not in runners:
        return _elsewhere(built, samples, on, layers or profile, progress, consume)
    if profile and on != "simulator":
        problem = Problem(f"no profile on '{on}'", do="profile on the simulator or a board")
        raise UsageError("cannot profile there", (problem,), "TT6007")
    raw = RawRun()
    run_one = runners[on](built, raw, layers)
    return _run_all(samples, run_one, raw, profile, progress, consume)


def _elsewhere(
    built: Built,
    samples: Sequence[Sample],
    on: str | OpenPlace,
    more: bool,
    progress: Progress | None,
    consume: Consumer | None,
) -> RawRun:
    """Run in a place of somebody's own: given, or an entry point of ``tvm_tiny.runners``."""
    places: dict[str, OpenPlace] = dict(plugins.installed("runners"))
    if isinstance(on, str) and on not in places:
        what = f"on='{on}' is not a place to run"
        do = f"use one of {', '.join(['simulator', 'host', 'qemu', *places])}, {PREFIX}NAME"
        raise UsageError(what, (Problem(what, do=do),), "TT6006")
    if more:
        problem = Problem("no layers and no profile there", do="use on='simulator'")
        raise UsageError("that place gives outputs only", (problem,), "TT6007")
    place = places[on] if isinstance(on, str) else on
    run = place(built) if callable(place) else None
    if not callable(run):
        raise _no_place(f"{place!r} gives nothing that runs a sample")

    def run_one(sample: Sample, profile: bool) -> tuple[dict[str, Array], dict[str, Array]]:
        del profile
        outputs = dict(run(sample))
        for io in built.spec.outputs:
            got: Any = outputs.get(io.name)  # of whoever wrote the place
            if getattr(got, "shape", None) != io.shape or str(got.dtype) != io.dtype:
                raise _no_place(f"output '{io.name}' is no {io.dtype} array of shape {io.shape}")
        return outputs, {}

    return _run_all(samples, run_one, RawRun(), False, progress, consume)


def _no_place(what: str) -> UsageError:
    return UsageError("that is no place to run", (Problem(what),), "TT6021")


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
        if len(samples) > 1 or consume:
            stage("comparing samples" if consume else "running samples", number, len(samples))
        last = number == len(samples) - 1
        outputs, captured = run_one(sample, profile and last)
        raw.outputs.append(outputs)
        raw.layers = captured
        if consume:
            consume(number, outputs, captured)
        if progress:
            progress(number + 1, len(samples))
    return raw


def _board(built: Built, place: str, profile: bool) -> BoardSession:
    options = built.options
    firmware = Firmware(
        built.project_dir(),
        built.spec,
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


def simulator_session(built: Built) -> SimulatorSession:
    """The build linked for the simulator, in its memory.

    Raises:
        ToolchainError: the simulator is not installed (TT4003), or the build fails.
    """
    from tvm_tiny.toolchain.build import build_elf, find_compiler

    try:
        from tvm_tiny.run.simulator import SimulatorSession
    except ImportError as err:
        problem = Problem(str(err), do="pip install 'tvm-tiny[simulator]'")
        raise ToolchainError("the simulator is not installed", (problem,), "TT4003") from err
    options, spec = built.options, built.spec
    compiler = find_compiler(options.compiler, "cortex-m")
    folder = built.project_dir()
    elf = build_elf(folder, spec, "simulator", options.target, compiler, options.opt)
    # A busy computer must not look like an endless loop.
    patience_s = _PATIENCE_S + _PATIENCE_S_PER_MAC * total_macs(built.compiled.graph)
    return SimulatorSession(elf, spec, options.target, patience_s)


def _simulator(built: Built, raw: RawRun, layers: bool) -> RunOne:
    session = simulator_session(built)
    from tvm_tiny.run.simulator import Capture
    from tvm_tiny.simulator import Profiler

    if layers:
        session.capture(
            [
                Capture(layer, t.name, offset, t.shown_shape, t.dtype)
                for layer, t, offset in built.captured_tensors()
            ]
        )
        session.capture_rows(_row_places(built))

    def run_one(sample: Sample, profile: bool) -> tuple[dict[str, Array], dict[str, Array]]:
        profiler = Profiler() if profile else None
        outputs, captured, raw.profile = session.run(sample, profiler)
        raw.stack_bytes = session.stack_bytes
        return outputs, captured

    return run_one


def _row_places(built: Built) -> dict[str, RowPlace]:
    return {
        t.name: RowPlace(layer, offset, t.shown_shape, t.dtype, *kept)
        for layer, t, offset, kept in built.streamed_tensors()
    }


def _host(built: Built, raw: RawRun, layers: bool) -> RunOne:
    from tvm_tiny.run.host import HostRunner
    from tvm_tiny.toolchain.build import build_host_library

    del raw
    library = build_host_library(built.project_dir(), built.spec, trace=layers)
    wanted = built.captured_tensors() if layers else []
    rows = _row_places(built) if layers else {}
    runner = HostRunner(library, built.spec)
    instance = runner.instance() if built.spec.state_bytes else None
    places = {
        number: (layer, offset, tensor.shown_shape, tensor.dtype)
        for number, (layer, tensor, offset) in enumerate(wanted)
    }

    def run_one(sample: Sample, profile: bool) -> tuple[dict[str, Array], dict[str, Array]]:
        del profile
        by_rows: dict[str, Array] = {}
        outputs, captured = runner.run_sample(sample, places, rows, by_rows, instance)
        return outputs, {wanted[k][1].name: v for k, v in captured.items()} | by_rows

    return run_one


def _qemu(built: Built, raw: RawRun, layers: bool) -> RunOne:
    from tvm_tiny.run.qemu import QemuRunner

    del raw
    if layers:
        problem = Problem("no layers from QEMU", do="use on='simulator' or on='host'")
        raise UsageError("cannot capture layers there", (problem,), "TT6007")
    options = built.options
    runner = QemuRunner(
        built.project_dir(), built.spec, options.target, options.compiler, options.opt
    )

    def run_one(sample: Sample, profile: bool) -> tuple[dict[str, Array], dict[str, Array]]:
        del profile
        return runner.run_sample(sample), {}

    return run_one

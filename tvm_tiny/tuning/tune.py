# SPDX-License-Identifier: Apache-2.0
"""``tune``: the public function."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tvm_tiny.device.board import PREFIX
from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.frontends.loader import LoadedModel, load
from tvm_tiny.graph import Graph
from tvm_tiny.targets import load_core
from tvm_tiny.toolchain.build import CompilerKind, find_compiler
from tvm_tiny.tuning.database import Database, provenance_now
from tvm_tiny.tuning.farm import RUNNERS
from tvm_tiny.tuning.farms import make_farm
from tvm_tiny.tuning.lock import only_session
from tvm_tiny.tuning.session import (
    OnTrial,
    SearchSettings,
    SessionState,
    StoppedError,
    Tuned,
    TuningSession,
)
from tvm_tiny.tuning.store import SessionInfo, Store, session_info
from tvm_tiny.tuning.workloads import make_tasks

COST_MODELS = ("xgb", "random")
DEFAULT_TRIALS = 200
_WORTH_IT = 0.995

_MOST_WORKERS = 1024


@dataclass(frozen=True)
class TuneResult:
    """How a session ended.

    Attributes:
        database: what was found, ready for ``build(..., database=)`` (see ``folder``).
        folder: where it lies.
        kernels: every row kernel, with its default and best choice.
        curve: cycles of all tuned layers with the best choices so far, after every trial.
        repeated: trials that were known from before.
        seconds: the session took.
        interrupted: stopped by Ctrl-C; ``tune(..., resume=True)`` continues.
    """

    database: Database
    folder: Path
    kernels: tuple[Tuned, ...]
    curve: tuple[int, ...]
    repeated: int
    seconds: float
    interrupted: bool

    def __repr__(self) -> str:
        """One line with what was won."""
        return (
            f"TuneResult({self.default_cycles:,} to {self.best_cycles:,} cycles, {self.trials}"
            f" trials, {self.folder})"
        )

    def _repr_html_(self) -> str:
        from tvm_tiny.report.page import table_html

        rows = [
            (
                k.task.name,
                "-" if k.default_cycles is None else f"{k.default_cycles:,}",
                "-" if k.best is None else f"{k.best_cycles:,}",
                f"{k.trials:,}",
                f"{k.failed:,}",
            )
            for k in self.kernels
        ]
        title = f"{self.default_cycles:,} to {self.best_cycles:,} cycles in {self.trials} trials"
        head = ("kernel", "cycles before", "best", "trials", "failed")
        return table_html(title, head, rows)

    @property
    def trials(self) -> int:
        """How many candidates were tried; fewer than asked for where there are no more."""
        return len(self.curve)

    @property
    def default_cycles(self) -> int:
        """Of all tuned layers with the rules' own choices."""
        return round(sum((k.default_cycles or 0) * k.task.weight for k in self.kernels))

    @property
    def best_cycles(self) -> int:
        """Of the same layers with the best choices."""
        known = (k for k in self.kernels if k.best is not None)
        return round(sum(k.best_cycles * k.task.weight for k in known))


def tune(
    mod: Any,
    target: str = "cortex-m7",
    *,
    database: str | Path,
    trials: int | None = None,
    runner: str = "simulator",
    seed: int | None = None,
    resume: bool = False,
    compiler: CompilerKind = "auto",
    opt: str = "-O2",
    cost_model: str | None = None,
    shapes: Mapping[str, tuple[int, ...]] | None = None,
    workers: int | None = None,
    timeout_s: float = 120.0,
    tracker: str = "",
    key: str = "tvm-tiny",
    on_trial: OnTrial | None = None,
) -> TuneResult:
    """Try schedules of a model's row kernels and keep the best in a database.

    Ctrl-C ends the session in order; the result then says ``interrupted``.

    Args:
        mod: as for ``build``.
        target: core name.
        database: folder to write; may have figures of other models for the same target.
        trials: candidates to try (200; resumed: those of the session).
        runner: ``simulator`` (modelled cycles), ``qemu`` (instructions), ``board`` (of a server),
            ``board:mps2-an500`` (instructions, by the device firmware).
        seed: the same gives the same result on any machine (0; resumed: that of the session).
        resume: continue the session that was interrupted in this folder.
        compiler: ``auto``, ``zig`` or ``gcc``.
        opt: its optimisation flag.
        cost_model: ``xgb`` (XGBoost) or ``random``.
        shapes: static shapes for dynamic inputs.
        workers: trials at a time on this machine (default: one a core, at most four).
        timeout_s: a build or run that takes longer has failed.
        tracker: ``host:port`` of an RPC tracker: trials run on its servers.
        key: of those servers.
        on_trial: called after every trial.

    Raises:
        UsageError: TT6101 a database of another target, compiler or kernels, TT6102 not a
            database, TT6103 an unfinished session is there, TT6104 unknown runner or cost model,
            TT6105 another session is at work there.
        DeviceError: TT5002 no board, TT5003 no server.
        ToolchainError: a compiler or package is missing.
    """
    _check(runner, cost_model, trials)
    core = load_core(target).name
    loaded, graph = _graph(mod, core, shapes)
    found = find_compiler(compiler, "cortex-m").name
    kind: CompilerKind = "gcc" if found == "gcc" else "zig"
    provenance = provenance_now(core, kind, opt, runner)
    store = Store(Path(database), provenance)
    settings = _settings(store, resume, SearchSettings(core, runner, kind, opt, trials or 0), seed)
    if cost_model:
        settings = replace(settings, cost_model=cost_model)
    model = (loaded.sha256, loaded.name)
    info = session_info(*model, settings.trials, settings.seed, settings.cost_model)
    if workers is not None and not 0 < workers <= _MOST_WORKERS:
        problem = Problem(f"{workers} trials at a time", do=f"1 to {_MOST_WORKERS}")
        raise UsageError("cannot tune like that", (problem,), "TT6104")
    count = workers or min(4, os.cpu_count() or 1)
    with only_session(store.folder):
        farm = make_farm(runner, workers=count, timeout_s=timeout_s, tracker=tracker, key=key)
        try:
            store.begin(info, resume)
            session = TuningSession(
                make_tasks(graph), settings, provenance, store, farm, on_trial or _silent
            )
            return _run(session, store, info)
        finally:
            farm.close()


def _silent(state: SessionState) -> None:
    """For sessions that nobody watches."""
    del state


def _run(session: TuningSession, store: Store, info: SessionInfo) -> TuneResult:
    """To the end, or to Ctrl-C."""
    started = time.monotonic()
    interrupted = False
    try:
        session.run()
        store.end(info)
    except StoppedError:
        interrupted = True
    return _result(session, store, time.monotonic() - started, interrupted)


def _check(runner: str, cost_model: str | None, trials: int | None) -> None:
    problems: list[Problem] = []
    if runner not in RUNNERS and not runner.startswith(PREFIX):
        problems.append(
            Problem(f"runner '{runner}'", do=f"one of {', '.join(RUNNERS)}, {PREFIX}NAME")
        )
    if cost_model is not None and cost_model not in COST_MODELS:
        problems.append(
            Problem(f"cost model '{cost_model}'", do=f"one of {', '.join(COST_MODELS)}")
        )
    if trials is not None and not 0 < trials <= 1_000_000:
        problems.append(Problem(f"{trials} trials", do="ask for 1 to 1,000,000"))
    if problems:
        raise UsageError("cannot tune like that", tuple(problems), "TT6104")


def _graph(mod: Any, core: str, shapes: Mapping[str, Any] | None) -> tuple[LoadedModel, Graph]:
    from tvm_tiny.pipeline import integer_graph

    del core
    loaded = mod if isinstance(mod, LoadedModel) else load(mod, shapes=shapes)
    return loaded, integer_graph(loaded.module)


def _settings(
    store: Store, resume: bool, asked: SearchSettings, seed: int | None
) -> SearchSettings:
    """What was asked for; where nothing was, what the session to be resumed had."""
    last = store.last_session() if resume else None
    trials, first, model = DEFAULT_TRIALS, 0, asked.cost_model
    if last is not None:
        trials, first, model = last.trials, last.seed, last.cost_model
    return replace(
        asked,
        trials=asked.trials or trials,
        seed=first if seed is None else seed,
        cost_model=model,
    )


def _result(session: TuningSession, store: Store, seconds: float, interrupted: bool) -> TuneResult:
    state = session.state
    entries = (kernel.entry() for kernel in state.kernels.values())
    found = {e.workload: e for e in entries if e is not None}
    return TuneResult(
        database=Database(str(store.folder), store.provenance, found),
        folder=store.folder,
        kernels=tuple(state.kernels.values()),
        curve=tuple(state.curve),
        repeated=state.repeated,
        seconds=seconds,
        interrupted=interrupted,
    )


def worth_shipping(database: Database) -> Database:
    """Without the choices that gain next to nothing over the rules' own."""
    entries = {
        key: entry
        for key, entry in database.entries.items()
        if entry.cycles < _WORTH_IT * entry.default_cycles
    }
    return replace(database, entries=entries)

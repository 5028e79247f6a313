# SPDX-License-Identifier: Apache-2.0
"""A tuning session: trials of every row kernel of a model until they are used up.

The rules' own choices come first, and the plain kernel's outputs, which every candidate must give.
Then MetaSchedule searches. Nothing of it depends on time or on who ran a trial: a session that was
stopped and resumed, or spread over servers, ends where an undisturbed one does.
"""

from __future__ import annotations

import signal
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from tvm_tiny.errors import MismatchError, Problem
from tvm_tiny.targets import load_core
from tvm_tiny.toolchain.compilers import CompilerKind
from tvm_tiny.tuning.database import Entry, Provenance
from tvm_tiny.tuning.farm import Farm, TrialError
from tvm_tiny.tuning.journal import Journal, TrialLine, trial_key
from tvm_tiny.tuning.programs import BuildJob, Outcome
from tvm_tiny.tuning.space import Choice, ScheduleSpace, choice_of, chosen_schedule, make_space
from tvm_tiny.tuning.store import Store
from tvm_tiny.tuning.workloads import Task, workload_key

_KNOWN = "known:"
_POLL_S = 0.2
_REFERENCE = Choice("plain")
_PATIENCE = 8
"""Half words of code for a cycle of the plain kernel: more than twice its time."""
_SPARE_HALF_WORDS = 100_000
_T = TypeVar("_T")


@dataclass(frozen=True)
class SearchSettings:
    """What decides how a session goes, apart from the model.

    Attributes:
        core: target.
        runner: ``simulator``, ``qemu`` or ``board``.
        compiler: ``zig`` or ``gcc``.
        opt: its optimisation flag.
        trials: candidates to try, the rules' own choices included.
        seed: of the search.
        batch: candidates between two looks at the results.
        cost_model: ``xgb`` or ``random``.
    """

    core: str
    runner: str
    compiler: CompilerKind
    opt: str
    trials: int
    seed: int = 0
    batch: int = 4
    cost_model: str = "xgb"


@dataclass
class Tuned:
    """A row kernel in the course of a session; cycles are of the task's node.

    Attributes:
        task: what it is.
        space: what can be chosen.
        default_cycles: of the rules' own choice; None until known.
        best: the best choice so far.
        best_cycles: its cycles.
        trials: candidates tried.
        failed: of these, how many failed.
        digest: of the outputs that every candidate must give.
        half_words: of code that a candidate may execute on the simulator; 0: any number.
    """

    task: Task
    space: ScheduleSpace
    default_cycles: int | None = None
    best: Choice | None = None
    best_cycles: int = 0
    trials: int = 0
    failed: int = 0
    digest: str = ""
    half_words: int = 0

    def entry(self) -> Entry | None:
        """For a database."""
        if self.best is None:
            return None
        op, knobs = self.task.node.op, dict(self.best.knobs)
        default = self.default_cycles or 0
        return Entry(self.task.key, op, self.best.rule, knobs, self.best_cycles, default)


@dataclass
class SessionState:
    """What a progress display shows.

    Attributes:
        trials: done so far.
        total: to be done.
        repeated: of those done, how many were known from before.
        kernels: by workload.
        layer: the last one tried.
        curve: cycles of the model's tuned layers with the best so far, after every trial.
        started: ``time.monotonic()`` at the beginning.
    """

    total: int
    kernels: dict[str, Tuned]
    trials: int = 0
    repeated: int = 0
    layer: str = ""
    curve: list[int] = field(default_factory=list[int])
    started: float = field(default_factory=time.monotonic)

    @property
    def seconds_left(self) -> float | None:
        """From the trials run so far; None before the first."""
        run = self.trials - self.repeated
        if run < 1:
            return None
        return (time.monotonic() - self.started) / run * (self.total - self.trials)


OnTrial = Callable[[SessionState], None]


class StoppedError(Exception):
    """The user pressed Ctrl-C."""


class TuningSession:
    """See the module."""

    def __init__(
        self,
        tasks: Sequence[Task],
        settings: SearchSettings,
        provenance: Provenance,
        store: Store,
        farm: Farm,
        on_trial: OnTrial,
    ) -> None:
        """Ask the rules what can be chosen; nothing runs yet."""
        core = load_core(settings.core)
        kernels = {t.key: Tuned(t, make_space(t.node, core)) for t in tasks}
        self.state = SessionState(settings.trials, kernels)
        self._settings, self._provenance = settings, provenance
        self._store, self._farm, self._on_trial = store, farm, on_trial
        self._journal: Journal = store.journal
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._failure: BaseException | None = None
        self._programs = tempfile.TemporaryDirectory(prefix="tvm_tiny-")
        self._jobs: dict[str, tuple[Tuned, Choice]] = {}
        self._started = 0

    def run(self) -> None:
        """Run to the end.

        Raises:
            StoppedError: by Ctrl-C.
            MismatchError: a rule's own choice computes something else than the plain kernel.
            DeviceError: TT5003, no server is left.
        """
        from tvm_tiny.tuning.metaschedule import Search

        with self._interruptible(), self._programs:
            self._references()
            kernels = list(self.state.kernels.values())
            modules, spaces = [k.task.module for k in kernels], [k.space for k in kernels]
            search = Search(modules, spaces, self._settings.seed, self._settings.cost_model)
            self._defaults(search)
            self._started = self.state.trials
            left = self._settings.trials - self._started
            if left <= 0:
                return
            weights = [k.task.weight for k in kernels]
            try:
                search.run(
                    left,
                    self._settings.batch,
                    weights,
                    build=self._guarded(self._build),
                    run=self._guarded(self._start_all),
                    measured=self._guarded(
                        lambda i, schedule, cycles: self._store.add(
                            search, i, schedule, kernels[i].task.key, cycles
                        )
                    ),
                )
            except Exception as err:
                raise (self._failure or err) from err

    def _references(self) -> None:
        """What the plain kernels give."""
        kernels = list(self.state.kernels.values())
        for kernel, outcome in zip(
            kernels, self._measure([(k, _REFERENCE) for k in kernels]), strict=True
        ):
            if outcome.error:
                del self.state.kernels[kernel.task.key]  # too large for the runner
            kernel.digest = outcome.digest
            if self._settings.runner == "simulator":
                kernel.half_words = _PATIENCE * (outcome.cycles or 0) + _SPARE_HALF_WORDS

    def _defaults(self, search: Any) -> None:
        """The rules' own choices, heavy layers first if there are more than trials."""
        kernels = list(self.state.kernels.values())[: self._settings.trials]
        outcomes = self._measure([(k, k.space.default) for k in kernels])
        for index, (kernel, outcome) in enumerate(zip(kernels, outcomes, strict=True)):
            if outcome.error == _WRONG:
                where = f"layer '{kernel.task.name}'"
                problem = Problem(str(kernel.space.default), where=where, do="please report this")
                raise MismatchError("a rule's kernel differs from the plain one", (problem,))
            kernel.default_cycles = outcome.cycles
            self._count(kernel, kernel.space.default, outcome)
            if outcome.cycles is not None:
                schedule = chosen_schedule(kernel.space, kernel.task.module, kernel.space.default)
                search.start_with(index, schedule, outcome.cycles)
                self._store.add(search, index, schedule, kernel.task.key, outcome.cycles)

    def _measure(self, pairs: Sequence[tuple[Tuned, Choice]]) -> list[Outcome]:
        """Build and run outside the search."""
        made = self._build_pairs(pairs)
        waits = [
            self._start(artifact) if artifact else (lambda e=error: Outcome(error=e))
            for artifact, error in made
        ]
        return [wait() for wait in waits]

    def _build(self, modules: Sequence[Any]) -> list[tuple[str, str]]:
        """For MetaSchedule: candidates to (artifact, error)."""
        pairs: list[tuple[Tuned, Choice]] = []
        for module in modules:
            choice, plain = choice_of(module)
            pairs.append((self.state.kernels[workload_key(plain)], choice))
        # Its last batch may be too large, and results of the one before may still be out.
        left = max(0, self._settings.trials - self._started)
        self._started += len(pairs[:left])
        made = self._build_pairs(pairs[:left])
        for (kernel, choice), (_, error) in zip(pairs, made, strict=False):
            if error:
                self._count(kernel, choice, Outcome(error=error))
        return [*made, *[("", "no trials are left")] * (len(pairs) - len(made))]

    def _build_pairs(self, pairs: Sequence[tuple[Tuned, Choice]]) -> list[tuple[str, str]]:
        jobs: list[tuple[str, Future[bytes] | None]] = []
        for kernel, choice in pairs:
            key = trial_key(kernel.task, choice, self._provenance)
            self._jobs[key] = kernel, choice
            known = self._journal.find(key)
            jobs.append((key, None if known else self._farm.build(self._job(kernel, choice))))
        return [self._built(key, work) for key, work in jobs]

    def _built(self, key: str, work: Future[bytes] | None) -> tuple[str, str]:
        """(artifact, error) when the build is done."""
        known = self._journal.find(key)
        if known or work is None:
            return (_KNOWN + key, "")
        try:
            program = self._wait(work)
        except TrialError as err:
            outcome = self._remember(key, Outcome(error=str(err)))
            return "", outcome.error
        path = Path(self._programs.name) / key
        path.write_bytes(program)
        return str(path), ""

    def _job(self, kernel: Tuned, choice: Choice) -> BuildJob:
        s = self._settings
        node, limit = kernel.task.node, kernel.half_words
        return BuildJob(node, choice, s.core, s.runner, s.compiler, s.opt, limit)

    def _start_all(self, artifacts: Sequence[str]) -> list[Callable[[], tuple[int | None, str]]]:
        """For MetaSchedule: artifacts to functions that wait for (cycles, error)."""

        def finish(key: str, wait: Callable[[], Outcome]) -> tuple[int | None, str]:
            outcome = wait()
            self._count(*self._jobs[key], outcome)
            return outcome.cycles, outcome.error

        waits = [(Path(a.removeprefix(_KNOWN)).name, self._start(a)) for a in artifacts]
        return [self._guarded(lambda k=key, w=wait: finish(k, w)) for key, wait in waits]

    def _start(self, artifact: str) -> Callable[[], Outcome]:
        """Run a program; the returned function waits for what it gives."""
        if artifact.startswith(_KNOWN):
            known = self._journal.find(artifact.removeprefix(_KNOWN)) or Outcome()
            self.state.repeated += 1
            return lambda: self._checked(artifact.removeprefix(_KNOWN), known)
        path = Path(artifact)
        work = self._farm.run(path.read_bytes())
        work.add_done_callback(lambda f: self._finished(path.name, f))
        path.unlink()
        return lambda: self._checked(path.name, self._wait(work))

    def _finished(self, key: str, work: Future[Outcome]) -> None:
        """In whatever thread: on disk at once."""
        if not work.cancelled() and work.exception() is None:
            self._remember(key, work.result())

    def _remember(self, key: str, outcome: Outcome) -> Outcome:
        kernel, choice = self._jobs[key]
        if not (outcome.error and self._stop.is_set()):  # Ctrl-C may have killed the worker
            with self._lock:
                self._journal.add(TrialLine(key, kernel.task.name, str(choice), outcome))
        return outcome

    def _checked(self, key: str, outcome: Outcome) -> Outcome:
        """An outcome with other outputs than the plain kernel's is none."""
        digest = self._jobs[key][0].digest
        if digest and outcome.digest and outcome.digest != digest:
            return Outcome(error=_WRONG)
        return outcome

    def _count(self, kernel: Tuned, choice: Choice, outcome: Outcome) -> None:
        """One more trial."""
        state = self.state
        state.trials += 1
        state.layer = kernel.task.name
        kernel.trials += 1
        kernel.failed += bool(outcome.error)
        if outcome.cycles is not None and (
            kernel.best is None or outcome.cycles < kernel.best_cycles
        ):
            kernel.best, kernel.best_cycles = choice, outcome.cycles
        known = [k for k in state.kernels.values() if k.best is not None]
        state.curve.append(round(sum(k.best_cycles * k.task.weight for k in known)))
        self._on_trial(state)

    def _wait(self, work: Future[_T]) -> _T:
        """Wait, and look whether to stop."""
        while True:
            if self._stop.is_set():
                raise StoppedError
            try:
                return work.result(timeout=_POLL_S)
            except NotYet:
                if work.done():
                    raise

    def _guarded(self, function: Callable[..., _T]) -> Callable[..., _T]:
        """Exceptions lose their type on their way through MetaSchedule: keep the first."""

        def call(*arguments: Any) -> _T:
            try:
                if self._stop.is_set():
                    raise StoppedError
                return function(*arguments)
            except BaseException as err:
                self._failure = self._failure or err
                raise

        return call

    @contextmanager
    def _interruptible(self) -> Generator[None, None, None]:
        """Ctrl-C stops at the next place where nothing is half done; twice, at once."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def stop(number: int, frame: object) -> None:
            del number, frame
            if self._stop.is_set():
                raise KeyboardInterrupt
            self._stop.set()

        before = signal.signal(signal.SIGINT, stop)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)


_WRONG = "other outputs than the plain kernel"

# SPDX-License-Identifier: Apache-2.0
"""MetaSchedule's parts, ours in its place where it lets us: the one module that imports it.

Its space generator, evolutionary search, gradient-based task scheduler, XGBoost cost model and JSON
database; our features (the decisions, as the kernels hide behind calls), builder and runner.
"""

# pyright: basic
# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false
# pyright: reportUnknownMemberType=false, reportAttributeAccessIssue=false

from __future__ import annotations

import logging
import sys
import zlib
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from tvm_tiny._tvm import Target, array, derived_object, meta_schedule
from tvm_tiny.tuning.space import ScheduleSpace, choice_of, design_spaces

ms: Any = meta_schedule()

_FEATURES = 32
_POPULATION = 64
_WARM_UP = 16
_SECONDS = 1e-6
"""A record's run_secs are microseconds of a core at one MHz: cycles."""

Build = Callable[[Sequence[Any]], Sequence[tuple[str, str]]]
"""Modules to (artifact, error) each."""

Run = Callable[[Sequence[str]], Sequence[Callable[[], tuple[int | None, str]]]]
"""Artifacts to functions that wait for (cycles, error)."""

Measured = Callable[[int, Any, int], None]
"""Called with task, candidate's schedule, cycles."""


def json_database(folder: Path) -> Any:
    """MetaSchedule's JSON database in a folder."""
    return ms.database.JSONDatabase(work_dir=str(folder))


def features(module: Any) -> Any:
    """Decisions of a candidate, float32 [1, features]: places are hashes of the names."""
    choice, _ = choice_of(module)
    row = np.zeros((1, _FEATURES), np.float32)
    row[0, _place(choice.rule)] = 1
    for name, value in choice.knobs:
        row[0, _place(f"{choice.rule}.{name}")] = 1 + value
    return row


def _place(name: str) -> int:
    return zlib.crc32(name.encode()) % _FEATURES


@derived_object
class _Features(ms.feature_extractor.PyFeatureExtractor):
    def extract_from(self, context, candidates):
        del context
        return [array(features(c.sch.mod)) for c in candidates]


@derived_object
class _Builder(ms.builder.PyBuilder):
    def __init__(self, build: Build) -> None:
        super().__init__()
        self.function = build

    def build(self, build_inputs):
        made = self.function([item.mod for item in build_inputs])
        return [ms.builder.BuilderResult(a or None, error or None) for a, error in made]


@derived_object
class _Future(ms.runner.PyRunnerFuture):
    def __init__(self, wait: Callable[[], tuple[int | None, str]]) -> None:
        super().__init__()
        self.wait = wait

    def done(self):
        return True

    def result(self):
        cycles, error = self.wait()
        seconds = None if cycles is None else [cycles * _SECONDS]
        return ms.runner.RunnerResult(seconds, error or None)


@derived_object
class _Runner(ms.runner.PyRunner):
    def __init__(self, run: Run) -> None:
        super().__init__()
        self.function = run

    def run(self, runner_inputs):
        return [_Future(w) for w in self.function([str(i.artifact_path) for i in runner_inputs])]


@derived_object
class _Collect(ms.measure_callback.PyMeasureCallback):
    def __init__(self, measured: Measured) -> None:
        super().__init__()
        self.measured = measured

    def apply(self, scheduler, task_id, measure_candidates, builder_results, runner_results):
        del scheduler, builder_results
        for candidate, result in zip(measure_candidates, runner_results, strict=True):
            if result.run_secs:
                cycles = round(float(result.run_secs[0]) / _SECONDS)
                self.measured(int(task_id), candidate.sch, cycles)


def _arguments(module: Any) -> Any:
    return ms.arg_info.ArgInfo.from_prim_func(module["main"])


class Search:
    """MetaSchedule over the row kernels of a model."""

    def __init__(
        self, modules: Sequence[Any], spaces: Sequence[ScheduleSpace], seed: int, cost_model: str
    ) -> None:
        """Prepare.

        Args:
            modules: workloads.
            spaces: what can be chosen for each.
            seed: the same gives the same search.
            cost_model: ``xgb`` or ``random``.
        """
        self.target = Target("c")
        self.database = ms.database.MemoryDatabase()
        self.modules, self.seed = modules, seed
        logger = logging.getLogger("tvm_tiny.tuning.search")
        with _without_intrinsics():
            self.tasks = self._contexts(spaces, logger)
        self.cost_model = _cost_model(cost_model)

    def _contexts(self, spaces: Sequence[ScheduleSpace], logger: logging.Logger) -> list[Any]:
        return [
            ms.TuneContext(
                module,
                target=self.target,
                space_generator=ms.space_generator.ScheduleFn(
                    design_spaces(space), sch_rules=[], postprocs=[], mutator_probs={}
                ),
                search_strategy=ms.search_strategy.EvolutionarySearch(
                    population_size=_POPULATION, init_min_unmeasured=1, genetic_num_iters=1
                ),
                task_name=f"kernel{index}",
                logger=logger,
                rand_state=1 + (self.seed * 1009 + index) % (2**31 - 2),
                num_threads=1,  # with more, which thread mutates what depends on their speed
            )
            for index, (module, space) in enumerate(zip(self.modules, spaces, strict=True))
        ]

    def start_with(self, index: int, schedule: Any, cycles: int) -> None:
        """Tell of a candidate that was measured before the search."""
        candidate = ms.search_strategy.MeasureCandidate(schedule, _arguments(self.modules[index]))
        result = ms.runner.RunnerResult([cycles * _SECONDS], None)
        self.cost_model.update(self.tasks[index], [candidate], [result])
        self.database.commit_tuning_record(self.record(index, schedule, cycles, self.database))

    def record(self, index: int, schedule: Any, cycles: int, database: Any) -> Any:
        """A tuning record for a database."""
        return ms.database.TuningRecord(
            schedule.trace,
            database.commit_workload(self.modules[index]),
            [cycles * _SECONDS],
            self.target,
            _arguments(self.modules[index]),
        )

    def run(
        self,
        trials: int,
        batch: int,
        weights: Sequence[float],
        *,
        build: Build,
        run: Run,
        measured: Measured,
    ) -> None:
        """Search until the trials are used up or nothing new is found."""
        state = np.random.get_state()
        np.random.seed(self.seed % 2**32)  # the cost model draws from there while it warms up
        try:
            ms.task_scheduler.GradientBased(seed=1 + self.seed % (2**31 - 2)).tune(
                self.tasks,
                list(weights),
                max_trials_global=trials,
                max_trials_per_task=trials,
                num_trials_per_iter=batch,
                builder=_Builder(build),
                runner=_Runner(run),
                measure_callbacks=[
                    ms.measure_callback.AddToDatabase(),
                    ms.measure_callback.UpdateCostModel(),
                    _Collect(measured),
                ],
                database=self.database,
                cost_model=self.cost_model,
            )
        finally:
            np.random.set_state(state)


@contextmanager
def _without_intrinsics() -> Generator[None, None, None]:
    """Keep ``TuneContext`` from importing the tensor intrinsics of GPUs and other processors.

    Parsing those takes half a minute, and nothing here uses them.
    """
    name = "tvm.s_tir.tensor_intrin"
    absent = name not in sys.modules
    if absent:
        sys.modules[name] = ModuleType(name)
    try:
        yield
    finally:
        if absent:
            del sys.modules[name]


def _cost_model(kind: str) -> Any:
    if kind == "random":
        state = np.random.get_state()  # its constructor sets the seed for everybody
        try:
            return ms.cost_model.RandomModel(seed=0)
        finally:
            np.random.set_state(state)
    return ms.cost_model.XGBModel(
        extractor=_Features(), num_warmup_samples=_WARM_UP, num_tuning_cores=1, verbose_eval=0
    )


__all__ = ["Search", "features", "json_database"]

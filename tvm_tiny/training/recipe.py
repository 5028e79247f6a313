# SPDX-License-Identifier: Apache-2.0
"""Redistribute the receptive field, fine-tune, quantise, build, measure: one call.

Ref: Lin et al. 2021, MCUNetV2 (arXiv 2110.15352), section on receptive field redistribution.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny.artifact import Artifact
from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.files.writing import write_file
from tvm_tiny.passes.receptive_field import redistribute
from tvm_tiny.quantise.quantise import Method, Quantised, quantize
from tvm_tiny.training.data import Dataset, read_dataset
from tvm_tiny.training.distil import FineTuning, finetune, predict
from tvm_tiny.training.module import OnnxModule, export, load
from tvm_tiny.training.report import Accuracies, BuildFigures, Change, RecipeReport

Array = npt.NDArray[Any]
Build = Callable[[Any], Artifact]
Progress = Callable[[str, int, int], None]
"""Called with (what is being done, steps done, steps in all)."""
CHECKPOINT = "checkpoint.npz"


@dataclass(frozen=True)
class RecipePlan:
    """What the recipe is to do.

    Attributes:
        stage, budget: of ``redistribute``.
        settings: of fine-tuning.
        method, calibration_samples: of ``quantize``.
        simulator_samples: test samples whose outputs on the simulator are compared with the host's.
        test_samples: at most so many test samples, the first ones; None: all.
    """

    stage: int | str | None = None
    budget: float = 0.25
    settings: FineTuning = field(default_factory=FineTuning)
    method: Method = "minmax"
    calibration_samples: int = 200
    simulator_samples: int = 10
    test_samples: int | None = None

    def check(self) -> None:
        """Raise UsageError TT6402 for what cannot be; ``quantize`` checks its own options."""
        self.settings.check()
        counts = {"simulator_samples": self.simulator_samples, "test_samples": self.test_samples}
        problems = [
            Problem(f"{name}={count}", do=f"{least} or more")
            for (name, count), least in zip(counts.items(), (0, 1), strict=True)
            if count is not None and count < least
        ]
        if problems:
            raise UsageError("cannot measure like that", tuple(problems), code="TT6402")


@dataclass(frozen=True, eq=False)
class RecipeOutcome:
    """What came out.

    Attributes:
        report: all figures.
        model: tuned float ``onnx.ModelProto``.
        quantised: the same in int8.
        artifact: its build.
        summary: what redistribution bought, before anything was trained.
    """

    report: RecipeReport
    model: Any
    quantised: Quantised
    artifact: Artifact
    summary: Any

    def save(self, folder: Path) -> None:
        """Write ``float.onnx``, ``int8.onnx``, ``redistribution.json`` and ``project/``."""
        self.artifact.save(folder / "project")
        write_file(folder / "float.onnx", self.model.SerializeToString(deterministic=True))
        self.quantised.save(folder / "int8.onnx")
        write_file(folder / "redistribution.json", self.report.to_json())


def run(
    model: Any,
    data: str | Path | Mapping[str, npt.ArrayLike],
    build: Build,
    plan: RecipePlan,
    *,
    shapes: Mapping[str, tuple[int, ...]] | None = None,
    folder: Path | None = None,
    resume: bool = False,
    progress: Progress | None = None,
) -> RecipeOutcome:
    """Run the recipe.

    Args:
        model: float model: path or bytes of ONNX or TFLite, or a ModelProto.
        data: see ``tvm_tiny.training.data``.
        build: compiles a QDQ ONNX model.
        plan: what to do.
        shapes: static shapes by input name, where the model leaves dimensions open.
        folder: where the state after every epoch is kept until all is done; None: nowhere.
        resume: continue from there.
        progress: called as it goes on.

    Raises:
        ModelError, UnsupportedError: the model cannot be read, redistributed or trained.
        UsageError: the data does not fit; settings; a checkpoint of another run.
        ToolchainError: a package is missing.
    """
    plan.check()
    kept = folder / CHECKPOINT if folder else None
    if kept and kept.exists() and not resume:
        problem = Problem("it was interrupted", str(kept), do="--resume it, or remove the file")
        raise UsageError("there is an unfinished run in this folder", (problem,), "TT6403")
    moved = redistribute(model, stage=plan.stage, budget=plan.budget, shapes=shapes)
    teacher, student = load(moved.original), load(moved.model)
    dataset = read_dataset(data, student.model)
    judge = _Judge(teacher, dataset, plan)
    original, untuned = judge.score(teacher), judge.score(student)

    def trained(done: int, total: int, loss: float) -> None:
        if progress:
            progress(f"fine-tuning, loss {loss:.4f}", done, total)

    losses = finetune(
        student, teacher, dataset, plan.settings, checkpoint=kept, resume=resume, progress=trained
    )
    tuned = export(student)
    notify = progress or _silent
    before, _ = _quantised(moved.original, dataset, build, plan)
    after, quantised = _quantised(tuned, dataset, build, plan)
    accuracies = judge.judge(original, untuned, judge.score(student), before, after, notify)
    source = moved.original.SerializeToString(deterministic=True)
    report = RecipeReport(
        model=student.model.name,
        model_sha256=hashlib.sha256(source).hexdigest(),
        data_sha256=dataset.digest(),
        target=after.options.target,
        settings={**asdict(plan), "optimize": after.options.optimize},
        changes=[Change(c.layer, list(c.before), list(c.after)) for c in moved.changes],
        redistribution=moved.summary.to_dict(),
        losses=losses,
        accuracies=accuracies,
        before=_figures(before),
        after=_figures(after),
        snr_db=quantised.comparison.snr_db,
    )
    return RecipeOutcome(report, tuned, quantised, after, moved.summary)


class _Judge:
    """Counts right answers on the test samples."""

    def __init__(self, teacher: OnnxModule, data: Dataset, plan: RecipePlan) -> None:
        self._plan = plan
        self._data = "test" if data.x_test is not None else "train"
        x = data.x_train if data.x_test is None else data.x_test
        y = data.y_train if data.x_test is None else data.y_test
        self._x = x[: plan.test_samples]
        self._metric = "agreement" if y is None else "accuracy"
        labels = predict(teacher, self._x, plan.settings.threads).argmax(1) if y is None else y
        self._labels = labels[: plan.test_samples]

    def score(self, module: OnnxModule) -> float:
        """Of a float model."""
        scores = predict(module, self._x, self._plan.settings.threads)
        return self._share(scores)

    def judge(
        self,
        original: float,
        untuned: float,
        tuned: float,
        before: Artifact,
        after: Artifact,
        progress: Progress,
    ) -> Accuracies:
        """All figures; runs the builds."""
        old = self._share(_scores(before, self._x, "host", progress))
        ours = _scores(after, self._x, "host", progress)
        part = self._x[: self._plan.simulator_samples]
        there = _scores(after, part, "simulator", progress) if len(part) else ours[:0]
        same = int((there == ours[: len(there)]).all(axis=1).sum())
        return Accuracies(
            metric=self._metric,
            data=self._data,
            samples=len(self._x),
            original=original,
            redistributed=untuned,
            tuned=tuned,
            original_int8=old,
            tuned_int8=self._share(ours),
            simulator_samples=len(part),
            simulator_same=same,
        )

    def _share(self, scores: Array) -> float:
        return float((scores.argmax(1) == self._labels).mean())


def _scores(artifact: Artifact, x: Array, on: str, progress: Progress) -> Array:
    """Outputs [n, classes] of a build."""

    def ran(done: int, total: int) -> None:
        progress(f"int8 on the {on}", done, total)

    inputs = np.ascontiguousarray(x, np.float32)
    return artifact.run(inputs, on, progress=ran).output.reshape(len(x), -1)


def _quantised(
    model: Any, data: Dataset, build: Build, plan: RecipePlan
) -> tuple[Artifact, Quantised]:
    made = quantize(model, data.x_train, method=plan.method, samples=plan.calibration_samples)
    return build(made.model), made


def _figures(artifact: Artifact) -> BuildFigures:
    report = artifact.report
    return BuildFigures(
        arena_bytes=report.memory.arena_bytes,
        stack_bytes=report.memory.stack_bytes,
        weights_bytes=report.flash.weights_bytes,
        macs=report.macs,
        macs_executed=report.macs_executed,
        cycles=report.cycles.modelled if report.cycles else None,
        io_bytes=report.memory.io_bytes,
    )


def _silent(what: str, done: int, total: int) -> None:
    del what, done, total

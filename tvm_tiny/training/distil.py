# SPDX-License-Identifier: Apache-2.0
"""Fine-tuning with distillation: a student learns what its teacher says, and the labels.

Loss of Hinton et al. 2015 (arXiv 1503.02531): cross entropy with the labels, and the divergence of
student from teacher at a temperature, times its square; where asked for, the distance of the
features in front of the scores (Romero et al. 2015, FitNets). Models that give no scores learn the
teacher's outputs. Steps are Adam's (Kingma and Ba 2015), each tensor's as a share of its own size
(as in Adafactor, Shazeer and Stern 2018): folded networks have weights of very different sizes.

A run is a function of model, data and settings: every epoch draws from its own seed.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.frontends.onnx.floats import FloatModel
from tvm_tiny.training._torch import F, Tensor, deterministic, torch
from tvm_tiny.training.checkpoint import Checkpoint
from tvm_tiny.training.data import Augmentation, Dataset, batches, image_axes
from tvm_tiny.training.module import OnnxModule

Array = npt.NDArray[Any]
Progress = Callable[[int, int, float], None]
"""Called with (steps done, steps in all, mean loss of the epoch so far)."""
_WARM_UP: Final = 0.05
_SMALLEST: Final = 1e-3
"""Least size that a tensor of weights counts as."""
_EVALUATED_AT_ONCE: Final = 200


@dataclass(frozen=True)
class FineTuning:
    """How to fine-tune.

    Attributes:
        epochs: passes over the training data.
        lr: greatest step of a weight, as a share of its tensor's root mean square.
        batch: samples a step.
        seed: of order and augmentation.
        temperature: of the soft labels.
        soft: share of the teacher in the loss; all of it where there are no labels.
        features: weight of the distance of late features.
        flip, shift: augmentation, see ``Augmentation``.
        threads: of PyTorch; other numbers sum in another order.
    """

    epochs: int = 10
    lr: float = 2e-3
    batch: int = 64
    seed: int = 0
    temperature: float = 4.0
    soft: float = 0.7
    features: float = 0.0
    flip: bool = False
    shift: tuple[int, int] = (0, 0)
    threads: int = 1

    def check(self) -> None:
        """Raise UsageError TT6402 with every setting that cannot be."""
        bounds = {
            "epochs": (0, 10_000), "lr": (0, 1), "batch": (1, 1 << 16), "seed": (0, 1 << 32),
            "temperature": (0.1, 1000), "soft": (0, 1), "features": (0, 1000), "threads": (1, 256),
        }  # fmt: skip
        problems = [
            Problem(f"{name}={getattr(self, name):g}", do=f"{low:g} to {high:g}")
            for name, (low, high) in bounds.items()
            if not low <= getattr(self, name) <= high
        ]
        if len(self.shift) != 2 or not all(0 <= s < 1 << 16 for s in self.shift):
            problems.append(Problem(f"shift={self.shift}", do="two numbers of pixels"))
        if problems:
            raise UsageError("cannot train like that", tuple(problems), code="TT6402")


@dataclass(frozen=True)
class Heads:
    """Tensors that the loss reads.

    Attributes:
        scores: before the last Softmax, or the output.
        classes: the output is a distribution over classes.
        features: the operand of the layer that makes the scores, "" if there is none.
    """

    scores: str
    classes: bool
    features: str


def heads(model: FloatModel) -> Heads:
    """Find the tensors that the loss reads."""
    (output,) = model.graph.outputs
    made = model.graph.producers
    last = made.get(output)
    classes = last is not None and last.op == "Softmax"
    scores = last.input(0) if last is not None and classes else output
    layer = made.get(scores)
    while layer is not None and layer.op in ("Add", "Reshape", "Flatten", "Squeeze"):
        layer = made.get(layer.input(0))
    known = layer is not None and layer.op in ("Gemm", "MatMul", "Conv")
    return Heads(scores, classes, layer.input(0) if layer is not None and known else "")


def finetune(
    student: OnnxModule,
    teacher: OnnxModule,
    data: Dataset,
    settings: FineTuning,
    *,
    checkpoint: Path | None = None,
    resume: bool = False,
    progress: Progress | None = None,
) -> list[float]:
    """Train the student's weights in place.

    Args:
        student: what learns.
        teacher: same input and output.
        data: with ``y_train`` the labels count too.
        settings: how.
        checkpoint: file that holds the state after every epoch; None: none is kept.
        resume: continue from it if it is there.
        progress: called after every step.

    Returns:
        Mean loss of every epoch.

    Raises:
        UsageError: TT6402 settings, TT6403 a checkpoint of another run.
    """
    settings.check()
    run = _Run(student, teacher, data, settings)
    history: list[float] = []
    state = Checkpoint(checkpoint, run.identity()) if checkpoint else None
    if state and resume:
        history = state.load(student, run.optimiser)
    for epoch in range(len(history), settings.epochs):
        history.append(run.epoch(epoch, progress))
        if state:
            state.save(student, run.optimiser, history)
    student.eval()
    return history


class _Run:
    def __init__(
        self, student: OnnxModule, teacher: OnnxModule, data: Dataset, settings: FineTuning
    ) -> None:
        deterministic(settings.threads)
        self._student, self._teacher = student, teacher
        self._data, self._settings = data, settings
        self._heads = heads(student.model), heads(teacher.model)
        self._augmentation = Augmentation(settings.flip, settings.shift)
        changed = settings.flip or any(settings.shift)
        self._axes = image_axes(student.model) if changed else None
        groups: list[dict[str, Any]] = []
        for parameter in student.parameters():
            size = float(parameter.detach().square().mean().sqrt())
            groups.append({"params": [parameter], "size": max(size, _SMALLEST)})
        self.optimiser: Any = torch.optim.Adam(groups, lr=settings.lr)
        self._steps = sum(1 for _ in batches(len(data.x_train), settings.batch, _generator(0, 0)))

    def identity(self) -> dict[str, Any]:
        """What a checkpoint has to be of."""
        settings = {k: getattr(self._settings, k) for k in FineTuning.__dataclass_fields__}
        sources = [m.model.source.SerializeToString() for m in (self._student, self._teacher)]
        return {
            "settings": {**settings, "shift": list(self._settings.shift)},
            "models": [hashlib.sha256(source).hexdigest() for source in sources],
            "data": self._data.digest(),
        }

    def epoch(self, number: int, progress: Progress | None) -> float:
        """Train on every sample once; the mean loss."""
        self._student.train()
        rng = _generator(self._settings.seed, number)
        total = 0.0
        picked = batches(len(self._data.x_train), self._settings.batch, rng)
        for step, chosen in enumerate(picked):
            done = number * self._steps + step
            self._set_rate(done)
            total += self._step(chosen, rng)
            if progress:
                progress(done + 1, self._steps * self._settings.epochs, total / (step + 1))
        return total / self._steps

    def _set_rate(self, step: int) -> None:
        """A short rise, then half a cosine down to nothing."""
        share = step / (self._steps * self._settings.epochs)
        factor = min(1.0, (share + 1e-3) / _WARM_UP) * 0.5 * (1 + math.cos(math.pi * share))
        for group in self.optimiser.param_groups:
            group["lr"] = self._settings.lr * factor * group["size"]

    def _step(self, chosen: Array, rng: np.random.Generator) -> float:
        x = self._data.x_train[chosen]
        if self._axes:
            x = self._augmentation.apply(x, self._axes, rng)
        batch = torch.from_numpy(np.ascontiguousarray(x, np.float32))
        labels = self._data.y_train
        y = None if labels is None else torch.from_numpy(labels[chosen])
        loss = self._loss(batch, y)
        self.optimiser.zero_grad()
        loss.backward()
        self.optimiser.step()
        return float(loss.detach())

    def _loss(self, x: Tensor, y: Tensor | None) -> Tensor:
        ours, theirs = self._heads
        matched = bool(self._settings.features and ours.features and theirs.features)
        wanted = [h.scores for h in self._heads], [h.features for h in self._heads]
        names = [[s, f] if matched else [s] for s, f in zip(*wanted, strict=True)]
        with torch.no_grad():
            taught = self._teacher.eval().tensors([x], names[1])
        made = self._student.tensors([x], names[0])
        loss = self._score_loss(made[ours.scores], taught[theirs.scores], y)
        if matched:
            want = taught[theirs.features]
            apart = (made[ours.features] - want).square().mean() / (want.var(correction=0) + 1e-6)
            loss = loss + self._settings.features * apart
        return loss

    def _score_loss(self, made: Tensor, taught: Tensor, y: Tensor | None) -> Tensor:
        if not self._heads[0].classes and y is None:
            return (made - taught).square().mean() / (taught.var(correction=0) + 1e-6)
        made, taught = (s.reshape(s.shape[0], -1) for s in (made, taught))
        warm = self._settings.temperature
        soft = F.kl_div(
            F.log_softmax(made / warm, 1),
            F.log_softmax(taught / warm, 1),
            reduction="batchmean",
            log_target=True,
        )
        soft = soft * warm**2
        if y is None:
            return soft
        share = self._settings.soft
        return share * soft + (1 - share) * F.cross_entropy(made, y)


def predict(module: OnnxModule, x: Array, threads: int = 1) -> Array:
    """Outputs [n, classes] float32 of samples [n, ...]."""
    deterministic(threads)
    module.eval()
    parts: list[Array] = []
    with torch.no_grad():
        for begin in range(0, len(x), _EVALUATED_AT_ONCE):
            part = np.ascontiguousarray(x[begin : begin + _EVALUATED_AT_ONCE], np.float32)
            parts.append(module(torch.from_numpy(part)).numpy().reshape(len(part), -1))
    return np.concatenate(parts)


def _generator(seed: int, epoch: int) -> np.random.Generator:
    return np.random.default_rng([seed, epoch])

# SPDX-License-Identifier: Apache-2.0
"""Figures of labelled outputs: top-k, confusion, mean absolute error, area under the ROC curve.

AUC is Mann and Whitney's statistic: the share of (normal, anomalous) pairs in the right order, ties
counting half. Ties in scores of classes go to the lower class, as in the generated C of ARG_MAX.
"""

from __future__ import annotations

from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.report.results import PlaceScores, WorstSample

Array = npt.NDArray[Any]
Task = Literal["classes", "values", "anomaly"]
_WORST: Final = 10
_MOST_CLASSES: Final = 200
"""Classes up to which a confusion matrix is made."""
_FIVE: Final = 5


def task_of(outputs: Array, labels: Array, inputs: Array) -> Task:
    """What the labels mean.

    Args:
        outputs: of the samples, [samples, ...].
        labels: [samples], or [samples, ...] as the outputs.
        inputs: [samples, ...]: a model that makes its input again finds anomalies.

    Raises:
        UsageError: TT6072, the labels fit nothing that the outputs can be.
    """
    count, size = len(outputs), int(np.prod(outputs.shape[1:]))
    flat = labels.reshape(len(labels), -1) if labels.ndim > 1 else labels
    if len(labels) != count:
        raise _wrong(f"{len(labels)} labels of {count} samples")
    if flat.ndim > 1 and flat.shape[1] == size and size > 1:
        return "values"
    if flat.size != count:
        raise _wrong(f"labels {labels.shape} of outputs {outputs.shape}")
    whole = labels.dtype.kind in "iub" or bool(np.all(labels == np.rint(labels)))
    binary = whole and set(np.unique(labels).tolist()) <= {0, 1}
    if size == 1:
        return "anomaly" if binary else "values"
    if binary and size == int(np.prod(inputs.shape[1:])):
        return "anomaly"
    if whole and int(labels.min()) >= 0 and int(labels.max()) < size:
        return "classes"
    raise _wrong(
        f"labels {labels.min():g} to {labels.max():g} of outputs {outputs.shape[1:]}",
        "give a class a sample (0 to outputs - 1), targets of the output's shape, or 0 and 1",
    )


def scores_of(place: str, task: Task, outputs: Array, labels: Array, inputs: Array) -> PlaceScores:
    """Figures of one place.

    Args:
        place: its name.
        task: see ``task_of``.
        outputs: real numbers, [samples, ...].
        labels: see ``task_of``.
        inputs: real numbers, [samples, ...].
    """
    if task == "classes":
        return _classes(place, outputs.reshape(len(outputs), -1), labels.reshape(-1).astype(int))
    if task == "values":
        return _values(place, outputs.reshape(len(outputs), -1), labels.reshape(len(labels), -1))
    return _anomaly(place, outputs, labels.reshape(-1).astype(int), inputs)


def auc(scores: Array, labels: Array) -> float | None:
    """Area under the ROC curve; None if there is one kind only."""
    positive, negative = scores[labels == 1], scores[labels == 0]
    if not len(positive) or not len(negative):
        return None
    order = np.sort(negative)
    below = np.searchsorted(order, positive, "left")
    upto = np.searchsorted(order, positive, "right")
    return float((below + upto).sum() / 2 / (len(positive) * len(negative)))


def _classes(place: str, outputs: Array, labels: Array) -> PlaceScores:
    count, classes = outputs.shape
    order = np.argsort(-outputs, axis=1, kind="stable")
    best = order[:, 0]
    hits = order == labels[:, None]
    loss = outputs[np.arange(count), best] - outputs[np.arange(count), labels]
    confusion = np.zeros((classes, classes), np.int64)
    np.add.at(confusion, (labels, best), 1)
    return PlaceScores(
        place,
        count,
        top1=float(hits[:, 0].mean()),
        top5=float(hits[:, :_FIVE].any(axis=1).mean()) if classes > _FIVE else None,
        confusion=confusion.tolist() if classes <= _MOST_CLASSES else [],
        worst=_worst(labels, best, loss),
    )


def _values(place: str, outputs: Array, labels: Array) -> PlaceScores:
    error = np.abs(outputs - labels).mean(axis=1)
    worst = _worst(labels[:, 0], outputs[:, 0], error)
    return PlaceScores(place, len(outputs), mae=float(error.mean()), worst=worst)


def _anomaly(place: str, outputs: Array, labels: Array, inputs: Array) -> PlaceScores:
    """The score is the output, or the mean square of what the model failed to make again."""
    flat = outputs.reshape(len(outputs), -1)
    if flat.shape[1] == 1:
        scores = flat[:, 0]
    else:
        scores = np.square(flat - inputs.reshape(flat.shape)).mean(axis=1)
    # Worst: anomalies that score low, normal samples that score high.
    middle = float(np.median(scores))
    loss = np.where(labels == 1, middle - scores, scores - middle)
    return PlaceScores(place, len(flat), auc=auc(scores, labels),
                       worst=_worst(labels, scores, loss))  # fmt: skip


def _worst(labels: Array, got: Array, loss: Array) -> list[WorstSample]:
    order = np.argsort(-loss, kind="stable")[:_WORST]
    return [
        WorstSample(int(i), float(labels[i]), float(got[i]), float(loss[i]))
        for i in order
        if loss[i] > 0
    ]


def _wrong(what: str, do: str = "") -> UsageError:
    return UsageError("the labels do not fit the model", (Problem(what, do=do),), "TT6072")

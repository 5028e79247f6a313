# SPDX-License-Identifier: Apache-2.0
"""What validating, measuring accuracy and planning found: parts of ``report.json``, if done."""

from __future__ import annotations

from importlib import import_module

import msgspec


class PlanPoint(msgspec.Struct, frozen=True):
    """A memory plan worth choosing from; cycles are estimated.

    ``slower``: share of cycles more than layer by layer. ``proof``: for what it is minimal.
    """

    arena_bytes: int
    extra_macs: int
    cycles_estimated: int
    slower: float
    proof: str
    segments_streamed: int = 0
    row_calls: int = 0


class Difference(msgspec.Struct, frozen=True):
    """A tensor against the reference's, over all samples, in steps (float: absolute)."""

    layer: str
    tensor: str
    elements: int
    different: int
    largest: float
    mean: float


class ValidationInfo(msgspec.Struct, frozen=True):
    """A comparison with the reference, layer by layer."""

    reference: str
    on: str
    samples: int
    bit_exact: bool
    passed: bool
    tolerance_steps: int
    tensors: list[Difference]


class WorstSample(msgspec.Struct, frozen=True):
    """A sample that went most wrong.

    Of classes ``loss`` is the highest score minus the label's, in the output's own unit; else the
    absolute error, or the score of an anomaly.
    """

    sample: int
    label: float
    got: float
    loss: float


class PlaceScores(msgspec.Struct, frozen=True):
    """What one place made of the labelled samples; None where a figure does not apply.

    ``confusion``: a row a label, a column a class that was predicted. ``agrees``: share of samples
    whose outputs are equal, bit by bit, to the int8 reference's (None: not compared).
    """

    place: str
    samples: int
    top1: float | None = None
    top5: float | None = None
    mae: float | None = None
    auc: float | None = None
    confusion: list[list[int]] = []
    worst: list[WorstSample] = []
    agrees: float | None = None


class Accuracy(msgspec.Struct, frozen=True):
    """Labelled samples in several places, side by side.

    ``task``: ``classes``, ``values`` (regression: ``mae``) or ``anomaly`` (``auc``).
    """

    task: str
    samples: int
    names: list[str]
    places: list[PlaceScores]

    def __repr__(self) -> str:
        """One line with a figure a place."""
        return f"Accuracy({self.task}, {self.samples} samples: {'; '.join(self.lines())})"

    def _repr_html_(self) -> str:
        return str(import_module("tvm_tiny.report.page").accuracy_html(self))

    def lines(self) -> list[str]:
        """A place and its figures each."""
        out: list[str] = []
        for p in self.places:
            figures = [
                f"{what} {value:{form}}"
                for what, value, form in (
                    ("top-1", p.top1, ".1%"),
                    ("top-5", p.top5, ".1%"),
                    ("MAE", p.mae, ".4g"),
                    ("AUC", p.auc, ".4f"),
                )
                if value is not None
            ]
            out.append(f"{p.place} {', '.join(figures)}")
        return out

    def of(self, place: str) -> PlaceScores:
        """The scores of a place; KeyError if it was not asked for."""
        found = next((p for p in self.places if p.place == place), None)
        if found is None:
            raise KeyError(place)
        return found


class TrainingInfo(msgspec.Struct, frozen=True):
    """A step of a model that learns.

    ``arena``: bytes by kind: weights, biases, velocities, state, saved results, masks, and what
    passes. ``macs``, ``cycles`` (modelled; none without a simulator): of the parts forward,
    backward and update. ``learned_bytes``: of an export. ``stack_bytes``: of a step.
    """

    scheme: dict[str, float]
    arena: dict[str, int]
    macs: dict[str, int]
    cycles: dict[str, int] | None
    learned_bytes: int
    stack_bytes: int | None


class LayerCost(msgspec.Struct, frozen=True):
    """A layer's result in int8 against the float model's.

    ``snr_db``: energy of the float values over that of the difference. ``added``: noise over signal
    that this layer adds to that of its noisiest input; ``share``: of what all layers add.
    ``saturated``: share of values at an end of the range (not where that stands for 0).
    """

    index: int
    layer: str
    op: str
    snr_db: float
    added: float
    share: float
    saturated: float

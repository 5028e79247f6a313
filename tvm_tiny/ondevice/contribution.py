# SPDX-License-Identifier: Apache-2.0
"""Which layers to train, by what each of them contributes.

The choice is that of MCUNetV3 (Lin et al. 2022, section 3.2: contribution of each layer trained
alone) with the integers of the device in the place of a simulation: every candidate is the
generated C, run on this computer, and its memory is the planner's own.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny.errors import DoesNotFitError, Problem, UnsupportedError, UsageError
from tvm_tiny.ondevice.artifact import TrainingArtifact

_log = logging.getLogger(__name__)
Array = npt.NDArray[Any]
Build = Callable[[dict[str, float], bool], TrainingArtifact]
"""Builds a scheme: shares by layer; within the limit, or whatever it needs."""
FEWEST = 12
"""Samples to choose by."""
_SHARES = (1, 0.5, 0.25, 0)


@dataclass(frozen=True)
class Contribution:
    """What training one layer alone does.

    Attributes:
        layer: its name in the model.
        gain: share of held-out samples that is right after one pass, less that before.
        bytes_added: of the arena, against training the last layer alone.
    """

    layer: str
    gain: float
    bytes_added: int


def contributions(
    build: Build, layers: Sequence[str], x: Array, y: Array
) -> tuple[Contribution, ...]:
    """Train each layer alone (and the last one) on two thirds of the samples, try the others.

    Layers that nothing can be trained behind are left out.
    """
    last, cut = layers[-1], max(1, 2 * len(x) // 3)
    base = build({last: 1}, False)
    before = accuracy(base, x[cut:], y[cut:])
    out: list[Contribution] = []
    for layer in layers:
        try:
            art = build({layer: 1, last: 1}, False)
        except UnsupportedError:
            continue
        art.train(x[:cut], y[:cut])
        gain = accuracy(art, x[cut:], y[cut:]) - before
        more = art.memory.arena_bytes - base.memory.arena_bytes
        out.append(Contribution(layer, gain, more))
        _log.info("%s: gain %.3f for %d bytes", layer, gain, more)
    return tuple(out)


def choose(build: Build, layers: Sequence[str], data: tuple[Any, Any]) -> TrainingArtifact:
    """Train what contributes most for its bytes within a limit: greedy, richest share first.

    Args:
        build: builds a scheme, and raises DoesNotFitError where it misses the limit.
        layers: names of the layers with weights, in order.
        data: samples and classes, of what is to be learned.

    Raises:
        DoesNotFitError: not even the last layer fits.
        UsageError: TT6074, too few samples.
    """
    x, y = (np.asarray(a) for a in data)
    if len(x) < FEWEST or len(x) != len(y):
        problem = Problem(f"{len(x)} samples, {len(y)} labels", do=f"give at least {FEWEST}")
        raise UsageError("a scheme cannot be chosen", (problem,), "TT6074")
    chosen: dict[str, float] = {layers[-1]: 1}
    best = build(chosen, True)
    found = contributions(build, layers, x, y)
    alone = next((c.gain for c in found if c.layer == layers[-1]), 0.0)
    worth = [c for c in found if c.layer != layers[-1] and c.gain > alone]
    for one in sorted(worth, key=lambda c: (c.gain - alone) / max(1, c.bytes_added), reverse=True):
        for share in _SHARES:
            wanted = {**chosen, one.layer: share}
            try:
                best = build(wanted, True)
            except (DoesNotFitError, UsageError):
                continue
            chosen = wanted
            break
    return best


def accuracy(artifact: TrainingArtifact, x: Array, y: Array) -> float:
    """Share of samples that is right with what was learned."""
    out = artifact.run(x).output.reshape(len(x), -1)
    return float((out.argmax(axis=1) == y.reshape(-1)).mean())

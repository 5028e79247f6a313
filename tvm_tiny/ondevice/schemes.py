# SPDX-License-Identifier: Apache-2.0
"""Which layers to train: what schemes cost, and the choice by what layers contribute."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

from tvm_tiny.errors import UnsupportedError
from tvm_tiny.frontends.loader import LoadedModel
from tvm_tiny.frontends.loader import load as load_model
from tvm_tiny.ondevice.artifact import TrainingArtifact
from tvm_tiny.ondevice.build import build_training, integer_graph
from tvm_tiny.passes.backward.scheme import Scheme, weighted_layers

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class SchemeCost:
    """What training by a scheme costs.

    Attributes:
        name: of the scheme, as a user would write it.
        scheme: for ``build_training``.
        arena_bytes: of both parts.
        by_kind: the same by kind, see ``TrainingMemory.by_kind``.
        macs_forward, macs_backward, macs_update: multiply-accumulates of a step.
        why_not: why it cannot be trained; "" if it can.
    """

    name: str
    scheme: Scheme
    arena_bytes: int = 0
    by_kind: Mapping[str, int] | None = None
    macs_forward: int = 0
    macs_backward: int = 0
    macs_update: int = 0
    why_not: str = ""


def schemes_of(loaded: LoadedModel) -> Iterator[tuple[str, Scheme]]:
    """Schemes from cheap to rich: last, biases and whole layers of the last 2, 4, 8, .., full."""
    layers = weighted_layers(integer_graph(loaded))
    yield "last", "last"
    count = 2
    while count < len(layers):
        yield f"bias:{count}", f"bias:{count}"
        yield f"last {count} layers", {n.layer: 1 for n in layers[-count:]}
        count *= 2
    yield "full", "full"


def plan_training(mod: Any, target: str = "cortex-m7", **options: Any) -> tuple[SchemeCost, ...]:
    """What schemes cost, from the least arena to the largest; those that cannot be trained last.

    Args:
        mod: as for ``build_training``.
        target: core name.
        options: of ``build_training``, besides ``scheme`` and ``ram``.
    """
    loaded = mod if isinstance(mod, LoadedModel) else load_model(mod)
    found: list[SchemeCost] = []
    for name, scheme in schemes_of(loaded):
        try:
            artifact = build_training(loaded, target, scheme=scheme, **options)
        except UnsupportedError as error:
            what = "; ".join(f"{p.what} {p.where}" for p in error.problems)
            found.append(SchemeCost(name, scheme, why_not=what))
            continue
        m = artifact.memory
        macs = m.macs_forward, m.macs_backward, m.macs_update
        found.append(SchemeCost(name, scheme, m.arena_bytes, m.by_kind(), *macs))
    return tuple(sorted(found, key=lambda c: (bool(c.why_not), c.arena_bytes)))


def build_chosen(
    mod: Any,
    data: tuple[Array, Array],
    target: str = "cortex-m7",
    *,
    ram: int | str | None,
    **options: Any,
) -> tuple[TrainingArtifact, dict[str, float]]:
    """``build_training(scheme="auto")``, and what it chose.

    Args:
        mod: as for ``build_training``.
        data: samples and classes, of what is to be learned.
        target: core name.
        ram: limit for all RAM of a step; None: all that contributes.
        options: of ``build_training``.

    Raises:
        DoesNotFitError: not even the last layer fits.
        UsageError: TT6074, too few samples.
    """
    art = build_training(mod, target, scheme="auto", data=data, ram=ram, **options)
    return art, art.scheme

# SPDX-License-Identifier: Apache-2.0
"""``redistribution.json``: what the recipe did and what it measured."""

from __future__ import annotations

from typing import Any

import msgspec

SCHEMA_VERSION = 1


class Accuracies(msgspec.Struct, frozen=True):
    """Shares of right answers, or of answers that are the original's where labels are missing.

    ``metric``: ``accuracy`` or ``agreement``. ``data``: ``test`` or ``train`` samples. The int8
    builds run on the host, which computes what the simulated core does, to the bit:
    ``simulator_same`` of ``simulator_samples`` outputs were compared there.
    """

    metric: str
    data: str
    samples: int
    original: float
    redistributed: float
    tuned: float
    original_int8: float
    tuned_int8: float
    simulator_samples: int
    simulator_same: int


class BuildFigures(msgspec.Struct, frozen=True):
    """One int8 build: bytes, multiply-accumulates of one inference, modelled cycles.

    ``macs_executed`` counts what patches recompute; ``cycles`` is None without the simulator.
    """

    arena_bytes: int
    stack_bytes: int | None
    weights_bytes: int
    macs: int
    macs_executed: int
    cycles: int | None
    io_bytes: int = 0

    @property
    def ram_bytes(self) -> int:
        """All RAM of a run: arena, stack, and what the caller must hold beside the arena."""
        return self.arena_bytes + (self.stack_bytes or 0) + self.io_bytes


class Change(msgspec.Struct, frozen=True):
    """The window of a layer, (rows, columns), before and after."""

    layer: str
    before: list[int]
    after: list[int]


class RecipeReport(msgspec.Struct, frozen=True):
    """Everything about one run of the recipe."""

    model: str
    model_sha256: str
    data_sha256: str
    target: str
    settings: dict[str, Any]
    changes: list[Change]
    redistribution: dict[str, Any]
    losses: list[float]
    accuracies: Accuracies
    before: BuildFigures
    after: BuildFigures
    snr_db: float
    schema_version: int = SCHEMA_VERSION

    def to_json(self) -> bytes:
        """The file's contents."""
        return msgspec.json.format(msgspec.json.encode(self), indent=2) + b"\n"

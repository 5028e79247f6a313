# SPDX-License-Identifier: Apache-2.0
"""How a build learns: the numbers that rules of the backward pass are told."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TrainingArithmetic:
    """How gradients and parameters are kept.

    Attributes:
        gradients: ``int8`` or ``int16``.
        weight_bits: more bits of trained weights: 0, 4 or 8.
        rate: learning rate of the real-valued parameters.
        seed: of the random bits.
        momentum: share of a parameter's last move that the next one keeps; 0 to below 1.
        accumulate: samples whose gradients are averaged for one move.
        flat: 1 x 1 gradients are single rows, for plans layer by layer (the same integers).
        row_fed: the input comes by rows: it is the only one, the label lasts with the states.
    """

    gradients: str = "int16"
    weight_bits: int = 0
    rate: float = 1e-3
    seed: int = 1
    momentum: float = 0.0
    accumulate: int = 1
    row_fed: bool = False
    flat: bool = False

    @property
    def driven(self) -> bool:
        """Whether parameters have velocities."""
        return self.momentum > 0 or self.accumulate > 1

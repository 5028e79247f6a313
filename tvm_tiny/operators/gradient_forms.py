# SPDX-License-Identifier: Apache-2.0
"""What kernels of training are made of: forms, as ``forms.py`` has them for what infers."""

from __future__ import annotations

from dataclasses import dataclass

from tvm_tiny.operators.forms import Loops


@dataclass(frozen=True)
class SharedProducts(Loops):
    """``Products`` of which operand 5 has the weights of some input channels.

    Attributes:
        windowed: as of ``Products``.
    """

    windowed: bool
    what = "sums of products, a share of the weights apart"


@dataclass(frozen=True)
class PassingBits(Loops):
    """A bit an element: whether a gradient passes (attributes of ``clamp_bits``)."""


@dataclass(frozen=True)
class ScaledGradient(Loops):
    """A gradient times a factor a channel (operands of ``grad_scale``)."""


@dataclass(frozen=True)
class GradientSum(Loops):
    """The sum of two gradients (attributes of ``grad_add``)."""


@dataclass(frozen=True)
class SpreadGradient(Loops):
    """One pixel's gradient at every pixel (attributes of ``grad_spread``)."""


@dataclass(frozen=True)
class GradientTowardsX(Loops):
    """A window's gradient towards what it read (attributes of ``conv2d_grad_x``).

    Attributes:
        depthwise: every channel has its own window.
        clamped: scaled behind a clamp before it is rounded (operands of the ``_clamped`` kinds).
    """

    depthwise: bool = False
    clamped: bool = False


@dataclass(frozen=True)
class MovedWeights(Loops):
    """Weights [O, KH, KW, I] that are moved against their gradient (operands of an update).

    Attributes:
        driven: by way of a velocity (operands of ``conv2d_momentum``).
    """

    driven: bool = False

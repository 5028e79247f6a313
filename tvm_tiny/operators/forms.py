# SPDX-License-Identifier: Apache-2.0
"""What an operator's row kernel is made of: what schedule rules ask before they take it.

A rule knows forms, not names: a new operator that has a known form gets the kernels of that form.
``Loops`` promises nothing; plain loops schedule it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Loops:
    """Loops of its own kind."""

    what = "loops of its own kind"


@dataclass(frozen=True)
class Sum(Loops):
    """``a + sign * b`` of two broadcast operands on a common scale (attributes of ``add``)."""

    sign: int
    what = "a sum of two"


@dataclass(frozen=True)
class Product(Loops):
    """``a * b`` of two broadcast operands (attributes of ``mul``)."""

    what = "a product of two"


@dataclass(frozen=True)
class Square(Loops):
    """``(a - b)^2`` of two broadcast operands on a common scale (attributes of ``add``)."""

    what = "a square of a difference"


@dataclass(frozen=True)
class Extreme(Loops):
    """The larger or the smaller of two stored integers."""

    largest: bool
    what = "an extreme of two"


@dataclass(frozen=True)
class Quantisation(Loops):
    """float32 to integers of one scale."""

    what = "a quantisation"


@dataclass(frozen=True)
class Table(Loops):
    """One lookup an element in a table of every int8."""

    what = "a table"


@dataclass(frozen=True)
class Sigmoid(Loops):
    """LOGISTIC or TANH of int16 by a table (attributes of ``logistic16``).

    Attributes:
        function: the C function that makes a row of it.
    """

    function: str
    what = "a sigmoid"


@dataclass(frozen=True)
class Pooling(Loops):
    """A window over one channel: its largest element, or the mean."""

    largest: bool
    what = "pooling"


@dataclass(frozen=True)
class Reduced(Loops):
    """A sum along some dimensions, rescaled (attributes of ``mean``).

    Attributes:
        by_rows: a call adds one row of the operand to a sum that is kept in workspace.
    """

    by_rows: bool = False
    what = "a sum along dimensions"


@dataclass(frozen=True)
class Products(Loops):
    """Sums of products with constant weights, bias, multipliers and shifts (operands 1 to 4).

    Attributes:
        windowed: operand 0 is NHWC and a window slides over it; else its rows are vectors.
        depthwise: every channel has its own window; weights are [KH, KW, C], else [O, .., I].
    """

    windowed: bool
    depthwise: bool = False
    what = "sums of products"


@dataclass(frozen=True)
class Scattered(Loops):
    """Products of every input pixel, added up where its window of the result lies.

    Operands as of ``Products``; scalars: taps inside, and the kernel row of the last tap.
    """

    what = "a transposed convolution"


@dataclass(frozen=True)
class TwoActivations(Loops):
    """A row of one activation times a matrix of another (attributes of ``matmul``)."""

    what = "a product of two activations"


@dataclass(frozen=True)
class SoftmaxRow(Loops):
    """Softmax along the last dimension (attributes of ``softmax``)."""

    what = "a softmax"


@dataclass(frozen=True)
class Queued(Loops):
    """Operand 1 moves up in its own memory, operand 0 comes behind it."""


@dataclass(frozen=True)
class Gates(Loops):
    """Four gates of a step's row and of a hidden state, and a cell (attributes of ``lstm``)."""


@dataclass(frozen=True)
class Memories(Loops):
    """A memory a filter, which moves up and is multiplied with weights (attributes of ``svdf``)."""

# SPDX-License-Identifier: Apache-2.0
"""What becomes of a gradient behind an operator: the kinds that ``passes/backward`` can write."""

from __future__ import annotations

from enum import Enum


class Backward(Enum):
    """From the gradient of an operator's result to those of its operands."""

    NONE = "there is no gradient of this operator"
    WEIGHTED = "a layer with weights: towards x, and updates"
    SUM = "every operand's is that of the result, times a factor"
    DIFFERENCE = "the same, the second's negated"
    PRODUCT = "each operand's is that of the result times the other operand"
    TABLE = "that of the result times the slope at the operand"
    SPREAD = "that of a mean or sum goes to every element that went into it"
    AVERAGED = "that of a window's mean goes to every element of the window"
    LARGEST = "that of a window's largest goes to the element that it was"
    RESHAPED = "the same under the operand's shape"
    TRANSPOSED = "moved back"
    PADDED = "what is inside of the border"
    SLICED = "zeros round it"
    JOINED = "to each operand its part"

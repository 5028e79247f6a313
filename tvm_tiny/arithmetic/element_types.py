# SPDX-License-Identifier: Apache-2.0
"""What a tensor's elements are: size, limits, name in C, alignment; one record a type.

Whoever needs a limit, a size or a C name of a tensor's elements asks its record: nothing else in
the package knows that int8 ends at 127.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np


@dataclass(frozen=True)
class ElementType:
    """The elements of a tensor.

    Attributes:
        name: as numpy, TVM and this package spell it.
        bytes: size of an element; C's alignment of it is the same.
        low: smallest value (of float32: the smallest finite one).
        high: largest value.
        c_name: type in C99 (``stdint.h``).
        per_line: values in a line of a C initialiser.
        is_float: floating point.
    """

    name: str
    bytes: int
    low: int
    high: int
    c_name: str
    per_line: int
    is_float: bool = False

    @property
    def limits(self) -> tuple[int, int]:
        """Smallest and largest value."""
        return self.low, self.high

    @property
    def numpy(self) -> Any:
        """Numpy's type."""
        return np.dtype(self.name)

    @property
    def levels(self) -> int:
        """How many values there are (integers only)."""
        return self.high - self.low + 1

    @property
    def values(self) -> Any:
        """Every value, ascending, int64[levels] (of 8 or 16 bits)."""
        return np.arange(self.low, self.high + 1, dtype=np.int64)

    def contains(self, value: int) -> bool:
        """Whether an integer is one of its values."""
        return self.low <= value <= self.high

    def holds(self, values: Any) -> bool:
        """Whether all integers of an array are its values."""
        return values.size == 0 or (values.min() >= self.low and values.max() <= self.high)

    def clip(self, values: Any) -> Any:
        """Numbers limited to the type, as an array of it."""
        return np.clip(values, self.low, self.high).astype(self.numpy)


def _integer(name: str, bits: int, per_line: int, *, signed: bool = True) -> ElementType:
    low = -(1 << (bits - 1)) if signed else 0
    return ElementType(name, bits // 8, low, low + (1 << bits) - 1, f"{name}_t", per_line)


_FLOAT32_LIMIT: Final = (2**24 - 1) * 2**104

ELEMENT_TYPES: Final[Mapping[str, ElementType]] = {
    entry.name: entry
    for entry in (
        _integer("int8", 8, 20),
        _integer("uint8", 8, 20, signed=False),
        _integer("int16", 16, 12),
        _integer("uint16", 16, 12, signed=False),
        _integer("int32", 32, 8),
        _integer("uint32", 32, 8, signed=False),
        _integer("int64", 64, 4),
        _integer("uint64", 64, 4, signed=False),
        ElementType("bool", 1, 0, 1, "uint8_t", 20),
        ElementType("float32", 4, -_FLOAT32_LIMIT, _FLOAT32_LIMIT, "float", 6, is_float=True),
    )
}
"""Every type that a tensor of the graph may have."""

Q8: Final = ELEMENT_TYPES["int8"]
"""What activations and weights of eight bits are."""

QUANTISED: Final = (Q8.name, "int16")
"""Types of quantised activations that integer operators compute with."""


def signed_bytes(array: Any) -> Any:
    """uint8 as the int8 that it is computed in, 128 less each; other arrays as they are."""
    if array.dtype != np.uint8:
        return array
    return (array ^ np.uint8(-Q8.low)).view(Q8.numpy)


def element_type(name: str) -> ElementType:
    """The record of a type.

    Raises:
        KeyError: tensors of the graph cannot have it.
    """
    return ELEMENT_TYPES[name]

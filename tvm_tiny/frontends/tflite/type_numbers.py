# SPDX-License-Identifier: Apache-2.0
"""Element types by TFLite's numbers (``TensorType`` of its schema)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

DTYPES: Final[Mapping[int, str]] = {
    0: "float32", 1: "float16", 2: "int32", 3: "uint8", 4: "int64", 5: "string", 6: "bool",
    7: "int16", 8: "complex64", 9: "int8", 10: "float64", 12: "uint64", 13: "resource",
    15: "uint32", 16: "uint16", 17: "int4",
}  # fmt: skip

TYPE_NUMBERS: Final[Mapping[str, int]] = {name: number for number, name in DTYPES.items()}

# SPDX-License-Identifier: Apache-2.0
"""Element types by ONNX's numbers (``TensorProto.DataType``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

DTYPES: Final[Mapping[int, str]] = {
    1: "float32", 2: "uint8", 3: "int8", 4: "uint16", 5: "int16", 6: "int32", 7: "int64",
    9: "bool",
}  # fmt: skip
"""What tensors of a model may have."""

OTHER_DTYPES: Final[Mapping[int, str]] = {
    8: "string", 10: "float16", 11: "float64", 12: "uint32", 13: "uint64", 14: "complex64",
    15: "complex128", 16: "bfloat16", 17: "float8", 18: "float8", 19: "float8", 20: "float8",
    21: "uint4", 22: "int4",
}  # fmt: skip
"""Of constants that are well-formed, and that nothing here reads."""

TYPE_NUMBERS: Final[Mapping[str, int]] = {name: number for number, name in DTYPES.items()}

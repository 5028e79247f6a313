# SPDX-License-Identifier: Apache-2.0
"""Constants of a model as C arrays: weights, biases, requantisation tables, lookup tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny.arithmetic.element_types import ELEMENT_TYPES, element_type
from tvm_tiny.emit.names import comment_text
from tvm_tiny.graph import Node
from tvm_tiny.schedules.rule import Scheduled, constants_of

C_TYPES = {name: entry.c_name for name, entry in ELEMENT_TYPES.items()}
TABLE_OPERANDS = frozenset({"multiplier", "shift", "table"})


@dataclass(frozen=True, eq=False)
class CArray:
    """A ``static const`` array.

    Attributes:
        symbol: ``<model>_w_..`` for weights and biases, ``<model>_t_..`` for tables.
        ctype: C element type.
        count: number of elements.
        lines: initialiser, some values a line.
        nbytes: size.
        comment: where it belongs.
    """

    symbol: str
    ctype: str
    count: int
    lines: tuple[str, ...]
    nbytes: int
    comment: str


def model_constants(
    nodes: Iterable[Node], schedules: Mapping[str, Scheduled], model: str
) -> tuple[tuple[CArray, ...], dict[str, str]]:
    """All constants that kernels or views read, equal contents once; and tensor name to symbol."""
    arrays: dict[tuple[str, bytes], CArray] = {}
    symbols: dict[str, str] = {}
    for node in nodes:
        scheduled = schedules.get(node.name, Scheduled(None, "", ""))
        for role, tensor in constants_of(node, scheduled).items():
            if tensor.data is None or tensor.name in symbols:
                continue
            kind = "t" if role in TABLE_OPERANDS else "w"
            key = tensor.dtype, tensor.data.tobytes()
            if key not in arrays:
                symbol = f"{model}_{kind}_{tensor.name}"
                arrays[key] = c_array(symbol, tensor.data, f"{role} of {node.layer}")
            symbols[tensor.name] = arrays[key].symbol
    return tuple(arrays.values()), symbols


def c_array(symbol: str, data: npt.NDArray[Any], comment: str) -> CArray:
    """Format an array's elements in C order."""
    dtype = str(data.dtype)
    texts = [_literal(v, dtype) for v in data.reshape(-1).tolist()]
    entry = element_type(dtype)
    step = entry.per_line
    lines = tuple(", ".join(texts[i : i + step]) for i in range(0, len(texts), step))
    nbytes = data.size * entry.bytes
    return CArray(symbol, entry.c_name, data.size, lines, nbytes, comment_text(comment))


def _literal(value: float, dtype: str) -> str:
    if dtype == "float32":
        return float_literal(value)
    # -2147483648 is not an int literal in C: it is minus applied to a long.
    least = {element_type(t).low: f"{t.upper()}_MIN" for t in ("int32", "int64")}
    return least.get(int(value), str(int(value)))


def float_literal(value: float) -> str:
    """A C float literal that reads back as the same float32."""
    text = f"{np.float32(value):.9g}"
    return f"{text}f" if any(c in text for c in ".en") else f"{text}.0f"


def total_bytes(arrays: Iterable[CArray], kind: str) -> int:
    """Bytes of all arrays of one kind ("w" or "t")."""
    return sum(a.nbytes for a in arrays if f"_{kind}_" in a.symbol)

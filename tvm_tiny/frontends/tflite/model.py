# SPDX-License-Identifier: Apache-2.0
"""A TFLite model as plain data: what the reader makes and everything else reads."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tvm_tiny.arithmetic.element_types import Q8

NUMPY_TYPES: Final = frozenset(
    {"float32", "float16", "int32", "uint8", "int64", "int16", "int8", "uint32", "uint64", "bool"}
)
_INDEX_TYPES: Final = ("int8", "int16", "int32", "int64")


@dataclass(frozen=True, eq=False)
class TFLiteTensor:
    """A tensor; ``data`` is the raw contents of a constant, None for an activation.

    ``open_axes``: dimensions whose extent the model left open when it was converted; ``shape`` has
    1 there. ``unsigned``: the file has uint8, each value 128 more (``prepare.shift_unsigned``).
    ``behind``: what the file has behind the contents, as many bytes again if there are.
    """

    index: int
    name: str
    shape: tuple[int, ...]
    dtype: str
    scales: npt.NDArray[np.float32]
    zero_points: npt.NDArray[np.int64]
    axis: int
    data: npt.NDArray[np.uint8] | None
    variable: bool = False
    sparse: bool = False
    unsigned: bool = False
    behind: npt.NDArray[np.uint8] | None = None
    open_axes: tuple[int, ...] = ()

    @property
    def nbytes(self) -> int:
        """Size by shape and type; 0 for a type that we do not know."""
        return math.prod(self.shape) * np.dtype(self.dtype).itemsize if self.known else 0

    @property
    def known(self) -> bool:
        """The type is one that numpy has."""
        return self.dtype in NUMPY_TYPES

    @property
    def quantised(self) -> bool:
        """It has a scale, so that its integers stand for real numbers."""
        return self.scales.size > 0 and self.dtype not in ("float32", "float16")

    @property
    def scale(self) -> float:
        """The scale of a tensor that has one, 0.0 where it has none or several."""
        return float(self.scales[0]) if self.scales.size == 1 and self.quantised else 0.0

    @property
    def zero_point(self) -> int:
        """The zero point that belongs to ``scale``."""
        return int(self.zero_points[0]) if self.zero_points.size == 1 and self.quantised else 0

    def array(self) -> npt.NDArray[Any]:
        """Contents of a constant."""
        assert self.data is not None
        dtype = np.dtype(self.dtype).newbyteorder("<")
        return np.frombuffer(self.data, dtype).astype(self.dtype).reshape(self.shape)

    def integers(self) -> list[int] | None:
        """Contents of a constant of integers."""
        if self.data is None or self.dtype not in _INDEX_TYPES:
            return None
        if self.data.size != self.nbytes:
            return None
        return [int(v) for v in self.array().reshape(-1)]


@dataclass(frozen=True)
class TFLiteOperator:
    """An operator; ``inputs`` may hold -1 for an absent operand.

    ``options`` has the fields that the operator's record names; ``options_table`` is the table's
    name, "" none.
    """

    index: int
    kind: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    options: Mapping[str, Any]
    options_table: str


@dataclass(frozen=True)
class TFLiteState:
    """A tensor that lasts from run to run.

    Attributes:
        tensor: index of what it holds before a run.
        initial: first contents, all its bytes.
        following: index of what it holds after a run; None: the operator that reads it writes it.
    """

    tensor: int
    initial: bytes
    following: int | None


@dataclass(frozen=True, eq=False)
class TFLiteFile:
    """A subgraph of a model.

    ``others``: the further subgraphs of the file, those that CALL_ONCE calls. ``states``: what
    ``states.resolve_states`` found. ``input_names`` and ``output_names``: what a signature calls
    the inputs and outputs, "" where it has no name; empty without a signature (``signature``).
    """

    tensors: tuple[TFLiteTensor, ...]
    operators: tuple[TFLiteOperator, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    others: tuple[TFLiteFile, ...] = ()
    states: tuple[TFLiteState, ...] = ()
    input_names: tuple[str, ...] = ()
    output_names: tuple[str, ...] = ()

    def shares(self, tensor: TFLiteTensor) -> bool:
        """It is what a softmax of int8 makes of int16, and only read to change its scale."""
        readers = {op.kind for op in self.operators if tensor.index in op.inputs}
        if not readers <= {"QUANTIZE", "DEQUANTIZE"}:
            return False
        makers = [op for op in self.operators if tensor.index in op.outputs]
        softmax = all(op.kind == "SOFTMAX" and op.inputs for op in makers)
        return softmax and all(self.tensors[op.inputs[0]].dtype == Q8.name for op in makers)

    def where(self, op: TFLiteOperator) -> str:
        """``layer 14 'block3/pad' PAD``."""
        known = [i for i in op.outputs if 0 <= i < len(self.tensors)]
        name = self.tensors[known[0]].name if known else "?"
        return f"layer {op.index} '{name}' {op.kind}"

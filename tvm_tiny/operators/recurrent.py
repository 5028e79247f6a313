# SPDX-License-Identifier: Apache-2.0
"""Recurrent layers: UNIDIRECTIONAL_SEQUENCE_LSTM and SVDF, a time step a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tvm_tiny._tvm import TIR, IRBuilder, tirx
from tvm_tiny.arithmetic.element_types import Q8, element_type
from tvm_tiny.arithmetic.recurrent import TABLE_ENTRIES
from tvm_tiny.graph import Node
from tvm_tiny.operators.base import Access, Kind, RowCall, register
from tvm_tiny.operators.elementwise import int32
from tvm_tiny.operators.fields import AxisField, sees_all
from tvm_tiny.operators.forms import Gates, Memories
from tvm_tiny.operators.kinds import INT8, INT16, INT32, QUANTISED_TYPES, Unlinked
from tvm_tiny.operators.turning import Answer, Operands


class _Recurrent(Unlinked):
    """Everything before a step counts in its result; channels of results mix all of them."""

    priced_like = "fully_connected"

    def field(self, node: Node, fields: Sequence[AxisField]) -> AxisField:
        return sees_all(node, fields)

    def turned(self, ops: Operands, attrs: Mapping[str, Any], shape: tuple[int, ...]) -> Answer:
        """A step is a row already."""
        del shape
        if ops.axis() != 1:
            return None
        return [ops.expr(), *(ops.plain.get(a, a) for a in ops.args[1:])], dict(attrs)


GATES = 4
"""Input, forget, cell, output."""


def call(name: str, *args: Any) -> Any:
    """A scalar function of ``tvm_tiny_recurrent.h`` (or ``tvm_tiny_kernels.h``)."""
    return tirx.call_extern("int32", f"tvm_tiny_{name}", *args)


def _types(node: Node) -> str | None:
    """Input and hidden state are both int8 or int16, weights int8, the cell int16; extents fit."""
    x, wx, wh, *_, hidden, cell = node.operands
    units, depth = wx.shape[1], wx.shape[2]
    fits = (
        x.row_size == depth
        and wx.shape == (GATES, units, depth)
        and wh.shape == (GATES, units, units)
        and hidden.size == cell.size == units
    )
    types = (x.dtype, wx.dtype, wh.dtype, hidden.dtype, cell.dtype)
    if fits and types in [(a, "int8", "int8", a, "int16") for a in ("int8", "int16")]:
        return None
    return f"they are {', '.join(types)}, input {list(x.shape)}, weights {list(wx.shape)}"


@register
class Lstm(_Recurrent):
    """UNIDIRECTIONAL_SEQUENCE_LSTM: x int8 or int16[1, T, 1, I] -> [1, T, 1, S], a step a row.

    Of each gate the product with x and the product with the hidden state are requantised apart to
    int16 in Q3.12, and added; sigmoid and tanh interpolate in a table; the cell state is int16.
    Both states last from run to run, and the kernel writes them.

    Attributes: gate_multipliers, gate_shifts (four for x, four for the hidden state), multipliers,
    shifts (kept part of the cell, added part, hidden state), output_zero_point, cell_clip (0: no
    limit), tanh_multiplier, tanh_shift (``arithmetic.recurrent.lstm_params``). Biases have the
    zero points of x and of the hidden state in them. Of int16 (16x8) sums and biases have 64 bits,
    the gates' multipliers 16.
    """

    name = "lstm"
    form = Gates()
    operand_names = ("x", "x_weight", "h_weight", "x_bias", "h_bias", "table", "hidden", "cell")
    written = (6, 7)
    ordered = True
    headers = ("tvm_tiny_recurrent.h",)
    constraints = (_types,)

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        del attrs
        return (*operands[0][0][:-1], operands[1][0][1]), operands[0][1]

    def access(self, node: Node) -> tuple[Access, ...]:
        return (Access.ROW, *(Access.WHOLE,) * (len(node.operands) - 1))

    def row_call(self, node: Node, row: int) -> RowCall:
        return RowCall(((row,), *((),) * (len(node.operands) - 1)))

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        table, bias = frozenset({"uint16"}), frozenset({_sum_type(node)})
        return (QUANTISED_TYPES, INT8, INT8, bias, bias, table, QUANTISED_TYPES, INT16)

    def macs(self, node: Node) -> int:
        return node.output.rows * (node.operands[1].size + node.operands[2].size)

    def kernel(self, node: Node) -> Any:
        _, units, depth = node.operands[1].shape
        with IRBuilder() as builder, TIR.prim_func(s_tir=True):
            TIR.func_name("main")
            sizes = (depth, GATES * units * depth, GATES * units * units, GATES * units,
                     GATES * units, TABLE_ENTRIES, units, units)  # fmt: skip
            kind, wide = node.operands[0].dtype, _sum_type(node)
            types = (kind, "int8", "int8", wide, wide, "uint16", kind, "int16")
            x, wx, wh, bx, bh, table, hidden, cell = (
                TIR.arg(name, TIR.buffer((size,), dtype))
                for name, size, dtype in zip(self.operand_names, sizes, types, strict=True)
            )
            y = TIR.arg("y", TIR.buffer((units,), kind))
            with TIR.sblock("root"):
                TIR.reads(x[0:depth], hidden[0:units], cell[0:units])
                TIR.writes(y[0:units], hidden[0:units], cell[0:units])
                sums = TIR.alloc_buffer((2 * GATES,), wide, scope="global")
                with TIR.serial(0, units) as j:
                    for g in range(GATES):
                        _dot(sums, g, bx, wx, g * units + j, x, depth)
                        _dot(sums, GATES + g, bh, wh, g * units + j, hidden, units)
                    store_unit(LstmUnit(node, sums, table), cell, y, j)
                with TIR.serial(0, units) as j:
                    TIR.buffer_store(hidden, y[j], [j])
        return builder.get()


def _sum_type(node: Node) -> str:
    """Of the sums and biases of an LSTM's gates."""
    return "int64" if node.operands[0].dtype == "int16" else "int32"


def _dot(sums: Any, at: int, bias: Any, weights: Any, row: Any, x: Any, depth: int) -> None:
    """``sums[at]`` = bias + a row of weights times x."""
    TIR.buffer_store(sums, bias[row], [at])
    with TIR.serial(0, depth) as i:
        product = weights[row * depth + i].astype("int32") * x[i].astype("int32")
        TIR.buffer_store(sums, sums[at] + product.astype(sums.dtype), [at])


def narrow(node: Node) -> bool:
    """Whether every sum of an LSTM's gates, shifted, leaves a bit of 32 free."""
    _, wx, wh, bx, bh = (t.data for t in node.operands[:5])
    shifts = node.attrs["gate_shifts"]
    for weights, bias, half in ((wx, bx, shifts[:GATES]), (wh, bh, shifts[GATES:])):
        if weights is None or bias is None:
            return False
        most = np.abs(weights.astype(np.int64)).sum(2) * 128 + np.abs(bias.astype(np.int64))
        left = np.maximum(np.array(half), 0)[:, None] + 1
        if np.any(most << left >= 1 << 31):
            return False
    return True


@dataclass(frozen=True, eq=False)
class LstmUnit:
    """What an LSTM does with the eight sums of a unit, as expressions."""

    node: Node
    sums: Any
    table: Any
    fast: bool = False
    """The sums are ``narrow``."""

    def _scaled(self, value: Any, multiplier: int, shift: int, fast: bool) -> Any:
        """As int16."""
        if multiplier == 1 << 30 and shift < 0:
            return call("lstm_halve", value, int32(shift))
        if fast:
            return call("lstm_scale", value, int32(multiplier), int32(shift))
        return call("clamp16", call("requantize", value, int32(multiplier), int32(shift)))

    def _half(self, value: Any, multiplier: int, shift: int) -> Any:
        """A sum in Q3.12, saturated."""
        if _sum_type(self.node) == "int64":
            return call("clamp16", call("requantize_once", value, int32(multiplier), int32(shift)))
        return self._scaled(value, multiplier, shift, self.fast)

    def _product(self, at: int, a: Any, b: Any) -> Any:
        """A product of two Q0.15, or of one and a cell state, requantised, as int16."""
        shift = self.node.attrs["shifts"][at]
        return self._scaled(a * b, self.node.attrs["multipliers"][at], shift, shift <= 0)

    def _tanh(self, value: Any, multiplier: int, shift: int) -> Any:
        pointer = self.table.access_ptr("r")
        return call("lstm_tanh", value, int32(multiplier), int32(shift), pointer)

    def gate(self, gate: int) -> Any:
        """A gate behind its sigmoid or (the third) tanh, Q0.15."""
        multipliers, shifts = self.node.attrs["gate_multipliers"], self.node.attrs["gate_shifts"]
        halves = [self._half(self.sums[at], multipliers[at], shifts[at])
                  for at in (gate, GATES + gate)]  # fmt: skip
        value = call("clamp16", halves[0] + halves[1])
        if gate == 2:
            return self._tanh(value, 3, 0)
        return call("lstm_sigmoid", value, self.table.access_ptr("r"))

    def cell(self, old: Any) -> Any:
        """The cell state, int16: forget gate times the old one, input gate times cell gate."""
        kept = self._product(0, self.gate(1), old.astype("int32"))
        added = self._product(1, self.gate(0), self.gate(2))
        return call("lstm_cell", kept, added, int32(self.node.attrs["cell_clip"])).astype("int16")

    def hidden(self, cell: Any) -> Any:
        """The hidden state: output gate times tanh of the cell state."""
        attrs = self.node.attrs
        active = self._tanh(cell.astype("int32"), attrs["tanh_multiplier"], attrs["tanh_shift"])
        value = self._product(2, self.gate(3), active) + int32(attrs["output_zero_point"])
        kind = self.node.output.elements
        return call("clamp", value, *map(int32, kind.limits)).astype(self.node.output.dtype)


def store_unit(unit: LstmUnit, cell: Any, y: Any, j: Any) -> None:
    """Both states of unit ``j`` of an LSTM."""
    TIR.buffer_store(cell, unit.cell(cell[j]), [j])
    TIR.buffer_store(y, unit.hidden(cell[j]), [j])


def _svdf_fits(node: Node) -> str | None:
    """Weights, time weights, bias and state have the extents of one another."""
    x, feature, time, bias, state = node.operands
    rank = int(node.attrs["rank"])
    filters = feature.shape[0]
    fits = (
        rank > 0
        and filters % rank == 0
        and x.shape == (1, feature.shape[1])
        and time.shape[0] == filters
        and bias.size == filters // rank
        and state.size == filters * time.shape[1]
        and state.dtype == time.dtype
        and x.dtype == feature.dtype == Q8.name
    )
    return None if fits else f"rank {rank}, weights {list(feature.shape)}, {list(time.shape)}"


@register
class Svdf(_Recurrent):
    """SVDF: x int8[1, I] -> int8[1, U]; each of F = U * rank filters remembers M results.

    The product of x with a filter's weights, requantised, enters the filter's memory; the memory
    times its weights over time, summed over the filters of a unit, is the result. The memory, int8
    or int16 [F, M], lasts from run to run, and the kernel writes it.

    What enters is limited to the memory's type before its zero point is added, and wraps then: so
    does the published tflite-micro (newer sources add first).

    Attributes: rank, input_zero_point, state_zero_point, output_zero_point,
    multipliers, shifts (into the memory, and of the result).
    """

    name = "svdf"
    form = Memories()
    operand_names = ("x", "feature_weight", "time_weight", "bias", "state")
    written = (4,)
    constraints = (_svdf_fits,)

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        return (operands[0][0][0], operands[1][0][0] // int(attrs["rank"])), "int8"

    def access(self, node: Node) -> tuple[Access, ...]:
        return (Access.ROW, *(Access.WHOLE,) * (len(node.operands) - 1))

    def row_call(self, node: Node, row: int) -> RowCall:
        return RowCall(((row,), *((),) * (len(node.operands) - 1)))

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        del node
        memory = QUANTISED_TYPES
        return (INT8, INT8, memory, INT32, memory)

    def macs(self, node: Node) -> int:
        return node.operands[1].size + node.operands[2].size

    def kernel(self, node: Node) -> Any:
        filters, depth = node.operands[1].shape
        memory, rank = node.operands[2].shape[1], int(node.attrs["rank"])
        units, size, kind = filters // rank, filters * memory, node.operands[4].dtype
        (into, last), shifts = node.attrs["multipliers"], node.attrs["shifts"]
        zero, limits = int32(node.attrs["input_zero_point"]), element_type(kind).limits
        with IRBuilder() as builder, TIR.prim_func(s_tir=True):
            TIR.func_name("main")
            x = TIR.arg("x", TIR.buffer((depth,), "int8"))
            feature = TIR.arg("feature_weight", TIR.buffer((filters * depth,), "int8"))
            time = TIR.arg("time_weight", TIR.buffer((size,), kind))
            bias = TIR.arg("bias", TIR.buffer((units,), "int32"))
            state = TIR.arg("state", TIR.buffer((size,), kind))
            y = TIR.arg("y", TIR.buffer((units,), "int8"))
            with TIR.sblock("root"):
                TIR.reads(x[0:depth], state[0:size])
                TIR.writes(y[0:units], state[0:size])
                sums = TIR.alloc_buffer((1,), "int32", scope="global")
                with TIR.serial(0, size - 1) as i:
                    TIR.buffer_store(state, state[i + 1], [i])
                with TIR.serial(0, filters) as f:
                    TIR.buffer_store(sums, int32(0), [0])
                    with TIR.serial(0, depth) as i:
                        wide = x[i].astype("int32") - zero
                        product = feature[f * depth + i].astype("int32") * wide
                        TIR.buffer_store(sums, sums[0] + product, [0])
                    value = call("requantize", sums[0], int32(into), int32(shifts[0]))
                    value = call("clamp", value, *map(int32, limits))
                    value = value + int32(node.attrs["state_zero_point"])
                    TIR.buffer_store(state, value.astype(kind), [f * memory + memory - 1])
                with TIR.serial(0, units) as u:
                    TIR.buffer_store(sums, bias[u], [0])
                    with TIR.serial(0, rank * memory) as i:
                        at = u * (rank * memory) + i
                        wide = state[at].astype("int32") - int32(node.attrs["state_zero_point"])
                        product = time[at].astype("int32") * wide
                        TIR.buffer_store(sums, sums[0] + product, [0])
                    value = call("requantize", sums[0], int32(last), int32(shifts[1]))
                    value = value + int32(node.attrs["output_zero_point"])
                    value = call("clamp", value, *map(int32, Q8.limits)).astype("int8")
                    TIR.buffer_store(y, value, [u])
        return builder.get()

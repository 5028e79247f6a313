# SPDX-License-Identifier: Apache-2.0
"""Fully connected layers of one row on cores with DSP instructions, without workspace.

``dsp-matrix`` widens its activations once into a workspace; for one vector the workspace would be
larger than the layer's own tensors. Here they are widened as they are read, a group of four for
four output channels at once; see ``tvm_tiny_vector.h``.
"""

# TVMScript is parsed by TVM: its annotations are values.

from typing import Any

from tvm_tiny._tvm import T
from tvm_tiny.graph import Node
from tvm_tiny.schedules.dsp_matrix import packed_product
from tvm_tiny.schedules.rule import Declined, Scheduled, ScheduleRule

HEADER = "tvm_tiny_vector.h"


class DspVector(ScheduleRule):
    """fully_connected of one position: inputs and outputs in multiples of four."""

    name = "dsp-vector"

    def apply(self, func: Any, node: Node, core: str) -> Scheduled | Declined:
        """Accept what can be packed; ``func`` is replaced, not transformed."""
        del func, core
        if node.op != "fully_connected":
            return Declined(self.name, "not a fully connected layer")
        inputs, outputs = node.operands[0].row_size, node.output.row_size
        if node.output.shape[-1] != outputs:
            return Declined(self.name, "several positions in a row")
        if any(t.data is None for t in node.operands[1:]):
            return Declined(self.name, "weights computed at run time")
        if inputs % 4 or outputs % 4:
            return Declined(self.name, "inputs or outputs that are no multiple of four")
        packed = packed_product(node)
        if isinstance(packed, str):
            return Declined(self.name, packed)
        weights, table = packed["weight"].size, packed["table"].size
        row = _row(inputs, outputs, weights, table, tuple(node.attrs["activation"]))
        why = "four channels at a time, activations widened as they are read"
        return Scheduled(row, self.name, why, constants=packed, headers=(HEADER,))


def _row(inputs: int, outputs: int, weights: int, entries: int, activation: tuple[int, ...]) -> Any:
    low, high = activation
    groups = inputs // 4

    @T.prim_func(s_tir=True)
    def vector(
        x: T.Buffer((inputs,), "int8"),
        w: T.Buffer((weights,), "int16"),
        table: T.Buffer((entries,), "int32"),
        y: T.Buffer((outputs,), "int8"),
    ):
        with T.sblock("product"):
            T.reads(x[0:inputs], w[0:weights], table[0:entries])
            T.writes(y[0:outputs])
            T.evaluate(
                T.call_extern(
                    "int32",
                    "tvm_tiny_vector_product",
                    x.access_ptr("r"),
                    w.access_ptr("r"),
                    table.access_ptr("r"),
                    y.access_ptr("w"),
                    groups,
                    outputs,
                    low,
                    high,
                )
            )

    return vector

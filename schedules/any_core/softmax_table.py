# SPDX-License-Identifier: Apache-2.0
"""Softmax of long rows with a table of exponentials, on any core; see ``tvm_tiny_softmax.h``."""

from __future__ import annotations

from typing import Any

import numpy as np

from tvm_tiny._tvm import T
from tvm_tiny.arithmetic.fixed_point import (
    exp_on_negative_values,
    saturating_rounding_doubling_high_mul,
    wrap_int32,
)
from tvm_tiny.graph import Node, Tensor
from tvm_tiny.operators import lookup
from tvm_tiny.operators.elementwise import row_shape
from tvm_tiny.operators.forms import SoftmaxRow
from tvm_tiny.schedules.rule import Declined, Scheduled, ScheduleRule
from tvm_tiny.targets import Core

HEADER = "tvm_tiny_softmax.h"
_LEAST = 32  # elements in a row: fewer are not worth a table of up to 1 kB
_DIFFERENCES = 256
_INTEGER_BITS = 5  # of the exponential's argument, as tvm_tiny_exp takes it


class SoftmaxTable(ScheduleRule):
    """Differences of int8 to the row's maximum: at most 256, their exponentials are constants."""

    name = "softmax-table"

    def apply(self, func: Any, node: Node, core: Core) -> Scheduled | Declined:
        """Accept rows that are long enough; ``func`` is replaced, not transformed."""
        del func, core
        if not isinstance(lookup(node.op).form, SoftmaxRow):
            return Declined(self.name, "not a softmax")
        if node.output.row_size < _LEAST:
            return Declined(self.name, f"{node.output.row_size} elements in a row")
        table, many = _exponentials(node)
        why = f"{many} exponentials from a table"
        func = _kernel(node)
        return Scheduled(func, self.name, why, constants={"table": table}, headers=(HEADER,))


def _exponentials(node: Node) -> tuple[Tensor, int]:
    """Q0.31 of every difference from 0 down, 0 where it does not count, and how many do."""
    attrs = node.attrs
    count = min(_DIFFERENCES, 1 - int(attrs["diff_min"]))
    differences = -np.arange(count, dtype=np.int64)
    shifted = wrap_int32(differences << int(attrs["shift"]))
    scaled = saturating_rounding_doubling_high_mul(shifted, int(attrs["multiplier"]))
    data = np.zeros(_DIFFERENCES, np.int32)
    data[:count] = exp_on_negative_values(scaled, _INTEGER_BITS)
    return Tensor(f"{node.name}_exponentials", data.shape, "int32", data=data), count


def _kernel(node: Node) -> Any:
    width, depth = row_shape(node.operands[0])
    size = width * depth

    @T.prim_func(s_tir=True)
    def row(
        x: T.Buffer((size,), "int8"),
        exps: T.Buffer((_DIFFERENCES,), "int32"),
        y: T.Buffer((size,), "int8"),
    ):
        for p in range(width):
            with T.sblock("position"):
                q = T.axis.spatial(width, p)
                T.reads(x[q * depth : q * depth + depth], exps[0:_DIFFERENCES])
                T.writes(y[q * depth : q * depth + depth])
                T.evaluate(
                    T.call_extern(
                        "int32",
                        "tvm_tiny_softmax_row",
                        x.access_ptr("r", offset=q * depth),
                        exps.access_ptr("r"),
                        y.access_ptr("w", offset=q * depth),
                        depth,
                    )
                )

    return row

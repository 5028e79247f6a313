# SPDX-License-Identifier: Apache-2.0
"""Recurrent layers on cores with DSP instructions; see ``tvm_tiny_dot.h``, ``tvm_tiny_dot16.h``.

The four gates of a unit take the same step and the same hidden state: their weights lie side by
side, and what is read of x and of the state is widened once for four products. Weights stay bytes
in flash, sums are 32 bits; no workspace. Steps of int16 are pairs already: weights are widened.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny._tvm import TIR, IRBuilder
from tvm_tiny.arithmetic.element_types import Q8, element_type
from tvm_tiny.graph import Node, Tensor
from tvm_tiny.operators import lookup
from tvm_tiny.operators.forms import Gates
from tvm_tiny.operators.recurrent import GATES, LstmUnit, narrow, store_unit
from tvm_tiny.schedules.rule import Declined, Scheduled, ScheduleRule
from tvm_tiny.targets import Core

HEADERS = ("tvm_tiny_dot.h", "tvm_tiny_recurrent.h")
WIDE_HEADERS = ("tvm_tiny_dot16.h", "tvm_tiny_recurrent.h")


class DspRecurrent(ScheduleRule):
    """The gates of an LSTM, four at a time."""

    name = "dsp-recurrent"
    element_types = frozenset({"int8", "int16"})  # the cell state

    def apply(self, func: Any, node: Node, core: Core) -> Scheduled | Declined:
        """Accept an LSTM with constant weights; ``func`` is replaced, not transformed."""
        del func, core
        if not isinstance(lookup(node.op).form, Gates):
            return Declined(self.name, "not an LSTM")
        if any(t.data is None for t in node.operands[1:6]):
            return Declined(self.name, "weights computed at run time")
        if node.operands[0].dtype == "int16":
            return self._wide(node)
        paired = _fits_pairs(node)
        constants = _constants(node, by_pairs if paired else by_words)
        why = "four gates at a time, what they read is widened once"
        func = _kernel(node, constants, "dot_pairs" if paired else "dot_four")
        return Scheduled(func, self.name, why, constants=constants, headers=HEADERS)

    def _wide(self, node: Node) -> Scheduled | Declined:
        """Steps of int16: biases have 64 bits, sums of products fit 32."""
        most = max(np.abs(np.asarray(t.data).astype(np.int64)).sum(2).max()
                   for t in node.operands[1:3])  # fmt: skip
        if most << 15 >= 1 << 31:
            return Declined(self.name, "a sum may need more than 32 bits")
        constants = _constants(node, by_halves)
        why = "four gates at a time, weights widened in registers"
        func = _kernel(node, constants, "dot16_four")
        return Scheduled(func, self.name, why, constants=constants, headers=WIDE_HEADERS)


def _constants(node: Node, order: Callable[[npt.NDArray[Any]], Any]) -> dict[str, Tensor]:
    """Weights and biases by unit, of each the four gates side by side."""
    arrays = [t.data for t in node.operands[1:6]]
    wx, wh, bx, bh, table = (a for a in arrays if a is not None)
    bias = np.stack([bx, bh]).transpose(2, 0, 1)  # unit, half, gate
    named = {
        "x_weight": order(wx),
        "h_weight": order(wh),
        "bias": bias,
        "table": table,
    }
    return {
        role: Tensor(f"{node.name}_{role}", a.shape, a.dtype.name, data=np.ascontiguousarray(a))
        for role, a in named.items()
    }


def by_words(weights: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
    """[gate, unit, input] -> [unit, group of four inputs, gate, input of the group]."""
    gates, units, depth = weights.shape
    full = np.pad(weights, ((0, 0), (0, 0), (0, -depth % 4)))
    return full.reshape(gates, units, full.shape[2] // 4, 4).transpose(1, 2, 0, 3)


def by_halves(weights: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
    """``by_words``, inputs of a group in the order 0 2 1 3: pairs of neighbours when widened."""
    return by_words(weights)[..., (0, 2, 1, 3)]


def by_pairs(weights: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
    """The same of gates two by two: half words 256 * b + a, of inputs 0 2 and 1 3."""
    gates, units, depth = weights.shape
    full = np.pad(weights.astype(np.int64), ((0, 0), (0, 0), (0, -depth % 4)))
    halves = (full[0::2] + 256 * full[1::2]).reshape(gates // 2, units, -1, 2, 2)
    words = halves.transpose(1, 2, 0, 4, 3)  # unit, group, pair, odd inputs, input
    return np.ascontiguousarray(words.astype("<i2")).view(Q8.numpy)


def _fits_pairs(node: Node) -> bool:
    """Whether half words hold the weights, and 24 bits every sum without its bias."""
    return all(fit_pairs(np.asarray(t.data)) for t in node.operands[1:3])


def fit_pairs(weights: npt.NDArray[Any]) -> bool:
    """Whether ``tvm_tiny_dot_pairs`` computes the products of int8 [4, unit, input] weights."""
    wide = weights.astype(np.int64)
    halves = wide[0::2] + 256 * wide[1::2]
    sums = np.abs(wide).sum(2) * 128
    return bool(element_type("int16").holds(halves) and sums.max() < 1 << 23)


def _kernel(node: Node, constants: dict[str, Tensor], function: str) -> Any:
    """``function`` makes four sums, with their biases but for ``dot_four``."""
    _, units, depth = node.operands[1].shape
    kind, biased = node.operands[0].dtype, function != "dot_four"
    with IRBuilder() as builder, TIR.prim_func(s_tir=True):
        TIR.func_name("main")
        x = TIR.arg("x", TIR.buffer((depth,), kind))
        hidden = TIR.arg("hidden", TIR.buffer((units,), kind))
        cell = TIR.arg("cell", TIR.buffer((units,), "int16"))
        wx, wh, bias, table = (
            TIR.arg(role, TIR.buffer((t.size,), t.dtype)) for role, t in constants.items()
        )
        y = TIR.arg("y", TIR.buffer((units,), kind))
        with TIR.sblock("root"):
            TIR.reads(x[0:depth], hidden[0:units], cell[0:units])
            TIR.writes(y[0:units], hidden[0:units], cell[0:units])
            sums = TIR.alloc_buffer((2 * GATES,), constants["bias"].dtype, scope="global")
            unit = LstmUnit(node, sums, table, fast=kind == Q8.name and narrow(node))
            with TIR.serial(0, units) as j:
                for g in range(0 if biased else 2 * GATES):
                    TIR.buffer_store(sums, bias[j * (2 * GATES) + g], [g])
                for at, weights, source, count in ((0, wx, x, depth), (GATES, wh, hidden, units)):
                    stride = -(-count // 4) * 4
                    TIR.evaluate(
                        TIR.call_extern(
                            "int32",
                            f"tvm_tiny_{function}",
                            source.access_ptr("r"),
                            weights.access_ptr("r", offset=j * (GATES * stride)),
                            count,
                            *([bias.access_ptr("r", offset=j * (2 * GATES) + at)] * biased),
                            sums.access_ptr("rw", offset=at),
                        )
                    )
                store_unit(unit, cell, y, j)
            with TIR.serial(0, units) as j:
                TIR.buffer_store(hidden, y[j], [j])
    return builder.get()

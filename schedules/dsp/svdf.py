# SPDX-License-Identifier: Apache-2.0
"""SVDF on cores with DSP instructions; see ``tvm_tiny_svdf.h``.

The products with a step's features are a fully connected layer of int8 and take the kernels of one.
The memories move up and are multiplied with their weights in one pass, a word of four steps at a
time; those weights are widened beforehand, they are few.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from tvm_tiny._tvm import TIR, IRBuilder
from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.arithmetic.fixed_point import wrap_int32
from tvm_tiny.graph import Node, Tensor
from tvm_tiny.operators import lookup
from tvm_tiny.operators.forms import Memories
from tvm_tiny.operators.recurrent import GATES
from tvm_tiny.schedules.dsp.dot import dot_constants
from tvm_tiny.schedules.dsp.matrix import packed_product
from tvm_tiny.schedules.dsp.recurrent import by_pairs, fit_pairs
from tvm_tiny.schedules.rule import Declined, Scheduled, ScheduleRule, packed_tensors
from tvm_tiny.targets import Core

HEADERS = ("tvm_tiny_dot.h", "tvm_tiny_svdf.h", "tvm_tiny_vector.h")
_STEPS = 4  # of a memory in a word
_PAIRED = "tvm_tiny_svdf_paired"


class DspSvdf(ScheduleRule):
    """Memories of int8 in whole words."""

    name = "dsp-svdf"

    def apply(self, func: Any, node: Node, core: Core) -> Scheduled | Declined:
        """Accept constant weights; ``func`` is replaced, not transformed."""
        del func, core
        if not isinstance(lookup(node.op).form, Memories):
            return Declined(self.name, "not SVDF")
        _, feature, time, bias, state = node.operands
        if state.elements is not Q8 or time.shape[1] % _STEPS:
            return Declined(self.name, f"{time.shape[1]} steps of {state.dtype}: no whole words")
        if feature.data is None or time.data is None or bias.data is None:
            return Declined(self.name, "weights computed at run time")
        line, constants = _features(node)
        constants |= _memory_constants(node)
        rank = int(node.attrs["rank"])
        func = _kernel(node, constants, line)
        return Scheduled(
            func,
            self.name,
            "memories move up and are multiplied in one pass, four steps at a time",
            constants=constants,
            scratch_bytes=feature.shape[0] if rank > 1 else 0,
            headers=HEADERS,
        )


def _layer(node: Node) -> Node:
    """What enters the memories, without their zero point, as a fully connected layer."""
    x, feature = node.operands[:2]
    filters = feature.shape[0]
    rescaling = (0, node.attrs["multipliers"][0], node.attrs["shifts"][0])
    constants = [
        Tensor(f"{node.name}_{k}", (filters,), "int32", data=np.full(filters, value, np.int32))
        for k, value in zip(("none", "multiplier", "shift"), rescaling, strict=True)
    ]
    attrs = {
        "input_zero_point": node.attrs["input_zero_point"],
        "weight_zero_point": 0,
        "output_zero_point": 0,
        "activation": list(Q8.limits),
    }
    y = Tensor(f"{node.name}_fresh", (1, filters), Q8.name)
    return Node(node.name, "fully_connected", (x, feature, *constants), y, attrs)


def _features(node: Node) -> tuple[int | str, dict[str, Tensor]]:
    """Constants of that layer, and the line of ``tvm_tiny_vector_product`` or another's name."""
    layer = _layer(node)
    filters, depth = layer.operands[1].shape
    packed = "" if filters % 4 or depth % 4 else packed_product(layer, short=False)
    if not isinstance(packed, str):
        return packed[0].line_shift, dict(packed[1])
    constants = dot_constants(layer)
    assert constants is not None  # weights are int8 and have no zero point
    weights, name = constants["weight"], "tvm_tiny_svdf_features"
    if filters % GATES == 0:
        fours = np.asarray(layer.operands[1].data).reshape(-1, GATES, depth).transpose(1, 0, 2)
        if fit_pairs(fours):
            weights, name = replace(weights, data=by_pairs(fours).reshape(-1)), _PAIRED
    bias = np.asarray(constants["table"].data).reshape(-1, 3)[:, 0]
    own = packed_tensors(node, table=("table", np.ascontiguousarray(bias)))
    return name, {"weight": weights, **own}


def _memory_constants(node: Node) -> dict[str, Tensor]:
    time, bias = (np.asarray(node.operands[at].data).astype(np.int64) for at in (2, 3))
    sums = time.reshape(bias.size, -1).sum(1) * int(node.attrs["state_zero_point"])
    pairs = time.reshape(-1, 2, 2).transpose(0, 2, 1).astype(np.int16)
    return packed_tensors(
        node,
        time=("time", np.ascontiguousarray(pairs).reshape(-1)),
        bias=("bias", wrap_int32(bias - sums).astype(np.int32)),
    )


def _narrow(weights: Tensor, bias: Tensor) -> int:
    """1 if twice every sum that a bias begins fits 32 bits, else 0."""
    first = np.abs(np.asarray(bias.data).astype(np.int64))
    sizes = np.abs(np.asarray(weights.data).astype(np.int64)).reshape(first.size, -1)
    return int((sizes.sum(1) * 128 + first).max() < 1 << 30)


def _kernel(node: Node, constants: dict[str, Tensor], line: int | str) -> Any:
    filters, depth = node.operands[1].shape
    memory, rank = node.operands[2].shape[1], int(node.attrs["rank"])
    units, size, attrs = filters // rank, filters * memory, node.attrs
    with IRBuilder() as builder, TIR.prim_func(s_tir=True):
        TIR.func_name("main")
        x = TIR.arg("x", TIR.buffer((depth,), Q8.name))
        state = TIR.arg("state", TIR.buffer((size,), Q8.name))
        w, table, time, bias = (
            TIR.arg(role, TIR.buffer((t.size,), t.dtype)) for role, t in constants.items()
        )
        own = [TIR.arg("scratch", TIR.buffer((filters,), Q8.name))] if rank > 1 else []
        y = TIR.arg("y", TIR.buffer((units,), Q8.name))
        with TIR.sblock("root"):
            TIR.reads(x[0:depth], state[0:size])
            TIR.writes(state[0:size], *(b[0:filters] for b in own), y[0:units])
            fresh = own[0] if own else y
            pointers = *(b.access_ptr("r") for b in (x, w, table)), fresh.access_ptr("w")
            if isinstance(line, str):
                name = line
                scale = attrs["multipliers"][0], attrs["shifts"][0]
                numbers = (depth, filters, *scale, _narrow(node.operands[1], constants["table"]))
            else:
                name, numbers = "tvm_tiny_vector_product", (depth // 4, filters, line)
            TIR.evaluate(TIR.call_extern("int32", name, *pointers, *numbers))
            numbers = (units, rank, memory // _STEPS, attrs["state_zero_point"],
                       attrs["multipliers"][1], attrs["shifts"][1],
                       attrs["output_zero_point"],
                       _narrow(node.operands[2], constants["bias"]))  # fmt: skip
            pointers = (fresh.access_ptr("r"), state.access_ptr("rw"), time.access_ptr("r"),
                        bias.access_ptr("r"), y.access_ptr("w"))  # fmt: skip
            TIR.evaluate(TIR.call_extern("int32", "tvm_tiny_svdf_units", *pointers, *numbers))
    return builder.get()

# SPDX-License-Identifier: Apache-2.0
"""What was learned, out of an export and into a TFLite file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny.emit.training import HEADER_WORDS
from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.frontends.loader import LoadedModel
from tvm_tiny.frontends.tflite.flatbuffer import FlatTable
from tvm_tiny.graph import Node
from tvm_tiny.passes.backward.build import Training
from tvm_tiny.passes.backward.factors import contents

Array = npt.NDArray[Any]


def learned_arrays(blob: bytes, training: Training) -> dict[str, Array]:
    """Tensor name to contents, from an export that an import has accepted."""
    out: dict[str, Array] = {}
    at = 4 * HEADER_WORDS
    for tensor in (*training.learned, training.state, training.peaks):
        data = np.frombuffer(blob, tensor.dtype, tensor.size, at)
        out[tensor.name] = data.reshape(tensor.shape).copy()
        at += tensor.nbytes
    return out


def with_learned(loaded: LoadedModel, arrays: Mapping[str, Array], training: Training) -> bytes:
    """The TFLite file with learned weights and biases in the place of its own.

    Args:
        loaded: the model.
        arrays: contents by tensor name; empty: the file as it was.
        training: which tensors are parameters of which layers.

    Raises:
        UsageError: TT6073, no TFLite file, or a parameter that the file does not hold apart.
    """
    if loaded.kind != "tflite" or loaded.data is None:
        raise _refused("the model is no TFLite file", "export what was learned instead")
    data = bytearray(loaded.data)
    if not arrays:
        return bytes(data)
    initial = {s.tensor.name: s.initial for s in training.graph.states}
    nodes = {n.name: n for n in training.graph.nodes}
    file = _File(loaded.data)
    for name, tensors in training.layers.items():
        node = nodes[name]
        for role, tensor in tensors.items():
            start, count = file.place(node.index, _INPUTS[role])
            old, new = initial[tensor.name], arrays[tensor.name]
            if role == "weights" and len(node.operands) > _PARTS:
                old, new = _whole(node, new)
            if bytes(data[start : start + count]) != old.tobytes():
                raise _refused(f"the {role} of '{node.layer}' are not in the file as compiled", "")
            data[start : start + count] = new.tobytes()
    return bytes(data)


_PARTS = 5
"""Operands of a layer that has all its weights together."""


def _whole(node: Node, learned: Array) -> tuple[Array, Array]:
    """All weights of a layer before, and with what was learned of a share of them."""
    old = contents(node.operands[1])
    new, first = old.copy(), int(node.attrs["first"])
    new[..., first : first + learned.shape[-1]] = learned
    return old, new


_INPUTS = {"weights": 1, "bias": 2}


class _File:
    """Where a TFLite file keeps an operator's constant inputs (TFLite's schema, version 3)."""

    def __init__(self, data: bytes) -> None:
        root = FlatTable.root(data)
        (graph, *_) = root.tables(2, _LIMIT)
        self._buffers = root.tables(4, _LIMIT)
        self._tensors = graph.tables(0, _LIMIT)
        self._operators = graph.tables(3, _LIMIT)
        used = [int(t.scalar(2, "I", 0)) for t in self._tensors]
        self._shared = {b for b in used if used.count(b) > 1}

    def place(self, operator: int, which: int) -> tuple[int, int]:
        """First byte and size of a constant input."""
        inputs = self._operators[operator].array(1, "int32") if operator >= 0 else None
        if inputs is None or which >= len(inputs) or inputs[which] < 0:
            raise _refused(f"operator {operator} has no input {which}", "")
        buffer = int(self._tensors[int(inputs[which])].scalar(2, "I", 0))
        start, count = self._buffers[buffer].place_of(0)
        if buffer in self._shared or not count:
            raise _refused(f"input {which} of operator {operator} is shared or empty", "")
        return start, count


_LIMIT = 1 << 20


def _refused(what: str, do: str) -> UsageError:
    return UsageError("the model file cannot hold it", (Problem(what, do=do),), "TT6073")

# SPDX-License-Identifier: Apache-2.0
"""Every layer of a QDQ ONNX model in onnxruntime, fed with the inputs that our layer had.

Compared as a whole, a model's differences add up from layer to layer. Here the model is cut
behind every QuantizeLinear: the integers that the compiled code computed go in, the integers that
onnxruntime makes of them one layer further come out, so that each difference is one layer's own.
"""

from __future__ import annotations

import importlib
import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny.arithmetic.element_types import QUANTISED, signed_bytes
from tvm_tiny.frontends.onnx.type_numbers import TYPE_NUMBERS
from tvm_tiny.validate.reference import Inputs, OnnxReference

Array = npt.NDArray[Any]
_GIVEN = "/tvm_tiny_given"
_MOST_ORDERS = 5
"""Dimensions of which every order is tried."""


class OnnxLayerReference:
    """A QDQ ONNX model, layer by layer on given inputs.

    Args:
        model: the file's bytes.

    Raises:
        ToolchainError: ``onnx`` or ``onnxruntime`` is not installed.
        ModelError: onnxruntime cannot load the model.
    """

    def __init__(self, model: bytes) -> None:
        self._model = model
        self._whole = OnnxReference(model)
        self._axes: dict[str, tuple[int, ...]] = {}
        self._cut: OnnxReference | None = None
        self._given: dict[str, str] = {}
        self._types: dict[str, Any] = {}

    def run(self, inputs: Inputs) -> dict[str, Array]:
        """Outputs of the model as a whole, by name."""
        return self._whole.run(inputs)

    def run_layers(
        self, inputs: Mapping[str, Array], ours: Mapping[str, Array]
    ) -> dict[str, Array]:
        """What onnxruntime makes of our tensors, one layer further.

        Args:
            inputs: the model's inputs by name.
            ours: our tensors by their names in the model, in our layout.

        Returns:
            By the same names and in the same layout: what each tensor would be if onnxruntime had
            computed that one layer from our inputs of it. Names that it has not are left out.
        """
        raw = self._whole.run_layers(inputs)
        self._types = {n: a.dtype for n, a in raw.items()}
        whole = {n: signed_bytes(a) for n, a in raw.items()}
        known = {n: a for n, a in ours.items() if n in whole and whole[n].size == a.size}
        for name, array in known.items():
            if name not in self._axes:
                self._axes[name] = axes_of(array, whole[name])
        integers = {n: a for n, a in known.items() if whole[n].dtype.name in QUANTISED}
        if self._cut is None:
            self._cut = self._cut_model({n: whole[n].shape for n in integers})
        feed = dict(inputs)
        for name, given in self._given.items():
            array = self._in_model_order(integers[name], whole[name].shape, name)
            feed[given] = _as_stored(array, self._types[name])
        made = {n: signed_bytes(a) for n, a in self._cut.run(feed).items()}
        return {
            name: made[name].transpose(self._axes[name]).reshape(array.shape)
            for name, array in known.items()
            if name in made
        }

    def _in_model_order(self, array: Array, shape: Sequence[int], name: str) -> Array:
        axes = self._axes[name]
        turned = array.reshape([shape[a] for a in axes])
        return np.ascontiguousarray(turned.transpose(np.argsort(axes)))

    def _cut_model(self, shapes: Mapping[str, tuple[int, ...]]) -> OnnxReference:
        """The model with every tensor of ``shapes`` both computed and, for its readers, given."""
        onnx: Any = importlib.import_module("onnx")
        helper = onnx.helper
        proto = onnx.load_model_from_string(self._model)
        graph = proto.graph
        made = {n for node in graph.node if _makes_integers(node.op_type) for n in node.output}
        self._given = {name: name + _GIVEN for name in shapes if name in made}
        for node in graph.node:
            for place, name in enumerate(node.input):
                node.input[place] = self._given.get(name, name)
        outputs = {value.name for value in graph.output}
        for name, given in self._given.items():
            graph.input.append(
                helper.make_tensor_value_info(
                    given, TYPE_NUMBERS[str(self._types[name])], shapes[name]
                )
            )
            if name not in outputs:
                graph.output.append(onnx.ValueInfoProto(name=name))
        return OnnxReference(bytes(proto.SerializeToString()))


def _makes_integers(op: str) -> bool:
    return op == "QuantizeLinear" or op.startswith("QLinear") or op == "QGemm"


def _as_stored(array: Array, dtype: Any) -> Array:
    return (array.view(np.uint8) ^ np.uint8(0x80)) if dtype == np.uint8 else array


def axes_of(ours: Array, theirs: Array) -> tuple[int, ...]:
    """How the model's tensor is transposed to be ours.

    Shapes say it for most tensors; where they leave a choice (equal extents), the contents do.
    """
    choices = list(_possible(ours.shape, theirs.shape))
    if not choices:
        return tuple(range(theirs.ndim))

    def apart(axes: tuple[int, ...]) -> float:
        turned = theirs.transpose(axes).reshape(ours.shape)
        return float(np.abs(turned.astype(np.float64) - ours).sum())

    return min(choices, key=apart)


def _possible(ours: Sequence[int], theirs: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Orders of the model's axes that give our extents (those of 1 left out), likeliest first.

    One axis moved to the end is NCHW become NHWC; others are transpositions of the model that
    became a layout.
    """
    rank = len(theirs)
    orders = [(*(a for a in range(rank) if a != moved), moved) for moved in range(rank - 1, -1, -1)]
    if rank <= _MOST_ORDERS:
        orders += list(itertools.permutations(range(rank)))
    seen: set[tuple[int, ...]] = set()
    for axes in orders:
        kept = tuple(a for a in axes if theirs[a] != 1)
        if kept not in seen and [theirs[a] for a in kept] == [e for e in ours if e != 1]:
            seen.add(kept)
            yield axes

# SPDX-License-Identifier: Apache-2.0
"""Every layer of a QDQ ONNX model in onnxruntime, fed with the inputs that our layer had.

Compared as a whole, a model's differences add up from layer to layer. Here the model is cut
behind every QuantizeLinear: the integers that the compiled code computed go in, the integers that
onnxruntime makes of them one layer further come out, so that each difference is one layer's own.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny.reference import Inputs, OnnxReference

Array = npt.NDArray[Any]
_GIVEN = "/tvm_tiny_given"


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
        whole = self._whole.run_layers(inputs)
        known = {n: a for n, a in ours.items() if n in whole and whole[n].size == a.size}
        for name, array in known.items():
            if name not in self._axes:
                self._axes[name] = _axes_of(array, whole[name])
        integers = {n: a for n, a in known.items() if whole[n].dtype == np.int8}
        if self._cut is None:
            self._cut = self._cut_model({n: whole[n].shape for n in integers})
        feed = dict(inputs)
        for name, given in self._given.items():
            feed[given] = self._in_model_order(integers[name], whole[name].shape, name)
        made = self._cut.run(feed)
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
        helper, int8 = onnx.helper, onnx.TensorProto.INT8
        proto = onnx.load_model_from_string(self._model)
        graph = proto.graph
        made = {n for node in graph.node if node.op_type == "QuantizeLinear" for n in node.output}
        self._given = {name: name + _GIVEN for name in shapes if name in made}
        for node in graph.node:
            for place, name in enumerate(node.input):
                node.input[place] = self._given.get(name, name)
        outputs = {value.name for value in graph.output}
        for name, given in self._given.items():
            graph.input.append(helper.make_tensor_value_info(given, int8, shapes[name]))
            if name not in outputs:
                graph.output.append(onnx.ValueInfoProto(name=name))
        return OnnxReference(bytes(proto.SerializeToString()))


def _axes_of(ours: Array, theirs: Array) -> tuple[int, ...]:
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
    """Orders with one axis moved to the end that give our extents (those of 1 left out)."""
    rank = len(theirs)
    for moved in range(rank - 1, -1, -1):
        axes = (*(a for a in range(rank) if a != moved), moved)
        if [theirs[a] for a in axes if theirs[a] != 1] == [e for e in ours if e != 1]:
            yield axes

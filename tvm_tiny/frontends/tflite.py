# SPDX-License-Identifier: Apache-2.0
"""TFLite -> Relax with ``quantize``/``dequantize`` round every operator (QDQ), NHWC.

TVM's own TFLite front end does the reading. ``tflite_operators`` overrides what it refuses for
quantised models or what it loses (see there). This module gives every result an identity: each
operator's result is bound to a variable ``t<tensor index>``, and the function attribute
``tvm_tiny.layers`` (``relax_module``) maps that name to the layer, the operator's index and the
tensor's name, index and quantisation.
"""

from __future__ import annotations

import importlib
from typing import Any

from tvm_tiny import _tvm
from tvm_tiny.frontends.relax_module import Border, Layer, annotate
from tvm_tiny.frontends.tflite_file import TFLiteFile, read_tflite
from tvm_tiny.frontends.tflite_operators import OperatorConverter

_schema: Any = importlib.import_module("tflite")


class _Tensor(_schema.Tensor):
    """A tensor whose name is unique: models may repeat names or have none."""

    index = -1

    def Name(self) -> bytes:  # noqa: N802 - the schema's name
        return b"t%d" % self.index


class _SubGraph(_schema.SubGraph):
    def Tensors(self, j: int) -> Any:  # noqa: N802 - the schema's name
        raw = super().Tensors(j)
        tensor = _Tensor()
        tensor.Init(raw._tab.Bytes, raw._tab.Pos)
        tensor.index = j
        return tensor


class _Model(_schema.Model):
    def Subgraphs(self, j: int) -> Any:  # noqa: N802 - the schema's name
        raw = super().Subgraphs(j)
        subgraph = _SubGraph()
        subgraph.Init(raw._tab.Bytes, raw._tab.Pos)
        return subgraph


def from_tflite_bytes(data: bytes, converter: type[Converter] | None = None) -> Any:
    """Convert an int8 TFLite model to a QDQ Relax module.

    Args:
        data: the file; ``inspect_tflite.inspect`` must have passed it.
        converter: what converts operators, if it is no quantised model.

    Returns:
        An IRModule whose ``main`` carries the attributes of ``relax_module``. The parameters are
        the model's inputs, the result its output or a tuple of them.
    """
    file = read_tflite(data)
    root = _schema.Model.GetRootAsModel(data, 0)
    model = _Model()
    model.Init(root._tab.Bytes, root._tab.Pos)
    converters: list[Converter] = []

    def make(*args: Any) -> Converter:
        converters.append((converter or Converter)(file, *args))
        return converters[0]

    module = _tvm.from_tflite(model, op_converter=make)
    module["main"] = module["main"].without_attr("params").without_attr("num_input")
    used = converters[0]
    return annotate(
        module,
        used.layers,
        used.borders(used.subgraph.InputsAsNumpy()),
        used.borders(used.subgraph.OutputsAsNumpy()),
    )


class Converter(OperatorConverter):
    """Binds every result to a variable of its own and keeps the table of layers."""

    def __init__(self, file: TFLiteFile, *args: Any) -> None:
        super().__init__(*args)
        self.file = file
        self.layers: dict[str, Layer] = {}

    def convert_op_to_relax(self) -> None:
        """Convert every operator in order; results become variables ``t<tensor index>``."""
        for index in range(self.subgraph.OperatorsLength()):
            op = self.subgraph.Operators(index)
            outputs = self.get_output_tensors(op)
            result = self.bb.normalize(self.convert_map[self.get_op_code_str(op)](op=op))
            layer = self.tensor_name(outputs[0].tensor_idx)
            for place, tensor in enumerate(outputs):
                value = result if len(outputs) == 1 else _element(result, place)
                name = f"t{tensor.tensor_idx}"
                self.exp_tab.set_expr(name, self.bb.emit(value, name))
                self.layers[name] = self._layer(layer, index, tensor)

    def borders(self, indices: Any) -> list[Border]:
        """Names and quantisation of the model's inputs or outputs."""
        out: list[Border] = []
        for tensor in self.get_tensors(indices):
            layer = self._layer("", -1, tensor)
            out.append(Border(layer.tensor, layer.scale, layer.zero_point, layer.tensor_index))
        return out

    def tensor_name(self, index: int) -> str:
        """Name of a tensor in the user's model."""
        return self.file.tensors[index].name

    def _layer(self, layer: str, operator_index: int, tensor: Any) -> Layer:
        scale, zero_point = 0.0, 0
        if tensor.qnn_params is not None and tensor.tensor.Type() == _schema.TensorType.INT8:
            scale = float(tensor.qnn_params["scale"].value.numpy())
            zero_point = int(tensor.qnn_params["zero_point"].value.numpy())
        index = int(tensor.tensor_idx)
        name = self.tensor_name(index)
        return Layer(layer, operator_index, name, index, scale, zero_point)


def _element(result: Any, place: int) -> Any:
    if isinstance(result, _tvm.relax.Tuple):
        return result.fields[place]
    return _tvm.relax.TupleGetItem(result, place)

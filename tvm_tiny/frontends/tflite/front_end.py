# SPDX-License-Identifier: Apache-2.0
"""TFLite -> Relax: every operator by its record, NHWC.

Quantised models get ``quantize``/``dequantize`` round what is a float expression in Relax, or the
integer operator itself (``record``); float models are the same without. Every result is bound to a
variable ``t<tensor index>``, and the function attribute ``tvm_tiny.layers`` (``relax_module``) maps
that name to the layer, the operator's index and the tensor's name, index and quantisation.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

from tvm_tiny import _tvm
from tvm_tiny.frontends.tflite.conversion import Conversion, real_values
from tvm_tiny.frontends.tflite.file import read_tflite
from tvm_tiny.frontends.tflite.model import TFLiteFile, TFLiteOperator, TFLiteState
from tvm_tiny.frontends.tflite.prepare import SIGN
from tvm_tiny.frontends.tflite.record import lookup, lookup_for, plain
from tvm_tiny.passes.relax_module import (
    Border,
    Layer,
    StateBorder,
    annotate,
    with_signature_names,
)

log = logging.getLogger(__name__)
_relax: Any = _tvm.relax
_UNSIGNED_PRODUCTS = ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "TRANSPOSE_CONV")


def from_tflite_bytes(data: bytes, *, floats: bool = False) -> Any:
    """Convert a TFLite model to a Relax module.

    Args:
        data: the file; ``check.inspect_tflite`` must have passed it.
        floats: it is a float model: no tensor counts as quantised, int8 weights with scales
            ("dynamic range") become the floats that they stand for.

    Returns:
        An IRModule whose ``main`` carries the attributes of ``relax_module``. The parameters are
        the model's inputs, the result its output or a tuple of them.
    """
    return from_tflite_file(read_tflite(data), floats=floats)


def from_tflite_file(file: TFLiteFile, *, floats: bool = False) -> Any:
    """``from_tflite_bytes`` of a file that is read already."""
    counted = sum(_computes_floats(file, op) for op in file.operators)
    if counted and not floats:
        what = "layer computes" if counted == 1 else "layers compute"
        log.warning("%d %s on float32; 'tvm-tiny quantize' makes int8 of it", counted, what)
    return _Importer(file, floats).module()


def _computes_floats(file: TFLiteFile, op: TFLiteOperator) -> bool:
    """Whether its weights are float32: what costs most, and what quantisation is for."""
    weights = (file.tensors[i] for i in op.inputs if i >= 0)
    found = any(t.dtype == "float32" and t.data is not None and len(t.shape) > 1 for t in weights)
    return found and plain(op.kind) is not None


class _Importer:
    """The state of one import (``conversion.Values``)."""

    def __init__(self, file: TFLiteFile, floats: bool) -> None:
        self.file, self.floats = file, floats
        self._builder: Any = _relax.BlockBuilder()
        self._exprs: dict[int, Any] = {}
        self._layers: dict[str, Layer] = {}

    def module(self) -> Any:
        """Convert every operator in order."""
        params = [self._parameter(index) for index in self.file.inputs]
        params += [self._parameter(s.tensor) for s in self.file.states]
        with self._builder.function("main"):
            with self._builder.dataflow():
                self._shift_inputs()
                for op in self.file.operators:
                    self._convert(op)
                outputs = [self._output(index) for index in self.file.outputs]
                after = [s.following for s in self.file.states]
                outputs += [self.value(index) for index in after if index is not None]
                whole = outputs[0] if len(outputs) == 1 else _relax.Tuple(outputs)
                result = self._builder.emit_output(whole)
            self._builder.emit_func_output(result, params)
        inputs = [self._border(i) for i in self.file.inputs]
        outputs = [self._border(i) for i in self.file.outputs]
        states = [self._state(state) for state in self.file.states]
        legacy = any(
            self.file.tensors[op.outputs[0]].unsigned
            for op in self.file.operators
            if op.kind in _UNSIGNED_PRODUCTS
        )
        made = annotate(self._builder.get(), self._layers, inputs, outputs, states, legacy=legacy)
        return with_signature_names(made, self.file.input_names, self.file.output_names)

    def _state(self, state: TFLiteState) -> StateBorder:
        tensor = self.file.tensors[state.tensor]
        data = state.initial if len(set(state.initial)) > 1 else state.initial[:1]
        index = tensor.index if state.following is None else -1
        known = (tensor.name, tensor.scale, tensor.zero_point, index)
        return StateBorder(*known, data.hex(), int(state.following is not None))

    def value(self, index: int) -> Any:
        """The expression of a tensor: what an operator made, an input, or a constant."""
        if index not in self._exprs:
            tensor = self.file.tensors[index]
            array = real_values(tensor) if self.floats else tensor.array()
            return _tvm.constant(array)
        return self._exprs[index]

    def emitted(self, expr: Any) -> Any:
        """Bind an expression to a variable."""
        return self._builder.emit(expr)

    def _parameter(self, index: int) -> Any:
        tensor = self.file.tensors[index]
        dtype = "uint8" if tensor.unsigned else tensor.dtype
        var = _relax.Var(f"t{index}", _relax.TensorType(tensor.shape, dtype))
        self._exprs[index] = var
        return var

    def _shift_inputs(self) -> None:
        """Inputs of uint8 are int8 from here on."""
        for index in self.file.inputs:
            if self.file.tensors[index].unsigned:
                self._exprs[index] = self._shifted(index, f"t{index}_signed")

    def _output(self, index: int) -> Any:
        unsigned = self.file.tensors[index].unsigned
        return self._shifted(index, f"t{index}_unsigned") if unsigned else self.value(index)

    def _shifted(self, index: int, name: str) -> Any:
        layer = self._layer(self.file.tensors[index].name, -1, index)
        self._layers[name] = replace(layer, tensor="", tensor_index=-1)
        call = _tvm.integer_call("shift_unsigned", [self._exprs[index]], {})
        return self._builder.emit(call, name)

    def _convert(self, op: TFLiteOperator) -> None:
        record = lookup(op.kind) if self.floats else lookup_for(op, self.file.tensors)
        assert record is not None
        assert record.convert is not None, "the check refused unknown operators"
        made = record.convert(Conversion(self, op))
        values = made if isinstance(made, list) else [made]
        layer = self.file.tensors[op.outputs[0]].name
        for index, value in zip(op.outputs, values, strict=True):
            name = f"t{index}"
            self._exprs[index] = self._builder.emit(value, name)
            self._layers[name] = self._layer(layer, op.index, index)

    def _layer(self, layer: str, operator_index: int, index: int) -> Layer:
        tensor = self.file.tensors[index]
        scale, zero_point = (0.0, 0) if self.floats else (tensor.scale, tensor.zero_point)
        return Layer(layer, operator_index, tensor.name, index, scale, zero_point)

    def _border(self, index: int) -> Border:
        """As the model declares it: a uint8 has its own zero point."""
        layer = self._layer("", -1, index)
        zero_point = layer.zero_point + (SIGN if self.file.tensors[index].unsigned else 0)
        return Border(layer.tensor, layer.scale, zero_point, layer.tensor_index)

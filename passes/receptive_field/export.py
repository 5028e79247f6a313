# SPDX-License-Identifier: Apache-2.0
"""Float Relax -> ONNX with weights: NCHW convolutions, operator set 17, batch of any size.

Models whose convolutions are NHWC (from TFLite) keep their input as it is: values remember the
order that their bytes lie in, operators that do not care pass it on, and a Transpose is written
only where somebody needs the other order. An ordinary network gets one, at its input.
"""

from __future__ import annotations

import importlib
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from tvm_tiny.errors import Problem, UnsupportedError
from tvm_tiny.passes.receptive_field.prepare import PrepareFloat
from tvm_tiny.passes.receptive_field.program import (
    Array,
    BoundCall,
    MainFunction,
    constant_of,
    read_program,
    shape_of,
)
from tvm_tiny.passes.relax_module import INPUTS, OUTPUTS, borders_of

OPSET: Final = 17
_IR_VERSION: Final = 8
_TO_FIRST: Final = (0, 3, 1, 2)
_TO_LAST: Final = (0, 2, 3, 1)
BATCH: Final = "batch"
"""Name of the open first dimension."""


@dataclass(frozen=True)
class OnnxValue:
    """An ONNX tensor that stands for a Relax variable.

    Attributes:
        name: of the ONNX tensor.
        shape: as Relax has it.
        first: its bytes lie channels first where Relax has NHWC.
    """

    name: str
    shape: tuple[int, ...]
    first: bool = False


class Unexportable(Exception):  # noqa: N818 - collected, becomes one error
    """A step that ONNX cannot say; carries why."""


Rule = Callable[["Exporter", BoundCall], OnnxValue]


def to_onnx(module: Any, name: str = "model") -> Any:
    """Write a float module as an ONNX model.

    Args:
        module: float Relax; ``main`` with one batch, weights constant. Names of inputs, outputs and
            layers are those of its attributes (``passes/relax_module.py``).
        name: of the graph.

    Returns:
        An ``onnx.ModelProto``, IR version 8, operator set 17, its first dimension ``batch``
        wherever the model does not mix it with others.

    Raises:
        UnsupportedError: TT1203, with every operator that cannot be written and its layer.
        ToolchainError: TT4003, the package ``onnx`` is missing.
    """
    return Exporter(read_program(PrepareFloat()(module)), name).run()


class Exporter:
    """Writes nodes for the steps of a program; rules (``export_rules``) call its methods."""

    def __init__(self, program: MainFunction, name: str) -> None:
        from tvm_tiny.frontends.onnx.check import require_onnx

        self.program = program
        self.batch_is_open = True
        self._onnx = require_onnx()
        self._name = name
        self._nodes: list[Any] = []
        self._constants: dict[str, Array] = {}
        self._values: dict[Any, OnnxValue] = {}
        self._orders: dict[tuple[str, bool], str] = {}
        self._taken: set[str] = set()
        self._fused: set[Any] = set()
        self._names: dict[Any, str] = {}
        self._layer = ""

    def run(self) -> Any:
        """The model."""
        rules: Mapping[str, Rule] = importlib.import_module(
            "tvm_tiny.passes.receptive_field.export_rules"
        ).RULES
        self._open_borders()
        problems: list[Problem] = []
        for step in self.program.steps:
            if step.var in self._fused:
                continue
            rule, self._layer = rules.get(step.op), short_name(step.layer)
            try:
                if rule is None:
                    raise Unexportable("there is no ONNX form of it here")
                self._values[step.var] = rule(self, step)
            except Unexportable as error:
                what = f"'{step.op.removeprefix('relax.')}' cannot be written as ONNX"
                problems.append(Problem(what, step.where, str(error)))
                self._values[step.var] = OnnxValue("?", step.shape)
        if problems:
            message = f"{len(problems)} operator(s) cannot be exported"
            raise UnsupportedError(message, tuple(problems))
        return self._finish()

    def operand(self, expr: Any) -> OnnxValue:
        """The value of an operand that is computed at run time, or of a constant."""
        if expr in self._values:
            return self._values[expr]
        array = constant_of(expr)
        if array is None:
            raise Unexportable("an operand is neither a tensor nor a constant")
        return OnnxValue(self.constant("constant", array), array.shape)

    def plain(self, value: OnnxValue) -> str:
        """Name of the tensor in Relax's own order."""
        return self._ordered(value, False) if value.first else value.name

    def channels_first(self, value: OnnxValue) -> str:
        """Name of an NHWC tensor as NCHW."""
        return value.name if value.first else self._ordered(value, True)

    def _ordered(self, value: OnnxValue, first: bool) -> str:
        key = (value.name, first)
        if key not in self._orders:
            word = "nchw" if first else "nhwc"
            perm = _TO_FIRST if first else _TO_LAST
            out = self.unique(f"{value.name}/{word}")
            self.node("Transpose", [value.name], out, perm=list(perm))
            self._orders[key] = out
            self._orders[out, not first] = value.name
        return self._orders[key]

    def node(self, kind: str, inputs: Sequence[str], output: str, **attrs: Any) -> None:
        """Add a node, called after what it makes."""
        made = self._onnx.helper.make_node(kind, list(inputs), [output], output, **attrs)
        self._nodes.append(made)

    def emit(self, step: BoundCall, kind: str, inputs: Sequence[str], *, first: bool = False,
             **attrs: Any) -> OnnxValue:  # fmt: skip
        """Add the node that makes a step's result."""
        name = self._result_name(step, first)
        self.node(kind, inputs, name, **attrs)
        return OnnxValue(name, step.shape, first)

    def inner(self, kind: str, inputs: Sequence[str], what: str, **attrs: Any) -> str:
        """Add a node whose result stays inside a layer."""
        name = self.unique(f"{self._layer}/{what}")
        self.node(kind, inputs, name, **attrs)
        return name

    def constant(self, what: str, array: Array) -> str:
        """Add an initialiser of the current layer."""
        name = self.unique(f"{self._layer}/{what}")
        self._constants[name] = np.ascontiguousarray(array)
        return name

    def unique(self, wanted: str) -> str:
        """A name that nothing has yet."""
        base = re.sub(r"[^\w./:-]+", "_", wanted, flags=re.ASCII)[:160] or "tensor"
        name, number = base, 1
        while name in self._taken:
            number += 1
            name = f"{base}_{number}"
        self._taken.add(name)
        return name

    def fuse(self, step: BoundCall) -> None:
        """The step is done with the one before it."""
        self._fused.add(step.var)

    def alias(self, step: BoundCall, value: OnnxValue) -> None:
        """A fused step's result."""
        self._values[step.var] = value

    def close_batch(self) -> None:
        """The model mixes its first dimension with others: it stays 1."""
        self.batch_is_open = False

    def _result_name(self, step: BoundCall, first: bool) -> str:
        known = self._names.get(step.var)
        if known is not None and not first:
            return known
        name = short_name(step.layer)
        return self.unique(name if step.last else f"{name}/{step.op.split('.')[-1]}")

    def _open_borders(self) -> None:
        function = self.program.function
        known = borders_of(function, INPUTS)
        for place, param in enumerate(function.params):
            name = known[place].name if known and place < len(known) else str(param.name)
            name = self.unique(name or f"input{place}")
            self._values[param] = OnnxValue(name, shape_of(param))
        outputs = borders_of(function, OUTPUTS)
        for place, result in enumerate(self.program.results):
            name = outputs[place].name if outputs and place < len(outputs) else f"output{place}"
            if result not in self._values and result not in self._names:
                self._names[result] = self.unique(name or f"output{place}")

    def _finish(self) -> Any:
        onnx = self._onnx
        helper, kind = onnx.helper, onnx.TensorProto.FLOAT
        inputs = [self._values[p] for p in self.program.function.params]
        outputs: list[Any] = []
        for result in self.program.results:
            value = self.operand(result)
            name, wanted = self.plain(value), self._names.get(result, "")
            if wanted and name != wanted:
                self.node("Identity", [name], wanted)
            elif not wanted:
                self.node("Identity", [name], wanted := self.unique("output"))
            info = helper.make_tensor_value_info(wanted or name, kind, self._dims(value.shape))
            outputs.append(info)
        graph = helper.make_graph(
            self._nodes,
            self._name,
            [helper.make_tensor_value_info(v.name, kind, self._dims(v.shape)) for v in inputs],
            outputs,
            [onnx.numpy_helper.from_array(a, n) for n, a in self._constants.items()],
        )
        opsets = [helper.make_opsetid("", OPSET)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION)
        model.producer_name = "tvm_tiny"
        return model

    def _dims(self, shape: Sequence[int]) -> list[Any]:
        opened = self.batch_is_open and len(shape) > 1 and shape[0] == 1
        return [BATCH, *shape[1:]] if opened else list(shape)


def short_name(layer: str) -> str:
    """The first name of a layer that TFLite's converter put together from several."""
    return layer.split(";")[0] or layer


def same_bytes(shape: Sequence[int]) -> bool:
    """Whether an NHWC tensor has the same bytes as NCHW: one pixel, or one channel."""
    return math.prod(shape[1:3]) == 1 or shape[3] == 1

# SPDX-License-Identifier: Apache-2.0
"""A float ONNX model as a PyTorch module, and its trained weights back in the same graph."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tvm_tiny.errors import Problem, UnsupportedError
from tvm_tiny.frontends.onnx.floats import FloatModel, read_float_model
from tvm_tiny.frontends.onnx.graph import OnnxNode
from tvm_tiny.training._torch import Tensor, nn, torch
from tvm_tiny.training.operators import FUNCTIONS, TRAINABLE, NodeView

_Base: Any = nn.Module


def load(model: Any, shapes: Mapping[str, tuple[int, ...]] | None = None) -> OnnxModule:
    """Make a trainable module of a float ONNX model.

    Args:
        model: path or bytes of an ONNX file, or an ``onnx.ModelProto``.
        shapes: static shapes by input name, where the model leaves dimensions open.

    Raises:
        ModelError, UnsupportedError: as ``tvm_tiny.quantize``; TT1204 operators without a PyTorch
            twin, and layers that mix samples.
        ToolchainError: TT4003, PyTorch is not installed.
    """
    return OnnxModule(read_float_model(model, shapes))


def export(module: OnnxModule) -> Any:
    """The ``onnx.ModelProto`` that the module was loaded from, with the module's weights."""
    numpy_helper = importlib.import_module("onnx.numpy_helper")
    make_attribute = importlib.import_module("onnx.helper").make_attribute
    proto = type(module.model.source)()
    proto.CopyFrom(module.model.source)
    values = module.values()
    for tensor in proto.graph.initializer:
        if tensor.name in values:
            tensor.CopyFrom(numpy_helper.from_array(values[tensor.name], tensor.name))
    for node in proto.graph.node:
        if node.op_type == "Constant" and node.output[0] in values:
            value = numpy_helper.from_array(values[node.output[0]], node.output[0])
            del node.attribute[:]
            node.attribute.append(make_attribute("value", value))
    return proto


class OnnxModule(_Base):
    """The graph, node by node; parameters go by the names that they have in the model.

    Weights (``operators.TRAINABLE``) are parameters, other float constants buffers. Inputs and
    outputs are as in the model, but for the first dimension: any number of samples.
    """

    def __init__(self, model: FloatModel) -> None:
        super().__init__()
        self.model = model
        self._tensors: dict[str, tuple[Any, str]] = {}
        unknown = [
            node.problem("operator cannot be trained", "it has no PyTorch twin here")
            for node in model.graph.nodes
            if node.op not in FUNCTIONS
        ]
        if unknown:
            raise _untrainable(unknown)
        weights = _weights(model.graph.nodes)
        for name, array in model.graph.constants.items():
            if array.dtype == np.float32:
                self._add(name, array, name in weights and array.size > 1)
        self._check_samples()

    def forward(self, *inputs: Tensor) -> Any:
        """The output, or a tuple of them.

        Args:
            inputs: float32 [samples, ...], in the model's order.
        """
        outputs = self.tensors(inputs, self.model.graph.outputs)
        made = tuple(outputs[name] for name in self.model.graph.outputs)
        return made[0] if len(made) == 1 else made

    def tensors(self, inputs: Sequence[Tensor], wanted: Sequence[str]) -> dict[str, Tensor]:
        """Tensors by name, inner ones too; nothing is computed that they do not need."""
        graph = self.model.graph
        values: dict[str, Tensor] = dict(zip(graph.inputs, inputs, strict=True))
        for node in self._needed(wanted):
            made = self._run(node, values)
            values.update(zip(node.outputs, made, strict=False))
        return {name: values[name] for name in wanted}

    def values(self) -> dict[str, Any]:
        """Parameters and buffers by the model's names, as float32 arrays."""
        return {
            name: getattr(owner, leaf).detach().numpy().copy()
            for name, (owner, leaf) in self._tensors.items()
        }

    def _run(self, node: OnnxNode, values: Mapping[str, Tensor]) -> tuple[Tensor, ...]:
        graph = self.model.graph
        names = [name for name in node.inputs if name in values or name in self._tensors]
        operands = [values[n] if n in values else getattr(*self._tensors[n]) for n in names]
        step = NodeView(node, graph.constants, graph.opset, self.training)
        made = FUNCTIONS[node.op](step, operands)
        return made if isinstance(made, tuple) else (made,)

    def _needed(self, wanted: Sequence[str]) -> list[OnnxNode]:
        names, nodes = set(wanted), list[OnnxNode]()
        for node in reversed(self.model.graph.nodes):
            if names & set(node.outputs):
                names |= set(node.inputs)
                nodes.append(node)
        return nodes[::-1]

    def _add(self, name: str, array: Any, trainable: bool) -> None:
        """Register a constant; a dotted name is a path of sub-modules, as PyTorch writes them."""
        owner: Any = self
        *path, leaf = name.split(".")
        for part in path:
            child = owner._modules.get(part)
            if child is None and part and not hasattr(owner, part):
                child = nn.Module()
                owner.add_module(part, child)
            if child is None:
                owner, leaf = self, name.replace(".", "_")
                break
            owner = child
        while not leaf or hasattr(owner, leaf):
            leaf += "_"
        tensor = torch.from_numpy(np.array(array, np.float32))
        if trainable:
            owner.register_parameter(leaf, nn.Parameter(tensor))
        else:
            owner.register_buffer(leaf, tensor)
        self._tensors[name] = owner, leaf

    def _check_samples(self) -> None:
        """Run two samples: every tensor has to have the model's shape, twice."""
        model, training = self.model, self.training
        self.eval()
        values: dict[str, Tensor] = {
            name: torch.zeros(2, *shape[1:]) for name, shape in model.inputs.items()
        }
        for node in model.graph.nodes:
            try:
                with torch.no_grad():
                    made = self._run(node, values)
            except (RuntimeError, ValueError, IndexError, NotImplementedError) as error:
                lines = str(error).strip().splitlines() or [""]
                problem = node.problem("cannot be trained", lines[0][:200])
                raise _untrainable([problem]) from error
            for name, tensor in zip(node.outputs, made, strict=False):
                want = (2, *model.shapes[name][1:])
                if tuple(tensor.shape) != want:
                    why = f"two samples give {tuple(tensor.shape)} where {want} is expected"
                    raise _untrainable([node.problem("it mixes samples", why)])
                values[name] = tensor
        self.train(training)


def _weights(nodes: Sequence[OnnxNode]) -> set[str]:
    return {node.input(at) for node in nodes for at in TRAINABLE.get(node.op, ())}


def _untrainable(problems: Sequence[Problem]) -> UnsupportedError:
    return UnsupportedError("the model cannot be trained", tuple(problems), code="TT1204")

# SPDX-License-Identifier: Apache-2.0
"""The integer graph as plain data: what analyses, the planner and the emitter read.

It is extracted from the Relax module after all graph passes (``extract``); passes rewrite Relax,
never this.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy.typing as npt

from tvm_tiny.arithmetic.element_types import ElementType, element_type


@dataclass(frozen=True)
class ChannelMap:
    """How the channels of a tensor that lost some stand to those of the user's model.

    Attributes:
        count: channels in the user's model.
        kept: the channels that are left, in order.
        constants: (channel, value) of removed channels that have one value for every input; what is
            in neither list was read by nobody.
    """

    count: int
    kept: tuple[int, ...]
    constants: tuple[tuple[int, int], ...]


@dataclass(frozen=True, eq=False)
class Tensor:
    """A tensor of the integer graph.

    Attributes:
        name: unique, a C identifier.
        shape: static shape; rank-4 tensors are NHWC.
        dtype: one of ``arithmetic.element_types``; ``float32`` is for graph inputs and outputs.
        source: name of the tensor in the user's model, "" where there is none.
        source_index: its index in a TFLite model, -1 where there is none.
        scale: real value of one step (0.0: not quantised).
        zero_point: the integer that stands for 0.0.
        data: contents of a constant.
        channels: which channels it has lost against the user's model, None if it lost none.
        model_shape: shape in the user's model where that differs (the same bytes), else empty.
        signature: of an input or output, its name in the model's signature, "" where it has none.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    source: str = ""
    source_index: int = -1
    scale: float = 0.0
    zero_point: int = 0
    data: npt.NDArray[Any] | None = None
    channels: ChannelMap | None = None
    model_shape: tuple[int, ...] = ()
    signature: str = ""

    @property
    def called(self) -> str:
        """What users call it: by its signature, else as the model's tensor, else its own name."""
        return self.signature or self.source or self.name

    @property
    def elements(self) -> ElementType:
        """What its elements are."""
        return element_type(self.dtype)

    @property
    def shown_shape(self) -> tuple[int, ...]:
        """The shape that users see."""
        return self.model_shape or self.shape

    @property
    def size(self) -> int:
        """Number of elements."""
        return math.prod(self.shape)

    @property
    def nbytes(self) -> int:
        """Size in bytes."""
        return self.size * self.elements.bytes

    @property
    def rows(self) -> int:
        """Rows of the row view: everything but the two innermost dimensions (N*H for NHWC)."""
        return math.prod(self.shape[:-2])

    @property
    def row_size(self) -> int:
        """Elements in a row (W*C for NHWC)."""
        return math.prod(self.shape[-2:])

    @property
    def row_bytes(self) -> int:
        """Bytes in a row."""
        return self.row_size * self.elements.bytes


@dataclass(frozen=True, eq=False)
class Node:
    """One integer operator of the graph.

    Attributes:
        name: unique, a C identifier.
        op: key in the operator table.
        operands: tensors in the operator's operand order, constants included.
        output: the tensor it makes.
        attrs: integer parameters (strides, zero points, ...), plain Python values.
        layer: the layer's name in the user's model.
        index: the operator's index in the user's model, -1 where there is none.
    """

    name: str
    op: str
    operands: tuple[Tensor, ...]
    output: Tensor
    attrs: Mapping[str, Any] = field(default_factory=dict[str, Any])
    layer: str = ""
    index: int = -1

    @property
    def activations(self) -> tuple[Tensor, ...]:
        """Operands that are computed at run time."""
        return tuple(t for t in self.operands if t.data is None)


@dataclass(frozen=True, eq=False)
class State:
    """Memory that lasts from one run to the next.

    Attributes:
        tensor: what a run finds in it; nodes that write it say so (``Operator.written``).
        initial: contents after a reset, of the tensor's shape and dtype.
        part_of: the constant and its first element (of the last dimension) that a reset may copy
            them from, where they are a part of one.
    """

    tensor: Tensor
    initial: npt.NDArray[Any]
    part_of: tuple[Tensor, int] | None = None


@dataclass(frozen=True, eq=False)
class Graph:
    """Nodes in a valid execution order.

    Attributes:
        inputs: what the caller hands in.
        outputs: what the caller gets.
        nodes: in an order in which they can run; whoever reads a state before it is written comes
            before the node that writes it.
        states: what lasts from run to run.
    """

    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    nodes: tuple[Node, ...]
    states: tuple[State, ...] = ()

    @property
    def sources(self) -> tuple[Tensor, ...]:
        """Tensors that are there before the first node runs: inputs and states."""
        return (*self.inputs, *(s.tensor for s in self.states))

    @property
    def results(self) -> tuple[Tensor, ...]:
        """Tensors that are there after the last node has run: outputs and states."""
        return (*self.outputs, *(s.tensor for s in self.states))

    def tensors(self) -> Iterator[Tensor]:
        """Every activation tensor once: inputs and states first, then in order of production."""
        yield from self.sources
        for node in self.nodes:
            yield node.output

    def constants(self) -> Iterator[Tensor]:
        """Every constant operand once, in order of first use."""
        seen: set[str] = set()
        for node in self.nodes:
            for tensor in node.operands:
                if tensor.data is not None and tensor.name not in seen:
                    seen.add(tensor.name)
                    yield tensor

    def consumers(self) -> dict[str, list[Node]]:
        """Tensor name to the nodes that read it."""
        out: dict[str, list[Node]] = {}
        for node in self.nodes:
            for tensor in node.activations:
                users = out.setdefault(tensor.name, [])
                if node not in users:
                    users.append(node)
        return out


def scratch_name(node: str) -> str:
    """What a node's workspace is called among tensors and storages (no tensor can be)."""
    return f"scratch of {node}"

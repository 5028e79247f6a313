# SPDX-License-Identifier: Apache-2.0
"""What rules of the backward pass write: nodes, gradients with their exponent slots, states."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny.arithmetic.element_types import element_type
from tvm_tiny.graph import Graph, Node, State, Tensor
from tvm_tiny.operators.base import lookup

INT32_MAX = (1 << 31) - 1
_LOWEST_EXPONENT, _HIGHEST_EXPONENT = -127, 63  # of a first exponent; not limits of a type


@dataclass(frozen=True, eq=False)
class Grad:
    """A gradient.

    Attributes:
        tensor: its elements.
        slot: its exponent; movement of data keeps it.
        peak: what its largest real value may be like, for the first exponent.
    """

    tensor: Tensor
    slot: int
    peak: float


@dataclass(frozen=True)
class Slot:
    """An exponent.

    Attributes:
        limit: largest size of an element.
        exponent: the first one, an estimate.
    """

    limit: int
    exponent: int


@dataclass
class Tape:
    """The training graph as it grows.

    Attributes:
        forward: the graph that is trained.
        dtype: of gradients.
        state: the training state as a step has begun (``train_begin``'s result).
        peaks: state: the largest values of this step.
        nodes: of the backward pass, in order.
        extra: nodes that keep something of the forward run, by the node that they follow.
        slots: exponents.
        states: parameters and the like, in order.
        fed: an input that comes row by row, so that nobody finds it later; "" for none.
    """

    forward: Graph
    dtype: str
    state: Tensor
    peaks: Tensor
    nodes: list[Node] = field(default_factory=list[Node])
    extra: dict[str, list[Node]] = field(default_factory=dict[str, list[Node]])
    slots: list[Slot] = field(default_factory=list[Slot])
    states: list[State] = field(default_factory=list[State])
    taken: set[str] = field(default_factory=set[str])
    fed: str = ""

    def __post_init__(self) -> None:
        self.taken |= {t.name for t in self.forward.tensors()}
        self.taken |= {t.name for t in self.forward.constants()}
        self.taken |= {n.name for n in self.forward.nodes} | {self.state.name, self.peaks.name}

    def unique(self, name: str) -> str:
        """A name that no tensor or node has."""
        candidate, count = name, 1
        while candidate in self.taken:
            count += 1
            candidate = f"{name}_{count}"
        self.taken.add(candidate)
        return candidate

    def limit(self, bound: int = INT32_MAX) -> int:
        """The largest size of an element of a gradient of which a sum takes ``bound`` units."""
        return max(1, min(element_type(self.dtype).high, INT32_MAX // max(1, bound)))

    def new_slot(self, peak: float, limit: int) -> int:
        """A new exponent, for values up to about ``peak``."""
        bits = limit.bit_length()
        wanted = bits - 2 if bits > 10 else bits - 1
        exponent = math.ceil(math.log2(peak)) - wanted if peak > 0 else -40
        self.slots.append(Slot(limit, max(_LOWEST_EXPONENT, min(_HIGHEST_EXPONENT, exponent))))
        return len(self.slots) - 1

    def constant(self, name: str, data: npt.NDArray[Any]) -> Tensor:
        """A constant of the backward pass."""
        return Tensor(self.unique(name), data.shape, str(data.dtype), data=data)

    def add(
        self, op: str, of: Node, operands: Sequence[Tensor], attrs: Mapping[str, Any], why: str
    ) -> Tensor:
        """A node of the backward pass; returns its result."""
        node = self.make(op, of, operands, attrs, why)
        self.nodes.append(node)
        return node.output

    def keep(
        self, op: str, of: Node, operands: Sequence[Tensor], attrs: Mapping[str, Any], why: str
    ) -> Tensor:
        """A node that keeps something of the forward run right behind a node of it."""
        node = self.make(op, of, operands, attrs, why)
        self.extra.setdefault(of.name, []).append(node)
        return node.output

    def make(
        self, op: str, of: Node, operands: Sequence[Tensor], attrs: Mapping[str, Any], why: str
    ) -> Node:
        """A node named after the layer that it is for."""
        shape, dtype = lookup(op).infer([(t.shape, t.dtype) for t in operands], attrs)
        name = self.unique(f"{of.name}_{why}")
        output = Tensor(self.unique(f"{name}_out"), tuple(shape), dtype)
        layer = f"{of.layer or of.name} ({why})"
        return Node(name, op, tuple(operands), output, dict(attrs), layer, of.index)

    def gradient(
        self,
        op: str,
        of: Node,
        g: Grad,
        more: Sequence[Tensor],
        attrs: Mapping[str, Any],
        *,
        peak: float,
        bound: int = INT32_MAX,
    ) -> Grad:
        """A node that makes a gradient from ``g``.

        Args:
            op: the gradient operator.
            of: the forward node.
            g: operand 0.
            more: operands behind the training state and the peaks.
            attrs: besides those that all have.
            peak: see ``Grad``.
            bound: int32 sums of consumers: so many times an element must fit; INT32_MAX: no sum.
        """
        limit = self.limit(1 if bound == INT32_MAX else bound)
        slot = self.new_slot(peak, limit)
        common = {"source": g.slot, "slot": slot, "limit": limit, "dtype": self.dtype}
        operands = (g.tensor, self.state, self.peaks, *more)
        out = self.add(op, of, operands, {**attrs, **common}, f"grad{slot}")
        return Grad(out, slot, peak)

    def variable(self, tensor: Tensor, why: str) -> Tensor:
        """A constant becomes a state."""
        assert tensor.data is not None
        return self.new_state(f"{tensor.name}_{why}", np.asarray(tensor.data), tensor.source)

    def new_state(
        self, name: str, initial: npt.NDArray[Any], source: str = "",
        part_of: tuple[Tensor, int] | None = None,
    ) -> Tensor:  # fmt: skip
        """Memory that lasts, with what a reset writes (see ``State``)."""
        kind = str(initial.dtype)
        state = Tensor(self.unique(name), initial.shape, kind, source=source)
        self.states.append(State(state, initial, part_of))
        return state

# SPDX-License-Identifier: Apache-2.0
"""Inputs and outputs of a model as its C sources need them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tvm_tiny.emit.data import float_literal
from tvm_tiny.emit.names import comment_text, member_names, unique
from tvm_tiny.emit.place import Place
from tvm_tiny.graph import Graph, Tensor
from tvm_tiny.passes.decision.memory_plan import MemoryPlan
from tvm_tiny.project_spec import IoSpec

_HINTS = {
    "input": "Write it there to save the copy.",
    "output": "Valid from the end of a run to the next.",
}


@dataclass(frozen=True)
class IoCode:
    """An input or output.

    Attributes:
        spec: its interface.
        direction: ``input`` or ``output``.
        nbytes: size.
        place: where its tensor is.
        offset: of its place in the arena that the caller may use, None for none.
        wide: kernels read or write elements wider than a byte in the caller's memory.
    """

    spec: IoSpec
    direction: str
    nbytes: int
    place: Place
    offset: int | None
    wide: bool

    @property
    def name(self) -> str:
        """Member of the struct."""
        return self.spec.name

    @property
    def upper(self) -> str:
        """Part of macros."""
        return self.spec.name.upper()

    @property
    def source(self) -> str:
        """The model's own name, for comments."""
        return comment_text(self.spec.source)

    @property
    def ctype(self) -> str:
        """C type of an element."""
        return self.spec.c_type

    @property
    def scale(self) -> str:
        """As a literal, "" for none."""
        return float_literal(self.spec.scale) if self.spec.scale else ""

    @property
    def struct(self) -> str:
        """The struct with the caller's pointers."""
        return "in" if self.direction == "input" else "out"

    @property
    def hint(self) -> str:
        """What the place in the arena is good for."""
        return _HINTS[self.direction]

    @property
    def made_in_place(self) -> bool:
        """Kernels write the caller's own memory."""
        return self.place == Place("out", symbol=self.name)


@dataclass(frozen=True)
class FedInput:
    """An input that comes by rows.

    Attributes:
        io: the input.
        rows: of the whole.
        row_size: elements of a row.
        row_bytes: the same in bytes.
        held: rows that are kept.
        offset: of the kept rows in the arena, None where none is.
        state: offset of what a run knows between two calls.
    """

    io: IoCode
    rows: int
    row_size: int
    row_bytes: int
    held: int
    offset: int | None
    state: int

    @property
    def name(self) -> str:
        """See ``IoCode``."""
        return self.io.name

    @property
    def upper(self) -> str:
        """See ``IoCode``."""
        return self.io.upper

    @property
    def ctype(self) -> str:
        """See ``IoCode``."""
        return self.io.ctype

    @property
    def wide(self) -> bool:
        """Elements are wider than a byte, and rows are the caller's memory."""
        return self.io.spec.elements.bytes > 1


def io_specs(graph: Graph) -> tuple[tuple[IoSpec, ...], tuple[IoSpec, ...]]:
    """The interfaces of inputs and outputs, each with a name of its own."""
    names_in = unique(member_names(t.called for t in graph.inputs))
    names_out = member_names(t.called for t in graph.outputs)
    names_out = unique(names_out, names_in)
    inputs = tuple(io_spec(t, n) for t, n in zip(graph.inputs, names_in, strict=True))
    return inputs, tuple(io_spec(t, n) for t, n in zip(graph.outputs, names_out, strict=True))


def io_spec(tensor: Tensor, name: str) -> IoSpec:
    """The interface of a tensor."""
    return IoSpec(
        name=name,
        source=tensor.called,
        shape=tensor.shown_shape,
        dtype=tensor.dtype,
        count=tensor.size,
        scale=tensor.scale,
        zero_point=tensor.zero_point,
        tensor=tensor.source if tensor.signature else "",
    )


def io_code(
    tensor: Tensor, spec: IoSpec, direction: str, places: Mapping[str, Place], fed: bool
) -> IoCode:
    """What the sources need of an input or output; ``fed``: rows come, there is no place for it."""
    place = places[tensor.name]
    in_arena = place.kind == "arena"
    offset = place.offset if in_arena and not (fed and direction == "input") else None
    wide = spec.elements.bytes > 1 and not in_arena
    return IoCode(spec, direction, tensor.nbytes, place, offset, wide)


def fed_input(graph: Graph, plan: MemoryPlan, io: IoCode) -> FedInput | None:
    """The input that comes by rows, if one does."""
    if not plan.fed_input:
        return None
    tensor = graph.inputs[0]
    held = plan.rings[tensor.name]
    return FedInput(
        io=io,
        rows=tensor.rows,
        row_size=tensor.row_size,
        row_bytes=tensor.row_bytes,
        held=held,
        offset=plan.offsets[tensor.name] if held > 1 else None,
        state=plan.arena_bytes - plan.state_bytes,
    )

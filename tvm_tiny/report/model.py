# SPDX-License-Identifier: Apache-2.0
"""``report.json``: the schema. The text report is rendered from it, and from nothing else."""

from __future__ import annotations

from typing import Any

import msgspec

SCHEMA_VERSION = 1


class ModelInfo(msgspec.Struct, frozen=True):
    """The model file."""

    name: str
    kind: str
    sha256: str


class TensorInfo(msgspec.Struct, frozen=True):
    """A model input or output."""

    name: str
    c_name: str
    dtype: str
    shape: list[int]
    bytes: int
    in_arena: bool
    scale: float
    zero_point: int


class Memory(msgspec.Struct, frozen=True):
    """RAM, in bytes.

    ``arena_bytes``: all activations, scratch and the inputs and outputs that live in the arena.
    ``io_bytes``: inputs and outputs that the caller holds. ``stack_bytes``: high-water mark,
    measured on the simulator. ``static_bytes``: .data and .bss of the linked program.
    ``lower_bound_bytes``: no layer-by-layer plan needs less arena. ``gap_bytes``: 0 if proven.
    """

    arena_bytes: int
    io_bytes: int
    stack_bytes: int | None
    static_bytes: int | None
    lower_bound_bytes: int
    optimal: bool
    gap_bytes: int
    peak_layer: str


class Flash(msgspec.Struct, frozen=True):
    """Read-only memory, in bytes, from the linked program (weights and tables from the sources)."""

    weights_bytes: int
    tables_bytes: int
    code_bytes: int | None


class Cycles(msgspec.Struct, frozen=True):
    """Cycles of one run. Modelled and measured ones are never mixed."""

    modelled: int | None
    measured: int | None
    instructions: int | None
    core: str
    compiler: str


class LayerInfo(msgspec.Struct, frozen=True):
    """One executed layer.

    ``origin`` of its schedule: ``tuned``, ``rule`` (the first that accepts) or ``fallback``.
    """

    index: int
    name: str
    op: str
    shape: list[int]
    macs: int
    live_bytes: int
    weight_bytes: int
    kernel: str
    schedule: str
    why: str
    instructions: int | None
    cycles_modelled: int | None
    origin: str = "rule"


class Segment(msgspec.Struct, frozen=True):
    """A piece of the plan."""

    kind: str
    layers: list[str]


class Placement(msgspec.Struct, frozen=True):
    """Something in the arena: bytes [offset, offset + bytes) in steps first..last.

    Step i is the i-th layer of all segments; -1 is before the first, their number after the last.
    ``ring_rows``: rows that are kept of it (row i in slot i modulo that), 0: it is there whole.
    ``kind``: ``tensor``, ``ring``, ``view`` (another's bytes), ``workspace`` (of a layer, which
    ``tensor`` names), ``state`` (where a row-fed run stands). ``rows``: of the whole tensor.
    """

    tensor: str
    offset: int
    bytes: int
    first_step: int
    last_step: int
    ring_rows: int = 0
    kind: str = "tensor"
    rows: int = 0


class Plan(msgspec.Struct, frozen=True):
    """Execution order, placement and in-place pairs.

    ``proof``: for what the arena is proven minimal. ``fed_input``: comes row by row, "" for none.
    ``peak_step``: a step of the fullest segment; ``peak_bytes``: in use there, shared bytes counted
    once; ``at_peak``: what lies there, largest first.
    """

    segments: list[Segment]
    placements: list[Placement]
    in_place: list[str]
    proof: str = "none"
    fed_input: str = ""
    peak_step: int = 0
    peak_bytes: int = 0
    at_peak: list[Placement] = []


class Limits(msgspec.Struct, frozen=True):
    """What the user allowed, and whether it is met (None: no limit)."""

    ram_bytes: int | None
    flash_bytes: int | None
    fits: bool


class Report(msgspec.Struct, frozen=True):
    """Everything about a build."""

    schema_version: int
    tool_version: str
    model: ModelInfo
    target: str
    macs: int
    macs_executed: int
    memory: Memory
    flash: Flash
    cycles: Cycles
    limits: Limits
    inputs: list[TensorInfo]
    outputs: list[TensorInfo]
    layers: list[LayerInfo]
    plan: Plan
    notes: list[str]


def to_json(report: Report) -> str:
    """Stable, indented JSON."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2).decode() + "\n"


def from_json(text: str | bytes) -> Report:
    """Strict decoding; raises ``msgspec.ValidationError`` with the path of what is wrong."""
    return msgspec.json.decode(text, type=Report)


def json_schema() -> dict[str, Any]:
    """JSON Schema of ``report.json``."""
    return msgspec.json.schema(Report)

# SPDX-License-Identifier: Apache-2.0
"""``report.json``: the schema. The text report is rendered from it, and from nothing else."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Literal

import msgspec

from tvm_tiny.files.reading import UnreadableError, decode_json
from tvm_tiny.report.board import BoardInfo
from tvm_tiny.report.results import (
    Accuracy,
    LayerCost,
    PlanPoint,
    TrainingInfo,
    ValidationInfo,
)

SCHEMA_VERSION = 2
"""2 added fields, all with defaults: files of version 1 are read."""


class ModelInfo(msgspec.Struct, frozen=True):
    """The model file."""

    name: str
    kind: str
    sha256: str


class TensorInfo(msgspec.Struct, frozen=True):
    """A model input or output.

    ``name``: in the model's signature, else the tensor's; ``tensor``: the tensor's where that is
    another.
    """

    name: str
    c_name: str
    dtype: str
    shape: list[int]
    bytes: int
    in_arena: bool
    scale: float
    zero_point: int
    tensor: str = ""


class Memory(msgspec.Struct, frozen=True):
    """RAM, in bytes.

    All RAM of a run, which limits and verdicts count, is the sum of three that do not overlap:
    arena, stack, and what the caller must hold beside the arena; ``ram_bytes`` is that sum (0 in
    files of version 1: see ``used_bytes``).

    ``arena_bytes``: all activations, scratch and the inputs and outputs that live in the arena.
    ``io_bytes``: inputs and outputs that the caller holds. ``stack_bytes``: high-water mark,
    measured on the simulator. ``static_bytes``: .data and .bss of the linked program.
    ``lower_bound_bytes``: no layer-by-layer plan needs less arena. ``gap_bytes``: 0 if proven.
    ``state_bytes``: of the arena, what lasts from one run to the next. ``dma_bytes``: of
    ``io_bytes``, buffers of inputs that were asked for beside the arena.
    """

    arena_bytes: int
    io_bytes: int
    stack_bytes: int | None
    static_bytes: int | None
    lower_bound_bytes: int
    optimal: bool
    gap_bytes: int
    peak_layer: str
    state_bytes: int = 0
    ram_bytes: int = 0
    dma_bytes: int = 0

    @property
    def used_bytes(self) -> int:
        """All RAM of a run; without a stack that was measured, what is known of it."""
        return self.arena_bytes + (self.stack_bytes or 0) + self.io_bytes


class Flash(msgspec.Struct, frozen=True):
    """Read-only memory, in bytes, from the linked program (weights and tables from the sources)."""

    weights_bytes: int
    tables_bytes: int
    code_bytes: int | None

    @property
    def used_bytes(self) -> int:
        """All of it; without a tool chain, what is known."""
        return self.weights_bytes + self.tables_bytes + (self.code_bytes or 0)


class Cycles(msgspec.Struct, frozen=True):
    """Cycles of one run. Modelled and measured ones are never mixed.

    ``modelled``: of the core, memories answering at once. ``stalls``: what a board's memories add
    to them, None without a board. ``hz``: the clock that was asked for, or the board's; ``ms``: a
    run at that clock, stalls and all.
    """

    modelled: int | None
    measured: int | None
    instructions: int | None
    core: str
    compiler: str
    stalls: int | None = None
    hz: int | None = None
    ms: float | None = None

    @property
    def total(self) -> int | None:
        """Cycles of the core and what it waits."""
        return None if self.modelled is None else self.modelled + (self.stalls or 0)


class HotLoop(msgspec.Struct, frozen=True):
    """The block of a layer in which most of its modelled cycles go; ``code``: its assembly."""

    function: str
    cycles: int
    executions: int
    code: list[str]


class LayerInfo(msgspec.Struct, frozen=True):
    """One executed layer.

    ``origin`` of its schedule: ``tuned``, ``rule`` (the first that accepts) or ``fallback``.
    ``stall_cycles``: waited for memories on a board, besides ``cycles_modelled``;
    ``stalls_by_region``: the same by region and code or data.
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
    hot: HotLoop | None = None
    stall_cycles: int | None = None
    stalls_by_region: dict[str, int] = {}


class SegmentInfo(msgspec.Struct, frozen=True):
    """A piece of the plan.

    ``calls``: of one whose layers run row by row, in order: the layer's number in ``layers``, the
    row, and how many rows follow it at once (runs of one layer are one entry). Empty: layer by
    layer, or too many to be told.
    """

    kind: str
    layers: list[str]
    calls: list[tuple[int, int, int]] = []


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
    kind: Literal["tensor", "ring", "view", "workspace", "state"] = "tensor"
    rows: int = 0


class InPlaceInfo(msgspec.Struct, frozen=True):
    """An output that lies over an operand which dies at its layer.

    ``distance_bytes``: offset of the output minus the operand's; ``safe_bytes``: how far that may
    go; ``shared_bytes``: that belong to both. ``descending``: rows run from the last to the first.
    """

    layer: str
    operand: str
    output: str
    distance_bytes: int
    safe_bytes: int
    shared_bytes: int
    descending: bool


class Plan(msgspec.Struct, frozen=True):
    """Execution order, placement and in-place pairs.

    ``proof``: for what the arena is proven minimal. ``fed_input``: comes row by row, "" for none.
    ``peak_step``: a step of the fullest segment; ``peak_bytes``: in use there, shared bytes counted
    once; ``at_peak``: what lies there, largest first. ``in_place``: for readers; ``overlaps``: the
    same as figures. ``cut``: what stopped the search, ``steps`` (the same plan on every machine) or
    ``seconds`` (the plan need not come again); "" for nothing.
    """

    segments: list[SegmentInfo]
    placements: list[Placement]
    in_place: list[str]
    proof: str = "none"
    fed_input: str = ""
    peak_step: int = 0
    peak_bytes: int = 0
    at_peak: list[Placement] = []
    overlaps: list[InPlaceInfo] = []
    cut: str = ""


class Limits(msgspec.Struct, frozen=True):
    """What the user allowed, and whether it is met (None: no limit)."""

    ram_bytes: int | None
    flash_bytes: int | None
    fits: bool
    ms: float | None = None


class Report(msgspec.Struct, frozen=True):
    """Everything about a build; ``plans`` and what follows only if somebody asked for it."""

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
    plans: list[PlanPoint] = []
    validation: ValidationInfo | None = None
    accuracy: Accuracy | None = None
    training: TrainingInfo | None = None
    layer_costs: list[LayerCost] = []

    def __repr__(self) -> str:
        """One line with what matters."""
        memory, cycles = self.memory, self.cycles.modelled
        return (
            f"Report({self.model.name} on {self.target}: RAM {memory.used_bytes:,} B,"
            f" flash {self.flash.used_bytes:,} B,"
            f" {'? ' if cycles is None else f'{cycles:,} '}cycles)"
        )

    def _repr_html_(self) -> str:
        return str(import_module("tvm_tiny.report.page").report_html(self))

    board: BoardInfo | None = None


def to_json(report: Report) -> str:
    """Stable, indented JSON."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2).decode() + "\n"


def from_json(text: str | bytes) -> Report:
    """Strict decoding; raises ``UnreadableError`` with the path of what is wrong."""
    report = decode_json(text.encode() if isinstance(text, str) else text, Report)
    if not 1 <= report.schema_version <= SCHEMA_VERSION:
        said = f"schema_version {report.schema_version}"
        raise UnreadableError(f"{said}: this version reads 1 to {SCHEMA_VERSION}")
    _check_numbers(report)
    return report


def _check_numbers(report: Report) -> None:
    """Refuse numbers that no count of bytes or cycles reaches: rates of them would overflow."""
    left: list[Any] = [msgspec.to_builtins(report)]
    while left:
        value = left.pop()
        if isinstance(value, dict):
            left.extend(value.values())
        elif isinstance(value, list | tuple):
            left.extend(value)
        elif isinstance(value, int) and abs(value) >= 1 << 63:
            raise UnreadableError("a number of more than 63 bits")


def json_schema() -> dict[str, Any]:
    """JSON Schema of ``report.json``."""
    return msgspec.json.schema(Report)

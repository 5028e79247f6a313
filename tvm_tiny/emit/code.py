# SPDX-License-Identifier: Apache-2.0
"""Everything that the templates of a model's sources read, frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tvm_tiny.emit.data import CArray
from tvm_tiny.emit.interface import FedInput, IoCode
from tvm_tiny.emit.patches import PatchCode
from tvm_tiny.emit.states import StateCode
from tvm_tiny.emit.streams import FEED, Section, Stream
from tvm_tiny.emit.training import TrainingCode
from tvm_tiny.project_spec import ProjectSpec
from tvm_tiny.schedules.apply import Kernel
from tvm_tiny.schedules.dsp.matrix import COMPACT_HEADER


@dataclass(frozen=True)
class KernelCode:
    """A kernel and the numbers of the layers that call it."""

    kernel: Kernel
    layers: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class ModelCode:
    """A model.

    Attributes:
        spec: its interface.
        inputs, outputs: in the order of the model.
        states: what lasts from run to run.
        state_mark: where a reset leaves its mark, and which.
        sections: what a run does.
        training: of a model that learns.
        streams: that are among the sections.
        patches: functions that stand for several layers.
        fed: the input that comes by rows.
        kernels: the C functions.
        arrays: constants.
        headers: of micro-kernels.
    """

    spec: ProjectSpec
    inputs: tuple[IoCode, ...]
    outputs: tuple[IoCode, ...]
    states: tuple[StateCode, ...]
    state_mark: Mapping[str, int] | None
    sections: tuple[Section, ...]
    training: TrainingCode | None
    streams: tuple[Stream, ...]
    patches: tuple[PatchCode, ...]
    fed: FedInput | None
    kernels: tuple[KernelCode, ...]
    arrays: tuple[CArray, ...]
    headers: tuple[str, ...]

    @property
    def name(self) -> str:
        """Prefix of every symbol."""
        return self.spec.model

    @property
    def small(self) -> bool:
        """Whether the C is compiled for size."""
        return COMPACT_HEADER in self.headers

    @property
    def upper(self) -> str:
        """Prefix of macros."""
        return self.spec.prefix

    @property
    def arena_io(self) -> tuple[IoCode, ...]:
        """Inputs and outputs whose place in the arena the caller may use."""
        return tuple(io for io in (*self.inputs, *self.outputs) if io.offset is not None)

    @property
    def output_copies(self) -> tuple[IoCode, ...]:
        """Outputs that are copied to the caller's memory."""
        return tuple(io for io in self.outputs if not io.made_in_place)

    @property
    def copies(self) -> bool:
        """Whether anything is copied at all."""
        return (
            bool(self.output_copies or self.training)
            or any(io.offset is not None for io in self.inputs)
            or any(s.symbol for s in self.states)
            or (self.fed is not None and self.fed.held > 1)
        )

    @property
    def widens(self) -> bool:
        """Whether a reset makes words of half words."""
        return any(s.narrow for s in self.states)

    @property
    def stream_layers(self) -> int:
        """Layers of the longest stream."""
        return max((s.last - s.first + 1 for s in self.streams), default=0)

    @property
    def feed(self) -> int:
        """Entry of a schedule that takes a row."""
        return FEED

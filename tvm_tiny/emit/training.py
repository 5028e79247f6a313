# SPDX-License-Identifier: Apache-2.0
"""What the C sources of a model that learns have besides those of one that does not."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tvm_tiny.emit.interface import io_spec
from tvm_tiny.emit.names import comment_text
from tvm_tiny.emit.place import Place
from tvm_tiny.emit.streams import Section
from tvm_tiny.graph import Graph, Tensor
from tvm_tiny.passes.backward.build import Training
from tvm_tiny.passes.decision.memory_plan import MemoryPlan
from tvm_tiny.project_spec import IoSpec, TrainingSpec

HEADER_WORDS = 8
"""Magic, version, two words that stand for model and layout, step, bytes, CRCs."""
MAGIC = 0x524C5454
VERSION = 2


@dataclass(frozen=True)
class Part:
    """A tensor of what was learned: its name, place in the arena and size in bytes."""

    title: str
    offset: int
    nbytes: int


@dataclass(frozen=True)
class TrainingCode:
    """What the templates need.

    Attributes:
        spec: the interface.
        label: the label's C type and name in the interface.
        offset: where the label goes in the arena.
        parts: what export writes, in order.
        state: where the training state lies.
        identity: two words that stand for model and layout.
        payload_bytes: of the parts together.
        sections: the backward part: layers and streams in order.
    """

    spec: TrainingSpec
    label: IoSpec
    offset: int
    parts: tuple[Part, ...]
    state: int
    identity: tuple[int, int]
    payload_bytes: int
    sections: Sequence[Section]

    @property
    def magic(self) -> int:
        """First word of an export."""
        return MAGIC

    @property
    def version(self) -> int:
        """Second word of an export."""
        return VERSION

    @property
    def header_words(self) -> int:
        """Words before the parts."""
        return HEADER_WORDS


def without_label(graph: Graph, training: Training | None) -> Graph:
    """The graph with the inputs of an inference."""
    if training is None:
        return graph
    kept = tuple(t for t in graph.inputs if t.name != training.label.name)
    return replace(graph, inputs=kept)


def training_spec(training: Training | None) -> TrainingSpec | None:
    """The interface of training."""
    if training is None:
        return None
    label = training.label
    io = io_spec(label, "label" if training.classes else "target")
    tensors = (*training.learned, training.state, training.peaks)
    payload = sum(t.nbytes for t in tensors)
    return TrainingSpec(io, training.classes, 4 * HEADER_WORDS + payload)


def make_training(
    training: Training,
    plan: MemoryPlan,
    places: Mapping[str, Place],
    sections: Sequence[Section],
    model_sha256: str,
) -> TrainingCode:
    """What the templates need, from a plan."""
    spec = training_spec(training)
    assert spec is not None
    tensors = (*training.learned, training.state, training.peaks)
    parts = tuple(
        Part(comment_text(f"{t.source or t.name}: {t.dtype} {list(t.shape)}"),
             plan.offsets[t.name], t.nbytes)
        for t in tensors
    )  # fmt: skip
    return TrainingCode(
        spec=spec,
        label=spec.label,
        offset=places[training.label.name].offset,
        parts=parts,
        state=plan.offsets[training.state.name],
        identity=identity_of(model_sha256, tensors),
        payload_bytes=sum(p.nbytes for p in parts),
        sections=sections,
    )


def identity_of(model_sha256: str, tensors: Sequence[Tensor]) -> tuple[int, int]:
    """Two words that other models, schemes or versions of the arithmetic do not have."""
    layout = ";".join(f"{t.name} {t.dtype} {t.shape}" for t in tensors)
    digest = hashlib.sha256(f"{VERSION}\0{model_sha256}\0{layout}".encode()).digest()
    return int.from_bytes(digest[:4], "little"), int.from_bytes(digest[4:8], "little")

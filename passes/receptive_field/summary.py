# SPDX-License-Identifier: Apache-2.0
"""What a redistribution bought: figures before and after."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from tvm_tiny.graph import Graph
from tvm_tiny.operators.macs import total_macs
from tvm_tiny.passes.receptive_field.analysis import Pair, analyse
from tvm_tiny.passes.receptive_field.choose import total_weights
from tvm_tiny.passes.receptive_field.edit import WindowChange
from tvm_tiny.passes.receptive_field.plans import (
    PATCHES,
    PatchOverhead,
    StreamOverhead,
    patch_overhead,
    stream_overhead,
)
from tvm_tiny.passes.receptive_field.stage import Stage


@dataclass(frozen=True)
class EarlyStage:
    """A model with its early stage.

    Attributes:
        field: receptive field (rows, columns) of what the results are made of.
        stage_field: of an element of the stage's result.
        stage_halo: positions of the input that neighbouring elements of it share.
        macs: of the whole model, layer by layer.
        weights: parameters of convolutions and matrix products.
        patches: the stage as 2 x 2 and 4 x 4 patches.
        stream: the stage as a stream.
    """

    field: Pair
    stage_field: Pair
    stage_halo: Pair
    macs: int
    weights: int
    patches: tuple[PatchOverhead, ...]
    stream: StreamOverhead


@dataclass(frozen=True)
class Summary:
    """A redistribution.

    Attributes:
        stage: last layer of the early stage.
        stage_layers: operators in it.
        budget: work and weights that it was allowed to add, as a share.
        before: the original.
        after: the result.
        changes: the windows.
    """

    stage: str
    stage_layers: int
    budget: float
    before: EarlyStage
    after: EarlyStage
    changes: tuple[WindowChange, ...]

    @property
    def extra_macs(self) -> int:
        """Multiply-accumulates gained (negative: lost), without any recomputation."""
        return self.after.macs - self.before.macs

    @property
    def extra_weights(self) -> int:
        """Parameters gained."""
        return self.after.weights - self.before.weights

    def recomputed(self, patches: int) -> tuple[int, int]:
        """MACs recomputed by patches x patches patches, before and after."""
        found = [
            next(p.recomputed_macs for p in f.patches if p.wanted == patches)
            for f in (self.before, self.after)
        ]
        return found[0], found[1]

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        more = {"extra_macs": self.extra_macs, "extra_weights": self.extra_weights}
        return {**asdict(self), **more}


def figures(graph: Graph, stage: Stage) -> EarlyStage:
    """Measure a graph with its stage."""
    found = analyse(graph)
    last = next(v for v in found.layers if v.node == stage.nodes[-1])
    return EarlyStage(
        field=found.total,
        stage_field=last.field,
        stage_halo=last.halo,
        macs=total_macs(graph),
        weights=total_weights(graph),
        patches=tuple(patch_overhead(graph, stage, n) for n in PATCHES),
        stream=stream_overhead(graph, stage),
    )

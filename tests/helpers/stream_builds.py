# SPDX-License-Identifier: Apache-2.0
"""Artifacts with a plan of the test's choice, and their comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tvm_tiny.artifact import Artifact
from tvm_tiny.emit.sources import emit
from tvm_tiny.graph import Graph
from tvm_tiny.passes.decision.memory_plan import MemoryPlan
from tvm_tiny.run.samples import random_samples
from tvm_tiny.targets import load_core


def names(graph: Graph) -> list[str]:
    return [n.name for n in graph.nodes]


def cut(names: Sequence[str], sizes: Sequence[int]) -> list[list[str]]:
    """Segments of these sizes, repeated as long as there are nodes."""
    out: list[list[str]] = []
    at = turn = 0
    while at < len(names):
        size = sizes[turn % len(sizes)]
        out.append(list(names[at : at + size]))
        at, turn = at + size, turn + 1
    return out


def with_plan(artifact: Artifact, plan: MemoryPlan) -> Artifact:
    compiled = artifact.compiled
    emitted = emit(
        compiled.graph,
        plan,
        compiled.schedules,
        model=artifact.spec.model,
        core=load_core(artifact.options.target),
        model_sha256=artifact.loaded.sha256,
    )
    return Artifact(
        artifact.loaded, artifact.options, replace(compiled, plan=plan, emitted=emitted)
    )


def scratch(artifact: Artifact) -> dict[str, int]:
    return {n: s.scratch_bytes for n, s in artifact.compiled.schedules.items()}


def by_channels(artifact: Artifact) -> set[str]:
    """Tensors that never stand anywhere: made and averaged by blocks of channels."""
    graph, plan = artifact.compiled.graph, artifact.compiled.plan
    blocked = {r.nodes[0] for r in plan.rewrites if r.kind == "channels"}
    return {n.output.source or n.output.name for n in graph.nodes if n.name in blocked}


def same_bytes(one: Artifact, other: Artifact) -> None:
    """Outputs and every layer, for two inputs, on the host."""
    for sample in random_samples(one.spec.inputs, 2, 3):
        a, b = (x.run(sample, "host", layers=True) for x in (one, other))
        assert a.outputs.keys() == b.outputs.keys()
        for name in a.outputs:
            np.testing.assert_array_equal(a.outputs[name], b.outputs[name])
        made = a.layers.keys() - by_channels(other)
        assert made <= b.layers.keys()  # and copies that the plan keeps of some
        for name in made:
            np.testing.assert_array_equal(a.layers[name], b.layers[name])

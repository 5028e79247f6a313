# SPDX-License-Identifier: Apache-2.0
"""RAM of a model that learns, by kind."""

from __future__ import annotations

from dataclasses import dataclass

from tvm_tiny.emit.training import HEADER_WORDS
from tvm_tiny.operators import lookup
from tvm_tiny.passes.backward.build import Training
from tvm_tiny.result import Compiled


@dataclass(frozen=True)
class TrainingMemory:
    """What the arena is used for, in bytes.

    Attributes:
        arena_bytes: all of it.
        weights_bytes: trained weights with their further bits.
        biases_bytes: trained biases.
        velocities_bytes: of parameters that move by momentum, or once in several samples.
        state_bytes: seed, step, learning rate, exponents, peaks, the mark of a reset.
        saved_bytes: results of the inference that the backward part reads, when it begins.
        masks_bytes: bits and places that it keeps of clamps and pools.
        learned_bytes: of an export.
        macs_forward, macs_backward, macs_update: multiply-accumulates of a step.
    """

    arena_bytes: int
    weights_bytes: int
    biases_bytes: int
    velocities_bytes: int
    state_bytes: int
    saved_bytes: int
    masks_bytes: int
    learned_bytes: int
    macs_forward: int
    macs_backward: int
    macs_update: int

    def by_kind(self) -> dict[str, int]:
        """Kinds and bytes; what is left is for what lives within either part."""
        kinds = {
            "weights": self.weights_bytes,
            "biases": self.biases_bytes,
            "velocities": self.velocities_bytes,
            "state": self.state_bytes,
            "saved": self.saved_bytes,
            "masks": self.masks_bytes,
        }
        return kinds | {"passing": self.arena_bytes - sum(kinds.values())}


PARTS: tuple[str, str, str] = ("forward", "backward", "update")
MOMENTUM = "_momentum"
_MASKS = ("clamp_bits", "max_pool_index")


def training_memory(compiled: Compiled, training: Training) -> TrainingMemory:
    """Add up what the plan decided."""
    graph, plan = compiled.planned, compiled.plan
    nodes = {n.name: n for n in graph.nodes}
    at = {name: i for i, name in enumerate(plan.order)}
    begin = at[training.begin]
    params = {t.name: role for roles in training.layers.values() for role, t in roles.items()}
    states = {s.tensor.name: s.tensor.nbytes for s in graph.states}
    biases = sum(size for name, size in states.items() if params.get(name) == "bias")
    learned = sum(t.nbytes for t in training.learned)
    drives = {n.operands[lookup(n.op).written[0]].name for n in graph.nodes
              if n.op.endswith(MOMENTUM)}  # fmt: skip
    velocities = sum(states[name] for name in drives)
    backward = [n for n in graph.nodes if n.op in _MASKS or at[n.name] > begin]
    read = {t.name for n in backward for t in n.activations}
    masks = sum(n.output.nbytes for n in graph.nodes if n.op in _MASKS)
    made = [nodes[name] for name in plan.order[:begin]]
    after = {t.name for n in graph.nodes if at[n.name] > begin for t in n.activations}
    inputs = {t.name: t for t in graph.inputs if t.name != training.label.name}
    kept = {n.output.name: n.output for n in made if n.op not in _MASKS} | inputs
    saved = sum(t.nbytes for name, t in kept.items() if name in after and name in read)
    macs = dict.fromkeys(PARTS, 0)
    for name, part in part_of_nodes(compiled, training).items():
        macs[part] += lookup(nodes[name].op).macs(nodes[name])
    tensors = (training.state, training.peaks)
    return TrainingMemory(
        plan.arena_bytes,
        learned - biases - velocities,
        biases,
        velocities,
        sum(states.values()) - learned,
        saved,
        masks,
        4 * HEADER_WORDS + learned + sum(t.nbytes for t in tensors),
        *macs.values(),
    )


def part_of_nodes(compiled: Compiled, training: Training) -> dict[str, str]:
    """Node to its part of a step."""
    at = {name: i for i, name in enumerate(compiled.plan.order)}
    out: dict[str, str] = {}
    for node in compiled.planned.nodes:
        moves = node.op.endswith(("_update", MOMENTUM))
        behind = PARTS[2] if moves else PARTS[1]
        out[node.name] = PARTS[0] if at[node.name] < at[training.begin] else behind
    return out

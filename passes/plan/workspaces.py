# SPDX-License-Identifier: Apache-2.0
"""Workspaces of a graph's kernels, those included that only a plan adds.

A plan runs layers in part: some columns, some channels. Their kernels are chosen by the same rules
as those of whole layers, but may be others (a rule that takes a whole row need not take four
columns), with more or less workspace. What a plan needs is known once its layers are: so whoever
places one asks here, and plan and build count the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from tvm_tiny.graph import Graph, Node
from tvm_tiny.operators.base import lookup
from tvm_tiny.operators.carried import plain
from tvm_tiny.passes.decision.rewrite import first_of
from tvm_tiny.schedules.rule import Scheduled, apply_first
from tvm_tiny.targets import Core

Scheduler = Callable[[Graph], Mapping[str, Scheduled]]
"""Node name to its scheduled row kernel, views left out."""


class Workspaces(Mapping[str, int]):
    """Node name to the bytes of its kernel's workspace, where it has one.

    As a mapping it knows the layers as the model has them; ``of`` knows those of a rewritten graph.
    """

    def __init__(self, schedules: Mapping[str, Scheduled], scheduler: Scheduler) -> None:
        """Of these kernels, and of those that ``scheduler`` makes of other nodes."""
        self._whole = {name: s.scratch_bytes for name, s in schedules.items()}
        self._scheduler = scheduler
        self._found: dict[bytes, int] = {}

    def __getitem__(self, name: str) -> int:
        """Bytes of a layer's workspace; KeyError if it has none."""
        size = self._whole[name]
        if not size:
            raise KeyError(name)
        return size

    def __iter__(self) -> Iterator[str]:
        """Layers that have one."""
        return (name for name, size in self._whole.items() if size)

    def __len__(self) -> int:
        """How many have one."""
        return sum(map(bool, self._whole.values()))

    def of(self, graph: Graph) -> dict[str, int]:
        """The same for a rewritten graph: the most that a layer needs, however it runs there.

        Layers that run in part or again count under the name of the first; of patches, the layers.
        """
        runs = list(_runs(graph))
        self._learn(graph, [node for _, node in runs])
        needs: dict[str, int] = {}
        for name, node in runs:
            needs[name] = max(needs.get(name, 0), self._size(node))
        return {**self, **needs}

    def _size(self, node: Node) -> int:
        whole = self._whole.get(node.name)
        return self._found[_content(node)] if whole is None else whole

    def _learn(self, graph: Graph, nodes: list[Node]) -> None:
        """Schedule what is new; nodes that differ in their names only are one."""
        new = {_content(n): n for n in nodes if n.name not in self._whole}
        new = {key: node for key, node in new.items() if key not in self._found}
        if new:
            made = self._scheduler(replace(graph, nodes=tuple(new.values())))
            self._found |= {key: made[node.name].scratch_bytes for key, node in new.items()}


def workspaces_of(graph: Graph, schedules: Mapping[str, Scheduled], core: Core) -> Workspaces:
    """Of kernels that a core's rules made; their rules make those of other nodes, too.

    Args:
        graph: the integer graph.
        schedules: node name to its kernel; of nodes that another plan added, too.
        core: the target core.
    """
    whole = {n.name: schedules[n.name] for n in graph.nodes if n.name in schedules}
    rules = next((s.rules for s in whole.values() if s.rules), ())

    def scheduler(graph: Graph) -> dict[str, Scheduled]:
        return {
            node.name: apply_first(rules, lookup(node.op).kernel(node), node, core)
            for node in graph.nodes
        }

    return Workspaces(whole, scheduler)


def _runs(graph: Graph) -> Iterator[tuple[str, Node]]:
    """Every node that has a kernel, with the name of the layer that it is or is a part of."""
    for node in graph.nodes:
        if node.op == "patch":
            geometry = node.attrs["geometry"]
            for variant in geometry.variants:
                for layer, narrow in zip(geometry.nodes, variant.nodes, strict=True):
                    if not lookup(narrow.op).is_view:
                        yield first_of(layer.name), narrow
        elif not lookup(node.op).is_view:
            yield first_of(node.name), plain(node)


def _content(node: Node) -> bytes:
    """What a kernel depends on: everything but names."""
    found = hashlib.blake2b(digest_size=16)
    found.update(repr((node.op, sorted(node.attrs.items()))).encode())
    for tensor in (*node.operands, node.output):
        found.update(repr((tensor.shape, tensor.dtype)).encode())
        if tensor.data is not None:
            found.update(tensor.data.tobytes())
    return found.digest()

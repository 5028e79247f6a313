# SPDX-License-Identifier: Apache-2.0
"""What a plan changes about the graph before it runs it: plain data, and its application.

Nothing here changes a result: the same layers compute the same integers, some of them twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.graph import Graph, Node, Tensor
from tvm_tiny.operators.reduce import adds_up_by_rows
from tvm_tiny.passes.recompute.geometry import Patched, make_geometry

MAX_TILES = 32
AGAIN = "_again"
"""Ends the names of what is made a second time."""


@dataclass(frozen=True)
class Rewrite:
    """One change.

    ``patch``: the layers ``nodes`` run as one; ``rows`` rows of the last one's result at a call, in
    ``tiles`` tiles across its width; what tiles and calls share is computed for each.
    ``by_rows``: the mean of ``nodes`` (one) adds up its operand row by row.
    ``again``: ``nodes`` run a second time for the layers ``readers``, so that what they make need
    not be kept between its readers.

    Attributes:
        kind: which.
        nodes: node names, in execution order.
        rows: of a patch.
        tiles: of a patch.
        readers: of what is made again.
    """

    kind: Literal["patch", "by_rows", "again"]
    nodes: tuple[str, ...]
    rows: int = 1
    tiles: int = 1
    readers: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Of the node that stands for a patch."""
        return f"{self.nodes[-1]}_patch"


def apply_rewrites(graph: Graph, rewrites: Sequence[Rewrite]) -> Graph:
    """The graph that a plan runs. A graph to which they have been applied comes back as it is.

    Raises:
        UsageError: a rewrite that does not fit the graph.
    """
    for rewrite in rewrites:
        nodes = {n.name: n for n in graph.nodes}
        if rewrite.kind == "by_rows":
            graph = _by_rows(graph, nodes, rewrite)
        elif rewrite.kind == "again":
            graph = _again(graph, nodes, rewrite)
        elif rewrite.name not in nodes:
            graph = _patch(graph, nodes, rewrite)
    return graph


def _wrong(rewrite: Rewrite, why: str) -> UsageError:
    problem = Problem(f"cannot run as {rewrite.kind}", where=", ".join(rewrite.nodes), why=why)
    return UsageError("the plan does not fit the model", (problem,))


def _named(nodes: Mapping[str, Node], rewrite: Rewrite) -> list[Node]:
    missing = [n for n in (*rewrite.nodes, *rewrite.readers) if n not in nodes]
    if missing or not rewrite.nodes:
        raise _wrong(rewrite, f"there is no node '{missing[0]}'" if missing else "no node is named")
    return [nodes[n] for n in rewrite.nodes]


def _by_rows(graph: Graph, nodes: Mapping[str, Node], rewrite: Rewrite) -> Graph:
    (node, *_) = _named(nodes, rewrite)
    if node.op == "mean_rows":
        return graph
    if not adds_up_by_rows(node):
        raise _wrong(rewrite, "it is no mean over rows and columns")
    new = replace(node, op="mean_rows")
    return replace(graph, nodes=tuple(new if n is node else n for n in graph.nodes))


def twin(name: str) -> str:
    """Name of what is made a second time."""
    return f"{name}{AGAIN}"


def _again(graph: Graph, nodes: Mapping[str, Node], rewrite: Rewrite) -> Graph:
    if twin(rewrite.nodes[-1]) in nodes:
        return graph
    chosen = _named(nodes, rewrite)
    made: dict[str, Tensor] = {}
    twins: list[Node] = []
    for node in chosen:
        output = replace(node.output, name=twin(node.output.name))
        operands = tuple(made.get(t.name, t) for t in node.operands)
        made[node.output.name] = output
        twins.append(replace(node, name=twin(node.name), operands=operands, output=output))
    out: list[Node] = []
    for node in graph.nodes:
        if node.name in rewrite.readers:
            out += twins
            twins = []
            node = replace(node, operands=tuple(made.get(t.name, t) for t in node.operands))
        out.append(node)
    return replace(graph, nodes=tuple(out))


def _patch(graph: Graph, nodes: Mapping[str, Node], rewrite: Rewrite) -> Graph:
    chosen = _named(nodes, rewrite)
    if not 1 <= rewrite.tiles <= MAX_TILES:
        raise _wrong(rewrite, f"{rewrite.tiles} tiles; 1 to {MAX_TILES} are possible")
    inner = set(rewrite.nodes[:-1])
    for tensor in graph.outputs:
        if any(nodes[n].output.name == tensor.name for n in inner):
            raise _wrong(rewrite, f"'{tensor.name}' is a result of the model")
    for name, users in graph.consumers().items():
        if any(nodes[n].output.name == name for n in inner):
            outside = [u.name for u in users if u.name not in rewrite.nodes]
            if outside:
                raise _wrong(rewrite, f"'{outside[0]}' reads '{name}' too")
    geometry = make_geometry(chosen, rewrite.rows, rewrite.tiles)
    if isinstance(geometry, str):
        raise _wrong(rewrite, geometry)
    return replace(graph, nodes=_replaced(graph, chosen, rewrite, geometry))


def _replaced(
    graph: Graph, chosen: Sequence[Node], rewrite: Rewrite, geometry: Patched
) -> tuple[Node, ...]:
    last = chosen[-1]
    output = last.output
    if rewrite.rows > 1:
        output = replace(output, name=f"{output.name}_bands", shape=geometry.shape)
    patch = Node(
        rewrite.name,
        "patch",
        geometry.outside,
        output,
        {"geometry": geometry},
        last.layer,
        last.index,
    )
    new = [patch]
    if rewrite.rows > 1:
        shape = list(last.output.shape)
        name = f"{rewrite.name}_rows"
        new.append(Node(name, "reshape", (output,), last.output, {"shape": shape}, last.layer))
    out: list[Node] = []
    for node in graph.nodes:
        if node.name == last.name:
            out += new
        elif node.name not in rewrite.nodes:
            out.append(node)
    return tuple(out)

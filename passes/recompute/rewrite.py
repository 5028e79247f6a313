# SPDX-License-Identifier: Apache-2.0
"""What a plan changes about the graph before it runs it, applied to the graph.

Nothing here changes a result: the same layers compute the same integers, some of them twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.graph import Graph, Node, Tensor
from tvm_tiny.operators.base import storage_roots
from tvm_tiny.operators.reduce import adds_up_by_rows
from tvm_tiny.passes.decision.rewrite import Rewrite, twin
from tvm_tiny.passes.recompute.carry import CARRY, carried_nodes, carry_of
from tvm_tiny.passes.recompute.channels import part_name, split_nodes, split_of
from tvm_tiny.passes.recompute.geometry import Patched, make_geometry
from tvm_tiny.passes.recompute.groups import grouped, wide_of

MAX_TILES = 32


def apply_rewrites(graph: Graph, rewrites: Sequence[Rewrite]) -> Graph:
    """The graph that a plan runs. A graph to which they have been applied comes back as it is.

    Raises:
        UsageError: a rewrite that does not fit the graph.
    """
    for rewrite in rewrites:
        graph = _RULES[rewrite.kind](graph, _everything(graph), rewrite)
    return graph


def _everything(graph: Graph) -> dict[str, Node]:
    """Nodes by name, and the layers of patches; those are no longer to be rewritten."""
    inside = [n for p in graph.nodes if p.op == "patch" for n in p.attrs["geometry"].nodes]
    return {n.name: n for n in (*inside, *graph.nodes)}


def _wrong(rewrite: Rewrite, why: str) -> UsageError:
    problem = Problem(f"cannot run as {rewrite.kind}", where=", ".join(rewrite.nodes), why=why)
    return UsageError("the plan does not fit the model", (problem,))


def _named(graph: Graph, rewrite: Rewrite) -> list[Node]:
    """The nodes that a rewrite names, in the graph's order."""
    at = {n.name: i for i, n in enumerate(graph.nodes)}
    missing = [n for n in (*rewrite.nodes, *rewrite.readers) if n not in at]
    if missing or not rewrite.nodes:
        raise _wrong(rewrite, f"there is no node '{missing[0]}'" if missing else "no node is named")
    places = [at[n] for n in rewrite.nodes]
    if any(a >= b for a, b in pairwise(places)):
        raise _wrong(rewrite, "they are not in the order of execution, each once")
    return [graph.nodes[i] for i in places]


def _free(graph: Graph, rewrite: Rewrite, names: Iterable[str]) -> None:
    """Raise if a name that the rewrite gives is taken."""
    taken = {*_everything(graph), *(t.name for t in graph.tensors())}
    clash = next((n for n in names if n in taken), None)
    if clash:
        raise _wrong(rewrite, f"the name '{clash}' is taken")


def _by_rows(graph: Graph, known: Mapping[str, Node], rewrite: Rewrite) -> Graph:
    if [known[n].op for n in rewrite.nodes if n in known] == ["mean_rows"]:
        return graph
    (node, *more) = _named(graph, rewrite)
    if more or not adds_up_by_rows(node):
        raise _wrong(rewrite, "it is no mean over rows and columns")
    new = replace(node, op="mean_rows")
    return replace(graph, nodes=tuple(new if n is node else n for n in graph.nodes))


def _again(graph: Graph, known: Mapping[str, Node], rewrite: Rewrite) -> Graph:
    if rewrite.nodes and _is_twin(known, rewrite.nodes[-1]):
        return graph
    chosen = _named(graph, rewrite)
    _check_again(graph, chosen, rewrite)
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


def _is_twin(known: Mapping[str, Node], name: str) -> bool:
    """Whether a node has been made a second time."""
    again, once = known.get(twin(name)), known.get(name)
    if again is None:
        return False
    return once is None or again.output.name == twin(once.output.name)


def _check_again(graph: Graph, chosen: Sequence[Node], rewrite: Rewrite) -> None:
    names, readers = set(rewrite.nodes), set(rewrite.readers)
    roots, states = storage_roots(graph), {s.tensor.name for s in graph.states}
    touched = [t for n in chosen for t in (*n.activations, n.output)]
    if any(roots.get(t.name) in states for t in touched):
        raise _wrong(rewrite, "it reads or writes a state, which a second run would find changed")
    if any(n.op == "patch" for n in chosen):
        raise _wrong(rewrite, "a patch cannot run twice; make its layers again, then patch those")
    order = [n.name for n in graph.nodes]
    if not readers or min(map(order.index, readers)) <= order.index(chosen[-1].name):
        raise _wrong(rewrite, "it needs readers, all of them behind what is made again")
    results = {t.name for t in graph.outputs}
    users = graph.consumers()
    for node in chosen:
        made = node.output.name
        reading = {u.name for u in users.get(made, ())}
        if not reading & (names | readers):
            raise _wrong(rewrite, f"no reader reads '{made}'")
        if not reading - readers and made not in results:
            raise _wrong(rewrite, f"nobody else reads '{made}'")
    made = {n.output.name for n in chosen}
    idle = [n.name for n in graph.nodes if n.name in readers
            and not made & {t.name for t in n.activations}]  # fmt: skip
    if idle:
        raise _wrong(rewrite, f"'{idle[0]}' reads nothing that is made again")
    _free(graph, rewrite, [twin(n) for n in (*names, *made)])


def _patch(graph: Graph, known: Mapping[str, Node], rewrite: Rewrite) -> Graph:
    if rewrite.nodes and rewrite.name in known and known[rewrite.name].op == "patch":
        return graph
    chosen = _named(graph, rewrite)
    if not 1 <= rewrite.tiles <= MAX_TILES:
        raise _wrong(rewrite, f"{rewrite.tiles} tiles; 1 to {MAX_TILES} are possible")
    inner = {n.output.name for n in chosen[:-1]}
    for tensor in graph.outputs:
        if tensor.name in inner:
            raise _wrong(rewrite, f"'{tensor.name}' is a result of the model")
    for name, users in graph.consumers().items():
        outside = [u.name for u in users if u.name not in rewrite.nodes]
        if name in inner and outside:
            raise _wrong(rewrite, f"'{outside[0]}' reads '{name}' too")
    geometry = make_geometry(chosen, rewrite.rows, rewrite.tiles)
    if isinstance(geometry, str):
        raise _wrong(rewrite, geometry)
    _free(graph, rewrite, [rewrite.name, f"{rewrite.name}_rows", f"{chosen[-1].output.name}_bands"])
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


def _carry(graph: Graph, known: Mapping[str, Node], rewrite: Rewrite) -> Graph:
    copy_name = f"{rewrite.nodes[0]}{CARRY}" if rewrite.nodes else ""
    if copy_name in known:
        return graph
    (node, *more) = _named(graph, rewrite)
    how = "one layer at a time" if more else carry_of(node)
    if isinstance(how, str):
        raise _wrong(rewrite, how)
    copy, reader = carried_nodes(node, how, copy_name)
    _free(graph, rewrite, [copy.name, copy.output.name])
    nodes = [m for n in graph.nodes for m in ((copy, reader) if n is node else (n,))]
    return replace(graph, nodes=tuple(nodes))


def _channels(graph: Graph, known: Mapping[str, Node], rewrite: Rewrite) -> Graph:
    if rewrite.nodes and f"{rewrite.nodes[-1]}_channels" in known:
        return graph
    chosen = _named(graph, rewrite)
    if len(chosen) != 2:
        raise _wrong(rewrite, "a convolution and a mean")
    conv, mean = chosen
    blocks = split_of(graph, conv, mean)
    if isinstance(blocks, str):
        raise _wrong(rewrite, blocks)
    new = list(split_nodes(conv, mean, blocks))
    _free(graph, rewrite, [n.name for n in new])
    nodes = [m for n in graph.nodes if n is not conv for m in (new if n is mean else (n,))]
    return replace(graph, nodes=tuple(nodes))


def _groups(graph: Graph, known: Mapping[str, Node], rewrite: Rewrite) -> Graph:
    sizes = rewrite.groups
    if rewrite.nodes and part_name(rewrite.nodes[-1], 0, len(sizes)) in known:
        return graph
    chosen = _named(graph, rewrite)
    wide = wide_of(graph, chosen)
    if isinstance(wide, str):
        raise _wrong(rewrite, wide)
    if len(sizes) < 2 or min(sizes) < 1 or sum(sizes) != wide.channels:
        raise _wrong(rewrite, f"groups of {sizes} channels are not {wide.channels}")
    new = grouped(graph, wide, sizes)
    before = {n.name for n in graph.nodes}
    _free(graph, rewrite, [n.name for n in new.nodes if n.name not in before])
    return new


_RULES: Mapping[str, Callable[[Graph, Mapping[str, Node], Rewrite], Graph]] = {
    "patch": _patch,
    "by_rows": _by_rows,
    "again": _again,
    "carry": _carry,
    "channels": _channels,
    "groups": _groups,
}

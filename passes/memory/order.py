# SPDX-License-Identifier: Apache-2.0
"""Execution orders with a small peak.

What is live after a set of nodes has run does not depend on the order within the set. So orders
are paths through such sets, and the best is found by a best-first search for the path whose
fullest step is least. Wide graphs can have too many sets: the search is cut off, its frontier
still gives a bound for every order, and a beam search and depth-first walks give orders.

Ref: dynamic programming over executed sets: Ahn et al. 2020, "Ordering Chaos" (SERENITY);
here best-first, with a dominance rule and in-place overlaps.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

from tvm_tiny.passes.memory.bound import any_order_bound, input_units, order_bound, step_units
from tvm_tiny.passes.memory.storage import Workload


@dataclass(frozen=True)
class OrderSearch:
    """Result of the search.

    Attributes:
        orders: candidate orders (node indices), the one with the least bound first; among equals
            the model's own order comes first.
        bound_units: proven for every order.
        unique: there is only one order (views apart).
    """

    orders: tuple[tuple[int, ...], ...]
    bound_units: int
    unique: bool


def search_orders(work: Workload, max_states: int, beam_width: int) -> OrderSearch:
    """Orders worth placing, and a bound on all of them.

    Args:
        work: the problem.
        max_states: sets of executed nodes to look at before giving up on a proof.
        beam_width: sets kept per depth by the fallback.
    """
    own = tuple(range(len(work.steps)))
    bound = any_order_bound(work)
    unique = _unique(work)
    if unique or order_bound(work, own) == bound:
        # Nothing to choose, or nothing to gain; a second order may still place better.
        bound = max(bound, order_bound(work, own)) if unique else bound
        rest = () if unique else _heuristic(work, beam_width, bound)
        return OrderSearch(_ranked(work, [own, *rest]), bound, unique)
    found = [own, *_heuristic(work, beam_width, bound)]
    if min(order_bound(work, o) for o in found) > bound:
        best, bound = _best_first(work, max_states, bound)
        found += [best] if best else []
    return OrderSearch(_ranked(work, found), bound, unique)


def _heuristic(work: Workload, beam_width: int, bound: int) -> list[tuple[int, ...]]:
    needs = _subtree_needs(work)
    return [
        _beam(work, 1, bound),
        _beam(work, beam_width, bound),
        _depth_first(work, range(len(needs))),
        _depth_first(work, [-n for n in needs]),
    ]


def _predecessors(work: Workload, node: int) -> list[int]:
    return [i for i in range(node) if work.steps[node].needs >> i & 1]


def _result_units(work: Workload, node: int) -> int:
    output = work.steps[node].output
    return 0 if output is None else work.storages[output].units


def _subtree_needs(work: Workload) -> list[int]:
    """Estimated peak of making each node's result, were the graph a tree.

    The operand that needs most above what it leaves goes first. Ref: Sethi, Ullman 1970.
    """
    out: list[int] = []
    for node in range(len(work.steps)):
        before = _predecessors(work, node)
        before.sort(key=lambda i: _result_units(work, i) - out[i])
        need = held = 0
        for i in before:
            need = max(need, held + out[i])
            held += _result_units(work, i)
        out.append(max(need, held + _result_units(work, node)))
    return out


def _depth_first(work: Workload, rank: Sequence[int]) -> tuple[int, ...]:
    """Every node right after its operands, those of least rank first."""
    read = 0
    for step in work.steps:
        read |= step.needs
    todo = [i for i in range(len(work.steps) - 1, -1, -1) if not read >> i & 1]
    done: dict[int, None] = {}
    while todo:
        node = todo[-1]
        missing = [i for i in _predecessors(work, node) if i not in done]
        if missing and node not in done:
            todo += sorted(missing, key=lambda i: rank[i], reverse=True)
        else:
            done.setdefault(todo.pop())
    return tuple(done)


def _ranked(work: Workload, orders: list[tuple[int, ...]]) -> tuple[tuple[int, ...], ...]:
    return tuple(sorted(dict.fromkeys(orders), key=lambda o: order_bound(work, o)))


def _ready(work: Workload, done: int) -> list[int]:
    return [
        i
        for i, step in enumerate(work.steps)
        if not done >> i & 1 and step.needs & done == step.needs
    ]


def _unique(work: Workload) -> bool:
    done = 0
    while done != work.everything:
        ready = _ready(work, done)
        views = [i for i in ready if work.steps[i].is_view]
        if not views and len(ready) > 1:
            return False
        done |= 1 << (views or ready)[0]
    return True


@dataclass(frozen=True, order=True)
class _State:
    """Executed set with its history; sorted by peak, deepest first, then what is live."""

    peak: int
    todo: int
    live: int
    done: int
    order: tuple[int, ...]


def _successors(work: Workload, state: _State) -> list[_State]:
    """States after one more node.

    A ready node that neither raises the peak nor the live units can run at once: moved to the front
    of any order it takes no more than before from the steps it passes.
    """
    out: list[_State] = []
    for node in _ready(work, state.done):
        need, live = step_units(work, state.done, state.live, node)
        new = _State(
            peak=max(state.peak, need),
            todo=state.todo - 1,
            live=live,
            done=state.done | 1 << node,
            order=(*state.order, node),
        )
        if need <= state.peak and live <= state.live:
            return [new]
        out.append(new)
    return out


def _start(work: Workload, bound: int) -> _State:
    peak, live = input_units(work)
    return _State(max(peak, bound), len(work.steps), live, 0, ())


def _best_first(work: Workload, max_states: int, bound: int) -> tuple[tuple[int, ...] | None, int]:
    """(optimal order or None, bound for every order)."""
    heap = [_start(work, bound)]
    seen: set[int] = set()
    while heap:
        state = heapq.heappop(heap)
        if not state.todo:
            return state.order, state.peak
        if state.done in seen:
            continue
        seen.add(state.done)
        bound = state.peak
        if len(seen) >= max_states:
            break
        for new in _successors(work, state):
            if new.done not in seen:
                heapq.heappush(heap, new)
    return None, bound


def _beam(work: Workload, width: int, bound: int) -> tuple[int, ...]:
    """Level by level, keeping the ``width`` best sets."""
    level = [_start(work, bound)]
    for _ in work.steps:
        best: dict[int, _State] = {}
        for state in level:
            for new in _successors(work, state):
                if new.done not in best or new < best[new.done]:
                    best[new.done] = new
        level = sorted(best.values())[:width]
    return level[0].order

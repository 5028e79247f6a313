# SPDX-License-Identifier: Apache-2.0
"""Random models: unconnected cases of one operator, and connected graphs of many."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from strategies import Operator, Sketch, unary

_SEEDS = st.integers(0, 2**64 - 1)

SHAPES_BY_RANK = {
    1: ((9,), (33,)),
    2: ((1, 7), (5, 6), (1, 40), (1, 64), (3, 33)),
    3: ((6, 5, 4), (1, 9, 3), (2, 1, 8)),
    4: (
        (1, 5, 6, 3),
        (1, 7, 4, 8),
        (1, 9, 9, 5),
        (1, 1, 8, 4),
        (1, 6, 6, 1),
        (1, 3, 1, 17),
        (1, 4, 5, 16),
        (1, 3, 3, 32),
        (1, 12, 13, 4),
    ),
}


def _shape(s: Sketch, ranks: tuple[int, ...]) -> tuple[int, ...]:
    """A shape of one of these ranks: a listed awkward one, or any small one."""
    rank = s.pick(*ranks)
    if s.flag():
        return s.pick(*SHAPES_BY_RANK[rank])
    extents = [s.int(1, 9) for _ in range(rank)]
    return (1, *extents[1:]) if rank == 4 else tuple(extents)


def single_operator(operator: Operator, ranks: tuple[int, ...], count: int, seed: int) -> bytes:
    """A model of ``count`` unconnected cases of one operator: they share one build."""
    s = Sketch(seed, operator.__name__)
    for _ in range(count):
        s.tensors.clear()
        x = s.input(_shape(s, ranks))
        s.writer.output(*(operator(s, x) or unary(s, x)))
    return s.writer.finish()


def graph(
    operators: tuple[Operator, ...], steps: int, seed: int, shape: tuple[int, ...] = ()
) -> bytes:
    """A connected graph of ``steps`` steps: skips, concatenations, several outputs.

    Every step applies an operator to the newest tensor or to an older one; operators with two
    operands look for the second among all. Tensors that nobody reads are outputs, and so are
    some that others read. With fewer steps, the same seed makes the same graph cut short. The
    input has the given shape, or any.
    """
    s = Sketch(seed, "graph")
    s.input(shape or _shape(s, (4,)))
    for _ in range(steps):
        x = s.tensors[-1] if s.pick(True, True, False) else s.pick(*s.tensors)
        if s.pick(*operators)(s, x) is None:
            unary(s, x)
    made = [t for t in s.tensors if t.index in s.made]
    unread = [t for t in made if t.index not in s.read]
    inner = [t for t in made if t.index in s.read]
    if inner and s.flag():
        unread.insert(s.int(0, len(unread)), s.pick(*inner))
    s.writer.output(*unread)
    return s.writer.finish()


def single_operators(
    operator: Operator, ranks: tuple[int, ...], count: int
) -> st.SearchStrategy[bytes]:
    """Models of one operator; a failure prints the seed."""

    def model(seed: int) -> bytes:
        return single_operator(operator, ranks, count, seed)

    return _SEEDS.map(model)


def graphs(operators: tuple[Operator, ...], steps: tuple[int, int]) -> st.SearchStrategy[bytes]:
    """Graphs of a number of steps in a range; a failure prints the seed."""

    def model(seed: int) -> bytes:
        count = int(np.random.default_rng([seed, 1]).integers(steps[0], steps[1] + 1))
        return graph(operators, count, seed)

    return _SEEDS.map(model)

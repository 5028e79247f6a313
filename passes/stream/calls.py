# SPDX-License-Identifier: Apache-2.0
"""In which order the rows of a segment are made: a row asks first for the rows that it reads.

The order in which the nodes from one position on are called is the same whether nodes before them
are in the segment or not: those never ask for rows of nodes behind them. So the order of a long
segment holds for all segments that end where it does (``sweep.py``).
"""

from __future__ import annotations

from collections.abc import Sequence

from tvm_tiny.passes.stream.network import Network, Read

INPUT = -1
"""Stands for "the caller hands in a row" in a row-fed segment's schedule."""

Stretch = tuple[int, int]
"""First and last call, inclusive."""


class CallOrder:
    """The calls of a segment, made on demand.

    Attributes:
        calls: positions of the nodes whose rows were made, in order.
        made: position -> rows made so far.
        rows: position -> rows of the node.
        readers: storage -> who reads it here, and how.
        inner: storage made and used up here -> position of its maker.
    """

    def __init__(
        self, net: Network, first: int, end: int, fed: str, rows: Sequence[Stretch] = ()
    ) -> None:
        self.net, self.first, self.end, self.fed = net, first, end, fed
        self.made: dict[int, int] = dict.fromkeys(range(first, end), 0)
        self.calls: list[int] = []
        self.inner = {
            work.output: at
            for at in range(first, end)
            if (work := net.works[at]).output and net.last_use[work.output] < end
        }
        if fed:
            self.inner[fed] = INPUT
            self.made[INPUT] = 0
        self.readers: dict[str, list[tuple[int, Read]]] = {}
        self.asks: dict[int, list[tuple[int, tuple[int, ...]]]] = {}
        self._ahead: dict[int, list[tuple[int, tuple[int, ...]]]] = {}
        for at in range(first, end):
            self._ask(at, fed)
        self.rows = {at: net.works[at].rows for at in range(first, end)}
        if fed:
            self.rows[INPUT] = net.tensors[fed].rows
            self.asks[INPUT] = []
        self.until: dict[int, int] = dict(self.rows)
        for at, (begin, stop) in enumerate(rows):
            self.made[at], self.until[at] = begin, stop

    def _ask(self, at: int, fed: str) -> None:
        """Which rows of which nodes of the segment a node asks for.

        First what it reads whole, as meanwhile rows of others would wait; then rows to copy, one by
        one before new ones come.
        """
        whole, copies, rows = (list[tuple[int, tuple[int, ...]]]() for _ in range(3))
        for read in self.net.works[at].reads:
            self.readers.setdefault(read.storage, []).append((at, read))
            maker = INPUT if read.storage == fed else read.maker
            # A negative maker of anything else: there before the run (other inputs, states).
            if maker not in self.made or (maker < 0 and read.storage != fed):
                continue
            made = self.net.tensors[fed].rows if maker == INPUT else self.net.works[maker].rows
            if maker != INPUT and self.net.works[maker].copies:
                copies.insert(0, (maker, read.until))
            elif len(read.until) > 1 and read.until[0] >= made:
                whole.append((maker, read.until))
            else:
                rows.append((maker, read.until))
        if copies:
            self._ahead[at] = copies
        self.asks[at] = [*whole, *copies, *rows]

    def make(self, at: int, upto: int) -> None:
        """Have the node at ``at`` make its rows below ``upto``, and all that they need."""
        stack = [(at, upto)]
        made, asks = self.made, self.asks
        while stack:
            now, goal = stack[-1]
            row = made[now]
            if row >= goal:
                stack.pop()
                continue
            for maker, until in asks[now]:
                need = until[row]
                if made[maker] < need:
                    stack.append((maker, need))
                    break
            else:
                self._call(now, row)

    def _call(self, at: int, row: int) -> None:
        self.calls.append(at)
        self.made[at] = row + 1
        if at in self._ahead:
            self._copy_ahead(at, row)

    def _copy_ahead(self, at: int, row: int) -> None:
        """Copy what the next call will read again, so that the rows themselves can go."""
        if row + 1 < self.until[at]:
            for maker, until in self._ahead[at]:
                self.make(maker, until[row + 1])

    def make_all(self) -> None:
        """Have every node make all its rows, those of the results in step."""
        here = range(self.first, self.end)
        works = self.net.works
        sinks = [a for a in here if self.rows[a] and works[a].output not in self.readers]
        self._balanced(sinks)
        # Rows that nobody in the segment reads: results, and what is left of the others.
        for at in here:
            self.make(at, self.rows[at])
        if self.fed:
            self.make(INPUT, self.rows[INPUT])

    def _balanced(self, sinks: Sequence[int]) -> None:
        """Ask for the rows of all results in step."""
        if len(sinks) == 1:
            self.make(sinks[0], self.rows[sinks[0]])
            return
        while True:
            todo = [a for a in sinks if self.made[a] < self.rows[a]]
            if not todo:
                return
            at = min(todo, key=lambda a: (self.made[a] / self.rows[a], a))
            self.make(at, self.made[at] + 1)

    def kept_whole(self, name: str) -> bool:
        """Whether a storage made and used up inside is needed with all its rows at once."""
        rows = self.rows[self.inner[name]]
        readers = self.readers.get(name, ())
        return name in self.net.viewed or any(r.until[0] == rows for _, r in readers)

# SPDX-License-Identifier: Apache-2.0
"""Decide which channels of a program go, and what goes into the biases instead."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny.arithmetic.fixed_point import INT32_MAX
from tvm_tiny.operators import lookup
from tvm_tiny.operators.channel_links import ChannelMix, Indices
from tvm_tiny.operators.value_ranges import Range, contents
from tvm_tiny.passes.channels.program import IntegerCall, IntegerCalls
from tvm_tiny.passes.channels.ranges import channel_ranges

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Ids = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class ChannelDecision:
    """What to remove.

    Attributes:
        kept: variable to the channels it keeps, ascending; only variables that lose some.
        constants: variable to (channel, value) of removed channels that have one value.
        inputs: result of a mixing call whose operand loses channels to the operand's channels that
            stay and the new bias int32[O], all O channels.
    """

    kept: Mapping[Any, Indices]
    constants: Mapping[Any, tuple[tuple[int, int], ...]]
    inputs: Mapping[Any, tuple[Indices, npt.NDArray[np.int32]]]


@dataclass(frozen=True, eq=False)
class _Mixer:
    """A call that takes a channel in by adding its share to every accumulator.

    Attributes:
        call: the call.
        sums: int64[P, O, I]: weights summed over the taps inside, per window pattern.
        weight: int64[O, taps, I], without its zero point.
    """

    call: IntegerCall
    sums: Ints
    weight: Ints

    @classmethod
    def of(cls, call: IntegerCall, mix: ChannelMix) -> _Mixer:
        inside = mix.inside.astype(np.int64)
        return cls(call, np.einsum("pt,oti->poi", inside, mix.weight), mix.weight)

    @property
    def _bias(self) -> Ints:
        return contents(self.call.node.operands[2]).astype(np.int64)

    @property
    def _zero_point(self) -> int:
        return self.call.node.attrs["input_zero_point"]

    def accepts(self, x: Range, rows: Bools) -> Bools:
        """Channels of the operand that the kept rows can do without, bool[I].

        Those that no kept row reads, and constants whose share is the same wherever the window
        lies: always if the constant is the zero point, else if padding never cuts its taps.
        """
        unread = ~np.any(self.weight[rows], axis=(0, 1))
        sums = self.sums[:, rows]
        steady = np.all(sums == sums[:1], axis=(0, 1))
        zero = x.low == self._zero_point
        return unread | (x.constant & (steady | zero) & self._fits(x))

    def _fits(self, x: Range) -> bool:
        """Whether no choice of constants makes a bias overflow."""
        value = np.where(x.constant, np.abs(x.low - self._zero_point), 0)
        most = np.abs(self.sums[0]) @ value + np.abs(self._bias)
        return bool(most.max(initial=0) <= INT32_MAX)

    def bias(self, x: Range, gone: Bools) -> Ints:
        """The bias with the shares of removed channels, int64[O]."""
        share = np.where(gone & x.constant, x.low - self._zero_point, 0)
        return self._bias + self.sums[0] @ share


def decide(program: IntegerCalls, multiple: int) -> ChannelDecision:
    """Find every channel that can go.

    Rounds: what goes in one round makes others unread in the next. A tensor keeps at least one
    channel, and a multiple of ``multiple`` if it had one.
    """
    state = _State(program, multiple)
    while state.round():
        pass
    return state.decision()


class _State:
    def __init__(self, program: IntegerCalls, multiple: int) -> None:
        self._program = program
        self._multiple = multiple
        self._ranges = channel_ranges(program)
        mixes = {c.result: lookup(c.node.op).channel_mix(c.node) for c in program.calls}
        known = [c for c in program.calls if c.operands[0] in program.channels]
        self._mixers = [_Mixer.of(c, m) for c in known if (m := mixes[c.result])]
        self._first: dict[Any, int] = {}
        total = 0
        for variable, channels in program.channels.items():
            self._first[variable] = total
            total += channels
        self._owner = list(program.channels)
        self._pinned = np.zeros(total, np.bool_)
        self._gone = np.zeros(total, np.bool_)
        self._root = self._tied(total)

    def _ids(self, variable: Any, channels: Indices | None = None) -> Ids:
        """Numbers of a variable's channels; empty for what is not an int8 variable."""
        if variable not in self._first:
            return np.zeros(0, np.int64)
        every = np.arange(self._program.channels[variable]) if channels is None else channels
        return every + self._first[variable]

    def _pin(self, variable: Any) -> None:
        self._pinned[self._ids(variable)] = True

    def _tied(self, total: int) -> Ids:
        """Root of the class of channels that go together, for every channel."""
        parent = list(range(total))

        def find(i: int) -> int:
            while parent[i] != i:
                parent[i] = parent[parent[i]]
                i = parent[i]
            return i

        mixing = {m.call.result for m in self._mixers}
        for variable in self._program.pinned:
            self._pin(variable)
        for call in self._program.calls:
            if call.result in mixing:
                continue
            found = lookup(call.node.op).channel_links(call.node)
            if found is None:
                for variable in (call.result, *call.operands):
                    self._pin(variable)
            for link in found or ():
                inner = self._ids(call.operands[link.operand], link.inner)
                outer = self._ids(call.result, link.outer)
                for a, b in zip(inner.tolist(), outer.tolist(), strict=False):
                    parent[find(a)] = find(b)
        return np.array([find(i) for i in range(total)], np.int64)

    @cached_property
    def _refused_always(self) -> Bools:
        refused = np.zeros(len(self._root), np.bool_)
        refused[self._root[self._pinned]] = True
        return refused

    def round(self) -> bool:
        """Remove what can go now; False when that is nothing."""
        refused = self._refused_always.copy()
        for mixer in self._mixers:
            source = mixer.call.operands[0]
            rows = ~self._gone[self._ids(mixer.call.result)]
            ids = self._ids(source)
            refused[self._root[ids[~mixer.accepts(self._ranges[source], rows)]]] = True
        candidates = np.flatnonzero(~refused[self._root] & ~self._gone)
        members: dict[int, list[int]] = defaultdict(list)
        for i in candidates.tolist():
            members[int(self._root[i])].append(i)
        groups: dict[tuple[tuple[int, int], ...], list[list[int]]] = defaultdict(list)
        for ids in members.values():
            groups[self._signature(ids)].append(ids)
        removed = [self._remove(signature, each) for signature, each in groups.items()]
        return any(removed)

    def _signature(self, ids: Sequence[int]) -> tuple[tuple[int, int], ...]:
        """How many channels of which tensors (by number) a class takes."""
        starts = np.array(list(self._first.values()))
        owners = np.searchsorted(starts, np.array(ids), side="right") - 1
        return tuple(sorted(Counter(owners.tolist()).items()))

    def _remove(
        self, signature: tuple[tuple[int, int], ...], classes: Sequence[Sequence[int]]
    ) -> bool:
        """Remove as many of a kind of classes as the limits on every tensor allow."""
        left = {t: int((~self._gone[self._ids(self._owner[t])]).sum()) for t, _ in signature}

        def fits(count: int) -> bool:
            for tensor, each in signature:
                rest = left[tensor] - count * each
                whole = self._program.channels[self._owner[tensor]] % self._multiple == 0
                if rest < 1 or (whole and rest % self._multiple):
                    return False
            return True

        count = next((n for n in range(len(classes), 0, -1) if fits(n)), 0)
        for ids in classes[:count]:
            self._gone[list(ids)] = True
        return count > 0

    def decision(self) -> ChannelDecision:
        """What the rounds removed, as plain data."""
        kept: dict[Any, Indices] = {}
        constants: dict[Any, tuple[tuple[int, int], ...]] = {}
        for variable in self._owner:
            gone = self._gone[self._ids(variable)]
            if gone.any():
                kept[variable] = np.flatnonzero(~gone)
                values = self._ranges[variable]
                known = np.flatnonzero(gone & values.constant)
                constants[variable] = tuple((int(c), int(values.low[c])) for c in known)
        return ChannelDecision(kept, constants, self._inputs())

    def _inputs(self) -> dict[Any, tuple[Indices, npt.NDArray[np.int32]]]:
        out: dict[Any, tuple[Indices, npt.NDArray[np.int32]]] = {}
        for mixer in self._mixers:
            source = mixer.call.operands[0]
            gone = self._gone[self._ids(source)]
            if gone.any():
                bias = mixer.bias(self._ranges[source], gone)
                out[mixer.call.result] = np.flatnonzero(~gone), bias.astype(np.int32)
        return out

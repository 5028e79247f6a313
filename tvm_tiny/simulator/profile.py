# SPDX-License-Identifier: Apache-2.0
"""Instructions and modelled cycles of a run, per layer and per function."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from unicorn.unicorn import Uc

from tvm_tiny.errors import DeviceError, Problem, UsageError
from tvm_tiny.simulator import single_issue
from tvm_tiny.simulator.counting import Counter, CountingLimits, MemoryAccess, PythonCounter, Tally
from tvm_tiny.simulator.decode import Decoder
from tvm_tiny.simulator.decoded import decoded_instructions
from tvm_tiny.simulator.hot import HotCode, assembly
from tvm_tiny.simulator.image import Image
from tvm_tiny.simulator.instruction import Instruction, Unit
from tvm_tiny.simulator.memory import MemoryModel, Waits
from tvm_tiny.simulator.native import NativeCounter, library
from tvm_tiny.simulator.timing import BlockCost, block_cost
from tvm_tiny.targets import Core, decoding_timing, timing_of
from tvm_tiny.targets.pipeline_model import SingleIssueTiming, Timing

AnyTiming = Timing | SingleIssueTiming
LAYER_MARKER = "tvm_tiny_layer_done"
_FIRST_WINDOW_BYTES = 64
_LAST_WINDOW_BYTES = 1 << 14


@dataclass(frozen=True)
class Breakdown:
    """Modelled cycles by cause: issue of instructions, taken and mispredicted branches, loads."""

    issue: float = 0.0
    taken: float = 0.0
    mispredicted: float = 0.0
    unaligned: float = 0.0

    @property
    def total(self) -> float:
        """Sum of all causes."""
        return self.issue + self.taken + self.mispredicted + self.unaligned

    def __add__(self, other: Breakdown) -> Breakdown:
        """Sum two breakdowns cause by cause."""
        return Breakdown(
            self.issue + other.issue,
            self.taken + other.taken,
            self.mispredicted + other.mispredicted,
            self.unaligned + other.unaligned,
        )


@dataclass(frozen=True)
class LayerProfile:
    """What ran before the marker of layer ``index``; index -1: before none.

    ``hot``: the block in which most of its cycles went.
    """

    index: int
    instructions: int
    cycles: int
    breakdown: Breakdown
    hot: HotCode | None = None


@dataclass(frozen=True)
class FunctionProfile:
    """What ran in one function symbol, without the functions it calls."""

    name: str
    instructions: int
    cycles: int
    breakdown: Breakdown


@dataclass(frozen=True)
class Profile:
    """Result of a counted run; ``cycles`` are modelled, never measured.

    ``layers`` are in order of index, ``functions`` by falling cycles. ``cycles`` are the core's;
    ``waits`` are what memories add to them where the profiler was given a model of them.
    """

    instructions: int
    cycles: int
    breakdown: Breakdown
    layers: tuple[LayerProfile, ...]
    functions: tuple[FunctionProfile, ...]
    taken_branches: int
    mispredictions: int
    unaligned_loads: int
    unaligned_stores: int
    regions: int
    waits: tuple[Waits, ...] = ()


class Profiler:
    """Counts one run of a ``Machine``; afterwards ``result`` holds the profile."""

    def __init__(
        self,
        timing: AnyTiming | None = None,
        *,
        marker: str = LAYER_MARKER,
        native: bool | None = None,
        half_words: int = 0,
        memory: MemoryModel | None = None,
    ) -> None:
        """Prepare a profiler; it may serve several runs, one after another.

        Args:
            timing: figures of the core; None: those of the core that runs.
            marker: ``void f(int32_t index)``, called at the end of each layer; may be absent.
            native: False counts in Python; None takes the C counter where it can be compiled.
            half_words: of code that a run may execute before it fails, the same on every machine
                (an instruction is one or two); 0: any number.
            memory: what the memories cost; None: they answer at once.
        """
        self._memory = memory
        self._given = timing
        self._timing: AnyTiming = timing or decoding_timing()
        self._marker = marker
        self._native = native
        self._half_words = half_words
        self._start: str | None = None
        self._stop: str | None = None
        self._region = 0
        self._counter: Counter | None = None
        self._blocks: Blocks | None = None
        self._result: Profile | None = None

    @property
    def result(self) -> Profile:
        """The profile of the last run that ended without error."""
        if self._result is None:
            raise UsageError("the profiler has not seen a finished run yet")
        return self._result

    def set_region(self, start: str | None, stop: str | None, region: int) -> None:
        """Count only from entries of ``start`` to entries of ``stop``."""
        self._start, self._stop, self._region = start, stop, region

    def attach(self, engine: Uc, image: Image, core: Core) -> None:
        """Begin to count; called by ``Machine``."""
        if self._counter is not None:
            raise UsageError("the profiler is in use by another run")

        def address(name: str | None) -> int | None:
            return None if name is None else image.symbol(name) & ~1

        marker = self._marker if self._marker in image.symbols else None
        limits = CountingLimits(
            *(address(name) for name in (self._start, self._stop, marker)),
            region=self._region,
            half_words=self._half_words,
        )
        native = self._native if self._native is not None else library() is not None
        self._result = None
        self._timing = self._given or timing_of(core)
        self._blocks = Blocks(engine, image, core, self._timing if self._memory else None)
        kind: Callable[..., Counter] = NativeCounter if native else PythonCounter
        self._counter = kind(engine, self._blocks.describe, limits, self._memory)

    def detach(self, finished: bool = True) -> None:
        """Stop counting; compute the profile if the run ``finished``."""
        counter, blocks = self._counter, self._blocks
        self._counter = self._blocks = None
        self.set_region(None, None, 0)
        if counter is None or blocks is None:
            return
        tallies, accesses, regions = counter.finish()
        if finished:
            blocks.check_alignment(accesses)
            counted = _evaluate(self._timing, blocks, tallies, accesses, regions)
            self._result = replace(counted, waits=tuple(counter.waits))
            blocks.save()


class Blocks:
    """Decoded blocks of one program, by address."""

    def __init__(
        self, engine: Uc, image: Image, core: Core, timing: AnyTiming | None = None
    ) -> None:
        self._engine, self.image, self._core = engine, image, core
        self._timing = timing
        # what an instruction does is the same on every core; cycles it names are the Cortex-M7's
        self._store = decoded_instructions()
        self._decoder = Decoder(decoding_timing(), self._store.table)
        self._known: dict[int, tuple[Instruction, ...]] = {}

    def save(self) -> None:
        """Keep what was decoded for other programs and runs."""
        self._store.save()

    def describe(self, address: int) -> tuple[int, int, float]:
        """Return (end, address of the last instruction, cycles) of the block at ``address``.

        The cycles are asked for where memories are modelled, 0 elsewhere.
        """
        code = self.code(address)
        sizes = [instruction.size_bytes for instruction in code]
        if not sizes:
            return address + 2, address, 1.0
        end, cycles = address + sum(sizes), 0.0
        if self._timing is not None:
            cycles = _cost(self._timing, code, [None] * len(code), 0.0, False).straight_cycles
        return end, end - sizes[-1], cycles

    def code(self, address: int) -> tuple[Instruction, ...]:
        """Return the instructions of the block at ``address``."""
        code = self._known.get(address)
        if code is None:
            code = self._known[address] = self._decode(address)
        return code

    def assembly(self, address: int) -> tuple[str, ...]:
        """Return the instructions of the block at ``address`` as text."""
        size_bytes = sum(i.size_bytes for i in self.code(address))
        return assembly(self._memory(address, size_bytes), address)

    def _decode(self, address: int) -> tuple[Instruction, ...]:
        window = _FIRST_WINDOW_BYTES
        while True:
            code = self._decoder.block(self._memory(address, window), address)
            if (code and code[-1].ends_block) or window >= _LAST_WINDOW_BYTES:
                return code
            window *= 4

    def _memory(self, address: int, size_bytes: int) -> bytes:
        """Read up to ``size_bytes``, less where memory ends (regions are whole kilobytes)."""
        for end in (address + size_bytes, (address | 1023) + 1):
            try:
                return bytes(self._engine.mem_read(address, end - address))
            except Exception as error:
                cause = error
        raise DeviceError(f"no code at 0x{address:08x}: {cause}")

    def offset_index(self, block: int, instruction: int) -> int:
        """Return the position in the block of the instruction at an address."""
        at = block
        for index, decoded in enumerate(self.code(block)):
            if at == instruction:
                return index
            at += decoded.size_bytes
        raise DeviceError(f"no instruction at 0x{instruction:08x}")

    def check_alignment(self, accesses: Iterable[MemoryAccess]) -> None:
        """Raise a DeviceError for accesses that fault on the core, if not on the simulator."""
        problems: list[Problem] = []
        for access in accesses:
            if not access.off_word:
                continue
            decoded = self.code(access.block)[self.offset_index(access.block, access.instruction)]
            if decoded.needs_word:
                where = self.image.function_at(access.instruction)
                problems.append(
                    Problem(
                        f"{access.off_word} unaligned accesses by {decoded.name}",
                        f"{where} at 0x{access.instruction:08x}",
                        "LDRD, STRD, LDM, STM and floating point accesses fault on the core "
                        "unless aligned to 4 bytes",
                        "tell the compiler that the pointer is not aligned",
                    )
                )
        if problems:
            raise DeviceError("the code would fault on the core: unaligned access", tuple(problems))


def _evaluate(
    timing: AnyTiming,
    blocks: Blocks,
    tallies: Sequence[Tally],
    accesses: Sequence[MemoryAccess],
    regions: int,
) -> Profile:
    costs = _block_costs(timing, blocks, tallies, accesses)
    layers: dict[int, list[tuple[int, Breakdown]]] = defaultdict(list)
    functions: dict[str, list[tuple[int, Breakdown]]] = defaultdict(list)
    for tally in tallies:
        part = _breakdown(timing, costs[tally.address], tally)
        entry = (tally.count * len(blocks.code(tally.address)), part)
        layers[tally.layer].append(entry)
        functions[blocks.image.function_at(tally.address)].append(entry)
    instructions, total = _sum([entry for entries in layers.values() for entry in entries])
    hot = _hot_loops(timing, blocks, tallies, costs)
    by_layer = (LayerProfile(i, *_counts(*_sum(layers[i])), hot.get(i)) for i in sorted(layers))
    by_function = (FunctionProfile(n, *_counts(*_sum(e))) for n, e in functions.items())
    return Profile(
        *_counts(instructions, total),
        layers=tuple(by_layer),
        functions=tuple(sorted(by_function, key=lambda f: (-f.cycles, f.name))),
        taken_branches=sum(t.taken for t in tallies),
        mispredictions=sum(t.mispredicted for t in tallies),
        unaligned_loads=sum(a.unaligned_loads for a in accesses),
        unaligned_stores=sum(a.unaligned_stores for a in accesses),
        regions=regions,
    )


def _hot_loops(
    timing: AnyTiming, blocks: Blocks, tallies: Sequence[Tally], costs: Mapping[int, BlockCost]
) -> dict[int, HotCode]:
    """Layer to its most expensive block; of equal ones the first in memory."""
    most: dict[int, tuple[float, Tally]] = {}
    for tally in sorted(tallies, key=lambda t: t.address):
        cycles = _breakdown(timing, costs[tally.address], tally).total
        if cycles > most.get(tally.layer, (0.0, tally))[0]:
            most[tally.layer] = cycles, tally
    return {
        layer: HotCode(
            blocks.image.function_at(tally.address),
            round(cycles),
            tally.count,
            blocks.assembly(tally.address),
        )
        for layer, (cycles, tally) in most.items()
    }


def _sum(entries: Sequence[tuple[int, Breakdown]]) -> tuple[int, Breakdown]:
    total = Breakdown()
    for _, part in entries:
        total += part
    return sum(count for count, _ in entries), total


def _counts(instructions: int, part: Breakdown) -> tuple[int, int, Breakdown]:
    return instructions, round(part.total), part


def _breakdown(timing: AnyTiming, cost: BlockCost, tally: Tally) -> Breakdown:
    once = tally.count - tally.repeated
    issue = once * cost.straight_cycles + tally.repeated * cost.steady_cycles
    return Breakdown(
        issue=issue - cost.credit_cycles * (tally.count - tally.taken),
        taken=tally.taken * cost.taken_cycles,
        mispredicted=tally.mispredicted * cost.mispredicted_cycles,
        unaligned=tally.unaligned_loads * timing.unaligned_load_cycles,
    )


def _cost(
    timing: AnyTiming,
    code: Sequence[Instruction],
    other_bank: Sequence[float | None],
    unaligned_store_share: float,
    loops: bool,
) -> BlockCost:
    if isinstance(timing, SingleIssueTiming):
        return single_issue.block_cost(timing, code)
    return block_cost(timing, code, other_bank, unaligned_store_share, loops)


def _block_costs(
    timing: AnyTiming, blocks: Blocks, tallies: Sequence[Tally], accesses: Sequence[MemoryAccess]
) -> Mapping[int, BlockCost]:
    """Cost every block once, with what all its executions have in common."""
    by_block: dict[int, list[MemoryAccess]] = defaultdict(list)
    for access in accesses:
        by_block[access.block].append(access)
    executions: dict[int, int] = defaultdict(int)
    looped: set[int] = set()
    for tally in tallies:
        executions[tally.address] += tally.count
        if tally.repeated:
            looped.add(tally.address)
    memo: dict[object, BlockCost] = {}
    costs: dict[int, BlockCost] = {}
    for address, count in executions.items():
        code = blocks.code(address)
        shares: list[float | None] = [None] * len(code)
        for access in by_block[address]:
            if access.loads:
                index = blocks.offset_index(address, access.instruction)
                shares[index] = round(access.other_bank / access.loads, 2)
        stores = count * sum(instruction.unit is Unit.STORE for instruction in code)
        unaligned = sum(access.unaligned_stores for access in by_block[address])
        share = min(1.0, round(unaligned / stores, 2)) if stores else 0.0
        key = (code, tuple(shares), share, address in looped)
        if key not in memo:
            memo[key] = _cost(timing, code, shares, share, address in looped)
        costs[address] = memo[key]
    return costs

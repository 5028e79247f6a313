# SPDX-License-Identifier: Apache-2.0
"""What a core waits for its memories: by hand, and the same in C and Python."""

from __future__ import annotations

from dataclasses import replace

import pytest
from simulator_programs import program

from tvm_tiny.simulator import Machine, Profiler
from tvm_tiny.simulator.memory import (
    CacheShape,
    MemoryModel,
    MemoryPort,
    PythonMemory,
    total_cycles,
)
from tvm_tiny.simulator.native import library

LINE16 = CacheShape(line_shift=4, ways=2, sets=2, beat_shift=2)
FLASH = MemoryPort("FLASH", 0x0, 0x10000, 0, 0, first_cycles=5, beat_cycles=2)


def memory(shape: CacheShape = LINE16, port: MemoryPort = FLASH) -> PythonMemory:
    return PythonMemory(MemoryModel((port,), (shape,)))


def waited(of: PythonMemory) -> tuple[int, int, float]:
    of.commit(0)
    sums = of.sums()
    return sum(w.lookups for w in sums), sum(w.misses for w in sums), total_cycles(sums)


def test_a_miss_waits_for_its_word_and_then_for_those_it_asks_for() -> None:
    m = memory()
    m.data(0x108, False)  # first beat after 5
    assert waited(m) == (1, 1, 5.0)
    m.data(0x10C, False)  # the next beat, 2 later
    m.data(0x104, False)  # the last of the wrapped burst: 3 beats behind the first
    assert waited(m) == (3, 1, 5.0 + 2 + 4)
    m.data(0x100, False)  # was third
    assert waited(m) == (4, 1, 11.0)


def test_the_oldest_line_of_a_set_goes() -> None:
    m = memory()
    for address in (0x000, 0x020, 0x040, 0x020, 0x000):  # all of set 0, two ways
        m.data(address, False)
        m.fetch(0x8000_0000, 0x8000_0100, 100.0)  # time passes, nothing else
    assert waited(m)[:2] == (5, 4)


def test_stores_never_wait_but_may_bring_their_line() -> None:
    for allocate, misses in ((False, 0), (True, 1)):
        m = memory(replace(LINE16, write_allocate=allocate))
        m.data(0x100, True)
        assert waited(m)[1:] == (misses, 0.0)


def test_prefetched_code_waits_for_what_is_left() -> None:
    shape = CacheShape(line_shift=4, ways=64, sets=1, beat_shift=4, prefetch=True)
    slow, fast = memory(shape), memory(shape)
    slow.fetch(0x100, 0x120, 40.0)  # 20 cycles a line: the next is there in time
    assert waited(slow) == (2, 2, 5.0)
    fast.fetch(0x100, 0x120, 4.0)  # 2 cycles: it is read from cycle 5 to 10, wanted at 7
    assert waited(fast) == (2, 2, 5.0 + 3.0)


def test_what_fits_is_read_once_and_what_does_not_every_time() -> None:
    shape = CacheShape(line_shift=4, ways=4, sets=16, beat_shift=4)
    fits, does_not = memory(shape), memory(shape)
    for _ in range(3):
        for address in range(0, 1024, 16):
            fits.data(address, False)
        for address in range(0, 2048, 16):
            does_not.data(address, False)
    assert waited(fits)[1] == 64
    assert waited(does_not)[1] == 3 * 128


@pytest.mark.skipif(library() is None, reason="no host compiler")
@pytest.mark.parametrize("prefetch", [False, True])
def test_c_and_python_agree(prefetch: bool) -> None:
    code = CacheShape(4, 8, 1, 3, prefetch=prefetch)
    data = CacheShape(5, 2, 4, 3, write_allocate=True)
    ports = (
        MemoryPort("FLASH", 0, 4 << 20, 0, 1, 7, 2),
        MemoryPort("SRAM", 0x20000000, 0x20400000, -1, 1, 3, 1),
        MemoryPort("PSRAM", 0x60000000, 0x61000000, 0, 1, 20, 4),
        MemoryPort("STACK", 0x28000000, 0x28100000, -1, -1),
    )
    model = MemoryModel(ports, (code, data))
    found = []
    for native in (True, False):
        machine = Machine(program())
        profiler = Profiler(native=native, memory=model)
        machine.call("net", profile=profiler)
        waits = sorted(profiler.result.waits, key=lambda w: (w.layer, w.port, w.kind))
        found.append([(w.layer, w.port, w.kind, w.lookups, w.misses, w.cycles) for w in waits])
    assert found[0] == found[1]
    assert sum(w[4] for w in found[0]) > 0

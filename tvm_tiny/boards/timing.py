# SPDX-License-Identifier: Apache-2.0
"""Cycles, waits and milliseconds of a build on its board: a run of the traced bench, simulated."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import msgspec

from tvm_tiny.boards.data import Board
from tvm_tiny.boards.firmware import TRACED, Linked, link
from tvm_tiny.boards.hot_constants import hot_constants
from tvm_tiny.boards.model import memory_model
from tvm_tiny.boards.simulated import SimulatedBoard
from tvm_tiny.boards.unverified import unverified
from tvm_tiny.report.board import BoardInfo, MemoryUse, WaitInfo
from tvm_tiny.report.model import LayerInfo, Report
from tvm_tiny.result import Built
from tvm_tiny.simulator.memory import CODE, Waits, total_cycles
from tvm_tiny.simulator.profile import Profile, Profiler
from tvm_tiny.toolchain.compilers import find_compiler


def on_board(built: Built, report: Report, linked: Linked) -> Report:
    """The report with what the board adds: its memories' use, what the core waits for them, time.

    The second of two runs is counted, so caches hold what the first left in them. Cycles of layers
    become those of the board's program. What does not fit is not run.

    Args:
        built: for the board.
        report: of its core, memories answering at once.
        linked: the firmware and where its parts lie.
    """
    board = linked.board
    info = BoardInfo(
        name=board.name,
        title=board.title,
        hz=board.run_hz,
        memories=_memories(linked),
        unverified=[*unverified(board), *_over_a_border(linked)],
        measured_factor=board.calibration.factor if board.calibration else None,
        constants=list(linked.placement.copied),
    )
    if linked.elf is None or report.cycles.modelled is None:
        return msgspec.structs.replace(report, board=info)
    profile, ran_on = _profile(built, msgspec.structs.replace(report, board=info), linked)
    names = [port.name for port in memory_model(ran_on).ports]
    waits = profile.waits
    stalls = round(total_cycles(waits))
    total = profile.cycles + stalls
    info = msgspec.structs.replace(info, waits=_waits(waits, names), stall_cycles=stalls)
    cycles = msgspec.structs.replace(
        report.cycles,
        modelled=profile.cycles,
        instructions=profile.instructions,
        stalls=stalls,
        hz=board.run_hz,
        ms=round(1e3 * total * (info.measured_factor or 1.0) / board.run_hz, 4),
    )
    limits, late = report.limits, built.options.max_ms
    if late is not None:
        fits = limits.fits and (cycles.ms or 0) <= late
        limits = msgspec.structs.replace(limits, fits=fits)
    layers = _layers(report.layers, profile, names)
    return msgspec.structs.replace(report, board=info, cycles=cycles, limits=limits, layers=layers)


def _over_a_border(linked: Linked) -> list[str]:
    arena = linked.placement.arena
    if arena in linked.board.regions:
        return []
    return [f"{arena.name}: words of the arena across the border of two memories"]


def with_hot_constants(built: Built, report: Report, linked: Linked) -> Report:
    """The report of the core with the constants that its board waits for, for ``link``.

    Args:
        built: for the board.
        report: of its core.
        linked: the firmware with all constants in flash.
    """
    found = on_board(built, report, linked)
    if found.board is None:
        return report
    board = msgspec.structs.replace(found.board, constants=hot_constants(built, found))
    return msgspec.structs.replace(report, board=board)


def _profile(built: Built, report: Report, linked: Linked) -> tuple[Profile, Board]:
    """The second run of the traced bench on the simulated board, and the memories it ran in."""
    options = built.options
    compiler = find_compiler(options.compiler)
    folder, spec = built.project_dir(), built.spec
    traced = link(folder, spec, linked.board, report, compiler, options.opt, TRACED)
    elf = traced.check()
    profiler = Profiler(memory=memory_model(traced.board))
    SimulatedBoard(traced.board, elf).run(timeout_s=600.0, profile=profiler)
    return profiler.result, traced.board


def _memories(linked: Linked) -> list[MemoryUse]:
    return [
        MemoryUse(use.region.name, use.region.kind, use.needed_bytes, use.region.length_bytes)
        for use in linked.uses
    ]


def _waits(waits: Sequence[Waits], names: Sequence[str]) -> list[WaitInfo]:
    """What is waited for each memory, code and data apart, the most first."""
    sums: dict[tuple[int, int], list[float]] = defaultdict(lambda: [0, 0, 0.0])
    for w in waits:
        total = sums[w.port, w.kind]
        total[0] += w.lookups
        total[1] += w.misses
        total[2] += w.cycles
    found = [
        WaitInfo(names[p], "code" if k == CODE else "data", int(n), int(missed), round(cycles))
        for (p, k), (n, missed, cycles) in sums.items()
    ]
    return sorted(found, key=lambda w: (-w.stall_cycles, w.region, w.of))


def _layers(layers: Sequence[LayerInfo], profile: Profile, names: Sequence[str]) -> list[LayerInfo]:
    counted = {layer.index: layer for layer in profile.layers}
    of: dict[int, list[Waits]] = defaultdict(list)
    for w in profile.waits:
        of[w.layer].append(w)
    out: list[LayerInfo] = []
    for layer in layers:
        seen, waits = counted.get(layer.index), of[layer.index]
        by_region: dict[str, float] = defaultdict(float)
        for w in waits:
            by_region[f"{names[w.port]} {'code' if w.kind == CODE else 'data'}"] += w.cycles
        out.append(
            msgspec.structs.replace(
                layer,
                instructions=seen.instructions if seen else layer.instructions,
                cycles_modelled=seen.cycles if seen else layer.cycles_modelled,
                stall_cycles=round(total_cycles(waits)),
                stalls_by_region={k: round(v) for k, v in sorted(by_region.items()) if round(v)},
            )
        )
    return out

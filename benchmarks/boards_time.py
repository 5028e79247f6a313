# SPDX-License-Identifier: Apache-2.0
"""Milliseconds, waits and memories of models on boards, modelled.

python benchmarks/boards_time.py MODEL... [--boards NAME...] [--optimize speed] [--constants ram]

One row for a model and a board: the firmware's clock, a run's time, the share of cycles that the
core waits for memories (for code and for data), bytes of every region. ``--cost`` adds what the
model of the memories costs this computer: CPU seconds of the same run with it and without.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import tvm_tiny
from tvm_tiny.boards import load_board
from tvm_tiny.boards.firmware import TRACED, link
from tvm_tiny.boards.model import memory_model
from tvm_tiny.boards.simulated import SimulatedBoard
from tvm_tiny.errors import TvmTinyError
from tvm_tiny.result import ConstantsIn
from tvm_tiny.simulator import Profiler

BOARDS = (
    "nucleo-h743zi2", "stm32f746g-disco", "nucleo-f767zi", "nucleo-l4r5zi", "nucleo-f446re",
    "nucleo-g474re", "nrf52840-dk", "nrf5340-dk",
)  # fmt: skip


def row(model: Path, board: str, optimize: str, constants: ConstantsIn) -> str:
    """One line of the table."""
    try:
        report = tvm_tiny.build(model, board=board, optimize=optimize, constants=constants).report
    except TvmTinyError as err:
        return f"| {model.stem} | {board} | {err.code} {err.message} |"
    info, cycles = report.board, report.cycles
    assert info is not None
    assert cycles.total
    shares = {
        of: sum(w.stall_cycles for w in info.waits if w.of == of) / cycles.total
        for of in ("code", "data")
    }
    memories = ", ".join(f"{m.region} {m.bytes:,}" for m in info.memories)
    return (
        f"| {model.stem} | {board} | {info.hz / 1e6:g} | {cycles.ms:.4g} |"
        f" {(cycles.stalls or 0) / cycles.total:.1%} |"
        f" {shares['code']:.1%} | {shares['data']:.1%} |"
        f" {memories} |"
    )


def cost(model: Path, board_name: str) -> str:
    """CPU seconds of the profiled run on the simulated board without and with its memories."""
    artifact = tvm_tiny.build(model, board=board_name)
    board = load_board(board_name)
    linked = link(artifact.project_dir(), artifact.spec, board, artifact.core_report,
                  firmware=TRACED)  # fmt: skip
    seconds: list[float] = []
    board = linked.board
    for memory in (None, memory_model(board)):
        best = float("inf")
        for _ in range(3):
            begin = time.process_time()
            profiler = Profiler(memory=memory)
            SimulatedBoard(board, linked.check()).run(profile=profiler)
            best = min(best, time.process_time() - begin)
        seconds.append(best)
    without, with_ = seconds
    return f"| {model.stem} | {board_name} | {without:.2f} | {with_:.2f} | {with_ / without:.2f} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", type=Path, nargs="+")
    parser.add_argument("--boards", nargs="+", default=BOARDS)
    parser.add_argument("--optimize", default="balanced")
    parser.add_argument("--constants", choices=("flash", "ram"), default="flash")
    parser.add_argument("--cost", action="store_true")
    args = parser.parse_args()
    if args.cost:
        print("| model | board | CPU s without | with memories | times |\n|---|---|---|---|---|")
    else:
        print("| model | board | MHz | ms | waits | for code | for data | bytes |")
        print("|---|---|---|---|---|---|---|---|")
    for model in args.models:
        for board in args.boards:
            how = (args.optimize, args.constants)
            print(cost(model, board) if args.cost else row(model, board, *how), flush=True)


if __name__ == "__main__":
    main()

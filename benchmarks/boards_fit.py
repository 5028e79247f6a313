# SPDX-License-Identifier: Apache-2.0
"""Does a model fit every board? Links its firmware for each, and runs it on the simulated board.

    python benchmarks/boards_fit.py MODEL.tflite [--compiler zig gcc] [--optimize ram] [--ram 64K]

A line a board and compiler: bytes used of every region, "runs" if the start-up code, the model and
its outputs are right on the simulated board, or what is missing. The exit code is 1 if something
that fits gives other outputs than the same model on this computer.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

import tvm_tiny
from tvm_tiny.artifact import Artifact
from tvm_tiny.boards import Board, boards
from tvm_tiny.boards.firmware import Linked, link
from tvm_tiny.boards.flashers import FLASHERS
from tvm_tiny.boards.running import carry_out, make_job
from tvm_tiny.result import bench_input
from tvm_tiny.run.qemu import parse_outputs
from tvm_tiny.toolchain.build import Compiler, find_compiler


def link_all(
    model: Path, compilers: list[Compiler], optimize: str, ram: str | None
) -> Iterator[tuple[Artifact, Compiler, Linked]]:
    """The model linked for every board by every compiler; compiled once for each core."""
    artifacts: dict[str, Artifact] = {}
    for board in boards():
        if board.core not in artifacts:
            artifacts[board.core] = tvm_tiny.build(model, board.core, optimize=optimize, ram=ram)
        artifact = artifacts[board.core]
        for compiler in compilers:
            folder, spec = artifact.project_dir(), artifact.spec
            yield artifact, compiler, link(folder, spec, board, artifact.report, compiler)


def runs_right(artifact: Artifact, linked: Linked) -> bool:
    """Whether the firmware on the simulated board gives what the model gives on this computer."""
    lines: list[str] = []
    job = make_job(linked.board, linked.check())
    code = carry_out(FLASHERS["simulator"], job, lines.append, 600.0)
    want = artifact.run(bench_input(artifact.spec), "host").outputs
    got = parse_outputs(artifact.spec, "\n".join(lines))
    same = (np.array_equal(got[io.name], want[io.source]) for io in artifact.spec.outputs)
    return code == 0 and all(same)


def describe(linked: Linked, right: bool | None) -> str:
    """One line."""
    parts: list[str] = []
    for use in linked.uses:
        missing = f" (missing {use.missing_bytes:,})" if use.missing_bytes else ""
        parts.append(f"{use.region.name} {use.needed_bytes:,}/{use.region.length_bytes:,}{missing}")
    verdict = "does not fit" if right is None else "runs" if right else "WRONG"
    return f"{verdict:12}  {', '.join(parts)}; arena in {linked.placement.arena.name}"


def title(board: Board, compiler: Compiler) -> str:
    """What a line is about."""
    return f"{board.name:17} {compiler.name:4}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--compiler", nargs="+", choices=("zig", "gcc"), default=["zig"])
    parser.add_argument("--optimize", default="balanced")
    parser.add_argument("--ram")
    options = parser.parse_args()
    compilers = [find_compiler(name) for name in options.compiler]
    wrong = 0
    for artifact, compiler, linked in link_all(
        options.model, compilers, options.optimize, options.ram
    ):
        right = runs_right(artifact, linked) if linked.elf else None
        wrong += right is False
        print(title(linked.board, compiler), describe(linked, right), flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

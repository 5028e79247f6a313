# SPDX-License-Identifier: Apache-2.0
"""Compare the simulator's counts and modelled cycles with an independent measuring tool.

    python benchmarks/timing_vs_ruler.py --ruler PATH a.elf b.elf

The tool is called as ``PATH ELF --start SYM --stop SYM --json`` and prints ``instructions``,
``cycles`` and ``functions`` (each with name, instructions, cycles). Without ``--ruler`` only our
own figures are printed. The exit code is 1 if a difference exceeds the limits.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tvm_tiny.simulator import Machine, Profile, Profiler

_TIMEOUT_S = 1800


@dataclass(frozen=True)
class Row:
    """One line of the table: counts of the simulator and, where asked for, of the other tool."""

    name: str
    instructions: int
    cycles: int
    other_instructions: int | None = None
    other_cycles: int | None = None

    @property
    def instruction_difference(self) -> float:
        """Relative to the other tool; 0 without one."""
        return _difference(self.instructions, self.other_instructions)

    @property
    def cycle_difference(self) -> float:
        """Relative to the other tool; 0 without one."""
        return _difference(self.cycles, self.other_cycles)

    def __str__(self) -> str:
        """Render as one line of the table."""
        text = f"{self.name:40.40} {self.instructions:13,} {self.cycles:13,}"
        if self.other_cycles is None or self.other_instructions is None:
            return text
        text += f" {self.other_instructions:13,} {self.other_cycles:13,}"
        return text + f" {self.instruction_difference:+8.3%} {self.cycle_difference:+8.3%}"


def _difference(ours: int, other: int | None) -> float:
    return ours / other - 1 if other else 0.0


def simulate(elf: Path, start: str, stop: str) -> Profile:
    """Run a program in the simulator and profile what lies between the two symbols."""
    profiler = Profiler()
    Machine(elf).run_program(profile=profiler, start=start, stop=stop)
    return profiler.result


def measure(tool: Path, elf: Path, start: str, stop: str) -> dict[str, Any]:
    """Let the other tool measure the same."""
    command = [str(tool), str(elf), "--start", start, "--stop", stop, "--json"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=_TIMEOUT_S)
    return json.loads(done.stdout)


def compare(elf: Path, arguments: argparse.Namespace) -> list[Row]:
    """Return the row of the program and, if asked for, one for each of its functions."""
    ours = simulate(elf, arguments.start, arguments.stop)
    if arguments.ruler is None:
        rows = [Row(elf.name, ours.instructions, ours.cycles)]
        functions = [Row("  " + f.name, f.instructions, f.cycles) for f in ours.functions]
    else:
        other = measure(arguments.ruler, elf, arguments.start, arguments.stop)
        known = {f["name"]: f for f in other["functions"]}
        rows = [
            Row(elf.name, ours.instructions, ours.cycles, other["instructions"], other["cycles"])
        ]
        functions = [
            Row(
                "  " + f.name,
                f.instructions,
                f.cycles,
                known.get(f.name, {}).get("instructions", 0),
                known.get(f.name, {}).get("cycles", 0),
            )
            for f in ours.functions
        ]
    return rows + functions[: arguments.functions]


def main() -> int:
    """Print the table; return the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("elf", nargs="+", type=Path)
    parser.add_argument("--ruler", type=Path, help="the tool to compare with")
    parser.add_argument("--start", default="tvm_tiny_bench_start")
    parser.add_argument("--stop", default="tvm_tiny_bench_stop")
    parser.add_argument("--functions", type=int, default=0, help="also the N costliest functions")
    parser.add_argument("--max-cycles", type=float, default=0.05, help="allowed difference")
    parser.add_argument("--max-instructions", type=float, default=0.005)
    arguments = parser.parse_args()
    head = f"{'program':40} {'instructions':>13} {'cycles':>13}"
    if arguments.ruler is not None:
        head += f" {'other instr.':>13} {'other cycles':>13} {'instr.':>8} {'cycles':>8}"
    sys.stdout.write(head + "\n")
    worst = 0
    for elf in arguments.elf:
        rows = compare(elf, arguments)
        sys.stdout.write("".join(f"{row}\n" for row in rows))
        worst |= abs(rows[0].cycle_difference) > arguments.max_cycles
        worst |= abs(rows[0].instruction_difference) > arguments.max_instructions
    return int(worst)


if __name__ == "__main__":
    raise SystemExit(main())

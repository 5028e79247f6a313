# SPDX-License-Identifier: Apache-2.0
"""What streamed plans cost: modelled cycles against layer by layer, for the same kernels.

    python benchmarks/streaming_cost.py MODEL.tflite ... [--mobilenet 0.35 144]

For the default objective and for the least arena: arena, modelled cycles of the simulator, how much
slower than ``optimize="speed"``, and what the estimate said. The exit code is 1 if a default build
is more than 2 % slower or one with the least arena more than 3 %.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import tvm_tiny
from tvm_tiny.artifact import Artifact
from tvm_tiny.passes.plan.estimate import estimate_layers_cycles, estimate_plan_cycles
from tvm_tiny.targets import load_core
from tvm_tiny.testing.models import mobilenet_v2

_LIMITS = {"balanced": 0.02, "ram": 0.03}


def estimated(artifact: Artifact) -> tuple[float, float]:
    """Cycles of the plan, and layer by layer."""
    compiled, core = artifact.compiled, load_core(artifact.options.target)
    plan = estimate_plan_cycles(compiled.graph, compiled.plan, compiled.schedules, core)
    return plan, estimate_layers_cycles(compiled.graph, compiled.schedules, core)


def measure(name: str, model: bytes, target: str, *, row_fed: bool) -> bool:
    """Print one line a build; return whether both keep to their limits."""
    layers = tvm_tiny.build(model, target, optimize="speed")
    base = layers.report.cycles.modelled
    if base is None:
        sys.exit("the simulator and a C compiler are needed")
    arena, (_, guess) = layers.report.memory.arena_bytes, estimated(layers)
    print(f"{name:22} layers    {arena:9,} B {base:13,} cycles          (est. {guess:13,.0f})")
    kept = True
    for objective, limit in _LIMITS.items():
        artifact = tvm_tiny.build(model, target, optimize=objective, row_fed=row_fed)
        memory, cycles = artifact.report.memory, artifact.report.cycles.modelled or 0
        guess, guessed_base = estimated(artifact)
        slower = cycles / base - 1
        kept &= slower <= limit
        print(
            f"{'':22} {objective:9} {memory.arena_bytes:9,} B {cycles:13,} cycles {slower:+7.2%}"
            f"  (est. {guess:13,.0f} {guess / guessed_base - 1:+7.2%})",
            flush=True,
        )
    return kept


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="*", type=Path)
    parser.add_argument("--mobilenet", nargs=2, metavar=("WIDTH", "SIZE"), help="with these")
    parser.add_argument("--target", default="cortex-m7")
    parser.add_argument("--row-fed", action="store_true", help="streamed builds are fed by rows")
    args = parser.parse_args()
    models = {p.stem: p.read_bytes() for p in args.models}
    if args.mobilenet:
        width, size = float(args.mobilenet[0]), int(args.mobilenet[1])
        models[f"mobilenet_v2 {width} {size}"] = mobilenet_v2(width, size)
    kept = [measure(n, m, args.target, row_fed=args.row_fed) for n, m in models.items()]
    return int(not all(kept))


if __name__ == "__main__":
    sys.exit(main())

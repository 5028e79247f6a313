# SPDX-License-Identifier: Apache-2.0
"""Least arenas for added work: what the planner finds, and what finding it costs.

    python benchmarks/frontier.py [MODEL.tflite ...] [--mobilenet 0.35 144] [--image]
                                  [--share 0 0.12 0.38] [--validate host|simulator]

A line for every model and share of multiply-accumulates that may be added: arena of the plan, what
it adds, its kinds of rewrites, the CPU seconds of planning (front end and kernels not counted).
With ``--validate`` the plan is built and one random input goes through it; every layer must equal
the reference.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import tvm_tiny
from tvm_tiny._tvm import register_target_tag
from tvm_tiny.api import load
from tvm_tiny.graph import Graph
from tvm_tiny.operators.macs import total_macs
from tvm_tiny.passes.plan.decide import plan_stream
from tvm_tiny.passes.plan.workspaces import Workspaces
from tvm_tiny.passes.recompute.search import extra_macs
from tvm_tiny.pipeline import front_half
from tvm_tiny.targets import load_core
from tvm_tiny.testing.models import mobilenet_v2


def scheduled(model: Any, *, row_fed: bool = True) -> tuple[Graph, Workspaces]:
    """The graph that is planned, and workspaces of the kernels of ``optimize="ram"``."""
    core = load_core("cortex-m7")
    register_target_tag(core.name)
    front = front_half(load(model), core=core, optimize="ram", row_fed=row_fed)
    return front.graph, Workspaces(front.schedules, front.scheduler)


def line(name: str, graph: Graph, scratch: Workspaces, share: float, *, row_fed: bool) -> None:
    """Plan and print a line."""
    began = time.process_time()
    plan = plan_stream(graph, scratch, row_fed=row_fed, recompute=share)
    seconds = time.process_time() - began
    extra = extra_macs(graph, plan.rewrites) / max(1, total_macs(graph))
    kinds = ", ".join(f"{n} {k}" for k, n in Counter(r.kind for r in plan.rewrites).items())
    print(
        f"{name:24} within {share:6.0%}  {plan.arena_bytes:9,} B  MACs {extra:+7.2%}"
        f"  {seconds:6.1f} s  {kinds}",
        flush=True,
    )


def exact(model: Any, share: float, on: str, *, row_fed: bool) -> bool:
    """Build with the same plan and compare every layer."""
    artifact = tvm_tiny.build(model, optimize="ram", row_fed=row_fed, recompute=share)
    checked = artifact.validate(samples=1, on=on)
    result = "bit-exact" if checked.bit_exact else "DIFFER"
    print(f"{'':24} {len(checked.layers)} tensors {result} on {on}", flush=True)
    return checked.bit_exact


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="*", type=Path)
    parser.add_argument("--mobilenet", nargs=2, action="append", metavar=("WIDTH", "SIZE"))
    parser.add_argument("--share", nargs="+", type=float, default=[0.0, 0.12, 0.25, 0.5])
    parser.add_argument("--image", action="store_true", help="the image in the arena, not by rows")
    parser.add_argument("--validate", choices=("host", "simulator"))
    given = parser.parse_args()
    models: list[tuple[str, Any]] = [(m.stem, m) for m in given.models]
    for width, size in given.mobilenet or ():
        models.append((f"mobilenet_v2 {width} {size}", mobilenet_v2(float(width), int(size))))
    kept = True
    for name, model in models:
        graph, scratch = scheduled(model, row_fed=not given.image)
        for share in given.share:
            line(name, graph, scratch, share, row_fed=not given.image)
            if given.validate:
                kept &= exact(model, share, given.validate, row_fed=not given.image)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())

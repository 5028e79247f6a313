# SPDX-License-Identifier: Apache-2.0
"""What planning costs: CPU seconds and counted steps.

    python benchmarks/planning_cost.py [--chains 100 200 400] [MODEL ...] [--what balanced ram]

For chains of bottlenecks (twice the layers should cost no more than 2.2 times as much) the plan of
the least arena for a fifth more work, image in the arena. For models the plan of a build for each
objective, ``ram`` fed by rows and with a fifth more work (front end and kernels not counted).
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "helpers"))

from planner_nets import chain

from tvm_tiny._tvm import register_target_tag
from tvm_tiny.api import load
from tvm_tiny.passes.decision.options import PlanOptions
from tvm_tiny.passes.plan.objective import OBJECTIVES, Objective, choose_plan
from tvm_tiny.passes.plan.plan_memory import plan_memory
from tvm_tiny.passes.plan.space import Space
from tvm_tiny.passes.plan.workspaces import Workspaces
from tvm_tiny.pipeline import front_half
from tvm_tiny.targets import load_core

SHARE = 0.2


def chains(layers: list[int]) -> None:
    """A line for each length; times the one before."""
    before = 0.0, 0
    for count in layers:
        graph, options = chain(count // 4), PlanOptions(solver_time=0.0)
        began = time.process_time()
        space = Space(graph, plan_memory(graph, None, options), {}, options, False)
        plan = space.least(space.macs_of(SHARE))
        now = time.process_time() - began, space.spent
        times = "".join(f"  {n / b:5.2f} x" if b else "" for n, b in zip(now, before, strict=True))
        print(
            f"chain of {len(graph.nodes):5} layers  {plan.arena_bytes:9,} B  {now[0]:7.1f} s"
            f"  {now[1]:11,} steps{times}  {space.cut}",
            flush=True,
        )
        before = now


def planned(model: Path, optimize: str) -> None:
    """A line for a model and an objective."""
    core = load_core("cortex-m7")
    register_target_tag(core.name)
    row_fed = optimize == "ram"
    front = front_half(load(model), core=core, optimize=optimize, row_fed=row_fed)
    scratch = Workspaces(front.schedules, front.scheduler)
    wanted = Objective(optimize, row_fed=row_fed, recompute=SHARE if row_fed else None)
    began = time.process_time()
    plan = choose_plan(front.graph, front.schedules, core, wanted, scratch)
    seconds = time.process_time() - began
    print(
        f"{model.stem[:32]:32} {optimize:8}  {len(front.graph.nodes):4} layers"
        f"  {plan.arena_bytes:9,} B  {seconds:7.1f} s  {plan.cut}",
        flush=True,
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="*", type=Path)
    parser.add_argument("--chains", nargs="*", type=int, default=[100, 200, 400])
    parser.add_argument("--what", nargs="+", choices=OBJECTIVES, default=["balanced", "ram"])
    given = parser.parse_args()
    chains(given.chains)
    for model in given.models:
        for optimize in given.what:
            planned(model, optimize)


if __name__ == "__main__":
    main()

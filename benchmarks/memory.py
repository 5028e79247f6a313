# SPDX-License-Identifier: Apache-2.0
"""The least arenas: image in the arena or fed by rows, without and with recomputation.

    python benchmarks/memory.py MODEL.tflite ... [--mobilenet 0.35 144] [--recompute 0.25]
                                [--validate host|simulator]

Arena bytes are those of report.json: activations, rings, workspaces, inputs and outputs in the
arena, the state of a row-fed run. "MACs" are executed ones against those of layer by layer. With
``--validate`` one random input goes through every build; every layer must equal the reference.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import tvm_tiny
from tvm_tiny.testing.models import mobilenet_v2


def line(name: str, model: Any, options: dict[str, Any], on: str | None) -> bool:
    """Build, print a line, and return whether it is exact (as far as that is asked)."""
    artifact = tvm_tiny.build(model, optimize="ram", **options)
    report, plan = artifact.report, artifact.compiled.plan
    extra = report.macs_executed / max(1, _macs(artifact)) - 1
    text = f"{name:22} {'row-fed' if options['row_fed'] else 'image':8}"
    text += f" {report.memory.arena_bytes:9,} B  bound {report.memory.lower_bound_bytes:9,} B"
    text += f"  stack {report.memory.stack_bytes or 0:6,} B  MACs {extra:+7.2%}  {plan.proof}"
    exact = True
    if on:
        checked = artifact.validate(samples=1, on=on)
        exact = checked.bit_exact
        text += f"  {len(checked.layers)} tensors {'bit-exact' if exact else 'DIFFER'}"
    print(text, flush=True)
    return exact


def _macs(artifact: Any) -> int:
    from tvm_tiny.operators.macs import total_macs

    return total_macs(artifact.compiled.graph)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="*", type=Path)
    parser.add_argument("--mobilenet", nargs=2, action="append", metavar=("WIDTH", "SIZE"))
    parser.add_argument("--recompute", type=float, help="a further row-fed line with this share")
    parser.add_argument("--validate", choices=("host", "simulator"))
    given = parser.parse_args()
    models: list[tuple[str, Any]] = [(m.stem, m) for m in given.models]
    for width, size in given.mobilenet or ():
        models.append((f"mobilenet_v2 {width} {size}", mobilenet_v2(float(width), int(size))))
    exact = True
    for name, model in models:
        shares = [None] if given.recompute is None else [None, given.recompute]
        for row_fed, share in [(False, None), *((True, s) for s in shares)]:
            options = {"row_fed": row_fed, "recompute": share}
            exact &= line(name, model, options, given.validate)
    return 0 if exact else 1


if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: Apache-2.0
"""What redistributing receptive fields buys: halos, recomputed work, rings, before and after.

    python benchmarks/receptive_field.py MODEL.tflite|MODEL.onnx ... [--mobilenet 1.0 224]
                                         [--stage LAYER] [--budget 0.25] [--details]

Float models; bytes are those of their int8 form. Recomputed multiply-accumulates are those of the
early stage as 2 x 2 and 4 x 4 patches, ring bytes those of the stage as one stream, its input fed
by rows. The exit code is 1 if a field got smaller, or patches recompute more than half of before.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from rich.console import Console

from tvm_tiny.passes.receptive_field import redistribute
from tvm_tiny.passes.receptive_field.summary import Summary
from tvm_tiny.report.fields import summary_table
from tvm_tiny.testing.float_models import mobilenet_v2_float

HEADINGS = (
    "model", "early stage", "windows", "field", "stage halo", "recomputed 2x2", "recomputed 4x4",
    "ring bytes", "MACs", "weights",
)  # fmt: skip


def change(before: int, after: int) -> str:
    share = f" ({after / before - 1:+.1%})" if before else ""
    return f"{before:,} -> {after:,}{share}"


def row(name: str, summary: Summary) -> tuple[str, ...]:
    before, after = summary.before, summary.after
    windows = sum(not c.grows for c in summary.changes), sum(c.grows for c in summary.changes)
    size = [f"{f.field[0]}x{f.field[1]}" for f in (before, after)]
    halo = [f"{f.stage_halo[0]}x{f.stage_halo[1]}" for f in (before, after)]
    return (
        name,
        f"{summary.stage_layers} layers",
        f"{windows[0]} shrink, {windows[1]} grow",
        " -> ".join(size),
        " -> ".join(halo),
        *(change(*summary.recomputed(n)) for n in (2, 4)),
        change(before.stream.ring_bytes, after.stream.ring_bytes),
        change(before.macs, after.macs),
        change(before.weights, after.weights),
    )


def fine(summary: Summary) -> bool:
    pairs = zip(summary.before.field, summary.after.field, strict=True)
    halved = all(2 * summary.recomputed(n)[1] <= summary.recomputed(n)[0] for n in (2, 4))
    return all(a >= b for b, a in pairs) and halved


def main() -> int:
    """Print a line a model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="*", type=Path)
    parser.add_argument("--mobilenet", nargs=2, action="append", metavar=("WIDTH", "SIZE"))
    parser.add_argument("--stage", help="early stage: its last layer, or its windows")
    parser.add_argument("--budget", type=float, default=0.25)
    parser.add_argument("--details", action="store_true", help="every window, every figure")
    given = parser.parse_args()
    models: list[tuple[str, Any]] = [(m.stem, m) for m in given.models]
    for width, size in given.mobilenet or ():
        made = mobilenet_v2_float(float(width), int(size))
        models.append((f"MobileNetV2 {width}, {size} x {size}", made))
    stage = int(given.stage) if str(given.stage or "").isdigit() else given.stage
    print("| " + " | ".join(HEADINGS) + " |\n|" + "---|" * len(HEADINGS))
    good = True
    for name, model in models:
        summary = redistribute(model, stage=stage, budget=given.budget).summary
        good &= fine(summary)
        print("| " + " | ".join(row(name, summary)) + " |", flush=True)
        if given.details:
            Console(width=120).print(summary_table(summary))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())

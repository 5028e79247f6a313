# SPDX-License-Identifier: Apache-2.0
"""The pictures of README: the arena of a model over time, and the curve of its plans.

python benchmarks/pictures.py      docs/arena.svg, docs/curve.svg; the same bytes for the same code
"""

from __future__ import annotations

from pathlib import Path

import tvm_tiny
from tvm_tiny.testing.models import mobilenet_v2

DOCS = Path(__file__).resolve().parent.parent / "docs"


def main() -> None:
    """Draw them."""
    plans = tvm_tiny.plan(mobilenet_v2(0.35, 48, 10))
    (DOCS / "curve.svg").write_text(plans.plot().svg, encoding="utf-8")
    picture = plans[-1].svg("MobileNetV2 0.35, 48 x 48: the smallest plan")
    (DOCS / "arena.svg").write_text(picture, encoding="utf-8")
    print(f"{len(plans)} plans, {plans[0].arena_bytes:,} to {plans[-1].arena_bytes:,} B")


if __name__ == "__main__":
    main()

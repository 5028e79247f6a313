# SPDX-License-Identifier: Apache-2.0
"""Our frontier beside plans that others published, on the same net, counted both ways.

    python benchmarks/published.py [--net msf] [--share 0.3 0.38 0.68] [--svg FILE]

The nets and points are in ``published_points.toml``. msf-CNN's own net is built here: MobileNetV2
0.35 with channels cut off instead of rounded, without skips, pool and classifier. So that its
result (11,200 B, which the published figures leave out) need not stand in the arena, a global mean
follows it here: 448 B and its totals, counted against us. ``tensors`` is the arena without
workspaces of kernels, with the rows of the image that windows read; ``their way`` leaves these out,
too, where the published figures do (``image = false``): the image stands in memory that nobody
counts. ``arena`` is all that a row-fed build needs.
"""

from __future__ import annotations

import argparse
import sys
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.frontier import scheduled
from tvm_tiny.graph import Graph, Tensor
from tvm_tiny.operators.carried import is_copy
from tvm_tiny.operators.macs import total_macs
from tvm_tiny.passes.decision.memory_plan import MemoryPlan
from tvm_tiny.passes.decision.options import PlanOptions, fitting
from tvm_tiny.passes.plan.plan_memory import plan_memory
from tvm_tiny.passes.plan.segments import plan_segments
from tvm_tiny.passes.plan.space import Space
from tvm_tiny.passes.recompute.carry import CARRY
from tvm_tiny.passes.recompute.rewrite import apply_rewrites
from tvm_tiny.passes.recompute.search import extra_macs
from tvm_tiny.report.svg_text import svg_text
from tvm_tiny.testing.models import mobilenet_v2
from tvm_tiny.testing.net import Net

POINTS = Path(__file__).with_name("published_points.toml")
MSF_MACS = 18_909_490
"""Multiply-accumulates of msf-CNN's net as its authors count them."""

_BLOCKS = (
    (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2),
    (6, 320, 1, 1),
)  # fmt: skip


def msf_net(width: float = 0.35, size: int = 144) -> bytes:
    """The net that msf-CNN's authors plan, followed by a global mean."""
    net = Net("msf_mobilenet", 0)
    x = net.input((1, size, size, 3))
    x = net.conv(x, int(32 * width), stride=2, activation="RELU6", name="stem")
    for number, (expansion, channels, repeats, first) in enumerate(_BLOCKS):
        for repeat in range(repeats):
            name, wide = f"block{number}_{repeat}", x.shape[3] * expansion
            x = net.conv(x, wide, kernel=1, activation="RELU6", name=f"{name}/expand")
            stride = first if repeat == 0 else 1
            x = net.depthwise(x, stride=stride, activation="RELU6", name=f"{name}/depthwise")
            x = net.conv(x, int(channels * width), kernel=1, name=f"{name}/project")
    x = net.conv(x, int(1280 * width), kernel=1, name="head")
    return net.finish(net.global_mean(x, keep_dims=False, name="mean"))


def model_of(build: str) -> bytes:
    """The model that a net of the file of points names."""
    kind, *how = build.split()
    return msf_net() if kind == "msf" else mobilenet_v2(float(how[0]), int(how[1]))


def least(
    graph: Graph, scratch: Mapping[str, int], shares: Sequence[float], *, image: bool = True
) -> Iterator[tuple[int, float]]:
    """Arena and share of added work of the least arena within every share, from one search.

    Args:
        graph: the integer graph.
        scratch: node name -> workspace in bytes.
        shares: multiply-accumulates that may be added, as shares of the model's.
        image: count its rows, as the caller hands them in; False: they are there, uncounted.
    """
    options = fitting(PlanOptions(), graph)
    space = Space(graph, plan_memory(graph, scratch, options), scratch, options, row_fed=True)
    for share in shares:
        plan = space.least(space.macs_of(share))
        plan = plan if image else without_image(graph, plan, scratch)
        yield plan.arena_bytes, extra_macs(graph, plan.rewrites) / max(1, total_macs(graph))


class _Uncounted(Tensor):
    """A tensor whose rows take no memory, as far as a plan goes."""

    @property
    def nbytes(self) -> int:
        """None."""
        return 0

    @property
    def row_bytes(self) -> int:
        """None."""
        return 0


def uncounted(graph: Graph) -> Graph:
    """The graph for planning only: rows of its image are there as long as they are read."""
    (image,) = graph.inputs
    apart = _Uncounted(image.name, image.shape, image.dtype, image.source)
    nodes = tuple(
        replace(n, operands=tuple(apart if t is image else t for t in n.operands))
        for n in graph.nodes
    )
    return replace(graph, inputs=(apart,), nodes=nodes)


def without_image(graph: Graph, plan: MemoryPlan, scratch: Mapping[str, int]) -> MemoryPlan:
    """The same plan where rows of the image take no memory, and none of them is copied."""
    (image,) = graph.inputs
    planned = apply_rewrites(graph, plan.rewrites).nodes
    gone = {n.name for n in planned if is_copy(n) and n.operands[0].name == image.name}
    rewrites = tuple(
        r for r in plan.rewrites if r.kind != "carry" or f"{r.nodes[0]}{CARRY}" not in gone
    )
    segments = [[n for n in s.nodes if n not in gone] for s in plan.segments]
    return plan_segments(
        uncounted(graph), [s for s in segments if s], scratch, row_fed=True, rewrites=rewrites
    )


def picture(net: dict[str, Any], ours: list[tuple[int, float]]) -> str:
    """Arena over added work: ours as a line of steps, published points as dots with names."""
    points = [(p["bytes"], p["share"], p["by"]) for p in net["points"]]
    high = 1.1 * max([b for b, _ in ours] + [b for b, _, _ in points])
    wide = 1.1 * max([s for _, s in ours] + [s for _, s, _ in points] + [0.1])

    def at(size: float, share: float) -> tuple[float, float]:
        return 70 + 540 * share / wide, 300 - 260 * size / high

    steps = [at(*p) for p in ours]
    line = f"M{steps[0][0]:.1f} {steps[0][1]:.1f}" + "".join(
        f" H{x:.1f} V{y:.1f}" for x, y in steps[1:]
    )
    dots = [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="#3f6f9f"/>' for x, y in steps]
    for size, share, by in points:
        x, y = at(size, share)
        dots.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="#c0392b"/>')
        dots.append(svg_text(x + 8, y + 4, f"{by}: {size:,} B at {share:+.0%}"))
    marks = [svg_text(64, at(v, 0)[1], f"{v:,.0f}", text_anchor="end")
             for v in (high / 4, high / 2, 3 * high / 4)]  # fmt: skip
    marks += [svg_text(at(0, v)[0], 318, f"{v:+.0%}") for v in (0.0, wide / 2)]
    return "\n".join(
        [
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 340" '
            'font-family="Helvetica, Arial, sans-serif" font-size="11">',
            svg_text(70, 20, f"{net['name']}: arena in bytes over added work", font_size=13),
            f'<path d="{line}" fill="none" stroke="#3f6f9f" stroke-width="2"/>',
            *dots,
            *marks,
            "</svg>\n",
        ]
    )


def main() -> int:
    """Print the tables; 1 if a published point is below ours."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--net", default="msf", help="which: a part of its name or build")
    parser.add_argument("--share", nargs="+", type=float, help="default: those of the points")
    parser.add_argument("--svg", type=Path)
    given = parser.parse_args()
    beaten = True
    for net in tomllib.loads(POINTS.read_text())["net"]:
        if given.net not in net["build"] and given.net not in net["name"]:
            continue
        graph, workspaces = scheduled(model_of(net["build"]))
        macs = total_macs(graph)
        same = f", {MSF_MACS:,} published" if net["build"] == "msf" else ""
        print(
            f"{net['name']}: {macs:,} MACs{same}\n  published: {net['counted']}\n  {net['source']}"
        )
        shares = given.share or [0.0, *sorted(p["share"] for p in net["points"])]
        ours: list[tuple[int, float]] = []
        began = time.process_time()
        theirs = least(graph, {}, shares, image=net.get("image", True))
        tensors = least(graph, {}, shares)
        arenas = least(graph, workspaces, shares)
        rows = zip(shares, theirs, tensors, arenas, strict=True)
        for share, (way, more), (size, added), (arena, spent) in rows:
            ours.append((way, more))
            others = [p for p in net["points"] if p["share"] <= share + 1e-9]
            best = min((p["bytes"] for p in others), default=0)
            beaten &= not best or way < best
            print(
                f"  within {share:5.0%}: their way {way:8,} B at {more:+7.2%},"
                f" tensors {size:8,} B at {added:+7.2%},"
                f" arena {arena:8,} B at {spent:+7.2%}; published {best or '-':>8}",
                flush=True,
            )
        print(f"  {time.process_time() - began:.1f} s of CPU for all")
        if given.svg:
            given.svg.write_text(picture(net, ours))
    return 0 if beaten else 1


if __name__ == "__main__":
    sys.exit(main())

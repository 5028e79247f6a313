# SPDX-License-Identifier: Apache-2.0
"""Cycles of a grid of layers against what bounds them: is there a shape that falls off a cliff?

    python benchmarks/sweep.py [-t cortex-m4] [--compiler gcc] [--only depthwise] [--cells]

Every cell is a layer of a small model, built for ``--optimize`` and run on the simulator. Bound of
a call of a row, with I the instructions it cannot do without (a word load for four bytes of inputs
and of weights, a MAC instruction for two products, 5 a result):

    max(I / issue width, products / 2) + 60

Cells of at least 20,000 MACs (2,000 results where there are none) are judged, the others printed.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from statistics import median

import tvm_tiny
from tvm_tiny.graph import Node
from tvm_tiny.operators.base import OUTSIDE, lookup
from tvm_tiny.targets import Core, load_core
from tvm_tiny.testing.net import Net

WORST, MEDIAN = 2.5, 1.35
_LEAST_MACS, _LEAST_RESULTS = 20_000, 2_000
_LARGE = 512.0
"""Outputs so much finer have multipliers above 1/2."""
_CALL_CYCLES, _RESULT_INSTRUCTIONS = 60, 5


@dataclass(frozen=True)
class Cell:
    """A measured layer.

    Attributes:
        kind: class of the layer.
        name: its parameters.
        rule: the schedule rule that took it.
        results: outputs.
        cycles: of all rows.
        bound: of all rows.
        judged: whether it is large enough.
    """

    kind: str
    name: str
    rule: str
    results: int
    cycles: int
    bound: float
    judged: bool

    @property
    def factor(self) -> float:
        """Over the bound."""
        return self.cycles / self.bound


def bound(node: Node, core: Core) -> float:
    """Cycles that all rows of a layer take at least."""
    operator = lookup(node.op)
    rows = node.output.rows
    macs = operator.macs(node) / rows
    weights = sum(t.nbytes for t in node.operands[1:2] if t.data is not None)
    total = 0.0
    for row in range(rows):
        call = operator.row_call(node, row)
        read = 0
        for tensor, taps in zip(node.operands, call.rows, strict=True):
            if tensor.data is None:
                read += tensor.row_bytes * sum(i != OUTSIDE for i in taps)
        instructions = (read + weights) / 4 + macs / 2
        instructions += _RESULT_INSTRUCTIONS * node.output.row_size
        total += max(instructions / core.issue_width, macs / 2) + _CALL_CYCLES
    return total


def nets() -> Iterator[tuple[str, bytes]]:
    """Class of layers and a model that has them."""
    yield from _convolutions()
    yield from _depthwise()
    yield from _others()


def _convolutions() -> Iterator[tuple[str, bytes]]:
    for window, kind in (((1, 1), "conv 1x1"), ((3, 3), "conv 3x3"), ((5, 5), "conv 5x5"),
                         ((1, 5), "conv 1x5")):  # fmt: skip
        net = Net("sweep", 1)
        ends = []
        for width, inputs in product((1, 5, 12, 24), (3, 8, 17, 64)):
            x = net.input((1, 5, width, inputs), name=f"x{width}x{inputs}")
            for outputs, stride in ((8, 1), (33, 1), (16, 2)):
                name = f"{width}x{inputs}_{outputs}_s{stride}"
                ends.append(net.conv(x, outputs, kernel=window, stride=stride, name=name))
        x = net.input((1, 5, 96, 13), name="wide")
        ends += [net.conv(x, 17, kernel=window, name="96x13_17_s1"),
                 net.conv(x, 256, kernel=window, stride=2, name="96x13_256_s2")]  # fmt: skip
        x = net.input((1, 9, 12, 16), name="other")
        if window != (1, 1):
            ends.append(net.conv(x, 24, kernel=window, dilation=2, name="12x16_24_dilated"))
        ends.append(net.conv(x, 24, kernel=window, finer=_LARGE, name="12x16_24_large"))
        yield kind, net.finish(*ends)


def _depthwise() -> Iterator[tuple[str, bytes]]:
    windows = (((3, 3), "depthwise 3x3"), ((5, 5), "depthwise 5x5"), ((7, 7), "depthwise 7x7"))
    for window, kind in (*windows, ((5, 1), "depthwise 5x1")):
        net = Net("sweep", 2)
        ends = []
        for width, channels in product((1, 2, 3, 5, 6, 13, 48, 96), (7, 16, 128)):
            x = net.input((1, 8, width, channels), name=f"x{width}x{channels}")
            for stride, activation in ((1, "RELU6"), (2, "RELU6"), (1, "NONE")):
                name = f"{width}x{channels}_s{stride}_{activation}"
                ends.append(
                    net.depthwise(x, kernel=window, stride=stride, activation=activation, name=name)
                )
        x = net.input((1, 12, 14, 33), name="other")
        ends += [net.depthwise(x, kernel=window, dilation=2, name="14x33_dilated"),
                 net.depthwise(x, kernel=window, finer=_LARGE, name="14x33_large")]  # fmt: skip
        yield kind, net.finish(*ends)


def _others() -> Iterator[tuple[str, bytes]]:
    net = Net("sweep", 3)
    ends = [
        net.dense(net.input((1, inputs), name=f"v{inputs}"), outputs, name=f"{inputs}_{outputs}")
        for inputs, outputs in ((64, 64), (130, 200), (256, 10), (640, 128), (100, 333))
    ]
    yield "fully connected", net.finish(*ends)
    net = Net("sweep", 4)
    ends = []
    for width, channels in product((6, 24), (5, 32, 64)):
        x, other = (net.input((1, 8, width, channels), name=f"{n}{width}x{channels}") for n in "ab")
        ends.append(net.add(x, other, name=f"add_{width}x{channels}"))
        ends.append(net.average_pool(x, 2, name=f"average_{width}x{channels}"))
        ends.append(net.max_pool(x, 2, name=f"max_{width}x{channels}"))
        ends.append(net.unary("LOGISTIC", x, name=f"lut_{width}x{channels}"))
    yield "elementwise and pools", net.finish(*ends)


def measure(kind: str, model: bytes, args: argparse.Namespace) -> list[Cell]:
    """The cells of a model."""
    core = load_core(args.target)
    built = tvm_tiny.build(model, args.target, optimize=args.optimize, compiler=args.compiler)
    nodes = {n.name: n for n in built.compiled.graph.nodes}
    order = [nodes[n] for n in built.compiled.emitted.step_nodes]
    out: list[Cell] = []
    # The first layer copies the inputs of all of them.
    for node, info in list(zip(order, built.report.layers, strict=True))[1:]:
        if info.cycles_modelled is None:
            sys.exit("the simulator and a C compiler are needed")
        macs, results = lookup(node.op).macs(node), node.output.size
        judged = macs >= _LEAST_MACS if macs else results >= _LEAST_RESULTS
        out.append(
            Cell(
                kind,
                node.layer or node.name,
                info.schedule,
                results,
                info.cycles_modelled,
                bound(node, core),
                judged,
            )
        )
    return out


def main() -> int:
    """Print the worst and the median factor of every class; 1 if one is beyond its limit."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("-t", "--target", default="cortex-m7")
    parser.add_argument("--optimize", default="speed")
    parser.add_argument("--compiler", default="auto", choices=("auto", "zig", "gcc"))
    parser.add_argument("--only", default="", help="classes whose name has this")
    parser.add_argument("--cells", action="store_true", help="print every cell")
    args = parser.parse_args()
    cells: dict[str, list[Cell]] = defaultdict(list)
    for kind, model in nets():
        if args.only in kind:
            cells[kind] += measure(kind, model, args)
    judged = [cell for found in cells.values() for cell in found if cell.judged]
    for kind, found in cells.items():
        for cell in found if args.cells else ():
            mark = "" if cell.judged else "  (not judged)"
            print(
                f"  {cell.name:24} {cell.rule:20} {cell.cycles / cell.results:8.1f} a result,"
                f" bound {cell.bound / cell.results:8.1f}, {cell.factor:5.2f}{mark}"
            )
        large = [cell for cell in found if cell.judged]
        if large:
            worst = max(large, key=lambda cell: cell.factor)
            middle = median(cell.factor for cell in large)
            print(f"{kind:24} {len(large):4} cells, median {middle:.2f}, worst {worst.factor:.2f}"
                  f" ({worst.name}, {worst.rule})", flush=True)  # fmt: skip
    if not judged:
        return 0
    worst_factor = max(cell.factor for cell in judged)
    middle = median(cell.factor for cell in judged)
    print(f"all: {len(judged)} cells, median {middle:.2f}, worst {worst_factor:.2f}")
    return int(worst_factor > WORST or middle > MEDIAN)


if __name__ == "__main__":
    sys.exit(main())

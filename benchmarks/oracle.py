# SPDX-License-Identifier: Apache-2.0
"""How far ``tvm_tiny.oracle`` is off, on nets that nothing was fitted to.

python benchmarks/oracle.py --nets 20 --seed 0

Random nets of separable, residual and inverted blocks: RAM against what ``build(optimize="speed")``
measures, cycles against the simulator, flash against the linked program; CPU time of a candidate
whose layers are known.
"""

from __future__ import annotations

import argparse
import random
import time

import tvm_tiny
from tvm_tiny.explore.oracle import Oracle
from tvm_tiny.explore.shapes import Shapes
from tvm_tiny.testing.net import Net


def candidate(seed: int) -> Shapes:
    draw = random.Random(seed)
    size = draw.choice([24, 32, 40, 48])
    net = Shapes((size, size, 3))
    x = net.conv(net.image, draw.choice([8, 12, 16]), 3, stride=2)
    for _ in range(draw.randint(3, 6)):
        kind, channels = draw.choice(["separable", "residual", "inverted"]), x.shape[3]
        if kind == "separable":
            x = net.depthwise(x, draw.choice([3, 5]), stride=draw.choice([1, 2]))
            x = net.conv(x, draw.choice([16, 24, 32, 48]), 1)
        elif kind == "residual":
            x = net.add(x, net.conv(x, channels, 3))
        else:
            y = net.depthwise(net.conv(x, channels * draw.choice([2, 3]), 1), 3)
            x = net.add(x, net.conv(y, channels, 1, activation="none"))
    net.dense(net.mean(x), draw.choice([2, 10]))
    return net


def model(shapes: Shapes, seed: int) -> bytes:
    """The same net with random weights, as TFLite."""
    net = Net(f"net{seed}", seed)
    made = [net.input(shapes.image.shape)]
    for layer in shapes.layers:
        made.append(layer.made(net, [made[v.layer + 1] for v in layer.inputs]))
    return net.finish(made[-1])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--nets", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--target", default="cortex-m7")
    options = parser.parse_args()
    ask = Oracle(options.target)
    worst = {"cycles": 0.0, "RAM over": 0.0, "RAM under": 0.0, "flash": 0.0, "ms": 0.0}
    print(
        f"{'seed':>5} {'RAM':>9} {'asked':>9} {'':>7} {'cycles':>11} {'asked':>11} {'':>7}"
        f" {'flash':>7} {'ms':>6}"
    )
    for seed in range(options.seed, options.seed + options.nets):
        shapes = candidate(seed)
        ask(shapes)
        begin = time.process_time()
        said = ask(shapes)
        ms = 1000 * (time.process_time() - begin)
        report = tvm_tiny.build(model(shapes, seed), options.target, optimize="speed").report
        ram, cycles, flash = (
            said.ram_bytes / report.memory.used_bytes - 1,
            said.cycles / (report.cycles.modelled or 1) - 1,
            said.flash_bytes / report.flash.used_bytes - 1,
        )
        found = {"cycles": abs(cycles), "RAM over": ram, "RAM under": -ram, "flash": abs(flash),
                 "ms": ms}  # fmt: skip
        worst = {k: max(v, found[k]) for k, v in worst.items()}
        print(
            f"{seed:>5} {report.memory.used_bytes:>9,} {said.ram_bytes:>9,} {ram:>+7.1%}"
            f" {report.cycles.modelled:>11,} {said.cycles:>11,} {cycles:>+7.1%} {flash:>+7.1%}"
            f" {ms:>6.1f}",
            flush=True,
        )
    print(
        "worst: "
        + ", ".join(f"{k} {v:.1f}" if k == "ms" else f"{k} {v:.1%}" for k, v in worst.items())
    )


if __name__ == "__main__":
    main()

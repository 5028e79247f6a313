# SPDX-License-Identifier: Apache-2.0
"""A tuning session on a model: the curve of best-so-far, the gain, the time.

    python benchmarks/tuning_curve.py MODEL --trials 200 --database DIR [--target cortex-m7]

Prints a line for every trial that made the model faster, and a verdict; writes the whole curve to
``DIR/curve.csv``. Interrupted, it continues where it was.
"""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

from tvm_tiny.tuning import TuneResult, tune

log = logging.getLogger("tuning_curve")


def lines(result: TuneResult) -> list[str]:
    """The curve where it falls, once every kernel's default is known."""
    shown = [f"{'trial':>6} {'cycles':>12} {'gain':>7}"]
    start, last = result.default_cycles, 0
    for number, cycles in enumerate(result.curve, 1):
        if number >= len(result.kernels) and cycles != last:
            last = cycles
            shown.append(f"{number:>6} {cycles:>12,} {100 * (start - cycles) / start:>6.2f}%")
    return shown


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--trials", type=int, default=200)
    parser.add_argument("--target", default="cortex-m7")
    parser.add_argument("--database", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    log.setLevel(logging.INFO)
    result = tune(
        options.model,
        options.target,
        database=options.database,
        trials=options.trials,
        seed=options.seed,
        resume=True,
    )
    curve = "".join(f"{i},{c}\n" for i, c in enumerate(result.curve, 1))
    (options.database / "curve.csv").write_text("trial,cycles\n" + curve)
    for line in lines(result):
        log.info("%s", line)
    before, after = result.default_cycles, result.best_cycles
    gain = 100 * (before - after) / before
    log.info("%d trials, %.0f s", result.trials, result.seconds)
    log.info("%d -> %d cycles, %.2f %% less", before, after, gain)
    for kernel in result.kernels:
        cycles = kernel.default_cycles, kernel.best_cycles
        log.info("%-40s %10s -> %10s  %s", kernel.task.name[-40:], *cycles, kernel.best)


if __name__ == "__main__":
    main()

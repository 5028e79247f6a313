# SPDX-License-Identifier: Apache-2.0
"""Make the tuning databases that ship with the package, again: same sources, same bytes.

    python benchmarks/tune_shipped.py [--models DIR] [--work DIR] [--targets cortex-m7 cortex-m4]

Tunes every model of the folder for every target (zig, simulator, seed 0) and writes the choices
that gain something to ``tvm_tiny/tuning/shipped/<target>.json``. Interrupted, it continues.
"""

from __future__ import annotations

import argparse
import logging
from dataclasses import replace
from pathlib import Path

import tvm_tiny.tuning
from tvm_tiny.errors import UnsupportedError
from tvm_tiny.tuning import Database, tune
from tvm_tiny.tuning.database import Entry
from tvm_tiny.tuning.tune import worth_shipping

log = logging.getLogger("tune_shipped")
SHIPPED = Path(tvm_tiny.tuning.__file__).parent / "shipped"


def tune_target(models: list[Path], target: str, work: Path, trials: int) -> Database:
    """The best choices for the row kernels of all models."""
    found: dict[str, Entry] = {}
    made: Database | None = None
    for path in models:
        folder = work / f"{path.stem}-{target}"
        try:
            result = tune(
                path, target, database=folder, trials=trials, seed=0, compiler="zig", resume=True
            )
        except UnsupportedError as err:
            log.info("%s: %s", path.stem, err.message)  # the folder has float models too
            continue
        log.info("%s %s: %d trials, %.0f s, %d -> %d cycles", target, path.stem, result.trials,
                 result.seconds, result.default_cycles, result.best_cycles)  # fmt: skip
        made = worth_shipping(result.database)
        for key, entry in made.entries.items():
            known = found.get(key)
            if known is None or entry.cycles * known.default_cycles < (
                known.cycles * entry.default_cycles
            ):
                found[key] = entry
    if made is None:
        raise SystemExit("no models")
    return replace(made, entries=found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=Path("../shared/models"))
    parser.add_argument("--only", nargs="*", help="names of models; all in the folder if left out")
    parser.add_argument("--work", type=Path, default=Path("build/tuning"))
    parser.add_argument("--targets", nargs="+", default=["cortex-m7", "cortex-m4"])
    parser.add_argument("--trials", type=int, default=200)
    options = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    log.setLevel(logging.INFO)
    models = sorted(options.models.glob("*.tflite"))
    if options.only:
        models = [path for path in models if path.stem in options.only]
    for target in options.targets:
        database = tune_target(models, target, options.work, options.trials)
        database.save(SHIPPED / f"{target}.json")
        log.info("%s: %d entries", target, len(database.entries))


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: Apache-2.0
"""Make the tuning databases that ship with the package, again: same sources, same bytes.

    python benchmarks/tune_shipped.py [--models DIR] [--work DIR] [--targets cortex-m7 cortex-m4]
    python benchmarks/tune_shipped.py --verify     # kernels changed: drop what gains no more

Tunes every model of the folder for every target (zig, simulator, seed 0) and writes the choices
that gain something to ``tvm_tiny/tuning/shipped/<target>.json``. Interrupted, it continues.
"""

from __future__ import annotations

import argparse
import logging
from dataclasses import replace
from pathlib import Path

import msgspec

import tvm_tiny.tuning
from tvm_tiny.errors import UnsupportedError
from tvm_tiny.frontends.loader import load
from tvm_tiny.pipeline import integer_graph
from tvm_tiny.targets import load_core
from tvm_tiny.tuning import Database, load_database, tune
from tvm_tiny.tuning.database import Entry
from tvm_tiny.tuning.programs import BuildJob, Outcome, build_program, run_bytes
from tvm_tiny.tuning.space import default_choice
from tvm_tiny.tuning.tune import worth_shipping
from tvm_tiny.tuning.workloads import make_tasks

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


def verified(models: list[Path], database: Database) -> Database:
    """A database with the cycles of today, without the choices that gain nothing any more."""
    target, found = database.provenance.target, dict[str, Entry]()
    for path in models:
        try:
            tasks = make_tasks(integer_graph(load(path).module))
        except UnsupportedError:
            continue
        for task in tasks:
            entry = database.entries.get(task.key)
            if entry is None or task.key in found:
                continue
            choices = entry.choice, default_choice(task.node, load_core(target))
            tuned, rule = (cycles_of(BuildJob(task.node, c, target, "simulator", "zig", "-O2"))
                           for c in choices)  # fmt: skip
            log.info("%s %s: rule %d, %s %d cycles", target, task.name, rule, choices[0], tuned)
            found[task.key] = msgspec.structs.replace(entry, cycles=tuned, default_cycles=rule)
    return worth_shipping(replace(database, entries=found))


def cycles_of(job: BuildJob) -> int:
    """Of one trial."""
    outcome = msgspec.msgpack.decode(run_bytes(build_program(job)), type=Outcome)
    if outcome.cycles is None:
        raise SystemExit(outcome.error)
    return outcome.cycles


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=Path("../shared/models"))
    parser.add_argument("--only", nargs="*", help="names of models; all in the folder if left out")
    parser.add_argument("--work", type=Path, default=Path("build/tuning"))
    parser.add_argument("--targets", nargs="+", default=["cortex-m7", "cortex-m4"])
    parser.add_argument("--trials", type=int, default=200)
    parser.add_argument("--verify", action="store_true", help="measure what ships, tune nothing")
    options = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    log.setLevel(logging.INFO)
    models = sorted(options.models.glob("*.tflite"))
    if options.only:
        models = [path for path in models if path.stem in options.only]
    for target in options.targets:
        path = SHIPPED / f"{target}.json"
        if options.verify:
            database = verified(models, load_database(path))
        else:
            database = tune_target(models, target, options.work, options.trials)
        database.save(path)
        log.info("%s: %d entries", target, len(database.entries))


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: Apache-2.0
"""An architecture search with Optuna: the largest net in 32 KiB of RAM and 4 million cycles.

pip install optuna tvm-tiny
python examples/search/search.py --trials 200

The oracle answers for RAM and time; multiply-accumulates stand in for accuracy, as nothing is
trained here. In a real search the objective trains what fits, and only that.
"""

from __future__ import annotations

import argparse

import optuna

import tvm_tiny
from tvm_tiny.explore.shapes import Shapes

RAM_BYTES, CYCLES = 32 * 1024, 4_000_000


def net(trial: optuna.Trial) -> Shapes:
    """A candidate of the space."""
    size = trial.suggest_categorical("size", [48, 64, 80, 96])
    shapes = Shapes((size, size, 3))
    x = shapes.conv(shapes.image, trial.suggest_int("stem", 8, 24, step=8), 3, stride=2)
    for block in range(trial.suggest_int("blocks", 2, 5)):
        stride = trial.suggest_int(f"stride{block}", 1, 2)
        x = shapes.depthwise(x, trial.suggest_categorical(f"kernel{block}", [3, 5]), stride=stride)
        x = shapes.conv(x, trial.suggest_int(f"channels{block}", 16, 64, step=16), 1)
    shapes.dense(shapes.mean(x), 10)
    return shapes


def objective(trial: optuna.Trial) -> float:
    """Multiply-accumulates of what fits; else how far it is from fitting."""
    said = tvm_tiny.oracle(net(trial), "cortex-m7")
    trial.set_user_attr("said", str(said))
    over = max(said.ram_bytes / RAM_BYTES, said.cycles / CYCLES)
    return float(said.macs) if over <= 1 else -over


def main() -> None:
    """Search, and print the best."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=200)
    trials = parser.parse_args().trials
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=0))
    study.optimize(objective, n_trials=trials)
    print(f"best of {trials}: {study.best_params}\n{study.best_trial.user_attrs['said']}")


if __name__ == "__main__":
    main()

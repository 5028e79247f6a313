# SPDX-License-Identifier: Apache-2.0
"""Samples that commands work on."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from tvm_tiny.cli.terminal import make_console
from tvm_tiny.errors import Problem, UsageError

if TYPE_CHECKING:
    from tvm_tiny.artifact import Artifact
    from tvm_tiny.cli.labels import Labelled
    from tvm_tiny.run.samples import Sample

_MOST_SAMPLES = 1_000_000

console = make_console()


def stored(artifact: Artifact, known: Labelled) -> list[Sample]:
    """Labelled samples in the types that the model takes."""
    from tvm_tiny.validate.accuracy import stored_samples

    return stored_samples(known.x, artifact.spec.inputs)


def samples_of(artifact: Artifact, data: str, seed: int) -> list[Sample]:
    """Random samples, or those of a file."""
    from tvm_tiny.run.samples import load_samples, random_samples

    count = check_data(data)
    if count:
        return list(random_samples(artifact.spec.inputs, count, seed))
    return load_samples(Path(data), artifact.spec.inputs)


def check_data(data: str) -> int:
    """How many random samples ``--data`` asks for, 0 if it is a file; before the work.

    Raises:
        UsageError: TT6015 not a number of samples, TT6004 the file cannot be read.
    """
    from tvm_tiny.files.arrays import check_arrays

    kind, _, count = data.partition(":")
    if kind != "random":
        check_arrays(Path(data))
        return 0
    if not re.fullmatch("[0-9]{1,7}", count) or not 0 < int(count) <= _MOST_SAMPLES:
        problem = Problem(f"--data {data:.80}", do="write --data random:20")
        raise UsageError("wrong number of samples", (problem,), "TT6015")
    return int(count)

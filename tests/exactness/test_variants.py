# SPDX-License-Identifier: Apache-2.0
"""What tflite-micro runs, runs here to the bit: types, ranks, broadcasts, options, batches."""

from __future__ import annotations

from itertools import chain, islice

import pytest
from variant_cases import FAMILIES
from variant_draft import Build
from variant_forms import constants, forms
from variant_run import WITHIN_2, compare, runs_there

GROUP = 12
"""Variants that share a build."""
STEP = 307
"""Of the table every so many variants run each time."""
STEPS_AT_LENGTH = {"binary": 37, "unary": 11, "conversions": 5, "reductions": 7, "windowed": 61,
                   "dense": 11, "moving": 61,
                   "constants": 4, "forms": 3}  # fmt: skip
"""And of each family in the long run, some 15 s of CPU each; 1 for all, which takes an hour."""


def _groups(named: list[tuple[str, Build]]) -> list[list[tuple[str, Build]]]:
    """Elementary functions of float32 stand apart: they may be 2 units off."""
    loose = [n for n in named if n[0].split()[0] in WITHIN_2]
    rest = [n for n in named if n not in loose]
    return [part[i : i + GROUP] for part in (loose, rest) for i in range(0, len(part), GROUP)]


def test_some_variants() -> None:
    every = chain.from_iterable(table() for table in FAMILIES.values())
    some = islice(every, 7, None, STEP)
    for group in _groups([(name, build) for name, build in some if runs_there(build)]):
        compare(group)


UNUSUAL = (
    "TANH of a constant int8",
    "HARD_SWISH of a constant int8",
    "SOFTMAX of a constant int16",
    "SPACE_TO_DEPTH of a constant int8",
    "QUANTIZE of a constant int16",
    "QUANTIZE of a constant float32",
    "CAST of a constant",
    "BATCH_MATMUL int8 constant right True",
    "BATCH_MATMUL int16 constant left False",
    "FULLY_CONNECTED of a constant int8 5",
    "GATHER int8 (2, 6, 3) 1 at run time (2, 2)",
    "REVERSE_V2 int8 [0, 1]",
)


def test_unusual_forms() -> None:
    table = dict(chain(constants(), forms()))
    compare([(name, table[name]) for name in UNUSUAL])


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES)
def test_many_variants(family: str) -> None:
    some = islice(FAMILIES[family](), 1, None, STEPS_AT_LENGTH[family])
    for group in _groups([(name, b) for name, b in some if runs_there(b)]):
        compare(group)

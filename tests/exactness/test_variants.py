# SPDX-License-Identifier: Apache-2.0
"""What tflite-micro runs, runs here to the bit: types, ranks, broadcasts, options, batches."""

from __future__ import annotations

from itertools import chain, islice

import pytest
from variant_cases import FAMILIES
from variant_draft import Build
from variant_run import WITHIN_2, compare, runs_there

GROUP = 12
"""Variants that share a build."""
STEP = 307
"""Of the table every so many variants run each time."""
STEPS_AT_LENGTH = {"binary": 37, "unary": 11, "conversions": 5, "reductions": 7, "windowed": 61,
                   "dense": 11, "moving": 61}  # fmt: skip
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


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES)
def test_many_variants(family: str) -> None:
    some = islice(FAMILIES[family](), 1, None, STEPS_AT_LENGTH[family])
    for group in _groups([(name, b) for name, b in some if runs_there(b)]):
        compare(group)

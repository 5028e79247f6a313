# SPDX-License-Identifier: Apache-2.0
"""Everything that a fuzz found of each kind of untrusted input ends as it did, or as well."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from untrusted import Untrusted, corpus, damaged, kinds, outcome

KINDS = {kind.name: kind for kind in kinds()}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_the_corpus_is_read_or_refused(kind: Untrusted, tmp_path: Path) -> None:
    """Any other exception than ours fails here, and so would an input that ended the process."""
    inputs = corpus(kind.name)
    assert inputs, "python benchmarks/faults.py --grow"
    ends = {how: outcome(kind, data, tmp_path) for how, data in inputs.items()}
    refused = {how: end for how, end in ends.items() if how != "read" and end == "read"}
    assert not refused, "what was refused is read now: is it meant to be?"


@pytest.mark.parametrize("name", ["data", "boards", "cores", "databases", "journals", "frames"])
def test_a_few_more(name: str, tmp_path: Path) -> None:
    """The quick ones; ``benchmarks/faults.py`` tries thousands of each."""
    kind, rng = KINDS[name], random.Random(name)
    seeds = kind.seeds()
    for _ in range(60):
        outcome(kind, damaged(rng, rng.choice(seeds)), tmp_path)


def test_a_fault_is_seen(tmp_path: Path) -> None:
    broken = Untrusted("broken", "x", lambda: [b"x"], lambda path: path.read_bytes()[99])
    with pytest.raises(IndexError):
        outcome(broken, b"short", tmp_path)

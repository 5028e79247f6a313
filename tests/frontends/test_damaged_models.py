# SPDX-License-Identifier: Apache-2.0
"""Damaged and absurd model files either build, or are refused with a ``TvmTinyError``.

Never another exception, a crash, a hang, memory without bound, or files left behind. Model files
are untrusted input.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from absurd_models import absurd_models
from absurd_onnx import absurd_onnx_models
from damage import Damaged, damaged_files, outcomes
from mutants import mutants, sound_model

from tvm_tiny.testing.net import Net
from tvm_tiny.testing.onnx_models import tiny_qdq

GOOD = {"built", "refused"}


def _small_tflite() -> bytes:
    """Few weights, many structures: damage then hits what matters."""
    net = Net("small", 0)
    x = net.input((1, 6, 6, 2))
    skip = net.conv(x, 4, kernel=2, activation="RELU", name="conv")
    x = net.depthwise(skip, kernel=2, name="depthwise")
    x = net.add(x, skip, name="add")
    x = net.average_pool(x, 3, name="pool")
    x = net.global_mean(x, keep_dims=False, name="mean")
    x = net.dense(x, 3, name="dense")
    return net.finish(net.unary("SOFTMAX", x, name="softmax"))


def _check(cases: list[Damaged]) -> Counter[str]:
    found = outcomes(cases)
    wrong = {label: outcome for label, outcome in found.items() if outcome not in GOOD}
    assert not wrong, "\n\n".join(f"{label}: {outcome}" for label, outcome in wrong.items())
    assert len(found) == len(cases), "labels must be unique"
    return Counter(found.values())


@pytest.mark.parametrize("part", range(4))
def test_damaged_tflite(part: int) -> None:
    counts = _check(damaged_files(_small_tflite(), "small.tflite", ".tflite", 30, part))
    assert counts["refused"] > 5


@pytest.mark.parametrize("part", range(4))
def test_damaged_onnx(part: int) -> None:
    counts = _check(damaged_files(tiny_qdq(), "tiny.onnx", ".onnx", 20, part))
    assert counts["refused"] > 3


def test_undamaged_models_build() -> None:
    """So that a refusal above is for the damage."""
    cases = [
        Damaged("small", ".tflite", _small_tflite()),
        Damaged("tiny", ".onnx", tiny_qdq()),
        Damaged("base of the mutants", ".tflite", sound_model()),
    ]
    assert set(outcomes(cases).values()) == {"built"}


def test_absurd_tflite() -> None:
    counts = _check(list(absurd_models()))
    assert counts["refused"] > 60


@pytest.mark.parametrize("part", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_mutants(part: int) -> None:
    counts = _check(mutants(40, part))
    assert counts["refused"] > 15
    assert counts["built"] > 4


def test_absurd_onnx() -> None:
    counts = _check(list(absurd_onnx_models()))
    assert counts["refused"] > 10


@pytest.mark.parametrize("suffix", [".tflite", ".onnx", ".txt", ""])
def test_random_bytes(suffix: str) -> None:
    rng = np.random.default_rng(9)
    contents = [b"", b"\0", b"TFL3", b"\x18\0\0\0TFL3", bytes(4096), b"\xff" * 4096]
    contents += [rng.bytes(n) for n in (1, 8, 100, 5000)]
    cases = [Damaged(f"{i}", suffix, data) for i, data in enumerate(contents)]
    assert set(_check(cases)) == {"refused"}


@pytest.mark.slow
def test_damaged_models_at_length() -> None:
    _check(damaged_files(_small_tflite(), "small.tflite", ".tflite", 250, 99))
    _check(damaged_files(tiny_qdq(), "tiny.onnx", ".onnx", 120, 99))
    _check(mutants(150, 99))

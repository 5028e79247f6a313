# SPDX-License-Identifier: Apache-2.0
"""Real models that lie beside the repository: exact on every layer, in the arena promised."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from paths import shared

import tvm_tiny
from tvm_tiny.artifact import Artifact
from tvm_tiny.validate.reference import TFLMReference

ARENA_BYTES = {
    "ad_autoencoder_int8": 1_400,
    "kws_ds_cnn_int8": 9_800,
    "ic_resnet8_int8": 34_500,
    "vww_96_int8": 38_500,
    "mcunet_vww": 80_000,
}
MACS = {
    "ad_autoencoder_int8": 264_192,
    "kws_ds_cnn_int8": 2_656_768,
    "ic_resnet8_int8": 12_501_632,
    "vww_96_int8": 7_489_664,
    # As given, but for taps that never meet the tensor; without dead channels 11,069,860 are run.
    "mcunet_vww": 11_516_608,
}


@cache
def build(name: str, core: str = "cortex-m7") -> Artifact:
    return tvm_tiny.build(shared(f"models/{name}.tflite"), target=core)


@pytest.mark.parametrize("name", ARENA_BYTES)
def test_arena(name: str) -> None:
    plan = build(name).compiled.plan
    assert plan.arena_bytes <= ARENA_BYTES[name]
    assert plan.lower_bound_bytes <= plan.arena_bytes


@pytest.mark.parametrize("name", MACS)
def test_macs(name: str) -> None:
    assert build(name).report.macs == MACS[name]


@pytest.mark.slow
@pytest.mark.simulator
@pytest.mark.parametrize("name", ARENA_BYTES)
def test_every_layer_is_exact(name: str) -> None:
    result = build(name).validate(samples=20)
    assert result.bit_exact, result.first_difference
    assert not result.not_compared
    assert len(result.layers) >= len(build(name).compiled.emitted.steps)


@pytest.mark.slow
@pytest.mark.simulator
@pytest.mark.parametrize("core", ["cortex-m0plus", "cortex-m3", "cortex-m4", "cortex-m33"])
@pytest.mark.parametrize("name", ARENA_BYTES)
def test_every_layer_is_exact_on_other_cores(name: str, core: str) -> None:
    result = build(name, core).validate(samples=3)
    assert result.bit_exact, result.first_difference
    assert not result.not_compared


@pytest.mark.slow
@pytest.mark.simulator
def test_every_inner_layer_of_mcunetv2_is_exact() -> None:
    result = build("mcunetv2_large").validate(samples=1)
    assert result.bit_exact, result.first_difference
    assert len(result.layers) > 150


@pytest.mark.slow
@pytest.mark.simulator
def test_recordings() -> None:
    with np.load(shared("data/kws_clips_500.npz")) as data:
        x, y = data["x"], data["y"]
    artifact = build("kws_ds_cnn_int8")
    scores = artifact.run(x).output.reshape(len(x), -1)
    reference = TFLMReference(shared("models/kws_ds_cnn_int8.tflite"))
    name, shape = artifact.spec.inputs[0].source, artifact.spec.inputs[0].shape
    for number, clip in enumerate(x):
        (want,) = reference.run({name: clip.reshape(shape)}).values()
        np.testing.assert_array_equal(scores[number], want.reshape(-1), err_msg=f"clip {number}")
    assert (scores.argmax(axis=1) == y).mean() > 0.9

# SPDX-License-Identifier: Apache-2.0
"""``optimize="flash"``: bytes in flash, and the arena of the plan, of known models."""

from __future__ import annotations

from typing import Literal

import pytest
from paths import shared

import tvm_tiny

BOUNDS = {
    "ad_autoencoder_int8": (278_000, 768),
    "kws_ds_cnn_int8": (38_000, 8_950),
    "ic_resnet8_int8": (90_000, 16_600),
}
"""The most bytes of flash and of arena."""


@pytest.mark.slow
@pytest.mark.simulator
@pytest.mark.parametrize("compiler", ["zig", "gcc"])
@pytest.mark.parametrize("model", BOUNDS)
def test_bytes_of_flash(model: str, compiler: Literal["zig", "gcc"]) -> None:
    path = shared(f"models/{model}.tflite")
    built = tvm_tiny.build(path, "cortex-m7", optimize="flash", compiler=compiler)
    flash, arena = BOUNDS[model]
    assert built.report.flash.used_bytes <= flash
    assert built.report.memory.arena_bytes <= arena
    assert built.validate(samples=1).bit_exact

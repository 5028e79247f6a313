# SPDX-License-Identifier: Apache-2.0
"""16x8 models: the integers of tflite-micro, on the host, the simulator, streamed and row-fed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from int16_models import GROUPS, ONE, Int16Model, network

import tvm_tiny
from tvm_tiny.arithmetic import int16
from tvm_tiny.arithmetic.recurrent import sigmoid_table
from tvm_tiny.errors import UnsupportedError
from tvm_tiny.validate.reference import TFLMReference


@pytest.mark.parametrize("group", sorted(GROUPS))
def test_operators_are_exact(group: str) -> None:
    artifact = tvm_tiny.build(GROUPS[group](), target="cortex-m4", name=group)
    result = artifact.validate(on="host", samples=4)
    assert result.bit_exact, result.first_difference
    assert result.not_compared == ()


@pytest.mark.parametrize("target", ["cortex-m0plus", "cortex-m7"])
@pytest.mark.parametrize("optimize", ["ram", "speed"])
def test_a_network_is_exact_on_the_simulator(target: str, optimize: str) -> None:
    artifact = tvm_tiny.build(network(), target=target, optimize=optimize, name="net16")
    result = artifact.validate(on="simulator", samples=2)
    assert result.bit_exact, result.first_difference


def test_rows_may_be_fed() -> None:
    artifact = tvm_tiny.build(network(), target="cortex-m4", row_fed=True, name="net16")
    assert artifact.compiled.plan.fed_input
    rng = np.random.default_rng(1)
    sample = rng.integers(-(1 << 15), 1 << 15, (1, 12, 10, 4)).astype(np.int16)
    (wanted,) = TFLMReference(network()).run({"x": sample}).values()
    feed = artifact.feed("host")
    for row in sample[0]:
        feed.push(row)
    (got,) = feed.outputs.values()
    np.testing.assert_array_equal(got, wanted)


@pytest.mark.parametrize(("kind", "scale"), [("LOGISTIC", 11 / 32768), ("TANH", 5.4 / 32768)])
def test_every_argument_of_the_interpolated_tables(kind: str, scale: float) -> None:
    """All 65536 arguments, computed in NumPy from our table."""
    m = Int16Model(1, (1, 65536))
    y = m.writer.op(
        kind,
        [m.writer.input("all", (1, 65536), scale=scale, dtype="int16")],
        (1, 65536),
        ONE,
        0,
        name="y",
        dtype="int16",
    )
    x = np.arange(-(1 << 15), 1 << 15).astype(np.int16)[None]
    data = m.finish(y)
    wanted = TFLMReference(data).run({"x": np.zeros_like(x), "all": x})["y"]
    attrs = int16.sigmoid_params({"LOGISTIC": "logistic16", "TANH": "tanh16"}[kind], scale)
    table = sigmoid_table().astype(np.int64)[256:]  # what TFLite has
    bits = 9 if kind == "LOGISTIC" else 8
    half = 1 << (attrs["shift"] - 1)
    places = (x.astype(np.int64) * attrs["multiplier"] + half) >> attrs["shift"]
    size = np.abs(places)
    at = np.minimum(size >> bits, 254)
    inside = (table[at] << bits) + (size & ((1 << bits) - 1)) * (table[at + 1] - table[at])
    if kind == "LOGISTIC":
        value = np.where(size >> bits >= 255, 32767 << 10, inside)
        got = np.where(places >= 0, value + 512, (1 << 25) - value + 511) >> 10
    else:
        value = np.where(size >> bits >= 255, 65535 << 8, inside) - (1 << 23)
        got = np.where(places >= 0, value + 128, 127 - value) >> 8
    np.testing.assert_array_equal(got, wanted)


def test_a_bias_that_tflm_misreads_is_refused() -> None:
    m = Int16Model(1)
    weights = m.weights((1, 3, 3, 4), 3)
    window = {"padding": "SAME", "stride_h": 1, "stride_w": 1, "depth_multiplier": 1}
    operands = [m.x, weights, m.bias(weights, "int32")]
    with pytest.raises(UnsupportedError, match="beyond its end"):
        tvm_tiny.build(m.finish(m.op("DEPTHWISE_CONV_2D", operands, **window)))


def test_an_operator_without_int16_kernel_says_so() -> None:
    m = Int16Model(1)
    with pytest.raises(UnsupportedError, match="it must be int8"):
        tvm_tiny.build(m.finish(m.op("HARD_SWISH")))


@pytest.mark.parametrize("core", ["cortex-m3", "cortex-m4"])
def test_sums_take_64_bits_only_where_weights_need_them(tmp_path: Path, core: str) -> None:
    """In plain C, which the M3 has for all of it; the M4 has kernels of its own for products."""
    artifact = tvm_tiny.build(network(), target=core, name="net16")
    artifact.save(tmp_path / "project")
    text = (tmp_path / "project" / "src" / "net16_kernels.c").read_text()
    assert ("tvm_tiny_requantize_once" in text) == (core == "cortex-m3")
    assert ("tvm_tiny_int16_depthwise" in text) == (core == "cortex-m4")
    assert "int64_t acc" not in text

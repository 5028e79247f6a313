# SPDX-License-Identifier: Apache-2.0
"""Every operator of the writer is accepted by tflite-micro and means what its options say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from paths import ROOT
from writer_cases import CASES, SCALE, ZERO, Case

from tvm_tiny.errors import ModelError, UnsupportedError, UsageError
from tvm_tiny.testing import models
from tvm_tiny.testing.op_options import OPTION_TABLES
from tvm_tiny.testing.tflite_writer import TFLiteWriter
from tvm_tiny.validate.reference import TFLMReference

BORDERS = {"DEQUANTIZE"}  # tested by itself, with the float form of QUANTIZE


def _write(case: Case) -> tuple[bytes, tuple[tuple[str, float, int], ...]]:
    writer = TFLiteWriter(case.label)
    outputs = case.build(writer)
    writer.output(*outputs)
    return writer.finish(), tuple((t.name, t.scale[0], t.zero_point[0]) for t in outputs)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.label)
def test_operator_means_what_its_options_say(case: Case) -> None:
    model, outputs = _write(case)
    reference = TFLMReference(model)
    rng = np.random.default_rng(11)
    infos = [reference.tensors[index] for index in reference.input_indices]
    inputs = {i.name: rng.integers(-128, 128, i.shape).astype(np.int8) for i in infos}
    results = reference.run(inputs)
    meant = case.meaning(*[(values.astype(float) - ZERO) * SCALE for values in inputs.values()])
    for (name, scale, zero), real in zip(
        outputs, meant if isinstance(meant, list) else [meant], strict=True
    ):
        want = np.clip(real / scale + zero, -128, 127)
        assert results[name].shape == want.shape
        assert np.abs(results[name] - want).max() <= case.steps + 0.5001
        assert len(np.unique(results[name])) > 3, "a flat output proves nothing"


def test_every_operator_of_the_writer_has_a_case() -> None:
    """Here, or with the operators that they became, in the test that compares them."""
    known = {case.kind for case in CASES} | BORDERS
    assert known <= set(OPTION_TABLES)
    files = [*(ROOT / "tests").rglob("*.py"), *(ROOT / "tvm_tiny/testing").glob("*.py")]
    here = {Path(__file__).name, "op_options.py"}
    others = "".join(p.read_text("utf-8") for p in files if p.name not in here)
    assert [k for k in OPTION_TABLES if k not in known and f'"{k}"' not in others] == []


def test_float_tensors_at_the_borders() -> None:
    writer = TFLiteWriter("borders")
    x = writer.input("x", (1, 300), dtype="float32")
    q = writer.op("QUANTIZE", [x], (1, 300), 0.25, -6, name="q")
    writer.output(writer.op("DEQUANTIZE", [q], (1, 300), None, name="y", dtype="float32"))
    x_real = np.linspace(-40, 40, 300, dtype=np.float32).reshape(1, 300)
    layers = TFLMReference(writer.finish()).run_layers(x_real)
    want = np.clip(np.rint(x_real / 0.25) - 6, -128, 127)
    assert np.array_equal(layers[1], want.astype(np.int8))
    assert np.array_equal(layers[2], ((want + 6) * 0.25).astype(np.float32))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.label)
def test_same_calls_give_the_same_bytes(case: Case) -> None:
    assert _write(case)[0] == _write(case)[0]


def test_constants_start_on_16_bytes() -> None:
    writer = TFLiteWriter("alignment")
    patterns = [np.full(n, 50 + n, np.int8) for n in (33, 47, 61)]
    constants = [writer.constant(f"c{i}", p, scale=1.0) for i, p in enumerate(patterns)]
    writer.output(*constants)
    model = writer.finish()
    assert [model.index(p.tobytes()) % 16 for p in patterns] == [0, 0, 0]


def test_misuse_is_refused() -> None:
    writer = TFLiteWriter("misuse")
    x = writer.input("x", (1, 4), scale=1.0)
    with pytest.raises(ValueError, match="does not know operator 'RELU7'"):
        writer.op("RELU7", [x], (1, 4), 1.0, name="y")
    with pytest.raises(ValueError, match=r"no option \['beta'\]"):
        writer.op("RELU", [x], (1, 4), 1.0, name="y", beta=1.0)
    with pytest.raises(ValueError, match="name 'x' is taken"):
        writer.op("RELU", [x], (1, 4), 1.0, name="x")
    with pytest.raises(ValueError, match="2 scales, 3 zero points"):
        writer.constant("c", np.zeros(2, np.int8), scale=[1.0, 2.0], zero_point=[0, 0, 0])


@pytest.mark.parametrize(
    "model",
    [
        models.tiny_convnet(),
        models.mobilenet_v2(0.35, 96, 100),
        models.autoencoder(),
        models.squeeze_excite(),
    ],
    ids=["tiny_convnet", "mobilenet_v2", "autoencoder", "squeeze_excite"],
)
def test_model_keeps_int8_busy(model: bytes) -> None:
    """No activation saturates or is flat: a model of constants would hide wrong kernels."""
    reference = TFLMReference(model)
    shape = reference.tensors[reference.input_indices[0]].shape
    x = np.random.default_rng(3).integers(-128, 128, shape).astype(np.int8)
    for index, layer in reference.run_layers(x).items():
        name = reference.tensors[index].name
        assert (layer == 127).mean() < 0.2, name
        assert len(np.unique(layer)) > min(2, layer.size - 1), name


def test_reference_says_why_it_refuses() -> None:
    writer = TFLiteWriter("refused")
    x = writer.input("x", (1, 4), scale=0.5)
    z = writer.input("z", (1, 4), scale=0.25)
    writer.output(writer.op("CONCATENATION", [x, z], (1, 8), 0.5, name="y", axis=1))
    with pytest.raises(UnsupportedError, match=r"concatenation\.cc.*scale"):
        TFLMReference(writer.finish())


def test_reference_refuses_what_would_crash_it() -> None:
    writer = TFLiteWriter("no_bias")
    x = writer.input("x", (1, 4, 4, 2), scale=0.5)
    weights = writer.constant("w", np.ones((1, 3, 3, 2), np.int8), scale=0.5, axis=3)
    y = writer.op("DEPTHWISE_CONV_2D", [x, weights, None], (1, 4, 4, 2), 0.5, name="y")
    writer.output(y)
    with pytest.raises(UnsupportedError, match="layer 0 DEPTHWISE_CONV_2D"):
        TFLMReference(writer.finish())


def test_reference_checks_inputs_all_at_once() -> None:
    reference = TFLMReference(models.autoencoder())
    with pytest.raises(UsageError, match="'image'") as caught:
        reference.run({"image": np.zeros(3), "features": np.zeros((1, 64), np.float32)})
    assert [problem.where for problem in caught.value.problems] == ["'image'", "'features'"]


@pytest.mark.parametrize("model", [b"", b"TFL3", bytes(64), models.autoencoder()[:200]])
def test_reference_refuses_what_is_no_model(model: bytes) -> None:
    with pytest.raises(ModelError):
        TFLMReference(model)

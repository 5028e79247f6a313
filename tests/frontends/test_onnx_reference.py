# SPDX-License-Identifier: Apache-2.0
"""onnxruntime as reference: outputs and inner tensors by name, Q and DQ kept apart."""

from __future__ import annotations

import numpy as np
import pytest

from tvm_tiny.errors import ModelError, UsageError
from tvm_tiny.testing.onnx_models import tiny_qdq
from tvm_tiny.validate.reference import OnnxReference


@pytest.fixture(scope="module")
def reference() -> OnnxReference:
    return OnnxReference(tiny_qdq())


@pytest.fixture(scope="module")
def image() -> np.ndarray:
    return np.random.default_rng(5).uniform(-2, 2, (1, 3, 16, 16)).astype(np.float32)


def test_same_seed_gives_the_same_bytes() -> None:
    assert tiny_qdq(3) == tiny_qdq(3) != tiny_qdq(4)


def test_layers_include_quantised_integers(reference: OnnxReference, image: np.ndarray) -> None:
    layers = reference.run_layers(image)
    quantised = layers["image/dequantised/quantised"]
    assert quantised.dtype == np.int8
    assert np.array_equal(quantised, np.clip(np.rint(image * 64) - 1, -128, 127))
    assert np.array_equal(layers["image"], image)
    for name in ("stem", "depthwise", "pointwise", "add", "max_pool", "average_pool", "logits"):
        steps = layers[f"{name}/quantised"]
        assert len(np.unique(steps)) > 5, name
        assert (steps == 127).mean() < 0.2, name


def test_outputs_are_those_of_the_layers(reference: OnnxReference, image: np.ndarray) -> None:
    outputs = reference.run({"image": image})
    assert list(outputs) == ["logits"]
    assert np.array_equal(outputs["logits"], reference.run_layers(image)["logits"])


def test_wrong_input_is_refused(reference: OnnxReference, image: np.ndarray) -> None:
    with pytest.raises(UsageError, match="float64"):
        reference.run(image.astype(np.float64))
    with pytest.raises(UsageError, match=r"\(1, 3, 16, 16\)"):
        reference.run(image[:, :, :8])


@pytest.mark.parametrize("model", [b"", b"\x08", b"no model", tiny_qdq()[:999]])
def test_what_is_no_model_is_refused(model: bytes) -> None:
    with pytest.raises(ModelError):
        OnnxReference(model)

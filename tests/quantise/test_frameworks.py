# SPDX-License-Identifier: Apache-2.0
"""Models as they are in a framework: PyTorch modules, exported programs, Keras, SavedModels."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tvm_tiny
from tvm_tiny.errors import ModelError, ToolchainError, UnsupportedError, UsageError
from tvm_tiny.frontends.frameworks import framework_of

torch = pytest.importorskip("torch")
pytest.importorskip("onnxscript")
pytest.importorskip("onnxruntime")


class Block(torch.nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = torch.nn.Conv2d(channels, 8, 3, 1, 1)
        self.norm = torch.nn.BatchNorm2d(8)

    def forward(self, x: Any) -> Any:
        return torch.relu(self.norm(self.conv(x)))


class Net(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.stages = torch.nn.Sequential(Block(3), Block(8))
        self.head = torch.nn.Linear(8, 5)

    def forward(self, image: Any) -> Any:
        return self.head(self.stages(image).mean((2, 3)))


@pytest.fixture(scope="module")
def net() -> Any:
    torch.manual_seed(0)
    return Net()


def samples(count: int = 16) -> Any:
    return torch.from_numpy(np.random.default_rng(0).normal(0, 1, (count, 3, 12, 10))).float()


@pytest.mark.slow
def test_a_module_with_a_data_loader(net: Any) -> None:
    x = samples()
    dataset = torch.utils.data.TensorDataset(x, torch.zeros(len(x), dtype=torch.long))
    loader = torch.utils.data.DataLoader(dataset, batch_size=6)
    net.train()
    before = {k: v.clone() for k, v in net.state_dict().items()}
    made = tvm_tiny.quantize(net, loader, nhwc=True, inputs="int8", outputs="int8")
    assert net.training
    assert all(torch.equal(v, before[k]) for k, v in net.state_dict().items())
    assert made.comparison.snr_db > 20
    artifact = tvm_tiny.build(made)
    assert artifact.spec.model == "net"
    assert artifact.spec.inputs[0].source == "image"
    assert artifact.spec.inputs[0].shape == (1, 12, 10, 3)
    layers = {layer.name for layer in artifact.report.layers}
    assert {"stages.0.conv", "stages.1.conv", "head"} <= layers
    assert artifact.validate(samples=1, on="host").passed


def test_build_quantises_with_data(net: Any) -> None:
    artifact = tvm_tiny.build(net, data=samples())
    assert artifact.spec.inputs[0].dtype == "float32"
    refused = tvm_tiny.check(net, shapes={"image": (1, 3, 12, 10)})
    assert refused is not None
    assert refused.code == "TT1102"
    assert "tvm_tiny.quantize" in str(refused)


@pytest.mark.slow
def test_an_exported_program(net: Any) -> None:
    program = torch.export.export(net.eval(), (samples(1),))
    made = tvm_tiny.quantize(program, samples())
    assert made.comparison.snr_db > 20


def test_a_module_does_not_say_what_it_takes(net: Any) -> None:
    with pytest.raises(UsageError, match="'image'") as caught:
        tvm_tiny.build(net)
    assert caught.value.code == "TT6003"


def test_a_module_that_cannot_be_exported() -> None:
    class Wrong(torch.nn.Module):
        def forward(self, x: Any) -> Any:
            raise RuntimeError("no such thing")

    with pytest.raises(ModelError, match="no such thing") as caught:
        tvm_tiny.quantize(Wrong(), samples())
    assert caught.value.code == "TT1002"


def test_a_quantised_program_is_built_as_it_is() -> None:
    import torch.ao.quantization.fx._decomposed

    ops = torch.ops.quantized_decomposed

    class Quantised(torch.nn.Module):
        def forward(self, x: Any) -> Any:
            x = ops.quantize_per_tensor(x, 0.1, 3, -128, 127, torch.int8)
            x = torch.relu(ops.dequantize_per_tensor(x, 0.1, 3, -128, 127, torch.int8))
            x = ops.quantize_per_tensor(x, 0.05, -128, -128, 127, torch.int8)
            return ops.dequantize_per_tensor(x, 0.05, -128, -128, 127, torch.int8)

    program = torch.export.export(Quantised(), (samples(1),))
    artifact = tvm_tiny.build(program)
    assert artifact.validate(samples=2, on="host").passed


def test_without_the_exporter(net: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxscript", None)
    with pytest.raises(ToolchainError, match="onnxscript") as caught:
        tvm_tiny.quantize(net, samples())
    assert "tvm-tiny[torch]" in str(caught.value)


@pytest.mark.skipif(
    importlib.util.find_spec("tensorflow") is not None, reason="tensorflow is installed"
)
def test_keras_without_a_converter(tmp_path: Path) -> None:
    (tmp_path / "saved_model.pb").write_bytes(b"")
    assert framework_of(tmp_path) == "saved-model"
    model = type("Model", (), {"__module__": "keras.src.models.model"})()
    assert framework_of(model) == "keras"
    for given in (tmp_path, model):
        with pytest.raises(ToolchainError, match="pip install tensorflow") as caught:
            tvm_tiny.build(given)
        assert caught.value.code == "TT4003"


def test_keras_and_saved_models(tmp_path: Path) -> None:
    keras = pytest.importorskip("keras")
    pytest.importorskip("tensorflow")
    layers = keras.layers
    model = keras.Sequential(
        [
            layers.Input((10, 8, 3)),
            layers.Conv2D(4, 3, activation="relu", name="first"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(5, name="head"),
        ]
    )
    x = np.random.default_rng(0).normal(0, 1, (12, 10, 8, 3)).astype(np.float32)
    made = tvm_tiny.quantize(model, x, inputs="int8")
    assert made.comparison.snr_db > 20
    model.export(str(tmp_path / "saved"))
    assert tvm_tiny.quantize(tmp_path / "saved", x).comparison.snr_db > 20
    with pytest.raises(UnsupportedError):
        tvm_tiny.build(model)

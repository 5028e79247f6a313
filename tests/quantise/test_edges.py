# SPDX-License-Identifier: Apache-2.0
"""Integers and NHWC at the edges, preprocessing folded in, calibration data in people's forms."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from float_models import FloatNet, classifier, images

import tvm_tiny
from tvm_tiny.errors import UsageError
from tvm_tiny.quantise.edges import Preprocess
from tvm_tiny.validate.reference import OnnxReference

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("onnxruntime") is None, reason="onnxruntime is not installed"
)


def colour(pads: int = 1) -> Any:
    """Float RGB images, channels first, to four scores."""
    net = FloatNet(5)
    x = net.op("Relu", [net.conv("x", "c1", (8, 3, 3, 3), pads=[pads] * 4)], "r1")
    x = net.op("Relu", [net.conv(x, "c2", (8, 8, 3, 3), strides=[2, 2])], "r2")
    x = net.op("Flatten", [net.op("GlobalAveragePool", [x], "gap")], "features")
    return net.model((1, 3, 12, 10), net.linear(x, "fc", 4, 8))


def pixels(count: int = 24) -> Any:
    return images(count, (12, 10, 3))


def agreement(made: Any, x: Any, stored: Any) -> float:
    """The quantised model's results against the float reference's, in decibels."""
    exact = OnnxReference(made.reference.SerializeToString())
    artifact = tvm_tiny.build(made.model)
    got = artifact.run(stored, on="host").output
    io = artifact.spec.outputs[0]
    if io.dtype != "float32":
        got = (got.astype(np.float64) - io.zero_point) * io.scale
    name = next(iter(v.name for v in made.reference.graph.input))
    want = np.stack([next(iter(exact.run({name: s[None].astype(np.float32)}).values())) for s in x])
    noise = np.sum((got.reshape(want.shape) - want) ** 2)
    return float(10 * np.log10(np.sum(want**2) / noise))


@pytest.mark.parametrize(
    ("kind", "outputs"), [("int8", "uint8"), ("uint8", "int8"), ("uint8", "float32")]
)
def test_integers_at_the_edges(kind: Any, outputs: Any) -> None:
    x = np.random.default_rng(0).normal(0, 1, (24, 3, 12, 10)).astype(np.float32)
    made = tvm_tiny.quantize(colour(), x, inputs=kind, outputs=outputs)
    artifact = tvm_tiny.build(made.model)
    (given,), (result,) = artifact.spec.inputs, artifact.spec.outputs
    assert (given.dtype, result.dtype) == (kind, outputs)
    assert given.source == "x"
    low = 0 if kind == "uint8" else -128
    q = np.clip(np.rint(x / given.scale) + given.zero_point, low, low + 255).astype(kind)
    assert agreement(made, x, q) > 20
    assert artifact.validate(samples=2, on="host").passed
    assert artifact.report.memory.io_bytes == (16 if outputs == "float32" else 0)


@pytest.mark.parametrize(
    ("preprocess", "kind", "convolutions"),
    [
        ((1 / 127.5, 1.0), "uint8", 2),
        (Preprocess(1 / 255, 0.45, 0.22), "int8", 2),
        (Preprocess(1 / 255, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)), "uint8", 3),
    ],
    ids=["signed", "uniform", "channels"],
)
def test_preprocessing_is_folded_in(preprocess: Any, kind: Any, convolutions: int) -> None:
    made = tvm_tiny.quantize(
        colour(), pixels(), inputs=kind, outputs="int8", nhwc=True, preprocess=preprocess
    )
    artifact = tvm_tiny.build(made.model)
    assert artifact.spec.inputs[0].shape == (1, 12, 10, 3)
    assert sum(n.op == "conv2d" or "conv" in n.op for n in artifact.compiled.graph.nodes) == (
        convolutions
    )
    x = pixels(8)
    stored = x if kind == "uint8" else (x.astype(np.int16) - 128).astype(np.int8)
    assert agreement(made, x, stored) > 20


def test_channels_go_into_weights_where_nothing_is_padded() -> None:
    imagenet = Preprocess(1 / 255, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
    made = tvm_tiny.quantize(colour(0), pixels(), inputs="uint8", nhwc=True, preprocess=imagenet)
    artifact = tvm_tiny.build(made.model)
    assert sum("conv" in n.op for n in artifact.compiled.graph.nodes) == 2
    assert agreement(made, pixels(8), pixels(8)) > 20


def test_samples_of_either_order_calibrate_alike() -> None:
    make = tvm_tiny.quantize
    last = make(colour(), pixels(), nhwc=True, inputs="uint8", preprocess=(1 / 255, 0.5))
    first = make(
        colour(), pixels().transpose(0, 3, 1, 2), nhwc=True, inputs="uint8",
        preprocess=(1 / 255, 0.5),
    )  # fmt: skip
    assert last.to_bytes() == first.to_bytes()


@pytest.mark.parametrize(
    "options",
    [
        {"inputs": "int4"},
        {"outputs": "float16"},
        {"preprocess": (1 / 255, 0.0)},
        {"preprocess": (0.0, 0.0), "inputs": "int8"},
        {"preprocess": Preprocess(1.0, (1.0, 2.0)), "inputs": "int8"},
        {"preprocess": Preprocess(1.0, 0.0, 0.0), "inputs": "int8"},
    ],
)
def test_options_that_cannot_be(options: Any) -> None:
    with pytest.raises(UsageError) as caught:
        tvm_tiny.quantize(colour(), pixels().transpose(0, 3, 1, 2), **options)
    assert caught.value.code == "TT6401"


def test_vectors_are_no_images() -> None:
    net = FloatNet()
    model = net.model((1, 10), net.linear("x", "fc", 4, 10))
    with pytest.raises(UsageError, match="one image"):
        tvm_tiny.quantize(model, np.zeros((4, 10)), nhwc=True)


class Loader:
    """What a DataLoader looks like from outside: batches of inputs and labels."""

    def __init__(self, x: Any, size: int) -> None:
        self._x, self._size, self.given = x, size, 0

    def __iter__(self) -> Any:
        for at in range(0, len(self._x), self._size):
            self.given += 1
            yield [self._x[at : at + self._size], np.zeros(self._size)]


class Dataset:
    """Single samples by number."""

    def __init__(self, x: Any) -> None:
        self._x = x

    def __len__(self) -> int:
        return len(self._x)

    def __getitem__(self, at: int) -> Any:
        if at >= len(self._x):
            raise IndexError
        return self._x[at], 3


def test_loaders_and_datasets() -> None:
    x = images(40, (1, 8, 8)) / np.float32(64)
    loader = Loader(x, 6)
    from_loader = tvm_tiny.quantize(classifier(), loader, samples=16)
    assert loader.given == 3
    first = tvm_tiny.quantize(classifier(), x[:16])
    assert from_loader.to_bytes() == first.to_bytes()
    spread = tvm_tiny.quantize(classifier(), Dataset(x), samples=16)
    assert spread.to_bytes() == tvm_tiny.quantize(classifier(), x, samples=16).to_bytes()
    listed = tvm_tiny.quantize(classifier(), list(x[:16]))
    assert listed.to_bytes() == first.to_bytes()
    with pytest.raises(UsageError, match="no samples"):
        tvm_tiny.quantize(classifier(), Loader(x[:0], 2))


def test_a_folder_of_images(tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image")
    x = pixels(6)
    for at, array in enumerate(x):
        (tmp_path / f"class{at % 2}").mkdir(exist_ok=True)
        image.fromarray(array).save(tmp_path / f"class{at % 2}" / f"{at}.png")
    options: Any = {"nhwc": True, "inputs": "uint8", "preprocess": (1 / 255, 0.5)}
    made = tvm_tiny.quantize(colour(), tmp_path, **options)
    order = [0, 2, 4, 1, 3, 5]
    assert made.to_bytes() == tvm_tiny.quantize(colour(), x[order], **options).to_bytes()
    (tmp_path / "class0" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n nothing")
    with pytest.raises(UsageError, match="broken") as caught:
        tvm_tiny.quantize(colour(), tmp_path, **options)
    assert caught.value.code == "TT6004"
    (tmp_path / "none").mkdir()
    with pytest.raises(UsageError, match="none found"):
        tvm_tiny.quantize(colour(), tmp_path / "none", **options)


def test_weights_in_files_beside_the_model(tmp_path: Path) -> None:
    model = classifier()
    whole = model.SerializeToString()
    path = tmp_path / "net.onnx"
    onnx.save(model, str(path), save_as_external_data=True, location="net.data", size_threshold=0)
    x = images(8, (1, 8, 8)) / np.float32(64)
    made = tvm_tiny.quantize(path, x)
    assert made.comparison == tvm_tiny.quantize(whole, x).comparison
    quantised = tmp_path / "q.onnx"
    onnx.save(made.model, str(quantised), save_as_external_data=True, location="q.data",
              size_threshold=0)  # fmt: skip
    assert tvm_tiny.build(quantised).validate(samples=1, on="host").passed
    data = (tmp_path / "q.data").read_bytes()
    (tmp_path / "q.data").write_bytes(data[: len(data) // 2])
    assert "the file ends before" in str(tvm_tiny.check(quantised))
    (tmp_path / "q.data").unlink()
    (tmp_path / "q.data").symlink_to("/etc/passwd")
    assert "a link, not a regular file" in str(tvm_tiny.check(quantised))
    proto = onnx.load(str(quantised), load_external_data=False)
    for tensor in proto.graph.initializer:
        for entry in tensor.external_data:
            if entry.key == "location":
                entry.value = "../../etc/passwd"
    quantised.write_bytes(proto.SerializeToString())
    assert "own folder" in str(tvm_tiny.check(quantised))

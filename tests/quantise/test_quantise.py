# SPDX-License-Identifier: Apache-2.0
"""Post-training quantisation: what results compiles, is close, is the same every time."""

from __future__ import annotations

import importlib.util
import re
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from cli_run import run
from float_models import FloatNet, classifier, images, zoo
from onnx_edits import float_model

import tvm_tiny
from tvm_tiny.error_codes import CODES
from tvm_tiny.errors import TvmTinyError, UnsupportedError, UsageError
from tvm_tiny.files.arrays import read_arrays
from tvm_tiny.testing.onnx_models import tiny_qdq

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("onnxruntime") is None, reason="onnxruntime is not installed"
)


def samples(count: int = 24) -> Any:
    return np.random.default_rng(1).normal(0, 1, (count, 3, 20, 16)).astype(np.float32)


@pytest.mark.parametrize("method", ["minmax", "entropy", "percentile"])
def test_result_is_compiled_and_close(method: Any) -> None:
    made = tvm_tiny.quantize(float_model(), samples(), method=method)
    assert made.comparison.snr_db > 20
    assert made.comparison.agreement is not None
    assert made.comparison.agreement > 0.7
    artifact = tvm_tiny.build(made.model)
    result = artifact.validate(samples=2, on="host")
    assert result.passed, result.first_difference
    again = tvm_tiny.quantize(float_model(), samples(), method=method)
    assert again.to_bytes() == made.to_bytes()


def test_methods_differ() -> None:
    x = np.random.default_rng(0).standard_t(2, (64, 3, 20, 16)).astype(np.float32)
    make = tvm_tiny.quantize
    results = {
        make(float_model(), x, method="minmax").to_bytes(),
        make(float_model(), x, method="entropy").to_bytes(),
        make(float_model(), x, method="percentile", percentile=99.0).to_bytes(),
    }
    assert len(results) == 3


def test_every_operator_and_every_batch_normalisation() -> None:
    made = tvm_tiny.quantize(zoo(), images(32))
    kinds = {node.op_type for node in made.model.graph.node}
    assert "BatchNormalization" not in kinds
    assert made.comparison.snr_db > 25
    result = tvm_tiny.build(made.model).validate(samples=2, on="host")
    assert result.passed, result.first_difference


def test_normalisation_of_features() -> None:
    net = FloatNet()
    x = net.op("Sigmoid", [net.linear("x", "first", 6, 10)], "sigmoid")
    x = net.op("Tanh", [net.normalised(x, "norm", 6)], "tanh")
    made = tvm_tiny.quantize(net.model((1, 10), x), np.random.default_rng(0).normal(0, 1, (40, 10)))
    assert made.comparison.snr_db > 30
    assert tvm_tiny.build(made.model).validate(samples=2, on="host").passed


def test_weights_are_symmetric_per_channel_and_biases_int32() -> None:
    proto = tvm_tiny.quantize(float_model(), samples()).model
    constants = {t.name: onnx.numpy_helper.to_array(t) for t in proto.graph.initializer}
    by_output = {o: n for n in proto.graph.node for o in n.output}
    for node in proto.graph.node:
        if node.op_type in ("Conv", "Gemm"):
            weights, bias = (by_output[name] for name in node.input[1:])
            stored, scale, zero = (constants[name] for name in weights.input)
            assert stored.dtype == np.int8
            assert scale.shape == (stored.shape[0],)
            assert not zero.any()
            assert constants[bias.input[0]].dtype == np.int32


def test_samples_are_spread_over_the_data() -> None:
    x = samples(40)
    x[::4] *= 8
    every = tvm_tiny.quantize(float_model(), x, samples=10)
    loud = tvm_tiny.quantize(float_model(), x[::4], samples=10)
    assert every.comparison.samples == 10
    assert every.to_bytes() == loud.to_bytes()


def test_two_inputs_by_name() -> None:
    net = FloatNet()
    joined = net.op("Concat", ["x", "second"], "both", axis=1)
    model = net.model((1, 3, 4, 4), net.conv(joined, "mix", (2, 5, 3, 3)))
    model.graph.input.append(
        onnx.helper.make_tensor_value_info("second", onnx.TensorProto.FLOAT, (1, 2, 4, 4))
    )
    rng = np.random.default_rng(0)
    data = {"x": rng.normal(0, 1, (9, 3, 4, 4)), "second": rng.normal(0, 1, (9, 1, 2, 4, 4))}
    assert tvm_tiny.quantize(model, data).comparison.snr_db > 20
    with pytest.raises(UsageError, match="'second'") as caught:
        tvm_tiny.quantize(model, {"x": data["x"]})
    assert caught.value.code == "TT6003"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"method": "guess"}, "TT6401"),
        ({"percentile": 3.0}, "TT6401"),
        ({"samples": 0}, "TT6401"),
    ],
)
def test_wrong_options(options: dict[str, Any], code: str) -> None:
    with pytest.raises(UsageError) as caught:
        tvm_tiny.quantize(float_model(), samples(2), **options)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "data",
    [
        np.zeros((4, 3, 20, 15), np.float32),
        np.zeros((0, 3, 20, 16), np.float32),
        np.full((4, 3, 20, 16), np.nan, np.float32),
        np.full((4, 3, 20, 16), "a"),
        {"y": np.zeros((4, 3, 20, 16))},
    ],
    ids=["shape", "none", "nan", "text", "name"],
)
def test_samples_that_do_not_fit(data: Any) -> None:
    with pytest.raises(UsageError) as caught:
        tvm_tiny.quantize(float_model(), data)
    assert caught.value.code == "TT6003"


def test_models_that_are_no_float_models() -> None:
    with pytest.raises(UnsupportedError) as caught:
        tvm_tiny.quantize(tiny_qdq(), images(2))
    assert caught.value.code == "TT1104"
    proto = float_model()
    proto.graph.node[0].op_type = "Det"
    with pytest.raises(UnsupportedError, match="layer 0 '/c1/Conv' Det") as caught:
        tvm_tiny.quantize(proto, samples(2))
    assert caught.value.code == "TT1203"
    with pytest.raises(TvmTinyError) as broken:
        tvm_tiny.quantize(b"not a model", samples(2))
    assert broken.value.code == "TT1001"


def test_tensors_without_bound_are_refused() -> None:
    net = FloatNet()
    wide = net.conv("x", "c", (64, 3, 1, 1), pads=[30_000] * 4)
    with pytest.raises(UnsupportedError, match="limit") as caught:
        tvm_tiny.quantize(net.model((1, 3, 20, 16), wide), samples(2))
    assert caught.value.code == "TT1101"


def test_weights_that_are_no_numbers() -> None:
    proto = float_model()
    array = onnx.numpy_helper.to_array(proto.graph.initializer[0]).copy()
    array.flat[0] = np.inf
    proto.graph.initializer[0].CopyFrom(onnx.numpy_helper.from_array(array, "c1.weight"))
    with pytest.raises(UnsupportedError, match=r"constant 'c1\.weight'"):
        tvm_tiny.quantize(proto, samples(2))


def _lying_header(path: Path) -> None:
    """An array of a few bytes whose header promises a terabyte."""
    np.savez(path, x=np.zeros(4, np.float32))
    with zipfile.ZipFile(path) as old:
        content = old.read("x.npy").replace(b"(4,), }" + b" " * 12, b"(274877906944,), } ")
    with zipfile.ZipFile(path, "w") as new:
        new.writestr("x.npy", content)


def _pickle(path: Path) -> None:
    np.savez(path, x=np.array([{}], object))


def _truncated(path: Path) -> None:
    np.savez(path, x=np.zeros(1000))
    path.write_bytes(path.read_bytes()[:700])


@pytest.mark.parametrize("damage", [_lying_header, _pickle, _truncated, lambda p: p.write_text("")])
def test_damaged_data_files(damage: Any, tmp_path: Path) -> None:
    damage(tmp_path / "x.npz")
    with pytest.raises(UsageError) as caught:
        read_arrays(tmp_path / "x.npz")
    assert caught.value.code == "TT6004"


def test_command_line(tmp_path: Path) -> None:
    model, data, made = (tmp_path / n for n in ("net.onnx", "x.npz", "out/int8.onnx"))
    onnx.save(classifier(), str(model))
    np.savez_compressed(data, x_train=images(50, (1, 8, 8)) / 64, y_train=np.zeros(50, np.uint8))
    refused = tvm_tiny.check(model)
    assert refused is not None
    assert "tvm-tiny quantize" in str(refused)
    done = run("quantize", model, "--data", data, "-o", made, "--samples", "30")
    assert done.returncode == 0, done.stderr
    assert "int8 against float on 30 samples: SNR " in done.stdout
    stages = re.sub(r"(?m)^[\w ]+ \(\d+ s\)\n", "", done.stderr)
    assert stages == "", "warnings of onnxruntime, say"
    assert tvm_tiny.check(made) is None
    assert "tvm-tiny quantize" in CODES["TT1102"]

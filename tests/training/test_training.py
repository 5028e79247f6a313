# SPDX-License-Identifier: Apache-2.0
"""Float models in PyTorch: equal to onnxruntime, trainable, resumable; nothing needs a GPU."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from float_models import FloatNet, classifier, images, zoo
from onnx_edits import float_model

from tvm_tiny.errors import ToolchainError, UnsupportedError, UsageError
from tvm_tiny.frontends.onnx.floats import read_float_model

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("torch") is None or importlib.util.find_spec("onnxruntime") is None,
    reason="torch or onnxruntime is not installed",
)


def differences(model: Any, samples: int = 3, scale: float = 1.0) -> tuple[float, float]:
    """(largest difference, deviation) of the module's outputs and onnxruntime's."""
    import torch

    from tvm_tiny.training.module import load
    from tvm_tiny.validate.reference import OnnxReference

    module = load(model).eval()
    ((name, shape),) = module.model.inputs.items()
    x = np.random.default_rng(0).normal(0, scale, (samples, *shape[1:])).astype(np.float32)
    reference = OnnxReference(module.model.clean_proto().SerializeToString())
    outputs = [reference.run({name: sample[None]}) for sample in x]
    made = module(torch.from_numpy(x))
    apart, spread = 0.0, 0.0
    for place, output in enumerate(module.model.graph.outputs):
        want = np.concatenate([o[output] for o in outputs])
        got = (made if isinstance(made, tuple) else (made,))[place].detach().numpy()
        apart, spread = max(apart, float(np.abs(got - want).max())), max(spread, want.std())
    return apart, spread


@pytest.mark.parametrize("model", [zoo, classifier, float_model])
def test_equal_to_onnxruntime(model: Any) -> None:
    apart, spread = differences(model(), scale=20.0)
    assert spread > 0.05
    assert apart < 1e-5 * max(1.0, spread)


def _random_net(seed: int) -> Any:
    """Convolutions and pools with random windows, strides, groups and asymmetric padding."""
    net = FloatNet(seed)
    rng = net.rng
    x, channels = "x", 4
    for layer in range(3):
        rows, columns = (int(k) for k in rng.integers(1, 4, 2))
        pads = [int(p) for p in rng.integers(0, 3, 4)]
        strides = [int(s) for s in rng.integers(1, 3, 2)]
        groups = int(rng.choice([1, 2, 4]))
        shape = (8 if groups < 4 else 4, channels // groups, rows, columns)
        attrs: dict[str, Any] = {"strides": strides, "group": groups}
        auto = str(rng.choice(["NOTSET", "SAME_UPPER", "SAME_LOWER"]))
        attrs |= {"pads": pads} if auto == "NOTSET" else {"auto_pad": auto}
        x = net.conv(x, f"c{layer}", shape, **attrs)
        channels = shape[0]
        kind = str(rng.choice(["MaxPool", "AveragePool"]))
        pool: dict[str, Any] = {
            "kernel_shape": [2, 3], "strides": [1, 2], "pads": [1, 0, 0, 1],
            "ceil_mode": int(rng.integers(2)),
        }  # fmt: skip
        if kind == "AveragePool":
            pool["count_include_pad"] = int(rng.integers(2)) * (1 - pool["ceil_mode"])
        x = net.op(kind, [net.op("Tanh", [x], f"t{layer}")], f"p{layer}", **pool)
    x = net.op("ReduceMean", [x], "mean", axes=[-1], keepdims=1)
    return net.model((1, 4, 30, 64), x)


@pytest.mark.parametrize("seed", range(12))
def test_random_windows(seed: int) -> None:
    apart, spread = differences(_random_net(seed))
    assert spread > 1e-3
    assert apart < 1e-5


def test_moves() -> None:
    net = FloatNet(5)
    x = net.op("Unsqueeze", ["x", net.constant("at", np.array([-1]))], "deep")
    x = net.op("Squeeze", [x, net.constant("away", np.array([4]))], "flat")
    parts = net.op("Split", [x], "left", axis=1)
    net._nodes[-1].output.append("right")
    bounds = [net.constant(n, np.array(v)) for n, v in
              {"from": [-1], "to": [-100], "axes": [3], "by": [-2]}.items()]  # fmt: skip
    y = net.op("Slice", ["right", *bounds], "sliced")
    z = net.op("Slice", [parts, net.constant("f", np.array([0])), net.constant("t", np.array([3])),
                         net.constant("a", np.array([3]))], "head")  # fmt: skip
    y = net.op("Concat", [y, z], "joined", axis=-1)
    weights = net.constant("up", net.rng.normal(0, 1, (2, 3, 3, 2)))
    y = net.op("ConvTranspose", [y, weights], "wide", strides=[2, 1], pads=[1, 0, 0, 1])
    slopes = net.constant("slope", net.rng.uniform(0, 1, (3, 1, 1)))
    y = net.op("PRelu", [y, slopes], "bent")
    y = net.op("ReduceSum", [y, net.constant("over", np.array([2]))], "summed", keepdims=0)
    y = net.op("Softmax", [y], "shares", axis=1)
    apart, spread = differences(net.model((1, 4, 5, 6), y))
    assert spread > 0.05
    assert apart < 1e-5


@pytest.mark.parametrize("name", ["ic_resnet8_float32", "kws_ds_cnn_float32", "vww_96_float32"])
def test_shared_float_models(name: str) -> None:
    from paths import shared

    model = read_float_model(shared(f"models/{name}.tflite"))
    apart, spread = differences(model, samples=2, scale=30.0)
    assert spread > 0.01
    assert apart < 1e-4


def test_parameters_go_by_the_models_names_and_come_back() -> None:
    import torch

    from tvm_tiny.training.module import export, load

    module = load(zoo())
    names = {name for name, _ in module.named_parameters()}
    assert {"stem.weight", "stem_bn.gamma", "depthwise.bias", "matmul.weight"} <= names
    assert not {"scale", "middle", "stem_bn.mean", "low"} & names
    assert export(module).SerializeToString() == zoo().SerializeToString()
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.mul_(1.25)
    trained = export(module)
    differences(trained)
    again = load(trained)
    for (name, ours), (_, theirs) in zip(
        module.named_parameters(), again.named_parameters(), strict=True
    ):
        assert torch.equal(ours, theirs), name
    assert len(trained.graph.node) == len(zoo().graph.node)


def test_names_that_are_no_python() -> None:
    from tvm_tiny.training.module import load

    net = FloatNet()
    x = net.conv("x", "forward", (3, 2, 1, 1))
    x = net.conv(x, "forward.weight.inner", (3, 3, 1, 1))
    x = net.conv(x, "a/b;c..", (3, 3, 1, 1))
    model = net.model((1, 2, 4, 4), x)
    assert len(list(load(model).parameters())) == 6
    apart, _ = differences(model)
    assert apart < 1e-5


def test_what_cannot_be_trained_is_named() -> None:
    from tvm_tiny.training.module import load

    net = FloatNet()
    mixed = net.op("Transpose", ["x"], "turned", perm=[1, 0, 2])
    with pytest.raises(UnsupportedError, match="'/turned/Transpose' Transpose  it mixes") as caught:
        load(net.model((1, 3, 4), mixed))
    assert caught.value.code == "TT1204"
    net = FloatNet()
    scales = net.constant("scales", np.array([1.0, 1.0, 2.0, 2.0]))
    larger = net.op("Resize", ["x", "", scales], "larger")
    with pytest.raises(UnsupportedError, match="Resize") as caught:
        load(net.model((1, 3, 4, 4), larger))
    assert caught.value.code == "TT1204"


def task(count: int = 160, seed: int = 0) -> dict[str, Any]:
    """Images whose class is the quadrant that is brightest."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 4, 2 * count)
    x = rng.normal(0, 0.3, (2 * count, 1, 8, 8)).astype(np.float32)
    for image, label in zip(x, y, strict=True):
        image[0, (label // 2) * 4 :, (label % 2) * 4 :][:4, :4] += 1
    return {
        "x_train": x[:count], "y_train": y[:count], "x_test": x[count:], "y_test": y[count:],
    }  # fmt: skip


def settings(**changed: Any) -> Any:
    from tvm_tiny.training.distil import FineTuning

    return FineTuning(**{"epochs": 6, "lr": 0.03, "batch": 32, **changed})


def quadrants(seed: int) -> Any:
    """A model without global pooling, which could not tell quadrants apart."""
    net = FloatNet(seed)
    x = net.op("Relu", [net.conv("x", "c1", (6, 1, 3, 3), pads=[1] * 4, strides=[2, 2])], "r1")
    x = net.op("Relu", [net.conv(x, "c2", (8, 6, 3, 3), pads=[1] * 4)], "r2")
    x = net.op("Flatten", [x], "features")
    x = net.op("Softmax", [net.linear(x, "fc", 4, 128)], "scores", axis=1)
    return net.model((1, 1, 8, 8), x)


def train(data: Any, path: Path | None = None, **options: Any) -> tuple[Any, list[float]]:
    from tvm_tiny.training.data import read_dataset
    from tvm_tiny.training.distil import finetune
    from tvm_tiny.training.module import load

    resume, progress = options.pop("resume", False), options.pop("progress", None)
    teacher, student = load(quadrants(0)), load(quadrants(1))
    dataset = read_dataset(data, student.model)
    losses = finetune(
        student, teacher, dataset, settings(**options),
        checkpoint=path, resume=resume, progress=progress,
    )  # fmt: skip
    return student, losses


def accuracy(module: Any, data: Any) -> float:
    from tvm_tiny.training.distil import predict

    return float((predict(module, data["x_test"]).argmax(1) == data["y_test"]).mean())


def test_training_learns() -> None:
    student, losses = train(task(), soft=0.0, epochs=12)
    assert losses[-1] < 0.5 * losses[0]
    assert accuracy(student, task()) > 0.9


def test_distillation_needs_no_labels() -> None:
    from tvm_tiny.training.distil import predict
    from tvm_tiny.training.module import load

    data = {"x_train": task()["x_train"]}
    student, losses = train(data, epochs=15, features=0.1)
    assert losses[-1] < 0.3 * losses[0]
    x = task()["x_test"]
    taught, untrained, trained = (
        predict(module, x).argmax(1) for module in (load(quadrants(0)), load(quadrants(1)), student)
    )
    assert (taught == trained).mean() > (taught == untrained).mean() + 0.2


class Interrupted(Exception):
    pass


def test_a_run_that_was_killed_goes_on_as_if_it_had_not(tmp_path: Path) -> None:
    from tvm_tiny.training.module import export

    options: dict[str, Any] = {"flip": True, "shift": (1, 2), "features": 0.5}
    whole, losses = train(task(), **options)
    path = tmp_path / "state.npz"

    def kill(done: int, total: int, loss: float) -> None:
        del total, loss
        if done == 18:  # in the fourth epoch of five steps
            raise Interrupted

    with pytest.raises(Interrupted):
        train(task(), path, progress=kill, **options)
    steps: list[int] = []
    resumed, again = train(
        task(), path, resume=True, progress=lambda done, *_: steps.append(done), **options
    )
    assert steps[0] == 16
    assert again == losses
    assert export(resumed).SerializeToString() == export(whole).SerializeToString()
    other, _ = train(task(), **{**options, "seed": 1})
    assert export(other).SerializeToString() != export(whole).SerializeToString()


def test_checkpoints_of_other_runs_and_damaged_ones(tmp_path: Path) -> None:
    path = tmp_path / "state.npz"
    train(task(), path, epochs=1)
    with pytest.raises(UsageError, match="settings") as caught:
        train(task(), path, resume=True, epochs=1, lr=0.01)
    assert caught.value.code == "TT6403"
    with pytest.raises(UsageError, match="data"):
        train(task(seed=1), path, resume=True, epochs=1)
    with np.load(path) as old:
        arrays = {k: old[k] for k in old.files if k != "exp_avg/0"}
    np.savez(path, **arrays)
    with pytest.raises(UsageError, match="damaged"):
        train(task(), path, resume=True, epochs=1)
    path.write_bytes(b"nothing")
    with pytest.raises(UsageError) as caught:
        train(task(), path, resume=True, epochs=1)
    assert caught.value.code == "TT6004"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"y_train": np.full(160, 4)}, "TT6003"),
        ({"y_train": np.zeros(159, int)}, "TT6003"),
        ({"y_test": np.zeros(160)}, "TT6003"),
        ({"x_train": np.zeros((160, 8, 9, 1))}, "TT6003"),
        ({"x_train": None}, "TT6004"),
    ],
)
def test_data_that_does_not_fit(change: dict[str, Any], code: str) -> None:
    data = {k: v for k, v in {**task(), **change}.items() if v is not None}
    with pytest.raises(UsageError) as caught:
        train(data)
    assert caught.value.code == code


@pytest.mark.parametrize("change", [{"lr": -1}, {"batch": 0}, {"soft": 2}, {"shift": (-1, 0)}])
def test_wrong_settings(change: dict[str, Any]) -> None:
    with pytest.raises(UsageError) as caught:
        train(task(), **change)
    assert caught.value.code == "TT6402"


def test_augmentation_moves_and_mirrors() -> None:
    from tvm_tiny.training.data import Augmentation

    x = images(64, (6, 5, 2))
    made = Augmentation(flip=True, shift=(1, 0)).apply(x, (1, 2), np.random.default_rng(0))
    seen = set[tuple[bool, int]]()
    for old, new in zip(x, made, strict=True):
        for mirrored in (False, True):
            source = old[:, ::-1] if mirrored else old
            for step in (-1, 0, 1):
                if np.array_equal(new, source[np.clip(np.arange(6) + step, 0, 5)]):
                    seen.add((mirrored, step))
    assert len(seen) == 6
    assert Augmentation().apply(x, (1, 2), np.random.default_rng(0)) is x


def test_without_pytorch_the_error_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.delitem(sys.modules, "tvm_tiny.training._torch", raising=False)
    with pytest.raises(ToolchainError, match=r"tvm-tiny\[train\]") as caught:
        importlib.import_module("tvm_tiny.training._torch")
    assert caught.value.code == "TT4003"


def test_model_is_not_changed_by_loading() -> None:
    from tvm_tiny.training.module import load

    model = classifier()
    before = model.SerializeToString()
    load(model)
    assert model.SerializeToString() == before

# SPDX-License-Identifier: Apache-2.0
"""Models that learn: the same bits everywhere, what was learned out and in, and that it learns."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli_run import run as run_cli
from training_nets import rich_net, samples, small_net, wide_net

import tvm_tiny
from tvm_tiny.emit.training import VERSION
from tvm_tiny.errors import DeviceError, DoesNotFitError, UnsupportedError, UsageError
from tvm_tiny.ondevice.artifact import TrainingArtifact
from tvm_tiny.ondevice.build import build_training
from tvm_tiny.ondevice.instances import HostLearner, QemuLearner, learner
from tvm_tiny.ondevice.learned import learned_arrays
from tvm_tiny.testing.net import Net

Array = np.ndarray[Any, Any]
SHAPE = (1, 8, 8, 4)


@pytest.fixture(scope="module")
def small() -> TrainingArtifact:
    return build_training(small_net(), scheme="full", rate=0.03, name="small")


@pytest.mark.parametrize(
    ("gradients", "bits", "rate"),
    [("int16", 0, 0.05), pytest.param("int8", 8, 0.3, marks=pytest.mark.slow)],
)
def test_the_same_bits_on_every_core(gradients: str, bits: int, rate: float) -> None:
    """Of one step that learns, behind two that settle; every parameter moves.

    With 8 further bits nothing rounds a small step up to a whole unit: the rate is larger, so that
    every layer's weights leave their byte.
    """
    model = rich_net()
    x, y = samples((1, 12, 12, 3), 3, 4)
    known: list[bytes] = []
    for core in ("cortex-m7", "cortex-m4", "cortex-m0plus"):
        art = build_training(model, core, scheme="full", rate=rate, gradients=gradients,
                             weight_bits=bits)  # fmt: skip
        for place in ("host", "simulator") if not known else ("simulator",):
            art.forget()
            art.train(x, y, on=place)
            assert art.learned is not None
            known.append(art.learned[32:])
    assert all(k == known[0] for k in known)
    arrays = learned_arrays(art.learned, art.training)
    initial = {s.tensor.name: s.initial for s in art.training.graph.states}
    for tensor in art.training.learned:
        assert np.any(arrays[tensor.name] != initial[tensor.name]), tensor.name


@pytest.mark.parametrize(("gradients", "bits"), [("int16", 0), ("int8", 4)])
def test_it_learns(gradients: str, bits: int) -> None:
    art = build_training(
        small_net(), scheme="full", rate=0.01, gradients=gradients, weight_bits=bits
    )
    x, y = samples(SHAPE, 300, 5, seed=1)
    tx, ty = samples(SHAPE, 100, 5, seed=2)

    def accuracy() -> float:
        return float((art.run(tx).output.reshape(100, -1).argmax(1) == ty).mean())

    before = accuracy()
    art.train(x, y)
    assert before < 0.6
    assert accuracy() > 0.9


def test_steps_go_on_where_they_ended(small: TrainingArtifact) -> None:
    """Once six steps, once three, an export, and three by another instance."""
    x, y = samples(SHAPE, 6, 5)
    small.forget()
    small.train(x, y)
    whole = small.learned
    small.forget()
    small.train(x[:3], y[:3])
    small.train(x[3:], y[3:])
    assert small.learned == whole


def test_a_run_does_not_learn(small: TrainingArtifact) -> None:
    x, y = samples(SHAPE, 5, 5)
    small.forget()
    small.train(x, y)
    learner = HostLearner(small)
    learner.load(small.learned or b"")
    first = [learner.step({"image": s})[small.spec.outputs[0].name] for s in x]
    assert learner.export() == small.learned
    again = small.run(x, on="simulator").output
    np.testing.assert_array_equal(np.stack(first), again)


def test_inference_before_learning_is_that_of_the_model(small: TrainingArtifact) -> None:
    x, _ = samples(SHAPE, 5, 5)
    small.forget()
    plain = tvm_tiny.build(small_net()).run(x, on="host").output
    np.testing.assert_array_equal(small.run(x).output, plain)


def test_layers_are_those_of_the_model(small: TrainingArtifact) -> None:
    x, _ = samples(SHAPE, 1, 5)
    plain = tvm_tiny.build(small_net()).run(x, on="host", layers=True).layers
    for place in ("host", "simulator"):
        found = small.run(x, on=place, layers=True).layers
        for name in plain.keys() & found.keys():
            np.testing.assert_array_equal(found[name], plain[name], err_msg=name)
        assert sum(name in plain for name in found) >= 4
    report = small.report.training
    assert report is not None
    assert report.cycles is not None
    assert min(report.cycles.values()) > 0
    assert report.scheme == dict.fromkeys(small.scheme, 1)
    assert sum(report.arena.values()) == small.compiled.plan.arena_bytes


def test_what_was_learned_is_a_model(small: TrainingArtifact) -> None:
    x, y = samples(SHAPE, 20, 5)
    small.forget()
    assert small.model() == small_net()
    small.train(x, y)
    learned = small.model()
    assert learned != small_net()
    built = tvm_tiny.build(learned)
    np.testing.assert_array_equal(built.run(x, on="host").output, small.run(x).output)


def test_damaged_exports_are_refused_and_change_nothing(small: TrainingArtifact) -> None:
    x, y = samples(SHAPE, 8, 5)
    small.forget()
    small.train(x, y)
    good = small.learned or b""
    learner = HostLearner(small)
    before = learner.export()
    rng = np.random.default_rng(4)
    damaged = [
        bytes(len(good)),
        good[:200] + bytes(len(good) - 200),  # power lost in the middle of writing
        before[:200] + good[200:],  # the same, over an older one
        good[:4] + struct.pack("<I", VERSION + 1) + good[8:],  # a later version
    ]
    for at in rng.integers(0, len(good), 40):
        flipped = bytearray(good)
        flipped[at] ^= 1 << int(rng.integers(8))
        damaged.append(bytes(flipped))
    for blob in damaged:
        with pytest.raises(DeviceError) as caught:
            learner.load(blob)
        assert caught.value.code == "TT5008"
        assert learner.export() == before
    with pytest.raises(DeviceError):
        learner.load(good[:-1])
    assert learner.export() == before
    learner.load(good)
    assert learner.export() == good


@pytest.mark.simulator
@pytest.mark.parametrize("more", [1, -1, 4096])
@pytest.mark.parametrize("on", ["host", "simulator", "qemu"])
def test_bytes_that_are_no_export_are_refused_everywhere(
    small: TrainingArtifact, on: str, more: int
) -> None:
    """The simulator cut what was too long, and took it."""
    good = HostLearner(small).export()
    there = learner(small, on)
    with pytest.raises(DeviceError) as caught:
        there.load(good + bytes(more) if more > 0 else good[:more])
    assert caught.value.code == "TT5008"


def test_an_export_of_another_model_or_scheme_is_refused(small: TrainingArtifact) -> None:
    other = build_training(small_net(), scheme="last")
    x, y = samples(SHAPE, 3, 5)
    other.train(x, y)
    small.forget()
    with pytest.raises(DeviceError):
        small.load((other.learned or b"") + bytes(small.spec.training.learned_bytes))
    assert small.learned is None


def test_wrong_arguments_in_c_do_nothing(small: TrainingArtifact) -> None:
    x, y = samples(SHAPE, 3, 5)
    learner = HostLearner(small)
    before = learner.export()
    for label in (-1, 5, 1 << 30):
        with pytest.raises(DeviceError, match="-5"):
            learner.train_step({"image": x[0]}, np.array(label))
        assert learner.export() == before
    with pytest.raises(UsageError) as caught:
        small.train(x, y + 5)
    assert caught.value.code == "TT6072"


def test_a_squared_error_is_reduced() -> None:
    art = build_training(small_net(4, softmax=False), scheme="last", loss="mse", rate=0.02)
    x, y = samples(SHAPE, 200, 4, seed=3)
    target = np.where(np.arange(4) == y[:, None], 60, -60).astype(np.int8)[:, None]

    def error() -> float:
        out = art.run(x[:50]).output.reshape(50, -1).astype(float)
        return float(np.mean((out - target[:50, 0]) ** 2))

    before = error()
    art.train(x, target)
    assert error() < 0.7 * before


def test_schemes_and_faults() -> None:
    model = small_net()
    last = build_training(model, scheme="last")
    biases = build_training(model, scheme="bias:2")
    listed = build_training(model, scheme={"1": 1}, bias=3)
    kinds = [
        {role for roles in a.training.layers.values() for role in roles}
        for a in (last, biases, listed)
    ]
    assert [len(a.training.layers) for a in (last, biases, listed)] == [1, 2, 3]
    assert kinds == [{"weights", "bias"}] * 3
    assert biases.memory.weights_bytes == last.memory.weights_bytes
    with pytest.raises(DoesNotFitError):
        build_training(model, scheme="full", ram=100)
    for wrong in ("first", "bias:x", "bias:0", {"nobody": 1}, {}, {"1": 1.5}, {"1": -0.5}):
        with pytest.raises(UsageError) as caught:
            build_training(model, scheme=wrong)
        assert caught.value.code == "TT6070"
    with pytest.raises(UsageError) as caught:
        build_training(
            model, loss="hinge", rate=0, gradients="float", weight_bits=3, seed=-1, bias=-1
        )
    assert len(caught.value.problems) == 6


def test_an_operator_without_gradient_is_named_with_what_to_freeze() -> None:
    net = Net("soft", 0)
    y = net.conv(net.input((1, 4, 4, 4)), 4, name="early")
    y = net.unary("SOFTMAX", y, name="attention")
    model = net.finish(net.conv(y, 4, kernel=1, name="late"))
    with pytest.raises(UnsupportedError) as caught:
        build_training(model, scheme="full", loss="mse")
    assert caught.value.code == "TT1206"
    assert "attention" in str(caught.value)
    assert "early" in caught.value.problems[0].do
    build_training(model, scheme={"late": 1}, loss="mse")


def test_the_command_line_writes_a_project_that_learns(tmp_path: Path) -> None:
    (tmp_path / "m.tflite").write_bytes(small_net())
    done = run_cli("train-build", tmp_path / "m.tflite", "--layer", "1=1", "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert "weights 576" in done.stdout
    header = (tmp_path / "out" / "include" / "m.h").read_text()
    assert all(f"m_{f}(" in header for f in ("train_step", "export", "import", "set_rate"))
    assert (tmp_path / "out" / "include" / "tvm_tiny_training.h").exists()
    done = run_cli("train-build", tmp_path / "m.tflite", "--scheme", "some")
    assert done.returncode != 0
    assert "TT6070" in done.stderr


@pytest.mark.slow
def test_streams_learn_the_same_within_less_memory() -> None:
    """Layers as streams; what is learned is the same, to the bit."""
    x, y = samples((1, 16, 16, 4), 3, 4)
    layers = build_training(wide_net(), scheme="bias:2", rate=0.05)
    layers.train(x, y)
    within = build_training(wide_net(), scheme="bias:2", rate=0.05, optimize="ram")
    assert within.compiled.plan.arena_bytes < layers.compiled.plan.arena_bytes
    assert "stream" in {s.kind for s in within.compiled.plan.segments}
    for place in ("host", "simulator"):
        within.forget()
        within.train(x, y, on=place)
        assert (within.learned or b"")[32:] == (layers.learned or b"")[32:]
    with pytest.raises(DoesNotFitError, match="stack"):
        build_training(wide_net(), scheme="bias:2", ram=500)


@pytest.mark.slow
@pytest.mark.parametrize("bits", [0, 8])
def test_shares_of_weights_learn_what_all_of_them_would(bits: int) -> None:
    """Of one step: the learned channels move as far, but for random roundings; others stay."""
    model, (x, y) = small_net(), samples(SHAPE, 3, 5)
    whole = build_training(model, scheme={"0": 1, "1": 1, "3": 1}, rate=0.3, weight_bits=bits)
    whole.train(x, y)
    wanted = learned_arrays(whole.learned or b"", whole.training)
    shares = {"0": 0.25, "1": 0.5, "3": 0.5}
    known: list[bytes] = []
    art = whole
    for core, places in (("cortex-m7", ("host", "simulator")), ("cortex-m0plus", ("simulator",))):
        art = build_training(model, core, scheme=shares, rate=0.3, weight_bits=bits)
        assert art.memory.weights_bytes < 0.6 * whole.memory.weights_bytes
        for place in places:
            art.forget()
            art.train(x, y, on=place)
            known.append((art.learned or b"")[32:])
    assert all(k == known[0] for k in known)
    got = learned_arrays(art.learned or b"", art.training)
    nodes = {n.name: n for n in art.training.graph.nodes}
    for name, roles in art.training.layers.items():
        node, part = nodes[name], roles["weights"].name
        first, count = int(node.attrs["first"]), roles["weights"].shape[-1]

        def exact(found: dict[str, Array], tensor: str = part) -> Array:
            """In units of the last bit."""
            value = found[tensor].astype(np.int64) << bits
            return value + found[f"{tensor}_fraction"] if bits else value

        want = exact(wanted)[..., first : first + count]
        assert np.abs(exact(got) - want).max() <= 1
        old = node.operands[1].data
        assert old is not None
        assert np.any(got[part] != old[..., first : first + count])
    built = tvm_tiny.build(art.model())
    np.testing.assert_array_equal(built.run(x, on="host").output, art.run(x).output)


@pytest.mark.slow
def test_qemu_learns_the_same(small: TrainingArtifact) -> None:
    x, y = samples(SHAPE, 3, 5)
    small.forget()
    first = small.train(x, y)
    wanted = small.learned
    run = small.run(x[:1]).output
    small.forget()
    np.testing.assert_array_equal(small.train(x[:2], y[:2], on="qemu"), first[:2])
    small.train(x[2:], y[2:], on="qemu")
    assert small.learned == wanted
    np.testing.assert_array_equal(small.run(x[:1], on="qemu").output, run)
    damaged = bytearray(wanted or b"")
    damaged[80] ^= 1
    with pytest.raises(DeviceError) as caught:
        QemuLearner(small).load(bytes(damaged))
    assert caught.value.code == "TT5008"

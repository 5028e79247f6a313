# SPDX-License-Identifier: Apache-2.0
"""Which sensor a shape comes from; and what the made-up ones deliver, in Python once more."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

import tvm_tiny
from tvm_tiny import Artifact
from tvm_tiny.application import choose_sensor
from tvm_tiny.application.sensors import reading
from tvm_tiny.errors import UsageError
from tvm_tiny.project_spec import IoSpec
from tvm_tiny.testing.models import autoencoder, time_series
from tvm_tiny.testing.net import Net

BOARD = "nucleo-f446re"
Array = npt.NDArray[Any]


def io(*shape: int) -> IoSpec:
    return IoSpec("x", "x", shape, "int8", int(np.prod(shape)), 1 / 64, -1)


@pytest.mark.parametrize(
    ("shape", "sensor"),
    [
        ((1, 96, 96, 3), "camera"),
        ((1, 144, 256, 3), "camera"),
        ((1, 28, 28, 1), "camera"),
        ((1, 48, 64, 1), "camera"),
        ((1, 49, 10, 1), "audio"),
        ((1, 49, 40, 1), "audio"),
        ((1, 96, 64, 1), "audio"),
        ((1, 1, 16000), "audio"),
        ((1, 128, 6), "imu"),
        ((1, 64, 3), "imu"),
        ((1, 1, 206, 9), "imu"),
        ((1, 64, 1, 3), "imu"),
        ((1, 640), "plain"),
        ((1, 4, 4, 3), "plain"),
        ((1, 1, 1, 40), "plain"),
        ((1, 10, 10, 5), "plain"),
    ],
)
def test_the_shape_says_which_sensor(shape: tuple[int, ...], sensor: str) -> None:
    assert choose_sensor((io(*shape),)) == sensor


def test_two_inputs_are_read_whole() -> None:
    assert choose_sensor((io(1, 96, 96, 3), io(1, 4))) == "plain"


def frames_net() -> bytes:
    net = Net("frames", 3)
    x = net.conv(net.input((1, 20, 10, 1)), 4, kernel=(3, 3), stride=2, name="stem")
    return net.finish(net.dense(x, 5, name="logits"))


def pcm_net() -> bytes:
    net = Net("pcm", 4)
    return net.finish(net.dense(net.input((1, 4000)), 3, name="logits"))


def front_net() -> bytes:
    net = Net("front", 5)
    return net.finish(net.dense(net.input((1, 64)), 10, name="features"))


def camera_net() -> bytes:
    net = Net("camera", 6)
    x = net.conv(net.input((1, 12, 12, 1)), 4, stride=2, name="stem")
    return net.finish(net.dense(x, 4, name="logits"))


def one_net() -> bytes:
    net = Net("one", 7)
    return net.finish(net.dense(net.input((1, 7)), 1, name="value"))


MODELS = {
    "imu": time_series,
    "frames": frames_net,
    "pcm": pcm_net,
    "front": frames_net,
    "camera": camera_net,
    "plain": autoencoder,
    "one": one_net,
}


def quantised(real: Array, spec: IoSpec) -> Array:
    """As the project's C does it: float32, halves away from zero."""
    scaled = real.astype(np.float32) / np.float32(spec.scale) + np.float32(spec.zero_point)
    rounded = np.trunc(scaled + np.where(scaled < 0, np.float32(-0.5), np.float32(0.5)))
    return np.clip(rounded, -128, 127).astype(np.int8)


def windows(kind: str, artifact: Artifact, front: Artifact | None) -> Array:
    """The model's inputs in three runs."""
    (spec,) = artifact.spec.inputs
    how = reading(artifact.spec, None, front.spec if front else None)
    if kind in ("plain", "one"):
        count, i = np.mgrid[0:3, 0 : spec.count]
        made = ((count * 37 + i * 11) & 127) - 64
    elif kind == "camera":
        count, row, i = np.mgrid[0:3, 0 : how.steps, 0 : how.values]
        made = ((row * 37 + i * 11 + count * 29) & 255) - 128
    elif kind == "pcm":
        count, i = np.mgrid[0:3, 0 : spec.count]
        made = quantised((((i * 3701 + count * 911) & 65535) - 32768) / 32768, spec)
    else:
        made = _steps(kind, spec, how.steps, how.hop, how.values, front)
    return made.astype(np.int8).reshape(3, *spec.shape)


def _steps(
    kind: str, spec: IoSpec, steps: int, hop: int, values: int, front: Artifact | None
) -> Array:
    count, i = np.mgrid[0 : steps + 2 * hop, 0:values]
    if kind == "imu":
        all_steps = quantised(((count * 37 + i * 11) & 255) / 128 - 1, spec)
    elif front is None:
        all_steps = ((count * 37 + i * 11) & 127) - 64
    else:
        (pcm,) = front.spec.inputs
        n, at = np.mgrid[0 : steps + 2 * hop, 0 : pcm.count]
        samples = ((at * 3701 + n * 911) & 65535) - 32768
        blocks = np.trunc(samples / 256).astype(np.int8)
        all_steps = front.run(blocks.reshape(-1, *pcm.shape), "host").output
    all_steps = all_steps.reshape(steps + 2 * hop, values)
    return np.stack([all_steps[k * hop : k * hop + steps] for k in range(3)])


def expected_scores(kind: str) -> tuple[Artifact, dict[str, Any], Array]:
    """A model for a sensor, options of its project, and what it must print."""
    options: dict[str, Any] = {}
    artifact = tvm_tiny.build(
        MODELS[kind](), name="net", board=BOARD, optimize="speed", row_fed=kind == "camera"
    )
    front = None
    if kind == "front":
        front = tvm_tiny.build(front_net(), "cortex-m4", name="front", optimize="speed")
        options["front_end"] = front
    scores = artifact.run(windows(kind, artifact, front), "host").output
    return artifact, options, scores.reshape(3, -1)


def test_a_front_end_must_make_a_step() -> None:
    net = tvm_tiny.build(frames_net(), optimize="speed").spec
    wrong = tvm_tiny.build(one_net(), optimize="speed").spec
    assert reading(net, None, wrong).steps == net.inputs[0].count  # a step of one value fits
    bad = tvm_tiny.build(autoencoder(7), optimize="speed").spec
    with pytest.raises(UsageError, match="TT6001"):
        reading(net, None, bad)

# SPDX-License-Identifier: Apache-2.0
"""What a model's input most likely comes from, and how the loop reads it.

96 x 96 x 3            camera: a row of pixels at a time
49 x 10 x 1            audio: frames of features; with a front end: blocks of PCM
16000                  audio: PCM
128 x 6                imu: a reading of all axes at a time, in a window that moves on
anything else          plain: the inputs whole, in the model's own integers
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.project_spec import IoSpec, ProjectSpec

SensorName = Literal["camera", "audio", "imu", "plain"]
SENSORS: tuple[SensorName, ...] = ("camera", "audio", "imu", "plain")

_LEAST_PIXELS = 8
_RATIOS = ((1, 1), (4, 3), (3, 4), (16, 9), (9, 16))
_MOST_AXES = 9
"""Acceleration, rotation and magnetic field."""
_LEAST_STEPS = 8
_LEAST_SAMPLES = 4000
"""A quarter of a second at 16 kHz: shorter vectors are features of something."""


@dataclass(frozen=True)
class Reading:
    """How the loop reads a model's input.

    Attributes:
        sensor: what kind of sensor.
        kind: ``camera``: ``steps`` rows of ``values`` pixels' channels, 8 bits each. ``imu``: steps
            of real numbers. ``frames``: steps in the model's own type. ``front``: each step is made
            by a front end of a block of PCM. ``pcm``: one step, 16-bit samples. ``plain``: all
            inputs at once, in the model's own types.
        steps: rows, or steps of time, in the window that the model sees.
        values: elements of a step.
        hop: steps that a window moves on between two runs.
        row_fed: rows go into the model as they come.
        block: samples of PCM that a front end takes for a step.
    """

    sensor: SensorName
    kind: Literal["camera", "imu", "frames", "front", "pcm", "plain"]
    steps: int = 1
    values: int = 0
    hop: int = 1
    row_fed: bool = False
    block: int = 0


def choose_sensor(inputs: tuple[IoSpec, ...]) -> SensorName:
    """The sensor that inputs of these shapes most likely come from."""
    if len(inputs) != 1:
        return "plain"
    dims = inputs[0].shape[1:]
    if _is_image(dims):
        return "camera"
    long = [extent for extent in dims if extent > 1]
    if len(long) == 1 and long[0] >= _LEAST_SAMPLES:
        return "audio"
    if len(long) == 2 and long[0] >= _LEAST_STEPS:
        return "imu" if long[1] <= _MOST_AXES else "audio"
    return "plain"


def _is_image(dims: tuple[int, ...]) -> bool:
    if len(dims) != 3 or dims[2] not in (1, 3) or min(dims[:2]) < _LEAST_PIXELS:
        return False
    height, width, channels = dims
    return (
        1 / 2 <= width / height <= 2
        if channels == 3
        else any(width * b == height * a for a, b in _RATIOS)
    )


def reading(
    spec: ProjectSpec, sensor: SensorName | None = None, front_end: ProjectSpec | None = None
) -> Reading:
    """How the loop reads a model's input.

    Args:
        spec: the model.
        sensor: None: ``choose_sensor``.
        front_end: a model of PCM that makes one step of the model's input.

    Raises:
        UsageError: TT6001, the model's input does not come from such a sensor, or the front end's
            output is no step of it.
    """
    wanted = sensor or ("audio" if front_end else choose_sensor(spec.inputs))
    if front_end is not None and wanted != "audio":
        raise _unfit("a front end", "goes with --sensor audio", wanted)
    if wanted == "plain":
        return Reading("plain", "plain", 1, spec.inputs[0].count)
    if len(spec.inputs) != 1:
        raise _unfit(f"{len(spec.inputs)} inputs", "take --sensor plain", wanted)
    given = spec.inputs[0]
    if front_end is not None:
        return _through(front_end, given)
    long = [extent for extent in given.shape[1:] if extent > 1] or [1]
    if wanted == "audio" and len(long) == 1:
        return Reading("audio", "pcm", 1, given.count)
    steps, values = (1, given.count) if len(long) == 1 else (long[0], given.count // long[0])
    if wanted == "camera":
        rows = given.shape[1] if len(given.shape) > 2 else steps
        return Reading("camera", "camera", rows, given.count // rows, rows, spec.row_fed)
    kind = "imu" if wanted == "imu" else "frames"
    return Reading(wanted, kind, steps, values, max(1, steps // 2))


def _through(front_end: ProjectSpec, given: IoSpec) -> Reading:
    if len(front_end.inputs) != 1 or len(front_end.outputs) != 1:
        raise _unfit("the front end", "has one input and one output", "audio")
    made = front_end.outputs[0]
    steps, rest = divmod(given.count, made.count)
    if rest or made.dtype != given.dtype:
        what = f"the front end makes {made.count} x {made.dtype}"
        raise _unfit(what, f"the model's input is {given.count} x {given.dtype}", "audio")
    hop = max(1, steps // 4)
    return Reading("audio", "front", steps, made.count, hop, block=front_end.inputs[0].count)


def _unfit(what: str, why: str, sensor: str) -> UsageError:
    problem = Problem(what, f"sensor {sensor}", why, f"--sensor with one of {', '.join(SENSORS)}")
    return UsageError("the model's input does not come from that sensor", (problem,), "TT6001")

# SPDX-License-Identifier: Apache-2.0
"""A model adapts to a drift of its sensor, on the integers of the device (generated C on the host).

    python benchmarks/adapt.py MODEL.tflite TRAIN.npz TEST.npz --layers 8=1 9=1 10=1 14=1
    python benchmarks/adapt.py KWS.tflite CLIPS.npz --drift microphone --scheme last

The archives hold ``x``, uint8 images [N, H, W, C] or int8 features, and ``y``, classes; of a single
archive every third sample is for testing. One pass over ``--steps`` training samples in the order
of each seed, one a step; accuracy of the test samples before, in between and after, all through
``<model>_train_step`` and ``<model>_run``. ``--float``: the same of float master weights (PyTorch,
``adapt_float.py``), which is what published accuracies are of. ``--curves``: a picture (SVG).
``--profile``: the modelled cycles of a step.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import tvm_tiny
from tvm_tiny.ondevice.artifact import TrainingArtifact

Array = npt.NDArray[Any]


def drifted(x: Array, kind: str) -> Array:
    """What the drifted sensor sees, as int8 samples [N, 1, ..].

    ``dim``: each colour 0.25 to 0.5 times as bright, a colour cast, noise of sigma 6. ``invert``:
    255 less the image. ``microphone``: another one in a noisy room: a constant added to each
    cepstral coefficient of every frame, noise of sigma 5. ``none``: the sample.
    """
    rng, values = np.random.default_rng(1), x.astype(np.float64)
    if kind == "dim":
        gain, cast = np.array([0.35, 0.5, 0.25]), np.array([10.0, 0.0, 40.0])
        values = np.clip(values * gain + cast + rng.normal(0, 6, x.shape), 0, 255)
    elif kind == "invert":
        values = 255 - values
    elif kind == "microphone":
        response = rng.normal(0, 15, (1, 1, x.shape[2], 1))
        values = np.clip(values + response + rng.normal(0, 5, x.shape), -128, 127)
    if x.dtype == np.uint8:
        return (values.astype(np.uint8).astype(np.int16) - 128).astype(np.int8)[:, None]
    return np.round(values).astype(np.int8)[:, None]


def accuracy(artifact: TrainingArtifact, x: Array, y: Array) -> float:
    """Share of right answers with what was learned."""
    out = artifact.run(x).output.reshape(len(x), -1)
    return float((out.argmax(1) == y).mean())


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("model", "train"):
        parser.add_argument(name)
    parser.add_argument("test", nargs="?")
    parser.add_argument("--layers", nargs="+", default=[], help="NAME=1 or NAME=0")
    parser.add_argument("--scheme", default="last")
    parser.add_argument("--drift", default="dim",
                        choices=("dim", "invert", "microphone", "none"))  # fmt: skip
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--gradients", default="int16")
    parser.add_argument("--weight-bits", type=int, default=0)
    parser.add_argument("--momentum", type=float, default=0.0)
    parser.add_argument("--accumulate", type=int, default=1)
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--passes", type=int, default=1)
    parser.add_argument("--every", type=int, default=500, help="steps from test to test")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--target", default="cortex-m7")
    parser.add_argument("--float", action="store_true", help="float master weights as well")
    parser.add_argument("--curves", type=Path, help="an .svg to write")
    parser.add_argument("--profile", action="store_true")
    return parser.parse_args()


def data(given: argparse.Namespace) -> tuple[Array, Array, Array, Array]:
    """Samples and classes to learn, and to test."""
    with np.load(given.train) as archive:
        x, y = drifted(archive["x"], given.drift), archive["y"].astype(int)
    if given.test is None:
        held = np.arange(len(x)) % 3 == 2
        return x[~held], y[~held], x[held], y[held]
    with np.load(given.test) as archive:
        return x, y, drifted(archive["x"], given.drift), archive["y"].astype(int)


def build(given: argparse.Namespace, seed: int) -> TrainingArtifact:
    """The model that learns."""
    shares = {k: float(v) for k, _, v in (text.rpartition("=") for text in given.layers)}
    return tvm_tiny.build_training(
        given.model,
        given.target,
        scheme=shares or given.scheme,
        rate=given.rate,
        gradients=given.gradients,
        weight_bits=given.weight_bits,
        momentum=given.momentum,
        accumulate=given.accumulate,
        seed=seed,
    )


def describe(artifact: TrainingArtifact, given: argparse.Namespace, x: Array, y: Array) -> None:
    """Memory, work, and cycles if asked for."""
    memory = artifact.memory
    kinds = ", ".join(f"{k} {v:,}" for k, v in memory.by_kind().items())
    print(f"arena {memory.arena_bytes:,} B: {kinds}")
    work = (memory.macs_forward, memory.macs_backward, memory.macs_update)
    print("MACs forward, backward, update:", ", ".join(f"{n:,}" for n in work))
    if given.profile:
        profile = artifact.profile_step(x[0], y[:1])
        print(f"cycles of a step (modelled): {profile.cycles:,}", flush=True)


def picture(curves: Mapping[str, list[tuple[int, float]]]) -> str:
    """Accuracy by step, a line a run: SVG."""
    most = max(step for points in curves.values() for step, _ in points) or 1
    shown = sorted({name.split(",")[0] for name in curves})
    head = 'viewBox="0 0 640 400" font-size="12" font-family="sans-serif"'
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" {head}>']
    lines.append('<rect width="640" height="400" fill="white"/>')
    for tenth in range(11):
        y = 360 - 32 * tenth
        lines.append(f'<path d="M50 {y}H620" stroke="#ddd"/>')
        lines.append(f'<text x="44" y="{y + 4}" text-anchor="end">{10 * tenth} %</text>')
    for name, points in curves.items():
        colour = _COLOURS[shown.index(name.split(",")[0]) % len(_COLOURS)]
        path = " ".join(f"{50 + 570 * s / most:.1f},{360 - 320 * a:.1f}" for s, a in points)
        lines.append(f'<polyline points="{path}" fill="none" stroke="{colour}"/>')
    for number, name in enumerate(shown):
        x = 60 + 200 * number
        lines.append(
            f'<text x="{x}" y="395" fill="{_COLOURS[number % len(_COLOURS)]}">{name}</text>'
        )
    lines.append(f'<text x="620" y="376" text-anchor="end">{most} steps</text>')
    return "\n".join([*lines, "</svg>", ""])


_COLOURS = ("#c0392b", "#2471a3", "#1e8449", "#7d3c98")


def main() -> int:
    """Print accuracy before and after for every seed, memory, and cycles if asked for."""
    given = arguments()
    x, y, tx, ty = data(given)
    curves: dict[str, list[tuple[int, float]]] = {}
    after: dict[str, list[float]] = {}
    for seed in given.seeds:
        artifact = build(given, seed)
        if seed == given.seeds[0]:
            describe(artifact, given, x, y)
        rng = np.random.default_rng(seed)
        order = np.concatenate([rng.permutation(len(x)) for _ in range(given.passes)])
        order = order[: given.steps]
        known: dict[str, Any] = {"integers": artifact}
        if given.float:
            from adapt_float import FloatMaster

            known["float master"] = FloatMaster(artifact, given.rate)
        for name, learner in known.items():
            points = curves[f"{name}, seed {seed}"] = [(0, _score(learner, tx, ty))]
            for first in range(0, len(order), given.every):
                part = order[first : first + given.every]
                learner.train(x[part], y[part])
                points.append((first + len(part), _score(learner, tx, ty)))
            after.setdefault(name, []).append(points[-1][1])
            shown = ", ".join(f"{step}: {share:.3f}" for step, share in points)
            print(f"seed {seed}, {name}: {shown}", flush=True)
    for name, found in after.items():
        print(f"{name}: mean {statistics.mean(found):.4f}")
    if given.curves:
        given.curves.write_text(picture(curves), encoding="utf-8")
    return 0


def _score(learner: Any, x: Array, y: Array) -> float:
    if isinstance(learner, TrainingArtifact):
        return accuracy(learner, x, y)
    return float(learner.accuracy(x, y))


if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: Apache-2.0
"""What moving the receptive field costs in accuracy, on real data, and what it saves.

    python benchmarks/redistribute_accuracy.py MODELS DATA OUT [--only ic|kws]
        [--resume] [--control]

MODELS holds ``ic_resnet8_float32.tflite`` and ``kws_ds_cnn_float32.tflite`` (MLPerf Tiny), DATA
``cifar10_train_10000.npz`` and ``cifar10_test_1000.npz`` (``x`` uint8 images of 32 x 32 x 3, ``y``
classes) and ``kws_clips_500.npz`` (``x`` int8 MFCC features of 49 x 10 x 1, ``y`` words). Files
for ``tvm-tiny redistribute --finetune`` are written to OUT, then that command runs.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

KWS_SCALE, KWS_ZERO_POINT = np.float32(0.5847029), 83
"""Of the int8 model's input: what the clips' integers stand for."""
KWS_TRAINED = 400

MODELS = {"ic": "ic_resnet8_float32", "kws": "kws_ds_cnn_float32"}
SETTINGS: dict[str, dict[str, Any]] = {
    "ic": {"epochs": 12, "lr": 5e-3, "batch": 64, "flip": True, "shift": (3, 3)},
    "kws": {"epochs": 120, "lr": 1.5e-2, "batch": 50, "shift": (5, 1), "soft": 0.9, "features": 1},
}
SIMULATED = {"ic": 20, "kws": 100}


def cifar10(folder: Path, target: Path) -> None:
    """The models take pixels as they are, 0 to 255."""
    with (
        np.load(folder / "cifar10_train_10000.npz") as train,
        np.load(folder / "cifar10_test_1000.npz") as test,
    ):
        arrays = {"x_train": train["x"], "y_train": train["y"], "x_test": test["x"]}
        np.savez_compressed(target, **arrays, y_test=test["y"])


def kws(folder: Path, target: Path) -> None:
    """The float model takes features before quantisation; the first 400 clips are to train with."""
    with np.load(folder / "kws_clips_500.npz") as clips:
        x = (clips["x"].astype(np.float32) - KWS_ZERO_POINT) * KWS_SCALE
        y = clips["y"]
    train, test = slice(KWS_TRAINED), slice(KWS_TRAINED, None)
    np.savez(target, x_train=x[train], y_train=y[train], x_test=x[test], y_test=y[test])


def recipe(kind: str, args: argparse.Namespace, data: Path) -> int:
    """Run ``tvm-tiny redistribute``; its exit code."""
    model = args.models / f"{MODELS[kind]}.tflite"
    command = ["redistribute", str(model), "--finetune", str(data)]
    for name, value in SETTINGS[kind].items():
        text = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
        command += [f"--{name}"] + ([] if value is True else [text])
    command += ["--optimize", "ram", "--row-fed", "--simulator-samples", str(SIMULATED[kind])]
    command += ["--output", str(args.out / kind), *(["--resume"] if args.resume else [])]
    print("tvm-tiny", *command, flush=True)
    return subprocess.run([sys.executable, "-m", "tvm_tiny", *command], check=False).returncode


def control(kind: str, args: argparse.Namespace, data: Path) -> int:
    """Fine-tune the original in the same way: what the data alone gives."""
    from tvm_tiny.frontends.onnx.floats import read_float_model
    from tvm_tiny.training.data import read_dataset
    from tvm_tiny.training.distil import FineTuning, finetune, predict
    from tvm_tiny.training.module import load

    original = read_float_model(args.models / f"{MODELS[kind]}.tflite")
    teacher, student = load(original), load(original)
    dataset = read_dataset(data, original)
    finetune(student, teacher, dataset, FineTuning(**SETTINGS[kind]))
    right = predict(student, dataset.x_test).argmax(1) == dataset.y_test
    print(f"{kind}: the original fine-tuned, float: {right.mean():.1%}")
    return 0


def main() -> int:
    """Prepare the data and run the recipe; its exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("models", "data", "out"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--only", choices=tuple(MODELS))
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--control", action="store_true", help="fine-tune the original instead")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    for kind in [args.only] if args.only else MODELS:
        data = args.out / f"{kind}.npz"
        {"ic": cifar10, "kws": kws}[kind](args.data, data)
        code = (control if args.control else recipe)(kind, args, data)
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())

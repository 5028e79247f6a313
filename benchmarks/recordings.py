# SPDX-License-Identifier: Apache-2.0
"""Real inputs through the simulated board and the reference: same scores? how accurate? how long?

    python benchmarks/recordings.py kws_ds_cnn_int8.tflite kws_clips_500.npz

The ``.npz`` holds ``x`` (int8, a sample a row) and ``y`` (labels).
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np

import tvm_tiny
from tvm_tiny.validate.reference import TFLMReference


def main() -> int:
    """Print equality, accuracy and time; exit code 5 if any score differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("--on", default="simulator")
    args = parser.parse_args()
    with np.load(args.data) as data:
        x, y = data["x"], data["y"]
    artifact = tvm_tiny.build(args.model)
    begin = time.monotonic()
    scores = artifact.run(x, on=args.on).output.reshape(len(x), -1)
    seconds = time.monotonic() - begin
    reference = TFLMReference(args.model)
    name = artifact.spec.inputs[0].source
    want = np.stack(
        [
            next(iter(reference.run({name: s.reshape(artifact.spec.inputs[0].shape)}).values()))
            for s in x
        ]
    ).reshape(scores.shape)
    same = int((scores == want).all(axis=1).sum())
    accuracy = float((scores.argmax(axis=1) == y).mean())
    print(
        f"{args.model.stem}: scores identical on {same}/{len(x)} samples, accuracy {accuracy:.1%}"
        f" (reference {float((want.argmax(axis=1) == y).mean()):.1%}), {len(x)} runs on the"
        f" {args.on} in {seconds:.1f} s"
    )
    return 0 if same == len(x) else 5


if __name__ == "__main__":
    sys.exit(main())

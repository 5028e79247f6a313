# SPDX-License-Identifier: Apache-2.0
"""Inferences over a serial line that spoils bytes: none may be wrong.

    python benchmarks/noisy_line.py kws_ds_cnn_int8.tflite
    python benchmarks/noisy_line.py ad_autoencoder_int8.tflite --rate 0.02 --on board:host

A share of the bytes, both ways, is flipped, dropped or doubled (seeded). Every inference has
another input; outputs are compared with those of the host.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np

import tvm_tiny
from tvm_tiny.device import NoisyLine, open_board
from tvm_tiny.device.board import PREFIX, Firmware
from tvm_tiny.device.transports import Transport
from tvm_tiny.run.samples import random_samples


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("-n", "--inferences", type=int, default=200)
    parser.add_argument("--rate", type=float, default=0.01)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--on", default="board:mps2-an500")
    given = parser.parse_args()
    artifact = tvm_tiny.build(given.model)
    samples = random_samples(artifact.spec.inputs, given.inferences, given.seed)
    stacked = {
        s.name: np.stack([sample[s.name] for sample in samples]) for s in artifact.spec.inputs
    }
    wanted = artifact.run(stacked, on="host").outputs
    lines: list[NoisyLine] = []

    def noisy(line: Transport) -> Transport:
        lines.append(NoisyLine(line, given.rate, given.seed))
        return lines[0]

    firmware = Firmware(artifact.project_dir(), artifact.spec, artifact.options.target)
    names = {io.name: io.source for io in artifact.spec.outputs}
    wrong = 0
    with open_board(given.on.removeprefix(PREFIX), firmware, wrap=noisy) as session:
        begin = time.monotonic()
        for number, sample in enumerate(samples):
            outputs, _ = session.run(sample)
            right = all(np.array_equal(v, wanted[names[k]][number]) for k, v in outputs.items())
            wrong += not right
        took_s = time.monotonic() - begin
        print(f"{given.model.name} on {given.on}: {given.inferences} inferences, {wrong} wrong")
        print(f"{took_s:.1f} s, {lines[0].damage}")
        print(session.client.counters)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

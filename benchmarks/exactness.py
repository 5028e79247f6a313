# SPDX-License-Identifier: Apache-2.0
"""Are models bit-exact with TensorFlow Lite Micro, on every layer?

python benchmarks/exactness.py MODEL.tflite ... [-t cortex-m4] [--samples 20] [--on simulator]
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import tvm_tiny


def main() -> int:
    """Print one line a model; exit code 5 if any differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="+", type=Path)
    parser.add_argument("--samples", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--on", default="simulator")
    parser.add_argument("-t", "--target", default="cortex-m7")
    args = parser.parse_args()
    failed = False
    for path in args.models:
        begin = time.monotonic()
        artifact = tvm_tiny.build(path, args.target)
        result = artifact.validate(on=args.on, samples=args.samples, seed=args.seed)
        first = result.first_difference
        verdict = "bit-exact" if first is None else f"DIFFERS first at {first.layer}"
        print(
            f"{path.stem:24} {verdict}: {len(result.layers)} tensors x {result.samples} inputs"
            f" on the {result.on} ({args.target}), {len(result.not_compared)} not compared,"
            f" {time.monotonic() - begin:.0f} s",
            flush=True,
        )
        failed |= first is not None
    return 5 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

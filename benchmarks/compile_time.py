# SPDX-License-Identifier: Apache-2.0
"""CPU seconds of a build, imports included: of its process, and of the C compilers it starts.

python benchmarks/compile_time.py MODEL...            this version
python benchmarks/compile_time.py --package DIR MODEL...   the version whose package lies in DIR

DIR is where ``tvm_tiny`` lies as an installed package: ``pip install --no-deps --target DIR TREE``.
Every model is built in a process of its own, with an empty cache of compiled things. CPU seconds
are those of a machine that does other things as well: compare two versions by turns. What TVM
imports by itself is among them, PyTorch where it is installed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

_BUILD = """
import os, resource, sys, tvm_tiny
assert tvm_tiny.__file__.startswith(os.environ["PYTHONPATH"]), tvm_tiny.__file__
artifact = tvm_tiny.build(sys.argv[1], target=sys.argv[2])
artifact.report
own, others = (resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
seconds = [used.ru_utime + used.ru_stime for used in (own, others)]
print(*seconds, artifact.compiled.plan.arena_bytes)
"""
ROOT = Path(__file__).resolve().parent.parent


def measure(model: str, target: str, package: Path) -> tuple[float, float, int]:
    """CPU seconds of the build and of what it started; bytes of the arena."""
    with tempfile.TemporaryDirectory(prefix="tvm_tiny-") as cache:
        env = {**os.environ, "PYTHONPATH": str(package.resolve()), "TVM_TINY_CACHE": cache}
        command = [sys.executable, "-P", "-c", _BUILD, model, target]
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{model}: {done.stderr.strip().splitlines()[-1]}")
    own, others, arena = done.stdout.split()[-3:]
    return float(own), float(others), int(arena)


def main() -> None:
    """Print a line for every model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="+")
    parser.add_argument("--package", type=Path, default=ROOT)
    parser.add_argument("--target", default="cortex-m7")
    asked = parser.parse_args()
    print(f"{'model':24} {'build s':>8} {'C compilers s':>14} {'arena B':>9}")
    for model in asked.models:
        own, others, arena = measure(str(Path(model).resolve()), asked.target, asked.package)
        print(f"{Path(model).stem:24} {own:8.1f} {others:14.1f} {arena:9,}", flush=True)


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: Apache-2.0
"""Arena, flash, stack, cycles and build time of models; import time of the package.

python benchmarks/figures.py MODEL ...
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tvm_tiny.report.model import from_json


def import_seconds() -> float:
    """Wall time of a fresh interpreter that imports the package and its compiler."""
    begin = time.monotonic()
    subprocess.run([sys.executable, "-c", "import tvm_tiny; tvm_tiny.build"], check=True)
    return time.monotonic() - begin


def main() -> None:
    """Print one line a model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="+", type=Path)
    parser.add_argument("--target", default="cortex-m7")
    parser.add_argument("--compiler", default="auto")
    args = parser.parse_args()
    print(f"import: {import_seconds():.2f} s")
    for path in args.models:
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "project"
            command = [sys.executable, "-m", "tvm_tiny", "build", str(path), "-o", str(out)]
            command += ["-t", args.target, "--compiler", args.compiler, "-q"]
            begin = time.monotonic()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            seconds = time.monotonic() - begin
            report = from_json((out / "report.json").read_bytes())
        memory, flash = report.memory, report.flash
        print(
            f"{path.stem:20} arena {memory.arena_bytes:>9,} B (bound {memory.lower_bound_bytes:,},"
            f" {'proven' if memory.optimal else f'gap {memory.gap_bytes:,}'}), stack"
            f" {memory.stack_bytes} B, weights {flash.weights_bytes:,}, "
            f"tables {flash.tables_bytes:,}, code {flash.code_bytes} B,"
            f" {report.cycles.modelled or 0:,} cycles, built in {seconds:.1f} s",
            flush=True,
        )


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: Apache-2.0
"""Where 'tvm-tiny[EXTRA]' can be installed from wheels alone: Python versions by platform.

pip install uv; python benchmarks/installable.py [--extra all]

uv resolves for other machines than this one; nothing is installed. Exit code 1 if any cannot be.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHONS = ("3.11", "3.12", "3.13")
PLATFORMS = {
    "Linux, x86-64": "x86_64-manylinux_2_28",
    "Linux, Arm": "aarch64-manylinux_2_28",
    "macOS, Arm": "aarch64-apple-darwin",
    "Windows, x86-64": "x86_64-pc-windows-msvc",
}


def resolved(python: str, platform: str, extra: str) -> str:
    """How many packages, or why there is no answer."""
    command = [sys.executable, "-m", "uv", "pip", "compile", "-q", "--only-binary", ":all:"]
    command += ["--python-version", python, "--python-platform", platform]
    command += ["--extra", extra] if extra else []
    done = subprocess.run(
        [*command, str(ROOT / "pyproject.toml")], capture_output=True, text=True, check=False
    )
    if done.returncode:
        return "no: " + " ".join(done.stderr.split()[:30])
    return f"{sum('==' in line for line in done.stdout.splitlines())} packages"


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--extra", default="all", help="'' for the default install")
    extra = parser.parse_args().extra
    answers = {
        (name, python): resolved(python, platform, extra)
        for name, platform in PLATFORMS.items()
        for python in PYTHONS
    }
    print(f"| | {' | '.join(PYTHONS)} |\n|---|{'---|' * len(PYTHONS)}")
    for name in PLATFORMS:
        print(f"| {name} | {' | '.join(answers[name, python] for python in PYTHONS)} |")
    return int(any(answer.startswith("no") for answer in answers.values()))


if __name__ == "__main__":
    sys.exit(main())

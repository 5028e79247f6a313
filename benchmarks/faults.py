# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: E402
"""Faults tried and failed: damaged files of every kind, every write of every writer.

python benchmarks/faults.py [--models N] [--files N] [--seconds S] [--grow]

A damaged file fails if reading it ends in anything but success or an error of ours. A writer fails
if a fault leaves neither the old nor the new contents, or if the next run does not work. Each kind
stops after its share of ``--seconds`` of CPU and says how many it got to.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "helpers")]

from faulty_disk import Killed, disk, every_fault
from untrusted import Untrusted, corpus, damaged, grow, kinds, outcome

from tvm_tiny.files.writing import append, replace_file, write_folder

MODELS = ("tflite", "onnx", "external")


def try_inputs(kind: Untrusted, count: int, seconds: float, grown: bool) -> int:
    """Read damaged inputs of a kind; returns how many failed."""
    rng, tried, refused, failed = random.Random(kind.name), 0, 0, 0
    seeds = [*kind.seeds(), *filter(None, corpus(kind.name).values())]
    smallest: dict[str, bytes] = {}
    end = time.process_time() + seconds
    with tempfile.TemporaryDirectory() as folder:
        while tried < count and time.process_time() < end:
            data = damaged(rng, rng.choice(seeds))
            tried += 1
            try:
                how = outcome(kind, data, Path(folder))
            except Exception as error:
                failed += 1
                how = f"failed {type(error).__name__}"
                print(f"  {kind.name} {tried}: {type(error).__name__}: {error}"[:200])
            refused += how != "read"
            if how not in smallest or len(data) < len(smallest[how]):
                smallest[how] = data
    added = grow(kind.name, smallest) if grown else 0
    more = f"  corpus +{added}" if grown else ""
    print(f"{kind.name:32s} tried {tried:5d}  refused {refused:5d}  failed {failed}{more}")
    return failed


def try_writes() -> int:
    """Every fault of every write of a folder, a file and the cache."""
    failed = 0
    old, new = {"a": b"old", "b/c": b"o"}, {"a": b"new", "b/d": b"n"}
    for exchange in (True, False):
        tried = 0
        with tempfile.TemporaryDirectory() as root:
            scene = Path(root) / "0"

            def write(scene: Path = scene) -> None:
                write_folder(scene / "out", new, old)

            write_folder(scene / "out", old, ())
            for tried, (double, what) in enumerate(every_fault(write, exchange=exchange), 1):
                folder = Path(root) / str(tried) / "out"
                write_folder(folder, old, ())
                with disk(double), contextlib.suppress(OSError, Killed):
                    write_folder(folder, new, old)
                found = [_contents(folder)] if folder.exists() else [old]
                write_folder(folder, new, [*old, *new])
                beside = [p.name for p in folder.parent.iterdir()]
                if found[0] not in (old, new) or _contents(folder) != new or beside != ["out"]:
                    failed += 1
                    print(f"  folder: {what}")
        how = "exchange" if exchange else "two renames"
        print(f"folder, {how:24s} tried {tried:5d}  failed {failed}")
    failed += _try_file("file", replace_file, b"old", b"new")
    failed += _try_file("lines appended (journal)", append, b"old\n", b"old\nnew\n")
    return failed


def _try_file(name: str, write: Callable[[Path, bytes], None], old: bytes, new: bytes) -> int:
    """Every fault of a write of one file; what is appended may be there in part."""
    failed = tried = 0
    given = new.removeprefix(old) if write is append else new
    with tempfile.TemporaryDirectory() as root:
        path = Path(root) / "f"
        for double, what in every_fault(lambda: write(path, given)):
            tried += 1
            path.write_bytes(old)
            with disk(double), contextlib.suppress(OSError, Killed):
                write(path, given)
            found = path.read_bytes()
            good = found in (old, new) or (write is append and new.startswith(found))
            if write is not append:
                write(path, given)
                good = good and path.read_bytes() == new
            if not good:
                failed += 1
                print(f"  {name}: {what}")
        print(f"{name:32s} tried {tried:5d}  failed {failed}")
    return failed


def _contents(folder: Path) -> dict[str, bytes]:
    files = (p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in files}


def main() -> int:
    """Try all; the exit code says whether any failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=int, default=3000)
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--grow", action="store_true", help="add what is new to tests/corpus")
    given = parser.parse_args()
    failed = try_writes()
    every = list(kinds())
    shares = {kind.name: 4.0 if kind.name in MODELS else 1.0 for kind in every}
    for kind in every:
        count = given.models // len(MODELS) if kind.name in MODELS else given.files
        seconds = given.seconds * shares[kind.name] / sum(shares.values())
        failed += try_inputs(kind, count, seconds, given.grow)
    print(f"failed {failed}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: Apache-2.0
"""Damaged model files, by kind of damage, and a pool that survives what they do to a process."""

from __future__ import annotations

import json
import pickle
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

import numpy as np

WORKER = Path(__file__).with_name("damage_worker.py")
CASE_LIMIT_CPU_S = 60
"""Of the worker's own time, whatever else the computer does; the heaviest case takes a tenth."""
HANG_S = 100.0 * CASE_LIMIT_CPU_S
"""Guards against a worker that waits for something and uses no time."""
_WORDS = (0, 1, 0x7F, 0xFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFF0)


@dataclass(frozen=True)
class Damaged:
    """A file to build: a name for the report, its suffix, its bytes."""

    label: str
    suffix: str
    data: bytes


def _truncated(data: bytearray, rng: np.random.Generator) -> bytearray:
    return data[: rng.integers(0, len(data))]


def _bits_flipped(data: bytearray, rng: np.random.Generator) -> bytearray:
    for _ in range(rng.integers(1, 9)):
        data[rng.integers(0, len(data))] ^= 1 << int(rng.integers(0, 8))
    return data


def _bytes_inserted(data: bytearray, rng: np.random.Generator) -> bytearray:
    at = int(rng.integers(0, len(data)))
    data[at:at] = rng.bytes(int(rng.integers(1, 65)))
    return data


def _bytes_removed(data: bytearray, rng: np.random.Generator) -> bytearray:
    at = int(rng.integers(0, len(data)))
    del data[at : at + int(rng.integers(1, 65))]
    return data


def _word_replaced(data: bytearray, rng: np.random.Generator) -> bytearray:
    """Offsets, lengths, extents and enum values are words (flatbuffers) of extreme values."""
    for _ in range(rng.integers(1, 4)):
        at = 4 * int(rng.integers(0, len(data) // 4))
        data[at : at + 4] = int(rng.choice(_WORDS)).to_bytes(4, "little")
    return data


def _small_number_changed(data: bytearray, rng: np.random.Generator) -> bytearray:
    """Small values are indices, extents, lengths: change one so that it stays plausible."""
    places = [i for i, value in enumerate(data) if 0 < value < 16]
    for _ in range(rng.integers(1, 4)):
        data[places[rng.integers(0, len(places))]] = int(rng.integers(0, 40))
    return data


def _range_overwritten(data: bytearray, rng: np.random.Generator) -> bytearray:
    at = int(rng.integers(0, len(data)))
    count = min(len(data) - at, int(rng.integers(1, 129)))
    data[at : at + count] = bytes(count) if rng.integers(0, 2) else rng.bytes(count)
    return data


KINDS: tuple[Callable[[bytearray, np.random.Generator], bytearray], ...] = (
    _truncated,
    _bits_flipped,
    _bytes_inserted,
    _bytes_removed,
    _word_replaced,
    _small_number_changed,
    _range_overwritten,
)


def damaged_files(model: bytes, name: str, suffix: str, count: int, seed: int) -> list[Damaged]:
    """The same ``count`` damaged files every time, the kinds of damage in turn."""
    rng = np.random.default_rng(seed)
    out: list[Damaged] = []
    for i in range(count):
        kind = KINDS[i % len(KINDS)]
        data = bytes(kind(bytearray(model), rng))
        out.append(Damaged(f"{name} {i}: {kind.__name__.strip('_')}", suffix, data))
    return out


def outcomes(cases: Sequence[Damaged]) -> dict[str, str]:
    """What building does with every case: ``built``, ``refused``, or what went wrong.

    Cases run one after the other in a worker process. A worker that dies, or that its limit of CPU
    for a case ends, is replaced, and the case is blamed.
    """
    results: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        while len(results) < len(cases):
            rest = cases[len(results) :]
            results.update(_run_worker(rest, Path(folder)))
    return results


def _run_worker(cases: Sequence[Damaged], folder: Path) -> dict[str, str]:
    """Outcomes of the first cases, up to and including the first that kills the worker."""
    listing = folder / "cases.pickle"
    listing.write_bytes(pickle.dumps([(c.label, c.suffix, c.data) for c in cases]))
    log = folder / "stderr.txt"
    with log.open("wb") as stderr:
        worker = subprocess.Popen(
            [sys.executable, str(WORKER), str(listing), str(CASE_LIMIT_CPU_S)],
            stdout=subprocess.PIPE,
            stderr=stderr,
        )
    lines: Queue[bytes] = Queue()
    assert worker.stdout is not None
    reader = Thread(target=lambda: [lines.put(line) for line in worker.stdout or ()])
    reader.start()
    results: dict[str, str] = {}
    try:
        lines.get(timeout=HANG_S)
        for case in cases:
            results[case.label] = _next(lines, worker)
            if worker.poll() is not None and lines.empty():
                break
            if results[case.label].startswith("hung"):
                break
    finally:
        worker.kill()
        worker.wait()
        reader.join()
    return results


def _next(lines: Queue[bytes], worker: subprocess.Popen[bytes]) -> str:
    waited_s = 0.0
    while waited_s < HANG_S:
        try:
            return json.loads(lines.get(timeout=0.2))
        except Empty:
            waited_s += 0.2
            if worker.poll() is not None and lines.empty():
                if worker.returncode == -signal.SIGXCPU:
                    return f"hung: no answer in {CASE_LIMIT_CPU_S} s of CPU"
                return f"crashed: exit status {worker.returncode}"
    return "hung: waits for something"

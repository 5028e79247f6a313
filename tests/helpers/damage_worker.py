# SPDX-License-Identifier: Apache-2.0
"""Build damaged models one by one; one JSON string a line: how each ended.

Run as a program by ``damage.outcomes``; a crash of this process is an outcome too.
"""

from __future__ import annotations

import json
import os
import pickle
import resource
import sys
import tempfile
import traceback
from pathlib import Path

import numpy as np

import tvm_tiny
from tvm_tiny.artifact import Artifact
from tvm_tiny.errors import ExitCode, TvmTinyError

MEMORY_LIMIT_BYTES = 6 << 30


def main(listing: Path, limit_cpu_s: int) -> None:
    """Answer on a private copy of stdout, so that nothing a library prints gets in between."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT_BYTES, MEMORY_LIMIT_BYTES))
    cases = pickle.loads(listing.read_bytes())
    print("ready", file=answers, flush=True)
    for _, suffix, data in cases:
        _allow_cpu(limit_cpu_s)
        print(json.dumps(_outcome(suffix, data)), file=answers, flush=True)


def _allow_cpu(seconds: int) -> None:
    """SIGXCPU ends this process when the next case takes more of the processor than that."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))


def _outcome(suffix: str, data: bytes) -> str:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / f"model{suffix}").write_bytes(data)
        os.chdir(folder)
        outcome = _build(folder / f"model{suffix}")
        left = sorted(path.name for path in folder.iterdir())
        os.chdir("/")
    return outcome if left == [f"model{suffix}"] else f"left files behind: {left}"


def _build(path: Path) -> str:
    try:
        artifact = tvm_tiny.build(path)
    except TvmTinyError as error:
        if error.exit_code is ExitCode.INTERNAL or not error.message:
            return f"internal error: {error}"
        return "refused"
    except BaseException:
        return "raised: " + traceback.format_exc(limit=-4)
    return _run(artifact)


def _run(artifact: Artifact) -> str:
    """What was built must also compile and run."""
    inputs = {io.source: np.zeros(io.shape, io.dtype) for io in artifact.spec.inputs}
    try:
        artifact.run(inputs, on="host")
    except BaseException:
        return "built, does not run: " + traceback.format_exc(limit=-4)
    return "built"


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))

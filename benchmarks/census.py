# SPDX-License-Identifier: Apache-2.0
"""What becomes of the models of a folder, each beside what TensorFlow Lite Micro makes of it.

python benchmarks/census.py FOLDER_OR_FILE ... [-t cortex-m7] [--optimize speed] [--samples 8]
    [--steps 20] [--on host] [--limit 600] [--jobs 1] [--log census.jsonl] [--compilers zig gcc]

A line a file, as soon as it is known: whether the front end takes it, whether it builds, on how
many samples (steps of one sequence, for a model with state) every layer equals the reference's, the
arena, the flash, the modelled cycles, the reason if it is refused; and whether tflite-micro's
interpreter runs it (ONNX: onnxruntime). With ``--compilers`` the cycles of a step (frame,
inference) are those of each, by the package's simulator; ``timing_vs_ruler.py`` compares that with
another. Every file is a process of its own with limits on CPU time and memory, so one that never
ends or crashes costs its line only. With ``--log`` each finding is added to a file; a file found
there (by its contents) is not tried again: a census that was stopped goes on where it was. Smallest
files come first.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

_MEMORY_BYTES = 8 << 30
_ROOT = Path(__file__).resolve().parent.parent
_SUFFIXES = (".tflite", ".onnx")


@dataclass
class Finding:
    """What was found of one file; texts are empty where there is nothing to say."""

    name: str
    sha256: str = ""
    reference_runs: bool = False
    reference_says: str = ""
    taken: bool = False
    built: bool = False
    exact: int = 0
    samples: int = 0
    state_bytes: int = 0
    passed: bool = False
    arena_bytes: int = 0
    flash_bytes: int = 0
    cycles: int = 0
    reason: str = ""
    cycles_by: dict[str, int] = field(default_factory=dict[str, int])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("-t", "--target", default="cortex-m7")
    parser.add_argument("--optimize", default="speed")
    parser.add_argument("--samples", type=int, default=8)
    parser.add_argument("--steps", type=int, default=20, help="samples of a model with state")
    parser.add_argument("--on", default="host")
    parser.add_argument("--limit", type=int, default=600, help="CPU seconds a file and stage")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--log", type=Path, help="findings, a JSON object a line; read first")
    parser.add_argument(
        "--compilers", nargs="+", choices=("zig", "gcc"), default=(), help="cycles with each"
    )
    parser.add_argument("--stage", choices=("reference", "product"), help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> int:
    """One line a file and the sums; exit code 5 if a layer differs."""
    args = _arguments()
    if args.stage:
        _bounded(args)
        return 0
    files = {f for p in args.paths for f in (p.iterdir() if p.is_dir() else [p])}
    sized = sorted((f.stat().st_size, f) for f in files if f.suffix in _SUFFIXES)
    known = _known(args.log)
    findings: list[Finding] = []
    with ThreadPoolExecutor(args.jobs) as pool:
        begun = [pool.submit(_find, f, args, known) for _, f in sized]
        for future in as_completed(begun):
            finding = future.result()
            findings.append(finding)
            print(_line(finding), flush=True)
    _summary(findings)
    return 5 if any(f.built and f.reference_runs and not f.passed for f in findings) else 0


def _known(log: Path | None) -> dict[str, Finding]:
    """Findings of an earlier run by the files' contents; a line that was cut off is left out."""
    out: dict[str, Finding] = {}
    if log is None or not log.exists():
        return out
    for line in log.read_text("utf-8").splitlines():
        try:
            finding = Finding(**json.loads(line))
        except (ValueError, TypeError):
            continue
        out[finding.sha256] = finding
    return out


def _find(file: Path, args: argparse.Namespace, known: dict[str, Finding]) -> Finding:
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    if digest in known:
        return known[digest]
    finding = Finding(file.name, digest)
    for stage in ("reference", "product"):
        for key, value in _stage(file, stage, args).items():
            setattr(finding, key, value)
    if args.log is not None:
        with args.log.open("a", encoding="utf-8") as log:
            log.write(json.dumps(asdict(finding)) + "\n")
    return finding


def _stage(file: Path, stage: str, args: argparse.Namespace) -> dict[str, Any]:
    """Run one stage in a process of its own; the last JSON line says how far it came."""
    command = [sys.executable, __file__, str(file), "--stage", stage, "--on", args.on]
    command += ["-t", args.target, "--optimize", args.optimize, "--samples", str(args.samples)]
    command += ["--limit", str(args.limit), "--steps", str(args.steps)]
    command += ["--compilers", *args.compilers] if args.compilers else []
    paths = [str(_ROOT), os.environ.get("PYTHONPATH", "")]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in paths if p)}
    done = subprocess.run(command, capture_output=True, check=False, env=env)
    found: dict[str, Any] = {}
    for line in done.stdout.decode("utf-8", "replace").splitlines():
        if line.startswith('{"'):
            found |= json.loads(line)
    if done.returncode:
        last = (done.stderr.decode("utf-8", "replace").strip().splitlines() or [""])[-1][:200]
        key = "reference_says" if stage == "reference" else "reason"
        what = "over the limit of CPU time" if done.returncode == -24 else "the process ended"
        found[key] = f"{what} ({done.returncode}) {last}".strip()
    return found


def _say(**facts: Any) -> None:
    print(json.dumps(facts), flush=True)


def _bounded(args: argparse.Namespace) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (args.limit, args.limit + 5))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    (file,) = args.paths
    if args.stage == "reference":
        _reference(file)
    else:
        _product(file, args)


def _reference(file: Path) -> None:
    import numpy as np

    from tvm_tiny.validate.reference import OnnxReference, TFLMReference

    rng = np.random.default_rng(0)
    try:
        if file.suffix == ".onnx":
            OnnxReference(file)
        else:
            model = TFLMReference(file)
            infos = [model.tensors[i] for i in model.input_indices]
            shapes = {i.name: [max(d, 1) for d in i.shape] for i in infos}
            model.run({i.name: rng.integers(0, 2, shapes[i.name]).astype(i.dtype) for i in infos})
    except Exception as error:
        _say(reference_says=_short(str(error)))
    else:
        _say(reference_runs=True)


def _product(file: Path, args: argparse.Namespace) -> None:
    import tvm_tiny
    from tvm_tiny.errors import TvmTinyError

    try:
        loaded = tvm_tiny.load(file)
        _say(taken=True)
        artifact = tvm_tiny.build(loaded, args.target, optimize=args.optimize)
        report = artifact.report
        _say(
            built=True,
            arena_bytes=report.memory.arena_bytes,
            flash_bytes=report.flash.weights_bytes + (report.flash.code_bytes or 0),
            cycles=report.cycles.modelled or 0,
        )
        by = {c: _cycles(loaded, args, c) for c in args.compilers}
        _say(cycles_by=by)
        lasting = artifact.spec.state_bytes
        count = args.samples if not lasting else max(args.samples, args.steps)
        result = artifact.validate(on=args.on, samples=count)
    except TvmTinyError as error:
        _say(reason=_short(str(error)))
        return
    except Exception as error:
        _say(reason=f"RAISED {type(error).__name__}: {_short(str(error))}")
        return
    first = result.first_difference
    reason = "" if first is None else f"differs at {first.layer}: {first.max_difference:g} steps"
    exact = result.samples if first is None else 0
    _say(
        exact=exact,
        samples=result.samples,
        state_bytes=lasting,
        passed=result.passed,
        reason=_short(reason),
    )


def _cycles(loaded: Any, args: argparse.Namespace, compiler: Any) -> int:
    import tvm_tiny

    built = tvm_tiny.build(loaded, args.target, optimize=args.optimize, compiler=compiler)
    return built.report.cycles.modelled or 0


def _short(text: str) -> str:
    return " / ".join(line.strip() for line in text.strip().splitlines() if line.strip())[:300]


def _line(f: Finding) -> str:
    marks = "".join(m if ok else "-" for m, ok in zip("RTBE", _marks(f), strict=True))
    cycles = " ".join(f"{n} {by}" for by, n in f.cycles_by.items()) or f"{f.cycles} cyc"
    cost = f"{f.arena_bytes:>8} B {f.flash_bytes:>9} B {cycles:>15}" if f.built else ""
    says = f.reason or (f.reference_says if not f.reference_runs else "")
    return f"{marks} {f.name[:52]:52} {f.exact:>2}/{f.samples:<2} {cost:38} {says}".rstrip()


def _marks(f: Finding) -> tuple[bool, bool, bool, bool]:
    return f.reference_runs, f.taken, f.built, f.built and f.passed


def _summary(findings: list[Finding]) -> None:
    both = [f for f in findings if f.reference_runs]
    for title, group in (("all files", findings), ("those that the reference runs", both)):
        counts = [sum(f.taken for f in group), sum(f.built for f in group)]
        counts.append(sum(f.built and f.passed for f in group))
        words = "{} taken, {} built, {} validated".format(*counts)
        print(f"{title}: {len(group)}: {words}")
    print("R the reference runs it, T taken, B built, E every layer equal (ONNX: within a step)")


if __name__ == "__main__":
    sys.exit(main())

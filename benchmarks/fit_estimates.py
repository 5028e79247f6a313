# SPDX-License-Identifier: Apache-2.0
"""Fit the coefficients of ``tvm_tiny.passes.plan.estimate`` to profiles of the simulator.

    python benchmarks/fit_estimates.py MODEL.tflite ...     # writes tvm_tiny/targets/estimates/
    python benchmarks/fit_estimates.py --check MODEL ...    # compares the files with new profiles
    python benchmarks/fit_estimates.py --only "one pixel"   # fits some kernels, from the nets alone

Every model is built layer by layer and profiled on the simulated core, together with the small nets
of ``estimate_nets.py``. For every rule, operator and variant the cycles of its layers are a sum of
regressors (``tvm_tiny.passes.plan.estimate.Work``) with coefficients that are not negative: least
squares on the relative error. A second build with the least arena gives what streaming adds. Same
models, compiler and kernels: same files. Models go by their names: give them in the same order.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
from estimate_nets import nets

import tvm_tiny
from tvm_tiny import targets
from tvm_tiny.artifact import Artifact
from tvm_tiny.graph import Node
from tvm_tiny.passes.plan import estimate
from tvm_tiny.passes.plan.estimate import CoreCosts, Work, kernel_keys, row_work
from tvm_tiny.passes.plan.follow_rows import row_schedule
from tvm_tiny.targets import cores, load_core
from tvm_tiny.toolchain.build import CompilerKind

_FOLDER = Path(targets.__file__).parent / "estimates"
_HEAD = """\
# SPDX-License-Identifier: Apache-2.0
# Estimated cycles on {core}, made by benchmarks/fit_estimates.py from {count} layers of
# {models}
# and the nets of benchmarks/estimate_nets.py as the simulator models them; not edited by hand.
# `kernels`: rule/operator/variant, then less and less of it; the numbers are explained by `Work` in
# passes/plan/estimate.py.
"""

_LIMIT = 0.05
"""Error of a model's sum that makes the exit code 1."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Layer:
    """A profiled layer."""

    model: str
    node: Node
    rule: str
    cycles: float

    @property
    def work(self) -> Floats:
        """Regressors of all its rows."""
        row = msgspec.structs.astuple(row_work(self.node, self.rule))
        return np.array(row) * self.node.output.rows


def profiled(name: str, artifact: Artifact) -> list[Layer]:
    """The layers of one model with their cycles."""
    nodes = {n.name: n for n in artifact.compiled.graph.nodes}
    order = [nodes[n] for n in artifact.compiled.emitted.step_nodes]
    out: list[Layer] = []
    for node, info in zip(order, artifact.report.layers, strict=True):
        if info.cycles_modelled is None:
            sys.exit("the simulator and a C compiler are needed")
        out.append(Layer(name, node, info.schedule, info.cycles_modelled))
    return out


def fit(layers: Sequence[Layer]) -> tuple[Work, Floats]:
    """Coefficients of one set of layers and their relative errors."""
    work = np.stack([layer.work for layer in layers])
    cycles = np.array([layer.cycles for layer in layers])
    distinct = len({tuple(w) for w in work})
    scaled = work / cycles[:, None]
    # With few layers: the call and whatever explains most, no more unknowns than half the layers.
    keep = list(range(work.shape[1])) if distinct > 2 * work.shape[1] else []
    while not keep or (len(keep) < max(1, distinct // 2) and distinct <= 2 * work.shape[1]):
        tried = [k for k in range(work.shape[1]) if k not in keep and work[:, k].any()]
        if not tried:
            break
        errors = [_error(scaled, [*keep, k]) for k in tried]
        keep.append(tried[int(np.argmin(errors))])
    values = _non_negative(scaled, keep)
    return Work(*(_rounded(v) for v in values)), scaled @ values - 1


def _error(scaled: Floats, keep: list[int]) -> float:
    return float(np.square(scaled @ _non_negative(scaled, keep) - 1).sum())


def _non_negative(scaled: Floats, keep: Iterable[int]) -> Floats:
    """Least squares of ``scaled`` to ones; what would be negative is left out, worst first."""
    keep = [k for k in keep if scaled[:, k].any()]
    out = np.zeros(scaled.shape[1])
    while keep:
        found = np.linalg.lstsq(scaled[:, keep], np.ones(len(scaled)), rcond=1e-9)[0]
        if (found >= 0).all():
            out[keep] = found
            break
        keep.pop(int(np.argmin(found * scaled[:, keep].mean(axis=0))))
    return out


def _rounded(value: float) -> float:
    return float(f"{value:.4g}")


def kernels(layers: Sequence[Layer]) -> dict[str, Work]:
    """Coefficients by key."""
    groups: dict[str, list[Layer]] = defaultdict(list)
    for layer in layers:
        for key in kernel_keys(layer.node, layer.rule):
            groups[key].append(layer)
    return {key: fit(group)[0] for key, group in sorted(groups.items())}


def streaming(pairs: Sequence[tuple[Artifact, Artifact]]) -> tuple[float, float]:
    """Cycles a streamed row call and a streamed segment cost, from builds without and with."""
    rows: list[tuple[float, float]] = []
    for plain, streamed in pairs:
        plan, graph = streamed.compiled.plan, streamed.compiled.graph
        inside = {n for s in plan.segments if s.kind == "stream" for n in s.nodes}
        calls = sum(n.name in inside for n, _ in row_schedule(plan, graph))
        before, after = plain.report.cycles.modelled, streamed.report.cycles.modelled
        if calls and before and after and after > before:
            rows.append((calls / (after - before), len(inside) / (after - before)))
    if not rows:
        return 0.0, 0.0
    call, layer, *_ = _non_negative(np.array(rows), (0, 1))
    return _rounded(call), _rounded(layer)


def text(core: str, costs: CoreCosts, models: Iterable[str], count: int) -> str:
    """The data file."""
    out = [_HEAD.format(core=core, count=count, models=", ".join(models))]
    out += [f"stream_call = {costs.stream_call}", f"stream_layer = {costs.stream_layer}"]
    out += [f"two_rows = {costs.two_rows}", ""]
    out.append("[kernels]")
    out += [_line(key, work) for key, work in costs.kernels.items()]
    return "\n".join(out) + "\n"


def _line(key: str, work: Work) -> str:
    fields = {k: v for k, v in msgspec.structs.asdict(work).items() if v}
    return f'"{key}" = {{ {", ".join(f"{k} = {v}" for k, v in fields.items())} }}'


def refitted(text: str, layers: Sequence[Layer], only: str) -> str:
    """A data file with the kernels whose key ends so fitted to other layers."""
    head, table = text.split("[kernels]\n")
    lines = {line.split('"')[1]: line for line in table.splitlines()}
    lines |= {k: _line(k, w) for k, w in kernels(layers).items() if k.endswith(only)}
    return head + "[kernels]\n" + "".join(f"{lines[k]}\n" for k in sorted(lines))


def show(layers: Sequence[Layer], core: str) -> float:
    """Print errors by model and by kernel with the data in force; return the worst of a model."""
    estimate.reload_data()
    by_model: dict[str, list[tuple[float, float]]] = defaultdict(list)
    by_key: dict[str, list[float]] = defaultdict(list)
    for layer in layers:
        got = layer.node.output.rows * estimate.row_cycles(layer.node, layer.rule, load_core(core))
        by_model[layer.model].append((got, layer.cycles))
        by_key[next(iter(kernel_keys(layer.node, layer.rule)))].append(got / layer.cycles - 1)
    for key, errors in sorted(by_key.items()):
        rms = float(np.sqrt(np.square(errors).mean()))
        print(
            f"  {key:48} {len(errors):4} layers, rms {rms:6.1%}, worst {max(map(abs, errors)):6.1%}"
        )
    worst = 0.0
    for model, both in by_model.items():
        got, want = (sum(v) for v in zip(*both, strict=True))
        close = sum(abs(g / w - 1) <= 0.2 for g, w in both) / len(both)
        print(
            f"  {model:32} {want:14,.0f} {got / want - 1:+7.2%}  {close:.0%} of layers within 20 %"
        )
        worst = max(worst, abs(got / want - 1))
    return worst


def measure(
    core: str, models: Mapping[str, bytes], streamed: bool, compiler: CompilerKind, only: str
) -> tuple[list[Layer], tuple[float, float]]:
    """Profiled layers of models and test nets, and the cost of streaming if it is ``streamed``.

    Those without a layer whose key ends with ``only`` are left out.
    """
    layers: list[Layer] = []
    pairs: list[tuple[Artifact, Artifact]] = []
    for name, model in {**models, **nets()}.items():
        plain = tvm_tiny.build(model, core, optimize="speed", compiler=compiler)
        if only and not any(_keyed(plain, node, only) for node in plain.compiled.graph.nodes):
            continue
        # the first layer of a net copies the inputs of all of them
        layers += profiled(name, plain)[name not in models :]
        if streamed and name in models:
            least = tvm_tiny.build(model, core, optimize="ram", compiler=compiler)
            pairs.append((plain, least))
    return layers, streaming(pairs)


def _keyed(artifact: Artifact, node: Node, only: str) -> bool:
    scheduled = artifact.compiled.schedules.get(node.name)
    return scheduled is not None and next(kernel_keys(node, scheduled.rule)).endswith(only)


def main() -> int:
    """Profile, fit and write (or only compare)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="*", type=Path)
    parser.add_argument("--only", default="", help="fit kernels whose key ends so; keep the others")
    parser.add_argument("--core", action="append", help="only this core (may be repeated)")
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    parser.add_argument("--compiler", default="auto", choices=("auto", "zig", "gcc"))
    args = parser.parse_args()
    if not (args.models or args.only):
        parser.error("models to fit to, or --only")
    given = {p.stem: p.read_bytes() for p in args.models}
    worst = 0.0
    for core in args.core or [c.name for c in cores()]:
        whole = not (args.check or args.only)
        layers, (call, layer) = measure(core, given, whole, args.compiler, args.only)
        path = _FOLDER / f"{core}.toml"
        if args.only and not args.check:
            new = refitted(path.read_text(encoding="utf-8"), layers, args.only)
            path.write_text(new, encoding="utf-8")
        elif not args.check:
            # what rows made two at a call cost is not fitted here: it is kept
            known = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
            costs = CoreCosts(call, layer, kernels(layers), known.get("two_rows", 1.0))
            _FOLDER.mkdir(exist_ok=True)
            path.write_text(text(core, costs, given, len(layers)), encoding="utf-8")
        print(core)
        worst = max(worst, show(layers, core))
    return int(worst > _LIMIT)


if __name__ == "__main__":
    sys.exit(main())

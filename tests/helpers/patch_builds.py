# SPDX-License-Identifier: Apache-2.0
"""Random rewrites of a model's graph, and artifacts whose plan has them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise
from random import Random
from typing import Any

import numpy as np
import numpy.typing as npt
from fuzz import OPERATORS, VISION
from strategies import Outputs, Sketch
from strategies_models import graph as make_graph

import tvm_tiny
from tvm_tiny.artifact import Artifact
from tvm_tiny.emit.sources import emit
from tvm_tiny.errors import UsageError
from tvm_tiny.graph import Graph, Node
from tvm_tiny.operators.carried import copies_of
from tvm_tiny.operators.reduce import adds_up_by_rows
from tvm_tiny.passes.decision.memory_plan import MemoryPlan
from tvm_tiny.passes.decision.options import PlanOptions
from tvm_tiny.passes.decision.rewrite import Rewrite, is_part
from tvm_tiny.passes.plan.follow_rows import planned_graph
from tvm_tiny.passes.plan.segments import plan_segments
from tvm_tiny.passes.recompute.carry import carry_of
from tvm_tiny.passes.recompute.channels import wide_heads
from tvm_tiny.passes.recompute.groups import wide_of
from tvm_tiny.passes.recompute.rewrite import apply_rewrites
from tvm_tiny.pipeline import settle
from tvm_tiny.run.samples import random_samples
from tvm_tiny.schedules.apply import schedule_kernels
from tvm_tiny.targets import load_core
from tvm_tiny.testing.net import window_extent
from tvm_tiny.testing.tflite_writer import TensorRef

Array = npt.NDArray[Any]

CANNOT_BE_FED = "TT6017"
QUICK = PlanOptions(solver_time=0.1)


@dataclass(frozen=True)
class Choice:
    """What a test plans: rewrites, lengths of segments (repeated), whether rows are fed."""

    rewrites: tuple[Rewrite, ...]
    sizes: tuple[int, ...] = (1,)
    row_fed: bool = False
    options: PlanOptions = field(default=QUICK)


def rebuilt(artifact: Artifact, choice: Choice) -> Artifact:
    """The same model under a plan of the test's choice.

    Raises:
        UsageError: the choice does not fit the graph.
    """
    compiled = artifact.compiled
    core = load_core(artifact.options.target)

    def decide(scratch: Mapping[str, int]) -> MemoryPlan:
        return planned(compiled.graph, choice, scratch)

    base = {n.name: compiled.schedules[n.name] for n in compiled.graph.nodes
            if n.name in compiled.schedules}  # fmt: skip
    scheduler = partial(schedule_kernels, core=core, optimize="speed")
    plan, schedules = settle(compiled.graph, base, decide, scheduler)
    graph = planned_graph(plan, compiled.graph)
    emitted = emit(
        graph,
        plan,
        schedules,
        model=artifact.spec.model,
        core=core,
        model_sha256=artifact.loaded.sha256,
    )
    made = replace(compiled, planned=graph, plan=plan, schedules=schedules, emitted=emitted)
    return Artifact(artifact.loaded, artifact.options, made)


def planned(graph: Graph, choice: Choice, scratch: Mapping[str, int]) -> MemoryPlan:
    """``plan_segments`` with segments of the choice's lengths; fed rows are read in the first."""
    new = apply_rewrites(graph, choice.rewrites)
    names = [n.name for n in new.nodes]
    first = 0
    if choice.row_fed:
        fed = new.inputs[0].name
        first = max((i for i, n in enumerate(new.nodes) if fed in _reads(n)), default=-1) + 1
        first = _uncut(new, first)
    segments = [names[:first]] if first else []
    at = first
    while at < len(names):
        end = _uncut(new, at + choice.sizes[len(segments) % len(choice.sizes)])
        segments.append(names[at:end])
        at = end
    return plan_segments(
        graph,
        segments,
        scratch,
        choice.options,
        row_fed=choice.row_fed,
        rewrites=choice.rewrites,
    )


def _uncut(graph: Graph, end: int) -> int:
    """The end of a segment, moved on until no copied rows are read behind it."""
    maker = {n.output.name: i for i, n in enumerate(graph.nodes)}
    read = [(maker[copies.name], i) for i, n in enumerate(graph.nodes) if (copies := copies_of(n))]
    while apart := [reader for made, reader in read if made < end <= reader]:
        end = max(apart) + 1
    return end


def _reads(node: Node) -> set[str]:
    return {t.name for t in node.activations}


def random_rewrites(graph: Graph, seed: int, tries: int = 6) -> tuple[Rewrite, ...]:
    """Rewrites that fit the graph, one after another; those that are refused are left out.

    Of every third seed in any order, of others what is copied or made by channels last.
    """
    rng = Random(seed)
    done: tuple[Rewrite, ...] = ()
    for number in range(tries + 3):
        new = apply_rewrites(graph, done)
        kinds = _MADE if number < tries else _CHANNELS
        rewrite = rng.choice((*_MADE, *_CHANNELS) if seed % 3 == 1 else kinds)(new, rng)
        if rewrite is None:
            continue
        try:
            apply_rewrites(graph, (*done, rewrite))
        except UsageError:
            continue
        done = (*done, rewrite)
    return done


_OPERATORS = (*VISION, OPERATORS["reduce"][0], OPERATORS["prelu"][0])


def wide_depthwise(s: Sketch, x: TensorRef) -> Outputs:
    """Depthwise 5 x 5 over images that have room for it, dilated or with strides."""
    if len(x.shape) != 4 or min(x.shape[1:3]) < 5:
        return None
    padding, stride = s.pick("SAME", "VALID"), s.int(1, 2)
    dilation = s.pick(1, 2) if padding == "SAME" and stride == 1 else 1
    weights, bias, scale = s.weights(x, (1, 5, 5, x.shape[3]), 3)
    height, width = (window_extent(e, 5, stride, dilation, padding) for e in x.shape[1:3])
    return s.op(
        "DEPTHWISE_CONV_2D",
        [x, weights] if bias is None else [x, weights, bias],
        (x.shape[0], height, width, x.shape[3]),
        (scale, s.zero_point()),
        padding=padding,
        stride_h=stride,
        stride_w=stride,
        dilation_h=dilation,
        dilation_w=dilation,
        depth_multiplier=1,
    )


def random_model(seed: int, steps: tuple[int, int]) -> bytes:
    """Image operators on an image that is large enough for tiles, or on any tensor."""
    rng = Random(seed)
    shape = (1, rng.randint(6, 16), rng.randint(6, 16), rng.choice((1, 3, 4)))
    image = shape if rng.random() < 0.7 else ()
    return make_graph((*_OPERATORS, wide_depthwise), rng.randint(*steps), seed, image)


def random_choice(graph: Graph, seed: int) -> Choice:
    """Rewrites, segments, and rows fed where the model has one input."""
    rng = Random(seed)
    sizes = tuple(rng.randint(1, 6) for _ in range(3))
    fed = len(graph.inputs) == 1 and rng.random() < 0.6
    return Choice(random_rewrites(graph, seed), sizes, fed)


def random_artifacts(seed: int, steps: tuple[int, int]) -> tuple[Artifact, Artifact, Choice]:
    """A random model layer by layer, and under a random choice (not fed where it cannot be)."""
    layers = tvm_tiny.build(random_model(seed, steps), optimize="speed")
    choice = random_choice(layers.compiled.graph, seed)
    try:
        return layers, rebuilt(layers, choice), choice
    except UsageError as error:
        if error.code != CANNOT_BE_FED:
            raise
    choice = replace(choice, row_fed=False)
    return layers, rebuilt(layers, choice), choice


def _patch(graph: Graph, rng: Random) -> Rewrite | None:
    """Layers up to a random one, as far back as nobody else reads what they make."""
    images = [n for n in graph.nodes if len(n.output.shape) == 4 and n.op != "patch"]
    if not images:
        return None
    # The longest of three, as most tensors are read at several places.
    last, chosen = max(
        ((n, _behind(graph, n, rng)) for n in rng.choices(images, k=3)), key=lambda c: len(c[1])
    )
    rows = last.output.rows
    divisors = [d for d in range(1, rows + 1) if rows % d == 0]
    return Rewrite(
        "patch",
        tuple(n.name for n in graph.nodes if n.name in chosen),
        rng.choice((1, 1, *divisors)),
        min(last.output.shape[2], rng.randint(1, 6)),
    )


def _behind(graph: Graph, last: Node, rng: Random) -> set[str]:
    """A layer, and some of those before it whose results nobody else reads."""
    chosen = {last.name}
    users = graph.consumers()
    results = {t.name for t in graph.outputs}
    for node in reversed(graph.nodes[: graph.nodes.index(last)]):
        readers = {u.name for u in users.get(node.output.name, ())}
        inner = readers and readers <= chosen and node.output.name not in results
        if inner and node.op != "patch" and len(node.output.shape) == 4 and rng.random() < 0.9:
            chosen.add(node.name)
    return chosen


def _again(graph: Graph, rng: Random) -> Rewrite | None:
    """A tensor of several readers made again, with some of what leads there, for the later ones."""
    users = graph.consumers()
    makers = {n.output.name: n for n in graph.nodes}
    several = [n for n in graph.nodes if len({u.name for u in users.get(n.output.name, ())}) > 1]
    if not several:
        return None
    node = rng.choice(several)
    chosen = [node]
    for _ in range(rng.randint(0, 3)):
        before = [makers[t.name] for n in chosen for t in n.activations if t.name in makers]
        chosen += [b for b in before if b not in chosen][:1]
    readers = sorted(
        {u.name for u in users[node.output.name]}, key=[n.name for n in graph.nodes].index
    )
    some = readers[rng.randint(1, len(readers) - 1) :]
    return Rewrite(
        "again",
        tuple(n.name for n in graph.nodes if n in chosen),
        readers=tuple(some),
    )


def _by_rows(graph: Graph, rng: Random) -> Rewrite | None:
    means = [n for n in graph.nodes if adds_up_by_rows(n)]
    return Rewrite("by_rows", (rng.choice(means).name,)) if means else None


def _carry(graph: Graph, rng: Random) -> Rewrite | None:
    able = [n.name for n in graph.nodes if not isinstance(carry_of(n), str)]
    return Rewrite("carry", (rng.choice(able),)) if able else None


def _channels(graph: Graph, rng: Random) -> Rewrite | None:
    heads = wide_heads(graph)
    return Rewrite("channels", rng.choice(heads)) if heads else None


def _groups(graph: Graph, rng: Random) -> Rewrite | None:
    """A convolution and what works on every channel alone behind it, in two to four groups."""
    users = graph.consumers()
    runs: list[list[Node]] = []
    for conv in graph.nodes:
        run = [conv]
        while len(readers := users.get(run[-1].output.name, [])) == 1:
            run.append(readers[0])
            if not isinstance(wide_of(graph, run), str):
                runs.append(list(run))
    if not runs:
        return None
    run = rng.choice(runs)
    channels = run[0].output.shape[3]
    cuts = sorted(rng.sample(range(1, channels), min(channels - 1, rng.randint(1, 3))))
    sizes = (b - a for a, b in pairwise([0, *cuts, channels]))
    return Rewrite("groups", tuple(n.name for n in run), groups=tuple(sizes))


_MADE = (_patch, _patch, _patch, _again, _by_rows)
_CHANNELS = (_carry, _channels, _groups, _groups)


def _whole(layers: Mapping[str, Array]) -> dict[str, Array]:
    """Layers made by blocks of channels (``head_part0of8`` to ``head_part7of8``) put together."""
    out: dict[str, Array] = {}
    parts: dict[tuple[str, int], dict[int, Array]] = {}
    for name, values in layers.items():
        if found := re.fullmatch(r"(.*)_part(\d+)of(\d+)", name):
            parts.setdefault((found[1], int(found[3])), {})[int(found[2])] = values
        else:
            out[name] = values
    for (name, count), found in parts.items():
        if len(found) == count:
            out[name] = np.concatenate([found[i] for i in range(count)], axis=-1)
    return out


def same_results(one: Artifact, other: Artifact, samples: int = 2) -> int:
    """Compare outputs, and every layer that both report whole, on the host; how many layers.

    Copies that only the plan of one of them makes (``carry``) have nothing to be compared with.
    """
    compared = 0
    own = {t.name for t in other.compiled.planned.tensors()}
    own -= {t.name for t in one.compiled.graph.tensors()}
    for sample in random_samples(one.spec.inputs, samples, 3):
        a, b = (x.run(sample, "host", layers=True) for x in (one, other))
        assert a.outputs.keys() == b.outputs.keys()
        for name in a.outputs:
            np.testing.assert_array_equal(a.outputs[name], b.outputs[name], name)
        for name, values in _whole(b.layers).items():
            if name in own and name.endswith("_kept"):
                continue
            first = name.split("_again")[0]
            if is_part(first):  # made more than once; of one that is never whole nothing is known
                np.testing.assert_array_equal(b.layers.get(first, values), values, name)
                continue
            known = a.layers[first]
            np.testing.assert_array_equal(known, values, name)
            compared += 1
    return compared


def kinds(rewrites: Sequence[Rewrite]) -> list[str]:
    return [r.kind for r in rewrites]

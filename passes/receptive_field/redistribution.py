# SPDX-License-Identifier: Apache-2.0
"""Receptive-field redistribution: the pass on float Relax, and the function on model files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tvm_tiny._tvm import IRModule
from tvm_tiny.errors import ModelError, Problem, UnsupportedError, UsageError
from tvm_tiny.frontends.loader import load
from tvm_tiny.graph import Graph
from tvm_tiny.passes.receptive_field.analysis import kernel_of
from tvm_tiny.passes.receptive_field.choose import Refusal, choose
from tvm_tiny.passes.receptive_field.edit import (
    CHANGEABLE,
    WindowChange,
    change_of,
    edited,
)
from tvm_tiny.passes.receptive_field.export import to_onnx
from tvm_tiny.passes.receptive_field.prepare import PrepareFloat
from tvm_tiny.passes.receptive_field.program import is_float
from tvm_tiny.passes.receptive_field.quantised_shape import quantised_graph
from tvm_tiny.passes.receptive_field.rewrite import apply_changes
from tvm_tiny.passes.receptive_field.stage import Stage, find_stages
from tvm_tiny.passes.receptive_field.summary import Summary, figures
from tvm_tiny.passes.tiny_pass import TinyPass

ATTRIBUTE = "tvm_tiny.receptive_field"
"""Function attribute with what a redistribution did: ``Summary.to_dict()`` as JSON."""
DEFAULT_BUDGET = 0.25
MAX_BUDGET = 8.0


@dataclass(frozen=True)
class RedistributeReceptiveField(TinyPass):
    """Shrink windows of the early, memory-bound stage; enlarge later ones by as much.

    before:  h = conv2d(x, w3x3, padding=1); ...; y = conv2d(g, v3x3, padding=1)
    after:   h = conv2d(x, w1x1, padding=0); ...; y = conv2d(g, v5x5, padding=2)

    The total receptive field is not smaller than before. Halos of the early stage are: patches
    recompute less, rings are shorter. Enlarged windows are filled with zeros, which changes no
    output; a tap that is cut goes to its nearest neighbour that stays, so the sum of every kernel
    stays. The network has to be fine-tuned afterwards.

    Takes float Relax with constant weights; batch normalisation and explicit zero padding are
    folded on the way (``PrepareFloat``). Convolutions of any group; NCHW or NHWC. Strides and
    dilations stay, a window is never smaller than its stride, padding follows the taps, so that
    every pixel stays where it was. ``main`` gets the attribute ``tvm_tiny.receptive_field``.

    Ref: Lin et al. 2021, MCUNetV2 (arXiv 2110.15352), section on receptive field redistribution.

    Attributes:
        stage: where the early stage ends: number of its layers with a window, name of its last
            layer, None: chosen by where memory peaks (``find_stages``).
        budget: multiply-accumulates and weights that the whole model may gain, each as a share.
        windows: layer -> (rows, columns) of its new window: nothing is chosen.
    """

    stage: int | str | None = None
    budget: float = DEFAULT_BUDGET
    windows: tuple[tuple[str, tuple[int, int]], ...] = ()

    def transform_module(self, mod: Any) -> Any:
        """Return the module with other windows.

        Raises:
            ModelError: TT1104, a quantised module.
            UnsupportedError: TT1301 nothing early can shrink, TT1302 nothing later can grow, or not
                within the budget, TT1203 operators that cannot be planned.
            UsageError: TT6050, a stage, budget or window that cannot be.
        """
        return self.apply(mod)[0]

    def apply(self, mod: Any) -> tuple[Any, Summary]:
        """The module and what was done."""
        if not 0 <= self.budget <= MAX_BUDGET:
            problem = Problem(f"budget={self.budget}", why=f"a share, 0 to {MAX_BUDGET:g}")
            raise UsageError("wrong budget", (problem,), "TT6050")
        module = PrepareFloat()(mod)
        if not is_float(module):
            problem = Problem("it has quantised values", do="give the float32 model")
            raise ModelError("the model is not a float model", (problem,), "TT1104")
        graph = quantised_graph(module)
        if self.windows:
            changes = _given(graph, dict(self.windows))
            stage = next(iter(find_stages(graph, self.stage)), None) or _everything(graph)
        else:
            stage, changes = decide(graph, self.stage, self.budget)
        summary = Summary(
            stage.layer,
            len(stage.nodes),
            self.budget,
            figures(graph, stage),
            figures(edited(graph, changes), stage),
            changes,
        )
        out = IRModule(dict(mod.functions.items()), attrs=mod.attrs)
        text = json.dumps(summary.to_dict(), sort_keys=True)
        out["main"] = apply_changes(module, changes)["main"].with_attr(ATTRIBUTE, text)
        return out, summary


@dataclass(frozen=True, eq=False)
class Redistributed:
    """A float model with its receptive field redistributed.

    Attributes:
        original: the model as it came, exported to ONNX (float32, NCHW convolutions).
        model: the same with other windows; same inputs and outputs, same names.
        changes: what changed, in the order of the model.
        summary: what that bought.
        module: ``model`` as Relax.
    """

    original: Any
    model: Any
    changes: tuple[WindowChange, ...]
    summary: Summary
    module: Any


def redistribute(
    model: Any,
    *,
    stage: int | str | None = None,
    budget: float = DEFAULT_BUDGET,
    windows: Mapping[str, tuple[int, int]] | None = None,
    shapes: Mapping[str, tuple[int, ...]] | None = None,
) -> Redistributed:
    """Redistribute the receptive field of a float model.

    Args:
        model: path or bytes of a float32 TFLite or ONNX file, an ``onnx.ModelProto``, or a float
            Relax module.
        stage: where the early stage ends; see ``RedistributeReceptiveField``.
        budget: work and weights that the model may gain, as a share.
        windows: layer -> new window, instead of choosing.
        shapes: static shapes for inputs with dynamic dimensions (ONNX).

    Raises:
        ModelError, UnsupportedError: not a float model that can be read (TT1001 to TT1203);
            TT1301, TT1302: nothing can be redistributed, with the reason.
        UsageError: TT6050.
    """
    loaded = load(model, shapes=shapes, floats=True)
    given = tuple(sorted((windows or {}).items()))
    step = RedistributeReceptiveField(stage, budget, given)
    module, summary = step.apply(loaded.module)
    return Redistributed(
        to_onnx(loaded.module, loaded.name),
        to_onnx(module, loaded.name),
        summary.changes,
        summary,
        module,
    )


def decide(
    graph: Graph, stage: int | str | None, budget: float
) -> tuple[Stage, tuple[WindowChange, ...]]:
    """The stage and the changes; of stages to choose from the first that gives any.

    Raises:
        UnsupportedError: TT1301, TT1302, with the reason for every stage that was tried.
        UsageError: TT6050.
    """
    stages = find_stages(graph, stage)
    refusals: list[Refusal] = []
    for candidate in stages:
        made = choose(graph, candidate, budget)
        if not isinstance(made, Refusal):
            return candidate, made
        refusals.append(made)
    if not refusals:
        why = "no layer leaves a single feature map behind which windows follow"
        refusals = [Refusal("TT1302", "", why)]
    message = {
        "TT1301": "no early convolution can see less",
        "TT1302": "no later convolution can see more",
    }[refusals[0].code]
    do = "give another stage, or a larger budget" if stages else ""
    problems = tuple(
        Problem("cannot be redistributed", f"stage up to '{r.layer.split(';')[0]}'", r.why, do)
        for r in refusals[:6]
    )
    raise UnsupportedError(f"the receptive field stays: {message}", problems, refusals[0].code)


def _given(graph: Graph, windows: Mapping[str, tuple[int, int]]) -> tuple[WindowChange, ...]:
    """Changes that the caller asked for."""
    changes: list[WindowChange] = []
    problems: list[Problem] = []
    left = dict(windows)
    for node in (n for n in graph.nodes if n.op in CHANGEABLE):
        for name in (node.layer, node.layer.split(";")[0], node.name):
            kernel = left.pop(name, None)
            if kernel is None:
                continue
            made = change_of(node, kernel)
            if kernel == kernel_of(node):
                continue  # it has this window already
            if isinstance(made, str):
                problems.append(Problem(f"no window of {kernel}", f"layer '{name}'", made))
            else:
                changes.append(made)
    problems += [Problem("there is no such layer", f"layer '{name}'") for name in left]
    if problems:
        raise UsageError("these windows cannot be", tuple(problems), "TT6050")
    return tuple(changes)


def _everything(graph: Graph) -> Stage:
    """All layers, for figures of a model without a stage."""
    names = tuple(n.name for n in graph.nodes)
    return Stage(0, len(names), names, graph.nodes[-1].layer, 0, 0)

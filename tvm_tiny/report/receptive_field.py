# SPDX-License-Identifier: Apache-2.0
"""``receptive_field``: what every layer sees of the input, and what halos cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from tvm_tiny.errors import UnsupportedError
from tvm_tiny.frontends.loader import LoadedModel
from tvm_tiny.frontends.loader import load as load_model
from tvm_tiny.graph import Graph
from tvm_tiny.passes.decision.memory_plan import MemoryPlan
from tvm_tiny.passes.plan.on_module import attached_plan
from tvm_tiny.passes.receptive_field.analysis import FieldAnalysis, LayerField, Pair, analyse
from tvm_tiny.passes.receptive_field.plans import PlanOverhead, plan_overhead
from tvm_tiny.passes.receptive_field.prepare import PrepareFloat
from tvm_tiny.passes.receptive_field.program import is_float
from tvm_tiny.passes.receptive_field.quantised_shape import quantised_graph
from tvm_tiny.passes.receptive_field.stage import Stage, find_stages
from tvm_tiny.passes.receptive_field.summary import EarlyStage, figures
from tvm_tiny.pipeline import integer_graph, is_integer
from tvm_tiny.result import Built

_MOST_STAGES = 8
_BORDERS = ("quantize", "dequantize")


@dataclass(frozen=True)
class StageFigures:
    """An early stage and what running it as patches or as a stream costs.

    Attributes:
        layer: where it ends.
        nodes: its nodes in the integer graph.
        shape: of its result.
        peak_bytes: activations at the model's fullest layer, layer by layer.
        rest_bytes: the same of the layers behind the stage.
        figures: halos, recomputed work, rings.
    """

    layer: str
    nodes: tuple[str, ...]
    shape: tuple[int, ...]
    peak_bytes: int
    rest_bytes: int
    figures: EarlyStage


@dataclass(frozen=True)
class ReceptiveField:
    """Receptive fields of a model.

    Attributes:
        name: of the model.
        floats: it is a float model; bytes are those of its int8 form.
        image: extent of its input (rows, columns).
        total: receptive field of what its results are made of, before a global pool.
        layers: one entry a layer.
        stages: early stages, the shortest first.
        chosen: which of them memory speaks for, -1: there is none.
        plan: what the plan costs that a module or a build came with, None without one.
    """

    name: str
    floats: bool
    image: Pair
    total: Pair
    layers: tuple[LayerField, ...]
    stages: tuple[StageFigures, ...]
    chosen: int
    plan: PlanOverhead | None = None

    @property
    def stage(self) -> StageFigures | None:
        """The early stage that memory speaks for."""
        return self.stages[self.chosen] if self.chosen >= 0 else None

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self)


def receptive_field(
    model: Any,
    *,
    stage: int | str | None = None,
    shapes: Mapping[str, tuple[int, ...]] | None = None,
) -> ReceptiveField:
    """Analyse receptive fields.

    Args:
        model: what ``build`` takes (int8 TFLite, QDQ ONNX, path, bytes, Relax, a module of integer
            operators, what ``load`` returned), or a float32 model of any of these forms. What
            ``build`` returned, or a module with a plan (``PatchInference``, ``StreamRows``):
            with what that plan costs.
        stage: the only early stage to look at: number of layers with a window, or name of its last
            layer. None: the stages that memory suggests.
        shapes: static shapes for inputs with dynamic dimensions (ONNX).

    Raises:
        ModelError, UnsupportedError: the model cannot be read or planned, with every reason.
        UsageError: TT6050, there is no such stage.
    """
    name, graph, floats, plan = graph_of(model, shapes)
    found = analyse(graph)
    best = find_stages(graph, stage)[:_MOST_STAGES]
    ordered = sorted(best, key=lambda s: s.end)
    hidden = _BORDERS if floats else ()  # of a float model they are made up
    return ReceptiveField(
        name=name,
        floats=floats,
        image=_image(graph, found),
        total=found.total,
        layers=tuple(v for v in found.layers if v.op not in hidden),
        stages=tuple(_figures(graph, s) for s in ordered),
        chosen=ordered.index(best[0]) if best else -1,
        plan=plan_overhead(graph, plan) if plan else None,
    )


def graph_of(
    model: Any, shapes: Mapping[str, tuple[int, ...]] | None
) -> tuple[str, Graph, bool, MemoryPlan | None]:
    """(name, integer graph, whether the model is a float one, the plan that it came with)."""
    if isinstance(model, Built):
        compiled = model.compiled
        return model.loaded.name, compiled.graph, False, compiled.plan
    loaded = model if isinstance(model, LoadedModel) else _loaded(model, shapes)
    module = loaded.module
    if is_float(module) and not is_integer(module):
        return loaded.name, quantised_graph(PrepareFloat()(module)), True, None
    return loaded.name, integer_graph(module), False, attached_plan(module)


def _loaded(model: Any, shapes: Mapping[str, tuple[int, ...]] | None) -> LoadedModel:
    """A quantised model, or else a float one."""
    try:
        return load_model(model, shapes=shapes)
    except UnsupportedError as error:
        if error.code != "TT1102":
            raise
        return load_model(model, shapes=shapes, floats=True)


def _image(graph: Graph, found: FieldAnalysis) -> Pair:
    """Rows and columns of the first input, whatever its order; of a signal its steps."""
    tensor = graph.inputs[0]
    dims = (f.dim for f in found.fields[tensor.name])
    height, width = (tensor.shape[d] if d >= 0 else 1 for d in dims)
    return height, width


def _figures(graph: Graph, stage: Stage) -> StageFigures:
    last = next(n for n in graph.nodes if n.name == stage.nodes[-1])
    return StageFigures(
        stage.layer,
        stage.nodes,
        last.output.shown_shape,
        stage.peak_bytes,
        stage.rest_bytes,
        figures(graph, stage),
    )

# SPDX-License-Identifier: Apache-2.0
"""``build_training``: from a quantised model to C that also learns."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from tvm_tiny.emit.sources import emit
from tvm_tiny.errors import DoesNotFitError, Problem, UsageError
from tvm_tiny.frontends.loader import LoadedModel
from tvm_tiny.frontends.loader import load as load_model
from tvm_tiny.graph import Graph
from tvm_tiny.names import c_identifier
from tvm_tiny.ondevice.artifact import TrainingArtifact
from tvm_tiny.ondevice.contribution import choose
from tvm_tiny.operators.macs import total_macs
from tvm_tiny.passes.backward.arithmetic import TrainingArithmetic
from tvm_tiny.passes.backward.build import LOSSES, Training, backward
from tvm_tiny.passes.backward.scheme import Scheme, trained_layers, weighted_layers
from tvm_tiny.passes.channels.dead_channels import FoldDeadChannels
from tvm_tiny.passes.decision.memory_plan import MemoryPlan
from tvm_tiny.passes.extract import extract
from tvm_tiny.passes.layout.turn_rows import TurnRows
from tvm_tiny.passes.plan.follow_rows import planned_graph
from tvm_tiny.passes.plan.objective import OBJECTIVES, Objective, choose_plan
from tvm_tiny.passes.plan.plan_memory import plan_memory
from tvm_tiny.passes.simplify.fold_zero_points import FoldZeroPoints
from tvm_tiny.passes.simplify.trim_windows import TrimWindows
from tvm_tiny.pipeline import passes_for, settle
from tvm_tiny.result import BuildOptions, Compiled, parse_size
from tvm_tiny.schedules.apply import schedule_kernels
from tvm_tiny.targets import Core, load_core
from tvm_tiny.toolchain.build import CompilerKind

_log = logging.getLogger(__name__)
_GRADIENTS = ("int8", "int16")
_WEIGHT_BITS = (0, 4, 8)
_MOST_MOMENTUM, _ACCUMULATE, _MOST_RECOMPUTE = 0.999, range(1, 1025), 16


def build_training(
    mod: Any,
    target: str = "cortex-m7",
    *,
    scheme: Scheme = "last",
    data: tuple[Any, Any] | None = None,
    bias: int = 0,
    loss: str = "cross_entropy",
    rate: float = 1e-3,
    gradients: str = "int16",
    weight_bits: int = 0,
    momentum: float = 0.0,
    accumulate: int = 1,
    seed: int = 1,
    ram: int | str | None = None,
    optimize: str = "speed",
    row_fed: bool = False,
    recompute: float = 0.0,
    name: str | None = None,
    shapes: Mapping[str, tuple[int, ...]] | None = None,
    compiler: CompilerKind = "auto",
    opt: str = "-O2",
) -> TrainingArtifact:
    """Compile a quantised model to C that runs it and trains it, with integers only.

    Args:
        mod: as for ``build``.
        target: core name.
        scheme: what is trained: ``last`` (the last layer), ``bias:N`` (biases of the last N
            layers, and the last one's weights), ``full``, or layer names with 1 (weights and
            bias), 0 (the bias) or the share of input channels between; ``auto``: what contributes
            most to learning ``data`` within ``ram``.
        data: for ``auto``: samples and classes of what is to be learned, at least twelve.
        bias: train the biases of the last so many layers as well.
        loss: ``cross_entropy`` (of the logits before a softmax; the label is a class) or ``mse``
            (the target is of the output's type).
        rate: learning rate of the real-valued parameters; stochastic gradient descent, one
            sample a step. ``<model>_set_rate`` changes it.
        gradients: ``int8`` or ``int16``.
        weight_bits: bits of trained weights besides the eight: 0, 4 or 8.
        momentum: share of a parameter's last move that the next one keeps, 0 to below 1.
        accumulate: samples (1 to 1024) whose gradients are averaged for one move. Both need a
            velocity in the arena: two bytes a weight, four a bias.
        seed: of the random bits of roundings.
        ram: limit for all RAM of a step, arena and stack; bytes or ``"64K"``. A plan that misses
            it gives way to the fastest that fits: layers of both parts then run as streams.
        optimize: ``speed``: layer by layer; ``flash``: the same with kernels of less code; ``ram``:
            the least arena; ``balanced``: see ``build``.
        row_fed: the caller hands in the rows of the input (``<model>_push_rows``) as they arrive,
            then ``<model>_learn``; the input need never be in memory whole.
        recompute: multiply-accumulates that a plan may add to make results again instead of
            keeping them, as a share of the step's, where that saves RAM (``optimize="ram"``, or
            for ``ram``).
        name: C prefix of the generated code.
        shapes: static shapes for dynamic inputs.
        compiler: C compiler for measuring.
        opt: its optimisation flag.

    Raises:
        ModelError, UnsupportedError, UsageError: as the names say, with every problem found.
        DoesNotFitError: the limit is missed.
    """
    how = TrainingArithmetic(gradients, weight_bits, rate, seed, momentum, accumulate, row_fed)
    _check(how, loss, bias, recompute)
    if optimize not in OBJECTIVES:
        problem = Problem(f"optimize='{optimize}'", do=f"one of {', '.join(OBJECTIVES)}")
        raise UsageError("this cannot be trained", (problem,), "TT6011")
    limit, core = parse_size(ram, "ram"), load_core(target)
    options = BuildOptions(
        core.name, limit, optimize=optimize, row_fed=row_fed, compiler=compiler, opt=opt
    )
    loaded = mod if isinstance(mod, LoadedModel) else load_model(mod, shapes=shapes)
    prefix = c_identifier((name or loaded.name).lower())
    module, graph = _integer_graph(loaded, row_fed)
    job = _Job(loaded, module, graph, core, options, how, loss, bias, recompute, prefix)
    if scheme != "auto":
        return job.build(scheme, limit)
    if data is None or loss != "cross_entropy":
        problem = Problem("scheme='auto'", do="give data=(samples, classes), loss='cross_entropy'")
        raise UsageError("a scheme cannot be chosen", (problem,), "TT6074")
    layers = [n.layer for n in weighted_layers(graph)]
    return choose(lambda s, limited: job.build(s, limit if limited else None), layers, data)


@dataclass(frozen=True, eq=False)
class _Job:
    """What builds of all schemes have in common."""

    loaded: LoadedModel
    module: Any
    graph: Graph
    core: Core
    options: BuildOptions
    how: TrainingArithmetic
    loss: str
    bias: int
    recompute: float
    prefix: str

    def build(self, scheme: Scheme, limit: int | None) -> TrainingArtifact:
        """Build a scheme within a limit for all RAM of a step."""
        graph, row_fed, optimize = self.graph, self.how.row_fed, self.options.optimize
        trained = trained_layers(graph, scheme, self.bias)

        def make(objective: Objective, flat: bool) -> TrainingArtifact:
            training = backward(graph, trained, self.loss, replace(self.how, flat=flat))
            known = (self.module, training, self.core, self.prefix, self.loaded.sha256)
            compiled = _compiled(*known, total_macs(graph), objective)
            return TrainingArtifact(self.loaded, self.options, compiled, training)

        layers = optimize in _LAYER_BY_LAYER and not row_fed
        artifact = make(Objective(optimize, None, row_fed, self.recompute), layers)
        for _ in range(_ATTEMPTS if limit is not None else 0):
            if limit is None or artifact.ram_bytes <= limit:
                break
            # What the stack takes is known once there is code: another plan may need more of it.
            spare = max(0, limit - (artifact.stack_bytes or 0) - _STACK_MARGIN_BYTES)
            artifact = make(Objective(optimize, spare, row_fed, self.recompute), False)
        if limit is not None and artifact.ram_bytes > limit:
            raise _misses(artifact, limit)
        return artifact


_LAYER_BY_LAYER = ("speed", "flash")
_FASTEST_ROWS = Objective("speed", row_fed=True)
_ATTEMPTS, _STACK_MARGIN_BYTES = 2, 64
"""Plans to look at for a limit, and what streaming may add to the stack."""


def _misses(artifact: TrainingArtifact, limit_bytes: int) -> DoesNotFitError:
    plan = artifact.compiled.plan
    what = (f"needs {artifact.ram_bytes:,} B RAM (arena {plan.arena_bytes:,}, stack"
            f" {artifact.stack_bytes or 0:,}), the limit is {limit_bytes:,} B")  # fmt: skip
    kinds = ", ".join(f"{k} {n:,}" for k, n in artifact.memory.by_kind().items())
    do = "train fewer layers or smaller shares, or use a smaller input"
    problem = Problem(what, f"peak at layer '{plan.peak_node}'", f"of the arena: {kinds}", do)
    return DoesNotFitError("training does not fit", (problem,))


def _compiled(
    module: Any, training: Training, core: Core, prefix: str, sha256: str, macs: int,
    objective: Objective,
) -> Compiled:  # fmt: skip
    """Schedule, plan and emit a training graph."""
    learning = training.graph
    small = objective.optimize == "flash"
    scheduler = partial(schedule_kernels, core=core, optimize="flash" if small else "speed")
    if small and objective.arena_bytes is None:
        objective = replace(objective, optimize="speed")
    schedules = scheduler(learning)

    def decide(scratch: Mapping[str, int]) -> MemoryPlan:
        plan = choose_plan(learning, schedules, core, objective, scratch)
        if _begins_a_segment(plan, training):
            return plan
        if objective.row_fed:
            return choose_plan(learning, schedules, core, _FASTEST_ROWS, scratch)
        return plan_memory(learning, scratch)

    plan, settled = settle(learning, schedules, decide, scheduler)
    planned = planned_graph(plan, learning)
    emitted = emit(
        planned, plan, settled, model=prefix, core=core, model_sha256=sha256, training=training
    )
    return Compiled(module, learning, planned, settled, plan, emitted, macs)


def _begins_a_segment(plan: MemoryPlan, training: Training) -> bool:
    """Whether inference and learning are apart: a run must not begin a step."""
    for segment in plan.segments:
        if training.begin in segment.nodes:
            return segment.nodes[0] == training.begin
    return False


def integer_graph(loaded: LoadedModel) -> Graph:
    """The graph whose layers schemes are about."""
    return _integer_graph(loaded, False)[1]


def _integer_graph(loaded: LoadedModel, row_fed: bool) -> tuple[Any, Graph]:
    """The integer graph, without passes that make more of constants than training may change."""
    module = loaded.module
    for step, effect in passes_for(module):
        if not isinstance(step, FoldDeadChannels | FoldZeroPoints | TrimWindows):
            _log.debug("%s", effect)
            module = step(module)
    if row_fed:
        module = TurnRows()(module)
    return module, extract(module)


def _check(how: TrainingArithmetic, loss: str, bias: int, recompute: float) -> None:
    """Raise UsageError TT6071 with all that is wrong."""
    checks = (
        (loss in LOSSES, f"loss='{loss}'", f"one of {', '.join(LOSSES)}"),
        (0 < how.rate < 1024, f"rate={how.rate}", "above 0 and below 1024"),
        (how.gradients in _GRADIENTS, f"gradients='{how.gradients}'", "int8 or int16"),
        (how.weight_bits in _WEIGHT_BITS, f"weight_bits={how.weight_bits}", "0, 4 or 8"),
        (0 <= how.momentum <= _MOST_MOMENTUM, f"momentum={how.momentum}", f"0 to {_MOST_MOMENTUM}"),
        (how.accumulate in _ACCUMULATE, f"accumulate={how.accumulate}", "1 to 1024"),
        (bias >= 0, f"bias={bias}", "0, or how many of the last layers"),
        (0 <= recompute <= _MOST_RECOMPUTE, f"recompute={recompute}", f"0 to {_MOST_RECOMPUTE}"),
        (0 <= how.seed < 1 << 31, f"seed={how.seed}", "0 to 2^31 - 1"),
    )
    problems = tuple(Problem(what, do=do) for right, what, do in checks if not right)
    if problems:
        raise UsageError("this cannot be trained", problems, "TT6071")

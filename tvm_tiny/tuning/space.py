# SPDX-License-Identifier: Apache-2.0
"""What can be chosen for a row kernel: a rule, and values of its knobs.

MetaSchedule sees one design space for each rule that accepts a node: a schedule whose trace samples
every knob (``sample_categorical``) and writes the choice on the root block. A database thus keeps
decisions, never code; ``realise`` turns them into a kernel with the rules of today.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tvm_tiny._tvm import IRModule, Schedule
from tvm_tiny.graph import Node
from tvm_tiny.operators.base import lookup
from tvm_tiny.schedules import default_rules, tuning_rules
from tvm_tiny.schedules.rule import Declined, Scheduled, apply_first
from tvm_tiny.targets import Core

_PREFIX = "tvm_tiny."
RULE = "tvm_tiny.rule"

SPACE_VERSION = 1
"""Goes up when names of rules or knobs come to mean something else."""


@dataclass(frozen=True)
class Choice:
    """A point of the space.

    Attributes:
        rule: name of the rule.
        knobs: (name, value), sorted; what is missing is the rule's own choice.
    """

    rule: str
    knobs: tuple[tuple[str, int], ...] = ()

    def __str__(self) -> str:
        """For reports: ``dsp-matrix unroll=2``."""
        return " ".join([self.rule, *(f"{k}={v}" for k, v in self.knobs)])


def realise(choice: Choice, node: Node, core: Core) -> Scheduled | Declined:
    """Schedule a node's row kernel as chosen; declines where the rule does, or is no more."""
    for rule in tuning_rules(core):
        if rule.name != choice.rule:
            continue
        knobs = dict(choice.knobs)
        allowed = rule.knobs(node)
        for name, value in knobs.items():
            if value not in allowed.get(name, ()):
                return Declined(rule.name, f"no {name}={value} for this kernel")
        func = lookup(node.op).kernel(node)
        got = rule.wrong_type(node) or rule.configured(knobs).apply(func, node, core)
        return replace(got, origin="tuned") if isinstance(got, Scheduled) else got
    return Declined(choice.rule, "no such rule")


def default_choice(node: Node, core: Core) -> Choice:
    """What the rules choose by themselves."""
    made = apply_first(default_rules(core), lookup(node.op).kernel(node), node, core)
    rule = next(r for r in tuning_rules(core) if r.name == made.rule)
    return Choice(rule.name, _first(rule.knobs(node)))


def _first(knobs: Mapping[str, Sequence[int]]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted((name, values[0]) for name, values in knobs.items()))


@dataclass(frozen=True)
class ScheduleSpace:
    """Everything that can be chosen for a node.

    Attributes:
        rules: (rule, knobs) that accept the node.
        default: what is chosen without tuning.
    """

    rules: tuple[tuple[str, Mapping[str, tuple[int, ...]]], ...]
    default: Choice

    @property
    def size(self) -> int:
        """How many candidates there are."""
        total = 0
        for _, knobs in self.rules:
            count = 1
            for values in knobs.values():
                count *= len(values)
            total += count
        return total


def make_space(node: Node, core: Core) -> ScheduleSpace:
    """Ask every rule."""
    func = lookup(node.op).kernel(node)
    found = [
        (rule.name, rule.knobs(node))
        for rule in tuning_rules(core)
        if not rule.wrong_type(node) and isinstance(rule.apply(func, node, core), Scheduled)
    ]
    return ScheduleSpace(tuple(found), default_choice(node, core))


def design_spaces(space: ScheduleSpace) -> Callable[[Any], list[Any]]:
    """For MetaSchedule's ``ScheduleFn``: a schedule of a workload to one for each rule."""

    def make(schedule: Any) -> list[Any]:
        return [_sampled(schedule.copy(), rule, knobs, None) for rule, knobs in space.rules]

    return make


def chosen_schedule(space: ScheduleSpace, module: Any, choice: Choice) -> Any:
    """The schedule with these decisions."""
    knobs = next(k for name, k in space.rules if name == choice.rule)
    schedule = Schedule(module, seed=1, debug_mask="none")
    return _sampled(schedule, choice.rule, knobs, dict(choice.knobs))


def _sampled(
    schedule: Any,
    rule: str,
    knobs: Mapping[str, tuple[int, ...]],
    decided: Mapping[str, int] | None,
) -> Any:
    root = schedule.get_sblock("root")
    schedule.annotate(root, RULE, rule)
    for name, values in sorted(knobs.items()):
        decision = None if decided is None else values.index(decided[name])
        uniform = [1.0 / len(values)] * len(values)
        value = schedule.sample_categorical(list(values), uniform, decision=decision)
        schedule.annotate(root, _PREFIX + name, value)
    return schedule


def choice_of(module: Any) -> tuple[Choice, Any]:
    """What a candidate's module says, and the workload it is a candidate for."""
    schedule = Schedule(IRModule(module.functions), debug_mask="none")
    root = schedule.get_sblock("root")
    found = {str(k): v for k, v in schedule.get(root).annotations.items()}
    for name in found:
        schedule.unannotate(root, name)
    rule = str(found.pop(RULE))
    knobs = ((k.removeprefix(_PREFIX), int(v)) for k, v in found.items() if k.startswith(_PREFIX))
    return Choice(rule, tuple(sorted(knobs))), schedule.mod

# SPDX-License-Identifier: Apache-2.0
"""Schedule rules: dlight's idiom, with an answer to "why not".

A rule looks at a row kernel and either returns a scheduled one or declines with a reason. The
first rule that accepts wins; what the others said goes into the report.

A rule may do more than reorder loops. ``Scheduled`` says what else the kernel needs, the planner
and the emitter provide it, and the parameters of ``func`` follow from it (``operators/call.py``).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy.typing as npt

from tvm_tiny._tvm import pointer_parameters
from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.graph import Node, Tensor
from tvm_tiny.operators.base import lookup
from tvm_tiny.operators.call import Role, kernel_parameters
from tvm_tiny.targets import Core


@dataclass(frozen=True)
class Declined:
    """Why a rule did not take a kernel."""

    rule: str
    reason: str


@dataclass(frozen=True, eq=False)
class Scheduled:
    """A scheduled row kernel.

    Attributes:
        func: the scheduled s_tir PrimFunc; its parameters are described above.
        rule: name of the rule that made it.
        why: what it chose and why, for the report.
        declined: the rules tried before.
        constants: role -> tensor with data, in the order of the parameters, instead of the node's
            constant operands (weights in another layout, biases with the zero point folded in,
            merged tables). Roles ``multiplier``, ``shift`` and ``table`` count as tables in the
            report, all others as weights. None: the node's own. The names are C identifiers that
            no other tensor has, best ``<node>_<role>``; arrays are aligned to 4 bytes.
        scratch_bytes: workspace, aligned to 4 bytes, contents lost between two calls.
        headers: C headers of ``crt_project/include`` that ``func`` calls, besides
            ``tvm_tiny_kernels.h``.
        two_rows: a PrimFunc that makes two neighbouring rows: the same parameters, one more row's
            offset under the windows, a row of outputs twice as long (``operators/two_rows.py``).
            It reads all of a channel before it writes any of it, or there is the next as well.
        two_rows_falling: the same for rows that fall, last element first, where ``two_rows`` goes
            first element first; a pixel is read before it is written.
        rules: those it was chosen from, best first (``rule_of_part``).
        origin: ``rule`` (the first that accepts), ``tuned`` (from a tuning database), or
            ``fallback`` (the last rule, as all others declined).
    """

    func: Any
    rule: str
    why: str
    declined: tuple[Declined, ...] = ()
    constants: Mapping[str, Tensor] | None = None
    scratch_bytes: int = 0
    headers: tuple[str, ...] = ()
    origin: str = "rule"
    two_rows: Any | None = None
    two_rows_falling: Any | None = None
    rules: tuple[ScheduleRule, ...] = ()


class ScheduleRule(ABC):
    """One way of scheduling row kernels."""

    name: ClassVar[str]
    element_types: ClassVar[frozenset[str]] = frozenset({"int8", "float32"})
    """Types of activations and results that the rule knows; others are declined for it."""

    def wrong_type(self, node: Node) -> Declined | None:
        """Declines a node with elements of a type that the rule does not know."""
        found = {t.dtype for t in (*node.activations, node.output)} - self.element_types
        return Declined(self.name, f"{' and '.join(sorted(found))} elements") if found else None

    @abstractmethod
    def apply(self, func: Any, node: Node, core: Core) -> Scheduled | Declined:
        """Schedule ``func``, the row kernel of ``node``, for ``core``; or decline.

        A kernel's result is the same as that of ``func``, to the bit, for all operands.
        """

    def declines(self, node: Node, core: Core) -> str | None:
        """Why the rule is not for a node by its shapes; "": it may be; None: ``apply`` knows.

        For estimates of parts of a layer, of which nothing is scheduled.
        """
        del node, core
        return None

    def knobs(self, node: Node) -> Mapping[str, tuple[int, ...]]:
        """What tuning may choose for a node: knob to its values, the rule's own choice first."""
        del node
        return {}

    def configured(self, knobs: Mapping[str, int]) -> ScheduleRule:
        """The same rule with other values of its knobs."""
        return type(self)(**knobs)


class Written(ScheduleRule):
    """A rule that writes a kernel anew: the one that came is replaced, not transformed."""

    @abstractmethod
    def _declines(self, node: Node, core: Core) -> str:
        """Why the rule is not for a node; "" where it may be."""

    @abstractmethod
    def _written(self, node: Node) -> Scheduled | str:
        """The kernel, or why its constants cannot be prepared."""

    def declines(self, node: Node, core: Core) -> str | None:
        """See ``ScheduleRule.declines``."""
        return self._declines(node, core)

    def apply(self, func: Any, node: Node, core: Core) -> Scheduled | Declined:
        """See ``ScheduleRule.apply``."""
        del func
        made = self._declines(node, core) or self._written(node)
        return Declined(self.name, made) if isinstance(made, str) else made


def packed_tensors(node: Node, **arrays: tuple[str, npt.NDArray[Any]]) -> dict[str, Tensor]:
    """Constants by role, from (ending of the name, contents)."""
    return {
        role: Tensor(f"{node.name}_{ending}", array.shape, str(array.dtype), data=array)
        for role, (ending, array) in arrays.items()
    }


def check_rule(rule: Any) -> ScheduleRule:
    """The rule; UsageError TT6021 for what is none."""
    if not isinstance(rule, ScheduleRule):
        do = "derive a class from schedules.ScheduleRule and give an instance of it"
        problem = Problem(f"{rule!r} is no schedule rule", do=do)
        raise UsageError("the rule cannot be used", (problem,), "TT6021")
    return rule


def _wrong_rule(rule: ScheduleRule, node: Node, what: str) -> UsageError:
    problem = Problem(what, f"layer '{node.layer}', rule '{rule.name}'")
    return UsageError("the rule cannot be used", (problem,), "TT6021")


def _checked(rule: ScheduleRule, got: Any, node: Node) -> Scheduled | Declined:
    """What a rule answered, if it is an answer and its kernel can be called."""
    if isinstance(got, Declined):
        return got
    if not isinstance(got, Scheduled):
        raise _wrong_rule(rule, node, f"it answers {got!r}, neither Scheduled nor Declined")
    size = max(got.scratch_bytes, lookup(node.op).state_bytes(node))
    wanted = [p.role is not Role.SCALAR for p in kernel_parameters(node, got.constants, size)]
    given = pointer_parameters(got.func)
    if given != wanted:
        words = [" ".join("pointer" if p else "scalar" for p in ps) for ps in (given, wanted)]
        what = f"its kernel has the parameters {words[0]}; called with {words[1]}"
        raise _wrong_rule(rule, node, f"{what} (operators/call.py)")
    return replace(got, scratch_bytes=size)


def apply_first(rules: Sequence[ScheduleRule], func: Any, node: Node, core: Core) -> Scheduled:
    """Apply the first rule that accepts; the last rule must accept everything.

    Raises:
        UsageError: TT6021, a rule's answer is none, or a kernel that cannot be called.
    """
    declined: list[Declined] = []
    for rule in rules:
        got = _checked(rule, rule.wrong_type(node) or rule.apply(func, node, core), node)
        if isinstance(got, Scheduled):
            origin = "fallback" if declined and rule is rules[-1] else "rule"
            return replace(got, origin=origin, declined=tuple(declined), rules=tuple(rules))
        declined.append(got)
    raise LookupError(f"no schedule rule accepts {node.op} ({node.layer})")


def rule_of_part(scheduled: Scheduled, whole: Node, part: Node, core: Core) -> str:
    """Name of the rule that takes some columns of a layer, from shapes: nothing is scheduled.

    The constants are the layer's own: a rule that declined the layer for these does so again, and
    one that knows nothing from shapes takes the part if it took the layer.

    Args:
        scheduled: how the layer is.
        whole: the layer.
        part: the same with fewer columns.
        core: the target core.
    """
    tried = {d.rule for d in scheduled.declined}
    for rule in scheduled.rules:
        why = rule.declines(part, core)
        if why or rule.wrong_type(part):
            continue
        taken = rule.name == scheduled.rule
        constants = rule.name in tried and rule.declines(whole, core) == ""
        if taken or (why is not None and not constants):
            return rule.name
    return scheduled.rule


def constants_of(node: Node, scheduled: Scheduled) -> dict[str, Tensor]:
    """Role -> constant that a node's kernel reads; without replacement its own, by operand name."""
    if scheduled.constants is not None:
        return dict(scheduled.constants)
    names = lookup(node.op).operand_names
    found = [(min(i, len(names) - 1), t) for i, t in enumerate(node.operands) if t.data is not None]
    repeated = len({i for i, _ in found}) < len(found)
    return {f"{names[i]}{k if repeated else ''}": t for k, (i, t) in enumerate(found)}


def read_pointers(node: Node, scheduled: Scheduled) -> frozenset[int]:
    """Which of the kernel's parameters are pointers it only reads."""
    parameters = kernel_parameters(node, scheduled.constants, scheduled.scratch_bytes)
    return frozenset(at for at, p in enumerate(parameters) if p.read_only)

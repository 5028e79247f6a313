# SPDX-License-Identifier: Apache-2.0
"""Schedule rules: dlight's idiom, with an answer to "why not".

A rule looks at a row kernel and either returns a scheduled one or declines with a reason. The
first rule that accepts wins; what the others said goes into the report.

A rule may do more than reorder loops. ``Scheduled`` says what else the kernel needs, the planner
and the emitter provide it, and the parameters of ``func`` follow from it, in this order:

* ``constants`` is None: every operand as the operator's row kernel has it.
* ``constants`` given: the operands computed at run time (in operand order, each as
  ``Operator.access`` says), then ``T *c`` for each constant, whole and in C order.
* ``T *scratch``, if ``scratch_bytes`` is not 0: the kernel's workspace in the arena.
* ``T *y`` and the operator's ``int32_t`` scalars, as ever.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from tvm_tiny.graph import Node, Tensor
from tvm_tiny.operators.base import Access, lookup


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


class ScheduleRule(ABC):
    """One way of scheduling row kernels."""

    name: ClassVar[str]

    @abstractmethod
    def apply(self, func: Any, node: Node, core: str) -> Scheduled | Declined:
        """Schedule ``func``, the row kernel of ``node``, for ``core``; or decline.

        A kernel's result is the same as that of ``func``, to the bit, for all operands.
        """

    def knobs(self, node: Node) -> Mapping[str, tuple[int, ...]]:
        """What tuning may choose for a node: knob to its values, the rule's own choice first."""
        del node
        return {}

    def configured(self, knobs: Mapping[str, int]) -> ScheduleRule:
        """The same rule with other values of its knobs."""
        return type(self)(**knobs)


def apply_first(rules: Sequence[ScheduleRule], func: Any, node: Node, core: str) -> Scheduled:
    """Apply the first rule that accepts; the last rule must accept everything."""
    declined: list[Declined] = []
    for rule in rules:
        got = rule.apply(func, node, core)
        if isinstance(got, Scheduled):
            origin = "fallback" if declined and rule is rules[-1] else "rule"
            size = max(got.scratch_bytes, lookup(node.op).state_bytes(node))
            return replace(got, declined=tuple(declined), origin=origin, scratch_bytes=size)
        declined.append(got)
    raise LookupError(f"no schedule rule accepts {node.op} ({node.layer})")


def constants_of(node: Node, scheduled: Scheduled) -> dict[str, Tensor]:
    """Role -> constant that a node's kernel reads; without replacement its own, by operand name."""
    if scheduled.constants is not None:
        return dict(scheduled.constants)
    names = lookup(node.op).operand_names
    found = [(min(i, len(names) - 1), t) for i, t in enumerate(node.operands) if t.data is not None]
    repeated = len({i for i, _ in found}) < len(found)
    return {f"{names[i]}{k if repeated else ''}": t for k, (i, t) in enumerate(found)}


def read_pointers(node: Node, scheduled: Scheduled) -> int:
    """How many of the kernel's leading parameters are pointers it only reads."""
    accesses = zip(node.operands, lookup(node.op).access(node), strict=True)
    own = scheduled.constants is None
    count = sum(1 + (a is Access.WINDOW) for t, a in accesses if own or t.data is None)
    return count + len(scheduled.constants or ())

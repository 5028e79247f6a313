# SPDX-License-Identifier: Apache-2.0
"""Schedule rules: dlight's idiom, with an answer to "why not".

A rule looks at a row kernel and either returns a scheduled one or declines with a reason. The
first rule that accepts wins; what the others said goes into the report.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from tvm_tiny.graph import Node


@dataclass(frozen=True)
class Declined:
    """Why a rule did not take a kernel."""

    rule: str
    reason: str


@dataclass(frozen=True, eq=False)
class Scheduled:
    """A scheduled row kernel.

    Attributes:
        func: the scheduled s_tir PrimFunc, same parameters as the operator's row kernel.
        rule: name of the rule that made it.
        why: what it chose and why, for the report.
        declined: the rules tried before.
    """

    func: Any
    rule: str
    why: str
    declined: tuple[Declined, ...] = ()


class ScheduleRule(ABC):
    """One way of scheduling row kernels."""

    name: ClassVar[str]

    @abstractmethod
    def apply(self, func: Any, node: Node, core: str) -> Scheduled | Declined:
        """Schedule ``func``, the row kernel of ``node``, for ``core``; or decline."""


def apply_first(rules: Sequence[ScheduleRule], func: Any, node: Node, core: str) -> Scheduled:
    """Apply the first rule that accepts; the last rule must accept everything."""
    declined: list[Declined] = []
    for rule in rules:
        got = rule.apply(func, node, core)
        if isinstance(got, Scheduled):
            return Scheduled(got.func, got.rule, got.why, tuple(declined))
        declined.append(got)
    raise LookupError(f"no schedule rule accepts {node.op} ({node.layer})")

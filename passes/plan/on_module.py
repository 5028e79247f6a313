# SPDX-License-Identifier: Apache-2.0
"""A plan on a module: how passes hand their decision to the build."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from tvm_tiny._tvm import IRModule
from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.passes.decision.memory_plan import MemoryPlan
from tvm_tiny.passes.decision.rewrite import Rewrite

PLAN_ATTRIBUTE = "tvm_tiny.memory_plan"
"""Function attribute that holds the plan as JSON."""


def with_plan(mod: Any, plan: MemoryPlan) -> Any:
    """A copy of the module whose ``main`` carries the plan, instead of one that it had."""
    out = IRModule(dict(mod.functions.items()), mod.attrs)
    text = json.dumps(plan.to_dict(), sort_keys=True)
    out["main"] = mod["main"].with_attr(PLAN_ATTRIBUTE, text)
    return out


def attached_plan(mod: Any) -> MemoryPlan | None:
    """The plan that a pass left on the module's ``main``, if any.

    Raises:
        UsageError: the attribute is not a plan.
    """
    attrs = mod["main"].attrs
    if attrs is None or PLAN_ATTRIBUTE not in attrs:
        return None
    try:
        return MemoryPlan.from_dict(msgspec.json.decode(str(attrs[PLAN_ATTRIBUTE])))
    except (msgspec.DecodeError, TypeError, ValueError) as error:
        problem = Problem(f"{PLAN_ATTRIBUTE} is not a plan", "main", str(error), "plan again")
        raise UsageError("the module's memory plan cannot be read", (problem,)) from error


def attached_rewrites(mod: Any) -> tuple[Rewrite, ...]:
    """Patches and whatever else the plan on a module does to the graph."""
    plan = attached_plan(mod)
    return plan.rewrites if plan else ()

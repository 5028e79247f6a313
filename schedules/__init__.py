# SPDX-License-Identifier: Apache-2.0
"""Schedules of row kernels: an ordered list of rules per core."""

from __future__ import annotations

from tvm_tiny.schedules.plain import Plain
from tvm_tiny.schedules.rule import Declined, Scheduled, ScheduleRule, apply_first


def default_rules(core: str) -> tuple[ScheduleRule, ...]:
    """The rules tried for a core, best first; the last accepts every kernel."""
    del core
    return (Plain(),)


__all__ = ["Declined", "Plain", "ScheduleRule", "Scheduled", "apply_first", "default_rules"]

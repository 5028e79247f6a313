# SPDX-License-Identifier: Apache-2.0
"""What rules of several cores do to loops."""

from __future__ import annotations

from typing import Any


def unroll_innermost(schedule: Any, rounds: int) -> None:
    """Unroll the innermost loop of every block whose extent is a multiple of ``rounds``."""
    for block in schedule.get_child_blocks(schedule.get_sblock("root")):
        for loop in schedule.get_loops(block)[-1:]:
            extent = getattr(schedule.get(loop).extent, "value", 0)
            if extent and extent % rounds == 0:
                _, inner = schedule.split(loop, [None, rounds])
                schedule.unroll(inner)

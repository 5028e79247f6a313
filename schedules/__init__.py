# SPDX-License-Identifier: Apache-2.0
"""Schedules of row kernels: an ordered list of rules per core."""

from __future__ import annotations

from tvm_tiny.schedules.dsp_channels import DspChannels
from tvm_tiny.schedules.dsp_depthwise import DspDepthwise
from tvm_tiny.schedules.dsp_elementwise import DspElementwise
from tvm_tiny.schedules.dsp_matrix import DspMatrix
from tvm_tiny.schedules.dsp_vector import DspVector
from tvm_tiny.schedules.plain import Plain
from tvm_tiny.schedules.rule import Declined, Scheduled, ScheduleRule, apply_first
from tvm_tiny.schedules.softmax_table import SoftmaxTable
from tvm_tiny.schedules.tiled import Tiled
from tvm_tiny.targets import load_core


def default_rules(core: str, optimize: str = "speed") -> tuple[ScheduleRule, ...]:
    """The rules tried for a core, best first; the last accepts every kernel.

    Args:
        core: name of the core, see ``tvm_tiny.targets``.
        optimize: ``speed``, ``ram`` (no workspace to speak of) or ``flash`` (less unrolled code).
    """
    last = (Plain(),) if optimize == "flash" else (SoftmaxTable(), Plain())
    if not load_core(core).dsp:
        return last
    matrix = DspMatrix(compact=optimize == "flash")
    return (DspVector(), matrix, DspDepthwise(), DspElementwise(), DspChannels(), *last)


def tuning_rules(core: str) -> tuple[ScheduleRule, ...]:
    """The rules that tuning chooses from: also those that are never a core's own choice."""
    return (*default_rules(core), Tiled())


__all__ = [
    "Declined",
    "DspChannels",
    "DspDepthwise",
    "DspElementwise",
    "DspMatrix",
    "DspVector",
    "Plain",
    "ScheduleRule",
    "Scheduled",
    "SoftmaxTable",
    "Tiled",
    "apply_first",
    "default_rules",
    "tuning_rules",
]

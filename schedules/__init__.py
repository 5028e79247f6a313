# SPDX-License-Identifier: Apache-2.0
"""Schedules of row kernels: an ordered list of rules per core."""

from __future__ import annotations

from tvm_tiny import plugins
from tvm_tiny.schedules.any_core.plain import Plain
from tvm_tiny.schedules.any_core.queue import QueueWords
from tvm_tiny.schedules.any_core.small_depthwise import SmallDepthwise
from tvm_tiny.schedules.any_core.small_matrix import SmallMatrix
from tvm_tiny.schedules.any_core.softmax_table import SoftmaxTable
from tvm_tiny.schedules.any_core.tiled import Tiled
from tvm_tiny.schedules.dsp.channels import DspChannels
from tvm_tiny.schedules.dsp.depthwise import DspDepthwise
from tvm_tiny.schedules.dsp.depthwise_bytes import DspDepthwiseBytes
from tvm_tiny.schedules.dsp.depthwise_direct import DspDepthwiseDirect
from tvm_tiny.schedules.dsp.depthwise_fours import DspDepthwiseFours
from tvm_tiny.schedules.dsp.depthwise_large import DspDepthwiseLarge
from tvm_tiny.schedules.dsp.dot import DspDot
from tvm_tiny.schedules.dsp.elementwise import DspElementwise
from tvm_tiny.schedules.dsp.int16 import DspInt16
from tvm_tiny.schedules.dsp.matmul import DspMatMul
from tvm_tiny.schedules.dsp.matrix import DspMatrix
from tvm_tiny.schedules.dsp.recurrent import DspRecurrent
from tvm_tiny.schedules.dsp.sigmoid import DspSigmoid
from tvm_tiny.schedules.dsp.svdf import DspSvdf
from tvm_tiny.schedules.dsp.training import DspTraining
from tvm_tiny.schedules.dsp.vector import DspVector
from tvm_tiny.schedules.dsp.winograd import DspWinograd
from tvm_tiny.schedules.rule import Declined, Scheduled, ScheduleRule, apply_first, check_rule
from tvm_tiny.targets import Core


def default_rules(core: Core, optimize: str = "speed") -> tuple[ScheduleRule, ...]:
    """The rules tried for a core, best first; the last accepts every kernel.

    Rules of installed packages (``tvm_tiny.rules``) go first.

    Args:
        core: the target core.
        optimize: ``speed``, ``ram`` (no workspace to speak of) or ``flash`` (less unrolled code).
    """
    last = (QueueWords(), *(() if optimize == "flash" else (SoftmaxTable(),)), Plain())
    added = plugins.objects("rules", check_rule)
    if not core.dsp:
        return (*added, SmallMatrix(), SmallDepthwise(), *last)
    fast = int(optimize != "flash")
    matrix = DspMatrix(compact=not fast)
    winograd = (DspWinograd(),) if optimize == "speed" else ()
    direct = DspDepthwiseDirect(long_rows=int(optimize != "speed"))
    first = (direct, DspDepthwiseLarge()) if fast else (DspDepthwiseBytes(),)
    fours = DspDepthwiseFours(straight=fast, joined=int(optimize == "speed"))
    depthwise = *first, fours, DspDepthwise(two_rows=fast)
    vector = DspVector(compact=int(not fast))
    matrices = vector, DspDot(), *winograd, matrix, DspMatMul()
    rows = DspElementwise(), DspChannels(), DspSigmoid()
    rest = *rows, DspRecurrent(), DspSvdf(), DspInt16(), DspTraining()
    return (*added, *matrices, *depthwise, *rest, *last)


def core_headers(core: Core) -> tuple[str, ...]:
    """Headers in front of those of the kernels: which order of instructions suits the core."""
    return ("tvm_tiny_core_single_issue.h",) if core.dsp and core.issue_width == 1 else ()


def tuning_rules(core: Core) -> tuple[ScheduleRule, ...]:
    """The rules that tuning chooses from: also those that are never a core's own choice."""
    return (*default_rules(core), Tiled())


__all__ = [
    "Declined",
    "DspChannels",
    "DspDepthwise",
    "DspDepthwiseBytes",
    "DspDepthwiseDirect",
    "DspDepthwiseFours",
    "DspDepthwiseLarge",
    "DspDot",
    "DspElementwise",
    "DspInt16",
    "DspMatMul",
    "DspMatrix",
    "DspRecurrent",
    "DspSigmoid",
    "DspSvdf",
    "DspTraining",
    "DspVector",
    "DspWinograd",
    "Plain",
    "QueueWords",
    "ScheduleRule",
    "Scheduled",
    "SmallDepthwise",
    "SmallMatrix",
    "SoftmaxTable",
    "Tiled",
    "apply_first",
    "check_rule",
    "core_headers",
    "default_rules",
    "tuning_rules",
]

# SPDX-License-Identifier: Apache-2.0
"""The small model of the tuning tests, and what a session found, for comparing."""

from __future__ import annotations

from tvm_tiny.testing.net import Net
from tvm_tiny.tuning import TuneResult

TRIALS = 10


def small_model() -> bytes:
    """A pointwise and a depthwise layer of 8 x 8 pixels."""
    net = Net("tuned", 3)
    x = net.input((1, 8, 8, 8))
    x = net.conv(x, 8, kernel=1, activation="RELU6", name="point")
    return net.finish(net.depthwise(x, activation="RELU6", name="depth"))


def found(result: TuneResult) -> object:
    """Everything about a session that must not depend on how it went."""
    kernels = [
        (k.task.key, k.best, k.best_cycles, k.default_cycles, k.trials) for k in result.kernels
    ]
    return kernels, result.curve, dict(result.database.entries)

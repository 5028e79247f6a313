# SPDX-License-Identifier: Apache-2.0
"""Windows of float convolutions made larger or smaller, in the program."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.passes.receptive_field.edit import WindowChange
from tvm_tiny.passes.receptive_field.prepare import conv_layouts, with_weights
from tvm_tiny.passes.receptive_field.program import (
    Array,
    constant_of,
    read_program,
    rebuild,
)


def apply_changes(module: Any, changes: Sequence[WindowChange]) -> Any:
    """The module with other windows.

    Args:
        module: a prepared float module (``PrepareFloat``).
        changes: ``index`` is a position in ``read_program(module)``.

    Raises:
        UsageError: TT6050, a change that does not fit its convolution.
    """
    program = read_program(module)
    wanted: dict[Any, WindowChange] = {}
    for change in changes:
        step = program.steps[change.index] if change.index < len(program.steps) else None
        if step is None or step.op != "relax.nn.conv2d":
            problem = Problem("there is no such convolution", f"layer '{change.layer}'")
            raise UsageError("the changes are for another model", (problem,), "TT6050")
        wanted[step.var] = change

    def visit(block: Any, var: Any, call: Any) -> Any:
        del block
        change = wanted.get(var)
        return call if change is None else _changed(call, change)

    return rebuild(module, visit)


def _changed(call: Any, change: WindowChange) -> Any:
    weights, kernel = constant_of(call.args[1]), conv_layouts(call)[1]
    axes = (kernel.index("H"), kernel.index("W"))
    if weights is None or tuple(weights.shape[a] for a in axes) != change.before:
        problem = Problem(f"its window is not {change.before}", f"layer '{change.layer}'")
        raise UsageError("the changes are for another model", (problem,), "TT6050")
    new = weights
    for axis, before, after in zip(axes, change.before, change.after, strict=True):
        new = grown(new, axis, after) if after > before else shrunk(new, axis, after)
    return with_weights(call, call.args[0], new, list(change.padding_after))


def grown(weights: Array, axis: int, taps: int) -> Array:
    """Zeros at both ends of an axis. What the convolution computes stays."""
    more = (taps - weights.shape[axis]) // 2
    width = [(more, more) if i == axis else (0, 0) for i in range(weights.ndim)]
    return np.pad(weights, width)


def shrunk(weights: Array, axis: int, taps: int) -> Array:
    """The taps in the middle; each that is cut goes to the nearest one that stays.

    So the sum of every kernel stays, per input and output channel: inputs that do not change within
    the window give what they gave, and with it every channel keeps its mean, without any data.
    Adding the cut taps' mean response to the bias would need calibration data and would leave
    the response to brightness wrong instead. (Kernels whose taps add up to nothing, edges, do lose
    their response when one tap is left: fine-tuning has to find another use for them.)
    """
    cut = (weights.shape[axis] - taps) // 2
    moved = np.moveaxis(weights, axis, 0).astype(np.float64)
    kept = moved[cut : cut + taps].copy()
    kept[0] += moved[:cut].sum(axis=0)
    kept[-1] += moved[cut + taps :].sum(axis=0)
    return np.ascontiguousarray(np.moveaxis(kept, 0, axis).astype(weights.dtype))

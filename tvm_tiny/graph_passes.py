# SPDX-License-Identifier: Apache-2.0
"""The passes over Relax in one list, and the integer graph that they make of a model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tvm_tiny import plugins
from tvm_tiny._tvm import integer_op_name, relax
from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.graph import Graph
from tvm_tiny.passes.channels.dead_channels import FoldDeadChannels
from tvm_tiny.passes.extract import extract
from tvm_tiny.passes.layout.keep_steps import KeepSteps
from tvm_tiny.passes.layout.nhwc import LayoutNHWC
from tvm_tiny.passes.layout.pair_steps import PairSteps
from tvm_tiny.passes.legalize.legalize_qdq import LegalizeQDQ
from tvm_tiny.passes.simplify.elide_noops import ElideNoops
from tvm_tiny.passes.simplify.fold_constants import FoldConstants
from tvm_tiny.passes.simplify.fold_zero_points import FoldZeroPoints
from tvm_tiny.passes.simplify.fuse_clip import FuseClip
from tvm_tiny.passes.simplify.fuse_pad import FusePad
from tvm_tiny.passes.simplify.trim_windows import TrimWindows
from tvm_tiny.stages import stage

GraphPass = Callable[[Any], Any]
"""A pass: module to module."""


_ADDED = "added"
"""The effect of a pass that is not ours."""


@dataclass(frozen=True)
class PassAt:
    """A pass of the user's own and where it runs.

    Attributes:
        step: from an integer module to one that computes the same (or, placed before
            ``LegalizeQDQ``, from a QDQ module to one).
        before: name of the pass of ours that it runs before; "": after all of them.
    """

    step: GraphPass
    before: str = ""


def graph_passes(added: Sequence[GraphPass | PassAt] = ()) -> list[tuple[GraphPass, str]]:
    """The passes over Relax, in order, each with its effect in a line.

    Args:
        added: passes of the user's own; those of installed packages (``tvm_tiny.passes``) go first.

    Raises:
        UsageError: TT6021, one of them is no pass, or is to run before one that is not there.
    """
    passes: list[tuple[GraphPass, str]] = [
        (LayoutNHWC(), "spatial operators of NCHW models become NHWC, transposes cancel"),
        (LegalizeQDQ(), "float operators between dequantize and quantize become integer ones"),
        (FoldConstants(), "operators on constants only are computed now"),
        (KeepSteps(), "what follows a product of activations keeps its rows"),
        (PairSteps(), "products of activations, and what follows them, take two rows at a time"),
        (ElideNoops(), "copies, identities and unused operators go"),
        (FusePad(), "explicit padding becomes the padding of the convolution behind it"),
        (FuseClip(), "clips that stand alone become limits of the operator in front"),
        (ElideNoops(), "what the passes before left unused goes"),
        (TrimWindows(), "taps of convolutions that never meet the tensor go"),
        (FoldDeadChannels(), "constant and unread channels go, their effect into biases"),
        (FoldZeroPoints(), "input zero points become part of biases where there is no padding"),
    ]
    ours = tuple(type(step).__name__ for step, _ in passes)
    for placed in (
        *plugins.objects("passes", lambda one: _placed(one, ours)),
        *(_placed(one, ours) for one in added),
    ):
        names = [type(step).__name__ for step, _ in passes]
        at = names.index(placed.before) if placed.before else len(passes)
        passes.insert(at, (placed.step, _ADDED))
    return passes


def passes_for(
    module: Any, added: Sequence[GraphPass | PassAt] = ()
) -> list[tuple[GraphPass, str]]:
    """``graph_passes``; for a module of integer operators only those that are not ours."""
    passes = graph_passes(added)
    return [p for p in passes if p[1] == _ADDED] if is_integer(module) else passes


def _placed(one: GraphPass | PassAt, ours: Sequence[str]) -> PassAt:
    placed = one if isinstance(one, PassAt) else PassAt(one)
    if not callable(placed.step) or (placed.before and placed.before not in ours):
        do = f"give something that maps a module to one, before one of {', '.join(ours)}"
        problem = Problem(f"{placed.step!r} before '{placed.before}'", do=do)
        raise UsageError("the pass cannot run there", (problem,), "TT6021")
    return placed


def is_integer(module: Any) -> bool:
    """Whether a module has been through the graph passes already: the user's own choice of them."""
    main = module["main"]
    values = [b.value for block in main.body.blocks for b in block.bindings if hasattr(b, "value")]
    names = [integer_op_name(v) for v in values if isinstance(v, relax.Call)]
    return bool(names) and all(names)


def integer_graph(module: Any) -> Graph:
    """The graph that is scheduled, from what a front end made: all passes, nothing observed."""
    steps = passes_for(module)
    for number, (step, _) in enumerate(steps):
        stage("integer operators", number, len(steps))
        module = step(module)
    return extract(module)

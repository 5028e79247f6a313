# SPDX-License-Identifier: Apache-2.0
"""What is trained: from the user's words to layers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.graph import Graph, Node
from tvm_tiny.operators.backward import Backward
from tvm_tiny.operators.base import lookup

_FOUR = 4
Scheme = str | Mapping[str, float]


@dataclass(frozen=True)
class Trained:
    """What of a layer is trained.

    Attributes:
        weights: its weights: the share of its input channels, 0 to 1.
        bias: its bias.
    """

    weights: float
    bias: bool

    def channels(self, inputs: int) -> int:
        """How many of the input channels are trained: fours where there are so many."""
        if self.weights in (0, 1):
            return int(self.weights) * inputs
        if inputs < 2 * _FOUR:
            return max(1, round(self.weights * inputs))
        return min(max(_FOUR, _FOUR * round(self.weights * inputs / _FOUR)), inputs)


def weighted_layers(graph: Graph) -> tuple[Node, ...]:
    """The layers that can be trained, in order."""
    return tuple(n for n in graph.nodes if lookup(n.op).backward is Backward.WEIGHTED)


def trained_layers(graph: Graph, scheme: Scheme, bias: int = 0) -> dict[str, Trained]:
    """Node name to what of it is trained.

    Args:
        graph: the integer graph.
        scheme: ``last`` (weights and bias of the last layer with weights), ``bias:N`` (biases of
            the last N, and the last one's weights), ``full``, or layer names with the share of
            weights (input channels) that is trained: 1, 0 for the bias alone, or between.
        bias: train the biases of the last so many layers as well.

    Raises:
        UsageError: TT6070, no such scheme or layer.
    """
    layers = weighted_layers(graph)
    if not layers:
        raise _wrong("the model has no layer with weights", "")
    out = _named(layers, scheme) if isinstance(scheme, str) else _listed(layers, scheme)
    for node in layers[len(layers) - min(bias, len(layers)) :]:
        out[node.name] = Trained(out[node.name].weights if node.name in out else 0, True)
    return out


def _named(layers: tuple[Node, ...], scheme: str) -> dict[str, Trained]:
    if scheme == "full":
        return {n.name: Trained(1, True) for n in layers}
    last = {layers[-1].name: Trained(1, True)}
    if scheme == "last":
        return last
    kind, _, count = scheme.partition(":")
    if kind != "bias" or not count.isdigit() or int(count) < 1:
        raise _wrong(f"scheme '{scheme}'", "one of last, bias:N, full, or shares by layer")
    chosen = layers[len(layers) - min(int(count), len(layers)) :]
    return {n.name: Trained(0, True) for n in chosen} | last


def _listed(layers: tuple[Node, ...], shares: Mapping[str, float]) -> dict[str, Trained]:
    """Names are the layer's, or its number among the operators of the model."""
    by_name = {n.layer: n for n in layers} | {str(n.index): n for n in layers if n.index >= 0}
    unknown = [name for name in shares if str(name) not in by_name]
    if unknown or not shares:
        names = ", ".join(f"{n.index} '{n.layer}'" for n in layers)
        raise _wrong(f"no layer with weights called {', '.join(map(str, unknown))}", names)
    wrong = [name for name, share in shares.items() if not 0 <= share <= 1]
    if wrong:
        raise _wrong(
            f"shares of {', '.join(map(str, wrong))}", "0 (the bias alone) to 1 (all weights)"
        )
    whole = [n for n, share in shares.items() if 0 < share < 1 and not _divisible(by_name[str(n)])]
    if whole:
        why = "channels of a depthwise layer, or of groups, do not go apart: write 1 or 0"
        raise _wrong(f"shares of {', '.join(map(str, whole))}", why)
    return {by_name[str(n)].name: Trained(share, True) for n, share in shares.items()}


def _divisible(node: Node) -> bool:
    """Whether a share of its input channels can be trained."""
    plain = node.operands[1].dtype == Q8.name and not node.attrs.get("weight_zero_point", 0)
    return plain and node.op != "depthwise_conv2d" and int(node.attrs.get("groups", 1)) == 1


def _wrong(what: str, do: str) -> UsageError:
    return UsageError("this cannot be trained", (Problem(what, do=do),), "TT6070")

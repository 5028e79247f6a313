# SPDX-License-Identifier: Apache-2.0
"""Cycles of kernels that ``passes/plan/estimate.py`` prices like others of their operator.

A core that was measured has a file of figures (``targets/oracle/``); on others the planner's own
estimates stand. ``benchmarks/oracle.py`` tells how far they are off on whole nets.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from tvm_tiny import targets
from tvm_tiny.graph import Graph, Node
from tvm_tiny.operators.work import Work
from tvm_tiny.passes.plan.estimate import estimate_layers_cycles, row_work
from tvm_tiny.schedules.rule import Scheduled
from tvm_tiny.targets import Core

_FOLDER: Final = Path(targets.__file__).parent / "oracle"
_BLOCK_PIXELS: Final = 8


class Winograd(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Cycles of a block of eight pixels of a row.

    Attributes:
        products: for every product of four input by two output channels.
        pairs: for every pair of input channels, transformed.
        outputs: for every output channel, transformed back.
        blocks: for the block itself.
    """

    products: float
    pairs: float
    outputs: float
    blocks: float


class Prices(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is known about a core besides its estimates.

    Attributes:
        rows: rule -> what a row call costs.
        winograd: what 3x3 convolutions along the width cost; None: the estimates stand.
    """

    rows: Mapping[str, Work] = {}
    winograd: Winograd | None = None


@functools.cache
def prices_of(core: str) -> Prices:
    """The figures of a core; none of one that was not measured."""
    path = _FOLDER / f"{core}.toml"
    return msgspec.toml.decode(path.read_bytes(), type=Prices) if path.exists() else Prices()


def layers_cycles(graph: Graph, kernels: Mapping[str, Scheduled], core: Core) -> float:
    """Cycles of a run layer by layer."""
    prices = prices_of(core.name)
    ours = {n.name: c for n in graph.nodes if (c := _cycles(n, kernels, prices)) is not None}
    rest = {name: kernel for name, kernel in kernels.items() if name not in ours}
    return sum(ours.values()) + estimate_layers_cycles(graph, rest, core)


def _cycles(node: Node, kernels: Mapping[str, Scheduled], prices: Prices) -> float | None:
    """Cycles of a whole layer; None: the planner's estimate stands."""
    rule = kernels[node.name].rule if node.name in kernels else ""
    if rule in prices.rows:
        return node.output.rows * prices.rows[rule].times(row_work(node, rule))
    if rule == "dsp-winograd" and prices.winograd is not None:
        return _winograd(node, prices.winograd)
    return None


def _winograd(node: Node, cycles: Winograd) -> float:
    """Blocks of eight pixels of a row: transforms of inputs, products, transforms of outputs."""
    _, _, width, channels = node.output.shape
    inputs = node.activations[0].shape[3]
    blocks = node.output.rows * -(-width // _BLOCK_PIXELS)
    products = -(-inputs // 4) * 4 * (-(-channels // 2) * 2)
    return blocks * (
        cycles.products * products
        + cycles.pairs * -(-inputs // 2)
        + cycles.outputs * channels
        + cycles.blocks
    )

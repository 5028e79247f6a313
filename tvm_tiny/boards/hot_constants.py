# SPDX-License-Identifier: Apache-2.0
"""Weights and tables that a core waits for most, a byte: worth a place in RAM."""

from __future__ import annotations

from collections import defaultdict

from tvm_tiny.report.model import Report
from tvm_tiny.result import Built


def hot_constants(built: Built, report: Report) -> list[str]:
    """Symbols of the constants that layers wait for, the most cycles a byte first.

    What a layer waits for its constants goes to each of them by its size: it reads all of them
    about as often. An array that several layers share has the cycles of all.

    Args:
        built: for a board.
        report: of it, run on the simulated board with all constants in flash.
    """
    emitted = built.compiled.emitted
    sizes = {array.symbol: array.nbytes for array in emitted.arrays}
    cycles: dict[str, float] = defaultdict(float)
    for layer, node in zip(report.layers, emitted.step_nodes, strict=True):
        waited = sum(n for where, n in layer.stalls_by_region.items() if where.endswith(" data"))
        tensors = emitted.layer_kernels[node].constants
        symbols = {emitted.symbols[name] for name in tensors if name in emitted.symbols}
        total_bytes = sum(sizes[symbol] for symbol in symbols)
        for symbol in symbols:
            cycles[symbol] += waited * sizes[symbol] / total_bytes
    worth = {symbol: spent / sizes[symbol] for symbol, spent in cycles.items() if spent >= 1}
    return sorted(worth, key=lambda symbol: (-worth[symbol], symbol))

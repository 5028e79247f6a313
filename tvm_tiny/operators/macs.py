# SPDX-License-Identifier: Apache-2.0
"""The work of a whole graph."""

from __future__ import annotations

from tvm_tiny.graph import Graph
from tvm_tiny.operators.base import lookup


def total_macs(graph: Graph) -> int:
    """Multiply-accumulates of all operators of a graph."""
    return sum(lookup(n.op).macs(n) for n in graph.nodes)

# SPDX-License-Identifier: Apache-2.0
"""Run an integer graph on the host, kernel by kernel, every layer's result kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from op_harness import kernel_c, run_rows, shared_object

from tvm_tiny.frontends.loader import load
from tvm_tiny.graph import Graph
from tvm_tiny.operators import lookup
from tvm_tiny.passes.extract import extract
from tvm_tiny.passes.legalize.legalize_qdq import LegalizeQDQ

Array = npt.NDArray[Any]


def integer_graph(model: Any) -> Graph:
    """Load and legalise; nothing is folded or elided."""
    return extract(LegalizeQDQ()(load(model).module))


def run_graph(graph: Graph, inputs: Mapping[str, Array]) -> dict[str, Array]:
    """Results by the tensors' names in the user's model; inputs likewise."""
    known = {t.name: inputs[t.source] for t in graph.inputs}
    computed = [(i, n) for i, n in enumerate(graph.nodes) if not lookup(n.op).is_view]
    text = "\n".join(kernel_c(n).replace("void kernel(", f"void kernel_{i}(") for i, n in computed)
    library = shared_object(text) if computed else None
    for i, node in enumerate(graph.nodes):
        arrays = [known[t.name] if t.data is None else t.data for t in node.operands]
        if lookup(node.op).is_view:
            known[node.output.name] = arrays[0].reshape(node.output.shape)
        else:
            arrays = [np.ascontiguousarray(a) for a in arrays]
            known[node.output.name] = run_rows(node, arrays, getattr(library, f"kernel_{i}"))
    tensors = {t.name: t.source or t.name for t in graph.tensors()}
    return {source: known[name] for name, source in tensors.items()}

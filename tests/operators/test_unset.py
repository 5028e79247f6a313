# SPDX-License-Identifier: Apache-2.0
"""Elements that the reference does not write are followed to where they end."""

from __future__ import annotations

import numpy as np

from tvm_tiny.checking import checked_graph
from tvm_tiny.testing.tflite_writer import TFLiteWriter
from tvm_tiny.validate.unset import unset_elements


def _bins(start: int, end: int) -> bytes:
    """Energies of bins start to end, as int32, the first four of them in two rows, as floats."""
    w = TFLiteWriter("bins")
    x = w.input("x", (12,), dtype="int16")
    ends = {"start_index": start, "end_index": end}
    y = w.op("SignalEnergy", [x], (6,), None, name="energy", dtype="uint32", **ends)
    y = w.op("CAST", [y], (6,), None, name="wide", dtype="int32")
    edges = [w.constant(n, np.array([v], np.int32)) for n, v in (("a", 0), ("b", 4), ("c", 1))]
    y = w.op("STRIDED_SLICE", [y, *edges], (4,), None, name="four", dtype="int32")
    shape = w.constant("shape", np.array([2, 2], np.int32))
    y = w.op("RESHAPE", [y, shape], (2, 2), None, name="rows", dtype="int32")
    w.output(w.op("CAST", [y], (2, 2), None, name="last", dtype="float32"))
    return w.finish()


def _found(data: bytes) -> dict[str, list[int]]:
    graph = checked_graph(data)
    sources = {t.name: t.source for t in graph.tensors()}
    masks = unset_elements(graph, {})
    return {sources[n]: np.flatnonzero(m).tolist() for n, m in masks.items() if sources[n]}


def test_bins_outside_are_followed_through_what_moves_them() -> None:
    assert _found(_bins(2, 5)) == {
        "energy": [0, 1, 5], "wide": [0, 1, 5], "four": [0, 1], "rows": [0, 1], "last": [0, 1],
    }  # fmt: skip


def test_a_result_that_is_written_wholly_has_none() -> None:
    assert _found(_bins(0, 6)) == {}
    assert _found(_bins(0, 5)) == {"energy": [5], "wide": [5]}, "cut off by the slice"

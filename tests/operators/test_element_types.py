# SPDX-License-Identifier: Apache-2.0
"""Types of elements: limits, C names, alignment in the arena, and who says which it takes."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from tvm_tiny.arithmetic.element_types import ELEMENT_TYPES, element_type
from tvm_tiny.emit.data import c_array
from tvm_tiny.graph import Graph, Node, Tensor
from tvm_tiny.passes.plan.plan_memory import plan_memory
from tvm_tiny.project_spec import IoSpec


@pytest.mark.parametrize("name", sorted(set(ELEMENT_TYPES) - {"bool", "float32"}))
def test_limits_are_the_types_own(name: str) -> None:
    kind, known = element_type(name), np.iinfo(name)
    assert kind.limits == (known.min, known.max)
    assert kind.bytes == np.dtype(name).itemsize
    assert kind.levels == 1 << (8 * kind.bytes)
    assert kind.contains(known.min)
    assert not kind.contains(known.max + 1)


def test_float_limits() -> None:
    assert float(element_type("float32").high) == float(np.finfo(np.float32).max)


def test_clip_saturates() -> None:
    got = element_type("int16").clip(np.array([-(1 << 20), 3, 1 << 20]))
    assert got.dtype == np.int16
    assert got.tolist() == [-32768, 3, 32767]


def test_an_interface_tensor_knows_its_size() -> None:
    io = IoSpec("x", "x", (1, 3), "int16", 3)
    assert (io.size_bytes, io.c_type) == (6, "int16_t")


def test_literals_of_the_least_integers_are_c() -> None:
    for name in ("int32", "int64"):
        array = c_array("a", np.array([np.iinfo(name).min, 1 << 20], name), "")
        assert array.lines == (f"{name.upper()}_MIN, 1048576",)
        assert array.ctype == f"{name}_t"


def _copies(*dtypes: str) -> Graph:
    """A chain of copies of three elements, each tensor of the next type."""
    tensors = [Tensor(f"t{i}", (1, 1, 1, 3), d) for i, d in enumerate(dtypes)]
    nodes = tuple(
        Node(f"n{i}", "transpose", (x,), y, {"axes": [0, 1, 2, 3]})
        for i, (x, y) in enumerate(pairwise(tensors))
    )
    return Graph((tensors[0],), (tensors[-1],), nodes)


@pytest.mark.parametrize(
    ("dtypes", "alignment"),
    [(("int8", "int16", "int8"), 4), (("int8", "int64", "int32"), 8), (("int8",) * 3, 4)],
)
def test_the_arena_is_aligned_for_its_widest_elements(
    dtypes: tuple[str, ...], alignment: int
) -> None:
    graph = _copies(*dtypes)
    plan = plan_memory(graph)
    assert plan.alignment_bytes == alignment
    for tensor in graph.tensors():
        assert plan.offsets[tensor.name] % tensor.elements.bytes == 0

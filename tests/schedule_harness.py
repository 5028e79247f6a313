# SPDX-License-Identifier: Apache-2.0
"""Run a scheduled row kernel on the host, row by row, and compare it with the plain one."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from op_harness import _arguments, kernel_c, run_rows, shared_object

from tvm_tiny import _tvm
from tvm_tiny.emit.kernels import split_definition
from tvm_tiny.graph import Node
from tvm_tiny.operators.base import lookup
from tvm_tiny.schedules.rule import Scheduled, ScheduleRule, constants_of, read_pointers

Array = npt.NDArray[Any]


def scheduled(node: Node, rule: ScheduleRule, core: str = "cortex-m7") -> Scheduled:
    """What the rule makes of a node that it must accept."""
    got = rule.apply(lookup(node.op).kernel(node), node, core)
    assert isinstance(got, Scheduled), got
    return got


def scheduled_c(node: Node, what: Scheduled, name: str = "kernel") -> str:
    """C text of a scheduled kernel."""
    text = _tvm.lower_to_c(what.func, "kernel", _tvm.lowering_passes())
    parameters, body = split_definition(text, read_pointers(node, what))
    head = f"void {name}({', '.join(parameters)})"
    includes = "".join(f'#include "{h}"\n' for h in ("tvm_tiny_kernels.h", *what.headers))
    return f"{includes}{head};\n{head} {{\n{body}}}\n"


def assert_same(cases: Sequence[tuple[Node, Sequence[Array], ScheduleRule]]) -> None:
    """Every rule computes what ``plain`` does; one compilation for all cases."""
    made = [scheduled(node, rule) for node, _, rule in cases]
    texts = [
        scheduled_c(node, what, f"fast_{i}")
        for i, ((node, _, _), what) in enumerate(zip(cases, made, strict=True))
    ]
    texts += [
        kernel_c(node).replace("void kernel(", f"void plain_{i}(")
        for i, (node, _, _) in enumerate(cases)
    ]
    library = shared_object("\n".join(texts))
    for i, ((node, arrays, _), what) in enumerate(zip(cases, made, strict=True)):
        want = run_rows(node, arrays, getattr(library, f"plain_{i}"))
        got = run_scheduled(node, arrays, what, getattr(library, f"fast_{i}"))
        assert np.array_equal(got, want), (i, node.attrs, [t.shape for t in node.operands])


def run_scheduled(node: Node, arrays: Sequence[Array], what: Scheduled, function: Any) -> Array:
    """Call a scheduled kernel for every output row, last row first; guards round what it writes."""
    operator = lookup(node.op)
    own = what.constants is None
    kept = [k for k, t in enumerate(node.operands) if own or t.data is None]
    constants = (
        [] if own else [np.ascontiguousarray(t.data) for t in constants_of(node, what).values()]
    )
    scratch = np.full(what.scratch_bytes + 64, 0x33, np.uint8)
    y = np.full(node.output.nbytes + 64, 0x5A, np.uint8)
    function.restype = None
    for row in reversed(range(node.output.rows)):
        call = operator.row_call(node, row)
        arguments: list[Any] = []
        for k in kept:
            arguments += _one_operand(node, call, arrays, k)
        arguments += [ctypes.c_void_p(c.ctypes.data) for c in constants]
        if what.scratch_bytes:
            scratch[:] = 0x33
            arguments.append(ctypes.c_void_p(scratch.ctypes.data + 32))
        arguments.append(ctypes.c_void_p(y.ctypes.data + 32 + row * node.output.row_bytes))
        function(*arguments, *(ctypes.c_int32(s) for s in call.scalars))
        assert np.all(scratch[:32] == 0x33)
        assert np.all(scratch[32 + what.scratch_bytes :] == 0x33)
    assert np.all(y[:32] == 0x5A)
    assert np.all(y[32 + node.output.nbytes :] == 0x5A)
    data = y[32 : 32 + node.output.nbytes].tobytes()
    return np.frombuffer(data, node.output.dtype).reshape(node.output.shape)


def _one_operand(node: Node, call: Any, arrays: Sequence[Array], k: int) -> list[Any]:
    """The arguments of one operand."""
    operator = lookup(node.op)
    access = operator.access(node)

    class _Only:
        """The operator, seen through a single operand."""

        @staticmethod
        def access(_: Node) -> tuple[Any, ...]:
            return (access[k],)

    one = Node(node.name, node.op, (node.operands[k],), node.output, node.attrs)
    only: Any = _Only()
    return _arguments(only, one, type(call)((call.rows[k],)), [arrays[k]])

# SPDX-License-Identifier: Apache-2.0
"""Run one integer operator on the host, row by row, the way an emitted program does.

The row kernel is scheduled with the ``plain`` rule, printed as C, compiled into a shared object and
called for every output row with the arguments that ``row_call`` gives.
"""

from __future__ import annotations

import ctypes
import functools
import hashlib
import importlib.util
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny import _tvm, crt_project
from tvm_tiny.emit.kernels import split_definition
from tvm_tiny.graph import Node, Tensor
from tvm_tiny.operators.base import OUTSIDE, Access, Operator, RowCall, lookup
from tvm_tiny.schedules.plain import Plain
from tvm_tiny.schedules.rule import Scheduled, read_pointers

Array = npt.NDArray[Any]
INCLUDE = Path(crt_project.__file__).parent / "include"
WARNINGS = ("-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wmissing-prototypes", "-Werror")
# What a row offset of a tap in the padding holds; reading there would crash.
_NO_ROW = -(1 << 30)


def constant(array: npt.ArrayLike, dtype: str = "int8", name: str = "c") -> Tensor:
    """A constant operand."""
    data = np.ascontiguousarray(np.asarray(array, dtype))
    return Tensor(name, data.shape, dtype, data=data)


def make_node(op: str, operands: Sequence[Array | Tensor], attrs: Mapping[str, Any]) -> Node:
    """A node whose result type is what the operator infers; arrays become run-time operands."""
    tensors = tuple(
        t if isinstance(t, Tensor) else Tensor(f"t{i}", t.shape, t.dtype.name)
        for i, t in enumerate(operands)
    )
    shape, dtype = lookup(op).infer([(t.shape, t.dtype) for t in tensors], attrs)
    return Node("node", op, tensors, Tensor("y", tuple(shape), dtype), attrs, layer="layer")


def kernel_c(node: Node) -> str:
    """The C text of a node's row kernel, named ``kernel``, with its include."""
    scheduled = Plain().apply(lookup(node.op).kernel(node), node, "host")
    assert isinstance(scheduled, Scheduled)
    text = _tvm.lower_to_c(scheduled.func, "kernel", _tvm.lowering_passes())
    parameters, body = split_definition(text, read_pointers(node, scheduled))
    head = f"void kernel({', '.join(parameters)})"
    return f'#include "tvm_tiny_kernels.h"\n{head};\n{head} {{\n{body}}}\n'


def run_node(
    op: str, operands: Sequence[Array | Tensor], attrs: Mapping[str, Any] | None = None
) -> Array:
    """Run an operator; operands are run-time arrays or constant ``Tensor`` with data."""
    node = make_node(op, operands, attrs or {})
    arrays = [np.ascontiguousarray(t if not isinstance(t, Tensor) else t.data) for t in operands]
    return run_rows(node, arrays, shared_object(kernel_c(node)).kernel)


def run_batch(batch: Sequence[tuple[Node, Sequence[Array]]]) -> list[Array]:
    """Run many nodes; one compilation for all of them."""
    texts = [
        kernel_c(node).replace("void kernel(", f"void kernel_{i}(")
        for i, (node, _) in enumerate(batch)
    ]
    library = shared_object("\n".join(texts))
    return [
        run_rows(node, arrays, getattr(library, f"kernel_{i}"))
        for i, (node, arrays) in enumerate(batch)
    ]


def run_rows(node: Node, arrays: Sequence[Array], function: Any) -> Array:
    """Call a compiled row kernel for every output row, last row first.

    Where calls add up to one row, they are made in order, with workspace that lasts.
    """
    operator = lookup(node.op)
    y = np.zeros(node.output.shape, node.output.dtype)
    # Guard bytes show a kernel that writes outside its row.
    guard = np.full(y.nbytes + 64, 0x5A, np.uint8)
    function.restype = None
    state = np.full(operator.state_bytes(node), 0xA5, np.uint8)
    for row in range(operator.calls(node)) if state.size else reversed(range(node.output.rows)):
        call = operator.row_call(node, row)
        at = 32 + (0 if state.size else row * node.output.row_bytes)
        arguments = _arguments(operator, node, call, arrays)
        scalars = [ctypes.c_int32(s) for s in call.scalars]
        kept = [ctypes.c_void_p(state.ctypes.data)] if state.size else []
        function(*arguments, *kept, ctypes.c_void_p(guard.ctypes.data + at), *scalars)
    assert np.all(guard[:32] == 0x5A)
    assert np.all(guard[32 + y.nbytes :] == 0x5A)
    return np.frombuffer(guard[32 : 32 + y.nbytes].tobytes(), y.dtype).reshape(y.shape)


def _arguments(operator: Operator, node: Node, call: RowCall, arrays: Sequence[Array]) -> list[Any]:
    out: list[Any] = []
    for tensor, access, rows, array in zip(
        node.operands, operator.access(node), call.rows, arrays, strict=True
    ):
        start = array.ctypes.data
        if access is Access.ROW:
            assert 0 <= rows[0] < tensor.rows
            out.append(ctypes.c_void_p(start + rows[0] * tensor.row_bytes))
            continue
        out.append(ctypes.c_void_p(start))
        if access is Access.WINDOW:
            assert all(r == OUTSIDE or 0 <= r < tensor.rows for r in rows)
            offsets = [_NO_ROW if r == OUTSIDE else r * tensor.row_size for r in rows]
            out.append((ctypes.c_int32 * len(offsets))(*offsets))
    return out


@functools.cache
def _compiler() -> tuple[str, ...]:
    if importlib.util.find_spec("ziglang"):
        return (sys.executable, "-m", "ziglang", "cc")
    found = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if found is None:
        raise RuntimeError("no C compiler on this host: install ziglang")
    return (found,)


@functools.cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="tvm_tiny_kernels_")


def compile_c(text: str, *flags: str) -> Path:
    """Compile C text, warnings are errors; return the program's or shared object's path."""
    key = hashlib.sha256(" ".join([text, *flags]).encode()).hexdigest()[:24]
    source, out = (Path(_folder().name) / f"{key}{suffix}" for suffix in (".c", ".out"))
    source.write_text(text)
    command = [*_compiler(), "-std=c99", "-g0", *flags, *WARNINGS, f"-I{INCLUDE}"]
    command += [str(source), "-o", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, f"{done.stderr[:3000]}\n{text[:3000]}"
    return out


@functools.cache
def shared_object(text: str) -> Any:
    """Compile C text into a shared object and load it."""
    return ctypes.CDLL(str(compile_c(text, "-O1", "-fPIC", "-shared")))

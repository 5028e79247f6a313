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
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from hang import HANG_S

from tvm_tiny import _tvm, crt_project
from tvm_tiny.graph import Node, Tensor
from tvm_tiny.operators.base import lookup
from tvm_tiny.operators.call import Role, kernel_parameters, row_arguments
from tvm_tiny.schedules.any_core.plain import Plain
from tvm_tiny.schedules.apply import split_definition
from tvm_tiny.schedules.rule import Scheduled, read_pointers
from tvm_tiny.targets import load_core

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
    scheduled = Plain().apply(lookup(node.op).kernel(node), node, load_core("cortex-m3"))
    assert isinstance(scheduled, Scheduled)
    text = _tvm.lower_to_c(scheduled.func, "kernel", _tvm.lowering_passes())
    parameters, body = split_definition(text, read_pointers(node, scheduled))
    head = f"void kernel({', '.join(parameters)})"
    headers = ("tvm_tiny_kernels.h", *scheduled.headers)
    includes = "".join(f'#include "{name}"\n' for name in headers)
    return f"{includes}{head};\n{head} {{\n{body}}}\n"


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
    if operator.updates:
        guard[32 : 32 + y.nbytes] = arrays[-1].reshape(-1).view(np.uint8)
    calls = range(operator.calls(node))
    for row in calls if state.size else reversed(calls):
        function(*_arguments(node, row, arrays, state, guard[32:]))
    assert np.all(guard[:32] == 0x5A)
    assert np.all(guard[32 + y.nbytes :] == 0x5A)
    return np.frombuffer(guard[32 : 32 + y.nbytes].tobytes(), y.dtype).reshape(y.shape)


def _arguments(
    node: Node, row: int, arrays: Sequence[Array], state: Array, y: Array
) -> Iterator[Any]:
    """The arguments of one row's call; offsets are checked on the way."""
    values = row_arguments(node, row)
    for p in kernel_parameters(node, None, state.size):
        chosen = [values[k] for k in p.columns]
        if p.role is Role.SCRATCH:
            yield ctypes.c_void_p(state.ctypes.data)
        elif p.role is Role.SCALAR:
            yield ctypes.c_int32(chosen[0] or 0)
        elif p.role is Role.RESULT:
            item = np.dtype(node.output.dtype).itemsize
            yield ctypes.c_void_p(y.ctypes.data + (chosen[0] or 0) * item)
        else:
            tensor = node.operands[p.number]
            assert all(v is None or 0 <= v < max(1, tensor.size) for v in chosen)
            if p.role is Role.ROWS:
                yield (ctypes.c_int32 * len(chosen))(*(_NO_ROW if v is None else v for v in chosen))
            else:
                offset = (chosen[0] or 0) * np.dtype(tensor.dtype).itemsize if chosen else 0
                yield ctypes.c_void_p(arrays[p.number].ctypes.data + offset)


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
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=HANG_S)
    assert done.returncode == 0, f"{done.stderr[:3000]}\n{text[:3000]}"
    return out


@functools.cache
def shared_object(text: str) -> Any:
    """Compile C text into a shared object and load it."""
    return ctypes.CDLL(str(compile_c(text, "-O1", "-fPIC", "-shared")))

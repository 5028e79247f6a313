# SPDX-License-Identifier: Apache-2.0
"""Run a scheduled row kernel, row by row, and compare it with the plain one.

On the host the C twins of the micro-kernels run, on the simulator (clang, and GCC where it is
installed) the assembly.
"""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from op_harness import INCLUDE, kernel_c, run_rows, shared_object
from simulator_programs import LINK, zig

from tvm_tiny import _tvm
from tvm_tiny.emit.kernels import split_definition
from tvm_tiny.graph import Node
from tvm_tiny.operators.base import OUTSIDE, Access, RowCall, lookup
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


Case = tuple[Node, Sequence[Array], ScheduleRule]


class Memory(Protocol):
    """Where a kernel runs."""

    def place(self, data: bytes) -> int:
        """Copy bytes to a new place; return its address."""
        ...

    def write(self, address: int, data: bytes) -> None: ...

    def read(self, address: int, count: int) -> bytes: ...

    def call(self, name: str, arguments: Sequence[int]) -> None: ...


class Host:
    """This machine."""

    def __init__(self, text: str) -> None:
        self._library = shared_object(text)
        self._kept: list[Any] = []

    def place(self, data: bytes) -> int:
        self._kept.append(np.frombuffer(data, np.uint8).copy())
        return int(self._kept[-1].ctypes.data)

    def write(self, address: int, data: bytes) -> None:
        ctypes.memmove(address, data, len(data))

    def read(self, address: int, count: int) -> bytes:
        return ctypes.string_at(address, count)

    def call(self, name: str, arguments: Sequence[int]) -> None:
        function = getattr(self._library, name)
        function.restype = None
        function(*(ctypes.c_void_p(a) if a > 1 << 31 else ctypes.c_int32(a) for a in arguments))


class Simulated:
    """The simulated Cortex-M7."""

    def __init__(self, text: str, compiler: str) -> None:
        from tvm_tiny.simulator import Machine

        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "link.ld").write_text(LINK)
            (folder / "a.c").write_text(
                f"{text}\nvoid reset_handler(void);void reset_handler(void){{}}\n"
            )
            flags = [
                "-O2",
                "-std=c99",
                "-fomit-frame-pointer",
                "-ffunction-sections",
                f"-I{INCLUDE}",
            ]
            flags += ["-T", "link.ld", "-e", "reset_handler", "a.c", "-o", "a.elf"]
            if compiler == "clang":
                zig(folder, *flags)
            else:
                core = ["-mcpu=cortex-m7", "-mthumb", "-mfloat-abi=hard", "-mfpu=fpv5-d16"]
                command = ["arm-none-eabi-gcc", *core, "-nostartfiles", *flags]
                subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=300)
            self._machine = Machine((folder / "a.elf").read_bytes())

    def place(self, data: bytes) -> int:
        address = self._machine.alloc(max(4, len(data)))
        self._machine.write(address, data)
        return address

    def write(self, address: int, data: bytes) -> None:
        self._machine.write(address, data)

    def read(self, address: int, count: int) -> bytes:
        return self._machine.read(address, count)

    def call(self, name: str, arguments: Sequence[int]) -> None:
        self._machine.call(name, *arguments)


def compilers() -> list[str]:
    """Cross compilers that are installed."""
    return ["clang", *(["gcc"] if shutil.which("arm-none-eabi-gcc") else [])]


def assert_same(cases: Sequence[Case], compiler: str = "") -> None:
    """Every rule computes what ``plain`` does; one compilation for all cases.

    Args:
        cases: node, all its operands' arrays, rule.
        compiler: of the simulated core; "" for the host.
    """
    made = [scheduled(node, rule) for node, _, rule in cases]
    fast = [
        scheduled_c(node, what, f"fast_{i}")
        for i, ((node, _, _), what) in enumerate(zip(cases, made, strict=True))
    ]
    plain = [
        kernel_c(node).replace("void kernel(", f"void plain_{i}(")
        for i, (node, _, _) in enumerate(cases)
    ]
    memory = Simulated("\n".join(fast), compiler) if compiler else Host("\n".join(fast))
    library = shared_object("\n".join(plain))
    for i, ((node, arrays, _), what) in enumerate(zip(cases, made, strict=True)):
        want = run_rows(node, arrays, getattr(library, f"plain_{i}"))
        got = run_scheduled(node, arrays, what, memory, f"fast_{i}")
        assert np.array_equal(got, want), (i, node.attrs, [t.shape for t in node.operands])


def run_scheduled(
    node: Node, arrays: Sequence[Array], what: Scheduled, memory: Memory, name: str
) -> Array:
    """Call a scheduled kernel for every output row, last row first; guards round what it writes."""
    own = what.constants is None
    places = {
        k: memory.place(np.ascontiguousarray(arrays[k]).tobytes())
        for k, t in enumerate(node.operands)
        if own or t.data is None
    }
    constants = (
        []
        if own
        else [
            memory.place(np.ascontiguousarray(t.data).tobytes())
            for t in constants_of(node, what).values()
        ]
    )
    work = b"\x33" * (what.scratch_bytes + 64)
    scratch = memory.place(work)
    y = memory.place(b"\x5a" * (node.output.nbytes + 64))
    offsets = memory.place(bytes(4 * 64))
    for row in reversed(range(node.output.rows)):
        call = lookup(node.op).row_call(node, row)
        arguments = _pointers(node, call, places, memory, offsets)
        arguments += constants
        memory.write(scratch, work)
        arguments += [scratch + 32] if what.scratch_bytes else []
        arguments.append(y + 32 + row * node.output.row_bytes)
        memory.call(name, [*arguments, *call.scalars])
        after = memory.read(scratch, len(work))
        assert after[:32] == after[32 + what.scratch_bytes :] == b"\x33" * 32
    data = memory.read(y, node.output.nbytes + 64)
    assert data[:32] == data[32 + node.output.nbytes :] == b"\x5a" * 32
    return np.frombuffer(data[32:-32], node.output.dtype).reshape(node.output.shape)


def _pointers(
    node: Node, call: RowCall, places: dict[int, int], memory: Memory, offsets: int
) -> list[int]:
    """Arguments for the operands; ``offsets`` is room for the rows of a window."""
    out: list[int] = []
    accesses = lookup(node.op).access(node)
    for k, at in places.items():
        tensor, rows = node.operands[k], call.rows[k]
        out.append(at + rows[0] * tensor.row_bytes if accesses[k] is Access.ROW else at)
        if accesses[k] is Access.WINDOW:
            # a tap in the padding has an offset that would crash
            taps = [-(1 << 30) if r == OUTSIDE else r * tensor.row_size for r in rows]
            memory.write(offsets, np.array(taps, np.int32).tobytes())
            out.append(offsets)
    return out

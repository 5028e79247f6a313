# SPDX-License-Identifier: Apache-2.0
"""Run a scheduled row kernel, row by row, and compare it with the plain one.

On the host the C twins of the micro-kernels run, on the simulator (clang, and GCC where it is
installed) the assembly.
"""

from __future__ import annotations

import ctypes
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from arm_gcc import links_with_a_library
from hang import HANG_S
from op_harness import INCLUDE, kernel_c, run_rows, shared_object
from simulator_programs import LINK

from tvm_tiny import _tvm
from tvm_tiny.graph import Node
from tvm_tiny.operators.base import lookup
from tvm_tiny.operators.call import Role, kernel_parameters, row_arguments
from tvm_tiny.schedules import core_headers
from tvm_tiny.schedules.apply import split_definition
from tvm_tiny.schedules.rule import Scheduled, ScheduleRule, constants_of, read_pointers
from tvm_tiny.targets import load_core

Array = npt.NDArray[Any]


def scheduled(node: Node, rule: ScheduleRule, core: str = "cortex-m7") -> Scheduled:
    """What the rule makes of a node that it must accept."""
    got = rule.apply(lookup(node.op).kernel(node), node, load_core(core))
    assert isinstance(got, Scheduled), got
    return got


def scheduled_c(node: Node, what: Scheduled, name: str = "kernel", core: str = "cortex-m7") -> str:
    """C text of a scheduled kernel."""
    text = _tvm.lower_to_c(what.func, "kernel", _tvm.lowering_passes())
    parameters, body = split_definition(text, read_pointers(node, what))
    head = f"void {name}({', '.join(parameters)})"
    headers = ("tvm_tiny_kernels.h", *core_headers(load_core(core)), *what.headers)
    includes = "".join(f'#include "{h}"\n' for h in headers)
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
    """The simulated core."""

    def __init__(self, text: str, compiler: str, core: str = "cortex-m7") -> None:
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
            what = load_core(core)
            if compiler == "clang":
                command = [sys.executable, "-m", "ziglang", "cc", *what.zig_flags]
            else:
                command = ["arm-none-eabi-gcc", *what.gcc_flags, "-nostartfiles"]
            command += flags
            subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=HANG_S)
            self._machine = Machine((folder / "a.elf").read_bytes(), core)

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
    return ["clang", *(["gcc"] if links_with_a_library() else [])]


def assert_same(cases: Sequence[Case], compiler: str = "", core: str = "cortex-m7") -> None:
    """Every rule computes what ``plain`` does; one compilation for all cases.

    Args:
        cases: node, all its operands' arrays, rule.
        compiler: of the simulated core; "" for the host.
        core: the rules', and the simulated one.
    """
    made = [scheduled(node, rule, core) for node, _, rule in cases]
    fast = [
        scheduled_c(node, what, f"fast_{i}", core)
        for i, ((node, _, _), what) in enumerate(zip(cases, made, strict=True))
    ]
    plain = [
        kernel_c(node).replace("void kernel(", f"void plain_{i}(")
        for i, (node, _, _) in enumerate(cases)
    ]
    memory = Simulated("\n".join(fast), compiler, core) if compiler else Host("\n".join(fast))
    library = shared_object("\n".join(plain))
    for i, ((node, arrays, _), what) in enumerate(zip(cases, made, strict=True)):
        other = [np.array(a) for a in arrays]
        want = run_rows(node, arrays, getattr(library, f"plain_{i}"))
        got = run_scheduled(node, other, what, memory, f"fast_{i}")
        where = (i, node.op, node.attrs, [t.shape for t in node.operands])
        assert np.array_equal(got, want), where
        for k in lookup(node.op).written:
            if k < len(arrays):
                assert np.array_equal(arrays[k], other[k]), where


def run_scheduled(
    node: Node,
    arrays: Sequence[Array],
    what: Scheduled,
    memory: Memory,
    name: str,
    over: int | None = None,
) -> Array:
    """Call a scheduled kernel for every output row, last row first; guards round what it writes.

    Operands that it writes are written back to ``arrays``.
    over: outputs begin so many bytes behind the first input, in its place, as a plan may ask.
    """
    own, operator = what.constants is None, lookup(node.op)
    guard = b"\x5a" * 64
    places = {
        k: memory.place(np.ascontiguousarray(arrays[k]).tobytes() + bytes(over or 0) + guard)
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
    y = memory.place(b"\x5a" * (node.output.nbytes + 64)) if over is None else places[0] + over - 32
    offsets = memory.place(bytes(4 * 64))
    if operator.updates:
        memory.write(y + 32, arrays[-1].tobytes())
    for row in reversed(range(operator.calls(node))):
        memory.write(scratch, work)
        values = [0 if v is None else v for v in row_arguments(node, row)]
        absent = [v is None for v in row_arguments(node, row)]
        arguments: list[int] = []
        free = offsets
        for p in kernel_parameters(node, what.constants, what.scratch_bytes):
            chosen = [values[k] for k in p.columns]
            if p.role is Role.SCRATCH:
                arguments.append(scratch + 32)
            elif p.role is Role.SCALAR:
                arguments += chosen
            elif p.role is Role.RESULT:
                arguments.append(y + 32 + chosen[0] * node.output.elements.bytes)
            elif p.role is Role.CONSTANT:
                arguments.append(constants[p.number])
            elif p.role is Role.ROWS:
                # a tap in the padding has an offset that would crash
                taps = [-(1 << 30) if absent[k] else values[k] for k in p.columns]
                memory.write(free, np.array(taps, np.int32).tobytes())
                arguments.append(free)
                free += 4 * len(taps)
            else:
                step = node.operands[p.number].elements.bytes
                arguments.append(places[p.number] + sum(chosen) * step)
        memory.call(name, arguments)
        after = memory.read(scratch, len(work))
        assert after[:32] == after[32 + what.scratch_bytes :] == b"\x33" * 32
    for k in operator.written:
        if k < len(arrays):
            arrays[k].reshape(-1).view(np.uint8)[:] = np.frombuffer(
                memory.read(places[k], arrays[k].nbytes), np.uint8
            )
    data = memory.read(y, node.output.nbytes + 64)
    if over is None:
        assert data[:32] == data[32 + node.output.nbytes :] == guard[:32]
    return np.frombuffer(data[32:-32], node.output.dtype).reshape(node.output.shape)

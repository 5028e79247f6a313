# SPDX-License-Identifier: Apache-2.0
"""Run scheduled row kernels on the simulated core: the real instructions, not their C twins."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from op_harness import INCLUDE, WARNINGS, kernel_c, run_rows, shared_object
from schedule_harness import scheduled, scheduled_c
from simulator_programs import LINK, zig

from tvm_tiny.graph import Node
from tvm_tiny.operators.call import Role, kernel_parameters, row_arguments
from tvm_tiny.schedules.rule import Scheduled, ScheduleRule, constants_of
from tvm_tiny.simulator import Machine

Array = npt.NDArray[Any]
Case = tuple[Node, Sequence[Array], ScheduleRule]
_MEMORY = """
void *memcpy(void *, const void *, unsigned);
void *memcpy(void *to, const void *from, unsigned count)
{ char *t = to; const char *f = from; while (count--) *t++ = *f++; return to; }
void *memset(void *, int, unsigned);
void *memset(void *to, int value, unsigned count)
{ char *t = to; while (count--) *t++ = (char)value; return to; }
void reset_handler(void);
void reset_handler(void) {}
"""


def device(sources: Sequence[str], *flags: str) -> Machine:
    """Every source compiled for the Cortex-M7 and linked with memcpy and memset."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "link.ld").write_text(LINK)
        (folder / "memory.c").write_text(_MEMORY)
        names = [f"s{i}.c" for i in range(len(sources))]
        for path, text in zip(names, sources, strict=True):
            (folder / path).write_text(text)
        style = ["-std=c99", "-ffreestanding", "-fomit-frame-pointer", "-fno-sanitize=undefined"]
        options = ["-O2", *style, *flags, f"-I{INCLUDE}", "-T", "link.ld", "-e", "reset_handler"]
        zig(folder, "-fno-builtin", "-c", "-O1", "memory.c", "-o", "memory.o")
        zig(folder, *options, *WARNINGS, *names, "memory.o", "-o", "a.elf")
        return Machine((folder / "a.elf").read_bytes())


def assert_same_on_device(cases: Sequence[Case]) -> None:
    """Every rule's kernel, run on the core, gives what the plain kernel gives on the host."""
    made = [scheduled(node, rule) for node, _, rule in cases]
    fast = [
        scheduled_c(node, what, f"fast_{i}")
        for i, ((node, _, _), what) in enumerate(zip(cases, made, strict=True))
    ]
    plain = [
        kernel_c(node).replace("void kernel(", f"void plain_{i}(")
        for i, (node, _, _) in enumerate(cases)
    ]
    library = shared_object("\n".join(plain))
    machine = device(["\n".join(fast)])
    for i, ((node, arrays, _), what) in enumerate(zip(cases, made, strict=True)):
        want = run_rows(node, arrays, getattr(library, f"plain_{i}"))
        got = _run(machine, f"fast_{i}", node, arrays, what)
        assert np.array_equal(got, want), (i, node.attrs, [t.shape for t in node.operands])


def _run(
    machine: Machine, function: str, node: Node, arrays: Sequence[Array], what: Scheduled
) -> Array:
    """Call a kernel row by row; rows, constants and workspace lie apart with guards between."""
    places = [_put(machine, array, offset=1) for array in arrays]
    constants = [_put(machine, t.data) for t in constants_of(node, what).values()]
    scratch = _put(machine, np.full(what.scratch_bytes, 0x33, np.uint8))
    y = _put(machine, np.full(node.output.nbytes, 0x5A, np.uint8), offset=1)
    for row in range(node.output.rows):
        values = row_arguments(node, row)
        arguments: list[int] = []
        for p in kernel_parameters(node, what.constants, what.scratch_bytes):
            chosen = [values[k] for k in p.columns]
            known = [0 if v is None else v for v in chosen]
            if p.role is Role.SCRATCH:
                arguments.append(scratch)
            elif p.role is Role.CONSTANT:
                arguments.append(constants[p.number])
            elif p.role is Role.SCALAR:
                arguments += known
            elif p.role is Role.ROWS:
                # a tap in the padding has an offset that would crash
                taps = [-(1 << 28) if v is None else v for v in chosen]
                arguments.append(_put(machine, np.array(taps, np.int32)))
            else:
                at = y if p.role is Role.RESULT else places[p.number]
                tensor = node.output if p.role is Role.RESULT else node.operands[p.number]
                arguments.append(at + sum(known) * tensor.elements.bytes)
        machine.call(function, *arguments)
    for start, size in ((scratch, what.scratch_bytes), (y, node.output.nbytes)):
        assert machine.read(start - 15, 15) == b"\xa7" * 15
        assert machine.read(start + size, 16) == b"\xa7" * 16
    data = machine.read(y, node.output.nbytes)
    return np.frombuffer(data, node.output.dtype).reshape(node.output.shape)


def _put(machine: Machine, data: Any, offset: int = 0) -> int:
    """Address of a copy of the data between guards; ``offset`` 1: as unaligned as can be."""
    raw = np.ascontiguousarray(data).tobytes()
    at = machine.alloc(len(raw) + 64)
    machine.write(at, b"\xa7" * (len(raw) + 64))
    machine.write(at + 16 + offset, raw)
    return at + 16 + offset

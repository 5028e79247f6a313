# SPDX-License-Identifier: Apache-2.0
"""What the programs of a project consist of: sources besides the model's, entry, flags."""

from __future__ import annotations

from typing import Literal, NamedTuple

from tvm_tiny.emit.spec import ProjectSpec

_BENCH_SOURCES = (
    "bench/main.c",
    "ports/mps2-an500/inputs.c",
    "ports/mps2-an500/start.c",
    "ports/mps2-an500/semihosting.c",
    "ports/cortex-m/memory.c",
)
_SIMULATOR_SOURCES = ("ports/simulator/port.c", "ports/cortex-m/memory.c")
DEVICE_SOURCES = (
    "device/main.c",
    "device/tvm_tiny_device.c",
    "device/tvm_tiny_link.c",
    "device/tvm_tiny_th.c",
)
_LOOPBACK_ENTRY = "tvm_tiny_loopback_pump"

ElfKind = Literal["simulator", "bench", "device", "loopback"]


class ElfParts(NamedTuple):
    """What differs between kinds of programs: sources besides the model's, entry, more flags."""

    sources: tuple[str, ...]
    entry: str
    flags: tuple[str, ...] = ()


def elf_parts(kind: ElfKind, spec: ProjectSpec, trace: bool) -> ElfParts:
    """What a kind of program consists of; see ``toolchain.build_elf``."""
    # Entries are named here too: zig's driver passes over ENTRY of the linker script.
    traced = ("-DTVM_TINY_TRACE=1",) if trace or kind == "simulator" else ()
    memory = "ports/cortex-m/memory.c"
    if kind == "simulator":
        return ElfParts(_SIMULATOR_SOURCES, f"{spec.model}_run", traced)
    if kind == "bench":
        return ElfParts(_BENCH_SOURCES, "tvm_tiny_port_reset", traced)
    if kind == "loopback":
        sources = (*DEVICE_SOURCES, "ports/loopback/device.c", memory)
        return ElfParts(sources, _LOOPBACK_ENTRY, (*traced, "-DTVM_TINY_DEVICE_LOOPBACK=1"))
    ports = tuple(f"ports/mps2-an500/{name}.c" for name in ("start", "uart"))
    return ElfParts((*DEVICE_SOURCES, *ports, memory), "tvm_tiny_port_reset", traced)

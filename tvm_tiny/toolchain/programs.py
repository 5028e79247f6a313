# SPDX-License-Identifier: Apache-2.0
"""What the programs of a project consist of: sources besides the model's, entry, flags."""

from __future__ import annotations

from typing import Literal, NamedTuple

from tvm_tiny.project_spec import ProjectSpec
from tvm_tiny.targets import Core

_MEMORY = "ports/cortex-m/memory.c"
_SIMULATOR_SOURCES = ("ports/simulator/port.c", _MEMORY)
_SIMULATED_MACHINE = "mps2-an500"
"""Whose memory map the simulator has (``simulator/machine.py``)."""
DEVICE_SOURCES = (
    "device/main.c",
    "device/tvm_tiny_device.c",
    "device/tvm_tiny_link.c",
    "device/tvm_tiny_th.c",
)
_LOOPBACK_ENTRY = "tvm_tiny_loopback_pump"

ElfKind = Literal["simulator", "bench", "device", "loopback"]


class ElfParts(NamedTuple):
    """What differs between kinds of programs: sources besides the model's, entry, flags, memory."""

    sources: tuple[str, ...]
    entry: str
    flags: tuple[str, ...] = ()
    link_script: str = ""


def elf_parts(kind: ElfKind, spec: ProjectSpec, trace: bool, core: Core) -> ElfParts:
    """What a kind of program consists of; see ``toolchain.build_elf``."""
    # Entries are named here too: zig's driver passes over ENTRY of the linker script.
    traced = ("-DTVM_TINY_TRACE=1",) if trace or kind == "simulator" else ()
    simulated = f"ports/{_SIMULATED_MACHINE}/link.ld"
    if kind == "simulator":
        return ElfParts(_SIMULATOR_SOURCES, f"{spec.model}_run", traced, simulated)
    if kind == "loopback":
        sources = (*DEVICE_SOURCES, "ports/loopback/device.c", _MEMORY)
        flags = (*traced, "-DTVM_TINY_DEVICE_LOOPBACK=1")
        return ElfParts(sources, _LOOPBACK_ENTRY, flags, simulated)
    own, names = DEVICE_SOURCES, ("start", "uart")
    if kind == "bench":
        own, names = ("bench/main.c",), ("inputs", "start", "semihosting")
    port = f"ports/{core.qemu_machine}"
    sources = (*own, *(f"{port}/{name}.c" for name in names), _MEMORY)
    return ElfParts(sources, "tvm_tiny_port_reset", traced, f"{port}/link.ld")

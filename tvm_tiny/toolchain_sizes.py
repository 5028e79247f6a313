# SPDX-License-Identifier: Apache-2.0
"""What is in the flash: read from a linked ELF file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from elftools.common.exceptions import ELFError  # pyright: ignore[reportMissingTypeStubs]
from elftools.elf.elffile import ELFFile  # pyright: ignore[reportMissingTypeStubs]

from tvm_tiny.emit.spec import ProjectSpec
from tvm_tiny.errors import Problem, ToolchainError

_ALLOC = 2
_WRITE = 1
_PORT_PREFIXES = ("tvm_tiny_port_", "tvm_tiny_bench_", "tvm_tiny_layer_done")


@dataclass(frozen=True)
class FlashSizes:
    """Bytes of a linked ELF file.

    Attributes:
        weights_bytes: constants called ``<model>_w_*``: weights and biases.
        code_bytes: functions of the model, with the constants and padding between them.
        tables_bytes: constants called ``<model>_t_*``: multipliers, shifts, lookup tables.
        runtime_bytes: all that is not the model: memcpy, arithmetic of the compiler, port.
        static_bytes: RAM of .data and .bss; of a simulator build always 0.
    """

    weights_bytes: int
    code_bytes: int
    tables_bytes: int
    runtime_bytes: int
    static_bytes: int

    @property
    def total_bytes(self) -> int:
        """All that lies in flash."""
        return self.weights_bytes + self.code_bytes + self.tables_bytes + self.runtime_bytes


@dataclass(frozen=True)
class Symbol:
    """A function or a variable of an ELF file."""

    name: str
    address: int
    size_bytes: int
    kind: str
    """``STT_FUNC`` or ``STT_OBJECT``."""
    is_global: bool


def _load(elf: Path) -> tuple[list[tuple[int, int, bool]], list[Symbol]]:
    """Sections in memory as (address, bytes, writable), and the symbols."""
    try:
        with elf.open("rb") as stream:
            file: Any = ELFFile(stream)
            sections = [
                (section["sh_addr"], section["sh_size"], bool(section["sh_flags"] & _WRITE))
                for section in file.iter_sections()
                if section["sh_flags"] & _ALLOC
            ]
            table: Any = file.get_section_by_name(".symtab")
            rows: Any = table.iter_symbols() if table is not None else ()
            return sections, [
                Symbol(
                    row.name,
                    row["st_value"] & ~1
                    if row["st_info"]["type"] == "STT_FUNC"
                    else row["st_value"],
                    row["st_size"],
                    row["st_info"]["type"],
                    row["st_info"]["bind"] != "STB_LOCAL",
                )
                for row in rows
                if row["st_info"]["type"] in ("STT_FUNC", "STT_OBJECT")
                and row["st_shndx"] != "SHN_UNDEF"
            ]
    except (ELFError, OSError) as error:
        problem = Problem(what=str(error), where=str(elf))
        raise ToolchainError("not a readable ELF file", (problem,), code="TT4003") from error


def elf_symbols(elf: Path) -> list[Symbol]:
    """Functions and variables of an ELF file, in the order of the file.

    Raises:
        ToolchainError: TT4003, not a readable ELF file.
    """
    return _load(elf)[1]


def elf_sizes(elf: Path, spec: ProjectSpec) -> FlashSizes:
    """Measure an ELF file made by ``build_elf``.

    Raises:
        ToolchainError: TT4003, not a readable ELF file.
    """
    sections, symbols = _load(elf)
    flash = [(begin, begin + size) for begin, size, writable in sections if size and not writable]
    static = sum(size for _, size, writable in sections if writable)
    weights = tables = runtime = 0
    # Aliases share an address: only one of them counts.
    by_address = {symbol.address: symbol for symbol in symbols if symbol.size_bytes}
    for symbol in by_address.values():
        if not any(begin <= symbol.address < end for begin, end in flash):
            continue
        if symbol.name.startswith(f"{spec.model}_w_"):
            weights += symbol.size_bytes
        elif symbol.name.startswith(f"{spec.model}_t_"):
            tables += symbol.size_bytes
        elif _is_runtime(symbol.name, spec.model):
            runtime += symbol.size_bytes
    total = sum(end - begin for begin, end in flash)
    return FlashSizes(weights, total - weights - tables - runtime, tables, runtime, static)


def _is_runtime(name: str, model: str) -> bool:
    if name.startswith(_PORT_PREFIXES):
        return True
    return not name.startswith((f"{model}_", "tvm_tiny_"))

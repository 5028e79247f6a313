# SPDX-License-Identifier: Apache-2.0
"""What is in the flash: read from a linked ELF file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from elftools.common.exceptions import ELFError  # pyright: ignore[reportMissingTypeStubs]
from elftools.elf.elffile import ELFFile  # pyright: ignore[reportMissingTypeStubs]

from tvm_tiny.errors import Problem, ToolchainError
from tvm_tiny.project_spec import ProjectSpec

_ALLOC = 2
_WRITE = 1


@dataclass(frozen=True)
class FlashSizes:
    """Bytes of a linked ELF file.

    Attributes:
        weights_bytes: constants called ``<model>_w_*``: weights and biases.
        code_bytes: functions of the model, and its constants that have no such name.
        tables_bytes: constants called ``<model>_t_*``: multipliers, shifts, lookup tables.
        runtime_bytes: all that is not the model: memcpy, arithmetic of the compiler, port,
            padding, and in a bench its main and start-up.
        static_bytes: RAM of the model's own variables; generated code has none.
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
    """A function or a variable of an ELF file.

    ``source`` is the base name of the C file of a local symbol, empty for a global one.
    """

    name: str
    address: int
    size_bytes: int
    source: str
    is_function: bool = False


@dataclass(frozen=True)
class _Section:
    begin: int
    end: int
    writable: bool


def _symbols(file: Any) -> list[Symbol]:
    """Functions and variables; local ones follow the STT_FILE symbol of their source."""
    table: Any = file.get_section_by_name(".symtab")
    found: list[Symbol] = []
    source = ""
    for row in table.iter_symbols() if table is not None else ():
        kind, local = row["st_info"]["type"], row["st_info"]["bind"] == "STB_LOCAL"
        if kind == "STT_FILE":
            source = row.name.replace("\\", "/").rsplit("/", 1)[-1]
        elif kind in ("STT_FUNC", "STT_OBJECT") and row["st_shndx"] != "SHN_UNDEF":
            # Bit 0 of a function's address says Thumb.
            address = row["st_value"] & ~1 if kind == "STT_FUNC" else row["st_value"]
            owner = source if local else ""
            found.append(Symbol(row.name, address, row["st_size"], owner, kind == "STT_FUNC"))
    return found


def _load(elf: Path) -> tuple[list[_Section], list[Symbol]]:
    """Sections that take memory, and the symbols."""
    try:
        with elf.open("rb") as stream:
            file: Any = ELFFile(stream)
            sections = [
                _Section(
                    section["sh_addr"],
                    section["sh_addr"] + section["sh_size"],
                    bool(section["sh_flags"] & _WRITE),
                )
                for section in file.iter_sections()
                if section["sh_flags"] & _ALLOC
            ]
            return sections, _symbols(file)
    except (ELFError, OSError) as error:
        problem = Problem(what=str(error), where=str(elf))
        raise ToolchainError("not a readable ELF file", (problem,), code="TT4002") from error


def elf_symbols(elf: Path) -> list[Symbol]:
    """Functions and variables of an ELF file, in the order of the file.

    Raises:
        ToolchainError: TT4002, not a readable ELF file.
    """
    return _load(elf)[1]


@dataclass(frozen=True)
class Function:
    """A function of an ELF file and its code; see ``Symbol``."""

    name: str
    address: int
    source: str
    code: bytes


def elf_functions(elf: Path) -> list[Function]:
    """Functions of an ELF file with their code, in the order of the file.

    Raises:
        ToolchainError: TT4002, not a readable ELF file.
    """
    symbols = [s for s in _load(elf)[1] if s.is_function]
    with elf.open("rb") as stream:
        file: Any = ELFFile(stream)
        parts: list[tuple[int, bytes]] = [
            (section["sh_addr"], section.data())
            for section in file.iter_sections("SHT_PROGBITS")
            if section["sh_flags"] & _ALLOC
        ]
    found: list[Function] = []
    for symbol in symbols:
        for begin, data in parts:
            at = symbol.address - begin
            if 0 <= at < len(data):
                code = data[at : at + symbol.size_bytes]
                found.append(Function(symbol.name, symbol.address, symbol.source, code))
    return found


def elf_sizes(elf: Path, spec: ProjectSpec) -> FlashSizes:
    """Measure an ELF file made by ``build_elf``, of either kind.

    Raises:
        ToolchainError: TT4002, not a readable ELF file.
    """
    sections, symbols = _load(elf)
    sources = {name.rsplit("/", 1)[-1] for name in spec.files}
    weights = tables = code = static = 0
    # Aliases share an address: only one of them counts.
    for symbol in {s.address: s for s in symbols if s.size_bytes}.values():
        home = next((s for s in sections if s.begin <= symbol.address < s.end), None)
        mine = symbol.name.startswith(f"{spec.model}_") or symbol.source in sources
        if home is None or not mine:
            continue
        if home.writable:
            static += symbol.size_bytes
        elif symbol.name.startswith(f"{spec.model}_w_"):
            weights += symbol.size_bytes
        elif symbol.name.startswith(f"{spec.model}_t_"):
            tables += symbol.size_bytes
        else:
            code += symbol.size_bytes
    total = sum(s.end - s.begin for s in sections if not s.writable)
    return FlashSizes(weights, code, tables, total - weights - code - tables, static)

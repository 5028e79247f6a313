# SPDX-License-Identifier: Apache-2.0
"""The linked program that the simulator runs: segments, symbols, functions."""

from __future__ import annotations

import bisect
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from elftools.common.exceptions import ELFError
from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection

from tvm_tiny.errors import DeviceError, Problem, UsageError

_EM_ARM = "EM_ARM"
_WRITABLE = 2  # PF_W


@dataclass(frozen=True)
class LoadedBytes:
    """One PT_LOAD segment.

    Attributes:
        load_address: where the file says the bytes lie at reset (flash for .data).
        run_address: where the program expects them once started.
        data: the bytes of the file.
        size_bytes: size when running; what exceeds ``data`` is zero (.bss).
        writable: whether the program may write to it.
    """

    load_address: int
    run_address: int
    data: bytes
    size_bytes: int
    writable: bool


@dataclass(frozen=True)
class FunctionSymbol:
    """One function symbol; ``address`` has no Thumb bit."""

    address: int
    size_bytes: int
    name: str


@dataclass(frozen=True)
class Image:
    """A parsed ELF: ``symbols`` keep the Thumb bit, ``functions`` are sorted by address."""

    segments: tuple[LoadedBytes, ...]
    symbols: dict[str, int]
    functions: tuple[FunctionSymbol, ...]
    starts: tuple[int, ...]

    def symbol(self, name: str) -> int:
        """Return the address of a symbol (functions: with the Thumb bit)."""
        try:
            return self.symbols[name]
        except KeyError:
            problem = Problem(
                f"the program has no symbol {name!r}",
                why="it was never defined, or the linker removed it as unused",
                do="check the spelling and keep it with KEEP() or -Wl,-u," + name,
            )
            raise UsageError(f"no symbol {name!r} in the program", (problem,)) from None

    def function_at(self, address: int) -> str:
        """Return the name of the function around an address, ``?`` if there is none."""
        index = bisect.bisect_right(self.starts, address & ~1) - 1
        while index >= 0:
            function = self.functions[index]
            if address < function.address + max(function.size_bytes, 2) or not function.size_bytes:
                return function.name
            if address - function.address > 1 << 20:
                break
            index -= 1
        return "?"


def load_image(elf: Path | bytes) -> Image:
    """Parse a 32-bit little-endian Arm executable.

    Raises:
        DeviceError: not an ELF, or not for an Arm core, or damaged.
    """
    name = str(elf) if isinstance(elf, Path) else "<bytes>"
    try:
        raw = elf.read_bytes() if isinstance(elf, Path) else elf
        return _parse(ELFFile(io.BytesIO(raw)))
    except (ELFError, OSError, ValueError, KeyError, IndexError, AttributeError) as error:
        problem = Problem(
            "cannot read the program", name, str(error), "link it as a 32-bit Arm ELF executable"
        )
        raise DeviceError("not a program for this core", (problem,)) from error


def _parse(elf: ELFFile) -> Image:
    if elf["e_machine"] != _EM_ARM or elf.elfclass != 32 or not elf.little_endian:
        raise ValueError(f"machine {elf['e_machine']}, {elf.elfclass} bit")
    segments = tuple(
        LoadedBytes(
            load_address=int(segment["p_paddr"]),
            run_address=int(segment["p_vaddr"]),
            data=bytes(segment.data()),
            size_bytes=int(segment["p_memsz"]),
            writable=bool(int(segment["p_flags"]) & _WRITABLE),
        )
        for segment in elf.iter_segments("PT_LOAD")
        if segment["p_memsz"]
    )
    if not segments:
        raise ValueError("nothing to load: an object file?")
    symbols: dict[str, int] = {}
    functions: dict[int, tuple[bool, FunctionSymbol]] = {}
    for name, kind, is_global, value, size in _symbols(elf):
        symbols.setdefault(name, value)
        if is_global:
            symbols[name] = value
        if kind == "STT_FUNC":
            known = functions.get(value & ~1)
            if known is None or (is_global and not known[0]):
                functions[value & ~1] = (is_global, FunctionSymbol(value & ~1, size, name))
    ordered = tuple(entry[1] for _, entry in sorted(functions.items()))
    return Image(segments, symbols, ordered, tuple(f.address for f in ordered))


def _symbols(elf: ELFFile) -> Iterable[tuple[str, str, bool, int, int]]:
    """Yield (name, type, is global, value, size in bytes) of every defined symbol."""
    for section in elf.iter_sections("SHT_SYMTAB"):
        if not isinstance(section, SymbolTableSection):
            continue
        for symbol in section.iter_symbols():
            kind = str(symbol["st_info"]["type"])
            mapping = symbol.name.startswith(("$t", "$d", "$a"))
            if not symbol.name or mapping or symbol["st_shndx"] == "SHN_UNDEF":
                continue
            if kind in ("STT_FUNC", "STT_OBJECT", "STT_NOTYPE"):
                is_global = symbol["st_info"]["bind"] != "STB_LOCAL"
                yield symbol.name, kind, is_global, int(symbol["st_value"]), int(symbol["st_size"])

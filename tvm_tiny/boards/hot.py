# SPDX-License-Identifier: Apache-2.0
"""Functions of a model's kernels: their sizes, and the cycles that pass through them.

Cycles are known by layer. A kernel has those of its layers, and what it calls (micro-kernels, where
the inner loops are) those of all kernels that call it, found in the code itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from tvm_tiny.boards.placing import HotFunction
from tvm_tiny.toolchain.elf import elf_functions

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_INDIRECT = -1
"""Instead of an address: a call through a register."""


def hot_functions(elf: Path, source: str, cycles: Mapping[str, int]) -> tuple[HotFunction, ...]:
    """Functions of a source file and of the kernels, with the cycles that pass through them.

    Args:
        elf: a linked program with the model in it.
        source: base name of the kernels' C file: its local functions count.
        cycles: kernel (a global function) to cycles of all its layers.

    Raises:
        ToolchainError: TT4002, not a readable ELF file.
    """
    code = elf_functions(elf)
    # A compiler's own versions of a function (name.constprop.0) go with it.
    names = {f.address: f.name.split(".", 1)[0] for f in code}
    called: dict[str, set[str]] = {}
    sizes: dict[str, int] = {}
    indirect: set[str] = set()
    for function in code:
        name = names[function.address]
        if (name in cycles or function.source == source) and _IDENTIFIER.fullmatch(name):
            sizes[name] = sizes.get(name, 0) + len(function.code)
            targets = set(calls(function.code, function.address))
            called.setdefault(name, set()).update(names[t] for t in targets if t in names)
            indirect |= {name} if _INDIRECT in targets else set()
    # What nobody calls by name is called through a pointer, by any function that does so.
    unnamed = sizes.keys() - cycles.keys() - set[str]().union(*called.values())
    for name in indirect:
        called[name] |= unnamed
    through = _through(cycles, called)
    return tuple(HotFunction(n, size, through.get(n, 0)) for n, size in sizes.items() if size)


def _through(cycles: Mapping[str, int], called: Mapping[str, set[str]]) -> dict[str, int]:
    """Function to the cycles of all kernels that call it, directly or not, or are it."""
    total: dict[str, int] = {}
    for kernel, spent in cycles.items():
        seen, left = {kernel}, [kernel]
        while left:
            fresh = called.get(left.pop(), set[str]()) - seen
            seen |= fresh
            left += fresh
        for name in seen:
            total[name] = total.get(name, 0) + spent
    return total


def calls(code: bytes, address: int) -> Iterator[int]:
    """Addresses that Thumb code calls (or ends in a jump to), -1 for those in a register.

    Constants that lie in the code may look like calls.

    Source: Arm v7-M Architecture Reference Manual, A7.7: B (encoding T4), BL, BLX and BX (T1).
    """
    at = 0
    while at + 2 <= len(code):
        first = int.from_bytes(code[at : at + 2], "little")
        if first >> 11 not in (0b11101, 0b11110, 0b11111):
            at += 2
            if first & 0xFF87 == 0x4780 or (first & 0xFF87 == 0x4700 and first != 0x4770):
                yield _INDIRECT
            continue
        second = int.from_bytes(code[at + 2 : at + 4], "little")
        if first >> 11 == 0b11110 and second >> 15 and second >> 12 & 1:
            sign = first >> 10 & 1
            j1, j2 = second >> 13 & 1, second >> 11 & 1
            high = (1 ^ j1 ^ sign) << 23 | (1 ^ j2 ^ sign) << 22
            low = (first & 0x3FF) << 12 | (second & 0x7FF) << 1
            yield address + at + 4 + (high | low) - (sign << 24)
        at += 4

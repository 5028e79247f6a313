# SPDX-License-Identifier: Apache-2.0
"""A board's file to start from, from a CMSIS device pack (``.pack``, as pyOCD fetches them).

A pack says core, memories and the highest clock; not what its memories cost, how start-up raises
the clock, or what is on a board. The file says so where a figure has to be looked up.

Source: Open-CMSIS-Pack, specification of the package description (``/package/devices``).
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.files.reading import UnreadableError, read_bounded
from tvm_tiny.targets import cores

_PACK_LIMIT_BYTES = 1 << 30
_DESCRIPTION_LIMIT_BYTES = 1 << 26
_LEVELS = ("family", "subFamily", "device", "variant")
_NAMES = {"Dname", "Dvariant"}


@dataclass(frozen=True)
class PackMemory:
    """A memory of a device: the pack's name, first address, size, whether code begins there."""

    name: str
    start: int
    size_bytes: int
    writable: bool
    startup: bool


@dataclass(frozen=True)
class PackDevice:
    """A device of a pack: ``core`` as Arm calls it, ``hz`` its highest clock (0: not said)."""

    name: str
    core: str
    hz: int
    memories: tuple[PackMemory, ...]


def devices(path: Path) -> dict[str, PackDevice]:
    """Every device of a pack, by name in capital letters.

    Raises:
        UsageError: TT6307, not a pack that can be read.
    """
    try:
        data = read_bounded(path, _PACK_LIMIT_BYTES)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            (name,) = [n for n in archive.namelist() if n.endswith(".pdsc") and "/" not in n]
            if archive.getinfo(name).file_size > _DESCRIPTION_LIMIT_BYTES:
                raise ValueError(f"{name} is too large")
            root = ElementTree.fromstring(archive.read(name))
        return {d.name.upper(): d for d in _devices(root)}
    except (UnreadableError, zipfile.BadZipFile, ElementTree.ParseError, ValueError) as err:
        problem = Problem(str(err), where=str(path), do="give a .pack file with one .pdsc in it")
        raise UsageError("not a CMSIS pack", (problem,), "TT6307") from err


def _devices(root: ElementTree.Element) -> Iterator[PackDevice]:
    for family in root.iterfind("devices/family"):
        yield from _under(family, {}, {}, "")


def _under(
    node: ElementTree.Element, processor: dict[str, str], memories: dict[str, PackMemory], name: str
) -> Iterator[PackDevice]:
    """Devices below a level; what a level says holds for all below it."""
    name = next((node.attrib[key] for key in _NAMES if key in node.attrib), name)
    for found in node.iterfind("processor"):
        processor = {**processor, **found.attrib}
    memories = memories | {m.name: m for m in map(_memory, node.iterfind("memory")) if m}
    if node.tag in ("device", "variant"):
        hz = int(processor.get("Dclock", "0"), 0)
        yield PackDevice(name, processor.get("Dcore", ""), hz, tuple(memories.values()))
    for child in node:
        if child.tag in _LEVELS:
            yield from _under(child, processor, memories, name)


def _memory(node: ElementTree.Element) -> PackMemory | None:
    name = node.get("name") or node.get("id") or ""
    start, size = int(node.get("start", "0"), 0), int(node.get("size", "0"), 0)
    writable = "w" in node.get("access", "") or name.startswith("IRAM")
    if not name or size < 256 or start % 256 or start + size > 1 << 32:
        return None
    return PackMemory(name, start, size & ~7, writable, node.get("startup") == "1")


def board_file(path: Path, device: str) -> str:
    """The text of a board's file for a device of a pack.

    Raises:
        UsageError: TT6307, no such device, no memory for code or data, or a core without compiler.
    """
    known = devices(path)
    found = known.get(device.upper())
    if found is None:
        near = [d.name for key, d in known.items() if key.startswith(device.upper()[:9])][:8]
        do = f"one of {', '.join(near)}" if near else f"one of its {len(known)} devices"
        raise UsageError(f"no device '{device}'", (Problem(device, str(path), do=do),), "TT6307")
    core = _core(found, path)
    flash = [m for m in found.memories if not m.writable]
    flash.sort(key=lambda m: (not m.startup, m.start))
    rams = sorted((m for m in found.memories if m.writable), key=lambda m: m.start)
    if not flash or not rams:
        problem = Problem("no memory for code, or none for data", str(path))
        raise UsageError(f"'{device}' cannot be described", (problem,), "TT6307")
    regions = [_region("FLASH", "flash", flash[0])]
    regions += [_region(f"SRAM{i or ''}", "sram", ram) for i, ram in enumerate(rams)]
    return _TEXT.format(
        name=_plain(found.name),
        pack=_plain(path.name),
        core=core,
        regions="\n".join(regions),
        hz=found.hz or 1_000_000,
    )


def _core(device: PackDevice, path: Path) -> str:
    """Our name of a device's core."""
    name = device.core.lower().replace("+", "plus")
    if name not in {core.name for core in cores()}:
        problem = Problem(f"its core is '{device.core}'", str(path))
        raise UsageError(f"no compiler for '{device.name}'", (problem,), "TT6307")
    return name


def _region(name: str, kind: str, memory: PackMemory) -> str:
    return (
        f'[[regions]]\nname = "{name}"\nkind = "{kind}"\norigin = 0x{memory.start:08X}\n'
        f'length_bytes = 0x{memory.size_bytes:X}\nfacts = "{_plain(memory.name)} of the pack"\n'
    )


def _plain(text: str) -> str:
    """Letters, digits and a few signs only: it goes into TOML and comments of C."""
    return re.sub(r"[^A-Za-z0-9 ._+-]", "", text)[:80]


_TEXT = """# SPDX-License-Identifier: Apache-2.0
# To start from: tvm-tiny boards shows what other files have (wait states, caches, clocks, probe).

title = "{name}"
core = "{core}"
# The vector table's entries behind the core's own 16: look them up, this is the most there can be.
interrupts = 240
sources = ["CMSIS pack {pack}"]

{regions}
[clock]
# The highest that the pack names. Put the clock after reset here, and [[clock.speeds]] for more.
core_hz = {hz}
facts = "not looked up: the highest clock that the pack names"

[probe]
runners = ["simulator"]
"""

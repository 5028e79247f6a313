# SPDX-License-Identifier: Apache-2.0
"""Linker script and start-up code of a board, from its data."""

from __future__ import annotations

from tvm_tiny.boards.data import Board
from tvm_tiny.boards.placing import Needs, RegionPlacement
from tvm_tiny.boards.regions import Region
from tvm_tiny.crt_project import render_board

_EXCEPTIONS = (
    "NMI", "HardFault", "MemManage", "BusFault", "UsageFault", "SecureFault", "", "", "",
    "SVCall", "DebugMonitor", "", "PendSV", "SysTick",
)  # fmt: skip
_ATTRIBUTES = {"flash": "rx", "inputs": "r"} | dict.fromkeys(
    ("itcm", "code", "dtcm", "sram"), "rwx"
)

_BOOT2 = (
    (0xCC03A404, "adr r4, table; next: ldmia r4!, {r0, r1}"),
    (0xD0012800, "cmp r0, 0; beq done"),
    (0xE7FA6001, "str r1, [r0]; b next"),
    (0xF382C90C, "done: ldmia r1!, {r2, r3}; msr msp, r2 (first half)"),
    (0x47188808, "(second half); bx r3"),
    (0x18000008, "table: SSIENR"),
    (0, "off"),
    (0x18000014, "BAUDR"),
    (4, "a quarter of the core's clock"),
    (0x18000000, "CTRLR0"),
    (0x001F0300, "frames of 32 bits, command and address out, then data in"),
    (0x18000004, "CTRLR1"),
    (0, "one frame"),
    (0x180000F4, "SPI_CTRLR0"),
    (0x03000218, "command 03h of 8 bits, address of 24 bits, all on one line"),
    (0x18000008, "SSIENR"),
    (1, "on"),
    (0xE000ED08, "VTOR"),
    (0x10000100, ""),
    (0, "end of the table"),
    (0x10000100, "vectors: stack pointer, reset handler"),
)
"""RP2040's second boot stage: 20 bytes of Thumb code and a table of (register, value)."""


def crc32_mpeg(data: bytes) -> int:
    """CRC-32/MPEG-2 (polynomial 04C11DB7, from all ones, not reflected): the RP2040's boot ROM."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ (0x04C11DB7 if crc >> 31 else 0)) & 0xFFFFFFFF
    return crc


def boot2_words() -> tuple[tuple[int, str], ...]:
    """The 64 words of the RP2040's second boot stage with what they mean."""
    padded = (*_BOOT2, *((0, "") for _ in range(63 - len(_BOOT2))))
    data = b"".join(word.to_bytes(4, "little") for word, _ in padded)
    return (*padded, (crc32_mpeg(data), "CRC"))


def board_files(board: Board, needs: Needs, placement: RegionPlacement) -> dict[str, str]:
    """``boards/<name>/link.ld`` and ``start.c``: relative path -> text."""
    used = {placement.arena.name, placement.stack.name, placement.data.name}
    used |= {placement.constants.name} if placement.constants else set[str]()
    writes = [
        *board.startup,
        *(write for region in board.regions if region.name in used for write in region.enable),
    ]
    given = board.of_kind("inputs")
    table_bytes = 4 * (16 + board.interrupts)
    values: dict[str, object] = {
        "board": board,
        "speed": board.clock.speed(board.run_hz),
        "model": needs.model,
        "placement": placement,
        "regions": [_region(r) for r in board.regions],
        "flash": board.flash,
        "code_ram": board.code_ram,
        "given": given[0] if given else None,
        "cache": board.cache,
        "tightly_coupled": bool(board.of_kind("itcm", "dtcm")),
        "copies": [
            *(["hot"] if placement.hot else []),
            *(["constants"] if placement.constants else []),
            "data",
        ],
        "zeroes": ["arena", "bss"],
        "writes": writes,
        "exceptions": _EXCEPTIONS,
        "vectors_align": max(128, 1 << (table_bytes - 1).bit_length()),
        "boot_words": boot2_words() if board.boot.kind == "rp2040" else (),
    }
    return {f"boards/{board.name}/{name}": text for name, text in render_board(values).items()}


def _region(region: Region) -> dict[str, object]:
    return {
        "name": region.name,
        "attributes": _ATTRIBUTES[region.kind],
        "origin": region.origin,
        "length_bytes": region.length_bytes,
        "facts": region.facts,
        "cached": region.cached,
    }

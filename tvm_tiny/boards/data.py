# SPDX-License-Identifier: Apache-2.0
"""Boards as data: one TOML file each in ``targets/boards``, or a file of the user's.

A file is untrusted: every number is bounded, and what goes into C or a linker script is checked.
"""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from tvm_tiny import plugins
from tvm_tiny.boards.calibration import Calibration
from tvm_tiny.boards.clocks import CoreClock, check_clock
from tvm_tiny.boards.memories import BufferCache, Text, cache_faults
from tvm_tiny.boards.regions import Region, Write, divided, joined, region_faults
from tvm_tiny.device.uarts import Uart
from tvm_tiny.errors import Problem, TvmTinyError, UsageError
from tvm_tiny.files.reading import UnreadableError, decode_toml, read_bounded
from tvm_tiny.targets import Core, load_core

FOLDER = Path(__file__).parent.parent / "targets" / "boards"
_OTHER_CORES = Path(__file__).with_name("other_cores.toml")
_FILE_LIMIT_BYTES = 1 << 16
_BOARD_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,47}")
_PLAIN = re.compile(r"[ -~]*")

RunnerName = Literal["pyocd", "openocd", "st-flash", "jlink", "picotool", "qemu", "simulator"]
Name = Annotated[str, msgspec.Meta(max_length=64, pattern=r"^[A-Za-z0-9_./-]*$")]
UsbId = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{4}:[0-9a-f]{4}$")]


class Cache(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Sizes of a Cortex-M7's own caches (four ways of 32 bytes for data); 0: none."""

    instruction_bytes: Literal[0, 0x1000, 0x2000, 0x4000, 0x8000, 0x10000] = 0
    data_bytes: Literal[0, 0x1000, 0x2000, 0x4000, 0x8000, 0x10000] = 0


class Boot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the chip's boot ROM wants at the beginning of the flash; 0 bytes: behind the vectors."""

    kind: Literal["", "rp2040", "rp2350", "imxrt"] = ""
    length_bytes: Annotated[int, msgspec.Meta(ge=0, le=1 << 16)] = 0


class Probe(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How programs that flash call the chip.

    Attributes:
        runners: those that can handle the board, best first.
        openocd_files: its ``-f`` options.
        openocd_transport: ``swd`` where the interface has to be told.
        openocd_speed_khz: of the probe; 0: the files' own.
        pyocd_target: pyOCD's name of the chip.
        pyocd_pack: pyOCD needs a CMSIS pack for it (``pyocd pack install``).
        jlink_device: SEGGER's name of the chip.
        st_flash: st-flash can program it.
        picotool: picotool can program it.
        qemu_machine: QEMU's name of the board.
    """

    runners: Annotated[tuple[RunnerName, ...], msgspec.Meta(min_length=1)]
    openocd_files: tuple[Name, ...] = ()
    openocd_transport: Literal["", "swd", "jtag"] = ""
    openocd_speed_khz: Annotated[int, msgspec.Meta(ge=0, le=100_000)] = 0
    pyocd_target: Name = ""
    pyocd_pack: bool = False
    jlink_device: Name = ""
    st_flash: bool = False
    picotool: bool = False
    qemu_machine: Name = ""


class Serial(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The serial port: USB vendor and product of what may carry it, its speed, pins."""

    usb: tuple[UsbId, ...] = ()
    baud: Annotated[int, msgspec.Meta(ge=300, le=12_000_000)] = 115200
    uart: Text = ""


class Elsewhere(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What other build systems call the board; "": not known.

    Attributes:
        zephyr: for ``west build -b``. Source: the board's folder in Zephyr's tree.
        platformio: platform and board, with ``/`` between. Source: the platform's ``boards/``.
    """

    zephyr: Name = ""
    platformio: Annotated[
        str, msgspec.Meta(pattern=r"^$|^[a-z0-9_]{1,32}/[A-Za-z0-9_.-]{1,32}$")
    ] = ""


class Board(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A board.

    Attributes:
        name: the file's name without ``.toml``.
        title: what its maker calls it.
        core: name of its core, see ``targets``.
        interrupts: entries of the vector table behind the core's own 16.
        sources: documents that the figures are from.
        regions: its memories.
        clock: the core's clock, and how to raise it.
        probe: how it is flashed.
        cache: the core's caches.
        caches: others, between the core and memories.
        elsewhere: its name in other build systems.
        calibration: what was measured on it (``tvm-tiny calibrate``), None for nothing.
        boot: what the boot ROM wants.
        serial: the serial port.
        startup: registers to set first.
        asked_hz: see ``at``; a file leaves it out.
        uart: the registers of its serial line, for the device firmware; None: not known.
    """

    name: str
    title: Text
    core: str
    interrupts: Annotated[int, msgspec.Meta(ge=0, le=480)]
    sources: Annotated[tuple[Text, ...], msgspec.Meta(min_length=1)]
    regions: Annotated[tuple[Region, ...], msgspec.Meta(min_length=2, max_length=16)]
    clock: CoreClock
    probe: Probe
    cache: Cache = Cache()
    boot: Boot = Boot()
    serial: Serial = Serial()
    startup: tuple[Write, ...] = ()
    uart: Uart | None = None
    caches: Annotated[tuple[BufferCache, ...], msgspec.Meta(max_length=8)] = ()
    asked_hz: Annotated[int, msgspec.Meta(ge=0, le=2_000_000_000)] = 0
    elsewhere: Elsewhere = Elsewhere()
    calibration: Calibration | None = None

    @property
    def run_hz(self) -> int:
        """The core's clock in generated firmware."""
        return self.asked_hz or self.clock.run_hz

    def at(self, hz: int | None) -> Board:
        """The same board at another of its clocks; None: at its own.

        Raises:
            UsageError: TT6305, start-up code cannot bring it to that.
        """
        if hz is None:
            return self
        check_clock(self.name, self.clock, hz)
        return msgspec.structs.replace(self, asked_hz=hz)

    @property
    def target(self) -> Core:
        """Its core."""
        return load_core(self.core)

    @property
    def flash(self) -> Region:
        """The memory with the vectors."""
        return self.of_kind("flash")[0]

    @property
    def rams(self) -> tuple[Region, ...]:
        """Memories for data, the fastest first."""
        return self.of_kind("dtcm", "sram")

    @property
    def divided(self) -> Board | None:
        """With hot code in the part of a RAM that the code bus sees; None: there is none."""
        found = divided(self.regions)
        return None if found is None else msgspec.structs.replace(self, regions=found)

    @property
    def joined(self) -> Board | None:
        """With RAMs that lie end to end as one; None: no two lie so."""
        found = joined(self.regions)
        return None if found is None else msgspec.structs.replace(self, regions=found)

    @property
    def code_ram(self) -> Region | None:
        """Memory that start-up copies hot code to."""
        found = self.of_kind("itcm", "code")
        return found[0] if found else None

    def of_kind(self, *kinds: str) -> tuple[Region, ...]:
        """Regions of these kinds, in the file's order."""
        return tuple(r for r in self.regions if r.kind in kinds)

    def region(self, name: str) -> Region:
        """The region called so."""
        return next(r for r in self.regions if r.name == name)


def _files() -> dict[str, Path]:
    """Board's name to its file: ours, and those of installed packages (``tvm_tiny.boards``)."""
    added = plugins.objects("boards", lambda path: (Path(path), _read(Path(path))))
    files = {path.stem: path for path in [*(p for p, _ in added), *FOLDER.glob("*.toml")]}
    return dict(sorted(files.items()))


def boards() -> tuple[Board, ...]:
    """The boards that come with the package or an installed extension, by name."""
    return tuple(_read(path) for path in _files().values())


def board_text(name: str) -> str:
    """The text of a board's file, by name or path; raises what ``load_board`` does."""
    load_board(name)
    path = Path(name) if name.endswith(".toml") else _files()[name]
    return path.read_text(encoding="utf-8")


def load_board(name: str) -> Board:
    """A board by its name, or by the path of a TOML file (ending in ``.toml``).

    Raises:
        UsageError: TT6301 unknown board, the nearest names are offered; TT6302 a wrong file;
            TT6306 a board that is known to have no Cortex-M.
    """
    name = str(name)  # a Path of a file is as good
    if name.endswith(".toml"):
        return _read(Path(name))
    known = _files()
    if name in known:
        return _read(known[name])
    other = other_core(name)
    if other:
        do = f"tvm_tiny compiles for Cortex-M; one of: {', '.join(known)}."
        problem = Problem(f"its cores are {other}, no Cortex-M", name, do=do)
        raise UsageError(f"'{name}' is no board with a Cortex-M", (problem,), "TT6306")
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    do = f"did you mean {' or '.join(near)}?" if near else f"one of: {', '.join(known)}."
    problem = Problem("unknown board", name, do=f"{do} Or give the path of a .toml file.")
    raise UsageError(f"unknown board '{name}'", (problem,), "TT6301")


@functools.cache
def _other_cores() -> dict[str, str]:
    return msgspec.toml.decode(_OTHER_CORES.read_bytes(), type=dict[str, str])


def other_core(name: str) -> str:
    """The core of a board that has no Cortex-M, as people call it; "" for any other name."""
    plain = re.sub("[^a-z0-9]", "", name.lower())
    found = [begin for begin in _other_cores() if plain.startswith(begin)]
    return _other_cores()[max(found, key=len)] if found else ""


@functools.cache
def _parse(path: Path, data: bytes) -> Board:
    try:
        raw = decode_toml(data)
        board = msgspec.convert({"name": path.stem, **raw}, Board)
    except (msgspec.MsgspecError, UnreadableError, RecursionError) as err:
        raise _wrong(path, [str(err)]) from err
    faults = list(_faults(board))
    if faults:
        raise _wrong(path, faults)
    return board


def _read(path: Path) -> Board:
    try:
        data = read_bounded(path, _FILE_LIMIT_BYTES)
    except UnreadableError as err:
        raise _wrong(path, [str(err)]) from err
    return _parse(path, data)


def _wrong(path: Path, faults: list[str]) -> UsageError:
    problems = tuple(Problem(fault, where=str(path)) for fault in faults)
    return UsageError("the board's description cannot be used", problems, "TT6302")


def _faults(board: Board) -> Iterator[str]:
    """Everything that is wrong with a file of the right form."""
    if not _BOARD_NAME.fullmatch(board.name):
        yield f"name '{board.name}': small letters, digits and '-' only"
    try:
        load_core(board.core)
    except TvmTinyError as err:
        yield f"core: {err.message}"
    yield from _text_faults(board)
    yield from region_faults(board.regions)
    yield from _probe_faults(board.probe)
    steps = [w for speed in board.clock.speeds for w in (*speed.steps, *speed.uart)]
    for write in (*board.startup, *steps, *(w for r in board.regions for w in r.enable)):
        if write.address % 4 or write.value & ~write.mask:
            yield f"register {write.address:#x}: not aligned, or a value outside its mask"
    names = {region.name for region in board.regions}
    for cache in board.caches:
        yield from cache_faults(cache, names)
    if board.asked_hz:
        yield "asked_hz is not for files: see [[clock.speeds]]"
    sizes = {"": 0, "rp2350": 0, "rp2040": 0x100, "imxrt": 0x2000}
    if board.boot.length_bytes != sizes[board.boot.kind]:
        yield f"boot '{board.boot.kind}' has length_bytes {sizes[board.boot.kind]:#x}"


def _text_faults(board: Board) -> Iterator[str]:
    """Texts that end up in comments of C and linker scripts."""
    texts = [board.title, board.clock.facts, *board.sources, *(w.why for w in board.startup)]
    for speed in board.clock.speeds:
        texts += [speed.facts, *(w.why for w in (*speed.steps, *speed.uart))]
    if board.uart:
        texts += [*board.uart.sources, *(w.why for w in board.uart.setup)]
    for region in board.regions:
        texts += [region.facts, *(w.why for w in region.enable)]
    for text in texts:
        if not _PLAIN.fullmatch(text) or "*/" in text or "/*" in text:
            yield f"'{text}': plain text of one line, without comment signs"


def _probe_faults(probe: Probe) -> Iterator[str]:
    needs = {
        "pyocd": probe.pyocd_target,
        "openocd": probe.openocd_files,
        "st-flash": probe.st_flash,
        "jlink": probe.jlink_device,
        "picotool": probe.picotool,
        "qemu": probe.qemu_machine,
        "simulator": True,
    }
    for runner in probe.runners:
        if not needs[runner]:
            yield f"runner {runner} is listed without its settings"

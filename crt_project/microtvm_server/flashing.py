# SPDX-License-Identifier: Apache-2.0
"""Command lines of the programs that flash boards, and running them.

The command lines serve ``tvm-tiny run`` too; they raise ``ValueError`` where a word would be
something else to the program than meant.
"""

from __future__ import annotations

import re
import shutil
import struct
import typing
from pathlib import Path

from .boards import Chip
from .rpc import LOG, ServerError
from .tools import run_tool

PROGRAMS: typing.Mapping[str, str] = {
    "pyocd": "pyocd",
    "openocd": "openocd",
    "st-flash": "st-flash",
    "jlink": "JLinkExe",
    "picotool": "picotool",
}
"""Runner to the program that must be on the PATH."""

NO_PROBE = re.compile(
    r"open failed|no device found|unable to (open|find)|couldn't (find|open)|no st-?link"
    r"|(cannot|can not|could not) connect|connecting to j-link[^\n]*failed|no accessible rp"
    r"|no (available|connected) debug probes",
    re.IGNORECASE,
)
"""What those programs say when there is no board."""

_PT_LOAD = 1


def checked_word(text: str) -> str:
    """A probe's serial number, or ValueError."""
    if not text.replace("-", "").replace("_", "").isalnum() or not text.isascii():
        raise ValueError("letters and digits, as the probe's tool lists it")
    return text


def _tcl(path: str) -> str:
    """A path as OpenOCD's Tcl takes it whatever is in it."""
    if "{" in path or "}" in path or "\\" in path:
        raise ValueError("use a folder without braces and backslashes")
    return "{" + path + "}"


def openocd(chip: Chip, elf: str, probe: str, semihosting: bool) -> list[str]:
    """Flash and verify; with semihosting it stays and serves the firmware, else it leaves."""
    arguments = ["openocd"]
    for file in chip.openocd_files[:1]:
        arguments += ["-f", file]
    if probe:
        arguments += ["-c", "adapter serial " + checked_word(probe)]
    if chip.openocd_transport:
        arguments += ["-c", "transport select " + chip.openocd_transport]
    for file in chip.openocd_files[1:]:
        arguments += ["-f", file]
    if chip.openocd_speed_khz:
        arguments += ["-c", f"adapter speed {chip.openocd_speed_khz}"]
    path = _tcl(elf)
    last = "reset halt; arm semihosting enable; resume" if semihosting else "reset run; shutdown"
    steps = (
        "gdb_port disabled; tcl_port disabled; telnet_port disabled",
        "init; reset halt",
        "flash write_image erase " + path,
        "verify_image " + path,
        last,
    )
    for step in steps:
        arguments += ["-c", step]
    return arguments


def st_flash(chip: Chip, image: str, probe: str) -> list[str]:
    """Write an image and reset."""
    serial = ["--serial", checked_word(probe)] if probe else []
    return ["st-flash", *serial, "--reset", "write", image, f"0x{chip.flash_origin:08x}"]


def jlink(chip: Chip, script: str, probe: str) -> list[str]:
    """Run a script; see ``jlink_script``."""
    serial = ["-SelectEmuBySN", checked_word(probe)] if probe else []
    how = ["-If", "SWD", "-Speed", "4000", "-AutoConnect", "1", "-NoGui", "1", "-ExitOnError", "1"]
    return ["JLinkExe", *serial, "-Device", chip.jlink_device, *how, "-CommandFile", script]


def jlink_script(chip: Chip, image: str) -> str:
    """Write an image, reset and go."""
    if '"' in image or "\n" in image:
        raise ValueError("use a folder without quotation marks")
    return f'r\nh\nloadfile "{image}", 0x{chip.flash_origin:08x}\nr\ng\nexit\n'


def picotool(elf: str, probe: str) -> list[str]:
    """Write a program, verify and start it."""
    return ["picotool", "load", "-v", "-x", elf, "-t", "elf", *_option("--ser", probe)]


def pyocd(chip: Chip, elf: str, probe: str) -> list[str]:
    """Write a program and reset."""
    target = ["--target", chip.pyocd_target, "--format", "elf"]
    return ["pyocd", "load", "--no-wait", "--no-config", *target, *_option("--uid", probe), elf]


def _option(name: str, probe: str) -> list[str]:
    return [name, checked_word(probe)] if probe else []


def flash_image(elf: bytes, origin: int, size_bytes: int) -> bytes:
    """What the flash holds from its first address on; gaps are as after erasing.

    Raises:
        ValueError: not a program of 32 bits, or not one for that memory.
    """
    image = bytearray()
    try:
        if elf[:6] != b"\x7fELF\x01\x01":
            raise ValueError("not an ELF file of 32 bits")
        (table,) = struct.unpack_from("<I", elf, 28)
        entry_bytes, count = struct.unpack_from("<HH", elf, 42)
        for number in range(count):
            kind, at, _, address, length = struct.unpack_from(
                "<5I", elf, table + number * entry_bytes
            )
            if kind != _PT_LOAD or not length:
                continue
            data, start = elf[at : at + length], address - origin
            if len(data) != length or not 0 <= start <= start + length <= size_bytes:
                raise ValueError(f"{length} bytes at 0x{address:08x}")
            image += b"\xff" * (start + length - len(image))
            image[start : start + length] = data
    except struct.error as err:
        raise ValueError(f"damaged: {err}") from err
    return bytes(image)


def choose(chip: Chip, wanted: str) -> str:
    """A runner of the board: the one asked for, else the best that is installed.

    Raises:
        ServerError: not for this board, or its program is not installed.
    """
    able = [name for name in chip.runners if name in PROGRAMS]
    if wanted != "auto" and wanted not in able:
        names = ", ".join(able)
        raise ServerError(f"runner {wanted} cannot flash {chip.name}; one of {names} can")
    tried = able if wanted == "auto" else [wanted]
    for name in tried:
        if shutil.which(PROGRAMS[name]):
            return name
    programs = " or ".join(PROGRAMS[name] for name in tried)
    raise ServerError(f"cannot flash {chip.name}: {programs} is not installed")


def flash(chip: Chip, program: Path, options: typing.Mapping[str, typing.Any]) -> None:
    """Write a program to a board's flash and start it.

    Raises:
        ServerError: no program to flash with, no board, or it failed; its output is in the data.
    """
    runner, probe = choose(chip, str(options["runner"])), str(options["probe"])
    image, script = program.with_suffix(".bin"), program.with_suffix(".jlink")
    try:
        image.write_bytes(flash_image(program.read_bytes(), chip.flash_origin, chip.flash_bytes))
        if runner == "openocd":
            command = openocd(chip, program.as_posix(), probe, False)
        elif runner == "st-flash":
            command = st_flash(chip, str(image), probe)
        elif runner == "jlink":
            script.write_text(jlink_script(chip, image.as_posix()), encoding="utf-8")
            command = jlink(chip, str(script), probe)
        elif runner == "picotool":
            command = picotool(str(program), probe)
        else:
            command = pyocd(chip, str(program), probe)
    except (OSError, ValueError) as err:
        raise ServerError(f"cannot flash {program.name}: {err}") from err
    LOG.log(20 if options["verbose"] else 10, "%s", " ".join(command))
    # Not in the project's folder: OpenOCD would take configuration files from there.
    run_tool(command, program.parent, int(options["timeout_sec"]), runner, NO_PROBE)

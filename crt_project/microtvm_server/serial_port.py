# SPDX-License-Identifier: Apache-2.0
"""A board's serial port: which it is, and opening it."""

from __future__ import annotations

import fcntl
import os
import termios
import tty
import typing
from pathlib import Path

from .boards import Chip
from .links import Link
from .rpc import ServerError

_DEVICES = Path("/sys/class/tty")


def find_port(chip: Chip, devices: Path = _DEVICES) -> str:
    """The port that is on the board's USB plug (Linux tells).

    Raises:
        ServerError: there is none, or more than one.
    """
    found: list[str] = []
    for entry in sorted(devices.iterdir()) if devices.is_dir() else ():
        device = (entry / "device").resolve()
        for folder in (device, *device.parents):
            vendor, product = folder / "idVendor", folder / "idProduct"
            if vendor.is_file() and product.is_file():
                name = vendor.read_text().strip() + ":" + product.read_text().strip()
                found += ["/dev/" + entry.name] if name in chip.usb else []
                break
    if len(found) == 1:
        return found[0]
    if found:
        raise ServerError("several serial ports, choose one with port: " + ", ".join(found))
    usb = " or ".join(chip.usb) or "this board"
    raise ServerError(f"no serial port with USB {usb}: name it with port, like /dev/ttyACM0")


def open_serial(port: str, baud: int, watched_fd: int | None) -> Link:
    """Eight bits, no parity, no flow control; nobody else may open it meanwhile.

    Raises:
        ServerError: it cannot be opened, is no serial port, or has no such speed.
    """
    speed = getattr(termios, f"B{baud}", None)
    if speed is None:
        raise ServerError(f"this computer's serial ports have no speed of {baud}")
    try:
        fd = os.open(port, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    except (OSError, ValueError) as err:
        raise ServerError(f"cannot open the serial port {port:.200}: {err}") from err
    try:
        fcntl.ioctl(fd, termios.TIOCEXCL)
        tty.setraw(fd)
        state: list[typing.Any] = termios.tcgetattr(fd)
        state[2] |= termios.CLOCAL | termios.CREAD
        state[2] &= ~(getattr(termios, "CRTSCTS", 0) | termios.CSTOPB | termios.HUPCL)
        state[4] = state[5] = speed
        termios.tcsetattr(fd, termios.TCSANOW, state)
    except (OSError, termios.error) as err:
        os.close(fd)
        raise ServerError(f"not a serial port: {port:.200}: {err}") from err
    return Link(None, fd, fd, watched_fd=watched_fd)

# SPDX-License-Identifier: Apache-2.0
"""Lines to a device: bytes out, bytes in. None of them promises anything about the bytes."""

from __future__ import annotations

import contextlib
import ctypes
import queue
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from tvm_tiny.errors import DeviceError, Problem, ToolchainError

if TYPE_CHECKING:
    from tvm_tiny.simulator import Machine

_PIECE_BYTES = 256
_NOTHING_S = 0.001
_LOOPBACK_OUT_BYTES = 65536
"""TVM_TINY_LOOPBACK_OUT_BYTES."""


class Transport(Protocol):
    """A line."""

    def write(self, data: bytes) -> None:
        """Send bytes.

        Raises:
            DeviceError: TT5004, the line is gone.
        """
        ...

    def read(self, timeout_s: float) -> bytes:
        """What has come, at once; else wait for something, b"" if nothing comes in time.

        Raises:
            DeviceError: TT5004, the line is gone.
        """
        ...

    def close(self) -> None:
        """Give it back; may be called twice."""
        ...


def gone(what: str, why: str = "") -> DeviceError:
    """TT5004 for a line that broke."""
    return DeviceError(f"device: {what}", (Problem(what, why=why),), "TT5004")


class ProcessTransport:
    """A program whose standard input and output are the line."""

    def __init__(self, command: Sequence[str]) -> None:
        """Start it.

        Raises:
            ToolchainError: TT4003, it cannot be started.
        """
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
        except OSError as err:
            problem = Problem(str(err), where=command[0])
            raise ToolchainError(f"{command[0]} does not start", (problem,), "TT4003") from err
        self._name = Path(command[0]).name
        self._incoming: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._errors = bytearray()
        self._ended = False
        for target in (self._collect, self._collect_errors):
            threading.Thread(target=target, daemon=True).start()

    def _collect(self) -> None:
        stream: Any = self._process.stdout
        try:
            while data := stream.read1(65536):
                self._incoming.put(data)
        except (OSError, ValueError):
            pass  # closed by this side
        self._incoming.put(b"")

    def _collect_errors(self) -> None:
        stream: Any = self._process.stderr
        try:
            while data := stream.read1(4096):
                self._errors += data
                del self._errors[:-2000]
        except (OSError, ValueError):
            pass

    def write(self, data: bytes) -> None:
        """Send bytes."""
        stream: Any = self._process.stdin
        try:
            stream.write(data)
            stream.flush()
        except (OSError, ValueError) as err:
            raise self._gone() from err

    def read(self, timeout_s: float) -> bytes:
        """What has come."""
        if self._ended:
            raise self._gone()
        try:
            data = self._incoming.get(timeout=timeout_s)
        except queue.Empty:
            return b""
        if not data:
            self._ended = True
            raise self._gone()
        while not self._incoming.empty():
            more = self._incoming.get()
            self._ended = self._ended or not more
            data += more
        return data

    def _gone(self) -> DeviceError:
        return gone(f"{self._name} ended", self._errors.decode("utf-8", "replace").strip())

    def close(self) -> None:
        """Stop the program."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream is not None:
                with contextlib.suppress(OSError):  # what was still to be written
                    stream.close()


def qemu(elf: Path, machine: str, *, count_instructions: bool = False) -> ProcessTransport:
    """Device firmware on QEMU; UART0 is the line.

    Args:
        elf: firmware.
        machine: QEMU's name of it, as the core's file says.
        count_instructions: an instruction takes one nanosecond of the machine's time (slower).

    Raises:
        ToolchainError: TT4003, QEMU is not installed.
    """
    program = shutil.which("qemu-system-arm")
    if program is None:
        do = "install QEMU (Debian: apt install qemu-system-arm; macOS: brew install qemu)"
        problem = Problem("qemu-system-arm is not on the PATH", do=do)
        raise ToolchainError("QEMU is not installed", (problem,), "TT4003")
    command = [program, "-M", machine, "-display", "none", "-monitor", "none"]
    line = ["-chardev", "stdio,id=uart,signal=off", "-serial", "chardev:uart"]
    clock = ["-icount", "shift=0"] if count_instructions else []
    return ProcessTransport([*command, *line, *clock, "-kernel", str(elf)])


class SocketTransport:
    """A TCP connection, for instance to QEMU's ``-serial tcp:...`` or a serial server."""

    def __init__(self, host: str, port: int, timeout_s: float = 10.0) -> None:
        """Connect.

        Raises:
            DeviceError: TT5004, nobody is there.
        """
        try:
            self._socket = socket.create_connection((host, port), timeout_s)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as err:
            raise gone(f"cannot connect to {host}:{port}", str(err)) from err

    def write(self, data: bytes) -> None:
        """Send bytes."""
        try:
            self._socket.settimeout(30.0)
            self._socket.sendall(data)
        except OSError as err:
            raise gone("the connection broke", str(err)) from err

    def read(self, timeout_s: float) -> bytes:
        """What has come."""
        try:
            self._socket.settimeout(max(timeout_s, 0.001))
            data = self._socket.recv(65536)
        except TimeoutError:
            return b""
        except OSError as err:
            raise gone("the connection broke", str(err)) from err
        if not data:
            raise gone("the other side closed the connection")
        return data

    def close(self) -> None:
        """Hang up."""
        self._socket.close()


class SerialTransport:
    """A serial port of this computer."""

    def __init__(self, port: str, baud: int = 115200) -> None:
        """Open it.

        Raises:
            ToolchainError: TT4003, pyserial is not installed.
            DeviceError: TT5004, no such port, or it is taken.
        """
        try:
            import serial
        except ImportError as err:
            problem = Problem(str(err), do="pip install 'tvm-tiny[serial]'")
            raise ToolchainError("pyserial is not installed", (problem,), "TT4003") from err
        self._errors: type[Exception] = serial.SerialException
        try:
            self._port: Any = serial.Serial(port, baud, write_timeout=10.0)
        except (OSError, ValueError) as err:
            raise gone(f"cannot open {port}", str(err)) from err

    def write(self, data: bytes) -> None:
        """Send bytes."""
        try:
            self._port.write(data)
        except (OSError, self._errors) as err:
            raise gone("the serial port broke", str(err)) from err

    def read(self, timeout_s: float) -> bytes:
        """What has come."""
        try:
            self._port.timeout = timeout_s
            data = bytes(self._port.read(1))
            return data + bytes(self._port.read(self._port.in_waiting)) if data else b""
        except (OSError, self._errors) as err:
            raise gone("the serial port broke", str(err)) from err

    def close(self) -> None:
        """Close the port."""
        self._port.close()


class _Loopback:
    """Device firmware with its line in memory (``ports/loopback``)."""

    def __init__(self) -> None:
        self._out = bytearray(self._pump(b""))  # the greeting

    def _pump(self, data: bytes) -> bytes:
        raise NotImplementedError

    def write(self, data: bytes) -> None:
        """Send bytes, and run the firmware until it has dealt with them."""
        for at in range(0, len(data), _PIECE_BYTES):
            self._out += self._pump(data[at : at + _PIECE_BYTES])

    def read(self, timeout_s: float) -> bytes:
        """What has come; hardly waits: the firmware does nothing on its own."""
        if not self._out:
            time.sleep(min(timeout_s, _NOTHING_S))
        data = bytes(self._out)
        self._out.clear()
        return data

    def close(self) -> None:
        """Nothing to give back."""


class SimulatorTransport(_Loopback):
    """Firmware on the simulator."""

    def __init__(self, elf: Path, core: str, run_s: float = 600.0) -> None:
        """Load it.

        Raises:
            ToolchainError: TT4003, the simulator is not installed.
        """
        try:
            from tvm_tiny.simulator import Machine
        except ImportError as err:
            problem = Problem(str(err), do="pip install 'tvm-tiny[simulator]'")
            raise ToolchainError("the simulator is not installed", (problem,), "TT4003") from err
        self._machine: Machine = Machine(elf, core=core)
        self._run_s = run_s
        super().__init__()

    def _pump(self, data: bytes) -> bytes:
        machine = self._machine
        machine.write(machine.symbol("tvm_tiny_loopback_in"), data)
        count = machine.call("tvm_tiny_loopback_pump", len(data), timeout_s=self._run_s)
        return machine.read(machine.symbol("tvm_tiny_loopback_out"), count)


class HostTransport(_Loopback):
    """Firmware compiled for this computer, in this process."""

    def __init__(self, library: Path) -> None:
        """Load it: ``toolchain.build_host_library(..., device=True)``; once for each process."""
        from tvm_tiny.toolchain.library import load_library

        loaded = load_library(library)
        self._in = (ctypes.c_uint8 * 1024).in_dll(loaded, "tvm_tiny_loopback_in")
        self._out_array = (ctypes.c_uint8 * _LOOPBACK_OUT_BYTES).in_dll(
            loaded, "tvm_tiny_loopback_out"
        )
        self._call: Any = loaded.tvm_tiny_loopback_pump
        self._call.restype = ctypes.c_uint32
        self._call.argtypes = [ctypes.c_uint32]
        super().__init__()

    def _pump(self, data: bytes) -> bytes:
        ctypes.memmove(self._in, data, len(data))
        return bytes(self._out_array[: self._call(len(data))])

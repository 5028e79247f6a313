# SPDX-License-Identifier: Apache-2.0
"""A compiled model on a board: builds the firmware, starts or finds the board, checks who answers.

Places are written ``NAME`` or ``NAME@LINE``; see ``open_board``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny.crt_project.device_values import block_of, build_id
from tvm_tiny.device import transports
from tvm_tiny.device.client import DeviceClient, DeviceInfo, Patience
from tvm_tiny.device.transports import Transport
from tvm_tiny.errors import DeviceError, Problem, UsageError
from tvm_tiny.project_spec import IoSpec, ProjectSpec
from tvm_tiny.targets import load_core
from tvm_tiny.toolchain.build import CompilerKind, build_elf, build_host_library, find_compiler

Array = npt.NDArray[Any]
PREFIX = "board:"
QEMU_BOARD = "mps2-an500"
_BAUD = 115200
_NANOSECONDS = 1_000_000_000


class Clock(Enum):
    """What a device's ticks are."""

    NONE = "nothing"
    CYCLES = "cycles"
    TIMER = "ticks"
    INSTRUCTIONS = "instructions"


@dataclass(frozen=True)
class DeviceProfile:
    """What the device counted in one run.

    Attributes:
        clock: what the numbers below are: cycles of the core, ticks of a slower timer,
            instructions (QEMU, in steps of 40), or nothing where the board has no clock.
        clock_hz: ticks per second; 0 for instructions and nothing.
        total: of the run, None without a clock.
        layers: by index, empty without a clock. Counting itself takes some cycles a layer.
    """

    clock: Clock
    clock_hz: int
    total: int | None
    layers: tuple[int, ...]

    @property
    def cycles(self) -> int | None:
        """Measured cycles of the run; None if the device has no counter of cycles."""
        return self.total if self.clock is Clock.CYCLES else None


@dataclass(frozen=True)
class Firmware:
    """What firmware is built from.

    Attributes:
        project_dir: a written project.
        spec: what it is about.
        core: to compile for.
        compiler: see ``toolchain.find_compiler``.
        opt: optimisation flag.
        trace: counts ticks per layer.
    """

    project_dir: Path
    spec: ProjectSpec
    core: str
    compiler: CompilerKind = "auto"
    opt: str = "-O2"
    trace: bool = False

    def elf(self, loopback: bool = False) -> Path:
        """Build it for mps2-an500, or for the simulator.

        Raises:
            ToolchainError: TT4001 no compiler, TT4002 it failed.
        """
        tool = find_compiler(self.compiler, "cortex-m")
        kind = "loopback" if loopback else "device"
        return build_elf(
            self.project_dir, self.spec, kind, self.core, tool, self.opt, trace=self.trace
        )


class BoardSession:
    """A model on a device that answers.

    Args:
        line: where the device is.
        spec: the model that it must have.
        counts_instructions: its timer counts instructions, ``Clock.INSTRUCTIONS``.
        build: what the device must run; by default ``build_id(spec)``.
        settings: patience of the client.

    Raises:
        DeviceError: TT5004, nobody answers; TT5005, the device runs other code.
    """

    def __init__(
        self,
        line: Transport,
        spec: ProjectSpec,
        *,
        counts_instructions: bool = False,
        build: str = "",
        settings: Patience | None = None,
    ) -> None:
        self.spec = spec
        self.client = DeviceClient(line, settings)
        self._counts_instructions = counts_instructions
        try:
            self.info = self.client.open()
            _check(self.info, spec, build or build_id(spec))
        except BaseException:
            self.client.close()
            raise

    def run(
        self, sample: Mapping[str, Array], *, runs: int = 1, layers: bool = False
    ) -> tuple[dict[str, Array], DeviceProfile]:
        """Run one sample.

        Args:
            sample: array by C input name, of the input's shape and dtype.
            runs: how often.
            layers: fetch the ticks of every layer.

        Returns:
            Outputs by C name, and what was counted (``total`` is of one run, rounded).

        Raises:
            DeviceError: see ``DeviceClient.infer``.
        """
        result = self.client.infer(pack(self.spec.inputs, sample), runs, layers=layers)
        outputs = unpack(self.spec.outputs, result.outputs)
        clock = (Clock.NONE, Clock.CYCLES, Clock.TIMER)[min(self.info.clock, 2)]
        hz, scale = self.info.clock_hz, 1
        if clock is Clock.NONE:
            return outputs, DeviceProfile(clock, 0, None, ())
        if self._counts_instructions:
            clock, hz, scale = Clock.INSTRUCTIONS, 0, _NANOSECONDS // hz
        counted = tuple(scale * t for t in result.layer_ticks)
        return outputs, DeviceProfile(clock, hz, scale * round(result.ticks / runs), counted)

    def close(self) -> None:
        """Let go of the device."""
        self.client.close()

    def __enter__(self) -> BoardSession:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _check(info: DeviceInfo, spec: ProjectSpec, build: str) -> None:
    """Raise DeviceError TT5005 unless the device runs just this code."""
    if info.build != build:
        problem = Problem(
            f"it runs '{info.model}', build {info.build}; this is '{spec.model}', {build}",
            do="flash the firmware of this build",
        )
        raise DeviceError("the device runs another program", (problem,), "TT5005")


def pack(tensors: tuple[IoSpec, ...], arrays: Mapping[str, Array]) -> bytes:
    """The block of inputs: little-endian, gaps are zero."""
    block = block_of(tensors)
    out = bytearray(block.size_bytes)
    for tensor, at in zip(tensors, block.offsets, strict=True):
        little = np.dtype(tensor.dtype).newbyteorder("<")
        out[at : at + tensor.size_bytes] = arrays[tensor.name].astype(little).tobytes()
    return bytes(out)


def unpack(tensors: tuple[IoSpec, ...], data: bytes) -> dict[str, Array]:
    """Outputs by C name from the block of outputs."""
    block = block_of(tensors)
    out: dict[str, Array] = {}
    for tensor, at in zip(tensors, block.offsets, strict=True):
        little = np.dtype(tensor.dtype).newbyteorder("<")
        values = np.frombuffer(data, little, tensor.count, at)
        out[tensor.name] = values.astype(tensor.dtype).reshape(tensor.shape)
    return out


def _on_qemu(firmware: Firmware, line: str) -> tuple[Transport, bool]:
    if line:
        return _on_line(firmware, line)
    counts, machine = firmware.trace, load_core(firmware.core).qemu_machine
    return transports.qemu(firmware.elf(), machine, count_instructions=counts), counts


def _on_simulator(firmware: Firmware, line: str) -> tuple[Transport, bool]:
    del line
    return transports.SimulatorTransport(firmware.elf(loopback=True), firmware.core), False


def _on_host(firmware: Firmware, line: str) -> tuple[Transport, bool]:
    del line
    library = build_host_library(firmware.project_dir, firmware.spec, device=True)
    return transports.HostTransport(library), False


def _on_line(firmware: Firmware, line: str) -> tuple[Transport, bool]:
    del firmware
    if line.startswith("tcp:"):
        host, _, port = line.removeprefix("tcp:").rpartition(":")
        if host and port.isdecimal():
            return transports.SocketTransport(host, int(port)), False
    elif line:
        port, _, baud = line.partition(",")
        if baud.isdecimal() or not baud:
            return transports.SerialTransport(port, int(baud or _BAUD)), False
    problem = Problem(f"line '{line}'", do="write NAME@/dev/ttyACM0, NAME@COM3,115200 or tcp:H:P")
    raise UsageError("where is the board?", (problem,), "TT6019")


_PLACES: Mapping[str, Callable[[Firmware, str], tuple[Transport, bool]]] = {
    QEMU_BOARD: _on_qemu,
    "simulator": _on_simulator,
    "host": _on_host,
}


def open_board(
    place: str,
    firmware: Firmware,
    *,
    settings: Patience | None = None,
    wrap: Callable[[Transport], Transport] | None = None,
) -> BoardSession:
    """Open a session with a device that runs this firmware.

    Args:
        place: ``mps2-an500`` (QEMU is started with the firmware), ``simulator`` and ``host`` (the
            same firmware there), or ``NAME@LINE``: a board that has been flashed, on a serial port
            (``nucleo-f767zi@/dev/ttyACM0``, with ``,SPEED`` if not 115200) or ``tcp:HOST:PORT``.
        firmware: what it runs.
        settings: patience.
        wrap: puts something between host and line, as tests do.

    Raises:
        UsageError: TT6019, no such place.
        DeviceError: TT5004, nobody answers; TT5005, the device runs other code.
        ToolchainError: a compiler, emulator or package is missing.
    """
    name, _, line = place.partition("@")
    line_of = _PLACES.get(name, _on_line)
    transport, counts = line_of(firmware, line)
    transport = wrap(transport) if wrap else transport
    return BoardSession(transport, firmware.spec, counts_instructions=counts, settings=settings)

# SPDX-License-Identifier: Apache-2.0
"""The serial line of a simulated board: what firmware sends byte by byte becomes text.

Registers are those of the board's ``[uart]``. A byte can always be sent, what was fed comes in byte
by byte, and what the set-up waits for is there.
"""

from __future__ import annotations

from collections.abc import Callable

from tvm_tiny.boards.data import Board
from tvm_tiny.device.board import QEMU_BOARD
from tvm_tiny.device.uarts import Ready, Uart

_MOST_BYTES = 1 << 24
_PAGE_BYTES = 4096
_UARTE = (0x000, 0x008, 0x110, 0x120, 0x534, 0x538, 0x544, 0x548)
_START_RX, _END_RX, _RX_POINTER = 0x000, 0x110, 0x534
_START_TX, _END_TX, _TX_POINTER, _TX_COUNT = 0x008, 0x120, 0x544, 0x548

MPS2_AN500 = Uart(
    sources=("ports/mps2-an500/uart.c, which every project has",),
    ticks="register",
    ticks_hz=25_000_000,
    ticks_register=0x40028018,
    setup=(),
    receive=Ready(status=0x40004004, mask=2, value=2, data=0x40004000),
    send=Ready(status=0x40004004, mask=1, value=0, data=0x40004000),
)
"""The line of QEMU's board, for boards of that name on the simulator."""


def line_of(board: Board) -> Uart | None:
    """The registers of a board's serial line, None: not known."""
    return MPS2_AN500 if board.name == QEMU_BOARD else board.uart


class SerialLine:
    """What comes out of a line.

    Args:
        uart: its registers.
        memory: reads bytes of the simulated memory, for a line that fetches them itself.
        store: writes them.

    Attributes:
        asked_for_nothing: how often firmware has looked for a byte since the last one came.
    """

    def __init__(
        self,
        uart: Uart,
        memory: Callable[[int, int], bytes],
        store: Callable[[int, bytes], None],
    ) -> None:
        self._uart = uart
        self._store = store
        self._memory = memory
        self._sent = bytearray()
        self._waiting = bytearray()
        self._words: dict[int, int] = {}
        self.asked_for_nothing = 0

    def feed(self, data: bytes) -> None:
        """Bytes that come in."""
        self._waiting += data
        self.asked_for_nothing = 0

    def take(self) -> bytes:
        """What was sent since this was last called."""
        sent, self._sent = bytes(self._sent), bytearray()
        return sent

    @property
    def text(self) -> str:
        """All that was sent."""
        return self._sent.decode("utf-8", "replace")

    @property
    def pages(self) -> set[int]:
        """Addresses of the pages of 4 KiB in which its registers are."""
        uart = self._uart
        registers = {write.address for write in uart.setup}
        for ready in (uart.receive, uart.send):
            if ready is not None:
                registers |= {ready.status, ready.data}
        if uart.kind == "uarte":
            registers |= {uart.base + offset for offset in _UARTE}
        if uart.ticks == "register":
            registers.add(uart.ticks_register)
        return {address & -_PAGE_BYTES for address in registers}

    def read(self, address: int, word: int) -> int:
        """What a register shows whose written bits are ``word``."""
        uart = self._uart
        for write in uart.setup:
            if write.wait and write.address == address:
                word = (word & ~write.mask) | write.value
        if uart.kind == "uarte":
            return self._read_uarte(address, word)
        if uart.receive is not None and address == uart.receive.data and self._waiting:
            return self._waiting.pop(0)
        if uart.receive is not None and address == uart.receive.status:
            ready = self._looked()
            bits = uart.receive.value if ready else uart.receive.mask & ~uart.receive.value
            word = ((word & ~uart.receive.mask) | bits) & ~uart.receive.clear
        if uart.send is not None and address == uart.send.status:
            word = (word & ~uart.send.mask) | uart.send.value
        return word

    def write(self, address: int, value: int) -> None:
        """Take what firmware writes."""
        uart = self._uart
        if uart.kind == "uarte":
            self._words[address] = value
            if address == uart.base + _START_TX and value:
                at = self._words.get(uart.base + _TX_POINTER, 0)
                count = min(self._words.get(uart.base + _TX_COUNT, 0), 1 << 16)
                self._take(self._memory(at, count))
                self._words[uart.base + _END_TX] = 1
        elif uart.send is not None and address == uart.send.data:
            self._take(bytes([value & 255]))

    def _looked(self) -> bool:
        """Firmware asks for a byte: is there one?"""
        self.asked_for_nothing += 0 if self._waiting else 1
        return bool(self._waiting)

    def _read_uarte(self, address: int, word: int) -> int:
        base = self._uart.base
        if address == base + _END_RX and self._words.get(base + _START_RX) and self._looked():
            at = self._words.get(base + _RX_POINTER, 0)
            self._store(at, bytes([self._waiting.pop(0)]))
            self._words[base + _START_RX] = 0
            self._words[address] = 1
        return self._words.get(address, 0) if address in (base + _END_TX, base + _END_RX) else word

    def _take(self, data: bytes) -> None:
        self._sent += data[: max(0, _MOST_BYTES - len(self._sent))]

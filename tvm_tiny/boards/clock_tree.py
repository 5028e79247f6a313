# SPDX-License-Identifier: Apache-2.0
"""Clock trees of simulated boards: what registers do to the core's clock, and what they may not.

Ready flags come when what they stand for could be ready; a switch to a clock that is not, a PLL out
of its range, a core too fast for its voltage or for the flash's wait states are faults. The limits
are those of ST's drivers (hal_stm32, stm32{f7,l4,h7}xx_ll_utils.c) and of Zephyr's
(clock_stm32_ll_h7.c).
"""

from __future__ import annotations

from collections.abc import Iterable

from tvm_tiny.boards.data import Board
from tvm_tiny.device.uarts import UartStep

_MHZ = 1_000_000


class Registers:
    """Words by address; those never written are 0.

    ``faults``: what went wrong, in words. ``core_hz``: the core's clock, None: not modelled.
    """

    def __init__(self, board: Board) -> None:
        self.board = board
        self.words: dict[int, int] = {}
        self.faults: list[str] = []

    def read(self, address: int) -> int:
        """The word at an address, flags settled."""
        self.settle()
        return self.words.get(address & ~3, 0)

    def write(self, address: int, value: int) -> None:
        """Take a word."""
        self.words[address & ~3] = value & 0xFFFFFFFF
        self.settle()

    def settle(self) -> None:
        """Flags follow what was written: every bit that start-up code waits for comes."""
        for step in _waits(self.board):
            word = self.words.get(step.address, 0)
            self.words[step.address] = (word & ~step.mask) | step.value

    @property
    def core_hz(self) -> int | None:
        """The core's clock."""
        return None

    # ------------------------------------------------------------------ for trees

    def field(self, address: int, shift: int, bits: int) -> int:
        """Bits of a word."""
        return self.words.get(address, 0) >> shift & ((1 << bits) - 1)

    def put(self, address: int, shift: int, bits: int, value: int) -> None:
        """Set bits of a word."""
        mask = ((1 << bits) - 1) << shift
        self.words[address] = (self.words.get(address, 0) & ~mask) | value << shift

    def within(self, what: str, hz: float, least: float, most: float) -> None:
        """Note a fault unless a clock is in its range."""
        if not least * _MHZ <= hz <= most * _MHZ:
            self.fault(f"{what} at {hz / _MHZ:g} MHz, allowed are {least:g} to {most:g}")

    def fault(self, words: str) -> None:
        """Note a fault once."""
        if words not in self.faults:
            self.faults.append(words)

    def check_flash(self, hz: int, latency: int) -> None:
        """Are there as many wait states as a clock of the core asks for?"""
        timing = self.board.flash.timing
        needed = timing.wait_states_at(hz) if timing else 0
        if needed is None:
            self.fault(f"the flash is not made for a core at {hz / _MHZ:g} MHz")
        elif latency < needed:
            self.fault(f"{latency} wait states at {hz / _MHZ:g} MHz, the flash needs {needed}")


def _waits(board: Board) -> Iterable[UartStep]:
    speed = board.clock.speed(board.run_hz)
    return (w for w in (speed.steps if speed else ()) if w.wait)


class Stm32F4(Registers):
    """STM32F4: HSI of 16 MHz, one PLL, over-drive above 168 MHz."""

    RCC, PWR, FLASH = 0x40023800, 0x40007000, 0x40023C00
    HSI = 16 * _MHZ
    WITHOUT_OVER_DRIVE_HZ = 168 * _MHZ

    def __init__(self, board: Board) -> None:
        super().__init__(board)
        self.words[self.RCC] = 0x83  # HSION, HSIRDY
        self.words[self.RCC + 4] = 0x24003010
        self.words[self.PWR] = 0xC000

    @property
    def pll_hz(self) -> float:
        """Of its main output."""
        m, n = self.field(self.RCC + 4, 0, 6), self.field(self.RCC + 4, 6, 9)
        p = 2 * (self.field(self.RCC + 4, 16, 2) + 1)
        if m < 2 or self.field(self.RCC + 4, 22, 1):
            self.fault("PLL: a divider below 2, or a crystal that nobody started")
            return 0.0
        self.within("reference of the PLL", self.HSI / m, 0.95, 2.1)
        self.within("VCO of the PLL", self.HSI / m * n, 100, 432)
        return self.HSI / m * n / p

    @property
    def core_hz(self) -> int:
        """SYSCLK by SWS, over the AHB's prescaler."""
        source = self.field(self.RCC + 8, 2, 2)
        return round(
            (self.pll_hz if source == 2 else self.HSI) / _ahb(self.field(self.RCC + 8, 4, 4))
        )

    def settle(self) -> None:
        """PLLRDY, ODRDY, ODSWRDY, SWS."""
        rcc, pwr = self.RCC, self.PWR
        self.put(rcc, 25, 1, self.field(rcc, 24, 1))
        self.put(pwr + 4, 16, 1, self.field(pwr, 16, 1))
        self.put(pwr + 4, 17, 1, self.field(pwr, 17, 1) & self.field(pwr + 4, 16, 1))
        wanted, now = self.field(rcc + 8, 0, 2), self.field(rcc + 8, 2, 2)
        if wanted == now:
            return
        if wanted == 2 and not self.field(rcc, 25, 1):
            self.fault("switched to a PLL that is not on")
            return
        self.put(rcc + 8, 2, 2, wanted)
        hz = self.core_hz
        self.check_flash(hz, self.field(self.FLASH, 0, 4))
        if hz > self.WITHOUT_OVER_DRIVE_HZ and not self.field(pwr + 4, 17, 1):
            self.fault(f"{hz / _MHZ:g} MHz without over-drive")
        self.within("APB1", hz / _apb(self.field(rcc + 8, 10, 3)), 0, 54)
        self.within("APB2", hz / _apb(self.field(rcc + 8, 13, 3)), 0, 108)


class Stm32F7(Stm32F4):
    """STM32F7: as F4, over-drive above 180 MHz."""

    WITHOUT_OVER_DRIVE_HZ = 180 * _MHZ


class Stm32L4(Registers):
    """STM32L4 and G4: HSI16, one PLL, the boost mode of range 1 above 80 MHz (G4: 150)."""

    RCC, PWR, FLASH = 0x40021000, 0x40007000, 0x40022000
    HSI, MSI = 16 * _MHZ, 4 * _MHZ
    BOOST_MHZ, REFERENCE_MHZ = 80, 4.0

    def __init__(self, board: Board) -> None:
        super().__init__(board)
        self.words[self.RCC] = 0x63
        self.words[self.PWR] = 0x200
        self.words[self.PWR + 0x80] = 0x100
        self.words[self.FLASH] = 0x600

    @property
    def pll_hz(self) -> float:
        """Of its output R."""
        config = self.RCC + 0xC
        m, n = self.field(config, 4, 4) + 1, self.field(config, 8, 7)
        r = 2 * (self.field(config, 25, 2) + 1)
        if self.field(config, 0, 2) != 2 or not self.field(config, 24, 1):
            self.fault("PLL: not from HSI16, or without its output R")
            return 0.0
        self.within("reference of the PLL", self.HSI / m, self.REFERENCE_MHZ, 16)
        self.within("VCO of the PLL", self.HSI / m * n, 64, 344)
        return self.HSI / m * n / r

    @property
    def core_hz(self) -> int:
        """SYSCLK by SWS, over the AHB's prescaler."""
        source = self.field(self.RCC + 8, 2, 2)
        hz = {0: self.MSI, 1: self.HSI}.get(source) if source != 3 else self.pll_hz
        return round((hz or 0) / _ahb(self.field(self.RCC + 8, 4, 4)))

    def settle(self) -> None:
        """HSIRDY, PLLRDY, SWS."""
        rcc = self.RCC
        self.put(rcc, 10, 1, self.field(rcc, 8, 1))
        source = self.field(rcc, 10, 1) if self.field(rcc + 0xC, 0, 2) == 2 else 0
        self.put(rcc, 25, 1, self.field(rcc, 24, 1) & source)
        wanted, now = self.field(rcc + 8, 0, 2), self.field(rcc + 8, 2, 2)
        if wanted != now:
            if wanted == 3 and not self.field(rcc, 25, 1):
                self.fault("switched to a PLL that is not on")
                return
            self.put(rcc + 8, 2, 2, wanted)
            if (
                wanted == 3
                and self.pll_hz > self.BOOST_MHZ * _MHZ
                and not self.field(rcc + 8, 7, 1)
            ):
                self.fault("switched to the PLL without halving the AHB first")
        if self.field(rcc + 8, 2, 2) == 3:
            hz = self.core_hz
            self.check_flash(hz, self.field(self.FLASH, 0, 4))
            if self.field(self.PWR, 9, 2) != 1:
                self.fault("the PLL outside voltage range 1")
            if hz > self.BOOST_MHZ * _MHZ and self.field(self.PWR + 0x80, 8, 1):
                self.fault(f"{hz / _MHZ:g} MHz without the boost mode of range 1")


class Stm32G4(Stm32L4):
    """The same registers, a wider PLL; HSI16 runs at reset."""

    BOOST_MHZ, REFERENCE_MHZ, MSI = 150, 2.66, 16 * _MHZ


class Stm32H7(Registers):
    """STM32H742 to H757: HSI of 64 MHz, PLL1, voltage scales 0 to 3, LDO supply."""

    RCC, PWR, FLASH, SYSCFG = 0x58024400, 0x58024800, 0x52002000, 0x58000400
    HSI = 64 * _MHZ
    BY_SCALE = ((3, 400, 200), (2, 300, 150), (1, 200, 100))

    def __init__(self, board: Board) -> None:
        super().__init__(board)
        self.words[self.RCC] = 0x25
        self.words[self.RCC + 0x28] = 0x02020200
        self.words[self.RCC + 0x2C] = 0x01FF0000
        self.words[self.RCC + 0x30] = 0x01010280
        self.words[self.FLASH] = 0x37
        self.words[self.PWR + 0xC] = 0x6
        self.words[self.PWR + 0x18] = 0x4000

    @property
    def pll_hz(self) -> float:
        """Of PLL1's output P."""
        rcc = self.RCC
        m = self.field(rcc + 0x28, 4, 6)
        n, p = self.field(rcc + 0x30, 0, 9) + 1, self.field(rcc + 0x30, 9, 7) + 1
        if not m or self.field(rcc + 0x28, 0, 2) or not self.field(rcc + 0x2C, 16, 1):
            self.fault("PLL1: no reference, not from HSI, or without its output P")
            return 0.0
        low, high = ((1, 2), (2, 4), (4, 8), (8, 16))[self.field(rcc + 0x2C, 2, 2)]
        self.within("reference of PLL1", self.HSI / m, low, high)
        narrow = self.field(rcc + 0x2C, 1, 1)
        self.within("VCO of PLL1", self.HSI / m * n, *((150, 420) if narrow else (192, 960)))
        return self.HSI / m * n / p

    @property
    def core_hz(self) -> int:
        """SYSCLK by SWS, over D1CPRE."""
        hz = self.pll_hz if self.field(self.RCC + 0x10, 3, 3) == 3 else self.HSI
        return round(hz / _ahb(self.field(self.RCC + 0x18, 8, 4)))

    def settle(self) -> None:
        """ACTVOSRDY, VOSRDY, PLL1RDY, SWS."""
        rcc, pwr = self.RCC, self.PWR
        self.put(rcc, 25, 1, self.field(rcc, 24, 1))
        self.put(pwr + 4, 13, 1, int(self.field(pwr + 0xC, 0, 3) == 2))
        self.put(pwr + 0x18, 13, 1, self.field(pwr + 4, 13, 1))
        wanted, now = self.field(rcc + 0x10, 0, 3), self.field(rcc + 0x10, 3, 3)
        if wanted == now:
            return
        if wanted == 3 and not self.field(rcc, 25, 1):
            self.fault("switched to a PLL that is not on")
            return
        self.put(rcc + 0x10, 3, 3, wanted)
        self._check()

    def _check(self) -> None:
        rcc, hz = self.RCC, self.core_hz
        ahb = hz / _ahb(self.field(rcc + 0x18, 0, 4))
        scale, boosted = self.field(self.PWR + 0x18, 14, 2), self.field(self.SYSCFG + 0x2C, 0, 1)
        core_mhz, ahb_mhz = next(((c, a) for s, c, a in self.BY_SCALE if s == scale), (0, 0))
        if scale == 3 and boosted:
            core_mhz, ahb_mhz = 480, 240
        self.within("core", hz, 0, core_mhz)
        self.within("AHB and AXI", ahb, 0, ahb_mhz)
        for name, at, shift in (
            ("APB3", 0x18, 4),
            ("APB1", 0x1C, 4),
            ("APB2", 0x1C, 8),
            ("APB4", 0x20, 4),
        ):
            self.within(name, ahb / _apb(self.field(rcc + at, shift, 3)), 0, 120)
        self.check_flash(hz, self.field(self.FLASH, 0, 4))


TREES = {
    "": Registers,
    "stm32f4": Stm32F4,
    "stm32f7": Stm32F7,
    "stm32l4": Stm32L4,
    "stm32g4": Stm32G4,
    "stm32h7": Stm32H7,
}


def registers_of(board: Board) -> Registers:
    """The registers of a simulated board."""
    return TREES[board.clock.tree](board)


def _ahb(code: int) -> int:
    """Divider by the bits of HPRE or D1CPRE."""
    return 1 if code < 8 else (2, 4, 8, 16, 64, 128, 256, 512)[code - 8]


def _apb(code: int) -> int:
    """Divider by the bits of PPRE."""
    return 1 if code < 4 else 2 << (code - 4)

# SPDX-License-Identifier: Apache-2.0
"""A line that is worse than the one behind it: for tests and benchmarks."""

from __future__ import annotations

import random
from dataclasses import dataclass

from tvm_tiny.device.transports import Transport


@dataclass
class Damage:
    """Bytes that were spoiled."""

    flipped: int = 0
    dropped: int = 0
    doubled: int = 0


class NoisyLine:
    """Flips a bit of a byte, drops or doubles it, each with a third of the rate, both ways.

    Args:
        line: the real one.
        rate: share of the bytes that are spoiled.
        seed: the same seed spoils the same places of the same bytes.
    """

    def __init__(self, line: Transport, rate: float, seed: int) -> None:
        self.damage = Damage()
        self._line = line
        self._rate = rate
        self._random = {way: random.Random(f"{seed}-{way}") for way in ("out", "in")}

    def write(self, data: bytes) -> None:
        """Send what is left of the bytes."""
        self._line.write(self._spoil(data, self._random["out"]))

    def read(self, timeout_s: float) -> bytes:
        """What is left of what has come."""
        return self._spoil(self._line.read(timeout_s), self._random["in"])

    def close(self) -> None:
        """Close the real line."""
        self._line.close()

    def _spoil(self, data: bytes, chance: random.Random) -> bytes:
        out = bytearray()
        for byte in data:
            if chance.random() >= self._rate:
                out.append(byte)
                continue
            what = chance.randrange(3)
            if what == 0:
                self.damage.flipped += 1
                out.append(byte ^ 1 << chance.randrange(8))
            elif what == 1:
                self.damage.dropped += 1
            else:
                self.damage.doubled += 1
                out += bytes([byte, byte])
        return bytes(out)

# SPDX-License-Identifier: Apache-2.0
"""A core's counter of cycles that firmware can read while it runs.

Each block of code that is entered adds what its instructions take one after another: no branches
mispredicted, no memory waited for. A clock that ticks plausibly, not the profile's figure.
"""

from __future__ import annotations

import unicorn.unicorn_const as uc_const
from unicorn.unicorn import Uc

from tvm_tiny.simulator.image import Image
from tvm_tiny.simulator.profile import Blocks
from tvm_tiny.targets import Core, timing_of


class Ticks:
    """Counts from now on.

    Args:
        engine: what runs.
        image: its program.
        core: whose figures count.
        slower: a tick for this many cycles of the model, to play another board.
    """

    def __init__(self, engine: Uc, image: Image, core: Core, slower: float = 1.0) -> None:
        self._blocks = Blocks(engine, image, core, timing_of(core))
        self._known: dict[int, float] = {}
        self._slower = slower
        self._cycles = 0.0
        engine.hook_add(uc_const.UC_HOOK_BLOCK, self._on_block)

    @property
    def now(self) -> int:
        """Cycles so far, as a register of 32 bits has them."""
        return int(self._cycles * self._slower) & 0xFFFFFFFF

    def _on_block(self, engine: Uc, address: int, size: int, data: object) -> None:
        cycles = self._known.get(address)
        if cycles is None:
            cycles = self._known[address] = self._blocks.describe(address)[2]
        self._cycles += cycles

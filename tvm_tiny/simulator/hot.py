# SPDX-License-Identifier: Apache-2.0
"""The block of a layer in which most of its cycles go, as assembly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import capstone

_MOST_LINES: Final = 64


@dataclass(frozen=True)
class HotCode:
    """A straight piece of code.

    Attributes:
        function: it is in.
        cycles: modelled, of all its executions in the layer.
        executions: how often it ran.
        code: its instructions, at most ``_MOST_LINES``.
    """

    function: str
    cycles: int
    executions: int
    code: tuple[str, ...]


def assembly(code: bytes, address: int) -> tuple[str, ...]:
    """Thumb instructions as text, one a line; branches say where to."""
    engine = capstone.Cs(capstone.CS_ARCH_ARM, capstone.CS_MODE_THUMB | capstone.CS_MODE_MCLASS)
    lines = [f"{i.mnemonic} {i.op_str}".rstrip() for i in engine.disasm(code, address)]
    return shortened(lines)


def shortened(lines: Sequence[str]) -> tuple[str, ...]:
    """The beginning and the end of a long block."""
    if len(lines) <= _MOST_LINES:
        return tuple(lines)
    half = _MOST_LINES // 2
    left = len(lines) - 2 * half + 1
    return (*lines[:half], f"... {left} more", *lines[1 - half :])

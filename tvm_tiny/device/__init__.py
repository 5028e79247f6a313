# SPDX-License-Identifier: Apache-2.0
"""The host's side of the device firmware: frames, client, lines, boards (docs/device.md).

Imported name by name when it is asked for: the boards' files need ``uarts``, not the compiler.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from tvm_tiny import moved as _moved

if TYPE_CHECKING:
    from tvm_tiny.device.board import BoardSession, Clock, DeviceProfile, open_board
    from tvm_tiny.device.client import Counters, DeviceClient, DeviceInfo, DeviceResult, Patience
    from tvm_tiny.device.noise import NoisyLine
    from tvm_tiny.device.transports import Transport

_PLACES = {
    "board": ("BoardSession", "Clock", "DeviceProfile", "open_board"),
    "client": ("Counters", "DeviceClient", "DeviceInfo", "DeviceResult", "Patience"),
    "noise": ("NoisyLine",),
    "transports": ("Transport",),
}
_HOMES = {name: home for home, names in _PLACES.items() for name in names}
_old_name = _moved.names_of(__name__)

__all__ = [
    "BoardSession",
    "Clock",
    "Counters",
    "DeviceClient",
    "DeviceInfo",
    "DeviceProfile",
    "DeviceResult",
    "NoisyLine",
    "Patience",
    "Transport",
    "open_board",
]


def __getattr__(name: str) -> Any:
    """A name from the module it lives in."""
    if name not in _HOMES:
        return _old_name(name)
    value = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value

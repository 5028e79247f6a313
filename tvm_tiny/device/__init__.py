# SPDX-License-Identifier: Apache-2.0
"""The host's side of the device firmware: frames, client, lines, boards (docs/device.md)."""

from tvm_tiny.device.board import BoardSession, Clock, DeviceProfile, open_board
from tvm_tiny.device.client import Counters, DeviceClient, DeviceInfo, DeviceResult, Settings
from tvm_tiny.device.noise import NoisyLine
from tvm_tiny.device.transports import Transport

__all__ = [
    "BoardSession",
    "Clock",
    "Counters",
    "DeviceClient",
    "DeviceInfo",
    "DeviceProfile",
    "DeviceResult",
    "NoisyLine",
    "Settings",
    "Transport",
    "open_board",
]

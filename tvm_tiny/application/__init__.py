# SPDX-License-Identifier: Apache-2.0
"""Firmware projects to begin with: a model, the loop round it, and a sensor to fill in."""

from tvm_tiny.application.kits import KITS, Kit
from tvm_tiny.application.new import new_application
from tvm_tiny.application.sensors import SENSORS, Reading, choose_sensor

__all__ = ["KITS", "SENSORS", "Kit", "Reading", "choose_sensor", "new_application"]

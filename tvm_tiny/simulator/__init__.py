# SPDX-License-Identifier: Apache-2.0
"""A Cortex-M on the desk: runs linked programs, counts instructions, models cycles."""

from tvm_tiny.errors import Problem, ToolchainError

try:
    from tvm_tiny.simulator.machine import Machine
    from tvm_tiny.simulator.profile import (
        Breakdown,
        FunctionProfile,
        LayerProfile,
        Profile,
        Profiler,
    )
except ModuleNotFoundError as error:
    if error.name not in ("unicorn", "capstone", "elftools"):
        raise
    raise ToolchainError(
        f"the simulator needs the package {error.name}",
        (Problem("an optional package is missing", do="pip install 'tvm-tiny[simulator]'"),),
    ) from error

__all__ = [
    "Breakdown",
    "FunctionProfile",
    "LayerProfile",
    "Machine",
    "Profile",
    "Profiler",
]

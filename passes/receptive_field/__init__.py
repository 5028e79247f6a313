# SPDX-License-Identifier: Apache-2.0
"""Receptive fields: what every layer sees, what that costs in patches, and moving it elsewhere.

Ref: Lin et al. 2021, "MCUNetV2: Memory-Efficient Patch-based Inference for Tiny Deep Learning"
(https://arxiv.org/abs/2110.15352), section on receptive field redistribution.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tvm_tiny.passes.receptive_field.redistribution import (
        Redistributed,
        RedistributeReceptiveField,
        redistribute,
    )

_LAZY = ("Redistributed", "RedistributeReceptiveField", "redistribute")


def __getattr__(name: str) -> Any:
    """Import the passes only when they are needed: front ends import parts of this package."""
    if name in _LAZY:
        import importlib

        module = importlib.import_module("tvm_tiny.passes.receptive_field.redistribution")
        return getattr(module, name)
    raise AttributeError(f"module 'tvm_tiny.passes.receptive_field' has no attribute '{name}'")


__all__ = ["RedistributeReceptiveField", "Redistributed", "redistribute"]

# SPDX-License-Identifier: Apache-2.0
"""tvm_tiny: quantised models to bit-exact C for Cortex-M, ahead of time, on Apache TVM.

import tvm_tiny
art = tvm_tiny.build("model.tflite", target="cortex-m7")
art.run(x)                       # the generated C, on a simulated Cortex-M7
art.validate().bit_exact         # against TensorFlow Lite Micro, layer by layer
art.save("out/")                 # a C project that builds with make or CMake
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tvm_tiny import _tvm
from tvm_tiny.errors import TvmTinyError
from tvm_tiny.targets import cores as _cores
from tvm_tiny.version import VERSION

__version__ = VERSION

if TYPE_CHECKING:
    from tvm_tiny.api import build, check, load
    from tvm_tiny.artifact import Artifact
    from tvm_tiny.fields import receptive_field
    from tvm_tiny.quantise import quantize
    from tvm_tiny.tuning.tune import tune

for _core in _cores():
    _tvm.register_target_tag(_core.name)

_LAZY = {
    "build": "tvm_tiny.api",
    "check": "tvm_tiny.api",
    "load": "tvm_tiny.api",
    "Artifact": "tvm_tiny.artifact",
    "quantize": "tvm_tiny.quantise",
    "receptive_field": "tvm_tiny.fields",
    "tune": "tvm_tiny.tuning.tune",
}


def __getattr__(name: str) -> Any:
    """Import the compiler (solvers, templates) only when it is needed."""
    if name in _LAZY:
        import importlib

        return getattr(importlib.import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'tvm_tiny' has no attribute '{name}'")


__all__ = [
    "Artifact",
    "TvmTinyError",
    "__version__",
    "build",
    "check",
    "load",
    "quantize",
    "receptive_field",
    "tune",
]

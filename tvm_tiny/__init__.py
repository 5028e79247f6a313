# SPDX-License-Identifier: Apache-2.0
"""tvm_tiny: quantised models to bit-exact C for Cortex-M, ahead of time, on Apache TVM.

import tvm_tiny
art = tvm_tiny.build("model.tflite", target="cortex-m7")
art.run(x)                       # the generated C, on a simulated Cortex-M7
art.validate().bit_exact         # against TensorFlow Lite Micro, layer by layer
art.save("out/")                 # a C project that builds with make or CMake
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if not (Path(__file__).parent / "passes").is_dir():
    # A clone: passes/, schedules/ and crt_project/ lie beside this folder, not in it.
    __path__.append(str(Path(__file__).parent.parent))

from tvm_tiny.errors import TvmTinyError
from tvm_tiny.moved import put_up_signposts as _put_up_signposts
from tvm_tiny.process.imports import when_imported as _when_imported
from tvm_tiny.version import VERSION

__version__ = VERSION

if TYPE_CHECKING:
    from tvm_tiny.api import build
    from tvm_tiny.artifact import Artifact
    from tvm_tiny.checking import check, load
    from tvm_tiny.explore.compare import compare
    from tvm_tiny.explore.oracle import oracle
    from tvm_tiny.explore.plan import plan
    from tvm_tiny.ondevice.build import build_training
    from tvm_tiny.passes.receptive_field.redistribution import redistribute
    from tvm_tiny.quantise.quantise import quantize
    from tvm_tiny.report.receptive_field import receptive_field
    from tvm_tiny.tuning.tune import tune


def _register_cores(tvm: Any) -> None:
    """Make ``tvm.target.Target("cortex-m7")`` work."""
    from tvm_tiny.targets.tags import register_cores

    register_cores(tvm)


_put_up_signposts()
_when_imported("tvm", _register_cores)

_LAZY = {
    "build": "tvm_tiny.api",
    "build_training": "tvm_tiny.ondevice.build",
    "check": "tvm_tiny.checking",
    "compare": "tvm_tiny.explore.compare",
    "load": "tvm_tiny.checking",
    "Artifact": "tvm_tiny.artifact",
    "oracle": "tvm_tiny.explore.oracle",
    "plan": "tvm_tiny.explore.plan",
    "quantize": "tvm_tiny.quantise.quantise",
    "redistribute": "tvm_tiny.passes.receptive_field.redistribution",
    "receptive_field": "tvm_tiny.report.receptive_field",
    "tune": "tvm_tiny.tuning.tune",
}


def __getattr__(name: str) -> Any:
    """Import the compiler (solvers, templates) only when it is needed."""
    if name in _LAZY:
        import importlib

        return getattr(importlib.import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'tvm_tiny' has no attribute '{name}'")


def __dir__() -> list[str]:
    """What there is to use, for completion."""
    return sorted(__all__)


__all__ = [
    "Artifact",
    "TvmTinyError",
    "__version__",
    "build",
    "build_training",
    "check",
    "compare",
    "load",
    "oracle",
    "plan",
    "quantize",
    "receptive_field",
    "redistribute",
    "tune",
]

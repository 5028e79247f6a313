# SPDX-License-Identifier: Apache-2.0
"""The generated AOT main and header of a few models, as text: changes to them are seen in review.

Rewrite the files with ``TVM_TINY_UPDATE_GOLDEN=1 pytest tests/test_golden_c.py``.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import tvm_tiny
from tvm_tiny.passes.plan.patch_inference import PatchInference
from tvm_tiny.testing.models import autoencoder, squeeze_excite, tiny_convnet


def _patched() -> Any:
    """The block of the small net in three tiles, two rows at a call; the rest layer by layer."""
    block = ("stem", "block_depthwise", "block_pointwise", "block_add")
    module = tvm_tiny.build(tiny_convnet(), optimize="speed").compiled.module
    return PatchInference(patches=((block, 2, 3),))(module)


GOLDEN = Path(__file__).parent / "golden"
BUILDS: dict[str, tuple[Callable[[], Any], str]] = {
    "tiny": (tiny_convnet, "speed"),
    "tiny_streamed": (tiny_convnet, "ram"),
    "tiny_patched": (_patched, "speed"),
    "coder": (autoencoder, "speed"),
    "gated": (squeeze_excite, "speed"),
}


@pytest.mark.parametrize("name", BUILDS)
def test_generated_text(name: str) -> None:
    make, optimize = BUILDS[name]
    artifact = tvm_tiny.build(make(), name=name, optimize=optimize)
    for path in (f"include/{name}.h", f"src/{name}.c"):
        text = artifact.spec.files[path]
        golden = GOLDEN / f"{Path(path).name}.golden"
        if os.environ.get("TVM_TINY_UPDATE_GOLDEN"):
            GOLDEN.mkdir(exist_ok=True)
            golden.write_text(text)
        assert golden.exists(), f"{golden.name} is missing: see the docstring"
        assert text == golden.read_text(), f"{path} changed: see the docstring"

# SPDX-License-Identifier: Apache-2.0
"""What the device firmware needs to know of a model: blocks of tensors, the runner's formats."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from tvm_tiny.emit.data import float_literal
from tvm_tiny.project_spec import IoSpec, ProjectSpec

_ALIGN = 8


class ValueBlock(NamedTuple):
    """Tensors one after another, each begun at a multiple of 8 bytes.

    Attributes:
        offsets: where each begins, in bytes.
        size_bytes: to the end of the last.
    """

    offsets: tuple[int, ...]
    size_bytes: int


def block_of(tensors: Sequence[IoSpec]) -> ValueBlock:
    """The block of a model's inputs or outputs."""
    offsets: list[int] = []
    end = 0
    for tensor in tensors:
        begin = -(-end // _ALIGN) * _ALIGN
        offsets.append(begin)
        end = begin + tensor.size_bytes
    return ValueBlock(tuple(offsets), end)


def build_id(spec: ProjectSpec) -> str:
    """16 hexadecimal digits that tell whether a board runs this very code."""
    digest = hashlib.sha256(f"{spec.model_sha256}\0{spec.core}\0".encode())
    for name, text in sorted(spec.files.items()):
        digest.update(f"{name}\0{text}\0".encode())
    return digest.hexdigest()[:16]


# MLPerf Tiny's models, known by their shapes: name, and how the runner's bytes become inputs.
_Shape = tuple[int, ...]
_RUNNER_MODELS: Mapping[tuple[_Shape, _Shape], tuple[str, str]] = {
    ((1, 49, 10, 1), (1, 12)): ("kws01", "BYTES"),
    ((1, 96, 96, 3), (1, 2)): ("vww01", "PIXELS"),
    ((1, 32, 32, 3), (1, 10)): ("ic01", "PIXELS"),
    ((1, 640), (1, 640)): ("ad01", "FEATURES"),
}


def runner_model(spec: ProjectSpec) -> tuple[str, str]:
    """The benchmark's name of the model (its own for others), and a TVM_TINY_TH_ form."""
    tensors = (*spec.inputs, *spec.outputs)
    if len(tensors) == 2 and all(t.dtype == "int8" for t in tensors):
        known = _RUNNER_MODELS.get((spec.inputs[0].shape, spec.outputs[0].shape))
        if known is not None:
            return known
    return spec.model, "BYTES"


def device_values(spec: ProjectSpec) -> dict[str, Any]:
    """Values for ``device/main.c.jinja``."""
    name, form = runner_model(spec)
    inputs, outputs = block_of(spec.inputs), block_of(spec.outputs)
    return {
        "build": build_id(spec),
        "th_model": name,
        "form": form,
        "scales": {t.name: float_literal(t.scale) for t in (*spec.inputs, *spec.outputs)},
        "input_offsets": inputs.offsets,
        "input_bytes": inputs.size_bytes,
        "output_offsets": outputs.offsets,
        "output_bytes": outputs.size_bytes,
    }

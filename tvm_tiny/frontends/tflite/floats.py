# SPDX-License-Identifier: Apache-2.0
"""Float32 TFLite models -> float Relax, NHWC."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tvm_tiny.frontends.tflite.check import inspect_tflite
from tvm_tiny.frontends.tflite.front_end import from_tflite_file


def from_float_tflite_bytes(
    data: bytes, shapes: Mapping[str, Sequence[int]] | None = None, batch: int | None = None
) -> Any:
    """Convert a float32 TFLite model to a float Relax module with the attributes of a layer table.

    Args:
        data: the file; nothing in it is trusted.
        shapes: input name -> shape, where the model left extents open.
        batch: see ``inspect_tflite``.

    Raises:
        ModelError: TT1001, TT1002: not a TFLite model, or one that contradicts itself.
        UnsupportedError: TT1101 dynamic shapes, TT1104 quantised, TT1203 not supported.
    """
    file = inspect_tflite(data, floats=True, shapes=shapes, batch=batch)
    return from_tflite_file(file, floats=True)

# SPDX-License-Identifier: Apache-2.0
"""The int8 models of ``TFLiteWriter`` as legacy models of uint8: every value 128 more."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tvm_tiny.testing.tflite_writer import TensorRef, TFLiteWriter


class UnsignedWriter(TFLiteWriter):
    """Writes uint8 wherever int8 is asked for; weights get one scale and a zero point.

    Args:
        name: of the model.
        weight_zero_point: of constants with several scales, which uint8 does not have.
    """

    def __init__(self, name: str, weight_zero_point: int = 131) -> None:
        super().__init__(name)
        self._weight_zero_point = weight_zero_point

    def _tensor(
        self,
        name: str,
        shape: Sequence[int],
        dtype: str,
        scales: list[float],
        points: list[int],
        axis: int = 0,
        data: bytes | None = None,
    ) -> TensorRef:
        if dtype == "int8":
            several = len(scales) > 1
            scales = scales[:1]
            points = [self._weight_zero_point if several else p + 128 for p in points[:1]]
            dtype = "uint8"
            if data is not None:
                data = (np.frombuffer(data, np.uint8) ^ np.uint8(0x80)).tobytes()
        elif dtype == "int32" and data is not None:
            scales, points = scales[:1], points[:1]
        return super()._tensor(name, shape, dtype, scales, points, axis, data)

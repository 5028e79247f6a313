# SPDX-License-Identifier: Apache-2.0
"""The references behind one face: every tensor of a run, and its output."""

from __future__ import annotations

import importlib.util
from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny.errors import ToolchainError

Array = npt.NDArray[Any]


class Tflm:
    """TensorFlow Lite Micro: every tensor of a run, by index."""

    title = "TensorFlow Lite Micro"
    tolerance_steps = 0

    def __init__(self, model: bytes) -> None:
        from tvm_tiny.frontends.tflite.prepare import resolved_shapes
        from tvm_tiny.validate.reference import TFLMReference

        self._reference = TFLMReference(model, resolved_shapes(model))

    def layers(self, feed: dict[str, Array], ours: dict[str, Array]) -> dict[Any, Array]:
        """Tensors by index (TFLite) or name (ONNX), of inputs by name."""
        del ours
        return dict(self._reference.run_layers(feed))

    def output(self, feed: dict[str, Array]) -> Array:
        """The first output."""
        return next(iter(self._reference.run(feed).values()))


class Onnx:
    """onnxruntime: outputs of the whole model, and each layer on the inputs that ours had."""

    title = "onnxruntime"
    tolerance_steps = 1

    def __init__(self, model: bytes) -> None:
        from tvm_tiny.validate.onnx_layers import OnnxLayerReference

        self._reference = OnnxLayerReference(model)

    def layers(self, feed: dict[str, Array], ours: dict[str, Array]) -> dict[Any, Array]:
        """Tensors by index (TFLite) or name (ONNX), of inputs by name."""
        return {**self._reference.run(feed), **self._reference.run_layers(feed, ours)}

    def output(self, feed: dict[str, Array]) -> Array:
        """The first output."""
        return next(iter(self._reference.run(feed).values()))


class LiteRT:
    """LiteRT's reference kernels: models of uint8 throughout."""

    title = "LiteRT (reference kernels)"
    tolerance_steps = 0

    def __init__(self, model: bytes) -> None:
        from tvm_tiny.validate.litert import LiteRTReference

        self._reference = LiteRTReference(model)

    def layers(self, feed: dict[str, Array], ours: dict[str, Array]) -> dict[Any, Array]:
        """Tensors by index (TFLite) or name (ONNX), of inputs by name."""
        del ours
        return dict(self._reference.run_layers(feed))

    def output(self, feed: dict[str, Array]) -> Array:
        """The first output."""
        return np.array(self._reference.output(feed))


class StandIn(LiteRT):
    """LiteRT in place of tflite-micro, which has no wheel here; rounds some layers otherwise."""

    title = "LiteRT (reference kernels, in place of tflite-micro: one step is allowed)"
    tolerance_steps = 1


def reference_of(kind: str, data: bytes) -> Tflm | LiteRT | Onnx:
    """TensorFlow Lite Micro; LiteRT for legacy models, whose uint8 kernels it does not have."""
    if kind != "tflite":
        return Onnx(data)
    from tvm_tiny.frontends.tflite.check import computes_unsigned

    if computes_unsigned(data):
        return LiteRT(data)
    try:
        return Tflm(data)
    except ToolchainError:  # no wheel for this computer
        if importlib.util.find_spec("ai_edge_litert") is None:
            raise
        return StandIn(data)

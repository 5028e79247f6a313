# SPDX-License-Identifier: Apache-2.0
"""TFLite_Detection_PostProcess (TFLM ``detection_postprocess.cc``): what an SSD has found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny._tvm import TIR, IRBuilder, tirx
from tvm_tiny.graph import Node
from tvm_tiny.operators.base import Access, Kind, RowCall, register
from tvm_tiny.operators.kinds import FLOAT32, INT32, Seeing

_WORDS_A_BOX = 5
_MOST, _PER_CLASS = 4, 5  # places in the settings


def settings(numbers: Sequence[int], reals: Sequence[float]) -> npt.NDArray[np.int32]:
    """Operand ``settings``: boxes, stride, classes, columns, most, per class; then bits of floats.

    Those are the least score, the most overlap, and the scales of y, x, h and w.
    """
    bits = np.asarray(reals, np.float32).view(np.int32)
    return np.concatenate([np.asarray(numbers, np.int32), bits])


def _fits(node: Node) -> str | None:
    """Boxes, scores, anchors and settings belong together."""
    x, scores, anchors, fixed = node.operands
    if fixed.data is None or fixed.size != 12:
        return "settings are a constant of 12 numbers"
    boxes, stride, classes, columns, most, per_class = (int(v) for v in fixed.data[:6])
    sizes = x.size == boxes * stride and scores.size == boxes * columns
    good = sizes and anchors.size == 4 * boxes and stride >= 4 and most >= 1 and per_class >= 0
    good = good and 1 <= classes <= columns <= classes + 1
    return None if good else f"{boxes} boxes, {classes} of {columns} classes, {most} detections"


@register
class Detection(Seeing):
    """TFLite_Detection_PostProcess: boxes decoded, of those that overlap the best.

    codes float32[1, B, S], scores float32[1, B, C], anchors float32[B, 4], settings int32[12] ->
    float32[6 N + 1]: boxes (ymin, xmin, ymax, xmax) of N detections, their classes, their scores,
    how many there are. What is not found is 0; the reference leaves that as it was where all
    classes are suppressed at once.
    """

    name = "detection"
    operand_names = ("codes", "scores", "anchors", "settings")
    headers = ("tvm_tiny_floats.h", "tvm_tiny_detection.h")
    priced_like = "mean"
    constraints = (_fits,)

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        del operands
        return (6 * int(attrs["most"]) + 1,), "float32"

    def access(self, node: Node) -> tuple[Access, ...]:
        return (Access.WHOLE,) * len(node.operands)

    def row_call(self, node: Node, row: int) -> RowCall:
        del row
        return RowCall(((),) * len(node.operands))

    def state_bytes(self, node: Node) -> int:
        return 4 * _WORDS_A_BOX * (node.operands[2].size // 4)

    def left_alone(
        self, node: Node, result: npt.NDArray[Any] | None
    ) -> npt.NDArray[np.bool_] | None:
        fixed = node.operands[3].data
        if fixed is None or fixed[_PER_CLASS] or result is None:
            return None
        most = int(fixed[_MOST])
        found = int(np.clip(np.nan_to_num(result.reshape(-1)[-1]), 0, most))
        places = np.arange(result.size)
        detection = np.where(places < 4 * most, places // 4, places % most)
        return (detection >= found) & (places < 6 * most)

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        del node
        return FLOAT32, FLOAT32, FLOAT32, INT32

    def kernel(self, node: Node) -> Any:
        words = self.state_bytes(node) // 4
        with IRBuilder() as builder, TIR.prim_func(s_tir=True):
            TIR.func_name("main")
            args = [
                TIR.arg(name, TIR.buffer((tensor.size,), tensor.dtype))
                for name, tensor in zip(self.operand_names, node.operands, strict=True)
            ]
            work = TIR.arg("work", TIR.buffer((words,), "int32"))
            y = TIR.arg("y", TIR.buffer((node.output.size,), "float32"))
            with TIR.sblock("root"):
                TIR.reads(*[a[0 : a.shape[0]] for a in args])
                TIR.writes(work[0:words], y[0 : node.output.size])
                pointers = [a.access_ptr("r") for a in args]
                last = (work.access_ptr("rw"), y.access_ptr("w"))
                TIR.evaluate(tirx.call_extern("int32", "tvm_tiny_detect", *pointers, *last))
        return builder.get()

# SPDX-License-Identifier: Apache-2.0
"""TFLite_Detection_PostProcess: boxes, classes, scores and the number of what was found."""

from __future__ import annotations

import math
from typing import Any, Final

from tvm_tiny import _tvm
from tvm_tiny.frontends.tflite.conversion import Conversion
from tvm_tiny.frontends.tflite.operators.plain import F
from tvm_tiny.frontends.tflite.record import Call, Fault, Record, Shape, register
from tvm_tiny.operators.detection import settings

_op: Any = _tvm.relax.op
_MOST: Final = 4096
_SCALES: Final = ("y_scale", "x_scale", "h_scale", "w_scale")


def _shapes(call: Call) -> list[Shape]:
    """As the file declares them, where there is room for all detections."""
    boxes, scores, anchors = (call.operand(i).shape for i in range(3))
    options = call.options
    classes, most = int(options["num_classes"]), int(options["max_detections"])
    fits = (
        len(boxes) == len(scores) == 3
        and boxes[0] == scores[0] == 1
        and boxes[1] == scores[1]
        and boxes[2] >= 4
        and anchors == (boxes[1], 4)
        and 1 <= classes <= scores[2] <= classes + 1
        and 1 <= most <= _MOST
    )
    if not fits:
        what = f"boxes {boxes}, scores {scores} of {classes} classes, anchors {anchors}"
        raise Fault(f"{what}, {most} detections")
    reals = [float(options[n]) for n in (*_SCALES, "nms_score_threshold", "nms_iou_threshold")]
    if not all(map(math.isfinite, reals)) or min(reals[:4]) <= 0 or not 0 < reals[5] <= 1:
        raise Fault(f"scales and thresholds {reals}")
    if (
        not options["use_regular_nms"]
        and min(int(options["max_classes_per_detection"]), classes) != 1
    ):
        what = f"{options['max_classes_per_detection']} classes of a detection"
        raise Fault(what, "one class a detection is supported", code="TT1203")
    wanted: list[Shape] = [(1, most, 4), (1, most), (1, most), (1,)]
    declared = [t.shape for t in call.outputs]
    pairs = zip(declared, wanted, strict=False)
    return [d if math.prod(d) == math.prod(w) else w for d, w in pairs]


def _detection(call: Conversion) -> Any:
    boxes, columns = call.operand(0).shape, call.operand(1).shape[2]
    options = call.options
    most = int(options["max_detections"])
    per_class = int(options["detections_per_class"]) if options["use_regular_nms"] else 0
    numbers = [*boxes[1:], int(options["num_classes"]), columns, most, per_class]
    names = ("nms_score_threshold", "nms_iou_threshold", *_SCALES)
    fixed = settings(numbers, [float(options[n]) for n in names])
    operands = [*(call.stored(i) for i in range(3)), fixed]
    whole = call.bound(call.emit("detection", operands, {"most": most}))
    ends = [0, 4 * most, 5 * most, 6 * most, 6 * most + 1]
    out: list[Any] = []
    for place, tensor in enumerate(call.outputs):
        part = _op.strided_slice(whole, [0], [ends[place]], [ends[place + 1]], [1])
        out.append(_op.reshape(call.bound(part), tensor.shape))
    return out


register(
    Record(
        "TFLite_Detection_PostProcess",
        _detection,
        defaults=True,
        operands=(F, F, F),
        results=4,
        result_type="float32",
        shapes=_shapes,
        infer=_shapes,
        scaled=False,
        float_form=False,
        custom={
            "max_detections": 0,
            "max_classes_per_detection": 0,
            "detections_per_class": 100,
            "use_regular_nms": False,
            "nms_score_threshold": 0.0,
            "nms_iou_threshold": 0.0,
            "num_classes": 0,
            **dict.fromkeys(_SCALES, 0.0),
        },
    )
)

# SPDX-License-Identifier: Apache-2.0
"""TFLite_Detection_PostProcess in both forms, against tflite-micro."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tvm_tiny
from tvm_tiny.errors import TvmTinyError
from tvm_tiny.frontends.tflite.check import inspect_tflite
from tvm_tiny.testing.tflite_writer import TFLiteWriter
from tvm_tiny.validate.reference import TFLMReference

BOXES, CLASSES, MOST = 24, 3, 6
SCALES = {"y_scale": 10.0, "x_scale": 10.0, "h_scale": 5.0, "w_scale": 5.0}
FORMS: dict[str, dict[str, Any]] = {
    "all classes at once": {"use_regular_nms": False},
    "class by class": {"use_regular_nms": True, "detections_per_class": 4},
    "class by class, many": {"use_regular_nms": True},
}


def anchors() -> Any:
    grid = np.stack(np.meshgrid(np.arange(6), np.arange(4), indexing="ij"), -1).reshape(-1, 2)
    return np.concatenate([(grid + 0.5) / 6, np.full((BOXES, 2), 0.3)], 1).astype(np.float32)


def model(overlap: float, least: float, background: int = 1, **more: Any) -> bytes:
    w = TFLiteWriter("found")
    codes = w.input("codes", (1, BOXES, 4), dtype="float32")
    scores = w.input("scores", (1, BOXES, CLASSES + background), dtype="float32")
    options: dict[str, Any] = {
        "max_detections": MOST, "max_classes_per_detection": 1, "num_classes": CLASSES,
        "nms_score_threshold": least, "nms_iou_threshold": overlap, **SCALES, **more,
    }  # fmt: skip
    shapes = [(1, MOST, 4), (1, MOST), (1, MOST), (1,)]
    names = ["boxes", "classes", "scores_found", "count"]
    w.output(*w.op_multi(
        "TFLite_Detection_PostProcess", [codes, scores, w.constant("anchors", anchors())], shapes,
        None, names=names, dtype="float32", **options,
    ))  # fmt: skip
    return w.finish()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("overlap", "least"), [(0.5, 0.1), (0.05, 0.4), (1.0, 0.0)])
def test_detections_equal_tflite_micro(form: str, overlap: float, least: float) -> None:
    data = model(overlap, least, **FORMS[form])
    reference, rng = TFLMReference(data), np.random.default_rng(1)
    artifact = tvm_tiny.build(data, target="cortex-m7")
    for round_ in range(4):
        scores = rng.random((1, BOXES, CLASSES + 1)).astype(np.float32)
        if round_ == 1:
            scores = np.round(scores * 4) / np.float32(4)  # many are equal
        if round_ == 2:
            scores *= np.float32(least)
        x = {"codes": rng.normal(0, 2, (1, BOXES, 4)).astype(np.float32), "scores": scores}
        wanted, made = reference.run(x), artifact.run(x, on="host").outputs
        count = int(wanted["count"][0])
        assert int(made["count"][0]) == count
        for name in ("boxes", "classes", "scores_found"):
            np.testing.assert_array_equal(made[name][0, :count], wanted[name][0, :count])


def test_no_background() -> None:
    data = model(0.5, 0.3, background=0, use_regular_nms=True)
    x = {
        "codes": np.zeros((1, BOXES, 4), np.float32),
        "scores": np.random.default_rng(2).random((1, BOXES, CLASSES)).astype(np.float32),
    }
    wanted = TFLMReference(data).run(x)
    made = tvm_tiny.build(data, target="cortex-m7").run(x, on="host").outputs
    for name, values in wanted.items():
        np.testing.assert_array_equal(made[name], values, err_msg=name)


def test_several_classes_a_detection_are_refused() -> None:
    with pytest.raises(TvmTinyError, match="one class a detection"):
        inspect_tflite(model(0.5, 0.3, max_classes_per_detection=2))


def test_what_the_reference_leaves_as_it_was_is_not_compared() -> None:
    """Many detections, then one: tflite-micro leaves the others of the frame before."""
    artifact = tvm_tiny.build(model(1.0, 0.5, use_regular_nms=False), target="cortex-m7")
    scores = np.full((1, BOXES, CLASSES + 1), 0.9, np.float32)
    few = np.zeros_like(scores)
    few[0, 3, 2] = 0.7
    codes = np.zeros((1, BOXES, 4), np.float32)
    steps = [{"codes": codes, "scores": s} for s in (scores, few)]
    found = artifact.validate(steps, on="host")
    assert found.bit_exact
    boxes = next(c for c in found.layers if c.layer == "output" and c.tensor == "boxes")
    assert boxes.elements == 4 * (MOST + 1)

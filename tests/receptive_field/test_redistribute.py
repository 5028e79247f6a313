# SPDX-License-Identifier: Apache-2.0
"""Receptive fields moved: what stays the same, what gets smaller, what is refused and why."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from paths import shared

from tvm_tiny.errors import TvmTinyError
from tvm_tiny.passes.receptive_field import Redistributed, redistribute
from tvm_tiny.passes.receptive_field.rewrite import grown, shrunk
from tvm_tiny.testing.float_models import FloatNet, mobilenet_v2_float
from tvm_tiny.testing.models import tiny_convnet

MODELS = ("kws_ds_cnn_float32", "ic_resnet8_float32", "vww_96_float32")


def run(model: Any, x: np.ndarray) -> np.ndarray:
    session = onnxruntime.InferenceSession(model.SerializeToString())
    (name,) = (i.name for i in session.get_inputs())
    return np.asarray(session.run(None, {name: x})[0])


def noise(model: Any, batch: int = 2, seed: int = 0) -> np.ndarray:
    shape = [d.dim_value for d in model.graph.input[0].type.tensor_type.shape.dim]
    values = np.random.default_rng(seed).normal(size=(batch, *shape[1:]))
    return values.astype(np.float32)


def whole(net: FloatNet, *outputs: str) -> Any:
    """The model with weights that are small integers: sums are exact in any order."""
    model = net.finish(*outputs)
    for tensor in model.graph.initializer:
        values = np.rint(onnx.numpy_helper.to_array(tensor) * 4).clip(-8, 8).astype(np.float32)
        tensor.CopyFrom(onnx.numpy_helper.from_array(values, tensor.name))
    return model


def early_and_late(seed: int = 0) -> FloatNet:
    net = FloatNet("chain", seed)
    x = net.input((1, 3, 24, 24))
    x = net.conv(x, 8, name="stem", stride=2, pads=(0, 0, 1, 1), activation="Relu")
    x = net.conv(x, 8, name="early", groups=8, activation="Relu")
    x = net.conv(x, 8, 1, name="mix")
    x = net.conv(x, 12, name="down", stride=2, activation="Relu6")
    x = net.conv(x, 12, name="late", groups=12)
    net.conv(x, 6, 1, name="last")
    return net


@cache
def small_mobilenet() -> tuple[Any, Redistributed]:
    model = mobilenet_v2_float(0.35, 96, 10, norm=True)
    return model, redistribute(model)


def test_growing_alone_changes_no_output_bit() -> None:
    model = whole(early_and_late(), "last")
    windows = {"late": (5, 5), "down/conv": (7, 5), "early/conv": (3, 5)}
    made = redistribute(model, stage="mix", windows=windows)
    assert {c.layer: c.after for c in made.changes} == windows
    assert made.summary.after.field > made.summary.before.field
    x = np.rint(noise(made.original) * 8)
    assert run(made.original, x).tobytes() == run(made.model, x).tobytes()
    assert run(model, x).tobytes() == run(made.model, x).tobytes()


@st.composite
def grown_chains(draw: st.DrawFn) -> tuple[Any, dict[str, tuple[int, int]]]:
    """A chain of convolutions of whole numbers, and larger windows for some of them."""
    net = FloatNet("grown", draw(st.integers(0, 99)))
    x = net.input((1, 2, draw(st.integers(7, 16)), draw(st.integers(7, 16))))
    windows: dict[str, tuple[int, int]] = {}
    for place in range(draw(st.integers(1, 3))):
        kernel = draw(st.sampled_from([(3, 3), (2, 3), (1, 3), (5, 4)]))
        stride = draw(st.sampled_from([(1, 1), (2, 2), (2, 1)]))
        pads = tuple(draw(st.integers(0, 2)) for _ in range(4))
        dilation, name = draw(st.sampled_from([1, 1, 2])), f"layer{place}"
        extents = net.shapes[x][2:]
        room = [e + pads[a] + pads[a + 2] for a, e in enumerate(extents)]
        assume(all(r > (k - 1) * dilation + 2 for r, k in zip(room, kernel, strict=True)))
        groups = draw(st.sampled_from([1, 2]))
        x = net.conv(x, 4, kernel, name=name, stride=stride, pads=(pads[0], pads[1], pads[2],
                     pads[3]), dilation=dilation, groups=groups)  # fmt: skip
        if place == 0 or draw(st.booleans()):
            more = [draw(st.sampled_from([0, 2, 4])) for _ in range(2)]
            windows[name] = kernel[0] + more[0], kernel[1] + more[1]
    return whole(net, x), windows


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(grown_chains())
def test_grown_windows_stay_where_they_were(
    case: tuple[Any, dict[str, tuple[int, int]]],
) -> None:
    model, windows = case
    made = redistribute(model, windows=windows)
    x = np.rint(noise(model) * 4)
    assert run(model, x).tobytes() == run(made.model, x).tobytes()
    assert all(windows[c.layer] == c.after != c.before and c.grows for c in made.changes)


@pytest.mark.parametrize("taps", [3, 5])
def test_shrunk_kernels_keep_their_sums_and_their_middle(taps: int) -> None:
    weights = np.random.default_rng(0).normal(size=(taps, 4, 5)).astype(np.float32)
    small = shrunk(weights, 0, taps - 2)
    np.testing.assert_allclose(small.sum(axis=0), weights.sum(axis=0), rtol=1e-5, atol=1e-6)
    if taps == 5:
        np.testing.assert_array_equal(small[1], weights[2])
    np.testing.assert_array_equal(grown(weights, 0, taps + 2)[1:-1], weights)
    assert not grown(weights, 0, taps + 2)[[0, -1]].any()


def test_a_constant_image_gives_the_same_inside() -> None:
    net = FloatNet("constant", 3)
    x = net.input((1, 3, 20, 20))
    x = net.conv(x, 8, 5, name="early")
    net.conv(x, 4, name="late")
    made = redistribute(net.finish("late"), windows={"early": (1, 1)})
    x = np.full((1, 3, 20, 20), 0.7, np.float32)
    before, after = run(made.original, x), run(made.model, x)
    np.testing.assert_allclose(after[..., 4:-4, 4:-4], before[..., 4:-4, 4:-4], atol=1e-5)


def test_the_export_is_the_model() -> None:
    model, made = small_mobilenet()
    onnx.checker.check_model(made.original, full_check=True)
    onnx.checker.check_model(made.model, full_check=True)
    x = noise(made.original)
    np.testing.assert_allclose(run(made.original, x), run(model, x), rtol=1e-3, atol=1e-3)
    for side in ("input", "output"):
        values = [[v.name for v in getattr(m.graph, side)] for m in (model, made.model)]
        assert values[0] == values[1]
    kinds = {n.op_type for n in made.model.graph.node}
    assert kinds == {"Conv", "Clip", "Add", "GlobalAveragePool", "Reshape", "Gemm"}


def test_the_field_stays_and_patches_recompute_less_than_half() -> None:
    _, made = small_mobilenet()
    summary = made.summary
    assert all(a >= b for a, b in zip(summary.after.field, summary.before.field, strict=True))
    assert summary.after.field[0] >= 491  # of MobileNetV2, whatever its width
    for patches in (2, 4):
        before, after = summary.recomputed(patches)
        assert 0 < 2 * after <= before
    assert summary.after.stream.ring_bytes < summary.before.stream.ring_bytes
    assert {c.kind for c in made.changes} == {"grow", "shrink"}
    assert summary.after.macs <= 1.25 * summary.before.macs
    assert summary.after.weights <= 1.25 * summary.before.weights


@pytest.mark.parametrize("name", MODELS)
def test_shared_models(name: str) -> None:
    path = shared(f"models/{name}.tflite")
    made = redistribute(path)
    before, after = made.summary.before, made.summary.after
    assert all(a >= b for a, b in zip(after.field, before.field, strict=True))
    assert after.stream.ring_bytes < before.stream.ring_bytes
    for patches in (2, 4):
        assert 2 * made.summary.recomputed(patches)[1] <= made.summary.recomputed(patches)[0]
    x = noise(made.original)
    assert run(made.model, x).shape == run(made.original, x).shape


def _alone() -> Any:
    net = FloatNet("alone")
    x = net.input((1, 3, 16, 16))
    x = net.conv(x, 4, name="a")
    return net.finish(net.conv(x, 4, 1, name="b"))


def _strided() -> Any:
    net = FloatNet("strided")
    x = net.input((1, 3, 16, 16))
    x = net.conv(x, 4, name="a", stride=2)
    return net.finish(net.conv(x, 4, name="b"))


def _dense() -> Any:
    net = early_and_late()
    return net.finish("last")


@pytest.mark.parametrize(
    ("code", "model", "options"),
    [
        ("TT1302", _alone, {}),
        ("TT1301", _strided, {"stage": 1}),
        ("TT1302", _dense, {"budget": 0.0}),
        ("TT6050", _dense, {"budget": -1.0}),
        ("TT6050", _dense, {"stage": "nowhere"}),
        ("TT6050", _dense, {"windows": {"nowhere": (3, 3)}}),
        ("TT6050", _dense, {"windows": {"early/conv": (4, 4)}}),
        ("TT1104", tiny_convnet, {}),
    ],
)
def test_refusals(code: str, model: Any, options: dict[str, Any]) -> None:
    with pytest.raises(TvmTinyError) as raised:
        redistribute(model(), **options)
    assert raised.value.code == code
    assert raised.value.problems

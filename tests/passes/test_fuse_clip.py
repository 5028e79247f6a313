# SPDX-License-Identifier: Apache-2.0
"""A clip that stands alone becomes the limits of the operator in front of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from relax_modules import Body, assert_kept, assert_rewrites, const

import tvm_tiny
from tvm_tiny.passes.simplify.fuse_clip import FuseClip
from tvm_tiny.testing.onnx_models import QdqNet

VALUES = np.arange(-128, 128)


def _table(f: Body, x: Any, values: Any) -> Any:
    return f.op("lut", x, const(values), name="lut", layer="clip", output_source="clip")


@pytest.mark.parametrize("limits", [(-128, 127), (-20, 127), (-128, 50)])
def test_a_table_that_clips_becomes_limits(limits: tuple[int, int]) -> None:
    low, high = max(limits[0], -8), min(limits[1], 90)

    def before(f: Body, x: Any) -> Any:
        conv = f.conv(x, [1] * 4, activation=list(limits), output_source="conv")
        return _table(f, conv, np.clip(VALUES, -8, 90))

    def after(f: Body, x: Any) -> Any:
        return f.conv(x, [1] * 4, activation=[low, high], output_source="clip")

    assert_rewrites(FuseClip(), before, after)


def test_only_integers_that_are_made_count() -> None:
    """Below the limits of the convolution the table may do what it likes."""
    values = np.where(VALUES < 0, 77, np.minimum(VALUES, 100))

    def before(f: Body, x: Any) -> Any:
        return _table(f, f.conv(x, [1] * 4, activation=[0, 127]), values)

    def after(f: Body, x: Any) -> Any:
        return f.conv(x, [1] * 4, activation=[0, 100], output_source="clip")

    assert_rewrites(FuseClip(), before, after)
    assert_kept(FuseClip(), lambda f, x: _table(f, f.conv(x, [1] * 4), values))


def test_other_tables_and_shared_results_stay() -> None:
    for values in (VALUES // 2, -1 - VALUES, np.full(256, 3), np.roll(VALUES, 1)):
        assert_kept(FuseClip(), lambda f, x, v=values: _table(f, f.conv(x, [1] * 4), v))

    def shared(f: Body, x: Any) -> Any:
        conv = f.conv(x, [1] * 4)
        return f.op("concat", conv, _table(f, conv, np.maximum(VALUES, 0)), axis=3, layer="join")

    assert_kept(FuseClip(), shared)
    moved = [0, 0, 0, 0]
    assert_kept(
        FuseClip(),
        lambda f, x: _table(f, f.pad(x, [moved[:2]] * 4), np.maximum(VALUES, 0)),
    )


def test_what_the_model_names_stays_compared() -> None:
    """Inside of an ONNX region the clipped tensor has no integers that a reference could show."""

    def unnamed(f: Body, x: Any) -> Any:
        conv = f.conv(x, [1] * 4, output_source="conv")
        return f.op("lut", conv, const(np.maximum(VALUES, 0)), name="lut", layer="clip")

    assert_kept(FuseClip(), unnamed)


def _net(apart: bool) -> bytes:
    """Convolutions with a Clip of their own region (PT2E: the same scale), or in one region."""
    net = QdqNet("clipped", 3)
    x = net.input("image", (1, 3, 8, 8), 1 / 64, 3)
    ends = [net.constant("least", np.float32(0)), net.constant("most", np.float32(4))]
    x = net.conv(x, "first", (4, 3, 3, 3), pads=[1] * 4)
    if apart:
        x = net.op("Clip", [x, *ends], "clip", 0.05, -4)
    net.output(net.conv(x, "last", (4, 4, 1, 1)), (1, 4, 8, 8))
    return net.finish()


def test_a_clip_in_a_region_of_its_own_costs_nothing() -> None:
    apart = tvm_tiny.build(_net(True), name="clipped")
    plain = tvm_tiny.build(_net(False), name="clipped")
    ops = [[n.op for n in a.compiled.graph.nodes] for a in (apart, plain)]
    assert ops[0] == ops[1]
    first = next(n for n in apart.compiled.graph.nodes if n.op == "conv2d")
    assert first.attrs["activation"] == [-4, 76]
    assert apart.validate(samples=2, on="host").passed

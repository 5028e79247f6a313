# SPDX-License-Identifier: Apache-2.0
"""The pass on Relax: before and expected, both layouts, alignment, batch normalisation."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import tvm
from tvm.script import ir as I
from tvm.script import relax as R

from tvm_tiny._tvm import relax
from tvm_tiny.errors import TvmTinyError
from tvm_tiny.frontends.loader import load
from tvm_tiny.passes.receptive_field import RedistributeReceptiveField
from tvm_tiny.passes.receptive_field.prepare import PrepareFloat
from tvm_tiny.passes.receptive_field.redistribution import ATTRIBUTE
from tvm_tiny.testing.models import tiny_convnet

_RNG = np.random.default_rng(0)


def weights(*shape: int) -> np.ndarray:
    """Eighths: their sums are exact."""
    return (_RNG.integers(-16, 17, size=shape) / 8).astype(np.float32)


def same(made: Any, expected: Any) -> None:
    plain = tvm.IRModule({"main": made["main"].without_attr(ATTRIBUTE)})
    both = [relax.transform.CanonicalizeBindings()(m)["main"] for m in (plain, expected)]
    tvm.ir.assert_structural_equal(*both, map_free_vars=True)


STEM, EARLY, MIX, LATE = weights(3, 3, 3, 4), weights(3, 3, 4, 1), weights(1, 1, 4, 4), weights(
    3, 3, 4, 1
)  # fmt: skip
SUM = EARLY.sum(axis=(0, 1), keepdims=True)
ZEROS = np.pad(LATE, ((1, 1), (1, 1), (0, 0), (0, 0)))


@I.ir_module
class Before:
    @R.function
    def main(x: R.Tensor((1, 16, 16, 3), "float32")) -> R.Tensor((1, 4, 4, 4), "float32"):
        with R.dataflow():
            stem = R.nn.conv2d(
                x, R.const(STEM), strides=2, padding=[0, 0, 1, 1],
                data_layout="NHWC", kernel_layout="HWIO",
            )  # fmt: skip
            early = R.nn.conv2d(
                stem, R.const(EARLY), padding=1, groups=4,
                data_layout="NHWC", kernel_layout="HWOI",
            )  # fmt: skip
            mix = R.nn.conv2d(early, R.const(MIX), data_layout="NHWC", kernel_layout="HWIO")
            late = R.nn.conv2d(
                mix, R.const(LATE), strides=2, padding=[0, 0, 1, 1], groups=4,
                data_layout="NHWC", kernel_layout="HWOI",
            )  # fmt: skip
            R.output(late)
        return late


@I.ir_module
class Expected:
    @R.function
    def main(x: R.Tensor((1, 16, 16, 3), "float32")) -> R.Tensor((1, 4, 4, 4), "float32"):
        with R.dataflow():
            stem = R.nn.conv2d(
                x, R.const(STEM), strides=2, padding=[0, 0, 1, 1],
                data_layout="NHWC", kernel_layout="HWIO",
            )  # fmt: skip
            early = R.nn.conv2d(
                stem, R.const(SUM), padding=0, groups=4,
                data_layout="NHWC", kernel_layout="HWOI",
            )  # fmt: skip
            mix = R.nn.conv2d(early, R.const(MIX), data_layout="NHWC", kernel_layout="HWIO")
            late = R.nn.conv2d(
                mix, R.const(ZEROS), strides=2, padding=[1, 1, 2, 2], groups=4,
                data_layout="NHWC", kernel_layout="HWOI",
            )  # fmt: skip
            R.output(late)
        return late


def test_before_and_expected() -> None:
    after = RedistributeReceptiveField(stage="mix", budget=1.0)(Before)
    same(after, Expected)
    data = json.loads(str(after["main"].attrs[ATTRIBUTE]))
    assert [(c["layer"], c["after"]) for c in data["changes"]] == [
        ("early", [1, 1]),
        ("late", [5, 5]),
    ]
    assert data["after"]["field"] >= data["before"]["field"]
    assert data["extra_weights"] == (25 - 9) * 4 - (9 - 1) * 4


def test_it_is_a_tvm_pass() -> None:
    passes = tvm.transform.Sequential([RedistributeReceptiveField(stage="mix", budget=1.0)])
    same(passes(Before), Expected)
    again = RedistributeReceptiveField(windows=(("late", (3, 5)),))(Before)
    calls = [b.value for b in again["main"].body.blocks[0].bindings]
    assert [int(p) for p in calls[3].attrs.padding] == [0, 1, 1, 2]


SCALE, SHIFT, MEAN, VARIANCE = (weights(4) for _ in range(4))
VARIANCE = np.abs(VARIANCE) + 1
FIRST = weights(4, 3, 3, 3)


@I.ir_module
class Normalised:
    @R.function
    def main(x: R.Tensor((1, 3, 8, 8), "float32")) -> R.Tensor((1, 4, 4, 4), "float32"):
        with R.dataflow():
            wide = R.nn.pad(x, [0, 0, 0, 0, 0, 1, 0, 1])
            conv = R.nn.conv2d(wide, R.const(FIRST), strides=2)
            made = R.nn.batch_norm(
                conv, R.const(SCALE), R.const(SHIFT), R.const(MEAN), R.const(VARIANCE),
                axis=1, epsilon=1e-5,
            )  # fmt: skip
            out = made[0]
            R.output(out)
        return out


def test_normalisation_and_padding_go_into_the_convolution() -> None:
    after = PrepareFloat()(Normalised)
    conv, add = (b.value for b in after["main"].body.blocks[0].bindings[:2])
    assert [str(c.op.name) for c in (conv, add)] == ["relax.nn.conv2d", "relax.add"]
    assert [int(p) for p in conv.attrs.padding] == [0, 0, 1, 1]
    factor = SCALE / np.sqrt(VARIANCE + 1e-5)
    found = conv.args[1].value.numpy()
    np.testing.assert_allclose(found, FIRST * factor[:, None, None, None], rtol=1e-5)
    bias = add.args[1].value.numpy().reshape(-1)
    np.testing.assert_allclose(bias, SHIFT - MEAN * factor, rtol=1e-4, atol=1e-5)


def _one(op: Any, shape: tuple[int, ...]) -> Any:
    block = relax.BlockBuilder()
    x = relax.Var("x", relax.TensorType(shape, "float32"))
    with block.function("main", [x]):
        with block.dataflow():
            out = block.emit_output(op(block, x))
        block.emit_func_output(out)
    return block.get()


def test_quantised_modules_are_refused() -> None:
    module = load(tiny_convnet()).module
    with pytest.raises(TvmTinyError) as raised:
        RedistributeReceptiveField()(module)
    assert raised.value.code == "TT1104"


def test_what_cannot_be_planned_is_named() -> None:
    module = _one(lambda block, x: block.emit(relax.op.erf(x), "strange"), (1, 4, 4, 2))
    with pytest.raises(TvmTinyError) as raised:
        RedistributeReceptiveField()(module)
    assert raised.value.code == "TT1203"
    assert "strange" in str(raised.value)

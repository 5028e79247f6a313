# SPDX-License-Identifier: Apache-2.0
"""NCHW to NHWC: what is left of transposes, that names stay, and that the numbers stay."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from onnx_cases import Case, cases
from onnx_layers import integer_graph

from tvm_tiny import _tvm
from tvm_tiny._tvm import relax
from tvm_tiny.frontends.onnx.front_end import from_onnx_bytes
from tvm_tiny.passes.layout.nhwc import LayoutNHWC
from tvm_tiny.testing.onnx_models import MODELS

# One at the input, one where the result is a feature map; none for images of one channel.
_TRANSPOSES = {
    "tiny": 1,
    "depthwise_separable": 1,
    "squeeze_excite": 2,
    "conv1d": 1,
    "mlp": 0,
    "flattened": 0,
}


def _ops(module: Any) -> list[str]:
    bindings = [b for block in module["main"].body.blocks for b in block.bindings]
    return [str(b.value.op.name) for b in bindings if isinstance(b.value, relax.Call)]


def _function(build: Any, *shapes: tuple[int, ...]) -> Any:
    """A module whose ``main`` is what ``build`` makes of float32 parameters."""
    block = relax.BlockBuilder()
    params = [relax.Var(f"x{i}", relax.TensorType(s, "float32")) for i, s in enumerate(shapes)]
    with block.function("main", params):
        with block.dataflow():
            out = block.emit_output(build(block, *params))
        block.emit_func_output(out)
    return block.get()


def _conv(block: Any, x: Any, channels: int) -> Any:
    inputs = int(x.ty.shape[1])
    weights = np.ones((channels, inputs, 3, 3), np.float32)
    return block.emit(relax.op.nn.conv2d(x, _tvm.constant(weights), padding=1), "conv")


@pytest.mark.parametrize("name", MODELS)
def test_models_keep_one_transpose(name: str) -> None:
    graph = integer_graph(MODELS[name]())
    ops = [node.op for node in graph.nodes]
    assert ops.count("transpose") == _TRANSPOSES[name]
    inner = ops[2:-2]  # behind the input's quantize and transpose, before the result's
    assert "transpose" not in inner


@pytest.mark.parametrize("case", cases(), ids=str)
def test_operators_carry_the_layout(case: Case) -> None:
    graph = integer_graph(case.build())
    assert [node.op for node in graph.nodes].count("transpose") <= case.transposes


@pytest.mark.parametrize("name", MODELS)
def test_module_is_well_formed_and_channels_last(name: str) -> None:
    module = from_onnx_bytes(MODELS[name]())
    relax.analysis.well_formed(module)  # raises where it is not
    text = str(module.script())
    assert '"NCHW"' not in text
    assert '"NCW"' not in text


def test_variables_keep_their_names() -> None:
    def build(block: Any, x: Any) -> Any:
        y = block.emit(relax.op.nn.relu(_conv(block, x, 4)), "activated")
        return block.emit(relax.op.nn.max_pool2d(y, (2, 2)), "pooled")

    module = LayoutNHWC()(_function(build, (1, 3, 8, 6)))
    names = [b.var.name for b in module["main"].body.blocks[0].bindings]
    assert {"conv", "activated", "pooled"} <= set(names)
    assert len(names) == len(set(names))


def test_transposes_of_the_program_cancel() -> None:
    def build(block: Any, x: Any) -> Any:
        y = block.emit(relax.op.permute_dims(x, [0, 3, 1, 2]))
        return block.emit(relax.op.permute_dims(_conv(block, y, 4), [0, 2, 3, 1]))

    module = LayoutNHWC()(_function(build, (1, 8, 6, 3)))
    assert _ops(module) == ["relax.nn.conv2d"]


def test_what_it_does_not_know_sees_the_logical_order() -> None:
    def build(block: Any, x: Any) -> Any:
        return block.emit(relax.op.cumsum(_conv(block, x, 4), axis=1))

    module = LayoutNHWC()(_function(build, (1, 3, 8, 6)))
    ops = ["relax.permute_dims", "relax.nn.conv2d", "relax.permute_dims", "relax.cumsum"]
    assert _ops(module) == ops


def test_channels_last_modules_stay_as_they_are() -> None:
    def build(block: Any, x: Any) -> Any:
        weights = _tvm.constant(np.ones((3, 3, 3, 4), np.float32))
        conv = relax.op.nn.conv2d(x, weights, data_layout="NHWC", kernel_layout="HWIO")
        return block.emit(conv)

    module = _function(build, (1, 8, 6, 3))
    assert _tvm.structural_equal(LayoutNHWC()(module), module)


def test_given_module_is_not_changed() -> None:
    def build(block: Any, x: Any) -> Any:
        return _conv(block, x, 4)

    module = _function(build, (1, 3, 8, 6))
    before = str(module.script(show_meta=True))
    LayoutNHWC()(module)
    assert str(module.script(show_meta=True)) == before


def test_gemm_weights_follow_the_flattened_map() -> None:
    module = from_onnx_bytes(MODELS["flattened"]())
    ops = _ops(module)
    assert "relax.permute_dims" not in ops
    assert ops.count("relax.reshape") == 2  # one channel in front, the flattening

# SPDX-License-Identifier: Apache-2.0
"""Legacy models of uint8: the integers of LiteRT's reference kernels, operator by operator."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from integer_run import integer_graph, run_graph
from unsigned_writer import UnsignedWriter
from writer_cases import CASES, Case

from tvm_tiny.arithmetic.fixed_point import (
    multiply_by_quantized_multiplier,
    quantize_multiplier,
)
from tvm_tiny.arithmetic.quant import activation_range
from tvm_tiny.errors import UnsupportedError
from tvm_tiny.frontends.tflite.check import inspect_tflite
from tvm_tiny.frontends.tflite.model import TFLiteFile

pytest.importorskip("ai_edge_litert", reason="the oracle of uint8 models is not installed")

from tvm_tiny.validate.litert import LiteRTReference

_ACTIVATIONS: Any = {0: "none", 1: "relu", 2: "relu_n1_to_1", 3: "relu6"}


def _model(case: Case) -> bytes:
    writer = UnsignedWriter(case.label)
    writer.output(*case.build(writer))
    return writer.finish()


def _fully_connected(file: TFLiteFile, inputs: Any) -> Any:
    """uint8 arithmetic of TFLite's ``reference/fully_connected.h``: two roundings."""
    op = file.operators[-1]
    x, weights, bias = (file.tensors[i] for i in op.inputs)
    y = file.tensors[op.outputs[0]]
    data = inputs[x.name].astype(np.int64).reshape(-1, weights.shape[1]) - (x.zero_point + 128)
    matrix = weights.array().astype(np.int64) - weights.zero_point
    total = data @ matrix.T + (0 if bias.data is None else bias.array().astype(np.int64))
    multiplier, shift = quantize_multiplier(x.scale * weights.scale / y.scale)
    scaled = multiply_by_quantized_multiplier(total, multiplier, shift)
    low, high = activation_range(_ACTIVATIONS[op.options["activation"]], y.scale, y.zero_point)
    out = np.clip(scaled + y.zero_point, low, high) + 128
    return out.astype(np.uint8).reshape(y.shape)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.label)
def test_operator_equals_the_reference(case: Case) -> None:
    data = _model(case)
    file = inspect_tflite(data)
    reference = LiteRTReference(data)
    graph = integer_graph(data)
    rng = np.random.default_rng(3)
    for sample in range(6):
        inputs: dict[str, Any] = {}
        for tensor in (file.tensors[i] for i in file.inputs):
            values = rng.integers(0, 256, tensor.shape)
            if sample == 0:
                values = np.arange(values.size).reshape(tensor.shape) % 256
            inputs[tensor.name] = values.astype(np.uint8 if tensor.unsigned else tensor.dtype)
        wanted = reference.run_layers(inputs)
        found = run_graph(graph, inputs)
        for node_output in (t for t in graph.tensors() if t.source_index >= 0 and t.source):
            want = wanted[node_output.source_index]
            got = found[node_output.source]
            if case.kind == "FULLY_CONNECTED" and node_output.source_index in file.outputs:
                want = _fully_connected(file, inputs)  # LiteRT's own rounds once
            if got.dtype == np.int8 and want.dtype == np.uint8:
                got = (got.view(np.uint8) ^ np.uint8(0x80)).reshape(want.shape)
            np.testing.assert_array_equal(got, want.reshape(got.shape), err_msg=node_output.name)


def test_average_of_every_sum() -> None:
    """6 x 7 windows: all 10,711 sums of uint8, ties and all, against unsigned arithmetic."""
    sums = np.arange(42 * 255 + 1)
    width = -(-sums.size // 4)
    wanted = np.zeros((width, 4), np.int64)
    wanted.reshape(-1)[: sums.size] = sums
    base, rest = np.divmod(wanted, 42)
    image = base[:, None, :] + (np.arange(42)[None, :, None] < rest[:, None, :])
    x = image.reshape(width, 6, 7, 4).transpose(1, 0, 2, 3).reshape(1, 6, 7 * width, 4)
    writer = UnsignedWriter("average")
    data = writer.input("x", x.shape, scale=0.1, zero_point=3)
    shape = (1, 1, width, 4)
    options = {"filter_h": 6, "filter_w": 7, "stride_h": 6, "stride_w": 7, "padding": "VALID"}
    writer.output(writer.op("AVERAGE_POOL_2D", [data], shape, 0.1, 3, name="y", **options))
    found = run_graph(integer_graph(writer.finish()), {"x": x.astype(np.uint8)})
    values = next(v for v in found.values() if v.dtype == np.uint8 and v.shape == shape)
    np.testing.assert_array_equal(values.reshape(width, 4), (wanted + 21) // 42)


def test_interpolation_of_uint8_off_the_grid_is_refused() -> None:
    writer = UnsignedWriter("resize")
    x = writer.input("x", (1, 5, 5, 1), scale=0.1, zero_point=3)
    size = writer.constant("size", np.array([7, 7], np.int32))
    y = writer.op("RESIZE_BILINEAR", [x, size], (1, 7, 7, 1), 0.1, 3, name="y")
    writer.output(y)
    with pytest.raises(UnsupportedError, match="float32"):
        inspect_tflite(writer.finish())

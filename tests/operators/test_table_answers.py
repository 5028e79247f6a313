# SPDX-License-Identifier: Apache-2.0
"""Every entry of the operator table answers every question, and an open one is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from op_harness import constant, make_node

from tvm_tiny import _tvm, operators
from tvm_tiny._tvm import relax
from tvm_tiny.arithmetic.int16 import exponentials, inverses
from tvm_tiny.arithmetic.recurrent import sigmoid_table
from tvm_tiny.graph import Node
from tvm_tiny.operators import lookup, table
from tvm_tiny.operators.base import QUESTIONS, Operator, register
from tvm_tiny.operators.detection import settings
from tvm_tiny.operators.fields import AxisField
from tvm_tiny.operators.forms import Loops
from tvm_tiny.operators.signal import turns
from tvm_tiny.operators.turning import Operands, Turned
from tvm_tiny.operators.value_ranges import Range, any_value

SCALE = {"multiplier": 1 << 30, "shift": -3, "output_zero_point": 3}
CLAMP = {"activation": [-128, 127]}
WINDOW = {"strides": [1, 1], "dilation": [1, 1], "padding": [1, 1, 1, 1]}
SUM = {"a_zero_point": 1, "b_zero_point": -2, "left_shift": 20, "a_multiplier": 1 << 30,
       "a_shift": 0, "b_multiplier": 3 << 29, "b_shift": -1}  # fmt: skip
RESIZE = {"output_size": [8, 8], "align_corners": False, "half_pixel_centers": False}
IMAGE = (1, 4, 4, 4)


def weights(*shape: int, outputs: int) -> list[Any]:
    rng = np.random.default_rng(1)
    return [
        constant(rng.integers(-20, 20, shape)),
        constant(rng.integers(-99, 99, outputs), "int32"),
        constant(np.full(outputs, 1 << 30), "int32"),
        constant(np.full(outputs, -6), "int32"),
    ]


def recurrent() -> dict[str, tuple[Sequence[Any], Mapping[str, Any]]]:
    """Operands and attributes of layers with a memory: 3 steps of 4 inputs, 2 units."""
    small = np.random.default_rng(2).integers(-9, 9, (4, 2, 4))
    halves = {"gate_multipliers": [1 << 30] * 8, "gate_shifts": [-3] * 8}
    cell = {"multipliers": [1 << 30] * 3, "shifts": [-15, -15, -22], "output_zero_point": 1,
            "cell_clip": 0, "tanh_multiplier": 3, "tanh_shift": 0}  # fmt: skip
    lstm = [
        np.zeros((1, 3, 1, 4), np.int8),
        constant(small),
        constant(small[:, :, :2]),
        *[constant(np.zeros((4, 2)), "int32")] * 2,
        constant(sigmoid_table(), "uint16"),
        np.zeros((1, 2), np.int8),
        np.zeros((1, 2), np.int16),
    ]
    svdf = [
        np.zeros((1, 4), np.int8),
        constant(small[:, 0]),
        constant(small[:, 1]),
        constant(np.zeros(2), "int32"),
        np.zeros((4, 4), np.int8),
    ]
    memory = {"rank": 2, "input_zero_point": -3, "state_zero_point": 1, "output_zero_point": 2,
              "multipliers": [1 << 30] * 2, "shifts": [-4, -5]}  # fmt: skip
    return {"lstm": (lstm, {**halves, **cell}), "svdf": (svdf, memory)}


def plain() -> dict[str, tuple[Sequence[Any], Mapping[str, Any]]]:
    """Operands and attributes of operators on float32 and on int32 as it is."""
    x, window = np.zeros(IMAGE, np.float32), {**WINDOW, "limits": [0, 1086324736]}
    kernel = {**window, "kernel": [3, 3]}
    floats = [constant(np.ones(4), "float32")]
    reduced = ("mean", "sum", "reduce_max", "reduce_min")
    return {
        "plain_pair": ([x, x], {"function": "add"}),
        "plain_function": ([x], {"function": "exp"}),
        "plain_conv2d": (
            [x, constant(np.ones((4, 3, 3, 4)), "float32"), *floats], {**window, "groups": 1}
        ),
        "plain_depthwise_conv2d": ([x, constant(np.ones((3, 3, 4)), "float32"), *floats], window),
        "plain_transpose_conv2d": (
            [x, constant(np.ones((4, 3, 3, 4)), "float32"), *floats],
            {**window, "strides": [2, 2], "output_size": [8, 8]},
        ),
        "plain_fully_connected": ([x, constant(np.ones((4, 4)), "float32"), *floats], {}),
        "plain_matmul": (
            [np.zeros((1, 8, 1, 4), np.float32), np.zeros((2, 3, 4), np.float32)],
            {"transposed": 1},
        ),
        **{f"plain_{n}_pool2d": ([x], kernel) for n in ("avg", "max", "l2")},
        **{f"plain_{n}": ([x], {"axes": [1, 2], "keep_dims": 1}) for n in reduced},
        "detection": (
            [np.zeros((1, 3, 4), np.float32), np.zeros((1, 3, 2), np.float32),
             constant(np.ones((3, 4)), "float32"),
             constant(settings([3, 4, 1, 2, 5, 0], [0.3, 0.5, 10, 10, 5, 5]), "int32")],
            {"most": 5},
        ),
        "plain_resize_bilinear": ([x], RESIZE),
        "plain_place": ([x], {"largest": 1}),
        "plain_softmax": ([x], {"beta": 1065353216}),
        "plain_log_softmax": ([x], {}),
        "plain_l2_normalization": ([x], {}),
        "cumulative_sum": ([x], {"exclusive": 0, "reverse": 1}),
        "update_slice": (
            [x, np.zeros((1, 2, 1, 4), np.float32), constant([0, 1, 2, 0], "int32")], {}
        ),
    }  # fmt: skip


def signal() -> dict[str, tuple[Sequence[Any], Mapping[str, Any]]]:
    """Operands and attributes of the audio front end."""
    frame, energies = np.zeros((1, 16), np.int16), np.zeros((1, 9), np.uint32)
    places = [constant(v, "int16") for v in ([0, 2, 4], [0, 2, 4], [2, 2, 3])]
    weights = [constant(np.arange(8), "int16")] * 2
    bits = np.zeros((), np.int32)
    noise = {"bits": 10, "shift": 14, "clamping": 0, "smoothing": [1, 2], "rest": [3, 4]}
    return {
        "signal_window": ([frame, constant(np.arange(16), "int16")], {"shift": 12}),
        "signal_headroom": ([frame], {}),
        "signal_shift": ([frame, bits], {}),
        "signal_rfft": ([frame, constant(turns(16), "int16")], {"length": 16}),
        "signal_irfft": (
            [np.zeros((1, 18), np.int16), constant(turns(16, inverse=True), "int16")],
            {"length": 16},
        ),
        "signal_energy": ([frame], {"start": 0, "end": 8}),
        "signal_filter_bank": ([energies, *weights, *places], {"channels": 2}),
        "signal_root": ([np.zeros((1, 2), np.uint64), bits], {}),
        "signal_noise": ([energies, energies], noise),
        "signal_less_noise": ([energies, energies], {"bits": 10, "remaining": 8, "shift": 14}),
        "signal_pcan": ([energies, energies, constant(np.arange(125), "int16")], {"shift": 6}),
        "signal_log": ([energies], {"bits": 3, "scale": 1600}),
        "signal_queue": ([frame, np.zeros((1, 8), np.int16)], {"taken": 16}),
        "signal_overlap": ([frame, frame], {"step": 8}),
    }


def sample(name: str) -> Node:
    """A small node of an operator."""
    x = np.zeros(IMAGE, np.int8)
    wide = np.zeros(IMAGE, np.int16)
    linear = {**WINDOW, **SCALE, **CLAMP, "input_zero_point": -5, "groups": 1}
    made: Mapping[str, tuple[Sequence[Any], Mapping[str, Any]]] = {
        "conv2d": ([x, *weights(4, 3, 3, 4, outputs=4)], linear),
        "depthwise_conv2d": ([x, *weights(3, 3, 4, outputs=4)], linear),
        "fully_connected": ([x, *weights(4, 4, outputs=4)], {**linear, "weight_zero_point": 0}),
        "transpose_conv2d": (
            [x, *weights(4, 3, 3, 4, outputs=4)],
            {**linear, "strides": [2, 2], "output_size": [8, 8]},
        ),
        **{n: ([x, x], {**SUM, **SCALE, **CLAMP}) for n in ("add", "sub", "mul")},
        **{n: ([x, x], {}) for n in ("maximum", "minimum")},
        "prelu": (
            [x, constant(np.full(4, 9))],
            {"input_zero_point": 0, "alpha_zero_point": 0, "output_zero_point": 0,
             "positive_multiplier": 1 << 30, "positive_shift": 1, "negative_multiplier": 1 << 30,
             "negative_shift": -3},
        ),
        **{n: ([x], {**WINDOW, **CLAMP, "kernel": [3, 3]}) for n in ("avg_pool2d", "max_pool2d")},
        "lut": ([x, constant(np.maximum(np.arange(-128, 128), 0))], {}),
        "rescale": ([x], {**SCALE, **CLAMP, "input_zero_point": 2, "dtype": "int8"}),
        **{
            n: ([wide, constant(sigmoid_table(), "uint16")], {"multiplier": 1, "shift": 1})
            for n in ("logistic16", "tanh16")
        },
        "abs": ([wide], {**SCALE, **CLAMP, "input_zero_point": 2}),
        "rsqrt16": ([wide], {"multiplier": 1 << 30, "shift": -9}),
        "softmax16": (
            [wide, constant(exponentials(), "int16"), constant(inverses(), "int16")],
            {"multiplier": 1 << 30, "shift": 3},
        ),
        "quantize": ([x.astype(np.float32)], {"scale": 0.5, "zero_point": 1}),
        "dequantize": ([x], {"scale": 0.5, "zero_point": 1}),
        "squared_difference": ([x, x], {**SUM, "left_shift": 7, **SCALE, **CLAMP}),
        "div": ([x, x], {"a_zero_point": 1, "b_zero_point": 2, **SCALE, **CLAMP}),
        "compare": ([x, x], {**SUM, "left_shift": 8, "relation": "less"}),
        "logical": ([x.astype(bool), x.astype(bool)], {"function": "and"}),
        "select": ([x.astype(bool), x, x], {}),
        "add_n": ([x, x, x], {"input_zero_point": 1, "left_shift": 20, **SCALE, **CLAMP}),
        "matmul": (
            [np.zeros((1, 8, 1, 4), np.int8), np.zeros((2, 3, 4), np.int8)],
            {"transposed": 1, "a_zero_point": 0, "b_zero_point": 0, **SCALE, **CLAMP},
        ),
        "gather": ([x, np.zeros((3, 2), np.int32)], {"extents": [1, 4]}),
        "cast": ([x], {"dtype": "int32"}),
        "log_softmax": (
            [x],
            {"multiplier": 1 << 30, "shift": 20, "diff_min": -100, "divisor": 1 << 30,
             "divisor_shift": -19},
        ),
        "softmax_wide": ([x], {"multiplier": 1 << 30, "shift": 20, "diff_min": -100}),
        "l2_normalization": ([x], {"zero_point": 3}),
        "layer_norm": (
            [x, constant(np.full(4, 1 << 20), "int32"), constant(np.zeros(4), "int32")],
            {"zero_point": 1, "centred": 1, "epsilon_high": 0, "epsilon_low": 9, "fraction": 20,
             "output_zero_point": 0},
        ),
        "reduce_all": ([x.astype(bool)], {"axes": [1, 2], "keep_dims": True}),
        **{n: ([x], {"axes": [1], "keep_dims": 0}) for n in ("arg_max", "arg_min")},
        "softmax": ([x], {"multiplier": 1 << 30, "shift": 20, "diff_min": -100}),
        "pad": ([x], {"pads": [[0, 0], [1, 1], [0, 0], [0, 0]], "value": 0}),
        "transpose": ([x], {"axes": [0, 2, 1, 3]}),
        "concat": ([x, x], {"axis": 3}),
        "strided_slice": (
            [x], {"begin": [0, 1, 0, 0], "strides": [1, 1, 1, 1], "shape": [1, 2, 4, 4]}
        ),
        "reshape": ([x], {"shape": [1, 16, 1, 4]}),
        **{n: ([x], RESIZE) for n in ("resize_nearest", "resize_bilinear")},
        **recurrent(),
        **plain(),
        **signal(),
    }  # fmt: skip
    reduced = {"axes": [1, 2], "keep_dims": True, "input_zero_point": 2, **SCALE}
    operands, attrs = made.get(name, ([x], reduced))
    return make_node(name, operands, attrs)


def asked(node: Node, question: str) -> Any:
    """The answer to a question about a node."""
    operator = lookup(node.op)
    ranges = [
        Range.of(t.data) if t.data is not None else any_value(t)
        for t in node.operands
        if t.dtype != "float32"
    ]
    fields = [AxisField(1) for _ in node.activations]
    variables = [
        relax.Var(t.name, relax.TensorType(t.shape, t.dtype))
        if t.data is None
        else _tvm.constant(t.data)
        for t in node.operands
    ]
    turned = {v: Turned(v, (1, 4, 1, 4)) for v in variables if isinstance(v, relax.Var)}
    operands = Operands(variables, turned, {}, lambda expr, shape, name: expr)
    arguments: Mapping[str, tuple[Any, ...]] = {
        "with_channels": (0, np.zeros((2, 4), np.int8), np.arange(2), np.arange(2)),
        "resized_attrs": (node.attrs, 4),
        "value_range": (node, ranges),
        "field": (node, fields),
        "turned": (operands, node.attrs, (1, 4, 1, 4)),
        "joined": (node.attrs, node.attrs),
    }
    answer: Callable[..., Any] = getattr(operator, question)
    return answer(*arguments.get(question, (node,)))


REGISTERED = sorted(name for name in table() if table()[name].imported)
"""All but what is made long after these questions were asked."""


@pytest.mark.parametrize("name", REGISTERED)
def test_every_entry_answers_every_question(name: str) -> None:
    node = sample(name)
    operator = lookup(name)
    assert not operator.problems(node)
    for question in QUESTIONS:
        asked(node, question)
    assert operator.work(node).outputs == node.output.row_size
    assert isinstance(operator.form, Loops)
    assert operator.priced_like in table() or operator.is_view
    assert len(operator.element_types(node)) == len(node.operands)
    if node.output.dtype == "int8":
        assert len(asked(node, "value_range").low) == node.output.shape[-1]
    for link in asked(node, "channel_links") or ():
        assert len(link.inner) == len(link.outer)


@pytest.mark.parametrize("name", REGISTERED)
def test_a_type_that_a_kernel_does_not_take_is_named(name: str) -> None:
    node = sample(name)
    taken = lookup(name).element_types(node)[0]
    wrong = next((t for t in ("uint8", "int16", "float32") if t not in taken), None)
    if wrong is None:
        return
    x = replace(node.operands[0], dtype=wrong)
    found = lookup(name).problems(replace(node, operands=(x, *node.operands[1:])))
    assert any(wrong in p.why and "operand" in p.what for p in found)


@pytest.mark.parametrize("name", [n for n in table() if table()[n].imported])
def test_no_entry_leaves_a_question_open(name: str) -> None:
    entry = type(lookup(name))
    assert not [q for q in QUESTIONS if getattr(entry, q) is getattr(Operator, q)]


def test_an_entry_that_leaves_a_question_open_is_refused() -> None:
    class Half(Operator):
        name = "half"

        def infer(self, operands: Any, attrs: Any) -> Any:
            return operands[0]

        def kernel(self, node: Node) -> Any:
            return None

        def folded(self, node: Node) -> None:
            return None

    with pytest.raises(TypeError, match=r"'half' does not answer: .*channel_links"):
        register(Half)
    assert "half" not in table()
    with pytest.raises(LookupError, match=r"'half'.* does not answer: field"):
        Half().field(sample("lut"), [])
    assert Half().folded(sample("lut")) is None


def test_what_only_plans_make_is_not_asked_before() -> None:
    node = make_node("reshape", [np.zeros((1, 4), np.int8)], {"shape": [4]})
    with pytest.raises(LookupError, match="patch"):
        lookup("patch").channel_links(node)


def test_importing_the_room_registers_every_operator() -> None:
    folder = Path(operators.__file__).parent
    sources = {p.stem: p.read_text() for p in folder.glob("*.py")}
    defining = {name for name, text in sources.items() if "\n@register" in text}
    assert defining <= set(re.findall(r"import (\w+) as ", sources["__init__"]))

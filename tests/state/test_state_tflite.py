# SPDX-License-Identifier: Apache-2.0
"""Models with state against TensorFlow Lite Micro, which keeps it, over many steps."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tvm_tiny
from tvm_tiny.errors import ModelError, TvmTinyError, UnsupportedError
from tvm_tiny.testing.tflite_writer import TensorRef, TFLiteWriter
from tvm_tiny.validate.reference import TFLMReference

STEPS = 21
SCALE, ZERO = 0.125, -5


def exact(model: bytes, seed: int = 0, target: str = "cortex-m7", on: str = "host") -> Any:
    """Build; every layer of every step is the interpreter's."""
    artifact = tvm_tiny.build(model, target, name="net")
    result = artifact.validate(on=on, samples=STEPS, seed=seed)
    assert result.bit_exact, result.first_difference
    return artifact


def slice_(w: TFLiteWriter, x: TensorRef, rows: tuple[int, int], name: str) -> TensorRef:
    begin, end, step = (
        w.constant(f"{name}_{k}", np.array(v, np.int32))
        for k, v in (("b", [0, rows[0], 0, 0]), ("e", [0, rows[1], 0, 0]), ("s", [1] * 4))
    )
    shape = (1, rows[1] - rows[0], *x.shape[2:])
    return w.op("STRIDED_SLICE", [x, begin, end, step], shape, SCALE, ZERO, name=name,
                begin_mask=13, end_mask=13)  # fmt: skip


def concat(w: TFLiteWriter, parts: list[TensorRef], name: str) -> TensorRef:
    shape = (1, sum(p.shape[1] for p in parts), *parts[0].shape[2:])
    return w.op("CONCATENATION", parts, shape, SCALE, ZERO, name=name, axis=1)


def depthwise(w: TFLiteWriter, x: TensorRef, rng: Any, name: str) -> TensorRef:
    taps, channels = x.shape[1], x.shape[3]
    weight = w.constant(f"{name}_w", rng.integers(-127, 128, (1, taps, 1, channels), np.int8),
                        scale=[0.01] * channels, zero_point=0, axis=3)  # fmt: skip
    return w.op("DEPTHWISE_CONV_2D", [x, weight], (1, 1, 1, channels), SCALE, ZERO, name=name,
                padding="VALID")  # fmt: skip


def window_model(
    held: int, new: int, form: str, initial: int | None = 7, channels: int = 8
) -> bytes:
    """A window of old and new rows, read by a depthwise convolution; ``form``: how it is said."""
    rng = np.random.default_rng(held * 100 + new)
    w = TFLiteWriter("window")
    x = w.input("x", (1, new, 1, channels), scale=SCALE, zero_point=ZERO)
    shape = (1, held, 1, channels)
    if initial is not None:
        init = TFLiteWriter("init")
        init.assign(
            init.handle("h", "rows"),
            init.constant("v", np.full(shape, initial, np.int8), scale=SCALE, zero_point=ZERO),
        )
        w.call_once(init)
    handle = w.handle("handle", "rows")
    old = w.op("READ_VARIABLE", [handle], shape, SCALE, ZERO, name="old")
    if form == "slice first":  # the state is the window itself
        window = concat(w, [slice_(w, old, (new, held), "kept"), x], "window")
        w.assign(handle, window)
    else:
        window = concat(w, [old, x], "window")
        if form == "assign first":
            w.assign(handle, slice_(w, window, (new, held + new), "next"))
    y = depthwise(w, window, rng, "y")
    if form == "assign last":
        w.assign(handle, slice_(w, window, (new, held + new), "next"))
    w.output(y)
    return w.finish()


@pytest.mark.parametrize("form", ["slice first", "assign first", "assign last"])
@pytest.mark.parametrize(("held", "new"), [(4, 1), (5, 2), (2, 3), (3, 3)])
def test_windows_over_time_are_queues(form: str, held: int, new: int) -> None:
    if form == "slice first" and held <= new:
        pytest.skip("nothing would be kept")
    artifact = exact(window_model(held, new, form))
    ops = [n.op for n in artifact.compiled.graph.nodes]
    assert "concat" not in ops
    assert "strided_slice" not in ops
    rows = held if form == "slice first" else held + new
    assert artifact.spec.state_bytes == rows * 8 + 4


@pytest.mark.parametrize("initial", [None, 0, 9])
def test_first_contents(initial: int | None) -> None:
    exact(window_model(3, 1, "assign first", initial, channels=3))


@pytest.mark.parametrize("target", ["cortex-m0plus", "cortex-m4"])
def test_other_cores(target: str) -> None:
    exact(window_model(3, 1, "assign last"), target=target, on="simulator")


def accumulator(bits: Callable[[TFLiteWriter, TensorRef, TensorRef], TensorRef]) -> bytes:
    w = TFLiteWriter("accumulator")
    x = w.input("x", (1, 1, 2, 4), scale=SCALE, zero_point=ZERO)
    handle = w.handle("handle", "sum")
    old = w.op("READ_VARIABLE", [handle], x.shape, SCALE, ZERO, name="old")
    new = bits(w, old, x)
    w.assign(handle, new)
    again = w.op("READ_VARIABLE", [handle], x.shape, SCALE, ZERO, name="again")
    both = w.op("ADD", [again, old], x.shape, 0.3, 4, name="both")
    w.output(both)
    return w.finish()


def test_what_is_assigned_is_read_from_then_on() -> None:
    exact(accumulator(lambda w, s, x: w.op("ADD", [s, x], x.shape, SCALE, ZERO, name="new")))


def lstm_model(
    seed: int,
    inputs: int,
    units: int,
    steps: int,
    *,
    clip: float = 0.0,
    power: int = -12,
    kind: str = "int8",
    least: int = -127,
) -> bytes:
    rng = np.random.default_rng(seed)
    w = TFLiteWriter("lstm")
    finer, zero, wide = (1, 1, "int32") if kind == "int8" else (256, 0, "int64")
    x = w.input("x", (1, steps, inputs), scale=float(rng.uniform(0.003, 0.05)) / finer,
                zero_point=zero * int(rng.integers(-128, 127)), dtype=kind)  # fmt: skip
    hidden = (float(rng.uniform(0.004, 0.01)) / finer, zero * int(rng.integers(-30, 30)))

    def weights(name: str, rows: int, columns: int) -> TensorRef:
        values = rng.integers(least, 128, (rows, columns), np.int8)
        return w.constant(name, values, scale=float(rng.uniform(0.002, 0.02)))

    wx = [weights(f"wx{g}", units, inputs) for g in range(4)]
    wh = [weights(f"wh{g}", units, units) for g in range(4)]
    bias = [
        w.constant(
            f"b{g}",
            finer * rng.integers(-5000, 5000, units).astype(wide),
            scale=x.scale[0] * wx[g].scale[0],
        )
        for g in range(4)
    ]
    h = w.variable("h", (1, units), scale=hidden[0], zero_point=hidden[1], dtype=kind)
    c = w.variable("c", (1, units), scale=2.0**power, dtype="int16")
    operands = [x, *wx, *wh, None, None, None, *bias, None, None, h, c, *(None,) * 4]
    y = w.op("UNIDIRECTIONAL_SEQUENCE_LSTM", operands, (1, steps, units), hidden[0], hidden[1],
             name="y", dtype=kind, cell_clip=clip)  # fmt: skip
    w.output(y)
    return w.finish()


@pytest.mark.parametrize("kind", ["int8", "int16"])
@pytest.mark.parametrize("seed", range(4))
def test_lstm(seed: int, kind: str) -> None:
    rng = np.random.default_rng(seed)
    inputs, units, steps = (int(n) for n in rng.integers(1, (23, 19, 6)))
    clip, power = 0.5 * (seed % 2), -9 - 2 * seed
    exact(lstm_model(seed, inputs, units, steps, clip=clip, power=power, kind=kind), seed)


@pytest.mark.parametrize("target", ["cortex-m0plus", "cortex-m4", "cortex-m7"])
def test_lstm_on_cores(target: str) -> None:
    exact(lstm_model(3, 11, 6, 3), target=target, on="simulator")


@pytest.mark.parametrize("on", ["host", "simulator"])
@pytest.mark.parametrize("least", [-127, -128])  # weights in pairs, and those that do not fit them
def test_lstm_of_two_layouts(least: int, on: str) -> None:
    exact(lstm_model(7, 14, 9, 4, least=least), on=on)


@pytest.mark.parametrize("on", ["host", "simulator"])
@pytest.mark.parametrize("extents", [(14, 9, 3), (8, 12, 2)])
def test_lstm_of_int16_is_scheduled(extents: tuple[int, int, int], on: str) -> None:
    artifact = exact(lstm_model(7, *extents, kind="int16", least=-128), on=on)
    assert {layer.schedule for layer in artifact.report.layers if layer.op == "lstm"} == {
        "dsp-recurrent"
    }


def svdf_model(
    seed: int,
    memory_type: str,
    extents: tuple[int, ...] = (),
    least: int = -127,
    bias: int = 900,
    activation: str = "RELU",
) -> bytes:
    rng = np.random.default_rng(seed)
    inputs, units, rank, memory = extents or (int(n) for n in rng.integers(1, (20, 9, 3, 9)))
    filters = units * rank
    w = TFLiteWriter("svdf")
    x = w.input("x", (1, inputs), scale=float(rng.uniform(0.01, 0.1)),
                zero_point=int(rng.integers(-128, 127)))  # fmt: skip
    values = rng.integers(least, 128, (filters, inputs), np.int8)
    feature = w.constant("feature", values, scale=0.01)
    span = 128 if memory_type == "int8" else 32768
    values = rng.integers(1 - span, span, (filters, memory)).astype(memory_type)
    time = w.constant("time", values, scale=0.011 / (span / 128))
    step = float(rng.uniform(0.3, 1.0)) / (span / 128)
    zero = int(rng.integers(-60, 60)) if memory_type == "int8" else 0
    state = w.variable(
        "state", (1, filters * memory), scale=step, zero_point=zero, dtype=memory_type
    )
    values = rng.integers(-bias, bias, units).astype(np.int32)
    b = w.constant("b", values, scale=step * time.scale[0])
    y = w.op("SVDF", [x, feature, time, b, state], (1, units), 0.4, -128,
             name="y", rank=rank, activation=activation)  # fmt: skip
    w.output(y)
    return w.finish()


@pytest.mark.parametrize("activation", ["NONE", "RELU6"])
def test_svdf_has_no_activation(activation: str) -> None:
    """Of int8 TensorFlow Lite Micro's kernel never looks at the option."""
    exact(svdf_model(3, "int16", activation=activation), 3)


@pytest.mark.parametrize("memory_type", ["int8", "int16"])
@pytest.mark.parametrize("seed", range(5))
def test_svdf(seed: int, memory_type: str) -> None:
    exact(svdf_model(seed, memory_type), seed)


WORDS = [
    ((16, 8, 1, 8), -127, 900),  # features as a fully connected layer in pairs
    ((16, 8, 1, 8), -128, 900),  # weights that do not fit pairs: bytes
    ((12, 6, 1, 8), -127, 900),  # inputs that fill no words: bytes in pairs
    ((13, 7, 1, 4), -127, 900),  # no whole fours of filters or inputs
    ((9, 5, 2, 12), -127, 1 << 30),  # an odd number of words, two filters a unit, long sums
    ((8, 4, 3, 32), -128, 900),
]


@pytest.mark.parametrize(("extents", "least", "bias"), WORDS)
def test_svdf_of_whole_words(extents: tuple[int, ...], least: int, bias: int) -> None:
    model = svdf_model(5, "int8", extents, least, bias)
    for on in ("host", "simulator"):
        artifact = exact(model, on=on)
        assert artifact.report.layers[-1].schedule == "dsp-svdf"


@pytest.mark.skipif(not shutil.which("arm-none-eabi-gcc"), reason="GCC is not installed")
def test_svdf_by_gcc() -> None:
    model = svdf_model(5, "int8", (13, 6, 2, 12))
    artifact = tvm_tiny.build(model, "cortex-m4", name="net", compiler="gcc")
    result = artifact.validate(on="simulator", samples=STEPS)
    assert result.bit_exact, result.first_difference


def test_the_reference_resets() -> None:
    """The interpreter's reset and ours mean the same.

    But where CALL_ONCE assigns other contents than the zero point: the interpreter does not call it
    again, ours is as a new interpreter.
    """
    model = window_model(3, 1, "assign first", ZERO)
    reference, session = TFLMReference(model), tvm_tiny.build(model, name="net").session("host")
    rng = np.random.default_rng(1)
    for _ in range(2):
        for _ in range(5):
            x = rng.integers(-128, 128, (1, 1, 1, 8), np.int8)
            (want,) = reference.run(x).values()
            np.testing.assert_array_equal(session.step(x)["y"], want)
        reference.reset()
        session.reset()


def broken(change: Callable[[TFLiteWriter], None]) -> bytes:
    w = TFLiteWriter("broken")
    x = w.input("x", (1, 2, 1, 4), scale=SCALE, zero_point=ZERO)
    change(w)
    w.output(w.op("RELU", [x], x.shape, SCALE, ZERO, name="y"))
    return w.finish()


def _wrong_size(w: TFLiteWriter) -> None:
    init = TFLiteWriter("init")
    value = init.constant("v", np.zeros(3, np.int8), scale=SCALE, zero_point=ZERO)
    init.assign(init.handle("h", "s"), value)
    w.call_once(init)
    handle = w.handle("h", "s")
    old = w.op("READ_VARIABLE", [handle], (1, 4), SCALE, ZERO, name="old")
    w.assign(handle, old)


def _computing(w: TFLiteWriter) -> None:
    init = TFLiteWriter("init")
    value = init.constant("v", np.zeros(3, np.int8), scale=SCALE, zero_point=ZERO)
    init.op("RELU", [value], (3,), SCALE, ZERO, name="r")
    w.call_once(init)


def _no_variable(w: TFLiteWriter) -> None:
    value = w.constant("v", np.zeros(4, np.int8), scale=SCALE, zero_point=ZERO)
    w.op("READ_VARIABLE", [value], (4,), SCALE, ZERO, name="r")


@pytest.mark.parametrize("change", [_wrong_size, _computing, _no_variable])
def test_bad_state_is_refused(change: Callable[[TFLiteWriter], None]) -> None:
    with pytest.raises((ModelError, UnsupportedError)) as error:
        tvm_tiny.build(broken(change))
    assert isinstance(error.value, TvmTinyError)
    assert error.value.problems

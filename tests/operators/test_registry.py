# SPDX-License-Identifier: Apache-2.0
"""Every operator of TensorFlow Lite Micro's registry that we take, alone, against its kernel."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tflite
from paths import ROOT
from registry_cases import CASES, model, one, samples

import tvm_tiny
from tvm_tiny.arithmetic import quant
from tvm_tiny.errors import TvmTinyError
from tvm_tiny.frontends.tflite.registry import REGISTRY, taken
from tvm_tiny.testing.op_options import OPTION_TABLES
from tvm_tiny.testing.tflite_writer import TFLiteWriter
from tvm_tiny.validate.reference import TFLMReference


def compared(built: bytes, target: str = "cortex-m7", count: int = 4, on: str = "host") -> None:
    """Build, run, and compare with the interpreter."""
    reference = TFLMReference(built)
    infos = [reference.tensors[i] for i in reference.input_indices]
    inputs = {t.name: samples(i, tuple(t.shape), t.dtype, count) for i, t in enumerate(infos)}
    artifact = tvm_tiny.build(built, target=target)
    made = artifact.run(inputs if len(inputs) > 1 else next(iter(inputs.values())), on=on)
    for k in range(count):
        wanted = reference.run({name: x[k] for name, x in inputs.items()})
        (expected,) = wanted.values()
        np.testing.assert_array_equal(made.output[k], expected, err_msg=f"sample {k}")


@pytest.mark.parametrize("name", CASES)
def test_equals_tflite_micro(name: str) -> None:
    compared(CASES[name]())


EVERY = np.arange(-128, 128).astype(np.int8)
SCALES = [(0.0431, -7, 0.05, 4), (0.9, 127, 0.011, -60), (0.003, -128, 0.4, 127), (0.1, 0, 0.1, 0)]


@pytest.mark.parametrize("scales", SCALES)
def test_every_result_of_elu(scales: tuple[float, int, float, int]) -> None:
    x, zx, y, zy = scales
    reference = TFLMReference(one("ELU", (256,), (x, zx), (y, zy))())
    (wanted,) = reference.run({"x0": EVERY}).values()
    np.testing.assert_array_equal(quant.elu_lut(x, zx, y, zy), wanted)


@pytest.mark.parametrize("scales", SCALES)
def test_every_result_of_rsqrt(scales: tuple[float, int, float, int]) -> None:
    """Of numbers from 0: TFLM stops at others."""
    x, zx, y, zy = scales
    positive = EVERY[zx + 128 :]
    reference = TFLMReference(one("RSQRT", positive.shape, (x, zx), (y, zy))())
    (wanted,) = reference.run({"x0": positive}).values()
    np.testing.assert_array_equal(quant.rsqrt_lut(x, zx, y, zy)[zx + 128 :], wanted)


@pytest.mark.parametrize("scales", [(0.001, 0.01), (0.0004, 0.0009)])
def test_rsqrt_of_int16(scales: tuple[float, float]) -> None:
    """Of numbers from 0: TFLM stops at others."""
    x = np.concatenate([np.arange(600), np.arange(600, 1 << 15, 37)]).astype(np.int16)
    kinds = [(x.shape, (scales[0], 0), "int16")]
    built = model("RSQRT", kinds, x.shape, (scales[1], 0), "int16")()
    (wanted,) = TFLMReference(built).run({"x0": x}).values()
    made = tvm_tiny.build(built, target="cortex-m7").run({"x0": x[None]}, on="host").output[0]
    np.testing.assert_array_equal(made, wanted)


@pytest.mark.parametrize("scales", [(0.0431, 0.0217, 0.05), (0.01, 0.3, 0.02), (0.02, 0.02, 0.01)])
def test_every_quotient(scales: tuple[float, float, float]) -> None:
    """By 0 too, and far below a step, where the kernel shifts by more than its bits."""
    square = (256, 256)
    kinds = [(square, (scales[0], -7), "int8"), (square, (scales[1], 19), "int8")]
    built = model("DIV", kinds, square, (scales[2], 4))()
    x = {"x0": np.repeat(EVERY, 256).reshape(square), "x1": np.tile(EVERY, 256).reshape(square)}
    (wanted,) = TFLMReference(built).run(x).values()
    batch = {name: array[None] for name, array in x.items()}
    made = tvm_tiny.build(built, target="cortex-m7").run(batch, on="host").output[0]
    np.testing.assert_array_equal(made, wanted)


def test_a_softmax_to_int16_and_what_is_made_of_it() -> None:
    w = TFLiteWriter("shares")
    x = w.input("x0", (3, 7), scale=0.11, zero_point=-3)
    shares = w.op("SOFTMAX", [x], (3, 7), 1 / 65536, -32768, name="shares", dtype="int16")
    w.output(w.op("QUANTIZE", [shares], (3, 7), 2**-15, 0, name="y", dtype="int32"))
    compared(w.finish())


def places(kind: str, data: tuple[int, ...], shape: tuple[int, ...], depth: int = 0) -> bytes:
    """Places are where the largest elements of x0 are: computed, and inside of the data."""
    w = TFLiteWriter("places")
    outer = (3, depth) if depth else (3,)
    x = w.input("x0", (*outer, data[0]), scale=0.1, zero_point=2)
    axis = w.constant("axis", np.array([len(outer)], np.int32))
    found = w.op("ARG_MAX", [x, axis], outer, None, name="found", dtype="int32")
    values = np.random.default_rng(1).integers(-128, 128, data).astype(np.int8)
    table = w.constant("table", values, scale=0.2)
    operands = [found, table] if kind == "EMBEDDING_LOOKUP" else [table, found]
    w.output(w.op(kind, operands, shape, 0.2, 0, name="y"))
    return w.finish()


@pytest.mark.parametrize(
    ("kind", "data", "shape", "depth"),
    [
        ("EMBEDDING_LOOKUP", (6, 4), (3, 4), 0),
        ("EMBEDDING_LOOKUP", (5, 2, 3), (3, 2, 3), 0),
        ("GATHER", (6, 4), (3, 4), 0),
        ("GATHER", (7,), (3,), 0),
        ("GATHER_ND", (4, 4, 5), (3, 5), 2),
        ("GATHER_ND", (4, 4), (3,), 2),
    ],
)
def test_places_known_at_run_time(
    kind: str, data: tuple[int, ...], shape: tuple[int, ...], depth: int
) -> None:
    compared(places(kind, data, shape, depth))


@pytest.mark.parametrize("dtype", ["int16", "int32", "float32"])
def test_cast(dtype: str) -> None:
    w = TFLiteWriter("cast")
    x = w.input("x0", (3, 5), scale=0.1, zero_point=2)
    w.output(w.op("CAST", [x], (3, 5), None, name="y", dtype=dtype))
    compared(w.finish())


# What a method of the writer adds instead of `op("...")`.
BY_METHOD = {"VAR_HANDLE": ".handle(", "ASSIGN_VARIABLE": ".assign(", "CALL_ONCE": ".call_once("}


def test_what_the_page_says_is_tested() -> None:
    """Every operator that is taken is in a model that some test builds."""
    here = Path(__file__)
    sources = [f.read_text() for f in (ROOT / "tests").rglob("*.py") if f != here]
    text = "\n".join([*sources, here.read_text().split("BY_METHOD = ")[0]])
    written = {name: BY_METHOD.get(name, f'"{name}') for name in REGISTRY if taken(name)}
    assert [name for name, call in written.items() if call not in text] == []


def test_the_page_has_every_builtin_operator_of_the_interpreter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """All kernels are looked up before the first is asked: it stops at the first it lacks."""
    codes = {n for n, v in vars(tflite.BuiltinOperator).items() if isinstance(v, int)}
    last, registered = "STABLEHLO_ABS", set[str]()
    for name in sorted(codes - {"CUSTOM", "DELEGATE", "PLACEHOLDER_FOR_GREATER_OP_CODES"}):
        w = TFLiteWriter("two")
        x = w.input("x", (1, 4), scale=0.1, zero_point=0)
        for kind in dict.fromkeys((name, last)):
            if kind not in OPTION_TABLES:
                monkeypatch.setitem(OPTION_TABLES, kind, OPTION_TABLES["ABS"])
            x = w.op(kind, [x], (1, 4), 0.1, 0, name=kind)
        w.output(x)
        with pytest.raises(TvmTinyError) as caught:
            TFLMReference(w.finish())
        said = str(caught.value)
        assert "find op for builtin" in said
        if f"'{last}'" in said and name != last:
            registered.add(name)
    assert len(registered) > 90
    assert registered == codes & set(REGISTRY)

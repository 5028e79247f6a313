# SPDX-License-Identifier: Apache-2.0
"""Inputs and outputs are called as a TFLite model's signature calls them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import tvm_tiny
from tvm_tiny.errors import ModelError, UnsupportedError
from tvm_tiny.frontends.tflite.file import read_tflite
from tvm_tiny.run.samples import random_samples
from tvm_tiny.saved import load_project
from tvm_tiny.testing.tflite_writer import TensorRef, TFLiteWriter
from tvm_tiny.validate.compare import validate

A, B, SUM = "serving_default_a:0", "serving_default_b:0", "StatefulPartitionedCall:0"


def _writer() -> tuple[TFLiteWriter, TensorRef, TensorRef, TensorRef]:
    w = TFLiteWriter("pair")
    a = w.input(A, (1, 4), scale=0.1, zero_point=3)
    b = w.input(B, (1, 4), scale=0.1, zero_point=3)
    y = w.op("ADD", [a, b], (1, 4), 0.2, 0, name=SUM)
    w.output(y)
    return w, a, b, y


def _named(data: bytes) -> tuple[tuple[str, ...], tuple[str, ...]]:
    file = read_tflite(data)
    return file.input_names, file.output_names


def test_interface_report_and_python_have_the_signature_s_names(tmp_path: Path) -> None:
    w, a, b, y = _writer()
    w.signature({"left ear": a, "int": b}, {"dense/2": y})
    built = tvm_tiny.build(w.finish(), name="pair")
    assert [io.source for io in built.spec.inputs] == ["left ear", "int"]
    assert [io.tensor for io in built.spec.inputs] == [A, B]
    assert [io.name for io in (*built.spec.inputs, *built.spec.outputs)] == [
        "left_ear", "int_", "dense_2",
    ]  # fmt: skip
    header = built.spec.files["include/pair.h"]
    assert "const int8_t *left_ear" in header
    assert 'output "dense/2"' in header
    assert "serving_default" not in header

    (sample,) = random_samples(built.spec.inputs, 1, 0)
    first, second = sample.values()
    by_signature = built.run({"left ear": first, "int": second}, on="host")
    by_tensor = built.run({A: first, B: second}, on="host")
    assert list(by_signature.outputs) == ["dense/2"]
    np.testing.assert_array_equal(by_signature.output, by_tensor.output)
    assert validate(built, [sample], on="host").bit_exact

    built.save(tmp_path / "pair")
    saved = load_project(tmp_path / "pair")
    assert saved.spec.inputs == built.spec.inputs
    assert [t.tensor for t in saved.report.outputs] == [SUM]


def test_without_a_signature_nothing_is_said() -> None:
    w, *_ = _writer()
    spec = tvm_tiny.build(w.finish(), name="pair").spec
    assert [(io.source, io.tensor) for io in (*spec.inputs, *spec.outputs)] == [
        (A, ""), (B, ""), (SUM, ""),
    ]  # fmt: skip


def test_of_several_signatures_the_main_one_counts() -> None:
    w, a, b, y = _writer()
    w.signature({"other": a}, {}, key="serving_default", subgraph=1)
    w.signature({"first": a, "second": b}, {"made": y}, key="train")
    assert _named(w.finish()) == (("first", "second"), ("made",))
    w.signature({"x": a, "y": b}, {"z": y})
    assert _named(w.finish()) == (("x", "y"), ("z",))


def test_names_that_do_not_tell_inputs_apart_are_left() -> None:
    w, a, _b, y = _writer()
    w.signature({"x": a}, {"z": y})
    assert _named(w.finish()) == (("x", ""), ("z",)), "the other one keeps its tensor's name"
    w, a, _b, y = _writer()
    w.signature({B: a}, {"z": y})
    assert _named(w.finish()) == ((), ("z",)), "a name that is another input's"
    w, a, _b, y = _writer()
    w.signature({"": a, "b": y}, {"z": a})
    assert _named(w.finish()) == ((), ()), "no name, or of tensors at the other end"


def test_an_output_twice_has_both_its_names() -> None:
    w, a, b, y = _writer()
    w.output(y)
    w.signature({"a": a, "b": b}, {"now": y, "later": y})
    built = tvm_tiny.build(w.finish(), name="pair")
    (sample,) = random_samples(built.spec.inputs, 1, 0)
    made = built.run(sample, on="host").outputs
    assert list(made) == ["now", "later"]
    np.testing.assert_array_equal(made["now"], made["later"])


def test_shapes_are_given_by_either_name() -> None:
    w, a, b, y = _writer()
    w.signature({"x": a, "y": b}, {"z": y})
    data = w.finish()
    for names in (("x", "y"), (A, B)):
        shapes = dict.fromkeys(names, (1, 4))
        assert tvm_tiny.build(data, shapes=shapes).spec.inputs[0].shape == (1, 4)
    with pytest.raises(UnsupportedError, match="no such input") as caught:
        tvm_tiny.build(data, shapes={"q": (1, 4)})
    assert "['x', 'y']" in str(caught.value)


def test_a_damaged_signature_is_refused() -> None:
    w, a, b, y = _writer()
    w.signature({"damaged name": a, "b": b}, {"z": y})
    data = bytearray(w.finish())
    at = data.index(b"damaged name") - 4
    data[at : at + 4] = (len(data)).to_bytes(4, "little")
    with pytest.raises(ModelError) as caught:
        read_tflite(bytes(data))
    assert caught.value.code == "TT1001"

# SPDX-License-Identifier: Apache-2.0
"""The integer graph of a model computes what tflite-micro computes, to the bit."""

from __future__ import annotations

import numpy as np
import pytest
from integer_run import integer_graph, run_graph
from writer_cases import CASES, Case

from tvm_tiny.reference import TFLMReference
from tvm_tiny.testing.tflite_writer import TFLiteWriter


def _model(case: Case) -> bytes:
    writer = TFLiteWriter(case.label)
    writer.output(*case.build(writer))
    return writer.finish()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.label)
def test_operator_is_bit_exact_with_tflm(case: Case) -> None:
    model = _model(case)
    reference = TFLMReference(model)
    rng = np.random.default_rng(5)
    infos = [reference.tensors[index] for index in reference.input_indices]
    inputs = {i.name: rng.integers(-128, 128, i.shape).astype(np.int8) for i in infos}
    wanted = reference.run(inputs)
    found = run_graph(integer_graph(model), inputs)
    for name, values in wanted.items():
        np.testing.assert_array_equal(found[name], values, err_msg=name)

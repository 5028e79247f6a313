# SPDX-License-Identifier: Apache-2.0
"""LOGISTIC and TANH of int16 two at a time compute what one at a time does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from op_harness import constant, make_node
from schedule_harness import assert_same, compilers, scheduled

from tvm_tiny.arithmetic.recurrent import sigmoid_table
from tvm_tiny.graph import Node
from tvm_tiny.schedules.dsp.sigmoid import DspSigmoid


def node(name: str, elements: int, multiplier: int, shift: int) -> tuple[Node, list[Any]]:
    """A node whose inputs meet both ends."""
    x = np.random.default_rng(elements).integers(-32768, 32768, (1, elements)).astype(np.int16)
    x[0, :3] = [-32768, 32767, 0][:elements]
    table = constant(sigmoid_table(), "uint16")
    attrs = {"multiplier": multiplier, "shift": shift}
    return make_node(name, [x, table], attrs), [x, table.data]


@pytest.mark.parametrize("compiler", ["", *compilers()])
@pytest.mark.parametrize("name", ["logistic16", "tanh16"])
def test_rows(name: str, compiler: str) -> None:
    cases = [
        (*node(name, elements, multiplier, shift), DspSigmoid())
        for elements in (1, 2, 7, 300)
        for multiplier, shift in ((3, 0), (6, 0), (25382, 11), (24107, 16), (17000, 0))
    ]
    for made, _, rule in cases:
        assert scheduled(made, rule).rule == "dsp-sigmoid"
    assert_same(cases, compiler)

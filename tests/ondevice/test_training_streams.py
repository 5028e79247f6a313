# SPDX-License-Identifier: Apache-2.0
"""What of a step can run inside of streams."""

from __future__ import annotations

import pytest
from training_nets import samples, wide_net

from tvm_tiny.ondevice.build import build_training


@pytest.mark.slow
def test_sums_for_biases_run_in_streams() -> None:
    """Row by row beside the gradient that they read, which is never whole; the same integers."""
    x, y = samples((1, 16, 16, 4), 4, 4)
    layers, art = (
        build_training(wide_net(), scheme="bias:3", rate=0.05, optimize=optimize)
        for optimize in ("speed", "ram")
    )
    ops = {n.name: n.op for n in art.compiled.planned.nodes}
    streamed = {ops[n] for s in art.compiled.plan.segments if s.kind == "stream" for n in s.nodes}
    assert "bias_update" in streamed
    layers.train(x, y)
    for place in ("host", "simulator"):
        art.forget()
        art.train(x, y, on=place)
        assert (art.learned or b"")[32:] == (layers.learned or b"")[32:]

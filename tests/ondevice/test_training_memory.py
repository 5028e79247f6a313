# SPDX-License-Identifier: Apache-2.0
"""What a training build keeps in RAM and flash, and what it keeps only once."""

from __future__ import annotations

import numpy as np
import pytest
from training_nets import rich_net, samples

from tvm_tiny.ondevice.artifact import TrainingArtifact
from tvm_tiny.ondevice.build import build_training
from tvm_tiny.ondevice.instances import learner
from tvm_tiny.ondevice.learned import learned_arrays
from tvm_tiny.testing.net import Net

SHAPE = (1, 6, 6, 8)


def _net() -> bytes:
    """A skip over a convolution, then one of whose input channels a share can be trained."""
    net = Net("skipping", 2)
    x = net.conv(net.input(SHAPE), 8, kernel=1, activation="RELU", name="early")
    y = net.add(x, net.conv(x, 8, kernel=1, name="inside"))
    y = net.conv(y, 12, kernel=1, activation="RELU6", name="shared")
    return net.finish(net.dense(net.global_mean(y, keep_dims=False), 4, name="last"))


@pytest.fixture(scope="module")
def art() -> TrainingArtifact:
    return build_training(_net(), scheme={"early": 0, "inside": 0, "shared": 0.5, "last": 1})


def test_first_values_are_in_flash_once(art: TrainingArtifact) -> None:
    """A share of weights begins with what lies among the frozen ones; small biases as int16."""
    states = {s.tensor.name: s for s in art.training.graph.states}
    shared = art.training.layers[_node_of(art, "shared")]["weights"]
    assert states[shared.name].part_of is not None
    arrays = {a.symbol: a for a in art.compiled.emitted.arrays}
    assert not any(shared.name in symbol for symbol in arrays)
    last = art.training.layers[_node_of(art, "last")]["bias"]
    (table,) = (a for symbol, a in arrays.items() if last.name in symbol)
    assert (table.ctype, table.nbytes) == ("int16_t", last.nbytes // 2)


@pytest.mark.parametrize("place", ["host", "simulator"])
def test_a_reset_writes_all_of_them(art: TrainingArtifact, place: str) -> None:
    found = learned_arrays(learner(art, place).export(), art.training)
    states = {s.tensor.name: s.initial for s in art.training.graph.states}
    for tensor in art.training.learned:
        assert np.array_equal(found[tensor.name], states[tensor.name]), tensor.name


def _node_of(art: TrainingArtifact, layer: str) -> str:
    return next(n for n in art.training.layers if layer in n)


def test_less_flash_learns_the_same() -> None:
    """Kernels of less code, layer by layer: the same integers, and fewer bytes linked."""
    model, (x, y) = rich_net(deeper=True), samples((1, 12, 12, 3), 3, 4)
    usual, small = (
        build_training(model, scheme="bias:3", rate=0.01, optimize=optimize)
        for optimize in ("speed", "flash")
    )
    usual.train(x, y)
    for place in ("host", "simulator"):
        small.forget()
        small.train(x, y, on=place)
        assert (small.learned or b"")[32:] == (usual.learned or b"")[32:]
    assert {s.kind for s in small.compiled.plan.segments} == {"layer"}
    assert (small.flash_bytes or 0) < (usual.flash_bytes or 0)

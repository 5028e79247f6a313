# SPDX-License-Identifier: Apache-2.0
"""Many steps, many nets: what is learned is the same to the bit, whatever the core and the plan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from paths import shared
from training_nets import random_net, rich_net, samples

from tvm_tiny.frontends.loader import load as load_model
from tvm_tiny.ondevice.artifact import TrainingArtifact
from tvm_tiny.ondevice.build import build_training, integer_graph
from tvm_tiny.operators.base import table
from tvm_tiny.operators.gradients import TrainingOperator
from tvm_tiny.passes.backward.arithmetic import TrainingArithmetic
from tvm_tiny.passes.backward.build import backward
from tvm_tiny.passes.backward.scheme import trained_layers

pytestmark = pytest.mark.slow
CORES = ("cortex-m7", "cortex-m4", "cortex-m0plus")
PLANS: dict[str, dict[str, Any]] = {
    "layer by layer": {},
    "streams": {"optimize": "ram"},
    "computed again": {"optimize": "ram", "recompute": 1.0},
    "rows as they arrive": {"optimize": "ram", "row_fed": True},
}


def learned(art: TrainingArtifact, x: Any, y: Any, place: str) -> bytes:
    """Parameters, velocities, exponents and peaks after all steps."""
    art.forget()
    art.train(x, y, on=place)
    assert art.learned is not None
    return art.learned[32:]


def test_nets_hold_every_gradient_operator() -> None:
    """What the test of many steps is about."""
    graph = integer_graph(load_model(rich_net(deeper=True)))
    trained = trained_layers(graph, "full")
    found: set[str] = set()
    for loss, momentum in (("cross_entropy", 0.9), ("mse", 0.0)):
        training = backward(graph, trained, loss, TrainingArithmetic(momentum=momentum))
        found |= {n.op for n in training.graph.nodes}
    entries = {name for name, entry in table().items() if isinstance(entry, TrainingOperator)}
    assert not entries - found


@pytest.mark.parametrize(
    ("steps", "options"),
    [(1000, {}), (300, {"momentum": 0.9, "accumulate": 4, "weight_bits": 4})],
    ids=["plain", "momentum"],
)
def test_many_steps_on_every_core(steps: int, options: dict[str, Any]) -> None:
    x, y = samples((1, 12, 12, 3), steps, 4)
    wanted = b""
    for core in CORES:
        art = build_training(rich_net(deeper=True), core, scheme="full", rate=0.002, **options)
        for place in ("host", "simulator") if not wanted else ("simulator",):
            got = learned(art, x, y, place)
            wanted = wanted or got
            assert got == wanted, (core, place)


@pytest.mark.parametrize("plan", PLANS)
def test_ten_steps_by_every_plan(plan: str) -> None:
    x, y = samples((1, 12, 12, 3), 10, 4)
    wanted = learned(build_training(rich_net(deeper=True), scheme="full", rate=0.002), x, y, "host")
    for core in ("cortex-m7", CORES[1 + list(PLANS).index(plan) % 2]):
        art = build_training(rich_net(deeper=True), core, scheme="full", rate=0.002, **PLANS[plan])
        assert learned(art, x, y, "simulator") == wanted, core


def test_ten_steps_of_resnet8() -> None:
    """The last block and the classifier, as the recipe trains them."""
    model = shared("models/ic_resnet8_int8.tflite")
    with np.load(shared("data/cifar10_train_10000.npz")) as archive:
        x = (archive["x"][:10].astype(np.int16) - 128).astype(np.int8)[:, None]
        y = archive["y"][:10].astype(int)
    scheme = {"8": 1, "9": 1, "10": 1, "14": 1}
    wanted = b""
    for core in CORES:
        art = build_training(Path(model), core, scheme=scheme, rate=1e-3)
        for place in ("host", "simulator") if not wanted else ("simulator",):
            got = learned(art, x, y, place)
            wanted = wanted or got
            assert got == wanted, (core, place)


@settings(max_examples=2, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_random_nets_for_five_steps(data: st.DataObject) -> None:
    """Random layers, scheme, arithmetic and plan against the host, layer by layer."""
    seed = data.draw(st.integers(0, 1 << 20), label="seed")
    model, shape, layers = random_net(seed)
    options: dict[str, Any] = {
        "gradients": data.draw(st.sampled_from(["int16", "int8"]), label="gradients"),
        "weight_bits": data.draw(st.sampled_from([0, 4, 8]), label="bits"),
        "momentum": data.draw(st.sampled_from([0.0, 0.75]), label="momentum"),
        "accumulate": data.draw(st.sampled_from([1, 2]), label="accumulate"),
        "scheme": {str(n): data.draw(st.sampled_from([0, 1]), label=f"layer {n}") for n in layers},
        "rate": 0.01,
    }
    x, y = samples(shape, 5, 3, seed=seed)
    wanted = learned(build_training(model, **options), x, y, "host")
    for core in CORES:
        plan = PLANS[data.draw(st.sampled_from(sorted(PLANS)), label=f"plan on {core}")]
        art = build_training(model, core, **options, **plan)
        assert learned(art, x, y, "simulator") == wanted, (core, plan)

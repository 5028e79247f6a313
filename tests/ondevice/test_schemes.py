# SPDX-License-Identifier: Apache-2.0
"""What schemes cost, and schemes chosen by what layers contribute within a limit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from cli_run import run as run_cli
from training_nets import samples, small_net

from tvm_tiny.errors import DoesNotFitError, UsageError
from tvm_tiny.ondevice.build import build_training
from tvm_tiny.ondevice.schemes import build_chosen, plan_training
from tvm_tiny.testing.net import Net

SHAPE = (1, 8, 8, 4)


@pytest.mark.slow
def test_schemes_go_from_cheap_to_rich() -> None:
    found = plan_training(small_net())
    assert [c.name for c in found] == ["last", "bias:2", "last 2 layers", "full"]
    sizes = [c.arena_bytes for c in found]
    assert sizes == sorted(sizes)
    for cost in found:
        art = build_training(small_net(), scheme=cost.scheme)
        assert cost.by_kind is not None
        assert cost.arena_bytes == art.memory.arena_bytes == sum(cost.by_kind.values())


def test_what_cannot_be_trained_is_said_last() -> None:
    net = Net("soft", 0)
    y = net.conv(net.input((1, 4, 4, 4)), 4, name="early")
    y = net.unary("SOFTMAX", y, name="attention")
    model = net.finish(net.conv(y, 4, kernel=1, name="late"))
    found = plan_training(model, loss="mse")
    assert not found[0].why_not
    assert "attention" in found[-1].why_not


@pytest.mark.slow
def test_the_command_line_prints_the_table(tmp_path: Path) -> None:
    (tmp_path / "m.tflite").write_bytes(small_net())
    done = run_cli("train-plan", tmp_path / "m.tflite")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].split()[:3] == ["scheme", "arena", "weights"]
    assert len(lines) == 5


@pytest.mark.slow
def test_a_scheme_is_chosen_within_a_limit() -> None:
    model = small_net()
    data = samples(SHAPE, 120, 5, seed=4)
    last = build_training(model, scheme="last", rate=0.01)
    full = build_training(model, scheme="full", rate=0.01)
    limit = (last.ram_bytes + full.ram_bytes) // 2
    art, chosen = build_chosen(model, data, ram=limit, rate=0.01)
    assert art.ram_bytes <= limit
    assert len(chosen) > 1  # what contributes is trained, as far as it fits
    x, y = samples(SHAPE, 60, 5, seed=5)
    before = float((art.run(x).output.reshape(60, -1).argmax(1) == y).mean())
    art.train(*data)
    after = float((art.run(x).output.reshape(60, -1).argmax(1) == y).mean())
    assert after > before
    with pytest.raises(DoesNotFitError):
        build_chosen(model, data, ram=100, rate=0.01)
    with pytest.raises(UsageError) as caught:
        build_chosen(model, (data[0][:3], data[1][:3]), ram=limit)
    assert caught.value.code == "TT6074"
    assert np.all(data[0] == samples(SHAPE, 120, 5, seed=4)[0])

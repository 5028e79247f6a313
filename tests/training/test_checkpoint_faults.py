# SPDX-License-Identifier: Apache-2.0
"""The checkpoint of a training run, failed or killed at every write: the old or the new state."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from faulty_disk import Killed, disk, every_fault

from tvm_tiny.errors import UsageError

torch = pytest.importorskip("torch")

IDENTITY = {"settings": {"epochs": 3}, "data": "0" * 64}


def trained(steps: int) -> tuple[Any, Any, list[float]]:
    """A layer and its optimiser after some steps."""
    torch.manual_seed(0)
    module = torch.nn.Linear(3, 2)
    optimiser = torch.optim.Adam([{"params": [p]} for p in module.parameters()])
    losses: list[float] = []
    for _ in range(steps):
        optimiser.zero_grad()
        loss = module(torch.ones(4, 3)).square().mean()
        loss.backward()
        optimiser.step()
        losses.append(float(loss.detach()))
    return module, optimiser, losses


def weights(module: Any) -> list[Any]:
    return [p.detach().numpy().copy() for p in module.parameters()]


def test_every_fault_of_a_checkpoint_over_an_older_one(tmp_path: Path) -> None:
    from tvm_tiny.training.checkpoint import Checkpoint

    states = {steps: trained(steps) for steps in (1, 2, 3)}

    def save(folder: Path, steps: int) -> None:
        Checkpoint(folder / "state.npz", IDENTITY).save(*states[steps])

    (tmp_path / "counted").mkdir()
    save(tmp_path / "counted", 1)
    kept = set[int]()
    count = 0
    for double, what in every_fault(lambda: save(tmp_path / "counted", 2)):
        folder = tmp_path / str(count)
        folder.mkdir()
        save(folder, 1)
        failed = False
        with disk(double):
            try:
                save(folder, 2)
            except (UsageError, Killed):
                failed = True
        module, optimiser, _ = trained(0)
        losses = Checkpoint(folder / "state.npz", IDENTITY).load(module, optimiser)
        assert losses in ([states[s][2] for s in (1, 2)] if failed else [states[2][2]]), what
        kept.add(len(losses))
        for found, right in zip(weights(module), weights(states[len(losses)][0]), strict=True):
            np.testing.assert_array_equal(found, right, err_msg=what)
        save(folder, 3)  # the next run works, and sweeps up what a killed one left
        assert Checkpoint(folder / "state.npz", IDENTITY).load(module, optimiser) == states[3][2]
        assert [p.name for p in folder.iterdir()] == ["state.npz"], what
        count += 1
    assert kept == {1, 2}
    assert count >= 12


def test_every_fault_of_a_first_checkpoint(tmp_path: Path) -> None:
    from tvm_tiny.training.checkpoint import Checkpoint

    module, optimiser, losses = trained(1)
    (tmp_path / "counted").mkdir()

    def save(folder: Path) -> None:
        Checkpoint(folder / "state.npz", IDENTITY).save(module, optimiser, losses)

    for number, (double, what) in enumerate(every_fault(lambda: save(tmp_path / "counted"))):
        folder = tmp_path / str(number)
        folder.mkdir()
        with disk(double), contextlib.suppress(UsageError, Killed):
            save(folder)
        again, its_optimiser, _ = trained(0)
        found = Checkpoint(folder / "state.npz", IDENTITY).load(again, its_optimiser)
        assert found in ([], losses), what

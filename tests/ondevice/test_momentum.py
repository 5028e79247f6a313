# SPDX-License-Identifier: Apache-2.0
"""Velocities: momentum, and gradients of several samples for one move."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from training_nets import rich_net, samples, small_net

from tvm_tiny.errors import UsageError
from tvm_tiny.ondevice.build import build_training
from tvm_tiny.ondevice.learned import learned_arrays

SHAPE = (1, 8, 8, 4)
Array = np.ndarray[Any, Any]


def test_accumulated_gradients_move_once_in_so_many_samples() -> None:
    """After the two steps that settle, parameters move at every third; velocities in between."""
    art = build_training(small_net(), scheme="last", rate=0.1, accumulate=3)
    x, y = samples(SHAPE, 8, 5)
    seen: list[dict[str, Array]] = []
    for image, label in zip(x, y, strict=True):
        art.train(image[None], label[None])
        seen.append(learned_arrays(art.learned or b"", art.training))
    (roles,) = art.training.layers.values()
    for tensor in roles.values():
        values = [s[tensor.name] for s in seen]
        drives = [s[f"{tensor.name}_velocity"] for s in seen]
        moves = [bool(np.any(a != b)) for a, b in itertools.pairwise(values)]
        assert moves == [False, False, False, True, False, False, True]
        assert not np.any(drives[1])
        assert all(np.any(d) for d in drives[2:])


@pytest.mark.slow
def test_a_mean_of_samples_is_one_sample_seen_often() -> None:
    """Four times the same sample: the move of a single step, but for roundings."""
    x, y = samples(SHAPE, 1, 5)
    once = build_training(small_net(), scheme="last", rate=0.3, weight_bits=8)
    once.train(np.repeat(x, 3, 0), np.repeat(y, 3))
    often = build_training(small_net(), scheme="last", rate=0.3, weight_bits=8, accumulate=4)
    often.train(np.repeat(x, 6, 0), np.repeat(y, 6))
    found = [learned_arrays(a.learned or b"", a.training) for a in (once, often)]
    (roles,) = once.training.layers.values()
    name = roles["weights"].name
    exact = [f[name].astype(int) * 256 + f[f"{name}_fraction"] for f in found]
    initial = next(s.initial for s in once.training.graph.states if s.tensor.name == name)
    assert np.abs(exact[0] - initial.astype(int) * 256).max() > 20
    assert np.abs(exact[0] - exact[1]).max() <= 6


@pytest.mark.slow
def test_momentum_goes_on_where_gradients_pointed() -> None:
    """Over many equal steps it moves 1 / (1 - momentum) times as far."""
    x, y = samples(SHAPE, 1, 5)
    count = 60
    moved: list[float] = []
    for momentum in (0.0, 0.8):
        art = build_training(
            small_net(), scheme={"3": 1}, rate=1e-3, weight_bits=8, momentum=momentum
        )
        art.train(np.repeat(x, count, 0), np.repeat(y, count))
        (roles,) = art.training.layers.values()
        arrays, name = learned_arrays(art.learned or b"", art.training), roles["bias"].name
        initial = next(s.initial for s in art.training.graph.states if s.tensor.name == name)
        moved.append(float(np.abs(arrays[name] - initial).sum()))
    assert 3.5 < moved[1] / moved[0] < 5.0


@pytest.mark.slow
def test_it_learns_with_both() -> None:
    art = build_training(
        small_net(), scheme="full", rate=0.01, weight_bits=4, momentum=0.5, accumulate=4
    )
    x, y = samples(SHAPE, 400, 5, seed=1)
    tx, ty = samples(SHAPE, 100, 5, seed=2)
    art.train(x, y)
    accuracy = float((art.run(tx).output.reshape(100, -1).argmax(1) == ty).mean())
    assert accuracy > 0.85
    kinds = art.memory.by_kind()
    parameters = kinds["weights"] * 2 // 2, kinds["biases"]  # fractions are a byte, too
    assert kinds["velocities"] == sum(parameters)


@pytest.mark.slow
@pytest.mark.parametrize("gradients", ["int16", "int8"])
def test_the_same_bits_on_every_core(gradients: str) -> None:
    x, y = samples((1, 12, 12, 3), 5, 4)
    known: list[bytes] = []
    for core in ("cortex-m7", "cortex-m4", "cortex-m0plus"):
        art = build_training(rich_net(), core, scheme="full", rate=0.05, gradients=gradients,
                             momentum=0.9, accumulate=2)  # fmt: skip
        for place in ("host", "simulator") if not known else ("simulator",):
            art.forget()
            art.train(x, y, on=place)
            known.append((art.learned or b"")[32:])
    assert all(k == known[0] for k in known)


def test_what_is_no_momentum_is_said_at_once() -> None:
    with pytest.raises(UsageError) as caught:
        build_training(small_net(), momentum=1.0, accumulate=0, recompute=-1)
    assert caught.value.code == "TT6071"
    assert len(caught.value.problems) == 3

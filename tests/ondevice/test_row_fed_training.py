# SPDX-License-Identifier: Apache-2.0
"""Steps whose image comes row by row: the same bits as of a whole one, in less memory."""

from __future__ import annotations

import numpy as np
import pytest
from training_nets import rich_net, samples, wide_net

from tvm_tiny.errors import DeviceError
from tvm_tiny.ondevice.build import build_training
from tvm_tiny.ondevice.instances import HostLearner

SHAPE = (1, 16, 16, 4)


def test_rows_as_they_arrive_learn_the_same() -> None:
    """Rows are pushed a few at a time, then the label: the same integers as of a whole image.

    The first layer learns, too: weights lie in memory that lasts, and are no rows of the image.
    """
    x, y = samples(SHAPE, 4, 4)
    scheme = {"0": 1, "4": 1}
    whole = build_training(wide_net(), scheme=scheme, rate=0.05, optimize="ram")
    first = whole.train(x, y)
    fed = build_training(wide_net(), scheme=scheme, rate=0.05, row_fed=True, optimize="ram")
    assert fed.compiled.plan.fed_input
    assert fed.compiled.plan.rings[fed.compiled.plan.fed_input] <= 4  # windows of 3 rows
    np.testing.assert_array_equal(fed.train(x, y), first)
    assert (fed.learned or b"")[32:] == (whole.learned or b"")[32:]
    learner = HostLearner(fed)
    with pytest.raises(DeviceError, match="STATE"):  # nothing was run
        learner.learn(np.array(1))
    for image, label in zip(x, y, strict=True):
        learner.push_start()
        for row in range(0, 16, 5):
            made = learner.push_rows(image[0, row : row + 5])
        assert made is not None
        with pytest.raises(DeviceError, match="-5"):
            learner.learn(np.array(9))
        learner.learn(label)
        with pytest.raises(DeviceError, match="STATE"):
            learner.learn(label)
    assert learner.export()[32:] == (whole.learned or b"")[32:]


@pytest.mark.slow
def test_rows_of_a_frozen_stem_are_never_kept() -> None:
    """Only late layers learn: neither the image nor large results are ever whole."""
    x, y = samples(SHAPE, 3, 4)
    whole = build_training(wide_net(), scheme="last", rate=0.05)
    whole.train(x, y)
    fed = build_training(wide_net(), scheme="last", rate=0.05, row_fed=True, optimize="ram")
    assert fed.compiled.plan.arena_bytes < 0.7 * whole.compiled.plan.arena_bytes
    fed.train(x, y)
    assert (fed.learned or b"")[32:] == (whole.learned or b"")[32:]


@pytest.mark.slow
@pytest.mark.parametrize("optimize", ["speed", "ram"])
def test_every_gradient_behind_pushed_rows(optimize: str) -> None:
    x, y = samples((1, 12, 12, 3), 4, 4)
    whole = build_training(rich_net(), scheme="full", rate=0.05)
    whole.train(x, y)
    for core in ("cortex-m7", "cortex-m0plus"):
        fed = build_training(rich_net(), core, scheme="full", rate=0.05, row_fed=True,
                             optimize=optimize)  # fmt: skip
        for place in ("host", "simulator"):
            fed.forget()
            fed.train(x, y, on=place)
            assert (fed.learned or b"")[32:] == (whole.learned or b"")[32:]

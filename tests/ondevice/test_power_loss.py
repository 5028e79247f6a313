# SPDX-License-Identifier: Apache-2.0
"""What was learned survives a loss of power at any byte: the old or the new, never half."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
import pytest
from training_nets import samples, small_net

from tvm_tiny.ondevice.artifact import TrainingArtifact
from tvm_tiny.ondevice.build import build_training
from tvm_tiny.ondevice.instances import HostLearner

SHAPE = (1, 8, 8, 4)
ERR_NULL, ERR_SIZE, ERR_LEARNED = -1, -6, -7
Array = np.ndarray[Any, Any]


@pytest.fixture(scope="module")
def art() -> TrainingArtifact:
    return build_training(small_net(), scheme="last", rate=0.1, name="small", momentum=0.5)


def newer(learner: HostLearner, first: bytes, second: bytes, size: int) -> tuple[int, int]:
    """Status of ``import_newer``, and which it took (-1: nothing was said)."""
    taken = ctypes.c_int32(-1)
    places = [np.frombuffer(b, np.uint8).copy() for b in (first, second)]
    pointers = [ctypes.c_void_p(p.ctypes.data) for p in places]
    memory, which = ctypes.c_void_p(learner.arena.address), ctypes.c_void_p(ctypes.addressof(taken))
    status = learner.call("import_newer", memory, *pointers, ctypes.c_uint32(size), which)
    return status, taken.value


def exports(art: TrainingArtifact, count: int) -> list[bytes]:
    """Exports after one step more each, from the third step (the first that learns) on."""
    x, y = samples(SHAPE, count + 2, 5)
    learner, out = HostLearner(art), list[bytes]()
    for image, label in zip(x, y, strict=True):
        learner.train_step({"image": image}, label)
        out.append(learner.export())
    return out[2:]


def test_power_is_lost_at_every_byte(art: TrainingArtifact) -> None:
    """Two places are written in turn; the later one ends anywhere in the middle."""
    oldest, old, new = exports(art, 3)
    learner = HostLearner(art)
    for count in range(len(new) + 1):
        torn = new[:count] + oldest[count:]
        whole = torn == new
        for at in (0, 1):  # where the torn one lies
            places = (torn, old) if at == 0 else (old, torn)
            status, taken = newer(learner, *places, len(new))
            assert status == 0
            assert taken == (at if whole else 1 - at)
            if count % 61 == 0 or whole:
                assert learner.export() == (new if whole else old)


def test_erased_flash_is_no_export(art: TrainingArtifact) -> None:
    (only,) = exports(art, 1)
    learner, blank = HostLearner(art), b"\xff" * len(only)
    assert newer(learner, blank, only, len(only)) == (0, 1)
    assert newer(learner, only, blank, len(only)) == (0, 0)
    assert newer(learner, only, only, len(only)) == (0, 0)
    for first, second in ((blank, blank), (bytes(len(only)), blank)):
        before = learner.export()
        assert newer(learner, first, second, len(only)) == (ERR_LEARNED, -1)
        assert learner.export() == before
    assert newer(learner, only, only, len(only) - 1) == (ERR_SIZE, -1)
    memory, nothing = ctypes.c_void_p(learner.arena.address), ctypes.c_void_p(None)
    arguments = (memory, nothing, nothing, ctypes.c_uint32(len(only)), nothing)
    assert learner.call("import_newer", *arguments) == ERR_NULL


@pytest.mark.slow
def test_an_export_of_other_arithmetic_is_refused(art: TrainingArtifact) -> None:
    """The same model without momentum, another scheme: nothing is changed."""
    x, y = samples(SHAPE, 3, 5)
    learner = HostLearner(art)
    before = learner.export()
    for other in ({"scheme": "last"}, {"scheme": "bias:2", "momentum": 0.5}):
        theirs = build_training(small_net(), rate=0.1, name="small", **other)  # pyright: ignore
        theirs.train(x, y)
        blob = (theirs.learned or b"").ljust(len(before), b"\0")
        assert newer(learner, blob, blob, len(blob)) == (ERR_LEARNED, -1)
        assert learner.export() == before

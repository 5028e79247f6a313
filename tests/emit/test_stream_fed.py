# SPDX-License-Identifier: Apache-2.0
"""Rows handed in as they arrive: the C interface, its misuse, and the same in Python."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

import tvm_tiny
from tvm_tiny.artifact import Artifact
from tvm_tiny.errors import DeviceError, UsageError
from tvm_tiny.run.host import HostFeeder
from tvm_tiny.run.samples import random_samples
from tvm_tiny.testing.models import tiny_convnet
from tvm_tiny.testing.net import Net
from tvm_tiny.toolchain.build import build_host_library

OK, MORE, NULL, ALIGN, STATE, ROWS = 0, 1, -1, -2, -3, -4  # tvm_tiny.h
NOWHERE = ctypes.c_void_p(None)


def _images(artifact: Artifact, count: int) -> list[npt.NDArray[Any]]:
    """Random inputs without their first dimension: (rows, W, C)."""
    (io,) = artifact.spec.inputs
    return [s[io.name][0] for s in random_samples(artifact.spec.inputs, count, 1)]


@pytest.fixture(scope="module")
def fed() -> Artifact:
    return tvm_tiny.build(tiny_convnet(), row_fed=True)


@pytest.fixture(scope="module")
def whole() -> Artifact:
    return tvm_tiny.build(tiny_convnet())


# C


class _Pushed:
    """The row-fed interface of a host library, with guards round the arena."""

    def __init__(self, artifact: Artifact) -> None:
        spec = artifact.spec
        path = build_host_library(artifact.project_dir(), spec, trace=False)
        library = ctypes.CDLL(str(path))
        self.spec = spec
        self.start = getattr(library, f"{spec.model}_push_start")
        self.rows = getattr(library, f"{spec.model}_push_rows")
        self.memory = np.full(spec.arena_bytes + 32, 0xA5, np.uint8)
        self.first = -self.memory.ctypes.data % 8 + 8
        self.arena = ctypes.c_void_p(self.memory.ctypes.data + self.first)
        self.out = np.zeros(spec.outputs[0].shape, spec.outputs[0].dtype)
        self.outs = (ctypes.c_void_p * 1)(self.out.ctypes.data)

    def begin(self) -> int:
        return int(self.start(self.arena))

    def push(self, rows: npt.NDArray[Any], count: int | None = None) -> int:
        data = np.ascontiguousarray(rows)
        size = ctypes.c_uint32(len(data) if count is None else count)
        status = int(self.rows(self.arena, ctypes.c_void_p(data.ctypes.data), size, self.outs))
        end = self.first + self.spec.arena_bytes
        assert (np.delete(self.memory, slice(self.first, end)) == 0xA5).all()
        return status


def test_rows_are_pushed_in_any_portions_and_two_runs_at_once(
    fed: Artifact, whole: Artifact
) -> None:
    one, two = _Pushed(fed), _Pushed(fed)
    images = _images(fed, 2)
    assert one.begin() == two.begin() == OK
    for row in range(31):
        assert one.push(images[0][row : row + 1]) == MORE
        if row % 2:
            assert two.push(images[1][row - 1 : row + 1]) == MORE
            assert two.push(images[1][:0]) == MORE  # no rows are no harm
    assert one.push(images[0][31:]) == OK
    assert two.push(images[1][30:]) == OK
    for pushed, image in ((one, images[0]), (two, images[1])):
        want = whole.run(image[np.newaxis], "host").output
        np.testing.assert_array_equal(pushed.out, want)


def test_pushed_rows_out_of_turn_are_an_error(fed: Artifact, whole: Artifact) -> None:
    pushed = _Pushed(fed)
    (image,) = _images(fed, 1)
    assert pushed.push(image) == STATE  # not started
    assert pushed.begin() == OK
    assert pushed.push(image, 33) == ROWS
    assert pushed.push(image, 2**32 - 1) == ROWS
    assert pushed.push(image[:5]) == MORE
    assert pushed.push(image, 28) == ROWS
    assert pushed.push(image[5:]) == OK  # what was refused did nothing
    np.testing.assert_array_equal(pushed.out, whole.run(image[np.newaxis], "host").output)
    assert pushed.push(image[:1]) == STATE  # finished
    assert pushed.push(image[:0]) == STATE
    assert pushed.begin() == OK
    assert pushed.push(image[:9]) == MORE
    assert pushed.begin() == OK  # anew, in the middle
    assert pushed.push(image) == OK


def test_null_and_misaligned_pointers_are_an_error(fed: Artifact) -> None:
    pushed = _Pushed(fed)
    (image,) = _images(fed, 1)
    rows, one = ctypes.c_void_p(image.ctypes.data), ctypes.c_uint32(1)
    odd = ctypes.c_void_p((pushed.arena.value or 0) + 4)
    assert pushed.start(NOWHERE) == NULL
    assert pushed.start(odd) == ALIGN
    assert pushed.begin() == OK
    assert pushed.rows(NOWHERE, rows, one, pushed.outs) == NULL
    assert pushed.rows(pushed.arena, NOWHERE, one, pushed.outs) == NULL
    assert pushed.rows(pushed.arena, rows, one, NOWHERE) == NULL
    assert pushed.rows(pushed.arena, rows, one, (ctypes.c_void_p * 1)(None)) == NULL
    assert pushed.rows(odd, rows, one, pushed.outs) == ALIGN
    assert pushed.push(image) == OK


def _float_model() -> bytes:
    net = Net("floats", 2)
    image = net.writer.input("image", (1, 10, 6, 2), dtype="float32")
    x = net.writer.op("QUANTIZE", [image], image.shape, 1 / 64, -1, name="quantised")
    y = net.conv(x, 4, name="conv")
    y = net.writer.op("DEQUANTIZE", [y], y.shape, None, name="real", dtype="float32")
    return net.finish(y)


@pytest.mark.parametrize("row_fed", [False, True])
def test_floats_must_be_aligned(row_fed: bool) -> None:
    """A Cortex-M faults on them otherwise."""
    artifact = tvm_tiny.build(_float_model(), row_fed=row_fed)
    (image,) = _images(artifact, 1)
    assert artifact.validate(on="host", samples=2).bit_exact
    path = build_host_library(artifact.project_dir(), artifact.spec, trace=False)
    library = ctypes.CDLL(str(path))
    memory = np.zeros(artifact.spec.arena_bytes // 8 + 1, np.int64)
    arena, out = ctypes.c_void_p(memory.ctypes.data), np.zeros((1, 10, 6, 4), np.float32)
    run = getattr(library, f"{artifact.spec.model}_run")
    pointers = image.ctypes.data, out.ctypes.data
    for off_in, off_out, want in ((0, 0, OK), (1, 0, ALIGN), (0, 2, ALIGN)):
        ins = (ctypes.c_void_p * 1)(pointers[0] + off_in)
        outs = (ctypes.c_void_p * 1)(pointers[1] + off_out)
        assert run(arena, ins, outs) == want
        if row_fed and want:
            push = getattr(library, f"{artifact.spec.model}_push_rows")
            assert getattr(library, f"{artifact.spec.model}_push_start")(arena) == OK
            assert push(arena, ctypes.c_void_p(ins[0]), ctypes.c_uint32(1), outs) == ALIGN


# Python


@pytest.mark.parametrize("on", ["host", pytest.param("simulator", marks=pytest.mark.simulator)])
def test_two_feeds_take_turns_and_give_what_a_run_gives(
    fed: Artifact, whole: Artifact, on: str
) -> None:
    images = _images(fed, 2)
    feeds = [fed.feed(on), fed.feed(on)]
    for at in range(0, 30, 3):
        for feed, image in zip(feeds, images, strict=True):
            assert feed.push(image[at : at + 3]) is None
            assert feed.rows_left == 29 - at
    for feed, image in zip(reversed(feeds), reversed(images), strict=True):
        assert feed.push(image[30]) is None
        outputs = feed.push(image[31])
        want = whole.run(image[np.newaxis], "host").outputs
        assert outputs is not None
        assert outputs.keys() == want.keys() == feed.outputs.keys()
        for name in want:
            np.testing.assert_array_equal(outputs[name], want[name])
            np.testing.assert_array_equal(feed.outputs[name], want[name])


@pytest.mark.parametrize("on", ["host", pytest.param("simulator", marks=pytest.mark.simulator)])
def test_a_feed_out_of_turn_says_what_is_wrong(fed: Artifact, on: str) -> None:
    (image,) = _images(fed, 1)
    feed = fed.feed(on)
    with pytest.raises(UsageError, match=r"(?s)TT6018.*32 of 32 rows are still to come"):
        feed.outputs  # noqa: B018
    feed.push(image[:20])
    for wrong in (image, image[:0], image[0].astype(np.float32), image[:, :, :1], 3):
        with pytest.raises(UsageError, match=r"(?s)TT6003.*1 to 12 rows of int8"):
            feed.push(wrong)
    with pytest.raises(UsageError, match="12 of 32 rows"):
        feed.outputs  # noqa: B018
    first = feed.push(image[20:])
    with pytest.raises(UsageError, match=r"(?s)TT6018.*all 32 rows"):
        feed.push(image[:1])
    feed.restart()
    assert feed.push(image[:7]) is None
    feed.restart()  # what was pushed is forgotten
    again = feed.push(image)
    assert first is not None
    assert again is not None
    for name in first:
        np.testing.assert_array_equal(first[name], again[name])


def test_what_cannot_be_fed_is_refused(fed: Artifact, whole: Artifact) -> None:
    with pytest.raises(UsageError, match=r"(?s)TT6017.*whole"):
        whole.feed()
    with pytest.raises(UsageError, match=r"(?s)TT6007.*QEMU"):
        fed.feed("qemu")
    with pytest.raises(UsageError, match="TT6006"):
        fed.feed("moon")


def test_an_error_of_the_code_has_its_name(fed: Artifact) -> None:
    library = build_host_library(fed.project_dir(), fed.spec, trace=False)
    feeder = HostFeeder(library, fed.spec)
    (image,) = _images(fed, 1)
    with pytest.raises(DeviceError, match="push_rows returned TVM_TINY_ERR_STATE"):
        feeder.push_rows(image)
    feeder.push_start()
    with pytest.raises(DeviceError, match="push_rows returned TVM_TINY_ERR_ROWS"):
        feeder.push_rows(np.zeros((33, 32, 3), np.int8))

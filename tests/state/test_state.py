# SPDX-License-Identifier: Apache-2.0
"""State from functional form to C: what a run leaves behind is what the next run finds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from relax_modules import Body, const, module

import tvm_tiny
from tvm_tiny._tvm import relax
from tvm_tiny.artifact import Artifact
from tvm_tiny.errors import DeviceError, UsageError

STEPS = 23


def built(
    build: Any, shapes: list[tuple[int, ...]], states: list[list[Any]], **how: Any
) -> Artifact:
    attrs = {"tvm_tiny.states": states}
    return tvm_tiny.build(module(build, *shapes, attrs=attrs), name="net", **how)


def window(b: Body, x: Any, s: Any) -> Any:
    """Five rows of the last three runs: y is all of them, the state the last four."""
    w = b.op("concat", s, x, axis=1, layer="window")
    n = b.op("strided_slice", w, begin=[0, 2, 0, 0], strides=[1] * 4, shape=[1, 4, 1, 6], layer="n")
    y = b.op("lut", w, const(np.arange(127, -129, -1)), layer="y")
    return relax.Tuple([y, n])


WINDOW = [(1, 2, 1, 6), (1, 4, 1, 6)]


@pytest.mark.parametrize("on", ["host", "simulator"])
def test_window_over_time(on: str) -> None:
    initial = np.arange(24, dtype=np.int8)
    artifact = built(window, WINDOW, [["s", 1.0, 0, -1, initial.tobytes().hex(), 1]])
    rng = np.random.default_rng(3)
    xs = rng.integers(-128, 128, (STEPS, *WINDOW[0]), dtype=np.int8)
    session, other = artifact.session(on), artifact.session(on)
    for _ in range(2):
        state = initial.reshape(WINDOW[1])
        for x in xs:
            w = np.concatenate([state, x], axis=1)
            np.testing.assert_array_equal(session.step(x)["output0"], -1 - w)
            state = w[:, 2:]
        session.reset()
    # Another instance has seen nothing of it; a batch is a sequence from the beginning.
    got = artifact.run(xs, on).outputs["output0"]
    np.testing.assert_array_equal(other.step(xs)["output0"], got)
    assert other.steps == STEPS


def swapped(b: Body, x: Any, s: Any, t: Any) -> Any:
    """Both outputs and both next values are states as they were, or views of them."""
    flat = b.op("reshape", s, shape=[1, 4], layer="flat")
    y = b.op("maximum", x, s, layer="y")
    return relax.Tuple([flat, t, y, t, s])


def test_states_that_change_places() -> None:
    shapes = [(1, 1, 2, 2)] * 3
    artifact = built(swapped, shapes, [["s", 1.0, 0, -1, "05", 1], ["t", 1.0, 0, -1, "09", 1]])
    session = artifact.session("host")
    zero = np.zeros(shapes[0], np.int8)
    seen = [[int(v.flat[0]) for v in session.step(zero).values()] for _ in range(3)]
    assert [s[:2] for s in seen] == [[5, 9], [9, 5], [5, 9]]


def test_report_and_interface_say_what_lasts() -> None:
    artifact = built(window, WINDOW, [["s", 1.0, 0, -1, "80", 1]])
    assert artifact.spec.state_bytes == 36 + 4  # the queue holds what is read, and the mark
    header = artifact.files["include/net.h"]
    assert "int net_reset(void *memory);" in header
    assert artifact.report.memory.state_bytes == 40
    assert "net_reset" in artifact.files["README.md"]


def test_a_run_without_reset_is_noticed() -> None:
    artifact = built(window, WINDOW, [["s", 1.0, 0, -1, "80", 1]])
    from tvm_tiny.run.host import HostInstance, load_library
    from tvm_tiny.toolchain.build import build_host_library

    library = load_library(build_host_library(artifact.project_dir(), artifact.spec, trace=False))
    instance = HostInstance(library, artifact.spec)
    instance.arena.bytes.fill(0)
    with pytest.raises(DeviceError) as error:
        instance.step({"x": np.zeros(WINDOW[0], np.int8)})
    assert "ERR_STATE" in str(error.value.problems)


def test_no_sequence_where_nothing_is_kept() -> None:
    artifact = built(window, WINDOW, [["s", 1.0, 0, -1, "80", 1]])
    with pytest.raises(UsageError):
        artifact.run(np.zeros((2, *WINDOW[0]), np.int8), "qemu")
    with pytest.raises(UsageError):
        artifact.session("qemu")

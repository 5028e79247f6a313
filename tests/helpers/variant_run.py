# SPDX-License-Identifier: Apache-2.0
"""Variants of operators against tflite-micro: does it run them, and do we make the same bits?"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from variant_draft import Build, model

import tvm_tiny
from tvm_tiny.errors import TvmTinyError
from tvm_tiny.validate.reference import TFLMReference

Array = npt.NDArray[Any]
WITHIN_2 = frozenset(
    {"COS", "ELU", "EXP", "LOG", "LOGISTIC", "LOG_SOFTMAX", "SIN", "SOFTMAX", "TANH"}
)
"""float32 operators with an elementary function: 2 units in the last place."""


def runs_there(build: Build) -> bool:
    """Whether tflite-micro runs it; in a process of its own, for it may end it."""
    data = model(build)
    process = os.fork()
    if process == 0:
        status = 2  # of anything unforeseen: a child that goes on would run the tests once more
        try:
            reference = TFLMReference(data)
            tensors = [reference.tensors[i] for i in reference.input_indices]
            reference.run({t.name: np.zeros(t.shape, t.dtype) for t in tensors})
            status = 0
        except TvmTinyError:
            status = 1
        finally:
            os._exit(status)
    status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    assert status != 2, "the reference could not be asked"
    return status == 0


def steps_apart(a: Array, b: Array) -> int:
    """Units in the last place between float32 arrays; two NaN are none apart."""

    def ordered(x: Array) -> Array:
        bits = np.ascontiguousarray(x).view(np.int32).astype(np.int64)
        return np.where(bits < 0, -(bits & 0x7FFFFFFF), bits)

    apart = np.abs(ordered(a) - ordered(b))
    apart[np.isnan(a) & np.isnan(b)] = 0
    return int(apart.max(initial=0))


def values(shape: Sequence[int], dtype: str, rng: np.random.Generator, round_: int) -> Array:
    """Random values; both ends of the type; small ones."""
    if dtype == "float32":
        return rng.normal(0, (1, 30, 0.01)[round_ % 3], shape).astype(np.float32)
    if dtype == "bool":
        return rng.integers(0, 2, shape).astype(bool)
    limits = np.iinfo(dtype)
    if round_ == 1:
        return rng.choice([limits.min, limits.max], shape).astype(dtype)
    low, high = (max(limits.min, -3), 4) if round_ == 2 else (limits.min, limits.max)
    return rng.integers(low, high, shape, endpoint=True).astype(dtype)


def compare(
    named: Sequence[tuple[str, Build]], target: str = "cortex-m7", on: str = "host"
) -> None:
    """Build variants as one model; every result must be the reference's."""
    data = model(*(build for _, build in named))
    reference = TFLMReference(data)
    artifact = tvm_tiny.build(data, target=target)
    infos = [reference.tensors[i] for i in reference.input_indices]
    rng = np.random.default_rng(5)
    loose = any(name.split()[0] in WITHIN_2 for name, _ in named)
    for round_ in range(3):
        x = {t.name: values(t.shape, t.dtype, rng, round_) for t in infos}
        wanted, made = reference.run(x), artifact.run(x, on=on).outputs
        for name, want in wanted.items():
            where = f"{name} of {[n for n, _ in named]}"
            if want.dtype == np.float32:
                assert steps_apart(made[name], want) <= (2 if loose else 0), where
            else:
                np.testing.assert_array_equal(made[name], want, err_msg=where)

# SPDX-License-Identifier: Apache-2.0
"""A place to run: this computer, every sample twice over; a difference is an error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny.errors import DeviceError, Problem
from tvm_tiny.result import Built
from tvm_tiny.run.host import HostRunner
from tvm_tiny.run.samples import Sample
from tvm_tiny.toolchain.build import build_host_library

Outputs = dict[str, npt.NDArray[Any]]


def steady(built: Built) -> Callable[[Sample], Outputs]:
    """Whatever the first run left in memory must not show in the second."""
    runner = HostRunner(build_host_library(built.project_dir(), built.spec), built.spec)

    def run(sample: Sample) -> Outputs:
        (first, _), (second, _) = (runner.run_sample(sample) for _ in range(2))
        for name, values in first.items():
            if not np.array_equal(values, second[name], equal_nan=values.dtype.kind == "f"):
                raise DeviceError("two runs differ", (Problem(f"output '{name}'"),))
        return first

    return run

# SPDX-License-Identifier: Apache-2.0
"""An instance of a model that keeps its state from step to step."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.result import Built
from tvm_tiny.run.samples import Inputs, Sample, check_inputs

Array = npt.NDArray[Any]


class _Instance(Protocol):
    def reset(self) -> None: ...

    def step(self, sample: Sample) -> dict[str, Array]: ...


class Session:
    """A model with an arena of its own. Sessions are independent of each other.

    Models without state may be stepped too: every step is then a run.

    Args:
        built: the compiled model.
        on: ``simulator`` or ``host``.

    Raises:
        UsageError: TT6006, TT6007, there is no such place, or nothing is kept there.
        ToolchainError: a compiler or the simulator is missing.
    """

    def __init__(self, built: Built, on: str = "simulator") -> None:
        self._spec = built.spec
        self._names = {io.name: io.source for io in built.spec.outputs}
        self._instance = _instance(built, on)
        self._steps = 0

    @property
    def steps(self) -> int:
        """Steps since the beginning, or since the last reset."""
        return self._steps

    def reset(self) -> None:
        """Make the state what it was at the beginning."""
        self._instance.reset()
        self._steps = 0

    def step(self, x: Inputs) -> dict[str, Array]:
        """Run the model once.

        Args:
            x: one step's input: an array, or arrays by input name. With a leading dimension:
                several steps, one after another.

        Returns:
            Outputs by name; of several steps with a leading dimension.

        Raises:
            UsageError: TT6003, the inputs do not fit the model.
            DeviceError: TT5001, the program failed.
        """
        samples, several = check_inputs(x, self._spec.inputs)
        results = [self._instance.step(sample) for sample in samples]
        self._steps += len(samples)
        return {
            source: np.stack([r[name] for r in results]) if several else results[0][name]
            for name, source in self._names.items()
        }


def _instance(built: Built, on: str) -> _Instance:
    makers = {"simulator": _simulator, "host": _host}
    if on not in makers:
        known = on == "qemu" or on.startswith("board:")
        what = f"no session on '{on}'" if known else f"on='{on}' is not a place to run"
        problem = Problem(what, do=f"use one of {', '.join(makers)}")
        raise UsageError(what, (problem,), "TT6007" if known else "TT6006")
    return makers[on](built)


class _Simulated:
    def __init__(self, built: Built) -> None:
        from tvm_tiny.run.samples_on import simulator_session

        self._session = simulator_session(built)

    def reset(self) -> None:
        self._session.reset()

    def step(self, sample: Sample) -> dict[str, Array]:
        return self._session.run(sample)[0]


def _simulator(built: Built) -> _Instance:
    return _Simulated(built)


def _host(built: Built) -> _Instance:
    from tvm_tiny.run.host import HostInstance
    from tvm_tiny.toolchain.build import build_host_library
    from tvm_tiny.toolchain.library import load_library

    library = build_host_library(built.project_dir(), built.spec, trace=False)
    return HostInstance(load_library(library), built.spec)

# SPDX-License-Identifier: Apache-2.0
"""Feeding a model row by row, as a camera or a sensor would."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.result import Built
from tvm_tiny.run.base import Feeder

Array = npt.NDArray[Any]


class RowFeed:
    """A row-fed run. It can rest after any row; feeds are independent of each other.

    Args:
        built: built with ``row_fed=True``.
        on: ``simulator`` or ``host``.

    Raises:
        UsageError: TT6017, it was built otherwise; TT6006, TT6007, not there.
        ToolchainError: a compiler or the simulator is missing.
    """

    def __init__(self, built: Built, on: str = "simulator") -> None:
        if not built.compiled.plan.fed_input:
            problem = Problem("the model takes its input whole", do="build with row_fed=True")
            raise UsageError("the model cannot be fed by rows", (problem,), "TT6017")
        self._feeder = _feeder(built, on)
        tensor = built.compiled.graph.inputs[0]
        self._row_shape = tensor.shape[-2:]
        self._dtype, self._rows = tensor.dtype, tensor.rows
        self._names = {io.name: io.source for io in built.spec.outputs}
        self._pushed = 0
        self._outputs: dict[str, Array] | None = None

    @property
    def rows_left(self) -> int:
        """Rows that are still to come in this run."""
        return self._rows - self._pushed

    @property
    def outputs(self) -> dict[str, Array]:
        """The outputs by name.

        Raises:
            UsageError: TT6018, rows are still to come.
        """
        if self._outputs is None:
            problem = Problem(f"{self.rows_left} of {self._rows} rows are still to come")
            raise UsageError("there are no outputs yet", (problem,), "TT6018")
        return dict(self._outputs)

    def restart(self) -> None:
        """Begin anew, whatever has been pushed."""
        self._pushed, self._outputs = 0, None

    def push(self, rows: npt.ArrayLike) -> dict[str, Array] | None:
        """Hand in the next rows.

        Args:
            rows: (count, W, C) or a single (W, C), in the input's dtype; of a signal also
                (count, C) and (C,).

        Returns:
            None while more rows are needed; the outputs by name after the last.

        Raises:
            UsageError: TT6003, wrong shape or dtype, or more rows than are left, of which none is
                taken; TT6018, the last row has come already.
            DeviceError: TT5001, the program failed.
        """
        if not self.rows_left:
            problem = Problem(f"all {self._rows} rows have come", do="restart() for the next run")
            raise UsageError("the run is over", (problem,), "TT6018")
        array = self._checked(np.asarray(rows))
        if not self._pushed:
            self._feeder.push_start()
        outputs = self._feeder.push_rows(array)
        self._pushed += len(array)
        if outputs is None:
            return None
        self._outputs = {self._names[name]: value for name, value in outputs.items()}
        return self.outputs

    def _checked(self, array: Array) -> Array:
        """Rows as (count, W, C)."""
        width, channels = self._row_shape
        step = width == 1 and array.ndim in (1, 2) and array.shape[-1] == channels
        single = step or array.shape == self._row_shape
        rows = array.reshape(-1, width, channels) if single else array
        fits = rows.ndim == 3 and rows.shape[1:] == self._row_shape and rows.dtype == self._dtype
        if not fits or not 0 < len(rows) <= self.rows_left:
            problem = Problem(
                f"rows of {array.dtype}{list(array.shape)}",
                why=f"1 to {self.rows_left} rows of {self._dtype}{list(self._row_shape)} are"
                " expected",
            )
            raise UsageError("these rows do not fit", (problem,), "TT6003")
        return rows


def _feeder(built: Built, on: str) -> Feeder:
    feeders = {"simulator": _simulator, "host": _host}
    if on == "qemu":
        why = "its program runs from start to end, inputs are there before"
        problem = Problem("no rows to QEMU", why=why, do="feed on the simulator or the host")
        raise UsageError("cannot feed there", (problem,), "TT6007")
    if on not in feeders:
        what = f"on='{on}' is not a place to run"
        raise UsageError(what, (Problem(what, do=f"use one of {', '.join(feeders)}"),), "TT6006")
    return feeders[on](built)


def _simulator(built: Built) -> Feeder:
    from tvm_tiny.run.samples_on import simulator_session

    return simulator_session(built)


def _host(built: Built) -> Feeder:
    from tvm_tiny.run.host import HostFeeder
    from tvm_tiny.toolchain.build import build_host_library

    library = build_host_library(built.project_dir(), built.spec, trace=False)
    return HostFeeder(library, built.spec)

# SPDX-License-Identifier: Apache-2.0
"""Feeding a model row by row on the simulator, as a camera would."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny.artifact import Artifact
from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.runners.simulator import SimulatorSession
from tvm_tiny.toolchain import build_elf, find_compiler

Array = npt.NDArray[Any]


class RowFeed:
    """A row-fed run on the simulated core; after the last row the next run begins.

    Args:
        artifact: built with ``row_fed=True``.

    Raises:
        UsageError: it was not.
        ToolchainError: a compiler is missing.
    """

    def __init__(self, artifact: Artifact) -> None:
        if not artifact.compiled.plan.fed_input:
            problem = Problem("the model takes its input whole", do="build with row_fed=True")
            raise UsageError("the model cannot be fed by rows", (problem,), "TT6017")
        options, spec = artifact.options, artifact.spec
        compiler = find_compiler(options.compiler, "cortex-m")
        elf = build_elf(
            artifact.project_dir(), spec, "simulator", options.target, compiler, options.opt
        )
        self._session = SimulatorSession(elf, spec, options.target)
        tensor = artifact.compiled.graph.inputs[0]
        self._row_shape = tensor.shape[-2:]
        self._dtype, self._rows = tensor.dtype, tensor.rows
        self._names = {io.name: io.source for io in spec.outputs}
        self._pushed = 0

    def push(self, rows: npt.ArrayLike) -> dict[str, Array] | None:
        """Hand in the next rows.

        Args:
            rows: (count, W, C) or a single (W, C), in the input's dtype.

        Returns:
            None while more rows are needed; the outputs by name after the last.

        Raises:
            UsageError: wrong shape or dtype, or more rows than are left.
            DeviceError: the program failed.
        """
        array = np.asarray(rows)
        if array.shape == self._row_shape:
            array = array[np.newaxis]
        left = self._rows - self._pushed
        shape = (len(array), *self._row_shape) if array.ndim else ()
        if array.shape != shape or array.dtype != self._dtype or not 0 < len(array) <= left:
            problem = Problem(
                f"rows of {array.dtype}{list(array.shape)}",
                why=f"1 to {left} rows of {self._dtype}{list(self._row_shape)} are expected",
            )
            raise UsageError("these rows do not fit", (problem,), "TT6003")
        if not self._pushed:
            self._session.push_start()
        self._pushed += len(array)
        outputs = self._session.push_rows(array)
        if outputs is None:
            return None
        self._pushed = 0
        return {self._names[name]: value for name, value in outputs.items()}

# SPDX-License-Identifier: Apache-2.0
"""``load`` and ``check``: what a model is and whether it compiles, without planner or compiler."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, Final

from tvm_tiny.errors import TvmTinyError
from tvm_tiny.frontends.loader import LoadedModel
from tvm_tiny.frontends.loader import load as load_model
from tvm_tiny.graph import Graph
from tvm_tiny.graph_passes import integer_graph
from tvm_tiny.targets import load_core

DEFAULT_TARGET: Final = "cortex-m7"


def load(
    model: Any,
    *,
    shapes: Mapping[str, tuple[int, ...]] | None = None,
    batch: int | None = None,
) -> LoadedModel:
    """Read a model: a path, bytes, ONNX ModelProto, Relax IRModule, or a framework's own.

    Args:
        model: what to read.
        shapes: static shapes for inputs with dynamic dimensions.
        batch: first extent of TFLite inputs that leave it open; None: 1.

    Raises:
        ModelError: the file is not a readable model.
        UnsupportedError: it is one that cannot be compiled, with every reason.
    """
    if isinstance(model, LoadedModel):
        return model
    # Late: quantising imports far more than reading, and before it there is no such object.
    quantise = sys.modules.get("tvm_tiny.quantise.quantise")
    if quantise is not None and isinstance(model, quantise.Quantised):
        model = model.model
    return load_model(model, shapes=shapes, batch=batch)


def check(
    model: Any,
    target: str = DEFAULT_TARGET,
    *,
    shapes: Mapping[str, tuple[int, ...]] | None = None,
    batch: int | None = None,
) -> TvmTinyError | None:
    """Can this model be compiled? None, or the error with every problem found.

    Nothing is planned or compiled: whether it fits a memory is what ``build`` finds out.

    Args:
        model: as for ``build``.
        target: core name.
        shapes: static shapes for dynamic inputs.
        batch: as for ``load``.
    """
    try:
        checked_graph(model, target, shapes=shapes, batch=batch)
    except TvmTinyError as err:
        return err
    return None


def checked_graph(
    model: Any,
    target: str = DEFAULT_TARGET,
    *,
    shapes: Mapping[str, tuple[int, ...]] | None = None,
    batch: int | None = None,
) -> Graph:
    """The integer operators that a model becomes: decides whether it compiles, compiles nothing.

    Raises:
        ModelError, UnsupportedError, UsageError: it does not, with every problem found.
    """
    load_core(target)
    return integer_graph(load(model, shapes=shapes, batch=batch).module)

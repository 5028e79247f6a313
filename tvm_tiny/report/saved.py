# SPDX-License-Identifier: Apache-2.0
"""Reports of earlier builds, and which layers of two builds are the same."""

from __future__ import annotations

import os
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.files.reading import JSON_LIMIT_BYTES, UnreadableError, read_bounded
from tvm_tiny.files.writing import restore
from tvm_tiny.report.model import LayerInfo, Report, from_json


@dataclass(frozen=True)
class Pair:
    """A layer of two builds; None where one of them has no layer of that name."""

    one: LayerInfo | None
    other: LayerInfo | None

    @property
    def layer(self) -> LayerInfo:
        """Of the first build that has it."""
        found = self.one or self.other
        assert found is not None
        return found


def read_report(path: Path) -> Report:
    """The report of an earlier build, from its folder or its report.json.

    Raises:
        UsageError: TT6013, there is none, or it cannot be read.
    """
    file = path / "report.json" if os.path.isdir(path) else path
    try:
        restore(path)
        return from_json(read_bounded(file, JSON_LIMIT_BYTES))
    except UnreadableError as err:
        problem = Problem(str(err), where=str(file))
        raise UsageError("cannot read the report", (problem,), "TT6013") from err


def match(one: Report, other: Report) -> list[Pair]:
    """Layers of the same name and operator; repeated names in their order."""
    waiting: dict[tuple[str, str], deque[int]] = {}
    for at, layer in enumerate(other.layers):
        waiting.setdefault((layer.name, layer.op), deque()).append(at)
    rest = dict(enumerate(other.layers))
    pairs: list[Pair] = []
    for layer in one.layers:
        same = waiting.get((layer.name, layer.op))
        pairs.append(Pair(layer, rest.pop(same.popleft()) if same else None))
    return [*pairs, *(Pair(None, layer) for layer in rest.values())]

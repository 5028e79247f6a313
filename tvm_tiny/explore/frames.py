# SPDX-License-Identifier: Apache-2.0
"""What notebooks are given: data frames where pandas is, pictures that show themselves."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tvm_tiny.errors import Problem, ToolchainError
from tvm_tiny.files.writing import write_file


@dataclass(frozen=True)
class Picture:
    """An SVG: notebooks show it, ``save`` writes it, ``svg`` is its text."""

    svg: str = field(repr=False)

    def save(self, path: str | Path) -> Path:
        """Write the file, whole or not at all."""
        return write_file(Path(path), self.svg.encode())

    def _repr_svg_(self) -> str:
        return self.svg


def frame(rows: Sequence[Mapping[str, Any]]) -> Any:
    """A pandas DataFrame of records.

    Raises:
        ToolchainError: TT4003, pandas is not installed.
    """
    try:
        pandas = importlib.import_module("pandas")
    except ImportError as error:
        problem = Problem(str(error), do="pip install pandas, or use .to_rows()")
        what = "to_frame needs the package 'pandas'"
        raise ToolchainError(what, (problem,), "TT4003") from error
    return pandas.DataFrame.from_records([dict(r) for r in rows])

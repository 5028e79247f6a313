# SPDX-License-Identifier: Apache-2.0
"""What every format is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tvm_tiny.project_spec import ProjectSpec

Files = dict[str, str]
"""Relative path to text."""


@dataclass(frozen=True)
class Contents:
    """A build as formats see it.

    Attributes:
        spec: the model's interface.
        files: the project folder but the report, relative path to text: ``include/`` and ``src/``
            are the model and the headers it needs.
    """

    spec: ProjectSpec
    files: Mapping[str, str] = field(repr=False)

    @property
    def sources(self) -> Files:
        """The model and the headers it needs, under ``include/`` and ``src/``."""
        return {n: t for n, t in self.files.items() if n.startswith(("include/", "src/"))}

# SPDX-License-Identifier: Apache-2.0
"""The table of foreign operators that a front end knows: one record a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Generic, Protocol, TypeVar


class Foreign(Protocol):
    """What both front ends' records have."""

    @property
    def name(self) -> str:
        """Of the operator, as its format spells it."""
        ...

    @property
    def evaluate(self) -> Any:
        """What it makes of known operands; None: that is not for it to say."""
        ...

    @property
    def by_shape(self) -> bool:
        """Shapes are enough for ``evaluate``."""
        ...


R = TypeVar("R", bound=Foreign)


class RecordTable(Generic[R]):
    """Records by name."""

    def __init__(self) -> None:
        self._records: dict[str, R] = {}

    def register(self, record: R) -> R:
        """Add an operator.

        An entry of the same name is replaced; what it made of constants stays if this one says
        nothing.
        """
        known = self._records.get(record.name)
        if known is not None and record.evaluate is None:
            kept: Any = record  # a dataclass, which Protocol cannot say
            record = replace(kept, evaluate=known.evaluate, by_shape=known.by_shape)
        self._records[record.name] = record
        return record

    def lookup(self, name: str) -> R | None:
        """The record of an operator, None if there is none."""
        return self._records.get(name)

    def entries(self) -> Mapping[str, R]:
        """Every operator by name."""
        return self._records

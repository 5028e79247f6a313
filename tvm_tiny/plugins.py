# SPDX-License-Identifier: Apache-2.0
"""What other installed packages add: entry points in the groups ``tvm_tiny.<kind>``.

Kinds: ``operators``, ``rules``, ``passes``, ``cores``, ``boards``, ``formats``, ``runners``. What
an entry point must name is said where each kind is used, and in docs/extending.md. An extension
that cannot be loaded, or is not what its kind must be, is left out with a warning in the log:
builds that do not need it go on.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Any, Literal, TypeVar

from tvm_tiny.errors import TvmTinyError

Kind = Literal["operators", "rules", "passes", "cores", "boards", "formats", "runners"]
T = TypeVar("T")
log = logging.getLogger(__name__)


@functools.cache
def installed(kind: Kind) -> tuple[tuple[str, Any], ...]:
    """(name, object) of every entry point of a kind, by name."""
    found: list[tuple[str, Any]] = []
    for entry in sorted(_entry_points().select(group=f"tvm_tiny.{kind}"), key=lambda e: e.name):
        try:
            found.append((entry.name, entry.load()))
        except Exception as error:  # whatever somebody else's module raises
            _leave_out(kind, entry.name, str(error))
    return tuple(found)


@functools.cache
def _entry_points() -> Any:
    """Of all packages, read once: each has its own file of them."""
    from importlib.metadata import entry_points

    return entry_points()


def objects(kind: Kind, accept: Callable[[Any], T]) -> tuple[T, ...]:
    """What the entry points of a kind name; a tuple or list counts as several.

    Args:
        kind: which.
        accept: what is made of each; raises ``TvmTinyError``, ``TypeError`` or ``ValueError`` for
            one that cannot be used, which is left out.
    """
    out: list[T] = []
    for name, value in installed(kind):
        for one in value if isinstance(value, tuple | list) else [value]:
            try:
                out.append(accept(one))
            except (TvmTinyError, TypeError, ValueError) as error:
                _leave_out(kind, name, str(error))
    return tuple(out)


@functools.cache
def _leave_out(kind: Kind, name: str, why: str) -> None:
    """Said once, however often the kind is asked for."""
    log.warning("extension %s of %s left out: %s", name, kind, why)

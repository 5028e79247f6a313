# SPDX-License-Identifier: Apache-2.0
"""What other installed packages add: entry points in the groups ``tvm_tiny.<kind>``.

Kinds: ``operators``, ``rules``, ``passes``, ``cores``, ``boards``, ``formats``, ``runners``. What
an entry point must name is said where each kind is used, and in docs/extending.md. An extension
that cannot be loaded is left out with a warning in the log: builds that do not need it go on.
"""

from __future__ import annotations

import functools
import logging
from typing import Any, Literal

Kind = Literal["operators", "rules", "passes", "cores", "boards", "formats", "runners"]
log = logging.getLogger(__name__)


@functools.cache
def installed(kind: Kind) -> tuple[tuple[str, Any], ...]:
    """(name, object) of every entry point of a kind, by name."""
    from importlib.metadata import entry_points

    found: list[tuple[str, Any]] = []
    for entry in sorted(entry_points(group=f"tvm_tiny.{kind}"), key=lambda e: e.name):
        try:
            found.append((entry.name, entry.load()))
        except Exception as error:  # whatever somebody else's module raises
            log.warning("extension %s of %s left out: %s", entry.name, kind, error)
    return tuple(found)


def objects(kind: Kind) -> tuple[Any, ...]:
    """What the entry points of a kind name; a tuple or list counts as several."""
    out: list[Any] = []
    for _, value in installed(kind):
        out += value if isinstance(value, tuple | list) else [value]
    return tuple(out)

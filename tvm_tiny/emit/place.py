# SPDX-License-Identifier: Apache-2.0
"""Where a tensor is while the model runs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """Where a tensor is.

    ``arena`` at an offset, caller's ``in``/``out`` member, ``constant``, or ``fed``: the row that
    the caller hands in.
    """

    kind: str
    offset: int = 0
    symbol: str = ""

# SPDX-License-Identifier: Apache-2.0
"""What a plan changes about the graph before it runs it: plain data, and the names it gives.

``passes/recompute/rewrite.py`` applies it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_ENDINGS = re.compile(r"(_again|_part\d+of\d+)+$")
_PART = re.compile(r"_part\d+of\d+$")
AGAIN = "_again"
"""Ends the names of what is made a second time."""


@dataclass(frozen=True)
class Rewrite:
    """One change.

    ``patch``: the layers ``nodes`` run as one; ``rows`` rows of the last one's result at a call, in
    ``tiles`` tiles across its width; what tiles and calls share is computed for each.
    ``by_rows``: the mean of ``nodes`` (one) adds up its operand row by row.
    ``again``: ``nodes`` run a second time for the layers ``readers``, so that what they make need
    not be kept between its readers.
    ``carry``: rows that ``nodes`` (one, it may be a patch) reads again are copied to a ring of
    their own (``passes/recompute/carry.py``).
    ``channels``: ``nodes``, a convolution and the mean of its result, run by blocks of channels
    (``passes/recompute/channels.py``).
    ``groups``: ``nodes``, a convolution and layers behind it that work on every channel alone, run
    by groups of so many channels as ``groups`` says (``passes/recompute/groups.py``).

    Attributes:
        kind: which.
        nodes: node names, in execution order.
        rows: of a patch.
        tiles: of a patch.
        readers: of what is made again.
        groups: channels of every group.
    """

    kind: Literal["patch", "by_rows", "again", "carry", "channels", "groups"]
    nodes: tuple[str, ...]
    rows: int = 1
    tiles: int = 1
    readers: tuple[str, ...] = ()
    groups: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """Of the node that stands for a patch."""
        return f"{self.nodes[-1]}_patch"


def is_part(name: str) -> bool:
    """Whether a layer makes some of the channels of another one."""
    return _PART.search(name) is not None


def twin(name: str) -> str:
    """Name of what is made a second time."""
    return f"{name}{AGAIN}"


def first_of(name: str) -> str:
    """Name of the layer that runs again, or in part, under this name; else the name."""
    return _ENDINGS.sub("", name)

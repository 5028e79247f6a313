# SPDX-License-Identifier: Apache-2.0
"""Short names of layers that tell them apart.

Before (TFLite, six layers):  ``model/activation_1/Relu;model/batch_normalization_1/...``
After:                        ``activation_1/Relu``
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

_PARTS: Final = re.compile(r"[/.:]+")
_LONGEST: Final = 32
_MOST_PARTS: Final = 8


def short_labels(names: Sequence[str], longest: int = _LONGEST) -> list[str]:
    """A label a name: the last parts of its first name, as many as tell it from the others.

    Names that are equal get a number; what is too long loses its middle.
    """
    firsts = [n.split(";")[0] for n in names]
    labels = [_tail(n, 1) for n in firsts]
    for parts in range(2, _MOST_PARTS + 1):
        count = Counter(labels)
        generic = [count[x] > 1 or len(x) < 4 for x in labels]
        if not any(generic):
            break
        labels = [
            _tail(n, parts) if g else x for n, x, g in zip(firsts, labels, generic, strict=True)
        ]
    labels = [_cut(x, longest) for x in labels]
    total, taken, next_free = Counter(labels), set[str](), Counter[str]()
    out: list[str] = []
    for label in labels:
        # Numbers go on where those of the last label cut to the same begin ended: names come from
        # files of others, and may all be one.
        base = _cut(label, longest - len(" #1"))
        made, number = label, next_free[base] or 1
        while made in taken or (made == label and total[label] > 1):
            ending = f" #{number}"
            made, number = _cut(label, longest - len(ending)) + ending, number + 1
        if made != label:
            next_free[base] = number
        taken.add(made)
        out.append(made)
    return out


def row_labels(names: Sequence[str], longest: int = _LONGEST) -> list[str]:
    """For tables of a terminal: the first name as it is where that is short and its own.

    The others, and all if two would be called the same, are as ``short_labels`` has them.
    """
    firsts = [n.split(";")[0] for n in names]
    count, short = Counter(firsts), short_labels(names, longest)
    labels = [
        first if len(first) <= longest and count[first] == 1 else label
        for first, label in zip(firsts, short, strict=True)
    ]
    return labels if len(set(labels)) == len(labels) else short


def _tail(name: str, count: int) -> str:
    """The last parts of a path, with what stood between them."""
    starts = [0, *(m.end() for m in _PARTS.finditer(name))]
    starts = [s for s in starts if s < len(name)] or [0]
    return name[starts[max(0, len(starts) - count)] :]


def _cut(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    tail = longest * 2 // 3
    return f"{text[: longest - tail - 1]}…{text[-tail:]}"

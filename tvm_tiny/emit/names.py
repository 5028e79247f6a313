# SPDX-License-Identifier: Apache-2.0
"""Names in the generated C: struct members, and the model's own names in comments."""

from __future__ import annotations

from collections.abc import Iterable

from tvm_tiny.names import c_identifier

_RESERVED_MEMBERS = frozenset({"run", "inputs", "outputs", "arena", "layers", "push_rows"})


def unique(names: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """Make names unique by numbering repeats, leaving first uses as they are."""
    used = set(taken)
    out: list[str] = []
    for name in names:
        candidate, number = name, 2
        while candidate in used:
            candidate, number = f"{name}_{number}", number + 1
        used.add(candidate)
        out.append(candidate)
    return out


def member_names(sources: Iterable[str]) -> list[str]:
    """Names of struct members (and macros) for graph inputs or outputs, in lower case."""
    names = [c_identifier(s.lower()) for s in sources]
    return [f"{n}_tensor" if n in _RESERVED_MEMBERS else n for n in names]


def comment_text(text: str) -> str:
    """Make a model's own names harmless inside a C comment."""
    printable = "".join(c if c.isprintable() and c.isascii() else "?" for c in text)
    return printable.replace("*/", "* /").replace("/*", "/ *").replace("\\", "/")

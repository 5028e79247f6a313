# SPDX-License-Identifier: Apache-2.0
"""C names: legal, unique, stable, and recognisably the model's own."""

from __future__ import annotations

import re
from collections.abc import Iterable

_KEYWORDS = frozenset(
    {
        "auto",
        "break",
        "case",
        "char",
        "const",
        "continue",
        "default",
        "do",
        "double",
        "else",
        "enum",
        "extern",
        "float",
        "for",
        "goto",
        "if",
        "inline",
        "int",
        "long",
        "register",
        "restrict",
        "return",
        "short",
        "signed",
        "sizeof",
        "static",
        "struct",
        "switch",
        "typedef",
        "union",
        "unsigned",
        "void",
        "volatile",
        "while",
        "_Bool",
        "_Complex",
        "_Imaginary",
        "asm",
        "class",
        "new",
        "delete",
        "this",
        "template",
        "typename",
        "bool",
        "true",
        "false",
        "namespace",
        "operator",
        "private",
        "protected",
        "public",
        "try",
        "catch",
        "throw",
        "virtual",
        "friend",
        "explicit",
        "export",
        "mutable",
        "using",
        "and",
        "or",
        "not",
        "xor",
    }
)
_RESERVED_MEMBERS = frozenset({"run", "inputs", "outputs", "arena", "layers", "push_rows"})
MAX_LENGTH = 48


def c_identifier(text: str, fallback: str = "model") -> str:
    """Turn any text into a C identifier of bounded length: ``input_1:0`` -> ``input_1_0``."""
    name = re.sub(r"[^0-9A-Za-z]+", "_", text).strip("_")[:MAX_LENGTH].strip("_").lower()
    if not name:
        return fallback
    if name[0].isdigit():
        name = f"t{name}"
    return f"{name}_" if name in _KEYWORDS else name


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


def member_names(sources: Iterable[str], fallback: str) -> list[str]:
    """Names of struct members (and macros) for graph inputs or outputs."""
    names = [c_identifier(s, fallback) for s in sources]
    return [f"{n}_tensor" if n in _RESERVED_MEMBERS else n for n in names]


def comment_text(text: str) -> str:
    """Make a model's own names harmless inside a C comment."""
    printable = "".join(c if c.isprintable() and c.isascii() else "?" for c in text)
    return printable.replace("*/", "* /").replace("/*", "/ *").replace("\\", "/")

# SPDX-License-Identifier: Apache-2.0
"""C identifiers from the names of a model."""

from __future__ import annotations

import re

_LONGEST_NAME = 48  # C99 5.2.4.1: 63 characters of an internal identifier are significant
_RESERVED_WORDS = """
    auto break case char const continue default do double else enum extern float for goto if inline
    int long register restrict return short signed sizeof static struct switch typedef union
    unsigned void volatile while asm bool catch class constexpr delete explicit export false friend
    mutable namespace new nullptr operator private protected public template this throw true try
    typename using virtual wchar_t and and_eq bitand bitor compl not not_eq or or_eq xor xor_eq
    const_cast dynamic_cast reinterpret_cast static_cast static_assert alignas alignof decltype
    noexcept thread_local typeid char16_t char32_t int8_t int16_t int32_t int64_t uint8_t uint16_t
    uint32_t uint64_t size_t main NULL errno
"""
_RESERVED = frozenset(_RESERVED_WORDS.split())


def c_identifier(name: str) -> str:
    """A valid C and C++ identifier made from a name of the model (not necessarily unique).

    Of TFLite's joined names (``conv/bias;conv/relu``) the first counts. Never empty, never a
    keyword, never reserved by a leading or double underscore, at most 48 characters.
    """
    text = re.sub(r"[^A-Za-z0-9]+", "_", name[:4096].split(";")[0]).strip("_")
    text = text[:_LONGEST_NAME].rstrip("_") or "unnamed"
    if text[0].isdigit():
        text = f"n{text}"
    return f"{text}_" if text in _RESERVED else text

# SPDX-License-Identifier: Apache-2.0
"""Text in the pictures."""

from __future__ import annotations

from html import escape


def svg_text(x: float, y: float, text: str, **style: str | int) -> str:
    """A text element at (x, y) in pixels; ``style`` are its attributes, ``_`` for ``-``."""
    attributes = "".join(f' {k.replace("_", "-")}="{v}"' for k, v in style.items())
    return f'<text x="{x:.1f}" y="{y:.1f}"{attributes}>{escape(text)}</text>'

# SPDX-License-Identifier: Apache-2.0
"""Published figures of boards against what the model of core and memories says of that software.

python benchmarks/silicon.py            the table
python benchmarks/silicon.py --write    docs/silicon.svg and the table of docs/silicon.md

``silicon_points.toml`` has both figures: published ones with where they are from, modelled ones of
that software built outside of this repository and run on the simulated board. No constant of a
board's file is fitted to a point.
"""

from __future__ import annotations

import argparse
import re
import tomllib
from html import escape
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
DOCS = HERE.parent / "docs"
WIDTH, LEFT, ROW, TOP, MOST = 820, 250, 34, 46, 1.3
CORE, WAITS, INK = "#4c78a8", "#f58518", "#333"


def points() -> list[dict[str, Any]]:
    """All of them, in the file's order."""
    return tomllib.loads((HERE / "silicon_points.toml").read_text(encoding="utf-8"))["points"]


def total(point: dict[str, Any]) -> float:
    """Modelled cycles, in millions."""
    return point["core"] + point["code"] + point["data"]


def table(found: list[dict[str, Any]]) -> str:
    """Markdown."""
    lines = [
        "| board | software | model | published, M cycles | core | waits: code | data | modelled |"
        " core / published | modelled / published |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for p in found:
        start = f"| {p['board']} | {p['software']} | {p['model']} | {p['published']:.2f} |"
        if "core" not in p:
            lines.append(f"{start} not rebuilt: {p['why']} | | | | | |")
            continue
        parts = " | ".join(f"{value:.2f}" for value in (p["core"], p["code"], p["data"], total(p)))
        ratios = f"{p['core'] / p['published']:.2f} | {total(p) / p['published']:.2f}"
        lines.append(f"{start} {parts} | {ratios} |")
    return "\n".join(lines)


def verdict(found: list[dict[str, Any]]) -> str:
    """How many points are how near."""
    ratios = [total(p) / p["published"] for p in found if "core" in p]
    near = sum(abs(r - 1) <= 0.1 for r in ratios)
    return (
        f"{len(ratios)} of {len(found)} points could be rebuilt; {near} of them are within 10 %,"
        f" the farthest is {max(ratios, key=lambda r: abs(r - 1)):.2f} of what was published."
    )


def picture(found: list[dict[str, Any]]) -> str:
    """A bar a point: cycles of the core and waits, over what was published."""
    shown = [p for p in found if "core" in p]
    height = TOP + ROW * len(shown) + 40
    scale = (WIDTH - LEFT - 40) / MOST
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}"'
        f' font-family="sans-serif" font-size="13" fill="{INK}">',
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
        '<text x="16" y="24" font-size="15">Modelled cycles over published ones:'
        f' <tspan fill="{CORE}">core</tspan>, <tspan fill="{WAITS}">waits for memories</tspan>'
        "</text>",
    ]
    for i, p in enumerate(shown):
        y, core = TOP + ROW * i, p["core"] / p["published"]
        whole = total(p) / p["published"]
        label = f"{p['board']}, {p['model']}"
        parts += [
            f'<text x="{LEFT - 10}" y="{y + 17}" text-anchor="end">{escape(label)}</text>',
            f'<rect x="{LEFT}" y="{y + 3}" width="{core * scale:.1f}" height="20" fill="{CORE}"/>',
            f'<rect x="{LEFT + core * scale:.1f}" y="{y + 3}"'
            f' width="{(whole - core) * scale:.1f}" height="20" fill="{WAITS}"/>',
            f'<text x="{LEFT + whole * scale + 6:.1f}" y="{y + 18}">{whole:.2f}</text>',
        ]
    bottom = TOP + ROW * len(shown)
    for ratio in (0.9, 1.0, 1.1):
        x, dash = LEFT + ratio * scale, "" if ratio == 1 else ' stroke-dasharray="4 4"'
        parts += [
            f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{bottom}" stroke="{INK}"{dash}/>',
            f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{ratio:g}</text>',
        ]
    return "\n".join([*parts, "</svg>", ""])


def main() -> None:
    """Print, or write the page's parts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    found = points()
    text = f"{table(found)}\n\n{verdict(found)}"
    if not parser.parse_args().write:
        print(text)
        return
    (DOCS / "silicon.svg").write_text(picture(found), encoding="utf-8")
    page = DOCS / "silicon.md"
    marks = "<!-- points -->\n", "<!-- end of points -->"
    old = page.read_text(encoding="utf-8")
    new = f"{marks[0]}{text}\n{marks[1]}"
    page.write_text(
        re.sub(f"{marks[0]}.*?{marks[1]}", lambda _: new, old, flags=re.DOTALL), encoding="utf-8"
    )


if __name__ == "__main__":
    main()

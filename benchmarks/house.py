# SPDX-License-Identifier: Apache-2.0
"""The plan of the house, from the code's own imports.

python benchmarks/house.py check       modules that import upwards or in circles (also in .ci/run)
python benchmarks/house.py picture     docs/architecture.svg again
python benchmarks/house_counts.py      how many files know operators, int8, a core by name
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from pathlib import Path

import networkx as nx

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "architecture.svg"
PACKAGES = {"tvm_tiny": "tvm_tiny", "passes": "tvm_tiny.passes"}
PACKAGES |= {name: f"tvm_tiny.{name}" for name in ("schedules", "crt_project")}

LAYERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("commands and protocols", ("cli", "__main__", "project_api")),
    (
        "the face",
        (
            "api",
            "limits",
            "extend",
            "ondevice",
            "training",
            "tuning",
            "testing",
            "explore",
            "application",
        ),
    ),
    ("what build returns", ("artifact", "saved", "quantise")),
    ("judgement", ("validate",)),
    ("deliveries", ("formats", "boards", "report")),
    ("running", ("run",)),
    ("front half and back half", ("pipeline", "checking", "graph_passes")),
    ("a build as plain data", ("result",)),
    ("generators of assembly", ("schedules.dsp.generator",)),
    ("C and its machines", ("emit", "crt_project", "device", "simulator")),
    ("redistribution", ("passes.receptive_field",)),
    ("front ends", ("frontends",)),
    ("plans", ("passes.plan",)),
    ("work done twice", ("passes.recompute",)),
    ("rows on demand", ("passes.stream",)),
    ("places", ("passes.memory",)),
    ("a plan as plain data", ("passes.decision",)),
    (
        "graph passes",
        ("passes.legalize", "passes.layout", "passes.simplify", "passes.channels"),
    ),
    ("what passes stand on", ("passes",)),
    ("backward pass", ("passes.backward",)),
    ("state", ("passes.state",)),
    ("schedules", ("schedules",)),
    ("rules by kinds of cores", ("schedules.any_core", "schedules.dsp")),
    (
        "what rules share",
        ("schedules.rule", "schedules.loops", "schedules.packing", "schedules.requantise"),
    ),
    ("tools of the host", ("toolchain",)),
    ("operators", ("operators",)),
    ("graph and interface", ("graph", "project_spec")),
    ("numbers", ("arithmetic",)),
    ("TVM", ("_tvm",)),
    ("cores", ("targets",)),
    (
        "ground",
        (
            "process",
            "plugins",
            "stages",
            "files",
            "names",
            "errors",
            "error_codes",
            "version",
            "moved",
        ),
    ),
)
"""From the top: a module imports from its own layer and those below, nothing from above.

The longest name that fits counts: that is a module's room. Rooms of one layer may import each
other, but not in a circle. ``tvm_tiny/__init__.py`` names what is public and loads it late.
"""

C_LAYERS: Mapping[str, tuple[str, ...]] = {
    "include": ("include",),
    "bench": ("bench", "model", "include"),
    "boards": ("bench", "model", "include"),
    "device": ("device", "bench", "ports", "model", "include"),
    "ports": ("ports", "bench", "device", "model", "include"),
    "model": ("model", "include"),
}
"""Which C sources may include headers of which folders; ``model``: what is generated."""

INTERFACES = ("tvm_tiny_port.h", "port.h", "loopback.h", "trace.h")
"""Headers through which a port and what runs on it know each other."""


def modules() -> dict[str, Path]:
    """Dotted name to file."""
    found: dict[str, Path] = {}
    for folder, package in PACKAGES.items():
        for path in sorted((ROOT / folder).rglob("*.py")):
            parts = [package, *path.relative_to(ROOT / folder).with_suffix("").parts]
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported(path: Path, known: Iterable[str]) -> set[str]:
    """Modules of ours that a file imports anywhere: late and for types too."""
    names = set(known)
    out: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            out |= {a.name for a in node.names}
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            out |= {
                f"{node.module}.{a.name}" if f"{node.module}.{a.name}" in names else node.module
                for a in node.names
            }
    return out & names


def import_graph() -> nx.DiGraph:
    """Every module but the package's own ``__init__``, with an edge to each that it imports."""
    known = {n: p for n, p in modules().items() if n != "tvm_tiny"}
    graph = nx.DiGraph()
    graph.add_nodes_from(known)
    for name, path in known.items():
        graph.add_edges_from((name, other) for other in imported(path, known) if other != name)
    return graph


def _home(module: str) -> tuple[int, str]:
    """Index in ``LAYERS`` and name of a module's room.

    Raises:
        LookupError: nobody has said where the module belongs.
    """
    short = module.removeprefix("tvm_tiny.")
    fits = [
        (index, name)
        for index, (_, names) in enumerate(LAYERS)
        for name in names
        if short == name or short.startswith(f"{name}.")
    ]
    if not fits:
        raise LookupError(module)
    return max(fits, key=lambda fit: len(fit[1]))


def layer_of(module: str) -> int:
    """Index in ``LAYERS``.

    Raises:
        LookupError: nobody has said where the module belongs.
    """
    return _home(module)[0]


def room_of(module: str) -> str:
    """Name in ``LAYERS``.

    Raises:
        LookupError: nobody has said where the module belongs.
    """
    return _home(module)[1]


def upward(graph: nx.DiGraph) -> list[str]:
    """Imports against the layers, in words."""
    return [
        f"{a} ({LAYERS[layer_of(a)][0]}) imports {b} ({LAYERS[layer_of(b)][0]})"
        for a, b in sorted(graph.edges)
        if layer_of(a) > layer_of(b)
    ]


def room_graph(graph: nx.DiGraph) -> nx.DiGraph:
    """The rooms, with an edge to each that a module of theirs imports from."""
    rooms = nx.DiGraph()
    pairs = ((room_of(a), room_of(b)) for a, b in graph.edges)
    rooms.add_edges_from((a, b) for a, b in pairs if a != b)
    return rooms


def circles(graph: nx.DiGraph) -> list[list[str]]:
    """Modules (or rooms) that need each other."""
    return [sorted(c) for c in nx.strongly_connected_components(graph) if len(c) > 1]


def _c_sources() -> Iterator[tuple[str, Path]]:
    for path in sorted((ROOT / "crt_project").rglob("*")):
        if path.suffix in (".c", ".h") or path.name.endswith((".c.jinja", ".h.jinja")):
            yield path.relative_to(ROOT / "crt_project").parts[0], path
    for path in sorted((ROOT / "tvm_tiny" / "emit" / "templates").glob("*.j2")):
        yield "model", path


def wrong_includes() -> list[str]:
    """Includes against ``C_LAYERS``, in words."""
    sources = list(_c_sources())
    home = {path.name: folder for folder, path in sources if path.suffix == ".h"}
    out: list[str] = []
    for folder, path in sources:
        for name in re.findall(r'^\s*#\s*include "([^"]+)"', path.read_text(), re.MULTILINE):
            target = home.get(name, "model")
            if target not in C_LAYERS[folder] and name not in INTERFACES:
                out.append(f"{path.relative_to(ROOT)} includes {name} of {target}/")
    return out


def problems() -> list[str]:
    """All that is wrong with the plan."""
    graph = import_graph()
    rings = [f"circle: {', '.join(ring)}" for ring in circles(graph)]
    rings += [f"circle of rooms: {', '.join(ring)}" for ring in circles(room_graph(graph))]
    return [*upward(graph), *rings, *wrong_includes()]


def picture() -> str:
    """The layers with their rooms, and what each layer imports from, as SVG."""
    graph = import_graph()
    rooms: dict[int, set[str]] = defaultdict(set)
    for module in graph.nodes:
        index, room = _home(module)
        rooms[index].add(room)
    below: dict[int, set[int]] = defaultdict(set)
    for a, b in graph.edges:
        if layer_of(a) != layer_of(b):
            below[layer_of(a)].add(layer_of(b))
    return _svg(rooms, below)


_ROW, _TOP, _LEFT, _LANE, _WIDE = 44, 44, 200, 14, 1060
_INK = ("#5b7db1", "#b1765b", "#5bb17d", "#8f5bb1", "#b19a5b")


def _svg(rooms: Mapping[int, set[str]], below: Mapping[int, set[int]]) -> str:
    high = _TOP + _ROW * len(LAYERS) + 10
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {high}" '
        'font-family="sans-serif" font-size="12">',
        "<!-- SPDX-License-Identifier: Apache-2.0; made by: benchmarks/house.py picture -->",
        f'<rect width="{_WIDE}" height="{high}" fill="white"/>',
        '<text x="10" y="24" font-size="14">A layer imports from the layers where its line has '
        "a dot: all of them below.</text>",
    ]
    lanes = _WIDE - 20 - _LANE * len(LAYERS)
    for index, (title, names) in enumerate(LAYERS):
        y, x = _TOP + index * _ROW, _LEFT
        out.append(f'<text x="10" y="{y + 20}">{escape(title)}</text>')
        for room in (n for n in names if n in rooms[index]):
            width = 14 + 7 * len(room)
            out.append(
                f'<rect x="{x}" y="{y + 2}" width="{width}" height="28" rx="4" fill="#e8eef7" '
                f'stroke="#5b7db1"/><text x="{x + 7}" y="{y + 20}">{escape(room)}</text>'
            )
            x += width + 6
        used = sorted(below.get(index, ()))
        if used:
            lane, ink = lanes + index * _LANE, _INK[index % len(_INK)]
            end = _TOP + used[-1] * _ROW + 16
            out.append(f'<path d="M{lane} {y + 16}V{end}" stroke="{ink}" fill="none"/>')
            out += [f'<circle cx="{lane}" cy="{_TOP + b * _ROW + 16}" r="3" fill="{ink}"/>'
                    for b in used]  # fmt: skip
            out.append(f'<path d="M{lane - 4} {y + 12}h8l-4 7z" fill="{ink}"/>')
    return "\n".join([*out, "</svg>", ""])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("check", "picture"))
    what = parser.parse_args().what
    if what == "picture":
        PICTURE.write_text(picture())
    if what != "check":
        return 0
    found = problems()
    print("\n".join(found) or "every import goes down")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

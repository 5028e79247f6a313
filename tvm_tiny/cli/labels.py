# SPDX-License-Identifier: Apache-2.0
"""Labels on the command line: where they come from, and the table of accuracies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tvm_tiny.errors import Problem, UsageError

if TYPE_CHECKING:
    from tvm_tiny.artifact import Artifact
    from tvm_tiny.report.results import Accuracy, LayerCost, PlaceScores

Labels = Annotated[
    Path | None,
    typer.Option(help="Names of the classes, one a line, or labels (.npy); shows the accuracy."),
]
FloatModel = Annotated[
    Path | None,
    typer.Option("--float", help="The float model: its accuracy, and what layers cost."),
]
Places = Annotated[
    str | None,
    typer.Option(help="Where accuracy is measured, with commas: host,simulator (that of --on)."),
]
_LABELS: Final = ("y", "y_test", "labels", "Y", "y_train")
_X: Final = ("x", "X", "inputs", "x_test")
_LIMIT_BYTES: Final = 1 << 22
_CLASSES_SHOWN: Final = 12
_COST_SAMPLES: Final = 32


@dataclass(frozen=True)
class Labelled:
    """Samples with labels, and the classes' names."""

    x: Any
    labels: Any
    names: tuple[str, ...] = ()


def labelled(artifact: Artifact, data: str, labels: Path | None) -> Labelled | None:
    """Labelled samples of ``--data`` and ``--labels``; None where nothing is labelled.

    Raises:
        UsageError: TT6004 a file that cannot be read, TT6072 names without labels.
    """
    from tvm_tiny.files.arrays import read_arrays
    from tvm_tiny.project_spec import by_any_name

    if data.startswith("random:"):
        if labels is not None:
            raise _no_labels(data, "random samples have none")
        return None
    arrays = read_arrays(Path(data))
    found = next((arrays[k] for k in _LABELS if k in arrays), None)
    names: tuple[str, ...] = ()
    if labels is not None and labels.suffix in (".npy", ".npz"):
        given = read_arrays(labels)
        found = next((given[k] for k in (*_LABELS, "x") if k in given), None)
    elif labels is not None:
        names = read_names(labels)
    if found is None:
        if labels is None:
            return None
        raise _no_labels(data, f"it has {sorted(arrays)[:10]}")
    specs = artifact.spec.inputs
    known = by_any_name(specs)
    named = {k: v for k, v in arrays.items() if k in known}
    x: Any = named or next((arrays[k] for k in _X if k in arrays), None)
    if x is None:
        raise _no_labels(data, f"it has {sorted(arrays)[:10]}")
    return Labelled(x, found, names)


def read_names(path: Path) -> tuple[str, ...]:
    """Names of classes, one a line; UsageError TT6004, the file cannot be read."""
    from tvm_tiny.files.reading import UnreadableError, read_bounded

    try:
        text = read_bounded(path, _LIMIT_BYTES).decode("utf-8-sig")
    except (UnreadableError, UnicodeDecodeError) as error:
        problem = Problem(str(error), str(path), do="a text file with a name a line")
        raise UsageError("cannot read the labels", (problem,), "TT6004") from error
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _no_labels(data: str, why: str) -> UsageError:
    do = "an .npz with x and y, or --labels y.npy"
    return UsageError("no labels", (Problem("no labels there", data, why, do),), "TT6072")


def places_of(text: str | None, on: str) -> list[str]:
    """Places to measure in."""
    return [p.strip() for p in (text or on).split(",") if p.strip()]


def measure(
    artifact: Artifact, found: Labelled, places: Sequence[str], float_model: Path | None
) -> tuple[Accuracy, list[LayerCost]]:
    """Accuracy in every place, and with a float model what its layers cost."""
    scored = artifact.accuracy(
        found.x, found.labels, on=places, float_model=float_model, names=found.names
    )
    if float_model is None:
        return scored, []
    few = _first(found.x, _COST_SAMPLES)
    return scored, artifact.layer_costs(few, float_model)


def _first(x: Any, count: int) -> Any:
    return {k: v[:count] for k, v in x.items()} if isinstance(x, dict) else x[:count]


def accuracy_table(scored: Accuracy, costs: Sequence[LayerCost] = ()) -> RenderableType:
    """A row a place; below, what is confused most, and the layers that cost most."""
    table = Table(box=box.SIMPLE_HEAD, title=None)
    table.add_column(f"{scored.samples:,} samples")
    figures = _columns(scored.places)
    for title, _ in figures:
        table.add_column(title, justify="right")
    for place in scored.places:
        table.add_row(Text(place.place), *(cell(place) for _, cell in figures))
    parts: list[RenderableType] = [table]
    last = scored.places[-1]
    parts += [Text(line) for line in _confused(last, scored.names)]
    parts += [Text(line) for line in _worst(last, scored.names)]
    if costs:
        parts.append(_cost_table(costs))
    return Group(*parts)


def _columns(places: Sequence[PlaceScores]) -> list[tuple[str, Any]]:
    def column(title: str, field: str, form: str) -> tuple[str, Any]:
        def cell(place: PlaceScores) -> str:
            value = getattr(place, field)
            return "-" if value is None else f"{value:{form}}"

        return title, cell

    found = [
        column("top-1", "top1", ".2%"),
        column("top-5", "top5", ".2%"),
        column("MAE", "mae", ".5g"),
        column("AUC", "auc", ".4f"),
        column("equal to int8 reference", "agrees", ".1%"),
    ]
    fields = ("top1", "top5", "mae", "auc", "agrees")
    used = [any(getattr(p, f) is not None for p in places) for f in fields]
    return [c for c, there in zip(found, used, strict=True) if there]


def class_name(number: float, names: Sequence[str]) -> str:
    """A class's name, or its number."""
    at = int(number)
    return names[at] if 0 <= at < len(names) else f"{number:g}"


def _confused(place: PlaceScores, names: Sequence[str]) -> list[str]:
    pairs = [
        (count, row, column)
        for row, counts in enumerate(place.confusion)
        for column, count in enumerate(counts)
        if count and row != column
    ]
    most = sorted(pairs, key=lambda p: (-p[0], p[1], p[2]))[:3]
    if not most:
        return []
    said = "; ".join(
        f"{class_name(r, names)} as {class_name(c, names)} ({n:,})" for n, r, c in most
    )
    return [f"taken for each other most ({place.place}): {said}"]


def _worst(place: PlaceScores, names: Sequence[str]) -> list[str]:
    if not place.worst:
        return []
    shown = ", ".join(
        f"{w.sample} ({class_name(w.label, names)}: {class_name(w.got, names)})"
        if place.top1 is not None
        else f"{w.sample} ({w.got:.4g}, label {w.label:g})"
        for w in place.worst[:5]
    )
    return [f"worst samples: {shown}"]


def _cost_table(costs: Sequence[LayerCost]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, caption="int8 against float: where noise is added")
    for name in ("#", "layer", "operator", "SNR dB", "of all noise", "saturated"):
        table.add_column(name, justify="left" if name in ("layer", "operator") else "right")
    for cost in sorted(costs, key=lambda c: (-c.added, c.index))[:_CLASSES_SHOWN]:
        table.add_row(
            str(cost.index),
            Text(cost.layer.split(";")[0][-40:]),
            cost.op,
            f"{cost.snr_db:.1f}",
            f"{cost.share:.1%}",
            f"{cost.saturated:.1%}",
        )
    return table

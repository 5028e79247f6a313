# SPDX-License-Identifier: Apache-2.0
"""``tvm-tiny redistribute``: move the receptive field, and train it back."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer
from rich import box
from rich.table import Table

from tvm_tiny.cli.options import CompileOptions, compiled, fixed_shapes, takes_build_options
from tvm_tiny.cli.quantise import Ranges
from tvm_tiny.cli.receptive_field import Stage, stage_of
from tvm_tiny.cli.terminal import make_console
from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.stages import told

if TYPE_CHECKING:
    from tvm_tiny.quantise.quantise import Method
    from tvm_tiny.training.report import RecipeReport

INTERRUPTED = 130
_LINE_S = 10.0
"""Without a terminal: a line of progress no more often than this."""

console = make_console()


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(takes_build_options(redistribute))


def redistribute(
    model: Annotated[Path, typer.Argument(help="Float .onnx or .tflite", show_default=False)],
    options: CompileOptions,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="File to write; with --finetune a folder."),
    ] = None,
    stage: Stage = None,
    budget: Annotated[float, typer.Option(help="MACs and weights that may be added: a share.")] = (
        0.25
    ),
    finetune: Annotated[
        Path | None, typer.Option(help="An .npz with x_train, y_train, x_test, y_test.")
    ] = None,
    epochs: Annotated[int, typer.Option(help="Passes over the training data.")] = 10,
    lr: Annotated[float, typer.Option(help="Greatest step, as a share of a weight's size.")] = 2e-3,
    batch: Annotated[int, typer.Option(help="Samples a step.")] = 64,
    seed: Annotated[int, typer.Option(help="Seed of order and augmentation.", min=0)] = 0,
    temperature: Annotated[float, typer.Option(help="Of the original's soft labels.")] = 4.0,
    soft: Annotated[float, typer.Option(help="Share of soft labels in the loss.")] = 0.7,
    features: Annotated[float, typer.Option(help="Weight of late features' distance.")] = 0.0,
    flip: Annotated[bool, typer.Option("--flip", help="Mirror half of the images.")] = False,
    shift: Annotated[str, typer.Option(help="Move images by up to ROWS,COLUMNS.")] = "0,0",
    threads: Annotated[int, typer.Option(help="Of PyTorch; results depend on them.")] = 1,
    resume: Annotated[bool, typer.Option("--resume", help="Continue what was stopped.")] = False,
    method: Ranges = "minmax",
    test_samples: Annotated[int | None, typer.Option(help="Only the first N test samples.")] = None,
    simulator_samples: Annotated[
        int, typer.Option(help="Test samples that the simulator runs, too.")
    ] = 10,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")] = False,
) -> None:
    """Move the receptive field out of the early stage; with --finetune train, quantise, build."""
    end = stage_of(stage)
    if finetune is None:
        _only_redistribute(model, end, budget, options.shape, output)
        return
    from tvm_tiny.training.distil import FineTuning
    from tvm_tiny.training.recipe import CHECKPOINT, RecipePlan, run

    settings = FineTuning(
        epochs, lr, batch, seed, temperature, soft, features, flip, _pair(shift), threads
    )
    plan = RecipePlan(
        end, budget, settings, cast("Method", method), 200, simulator_samples, test_samples
    )
    folder = output or Path(f"{model.stem}_redistributed")
    build = partial(compiled, options=options, name=model.stem)
    shapes = fixed_shapes(options.shape)
    more: dict[str, Any] = {"shapes": shapes, "folder": folder, "resume": resume}
    try:
        with told(None), _Display(quiet) as display:
            outcome = run(model, finetune, build, plan, progress=display.show, **more)
    except KeyboardInterrupt:
        console.print("stopped; the same command with --resume goes on behind the last epoch")
        raise typer.Exit(INTERRUPTED) from None
    outcome.save(folder)
    (folder / CHECKPOINT).unlink(missing_ok=True)
    console.print(change_table(outcome.summary))
    console.print(result_table(outcome.report))
    console.print(f"wrote float.onnx, int8.onnx, redistribution.json and project/ to {folder}")


def _only_redistribute(
    model: Path, stage: Any, budget: float, shape: list[str] | None, output: Path | None
) -> None:
    from tvm_tiny.files.writing import write_file
    from tvm_tiny.passes.receptive_field import redistribute as move

    moved = move(model, stage=stage, budget=budget, shapes=fixed_shapes(shape))
    path = output or Path(f"{model.stem}_redistributed.onnx")
    write_file(path, moved.model.SerializeToString(deterministic=True))
    console.print(change_table(moved.summary))
    console.print(f"wrote {path}; train it, or run again with --finetune DATA.npz", soft_wrap=True)


def change_table(summary: Any) -> Table:
    """What redistribution changed and what it bought, before any training."""
    before, after = summary.before, summary.after
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("", "before", "after"):
        table.add_column(name, justify="left" if not name else "right")
    for change in summary.changes:
        windows = ("x".join(map(str, w)) for w in (change.before, change.after))
        table.add_row(f"window of {change.layer.split(';')[0]}", *windows)
    for name, figure in {
        "receptive field": lambda f: "x".join(map(str, f.field)),
        "halo of the early stage": lambda f: "x".join(map(str, f.stage_halo)),
        "MACs": lambda f: f"{f.macs:,}",
        "weights": lambda f: f"{f.weights:,}",
        "ring bytes of the early stage as a stream": lambda f: f"{f.stream.ring_bytes:,}",
    }.items():
        table.add_row(name, figure(before), figure(after))
    for count in (2, 4):
        recomputed = summary.recomputed(count)
        table.add_row(
            f"MACs recomputed by {count}x{count} patches", *(f"{m:,}" for m in recomputed)
        )
    return table


def result_table(report: RecipeReport) -> Table:
    """Accuracy, RAM and work, before and after."""
    found, before, after = report.accuracies, report.before, report.after
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    of = f"{found.metric} on {found.samples:,} {found.data} samples"
    for name in ("", "original", "redistributed", "fine-tuned"):
        table.add_column(name, justify="left" if not name else "right")
    table.add_row(
        f"{of}, float", f"{found.original:.1%}", f"{found.redistributed:.1%}", f"{found.tuned:.1%}"
    )
    table.add_row(f"{of}, int8", f"{found.original_int8:.1%}", "-", f"{found.tuned_int8:.1%}")
    rows = {"all RAM of a run, B": "ram_bytes", "arena, B": "arena_bytes",
            "weights, B": "weights_bytes", "MACs": "macs", "MACs executed": "macs_executed",
            "cycles (modelled)": "cycles"}  # fmt: skip
    for name, key in rows.items():
        values = (getattr(before, key), getattr(after, key))
        old, new = ("-" if v is None else f"{v:,}" for v in values)
        table.add_row(f"{name}, int8 build", old, "-", new)
    checked = f"{found.simulator_same} of {found.simulator_samples}"
    table.add_row("outputs on the simulator equal to the host's", "", "", checked)
    return table


def _pair(text: str) -> tuple[int, int]:
    try:
        rows, columns = (int(part) for part in text.split(","))
    except ValueError as error:
        problem = Problem(f"--shift {text}", do="write --shift ROWS,COLUMNS")
        raise UsageError("not a shift", (problem,), "TT6402") from error
    return rows, columns


class _Display:
    """Progress: one live line on a terminal, plain lines elsewhere."""

    def __init__(self, quiet: bool) -> None:
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
        )

        live = console.is_terminal and not quiet
        columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        text = TextColumn("{task.description}")
        self._bar = Progress(text, *columns, console=console, transient=True, disable=not live)
        self._lines = not live and not quiet
        self._task = self._bar.add_task("redistributing", total=None)
        self._printed = time.monotonic()

    def __enter__(self) -> _Display:
        """Begin to show."""
        self._bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        """Remove the live line."""
        self._bar.stop()

    def show(self, what: str, done: int, total: int) -> None:
        """After every step."""
        self._bar.update(self._task, completed=done, total=total, description=what)
        if self._lines and time.monotonic() - self._printed >= _LINE_S:
            self._printed = time.monotonic()
            console.print(f"{what}: {done}/{total}", markup=False)

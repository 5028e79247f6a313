# SPDX-License-Identifier: Apache-2.0
"""Commands that work on a model: check, build, run, validate, profile, report, demo."""

from __future__ import annotations

import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from tvm_tiny.cli.boards import FirmwareOption, HowToRun, fit_table, run_on_board
from tvm_tiny.cli.options import (
    BuildOptions,
    Data,
    Layout,
    Model,
    On,
    OnBoard,
    Seed,
    compiled,
    takes_build_options,
)
from tvm_tiny.cli.terminal import make_console
from tvm_tiny.errors import MismatchError, Problem, UsageError

if TYPE_CHECKING:
    from tvm_tiny.artifact import Artifact
    from tvm_tiny.artifact import Progress as OnProgress
    from tvm_tiny.samples import Sample
    from tvm_tiny.validation import Validation

console = make_console()


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    for function in (check, build, run, validate, profile, report, demo):
        app.command()(function)


@takes_build_options
def check(model: Model, *, options: BuildOptions) -> None:
    """Can this model be compiled? Lists every problem with its layer."""
    artifact = compiled(model, options)
    count = len(artifact.compiled.graph.nodes)
    arena = artifact.compiled.plan.arena_bytes
    console.print(
        f"ok  {model.name}: {count} operators compile for {options.target}, arena {arena:,} B"
    )


@takes_build_options
def build(
    model: Model,
    *,
    options: BuildOptions,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Project folder.")] = None,
    name: Annotated[str | None, typer.Option(help="Prefix of the generated C.")] = None,
    layout: Layout = "project",
    board: OnBoard = None,
    dump_ir: Annotated[
        Path | None, typer.Option(help="Write the module after every pass into this folder.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print report.json instead.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print the verdict only.")] = False,
) -> None:
    """Compile a model to a C project with a report."""
    from tvm_tiny.report.model import to_json
    from tvm_tiny.report.text import render, verdict

    with console.status("compiling") if not json else _silent():
        artifact = compiled(model, options, board=board, name=name, dump_ir=dump_ir)
        folder = output or Path(f"{artifact.spec.model}_project")
        written = _write(artifact, folder, layout)
    if json:
        typer.echo(to_json(artifact.report), nl=False)
    elif quiet:
        console.print(verdict(artifact.report))
    else:
        console.print(render(artifact.report, width=console.width))
        if artifact.linked:
            console.print(fit_table(artifact.linked))
        console.print(written)


def _write(artifact: Artifact, folder: Path, layout: str) -> str:
    """Write the result in the format asked for; returns what to say about it."""
    if layout == "mlf":
        path = folder if folder.suffix == ".tar" else folder / "model.tar"
        return f"wrote {artifact.export_mlf(path)}"
    files = artifact.save(folder, layout)
    goal = "firmware" if artifact.linked else "bench"
    built = f"; build them: make -C {folder} {goal}" if layout == "project" else ""
    return f"wrote {len(files)} files to {folder}{built}"


@takes_build_options
def run(
    model: Annotated[Path, typer.Argument(help="Model, or with --board a project folder.")],
    *,
    options: BuildOptions,
    data: Data = "random:1",
    on: On = "simulator",
    seed: Seed = 0,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Save as .npz.")] = None,
    board: OnBoard = None,
    runner: Annotated[str, typer.Option(help="How to flash; see 'tvm-tiny boards NAME'.")] = "",
    probe: Annotated[str, typer.Option(help="Serial number of the debug probe.")] = "",
    timeout: Annotated[float, typer.Option(help="Limit on the board, in seconds.")] = 120.0,
    firmware: FirmwareOption = "bench",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the commands only.")] = False,
) -> None:
    """Run the compiled model on inputs and print (or save) its outputs.

    With --board: build a firmware of a model or project, flash it, print what it prints. The bench
    firmware runs the model on fixed inputs and ends; the device firmware serves a serial line.
    """
    import numpy as np

    is_project = board is not None and model.is_dir()
    artifact = None if is_project else compiled(model, options, board=board)
    if board:
        how = HowToRun(board, options.compiler, firmware, runner, probe, timeout, dry_run)
        run_on_board(artifact or model, how)
        return
    assert artifact is not None
    samples = _samples(artifact, data, seed)
    stacked = {io.name: np.stack([s[io.name] for s in samples]) for io in artifact.spec.inputs}
    with _bar("running") as progress:
        result = artifact.run(stacked, on, progress=progress)
    if output:
        np.savez(output, allow_pickle=False, **result.outputs)
        console.print(f"wrote {output}")
        return
    for key, array in result.outputs.items():
        for number, sample in enumerate(array):
            console.print(f"{key}[{number}]: {sample.reshape(-1).tolist()}", soft_wrap=True)


@takes_build_options
def validate(
    model: Model,
    *,
    options: BuildOptions,
    data: Data = "random:8",
    on: On = "simulator",
    seed: Seed = 0,
    save_failing: Annotated[
        Path | None, typer.Option(help="Save the worst input that differs as .npz.")
    ] = None,
) -> None:
    """Compare with TensorFlow Lite Micro (or onnxruntime), layer by layer."""
    import numpy as np

    from tvm_tiny.cli.tables import validation_table
    from tvm_tiny.validation import validate as compare

    artifact = compiled(model, options)
    samples = _samples(artifact, data, seed)
    with _bar("validating") as progress:
        result = compare(artifact, samples, on=on, progress=progress)
    console.print(validation_table(result))
    if save_failing and result.worst_sample >= 0:
        np.savez(save_failing, allow_pickle=False, **samples[result.worst_sample])
        console.print(f"wrote the input that differs most to {save_failing}")
    _raise_if_different(result)


def _raise_if_different(result: Validation) -> None:
    first = result.first_difference
    if first is None or result.passed:
        return
    problem = Problem(
        f"{first.different} of {first.elements} values differ, by up to"
        f" {first.max_difference:g} (mean {first.mean_difference:.3g})",
        where=f"first at layer '{first.layer}', tensor '{first.tensor}'",
        do="please report this with the model and the input (--save-failing)",
    )
    raise MismatchError(f"differs from {result.reference}", (problem,))


@takes_build_options
def profile(
    model: Model,
    *,
    options: BuildOptions,
    sort: Annotated[str, typer.Option(help="index, macs, cycles, live or weights.")] = "index",
    top: Annotated[int | None, typer.Option(help="Only the first N layers.")] = None,
    compare: Annotated[
        Path | None,
        typer.Option(help="Side by side with another build: its folder, report.json or model."),
    ] = None,
) -> None:
    """Per layer: MACs, modelled cycles, memory."""
    from tvm_tiny.cli.compare import compare as side_by_side
    from tvm_tiny.cli.compare import read_report
    from tvm_tiny.report.text import SORT_KEYS, layer_table, verdict

    if sort not in SORT_KEYS:
        problem = Problem(f"--sort {sort}", do=f"one of {', '.join(SORT_KEYS)}")
        raise UsageError("unknown order", (problem,), "TT6012")
    artifact = compiled(model, options)
    if compare is not None:
        is_report = compare.is_dir() or compare.suffix == ".json"
        other = read_report(compare) if is_report else compiled(compare, options).report
        console.print(side_by_side(artifact.report, other, sort, top))
        return
    console.print(verdict(artifact.report))
    console.print(layer_table(artifact.report, sort, top, width=console.width))


def report(
    folder: Annotated[Path, typer.Argument(help="Project folder or report.json.")],
) -> None:
    """Show the report of an earlier build."""
    from tvm_tiny.cli.compare import read_report
    from tvm_tiny.report.text import render

    data = read_report(folder)
    console.print(render(data, width=console.width))


def demo(
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Keep the project.")] = None,
    samples: Annotated[int, typer.Option(help="Random inputs to compare.")] = 4,
) -> None:
    """Compile a small built-in model, run it on the simulated Cortex-M7, compare, report."""
    from tvm_tiny.testing.models import tiny_convnet

    with tempfile.TemporaryDirectory(prefix="tvm_tiny-demo-") as scratch:
        model = Path(scratch) / "tiny_convnet.tflite"
        model.write_bytes(tiny_convnet())
        build(model, output=output or Path(scratch) / "project")
        validate(model, data=f"random:{samples}")


def _samples(artifact: Artifact, data: str, seed: int) -> list[Sample]:
    from tvm_tiny.samples import load_samples, random_samples

    kind, _, count = data.partition(":")
    if kind == "random":
        if not count.isdigit() or not 0 < int(count) <= 1_000_000:
            problem = Problem(f"--data {data}", do="write --data random:20")
            raise UsageError("wrong number of samples", (problem,), "TT6015")
        return list(random_samples(artifact.spec.inputs, int(count), seed))
    return load_samples(Path(data), artifact.spec.inputs)


@contextmanager
def _bar(title: str) -> Generator[OnProgress, None, None]:
    """A progress bar on a terminal, nothing elsewhere."""
    columns = (TextColumn(title), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task(title, total=None)

        def advance(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield advance


@contextmanager
def _silent() -> Generator[None, None, None]:
    yield

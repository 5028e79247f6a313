# SPDX-License-Identifier: Apache-2.0
"""Commands that work on a model: check, build, run, validate, profile, report, demo."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tvm_tiny.cli.boards import FirmwareOption, HowToRun, fit_table, run_on_board
from tvm_tiny.cli.data import check_data, samples_of, stored
from tvm_tiny.cli.gates import Against, FailIf, Summary, conditions
from tvm_tiny.cli.labels import (
    FloatModel,
    Labelled,
    Labels,
    Places,
    accuracy_table,
    labelled,
    measure,
    places_of,
)
from tvm_tiny.cli.measured import counted_line
from tvm_tiny.cli.options import (
    CompileOptions,
    Data,
    Layout,
    Model,
    On,
    Seed,
    Timeout,
    check_options,
    compiled,
    fixed_shapes,
    takes_build_options,
)
from tvm_tiny.cli.terminal import echo, make_console
from tvm_tiny.errors import MismatchError, Problem, UsageError

if TYPE_CHECKING:
    from tvm_tiny.artifact import Artifact
    from tvm_tiny.report.results import Accuracy, LayerCost
    from tvm_tiny.validate.compare import Validation

console = make_console()


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    for function in (check, build, run, validate, profile, report, demo):
        app.command()(function)


@takes_build_options
def check(model: Model, *, options: CompileOptions) -> None:
    """Can this model be compiled? Lists every problem with its layer.

    Decides only, in seconds; with --ram or --flash it compiles, to know what the model needs.
    """
    from tvm_tiny.checking import checked_graph

    check_options(options)
    limits = (options.ram, options.flash, options.max_ms, options.board)
    if any(limit is not None for limit in limits):
        artifact = compiled(model, options)
        graph, needs = artifact.compiled.graph, f", {verdict_of(artifact)}"
    else:
        shapes = fixed_shapes(options.shape)
        graph = checked_graph(model, options.target, shapes=shapes, batch=options.batch)
        needs = ""
    where = options.board or options.target
    console.print(
        f"ok  {model.name}: {len(graph.nodes)} operators compile for {where}{needs}",
        soft_wrap=True,
    )


def verdict_of(artifact: Artifact) -> str:
    """What a build needs, and how much of it was allowed."""
    from tvm_tiny.report.text import verdict

    return verdict(artifact.report)


@takes_build_options
def build(
    model: Model,
    *,
    options: CompileOptions,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Project folder.")] = None,
    name: Annotated[str | None, typer.Option(help="Prefix of the generated C.")] = None,
    layout: Layout = "project",
    dump_ir: Annotated[
        Path | None, typer.Option(help="Write the module after every pass into this folder.")
    ] = None,
    graph: Annotated[
        Path | None, typer.Option(help="Write the integer graph as .onnx, for Netron.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print report.json instead.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print the verdict only.")] = False,
    curve: Annotated[
        bool, typer.Option("--curve", help="Other plans into the report, too.")
    ] = False,
    fail_if: FailIf = None,
    against: Against = None,
    summary: Summary = None,
) -> None:
    """Compile a model to a C project with a report (report.json, report.html)."""
    from tvm_tiny.files.writing import check_file
    from tvm_tiny.report.model import to_json
    from tvm_tiny.report.text import render, verdict

    _check_output(output, layout)
    if graph is not None:
        check_file(graph)
    judged = conditions(fail_if, against, summary)
    artifact = compiled(model, options, name=name, dump_ir=dump_ir)
    artifact = artifact.with_plans() if curve else artifact
    folder = output or Path(f"{artifact.spec.model}_project")
    written = _write(artifact, folder, layout)
    if graph is not None:
        written += f"; wrote {artifact.save_graph(graph)}"
    if json:
        echo(to_json(artifact.report))
    elif quiet:
        console.print(verdict(artifact.report))
    else:
        console.print(render(artifact.report, width=console.width))
        if artifact.linked:
            console.print(fit_table(artifact.linked))
        console.print(written)
    judged.judge(artifact.report)


def _check_output(output: Path | None, layout: str) -> None:
    """Refuse a format or a folder before the work, not after it."""
    from tvm_tiny.files.writing import check_file
    from tvm_tiny.formats.layouts import check_format
    from tvm_tiny.formats.saving import check_folder

    if layout != "mlf":
        check_format(layout)
    if output and layout == "mlf":
        check_file(_archive(output))
    elif output:
        check_folder(output)


def _archive(folder: Path) -> Path:
    return folder if folder.suffix == ".tar" else folder / "model.tar"


def _write(artifact: Artifact, folder: Path, layout: str) -> str:
    """Write the result in the format asked for; returns what to say about it."""
    if layout == "mlf":
        return f"wrote {artifact.export_mlf(_archive(folder))}"
    files = artifact.save(folder, layout)
    goal = "firmware" if artifact.linked else "bench"
    built = f"; build them: make -C {folder} {goal}" if layout == "project" else ""
    return f"wrote {len(files)} files to {folder}{built}"


@takes_build_options
def run(
    model: Annotated[
        Path, typer.Argument(help="Model, or with --board a project folder or an .elf file.")
    ],
    *,
    options: CompileOptions,
    data: Data = "random:1",
    on: On = "simulator",
    seed: Seed = 0,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Save as .npz.")] = None,
    runner: Annotated[str, typer.Option(help="How to flash; see 'tvm-tiny boards NAME'.")] = "",
    probe: Annotated[str, typer.Option(help="Serial number of the debug probe.")] = "",
    timeout: Timeout = 120.0,
    firmware: FirmwareOption = "bench",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the commands only.")] = False,
    trust: Annotated[
        bool, typer.Option("--trust", help="Run a project folder of others on QEMU.")
    ] = False,
    labels: Labels = None,
    float_model: FloatModel = None,
    places: Places = None,
) -> None:
    """Run the compiled model on inputs; print or save its outputs, or with --labels its accuracy.

    With --board: build a firmware of a model or project, flash it, print what it prints. The bench
    firmware runs the model on fixed inputs and ends; the device firmware serves a serial line.
    """
    import numpy as np

    from tvm_tiny.files.arrays import array_path, save_arrays
    from tvm_tiny.files.writing import check_file

    board = options.board
    if output:
        check_file(array_path(output))
    check_data(data)
    is_project = board is not None and (os.path.isdir(model) or model.suffix == ".elf")
    artifact = None if is_project else compiled(model, options)
    if board:
        how = HowToRun(board, options.compiler, firmware, runner, probe, timeout, dry_run, trust)
        run_on_board(artifact or model, how)
        return
    assert artifact is not None
    wanted = labels is not None or float_model is not None or places is not None
    known = labelled(artifact, data, labels) if wanted else None
    if known and not output:
        console.print(accuracy_table(*measure(artifact, known, places_of(places, on), float_model)))
        return
    samples = stored(artifact, known) if known else samples_of(artifact, data, seed)
    stacked = {io.name: np.stack([s[io.name] for s in samples]) for io in artifact.spec.inputs}
    result = artifact.run(stacked, on, profile=on.startswith("board:"))
    if line := counted_line(artifact, result.profile):
        console.print(line, soft_wrap=True)
    if output:
        console.print(f"wrote {save_arrays(output, result.outputs)}")
        return
    for key, array in result.outputs.items():
        for number, sample in enumerate(array):
            console.print(f"{key}[{number}]: {sample.reshape(-1).tolist()}", soft_wrap=True)


@takes_build_options
def validate(
    model: Model,
    *,
    options: CompileOptions,
    data: Data = "random:8",
    on: On = "simulator",
    seed: Seed = 0,
    save_failing: Annotated[
        Path | None, typer.Option(help="Save the worst input that differs as .npz.")
    ] = None,
    labels: Labels = None,
    float_model: FloatModel = None,
    places: Places = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Project folder, with what was found.")
    ] = None,
    fail_if: FailIf = None,
    against: Against = None,
    summary: Summary = None,
) -> None:
    """Compare with TensorFlow Lite Micro (or onnxruntime), layer by layer.

    With labels (an .npz with x and y): the accuracy in float, int8 reference and on the device.
    """
    from tvm_tiny.cli.tables import validation_table
    from tvm_tiny.files.arrays import array_path, save_arrays
    from tvm_tiny.files.writing import check_file
    from tvm_tiny.validate.compare import validate as compare

    if save_failing:
        check_file(array_path(save_failing))
    if output:
        _check_output(output, "project")
    judged = conditions(fail_if, against, summary)
    check_data(data)
    artifact = compiled(model, options)
    known = labelled(artifact, data, labels)
    samples = stored(artifact, known) if known else samples_of(artifact, data, seed)
    result = compare(artifact, samples, on=on)
    console.print(validation_table(result))
    if on.startswith("board:") and (line := counted_line(artifact, artifact.profile(on=on))):
        console.print(line, soft_wrap=True)
    scored, costs = (
        _scored(artifact, known, places_of(places, on), float_model, sure=labels is not None)
        if known
        else (None, [])
    )
    if scored is not None:
        console.print(accuracy_table(scored, costs))
    if save_failing and result.worst_sample >= 0:
        path = save_arrays(save_failing, samples[result.worst_sample])
        console.print(f"wrote the input that differs most to {path}")
    if output or judged.asked:
        artifact = artifact.with_findings(result, scored, costs)
    if output:
        console.print(_write(artifact, output, "project"))
    _raise_if_different(result)
    if judged.asked:
        judged.judge(artifact.report)


def _scored(
    artifact: Artifact, known: Labelled, places: list[str], float_model: Path | None, *, sure: bool
) -> tuple[Accuracy | None, list[LayerCost]]:
    """Accuracy and costs; a ``y`` that is no label of this model is none, unless given so."""
    try:
        return measure(artifact, known, places, float_model)
    except UsageError as error:
        if sure or float_model or error.code != "TT6072":
            raise
        return None, []


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
    options: CompileOptions,
    sort: Annotated[str, typer.Option(help="index, macs, cycles, live or weights.")] = "index",
    top: Annotated[int | None, typer.Option(help="Only the first N layers.", min=1)] = None,
    compare: Annotated[
        Path | None,
        typer.Option(help="Side by side with another build: its folder, report.json or model."),
    ] = None,
    line: Annotated[
        str | None,
        typer.Option(help="With --board: flash it, measure on its port (or on 'simulated')."),
    ] = None,
    runner: Annotated[str, typer.Option(help="How to flash; see 'tvm-tiny boards NAME'.")] = "",
    probe: Annotated[str, typer.Option(help="Serial number of the debug probe.")] = "",
) -> None:
    """Per layer: MACs, modelled cycles, memory; with --line what a board counts beside them."""
    from tvm_tiny.cli.compare import compare as side_by_side
    from tvm_tiny.report.saved import read_report
    from tvm_tiny.report.text import SORT_KEYS, layer_table, verdict

    if sort not in SORT_KEYS:
        problem = Problem(f"--sort {sort}", do=f"one of {', '.join(SORT_KEYS)}")
        raise UsageError("unknown order", (problem,), "TT6012")
    artifact = compiled(model, options)
    if compare is not None:
        is_report = os.path.isdir(compare) or compare.suffix == ".json"
        other = read_report(compare) if is_report else compiled(compare, options).report
        console.print(side_by_side(artifact.report, other, sort, top))
        return
    if line is not None:
        _measured(artifact, line, runner, probe)
        return
    console.print(verdict(artifact.report))
    console.print(layer_table(artifact.report, sort, top, width=console.width))


def _measured(artifact: Artifact, line: str, runner: str, probe: str) -> None:
    """Layers as a board counts them."""
    from tvm_tiny.boards.data import load_board
    from tvm_tiny.boards.measured import Where
    from tvm_tiny.cli.measured import measured

    if not artifact.options.board:
        problem = Problem("--line without --board", do="name the board: --board NAME")
        raise UsageError("which board?", (problem,), "TT6001")
    board = load_board(artifact.options.board).at(artifact.options.clock_hz)
    console.print(verdict_of(artifact))
    console.print(measured(artifact, board, Where(line, runner, probe)))


def report(
    folder: Annotated[Path, typer.Argument(help="Project folder or report.json.")],
) -> None:
    """Show the report of an earlier build."""
    from tvm_tiny.report.saved import read_report
    from tvm_tiny.report.text import render

    data = read_report(folder)
    console.print(render(data, width=console.width))


def demo(
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Keep the project.")] = None,
    samples: Annotated[int, typer.Option(help="Random inputs to compare.")] = 4,
) -> None:
    """Compile a small built-in model, run it on the simulated Cortex-M7, compare, report."""
    from tvm_tiny.report.text import render
    from tvm_tiny.testing.models import tiny_convnet

    with tempfile.TemporaryDirectory(prefix="tvm_tiny-demo-") as scratch:
        model = Path(scratch) / "tiny_convnet.tflite"
        model.write_bytes(tiny_convnet())
        if output:
            _check_output(output, "project")
        artifact = compiled(model, CompileOptions())
        built = artifact.report
        console.print(render(built, width=console.width))
        validate(model, data=f"random:{samples}")
        if output:
            console.print(_write(artifact, output, "project"))
        else:
            console.print("tvm-tiny demo -o FOLDER keeps the project")

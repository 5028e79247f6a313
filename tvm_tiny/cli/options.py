# SPDX-License-Identifier: Apache-2.0
"""Options that several commands share: those of a build as one group."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.toolchain.compilers import CompilerKind

if TYPE_CHECKING:
    from tvm_tiny.artifact import Artifact

_MOST_SECONDS = 1e9


def seconds(value: float) -> float:
    """Raise ``UsageError`` TT6041 for a limit that no clock counts: below 0, nan, without end."""
    if not 0 < value < _MOST_SECONDS:
        problem = Problem(f"--timeout {value:g}", do="give seconds above 0")
        raise UsageError("wrong limit of time", (problem,), "TT6041")
    return value


Model = Annotated[Path, typer.Argument(help="int8 .tflite or QDQ .onnx file", show_default=False)]
On = Annotated[str, typer.Option(help="simulator, host, qemu or board:NAME@PORT.")]
Data = Annotated[str, typer.Option(help="An .npz with inputs, or 'random:N' for N random inputs.")]
Seed = Annotated[int, typer.Option(help="Seed of random inputs.", min=0)]
Layout = Annotated[
    str,
    typer.Option(
        "--format",
        help="project, single, zephyr, platformio, arduino, cmsis or mlf (an archive).",
    ),
]
OnBoard = Annotated[
    str | None, typer.Option("--board", help="Board; see 'tvm-tiny boards'. A .toml is one, too.")
]

Timeout = Annotated[
    float,
    typer.Option(help="Limit on the board, in seconds; emulated: of CPU.", callback=seconds),
]

PlanSteps = Annotated[
    int | None,
    typer.Option(help="What the search for a plan may do, counted (default: 16000000)."),
]
PlanSeconds = Annotated[
    float | None,
    typer.Option(help="An extra stop of it by the clock: such a plan need not come again."),
]

Shape = Annotated[
    list[str] | None, typer.Option(help="Fix a dynamic input: NAME=1,96,96,3 (ONNX).")
]


@dataclass(frozen=True, kw_only=True)
class CompileOptions:
    """What decides the code that a model becomes."""

    target: Annotated[str, typer.Option("--target", "-t", help="Core; see 'tvm-tiny targets'.")] = (
        "cortex-m7"
    )
    ram: Annotated[str | None, typer.Option(help="Limit on all RAM of a run, e.g. 64K.")] = None
    flash: Annotated[str | None, typer.Option(help="Flash limit, e.g. 512K.")] = None
    optimize: Annotated[str, typer.Option(help="balanced, speed, ram or flash.")] = "balanced"
    row_fed: Annotated[
        bool, typer.Option("--row-fed", help="The caller hands in the input row by row.")
    ] = False
    recompute: Annotated[
        float | None, typer.Option(help="MACs that the plan may add, as a share (0.25: a quarter).")
    ] = None
    board: OnBoard = None
    clock: Annotated[
        str | None, typer.Option(help="Of the core, e.g. 480M; with --board one that it can set.")
    ] = None
    max_ms: Annotated[
        float | None,
        typer.Option("--max-ms", help="Limit on the time of a run: the least RAM that keeps it."),
    ] = None
    dma_input: Annotated[
        bool, typer.Option("--dma-input", help="The input has a buffer beside the arena.")
    ] = False
    constants: Annotated[
        str,
        typer.Option(help="flash; ram: what --board waits for is copied into RAM that is left."),
    ] = "flash"
    database: Annotated[
        str | None,
        typer.Option("--database", help="Tuning database; 'none' for the rules' own choices."),
    ] = None
    compiler: Annotated[CompilerKind, typer.Option(help="C compiler for measuring.")] = "auto"
    plan_steps: PlanSteps = None
    plan_seconds: PlanSeconds = None
    shape: Shape = None
    batch: Annotated[
        int | None, typer.Option(help="First extent of inputs that leave it open (1).", min=1)
    ] = None


def takes_build_options(command: Callable[..., None]) -> Callable[..., None]:
    """The command with an option for every field in place of its parameter ``options``.

    A field that is called like a parameter of the command's own is left at its default.
    """
    hints = get_type_hints(CompileOptions, include_extras=True)
    own = inspect.signature(command, eval_str=True)
    free = [f for f in fields(CompileOptions) if f.name not in own.parameters]
    group = [
        inspect.Parameter(f.name, inspect.Parameter.KEYWORD_ONLY, default=f.default,
                          annotation=hints[f.name])
        for f in free
    ]  # fmt: skip
    kept = [p for p in own.parameters.values() if p.name != "options"]

    @functools.wraps(command)
    def wrapper(*args: Any, **given: Any) -> None:
        values = {f.name: given.pop(f.name) for f in free if f.name in given}
        command(*args, options=CompileOptions(**values), **given)

    parameters = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in kept] + group
    vars(wrapper)["__signature__"] = own.replace(parameters=parameters)
    wrapper.__annotations__ = {p.name: p.annotation for p in parameters}
    return wrapper


_DECIDED_ALONE = ("target", "shape", "batch", "database", "compiler")
"""What needs no look at the others, or the model's own."""


def check_options(options: CompileOptions) -> None:
    """Raise ``UsageError`` for options that mean nothing; those left alone cost nothing."""
    checked = [f for f in fields(options) if f.name not in _DECIDED_ALONE]
    if all(getattr(options, f.name) == f.default for f in checked):
        return
    from tvm_tiny.api import checked_options

    checked_options(options.target, **{f.name: getattr(options, f.name) for f in checked})


def compiled(
    model: Any,
    options: CompileOptions,
    *,
    name: str | None = None,
    dump_ir: Path | None = None,
) -> Artifact:
    """``tvm_tiny.build`` with the options of the command line; raises what it raises."""
    from tvm_tiny.api import build
    from tvm_tiny.cli.dump import IrDump

    values = {f.name: getattr(options, f.name) for f in fields(options)}
    shape = values.pop("shape")
    return build(
        model,
        **values,
        name=name,
        shapes=fixed_shapes(shape),
        after_pass=IrDump(dump_ir) if dump_ir else None,
    )


def fixed_shapes(texts: list[str] | None) -> dict[str, tuple[int, ...]] | None:
    """What ``--shape NAME=1,2,3`` says; UsageError TT6014 if it is no shape."""
    shapes: dict[str, tuple[int, ...]] = {}
    for text in texts or ():
        name, _, dims = text.rpartition("=")
        try:
            shapes[name] = tuple(int(d) for d in dims.split(","))
        except ValueError as err:
            problem = Problem(f"--shape {text}", do="write --shape NAME=1,96,96,3")
            raise UsageError("wrong shape", (problem,), "TT6014") from err
    return shapes or None

# SPDX-License-Identifier: Apache-2.0
"""``tvm-tiny tune`` and ``tvm-tiny tune-server``."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from tvm_tiny.cli.options import seconds
from tvm_tiny.cli.terminal import make_console
from tvm_tiny.stages import told
from tvm_tiny.toolchain.compilers import CompilerKind

if TYPE_CHECKING:
    from tvm_tiny.tuning.session import SessionState
    from tvm_tiny.tuning.tune import TuneResult

INTERRUPTED = 130
_LINE_S = 5.0
"""Without a terminal: a line of progress no more often than this."""

console = make_console()


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(tune)
    app.command("tune-server")(tune_server)


def tune(
    model: Annotated[Path, typer.Argument(help="int8 .tflite or QDQ .onnx file")],
    database: Annotated[Path, typer.Option("--database", "-d", help="Folder to write.")],
    target: Annotated[str, typer.Option("--target", "-t", help="Core.")] = "cortex-m7",
    trials: Annotated[int | None, typer.Option(help="Candidates to try (200).")] = None,
    runner: Annotated[
        str, typer.Option(help="simulator, qemu, board or board:NAME.")
    ] = "simulator",
    seed: Annotated[int | None, typer.Option(help="Seed of the search (0).", min=0)] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Continue what was stopped.")] = False,
    compiler: Annotated[CompilerKind, typer.Option(help="C compiler.")] = "auto",
    cost_model: Annotated[str | None, typer.Option(help="xgb or random.")] = None,
    workers: Annotated[int | None, typer.Option(help="Trials at a time here.")] = None,
    timeout: Annotated[
        float, typer.Option(help="CPU seconds for a build or a run.", callback=seconds)
    ] = 120.0,
    tracker: Annotated[str, typer.Option(help="RPC tracker, HOST:PORT.")] = "",
    key: Annotated[str, typer.Option(help="Key of the tuning servers.")] = "tvm-tiny",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")] = False,
) -> None:
    """Find the fastest schedules of a model's layers by trying; build --database uses them."""
    from tvm_tiny.tuning.tune import tune as search

    with told(None), _Display(quiet) as display:
        result = search(
            model,
            target,
            database=database,
            trials=trials,
            runner=runner,
            seed=seed,
            resume=resume,
            compiler=compiler,
            cost_model=cost_model,
            workers=workers,
            timeout_s=timeout,
            tracker=tracker,
            key=key,
            on_trial=display.show,
        )
    console.print(result_table(result))
    console.print(summary(result))
    if result.interrupted:
        console.print(f"stopped; continue: tvm-tiny tune {model} -d {database} --resume")
        raise typer.Exit(INTERRUPTED)
    console.print(f"use it: tvm-tiny build {model} -t {target} --database {database}")


def tune_server(
    tracker: Annotated[str, typer.Option(help="RPC tracker to register with, HOST:PORT.")],
    key: Annotated[str, typer.Option(help="Key that sessions ask for.")] = "tvm-tiny",
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
) -> None:
    """Run trials for sessions elsewhere, until Ctrl-C; for networks you trust."""
    from tvm_tiny.tuning.remote import start_server

    server = start_server(tracker, key, host)
    console.print(f"serving '{key}' on {host}:{server.port}, tracker {tracker}; Ctrl-C ends")
    try:
        while server.proc.is_alive():
            time.sleep(1)
    except KeyboardInterrupt:
        console.print("ended")
    finally:
        server.terminate()


def summary(result: TuneResult) -> str:
    """Trials, cycles before and after, time."""
    before, after = result.default_cycles, result.best_cycles
    gain = f"{100 * (before - after) / before:.1f} % less" if before else "nothing measured"
    known = f" ({result.repeated} known from before)" if result.repeated else ""
    return (
        f"{result.trials} trials{known} in {_duration(result.seconds)}: "
        f"{before:,} cycles by the rules, {after:,} tuned, {gain}"
    )


def result_table(result: TuneResult) -> Table:
    """A row for every different row kernel."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("layer", "operator", "rule's cycles", "tuned", "%", "trials", "failed", "choice"):
        left = name in ("layer", "operator", "choice")
        table.add_column(name, justify="left" if left else "right", no_wrap=True)
    for kernel in result.kernels:
        default, best = kernel.default_cycles, kernel.best_cycles if kernel.best else None
        gain = f"{100 * (best - default) / default:+.1f}" if default and best else "-"
        numbers = (default, best)
        table.add_row(
            Text(kernel.task.name),
            kernel.task.node.op,
            *("-" if n is None else f"{n:,}" for n in numbers),
            gain,
            str(kernel.trials),
            str(kernel.failed),
            str(kernel.best or "-"),
        )
    return table


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return "?"
    minutes, rest = divmod(max(0, round(seconds)), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


class _Display:
    """Progress: one live line on a terminal, plain lines elsewhere."""

    def __init__(self, quiet: bool) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
        live = console.is_terminal and not quiet
        self._bar = Progress(*columns, console=console, transient=True, disable=not live)
        self._lines = not live and not quiet
        self._task = self._bar.add_task("starting", total=None)
        self._printed = float("-inf")

    def __enter__(self) -> _Display:
        """Begin to show."""
        self._bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        """Remove the live line."""
        self._bar.stop()

    def show(self, state: SessionState) -> None:
        """After every trial."""
        best = state.curve[-1] if state.curve else 0
        text = f"{state.layer}  best {best:,} cycles  {_duration(state.seconds_left)} left"
        self._bar.update(self._task, completed=state.trials, total=state.total, description=text)
        due = time.monotonic() - self._printed >= _LINE_S or state.trials == state.total
        if self._lines and due:
            self._printed = time.monotonic()
            console.print(f"trial {state.trials}/{state.total}  {text}", markup=False)

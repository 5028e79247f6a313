# SPDX-License-Identifier: Apache-2.0
"""Commands that tell about the tool: targets, ops, explain, doctor, schema."""

from __future__ import annotations

import difflib
import importlib.util
import json
import platform
import shutil
from dataclasses import dataclass
from typing import Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from tvm_tiny.cli.terminal import make_console
from tvm_tiny.errors import Problem, UsageError

console = make_console()


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    for function in (targets, ops, explain, doctor, schema):
        app.command()(function)


def targets() -> None:
    """List the cores that can be compiled for."""
    from tvm_tiny.targets import cores

    table = Table(box=box.SIMPLE_HEAD)
    for name in ("target", "architecture", "DSP", "FPU", "unaligned loads", "issues a cycle"):
        table.add_column(name)
    for core in cores():
        dsp, unaligned = ("yes" if x else "no" for x in (core.dsp, core.unaligned_access))
        table.add_row(core.name, core.architecture, dsp, core.fpu, unaligned, str(core.issue_width))
    console.print(table)


def ops(
    markdown: Annotated[bool, typer.Option(help="Print as Markdown.")] = False,
) -> None:
    """List the integer operators with their constraints, and what is taken of TFLM's registry."""
    from tvm_tiny import plugins
    from tvm_tiny.frontends.tflite.registry import page
    from tvm_tiny.operators.manual import manual

    plugins.installed("operators")  # theirs are listed, too
    text = f"{manual()}\n{page()}"
    if markdown:
        typer.echo(text, nl=False)
    else:
        from rich.markdown import Markdown

        console.print(Markdown(text))


def explain(code: Annotated[str, typer.Argument(help="An error code, e.g. TT1203.")]) -> None:
    """Explain an error code."""
    from tvm_tiny.error_codes import CODES

    entry = CODES.get(code.upper())
    if entry is None:
        close = difflib.get_close_matches(code.upper(), CODES, n=3)
        near = f"did you mean {' or '.join(close)}? " if close else ""
        problem = Problem(f"no error has the code {code}", do=f"{near}codes are TT and four digits")
        raise UsageError("unknown error code", (problem,), "TT6016")
    console.print(f"[bold]{code.upper()}[/bold]  {entry}")


def schema() -> None:
    """Print the JSON Schema of report.json."""
    from tvm_tiny.report.model import json_schema

    typer.echo(json.dumps(json_schema(), indent=2))


@dataclass(frozen=True)
class _Check:
    """Something that may be installed."""

    name: str
    found: str
    use: str
    install: str


def doctor() -> None:
    """What is installed, and how to install what is missing."""
    table = Table(box=box.SIMPLE_HEAD)
    for name in ("", "what", "found", "for"):
        table.add_column(name)
    for item in _checks():
        mark = "[green]ok[/green]" if item.found else "[yellow]--[/yellow]"
        table.add_row(mark, item.name, Text(item.found or item.install), item.use)
    console.print(table)


def _checks() -> list[_Check]:
    from importlib import metadata

    def package(name: str, module: str, use: str, extra: str) -> _Check:
        found = ""
        if importlib.util.find_spec(module) is not None:
            try:
                found = metadata.version(name)
            except metadata.PackageNotFoundError:
                found = "installed"
        return _Check(name, found, use, f"pip install 'tvm-tiny[{extra}]'")

    def program(name: str, use: str, install: str) -> _Check:
        return _Check(name, shutil.which(name) or "", use, install)

    return [
        _Check("python", platform.python_version(), "everything", ""),
        package("apache-tvm", "tvm", "the compiler", "all"),
        package("ziglang", "ziglang", "cross compiler (clang)", "toolchain"),
        program("arm-none-eabi-gcc", "second cross compiler", "install gcc-arm-none-eabi"),
        package("unicorn", "unicorn", "simulated Cortex-M", "simulator"),
        package("capstone", "capstone", "cycle model", "simulator"),
        program("qemu-system-arm", "run(on='qemu')", "install qemu-system-arm"),
        package("pyocd", "pyocd", "run --board: flash and run", "boards"),
        program("openocd", "run --board --runner openocd", "install openocd"),
        program("st-flash", "run --board --runner st-flash", "install stlink-tools"),
        program("JLinkExe", "run --board --runner jlink", "install SEGGER's J-Link software"),
        program("picotool", "run --board --runner picotool", "install picotool"),
        package("tflite-micro", "tflite_micro", "reference for TFLite", "reference"),
        package("onnxruntime", "onnxruntime", "reference for ONNX, quantize", "reference"),
        package("torch", "torch", "redistribute --finetune", "train"),
    ]

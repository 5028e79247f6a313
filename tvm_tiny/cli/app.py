# SPDX-License-Identifier: Apache-2.0
"""Entry point: turns errors into messages and exit codes, never into tracebacks."""

from __future__ import annotations

import logging
import os
import sys
from typing import Annotated

import typer
from rich.console import Console

from tvm_tiny.cli import (
    boards,
    commands,
    information,
    planning,
    quantise,
    receptive_field,
    redistribute,
    tuning,
)
from tvm_tiny.errors import ExitCode, TvmTinyError
from tvm_tiny.version import VERSION

app = typer.Typer(
    name="tvm-tiny",
    help="Compile quantised models to bit-exact C for Cortex-M microcontrollers.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
commands.add_to(app)
information.add_to(app)
planning.add_to(app)
tuning.add_to(app)
boards.add_to(app)
quantise.add_to(app)
redistribute.add_to(app)
receptive_field.add_to(app)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"tvm-tiny {VERSION}")
        raise typer.Exit


@app.callback()
def options(
    debug: Annotated[bool, typer.Option(help="Log what happens; show tracebacks.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Compile quantised models to bit-exact C for Cortex-M microcontrollers."""
    del version
    os.environ["TVM_TINY_DEBUG"] = "1" if debug else ""
    logging.basicConfig(level=logging.DEBUG if debug else logging.WARNING)


def main() -> None:
    """Run the command line and exit with the documented code."""
    errors = Console(stderr=True, soft_wrap=True, highlight=False)
    try:
        app(standalone_mode=True)
    except TvmTinyError as err:
        if os.environ.get("TVM_TINY_DEBUG"):
            raise
        errors.print(str(err), markup=False)
        sys.exit(int(err.exit_code))
    except KeyboardInterrupt:
        errors.print("interrupted")
        sys.exit(130)
    except Exception as err:
        if os.environ.get("TVM_TINY_DEBUG"):
            raise
        errors.print(
            f"error[TT9000]: internal error: {type(err).__name__}: {err}\n"
            "      do: run again with 'tvm-tiny --debug ...' and report what it prints",
            markup=False,
        )
        sys.exit(int(ExitCode.INTERNAL))

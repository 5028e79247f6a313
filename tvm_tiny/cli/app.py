# SPDX-License-Identifier: Apache-2.0
"""Entry point: turns errors into messages and exit codes, never into tracebacks."""

from __future__ import annotations

import contextlib
import importlib
import inspect
import logging
import os
import sys
from collections.abc import Iterable
from typing import Annotated, Final, NoReturn

import typer
from rich.console import Console

from tvm_tiny.cli.quick import QuickCommand, QuickGroup
from tvm_tiny.cli.stages import stages_shown
from tvm_tiny.errors import ExitCode, Problem, TvmTinyError, UsageError
from tvm_tiny.version import VERSION

_SIGPIPE = 13
_NO_THREAD: Final = "can't start new thread"
"""What Python's ``RuntimeError`` says where the system lets a user start no more of them."""
_COMPLETION: Final = "_TVM_TINY_COMPLETE"
"""What typer calls its variable; shells set it where they complete a line."""
_MODULES: Final = {
    "commands": ("check", "build", "run", "validate", "profile", "report", "demo"),
    "information": ("targets", "ops", "explain", "doctor", "schema"),
    "planning": ("plan",),
    "tuning": ("tune", "tune-server"),
    "boards": ("boards", "new-board"),
    "new": ("new",),
    "measured": ("calibrate",),
    "quantise": ("quantize",),
    "redistribute": ("redistribute",),
    "training": ("train-build", "train-plan"),
    "receptive_field": ("receptive-field",),
}
"""Modules of this package and their verbs, in the order of ``--help``."""


def _version(value: bool) -> None:
    if value:
        typer.echo(f"tvm-tiny {VERSION}")
        raise typer.Exit


def _options(
    debug: Annotated[bool, typer.Option(help="Log what happens; show tracebacks.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Compile quantised models to bit-exact C for Cortex-M microcontrollers."""
    del version
    if debug:
        os.environ["TVM_TINY_DEBUG"] = "1"
    level = logging.DEBUG if os.environ.get("TVM_TINY_DEBUG") else logging.WARNING
    logging.basicConfig(level=level)


def make_app(modules: Iterable[str] = tuple(_MODULES), *, names_only: bool = False) -> typer.Typer:
    """The command line with the verbs of some modules of this package, or of all.

    A fifth of what ``boards`` or ``doctor`` costs would go into the options of other verbs, and as
    much of ``--help``, which shows none: ``names_only`` leaves them out.
    """
    made = typer.Typer(
        name="tvm-tiny",
        cls=QuickGroup,
        help="Compile quantised models to bit-exact C for Cortex-M microcontrollers.",
        no_args_is_help=True,
        add_completion=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    made.callback()(_options)
    for name in modules:
        importlib.import_module(f"tvm_tiny.cli.{name}").add_to(made)
    for command in made.registered_commands:
        command.cls = QuickCommand
        if names_only and command.callback is not None:
            command.name = command.name or command.callback.__name__.replace("_", "-")
            command.help = command.help or inspect.getdoc(command.callback)
            command.callback = _nothing
    return made


def _nothing() -> None:
    """Stands for a command where only its name and help are shown."""


def __getattr__(name: str) -> typer.Typer:
    """``app``, with all verbs, is made when somebody asks for it."""
    if name != "app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()["app"] = made = make_app()
    return made


def _asked(arguments: list[str]) -> tuple[str, ...]:
    """The module of the verb that the line begins with; all for a wrong verb."""
    verb = arguments[0] if arguments else ""
    found = tuple(name for name, verbs in _MODULES.items() if verb in verbs)
    return found or tuple(_MODULES)


def _app_for(arguments: list[str]) -> typer.Typer:
    """No more of the command line than these arguments, or a shell that completes them, need."""
    if _COMPLETION not in os.environ:
        return make_app(_asked(arguments), names_only=arguments in ([], ["--help"], ["-h"]))
    line = os.environ.get("COMP_WORDS") or os.environ.get("_TYPER_COMPLETE_ARGS", "")
    words = line.split()
    behind = len(words) > 2 or (len(words) == 2 and line[-1].isspace())
    if os.environ.get("COMP_CWORD", "").isdecimal():
        behind = int(os.environ["COMP_CWORD"]) > 1
    return make_app(_asked(words[1:])) if behind else make_app(names_only=True)


def _run() -> None:
    try:
        with stages_shown():
            _app_for(sys.argv[1:])(standalone_mode=True)
    except SystemExit as end:
        # rich and typer make it exit code 1, which is an internal error's.
        if isinstance(end.__context__, BrokenPipeError):
            raise end.__context__ from None
        raise
    finally:
        sys.stdout.flush()  # what fails here would fail unheard at the very end


def _drop_output() -> None:
    """What is still to be written to standard output goes nowhere."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _refused(what: str, problem: Problem, errors: Console) -> NoReturn:
    """The system's limits are no fault of the program's: TT6010."""
    wrong = UsageError(f"the system refuses {what}", (problem,), "TT6010")
    errors.print(str(wrong), markup=False)
    sys.exit(int(wrong.exit_code))


def main() -> None:
    """Run the command line and exit with the documented code."""
    errors = Console(stderr=True, soft_wrap=True, highlight=False)
    try:
        _run()
    except BrokenPipeError:  # who read the output has seen enough
        _drop_output()
        sys.exit(128 + _SIGPIPE)
    except OSError as err:
        _drop_output()
        # What no writer or reader has reported: a full disk in the temporary folder, say.
        if os.environ.get("TVM_TINY_DEBUG"):
            raise
        problem = Problem(err.strerror or str(err), where=str(err.filename or ""))
        _refused("a file or folder", problem, errors)
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
        if str(err) == _NO_THREAD:
            _refused("a thread", Problem(_NO_THREAD, do="see 'ulimit -u'"), errors)
        errors.print(
            f"error[TT9000]: internal error: {type(err).__name__}: {err}\n"
            "      do: run again with 'tvm-tiny --debug ...' and report what it prints",
            markup=False,
        )
        sys.exit(int(ExitCode.INTERNAL))

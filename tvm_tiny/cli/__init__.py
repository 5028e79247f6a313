# SPDX-License-Identifier: Apache-2.0
"""The command line: ``tvm-tiny``."""

from __future__ import annotations

import gc
import os
import sys

from tvm_tiny.version import VERSION

_OBJECTS_BETWEEN_COLLECTIONS = 50_000


def _open_standard_streams() -> None:
    """Streams that whoever started us has closed (``>&-``) lead to nothing.

    Left closed, the next file opened would get their number, and compilers' output with it.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDONLY if number == 0 else os.O_WRONLY)
        if getattr(sys, name) is None:
            mode = "r" if number == 0 else "w"
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))


def _version_written() -> bool:
    """Whether the version was all that was asked for, and is written: a line needs no typer."""
    if sys.argv[1:] != ["--version"]:
        return False
    try:
        os.write(1, f"tvm-tiny {VERSION}\n".encode())
    except OSError:  # the long way says what is wrong
        return False
    return True


def main() -> None:
    """Run the command line and exit with the documented code."""
    _open_standard_streams()
    if _version_written():
        return
    # Imports make many objects and no garbage: looking for it is a tenth of a short command's work.
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    from tvm_tiny.cli.app import main as run
    from tvm_tiny.process.imports import process_is_ours

    process_is_ours()
    run()


__all__ = ["main"]

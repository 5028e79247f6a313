# SPDX-License-Identifier: Apache-2.0
"""Running compilers and programs that flash: bounded in time, their output kept."""

from __future__ import annotations

import os
import re
import subprocess
import typing
from pathlib import Path

from .rpc import ServerError

_SHOWN_CHARACTERS = 4000
_TELLING = re.compile("error|undefined|overflowed|fail", re.IGNORECASE)


def run_tool(
    command: typing.Sequence[str],
    folder: Path,
    limit_s: int,
    what: str,
    no_board: typing.Pattern[str] | None = None,
) -> None:
    """Run a program to its end.

    Args:
        command: program and arguments.
        folder: where it runs.
        limit_s: it is stopped then.
        what: the program, in words, and what it works on; messages begin with it.
        no_board: what its output has in it if the board is missing.

    Raises:
        ServerError: it failed: its first telling line; all of its output is in the data.
    """
    try:
        done = subprocess.run(
            list(command),
            cwd=str(folder),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=limit_s,
            check=False,
            env=dict(os.environ, LC_ALL="C"),
        )
    except subprocess.TimeoutExpired as err:
        raise ServerError(f"{what} took more than {limit_s} s") from err
    except OSError as err:
        raise ServerError(f"cannot start {command[0]}: {err}") from err
    if not done.returncode:
        return
    text = done.stdout.decode("utf-8", "replace")
    missing = no_board.search(text) if no_board else None
    lines = text.splitlines() or ["no output"]
    telling = (line for line in lines if _TELLING.search(line))
    first = next(telling, lines[0]).strip()
    reason = "found no board" if missing else f"failed: {first:.500}"
    raise ServerError(f"{what} {reason}", {"output": text[:_SHOWN_CHARACTERS]})

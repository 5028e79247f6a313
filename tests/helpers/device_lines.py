# SPDX-License-Identifier: Apache-2.0
"""For tests of the device firmware: the dialogue of the benchmark's runner, a sanitised build."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

from tvm_tiny.device.transports import Transport

READY = "m-ready"
MAX_BYTES = 31
"""Bytes that the runner puts into one ``db`` command."""


class Runner:
    """Plays the MLPerf Tiny runner: a command, then lines up to ``m-ready``."""

    def __init__(self, line: Transport, patience_s: float = 30.0) -> None:
        self._line = line
        self._patience_s = patience_s
        self._text = ""

    def greeting(self) -> list[str]:
        return self._lines("the greeting")

    def command(self, text: str) -> list[str]:
        self._line.write(text.encode() + b"%")
        return self._lines(text)

    def load(self, data: bytes) -> list[str]:
        assert self.command(f"db load {len(data)}")[0] == f"m-[Expecting {len(data)} bytes]"
        lines: list[str] = []
        for at in range(0, len(data), MAX_BYTES):
            lines = self.command(f"db {data[at : at + MAX_BYTES].hex()}")
        return lines

    def results(self, lines: list[str]) -> list[float]:
        (line,) = [t for t in lines if t.startswith("m-results-[")]
        return [float(v) for v in line.removeprefix("m-results-[").removesuffix("]").split(",")]

    def _lines(self, what: str) -> list[str]:
        end = time.monotonic() + self._patience_s
        while f"{READY}\r\n" not in self._text:
            assert time.monotonic() < end, f"no answer to {what}: {self._text!r}"
            self._text += self._line.read(0.1).decode("ascii")
        answer, _, self._text = self._text.partition(f"{READY}\r\n")
        return answer.splitlines()


FUZZ_MAIN = """\
/* Bytes of standard input through the firmware, some at a time; answers to standard output. */
#include <stdio.h>

#include "loopback.h"

int main(void)
{
    size_t count = 0;
    do {
        uint32_t out = tvm_tiny_loopback_pump((uint32_t)count);
        (void)fwrite(tvm_tiny_loopback_out, 1, out, stdout);
        count = fread(tvm_tiny_loopback_in, 1, 61, stdin);
    } while (count != 0);
    return 0;
}
"""


def sanitised(project: Path, compiler: str, warnings: tuple[str, ...] = ()) -> Path | None:
    """The firmware as a filter with address and overflow checks; None: no such library."""
    main = project / "fuzz.c"
    main.write_text(FUZZ_MAIN)
    program = project / "fuzz"
    sources = [*sorted((project / "src").glob("*.c")), *sorted((project / "device").glob("*.c"))]
    folders = [f"-I{project / name}" for name in ("include", "src", "bench", "device")]
    folders.append(f"-I{project / 'ports/loopback'}")
    checks = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-g", "-O1"]
    flags = ["-std=c99", "-DTVM_TINY_DEVICE_LOOPBACK=1", *checks, *warnings, *folders]
    files = [str(f) for f in (*sources, project / "ports/loopback/device.c", main)]
    done = subprocess.run(
        [compiler, *flags, *files, "-o", str(program)], capture_output=True, text=True, check=False
    )
    missing = "cannot find" in done.stderr and "san" in done.stderr
    assert done.returncode == 0 or missing, done.stderr
    return None if missing else program

# SPDX-License-Identifier: Apache-2.0
"""Compiling a generated project: the model, the firmware that serves it, a board's port.

The compiler is called file by file; nothing that came in the archive (its Makefile, say) is run.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import typing
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .rpc import LOG, ServerError

_WARNINGS = ("-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wmissing-prototypes")
_COMMON = ("-std=c99", "-ffunction-sections", "-fdata-sections")
_INCLUDES = ("include", "src", "device", "bench")
_ZIG = (
    "-fomit-frame-pointer",
    "-fno-stack-protector",
    "-fno-sanitize=undefined",
    "-fno-unwind-tables",
    "-fno-asynchronous-unwind-tables",
    "-g0",
)
_MEMORY = "ports/cortex-m/memory.c"
_MPS2 = ("ports/mps2-an500/start.c", "ports/mps2-an500/uart.c", _MEMORY)
_PORTS: typing.Mapping[str, tuple[str, ...]] = {
    "mps2-an500": _MPS2,
    "host": ("ports/host/serial.c",),
}
_SCRIPT = "ports/mps2-an500/link.ld"
_ENTRY = "tvm_tiny_port_reset"
_SHOWN_CHARACTERS = 4000

Options = typing.Mapping[str, typing.Any]


class Tool(typing.NamedTuple):
    """A C compiler: its kind (``gcc`` or ``zig``) and how to call it."""

    kind: str
    command: tuple[str, ...]


class Core(typing.NamedTuple):
    """Flags that choose the core the model was compiled for."""

    gcc_flags: tuple[str, ...]
    zig_flags: tuple[str, ...]


def find_tool(kind: str, board: str) -> Tool:
    """The compiler for a board.

    Raises:
        ServerError: none is installed.
    """
    names = ("cc", "gcc", "clang") if board == "host" else ("arm-none-eabi-gcc",)
    if kind in ("auto", "gcc"):
        for name in names:
            path = shutil.which(name)
            if path:
                return Tool("gcc", (path,))
    if kind in ("auto", "zig"):
        if importlib.util.find_spec("ziglang") is not None:
            return Tool("zig", (sys.executable, "-m", "ziglang", "cc"))
        path = shutil.which("zig")
        if path:
            return Tool("zig", (path, "cc"))
    wanted = {"gcc": names[0], "zig": "zig"}.get(kind, names[0] + " or zig")
    raise ServerError(
        f"no C compiler for {board}: {wanted} is not installed (zig: pip install ziglang)"
    )


def program_path(root: Path, board: str) -> Path:
    """Where ``build`` puts the program."""
    return root / "build" / board / ("firmware" if board == "host" else "firmware.elf")


def build(root: Path, core: Core, options: Options) -> Path:
    """Compile and link the firmware.

    Raises:
        ServerError: a file is missing, no compiler, or it failed; its output is in the data.
    """
    board = str(options["board"])
    tool = find_tool(str(options["compiler"]), board)
    sources = [p.relative_to(root).as_posix() for p in sorted((root / "src").glob("*.c"))]
    sources += [p.relative_to(root).as_posix() for p in sorted((root / "device").glob("*.c"))]
    sources += _PORTS[board]
    for needed in ("device/main.c", *_PORTS[board]):
        if not (root / needed).is_file():
            raise ServerError(f"the project lacks {needed}: export the model anew")
    compiler = _Compiler(root, tool, _machine(tool, core, board), options)
    program = program_path(root, board)
    program.parent.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(max_workers=2) as pool:
        objects = list(pool.map(compiler.compile, sources))
    compiler.link(objects, program)
    return program


def _machine(tool: Tool, core: Core, board: str) -> tuple[str, ...]:
    style = _ZIG if tool.kind == "zig" else ()
    if board == "host":
        return style
    flags = core.zig_flags if tool.kind == "zig" else core.gcc_flags
    return (*flags, *style, "-ffreestanding")


class _Compiler:
    def __init__(
        self, root: Path, tool: Tool, machine: typing.Sequence[str], options: Options
    ) -> None:
        self._root, self._tool, self._machine = root, tool, machine
        self._options = options
        self._work = program_path(root, str(options["board"])).parent

    def compile(self, source: str) -> str:
        """Compile one file; returns the object's path."""
        target = self._work / (source.replace("/", "_")[:-2] + ".o")
        definitions = str(self._options["compile_definitions"]).split()
        self._run(
            [
                *self._machine,
                str(self._options["optimisation"]),
                *_COMMON,
                *_WARNINGS,
                *(["-Werror"] if self._options["warning_as_error"] else []),
                *(d if d.startswith("-D") else "-D" + d for d in definitions),
                *("-I" + name for name in _INCLUDES),
                *self._apart(source),
                "-c",
                source,
                "-o",
                str(target),
            ],
            source,
        )
        return str(target)

    def _apart(self, source: str) -> list[str]:
        """Flags of the C library's stand-in, which must not be compiled to calls of itself."""
        if source != _MEMORY:
            return []
        extra = ["-fno-tree-loop-distribute-patterns"] if self._tool.kind == "gcc" else []
        return ["-fno-builtin", *extra]

    def link(self, objects: typing.Sequence[str], program: Path) -> None:
        """Link the objects to the program."""
        flags = [*self._machine, str(self._options["optimisation"])]
        libraries: list[str] = []
        if program.suffix == ".elf":
            flags += ["-nostdlib", "-Wl,--gc-sections", "-Wl,-T," + _SCRIPT, "-Wl,-e," + _ENTRY]
            libraries = ["-lcompiler_rt" if self._tool.kind == "zig" else "-lgcc"]
        self._run([*flags, *objects, *libraries, "-o", str(program)], "link")

    def _run(self, arguments: typing.Sequence[str], what: str) -> None:
        command = [*self._tool.command, *arguments]
        LOG.log(20 if self._options["verbose"] else 10, "%s", " ".join(command))
        limit = int(self._options["timeout_sec"])
        try:
            done = subprocess.run(
                command,
                cwd=str(self._root),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=limit,
                check=False,
                env=dict(os.environ, LC_ALL="C"),
            )
        except subprocess.TimeoutExpired as err:
            raise ServerError(f"{what}: the compiler took more than {limit} s") from err
        except OSError as err:
            raise ServerError(f"cannot start the compiler: {err}") from err
        if done.returncode:
            text = done.stdout.decode("utf-8", "replace")
            telling = [line for line in text.splitlines() if "error" in line or "undefined" in line]
            first = (telling or text.splitlines() or ["no output"])[0].strip()
            raise ServerError(
                f"{what}: the compiler failed: {first:.500}",
                {"output": text[:_SHOWN_CHARACTERS]},
            )

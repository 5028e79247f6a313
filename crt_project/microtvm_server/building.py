# SPDX-License-Identifier: Apache-2.0
"""Compiling a generated project: the model, the firmware that serves it, a board's port.

The compiler is called file by file; nothing that came in the archive (its Makefile, say) is run.
"""

from __future__ import annotations

import importlib.util
import shutil
import sys
import typing
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .rpc import LOG, ServerError
from .tools import run_tool

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
_SCRIPT = "ports/mps2-an500/link.ld"
_ENTRY = "tvm_tiny_port_reset"

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


def board_sources(board: str) -> tuple[str, ...]:
    """Sources of a project that are for one board only."""
    if board == "host":
        return ("ports/host/serial.c",)
    if board == "mps2-an500":
        return _MPS2
    return (f"boards/{board}/start.c", f"boards/{board}/uart.c", _MEMORY)


def link_script(board: str) -> str:
    """The linker script of a board; "" for this computer."""
    if board == "host":
        return ""
    return _SCRIPT if board == "mps2-an500" else f"boards/{board}/link.ld"


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
    sources += board_sources(board)
    for needed in filter(None, ("device/main.c", *board_sources(board), link_script(board))):
        if not (root / needed).is_file():
            raise ServerError(f"the project lacks {needed}: export the model anew for {board}")
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
        self._script = link_script(str(options["board"]))
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
        if self._script:
            script = "-Wl,-T," + self._script
            flags += ["-nostdlib", "-Wl,--gc-sections", script, "-Wl,-e," + _ENTRY]
            libraries = ["-lcompiler_rt" if self._tool.kind == "zig" else "-lgcc"]
        self._run([*flags, *objects, *libraries, "-o", str(program)], "link")

    def _run(self, arguments: typing.Sequence[str], what: str) -> None:
        command = [*self._tool.command, *arguments]
        LOG.log(20 if self._options["verbose"] else 10, "%s", " ".join(command))
        limit_s = int(self._options["timeout_sec"])
        run_tool(command, self._root, limit_s, f"{what}: the compiler")

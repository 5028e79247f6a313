# SPDX-License-Identifier: Apache-2.0
"""The C compilers of this computer."""

from __future__ import annotations

import atexit
import functools
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tvm_tiny.errors import Problem, ToolchainError, UsageError
from tvm_tiny.process.imports import homeless
from tvm_tiny.targets import Core

Purpose = Literal["cortex-m", "host"]
CompilerKind = Literal["auto", "zig", "gcc"]


@dataclass(frozen=True)
class Compiler:
    """A C compiler that works.

    Attributes:
        name: ``zig`` (clang), ``gcc`` (arm-none-eabi-gcc) or ``host`` (the computer's own).
        version: what it says about itself, one line.
        command: how to call it, before any flag.
        purpose: what it makes code for.
    """

    name: Literal["zig", "gcc", "host"]
    version: str
    command: tuple[str, ...]
    purpose: Purpose = "cortex-m"

    def core_flags(self, core: Core) -> tuple[str, ...]:
        """Flags that choose the core."""
        return core.zig_flags if self.name == "zig" else core.gcc_flags


def environment() -> dict[str, str]:
    """What a compiler is started with: this process's environment, and messages in English.

    Zig ends without a folder for its cache: where this user has no home, or one that nothing can be
    written to (a read-only disk, ``HOME=/dev/null``), it gets one that is removed when this process
    ends.
    """
    around = {**os.environ, "LC_ALL": "C"}
    if around.get("ZIG_GLOBAL_CACHE_DIR"):
        return around
    bases = (around.get("XDG_CACHE_HOME", ""), around.get("HOME", ""))
    if homeless() or not (sys.platform == "win32" or _takes_zigs_cache(*bases)):
        around["ZIG_GLOBAL_CACHE_DIR"] = _temporary_folder()
    return around


@functools.cache
def _takes_zigs_cache(cache: str, home: str) -> bool:
    """Whether Zig can make its cache where it would."""
    if not cache and not home:
        return False
    folder = (Path(cache) if cache else Path(home) / ".cache") / "zig"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK | os.X_OK)


@functools.cache
def _temporary_folder() -> str:
    folder = tempfile.mkdtemp(prefix="tvm_tiny-zig-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _zig_command() -> tuple[str, ...] | None:
    found = importlib.util.find_spec("ziglang")
    if found is None:
        return None
    for folder in found.submodule_search_locations or ():
        binary = Path(folder) / ("zig.exe" if sys.platform == "win32" else "zig")
        if binary.exists():
            return (str(binary),)
    return (sys.executable, "-m", "ziglang")


@functools.cache
def _version(command: tuple[str, ...]) -> str | None:
    """First line of the compiler's own version text; None if it does not run."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    lines = done.stdout.strip().splitlines()
    return lines[0] if done.returncode == 0 and lines else None


def _zig(purpose: Purpose) -> Compiler | None:
    command = _zig_command()
    version = _version((*command, "version")) if command else None
    if command is None or version is None:
        return None
    return Compiler("zig", f"zig {version}", (*command, "cc"), purpose)


def _program(name: Literal["gcc", "host"], program: str, purpose: Purpose) -> Compiler | None:
    path = shutil.which(program)
    version = _version((path, "--version")) if path else None
    return Compiler(name, version, (path,), purpose) if path and version else None


def _candidates(kind: CompilerKind, purpose: Purpose) -> list[Compiler | None]:
    if purpose == "cortex-m":
        zig = [_zig(purpose)] if kind in ("auto", "zig") else []
        need_gcc = kind == "gcc" or (kind == "auto" and not any(zig))
        return [*zig, *([_program("gcc", "arm-none-eabi-gcc", purpose)] if need_gcc else [])]
    if kind == "zig":
        return [_zig(purpose)]
    names = ("gcc",) if kind == "gcc" else ("cc", "gcc", "clang")
    for name in names:
        found = _program("host", name, purpose)
        if found is not None:
            return [found]
    return [_zig(purpose)] if kind == "auto" else []


def find_compiler(kind: CompilerKind = "auto", purpose: Purpose = "cortex-m") -> Compiler:
    """The compiler to use.

    ``auto`` prefers zig for cortex-m (the same everywhere) and the computer's own for the host.

    Raises:
        ToolchainError: TT4001, none is installed; says what to install.
        UsageError: TT6001, unknown kind or purpose.
    """
    if kind not in ("auto", "zig", "gcc") or purpose not in ("cortex-m", "host"):
        problem = Problem(what="unknown compiler", where=f"{kind}/{purpose}", do="auto, zig or gcc")
        raise UsageError(f"unknown compiler '{kind}' for '{purpose}'", (problem,))
    for compiler in _candidates(kind, purpose):
        if compiler is not None:
            return compiler
    install = "pip install 'tvm-tiny[toolchain]'"
    if purpose == "cortex-m" and kind != "zig":
        install += ", or arm-none-eabi-gcc (Debian: apt install gcc-arm-none-eabi)"
    elif kind == "gcc":
        install = "install gcc"
    problem = Problem(what=f"no compiler for {purpose} (asked for: {kind})", do=install)
    raise ToolchainError(f"no C compiler for {purpose} found", (problem,))

# SPDX-License-Identifier: Apache-2.0
"""Building a project for the simulator, the bench or the host."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tvm_tiny.errors import Problem, ToolchainError, UsageError
from tvm_tiny.project_spec import ProjectSpec
from tvm_tiny.targets import Core, load_core
from tvm_tiny.toolchain.cache import digest, get_or_make, prune
from tvm_tiny.toolchain.compilers import Compiler, CompilerKind, environment, find_compiler
from tvm_tiny.toolchain.elf import FlashSizes, elf_sizes
from tvm_tiny.toolchain.programs import ElfKind, ElfParts, elf_parts

__all__ = [
    "Compiler",
    "CompilerKind",
    "ElfKind",
    "FlashSizes",
    "build_elf",
    "build_host_library",
    "build_program",
    "elf_sizes",
    "find_compiler",
]

_log = logging.getLogger(__name__)

TIMEOUT_S = 6000
"""Of a compiler: guards against one that hangs, by a factor of a hundred or more."""
"""A compiler that takes longer than this is taken to hang."""

_ERROR_LINES = 5
_TELLING = ("error", "undefined", "will not fit", "overflowed")

WARNING_FLAGS = (
    "-Wall",
    "-Wextra",
    "-Wpedantic",
    "-Wconversion",
    "-Wmissing-prototypes",
    "-Werror",
)
_COMMON_FLAGS = ("-std=c99", *WARNING_FLAGS, "-ffunction-sections", "-fdata-sections")
# zig's own defaults keep a frame pointer and debug information.
_ZIG_FLAGS = (
    "-fomit-frame-pointer",
    "-fno-stack-protector",
    "-fno-sanitize=undefined",
    "-fno-unwind-tables",
    "-fno-asynchronous-unwind-tables",
    "-g0",
)
RESET = "tvm_tiny_port_reset"
"""Where programs with start-up code begin."""


def _run(command: Sequence[str], where: str) -> None:
    """Run a compiler.

    Raises:
        ToolchainError: TT4002 with its first error lines.
    """
    _log.debug("%s", " ".join(command))
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=TIMEOUT_S,
            check=False,
            env=environment(),
        )
    except subprocess.TimeoutExpired:
        text, status = f"no end after {TIMEOUT_S} s", "time-out"
    except OSError as error:
        text, status = str(error), "not started"
    else:
        if done.returncode == 0:
            return
        text, status = done.stderr + done.stdout, f"exit code {done.returncode}"
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if any(word in line for word in _TELLING)] or lines
    problems = tuple(Problem(what=line, where=where) for line in telling[:_ERROR_LINES])
    raise ToolchainError(
        f"{Path(command[0]).name} failed on {where} ({status})", problems, code="TT4002"
    )


@dataclass(frozen=True)
class _Job:
    """What to compile and link: sources and flags relative to the project folder."""

    project_dir: Path
    compiler: Compiler
    sources: tuple[str, ...]
    flags: tuple[str, ...]
    link_flags: tuple[str, ...]
    link_inputs: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()

    def source_flags(self, source: str) -> tuple[str, ...]:
        """Flags of one source, include folders apart."""
        extra: tuple[str, ...] = ()
        if source.endswith("/memory.c"):
            extra = ("-fno-builtin",)
            if self.compiler.name == "gcc":
                extra += ("-fno-tree-loop-distribute-patterns",)
        return (*self.flags, *extra)

    def include_flags(self) -> tuple[str, ...]:
        """Include folders; not part of the hash, as the headers' text is."""
        names = ("include", "src", "bench", "device", "ports/host", "ports/loopback")
        return tuple(f"-I{self.project_dir / name}" for name in names)


def _model_sources(project_dir: Path) -> tuple[str, ...]:
    names = tuple(sorted(f"src/{path.name}" for path in (project_dir / "src").glob("*.c")))
    if not names:
        problem = Problem(what="no C sources", where=str(project_dir / "src"))
        raise UsageError(f"not a project of tvm_tiny: {project_dir}", (problem,))
    return names


def _compile(job: _Job, headers: str, source: str, target: Path) -> str:
    """Compile one source; returns the hash of all that went into it."""
    path = job.project_dir / source
    flags = job.source_flags(source)
    identity = (job.compiler.name, job.compiler.version, *job.compiler.command, *flags)
    key = digest([*identity, headers, path.read_bytes()])

    def make(output: Path) -> None:
        command = [*job.compiler.command, *flags, *job.include_flags()]
        _run([*command, "-c", str(path), "-o", str(output)], source)

    get_or_make(key, ".o", target, make)
    return key


def _build(job: _Job, name: str, target_name: str) -> Path:
    """Compile all sources, two at a time, and link to ``build/<target_name>``.

    ``{key}`` in the target's name is replaced by the hash of all that went into it.
    """
    root = job.project_dir
    found = sorted(
        path for path in root.rglob("*.h") if "build" not in path.parts[len(root.parts) :]
    )
    headers = digest(
        part for path in found for part in (path.relative_to(root).as_posix(), path.read_bytes())
    )
    work = root / "build" / name
    objects = [work / f"{source.replace('/', '_')}.o" for source in job.sources]
    with ThreadPoolExecutor(max_workers=2) as pool:
        keys = list(pool.map(partial(_compile, job, headers), job.sources, objects))
    scripts = [(root / name).read_bytes() for name in job.link_inputs]
    flags = (*job.link_flags, *job.libraries)
    key = digest([*keys, *scripts, *flags, *job.compiler.command, job.compiler.version])

    def make(output: Path) -> None:
        inputs = [flag for name in job.link_inputs for flag in ("-T", str(root / name))]
        command = [*job.compiler.command, *job.link_flags, *inputs, *map(str, objects)]
        _run([*command, *job.libraries, "-o", str(output)], "link")

    target = root / "build" / target_name.format(key=key[:16])
    get_or_make(key, target.suffix, target, make)
    prune()
    return target


def build_elf(
    project_dir: Path,
    spec: ProjectSpec,
    kind: ElfKind,
    core: str = "",
    compiler: Compiler | None = None,
    opt: str = "-O2",
    trace: bool = False,
) -> Path:
    """Build an ELF file for a Cortex-M from a written project.

    ``simulator``: the model's sources with the layer trace, no start-up, entry ``<model>_run``.
    ``bench``: with start-up and semihosting main, for QEMU's machine of the core.
    ``device``: the firmware that serves the model over UART0 of the same.
    ``loopback``: the same served from memory, entry ``tvm_tiny_loopback_pump``.

    Args:
        project_dir: folder of the project, see ``crt_project.write_project``.
        spec: what the project is about.
        kind: what to build.
        core: name of the core; the project's own if empty.
        compiler: None: ``find_compiler()``.
        opt: optimisation flag.
        trace: ``device`` and ``loopback`` count ticks per layer.

    Returns:
        ``<project_dir>/build/<kind>-<core>-<compiler><opt>.elf``.

    Raises:
        ToolchainError: TT4001 no compiler, TT4002 it failed.
        UsageError: TT6002 unknown core, TT6001 not a project.
    """
    target = load_core(core or spec.core)
    tool = compiler or find_compiler()
    parts = elf_parts(kind, spec, trace, target)
    more = (f"{spec.model}_push_start", f"{spec.model}_push_rows")
    more = (*(more if spec.row_fed else ()), *([f"{spec.model}_reset"] if spec.state_bytes else ()))
    if spec.training:
        functions = ("train_step", "set_rate", "export", "import", "import_newer")
        more = (*more, *(f"{spec.model}_{f}" for f in functions))
    wanted = (parts.entry, *(more if kind == "simulator" else ()))
    how = (target, tool, opt)
    job = _program_job(project_dir, how, parts.sources, parts.link_script, wanted, parts.flags)
    name = f"{kind}{'-trace' if trace else ''}-{target.name}-{tool.name}{opt}"
    return _build(job, name, f"{name}.elf")


def build_program(
    project_dir: Path,
    name: str,
    core: Core,
    compiler: Compiler,
    opt: str,
    sources: tuple[str, ...],
    link_script: str,
    defines: tuple[str, ...] = (),
) -> Path:
    """Link the model with other sources to ``<project_dir>/build/<name>.elf``.

    Args:
        project_dir: folder of the project.
        name: of the file, and of the folder of its objects.
        core: what to compile for.
        compiler: for Cortex-M.
        opt: optimisation flag.
        sources: start-up code and main, relative to the project.
        link_script: relative to the project; the entry is ``tvm_tiny_port_reset``.
        defines: more flags for the compiler.

    Raises:
        ToolchainError: TT4002, compiler or linker failed.
        UsageError: TT6001, not a project.
    """
    how = (core, compiler, opt)
    job = _program_job(project_dir, how, sources, link_script, (RESET,), defines)
    kind = "traced" if defines else "firmware"
    return _build(job, f"{kind}-{core.name}-{compiler.name}{opt}", f"{name}.elf")


def _program_job(
    project_dir: Path,
    how: tuple[Core, Compiler, str],
    sources: tuple[str, ...],
    link_script: str,
    wanted: tuple[str, ...],
    defines: tuple[str, ...] = (),
) -> _Job:
    """A program for a Cortex-M: the model and ``sources``; the first wanted symbol is its entry."""
    core, tool, opt = how
    machine = tool.core_flags(core)
    style = _ZIG_FLAGS if tool.name == "zig" else ()
    return _Job(
        project_dir=project_dir,
        compiler=tool,
        sources=(*_model_sources(project_dir), *sources),
        flags=(*machine, opt, *_COMMON_FLAGS, "-ffreestanding", *style, *defines),
        link_flags=(
            *machine,
            opt,
            "-nostdlib",
            "-Wl,--gc-sections",
            f"-Wl,-e,{wanted[0]}",
            *(f"-Wl,-u,{symbol}" for symbol in wanted),
        ),
        link_inputs=(link_script,),
        libraries=("-lcompiler_rt",) if tool.name == "zig" else ("-lgcc",),
    )


def _library_suffix() -> str:
    return {"win32": ".dll", "darwin": ".dylib"}.get(sys.platform, ".so")


def build_host_library(
    project_dir: Path,
    spec: ProjectSpec,
    trace: bool = False,
    compiler: Compiler | None = None,
    opt: str = "-O2",
    device: bool = False,
) -> Path:
    """Build a shared library for this computer.

    The file's name has the hash of its contents: loading the same path twice gives the same code.

    Args:
        project_dir: folder of the project.
        spec: what the project is about.
        trace: with ``tvm_tiny_host_on_layer``, see ``ports/host/trace.h``; not with ``device``.
        compiler: None: ``find_compiler(purpose="host")``.
        opt: optimisation flag.
        device: the device firmware, served from memory (``ports/loopback/loopback.h``).

    Raises:
        ToolchainError: TT4001 no compiler, TT4002 it failed.
        UsageError: TT6001, not a project.
    """
    tool = compiler or find_compiler(purpose="host")
    extra = ElfParts(("ports/host/trace.c",), "", ("-DTVM_TINY_TRACE=1",)) if trace else None
    extra = elf_parts("loopback", spec, trace=False, core=load_core(spec.core)) if device else extra
    parts = extra or ElfParts((), "")
    sources = tuple(name for name in parts.sources if not name.endswith("/memory.c"))
    style = _ZIG_FLAGS if tool.name == "zig" else ()
    position = () if sys.platform == "win32" else ("-fPIC",)
    job = _Job(
        project_dir=project_dir,
        compiler=tool,
        sources=(*_model_sources(project_dir), *sources),
        flags=(opt, *_COMMON_FLAGS, *position, *style, *parts.flags),
        link_flags=(opt, "-shared"),
    )
    what = "-device" if device else "-trace" if trace else ""
    name = f"host{what}-{tool.name}{opt}"
    return _build(job, name, f"lib{spec.model}-{name}-{{key}}{_library_suffix()}")

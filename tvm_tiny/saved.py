# SPDX-License-Identifier: Apache-2.0
"""A project folder that an earlier build wrote: its report, and its C, run again."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np

from tvm_tiny.boards.open_project import open_project
from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.formats.saving import is_as_written, written_files
from tvm_tiny.project_spec import ProjectSpec
from tvm_tiny.report.model import Report
from tvm_tiny.result import RunResult
from tvm_tiny.run.samples import Inputs, check_inputs
from tvm_tiny.toolchain.compilers import CompilerKind

_PATIENCE_S: Final = 3600.0


@dataclass(frozen=True, eq=False)
class Saved:
    """What ``Artifact.load`` gives.

    Attributes:
        folder: of the project.
        spec: the model's interface; its ``files`` are in the folder.
        report: as it was written.
    """

    folder: Path
    spec: ProjectSpec
    report: Report

    def run(
        self,
        x: Inputs,
        on: str = "host",
        *,
        compiler: CompilerKind = "auto",
        opt: str = "-O2",
        trusted: bool = False,
    ) -> RunResult:
        """Compile the folder's C again and run it; the folder is not written to.

        On the host it runs in this process and may do whatever you may: there a folder that
        tvm_tiny did not write on this computer, or that was changed since, is refused.

        Args:
            x: an array, or arrays by input name; one sample, or with a leading sample dimension.
            on: ``host`` or ``simulator``.
            compiler: C compiler.
            opt: its optimisation flag.
            trusted: you know who wrote the C, and want it to run on the host.

        Raises:
            UsageError: TT6003 inputs that do not fit, TT6006 another place, TT6007 a model with
                state, TT6013 files are missing, TT6022 not trusted. TT6006 also: a folder of a
                format that leaves out what the place needs.
            ToolchainError: a compiler is missing, or the C has been changed so that it fails.
        """
        if on not in ("host", "simulator"):
            problem = Problem(f"on='{on}'", do="use on='host' or on='simulator'")
            raise UsageError("a saved project does not run there", (problem,), "TT6006")
        if self.spec.state_bytes:
            problem = Problem("the model has state", do="build it again: artifact.session()")
            raise UsageError("a saved project keeps no state", (problem,), "TT6007")
        if on == "host" and not trusted and not is_as_written(self._files):
            problem = Problem(
                "its C would run in this process, with your rights",
                where=str(self.folder),
                why="tvm_tiny did not write these files on this computer, or they were changed",
                do="on='simulator'; or, if you trust who wrote them, trusted=True",
            )
            raise UsageError("the project's C is not trusted", (problem,), "TT6022")
        self._must_hold("src/" if on == "host" else "ports/simulator/", on)
        samples, batched = check_inputs(x, self.spec.inputs)
        run = self._host(compiler, opt) if on == "host" else self._simulator(compiler, opt)
        made = [run(sample) for sample in samples]
        names = {io.name: io.source for io in self.spec.outputs}
        return RunResult(
            {names[k]: np.stack([m[k] for m in made]) if batched else made[0][k] for k in names}
        )

    def _must_hold(self, files: str, on: str) -> None:
        """Refuses a folder of a format that leaves out what a place needs."""
        if not any(name.startswith(files) for name in self._files):
            problem = Problem(
                f"on='{on}'",
                where=str(self.folder),
                why=f"it has no {files}: it was saved in a format for other tools",
                do="build the model again and save it as a project (the default format)",
            )
            raise UsageError("a saved project does not run there", (problem,), "TT6006")

    def _host(self, compiler: CompilerKind, opt: str) -> Any:
        from tvm_tiny.run.host import HostRunner
        from tvm_tiny.toolchain.build import build_host_library, find_compiler

        found = find_compiler(compiler, "host")
        library = build_host_library(self._copy, self.spec, compiler=found, opt=opt)
        runner = HostRunner(library, self.spec)
        return lambda sample: runner.run_sample(sample)[0]

    def _simulator(self, compiler: CompilerKind, opt: str) -> Any:
        from tvm_tiny.run.simulator import SimulatorSession
        from tvm_tiny.toolchain.build import build_elf, find_compiler

        found = find_compiler(compiler, "cortex-m")
        elf = build_elf(self._copy, self.spec, "simulator", self.spec.core, found, opt)
        session = SimulatorSession(elf, self.spec, self.spec.core, _PATIENCE_S)
        return lambda sample: session.run(sample, None)[0]

    @cached_property
    def _scratch(self) -> tempfile.TemporaryDirectory[str]:
        return tempfile.TemporaryDirectory(prefix="tvm_tiny-")

    @cached_property
    def _files(self) -> dict[str, bytes]:
        return written_files(self.folder)

    @cached_property
    def _copy(self) -> Path:
        """What the project wrote and nothing else that lies there."""
        target = Path(self._scratch.name) / "project"
        for name, data in self._files.items():
            path = target / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return target

    def __repr__(self) -> str:
        """One line with what matters."""
        return f"Saved({self.folder}: {self.report!r})"

    def _repr_html_(self) -> str:
        from tvm_tiny.report.page import report_html

        return report_html(self.report)


def load_project(folder: str | Path) -> Saved:
    """A project folder that ``save`` or ``tvm-tiny build`` wrote.

    Raises:
        UsageError: TT6013, it is none of this version.
    """
    path = Path(folder)
    spec, report = open_project(path)
    return Saved(path, replace(spec, state_bytes=report.memory.state_bytes), report)

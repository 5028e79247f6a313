# SPDX-License-Identifier: Apache-2.0
"""Runs the bench program on QEMU's mps2-an500, a Cortex-M7: an independent second machine."""

from __future__ import annotations

import re
import shutil
import struct
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from tvm_tiny.errors import DeviceError, Problem, ToolchainError, UsageError
from tvm_tiny.project_spec import ProjectSpec
from tvm_tiny.run.base import Array, RunnerResult, join_samples
from tvm_tiny.run.samples import Inputs, check_inputs
from tvm_tiny.targets import load_core
from tvm_tiny.toolchain.build import CompilerKind, build_elf, find_compiler
from tvm_tiny.toolchain.limits import LimitError, run_limited

_PROGRAM = "qemu-system-arm"
_QUIET = ("-display", "none", "-monitor", "none", "-serial", "none")
_SEMIHOSTING = ("-semihosting-config", "enable=on,target=native")
_INPUT_MAGIC = 0x7A4E5350
"""TVM_TINY_PORT_INPUT_MAGIC of bench/port.h."""
_INPUT_ADDRESS = 0x60C00000
_INPUT_BYTES = 4 * 2**20
"""Region GIVEN of ports/mps2-an500/link.ld."""
_OUTPUT = re.compile(r"^output (\w+) ([0-9a-f]*)\s*$", re.MULTILINE)
_SHOWN_CHARACTERS = 500


def parse_outputs(spec: ProjectSpec, text: str) -> dict[str, Array]:
    """Outputs from the ``output <name> <hex>`` lines of a bench program.

    Raises:
        DeviceError: TT5001, a line is missing or has another size than the output.
    """
    found = dict(_OUTPUT.findall(text))
    outputs: dict[str, Array] = {}
    problems: list[Problem] = []
    for tensor in spec.outputs:
        digits = found.get(tensor.name, "")
        if len(digits) != 2 * tensor.size_bytes:
            what = f"{len(digits) // 2} bytes printed, {tensor.size_bytes} expected"
            problems.append(Problem(what=what, where=f"output {tensor.name}"))
            continue
        little = np.dtype(tensor.dtype).newbyteorder("<")
        array = np.frombuffer(bytes.fromhex(digits), little).astype(tensor.dtype)
        outputs[tensor.name] = array.reshape(tensor.shape)
    if problems:
        problems.append(
            Problem(what=text[:_SHOWN_CHARACTERS].strip() or "nothing", where="printed")
        )
        raise DeviceError("the bench did not print its outputs", tuple(problems))
    return outputs


@dataclass(frozen=True)
class QemuRunner:
    """A project on QEMU's mps2-an500.

    Attributes:
        project_dir: the written project.
        spec: what the project is about.
        core: compile for this core; the machine's Cortex-M7 runs code for smaller ones too.
        compiler: see ``toolchain.find_compiler``.
        opt: optimisation flag.
        timeout_s: a run that takes longer, in CPU seconds of this computer, is stopped.
        program: a bench that is linked already; None: it is built from the project.
    """

    project_dir: Path
    spec: ProjectSpec
    core: str = ""
    compiler: CompilerKind = "auto"
    opt: str = "-O2"
    timeout_s: float = 120.0
    program: Path | None = None

    @property
    def name(self) -> str:
        """What ``run(..., on=)`` calls it."""
        return "qemu"

    @cached_property
    def elf(self) -> Path:
        """The bench program, built when first asked for.

        Raises:
            ToolchainError: TT4001 no compiler, TT4002 it failed.
        """
        if self.program is not None:
            return self.program
        tool = find_compiler(self.compiler, "cortex-m")
        return build_elf(self.project_dir, self.spec, "bench", self.core, tool, self.opt)

    def run(self, x: Inputs) -> RunnerResult:
        """Run one sample or a batch, one QEMU each, see ``samples.check_inputs``."""
        samples, batch = check_inputs(x, self.spec.inputs)
        return RunnerResult(join_samples([self.run_sample(sample) for sample in samples], batch))

    def run_bench(self) -> dict[str, Array]:
        """Outputs by C name for the fixed inputs that the bench makes itself."""
        return parse_outputs(self.spec, self._qemu(()))

    def run_sample(self, sample: Mapping[str, Array]) -> dict[str, Array]:
        """Run one sample: QEMU puts it where the bench looks for it (see bench/port.h).

        Args:
            sample: an array of the shape and dtype of the input for each input, by C name.

        Returns:
            Outputs by C name.

        Raises:
            UsageError: TT6001, the inputs are too large for this machine.
            ToolchainError: TT4003, QEMU is not installed; TT4001, TT4002 compiler.
            DeviceError: TT5001, fault, bad exit code, no outputs, or time-out.
        """
        return parse_outputs(self.spec, self.run_printed(sample))

    def run_printed(
        self,
        sample: Mapping[str, Array],
        options: Sequence[str] = (),
        *,
        mode: int = 0,
        more: Sequence[bytes] = (),
    ) -> str:
        """What the bench prints for one sample; see ``run_sample``.

        Args:
            sample: as there.
            options: further ones of QEMU.
            mode: what else the bench of a model that learns is to do (bench/main.c).
            more: what it reads behind the inputs.
        """
        block = struct.pack("<II", _INPUT_MAGIC, mode)
        for tensor in self.spec.inputs:
            little = np.dtype(tensor.dtype).newbyteorder("<")
            block += bytes(-len(block) % 8) + sample[tensor.name].astype(little).tobytes()
        for part in more:
            block += bytes(-len(block) % 8) + part
        if len(block) > _INPUT_BYTES:
            problem = Problem(what=f"inputs of {len(block)} bytes, limit {_INPUT_BYTES}")
            raise UsageError("inputs are too large for this machine", (problem,))
        with tempfile.TemporaryDirectory(prefix="tvm_tiny-") as folder:
            path = Path(folder) / "inputs.bin"
            path.write_bytes(block)
            # A comma in an option of QEMU is written twice.
            name = str(path).replace(",", ",,")
            device = f"loader,file={name},addr={_INPUT_ADDRESS:#x},force-raw=on"
            return self._qemu(("-device", device, *options))

    def _qemu(self, options: Sequence[str]) -> str:
        """Run QEMU and return what the program printed."""
        program = shutil.which(_PROGRAM)
        if program is None:
            do = "install QEMU (Debian: apt install qemu-system-arm; macOS: brew install qemu)"
            problem = Problem(what=f"{_PROGRAM} is not on the PATH", do=do)
            raise ToolchainError("QEMU is not installed", (problem,), code="TT4003")
        machine = load_core(self.core or self.spec.core).qemu_machine
        command = [
            program,
            "-M",
            machine,
            *_QUIET,
            *_SEMIHOSTING,
            "-kernel",
            str(self.elf),
            *options,
        ]
        try:
            done = run_limited(command, self.timeout_s)
        except LimitError as error:
            problem = Problem(what=str(error), where=str(self.elf))
            raise DeviceError("QEMU was stopped", (problem,)) from error
        # Semihosting prints to QEMU's stderr.
        text = done.stderr + done.stdout
        if done.returncode != 0:
            shown = text[-_SHOWN_CHARACTERS:].strip() or "nothing"
            problem = Problem(what=f"exit code {done.returncode}", where=str(self.elf), why=shown)
            raise DeviceError("the program failed in QEMU", (problem,))
        return text

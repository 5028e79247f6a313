# SPDX-License-Identifier: Apache-2.0
"""Runs the bench program on QEMU's mps2-an500, a Cortex-M7: an independent second machine."""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tvm_tiny.emit.spec import ProjectSpec
from tvm_tiny.errors import DeviceError, Problem, ToolchainError, UsageError
from tvm_tiny.runners.base import Array, RunResult, join_samples, split_samples
from tvm_tiny.toolchain import Compiler, build_elf

_PROGRAM = "qemu-system-arm"
_MACHINE = ("-M", "mps2-an500", "-display", "none", "-monitor", "none", "-serial", "none")
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
        DeviceError: TT5004, a line is missing or has another size than the output.
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
        raise DeviceError("the bench did not print its outputs", tuple(problems), code="TT5004")
    return outputs


@dataclass(frozen=True)
class QemuRunner:
    """A bench program for QEMU.

    Attributes:
        spec: what the project is about.
        elf: made by ``build_elf(..., kind="bench")``.
        timeout_s: a run that takes longer is stopped.
    """

    spec: ProjectSpec
    elf: Path
    timeout_s: float = 120.0

    @property
    def name(self) -> str:
        """What ``run(..., on=)`` calls it."""
        return "qemu"

    @classmethod
    def build(
        cls, project_dir: Path, spec: ProjectSpec, compiler: Compiler | None = None
    ) -> QemuRunner:
        """Compile the bench of a written project.

        Raises:
            ToolchainError: no compiler, or it failed.
        """
        return cls(spec, build_elf(project_dir, spec, "bench", compiler=compiler))

    def run(self, inputs: Mapping[str, Array] | None = None) -> RunResult:
        """Run one sample or a batch, one QEMU each; None: the bench's own fixed input.

        Raises:
            UsageError: TT6010, inputs do not fit.
            ToolchainError: TT4001, QEMU is not installed.
            DeviceError: TT5001 fault or bad exit code, TT5004 no outputs, TT5005 time-out.
        """
        if inputs is None:
            return RunResult(parse_outputs(self.spec, self._qemu(())))
        samples, batch = split_samples(self.spec, inputs)
        results = [self._run_one(sample) for sample in samples]
        return RunResult(
            {t.name: join_samples([r[t.name] for r in results], batch) for t in self.spec.outputs}
        )

    def _run_one(self, sample: Sequence[Array]) -> dict[str, Array]:
        """Have QEMU put the inputs where the bench looks for them (see bench/port.h)."""
        block = struct.pack("<II", _INPUT_MAGIC, 0)
        for tensor, array in zip(self.spec.inputs, sample, strict=True):
            block += bytes(-len(block) % 8)
            block += array.astype(np.dtype(tensor.dtype).newbyteorder("<")).tobytes()
        if len(block) > _INPUT_BYTES:
            problem = Problem(what=f"inputs of {len(block)} bytes", why=f"limit {_INPUT_BYTES}")
            raise UsageError("inputs are too large for this machine", (problem,), code="TT6012")
        with tempfile.TemporaryDirectory(prefix="tvm_tiny-") as folder:
            path = Path(folder) / "inputs.bin"
            path.write_bytes(block)
            # A comma in an option of QEMU is written twice.
            name = str(path).replace(",", ",,")
            device = f"loader,file={name},addr={_INPUT_ADDRESS:#x},force-raw=on"
            return parse_outputs(self.spec, self._qemu(("-device", device)))

    def _qemu(self, devices: Sequence[str]) -> str:
        """Run QEMU and return what the program printed."""
        program = shutil.which(_PROGRAM)
        if program is None:
            do = "install QEMU (Debian: apt install qemu-system-arm; macOS: brew install qemu)"
            problem = Problem(what=f"{_PROGRAM} is not on the PATH", do=do)
            raise ToolchainError("QEMU is not installed", (problem,))
        command = [program, *_MACHINE, *_SEMIHOSTING, "-kernel", str(self.elf), *devices]
        try:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=self.timeout_s,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            problem = Problem(what=f"no end after {self.timeout_s} s", where=str(self.elf))
            raise DeviceError("QEMU was stopped", (problem,), code="TT5005") from error
        # Semihosting prints to QEMU's stderr.
        text = done.stderr + done.stdout
        if done.returncode != 0:
            shown = text[-_SHOWN_CHARACTERS:].strip() or "nothing"
            problem = Problem(what=f"exit code {done.returncode}", where=str(self.elf), why=shown)
            raise DeviceError("the program failed in QEMU", (problem,))
        return text

# SPDX-License-Identifier: Apache-2.0
"""What ``build`` returns: a compiled model that can be run, measured, checked and saved."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tvm_tiny import crt_project
from tvm_tiny.emit.patches import executed
from tvm_tiny.emit.spec import ProjectSpec
from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.frontends.loader import LoadedModel
from tvm_tiny.graph import Tensor
from tvm_tiny.objective import scratch_of
from tvm_tiny.operators import lookup
from tvm_tiny.pipeline import Compiled
from tvm_tiny.report.model import Report
from tvm_tiny.samples import Inputs, Sample, check_inputs, random_samples
from tvm_tiny.toolchain import CompilerKind

if TYPE_CHECKING:
    from tvm_tiny.boards.firmware import Linked
    from tvm_tiny.feeding import RowFeed

Array = npt.NDArray[Any]
Progress = Callable[[int, int], None]
"""Called with (samples done, samples in all)."""


@dataclass(frozen=True)
class BuildOptions:
    """What the user asked for.

    Attributes:
        target: core name.
        ram_bytes: limit on arena plus stack, None for no limit.
        flash_bytes: limit on weights, tables and code.
        optimize: one of ``tvm_tiny.objective.OBJECTIVES``.
        row_fed: the input comes row by row.
        recompute: multiply-accumulates that the plan may add, as a share of the model's.
        compiler: ``auto``, ``zig`` or ``gcc``.
        opt: optimisation flag of the C compiler.
        notes: what the report should say about the tuning database.
        board: name of the board, or the path of its TOML file; "" for none.
    """

    target: str = "cortex-m7"
    ram_bytes: int | None = None
    flash_bytes: int | None = None
    optimize: str = "balanced"
    row_fed: bool = False
    recompute: float | None = None
    compiler: CompilerKind = "auto"
    opt: str = "-O2"
    notes: tuple[str, ...] = ()
    board: str = ""


@dataclass(frozen=True)
class RunResult:
    """Outputs of a run, by the model's own output names.

    Attributes:
        outputs: one sample's arrays, or arrays with a leading sample dimension if the input had.
        layers: by tensor name, if asked for (last sample only).
        stack_bytes: high-water mark of the stack, where it was measured.
        profile: instructions and modelled cycles, if asked for (last sample only).
    """

    outputs: dict[str, Array]
    layers: dict[str, Array] = field(default_factory=dict[str, Array])
    stack_bytes: int | None = None
    profile: Any = None

    @property
    def output(self) -> Array:
        """The only output."""
        (value,) = self.outputs.values()
        return value


@dataclass(frozen=True, eq=False)
class Artifact:
    """A compiled model. Immutable; nothing is written outside ``save`` but a private folder."""

    loaded: LoadedModel
    options: BuildOptions
    compiled: Compiled

    @property
    def spec(self) -> ProjectSpec:
        """Interface and generated sources of the model."""
        return self.compiled.emitted.spec

    @property
    def scratch_bytes(self) -> dict[str, int]:
        """Node name to the bytes of its kernel's workspace, where it has one."""
        return scratch_of(self.compiled.schedules)

    @cached_property
    def files(self) -> dict[str, str]:
        """The whole project folder but the report: relative path to text."""
        board = self.linked.files if self.linked else {}
        return {**crt_project.render(self.spec), **self.spec.files, **board}

    @cached_property
    def linked(self) -> Linked | None:
        """The bench firmware for the board that was asked for: where things are, what fits."""
        from tvm_tiny.boards.project import link_artifact

        return link_artifact(self) if self.options.board else None

    @cached_property
    def report(self) -> Report:
        """Sizes from the linked program and one profiled run where the tools are installed."""
        from tvm_tiny.report.make import make_report

        return make_report(self)

    def run(
        self,
        x: Inputs,
        on: str = "simulator",
        *,
        layers: bool = False,
        profile: bool = False,
        progress: Progress | None = None,
    ) -> RunResult:
        """Run the generated C.

        Args:
            x: an array, or arrays by input name; one sample, or with a leading sample dimension.
            on: ``simulator`` (cross-compiled, unicorn's Cortex-M), ``host`` (native), ``qemu``, or
                ``board:NAME``, see ``tvm_tiny.device.open_board``.
            layers: also return every tensor of the graph that exists in the compiled form.
            profile: also count: instructions and modelled cycles on the simulator, a
                ``tvm_tiny.device.DeviceProfile`` on a board.
            progress: called after every sample.

        Raises:
            UsageError: the inputs do not fit the model, or ``on`` is unknown.
            ToolchainError: a compiler or emulator is missing.
            DeviceError: the program faulted.
        """
        from tvm_tiny.execution import execute

        samples, batched = check_inputs(x, self.spec.inputs)
        raw = execute(self, samples, on, layers=layers, profile=profile, progress=progress)
        names = {io.name: io.source for io in self.spec.outputs}
        outputs = {
            names[k]: np.stack([r[k] for r in raw.outputs]) if batched else raw.outputs[0][k]
            for k in names
        }
        return RunResult(outputs, raw.layers, raw.stack_bytes, raw.profile)

    def validate(
        self,
        data: Sequence[Sample] | None = None,
        *,
        on: str = "simulator",
        samples: int = 8,
        seed: int = 0,
        progress: Progress | None = None,
    ) -> Any:
        """Compare with the reference, layer by layer; see ``tvm_tiny.validation.validate``."""
        from tvm_tiny.validation import validate

        inputs = random_samples(self.spec.inputs, samples, seed) if data is None else data
        return validate(self, inputs, on=on, progress=progress)

    def profile(self, x: Inputs | None = None, on: str = "simulator") -> Any:
        """Instructions and modelled cycles of one run, per layer; on a board what it measures.

        Args:
            x: one sample; None: the bench's.
            on: ``simulator`` or ``board:NAME``.
        """
        inputs = x if x is not None else bench_input(self.spec)
        return self.run(inputs, on, profile=True).profile

    def feed(self, on: str = "simulator") -> RowFeed:
        """Hand in the input's rows as they arrive; needs ``row_fed=True``.

        Args:
            on: ``simulator`` or ``host``.
        """
        from tvm_tiny.feeding import RowFeed

        return RowFeed(self, on)

    def save(self, folder: str | Path, layout: str = "project") -> list[Path]:
        """Write the project folder and ``report.json``; all or nothing. Returns the files.

        Args:
            folder: new, empty, or an earlier project.
            layout: one of ``tvm_tiny.formats.FORMATS``: ``single``, ``zephyr``, ``arduino``, ...
        """
        from tvm_tiny.saving import save

        return save(self, Path(folder), layout)

    def export_mlf(self, path: str | Path) -> Path:
        """Write the model as a Model Library Format archive (microTVM's ``model.tar``)."""
        from tvm_tiny.formats import export_mlf

        return export_mlf(self, path)

    def project_dir(self) -> Path:
        """A private folder with the project, removed with the artifact."""
        folder = Path(self._workspace.name) / "project"
        if not folder.exists():
            crt_project.write_project(self.spec, folder)
        return folder

    @cached_property
    def _workspace(self) -> tempfile.TemporaryDirectory[str]:
        return tempfile.TemporaryDirectory(prefix="tvm_tiny-")

    def captured_tensors(self) -> list[tuple[int, Tensor, int]]:
        """(layer, tensor, arena offset) of every tensor that is whole in the arena at some point.

        A view's tensor is captured with the layer that makes its bytes. Tensors that come row by
        row are in ``streamed_tensors``.
        """
        rows = {t.name for _, t, _, _ in self.streamed_tensors()}
        return [c for c in self._made_tensors() if c[1].name not in rows]

    def streamed_tensors(self) -> list[tuple[int, Tensor, int, tuple[int, int]]]:
        """(layer, tensor, arena offset, (bytes of a row as it is made, rows that are kept)).

        Of every tensor whose rows are made interleaved with others': it may never be whole. Row i
        is at the offset plus (i modulo the rows kept) rows when the layer has made it.
        """
        plan, emitted = self.compiled.plan, self.compiled.emitted
        nodes = {n.name: n for n in executed(self.compiled.planned, plan.order)}
        inside = [n for n in self.compiled.planned.nodes if n.op == "patch"]
        streamed = {n for s in plan.segments if s.kind == "stream" for n in s.nodes}
        # The last layer of a patch makes the rows of the patch, several at a call.
        makers = {n.attrs["geometry"].nodes[-1].name: n for n in inside}
        streamed |= {name for name, patch in makers.items() if patch.name in streamed}
        out: list[tuple[int, Tensor, int, tuple[int, int]]] = []
        for layer, tensor, offset in self._made_tensors():
            maker = emitted.step_nodes[layer]
            if maker in streamed:
                made = makers.get(maker, nodes[maker]).output
                kept = plan.rings.get(made.name, made.rows)
                out.append((layer, tensor, offset, (made.row_bytes, kept)))
        number = {node: i for i, node in enumerate(emitted.step_nodes)}
        for patch in inside:
            for node in patch.attrs["geometry"].nodes[:-1]:
                out.append((number[node.name], node.output, 0, (node.output.row_bytes, 0)))
        return out

    def _made_tensors(self) -> list[tuple[int, Tensor, int]]:
        """(layer that makes its bytes, tensor, arena offset), in order."""
        emitted, plan = self.compiled.emitted, self.compiled.plan
        number = {node: i for i, node in enumerate(emitted.step_nodes)}
        made: dict[str, tuple[int, int]] = {}
        out: list[tuple[int, Tensor, int]] = []
        nodes = {n.name: n for n in self.compiled.planned.nodes}
        for name in plan.order:
            node = nodes[name]
            maker = node.attrs["geometry"].nodes[-1].name if node.op == "patch" else name
            if lookup(node.op).is_view:
                if node.operands[0].name in made:
                    made[node.output.name] = made[node.operands[0].name]
            elif node.output.name in plan.offsets:
                made[node.output.name] = (number[maker], plan.offsets[node.output.name])
            banded = node.op == "patch" and node.attrs["geometry"].rows > 1
            if node.output.name in made and not banded:  # else the view behind it is the tensor
                layer, offset = made[node.output.name]
                out.append((layer, node.output, offset))
        return out

    def __repr__(self) -> str:
        """One line with what matters."""
        plan = self.compiled.plan
        return (
            f"Artifact({self.spec.model}, {self.options.target}, {len(self.compiled.graph.nodes)} "
            f"operators, arena {plan.arena_bytes} B)"
        )


def bench_input(spec: ProjectSpec) -> Mapping[str, Array]:
    """The input of the bench program: ``x[i] = (i * 37 + 11) mod 256 - 128`` (float: / 128)."""
    out: dict[str, Array] = {}
    for io in spec.inputs:
        values = (np.arange(io.count, dtype=np.int64) * 37 + 11) % 256 - 128
        if io.dtype == "float32":
            out[io.name] = (values.astype(np.float32) / np.float32(128)).reshape(io.shape)
        else:
            out[io.name] = values.astype(np.int8).reshape(io.shape)
    return out


def parse_size(value: int | str | None, what: str) -> int | None:
    """Bytes from a number or ``"64K"``, ``"1.5M"``, ``"65536"``."""
    if value is None or isinstance(value, int):
        return value
    text = value.strip().upper().removesuffix("B").removesuffix("I")
    factor = {"K": 1024, "M": 1024 * 1024}.get(text[-1:], 1)
    try:
        size = float(text.rstrip("KM")) * factor
    except ValueError:
        size = -1.0
    if not 0 < size < 1 << 40:
        problem = Problem(f"{what}={value!r} is not a size", do="write bytes, or 64K, or 1M")
        raise UsageError("wrong size", (problem,), code="TT6005")
    return int(size)

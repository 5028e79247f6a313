# SPDX-License-Identifier: Apache-2.0
"""What a build is, as plain data: what was asked for, what was decided, what a run gave.

The report, boards, formats, runners and validation take a ``Built``; ``tvm_tiny.artifact`` puts
the face of the package over it and imports all of them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from tvm_tiny import crt_project
from tvm_tiny.emit.sources import Emitted
from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.frontends.loader import LoadedModel
from tvm_tiny.graph import Graph, Tensor
from tvm_tiny.operators import lookup
from tvm_tiny.passes.decision.memory_plan import MemoryPlan
from tvm_tiny.passes.plan.objective import scratch_of
from tvm_tiny.passes.recompute.opened import executed
from tvm_tiny.project_spec import ProjectSpec
from tvm_tiny.schedules.rule import Scheduled
from tvm_tiny.toolchain.compilers import CompilerKind

if TYPE_CHECKING:
    from tvm_tiny.device.board import DeviceProfile
    from tvm_tiny.simulator.profile import Profile

Array = npt.NDArray[Any]
Progress = Callable[[int, int], None]
"""Called with (samples done, samples in all)."""


ConstantsIn = Literal["flash", "ram"]
"""Where a board's firmware has weights and tables when it runs."""


@dataclass(frozen=True)
class BuildOptions:
    """What the user asked for.

    Attributes:
        target: core name.
        ram_bytes: limit on all RAM of a run, None for no limit.
        flash_bytes: limit on weights, tables and code.
        optimize: one of ``tvm_tiny.passes.plan.objective.OBJECTIVES``.
        row_fed: the input comes row by row.
        recompute: multiply-accumulates that the plan may add, as a share of the model's.
        compiler: ``auto``, ``zig`` or ``gcc``.
        opt: optimisation flag of the C compiler.
        notes: what the report should say about the tuning database.
        board: name of the board, or the path of its TOML file; "" for none.
        plan_steps: what the search for a plan may do, counted; None: the default.
        plan_seconds: an extra stop of it by the clock.
        clock_hz: of the core; None: the board's, or not known.
        max_ms: limit on the time of a run.
        dma_input: inputs have buffers beside the arena.
        constants: where a board's firmware has its weights and tables.
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
    plan_steps: int | None = None
    plan_seconds: float | None = None
    clock_hz: int | None = None
    max_ms: float | None = None
    dma_input: bool = False
    constants: ConstantsIn = "flash"


@dataclass(frozen=True, eq=False)
class Compiled:
    """Everything decided about a model, before any C compiler runs.

    Attributes:
        module: the integer Relax module.
        graph: the same as plain data.
        planned: the same with what the plan does to it (patches, layers that run twice).
        schedules: node name to its scheduled row kernel.
        plan: execution order and arena.
        emitted: C sources and the choices behind them.
        macs: multiply-accumulates of the model as given, before channels were removed.
    """

    module: Any
    graph: Graph
    planned: Graph
    schedules: Mapping[str, Scheduled]
    plan: MemoryPlan
    emitted: Emitted
    macs: int


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
    profile: Profile | DeviceProfile | None = None

    @property
    def output(self) -> Array:
        """The only output."""
        (value,) = self.outputs.values()
        return value


@dataclass(frozen=True, eq=False)
class Built:
    """A build: the model as it was loaded, what was asked for, everything that was decided."""

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


def bench_input(spec: ProjectSpec) -> dict[str, Array]:
    """The input of the bench program.

    ``x[i] = (i * 37 + 11) mod 256 - 128``, in the highest byte of wider integers, / 128 as float.
    """
    out: dict[str, Array] = {}
    for io in spec.inputs:
        values = (np.arange(io.count, dtype=np.int64) * 37 + 11) % 256 - 128
        kind = io.elements
        if kind.is_float:
            out[io.name] = (values.astype(np.float32) / np.float32(128)).reshape(io.shape)
        else:
            middle = 0 if kind.low else 128
            shifted = (values + middle) << (8 * (kind.bytes - 1))
            out[io.name] = shifted.astype(kind.numpy).reshape(io.shape)
    return out


def parse_size(value: int | float | str | None, what: str) -> int | None:
    """Bytes from a number or ``"64K"``, ``"1.5M"``, ``"65536"``.

    Raises:
        UsageError: TT6005, it is no size, or none of at least a byte.
    """
    if value is None:
        return None
    text = str(value).strip().upper().removesuffix("B").removesuffix("I")
    factor = {"K": 1024, "M": 1024 * 1024}.get(text[-1:], 1)
    try:
        size = float(text.rstrip("KM")) * factor
    except ValueError:  # nor is a truth value or an object
        size = -1.0
    if not 1 <= size < 1 << 40:
        problem = Problem(f"{what}={value!r} is not a size", do="write bytes, or 64K, or 1M")
        raise UsageError("wrong size", (problem,), code="TT6005")
    return int(size)

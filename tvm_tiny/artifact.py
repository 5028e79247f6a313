# SPDX-License-Identifier: Apache-2.0
"""What ``build`` returns: a compiled model that can be run, measured, checked and saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from tvm_tiny import crt_project
from tvm_tiny.boards.firmware import Linked
from tvm_tiny.boards.open_project import link_built
from tvm_tiny.device.board import DeviceProfile
from tvm_tiny.files.writing import write_file
from tvm_tiny.formats import Contents, Format, export_mlf
from tvm_tiny.formats.saving import folder_files, save
from tvm_tiny.report.curve import curve_of
from tvm_tiny.report.make import make_report
from tvm_tiny.report.model import Report
from tvm_tiny.report.results import Accuracy, LayerCost, PlanPoint
from tvm_tiny.result import (
    BuildOptions,
    Built,
    Compiled,
    Progress,
    RunResult,
    bench_input,
    parse_size,
)
from tvm_tiny.run.feeding import RowFeed
from tvm_tiny.run.samples import Inputs, as_samples, check_inputs, random_samples
from tvm_tiny.run.samples_on import OpenPlace, execute
from tvm_tiny.run.session import Session
from tvm_tiny.saved import Saved, load_project
from tvm_tiny.simulator.profile import Profile
from tvm_tiny.validate.accuracy import accuracy, stored_samples
from tvm_tiny.validate.compare import Validation, validate
from tvm_tiny.validate.layer_costs import layer_costs
from tvm_tiny.validate.scores import Task


class Artifact(Built):
    """A compiled model. Immutable; nothing is written outside ``save`` but a private folder."""

    @cached_property
    def files(self) -> dict[str, str]:
        """The whole project folder but the report: relative path to text."""
        board = self.linked.files if self.linked else {}
        return {**crt_project.render(self.spec), **self.spec.files, **board}

    @cached_property
    def linked(self) -> Linked | None:
        """The bench firmware for the board that was asked for: where things are, what fits."""
        if not self.options.board:
            return None
        from tvm_tiny.boards.timing import with_hot_constants

        linked = link_built(self, self.core_report)
        if self.options.constants == "flash" or linked.elf is None:
            return linked
        return link_built(self, with_hot_constants(self, self.core_report, linked))

    @cached_property
    def core_report(self) -> Report:
        """The report without a board: memories answer at once."""
        return make_report(self)

    @cached_property
    def report(self) -> Report:
        """Sizes from the linked program and one profiled run where the tools are installed.

        With a board the run is that of its firmware on the simulated board, whose memories the core
        waits for.
        """
        if self.linked is None:
            return self.core_report
        from tvm_tiny.boards.timing import on_board

        return on_board(self, self.core_report, self.linked)

    @staticmethod
    def load(folder: str | Path) -> Saved:
        """A project folder of an earlier build: its report, and its C run again.

        What the compiler knew of the model is not kept in a project: layers are neither captured
        nor validated; build the model again for that.
        """
        return load_project(folder)

    @property
    def module(self) -> Any:
        """The integer Relax module that the C was made of, for passes and pictures of TVM's own."""
        return self.compiled.module

    def with_findings(
        self,
        validation: Validation | None = None,
        accuracy: Accuracy | None = None,
        costs: Sequence[LayerCost] = (),
        plans: Sequence[PlanPoint] = (),
    ) -> Artifact:
        """The same build, its report (and the page that ``save`` writes) with what was found."""
        old = self.report
        report = msgspec.structs.replace(
            old,
            validation=validation.info if validation else old.validation,
            accuracy=accuracy or (validation.accuracy if validation else None) or old.accuracy,
            layer_costs=list(costs) or old.layer_costs,
            plans=list(plans) or old.plans,
        )
        other = Artifact(self.loaded, self.options, self.compiled)
        vars(other).update({**vars(self), "report": report})
        return other

    def with_plans(self, recompute: float = 1.0) -> Artifact:
        """The same build, the other plans of the model in its report; see ``tvm_tiny.plan``."""
        return self.with_findings(plans=curve_of(self, recompute))

    def run(
        self,
        x: Inputs,
        on: str | OpenPlace = "simulator",
        *,
        layers: bool = False,
        profile: bool = False,
        progress: Progress | None = None,
    ) -> RunResult:
        """Run the generated C.

        Args:
            x: an array, or arrays by input name; one sample, or with a leading sample dimension.
                Samples of a model with state are steps of one sequence that begins with a reset.
            on: ``simulator`` (cross-compiled, unicorn's Cortex-M), ``host`` (native), ``qemu``, or
                ``board:NAME``, see ``tvm_tiny.device.open_board``; a place of your own: see
                ``run.samples_on.OpenPlace``.
            layers: also return every tensor of the graph that exists in the compiled form.
            profile: also count: instructions and modelled cycles on the simulator, a
                ``tvm_tiny.device.DeviceProfile`` on a board.
            progress: called after every sample.

        Raises:
            UsageError: the inputs do not fit the model, or ``on`` is unknown.
            ToolchainError: a compiler or emulator is missing.
            DeviceError: the program faulted.
        """
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
        data: Inputs | Sequence[Inputs] | None = None,
        *,
        on: str = "simulator",
        samples: int = 8,
        seed: int = 0,
        labels: Any = None,
        names: Sequence[str] = (),
        float_model: Any = None,
        progress: Progress | None = None,
    ) -> Validation:
        """Compare with the reference, layer by layer: ``tvm_tiny.validate.compare.validate``.

        Args:
            data: what ``run`` takes, or a sequence of that; None: random inputs.
            on: ``simulator``, ``host``; ``qemu`` or ``board:NAME@PORT`` (outputs only).
            samples: how many random inputs.
            seed: theirs.
            labels: of the data: the result has their ``accuracy``, too.
            names: of the classes.
            float_model: for ``accuracy``.
            progress: called after every sample.
        """
        if data is None:
            inputs = random_samples(self.spec.inputs, samples, seed)
        elif labels is not None:
            inputs = stored_samples(data, self.spec.inputs)
        else:
            inputs = as_samples(data, self.spec.inputs)
        found = validate(self, inputs, on=on, progress=progress)
        if labels is None:
            return found
        scored = self.accuracy(data, labels, on=(on,), names=names, float_model=float_model)
        return replace(found, accuracy=scored)

    def accuracy(
        self,
        x: Any,
        labels: Any,
        *,
        on: Sequence[str | OpenPlace] = ("host",),
        float_model: Any = None,
        names: Sequence[str] = (),
        task: Task | None = None,
        progress: Progress | None = None,
    ) -> Accuracy:
        """Score labelled samples in float, int8 reference and ``on``, side by side.

        Args: and errors: see ``tvm_tiny.validate.accuracy.accuracy``.
        """
        return accuracy(self, x, labels, on=on, float_model=float_model, names=names, task=task,
                        progress=progress)  # fmt: skip

    def layer_costs(self, x: Any, float_model: Any, *, on: str = "host") -> list[LayerCost]:
        """Which layers cost the accuracy: ``tvm_tiny.validate.layer_costs.layer_costs``."""
        return layer_costs(self, x, float_model, on=on)

    def profile(self, x: Inputs | None = None, on: str = "simulator") -> Profile | DeviceProfile:
        """Instructions and modelled cycles of one run, per layer; on a board what it measures.

        Args:
            x: one sample; None: the bench's.
            on: ``simulator`` or ``board:NAME``.
        """
        inputs = x if x is not None else bench_input(self.spec)
        profile = self.run(inputs, on, profile=True).profile
        assert profile is not None
        return profile

    def feed(self, on: str = "simulator") -> RowFeed:
        """Hand in the input's rows as they arrive; needs ``row_fed=True``.

        Args:
            on: ``simulator`` or ``host``.
        """
        return RowFeed(self, on)

    def session(self, on: str = "simulator") -> Session:
        """An instance of the model that keeps its state: ``step`` and ``reset``.

        Args:
            on: ``simulator`` or ``host``.
        """
        return Session(self, on)

    def save(self, folder: str | Path, layout: str | Format = "project") -> list[Path]:
        """Write the project folder and ``report.json``; all or nothing. Returns the files.

        Args:
            folder: new, empty, or an earlier project.
            layout: name of a format (``single``, ``zephyr``, ``arduino``, ...; see
                ``tvm_tiny.formats.known_formats``), or a format of your own.
        """
        return save(self._contents, self.report, Path(folder), layout)

    def folder_files(self, layout: str | Format = "project") -> dict[str, str]:
        """What ``save`` writes, relative path to text, for folders that hold more than that."""
        return folder_files(self._contents, self.report, layout)

    def save_graph(self, path: str | Path) -> Path:
        """Write the integer graph as ONNX for viewers: schedules, cycles, places in the arena."""
        from tvm_tiny.report.onnx_graph import onnx_graph, written

        return write_file(Path(path), written(onnx_graph(self, self.report)))

    def export_mlf(self, path: str | Path) -> Path:
        """Write the model as a Model Library Format archive (microTVM's ``model.tar``)."""
        return export_mlf(self, self.files, path)

    @property
    def _contents(self) -> Contents:
        return Contents(self.spec, self.files)

    def _repr_html_(self) -> str:
        from tvm_tiny.report.page import report_html

        return report_html(self.report)

    def __repr__(self) -> str:
        """One line with what matters."""
        plan = self.compiled.plan
        return (
            f"Artifact({self.spec.model}, {self.options.target}, {len(self.compiled.graph.nodes)} "
            f"operators, arena {plan.arena_bytes} B)"
        )


__all__ = [
    "Artifact",
    "BuildOptions",
    "Built",
    "Compiled",
    "Progress",
    "RunResult",
    "bench_input",
    "parse_size",
]

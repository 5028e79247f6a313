# SPDX-License-Identifier: Apache-2.0
"""Modules and names that moved before 0.2: an old import says where the new one is."""

from __future__ import annotations

import importlib
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlib.abc import MetaPathFinder
else:  # it adds nothing, and importing it imports much
    MetaPathFinder = object

MODULES: Mapping[str, str] = {
    "tvm_tiny.boards.project": "tvm_tiny.boards.open_project",
    "tvm_tiny.boards.runners": "tvm_tiny.boards.flashers",
    "tvm_tiny.calibration": "tvm_tiny.quantise.calibration",
    "tvm_tiny.collector": "tvm_tiny.process.collector",
    "tvm_tiny.datafile": "tvm_tiny.files.arrays",
    "tvm_tiny.emit.kernels": "tvm_tiny.schedules.apply",
    "tvm_tiny.emit.project": "tvm_tiny.emit.sources",
    "tvm_tiny.emit.spec": "tvm_tiny.project_spec",
    "tvm_tiny.estimate": "tvm_tiny.passes.plan.estimate",
    "tvm_tiny.execution": "tvm_tiny.run.samples_on",
    "tvm_tiny.feeding": "tvm_tiny.run.feeding",
    "tvm_tiny.fields": "tvm_tiny.report.receptive_field",
    "tvm_tiny.fixed_point": "tvm_tiny.arithmetic.fixed_point",
    "tvm_tiny.frontends.flatbuffer": "tvm_tiny.frontends.tflite.flatbuffer",
    "tvm_tiny.frontends.float_onnx": "tvm_tiny.frontends.onnx.floats",
    "tvm_tiny.frontends.inspect_onnx": "tvm_tiny.frontends.onnx.check",
    "tvm_tiny.frontends.inspect_tflite": "tvm_tiny.frontends.tflite.check",
    "tvm_tiny.frontends.onnx_converters": "tvm_tiny.frontends.onnx.operators",
    "tvm_tiny.frontends.onnx_graph": "tvm_tiny.frontends.onnx.graph",
    "tvm_tiny.frontends.onnx_import": "tvm_tiny.frontends.onnx.importer",
    "tvm_tiny.frontends.onnx_nodes": "tvm_tiny.frontends.onnx.nodes",
    "tvm_tiny.frontends.onnx_windows": "tvm_tiny.frontends.onnx.windows",
    "tvm_tiny.frontends.onnx_wire": "tvm_tiny.frontends.onnx.wire",
    "tvm_tiny.frontends.relax_module": "tvm_tiny.passes.relax_module",
    "tvm_tiny.frontends.tflite_file": "tvm_tiny.frontends.tflite.file",
    "tvm_tiny.frontends.tflite_floats": "tvm_tiny.frontends.tflite.floats",
    "tvm_tiny.frontends.tflite_operators": "tvm_tiny.frontends.tflite.operators",
    "tvm_tiny.frontends.tflite_shapes": "tvm_tiny.frontends.tflite.record",
    "tvm_tiny.frontends.tflite_slices": "tvm_tiny.frontends.tflite.operators.slices",
    "tvm_tiny.imports": "tvm_tiny.process.imports",
    "tvm_tiny.luts": "tvm_tiny.arithmetic.luts",
    "tvm_tiny.objective": "tvm_tiny.passes.plan.objective",
    "tvm_tiny.onnx_layers": "tvm_tiny.validate.onnx_layers",
    "tvm_tiny.passes.channels.links": "tvm_tiny.operators.channel_links",
    "tvm_tiny.passes.dead_channels": "tvm_tiny.passes.channels.dead_channels",
    "tvm_tiny.passes.elide_noops": "tvm_tiny.passes.simplify.elide_noops",
    "tvm_tiny.passes.fold_constants": "tvm_tiny.passes.simplify.fold_constants",
    "tvm_tiny.passes.fold_zero_points": "tvm_tiny.passes.simplify.fold_zero_points",
    "tvm_tiny.passes.fuse_pad": "tvm_tiny.passes.simplify.fuse_pad",
    "tvm_tiny.passes.in_place": "tvm_tiny.passes.plan.in_place",
    "tvm_tiny.passes.layout_nhwc": "tvm_tiny.passes.layout.nhwc",
    "tvm_tiny.passes.layout_rewriter": "tvm_tiny.passes.layout.rewriter",
    "tvm_tiny.passes.layout_rules": "tvm_tiny.passes.layout.rules",
    "tvm_tiny.passes.layout_values": "tvm_tiny.passes.layout.values",
    "tvm_tiny.passes.legalize_qdq": "tvm_tiny.passes.legalize.legalize_qdq",
    "tvm_tiny.passes.memory.plan": "tvm_tiny.passes.decision.memory_plan",
    "tvm_tiny.passes.patch_inference": "tvm_tiny.passes.plan.patch_inference",
    "tvm_tiny.passes.plan_memory": "tvm_tiny.passes.plan.plan_memory",
    "tvm_tiny.passes.qdq": "tvm_tiny.passes.legalize",
    "tvm_tiny.passes.qdq.constants": "tvm_tiny.passes.legalize.constants",
    "tvm_tiny.passes.qdq.elementwise": "tvm_tiny.passes.legalize.elementwise",
    "tvm_tiny.passes.qdq.linear": "tvm_tiny.passes.legalize.linear",
    "tvm_tiny.passes.qdq.movement": "tvm_tiny.passes.legalize.movement",
    "tvm_tiny.passes.qdq.rewriter": "tvm_tiny.passes.legalize.rewriter",
    "tvm_tiny.passes.qdq.unary": "tvm_tiny.passes.legalize.unary",
    "tvm_tiny.passes.recompute.follow": "tvm_tiny.passes.plan.follow",
    "tvm_tiny.passes.stream.decide": "tvm_tiny.passes.plan.decide",
    "tvm_tiny.passes.stream.pareto": "tvm_tiny.passes.plan.pareto",
    "tvm_tiny.passes.stream_rows": "tvm_tiny.passes.plan.stream_rows",
    "tvm_tiny.passes.turn_rows": "tvm_tiny.passes.layout.turn_rows",
    "tvm_tiny.passes.turn_rules": "tvm_tiny.operators.turning",
    "tvm_tiny.quant": "tvm_tiny.arithmetic.quant",
    "tvm_tiny.quantise_prepare": "tvm_tiny.quantise.prepare",
    "tvm_tiny.reference": "tvm_tiny.validate.reference",
    "tvm_tiny.runners": "tvm_tiny.run",
    "tvm_tiny.runners.base": "tvm_tiny.run.base",
    "tvm_tiny.runners.host": "tvm_tiny.run.host",
    "tvm_tiny.runners.qemu": "tvm_tiny.run.qemu",
    "tvm_tiny.runners.simulator": "tvm_tiny.run.simulator",
    "tvm_tiny.samples": "tvm_tiny.run.samples",
    "tvm_tiny.saving": "tvm_tiny.formats.saving",
    "tvm_tiny.schedules.affine": "tvm_tiny.schedules.dsp.affine",
    "tvm_tiny.schedules.dsp_channels": "tvm_tiny.schedules.dsp.channels",
    "tvm_tiny.schedules.dsp_depthwise": "tvm_tiny.schedules.dsp.depthwise",
    "tvm_tiny.schedules.dsp_elementwise": "tvm_tiny.schedules.dsp.elementwise",
    "tvm_tiny.schedules.dsp_intrinsics": "tvm_tiny.schedules.dsp.intrinsics",
    "tvm_tiny.schedules.dsp_matrix": "tvm_tiny.schedules.dsp.matrix",
    "tvm_tiny.schedules.dsp_vector": "tvm_tiny.schedules.dsp.vector",
    "tvm_tiny.schedules.plain": "tvm_tiny.schedules.any_core.plain",
    "tvm_tiny.schedules.softmax_table": "tvm_tiny.schedules.any_core.softmax_table",
    "tvm_tiny.schedules.tiled": "tvm_tiny.schedules.any_core.tiled",
    "tvm_tiny.targets.timing_cortex_m7": "tvm_tiny.targets.pipeline_model",
    "tvm_tiny.targets.timing_single_issue": "tvm_tiny.simulator.single_issue",
    "tvm_tiny.templates": "tvm_tiny.files.templates",
    "tvm_tiny.toolchain_cache": "tvm_tiny.toolchain.cache",
    "tvm_tiny.toolchain_find": "tvm_tiny.toolchain.compilers",
    "tvm_tiny.toolchain_parts": "tvm_tiny.toolchain.programs",
    "tvm_tiny.toolchain_sizes": "tvm_tiny.toolchain.elf",
    "tvm_tiny.validation": "tvm_tiny.validate.compare",
}
"""Old module -> new module."""

NAMES: Mapping[str, str] = {
    "tvm_tiny.boards.calibration.Point": "tvm_tiny.boards.calibration.MeasuredModel",
    "tvm_tiny.boards.clocks.Clock": "tvm_tiny.boards.clocks.CoreClock",
    "tvm_tiny.boards.firmware.Firmware": "tvm_tiny.boards.firmware.FirmwareMain",
    "tvm_tiny.boards.flashers.RUNNERS": "tvm_tiny.boards.flashers.FLASHERS",
    "tvm_tiny.boards.flashers.Runner": "tvm_tiny.boards.flashers.Flasher",
    "tvm_tiny.boards.memories.Serial": "tvm_tiny.boards.memories.SerialFlash",
    "tvm_tiny.boards.placing.Placement": "tvm_tiny.boards.placing.RegionPlacement",
    "tvm_tiny.boards.pyocd.HaltedCore": "tvm_tiny.simulator.semihosting.HaltedCore",
    "tvm_tiny.cli.options.BuildOptions": "tvm_tiny.cli.options.CompileOptions",
    "tvm_tiny.crt_project.device_values.Block": "tvm_tiny.crt_project.device_values.ValueBlock",
    "tvm_tiny.device.Settings": "tvm_tiny.device.Patience",
    "tvm_tiny.device.framing.Decoder": "tvm_tiny.device.framing.FrameDecoder",
    "tvm_tiny.device.uarts.Write": "tvm_tiny.device.uarts.UartStep",
    "tvm_tiny.emit.arguments.Parameter": "tvm_tiny.emit.arguments.CParameter",
    "tvm_tiny.emit.calls.ANY_VALUE": "tvm_tiny.operators.call.ANY_VALUE",
    "tvm_tiny.emit.calls.row_arguments": "tvm_tiny.operators.call.row_arguments",
    "tvm_tiny.emit.offsets.Elsewhere": "tvm_tiny.emit.offsets.InOtherTensor",
    "tvm_tiny.emit.offsets.Value": "tvm_tiny.emit.offsets.RowValue",
    "tvm_tiny.emit.patches.executed": "tvm_tiny.passes.recompute.opened.executed",
    "tvm_tiny.emit.patches.opened": "tvm_tiny.passes.recompute.opened.opened",
    "tvm_tiny.emit.patches.patch_schedule": "tvm_tiny.passes.recompute.opened.patch_schedule",
    "tvm_tiny.emit.steps.Step": "tvm_tiny.emit.steps.LayerCalls",
    "tvm_tiny.emit.streams.Block": "tvm_tiny.emit.streams.Repetition",
    "tvm_tiny.explore.compare.Comparison": "tvm_tiny.explore.compare.BuildComparison",
    "tvm_tiny.explore.shapes.Layer": "tvm_tiny.explore.shapes.NetLayer",
    "tvm_tiny.explore.shapes.Value": "tvm_tiny.explore.shapes.NetTensor",
    "tvm_tiny.formats.saving.write_file": "tvm_tiny.files.writing.write_file",
    "tvm_tiny.frontends.onnx.build_proto": "tvm_tiny.frontends.onnx.front_end.build_proto",
    "tvm_tiny.frontends.onnx.from_float_onnx_bytes": (
        "tvm_tiny.frontends.onnx.front_end.from_float_onnx_bytes"
    ),
    "tvm_tiny.frontends.onnx.from_float_onnx_model": (
        "tvm_tiny.frontends.onnx.front_end.from_float_onnx_model"
    ),
    "tvm_tiny.frontends.onnx.from_onnx_bytes": "tvm_tiny.frontends.onnx.front_end.from_onnx_bytes",
    "tvm_tiny.frontends.onnx.from_onnx_model": "tvm_tiny.frontends.onnx.front_end.from_onnx_model",
    "tvm_tiny.frontends.onnx.windows.Window": "tvm_tiny.frontends.onnx.windows.SlidingWindow",
    "tvm_tiny.frontends.table.Table": "tvm_tiny.frontends.table.RecordTable",
    "tvm_tiny.frontends.tflite.flatbuffer.Table": "tvm_tiny.frontends.tflite.flatbuffer.FlatTable",
    "tvm_tiny.frontends.tflite.floats.dequantised": (
        "tvm_tiny.frontends.tflite.conversion.dequantised"
    ),
    "tvm_tiny.frontends.tflite.from_tflite_bytes": (
        "tvm_tiny.frontends.tflite.front_end.from_tflite_bytes"
    ),
    "tvm_tiny.operators.kinds.Border": "tvm_tiny.operators.kinds.AtBorder",
    "tvm_tiny.operators.recurrent.Unit": "tvm_tiny.operators.recurrent.LstmUnit",
    "tvm_tiny.operators.reduce.Sum": "tvm_tiny.operators.reduce.ReduceSum",
    "tvm_tiny.operators.resize.Line": "tvm_tiny.operators.resize.IndexLine",
    "tvm_tiny.operators.shape.Concat": "tvm_tiny.operators.concat.Concat",
    "tvm_tiny.operators.signal.Frame": "tvm_tiny.operators.signal.FrameOperator",
    "tvm_tiny.passes.backward.arithmetic.Arithmetic": (
        "tvm_tiny.passes.backward.arithmetic.TrainingArithmetic"
    ),
    "tvm_tiny.passes.backward.layers.Layer": "tvm_tiny.passes.backward.layers.WeightedLayer",
    "tvm_tiny.passes.channels.program.Call": "tvm_tiny.passes.channels.program.IntegerCall",
    "tvm_tiny.passes.channels.program.Program": "tvm_tiny.passes.channels.program.IntegerCalls",
    "tvm_tiny.passes.decision.memory_plan.planned_graph": (
        "tvm_tiny.passes.plan.follow_rows.planned_graph"
    ),
    "tvm_tiny.passes.decision.memory_plan.row_schedule": (
        "tvm_tiny.passes.plan.follow_rows.row_schedule"
    ),
    "tvm_tiny.passes.decision.memory_plan.segment_calls": (
        "tvm_tiny.passes.plan.follow_rows.segment_calls"
    ),
    "tvm_tiny.passes.decision.memory_plan.stream_schedule": (
        "tvm_tiny.passes.plan.follow_rows.stream_schedule"
    ),
    "tvm_tiny.passes.layout.rewriter.Rewriter": "tvm_tiny.passes.layout.rewriter.LayoutRewriter",
    "tvm_tiny.passes.legalize.constants.Quantised": (
        "tvm_tiny.passes.legalize.constants.QuantisedConstant"
    ),
    "tvm_tiny.passes.legalize.plain.Rewriting": "tvm_tiny.passes.legalize.plain.Legalising",
    "tvm_tiny.passes.legalize.sites.Declined": "tvm_tiny.passes.legalize.sites.NotLegalised",
    "tvm_tiny.passes.legalize.sites.Operand": "tvm_tiny.passes.legalize.sites.QuantisedValue",
    "tvm_tiny.passes.plan.cells.Option": "tvm_tiny.passes.plan.cells.StreamWay",
    "tvm_tiny.passes.plan.decide.plan_segments": "tvm_tiny.passes.plan.segments.plan_segments",
    "tvm_tiny.passes.plan.labels.Stretch": "tvm_tiny.passes.plan.labels.LabelledSegment",
    "tvm_tiny.passes.plan.plain.Plain": "tvm_tiny.passes.plan.plain.PlainSegments",
    "tvm_tiny.passes.plan.plan_memory.PLAN_ATTRIBUTE": (
        "tvm_tiny.passes.plan.on_module.PLAN_ATTRIBUTE"
    ),
    "tvm_tiny.passes.plan.plan_memory.PlanMemory": "tvm_tiny.passes.plan.memory_pass.PlanMemory",
    "tvm_tiny.passes.plan.plan_memory.attached_plan": (
        "tvm_tiny.passes.plan.on_module.attached_plan"
    ),
    "tvm_tiny.passes.plan.plan_memory.attached_rewrites": (
        "tvm_tiny.passes.plan.on_module.attached_rewrites"
    ),
    "tvm_tiny.passes.receptive_field.export.Value": (
        "tvm_tiny.passes.receptive_field.export.OnnxValue"
    ),
    "tvm_tiny.passes.receptive_field.program.Program": (
        "tvm_tiny.passes.receptive_field.program.MainFunction"
    ),
    "tvm_tiny.passes.receptive_field.program.Step": (
        "tvm_tiny.passes.receptive_field.program.BoundCall"
    ),
    "tvm_tiny.passes.receptive_field.summary.Figures": (
        "tvm_tiny.passes.receptive_field.summary.EarlyStage"
    ),
    "tvm_tiny.passes.recompute.geometry.Band": "tvm_tiny.passes.recompute.geometry.PatchBand",
    "tvm_tiny.passes.recompute.rewrite.AGAIN": "tvm_tiny.passes.decision.rewrite.AGAIN",
    "tvm_tiny.passes.recompute.search.Task": "tvm_tiny.passes.recompute.search.SearchTask",
    "tvm_tiny.passes.stream.cuts.Piece": "tvm_tiny.passes.stream.cuts.PossibleSegment",
    "tvm_tiny.passes.stream.demand.Rows": "tvm_tiny.passes.stream.demand.DemandedRows",
    "tvm_tiny.passes.stream.network.Work": "tvm_tiny.passes.stream.network.NodeWork",
    "tvm_tiny.passes.tiny_pass.Rewrite": "tvm_tiny.passes.tiny_pass.FunctionRewriter",
    "tvm_tiny.pipeline.Compiled": "tvm_tiny.result.Compiled",
    "tvm_tiny.pipeline.total_macs": "tvm_tiny.operators.macs.total_macs",
    "tvm_tiny.quantise.Comparison": "tvm_tiny.quantise.quantise.Comparison",
    "tvm_tiny.quantise.Quantised": "tvm_tiny.quantise.quantise.Quantised",
    "tvm_tiny.quantise.compare": "tvm_tiny.quantise.quantise.compare",
    "tvm_tiny.quantise.quantize": "tvm_tiny.quantise.quantise.quantize",
    "tvm_tiny.report.model.InPlace": "tvm_tiny.report.model.InPlaceInfo",
    "tvm_tiny.report.model.Segment": "tvm_tiny.report.model.SegmentInfo",
    "tvm_tiny.run.Place": "tvm_tiny.run.WholeTensor",
    "tvm_tiny.run.RunResult": "tvm_tiny.run.RunnerResult",
    "tvm_tiny.schedules.dsp.depthwise.Packed": "tvm_tiny.schedules.dsp.depthwise.PackedRecords",
    "tvm_tiny.schedules.dsp.intrinsics.Place": "tvm_tiny.schedules.dsp.intrinsics.PixelRun",
    "tvm_tiny.schedules.packing.Live": "tvm_tiny.schedules.packing.LiveProduct",
    "tvm_tiny.schedules.packing.Product": "tvm_tiny.schedules.packing.MatrixProduct",
    "tvm_tiny.simulator.counting.Access": "tvm_tiny.simulator.counting.MemoryAccess",
    "tvm_tiny.simulator.counting.Limits": "tvm_tiny.simulator.counting.CountingLimits",
    "tvm_tiny.simulator.decoded.Store": "tvm_tiny.simulator.decoded.DecodedStore",
    "tvm_tiny.simulator.hot.HotLoop": "tvm_tiny.simulator.hot.HotCode",
    "tvm_tiny.simulator.image.Function": "tvm_tiny.simulator.image.FunctionSymbol",
    "tvm_tiny.simulator.image.Segment": "tvm_tiny.simulator.image.LoadedBytes",
    "tvm_tiny.simulator.instruction.Operands": "tvm_tiny.simulator.instruction.InstructionOperands",
    "tvm_tiny.simulator.machine.Region": "tvm_tiny.simulator.machine.MappedRegion",
    "tvm_tiny.simulator.memory.Port": "tvm_tiny.simulator.memory.MemoryPort",
    "tvm_tiny.testing.tflite_tables.Graph": "tvm_tiny.testing.tflite_tables.WrittenGraph",
    "tvm_tiny.testing.tflite_tables.Op": "tvm_tiny.testing.tflite_tables.WrittenOp",
    "tvm_tiny.toolchain.build_elf": "tvm_tiny.toolchain.build.build_elf",
    "tvm_tiny.toolchain.build_host_library": "tvm_tiny.toolchain.build.build_host_library",
    "tvm_tiny.toolchain.build_program": "tvm_tiny.toolchain.build.build_program",
    "tvm_tiny.training.distil.Settings": "tvm_tiny.training.distil.FineTuning",
    "tvm_tiny.training.operators.Step": "tvm_tiny.training.operators.NodeView",
    "tvm_tiny.training.recipe.Outcome": "tvm_tiny.training.recipe.RecipeOutcome",
    "tvm_tiny.training.recipe.Plan": "tvm_tiny.training.recipe.RecipePlan",
    "tvm_tiny.tuning.farm.make_farm": "tvm_tiny.tuning.farms.make_farm",
    "tvm_tiny.tuning.journal.Line": "tvm_tiny.tuning.journal.TrialLine",
    "tvm_tiny.tuning.programs.Program": "tvm_tiny.tuning.programs.LinkedLayer",
    "tvm_tiny.tuning.session.Session": "tvm_tiny.tuning.session.TuningSession",
    "tvm_tiny.tuning.session.Settings": "tvm_tiny.tuning.session.SearchSettings",
    "tvm_tiny.tuning.session.State": "tvm_tiny.tuning.session.SessionState",
    "tvm_tiny.tuning.space.Space": "tvm_tiny.tuning.space.ScheduleSpace",
}
"""Old name, with the module that has it now -> new name."""


class _Signpost(MetaPathFinder):
    """Asked when nobody else knows a module."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        del path, target
        new = MODULES.get(fullname)
        if new is None:
            return None
        raise ModuleNotFoundError(f"{fullname} is now {new}: import it from there", name=fullname)


def put_up_signposts() -> None:
    """Make imports of old modules fail with a sentence that says where they are."""
    if not any(isinstance(finder, _Signpost) for finder in sys.meta_path):
        sys.meta_path.append(_Signpost())


def names_of(module: str) -> Callable[[str], Any]:
    """A ``__getattr__`` for a module with public names that were renamed: warns, gives the new."""

    def renamed(name: str) -> Any:
        new = NAMES.get(f"{module}.{name}")
        if new is None:
            raise AttributeError(f"module '{module}' has no attribute '{name}'")
        warnings.warn(f"{module}.{name} is now {new}", DeprecationWarning, stacklevel=2)
        home, new_name = new.rsplit(".", 1)
        return getattr(importlib.import_module(home), new_name)

    return renamed

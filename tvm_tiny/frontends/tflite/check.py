# SPDX-License-Identifier: Apache-2.0
"""Is a TFLite file what it says, and can it be compiled? Before TVM or any C++ sees it.

Files are untrusted. ``flatbuffer`` and ``tflite_file`` read with every offset checked; here the
contents are checked against each other: types, quantisation, sizes of constants, order of
operators; ``tflite_shapes`` computes every result's shape again. All problems are collected.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from tvm_tiny.arithmetic.element_types import ELEMENT_TYPES, QUANTISED, element_type
from tvm_tiny.errors import ModelError, Problem, UnsupportedError
from tvm_tiny.frontends.tflite.dilations import fold_dilations
from tvm_tiny.frontends.tflite.file import read_tflite
from tvm_tiny.frontends.tflite.islands import fold_islands
from tvm_tiny.frontends.tflite.model import TFLiteFile, TFLiteOperator, TFLiteTensor
from tvm_tiny.frontends.tflite.prepare import fold_known, shift_unsigned, with_shapes
from tvm_tiny.frontends.tflite.record import Call, Fault, Operand, Record, lookup, lookup_for
from tvm_tiny.frontends.tflite.states import resolve_states
from tvm_tiny.frontends.tflite.whole import refuse_accelerators, refuse_hybrid

MAX_TENSOR_BYTES: Final = 1 << 28
MAX_RANK: Final = 6
_QUANTISE: Final = (
    "quantise it after training: tvm-tiny quantize MODEL --data calibration.npz -o int8.onnx; or"
    " convert it anew: converter = tf.lite.TFLiteConverter...; converter.optimizations ="
    " [tf.lite.Optimize.DEFAULT]; converter.representative_dataset = samples;"
    " converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8];"
    " converter.inference_input_type = converter.inference_output_type = tf.int8"
)
_DO: Final = {
    "TT1102": _QUANTISE,
    "TT1103": "convert with int8 or int16x8 quantisation of all layers",
    "TT1104": "give the float32 model that was quantised",
    "TT1105": "quantise all layers (int8 or int16x8): the converter then writes a scale for each",
}
_MESSAGES: Final = {
    "TT1002": "the model contradicts itself",
    "TT1101": "the model has dynamic shapes",
    "TT1102": "the model is not quantised to int8",
    "TT1103": "the model has types that its operators are not compiled for",
    "TT1104": "the model is not a float model",
    "TT1105": "integers of the model have no scale",
    "TT1203": "the model uses what is not supported",
}
"""Also the order in which codes win when a model has problems of several kinds."""


def inspect_tflite(
    data: bytes,
    *,
    floats: bool = False,
    shapes: Mapping[str, Sequence[int]] | None = None,
    batch: int | None = None,
) -> TFLiteFile:
    """Check a TFLite file and return its contents.

    Args:
        data: the file.
        floats: a float32 model is wanted, not an int8 one.
        shapes: input name -> shape, where the model left extents open.
        batch: the first extent of inputs that leave it open; None: 1, as the file has it.

    Raises:
        ModelError: TT1001 not a TFLite file, truncated or damaged; TT1002 it contradicts itself.
        UnsupportedError: TT1101 dynamic shapes, TT1102 float, TT1103 another type than int8,
            TT1104 quantised where a float one is wanted, TT1105 integers without a scale,
            TT1203 operators or options that are not supported. With every problem found.
    """
    file = with_shapes(read_tflite(data), shapes or {}, batch)
    inspection = _Inspection(file, floats)
    inspection.run()
    inspection.finish()
    return inspection.file


def computes_unsigned(data: bytes) -> bool:
    """Whether a model computes on uint8 (TensorFlow Lite Micro only quantises to and from it)."""
    file = read_tflite(data)
    return any(
        op.kind not in ("QUANTIZE", "DEQUANTIZE")
        and any(i >= 0 and file.tensors[i].dtype == "uint8" for i in (*op.inputs, *op.outputs))
        for op in file.operators
    )


@dataclass(frozen=True)
class _Found:
    code: str
    problem: Problem


class _Inspection:
    """Collects problems; a check that depends on a failed one is left out."""

    def __init__(self, file: TFLiteFile, floats: bool) -> None:
        self.file, self._floats = file, floats
        self._found: list[_Found] = []

    def run(self) -> None:
        """Structure first: nothing is computed of a file whose operators are out of order."""
        refuse_accelerators(self.file)
        if not self._floats:
            refuse_hybrid(self.file, _QUANTISE)
        self._borders()
        self.file, wrong = resolve_states(self.file)
        self._found += [_Found(code, problem) for code, problem in wrong]
        used = self._order()
        if not self._found:
            file = shift_unsigned(fold_known(self.file))
            self.file = file if self._floats else fold_dilations(fold_islands(file))
            used = self._used()
        self._types()
        sound = {i for i in sorted(used) if self._tensor(self.file.tensors[i])}
        self._constants(used)
        for op in self.file.operators:
            indices = {*(i for i in op.inputs if i >= 0), *op.outputs}
            record = self._record(op)
            usable = record is not None and record.convert is not None
            if record is not None and usable and op.outputs and indices <= sound:
                self._operator(op, record)

    def finish(self) -> None:
        """Raise one error with everything found."""
        if not self._found:
            return
        found_codes = {found.code for found in self._found}
        code = next(code for code in _MESSAGES if code in found_codes)
        ordered = sorted(self._found, key=lambda found: found.code != code)
        kind = ModelError if code == "TT1002" else UnsupportedError
        raise kind(_MESSAGES[code], tuple(found.problem for found in ordered), code=code)

    def _record(self, op: TFLiteOperator) -> Record | None:
        """In a float model float32 is what is to be quantised, not a type to compute in."""
        return lookup(op.kind) if self._floats else lookup_for(op, self.file.tensors)

    def _add(self, code: str, where: str, what: str, why: str = "", do: str = "") -> None:
        self._found.append(_Found(code, Problem(what, where, why, do)))

    def _borders(self) -> None:
        """Inputs and outputs of the model."""
        file, count = self.file, len(self.file.tensors)
        for word, indices in (("input", file.inputs), ("output", file.outputs)):
            if not indices:
                self._add("TT1002", "model", f"it has no {word}")
            for place, index in enumerate(indices):
                where = f"{word} {place}"
                if not 0 <= index < count:
                    self._add("TT1002", where, f"tensor {index} of {count}")
                    continue
                tensor = file.tensors[index]
                if tensor.data is not None:
                    self._add("TT1002", where, f"'{tensor.name}' is a constant")
        if len(set(file.inputs)) != len(file.inputs):
            self._add("TT1002", "model", "a tensor is an input twice")

    def _types(self) -> None:
        """Types of the model's inputs and outputs; operators that there are."""
        file, count = self.file, len(self.file.tensors)
        for word, indices in (("input", file.inputs), ("output", file.outputs)):
            for place, index in enumerate(indices):
                where = f"{word} {place}"
                if not 0 <= index < count:
                    continue
                tensor = file.tensors[index]
                if self._floats and tensor.dtype != "float32":
                    self._wrong_type(where, tensor, ("float32",))
                elif tensor.dtype not in ELEMENT_TYPES:
                    do = "convert with inference_input_type = inference_output_type = tf.int8"
                    what = f"'{tensor.name}' has type {tensor.dtype}"
                    why = "inputs and outputs are int8, int16, uint8 or float32"
                    self._add("TT1103", where, what, why, do)
        for op in file.operators:
            record = self._record(op)
            if record is None or record.convert is None:
                why = "this operator is not supported"
                if record is not None:
                    why = "it is supported over constants, and its operands are computed"
                self._add("TT1203", file.where(op), op.kind, why, "'tvm-tiny ops' lists what is")
            elif self._floats and not record.float_form:
                self._add("TT1203", file.where(op), op.kind, "it is not supported in float models")

    def _used(self) -> set[int]:
        """Tensors that something reads or makes."""
        ends = {*self.file.inputs, *self.file.outputs}
        ends |= {i for s in self.file.states for i in (s.tensor, s.following) if i is not None}
        read = {i for op in self.file.operators for i in (*op.inputs, *op.outputs)}
        return {i for i in ends | read if 0 <= i < len(self.file.tensors)}

    def _order(self) -> set[int]:
        """Operands exist before they are used, results are made once; returns what is used."""
        file, count = self.file, len(self.file.tensors)
        ready = {i for i in file.inputs if 0 <= i < count}
        ready |= {s.tensor for s in file.states}
        ready |= {t.index for t in file.tensors if t.data is not None or t.variable}
        for op in file.operators:
            where = file.where(op)
            if not op.outputs:
                self._add("TT1002", where, "an operator without a result")
            for index in op.inputs:
                if index >= count or (index >= 0 and index not in ready):
                    self._add("TT1002", where, f"operand {index} is not made before it is used")
                    ready |= {index} if index < count else set()
            for index in op.outputs:
                if not 0 <= index < count or index in ready:
                    self._add("TT1002", where, f"result {index} is made already, or no tensor")
            ready |= {i for i in op.outputs if 0 <= i < count}
        for index in file.outputs:
            if 0 <= index < count and index not in ready:
                self._add("TT1002", f"output of tensor {index}", "no operator makes it")
        return self._used()

    def _tensor(self, tensor: TFLiteTensor) -> bool:
        """Size, contents and quantisation of one tensor."""
        before = len(self._found)
        where = f"tensor {tensor.index} '{tensor.name}'"
        if any(d < 0 for d in tensor.shape):
            do = "export with a fixed input shape"
            self._add("TT1101", where, f"shape {tensor.shape}", "sizes must be known", do)
        elif any(d == 0 for d in tensor.shape) or len(tensor.shape) > MAX_RANK:
            self._add("TT1002", where, f"shape {tensor.shape[:8]}")
        elif tensor.nbytes > MAX_TENSOR_BYTES:
            what = f"{tensor.nbytes:,} B; the limit is {MAX_TENSOR_BYTES:,} B"
            self._add("TT1002", where, what)
        elif tensor.data is not None and tensor.known and tensor.data.size != tensor.nbytes:
            what = f"{tensor.data.size:,} B of data for shape {tensor.shape} {tensor.dtype}"
            self._add("TT1002", where, what, f"it must be {tensor.nbytes:,} B")
        if tensor.sparse or (tensor.variable and tensor.index not in self._lasting()):
            self._add("TT1203", where, "a sparse or variable tensor")
        if tensor.dtype in (*QUANTISED, "int32"):
            self._quantisation(tensor, where)
        return len(self._found) == before

    def _lasting(self) -> set[int]:
        """Tensors that are states."""
        return {s.tensor for s in self.file.states}

    def _quantisation(self, tensor: TFLiteTensor, where: str) -> None:
        scales, zero_points = tensor.scales, tensor.zero_points
        if scales.size != zero_points.size:
            self._add("TT1002", where, f"{scales.size} scales, {zero_points.size} zero points")
            return
        if scales.size == 0:
            return  # operators that need a scale say so
        quantised, kind = tensor.dtype in QUANTISED, element_type(tensor.dtype)
        # MUL takes constants of scale 0: they are 0.
        positive = scales > 0 if tensor.data is None else scales >= 0
        bad = ~(np.isfinite(scales) & positive)
        if quantised and np.any(bad):
            self._add("TT1002", where, f"a scale of {float(scales[bad][0])}", "it must be > 0")
        if quantised and np.any((zero_points < kind.low) | (zero_points > kind.high)):
            self._add("TT1002", where, f"a zero point outside {tensor.dtype}")
        if tensor.dtype == "int16" and np.any(zero_points != 0) and not self.file.shares(tensor):
            self._add("TT1203", where, "an int16 tensor with a zero point", "TFLite wants 0 here")
        if scales.size > 1:
            self._per_channel(tensor, where)

    def _per_channel(self, tensor: TFLiteTensor, where: str) -> None:
        axis, rank = tensor.axis, len(tensor.shape)
        if not 0 <= axis < rank or tensor.shape[axis] != tensor.scales.size:
            what = f"{tensor.scales.size} scales along dimension {axis} of {tensor.shape}"
            self._add("TT1002", where, what)
        elif np.any(tensor.zero_points != 0):
            self._add("TT1203", where, "zero points per channel", "TFLite wants 0 here")
        elif tensor.data is None:
            self._add("TT1203", where, "an activation quantised per channel")

    def _constants(self, used: set[int]) -> None:
        """Constants are copied for every operator that reads them: bound the sum."""
        tensors = self.file.tensors
        reads = Counter(i for op in self.file.operators for i in set(op.inputs) if i in used)
        data = ((tensors[i].data, n) for i, n in reads.items())
        total = sum(d.size * n for d, n in data if d is not None)
        if total > MAX_TENSOR_BYTES:
            what = f"constants of {total:,} B; the limit is {MAX_TENSOR_BYTES:,} B"
            self._add("TT1002", "model", what)

    def _operator(self, op: TFLiteOperator, record: Record) -> None:
        where, call = self.file.where(op), Call(self.file.tensors, op)
        try:
            _check_options(op, record)
            roles = record.roles(call)
            if self._operands(call, record, roles, where):
                _check_shapes(call, record)
                self._result(call, record, roles)
                if record.constraint is not None:
                    record.constraint(call)
        except Fault as fault:
            self._add(fault.code, where, fault.what, fault.why, fault.do)

    def _operands(self, call: Call, record: Record, roles: Sequence[Operand], where: str) -> bool:
        """Types and roles of the operands, types of the results."""
        before = len(self._found)
        for place, (role, tensor) in enumerate(zip(roles, call.inputs, strict=False)):
            if tensor is not None:
                self._operand(role, tensor, place, record, where)
            elif not role.optional:
                raise Fault(f"operand {place} is absent")
        if len(self._found) != before:
            return False
        self._same_types(call, record, roles, where)
        return len(self._found) == before

    def _same_types(self, call: Call, record: Record, roles: Sequence[Operand], where: str) -> None:
        """All activations have the type of the first, results too if the record says no other."""
        first = _first_type(call, roles)
        for role, tensor in zip(roles, call.inputs, strict=False):
            if tensor is None or self._floats or role.role not in ("activation", "value"):
                continue
            if first in role.types and tensor.dtype != first:
                self._wrong_type(where, tensor, (first,))
        wanted = record.result_type or first
        wanted = (wanted,) if isinstance(wanted, str) else wanted
        scaled = any(role.scaled for role in roles)
        for tensor in call.outputs:
            if tensor.dtype not in wanted:
                self._wrong_type(where, tensor, wanted)
            elif _unscaled(tensor) and record.scaled and (scaled or record.result_type):
                self._cured("TT1105", where, f"'{tensor.name}' is {tensor.dtype} without a scale")

    def _operand(
        self, role: Operand, tensor: TFLiteTensor, place: int, record: Record, where: str
    ) -> None:
        types = role.floats if self._floats else role.types
        if tensor.dtype not in types:
            self._wrong_type(where, tensor, types)
        elif record.scaled and role.scaled and _unscaled(tensor):
            self._cured("TT1105", where, f"'{tensor.name}' is {tensor.dtype} without a scale")
        elif role.role == "state":
            if tensor.index not in self._lasting():
                self._add("TT1203", where, f"'{tensor.name}' is no variable tensor")
        elif role.constant and role.role != "unread" and tensor.data is None:
            what = f"operand {place} '{tensor.name}' is computed at run time"
            self._add("TT1203", where, what, "TFLM wants a constant here")

    def _wrong_type(self, where: str, tensor: TFLiteTensor, wanted: tuple[str, ...]) -> None:
        code = "TT1102" if tensor.dtype in ("float32", "float16") else "TT1103"
        code = "TT1104" if self._floats else code
        if any(f.code == code and f.problem.where == where for f in self._found):
            return
        what = f"'{tensor.name}' has type {tensor.dtype}"
        self._cured(code, where, what, f"it must be {' or '.join(wanted)}")

    def _cured(self, code: str, where: str, what: str, why: str = "") -> None:
        """Add a problem; its cure stands with the first of the kind."""
        do = "" if any(found.code == code for found in self._found) else _DO[code]
        self._add(code, where, what, why, do)

    def _result(self, call: Call, record: Record, roles: Sequence[Operand]) -> None:
        """Quantisation that TFLM's kernels take for granted."""
        fixed = record.quantisation.get(call.outputs[0].dtype)
        if fixed is not None and not self._floats:
            result = call.outputs[0]
            found = (float(result.scales[0]), int(result.zero_points[0]))
            if not (math.isclose(found[0], fixed[0], rel_tol=1e-6) and found[1] == fixed[1]):
                why = f"TFLite's {record.name} makes scale {fixed[0]}, zero point {fixed[1]}"
                raise Fault(f"a result of scale {found[0]}, zero point {found[1]}", why)
        for role, tensor in zip(roles, call.inputs, strict=False):
            if tensor is None or tensor.dtype not in QUANTISED or tensor.scales.size <= 1:
                continue
            if role.role != "weights" or tensor.axis != record.per_channel:
                what = f"'{tensor.name}' is quantised along dimension {tensor.axis}"
                raise Fault(what, "only output channels of weights may be", code="TT1203")


def _unscaled(tensor: TFLiteTensor) -> bool:
    """Small integers that stand for no numbers."""
    return tensor.dtype in QUANTISED and not tensor.scales.size


def _first_type(call: Call, roles: Sequence[Operand]) -> str:
    """Type of the first activation."""
    pairs = zip(roles, call.inputs, strict=False)
    return next(t.dtype for role, t in pairs if t is not None and not role.constant)


def _check_options(op: TFLiteOperator, record: Record) -> None:
    wanted = record.options
    other = wanted and op.options_table != wanted
    if other and (op.options_table or not record.defaults):
        raise Fault(f"options '{op.options_table}', not '{wanted}'")
    if not 0 <= op.options.get("activation", 0) <= 3:
        why = "NONE, RELU, RELU6 and RELU_N1_TO_1 are supported"
        raise Fault(f"activation {op.options['activation']}", why, code="TT1203")


def _check_shapes(call: Call, record: Record) -> None:
    """Nothing in a file can be believed: declared shapes are what the operator makes."""
    wanted = record.shapes(call)
    declared = [t.shape for t in call.outputs]
    if wanted != declared:
        raise Fault(f"the result has shape {declared[:4]}, the operator makes {wanted[:4]}")

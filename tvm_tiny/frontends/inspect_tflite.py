# SPDX-License-Identifier: Apache-2.0
"""Is a TFLite file what it says, and can it be compiled? Before TVM or any C++ sees it.

Files are untrusted. ``flatbuffer`` and ``tflite_file`` read with every offset checked; here the
contents are checked against each other: types, quantisation, sizes of constants, order of
operators; ``tflite_shapes`` computes every result's shape again. All problems are collected.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import Final

import numpy as np

from tvm_tiny.errors import ModelError, Problem, UnsupportedError
from tvm_tiny.frontends.tflite_file import (
    OPTIONS,
    TFLiteFile,
    TFLiteOperator,
    TFLiteTensor,
    read_tflite,
)
from tvm_tiny.frontends.tflite_shapes import Call, Fault, check_shapes

MAX_TENSOR_BYTES: Final = 1 << 28
MAX_RANK: Final = 6
_MOST_PROBLEMS: Final = 20
_QUANTISE: Final = (
    "quantise it after training: tvm-tiny quantize MODEL --data calibration.npz -o int8.onnx; or"
    " convert it anew: converter = tf.lite.TFLiteConverter...; converter.optimizations ="
    " [tf.lite.Optimize.DEFAULT]; converter.representative_dataset = samples;"
    " converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8];"
    " converter.inference_input_type = converter.inference_output_type = tf.int8"
)
_DO: Final = {
    "TT1102": _QUANTISE,
    "TT1103": "convert with full int8 quantisation",
    "TT1104": "give the float32 model that was quantised",
}
_MESSAGES: Final = {
    "TT1002": "the model contradicts itself",
    "TT1101": "the model has dynamic shapes",
    "TT1102": "the model is not quantised to int8",
    "TT1103": "the model is quantised to another type than int8",
    "TT1104": "the model is not a float model",
    "TT1203": "the model uses what is not supported",
}
"""Also the order in which codes win when a model has problems of several kinds."""

_UNARY = ("x",)
_OPERANDS: Final[dict[str, tuple[str, ...]]] = {
    "CONV_2D": ("x", "w", "b?"), "DEPTHWISE_CONV_2D": ("x", "w", "b?"),
    "FULLY_CONNECTED": ("x", "w", "b?"), "TRANSPOSE_CONV": ("i", "w", "x", "b?"),
    "ADD": ("x", "x"), "SUB": ("x", "x"), "MUL": ("x", "x"), "MAXIMUM": ("x", "x"),
    "MINIMUM": ("x", "x"), "PRELU": ("x", "w"), "MEAN": ("x", "i"), "SUM": ("x", "i"),
    "PAD": ("m", "i"), "PADV2": ("x", "i", "v"), "RESHAPE": ("m", "i?"), "SQUEEZE": ("m",),
    "EXPAND_DIMS": ("m", "i"), "TRANSPOSE": ("m", "i"), "CONCATENATION": ("x*",),
    "PACK": ("x*",), "UNPACK": ("m",), "SPLIT": ("i", "m"), "SPLIT_V": ("m", "i", "i"),
    "SLICE": ("m", "i", "i"), "STRIDED_SLICE": ("m", "i", "i", "i"),
    "RESIZE_BILINEAR": ("x", "i"), "RESIZE_NEAREST_NEIGHBOR": ("x", "i"),
    "QUANTIZE": ("m",), "DEQUANTIZE": ("x",),
}  # fmt: skip
"""Operands: x int8; w constant int8; b constant int32; i constant integers; v constant int8; m
int8 or float32; ``?`` may be absent; ``*`` one or more. Not listed: one x."""

_FIXED_RESULT: Final = {
    "LOGISTIC": (1 / 256, -128), "SOFTMAX": (1 / 256, -128), "TANH": (1 / 128, 0),
}  # fmt: skip
_TYPES: Final = {
    "x": ("int8",), "w": ("int8",), "v": ("int8",), "b": ("int32",), "i": ("int32", "int64"),
    "m": ("int8", "float32"),
}  # fmt: skip
_FLOAT_TYPES: Final = {
    "x": ("float32",), "w": ("float32", "int8"), "v": ("float32",), "b": ("float32",),
    "i": ("int32", "int64"), "m": ("float32",),
}  # fmt: skip
"""The same of float models; int8 weights with scales are the floats that they stand for."""
_OPTIONAL_OPTIONS: Final = frozenset(
    {"ADD", "SUB", "MUL", "MAXIMUM", "MINIMUM", "MEAN", "SUM", "PAD", "PADV2", "RESHAPE",
     "TRANSPOSE", "SLICE", "QUANTIZE", "DEQUANTIZE", "SQUEEZE", "EXPAND_DIMS", "HARD_SWISH"}
)  # fmt: skip
"""Operators that do without their option table."""


def inspect_tflite(data: bytes, *, floats: bool = False) -> TFLiteFile:
    """Check a TFLite file and return its contents.

    Args:
        data: the file.
        floats: a float32 model is wanted, not an int8 one.

    Raises:
        ModelError: TT1001 not a TFLite file, truncated or damaged; TT1002 it contradicts itself.
        UnsupportedError: TT1101 dynamic shapes, TT1102 float, TT1103 another type than int8,
            TT1104 quantised where a float one is wanted, TT1203 operators or options that are not
            supported. With every problem found.
    """
    file = read_tflite(data)
    inspection = _Inspection(file, floats)
    inspection.run()
    inspection.finish()
    return file


@dataclass(frozen=True)
class _Found:
    code: str
    problem: Problem


class _Inspection:
    """Collects problems; a check that depends on a failed one is left out."""

    def __init__(self, file: TFLiteFile, floats: bool) -> None:
        self._file, self._floats = file, floats
        self._types = _FLOAT_TYPES if floats else _TYPES
        self._found: list[_Found] = []

    def run(self) -> None:
        self._borders()
        used = self._order()
        sound = {i for i in sorted(used) if self._tensor(self._file.tensors[i])}
        self._constants(used)
        for op in self._file.operators:
            indices = {*(i for i in op.inputs if i >= 0), *op.outputs}
            if op.kind in OPTIONS and op.outputs and indices <= sound:
                self._operator(op)

    def finish(self) -> None:
        """Raise one error with everything found."""
        if not self._found:
            return
        counts = Counter(found.code for found in self._found)
        code = next(code for code in _MESSAGES if counts[code])
        ordered = sorted(self._found, key=lambda found: found.code != code)
        problems = [found.problem for found in ordered[:_MOST_PROBLEMS]]
        if len(ordered) > _MOST_PROBLEMS:
            problems.append(Problem(f"and {len(ordered) - _MOST_PROBLEMS} more problems"))
        kind = ModelError if code == "TT1002" else UnsupportedError
        raise kind(_MESSAGES[code], tuple(problems), code=code)

    def _add(self, code: str, where: str, what: str, why: str = "", do: str = "") -> None:
        self._found.append(_Found(code, Problem(what, where, why, do)))

    def _borders(self) -> None:
        """Inputs and outputs of the model."""
        file, count = self._file, len(self._file.tensors)
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
                elif self._floats and tensor.dtype != "float32":
                    self._wrong_type(where, tensor, ("float32",))
                elif tensor.dtype not in _TYPES["m"]:
                    do = "convert with inference_input_type = inference_output_type = tf.int8"
                    what = f"'{tensor.name}' has type {tensor.dtype}"
                    self._add("TT1103", where, what, "int8 or float32 is supported", do)
        if len(set(file.inputs)) != len(file.inputs):
            self._add("TT1002", "model", "a tensor is an input twice")

    def _order(self) -> set[int]:
        """Operands exist before they are used, results are made once; returns what is used."""
        file, count = self._file, len(self._file.tensors)
        ready = {i for i in file.inputs if 0 <= i < count}
        ready |= {t.index for t in file.tensors if t.data is not None}
        used = {i for i in (*file.inputs, *file.outputs) if 0 <= i < count}
        for op in file.operators:
            where = file.where(op)
            if op.kind not in OPTIONS or (self._floats and op.kind == "TRANSPOSE_CONV"):
                why = "this operator is not supported"
                self._add("TT1203", where, op.kind, why, "'tvm-tiny ops' lists what is")
            if not op.outputs:
                self._add("TT1002", where, "an operator without a result")
            for index in op.inputs:
                if index >= count or (index >= 0 and index not in ready):
                    self._add("TT1002", where, f"operand {index} is not made before it is used")
                    ready |= {index} if index < count else set()
            for index in op.outputs:
                if not 0 <= index < count or index in ready:
                    self._add("TT1002", where, f"result {index} is made already, or no tensor")
            used |= {i for i in (*op.inputs, *op.outputs) if 0 <= i < count}
            ready |= {i for i in op.outputs if 0 <= i < count}
        for index in file.outputs:
            if 0 <= index < count and index not in ready:
                self._add("TT1002", f"output of tensor {index}", "no operator makes it")
        return used

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
        if tensor.sparse or tensor.variable:
            self._add("TT1203", where, "a sparse or variable tensor")
        if tensor.dtype in ("int8", "int32"):
            self._quantisation(tensor, where)
        return len(self._found) == before

    def _quantisation(self, tensor: TFLiteTensor, where: str) -> None:
        scales, zero_points = tensor.scales, tensor.zero_points
        if scales.size != zero_points.size:
            self._add("TT1002", where, f"{scales.size} scales, {zero_points.size} zero points")
            return
        if tensor.dtype == "int8" and scales.size == 0:
            self._add("TT1002", where, "an int8 tensor without quantisation")
            return
        if tensor.dtype == "int32" and tensor.data is None and scales.size == 0:
            return
        bad = ~(np.isfinite(scales) & (scales > 0))
        if tensor.dtype == "int8" and np.any(bad):
            self._add("TT1002", where, f"a scale of {float(scales[bad][0])}", "it must be > 0")
        if tensor.dtype == "int8" and np.any((zero_points < -128) | (zero_points > 127)):
            self._add("TT1002", where, "a zero point outside int8")
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
        tensors = self._file.tensors
        reads = Counter(i for op in self._file.operators for i in set(op.inputs) if i in used)
        data = ((tensors[i].data, n) for i, n in reads.items())
        total = sum(d.size * n for d, n in data if d is not None)
        if total > MAX_TENSOR_BYTES:
            what = f"constants of {total:,} B; the limit is {MAX_TENSOR_BYTES:,} B"
            self._add("TT1002", "model", what)

    def _operator(self, op: TFLiteOperator) -> None:
        where = self._file.where(op)
        try:
            self._options(op)
            if self._operands(op, where):
                check_shapes(self._file, op)
                self._result(op)
        except Fault as fault:
            self._add(fault.code, where, fault.what, fault.why, fault.do)

    def _options(self, op: TFLiteOperator) -> None:
        wanted = OPTIONS[op.kind][0]
        if op.options_table == wanted or not wanted:
            pass
        elif op.options_table or op.kind not in _OPTIONAL_OPTIONS:
            raise Fault(f"options '{op.options_table}', not '{wanted}'")
        if not 0 <= op.options.get("activation", 0) <= 3:
            why = "NONE, RELU, RELU6 and RELU_N1_TO_1 are supported"
            raise Fault(f"activation {op.options['activation']}", why, code="TT1203")

    def _operands(self, op: TFLiteOperator, where: str) -> bool:
        """Types and roles of the operands."""
        roles = _roles(op)
        before = len(self._found)
        for place, (role, index) in enumerate(zip(roles, op.inputs, strict=False)):
            if index < 0:
                if not role.endswith("?"):
                    raise Fault(f"operand {place} is absent")
                continue
            tensor = self._file.tensors[index]
            if tensor.dtype not in self._types[role[0]]:
                self._wrong_type(where, tensor, self._types[role[0]])
            elif role[0] in "wbiv" and tensor.data is None:
                what = f"operand {place} '{tensor.name}' is computed at run time"
                self._add("TT1203", where, what, "TFLM wants a constant here")
        if len(self._found) != before:
            return False
        first = next(self._file.tensors[i].dtype for i in op.inputs if i >= 0)
        if roles[0] == "i":
            first = (
                self._file.tensors[op.inputs[roles.index("m")]].dtype if "m" in roles else "int8"
            )
        wanted = {"QUANTIZE": "int8", "DEQUANTIZE": "float32"}.get(op.kind, first)
        for index in op.outputs:
            if self._file.tensors[index].dtype != wanted:
                self._wrong_type(where, self._file.tensors[index], (wanted,))
        return len(self._found) == before

    def _wrong_type(self, where: str, tensor: TFLiteTensor, wanted: tuple[str, ...]) -> None:
        code = "TT1102" if tensor.dtype in ("float32", "float16") else "TT1103"
        code = "TT1104" if self._floats else code
        what = f"'{tensor.name}' has type {tensor.dtype}"
        known = [found for found in self._found if found.code == code]
        if any(found.problem.where == where for found in known):
            return
        do = _DO[code]
        self._add(code, where, what, f"it must be {' or '.join(wanted)}", "" if known else do)

    def _result(self, op: TFLiteOperator) -> None:
        """Quantisation that TFLM's kernels take for granted."""
        call = Call(self._file, op)
        fixed = _FIXED_RESULT.get(op.kind)
        if fixed is not None and not self._floats:
            result = call.outputs[0]
            found = (float(result.scales[0]), int(result.zero_points[0]))
            if not (math.isclose(found[0], fixed[0], rel_tol=1e-6) and found[1] == fixed[1]):
                why = f"TFLite's {op.kind} makes scale {fixed[0]}, zero point {fixed[1]}"
                raise Fault(f"a result of scale {found[0]}, zero point {found[1]}", why)
        for role, tensor in zip(_roles(op), call.inputs, strict=False):
            if tensor is None or tensor.dtype != "int8" or tensor.scales.size <= 1:
                continue
            axis = 3 if op.kind == "DEPTHWISE_CONV_2D" else 0
            if role != "w" or op.kind == "PRELU" or tensor.axis != axis:
                what = f"'{tensor.name}' is quantised along dimension {tensor.axis}"
                raise Fault(what, "only output channels of weights may be", code="TT1203")


def _roles(op: TFLiteOperator) -> tuple[str, ...]:
    """The role of each operand; refuses a wrong number of them."""
    roles = _OPERANDS.get(op.kind, _UNARY)
    if roles[0].endswith("*"):
        roles = (roles[0][0],) * max(len(op.inputs), 1)
    least = sum(not role.endswith("?") for role in roles)
    if not least <= len(op.inputs) <= len(roles):
        raise Fault(f"{len(op.inputs)} operands", f"it takes {least} to {len(roles)}")
    if len(op.outputs) != 1 and op.kind not in ("SPLIT", "SPLIT_V", "UNPACK"):
        raise Fault(f"{len(op.outputs)} results", "it makes one")
    return roles

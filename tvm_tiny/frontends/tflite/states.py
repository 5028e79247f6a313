# SPDX-License-Identifier: Apache-2.0
"""State of a TFLite model in functional form: what it holds before a run, and after it.

before:  CALL_ONCE(init);  h = VAR_HANDLE("s");  a = READ_VARIABLE(h);  ..  ASSIGN_VARIABLE(h, b)
after:   a state whose tensor s is there before the first operator, whose first contents are what
         init assigns, and which holds b after a run;  a = RESHAPE(s)

Tensors that the file calls variable are states too; the operator whose operand they are writes
them (LSTM, SVDF). The subgraph of CALL_ONCE is as untrusted as the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.errors import Problem
from tvm_tiny.frontends.tflite.model import TFLiteFile, TFLiteOperator, TFLiteState, TFLiteTensor
from tvm_tiny.frontends.tflite.record import Call, Fault, Hidden, lookup

Found = list[tuple[str, Problem]]
"""(code, problem)."""
_RESOURCE: Final = frozenset({"CALL_ONCE", "VAR_HANDLE", "READ_VARIABLE", "ASSIGN_VARIABLE"})
_COUNTS: Final = {"VAR_HANDLE": (0, 1), "READ_VARIABLE": (1, 1), "ASSIGN_VARIABLE": (2, 0)}
_DO: Final = "initialise every variable with a constant before the first run"


def resolve_states(file: TFLiteFile) -> tuple[TFLiteFile, Found]:
    """The file without operators on variables, its states beside it; and what is wrong with it."""
    file = _with_hidden(file)
    if not any(op.kind in _RESOURCE for op in file.operators) and not any(
        t.variable for t in file.tensors
    ):
        return file, []
    return _Resolution(file).run()


def _with_hidden(file: TFLiteFile) -> TFLiteFile:
    """States that operators keep without saying so, as variable tensors that they read."""
    tensors, operators = list(file.tensors), list[TFLiteOperator]()
    for op in file.operators:
        record = lookup(op.kind)
        inside = all(0 <= i < len(file.tensors) for i in (*op.inputs, *op.outputs))
        if record is None or record.hidden is None or not inside or not op.outputs:
            operators.append(op)
            continue
        try:
            states = record.hidden(Call(file.tensors, op))
        except Fault:
            states = []  # the check says why
        first = len(tensors)
        for state in states:
            name = f"{file.tensors[op.outputs[0]].name}/state{len(tensors) - first}"
            tensors.append(_hidden_tensor(len(tensors), name, state))
        operators.append(replace(op, inputs=(*op.inputs, *range(first, len(tensors)))))
    if len(tensors) == len(file.tensors):
        return file
    return replace(file, tensors=tuple(tensors), operators=tuple(operators))


def _hidden_tensor(index: int, name: str, state: Hidden) -> TFLiteTensor:
    nothing = np.zeros(0)
    scales, zero_points = nothing.astype(np.float32), nothing.astype(np.int64)
    own = (index, name, state.shape, state.dtype, scales, zero_points, 0, None)
    return TFLiteTensor(*own, variable=True)


class _Resolution:
    """The state of one ``resolve_states``."""

    def __init__(self, file: TFLiteFile) -> None:
        self.file = file
        self.tensors = list(file.tensors)
        self.found: Found = []
        self.initial: dict[str, npt.NDArray[np.uint8]] = {}
        self.handles: dict[int, str] = {}
        self.before: dict[str, int] = {}
        self.after: dict[str, int] = {}

    def run(self) -> tuple[TFLiteFile, Found]:
        operators: list[TFLiteOperator] = []
        for op in self.file.operators:
            if op.kind == "CALL_ONCE":
                self._call_once(op)
            elif op.kind not in _RESOURCE:
                operators.append(op)
            elif self._counted(self.file, op):
                kept = self._operator(op)
                operators += [kept] if kept is not None else []
        states = [self._state(name, index) for name, index in self.before.items()]
        states += self._variables(operators)
        file = replace(
            self.file,
            tensors=tuple(self.tensors),
            operators=tuple(operators),
            states=tuple(s for s in states if s is not None),
        )
        return file, self.found

    def _add(self, code: str, where: str, what: str, why: str = "", do: str = "") -> None:
        self.found.append((code, Problem(what, where, why, do)))

    def _counted(self, file: TFLiteFile, op: TFLiteOperator) -> bool:
        """Whether an operator on variables has its operands and results."""
        inside = all(0 <= i < len(file.tensors) for i in (*op.inputs, *op.outputs))
        if inside and (len(op.inputs), len(op.outputs)) == _COUNTS[op.kind]:
            return True
        what = f"{len(op.inputs)} operands, {len(op.outputs)} results"
        self._add("TT1002", file.where(op), what if inside else "a tensor that is not there")
        return False

    def _call_once(self, op: TFLiteOperator) -> None:
        """First contents: constants that the subgraph assigns."""
        where, index = self.file.where(op), int(op.options.get("init_subgraph_index", 0))
        if op.inputs or op.outputs or not 1 <= index <= len(self.file.others):
            self._add("TT1002", where, f"it calls subgraph {index} of {len(self.file.others)}")
            return
        init = self.file.others[index - 1]
        handles: dict[int, str] = {}
        for inner in init.operators:
            place = f"subgraph {index}, {init.where(inner)}"
            if inner.kind not in ("VAR_HANDLE", "ASSIGN_VARIABLE"):
                self._add("TT1203", place, inner.kind, "it initialises variables", _DO)
            elif self._counted(init, inner):
                if inner.kind == "VAR_HANDLE":
                    handles[inner.outputs[0]] = _name(inner)
                    continue
                value = init.tensors[inner.inputs[1]]
                if inner.inputs[0] not in handles:
                    self._add("TT1002", place, "it assigns to no variable")
                elif value.data is None or value.data.size != value.nbytes:
                    self._add("TT1203", place, f"'{value.name}' is no constant", "", _DO)
                else:
                    self.initial[handles[inner.inputs[0]]] = value.data

    def _operator(self, op: TFLiteOperator) -> TFLiteOperator | None:
        """What an operator on a variable becomes."""
        if op.kind == "VAR_HANDLE":
            self.handles[op.outputs[0]] = _name(op)
            return None
        name = self.handles.get(op.inputs[0])
        if name is None:
            self._add("TT1002", self.file.where(op), "its first operand is no variable")
            return None
        if op.kind == "ASSIGN_VARIABLE":
            self._declared(name, op.inputs[1], op)
            self.after[name] = op.inputs[1]
            return None
        self._declared(name, op.outputs[0], op)
        source = self.after.get(name, self.before[name])
        return TFLiteOperator(op.index, "RESHAPE", (source,), op.outputs, {}, "")

    def _declared(self, name: str, index: int, op: TFLiteOperator) -> None:
        """The variable's own tensor, made like the first value that is read or assigned."""
        value = self.tensors[index]
        if name not in self.before:
            own = replace(value, index=len(self.tensors), name=name, data=None, variable=True)
            self.before[name] = own.index
            self.tensors.append(own)
            return
        own = self.tensors[self.before[name]]
        if (own.shape, own.dtype) != (value.shape, value.dtype):
            what = f"'{value.name}' is {value.dtype}{list(value.shape)}"
            why = f"the variable '{name}' is {own.dtype}{list(own.shape)}"
            self._add("TT1203", self.file.where(op), what, why)

    def _state(self, name: str, index: int) -> TFLiteState | None:
        """A variable as a state; one that is never assigned is a constant."""
        tensor = self.tensors[index]
        data = self.initial.get(name)
        if data is None:
            data = _blank(tensor)
        elif data.size != tensor.nbytes:
            what = f"{data.size:,} B of first contents for {tensor.dtype}{list(tensor.shape)}"
            self._add("TT1002", f"variable '{name}'", what)
            return None
        if name not in self.after:
            self.tensors[index] = replace(tensor, data=data, variable=False)
            return None
        return TFLiteState(index, data.tobytes(), self.after[name])

    def _variables(self, operators: Sequence[TFLiteOperator]) -> list[TFLiteState]:
        """Tensors that the file calls variable: each the operand of one operator."""
        readers: dict[int, list[TFLiteOperator]] = {}
        for op in operators:
            for index in op.inputs:
                readers.setdefault(index, []).append(op)
        made = {i for op in operators for i in op.outputs}
        states: list[TFLiteState] = []
        for tensor in self.file.tensors:
            if not tensor.variable or tensor.index not in readers:
                continue
            where = f"tensor {tensor.index} '{tensor.name}'"
            if len(readers[tensor.index]) > 1 or tensor.index in (*made, *self.file.outputs):
                why = "an operator that keeps it from run to run writes it"
                self._add("TT1203", where, "a variable tensor of several operators", why)
            elif tensor.data is not None or min(tensor.shape, default=1) < 1:
                self._add("TT1002", where, "a variable tensor with contents or without a size")
            else:
                states.append(TFLiteState(tensor.index, _blank(tensor).tobytes(), None))
        return states


def _name(op: TFLiteOperator) -> str:
    options: Mapping[str, str] = op.options
    container, name = str(options.get("container", "")), str(options.get("shared_name", ""))
    return f"{container}/{name}" if container else name


def _blank(tensor: TFLiteTensor) -> npt.NDArray[np.uint8]:
    """What TensorFlow Lite Micro's reset leaves in a tensor: zeros, of int8 the zero point."""
    if not tensor.known or min(tensor.shape, default=1) < 0:
        return np.zeros(0, np.uint8)
    value = tensor.zero_point if tensor.dtype == Q8.name else 0
    return np.full(tensor.nbytes, value & 255, np.uint8)

# SPDX-License-Identifier: Apache-2.0
"""From the integer Relax module to the plain graph that analyses, planner and emitter read."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from tvm_tiny import _tvm
from tvm_tiny._tvm import Constant, relax
from tvm_tiny.arithmetic.element_types import ELEMENT_TYPES, Q8
from tvm_tiny.errors import Problem, UnsupportedError
from tvm_tiny.graph import ChannelMap, Graph, Node, State, Tensor
from tvm_tiny.names import c_identifier
from tvm_tiny.operators.base import lookup
from tvm_tiny.passes.relax_module import INPUTS, OUTPUTS, StateBorder, signature_of, states_of
from tvm_tiny.passes.state.attach import Variable, attach_states, initial_contents
from tvm_tiny.passes.state.windows import fold_windows
from tvm_tiny.passes.tiny_pass import BOOKKEEPING, CHANNEL_MAP, MODEL_SHAPE


@dataclass
class _Names:
    """Gives every tensor and node its own identifier; the first to ask gets the plain one."""

    taken: set[str] = field(default_factory=set[str])
    counts: dict[str, int] = field(default_factory=dict[str, int])

    def unique(self, name: str) -> str:
        base = candidate = c_identifier(name)
        while candidate in self.taken:
            self.counts[base] = self.counts.get(base, 1) + 1
            candidate = f"{base}_{self.counts[base]}"
        self.taken.add(candidate)
        return candidate


@dataclass(frozen=True)
class _Quantisation:
    """An entry of the function attributes ``tvm_tiny.inputs`` and ``tvm_tiny.outputs``."""

    name: str
    scale: float = 0.0
    zero_point: int = 0
    source_index: int = -1
    model_shape: Sequence[int] = ()
    signature: str = ""

    @property
    def called(self) -> str:
        """What users call the tensor."""
        return self.signature or self.name


def extract(mod: Any) -> Graph:
    """Turn the integer ``main`` of a Relax module into a ``Graph``.

    Nodes keep the order of the bindings. A node is called after its layer and so is the tensor it
    makes; tensors that are inputs or outputs of the model have the model's names for them.
    Constants are called after the first node that reads them. Names are unique among nodes and
    among tensors.

    Raises:
        UnsupportedError: with every binding that is not an integer operator, every constraint
            that an operator breaks, every tensor without static shape or usable type.
    """
    main: Any = {str(v.name_hint): f for v, f in mod.functions.items()}.get("main")
    if not isinstance(main, relax.Function) or not isinstance(main.body, relax.SeqExpr):
        raise UnsupportedError("the module has no Relax function 'main' made of bindings")
    return _Extraction(main).graph()


class _Extraction:
    """The state of one ``extract``."""

    def __init__(self, main: Any) -> None:
        self._main = main
        self._names = _Names()  # of tensors
        self._node_names = _Names()
        self._problems: list[Problem] = []
        self._tensors: dict[Any, Tensor] = {}  # by Relax variable or constant
        self._values: dict[Any, Any] = {}  # aliases and tuples
        names_in, names_out = signature_of(main)
        self._signature: dict[str, tuple[str, ...]] = {INPUTS: names_in, OUTPUTS: names_out}
        self._nodes: list[Node] = []
        bindings = [b for block in main.body.blocks for b in block.bindings]
        for binding in bindings:
            value = getattr(binding, "value", None)
            if isinstance(value, relax.Var | Constant | relax.Tuple | relax.TupleGetItem):
                self._values[binding.var] = value
        self._calls = [b for b in bindings if b.var not in self._values]

    def graph(self) -> Graph:
        borders = states_of(self._main)
        params, kept = _split(list(self._main.params), len(borders))
        entries = self._entries(INPUTS, len(params))
        inputs = tuple(self._input(p, e) for p, e in zip(params, entries, strict=True))
        states = [self._state(p, b) for p, b in zip(kept, borders, strict=True)]
        results = self._flatten(self._main.body.body)
        results, after = _split(results, sum(b.assigned for b in borders))
        interface = self._claim_outputs(results)
        for binding in self._calls:
            self._call(binding, interface)
        entries = self._entries(OUTPUTS, len(results))
        outputs = tuple(
            self._output(i, r, e) for i, (r, e) in enumerate(zip(results, entries, strict=True))
        )
        following = self._following(borders, after)
        if self._problems:
            raise UnsupportedError(
                f"{len(self._problems)} things in the model cannot be compiled",
                tuple(self._problems),
            )
        graph = Graph(inputs, tuple(t for t in outputs if t is not None), tuple(self._nodes))
        variables = [Variable(s, f) for s, f in zip(states, following, strict=True)]
        graph, variables = fold_windows(graph, variables, self._unique)
        return attach_states(graph, variables, self._unique)

    def _unique(self, name: str) -> str:
        """A name that neither a tensor nor a node has."""
        while True:
            name = self._names.unique(name)
            if self._node_names.unique(name) == name:
                return name

    def _state(self, parameter: Any, border: StateBorder) -> State:
        known = (border.name, border.scale, border.zero_point, border.tensor_index)
        tensor = self._input(parameter, _Quantisation(*known))
        try:
            data = initial_contents(tensor.shape, tensor.dtype, bytes.fromhex(border.initial))
        except ValueError as error:
            self._problems.append(Problem("a state without contents", border.name, str(error)))
            data = np.zeros(tensor.shape, tensor.dtype)
        return State(tensor, data)

    def _following(self, borders: Sequence[StateBorder], after: list[Any]) -> list[Tensor | None]:
        """What each state holds after a run, None where an operator writes it itself."""
        results = iter(after)
        out: list[Tensor | None] = []
        for border in borders:
            result = next(results) if border.assigned else None
            if isinstance(result, Constant):
                out.append(self._constant(result, f"{border.name}_next"))
            else:
                out.append(self._tensors.get(result))
        return out

    def _entries(self, key: str, count: int) -> list[_Quantisation | None]:
        """The function attribute's entries, one a parameter or result (None: not given)."""
        attrs = self._main.attrs
        if attrs is None or key not in attrs:
            return [None] * count
        entries = [_Quantisation(*entry) for entry in _tvm.to_python(attrs[key])]
        if len(entries) != count:
            raise UnsupportedError(f"{key} has {len(entries)} entries for {count} tensors")
        names = self._signature[key]
        if len(names) != count:
            return list(entries)
        return [replace(e, signature=name) for e, name in zip(entries, names, strict=True)]

    def _input(self, parameter: Any, entry: _Quantisation | None) -> Tensor:
        known = entry or _Quantisation(str(parameter.name))
        shape, dtype = self._kind(parameter, f"input '{known.name}'")
        tensor = Tensor(
            self._names.unique(known.called),
            shape,
            dtype,
            known.name,
            known.source_index,
            known.scale,
            known.zero_point,
            model_shape=tuple(known.model_shape),
            signature=known.signature,
        )
        self._tensors[parameter] = tensor
        return tensor

    def _resolve(self, expr: Any) -> Any:
        """Follow aliases and tuple fields to a call's variable, a parameter or a constant."""
        return _tvm.resolved(expr, self._values)

    def _flatten(self, expr: Any) -> list[Any]:
        expr = self._resolve(expr)
        if isinstance(expr, relax.Tuple):
            return [leaf for f in expr.fields for leaf in self._flatten(f)]
        return [expr]

    def _claim_outputs(self, results: Sequence[Any]) -> dict[Any, tuple[str, _Quantisation]]:
        """Identifier and quantisation of outputs; they get names before the layers do."""
        claimed: dict[Any, tuple[str, _Quantisation]] = {}
        entries = self._entries(OUTPUTS, len(results))
        for result, entry in zip(results, entries, strict=True):
            copied = isinstance(result, Constant) or result in self._tensors
            if entry is not None and result not in claimed and not copied:
                claimed[result] = (self._names.unique(entry.called), entry)
        return claimed

    def _output(self, position: int, result: Any, entry: _Quantisation | None) -> Tensor | None:
        if isinstance(result, Constant):
            known = entry or _Quantisation(f"output{position}")
            return self._copied(self._constant(result, f"{known.called}_value"), known)
        tensor = self._tensors.get(result)
        if tensor is None or entry is None:
            return tensor
        if (entry.name, entry.signature) == (tensor.source, tensor.signature):
            return tensor
        return self._copied(tensor, entry)

    def _copied(self, tensor: Tensor, entry: _Quantisation) -> Tensor:
        """An output that is an input, another output or a constant, under a name of its own."""
        copy = Tensor(
            self._names.unique(entry.called),
            tensor.shape,
            tensor.dtype,
            entry.name,
            entry.source_index,
            entry.scale,
            entry.zero_point,
            signature=entry.signature,
        )
        name = self._node_names.unique(entry.called)
        attrs = {"shape": list(tensor.shape)}
        self._nodes.append(Node(name, "reshape", (tensor,), copy, attrs, entry.called))
        return copy

    def _call(self, binding: Any, interface: Mapping[Any, tuple[str, _Quantisation]]) -> None:
        value: Any = getattr(binding, "value", None)
        op = _tvm.integer_op_name(value)
        if op is None:
            self._problems.append(_not_integer(binding))
            return
        attrs = _tvm.call_attrs(value)
        layer, index = str(attrs.get("layer", "")), int(attrs.get("index", -1))
        where = f"layer {index} '{layer}' {op}"
        names = _operand_names(op, len(value.args))
        operands = [self._operand(arg, where) for arg in value.args]
        output = self._result(binding.var, attrs, interface.get(binding.var), where)
        self._tensors[binding.var] = output
        if any(t is None for t in operands):
            return  # its producer is reported already
        node_name = self._node_names.unique(layer or str(binding.var.name))
        named = [
            self._constant(arg, f"{node_name}_{name}") if t is _UNNAMED else t
            for arg, t, name in zip(value.args, operands, names, strict=True)
        ]
        plain = {k: v for k, v in attrs.items() if k not in BOOKKEEPING}
        node = Node(
            node_name,
            op,
            tuple(t for t in named if t is not None),
            output,
            plain,
            layer or str(binding.var.name),
            index,
        )
        self._problems.extend(lookup(op).problems(node))
        self._nodes.append(node)

    def _operand(self, arg: Any, where: str) -> Tensor | None:
        arg = self._resolve(arg)
        if arg in self._tensors:
            return self._tensors[arg]
        if isinstance(arg, Constant):
            self._kind(arg, where)
            return _UNNAMED
        return None

    def _constant(self, arg: Any, name: str) -> Tensor:
        arg = self._resolve(arg)
        if arg not in self._tensors:
            shape, dtype = self._kind(arg, name)
            data = _tvm.constant_value(arg)
            self._tensors[arg] = Tensor(self._names.unique(name), shape, dtype, data=data)
        return self._tensors[arg]

    def _result(
        self,
        variable: Any,
        attrs: Mapping[str, Any],
        interface: tuple[str, _Quantisation] | None,
        where: str,
    ) -> Tensor:
        """The tensor that a call makes; the model's word on an output goes before the layer's."""
        shape, dtype = self._kind(variable, where)
        if interface is not None:
            name, known = interface
        else:
            name = self._names.unique(str(attrs.get("layer") or variable.name))
            known = _Quantisation(
                str(attrs.get("output_source", "")),
                float(attrs.get("output_scale", 0.0)),
                int(attrs.get("out_zero_point", 0)),
                int(attrs.get("output_source_index", -1)),
            )
        return Tensor(
            name,
            shape,
            dtype,
            known.name,
            known.source_index,
            known.scale,
            known.zero_point,
            channels=_channel_map(attrs),
            model_shape=tuple(attrs.get(MODEL_SHAPE, ())),
            signature=known.signature,
        )

    def _kind(self, expr: Any, where: str) -> tuple[tuple[int, ...], str]:
        """Shape and type; what cannot be compiled becomes a problem."""
        kind = _tvm.tensor_type(expr)
        if kind is None:
            why = "every extent must be known at compile time"
            self._problems.append(Problem("a tensor without a static shape", where, why))
            return (1,), Q8.name
        shape, dtype = kind
        if dtype not in ELEMENT_TYPES:
            why = f"known are {', '.join(ELEMENT_TYPES)}"
            self._problems.append(Problem(f"a tensor of type {dtype}", where, why))
            return shape, Q8.name
        if math.prod(shape) < 1:
            self._problems.append(Problem(f"an empty tensor of shape {list(shape)}", where))
        return shape, dtype


def _split(values: list[Any], last: int) -> tuple[list[Any], list[Any]]:
    """A list without its last entries, and those."""
    return values[: len(values) - last], values[len(values) - last :]


def _channel_map(attrs: Mapping[str, Any]) -> ChannelMap | None:
    """Which channels a result has lost, None if none."""
    if CHANNEL_MAP not in attrs:
        return None
    (count,), kept, gone, values = attrs[CHANNEL_MAP]
    return ChannelMap(count, tuple(kept), tuple(zip(gone, values, strict=True)))


_UNNAMED = Tensor("", (), Q8.name)
"""Stands for a constant whose name depends on the node that reads it."""


def _operand_names(op: str, count: int) -> list[str]:
    """Names of a call's operands; operators of any arity number theirs."""
    names = lookup(op).operand_names
    return list(names) if len(names) == count else [f"{names[0]}{i}" for i in range(count)]


def _not_integer(binding: Any) -> Problem:
    value: Any = getattr(binding, "value", None)
    what = type(binding).__name__
    if isinstance(value, relax.Call):
        what = str(getattr(value.op, "name", None) or getattr(value.op, "name_hint", "a call"))
    return Problem(
        what=f"{what} is not an integer operator",
        where=f"'{binding.var.name}'",
        why="the quantisation pass left it: it has no int8 form in the operator table",
        do="quantise the model completely (int8), or remove the operator",
    )

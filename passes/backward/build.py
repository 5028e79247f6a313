# SPDX-License-Identifier: Apache-2.0
"""From the integer graph to one that also learns.

before:  y = conv2d(x, w, b); p = softmax(y)
after:   y = conv2d(x, w', b'); m = clamp_bits(y); p = softmax(y)         w', b': states
         s = train_begin(peaks, .., p, state)                             the step begins here
         g = cross_entropy_grad(y, s, peaks, .., label)
         h = grad_scale(g, s, peaks, factors, m)
         w'' = conv2d_update(x, h, s, .., w'); b'' = bias_update(h, s, .., b')

Everything before ``train_begin`` in any order of execution is the inference; the rest is one more
stretch of the same order, so lifetimes, workspaces and operands in place are planned over both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.errors import Problem, UnsupportedError
from tvm_tiny.graph import Graph, Node, State, Tensor
from tvm_tiny.operators.backward import Backward
from tvm_tiny.operators.base import lookup, storage_roots
from tvm_tiny.operators.gradients import HEAD, LEARNED, RATE, RATE_EXPONENT
from tvm_tiny.passes.backward.arithmetic import TrainingArithmetic
from tvm_tiny.passes.backward.factors import contents, pack, packed, rate_of
from tvm_tiny.passes.backward.flat import flatten_gradients
from tvm_tiny.passes.backward.fuse import fuse_scales
from tvm_tiny.passes.backward.layers import WeightedLayer
from tvm_tiny.passes.backward.rules import RULES, NoGradientError, tensors_kept
from tvm_tiny.passes.backward.scheme import Trained
from tvm_tiny.passes.backward.tape import Grad, Tape
from tvm_tiny.passes.state.attach import Variable, attach_states

LOSSES = ("cross_entropy", "mse")


@dataclass(frozen=True, eq=False)
class Training:
    """A graph that learns.

    Attributes:
        graph: forward, then backward; its last input (row-fed: a state) is the label or target.
        begin: the node that begins the backward part.
        label: int32[1], or the target of ``mse``.
        classes: of the label, 0 for a target.
        learned: states that are what was learned, in order: parameters and fractions.
        state: the training state: seed, step, rate, exponents.
        peaks: state: the largest gradients of the last step.
        layers: forward node -> its trained parameters' tensors by role (weights, fraction, bias).
    """

    graph: Graph
    begin: str
    label: Tensor
    classes: int
    learned: tuple[Tensor, ...]
    state: Tensor
    peaks: Tensor
    layers: Mapping[str, Mapping[str, Tensor]]


def backward(
    graph: Graph, trained: Mapping[str, Trained], loss: str, how: TrainingArithmetic
) -> Training:
    """Append the backward pass.

    Args:
        graph: the integer graph, without states, one output.
        trained: node name to what of it is trained.
        loss: one of ``LOSSES``.
        how: arithmetic.

    Raises:
        UnsupportedError: TT1206, with every operator that has no gradient, and what to freeze.
    """
    if graph.states or len(graph.outputs) != 1:
        why = "it has state of its own" if graph.states else f"{len(graph.outputs)} outputs"
        raise _unsupported([Problem("the model cannot be trained", why=why)])
    return _Backward(graph, trained, how).run(loss)


class _Backward:
    def __init__(
        self, graph: Graph, trained: Mapping[str, Trained], how: TrainingArithmetic
    ) -> None:
        self.original, self.trained, self.how = graph, trained, how
        state = Tensor("train_state_now", (0,), "int32")
        self.tape = Tape(graph, how.gradients, state, Tensor("train_peaks", (0,), "int32"))
        self.tape.fed = graph.inputs[0].name if how.row_fed else ""
        self.layers: dict[str, dict[str, Tensor]] = {}
        self.forward = [self._with_states(n) for n in graph.nodes]
        self.roots = storage_roots(graph)
        self.needed = self._needed()
        self.grads: dict[str, list[Grad]] = {}

    def run(self, loss: str) -> Training:
        label, classes = self._loss(loss)
        problems: list[Problem] = []
        kept = self._kept()
        for original, node in zip(
            reversed(self.original.nodes), reversed(self.forward), strict=True
        ):
            grads = self.grads.pop(node.output.name, [])
            wanted = [i for i, t in enumerate(node.operands) if t.name in self.needed]
            if not grads or not (wanted or node.name in self.trained):
                continue
            try:
                whole = self.roots[node.output.name] in kept
                x_whole = self.roots.get(node.operands[0].name, "") in kept
                self._step(original, node, self._sum(node, grads), wanted, (whole, x_whole))
            except NoGradientError as error:
                problems.append(self._problem(node, str(error)))
                break
        if problems:
            raise _unsupported(problems)
        return self._finish(label, classes)

    def _with_states(self, node: Node) -> Node:
        """A trained layer's parameters become states."""
        what = self.trained.get(node.name)
        if what is None:
            return node
        operands, attrs, op = list(node.operands), {**node.attrs, LEARNED: 1}, node.op
        made: dict[str, Tensor] = {}
        inputs = operands[1].shape[-1]
        count = what.channels(inputs)
        if 0 < count < inputs and what.weights < 1:
            first = WeightedLayer(node, node).trained_channels(count)
            part = contents(operands[1])[..., first : first + count]
            name = f"{operands[1].name}_weights"
            part, of = np.ascontiguousarray(part), (operands[1], first)
            made["weights"] = self.tape.new_state(name, part, operands[1].source, of)
            operands.append(made["weights"])
            attrs, op = {**attrs, "first": first}, f"learned_{op}"
        elif what.weights:
            made["weights"] = operands[1] = self.tape.variable(operands[1], "weights")
        if what.bias:
            made["bias"] = operands[2] = self.tape.variable(operands[2], "bias")
        self.layers[node.name] = made
        return replace(node, op=op, operands=tuple(operands), attrs=attrs)

    def _needed(self) -> set[str]:
        """Tensors behind which something is trained."""
        out: set[str] = set()
        for node in self.original.nodes:
            if node.name in self.trained or any(t.name in out for t in node.activations):
                out.add(node.output.name)
        return out

    def _kept(self) -> set[str]:
        """Storages of the forward run that some backward rule reads whole."""
        out: set[str] = set()
        for node in self.original.nodes:
            trained = self.trained.get(node.name)
            if (
                trained
                and trained.channels(node.operands[1].shape[-1]) == (node.operands[1].shape[-1])
            ):
                out.add(self.roots[node.operands[0].name])
            elif node.output.name in self.needed:
                out |= {self.roots[t.name] for t in tensors_kept(node)}
        return out

    def _step(
        self, original: Node, node: Node, g: Grad, wanted: Sequence[int],
        kept: tuple[bool, bool],
    ) -> None:  # fmt: skip
        if node.output.dtype != Q8.name:
            raise NoGradientError(f"a result of {node.output.dtype}")
        whole = kept[0]
        kind = lookup(original.op).backward
        if kind is Backward.WEIGHTED:
            trained = self.trained.get(node.name)
            layer = WeightedLayer(original, node)
            found = layer.backward(self.tape, g, trained, wanted, self.how, *kept)
        elif kind in RULES:
            found = RULES[kind](self.tape, node, g, wanted, whole)
        else:
            raise NoGradientError(Backward.NONE.value)
        for at, grad in found:
            self.grads.setdefault(node.operands[at].name, []).append(grad)

    def _sum(self, node: Node, grads: Sequence[Grad]) -> Grad:
        """The gradients of all consumers, added up."""
        total = grads[0]
        for other in grads[1:]:
            attrs = {"other": other.slot}
            peak = total.peak + other.peak
            total = self.tape.gradient("grad_add", node, total, (other.tensor,), attrs, peak=peak)
        return total

    def _loss(self, loss: str) -> tuple[Tensor, int]:
        """The gradient that everything begins with; returns the label."""
        tape, skipped = self.tape, ("dequantize", "reshape", "softmax")
        makers = {n.output.name: n for n in self.forward}
        node = makers.get(self.original.outputs[0].name)
        while node is not None and node.op in skipped[: 3 if loss == "cross_entropy" else 1]:
            node = makers.get(node.operands[0].name)
        if node is None or node.output.dtype != Q8.name or not node.output.scale:
            what = "the output is not made by a quantised layer"
            raise _unsupported([Problem("the model cannot be trained", why=what)])
        y = node.output
        start = Grad(y, -1, 1.0)
        if loss == "cross_entropy":
            label = Tensor(tape.unique("label"), (1,), "int32", source="label")
            table = np.round(np.exp(-y.scale * np.arange(256)) * (1 << 16)).astype(np.int32)
            more = (tape.constant("exponentials", table), label)
            factor, classes = y.scale / (1 << 15), y.size
            attrs: dict[str, Any] = {"factor": pack(factor)}
            g = tape.gradient("cross_entropy_grad", node, start, more, attrs, peak=y.scale)
        else:
            label = replace(y, name=tape.unique("target"), source="target", source_index=-1)
            factor, classes = 2 * y.scale**2 / y.size, 0
            attrs = {"factor": pack(factor)}
            peak = factor * 64
            g = tape.gradient("squared_error_grad", node, start, (label,), attrs, peak=peak)
        self.grads[y.name] = [g]
        return label, classes

    def _problem(self, node: Node, why: str) -> Problem:
        """Where training must end, and which layers lie behind."""
        position = {n.name: i for i, n in enumerate(self.original.nodes)}
        here = position[node.name]
        early = [n.layer for n in self.original.nodes if n.name in self.trained
                 and position[n.name] <= here]  # fmt: skip
        where = f"layer {node.index} '{node.layer}' {node.op}"
        do = f"freeze what lies before it: {', '.join(early)}" if early else ""
        return Problem("no gradient", where, why, do)

    def _finish(self, label: Tensor, classes: int) -> Training:
        tape, how = self.tape, self.how
        count = len(tape.slots)
        numbers = np.zeros(HEAD + count, np.int32)
        numbers[0] = how.seed
        numbers[RATE], numbers[RATE_EXPONENT] = rate_of(how.rate)
        numbers[HEAD:] = [s.exponent for s in tape.slots]
        learned = tuple(s.tensor for s in tape.states)
        state = tape.new_state("train_state", numbers)
        now = replace(tape.state, shape=(HEAD + count,))
        # What the exponents begin with is what these peaks would choose again.
        peaks = replace(tape.peaks, shape=(count,))
        states = [*tape.states, State(peaks, np.zeros(count, np.int32))]
        bits = np.array([s.limit.bit_length() for s in tape.slots], Q8.numpy)
        last = self.forward[-1]
        more = (peaks, tape.constant("exponent_bits", bits), *self.original.outputs, state)
        groups = {"every": how.accumulate, "decay": round(how.momentum * (1 << 15))}
        begin = tape.make("train_begin", last, more, groups, "begin")
        begin = replace(begin, output=now, layer="the step begins")
        swap = {tape.state.name: now, tape.peaks.name: peaks}
        nodes: list[Node] = []
        for node in self.forward:
            nodes += [node, *tape.extra.get(node.name, [])]
        nodes.append(begin)
        ordered = fuse_scales(tape.nodes)
        if how.flat:
            ordered = flatten_gradients(ordered, tape.unique)
        for node in ordered:
            nodes.append(replace(node, operands=tuple(swap.get(t.name, t) for t in node.operands)))
        inputs = self.original.inputs
        if how.row_fed:
            states.append(State(label, np.zeros(label.shape, label.dtype)))
        else:
            inputs = (*inputs, label)
        graph = Graph(inputs, self.original.outputs, tuple(nodes))
        graph = attach_states(graph, [Variable(s, None) for s in states], tape.unique)
        return Training(graph, begin.name, label, classes, learned, state, peaks, self.layers)


def _unsupported(problems: Sequence[Problem]) -> UnsupportedError:
    return UnsupportedError("the model cannot be trained on the device", tuple(problems), "TT1206")


__all__ = ["LOSSES", "Training", "TrainingArithmetic", "backward", "packed"]

# SPDX-License-Identifier: Apache-2.0
"""Attention: two queries at a time, so that what a product reads of its matrix serves both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tvm_tiny import _tvm
from tvm_tiny._tvm import relax
from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.operators import lookup
from tvm_tiny.operators.broadcasting import Broadcasting
from tvm_tiny.operators.forms import TwoActivations
from tvm_tiny.operators.kinds import Pointwise
from tvm_tiny.operators.matmul import filled_up
from tvm_tiny.passes.tiny_pass import MODEL_SHAPE, FunctionRewriter, RewritePass

Shape = tuple[int, ...]


@dataclass(frozen=True)
class PairSteps(RewritePass):
    """Rows of products of two activations, and of what works on them, become pairs of rows.

    before:  s = matmul(q: (1, 392, 1, 16), k)
             p = softmax(s)
             y = matmul(p, v)
    after:   r = reshape(q, shape=[1, 196, 2, 16])
             s = matmul(r, k)
             p = softmax(s): (1, 196, 2, 98)
             t = matmul(p, v)
             y = reshape(t, shape=[1, 392, 1, 16])

    The bytes are the same. A kernel widens two rows and reads the matrix once for both; a stream
    has two rows of scores instead of one. Columns of int8 matrices that are no whole words are
    filled up (a pad), so that all of them begin at words.

    Needs: an even number of rows for each matrix. Cost: one more row of scores; a copy of a matrix
    whose columns are filled up.
    """

    def rewrite(self, walk: FunctionRewriter, variable: Any, call: Any) -> Any | None:
        """The call on pairs, under the shape that it had; None: it stays."""
        name, kind = _tvm.integer_op_name(call), _tvm.tensor_type(call)
        if name is None or kind is None or walk.is_output(variable):
            return None
        if _is_product(name):
            call = _filled(walk, call)
        made = self._paired(walk, variable, name, call)
        return call if made is None and _is_product(name) else made

    @staticmethod
    def _paired(walk: FunctionRewriter, variable: Any, name: str, call: Any) -> Any | None:
        kind = _tvm.tensor_type(variable)
        if kind is None:
            return None
        shape, attrs = kind[0], _tvm.call_attrs(call)
        if len(shape) != 4 or shape[0] != 1 or shape[2] != 1 or shape[1] % 2:
            return None
        args = _operands(walk, call) if _is_product(name) else _along(walk, name, call)
        if args is None:
            return None
        kept = {**attrs, MODEL_SHAPE: list(attrs.get(MODEL_SHAPE, shape))}
        made = walk.emit(_tvm.integer_call(name, args, kept), variable)
        found = _tvm.tensor_type(made)
        if found is None or found[0] != _paired(shape):
            return None
        return _tvm.integer_call("reshape", [made], {"shape": list(shape)})


def _filled(walk: FunctionRewriter, call: Any) -> Any:
    """The product with columns of its matrix that begin at words."""
    a, b = call.args
    kind = _tvm.tensor_type(b)
    if kind is None or kind[1] != Q8.name or not _tvm.call_attrs(call)["transposed"]:
        return call
    missing = filled_up(kind[0][-1]) - kind[0][-1]
    if missing == 0 or not isinstance(b, relax.Var):
        return call
    held = {k: v for k, v in _tvm.call_attrs(call).items() if k in ("layer", "index")}
    pads = {**held, "pads": [[0, 0], [0, 0], [0, missing]], "value": 0}
    return relax.Call(call.op, [a, walk.emit(_tvm.integer_call("pad", [b], pads), b)], call.attrs)


def _operands(walk: FunctionRewriter, call: Any) -> list[Any] | None:
    """Operands of a product of pairs."""
    a, b = call.args
    first, second = _tvm.tensor_type(a), _tvm.tensor_type(b)
    if first is None or second is None or first[0][1] // second[0][0] % 2:
        return None
    known = _pairs_behind(walk, a)
    if known is None and isinstance(a, relax.Var):
        view = _tvm.integer_call("reshape", [a], {"shape": list(_paired(first[0]))})
        known = walk.emit(view, a)
    return None if known is None else [known, b]


def _is_product(name: str) -> bool:
    return isinstance(lookup(name).form, TwoActivations)


def _paired(shape: Sequence[int]) -> Shape:
    return (1, shape[1] // 2, 2, shape[3])


def _pairs_behind(walk: FunctionRewriter, expr: Any) -> Any | None:
    """The pairs that a value is a view of."""
    view, kind = walk.producer(expr, "reshape"), _tvm.tensor_type(expr)
    source = None if view is None else view.args[0]
    behind = None if source is None else _tvm.tensor_type(source)
    if kind is None or behind is None or len(kind[0]) != 4:
        return None
    made = walk.value_of(source)
    begun = made is not None and MODEL_SHAPE in _tvm.call_attrs(made)
    return source if begun and behind[0] == _paired(kind[0]) else None


def _along(walk: FunctionRewriter, name: str, call: Any) -> list[Any] | None:
    """Operands of an operator on pairs: one of them, beside tables or single numbers."""
    operator, args = lookup(name), list(call.args)
    numbers = [_tvm.constant_value(arg) for arg in args]
    held = [at for at, number in enumerate(numbers) if number is None]
    if len(held) != 1:
        return None
    alone = all(number is None or number.size == 1 for number in numbers)
    if not (isinstance(operator, Pointwise) or (isinstance(operator, Broadcasting) and alone)):
        return None
    pairs = _pairs_behind(walk, args[held[0]])
    if pairs is None:
        return None
    args[held[0]] = pairs
    return args

# SPDX-License-Identifier: Apache-2.0
"""Operators that change nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from tvm_tiny import _tvm
from tvm_tiny._tvm import relax
from tvm_tiny.operators import lookup
from tvm_tiny.passes.call_node import call_node
from tvm_tiny.passes.tiny_pass import BOOKKEEPING, FunctionRewriter, RewritePass


@dataclass(frozen=True)
class ElideNoops(RewritePass):
    """Remove operators that copy, and join neighbours that move data twice.

    before:  a = reshape(x, shape=[4, 4])           after:  c = reshape(x, shape=[16])
             b = transpose(a, axes=[0, 1])
             c = reshape(b, shape=[16])

    Gone:    a reshape, transpose, pad or slice that is the identity; a concatenation of one; a
             table of all int8 in order; bindings that nobody reads.
    Joined:  reshape of reshape, transpose of transpose.
    Viewed:  a transpose that moves only dimensions of extent 1 becomes a reshape.
    Which:   ``Operator.copied``, ``joined``, ``viewed``.
    Needs:   an output of the model does not become the same tensor as an input or another output.
    Cost:    none.
    """

    drop_all_unused = True

    def rewrite(self, walk: FunctionRewriter, variable: Any, call: Any) -> Any | None:
        """Simplify one call; None when there is nothing to do."""
        name = _tvm.integer_op_name(call)
        kind = _tvm.tensor_type(call)
        if name is None or kind is None:
            return None
        found = _simpler(walk, _Call(name, list(call.args), _tvm.call_attrs(call), kind))
        if isinstance(found, relax.Call) or found is None:
            return found
        return found if walk.can_alias(variable, found) else None


@dataclass(frozen=True)
class _Call:
    name: str
    args: list[Any]
    attrs: Mapping[str, Any]
    kind: tuple[tuple[int, ...], str]


def _simpler(walk: FunctionRewriter, call: _Call) -> Any | None:
    """What may stand for a call: a value that it only copies, another call, or None."""
    operator = lookup(call.name)
    inner = walk.producer(call.args[0], call.name) if call.args else None
    attrs = None if inner is None else operator.joined(call.attrs, _tvm.call_attrs(inner))
    joined = attrs is not None
    if inner is not None and attrs is not None:
        call = replace(call, args=[*inner.args, *call.args[1:]], attrs=attrs)
    node = call_node(call.name, call.args, call.attrs, call.kind)
    if node is None:
        return None
    copied, shape = operator.copied(node), operator.viewed(node)
    if copied is not None:
        return call.args[copied]
    if shape is not None:
        view = {k: v for k, v in call.attrs.items() if k in BOOKKEEPING} | {"shape": list(shape)}
        reshape = replace(call, name="reshape", args=call.args[:1], attrs=view)
        shorter = _simpler(walk, reshape)
        return _tvm.integer_call("reshape", reshape.args, view) if shorter is None else shorter
    return _tvm.integer_call(call.name, call.args, call.attrs) if joined else None

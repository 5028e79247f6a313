# SPDX-License-Identifier: Apache-2.0
"""Operators that change nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tvm_tiny import _tvm
from tvm_tiny._tvm import relax
from tvm_tiny.passes.tiny_pass import BOOKKEEPING, Rewrite, RewritePass


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
    Needs:   an output of the model does not become the same tensor as an input or another output.
    Cost:    none.
    """

    drop_all_unused = True

    def rewrite(self, walk: Rewrite, variable: Any, call: Any) -> Any | None:
        """Simplify one call; None when there is nothing to do."""
        rule = _RULES.get(_tvm.integer_op_name(call) or "")
        found = rule(walk, call, _tvm.call_attrs(call)) if rule else None
        if isinstance(found, relax.Call) or found is None:
            return found
        return found if walk.can_alias(variable, found) else None


Attrs = Mapping[str, Any]


def _reshape(walk: Rewrite, call: Any, attrs: Attrs) -> Any | None:
    inner = walk.producer(call.args[0], "reshape")
    source = call.args[0] if inner is None else inner.args[0]
    if _shape(source) == tuple(attrs["shape"]):
        return source
    return None if inner is None else _tvm.integer_call("reshape", [source], attrs)


def _transpose(walk: Rewrite, call: Any, attrs: Attrs) -> Any | None:
    source, axes = call.args[0], list(attrs["axes"])
    inner = walk.producer(source, "transpose")
    if inner is not None:
        first = _tvm.call_attrs(inner)["axes"]
        source, axes = inner.args[0], [first[a] for a in axes]
    shape = _shape(source)
    if axes == list(range(len(axes))):
        return source
    moved = [a for a in axes if shape[a] != 1]
    if moved == sorted(moved):
        view = {k: v for k, v in attrs.items() if k in BOOKKEEPING}
        view["shape"] = [shape[a] for a in axes]
        reshape = _tvm.integer_call("reshape", [source], view)
        shorter = _reshape(walk, reshape, view)
        return reshape if shorter is None else shorter
    return (
        None if inner is None else _tvm.integer_call("transpose", [source], {**attrs, "axes": axes})
    )


def _pad(walk: Rewrite, call: Any, attrs: Attrs) -> Any | None:
    del walk
    return None if np.any(attrs["pads"]) else call.args[0]


def _strided_slice(walk: Rewrite, call: Any, attrs: Attrs) -> Any | None:
    del walk
    shape = _shape(call.args[0])
    steps = [s for s, extent in zip(attrs["strides"], shape, strict=True) if extent > 1]
    whole = tuple(attrs["shape"]) == shape and not any(attrs["begin"])
    return call.args[0] if whole and all(s == 1 for s in steps) else None


def _concat(walk: Rewrite, call: Any, attrs: Attrs) -> Any | None:
    del walk, attrs
    return call.args[0] if len(call.args) == 1 else None


def _lut(walk: Rewrite, call: Any, attrs: Attrs) -> Any | None:
    del walk, attrs
    table = _tvm.constant_value(call.args[1])
    same = table is not None and np.array_equal(table, np.arange(-128, 128))
    return call.args[0] if same else None


def _shape(expr: Any) -> Sequence[int]:
    kind = _tvm.tensor_type(expr)
    return () if kind is None else kind[0]


_RULES: dict[str, Callable[[Rewrite, Any, Attrs], Any | None]] = {
    "reshape": _reshape,
    "transpose": _transpose,
    "pad": _pad,
    "strided_slice": _strided_slice,
    "concat": _concat,
    "lut": _lut,
}

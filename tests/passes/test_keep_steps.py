# SPDX-License-Identifier: Apache-2.0
"""KeepSteps: scores of attention stay rows; a transformer is exact and has no matrix of scores."""

from __future__ import annotations

import pytest
from transformer import Plan, transformer

import tvm_tiny
from tvm_tiny import _tvm
from tvm_tiny._tvm import IRModule, relax
from tvm_tiny.passes.layout.keep_steps import KeepSteps
from tvm_tiny.passes.layout.pair_steps import PairSteps
from tvm_tiny.passes.simplify.elide_noops import ElideNoops

SCALE = {
    "a_zero_point": 0,
    "b_zero_point": 0,
    "multiplier": 1 << 30,
    "shift": -6,
    "output_zero_point": 0,
    "activation": [-128, 127],
}
SOFTMAX = {"multiplier": 1 << 30, "shift": 20, "diff_min": -100}


def module(view: tuple[int, ...], rows: int = 12) -> IRModule:
    """Scores, a view of them, their softmax, a view back, and the second product."""
    q = relax.Var("q", relax.TensorType((1, rows, 1, 4), "int8"))
    k = relax.Var("k", relax.TensorType((3, 5, 4), "int8"))
    v = relax.Var("v", relax.TensorType((3, 5, 2), "int8"))
    builder = relax.BlockBuilder()
    with builder.function("main", [q, k, v]):
        with builder.dataflow():

            def bind(name: str, op: str, args: list[object], attrs: dict[str, object]) -> object:
                return builder.emit(_tvm.integer_call(op, args, attrs), name)

            s = bind("s", "matmul", [q, k], {**SCALE, "transposed": 1})
            t = bind("t", "reshape", [s], {"shape": list(view)})
            p = bind("p", "softmax", [t], SOFTMAX)
            r = bind("r", "reshape", [p], {"shape": [1, rows, 1, 5]})
            y = bind("y", "matmul", [r, v], {**SCALE, "transposed": 0})
            z = bind("z", "reshape", [y], {"shape": [2 * rows]})
            out = builder.emit_output(z)
        builder.emit_func_output(out)
    return builder.get()


def shapes(mod: IRModule) -> dict[str, tuple[str, tuple[int, ...]]]:
    bindings = [b for block in mod["main"].body.blocks for b in block.bindings]
    out = {}
    for binding in bindings:
        kind, name = _tvm.tensor_type(binding.var), _tvm.integer_op_name(binding.value)
        if kind is not None and name is not None:
            out[str(binding.var.name)] = (name, kind[0])
    return out


def test_softmax_works_on_rows() -> None:
    made = shapes(KeepSteps()(module((1, 3, 4, 5))))
    assert made == {
        "s": ("matmul", (1, 12, 1, 5)),
        "p": ("softmax", (1, 12, 1, 5)),
        "y": ("matmul", (1, 12, 1, 2)),
        "z": ("reshape", (24,)),
    }


def test_rows_become_pairs() -> None:
    """Four queries a matrix are two pairs; of an odd number none are made."""
    paired = ElideNoops()(PairSteps()(KeepSteps()(module((1, 3, 4, 5)))))
    assert shapes(paired) == {
        "q": ("reshape", (1, 6, 2, 4)),
        "s": ("matmul", (1, 6, 2, 5)),
        "p": ("softmax", (1, 6, 2, 5)),
        "y": ("matmul", (1, 6, 2, 2)),
        "z": ("reshape", (24,)),
    }
    odd = KeepSteps()(module((1, 3, 3, 5), rows=9))
    assert shapes(PairSteps()(odd)) == shapes(odd)


def test_a_view_that_joins_rows_is_kept() -> None:
    """The last dimension is another one: softmax is over other elements."""
    made = shapes(KeepSteps()(module((1, 3, 2, 10))))
    assert made["p"] == ("softmax", (1, 3, 2, 10))
    assert made["t"] == ("reshape", (1, 3, 2, 10))


@pytest.mark.slow
def test_a_transformer_is_exact_and_has_no_matrix_of_scores() -> None:
    """48 tokens: two heads' scores would be 4608 B, and all else fits below that."""
    plan = Plan(tokens=48, width=16, heads=2, layers=1, inner=16, classes=3, features=8)
    artifact = tvm_tiny.build(transformer(plan), target="cortex-m7", optimize="ram")
    assert artifact.report.memory.arena_bytes < plan.heads * plan.tokens**2
    result = artifact.validate(on="host", samples=2)
    assert result.passed
    assert not result.not_compared


@pytest.mark.slow
def test_a_keyword_transformer_fits_40_kb() -> None:
    """98 tokens, 64 wide, 4 heads, 4 layers; all heads' scores alone would be 38416 B."""
    artifact = tvm_tiny.build(transformer(Plan()), target="cortex-m7")
    assert artifact.report.memory.arena_bytes <= 40_000
    result = artifact.validate(on="host", samples=2)
    assert result.passed
    assert not result.not_compared

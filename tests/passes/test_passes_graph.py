# SPDX-License-Identifier: Apache-2.0
"""Graph passes on hand-made modules: before, after, and what they leave alone."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from relax_modules import IMAGE, ZERO_POINT, Body, assert_kept, assert_rewrites, const, module

from tvm_tiny import _tvm
from tvm_tiny._tvm import relax, transform
from tvm_tiny.errors import UnsupportedError
from tvm_tiny.passes.extract import extract
from tvm_tiny.passes.simplify.elide_noops import ElideNoops
from tvm_tiny.passes.simplify.fold_constants import FoldConstants
from tvm_tiny.passes.simplify.fuse_pad import FusePad
from tvm_tiny.passes.tiny_pass import TinyPass

# ---- passes as TVM passes -------------------------------------------------------------------


def test_passes_are_frozen_and_named() -> None:
    assert (FusePad.name, FoldConstants.name, ElideNoops.name) == (
        "fuse-pad",
        "fold-constants",
        "elide-noops",
    )
    with pytest.raises(dataclasses.FrozenInstanceError):
        FoldConstants().max_bytes = 3  # type: ignore[misc]


def padded_noop(f: Body, x: Any) -> Any:
    same = f.op("transpose", x, axes=[0, 1, 2, 3])
    padded = f.pad(same, [[0, 0], [1, 1], [1, 1], [0, 0]])
    return f.conv(padded, [0, 0, 0, 0])


def test_tvm_sequential_takes_our_passes_beside_its_own() -> None:
    passes = [ElideNoops(), relax.transform.DeadCodeElimination(), FusePad()]
    got = transform.Sequential(passes)(module(padded_noop))
    _tvm.assert_structural_equal(got, module(lambda f, x: f.conv(x, [1, 1, 1, 1])))


def test_a_pass_context_can_disable_our_pass() -> None:
    given = module(padded_noop)
    with transform.PassContext(disabled_pass=["fuse-pad"]):
        got = transform.Sequential([ElideNoops(), FusePad()])(given)
    _tvm.assert_structural_equal(got, ElideNoops()(given))


@dataclasses.dataclass(frozen=True)
class _Refuses(TinyPass):
    def transform_module(self, mod: Any) -> Any:
        raise UnsupportedError("refused")


def test_our_errors_pass_through_tvm() -> None:
    with pytest.raises(UnsupportedError, match="refused"):
        _Refuses()(module(padded_noop))


def test_passes_compose_in_any_order() -> None:
    def build(f: Body, x: Any) -> Any:
        same = f.op("strided_slice", x, begin=[0] * 4, strides=[1] * 4, shape=list(IMAGE))
        conv = f.conv(f.pad(same, [[0, 0], [1, 0], [0, 1], [0, 0]]), [0, 1, 1, 0])
        table = f.op("transpose", const(np.arange(72).reshape(1, 4, 6, 3)), axes=[0, 2, 3, 1])
        return f.op("concat", conv, table, axis=2, layer="join")

    def expected(f: Body, x: Any) -> Any:
        conv = f.conv(x, [1, 1, 1, 1])
        table = const(np.arange(72).reshape(1, 4, 6, 3).transpose(0, 2, 3, 1))
        return f.op("concat", conv, table, axis=2, layer="join")

    passes = [FusePad(), FoldConstants(), ElideNoops()]
    for order in (passes, passes[::-1]):
        got = module(build)
        for each in (*order, *order):
            got = each(got)
            relax.analysis.well_formed(got)
        _tvm.assert_structural_equal(got, module(expected))


def test_functions_with_control_flow_stay() -> None:
    cond = relax.Var("c", relax.TensorType((), "bool"))
    x = relax.Var("x", relax.TensorType((2,), "int8"))
    builder = relax.BlockBuilder()
    with builder.function("main", [cond, x]):
        builder.emit_func_output(builder.emit(relax.If(cond, x, x)))
    given = builder.get()
    _tvm.assert_structural_equal(ElideNoops()(given), given)


# ---- FusePad --------------------------------------------------------------------------------


@pytest.mark.parametrize("depthwise", [False, True])
def test_pad_moves_into_the_convolution(depthwise: bool) -> None:
    def before(f: Body, x: Any) -> Any:
        padded = f.pad(x, [[0, 0], [1, 2], [3, 4], [0, 0]])
        return f.conv(padded, [0, 1, 1, 0], depthwise=depthwise)

    def after(f: Body, x: Any) -> Any:
        return f.conv(x, [1, 4, 3, 4], depthwise=depthwise)

    assert_rewrites(FusePad(), before, after)


@pytest.mark.parametrize(
    ("pads", "value"),
    [
        ([[0, 0], [1, 1], [1, 1], [0, 0]], ZERO_POINT + 1),
        ([[1, 0], [1, 1], [1, 1], [0, 0]], ZERO_POINT),
    ],
    ids=["value is not the zero point", "batch is padded"],
)
def test_pad_that_the_convolution_cannot_do_stays(pads: list[list[int]], value: int) -> None:
    assert_kept(FusePad(), lambda f, x: f.conv(f.pad(x, pads, value), [0, 0, 0, 0]))


def test_pad_of_channels_stays() -> None:
    pads = [[0, 0], [1, 1], [1, 1], [1, 0]]
    assert_kept(FusePad(), lambda f, x: f.conv(f.pad(x, pads), [0] * 4), (1, 6, 6, 2))


def test_pad_with_another_consumer_stays() -> None:
    def build(f: Body, x: Any) -> Any:
        padded = f.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]])
        return (f.conv(padded, [0, 0, 0, 0]), f.op("reshape", padded, shape=[192]))

    assert_kept(FusePad(), build)


def test_pad_that_is_an_output_stays() -> None:
    def build(f: Body, x: Any) -> Any:
        padded = f.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]])
        return (f.conv(padded, [0, 0, 0, 0]), padded)

    assert_kept(FusePad(), build)


def test_pad_that_is_an_output_by_another_name_stays() -> None:
    def build(f: Body, x: Any) -> Any:
        padded = f.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]])
        alias = f.builder.emit(padded, "alias")
        return (f.conv(alias, [0, 0, 0, 0]), alias)

    got = FusePad()(module(build))
    assert "tvm_tiny.pad" in got.script()
    assert extract(got).nodes[1].attrs["padding"] == [0, 0, 0, 0]


def test_pad_keeps_the_unused_binding_of_others() -> None:
    def build(f: Body, x: Any) -> Any:
        f.op("reshape", x, shape=[108], name="unused")
        return f.conv(x, [0, 0, 0, 0])

    assert_kept(FusePad(), build)


# ---- ElideNoops -----------------------------------------------------------------------------

IDENTITIES: dict[str, tuple[str, list[Any], dict[str, Any]]] = {
    "reshape": ("reshape", [], {"shape": list(IMAGE)}),
    "transpose": ("transpose", [], {"axes": [0, 1, 2, 3]}),
    "pad": ("pad", [], {"pads": [[0, 0]] * 4, "value": 1}),
    "slice": ("strided_slice", [], {"begin": [0] * 4, "strides": [-1, 1, 1, 1], "shape": IMAGE}),
    "concat": ("concat", [], {"axis": 2}),
    "lut": ("lut", [np.arange(-128, 128).astype(np.int8)], {}),
}


@pytest.mark.parametrize("which", IDENTITIES)
def test_identity_goes(which: str) -> None:
    op, operands, attrs = IDENTITIES[which]

    def before(f: Body, x: Any) -> Any:
        return f.conv(f.op(op, x, *map(const, operands), **attrs), [0] * 4)

    assert_rewrites(ElideNoops(), before, lambda f, x: f.conv(x, [0] * 4))


@pytest.mark.parametrize("which", IDENTITIES)
def test_identity_that_is_an_output_becomes_an_alias(which: str) -> None:
    op, operands, attrs = IDENTITIES[which]

    def inner(f: Body, x: Any) -> Any:
        return f.op("maximum", x, x, name="inner")

    def before(f: Body, x: Any) -> Any:
        return f.op(op, inner(f, x), *map(const, operands), **attrs)

    assert_rewrites(ElideNoops(), before, inner)


@pytest.mark.parametrize("which", IDENTITIES)
def test_output_that_copies_an_input_stays(which: str) -> None:
    op, operands, attrs = IDENTITIES[which]
    assert_kept(ElideNoops(), lambda f, x: f.op(op, x, *map(const, operands), **attrs))


def test_outputs_that_copy_an_output_stay() -> None:
    """Of three copies of one inner tensor the first may be that tensor."""

    def copy(f: Body, x: Any) -> Any:
        return f.op("transpose", x, axes=[0, 1, 2, 3])

    def before(f: Body, x: Any) -> Any:
        inner = f.op("maximum", x, x, name="inner")
        return (copy(f, inner), copy(f, inner), copy(f, inner))

    def after(f: Body, x: Any) -> Any:
        inner = f.op("maximum", x, x, name="inner")
        return (inner, copy(f, inner), copy(f, inner))

    assert_rewrites(ElideNoops(), before, after)


NEAR_IDENTITIES: dict[str, tuple[str, list[Any], dict[str, Any]]] = {
    "reshape": ("reshape", [], {"shape": [1, 6, 18]}),
    "transpose": ("transpose", [], {"axes": [0, 2, 1, 3]}),
    "pad": ("pad", [], {"pads": [[0, 0], [0, 0], [0, 1], [0, 0]], "value": 1}),
    "mirror": (
        "strided_slice",
        [],
        {"begin": [0, 5, 0, 0], "strides": [1, -1, 1, 1], "shape": IMAGE},
    ),
    "slice": ("strided_slice", [], {"begin": [0] * 4, "strides": [1] * 4, "shape": [1, 6, 5, 3]}),
    "lut": ("lut", [np.clip(np.arange(-128, 128), -127, 127).astype(np.int8)], {}),
}


@pytest.mark.parametrize("which", NEAR_IDENTITIES)
def test_near_identity_stays(which: str) -> None:
    op, operands, attrs = NEAR_IDENTITIES[which]
    assert_kept(ElideNoops(), lambda f, x: f.op(op, x, *map(const, operands), **attrs))


def test_reshapes_join() -> None:
    def before(f: Body, x: Any) -> Any:
        a = f.op("reshape", x, shape=[6, 18], layer="first")
        return f.op("reshape", a, shape=[108], layer="second")

    assert_rewrites(
        ElideNoops(), before, lambda f, x: f.op("reshape", x, shape=[108], layer="second")
    )


def test_transposes_join() -> None:
    def before(f: Body, x: Any) -> Any:
        a = f.op("transpose", x, axes=[0, 3, 1, 2], layer="first")
        return f.op("transpose", a, axes=[0, 2, 1, 3], layer="second")

    def after(f: Body, x: Any) -> Any:
        return f.op("transpose", x, axes=[0, 1, 3, 2], layer="second")

    assert_rewrites(ElideNoops(), before, after)
    moved = np.arange(108).reshape(IMAGE)
    assert np.array_equal(
        moved.transpose(0, 3, 1, 2).transpose(0, 2, 1, 3), moved.transpose(0, 1, 3, 2)
    )


def test_transpose_and_its_inverse_go() -> None:
    def before(f: Body, x: Any) -> Any:
        a = f.op("transpose", x, axes=[0, 3, 1, 2])
        return f.conv(f.op("transpose", a, axes=[0, 2, 3, 1]), [0] * 4)

    assert_rewrites(ElideNoops(), before, lambda f, x: f.conv(x, [0] * 4))


def test_first_transpose_stays_for_its_other_consumer() -> None:
    def before(f: Body, x: Any) -> Any:
        a = f.op("transpose", x, axes=[0, 3, 1, 2], name="a")
        back = f.op("transpose", a, axes=[0, 2, 3, 1])
        return (f.conv(back, [0] * 4), f.op("reshape", a, shape=[108]))

    def after(f: Body, x: Any) -> Any:
        a = f.op("transpose", x, axes=[0, 3, 1, 2], name="a")
        return (f.conv(x, [0] * 4), f.op("reshape", a, shape=[108]))

    assert_rewrites(ElideNoops(), before, after)


def test_transpose_of_extents_of_one_is_a_view() -> None:
    def before(f: Body, x: Any) -> Any:
        return f.op("transpose", x, axes=[0, 3, 1, 2], layer="t", index=4)

    def after(f: Body, x: Any) -> Any:
        return f.op("reshape", x, shape=[1, 1, 6, 3], layer="t", index=4)

    assert_rewrites(ElideNoops(), before, after, (1, 6, 3, 1))


def test_transpose_that_is_a_view_joins_a_reshape() -> None:
    def before(f: Body, x: Any) -> Any:
        flat = f.op("reshape", x, shape=[1, 108, 1], layer="r")
        return f.op("transpose", flat, axes=[1, 0, 2], layer="t")

    assert_rewrites(
        ElideNoops(), before, lambda f, x: f.op("reshape", x, shape=[108, 1, 1], layer="t")
    )


def test_transpose_that_undoes_a_reshape_goes() -> None:
    def before(f: Body, x: Any) -> Any:
        inner = f.op("maximum", x, x)
        flat = f.op("reshape", inner, shape=[6, 1, 1], layer="r")
        return f.op("transpose", flat, axes=[1, 0, 2], layer="t")

    assert_rewrites(ElideNoops(), before, lambda f, x: f.op("maximum", x, x), (1, 6, 1))


def test_unused_bindings_go() -> None:
    def before(f: Body, x: Any) -> Any:
        f.op("reshape", f.op("transpose", x, axes=[0, 2, 1, 3]), shape=[108])
        return f.conv(x, [0] * 4)

    assert_rewrites(ElideNoops(), before, lambda f, x: f.conv(x, [0] * 4))

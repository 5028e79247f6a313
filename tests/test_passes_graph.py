# SPDX-License-Identifier: Apache-2.0
"""Graph passes on hand-made modules (Before, Expected), and extraction to plain data."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from tvm_tiny import _tvm
from tvm_tiny._tvm import relax, transform
from tvm_tiny.errors import UnsupportedError
from tvm_tiny.passes.elide_noops import ElideNoops
from tvm_tiny.passes.extract import c_identifier, extract
from tvm_tiny.passes.fold_constants import FoldConstants
from tvm_tiny.passes.fuse_pad import FusePad
from tvm_tiny.passes.tiny_pass import TinyPass

IMAGE = (1, 6, 6, 3)
ZERO_POINT = -7


class Body:
    """Names for building a dataflow function in a line an operator."""

    def __init__(self, builder: Any) -> None:
        self._builder = builder

    def op(self, op: str, *args: Any, name: str = "", **attrs: Any) -> Any:
        call = _tvm.integer_call(op, list(args), attrs)
        return self._builder.emit(call, name or op)

    def conv(self, x: Any, padding: Sequence[int], depthwise: bool = False, **attrs: Any) -> Any:
        weight = np.ones((3, 3, 3), np.int8) if depthwise else np.ones((4, 3, 3, 3), np.int8)
        channels = weight.shape[-1] if depthwise else 4
        vectors = [const(np.arange(channels) + k, np.int32) for k in range(3)]
        attrs = {
            "layer": "conv",
            "strides": [1, 2],
            "dilation": [1, 1],
            "padding": list(padding),
            "input_zero_point": ZERO_POINT,
            "output_zero_point": 0,
            "activation": [-128, 127],
            **({} if depthwise else {"groups": 1}),
            **attrs,
        }
        op = "depthwise_conv2d" if depthwise else "conv2d"
        return self.op(op, x, const(weight, np.int8), *vectors, name="conv", **attrs)

    def pad(self, x: Any, pads: Sequence[Sequence[int]], value: int = ZERO_POINT) -> Any:
        return self.op("pad", x, name="pad", pads=pads, value=value, layer="pad")


def const(values: Any, dtype: Any = np.int8) -> Any:
    return _tvm.constant(np.asarray(values, dtype))


def module(
    build: Callable[..., Any], *shapes: Sequence[int], attrs: dict[str, Any] | None = None
) -> Any:
    """A module whose ``main`` is what ``build(body, *parameters)`` emits and returns."""
    builder = relax.BlockBuilder()
    kinds = [relax.TensorType(tuple(s), "int8") for s in shapes or (IMAGE,)]
    params = [relax.Var(f"x{i}" if i else "x", kind) for i, kind in enumerate(kinds)]
    with builder.function("main", params, attrs=attrs):
        with builder.dataflow():
            result = builder.emit_output(build(Body(builder), *params), "result")
        builder.emit_func_output(result)
    return builder.get()


def assert_rewrites(
    rewrite: TinyPass,
    before: Callable[..., Any],
    after: Callable[..., Any],
    *shapes: Sequence[int],
) -> None:
    """``before`` becomes ``after``, well-formed, and a second run changes nothing."""
    given, expected = module(before, *shapes), module(after, *shapes)
    relax.analysis.well_formed(given)
    got = rewrite(given)
    relax.analysis.well_formed(got)
    _tvm.assert_structural_equal(got, expected)
    _tvm.assert_structural_equal(rewrite(got), expected)
    _tvm.assert_structural_equal(given, module(before, *shapes))


def assert_kept(rewrite: TinyPass, build: Callable[..., Any], *shapes: Sequence[int]) -> None:
    assert_rewrites(rewrite, build, build, *shapes)


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
        alias = f._builder.emit(padded, "alias")
        return (f.conv(alias, [0, 0, 0, 0]), alias)

    got = FusePad()(module(build))
    assert "tvm_tiny.pad" in got.script()
    assert extract(got).nodes[1].attrs["padding"] == [0, 0, 0, 0]


def test_pad_keeps_the_unused_binding_of_others() -> None:
    def build(f: Body, x: Any) -> Any:
        f.op("reshape", x, shape=[108], name="unused")
        return f.conv(x, [0, 0, 0, 0])

    assert_kept(FusePad(), build)


# ---- FoldConstants --------------------------------------------------------------------------

CUBE = np.arange(24, dtype=np.int8).reshape(2, 3, 4) - 9
TABLE = (np.arange(256) * 7 % 251 - 120).astype(np.int8)
FLOATS = np.array([-3.0, -0.25, 0.25, 0.75, 1.24, 500.0], np.float32)


@pytest.mark.parametrize(
    ("op", "operands", "attrs", "expected"),
    [
        ("reshape", [CUBE], {"shape": [4, 6]}, CUBE.reshape(4, 6)),
        ("transpose", [CUBE], {"axes": [2, 0, 1]}, CUBE.transpose(2, 0, 1)),
        (
            "pad",
            [CUBE],
            {"pads": [[0, 1], [2, 0], [0, 0]], "value": 5},
            np.pad(CUBE, [(0, 1), (2, 0), (0, 0)], constant_values=5),
        ),
        ("concat", [CUBE, CUBE + 1], {"axis": -1}, np.concatenate([CUBE, CUBE + 1], -1)),
        (
            "strided_slice",
            [CUBE],
            {"begin": [1, 2, 3], "strides": [1, -1, -2], "shape": [1, 3, 2]},
            CUBE[1:2, ::-1, 3::-2],
        ),
        ("lut", [CUBE, TABLE], {}, TABLE[CUBE.astype(int) + 128]),
        # halves away from zero, then saturation
        (
            "quantize",
            [FLOATS],
            {"scale": 0.5, "zero_point": 3},
            np.array([-3, 2, 4, 5, 5, 127], np.int8),
        ),
        (
            "dequantize",
            [CUBE],
            {"scale": 0.1, "zero_point": 3},
            (np.float64(np.float32(0.1)) * (CUBE.astype(int) - 3)).astype(np.float32),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_constants_fold(
    op: str, operands: list[Any], attrs: dict[str, Any], expected: np.ndarray[Any, Any]
) -> None:
    def before(f: Body, x: Any) -> Any:
        folded = f.op(op, *(_tvm.constant(o) for o in operands), **attrs)
        return f.op("concat", f.op("reshape", folded, shape=[expected.size]), axis=0)

    def after(f: Body, x: Any) -> Any:
        return f.op("concat", _tvm.constant(expected.reshape(-1)), axis=0)

    assert_rewrites(FoldConstants(), before, after)


def test_constant_that_would_be_an_output_stays() -> None:
    assert_kept(FoldConstants(), lambda f, x: f.op("transpose", const(CUBE), axes=[1, 0, 2]))


def test_constant_above_the_limit_stays() -> None:
    def build(f: Body, x: Any) -> Any:
        big = f.op("pad", const(CUBE), pads=[[0, 0], [0, 100], [0, 0]], value=0)
        return f.op("concat", big, axis=0)

    assert_kept(FoldConstants(max_bytes=2 * 103 * 4 - 1), build)
    folded = FoldConstants(max_bytes=2 * 103 * 4)(module(build))
    assert "tvm_tiny.pad" not in folded.script()


def test_operator_of_constant_and_activation_stays() -> None:
    shape = CUBE.shape
    assert_kept(FoldConstants(), lambda f, x: f.op("concat", x, const(CUBE), axis=1), shape)


def test_quantised_infinity_stays() -> None:
    def build(f: Body, x: Any) -> Any:
        odd = const([np.inf, 1.0], np.float32)
        return f.op("concat", f.op("quantize", odd, scale=0.5, zero_point=0), axis=0)

    assert_kept(FoldConstants(), build)


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


# ---- extract --------------------------------------------------------------------------------


def test_extract_reads_nodes_tensors_and_attributes() -> None:
    def build(f: Body, x: Any) -> Any:
        conv = f.conv(
            x, [1, 1, 1, 1], layer="net/conv", index=3, output_source="net/relu",
            output_source_index=9, output_scale=0.25, out_zero_point=-5,
        )  # fmt: skip
        return f.op("reshape", conv, shape=[72], layer="flat", index=4)

    attrs = {
        "tvm_tiny.inputs": [["1st:0", 0.5, ZERO_POINT, 2]],
        "tvm_tiny.outputs": [["StatefulCall:0", 0.125, 4, 17]],
    }
    graph = extract(module(build, attrs=attrs))
    (image,), (result,), (conv, flat) = graph.inputs, graph.outputs, graph.nodes
    assert (image.name, image.source, image.source_index) == ("n1st_0", "1st:0", 2)
    assert (image.shape, image.dtype, image.scale, image.zero_point) == (IMAGE, "int8", 0.5, -7)
    assert (conv.name, conv.op, conv.layer, conv.index) == ("net_conv", "conv2d", "net/conv", 3)
    out = conv.output
    assert (out.name, out.source, out.source_index) == ("net_conv", "net/relu", 9)
    assert (out.scale, out.zero_point, out.shape) == (0.25, -5, (1, 6, 3, 4))
    assert [t.name for t in conv.operands[1:]] == [
        f"net_conv_{name}" for name in ("weight", "bias", "multiplier", "shift")
    ]
    assert conv.operands[0] is image
    assert np.array_equal(conv.operands[2].data, np.arange(4))
    assert "layer" not in conv.attrs
    assert conv.attrs["padding"] == [1, 1, 1, 1]
    assert flat.operands == (out,)
    assert flat.output is result
    assert flat.name == "flat"
    assert (result.name, result.source, result.source_index) == (
        "StatefulCall_0", "StatefulCall:0", 17,
    )  # fmt: skip
    assert (result.scale, result.zero_point) == (0.125, 4)
    assert (flat.op, flat.attrs) == ("reshape", {"shape": [72]})


def test_extract_gives_unique_stable_names() -> None:
    def build(f: Body, x: Any) -> Any:
        a = f.op("reshape", x, shape=[108], layer="x")
        b = f.op("reshape", a, shape=[6, 18], layer="a b")
        c = f.op("reshape", b, shape=[18, 6], layer="a/b")
        return f.op("reshape", c, shape=[54, 2], layer="while")

    names = [[t.name for t in extract(module(build)).tensors()] for _ in range(2)]
    assert names[0] == names[1] == ["x", "x_2", "a_b", "a_b_2", "while_"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("3x3", "n3x3"),
        ("int", "int_"),
        ("", "unnamed"),
        ("\u5377\u79ef", "unnamed"),
        ("__a//b__", "a_b"),
        ("model/conv/bias;model/conv/Relu", "model_conv_bias"),
        ("x" * 100_000, "x" * 48),
    ],
)
def test_c_identifier(name: str, expected: str) -> None:
    assert c_identifier(name) == expected


def test_extract_several_outputs_one_inner_one_twice_one_input() -> None:
    def build(f: Body, x: Any) -> Any:
        a = f.op("transpose", x, axes=[0, 2, 1, 3], layer="a")
        b = f.op("transpose", a, axes=[0, 3, 2, 1], layer="b")
        return (b, a, x, a)

    outputs = [[n, 0.5, 0, i] for i, n in enumerate(("main", "inner", "x", "inner"))]
    graph = extract(module(build, attrs={"tvm_tiny.outputs": outputs}))
    assert [t.name for t in graph.outputs] == ["main_", "inner", "x", "inner"]
    a, b = graph.nodes
    assert graph.outputs == (b.output, a.output, graph.inputs[0], a.output)
    assert b.operands == (a.output,)


def test_extract_copies_an_output_that_is_another_tensor_by_name() -> None:
    def build(f: Body, x: Any) -> Any:
        a = f.op("maximum", x, x, layer="a")
        return (x, a, a)

    outputs = [[n, 0.5, 0, 7 + i] for i, n in enumerate(("same", "first", "second"))]
    graph = extract(module(build, attrs={"tvm_tiny.outputs": outputs}))
    assert [t.name for t in graph.outputs] == ["same", "first", "second"]
    assert [t.source_index for t in graph.outputs] == [7, 8, 9]
    _, same, second = graph.nodes
    assert (same.op, same.operands, same.output) == ("reshape", graph.inputs, graph.outputs[0])
    assert (second.operands, second.output) == ((graph.outputs[1],), graph.outputs[2])


def test_extract_shares_a_constant_that_two_nodes_read() -> None:
    def build(f: Body, x: Any) -> Any:
        shared = const(np.zeros(IMAGE))
        a = f.op("concat", x, shared, axis=1, layer="a")
        return (a, f.op("concat", shared, x, axis=2, layer="b"))

    first, second = extract(module(build)).nodes
    assert first.operands[1] is second.operands[0]
    assert first.operands[1].name == "a_x1"


def test_extract_collects_every_problem() -> None:
    def build(f: Body, x: Any) -> Any:
        a = f.op("pad", x, pads=[[0, 0]] * 4, value=300, layer="edge", index=1)
        b = f._builder.emit(relax.op.add(a, a), "sum")
        c = f._builder.emit(relax.op.nn.relu(b), "act")
        return f.op("reshape", c, shape=[108])

    with pytest.raises(UnsupportedError) as caught:
        extract(module(build))
    places = [p.where for p in caught.value.problems]
    assert places == ["layer 1 'edge' pad", "'sum'", "'act'"]
    assert "relax.add" in caught.value.problems[1].what


def test_extract_refuses_a_constant_output_and_an_empty_tensor() -> None:
    with pytest.raises(UnsupportedError, match="output of the model is a constant"):
        extract(module(lambda f, x: (x, const([1, 2]))))
    with pytest.raises(UnsupportedError, match="empty tensor"):
        extract(module(lambda f, x: f.op("reshape", x, shape=[0, 3]), (3, 0)))


def test_extract_needs_a_main() -> None:
    with pytest.raises(UnsupportedError, match="main"):
        extract(_tvm.IRModule({}))

# SPDX-License-Identifier: Apache-2.0
"""Float modules brought to the form that analysis, rewriting and export read.

* moves of constants are computed (TFLite's weights are transposed by the importer);
* batch normalisation by constants becomes a product and a sum, and goes into the weights and the
  bias of a convolution in front of it;
* explicit zero padding goes into the convolutions behind it.

Values change by rounding only, and only where batch normalisation is folded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tvm_tiny._tvm import relax
from tvm_tiny.passes.receptive_field.program import (
    Array,
    Program,
    Step,
    constant_of,
    float_constant,
    integers,
    paddings,
    read_program,
    rebuild,
    shape_of,
)
from tvm_tiny.passes.tiny_pass import TinyPass

_op: Any = relax.op


@dataclass(frozen=True)
class PrepareFloat(TinyPass):
    """Fold what is constant, batch normalisation and padding.

    before:  conv2d(pad(x, [0, 0, 0, 1, 0, 1, 0, 0]), permute_dims(w), padding=0)
    after:   conv2d(x, w', padding=[0, 0, 1, 1])
    """

    def transform_module(self, mod: Any) -> Any:
        """Return a new module."""
        read_program(mod)
        mod = rebuild(mod, _fold_constant)
        mod = _fold_affine(mod)
        return _drop_unused(_fold_pads(mod))


def _fold_constant(block: Any, var: Any, call: Any) -> Any:
    """Moves of constants, and batch normalisation as product and sum."""
    del var
    name = str(getattr(call.op, "name", ""))
    values = [constant_of(a) for a in call.args[:1]]
    if name == "relax.nn.batch_norm":
        return _normalised(block, call)
    if not values or values[0] is None:
        return call
    if name == "relax.permute_dims":
        axes = call.attrs.axes
        order = None if axes is None else integers(axes)
        return float_constant(np.transpose(values[0], order))
    if name == "relax.reshape":
        return float_constant(values[0].reshape(shape_of(block.normalize(call))))
    if name == "relax.expand_dims":
        return float_constant(np.expand_dims(values[0], tuple(integers(call.attrs.axis))))
    return call


def _normalised(block: Any, call: Any) -> Any:
    """``batch_norm`` by constants: (x * scale + shift, mean, variance)."""
    arrays = [constant_of(a) for a in call.args[1:5]]
    if any(a is None for a in arrays):
        return call
    gamma, beta, mean, variance = (np.asarray(a, np.float64) for a in arrays)
    if not call.attrs.scale:
        gamma = np.ones_like(mean)
    if not call.attrs.center:
        beta = np.zeros_like(mean)
    factor = gamma / np.sqrt(variance + float(call.attrs.epsilon))
    shape = [1] * len(shape_of(call.args[0]))
    shape[int(call.attrs.axis)] = -1
    scale, shift = factor.reshape(shape), (beta - mean * factor).reshape(shape)
    product = block.emit(_op.multiply(call.args[0], float_constant(scale)))
    total = block.emit(_op.add(product, float_constant(shift)))
    return relax.Tuple([total, call.args[3], call.args[4]])


def conv_layouts(call: Any) -> tuple[str, str]:
    """(layout of the data, layout of the weights) of a convolution."""
    return str(call.attrs.data_layout), str(call.attrs.kernel_layout)


def with_weights(call: Any, x: Any, weights: Array, padding: list[int]) -> Any:
    """The same convolution with other weights (in the call's own layout) and padding."""
    attrs = call.attrs
    return _op.nn.conv2d(
        x,
        float_constant(weights),
        strides=integers(attrs.strides),
        padding=padding,
        dilation=integers(attrs.dilation),
        groups=int(attrs.groups),
        data_layout=str(attrs.data_layout),
        kernel_layout=str(attrs.kernel_layout),
        out_layout=str(attrs.out_layout),
        out_dtype=str(attrs.out_dtype) if attrs.out_dtype else None,
    )


def _fold_affine(module: Any) -> Any:
    """Products and sums with a constant a channel behind a convolution go into it."""
    program = read_program(module)
    alone = {s.var for s in program.steps if program.sole_user(s.var) is not None}
    made: dict[Any, Any] = {}  # new variable -> its call
    single: set[Any] = set()  # new variables whose old ones have one reader

    def visit(block: Any, var: Any, call: Any) -> Any:
        name = str(getattr(call.op, "name", ""))
        if name == "relax.multiply":
            call = _scaled(block, call, made, single) or call
        elif name == "relax.add":
            call = _shifted(call, made, single) or call
        new = block.emit(call, str(var.name))
        made[new] = call
        if var in alone:
            single.add(new)
        return new

    return rebuild(module, visit)


def _split(call: Any) -> tuple[Any, Array] | None:
    """(variable, constant) of a product or sum of the two."""
    a, b = call.args
    if constant_of(a) is not None:
        a, b = b, a
    value = constant_of(b)
    return None if value is None or not isinstance(a, relax.Var) else (a, value)


def _scaled(block: Any, call: Any, made: dict[Any, Any], single: set[Any]) -> Any | None:
    """``(conv [+ bias]) * factor`` as a convolution with other weights [+ other bias]."""
    split = _split(call)
    if split is None or split[0] not in single:
        return None
    inner, bias = made[split[0]], None
    if str(inner.op.name) == "relax.add":
        parts = _split(inner)
        if parts is None or parts[0] not in single:
            return None
        inner, bias = made[parts[0]], parts[1]
    weights = constant_of(inner.args[1]) if str(inner.op.name) == "relax.nn.conv2d" else None
    if weights is None:
        return None
    axis = _channel_axis(inner)
    factor, known = _per_channel(split[1], shape_of(call.args[0]), axis), None
    if bias is not None:
        known = _per_channel(bias, shape_of(call.args[0]), axis)
    if factor is None or (bias is not None and known is None):
        return None
    shape = [1] * weights.ndim
    shape[conv_layouts(inner)[1].index("O")] = -1
    scaled = weights.astype(np.float64) * factor.reshape(shape)
    conv = with_weights(inner, inner.args[0], scaled, paddings(inner.attrs.padding))
    if known is None:
        return conv
    return _op.add(block.emit(conv), _broadcast(known * factor, axis))


def _shifted(call: Any, made: dict[Any, Any], single: set[Any]) -> Any | None:
    """``(conv + bias) + shift`` as ``conv + other bias``."""
    split = _split(call)
    inner = made.get(split[0]) if split is not None and split[0] in single else None
    parts = _split(inner) if inner is not None and str(inner.op.name) == "relax.add" else None
    maker = made.get(parts[0]) if parts is not None else None
    if split is None or parts is None or maker is None:
        return None
    if str(maker.op.name) != "relax.nn.conv2d":
        return None
    axis, shape = _channel_axis(maker), shape_of(call.args[0])
    both = [_per_channel(v, shape, axis) for v in (split[1], parts[1])]
    if both[0] is None or both[1] is None:
        return None
    return _op.add(parts[0], _broadcast(both[0] + both[1], axis))


def _channel_axis(call: Any) -> int:
    return conv_layouts(call)[0].index("C")


def _per_channel(value: Array, shape: tuple[int, ...], axis: int) -> Array | None:
    """A constant that broadcasts along everything but the channels, as float64 of [channels]."""
    full = value.reshape((1,) * (len(shape) - value.ndim) + value.shape)
    if any(d != 1 for i, d in enumerate(full.shape) if i != axis):
        return None
    return np.broadcast_to(full.reshape(-1).astype(np.float64), (shape[axis],))


def _broadcast(values: Array, axis: int) -> Any:
    """[channels] as a constant that adds to the channels of a 4-D tensor."""
    shape = [1] * 4
    shape[axis] = -1
    return float_constant(values.reshape(shape))


def _fold_pads(module: Any) -> Any:
    """Zero padding of rows and columns goes into the convolutions that read it."""
    program = read_program(module)
    folded = {s.var for s in program.steps if _foldable(program, s)}
    sources: dict[Any, Any] = {}

    def visit(block: Any, var: Any, call: Any) -> Any:
        if var in folded:
            new = block.emit(call, str(var.name))
            sources[new] = (call.args[0], integers(call.attrs.pad_width))
            return new
        if str(getattr(call.op, "name", "")) != "relax.nn.conv2d" or call.args[0] not in sources:
            return call
        source, width = sources[call.args[0]]
        more = _spatial(width, conv_layouts(call)[0])
        weights = constant_of(call.args[1])
        assert weights is not None
        padding = [a + b for a, b in zip(paddings(call.attrs.padding), more, strict=True)]
        return with_weights(call, source, weights, padding)

    return rebuild(module, visit)


def _foldable(program: Program, step: Step) -> bool:
    """Zero padding that only convolutions read, of rows and columns only."""
    if step.op != "relax.nn.pad" or len(step.shape) != 4:
        return False
    attrs = step.call.attrs
    value = constant_of(step.call.args[1]) if len(step.call.args) > 1 else None
    amount = float(value.reshape(-1)[0]) if value is not None else float(attrs.pad_value)
    if str(attrs.pad_mode) != "constant" or amount != 0.0:
        return False
    if any(step.var.same_as(r) for r in program.results):
        return False
    users = program.users.get(step.var, ())
    convs = [u for u in users if u.op == "relax.nn.conv2d" and u.call.args[0].same_as(step.var)]
    if not users or len(convs) != len(users):
        return False
    if any(constant_of(u.call.args[1]) is None for u in users):
        return False
    layouts = {conv_layouts(u.call)[0] for u in users}
    axes = [i for layout in layouts for i in (layout.index("N"), layout.index("C"))]
    width = integers(attrs.pad_width)
    return all(width[2 * i] == width[2 * i + 1] == 0 for i in axes) and len(layouts) == 1


def _spatial(width: list[int], layout: str) -> list[int]:
    """[top, left, bottom, right] of the width of a ``pad``."""
    rows, columns = (width[2 * i : 2 * i + 2] for i in map(layout.index, "HW"))
    return [rows[0], columns[0], rows[1], columns[1]]


def _drop_unused(module: Any) -> Any:
    """Without bindings that nobody reads any more."""
    return relax.transform.DeadCodeElimination()(module)

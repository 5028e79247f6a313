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
    BoundCall,
    MainFunction,
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
        mod = _fold_constants(mod)
        mod = _fold_affine(mod)
        return _drop_unused(_fold_pads(mod))


def _fold_constants(module: Any) -> Any:
    """Moves of constants, and batch normalisation as product and sum."""
    names: dict[Any, str] = {}  # batch normalisation -> name of its first result
    for block in module["main"].body.blocks:
        for binding in block.bindings:
            value = binding.value
            if isinstance(value, relax.TupleGetItem) and int(value.index) == 0:
                names[value.tuple_value] = str(binding.var.name)

    def visit(block: Any, var: Any, call: Any) -> Any:
        if str(getattr(call.op, "name", "")) == "relax.nn.batch_norm":
            return _normalised(block, call, names.get(var, str(var.name)))
        return _moved(block, call)

    return rebuild(module, visit)


def _moved(block: Any, call: Any) -> Any:
    """A move of a constant, computed."""
    name = str(getattr(call.op, "name", ""))
    values = [constant_of(a) for a in call.args[:1]]
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


def _normalised(block: Any, call: Any, name: str) -> Any:
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
    total = block.emit(_op.add(product, float_constant(shift)), name)
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


@dataclass(frozen=True)
class _Affine:
    """What follows a convolution: ``conv * factor + bias``, float64 a channel.

    Attributes:
        steps: the products and sums, in order.
        factor: of the weights.
        bias: None where nothing is added.
        axis: of the channels.
    """

    steps: tuple[BoundCall, ...]
    factor: Array
    bias: Array | None
    axis: int


def _fold_affine(module: Any) -> Any:
    """Products and sums with a constant a channel behind a convolution go into it."""
    program = read_program(module)
    found = {s.var: _affine(program, s) for s in program.steps if s.op == "relax.nn.conv2d"}
    chains = {var: a for var, a in found.items() if len(a.steps) > 1 or np.any(a.factor != 1)}
    ends = {a.steps[-1].var: a for a in chains.values()}
    inner = {s.var for a in chains.values() for s in a.steps[:-1]}

    def visit(block: Any, var: Any, call: Any) -> Any:
        del block
        if var in chains:
            weights = constant_of(call.args[1])
            assert weights is not None
            shape = [1] * weights.ndim
            shape[conv_layouts(call)[1].index("O")] = -1
            scaled = weights.astype(np.float64) * chains[var].factor.reshape(shape)
            return with_weights(call, call.args[0], scaled, paddings(call.attrs.padding))
        if var not in inner and var not in ends:
            return call
        x = call.args[1] if constant_of(call.args[0]) is not None else call.args[0]
        bias = ends[var].bias if var in ends else None
        if bias is None:
            return x
        return _op.add(x, _broadcast(bias, ends[var].axis))

    return rebuild(module, visit)


def _affine(program: MainFunction, conv: BoundCall) -> _Affine:
    """Everything a channel that follows a convolution and that nobody else reads."""
    axis = conv_layouts(conv.call)[0].index("C")
    factor, bias = np.ones(conv.shape[axis]), None
    steps: list[BoundCall] = []
    step = conv
    if constant_of(conv.call.args[1]) is None:
        return _Affine((), factor, None, axis)
    while (user := program.sole_user(step.var)) is not None:
        if user.op not in ("relax.add", "relax.multiply"):
            break
        a, b = user.call.args
        value = constant_of(b if a.same_as(step.var) else a)
        known = None if value is None else _per_channel(value, conv.shape, axis)
        if known is None or user.shape != conv.shape:
            break
        if user.op == "relax.add":
            bias = known if bias is None else bias + known
        else:
            factor, bias = factor * known, None if bias is None else bias * known
        steps.append(user)
        step = user
    return _Affine(tuple(steps), factor, bias, axis)


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


def _foldable(program: MainFunction, step: BoundCall) -> bool:
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

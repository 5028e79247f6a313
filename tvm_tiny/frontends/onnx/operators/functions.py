# SPDX-License-Identifier: Apache-2.0
"""Functions of one number: between DequantizeLinear and QuantizeLinear each is a table.

A function is written once, over operators that numpy and Relax both have (``_Numbers``): as a
Relax expression it is read by ``LegalizeQDQ``, which evaluates it at the 256 values; over constants
it is evaluated here. Source of each: the ONNX operator's own definition.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from tvm_tiny._tvm import relax
from tvm_tiny.frontends.onnx.graph import Array, OnnxNode
from tvm_tiny.frontends.onnx.record import (
    MANY,
    Check,
    Importing,
    Record,
    Unusable,
    lookup,
    number,
    only,
    register,
)

_op: Any = relax.op
Function = Callable[[Any, Any, Mapping[str, Any]], Any]
"""(operators of numpy or Relax, x, attributes) -> result."""


class _Numpy:
    """The operators over float32 arrays."""

    maximum, minimum, exp, log, sqrt = np.maximum, np.minimum, np.exp, np.log, np.sqrt
    abs, negative, sin, cos, floor, ceil = np.abs, np.negative, np.sin, np.cos, np.floor, np.ceil
    round, sign, tanh, add, subtract = np.rint, np.sign, np.tanh, np.add, np.subtract
    multiply, divide, square = np.multiply, np.divide, np.square

    @staticmethod
    def erf(x: Array) -> Array:
        """Of every element, in double precision."""
        return np.vectorize(math.erf, otypes=[np.float32])(x)

    @staticmethod
    def sigmoid(x: Array) -> Array:
        """1 / (1 + exp(-x))."""
        return np.float32(1.0) / (np.float32(1.0) + np.exp(-x))

    @staticmethod
    def softplus(x: Array) -> Array:
        """log(1 + exp(x))."""
        return np.logaddexp(x, np.float32(0.0))

    @staticmethod
    def number(value: float) -> Any:
        """A number beside x."""
        return np.float32(value)


class _Relax:
    """The operators over Relax expressions."""

    def __init__(self) -> None:
        for name in ("maximum", "minimum", "exp", "log", "sqrt", "abs", "negative", "sin", "cos",
                     "floor", "ceil", "round", "sign", "tanh", "add", "subtract", "multiply",
                     "divide", "square", "erf", "sigmoid"):  # fmt: skip
            setattr(self, name, getattr(_op, name))
        self.softplus = _op.nn.softplus

    @staticmethod
    def number(value: float) -> Any:
        """A number beside x."""
        return relax.const(value, "float32")


def _above(o: Any, x: Any) -> Any:
    return o.maximum(x, o.number(0.0))


def _below(o: Any, x: Any) -> Any:
    return o.minimum(x, o.number(0.0))


def _scaled(o: Any, x: Any, factor: float) -> Any:
    return x if factor == 1.0 else o.multiply(x, o.number(factor))


def _less_one(o: Any, x: Any) -> Any:
    """exp(x) - 1 below 0."""
    return o.subtract(o.exp(_below(o, x)), o.number(1.0))


def _elu(o: Any, x: Any, a: Mapping[str, Any]) -> Any:
    return o.add(_above(o, x), _scaled(o, _less_one(o, x), a.get("alpha", 1.0)))


def _selu(o: Any, x: Any, a: Mapping[str, Any]) -> Any:
    alpha, gamma = a.get("alpha", 1.6732632), a.get("gamma", 1.0507010)
    return _scaled(o, _elu(o, x, {"alpha": alpha}), gamma)


def _celu(o: Any, x: Any, a: Mapping[str, Any]) -> Any:
    alpha = a.get("alpha", 1.0)
    low = _scaled(o, _less_one(o, o.divide(x, o.number(alpha))), alpha)
    return o.add(_above(o, x), _below(o, low))


def _softsign(o: Any, x: Any, a: Mapping[str, Any]) -> Any:
    del a
    return o.divide(x, o.add(o.abs(x), o.number(1.0)))


def _gelu(o: Any, x: Any, a: Mapping[str, Any]) -> Any:
    if a.get("approximate", "none") == "tanh":
        cube = o.multiply(o.square(x), _scaled(o, x, 0.044715))
        inner = _scaled(o, o.add(x, cube), math.sqrt(2.0 / math.pi))
        share = o.add(o.tanh(inner), o.number(1.0))
    else:
        share = o.add(o.erf(_scaled(o, x, math.sqrt(0.5))), o.number(1.0))
    return o.multiply(_scaled(o, x, 0.5), share)


def _mish(o: Any, x: Any, a: Mapping[str, Any]) -> Any:
    del a
    return o.multiply(x, o.tanh(o.softplus(x)))


def _swish(o: Any, x: Any, a: Mapping[str, Any]) -> Any:
    return o.multiply(x, o.sigmoid(_scaled(o, x, a.get("alpha", 1.0))))


def _thresholded(o: Any, x: Any, a: Mapping[str, Any]) -> Any:
    """Itself above alpha, else 0: x times the sign of what is above."""
    over = o.maximum(o.subtract(x, o.number(a.get("alpha", 1.0))), o.number(0.0))
    return o.multiply(x, o.sign(over))


def _shrink(o: Any, x: Any, a: Mapping[str, Any]) -> Any:
    """Itself less the bias where it is beyond lambd on either side, else 0."""
    lambd, bias = a.get("lambd", 0.5), a.get("bias", 0.0)
    beyond = o.sign(o.maximum(o.subtract(o.abs(x), o.number(lambd)), o.number(0.0)))
    return o.multiply(o.subtract(x, _scaled(o, o.sign(x), bias)), beyond)


def _softplus(o: Any, x: Any, a: Mapping[str, Any]) -> Any:
    del a
    return o.softplus(x)


def _reciprocal(o: Any, x: Any, a: Mapping[str, Any]) -> Any:
    del a
    return o.divide(o.number(1.0), x)


def _hard_sigmoid(o: Any, x: Any, a: Mapping[str, Any]) -> Any:
    line = o.add(_scaled(o, x, a.get("alpha", 0.2)), o.number(a.get("beta", 0.5)))
    return o.minimum(_above(o, line), o.number(1.0))


def _hard_swish(o: Any, x: Any, a: Mapping[str, Any]) -> Any:
    del a
    return o.multiply(x, _hard_sigmoid(o, x, {"alpha": 1 / 6}))


def _leaky(o: Any, x: Any, a: Mapping[str, Any]) -> Any:
    return o.add(_above(o, x), _scaled(o, _below(o, x), a.get("alpha", 0.01)))


def _plain(name: str) -> Function:
    return lambda o, x, a: getattr(o, name)(x)


_OWN: dict[str, tuple[Function, Mapping[str, Check]]] = {
    "Elu": (_elu, {"alpha": number}),
    "Selu": (_selu, {"alpha": number, "gamma": number}),
    "Celu": (_celu, {"alpha": number}),
    "Softplus": (_softplus, {}),
    "Softsign": (_softsign, {}),
    "Gelu": (_gelu, {"approximate": only("none", "tanh")}),
    "Mish": (_mish, {}),
    "Swish": (_swish, {"alpha": number}),
    "ThresholdedRelu": (_thresholded, {"alpha": number}),
    "Shrink": (_shrink, {"lambd": number, "bias": number}),
    "Reciprocal": (_reciprocal, {}),
    "Erf": (_plain("erf"), {}),
    "Exp": (_plain("exp"), {}),
    "Log": (_plain("log"), {}),
    "Sqrt": (_plain("sqrt"), {}),
    "Neg": (_plain("negative"), {}),
    "Sin": (_plain("sin"), {}),
    "Cos": (_plain("cos"), {}),
    "Floor": (_plain("floor"), {}),
    "Ceil": (_plain("ceil"), {}),
    "Round": (_plain("round"), {}),
    "Sign": (_plain("sign"), {}),
}
_EVALUATED: dict[str, Function] = {
    "Relu": lambda o, x, a: _above(o, x),
    "Sigmoid": _plain("sigmoid"),
    "Tanh": _plain("tanh"),
    "Abs": _plain("abs"),
    "HardSigmoid": _hard_sigmoid,
    "HardSwish": _hard_swish,
    "LeakyRelu": _leaky,
}
"""Functions whose records are elsewhere."""


def values(node: OnnxNode, x: Array) -> Array | None:
    """What a function of one number makes of float32 values; None: it is none."""
    found = _EVALUATED.get(node.op)
    if found is None and node.op in _OWN:
        found = _OWN[node.op][0]
    if found is None:
        return None
    with np.errstate(all="ignore"):
        return np.asarray(found(_Numpy, x, node.attrs), np.float32)


def _convert(importer: Importing, node: OnnxNode, inputs: Sequence[Any], attrs: Any) -> Any:
    del importer, attrs
    return _OWN[node.op][0](_Relax(), inputs[0], node.attrs)


def _evaluate(node: OnnxNode, known: Sequence[Any]) -> list[Any] | None:
    made = values(node, known[0])
    return None if made is None else [made.astype(known[0].dtype)]


def _quick_gelu(importer: Importing, node: OnnxNode, inputs: Sequence[Any], attrs: Any) -> Any:
    del importer, attrs
    return _swish(_Relax(), inputs[0], {"alpha": node.attrs.get("alpha", 1.702)})


def _power(importer: Importing, node: OnnxNode, inputs: Sequence[Any], attrs: Any) -> Any:
    """To a known exponent, the same for all elements."""
    del attrs
    exponent = importer.constant_of(node.input(1))
    if exponent is None or exponent.size == 0 or np.any(exponent != exponent.reshape(-1)[0]):
        raise Unusable("a power to several exponents", "one number is supported")
    value = float(exponent.reshape(-1)[0])
    if value == 2.0:
        return _op.square(inputs[0])
    return _op.power(inputs[0], relax.const(value, "float32"))


def _sum(importer: Importing, node: OnnxNode, inputs: Sequence[Any], attrs: Any) -> Any:
    """Of one operand or two."""
    del importer, node, attrs
    if len(inputs) > 2:
        raise Unusable(f"{len(inputs)} operands", "two at a time", "use Add")
    return _op.add(*inputs) if len(inputs) == 2 else inputs[0]


for _name, (_, _attrs) in _OWN.items():
    _known = lookup(_name)
    _evaluation = _known.evaluate if _known is not None else None
    register(
        Record(
            _name,
            attrs=_attrs,
            convert=_convert,
            evaluate=_evaluation or _evaluate,
            pointwise=True,
        )
    )
register(Record("QuickGelu", attrs={"alpha": number}, convert=_quick_gelu, domain="com.microsoft",
                pointwise=True))  # fmt: skip
register(Record("Pow", (2, 2), constants=(1,), convert=_power, pointwise=True))
register(Record("Sum", (1, MANY), convert=_sum))

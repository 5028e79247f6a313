# SPDX-License-Identifier: Apache-2.0
"""What a quantised model takes and gives: integers or floats, NHWC, raw pixels.

Before (a model trained on NCHW floats ``(pixel * scale - mean) / std``):

    x float [1,3,96,96] -> QuantizeLinear -> Conv ... -> DequantizeLinear -> y float

After ``inputs="uint8"``, ``nhwc=True``, ``preprocess=Preprocess(1 / 127.5, 1.0)``:

    x uint8 [1,96,96,3] -> Conv ... -> y float

The same scale and mean for all channels cost nothing: they are the scale and zero point of the
input (the mean is rounded to a whole pixel value). Different ones go into the weights of a first
convolution without padding; where it pads they become a depthwise convolution of 1 x 1 in front, as
padding with each channel's own mean has no other form.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, get_args

import numpy as np
import numpy.typing as npt

from tvm_tiny.arithmetic.element_types import ELEMENT_TYPES, Q8
from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.frontends.onnx.floats import FloatModel, read_float_model
from tvm_tiny.frontends.onnx.type_numbers import TYPE_NUMBERS

Array = npt.NDArray[Any]
Edge = Literal["float32", "int8", "uint8"]
EDGES: Final[tuple[str, ...]] = get_args(Edge)
_PIXEL: Final = ELEMENT_TYPES["uint8"]


@dataclass(frozen=True)
class Preprocess:
    """What the model was trained on: ``(pixel * scale - mean) / std``, pixels 0 to 255.

    Attributes:
        scale: of a pixel, for instance ``1 / 255``.
        mean: taken off; one value, or one a channel.
        std: divided by; one value, or one a channel.
    """

    scale: float = 1.0
    mean: float | Sequence[float] = 0.0
    std: float | Sequence[float] = 1.0

    def affine(self, channels: int) -> tuple[Array, Array]:
        """``factor`` and ``offset`` a channel: the model's value is pixel * factor - offset.

        Raises:
            UsageError: TT6401, numbers that do not fit the channels, or a factor of 0.
        """
        try:
            mean, std = (
                np.broadcast_to(np.asarray(v, np.float64).reshape(-1), (channels,))
                for v in (self.mean, self.std)
            )
        except ValueError as error:
            problem = Problem(f"the input has {channels} channels", why=str(error))
            raise UsageError("preprocessing does not fit", (problem,), "TT6401") from error
        with np.errstate(all="ignore"):
            factor, offset = float(self.scale) / std, mean / std
        if not (np.all(np.isfinite([factor, offset])) and np.all(factor > 0)):
            problem = Problem(f"{self}", why="scale / std must be finite and more than 0")
            raise UsageError("preprocessing does not fit", (problem,), "TT6401")
        return factor, offset


@dataclass(frozen=True, eq=False)
class Edges:
    """A float model made ready for its edges.

    Attributes:
        model: the float model; takes NHWC where asked for.
        factor: samples times this, minus ``offset``, are what ``model`` takes.
        offset: see ``factor``.
        fixed: scale and zero point (int8) of the input, None: by calibration.
        raw: the integers are pixels, as they are (uint8) or minus 128 (int8).
    """

    model: FloatModel
    factor: float = 1.0
    offset: float = 0.0
    fixed: tuple[float, int] | None = None
    raw: bool = False

    def reference(self) -> Any:
        """The float model for the same samples: as a ModelProto, its preprocessing in front."""
        proto = self.model.clean_proto()
        if (self.factor, self.offset) == (1.0, 0.0):
            return proto
        channels = 1
        (name,) = self.model.inputs
        return _as_layer(self.model, name, np.full(channels, self.factor),
                         np.full(channels, self.offset), last=False, whole=True)  # fmt: skip


def check_edges(inputs: str, outputs: str, preprocess: Preprocess | None) -> list[Problem]:
    """What is wrong with these options."""
    problems = [
        Problem(f"{what}={kind!r}", do=f"one of {', '.join(EDGES)}")
        for what, kind in (("inputs", inputs), ("outputs", outputs))
        if kind not in EDGES
    ]
    if preprocess is not None and inputs == "float32":
        do = "inputs='uint8' (or 'int8': pixels minus 128)"
        problems.append(Problem("preprocess with float32 inputs", "", "pixels are integers", do))
    return problems


def with_edges(model: FloatModel, *, nhwc: bool, preprocess: Preprocess | None) -> Edges:
    """Turn the input and fold the preprocessing in.

    Raises:
        UsageError: TT6401, there is more than one input, or it is no image.
    """
    if not nhwc and preprocess is None:
        return Edges(model)
    ((name, shape), *more) = model.inputs.items()
    if more or len(shape) != 4:
        problem = Problem(f"input '{name}' {shape}", why="NHWC and pixels need one image as input")
        raise UsageError("cannot quantise like that", (problem,), "TT6401")
    last = _reads_nhwc(model, name)
    edges = Edges(model)
    if preprocess is not None:
        factor, offset = preprocess.affine(shape[3 if last else 1])
        edges = _pixels(model, name, factor, offset, last)
    if nhwc and not last:
        edges = replace(edges, model=_turned(edges.model, name, shape))
    return edges


def _reads_nhwc(model: FloatModel, name: str) -> bool:
    """The model itself turns its input round: it is NHWC already."""
    readers = [n for n in model.graph.nodes if name in n.inputs]
    return bool(readers) and all(
        n.op == "Transpose" and list(n.attrs.get("perm", ())) == [0, 3, 1, 2] for n in readers
    )


def _pixels(model: FloatModel, name: str, factor: Array, offset: Array, last: bool) -> Edges:
    """One scale and mean: the input's own. Several: in weights, or a layer of their own."""
    zero = round(float(offset[0] / factor[0]))
    if np.ptp(factor) == 0 and np.ptp(offset) == 0 and 0 <= zero <= _PIXEL.high:
        scale = float(np.float32(factor[0]))
        return Edges(model, scale, scale * zero, (scale, zero + Q8.low), raw=True)
    proto = _in_weights(model, name, factor, offset, last)
    if proto is None:
        proto = _as_layer(model, name, factor, offset, last)
    return Edges(_again(model, proto), fixed=(1.0, Q8.low), raw=True)


def _in_weights(
    model: FloatModel, name: str, factor: Array, offset: Array, last: bool
) -> Any | None:
    """The factors in the weights of the only convolution that reads the input; None if it pads."""
    onnx = importlib.import_module("onnx")
    proto = model.clean_proto()
    name = _behind_turn(proto, name) if last else name
    readers = [n for n in proto.graph.node if name in n.input]
    constants = {t.name: t for t in proto.graph.initializer}
    if len(readers) != 1 or readers[0].op_type != "Conv":
        return None
    (conv,) = readers
    attrs = {a.name: onnx.helper.get_attribute_value(a) for a in conv.attribute}
    users = [n for n in proto.graph.node for i in n.input[1:] if i in conv.input[1:]]
    known = all(i in constants for i in conv.input[1:]) and len(users) == len(conv.input) - 1
    padded = any(attrs.get("pads", ())) or attrs.get("auto_pad", b"NOTSET") not in (
        b"NOTSET",
        b"VALID",
    )
    if padded or attrs.get("group", 1) != 1 or not known:
        return None
    to_array, from_array = onnx.numpy_helper.to_array, onnx.numpy_helper.from_array
    weights = to_array(constants[conv.input[1]]).astype(np.float64)
    spread = (1, -1, *[1] * (weights.ndim - 2))
    bias = -(weights * offset.reshape(spread)).reshape(len(weights), -1).sum(axis=1)
    made = (weights * factor.reshape(spread)).astype(np.float32)
    constants[conv.input[1]].CopyFrom(from_array(made, conv.input[1]))
    if len(conv.input) > 2:
        total = (to_array(constants[conv.input[2]]) + bias).astype(np.float32)
        constants[conv.input[2]].CopyFrom(from_array(total, conv.input[2]))
    else:
        conv.input.append(f"{conv.input[1]}/offset")
        proto.graph.initializer.append(from_array(bias.astype(np.float32), conv.input[2]))
    return proto


def _behind_turn(proto: Any, name: str) -> str:
    found = [n.output[0] for n in proto.graph.node if n.op_type == "Transpose" and name in n.input]
    return str(found[0]) if len(found) == 1 else name


def _as_layer(
    model: FloatModel,
    name: str,
    factor: Array,
    offset: Array,
    last: bool,
    *,
    whole: bool = False,
) -> Any:
    """A depthwise convolution of 1 x 1 that computes what the model was trained on.

    ``whole``: a product and a difference instead, with single numbers.
    """
    onnx = importlib.import_module("onnx")
    proto = model.clean_proto()
    source = _behind_turn(proto, name) if last else name
    made, channels = f"{name}/preprocessed", len(factor)
    for node in proto.graph.node:
        for place, operand in enumerate(node.input):
            if operand == source:
                node.input[place] = made
    operands = [f"{made}/factor", f"{made}/offset"]
    shape = () if whole else (channels, 1, 1, 1)
    arrays = (factor.reshape(shape), offset.reshape(()) if whole else -offset)
    for operand, array in zip(operands, arrays, strict=True):
        tensor = onnx.numpy_helper.from_array(array.astype(np.float32), operand)
        proto.graph.initializer.append(tensor)
    make = onnx.helper.make_node
    added = [make("Conv", [source, *operands], [made], made, group=channels)]
    if whole:
        added = [
            make("Mul", [source, operands[0]], [f"{made}/scaled"], f"{made}/scaled"),
            make("Sub", [f"{made}/scaled", operands[1]], [made], made),
        ]
    makers = [i for i, n in enumerate(proto.graph.node) if source in n.output]
    nodes = list(proto.graph.node)
    at = makers[0] + 1 if makers else 0
    nodes[at:at] = added
    copies = [type(n).FromString(n.SerializeToString()) for n in nodes]
    del proto.graph.node[:]
    proto.graph.node.extend(copies)
    return proto


def _turned(model: FloatModel, name: str, shape: tuple[int, ...]) -> FloatModel:
    """NCHW input to NHWC: a Transpose in front, which the compiler takes out again."""
    onnx = importlib.import_module("onnx")
    proto = model.clean_proto()
    inner = f"{name}/nchw"
    for node in proto.graph.node:
        for place, operand in enumerate(node.input):
            if operand == name:
                node.input[place] = inner
    node = onnx.helper.make_node("Transpose", [name], [inner], inner, perm=[0, 3, 1, 2])
    copies = [type(n).FromString(n.SerializeToString()) for n in (node, *proto.graph.node)]
    del proto.graph.node[:]
    proto.graph.node.extend(copies)
    (value,) = (v for v in proto.graph.input if v.name == name)
    batch, channels, height, width = shape
    kind = onnx.TensorProto.FLOAT
    value.CopyFrom(onnx.helper.make_tensor_value_info(name, kind, (batch, height, width, channels)))
    return _again(model, proto)


def _again(model: FloatModel, proto: Any) -> FloatModel:
    for value in proto.graph.output:  # opaque in the clean proto: shapes are inferred again
        value.type.tensor_type.elem_type = 1
    return replace(read_float_model(proto), name=model.name)


def integer_edges(proto: Any, inputs: str, outputs: str) -> None:
    """Take QuantizeLinear off the inputs and DequantizeLinear off the outputs of a QDQ model.

    A border keeps its name. Uint8 is int8 plus 128: the same real numbers.

    Args:
        proto: changed in place.
        inputs: ``int8``, ``uint8``; ``float32`` leaves them.
        outputs: likewise.

    Raises:
        UsageError: TT6401, a border is not quantised.
    """
    if inputs != "float32":
        for value in proto.graph.input:
            _integer_input(proto.graph, value, inputs)
    if outputs != "float32":
        for value in proto.graph.output:
            _integer_output(proto.graph, value, outputs)


def _integer_input(graph: Any, value: Any, kind: str) -> None:
    readers = [n for n in graph.node if value.name in n.input]
    if not readers or any(n.op_type != "QuantizeLinear" for n in readers):
        raise _not_quantised(f"input '{value.name}'")
    for quantiser in readers:
        stored, zero = quantiser.output[0], quantiser.input[2]
        new_zero = _zero_point(graph, zero, kind)
        graph.node.remove(quantiser)
        for node in graph.node:
            if stored in node.input:
                if node.op_type != "DequantizeLinear":
                    raise _not_quantised(f"input '{value.name}'")
                node.input[0], node.input[2] = value.name, new_zero
    value.type.tensor_type.elem_type = _element(kind)


def _integer_output(graph: Any, value: Any, kind: str) -> None:
    (last,) = (n for n in graph.node if value.name in n.output)
    quantiser = next((n for n in graph.node if last.input[0] in n.output), None)
    if last.op_type != "DequantizeLinear" or quantiser is None:
        raise _not_quantised(f"output '{value.name}'")
    if quantiser.op_type != "QuantizeLinear":
        raise _not_quantised(f"output '{value.name}'")
    stored = last.input[0]
    others = [n for n in graph.node if stored in n.input and n is not last]
    new_zero = _zero_point(graph, quantiser.input[2], kind)
    graph.node.remove(last)
    quantiser.output[0], quantiser.input[2] = value.name, new_zero
    for node in others:
        if node.op_type != "DequantizeLinear":
            raise _not_quantised(f"output '{value.name}'")
        node.input[0], node.input[2] = value.name, new_zero
    value.type.tensor_type.elem_type = _element(kind)


def _zero_point(graph: Any, name: str, kind: str) -> str:
    """A constant of the zero point in the type asked for."""
    helper = importlib.import_module("onnx.numpy_helper")
    tensor = next(t for t in graph.initializer if t.name == name)
    array = helper.to_array(tensor)
    if str(array.dtype) == kind:
        return name
    made = f"{name}/{kind}"
    shift = -Q8.low if kind == "uint8" else Q8.low
    if not any(t.name == made for t in graph.initializer):
        shifted = (array.astype(np.int64) + shift).astype(kind)
        graph.initializer.append(helper.from_array(shifted, made))
    return made


def _element(kind: str) -> int:
    return TYPE_NUMBERS[kind]


def _not_quantised(where: str) -> UsageError:
    why = "nothing that is quantised reads or makes it"
    problem = Problem("stays float32", where, why, "leave it float32")
    return UsageError("cannot quantise like that", (problem,), "TT6401")

# SPDX-License-Identifier: Apache-2.0
"""Well-formed ONNX files that say absurd things."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import onnx
from damage import Damaged
from onnx import TensorProto, helper, numpy_helper

from tvm_tiny.testing.onnx_models import tiny_qdq

Proto = Any
Edit = Callable[[Proto], Any]


def _constant(proto: Proto, name: str) -> Proto:
    return next(c for c in proto.graph.initializer if c.name == name)


def _node(proto: Proto, name: str) -> Proto:
    return next(n for n in proto.graph.node if n.name == name)


def _extents(*extents: Any) -> Edit:
    def edit(proto: Proto) -> None:
        shape = proto.graph.input[0].type.tensor_type.shape
        del shape.dim[:]
        for extent in extents:
            dim = shape.dim.add()
            if isinstance(extent, str):
                dim.dim_param = extent
            elif extent is not None:
                dim.dim_value = extent

    return edit


def _values(name: str, values: Any) -> Edit:
    return lambda proto: _constant(proto, name).CopyFrom(
        numpy_helper.from_array(np.asarray(values), name)
    )


def _attribute(node: str, name: str, value: Any) -> Edit:
    def edit(proto: Proto) -> None:
        attributes = _node(proto, node).attribute
        kept = [a for a in attributes if a.name != name]
        del attributes[:]
        attributes.extend([*kept, helper.make_attribute(name, value)])

    return edit


def _dims(name: str, *dims: int) -> Edit:
    def edit(proto: Proto) -> None:
        del _constant(proto, name).dims[:]
        _constant(proto, name).dims.extend(dims)

    return edit


def _external(proto: Proto) -> None:
    """Contents "in another file": a model must not make the compiler read files."""
    weights = _constant(proto, "stem/weights/quantised")
    weights.ClearField("raw_data")
    weights.data_location = TensorProto.EXTERNAL
    weights.external_data.add(key="location", value="../../../../etc/passwd")


def _cycle(proto: Proto) -> None:
    _node(proto, "stem/float").input[0] = "add"


def _backwards(proto: Proto) -> None:
    nodes = list(proto.graph.node)[::-1]
    del proto.graph.node[:]
    proto.graph.node.extend(nodes)


def _rename(node: str, kind: str) -> Edit:
    return lambda proto: setattr(_node(proto, node), "op_type", kind)


def _input(node: str, place: int, name: str) -> Edit:
    def edit(proto: Proto) -> None:
        _node(proto, node).input[place] = name

    return edit


def _cleared(field: str) -> Edit:
    return lambda proto: proto.graph.ClearField(field)


def _subgraph(proto: Proto) -> None:
    body = helper.make_graph([], "body", [], [])
    node = helper.make_node("If", ["image"], ["if"], then_branch=body, else_branch=body)
    proto.graph.node.append(node)


_STEM = "stem/weights/quantised"
EDITS: dict[str, Edit] = {
    "no nodes": _cleared("node"),
    "no inputs": _cleared("input"),
    "no outputs": _cleared("output"),
    "no constants": _cleared("initializer"),
    "no graph": lambda p: p.ClearField("graph"),
    "no opset": lambda p: p.ClearField("opset_import"),
    "opset 1": lambda p: setattr(p.opset_import[0], "version", 1),
    "opset 10000": lambda p: setattr(p.opset_import[0], "version", 10000),
    "ir 10000": lambda p: setattr(p, "ir_version", 10000),
    "unknown domain": lambda p: setattr(p.graph.node[5], "domain", "com.example"),
    "unknown operator": _rename("stem/float", "Unheard"),
    "operator of other arity": _rename("stem/float", "Where"),
    "dynamic batch": _extents("n", 3, 16, 16),
    "dynamic size": _extents(1, 3, "h", "w"),
    "unnamed extent": _extents(1, 3, None, 16),
    "extent 0": _extents(1, 3, 0, 16),
    "extent negative": _extents(1, 3, -16, 16),
    "extent huge": _extents(1, 3, 2**31, 2**31),
    "extent overflows": _extents(1, 2**62, 2**62, 16),
    "rank 0": _extents(),
    "rank 60": _extents(*[1] * 60),
    "batch 4": _extents(4, 3, 16, 16),
    "input is int8": lambda p: setattr(
        p.graph.input[0].type.tensor_type, "elem_type", TensorProto.INT8
    ),
    "input is a string": lambda p: setattr(
        p.graph.input[0].type.tensor_type, "elem_type", TensorProto.STRING
    ),
    "input has no type": lambda p: p.graph.input[0].ClearField("type"),
    "external data": _external,
    "weights huge": _dims(_STEM, 8, 3, 2**40, 2**40),
    "weights negative": _dims(_STEM, 8, 3, -3, -3),
    "weights too few": _dims(_STEM, 80, 3, 3, 3),
    "weights rank 2": _dims(_STEM, 8, 27),
    "weights of type 99": lambda p: setattr(_constant(p, _STEM), "data_type", 99),
    "weights float": _values(_STEM, np.zeros((8, 3, 3, 3), np.float32)),
    "weights uint8": _values(_STEM, np.zeros((8, 3, 3, 3), np.uint8)),
    "scale 0": _values("image/dequantised/scale", np.float32(0)),
    "scale negative": _values("image/dequantised/scale", np.float32(-0.1)),
    "scale NaN": _values("stem/scale", np.float32("nan")),
    "scale infinite": _values("stem/scale", np.float32("inf")),
    "scale a vector": _values("stem/scale", np.full(5, 0.1, np.float32)),
    "scale empty": _values("stem/scale", np.zeros(0, np.float32)),
    "zero point int32": _values("stem/zero", np.int32(7)),
    "zero point uint8": _values("stem/zero", np.uint8(7)),
    "weight scales too few": _values("stem/weights/scale", np.full(3, 0.1, np.float32)),
    "weight zero points": _values("stem/weights/zero", np.full(8, 3, np.int8)),
    "axis 9": _attribute("stem/weights", "axis", 9),
    "axis a string": _attribute("stem/weights", "axis", "x"),
    "strides 0": _attribute("stem/float", "strides", [0, 0]),
    "strides negative": _attribute("stem/float", "strides", [-1, 1]),
    "strides three": _attribute("stem/float", "strides", [1, 1, 1]),
    "pads negative": _attribute("stem/float", "pads", [-9, 0, 0, 0]),
    "pads huge": _attribute("stem/float", "pads", [2**40, 0, 0, 0]),
    "pads two": _attribute("stem/float", "pads", [1, 1]),
    "dilations 0": _attribute("stem/float", "dilations", [0, 1]),
    "group 0": _attribute("depthwise/float", "group", 0),
    "group 3": _attribute("depthwise/float", "group", 3),
    "group huge": _attribute("depthwise/float", "group", 2**40),
    "auto_pad unknown": _attribute("stem/float", "auto_pad", "SOMEHOW"),
    "pool window 0": _attribute("max_pool/float", "kernel_shape", [0, 0]),
    "pool window huge": _attribute("max_pool/float", "kernel_shape", [2**40, 2]),
    "flatten axis 90": _attribute("flatten/float", "axis", 90),
    "gemm not transposed": _attribute("logits/float", "transB", 0),
    "cycle": _cycle,
    "backwards": _backwards,
    "reads nothing known": _input("add/float", 1, "nobody"),
    "reads an empty name": _input("add/float", 1, ""),
    "too few inputs": lambda p: _node(p, "stem/float").ClearField("input"),
    "no result": lambda p: _node(p, "stem/float").ClearField("output"),
    "one name made twice": lambda p: _node(p, "add/float").output.__setitem__(0, "stem/float"),
    "output unknown": lambda p: setattr(p.graph.output[0], "name", "nobody"),
    "subgraph": _subgraph,
}


def absurd_onnx_models() -> Iterator[Damaged]:
    for label, edit in EDITS.items():
        proto = onnx.load_model_from_string(tiny_qdq())
        edit(proto)
        yield Damaged(label, ".onnx", proto.SerializeToString())

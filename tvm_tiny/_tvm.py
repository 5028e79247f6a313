# SPDX-License-Identifier: Apache-2.0
"""The one module that touches TVM's unstable names.

TVM carries no type information and moves its names between releases. Everything here is ``Any``
towards the type checker on purpose; the rest of the package imports what it needs from here.
"""

# pyright: basic
# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false
# pyright: reportUnknownMemberType=false, reportAttributeAccessIssue=false

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, TypeAlias

import numpy as np

from tvm_tiny.process.collector import seldom
from tvm_tiny.process.imports import hidden_if_ours, some_home

# PyTorch is imported by TVM wherever it is installed: seconds for nothing.
with seldom(), some_home(), hidden_if_ours("torch"):
    import tvm
    import tvm.relax
    import tvm.s_tir
    import tvm.script
    import tvm.te
    import tvm.tirx
    import tvm.tirx.script.builder
    import tvm_ffi
    from tvm.ir import _ffi_api as _ir_ffi

from tvm_tiny.targets.tags import register_tag

ANY: TypeAlias = Any
IRModule: Any = tvm.IRModule
PrimFunc: Any = tvm.tirx.PrimFunc
Schedule: Any = tvm.s_tir.Schedule
relax: Any = tvm.relax
Constant: Any = tvm.ir.GenericConst
te: Any = tvm.te
tirx: Any = tvm.tirx
transform: Any = tvm.transform
s_tir: Any = tvm.s_tir
assert_structural_equal: Callable[[Any, Any], None] = tvm.ir.assert_structural_equal
structural_equal: Callable[[Any, Any], bool] = tvm_ffi.structural_equal
Target: Any = tvm.target.Target
TensorIntrin: Any = tvm.s_tir.TensorIntrin
IRBuilder: Any = tvm.script.ir_builder.IRBuilder
TVMScript: Any = tvm.script.tirx
"""TVMScript's dialect for row kernels written as text."""
T: Any = TVMScript
TIR: Any = tvm.tirx.script.builder
"""The same dialect as functions, within ``IRBuilder``."""
VERSION: str = tvm.__version__

_OP_PREFIX = "tvm_tiny."


@cache
def _known_ops() -> set[str]:
    """Operators that TVM has; listing them takes long, so it is done once."""
    return {str(n) for n in tvm.ir.Op.list_op_names()}


def register_integer_op(name: str, infer: Callable[[Any], tuple[Sequence[int], str]]) -> None:
    """Register ``tvm_tiny.<name>`` as a pure Relax operator.

    Args:
        name: the operator table's key.
        infer: maps a Relax call to the (shape, dtype) of its result.
    """
    full = _OP_PREFIX + name
    if full in _known_ops():
        return
    _known_ops().add(full)
    _ir_ffi.RegisterOp(full, f"integer operator {name} of tvm_tiny")
    op = tvm.ir.Op.get(full)

    def infer_type(call: Any, _ctx: Any) -> Any:
        shape, dtype = infer(call)
        return relax.TensorType(tuple(int(d) for d in shape), dtype)

    op.set_attr("FInferType", infer_type)
    op.set_attr("FPurity", True)


def integer_call(name: str, args: Sequence[Any], attrs: Mapping[str, Any]) -> Any:
    """Build the Relax call ``tvm_tiny.<name>(*args, **attrs)``."""
    plain = {k: _plain_attr(v) for k, v in attrs.items()}
    node = tvm.ir.make_node("ir.DictAttrs", **plain)
    return tvm.relax.Call(tvm.ir.Op.get(_OP_PREFIX + name), list(args), node, [])


def integer_op_name(expr: Any) -> str | None:
    """Return the table key of an integer operator call, or None for any other expression."""
    if isinstance(expr, tvm.relax.Call) and isinstance(expr.op, tvm.ir.Op):
        name = str(expr.op.name)
        if name.startswith(_OP_PREFIX):
            return name[len(_OP_PREFIX) :]
    return None


def call_attrs(call: Any) -> dict[str, Any]:
    """Return a call's attributes as plain Python values (int, float, str, nested lists)."""
    return {name: _copied(value) for name, value in _plain_attrs(call.attrs).items()}


@lru_cache(maxsize=4096)
def _plain_attrs(attrs: Any) -> dict[str, Any]:
    """Once for each: every pass asks again, and TVM hands lists over number by number.

    Attributes never change, and are equal only to themselves.
    """
    return {str(k): to_python(v) for k, v in attrs.items()}


def _copied(value: Any) -> Any:
    return [_copied(v) for v in value] if isinstance(value, list) else value


def to_python(value: Any) -> Any:
    """Turn a TVM attribute value into plain Python data."""
    if isinstance(value, str | bool | int | float) or value is None:
        return value if not isinstance(value, str) else str(value)
    if isinstance(value, tvm.tirx.IntImm | tvm.tirx.FloatImm):
        return value.value
    if isinstance(value, Sequence) or hasattr(value, "__iter__"):
        return [to_python(v) for v in value]
    raise TypeError(f"attribute of type {type(value).__name__}")


def _plain_attr(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, tuple | list):
        return [_plain_attr(v) for v in value]
    return value


def constant(array: np.ndarray[Any, Any]) -> Any:
    """A Relax constant with exactly this array's dtype and contents."""
    return tvm.relax.const(np.ascontiguousarray(array), str(array.dtype))


def constant_value(expr: Any) -> np.ndarray[Any, Any] | None:
    """The array of a Relax constant, or None."""
    return expr.value.numpy() if isinstance(expr, tvm.ir.GenericConst) else None


def resolved(expr: Any, values: Mapping[Any, Any]) -> Any:
    """Follow aliases (``values``: variable -> what it is bound to) and fields of tuples."""
    while True:
        if isinstance(expr, relax.TupleGetItem):
            whole = resolved(expr.tuple_value, values)
            if not isinstance(whole, relax.Tuple):
                return expr
            expr = whole.fields[expr.index]
        elif expr in values:
            expr = values[expr]
        else:
            return expr


def tensor_type(expr: Any) -> tuple[tuple[int, ...], str] | None:
    """(shape, dtype) of a Relax expression with a static tensor type, else None."""
    ty = getattr(expr, "ty", None)
    if not isinstance(ty, tvm.relax.TensorType) or ty.shape is None:
        return None
    dims = getattr(ty.shape, "values", None)
    if dims is None or not all(isinstance(d, int | tvm.tirx.IntImm) for d in dims):
        return None
    dtype = ty.dtype
    return tuple(int(d) for d in dims), str(getattr(dtype, "dtype", dtype))


def pointer_function(func: Any, name: str) -> Any:
    """Give a PrimFunc plain typed pointers instead of buffers, so that C code gets ``int8_t *``.

    before:  def f(x: T.Buffer((8,), "int8"), n: T.int32)
    after:   def name(x: T.handle("int8"), n: T.int32):  x' = T.decl_buffer((8,), data=x)
    """
    params: list[Any] = []
    declared: list[Any] = []
    for p in func.params:
        if isinstance(p.ty, tvm.tirx.buffer.BufferType):
            pointer = tvm.tirx.Var(p.name, tvm.ir.PointerType(p.ty.dtype))
            params.append(pointer)
            declared.append(tvm.tirx.DeclBuffer(p, data=pointer))
        else:
            params.append(p)
    out = tvm.tirx.PrimFunc(params, tvm.tirx.SeqStmt([*declared, func.body]), attrs=func.attrs)
    attrs = {"global_symbol": name, "target": tvm.target.Target("c"), "calling_conv": 0}
    return out.with_attrs(attrs)


def pointer_parameters(func: Any) -> list[bool]:
    """Which parameters of a PrimFunc are buffers, in order; the others are scalars."""
    return [isinstance(p.ty, tvm.tirx.buffer.BufferType) for p in func.params]


def lower_to_c(func: Any, name: str, passes: Sequence[Any]) -> str:
    """Lower one scheduled row kernel with ``passes`` and print it with TVM's C code generator."""
    target = tvm.target.Target("c")
    mod = tvm.IRModule({name: pointer_function(func, name)})
    with target, tvm.transform.PassContext(config={"tirx.disable_vectorize": True}):
        mod = tvm.transform.Sequential(list(passes))(mod)
    return str(tvm.get_global_func("target.build.c")(mod, target).inspect_source())


def lowering_passes() -> list[Any]:
    """TVM's lowering of a scheduled s_tir function, without the packed calling convention."""
    st, tt = tvm.s_tir.transform, tvm.tirx.transform
    return [
        st.CanonicalizeLoop(),
        st.LowerInitBlock(),
        st.PlanAndUpdateBufferAllocationLocation(),
        st.ConvertBlocksToOpaque(),
        st.CompactBufferAllocation(),
        st.LowerMatchBuffer(),
        tt.StmtSimplify(),
        st.LowerOpaqueBlock(),
        tt.FlattenBuffer(),
        tt.NarrowDataType(32),
        st.LoopPartition(),
        tt.VectorizeLoop(False),
        tt.StorageRewrite(),
        st.HoistIfThenElse(),
        tt.UnrollLoop(),
        st.RenormalizeSplitPattern(),
        tt.StmtSimplify(),
        tt.RemoveNoOp(),
        st.RewriteUnsafeSelect(),
        tt.LowerIntrin(),
    ]


def register_target_tag(name: str) -> None:
    """Make ``tvm.target.Target(name)`` the C target for a core."""
    register_tag(tvm, name)


def structural_hash(value: Any) -> int:
    """TVM's structural hash."""
    return int(tvm_ffi.structural_hash(value))


def plain_buffers(func: Any) -> Any:
    """Fix a function's scalar parameters (to 0, 1, ...): MetaSchedule takes buffers only."""
    scalars = [p for p in func.params if not isinstance(p.ty, tvm.tirx.buffer.BufferType)]
    values = {p: tvm.tirx.IntImm("int32", i) for i, p in enumerate(scalars)}
    return func.specialize(values) if values else func


def meta_schedule() -> Any:
    """MetaSchedule, imported when it is needed: it takes a second."""
    import tvm.s_tir.meta_schedule

    return tvm.s_tir.meta_schedule


def onnx_frontend() -> Any:
    """TVM's importer of ONNX, imported when it is needed: it imports ``onnx``."""
    import tvm.relax.frontend.onnx.onnx_frontend

    return tvm.relax.frontend.onnx.onnx_frontend


def process_pool() -> Any:
    """TVM's pool of processes that may die; an ImportError where its packages are missing."""
    from tvm.support.popen_pool import PopenPoolExecutor

    return PopenPoolExecutor


def rpc() -> Any:
    """TVM's RPC; an ImportError where its packages are missing."""
    import tvm.rpc.server

    return tvm.rpc


def register_function(name: str, function: Callable[..., Any]) -> None:
    """Make a function known to TVM, and callable from outside on a server."""
    tvm_ffi.register_global_func(name, function, override=True)


def derived_object(cls: type) -> Any:
    """TVM's decorator of Python classes that stand in for its own."""
    from tvm.ir.utils import derived_object as decorate

    return decorate(cls)


def array(value: Any) -> Any:
    """A numpy array as TVM's."""
    return tvm.runtime.tensor(value)


def save_parameters(arrays: Mapping[str, Any]) -> bytes:
    """Numpy arrays by name in TVM's own format (``load_param_dict`` reads it)."""
    return bytes(tvm.runtime.save_param_dict({k: array(v) for k, v in arrays.items()}))


def load_parameters(data: bytes) -> dict[str, Any]:
    """The numpy arrays that ``save_parameters`` wrote."""
    loaded = tvm.runtime.load_param_dict(bytearray(data))
    return {str(k): v.numpy() for k, v in loaded.items()}

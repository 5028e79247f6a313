# SPDX-License-Identifier: Apache-2.0
"""What all passes are: frozen dataclasses that TVM takes for its own passes.

A pass holds options and no state. It is used alone, ``FusePad()(mod)``, or inside TVM's
``tvm.transform.Sequential([FusePad(), FoldConstants()])``, so that pass contexts, instruments and
``PassContext.get_current`` work as for TVM's passes.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from tvm_tiny import _tvm
from tvm_tiny._tvm import Constant, relax, structural_equal, transform
from tvm_tiny.errors import TvmTinyError

BOOKKEEPING = (
    "layer",
    "index",
    "output_source",
    "output_source_index",
    "output_scale",
    "out_zero_point",
    "channel_map",
    "model_shape",
)
"""Attributes of every integer call that say where it comes from; they do not compute."""

CHANNEL_MAP = "channel_map"
"""Attribute of a call whose result lost channels (``FoldDeadChannels``): [[channels before],
[kept channels], [removed constant channels], [their values]]."""

MODEL_SHAPE = "model_shape"
"""Attribute of a call whose result was turned (``TurnRows``): its shape in the user's model."""


@dataclass(frozen=True)
class TinyPass(ABC):
    """A pass over a module. Subclasses are frozen dataclasses whose fields are the options."""

    name: ClassVar[str] = ""
    """Kebab-case name for the command line and for dumps; made from the class name."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Name the pass after its class unless it names itself."""
        super().__init_subclass__(**kwargs)
        if "name" not in cls.__dict__:
            cls.name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", cls.__name__).lower()

    @abstractmethod
    def transform_module(self, mod: Any) -> Any:
        """Return the rewritten IRModule; ``mod`` itself is never changed."""

    def __call__(self, mod: Any) -> Any:
        """Run as a TVM pass. Our own errors come through as they were raised."""
        raised: list[TvmTinyError] = []

        def run(given: Any, _context: Any) -> Any:
            try:
                return self.transform_module(given)
            except TvmTinyError as error:
                # TVM passes on only the text of a Python exception
                raised.append(error)
                raise

        try:
            return transform.module_pass(run, opt_level=0, name=self.name)(mod)
        except RuntimeError:
            if raised:
                raise raised[0] from None
            raise

    def __tvm_ffi_object__(self) -> Any:
        """The TVM pass that stands for this one wherever TVM takes passes."""
        return transform.module_pass(
            lambda mod, _context: self.transform_module(mod), opt_level=0, name=self.name
        )


class FunctionRewriter:
    """One walk over the bindings of a dataflow function, in order, that rebuilds it."""

    def __init__(self, func: Any) -> None:
        self._func = func
        self._builder: Any = relax.BlockBuilder()
        self._replaced: dict[Any, Any] = {}
        self._values: dict[Any, Any] = {}
        self._uses = _count_uses(func)
        self._origin: dict[Any, Any] = {}
        self._bindings: list[Any] = []
        self._outputs = function_outputs(func)

    def value_of(self, expr: Any) -> Any:
        """The (rewritten) expression bound to a variable; None for parameters and constants."""
        return self._values.get(expr)

    def producer(self, expr: Any, name: str) -> Any:
        """The integer call ``name`` that makes ``expr``, or None."""
        value = self.value_of(expr)
        return value if _tvm.integer_op_name(value) == name else None

    def uses(self, expr: Any) -> int:
        """How often the function reads a value, by any name (being an output counts)."""
        return self._uses.get(self._origin.get(expr, expr), 0)

    def is_output(self, variable: Any) -> bool:
        """Whether a variable is an output of the function or aliased by one."""
        return self._origin.get(variable, variable) in self._outputs

    def can_alias(self, variable: Any, expr: Any) -> bool:
        """Whether all uses of ``variable`` may read ``expr`` instead.

        An output stays a tensor of its own beside inputs, constants and other outputs: each has a
        name and a buffer that the caller sees.
        """
        if not self.is_output(variable):
            return True
        return self.value_of(expr) is not None and not self.is_output(expr)

    def substitute(self, expr: Any) -> Any:
        """``expr`` (a leaf, call or tuple) with old variables replaced by their successors."""
        if isinstance(expr, relax.Tuple):
            return relax.Tuple([self.substitute(f) for f in expr.fields])
        if isinstance(expr, relax.TupleGetItem):
            return relax.TupleGetItem(self.substitute(expr.tuple_value), expr.index)
        if isinstance(expr, relax.Call):
            args = [self.substitute(a) for a in expr.args]
            if all(a.same_as(b) for a, b in zip(args, expr.args, strict=True)):
                return expr
            return relax.Call(expr.op, args, expr.attrs, expr.ty_args)
        return self._replaced.get(expr, expr)

    def emit(self, expr: Any, like: Any) -> Any:
        """Bind an expression to a new variable with the name of ``like``; return the variable."""
        expr = self._builder.normalize(expr)
        kind = relax.DataflowVar if isinstance(like, relax.DataflowVar) else relax.Var
        variable = kind(like.name, expr.ty)
        self._bind(variable, expr)
        return variable

    def _bind(self, variable: Any, value: Any) -> None:
        self._bindings.append(relax.VarBinding(variable, value))
        self._values[variable] = value

    def run(self, step: RewritePass, *, drop_all_unused: bool) -> Any:
        """Walk and rebuild; see ``RewritePass``."""
        blocks: list[Any] = []
        for block in self._func.body.blocks:
            self._bindings = []
            for binding in block.bindings:
                self._step(step, binding.var, self.substitute(binding.value))
            dataflow = isinstance(block, relax.DataflowBlock)
            blocks.append((dataflow, self._bindings))
        body = self.substitute(self._func.body.body)
        built = self._live_blocks(blocks, body, drop_all_unused)
        seq = self._builder.normalize(relax.SeqExpr(built, body))
        return relax.Function(self._func.params, seq, body.ty, self._func.is_pure, self._func.attrs)

    def _step(self, step: RewritePass, variable: Any, value: Any) -> None:
        new = self._builder.normalize(value) if step.calls_typed else value
        if _tvm.integer_op_name(new) is not None:
            found = step.rewrite(self, variable, new)
            new = new if found is None else found
        new = self._builder.normalize(new)
        if isinstance(new, relax.Var) and variable in self._outputs:
            self._outputs.add(self._origin.get(new, new))
        dataflow = isinstance(variable, relax.DataflowVar)
        if dataflow and not isinstance(new, relax.Call | relax.Tuple | relax.TupleGetItem):
            self._replaced[variable] = new  # an alias needs no binding of its own
        elif _same_type(new, variable):
            self._bind(variable, new)
        else:
            made = self.emit(new, variable)
            self._replaced[variable] = made
            self._origin[made] = variable

    def _live_blocks(
        self, blocks: Sequence[tuple[bool, list[Any]]], body: Any, drop_all: bool
    ) -> list[Any]:
        """Blocks without the bindings that the rewrite (``drop_all``: or anyone) left unused."""
        used = set(_variables(body))
        built: list[Any] = []
        for dataflow, bindings in reversed(blocks):
            kept: list[Any] = []
            for binding in reversed(bindings):
                dead = isinstance(binding.var, relax.DataflowVar) and binding.var not in used
                if dead and (drop_all or self.uses(binding.var)):
                    continue
                used.update(_variables(binding.value))
                kept.append(binding)
            block = relax.DataflowBlock if dataflow else relax.BindingBlock
            built.append(block(kept[::-1]))
        return built[::-1]


@dataclass(frozen=True)
class RewritePass(TinyPass):
    """A pass that looks at one integer call at a time.

    It rewrites every Relax function whose body is straight-line bindings. What a rewrite
    leaves unused goes; with ``drop_all_unused`` so does what was unused before.
    """

    drop_all_unused: ClassVar[bool] = False
    calls_typed: ClassVar[bool] = True
    """False: shapes change on the way, so that a call may not fit its operands until rewritten."""

    @abstractmethod
    def rewrite(self, walk: FunctionRewriter, variable: Any, call: Any) -> Any | None:
        """What ``variable`` is to be bound to instead of ``call``, or None to keep the call.

        ``call`` already reads rewritten operands. A variable or constant as the answer replaces
        all uses of ``variable``.
        """

    def transform_module(self, mod: Any) -> Any:
        """Rewrite every function; functions with other control flow stay as they are."""
        changed: dict[Any, Any] = {}
        for name, func in mod.functions.items():
            if isinstance(func, relax.Function) and is_straight_line(func):
                changed[name] = FunctionRewriter(func).run(
                    self, drop_all_unused=self.drop_all_unused
                )
        out = mod.clone()
        for name, func in changed.items():
            out.update_func(name, func)
        return out


def is_straight_line(func: Any) -> bool:
    """Whether a Relax function is bindings of calls, tuples and aliases only."""
    plain = (relax.Call, relax.Tuple, relax.TupleGetItem, relax.Var, Constant)
    if not isinstance(func.body, relax.SeqExpr):
        return False
    bindings = [b for block in func.body.blocks for b in block.bindings]
    return all(isinstance(b, relax.VarBinding) and isinstance(b.value, plain) for b in bindings)


def _same_type(a: Any, b: Any) -> bool:
    return a.ty is not None and b.ty is not None and structural_equal(a.ty, b.ty)


def _variables(expr: Any) -> list[Any]:
    """Variables that a straight-line value reads, with repetition."""
    if isinstance(expr, relax.Tuple):
        return [v for f in expr.fields for v in _variables(f)]
    if isinstance(expr, relax.TupleGetItem):
        return _variables(expr.tuple_value)
    if isinstance(expr, relax.Call):
        return [v for a in expr.args for v in _variables(a)]
    return [expr] if isinstance(expr, relax.Var) else []


def _count_uses(func: Any) -> dict[Any, int]:
    """How often each variable is read; an alias is not a reader, its readers count."""
    roots: dict[Any, Any] = {}
    counts: dict[Any, int] = {}
    bindings = [b for block in func.body.blocks for b in block.bindings]
    for binding in bindings:
        if isinstance(binding.value, relax.Var):
            roots[binding.var] = roots.get(binding.value, binding.value)
    values = [b.value for b in bindings if b.var not in roots]
    for expr in (*values, func.body.body):
        for variable in _variables(expr):
            root = roots.get(variable, variable)
            counts[root] = counts.get(root, 0) + 1
    return counts


def function_outputs(func: Any) -> set[Any]:
    """Variables the function returns, through tuples and aliases."""
    values = {b.var: b.value for block in func.body.blocks for b in block.bindings}
    found: set[Any] = set()
    waiting = _variables(func.body.body)
    while waiting:
        variable = waiting.pop()
        if variable in found:
            continue
        found.add(variable)
        value = values.get(variable)
        if isinstance(value, relax.Var | relax.Tuple | relax.TupleGetItem):
            waiting.extend(_variables(value))
    return found

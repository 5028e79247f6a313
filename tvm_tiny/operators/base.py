# SPDX-License-Identifier: Apache-2.0
"""What an operator is: one entry in one table, which answers every question about it.

The row is the unit. A *row kernel* makes one output row (W*C elements of an NHWC tensor) from the
input rows it needs. Nothing else in the compiler knows more about an operator than its entry says:
result type, rows needed, kernel and its form, constraints, and what passes ask before they move,
shrink, turn, fold or price it. The idea is that of MLIR's interfaces: a pass knows questions, the
operator knows answers, and neither knows the other's list.

There are no silent answers: a question that nobody answered raises, and ``register`` refuses an
entry that leaves one open. Base classes answer for their kind: ``Arithmetic``, ``Seeing``,
``Pointwise``, ``OneByOne`` and ``Moving`` (``kinds.py``), ``Windowed``, ``Weighted`` and ``Mixing``
(``windows.py``), ``Binary``, ``Pool``, ``Reduction``.

The parameters of a row kernel are described in ``operators/call.py``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

import numpy.typing as npt

from tvm_tiny import _tvm
from tvm_tiny.errors import Problem
from tvm_tiny.graph import Graph, Node
from tvm_tiny.operators.backward import Backward
from tvm_tiny.operators.channel_links import ChannelMix, Indices, Links
from tvm_tiny.operators.fields import AxisField, Pair
from tvm_tiny.operators.forms import Loops
from tvm_tiny.operators.rows import OUTSIDE as OUTSIDE
from tvm_tiny.operators.rows import Access as Access
from tvm_tiny.operators.rows import Columns as Columns
from tvm_tiny.operators.rows import RowCall as RowCall
from tvm_tiny.operators.rows import Span as Span
from tvm_tiny.operators.rows import same_columns as same_columns
from tvm_tiny.operators.rows import valid_range as valid_range
from tvm_tiny.operators.rows import window_columns as window_columns
from tvm_tiny.operators.rows import window_taps as window_taps
from tvm_tiny.operators.turning import Answer, Operands
from tvm_tiny.operators.value_ranges import Range
from tvm_tiny.operators.work import Work, row_work

Array = npt.NDArray[Any]
Kind = tuple[tuple[int, ...], str]
"""Shape and element type."""

Method = TypeVar("Method", bound=Callable[..., Any])
Constraint = Callable[[Node], str | None]
"""Returns why a node breaks the constraint, or None. Its docstring is the manual's text."""


def question(method: Method) -> Method:
    """Mark a method of ``Operator`` that every entry of the table must answer."""
    QUESTIONS.append(method.__name__)
    return method


QUESTIONS: list[str] = []
"""Names of the methods that ``register`` requires an answer for."""


class Operator(ABC):
    """An entry of the operator table. Stateless; every method takes the node it is about."""

    name: ClassVar[str]
    operand_names: ClassVar[tuple[str, ...]] = ("x",)
    scalar_names: ClassVar[tuple[str, ...]] = ()
    constraints: ClassVar[tuple[Constraint, ...]] = ()
    is_view: ClassVar[bool] = False
    """True: the result is the operand's bytes under another shape; no kernel, no copy."""
    elementwise: ClassVar[bool] = False
    """True: element i of the output row depends only on element i of each ROW operand of the same
    size, in ascending order, so the output row may be written exactly over such an operand row."""
    imported: ClassVar[bool] = True
    """False: only plans and states make it, after all passes that ask; Relax does not know it."""
    written: ClassVar[tuple[int, ...]] = ()
    """Operands that the kernel writes: states, which last from run to run."""
    headers: ClassVar[tuple[str, ...]] = ()
    """C headers of the functions that the row kernel calls, besides ``tvm_tiny_kernels.h``."""
    ordered: ClassVar[bool] = False
    """True: calls must be made in ascending order, each once (they write a state)."""
    updates: ClassVar[bool] = False
    """True: the result is the last operand's bytes, a state's, after the kernel has written them.
    Whoever wants the state as it was must run before."""

    backward: ClassVar[Backward] = Backward.NONE
    """What becomes of a gradient behind it; options may still forbid it."""

    by_steps: ClassVar[bool] = False
    """True: rows of its result (1, N, 1, C) are steps that what follows may keep as rows."""

    limits: ClassVar[bool] = False
    """True: the last thing that it does to a result is to keep it within the attribute
    ``activation`` ([low, high]), which costs the same whatever they are."""

    form: ClassVar[Loops] = Loops()
    """What its kernel is made of: what schedule rules look at."""
    priced_like: ClassVar[str] = ""
    """The operator whose coefficients price it on a core where nobody measured it."""

    @abstractmethod
    def infer(
        self, operands: Sequence[tuple[tuple[int, ...], str]], attrs: Mapping[str, Any]
    ) -> tuple[tuple[int, ...], str]:
        """Result (shape, dtype) from the operands' (shape, dtype) and the attributes."""

    def access(self, node: Node) -> tuple[Access, ...]:
        """How the kernel reaches each operand.

        Constants behind the first operand are tables; the first goes by rows, whatever it is.
        """
        later = (Access.WHOLE if t.data is not None else Access.ROW for t in node.operands[1:])
        return (Access.ROW, *later) if node.operands else ()

    def row_call(self, node: Node, row: int) -> RowCall:
        """The call that makes output row ``row``."""
        rows = tuple((row,) if a is Access.ROW else () for a in self.access(node))
        return RowCall(rows)

    def calls(self, node: Node) -> int:
        """Calls of the row kernel: one an output row, unless calls add up (``state_bytes``)."""
        return node.output.rows

    def state_bytes(self, node: Node) -> int:
        """Workspace that must last from the first call to the last: the calls add up in it."""
        del node
        return 0

    def columns(self, node: Node, begin: int, end: int) -> Columns | None:
        """The operator that makes columns ``begin`` to ``end`` (exclusive) of an NHWC result.

        None: there is none, its result can only be made whole rows at a time.
        """
        del node, begin, end
        return None

    def macs(self, node: Node) -> int:
        """Multiply-accumulates of the whole operator (taps in the padding count, as is usual)."""
        del node
        return 0

    def work(self, node: Node) -> Work:
        """What a row call does, for estimates; a mean over all rows."""
        return row_work(self, node)

    def covered_columns(self, node: Node, operand: int) -> float:
        """The share of a window operand's columns that some window of the result covers."""
        del node, operand
        return 1.0

    def variant(self, node: Node) -> str:
        """What else decides which code of a kernel runs, for estimates; "" where nothing does."""
        del node
        return ""

    def priced_as(self, node: Node) -> Node:
        """The node whose coefficients price this one's whole result."""
        return node

    def left_alone(self, node: Node, result: Array | None) -> Array | None:
        """Elements of the result that the reference does not write, bool of its shape; None: none.

        Args:
            node: the operator.
            result: what it made, if that is known: how much is written may depend on it.
        """
        del node, result
        return None

    def narrowed(self, node: Node, low: int, high: int) -> tuple[int, int] | None:
        """What is left of an operand from ``low`` to ``high`` if it only clips; None: it does more.

        Returns:
            The limits between which the result is the operand clipped to them.
        """
        del node, low, high
        return None

    # What passes ask. Base classes answer for their kind; what nobody answered raises.

    @question
    def channel_links(self, node: Node) -> Links:
        """Channels of operands and result that are one; None: all of them must stay whole.

        Not asked of an operator that mixes channels (``channel_mix``).
        """
        raise self._open("channel_links", node)

    @question
    def channel_mix(self, node: Node) -> ChannelMix | None:
        """The sums over channels that let each go alone (constant weights); None: none."""
        raise self._open("channel_mix", node)

    @question
    def with_channels(
        self, operand: int, array: Array, rows: Indices | None, columns: Indices | None
    ) -> Array:
        """A constant operand with some channels of the result and of operand 0 only."""
        del array, rows, columns
        raise self._open(f"with_channels of operand {operand}")

    @question
    def resized_attrs(self, attrs: Mapping[str, Any], channels: int) -> Mapping[str, Any]:
        """The attributes of the same operator with a result of so many channels."""
        del attrs, channels
        raise self._open("resized_attrs")

    @question
    def value_range(self, node: Node, operands: Sequence[Range]) -> Range:
        """Bounds of every channel of the result from those of all operands (constants too)."""
        del operands
        raise self._open("value_range", node)

    @question
    def kernel_size(self, node: Node) -> Pair:
        """Taps of its window (rows, columns); (1, 1) where it has none."""
        raise self._open("kernel_size", node)

    @question
    def weight_count(self, node: Node) -> int:
        """Trained parameters of its window; 0 where it has none."""
        raise self._open("weight_count", node)

    @question
    def field(self, node: Node, fields: Sequence[AxisField]) -> AxisField:
        """Receptive field of the result along one axis, from those of its activations."""
        del fields
        raise self._open("field", node)

    @question
    def reads_nchw(self, node: Node) -> bool:
        """Whether it makes NHWC of an operand that is NCHW."""
        raise self._open("reads_nchw", node)

    @question
    def turned(self, ops: Operands, attrs: Mapping[str, Any], shape: tuple[int, ...]) -> Answer:
        """Operands and attributes of the call with time along rows (``turning.py``); None: no.

        Args:
            ops: the call's operands in the model and turned.
            attrs: of the call.
            shape: of its result in the model.
        """
        del ops, attrs, shape
        raise self._open("turned")

    @question
    def folded(self, node: Node) -> Array | None:
        """Its result if all operands are constants and it only moves or recodes them."""
        raise self._open("folded", node)

    @question
    def copied(self, node: Node) -> int | None:
        """The operand that the result equals, element by element and in shape; None: none."""
        raise self._open("copied", node)

    @question
    def joined(
        self, attrs: Mapping[str, Any], before: Mapping[str, Any]
    ) -> Mapping[str, Any] | None:
        """Attributes of the one call that does what two do, one behind the other; None: none."""
        del attrs, before
        raise self._open("joined")

    @question
    def viewed(self, node: Node) -> tuple[int, ...] | None:
        """The shape under which the result is operand 0's bytes as they lie; None: others."""
        raise self._open("viewed", node)

    @question
    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        """For each operand the element types that the kernel takes there."""
        raise self._open("element_types", node)

    def _open(self, what: str, node: Node | None = None) -> LookupError:
        where = "" if node is None else f" ({node.layer or node.name})"
        return LookupError(f"operator '{self.name}'{where} does not answer: {what}")

    @abstractmethod
    def kernel(self, node: Node) -> Any:
        """The row kernel: an unscheduled s_tir PrimFunc with the parameters described above."""

    def problems(self, node: Node) -> list[Problem]:
        """Every constraint the node breaks."""
        where = f"layer {node.index} '{node.layer}' {node.op}"
        out = list(self._type_problems(node, where))
        for check in self.constraints:
            why = check(node)
            if why:
                what = (check.__doc__ or check.__name__).strip().splitlines()[0]
                out.append(Problem(what=f"not supported: {what}", where=where, why=why))
        return out

    def _type_problems(self, node: Node, where: str) -> Iterator[Problem]:
        """Operands of element types that the kernel does not take."""
        for tensor, taken in zip(node.operands, self.element_types(node), strict=True):
            if tensor.dtype not in taken:
                why = f"'{tensor.source or tensor.name}' is {tensor.dtype}"
                what = f"not supported: an operand that is not {' or '.join(sorted(taken))}"
                yield Problem(what=what, where=where, why=why)


_TABLE: dict[str, Operator] = {}


def register(cls: type[Operator]) -> type[Operator]:
    """Class decorator: add an operator to the table and to Relax as ``tvm_tiny.<name>``.

    Raises:
        TypeError: it leaves a question open.
    """
    unanswered = [q for q in QUESTIONS if getattr(cls, q) is getattr(Operator, q)]
    if unanswered:
        raise TypeError(f"operator '{cls.name}' does not answer: {', '.join(unanswered)}")
    entry = cls()
    _TABLE[entry.name] = entry

    def infer(call: Any) -> tuple[Sequence[int], str]:
        kinds: list[tuple[tuple[int, ...], str]] = []
        for arg in call.args:
            kind = _tvm.tensor_type(arg)
            if kind is None:
                raise TypeError(f"tvm_tiny.{entry.name}: operand without a static tensor type")
            kinds.append(kind)
        return entry.infer(kinds, _tvm.call_attrs(call))

    _tvm.register_integer_op(entry.name, infer)
    return cls


def register_planned(cls: type[Operator]) -> type[Operator]:
    """Class decorator: add an operator that only plans make; Relax does not know it."""
    cls.imported = False
    _TABLE[cls.name] = cls()
    return cls


def lookup(name: str) -> Operator:
    """The table's entry for an operator name."""
    return _TABLE[name]


def table() -> Mapping[str, Operator]:
    """The whole operator table."""
    return _TABLE


def shared_operand(node: Node) -> int | None:
    """The operand in whose bytes the result lies (of a view, of an update), None if in its own."""
    operator = lookup(node.op)
    if operator.is_view:
        return 0
    return len(node.operands) - 1 if operator.updates else None


def storage_roots(graph: Graph) -> dict[str, str]:
    """Tensor name -> name of the tensor whose bytes it shares (a constant's view: the constant)."""
    root = {t.name: t.name for t in graph.sources}
    for node in graph.nodes:
        shared = shared_operand(node)
        first = node.output.name if shared is None else node.operands[shared].name
        root[node.output.name] = root.get(first, first)
    return root

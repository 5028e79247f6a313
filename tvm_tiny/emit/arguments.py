# SPDX-License-Identifier: Apache-2.0
"""A kernel's arguments as data, for calls layer by layer, row by row and in patches alike.

Made from the one description of its parameters (``operators/call.py``). What changes from row to
row are the columns of the row's arguments; each form of call has its own words for those: affine
runs and tables (``calls.py``), or expressions in ``row`` (``offsets.py``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tvm_tiny.emit.data import C_TYPES
from tvm_tiny.emit.place import Place
from tvm_tiny.graph import Node, scratch_name
from tvm_tiny.operators.base import lookup
from tvm_tiny.operators.call import Role, kernel_parameters
from tvm_tiny.schedules.rule import Scheduled


@dataclass(frozen=True)
class Argument:
    """One argument of a kernel call.

    Attributes:
        kind: ``pointer``, ``rows`` (an array of row offsets) or ``scalar``.
        columns: of the row's arguments (none: start of the tensor).
        place: tensor a pointer goes to.
        ctype: element type, with ``const`` where it is read only; "" for a plain ``void *``.
        name: C name of a ``rows`` array.
    """

    kind: Literal["pointer", "rows", "scalar"]
    columns: tuple[int, ...] = ()
    place: Place | None = None
    ctype: str = ""
    name: str = ""


def kernel_arguments(
    node: Node, places: Mapping[str, Place], scheduled: Scheduled, workspace_type: str
) -> tuple[Argument, ...]:
    """The arguments of a node's kernel, in its order.

    Args:
        node: whose kernel.
        places: where tensors and workspaces are.
        scheduled: the kernel.
        workspace_type: what the pointer to the workspace is cast to.
    """
    out: list[Argument] = []
    for p in kernel_parameters(node, scheduled.constants, scheduled.scratch_bytes):
        if p.role is Role.ROWS:
            out.append(Argument("rows", p.columns, name=f"rows_{p.number}"))
        elif p.role is Role.SCRATCH:
            place = places[scratch_name(node.name)]
            out.append(Argument("pointer", (), place, workspace_type))
        elif p.tensor is None:
            out.append(Argument("scalar", p.columns))
        else:
            ctype = C_TYPES[p.tensor.dtype]
            ctype = f"const {ctype}" if p.read_only else ctype
            out.append(Argument("pointer", p.columns, places[p.tensor.name], ctype))
    return tuple(out)


@dataclass(frozen=True)
class CParameter:
    """A parameter of a generated row kernel, as its C declaration needs it.

    Attributes:
        ctype: what it is, or what it points to, with ``const`` where it is read only.
        name: of the parameter.
        pointer: whether it is a pointer.
    """

    ctype: str
    name: str
    pointer: bool


def c_parameters(node: Node, workspace_bytes: int) -> tuple[CParameter, ...]:
    """The parameters of a C function that stands for a node's row kernel."""
    out: list[CParameter] = []
    for p in kernel_parameters(node, {}, workspace_bytes):
        if p.role is Role.ROWS:
            out.append(CParameter("const int32_t", f"x{p.number}_rows", pointer=True))
        elif p.role is Role.SCRATCH:
            out.append(CParameter("void", "workspace", pointer=True))
        elif p.tensor is None:
            name = lookup(node.op).scalar_names[p.number]
            out.append(CParameter("int32_t", name, pointer=False))
        else:
            ctype = C_TYPES[p.tensor.dtype]
            name = "y" if p.role is Role.RESULT else f"x{p.number}"
            ctype = ctype if p.role is Role.RESULT else f"const {ctype}"
            out.append(CParameter(ctype, name, pointer=True))
    return tuple(out)

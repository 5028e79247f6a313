# SPDX-License-Identifier: Apache-2.0
"""Row kernels to C: schedule, lower, print with TVM's C code generator, share equal ones.

TVM prints complete functions; its preamble (headers, packed-call context, export macros) is cut
off here and the signature gets ``const`` where the kernel only reads. The body is TVM's, untouched.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tvm_tiny import _tvm
from tvm_tiny.graph import Graph, Node
from tvm_tiny.operators.base import Access, lookup
from tvm_tiny.schedules import default_rules
from tvm_tiny.schedules.rule import Declined, apply_first

_DEFINITION = re.compile(r"TVM_DLL void (\w+)\(([^)]*)\) \{\n(.*)^\}", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Kernel:
    """A C function that one or more layers call.

    Attributes:
        name: external symbol, carries the model's prefix.
        parameters: C declarations in order.
        body: what stands between the braces, as TVM printed it.
    """

    name: str
    parameters: tuple[str, ...]
    body: str

    @property
    def prototype(self) -> str:
        """The C prototype without the semicolon."""
        return f"void {self.name}({', '.join(self.parameters)})"


@dataclass(frozen=True)
class LayerKernel:
    """Which kernel a node calls, and how it came to be scheduled that way."""

    node: str
    kernel: str
    rule: str
    why: str
    declined: tuple[Declined, ...]


def make_kernels(
    graph: Graph, order: Sequence[str], model: str, core: str
) -> tuple[tuple[Kernel, ...], dict[str, LayerKernel]]:
    """Make the row kernel of every node; kernels of equal text are one function.

    Args:
        graph: the integer graph.
        order: node names in execution order (fixes the kernels' names).
        model: C prefix of every symbol.
        core: name of the target core.

    Returns:
        The kernels in order of first use, and node name to its kernel.
    """
    nodes = {n.name: n for n in graph.nodes}
    passes = _tvm.lowering_passes()
    by_text: dict[tuple[tuple[str, ...], str], Kernel] = {}
    layers: dict[str, LayerKernel] = {}
    for name in order:
        node = nodes[name]
        operator = lookup(node.op)
        if operator.is_view:
            continue
        scheduled = apply_first(default_rules(core), operator.kernel(node), node, core)
        text = _tvm.lower_to_c(scheduled.func, "kernel", passes)
        parameters, body = split_definition(text, node)
        kernel = by_text.get((parameters, body))
        if kernel is None:
            kernel = Kernel(f"{model}_k{len(by_text):02d}_{node.op}", parameters, body)
            by_text[parameters, body] = kernel
        layers[name] = LayerKernel(
            name, kernel.name, scheduled.rule, scheduled.why, scheduled.declined
        )
    return tuple(by_text.values()), layers


def split_definition(text: str, node: Node) -> tuple[tuple[str, ...], str]:
    """Parameters (``const`` for what is only read) and body of the one function in ``text``."""
    found = list(_DEFINITION.finditer(text))
    if len(found) != 1:
        raise ValueError(f"expected one function for {node.name}, TVM printed {len(found)}")
    declared = [p.strip() for p in found[0].group(2).split(",")]
    pointers = sum(2 if access is Access.WINDOW else 1 for access in lookup(node.op).access(node))
    parameters = []
    for index, declaration in enumerate(declared):
        kind, name = declaration.rsplit(" ", 1)
        if kind.endswith("*"):
            const = "const " if index < pointers else ""
            parameters.append(f"{const}{kind[:-1].strip()} *{name}")
        else:
            parameters.append(f"{kind} {name}")
    body = found[0].group(3)
    names = [declaration.rsplit(" ", 1)[1].lstrip("*") for declaration in declared]
    # A clamp to one value leaves operands unread, and C compilers warn.
    unread = [name for name in names if not re.search(rf"\b{name}\b", body)]
    return tuple(parameters), "".join(f"  (void){name};\n" for name in unread) + body

# SPDX-License-Identifier: Apache-2.0
"""Scheduled row kernels to C: lower, print with TVM's C code generator, share equal ones.

TVM prints complete functions; its preamble (headers, packed-call context, export macros) is cut
off here and the signature gets ``const`` where the kernel only reads. The body is TVM's, untouched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tvm_tiny import _tvm
from tvm_tiny.graph import Graph, Node
from tvm_tiny.operators.base import lookup
from tvm_tiny.schedules import default_rules
from tvm_tiny.schedules.rule import (
    Declined,
    Scheduled,
    ScheduleRule,
    apply_first,
    constants_of,
    read_pointers,
)
from tvm_tiny.stages import stage
from tvm_tiny.targets import Core

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
    """Which kernel a node calls, and how it came to be scheduled that way.

    Attributes:
        node: name of the node.
        kernel: C function.
        rule: the schedule rule.
        why: what the rule says about its choice.
        declined: the rules tried before.
        constants: tensors that the kernel reads out of flash, by name.
        constant_bytes: of these.
        scratch_bytes: of its workspace in the arena.
        origin: ``rule``, ``tuned`` or ``fallback``, see ``Scheduled``.
    """

    node: str
    kernel: str
    rule: str
    why: str
    declined: tuple[Declined, ...]
    constants: tuple[str, ...] = ()
    constant_bytes: int = 0
    scratch_bytes: int = 0
    origin: str = "rule"


Tuned = Callable[[Node, Core], Scheduled | Declined | None]
"""Node and core to the kernel that tuning found; declined where it is no more; None: not tuned."""


def schedule_kernels(
    graph: Graph,
    core: Core,
    optimize: str = "speed",
    rules: Sequence[ScheduleRule] | None = None,
    tuned: Tuned | None = None,
) -> dict[str, Scheduled]:
    """Schedule the row kernel of every node that has one; done before the memory is planned.

    Args:
        graph: the integer graph.
        core: the target core.
        optimize: ``speed``, ``ram`` or ``flash``.
        rules: instead of the core's own, best first.
        tuned: asked before the rules.

    Returns:
        Node name to its scheduled kernel, views left out.
    """
    rules = rules or default_rules(core, optimize)
    spare = optimize == "speed"
    made: dict[str, Scheduled] = {}
    for number, node in enumerate(graph.nodes):
        stage("choosing kernels", number, len(graph.nodes))
        if not lookup(node.op).is_view:
            made[node.name] = _schedule(node, core, rules, tuned, spare)
    return made


def _schedule(
    node: Node, core: Core, rules: Sequence[ScheduleRule], tuned: Tuned | None, spare: bool
) -> Scheduled:
    """A node's kernel; ``spare``: a tuned one may take more workspace than the rules' own."""
    found = tuned(node, core) if tuned else None
    if isinstance(found, Scheduled):
        found = replace(found, rules=tuple(rules))
        if spare or not found.scratch_bytes:
            return found
    made = apply_first(rules, lookup(node.op).kernel(node), node, core)
    if found is None:
        return made
    if isinstance(found, Scheduled):
        if found.scratch_bytes <= made.scratch_bytes:
            return found
        more = f"{found.scratch_bytes:,} B of workspace, which only optimize=speed takes"
        found = Declined(found.rule, more)
    ignored = Declined(f"tuned {found.rule}", found.reason)
    return replace(made, declined=(ignored, *made.declined))


def make_kernels(
    nodes: Iterable[Node], model: str, schedules: Mapping[str, Scheduled]
) -> tuple[tuple[Kernel, ...], dict[str, LayerKernel]]:
    """Print the row kernel of every node; kernels of equal text are one function.

    Args:
        nodes: in execution order (fixes the kernels' names); those without schedule are left out.
        model: C prefix of every symbol.
        schedules: node name to its scheduled kernel.

    Returns:
        The kernels in order of first use, and node name to its kernel.
    """
    passes = _tvm.lowering_passes()
    by_text: dict[tuple[tuple[str, ...], str], Kernel] = {}
    layers: dict[str, LayerKernel] = {}
    for node in nodes:
        name = node.name
        if name not in schedules:
            continue
        scheduled = schedules[name]
        text = _tvm.lower_to_c(scheduled.func, "kernel", passes)
        parameters, body = split_definition(text, read_pointers(node, scheduled))
        kernel = by_text.get((parameters, body))
        if kernel is None:
            kernel = Kernel(f"{model}_k{len(by_text):02d}_{node.op}", parameters, body)
            by_text[parameters, body] = kernel
        constants = constants_of(node, scheduled).values()
        layers[name] = LayerKernel(
            node=name,
            kernel=kernel.name,
            rule=scheduled.rule,
            why=scheduled.why,
            declined=scheduled.declined,
            constants=tuple(t.name for t in constants),
            constant_bytes=sum(t.nbytes for t in constants),
            scratch_bytes=scheduled.scratch_bytes,
            origin=scheduled.origin,
        )
    return tuple(by_text.values()), layers


def split_definition(text: str, read: Collection[int]) -> tuple[tuple[str, ...], str]:
    """Parameters and body of the one function in ``text``; those in ``read`` become ``const``."""
    found = list(_DEFINITION.finditer(text))
    if len(found) != 1:
        raise ValueError(f"expected one function, TVM printed {len(found)}")
    declared = [p.strip() for p in found[0].group(2).split(",")]
    parameters: list[str] = []
    for index, declaration in enumerate(declared):
        kind, name = declaration.rsplit(" ", 1)
        if kind.endswith("*"):
            const = "const " if index in read else ""
            parameters.append(f"{const}{kind[:-1].strip()} *{name}")
        else:
            parameters.append(f"{kind} {name}")
    body = found[0].group(3)
    names = [declaration.rsplit(" ", 1)[1].lstrip("*") for declaration in declared]
    # A clamp to one value leaves operands unread, and C compilers warn.
    unread = [name for name in names if not re.search(rf"\b{name}\b", body)]
    return tuple(parameters), "".join(f"  (void){name};\n" for name in unread) + body

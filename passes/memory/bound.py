# SPDX-License-Identifier: Apache-2.0
"""What a step must hold: lower bounds on the arena, in units.

At a step the live storages cannot share bytes, except the output with operands that die there. How
much an output can share with one such operand follows from its safe distance; with several, the
shares add up, but never beyond the output itself. The sum is a bound on any placement, whatever
else is in the arena.
"""

from __future__ import annotations

from collections.abc import Sequence

from tvm_tiny.passes.memory.storage import Reach, Storage, Workload


def best_overlap(x_units: int, y_units: int, reach: Reach) -> int:
    """Most units that y shares with x, with its rows in either direction."""
    starts = (
        min(-reach.below, max(0, x_units - y_units)),
        max(reach.above, min(0, x_units - y_units)),
    )
    return max(0, *(min(x_units, s + y_units) - max(0, s) for s in starts))


def dead_after(storage: Storage, done: int) -> bool:
    """Whether nobody needs the storage once the nodes in ``done`` have run."""
    return not storage.is_output and not storage.users & ~done


def step_units(work: Workload, done: int, live: int, node: int) -> tuple[int, int]:
    """Bound for running ``node`` after ``done``, and what stays live afterwards.

    Args:
        work: the problem.
        done: bit mask of the nodes that have run.
        live: units live before the step, operands included.
        node: the node to run.

    Returns:
        (units the arena must have at this step, units live after it).
    """
    step = work.steps[node]
    if step.is_view:
        return live, live
    after = done | 1 << node
    y = work.storages[step.output].units if step.output is not None else 0
    freed = shared = 0
    for operand in step.operands:
        storage = work.storages[operand]
        if dead_after(storage, after):
            freed += storage.kept_units
            if operand in step.gaps:
                shared += storage.kept_units
            elif operand in step.reach:
                shared += best_overlap(storage.units, y, step.reach[operand])
    need = live + y - min(y, shared) + step.scratch_units
    made = None if step.output is None else work.storages[step.output]
    kept = 0 if made is None or dead_after(made, after) else made.kept_units
    return need, live - freed + kept


def input_units(work: Workload) -> tuple[int, int]:
    """Units of all graph inputs together, and of those that anybody still needs."""
    inputs = [s for s in work.storages if s.producer < 0]
    kept = sum(s.kept_units for s in inputs if not dead_after(s, 0))
    return sum(s.units for s in inputs), kept


def order_bound(work: Workload, order: Sequence[int]) -> int:
    """Bound for this execution order: the fullest step."""
    peak, live = input_units(work)
    done = 0
    for node in order:
        need, live = step_units(work, done, live, node)
        peak = max(peak, need)
        done |= 1 << node
    return peak


def any_order_bound(work: Workload) -> int:
    """Bound for every execution order, from each node by itself.

    At a node these are live whatever the order: its operands and its output, with the best overlap
    that some order allows; storages (other than those) that are made before it in every order, or
    are graph inputs, and are read after it in every order or are graph outputs.
    """
    before = _ancestors(work)
    after = _descendants(work, before)
    peak = input_units(work)[0]
    for node, step in enumerate(work.steps):
        if step.is_view:
            continue
        # Everything that can have run by then has: only descendants are left.
        done = work.everything & ~after[node] & ~(1 << node)
        live = sum(
            s.kept_units
            for i, s in enumerate(work.storages)
            if i in step.operands
            or (
                (s.producer < 0 or before[node] >> s.producer & 1)
                and not dead_after(s, done | 1 << node)
            )
        )
        peak = max(peak, step_units(work, done, live, node)[0])
    return peak


def _ancestors(work: Workload) -> list[int]:
    out: list[int] = []
    for step in work.steps:
        mask = step.needs
        for i in range(len(out)):
            if step.needs >> i & 1:
                mask |= out[i]
        out.append(mask)
    return out


def _descendants(work: Workload, before: Sequence[int]) -> list[int]:
    out = [0] * len(work.steps)
    for node, mask in enumerate(before):
        for i in range(node):
            if mask >> i & 1:
                out[i] |= 1 << node
    return out

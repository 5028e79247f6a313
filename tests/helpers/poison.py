# SPDX-License-Identifier: Apache-2.0
"""A run on the host in which dead bytes are overwritten as soon as the plan calls them dead.

Every byte of the arena after every row, and within a patch every byte of its workspace after every
part of a row that is reported (all layers but the last).
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from stream_machine import StreamMachine

from tvm_tiny.artifact import Artifact
from tvm_tiny.graph import Node
from tvm_tiny.operators.base import lookup
from tvm_tiny.passes.plan.workspaces import workspaces_of
from tvm_tiny.passes.recompute.arrange import Arranged
from tvm_tiny.passes.recompute.geometry import PatchBand, Patched, Variant
from tvm_tiny.passes.recompute.opened import PatchScheduled
from tvm_tiny.targets import load_core
from tvm_tiny.toolchain.build import build_host_library

Mask = npt.NDArray[np.bool_]
_PART = ctypes.CFUNCTYPE(
    None, ctypes.c_int32, ctypes.c_int32, ctypes.c_int32, ctypes.c_int32, ctypes.c_void_p
)


class Poisoned:
    """An artifact with such runs.

    Attributes:
        poisoned: bytes overwritten so far.
        inside: those of them in the workspaces of patches that were running.
    """

    def __init__(self, artifact: Artifact) -> None:
        spec, compiled = artifact.spec, artifact.compiled
        path = build_host_library(artifact.project_dir(), spec, trace=True)
        self.spec, self.library = spec, ctypes.CDLL(str(path))
        self.arena = np.zeros(spec.arena_bytes + 16, np.uint8)
        self.start = -self.arena.ctypes.data % 8
        schedules = compiled.schedules
        workspaces = workspaces_of(compiled.graph, schedules, load_core(artifact.options.target))
        scratch = workspaces.of(compiled.planned)
        self.machine = StreamMachine(compiled.graph, compiled.plan, scratch)
        self.dead = self.machine.dead_after_calls()
        self.names = compiled.emitted.step_nodes
        self.rng = np.random.default_rng(5)
        self.poisoned = self.inside = 0
        patches = [n for n in compiled.planned.nodes if n.op == "patch"]
        self.patch_of = {n.name: p for p in patches for n in p.attrs["geometry"].nodes}
        self.parts = {p.name: self._parts(p, schedules[p.name]) for p in patches}

    def _parts(self, patch: Node, scheduled: Any) -> list[Mask]:
        """Dead bytes of a patch's workspace after every report of the run, in order."""
        assert isinstance(scheduled, PatchScheduled)
        bands = [row for node, row in self.machine.calls() if node is patch]
        geometry: Patched = patch.attrs["geometry"]
        return [
            mask
            for row in bands
            for tile in geometry.tiles
            for mask in dead_in_tile(
                geometry, geometry.variants[tile.variant], geometry.bands[row], scheduled.arranged
            )
        ]

    def _fill(self, first: int, dead: Mask) -> int:
        bytes_ = self.arena[self.start + first :][: len(dead)]
        count = int(dead.sum())
        bytes_[dead] = self.rng.integers(0, 256, count, np.uint8)
        return count

    def _call_done(self, layer: int, row: int | None) -> None:
        name = self.names[layer]
        name = self.patch_of[name].name if name in self.patch_of else name
        row = self.machine.last_row(name) if row is None else row
        self.poisoned += self._fill(0, self.dead[name, row])

    def run(self, sample: Mapping[str, Any]) -> list[npt.NDArray[Any]]:
        """Outputs of one sample."""
        parts: dict[str, Iterator[Mask]] = {n: iter(p) for n, p in self.parts.items()}

        def part_done(layer: int, *_: Any) -> None:
            name = self.patch_of[self.names[layer]].name
            at = self.machine.plan.scratch_offsets[name]
            self.inside += self._fill(at, next(parts[name]))

        layer = ctypes.CFUNCTYPE(None, ctypes.c_int32)(lambda i: self._call_done(i, None))
        row = ctypes.CFUNCTYPE(None, ctypes.c_int32, ctypes.c_int32)(self._call_done)
        part = _PART(part_done)
        self.library.tvm_tiny_host_on_layer(layer)
        self.library.tvm_tiny_host_on_row(row)
        self.library.tvm_tiny_host_on_part(part)
        ins = [np.ascontiguousarray(sample[io.name]) for io in self.spec.inputs]
        outs = [np.zeros(io.shape, io.dtype) for io in self.spec.outputs]
        pointers = [(ctypes.c_void_p * len(a))(*(x.ctypes.data for x in a)) for a in (ins, outs)]
        run = getattr(self.library, f"{self.spec.model}_run")
        address = ctypes.c_void_p(self.arena.ctypes.data + self.start)
        assert run(address, *pointers) == 0
        assert all(next(left, None) is None for left in parts.values())
        return outs


def dead_in_tile(
    geometry: Patched, variant: Variant, band: PatchBand, arranged: Arranged
) -> list[Mask]:
    """Bytes of the workspace that are written before they are read again, call by call.

    Of the calls that are reported, in order; nothing lives from one tile to the next.
    """
    made = list(band.starts)
    calls: list[tuple[int, int]] = []
    for layer in band.calls:
        calls.append((layer, made[layer]))
        made[layer] += 1
    makers = {n.output.name: i for i, n in enumerate(geometry.nodes)}
    live = np.zeros(arranged.size_bytes, bool)
    out: list[Mask] = []
    for layer, row in reversed(calls):
        if layer + 1 < len(geometry.nodes):
            out.append(~live)
            live[_slot(geometry, variant, arranged, layer, row)] = False
        node = variant.nodes[layer]
        call = lookup(node.op).row_call(node, row)
        for k, tensor in enumerate(node.operands):
            if tensor.data is None and tensor.name in makers:
                maker = makers[tensor.name]
                skip = variant.skips.get((layer, k), 0)
                for needed in call.needed(k, tensor.rows):
                    slot = _slot(geometry, variant, arranged, maker, needed)
                    live[slot.start + skip : slot.start + skip + tensor.row_bytes] = True
    return out[::-1]


def _slot(geometry: Patched, variant: Variant, arranged: Arranged, layer: int, row: int) -> slice:
    output = variant.nodes[layer].output
    first = arranged.offsets[output.name] + row % geometry.rings[output.name] * output.row_bytes
    return slice(first, first + output.row_bytes)

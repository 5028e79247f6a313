# SPDX-License-Identifier: Apache-2.0
"""What a training step of a network costs: cycles, RAM by kind, flash; weights are random.

    python benchmarks/training_step.py SHAPES.json [--optimize ram] [--ram 110000]

SHAPES.json lists ``layers`` in order, each with ``id``, ``from`` (ids, or ``input``),
``output_hwc``, ``kind`` (conv2d, depthwise_conv2d, fully_connected, add, mean), ``kernel_hw``,
``strides``, ``padding_tlbr``, ``update_bias`` and ``update_weight_first_input_channels``. Layers
in front of an add, or that make a tensor narrower, are linear, others end in ReLU6. Cycles are the
simulator's, of a step behind two that settle.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

import tvm_tiny
from tvm_tiny.ondevice.artifact import TrainingArtifact
from tvm_tiny.simulator.profile import Profile
from tvm_tiny.testing.net import Net

Layer = dict[str, Any]


def network(layers: list[Layer], size: tuple[int, int, int]) -> bytes:
    """The int8 model of the shapes; layers are named by their ids."""
    net = Net("training_step", 0)
    made: dict[Any, Any] = {"input": net.input((1, *size))}
    summed = {source for layer in layers if layer["kind"] == "add" for source in layer["from"]}
    for layer in layers:
        operands = [made[source] for source in layer["from"]]
        made[layer["id"]] = _layer(net, layer, operands, layer["id"] in summed)
    return net.finish(made[layers[-1]["id"]])


def _layer(net: Net, layer: Layer, operands: list[Any], summed: bool) -> Any:
    x, name, channels = operands[0], f"layer_{layer['id']}", layer["output_hwc"][2]
    if layer["kind"] == "add":
        return net.add(*operands, name=name)
    if layer["kind"] == "mean":
        return net.global_mean(x, keep_dims=False, name=name)
    if layer["kind"] == "fully_connected":
        return net.dense(x, channels, name=name)
    kernel, strides = tuple(layer["kernel_hw"]), tuple(layer["strides"])
    padding = "SAME" if strides == (1, 1) else "VALID"
    if padding == "VALID" and any(layer["padding_tlbr"]):
        x = _padded(net, x, layer["padding_tlbr"], name)
    how: dict[str, Any] = {"kernel": kernel, "stride": strides, "padding": padding, "name": name}
    if layer["kind"] == "depthwise_conv2d":
        return net.depthwise(x, activation="RELU6", **how)
    linear = summed or channels < x.shape[3]
    return net.conv(x, channels, activation="NONE" if linear else "RELU6", **how)


def _padded(net: Net, x: Any, edges: list[int], name: str) -> Any:
    top, left, bottom, right = edges
    pads = np.array([[0, 0], [top, bottom], [left, right], [0, 0]], np.int32)
    shape = tuple(int(n) for n in np.array(x.shape) + pads.sum(axis=1))
    to = net.writer.constant(f"{name}/pads", pads)
    scale, zero_point = x.scale[0], x.zero_point[0]
    return net.writer.op("PAD", [x, to], shape, scale, zero_point, name=f"{name}_pad")


def scheme(layers: list[Layer]) -> dict[str, float]:
    """Shares of the input channels of weights by layer; 0: the bias alone."""
    shapes: dict[Any, int] = {layer["id"]: layer["output_hwc"][2] for layer in layers}
    out: dict[str, float] = {}
    for layer in layers:
        first = layer.get("update_weight_first_input_channels", 0)
        if first or layer.get("update_bias"):
            out[f"layer_{layer['id']}"] = first / shapes[layer["from"][0]] if first else 0
    return out


def by_operator(artifact: TrainingArtifact, profile: Profile) -> list[tuple[str, int, int]]:
    """(operator, cycles, MACs); ``train_begin`` and what follows apart from the inference."""
    from tvm_tiny.operators import lookup

    nodes = {n.name: n for n in artifact.compiled.planned.nodes}
    order = artifact.compiled.emitted.step_nodes
    cycles: dict[str, int] = defaultdict(int)
    macs: dict[str, int] = defaultdict(int)
    trained = set(artifact.training.layers)
    for layer in profile.layers:
        node = nodes[order[layer.index]] if layer.index >= 0 else None
        kind = "entry" if node is None else node.op
        if node is not None and node.name in trained:
            kind += " (trained)"
        cycles[kind] += layer.cycles
        macs[kind] += lookup(node.op).macs(node) if node is not None else 0
    return sorted(((k, v, macs[k]) for k, v in cycles.items()), key=lambda t: -t[1])


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shapes", type=Path)
    parser.add_argument("--target", default="cortex-m7")
    kinds = ("speed", "flash", "balanced", "ram")
    parser.add_argument("--optimize", default="speed", choices=kinds)
    parser.add_argument("--row-fed", action="store_true")
    parser.add_argument("--ram", help="limit for all RAM of a step, e.g. 110000")
    parser.add_argument("--gradients", default="int16", choices=("int8", "int16"))
    parser.add_argument("--size", type=int, nargs=3, default=(128, 128, 3), help="height, ..")
    parser.add_argument("--layers", action="store_true", help="a line for every layer")
    parser.add_argument("--no-cycles", action="store_true")
    given = parser.parse_args()
    layers = json.loads(given.shapes.read_text())["layers"]
    artifact = tvm_tiny.build_training(
        network(layers, tuple(given.size)),
        given.target,
        scheme=scheme(layers),
        gradients=given.gradients,
        optimize=given.optimize,
        ram=given.ram,
        row_fed=given.row_fed,
    )
    memory = artifact.memory
    shares = ", ".join(f"{k} {v:,}" for k, v in memory.by_kind().items())
    print(f"arena {memory.arena_bytes:,} B: {shares}")
    work = (memory.macs_forward, memory.macs_backward, memory.macs_update)
    print("MACs forward, backward, update:", ", ".join(f"{n:,}" for n in work), flush=True)
    if given.no_cycles:
        return 0
    print(f"stack {artifact.stack_bytes or 0:,} B, RAM with it {artifact.ram_bytes:,} B")
    print(f"flash {artifact.flash_bytes or 0:,} B: weights, tables and code")
    x = np.random.default_rng(0).integers(-128, 128, (1, *given.size)).astype(np.int8)
    profile = artifact.profile_step(x, [0])
    print(f"cycles of a step (modelled): {profile.cycles:,}")
    for name, cycles, macs in by_operator(artifact, profile):
        rate = f"{cycles / macs:6.2f} a MAC" if macs else ""
        print(f"  {name:28} {cycles:12,} {rate}")
    if given.layers:
        names = artifact.compiled.emitted.step_nodes
        for layer in profile.layers:
            name = names[layer.index] if layer.index >= 0 else "entry"
            print(f"  {layer.index:4} {name:40} {layer.cycles:12,}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

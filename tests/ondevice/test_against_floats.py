# SPDX-License-Identifier: Apache-2.0
"""Gradients against PyTorch's, behind the same rounded forward run."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
import pytest
from training_nets import samples, small_net

from tvm_tiny.graph import Node
from tvm_tiny.ondevice.artifact import TrainingArtifact
from tvm_tiny.ondevice.build import build_training
from tvm_tiny.ondevice.instances import HostLearner
from tvm_tiny.ondevice.learned import learned_arrays
from tvm_tiny.passes.backward.factors import contents, rate_of

torch = pytest.importorskip("torch")
Array = np.ndarray[Any, Any]
BITS = 8


def parameters(art: TrainingArtifact, blob: bytes) -> dict[tuple[str, str], Array]:
    """(layer, role) -> parameters with all their bits."""
    arrays = learned_arrays(blob, art.training)
    out: dict[tuple[str, str], Array] = {}
    for layer, roles in art.training.layers.items():
        for role, tensor in roles.items():
            value = arrays[tensor.name].astype(np.float64)
            if role == "weights":
                value = value + arrays[f"{tensor.name}_fraction"] / 2.0**BITS
            out[layer, role] = value
    return out


def moved(art: TrainingArtifact, x: Array, y: int, rate: float) -> dict[tuple[str, str], Array]:
    """By how much each parameter moves in the first step that learns, at a rate."""
    learner = HostLearner(art)
    mantissa, exponent = rate_of(rate)
    memory = ctypes.c_void_p(learner.arena.address)
    assert not learner.call("set_rate", memory, ctypes.c_int32(mantissa), ctypes.c_int32(exponent))
    before = parameters(art, learner.export())
    for _ in range(3):
        learner.train_step({"image": x}, np.array(y))
    after = parameters(art, learner.export())
    return {key: after[key] - before[key] for key in after}


def float_gradients(art: TrainingArtifact, x: Array, label: int) -> dict[tuple[str, str], Array]:
    """Gradients of the real-valued parameters, times what a step moves integers by."""
    graph = art.training.graph
    initial = {s.tensor.name: s.initial for s in graph.states}
    image = graph.inputs[0]
    values: dict[str, Any] = {}
    values[image.name] = torch.tensor((x.astype(float) - image.zero_point) * image.scale)
    leaves: dict[tuple[str, str], tuple[Any, Array]] = {}
    for node in graph.nodes:
        if node.op in ("conv2d", "fully_connected"):
            values[node.output.name] = _layer(node, values, initial, leaves)
        elif node.op == "mean":
            total = values[node.operands[0].name].mean(dim=(1, 2))
            values[node.output.name] = _rounded(node, total, (-128, 127))
        elif node.op == "softmax":
            logits = values[node.operands[0].name]
    loss = torch.nn.functional.cross_entropy(logits, torch.tensor([label]))
    loss.backward()
    return {key: leaf.grad.numpy() / scale for key, (leaf, scale) in leaves.items()}


def _layer(node: Node, values: Any, initial: Any, leaves: Any) -> Any:
    x, weight, bias, multiplier, shift = node.operands
    factor = np.ldexp(contents(multiplier).astype(float), contents(shift).astype(int) - 31)
    sums = factor * node.output.scale
    scale = (sums / x.scale).reshape(-1, *[1] * (len(weight.shape) - 1))
    w = torch.tensor(initial[weight.name] * scale, requires_grad=True)
    b = torch.tensor(initial[bias.name] * sums, requires_grad=True)
    leaves[node.name, "weights"] = (w, scale)
    leaves[node.name, "bias"] = (b, sums)
    if node.op == "fully_connected":
        y = values[x.name].reshape(1, -1) @ w.T + b
    else:
        top, left, bottom, right = node.attrs["padding"]
        image = values[x.name].permute(0, 3, 1, 2)
        image = torch.nn.functional.pad(image, (left, right, top, bottom))
        stride = tuple(node.attrs["strides"])
        y = torch.nn.functional.conv2d(image, w.permute(0, 3, 1, 2), b, stride)
        y = y.permute(0, 2, 3, 1)
    return _rounded(node, y, tuple(node.attrs["activation"]))


def _rounded(node: Node, y: Any, limits: tuple[int, int]) -> Any:
    """Rounded and clamped; the gradient passes where nothing was clamped."""
    t = node.output
    steps = torch.clamp(torch.round(y.detach() / t.scale) + t.zero_point, *limits)
    inside = (steps > limits[0]) & (steps < limits[1])
    through = y * inside
    return through + ((steps - t.zero_point) * t.scale - through).detach()


@pytest.mark.parametrize(("gradients", "least"), [("int16", 0.999), ("int8", 0.98)])
def test_steps_point_where_float_gradients_do(gradients: str, least: float) -> None:
    art = build_training(small_net(), scheme="full", gradients=gradients, weight_bits=BITS)
    images, labels = samples((1, 8, 8, 4), 2, 5, seed=6)
    for x, label in zip(images, labels, strict=True):
        wanted = float_gradients(art, x, int(label))
        by_rate = [moved(art, x, int(label), rate) for rate in 10.0 ** np.arange(-7, 3)]
        for key, gradient in wanted.items():
            # The largest rate at which nothing came near its limits: roundings matter least.
            most = 20 if key[1] == "weights" else 1e6
            usable = [m[key] for m in by_rate if np.abs(m[key]).max() < most]
            step, want = -usable[-1].reshape(-1), gradient.reshape(-1)
            cosine = step @ want / (np.linalg.norm(step) * np.linalg.norm(want))
            assert cosine >= least, (key, cosine)

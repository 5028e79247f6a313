# SPDX-License-Identifier: Apache-2.0
"""What ``benchmarks/adapt.py`` compares with: float master weights behind the same rounded run.

The simulation that MCUNetV3 publishes its accuracies of (Lin et al. 2022): parameters are float32,
rounded to int8 where they are used; activations are rounded; gradients are float and pass where
nothing was clamped; stochastic gradient descent, one sample a step. Needs PyTorch.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from tvm_tiny.graph import Node, Tensor
from tvm_tiny.ondevice.artifact import TrainingArtifact

Array = npt.NDArray[Any]


class FloatMaster:
    """A model whose trained parameters are float32."""

    def __init__(self, artifact: TrainingArtifact, rate: float) -> None:
        training = artifact.training
        graph, self._rate = training.graph, rate
        at = next(i for i, n in enumerate(graph.nodes) if n.name == training.begin)
        kept = {"clamp_bits", "max_pool_index"}
        self._nodes = [n for n in graph.nodes[:at] if n.op not in kept]
        self._input, self._graph = graph.inputs[0], graph
        self._initial = {s.tensor.name: s.initial for s in graph.states}
        self._made: dict[str, Any] = {}
        self._parameters = self._leaves()

    def train(self, x: Array, y: Array) -> None:
        """One pass, one sample a step."""
        for image, label in zip(x, y, strict=True):
            logits = self._forward(image)
            loss = torch.nn.functional.cross_entropy(logits, torch.tensor([int(label)]))
            loss.backward()  # pyright: ignore[reportUnknownMemberType]
            with torch.no_grad():
                for leaf in self._parameters.values():
                    assert leaf.grad is not None
                    leaf -= self._rate * leaf.grad
                    leaf.grad = None

    def accuracy(self, x: Array, y: Array) -> float:
        """Share of right answers."""
        with torch.no_grad():
            found = [self._forward(part.reshape(-1, *part.shape[2:])).argmax(1).numpy()
                     for part in np.array_split(x, max(1, len(x) // 50))]  # fmt: skip
        return float((np.concatenate(found) == y).mean())

    def _leaves(self) -> dict[str, Any]:
        """Trained parameters in real units, by tensor."""
        out: dict[str, Any] = {}
        for node in self._nodes:
            if node.op not in ("conv2d", "depthwise_conv2d", "fully_connected"):
                continue
            for role, tensor in ((1, node.operands[1]), (2, node.operands[2])):
                initial = self._initial.get(tensor.name)
                if initial is not None:
                    value = torch.tensor(initial * self._unit(node, role), dtype=torch.float32)
                    out[tensor.name] = value.requires_grad_()
        return out

    def _unit(self, node: Node, role: int) -> Array:
        """Real value of one step of weights (1) or biases (2)."""
        x, weight, _, multiplier, shift = node.operands[:5]
        factor = np.ldexp(np.asarray(multiplier.data, float), np.asarray(shift.data, int) - 31)
        sums = factor.reshape(-1) * node.output.scale
        if role == 2:
            return sums
        ones = [1] * (len(weight.shape) - 1)
        shape = [*ones, -1] if node.op == "depthwise_conv2d" else [-1, *ones]
        return (sums / x.scale).reshape(shape)

    def _parameter(self, node: Node, role: int) -> Any:
        """A parameter in real units, as rounded as it is on the device."""
        tensor = node.operands[role]
        unit = torch.tensor(self._unit(node, role), dtype=torch.float32)
        leaf = self._parameters.get(tensor.name)
        if leaf is None:
            if tensor.name not in self._made:
                data = torch.tensor(np.asarray(tensor.data), dtype=torch.float32)
                self._made[tensor.name] = data * unit
            return self._made[tensor.name]
        steps = torch.round(leaf.detach() / unit)
        if role == 1:
            steps = steps.clamp(-127, 127)
        return leaf + (steps * unit - leaf).detach()

    def _forward(self, images: Array) -> Any:
        """Logits, of [N, H, W, C]."""
        first = self._input
        real = (images.astype(np.float32) - first.zero_point) * first.scale
        values: dict[str, Any] = {first.name: torch.tensor(real)}
        for node in self._nodes:
            if node.op in ("softmax", "dequantize"):
                values[node.output.name] = values[node.operands[0].name]
            else:
                values[node.output.name] = self._layer(node, values)
        logits = values[self._graph.outputs[0].name]
        return logits.reshape(len(images), -1)

    def _layer(self, node: Node, values: dict[str, Any]) -> Any:
        x = values[node.operands[0].name]
        functions = torch.nn.functional
        if node.op == "reshape":
            return x.reshape(len(x), *node.output.shape[1:])
        if node.op == "pad":
            (top, bottom), (left, right) = (
                tuple(int(n) for n in p) for p in node.attrs["pads"][1:3]
            )
            return functions.pad(x, (0, 0, left, right, top, bottom))
        if node.op == "add":
            return _rounded(node, x + values[node.operands[1].name])
        if node.op == "mean":
            return _rounded(node, x.mean(dim=(1, 2)).reshape(len(x), *node.output.shape[1:]))
        if node.op == "avg_pool2d":
            y = functions.avg_pool2d(x.permute(0, 3, 1, 2), tuple(node.attrs["kernel"]),
                                     tuple(node.attrs["strides"]))  # fmt: skip
            return _rounded(node, y.permute(0, 2, 3, 1))
        w, b = self._parameter(node, 1), self._parameter(node, 2)
        if node.op == "fully_connected":
            y = x.reshape(len(x), -1) @ w.T + b
            return _rounded(node, y.reshape(len(x), *node.output.shape[1:]))
        if node.op not in ("conv2d", "depthwise_conv2d"):
            raise ValueError(f"no float form of {node.op}")
        deep = node.op == "depthwise_conv2d"
        top, left, bottom, right = (int(n) for n in node.attrs["padding"])
        image = functions.pad(x.permute(0, 3, 1, 2), (left, right, top, bottom))
        w = w.permute(2, 0, 1).unsqueeze(1) if deep else w.permute(0, 3, 1, 2)
        groups = x.shape[3] if deep else 1
        strides = tuple(int(n) for n in node.attrs["strides"])
        y = functions.conv2d(image, w, b, strides, groups=groups)
        return _rounded(node, y.permute(0, 2, 3, 1))


def _rounded(node: Node, y: Any) -> Any:
    """Rounded and clamped; the gradient passes where nothing was clamped."""
    t: Tensor = node.output
    low, high = node.attrs.get("activation", t.elements.limits)
    steps = torch.clamp(torch.round(y.detach() / t.scale) + t.zero_point, low, high)
    through = y * ((steps > low) & (steps < high))
    return through + ((steps - t.zero_point) * t.scale - through).detach()


__all__ = ["FloatMaster"]

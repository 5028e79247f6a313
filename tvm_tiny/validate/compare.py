# SPDX-License-Identifier: Apache-2.0
"""Compare the compiled model with the reference, layer by layer.

TFLite models: TensorFlow Lite Micro's interpreter (legacy models of uint8: LiteRT's reference
kernels); every tensor of integers must be equal to the bit, where the reference writes it
(``unset``).
ONNX models: onnxruntime without graph optimisations; its QDQ operators round in float, so layers
may differ by one quantisation step: each is compared on the inputs that ours had.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny.arithmetic.element_types import Q8, signed_bytes
from tvm_tiny.device.board import PREFIX
from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.graph import Tensor
from tvm_tiny.report.results import Accuracy, Difference, ValidationInfo
from tvm_tiny.result import Built, Progress
from tvm_tiny.run.samples import Sample
from tvm_tiny.run.samples_on import execute
from tvm_tiny.validate.references import reference_of
from tvm_tiny.validate.unset import unset_elements

Array = npt.NDArray[Any]


@dataclass
class LayerCheck:
    """Differences of one tensor over all samples, in quantisation steps (float: absolute)."""

    layer: str
    tensor: str
    elements: int = 0
    different: int = 0
    max_difference: float = 0.0
    sum_difference: float = 0.0

    @property
    def mean_difference(self) -> float:
        """Mean absolute difference over all elements."""
        return self.sum_difference / self.elements if self.elements else 0.0

    def add(self, got: Array, want: Array) -> None:
        """Compare one sample's tensor."""
        if got.dtype.kind == "f":
            same = (got == want) | (np.isnan(got) & np.isnan(want))
            delta = np.where(same, 0.0, np.abs(got.astype(np.float64) - want))
        else:
            delta = np.abs(got.astype(np.int64) - want.astype(np.int64)).astype(np.float64)
        self.elements += delta.size
        self.different += int(np.count_nonzero(delta))
        self.max_difference = max(self.max_difference, float(delta.max(initial=0.0)))
        self.sum_difference += float(delta.sum())


@dataclass(frozen=True)
class Validation:
    """Result of a comparison.

    Attributes:
        reference: name of the reference.
        on: where the compiled code ran.
        samples: number of inputs.
        layers: every compared tensor in execution order, the outputs last.
        first_difference: the first tensor that differs, or None.
        worst_sample: number of the sample in which it differed most, -1 if none.
        accuracy: of labelled samples, if there were labels.
    """

    reference: str
    on: str
    samples: int
    layers: tuple[LayerCheck, ...]
    first_difference: LayerCheck | None
    worst_sample: int = -1
    not_compared: tuple[str, ...] = ()
    tolerance_steps: int = 0
    accuracy: Accuracy | None = None

    def __repr__(self) -> str:
        """One line: the verdict."""
        word = "bit-exact" if self.bit_exact else "passed" if self.passed else "DIFFERENT"
        first = f", first '{self.first_difference.layer}'" if self.first_difference else ""
        return f"Validation({word}: {self.reference}, {self.samples} samples on {self.on}{first})"

    def _repr_html_(self) -> str:
        from tvm_tiny.report.page import validation_html

        return validation_html(self.info, self.accuracy)

    @property
    def info(self) -> ValidationInfo:
        """The same as plain data, for ``report.json``."""
        tensors = [
            Difference(c.layer, c.tensor, c.elements, c.different, c.max_difference,
                       c.mean_difference)
            for c in self.layers
        ]  # fmt: skip
        return ValidationInfo(self.reference, self.on, self.samples, self.bit_exact, self.passed,
                              self.tolerance_steps, tensors)  # fmt: skip

    @property
    def bit_exact(self) -> bool:
        """Every compared element of every layer and output is equal."""
        return self.first_difference is None

    @property
    def passed(self) -> bool:
        """Bit-exact (TFLite), or every layer within the tolerance on equal inputs (ONNX).

        The outputs of an ONNX model as a whole are shown, not judged: steps add up.
        """
        layers = [c for c in self.layers if c.layer != "output"]
        return self.bit_exact or (
            self.tolerance_steps > 0
            and all(c.max_difference <= self.tolerance_steps for c in layers)
        )


@dataclass
class _Comparison:
    """Collects the differences of every sample."""

    tensors: dict[str, Tensor]
    checks: dict[str, LayerCheck] = field(default_factory=dict[str, LayerCheck])
    missing: set[str] = field(default_factory=set[str])
    worst: tuple[float, int] = (0.0, -1)
    unset: dict[str, Array] = field(default_factory=dict[str, Array])

    def compare(
        self, tensor: Tensor, layer: str, got: Array, want: Array | None, sample: int
    ) -> None:
        name = tensor.source
        pair = None if want is None else comparable(tensor, got, want)
        if pair is None:
            self.missing.add(name)
            return
        unset = self.unset.get(tensor.name)
        if unset is not None and unset.size == pair[0].size:
            left = ~unset.reshape(pair[0].shape)
            pair = pair[0][left], pair[1][left]
        check = self.checks.setdefault(f"{layer}/{name}", LayerCheck(layer, name))
        before = check.sum_difference
        check.add(*pair)
        if check.sum_difference - before > self.worst[0]:
            self.worst = check.sum_difference - before, sample


def comparable(tensor: Tensor, got: Array, want: Array) -> tuple[Array, Array] | None:
    """Two arrays of one shape: the computed tensor and the reference's, None if they do not fit.

    Of a tensor that lost channels: the channels it kept, and the constants of those it lost beside
    the reference's values. Channels that nobody reads are not compared.
    """
    if (got.dtype, want.dtype) == (Q8.numpy, np.uint8):
        want = signed_bytes(want)  # a model of uint8, computed in int8
    if (got.dtype, want.dtype) == (np.uint8, Q8.numpy):
        want = want.view(np.uint8) ^ np.uint8(-Q8.low)  # an output of uint8, as a layer's
    known = tensor.channels
    if known is None:
        return (got, want.reshape(got.shape)) if got.size == want.size else None
    if got.size * known.count != want.size * len(known.kept):
        return None
    full = want.reshape(-1, known.count)
    values = np.array([v for _, v in known.constants], got.dtype)
    left = [got.reshape(-1, len(known.kept)), np.broadcast_to(values, (len(full), len(values)))]
    names = [*known.kept, *(channel for channel, _ in known.constants)]
    return np.concatenate(left, axis=1), full[:, names]


def restored(tensor: Tensor, got: Array) -> Array:
    """A computed tensor with all the channels it has in the user's model; unread ones are 0."""
    known = tensor.channels
    if known is None:
        return got
    full = np.zeros((*got.shape[:-1], known.count), got.dtype)
    full[..., list(known.kept)] = got
    for channel, value in known.constants:
        full[..., channel] = value
    return full


def validate(
    built: Built,
    samples: Sequence[Sample],
    *,
    on: str = "simulator",
    progress: Progress | None = None,
) -> Validation:
    """Run samples on the compiled code and the reference and compare every tensor.

    Args:
        built: the compiled model; must come from a TFLite or ONNX file.
        samples: inputs by C name.
        on: ``simulator``, ``host``; ``qemu`` or ``board:NAME@PORT`` (outputs only).
        progress: called after every sample.

    Raises:
        UsageError: the model came as a Relax module, which has no reference interpreter.
        ToolchainError: the reference is not installed.
    """
    loaded = built.loaded
    if loaded.data is None or loaded.kind == "relax":
        problem = Problem("a Relax module has no reference", do="validate the TFLite or ONNX file")
        raise UsageError("cannot validate this model", (problem,), "TT6008")
    reference = reference_of(loaded.kind, loaded.data)
    tensors = {t.name: t for t in built.compiled.graph.tensors()}
    comparison = _Comparison(tensors)
    layer_of = {n.output.name: n.layer for n in built.compiled.graph.nodes}
    outputs = {
        io.name: t for io, t in zip(built.spec.outputs, built.compiled.graph.outputs, strict=True)
    }

    def consume(number: int, got: dict[str, Array], captured: dict[str, Array]) -> None:
        feed = {io.tensor_name: samples[number][io.name] for io in built.spec.inputs}
        # In the graph's order: rows of streams come interleaved, behind whole tensors.
        named = {n: captured[n] for n, t in tensors.items() if n in captured and t.source}
        ours = {tensors[n].source: restored(tensors[n], a) for n, a in named.items()}
        want = reference.layers(feed, ours)
        comparison.unset = unset_elements(built.compiled.graph, captured)
        for name, array in named.items():
            tensor = tensors[name]
            comparison.compare(tensor, layer_of[name], array, _find(want, tensor), number)
        for name, array in got.items():
            tensor = outputs[name]
            comparison.compare(tensor, "output", array, _find(want, tensor), number)

    execute(built, samples, on, layers=not _outputs_only(on), progress=progress, consume=consume)
    checks = tuple(comparison.checks.values())
    first = next((c for c in checks if c.different), None)
    return Validation(
        reference=reference.title,
        on=on,
        samples=len(samples),
        layers=checks,
        first_difference=first,
        worst_sample=comparison.worst[1],
        not_compared=tuple(sorted(comparison.missing)),
        tolerance_steps=reference.tolerance_steps,
    )


def _outputs_only(on: str) -> bool:
    """Whether tensors inside the model cannot be seen there."""
    return on == "qemu" or on.startswith(PREFIX)


def _find(want: dict[Any, Array], tensor: Tensor) -> Array | None:
    if tensor.source_index >= 0:
        return want.get(tensor.source_index)
    return want.get(tensor.source)

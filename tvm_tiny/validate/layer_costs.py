# SPDX-License-Identifier: Apache-2.0
"""Which layers cost the accuracy: float against int8, layer by layer.

As ML-EXray (Qiu et al., MLSys 2022) does it: both models run on the same samples, every tensor that
both have is compared. A tensor of the float model is found by its name: quantisers keep names, with
a suffix (onnxruntime) or as the first of several that were fused (TFLite).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt

from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.frontends.onnx.floats import read_float_model
from tvm_tiny.graph import Tensor
from tvm_tiny.report.results import LayerCost
from tvm_tiny.result import Built
from tvm_tiny.run.samples_on import execute
from tvm_tiny.validate.accuracy import float_feed, stored_samples
from tvm_tiny.validate.compare import restored
from tvm_tiny.validate.onnx_layers import axes_of
from tvm_tiny.validate.reference import OnnxReference

Array = npt.NDArray[Any]
_SUFFIX: Final = "_QuantizeLinear_Output"
_MOST_DB: Final = 200.0
"""Where nothing differs."""


@dataclass
class _Sums:
    """Of one tensor over all samples."""

    energy: float = 0.0
    noise: float = 0.0
    ends: int = 0
    count: int = 0

    @property
    def snr_db(self) -> float:
        if self.noise <= 0:
            return _MOST_DB
        return float(10 * np.log10(max(self.energy, 1e-30) / self.noise))


def layer_costs(built: Built, x: Any, float_model: Any, *, on: str = "host") -> list[LayerCost]:
    """Compare every layer's int8 result with the float model's.

    Args:
        built: the compiled model.
        x: samples; see ``accuracy``.
        float_model: the model before it was quantised, or ``Quantised.reference``.
        on: ``host`` or ``simulator``.

    Returns:
        The layers that both models have, in execution order.

    Raises:
        UsageError: TT6003 samples that do not fit, or no layer of the two models has one name.
    """
    read = read_float_model(float_model)
    session = OnnxReference(read.clean_proto().SerializeToString())
    samples = stored_samples(x, built.spec.inputs)
    graph = built.compiled.graph
    tensors = {t.name: t for t in graph.tensors() if t.source and t.scale}
    inputs = {io.tensor_name: io for io in built.spec.inputs}
    sums: dict[str, _Sums] = {}
    orders: dict[str, tuple[int, ...]] = {}

    def consume(number: int, got: dict[str, Array], captured: dict[str, Array]) -> None:
        del got
        feed = float_feed(built, read.inputs, x, samples, number)
        floats = _by_short_name(session.run_layers(feed))
        ours = dict(captured)
        for tensor in graph.inputs:
            if tensor.name not in ours and tensor.source in inputs:
                ours[tensor.name] = samples[number][inputs[tensor.source].name]
        for name, array in ours.items():
            tensor = tensors.get(name)
            if tensor is not None and array.dtype.kind in "iu":
                _add(sums.setdefault(name, _Sums()), tensor, array, floats, orders)

    execute(built, samples, on, layers=True, consume=consume)
    known = {name: s for name, s in sums.items() if s.count}
    costs = _costs(built, known)
    if not costs:
        why = "tensors are found by their names"
        problem = Problem("no tensor of one name in both", "", why, "give the model it came from")
        raise UsageError("the float model does not fit", (problem,), "TT6003")
    return costs


def _add(
    total: _Sums, tensor: Tensor, array: Array, floats: Mapping[str, Array],
    orders: dict[str, tuple[int, ...]],
) -> None:  # fmt: skip
    """Compare one sample's tensor."""
    whole = restored(tensor, array)
    want = floats.get(_short(tensor.source))
    if want is None or want.size != whole.size or want.dtype.kind != "f":
        return
    real = (whole.astype(np.float64) - tensor.zero_point) * tensor.scale
    if tensor.name not in orders:
        orders[tensor.name] = axes_of(real, want)
    turned = want.transpose(orders[tensor.name]).reshape(real.shape).astype(np.float64)
    total.energy += float(np.square(turned).sum())
    total.noise += float(np.square(real - turned).sum())
    ends = {tensor.elements.low, tensor.elements.high} - {tensor.zero_point}
    total.ends += int(np.isin(whole, list(ends)).sum())
    total.count += whole.size


def _costs(built: Built, known: Mapping[str, _Sums]) -> list[LayerCost]:
    """A cost a node; what was not compared passes on the noise of what it was made from."""
    graph = built.compiled.graph
    snr = {t.name: known[t.name].snr_db for t in graph.inputs if t.name in known}
    out: list[LayerCost] = []
    for node in graph.nodes:
        before = min((snr[t.name] for t in node.operands if t.name in snr), default=_MOST_DB)
        found = known.get(node.output.name)
        snr[node.output.name] = before if found is None else found.snr_db
        if found is not None:
            added = max(0.0, 10 ** (-found.snr_db / 10) - 10 ** (-before / 10))
            share = found.ends / found.count
            layer = node.layer or node.name
            out.append(LayerCost(len(out), layer, node.op, found.snr_db, added, 0.0, share))
    total = sum(c.added for c in out) or 1.0
    return [msgspec.structs.replace(c, share=c.added / total) for c in out]


def _short(name: str) -> str:
    """The name that a quantised tensor has in the float model."""
    first = name.removesuffix(_SUFFIX).split(";")[0]
    return re.sub(r"[^\w./:-]+", "_", first, flags=re.ASCII)[:160]


def _by_short_name(arrays: Mapping[str, Array]) -> dict[str, Array]:
    return {_short(n): a for n, a in arrays.items()}


def worst_layers(costs: Sequence[LayerCost], count: int = 5) -> list[LayerCost]:
    """Those that add most noise."""
    return sorted(costs, key=lambda c: (-c.added, c.index))[:count]

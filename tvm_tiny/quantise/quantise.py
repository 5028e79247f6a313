# SPDX-License-Identifier: Apache-2.0
"""Post-training quantisation: a float ONNX model and some of its inputs to QDQ ONNX in int8.

onnxruntime's static quantiser does the work. What is done here: an untrusted model is checked and
built anew before, batch normalisations are folded, options are set so that the result is what
``build`` takes (QDQ, int8, symmetric weights per output channel, int32 biases, activations fused
into what feeds them), and float and int8 outputs are compared. The same inputs give the same bytes.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import logging
import os
import tempfile
import warnings
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal, get_args

import numpy as np
import numpy.typing as npt

from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.errors import Problem, ToolchainError, UsageError
from tvm_tiny.frontends.frameworks import framework_of
from tvm_tiny.frontends.onnx.floats import FloatModel, read_float_model
from tvm_tiny.frontends.onnx.front_end import from_onnx_model
from tvm_tiny.quantise.calibration import feed, read_samples
from tvm_tiny.quantise.edges import (
    Edge,
    Edges,
    Preprocess,
    check_edges,
    integer_edges,
    with_edges,
)
from tvm_tiny.quantise.prepare import failed, prepare
from tvm_tiny.quantise.sources import as_arrays, module_shapes, turned
from tvm_tiny.validate.reference import OnnxReference
from tvm_tiny.version import VERSION

Array = npt.NDArray[Any]
Method = Literal["minmax", "entropy", "percentile"]
METHODS: Final[tuple[str, ...]] = get_args(Method)
DEFAULT_SAMPLES: Final = 200
_MOST_SAMPLES: Final = 20_000
_AT_ONCE: Final = 16
"""Samples whose inner tensors are in memory at the same time."""
_PERCENTILE: Final = 99.99


@dataclass(frozen=True)
class Comparison:
    """Float against int8 outputs on the calibration samples.

    Attributes:
        samples: how many.
        snr_db: energy of the float outputs over that of the difference, in decibels; the least of
            all outputs; infinite if they are equal.
        agreement: share of samples with the same largest score; None where no output is a row of
            scores.
    """

    samples: int
    snr_db: float
    agreement: float | None

    def __str__(self) -> str:
        """One line."""
        same = "" if self.agreement is None else f", same largest score on {self.agreement:.1%}"
        return f"int8 against float on {self.samples} samples: SNR {self.snr_db:.1f} dB{same}"


@dataclass(frozen=True, eq=False)
class Quantised:
    """What ``quantize`` answers.

    Attributes:
        model: QDQ int8 ``onnx.ModelProto``, for ``tvm_tiny.build``.
        method: how ranges were chosen.
        comparison: what it costs in accuracy.
        reference: the float ``onnx.ModelProto`` that takes the same samples as float32: pixels, if
            ``preprocess`` was given; None where a caller made none.
    """

    model: Any
    method: str
    comparison: Comparison
    reference: Any = None

    def __repr__(self) -> str:
        """One line with what it cost."""
        return f"Quantised({self.method}, {self.comparison})"

    def to_bytes(self) -> bytes:
        """The file's contents."""
        return bytes(self.model.SerializeToString(deterministic=True))

    def save(self, path: str | Path) -> Path:
        """Write the ONNX file, whole or not at all."""
        from tvm_tiny.files.writing import write_file

        return write_file(Path(path), self.to_bytes())


def quantize(
    model: Any,
    data: Any,
    *,
    method: Method = "minmax",
    percentile: float = _PERCENTILE,
    samples: int = DEFAULT_SAMPLES,
    shapes: Mapping[str, tuple[int, ...]] | None = None,
    inputs: Edge = "float32",
    outputs: Edge = "float32",
    nhwc: bool = False,
    preprocess: Preprocess | tuple[float, float | Sequence[float]] | None = None,
) -> Quantised:
    """Quantise a float model to int8 after training.

    Args:
        model: path or bytes of a float ONNX or TFLite file, an ``onnx.ModelProto``, a
            ``torch.nn.Module``, a ``torch.export.ExportedProgram``, a Keras model or the path of a
            SavedModel (``tvm_tiny.frontends.frameworks``). Not changed.
        data: samples that stand for what the model will see, as the quantised model takes them:
            arrays or tensors, by name or not, an ``.npz``, a DataLoader or another iterable of
            batches (inputs, or inputs and labels), a folder of images. Floats are taken as they
            are, integers as real numbers.
        method: how ranges of activations are chosen: ``minmax`` everything seen; ``percentile``
            the given share of it; ``entropy`` the range that loses least information.
        percentile: for ``percentile``.
        samples: at most so many samples, spread over the data; of an iterable the first.
        shapes: static shapes by input name, where the model leaves dimensions open, and of a
            PyTorch module if the data do not tell.
        inputs: what the quantised model takes: ``float32``, ``int8``, ``uint8``. Integers take a
            quarter of the RAM.
        outputs: likewise what it gives.
        nhwc: the image comes channels last, as cameras give it; samples in the model's own order
            are turned.
        preprocess: what the model was trained on, (pixel * scale - mean) / std: ``(scale, mean)``
            or ``Preprocess``; the samples, and the model's inputs, are pixels then, 0 to 255
            (``uint8``; ``int8``: minus 128).

    Raises:
        ModelError, UnsupportedError: the model cannot be read or quantised, with every reason.
        UsageError: TT6003, TT6004 data that does not fit; TT6401 a wrong option.
        ToolchainError: TT4003, onnxruntime, or what reads the model or images, is not installed.
    """
    if preprocess is not None and not isinstance(preprocess, Preprocess):
        preprocess = Preprocess(*preprocess)
    _check_options(method, percentile, samples, check_edges(inputs, outputs, preprocess))
    quantiser = _quantiser()
    read, edges, arrays = _made_ready(model, data, samples, shapes, nhwc, preprocess)
    with tempfile.TemporaryDirectory(prefix="tvm_tiny-") as scratch, _quietly():
        prepared, kinds = prepare(read, Path(scratch))
        settings = _settings(quantiser, method, percentile, len(next(iter(arrays.values()))))
        settings["op_types_to_quantize"] = kinds
        if edges.fixed is not None:
            settings["extra_options"]["TensorQuantOverrides"] = _fixed(read, edges.fixed)
        reader = _Reader(arrays, read.inputs)
        made = Path(scratch) / "int8.onnx"
        try:
            quantiser.quantize_static(str(prepared), str(made), reader, **settings)
        except Exception as error:  # onnxruntime's exceptions share no public base
            raise failed("onnxruntime cannot quantise the model", error) from error
        proto = importlib.import_module("onnx").load(str(made))
    _strip(proto, read)
    comparison = compare(read, proto, arrays)
    integer_edges(proto, inputs, outputs)
    from_onnx_model(proto)  # says what cannot be compiled, by layer
    return Quantised(proto, method, comparison, edges.reference())


def _made_ready(
    model: Any,
    data: Any,
    limit: int,
    shapes: Mapping[str, tuple[int, ...]] | None,
    nhwc: bool,
    preprocess: Preprocess | None,
) -> tuple[FloatModel, Edges, dict[str, Array]]:
    """The float model with its edges, and samples as it takes them."""
    images = isinstance(data, str | Path) and os.path.isdir(data)
    is_module = framework_of(model) == "torch"
    later = isinstance(data, str | Path) and not (is_module or nhwc)
    arrays: Any = data if images or later else as_arrays(data, limit)
    if shapes is None and is_module and not images:
        shapes = module_shapes(model, arrays, nhwc)
    edges = with_edges(read_float_model(model, shapes), nhwc=nhwc, preprocess=preprocess)
    read = edges.model
    if images:
        arrays = as_arrays(data, limit, next(iter(read.inputs.values())))
    if nhwc:
        arrays = turned(arrays, read.inputs)
    samples = read_samples(arrays, read.inputs, limit)
    if (edges.factor, edges.offset) != (1.0, 0.0):
        samples = {n: a.astype(np.float32) * np.float32(edges.factor) - np.float32(edges.offset)
                   for n, a in samples.items()}  # fmt: skip
    return read, edges, samples


def _fixed(read: FloatModel, params: tuple[float, int]) -> dict[str, Any]:
    """The way onnxruntime is told the scale and zero point of the input."""
    kind = importlib.import_module("onnxruntime.quantization").QuantType.QInt8
    scale, zero = np.array(params[0], np.float32), np.array(params[1], Q8.numpy)
    return {name: [{"quant_type": kind, "scale": scale, "zero_point": zero}]
            for name in read.inputs}  # fmt: skip


def compare(model: FloatModel, quantised: Any, samples: Mapping[str, Array]) -> Comparison:
    """Run both in onnxruntime and compare their outputs."""
    exact = OnnxReference(model.clean_proto().SerializeToString())
    other = OnnxReference(quantised.SerializeToString())
    count = len(next(iter(samples.values())))
    energy = dict.fromkeys(model.graph.outputs, 0.0)
    noise = dict.fromkeys(model.graph.outputs, 0.0)
    same, judged = 0, 0
    for index in range(count):
        inputs = feed(samples, model.inputs, index)
        for name, want, got in zip(
            energy, exact.run(inputs).values(), other.run(inputs).values(), strict=True
        ):
            energy[name] += float(np.sum(np.square(want, dtype=np.float64)))
            noise[name] += float(np.sum(np.square(want.astype(np.float64) - got)))
            if len(energy) == 1 and _is_scores(want):
                judged += 1
                same += int(want.argmax() == got.argmax())
    ratios = [np.inf if not noise[n] else energy[n] / noise[n] for n in energy]
    with np.errstate(divide="ignore"):
        snr_db = float(10 * np.log10(min(ratios)))
    return Comparison(count, snr_db, same / judged if judged else None)


def _is_scores(output: Array) -> bool:
    """A single row of several values."""
    return output.size > 1 and output.shape[-1] == output.size


def _check_options(method: str, percentile: float, samples: int, problems: list[Problem]) -> None:
    if method not in METHODS:
        problems.append(Problem(f"method '{method}'", do=f"one of {', '.join(METHODS)}"))
    if not 50 < percentile <= 100:
        problems.append(Problem(f"percentile {percentile:g}", do="more than 50, at most 100"))
    if not 1 <= samples <= _MOST_SAMPLES:
        problems.append(Problem(f"{samples} samples", do=f"1 to {_MOST_SAMPLES:,}"))
    if problems:
        raise UsageError("cannot quantise like that", tuple(problems), code="TT6401")


def _quantiser() -> Any:
    try:
        return importlib.import_module("onnxruntime.quantization")
    except ImportError as error:
        problem = Problem(str(error), do="pip install 'tvm-tiny[reference]'")
        what = "quantising needs the package 'onnxruntime'"
        raise ToolchainError(what, (problem,), "TT4003") from error


def _settings(quantiser: Any, method: str, percentile: float, count: int) -> dict[str, Any]:
    """Arguments of ``quantize_static``."""
    methods = quantiser.CalibrationMethod
    return {
        "quant_format": quantiser.QuantFormat.QDQ,
        "activation_type": quantiser.QuantType.QInt8,
        "weight_type": quantiser.QuantType.QInt8,
        "per_channel": True,
        "calibrate_method": {
            "minmax": methods.MinMax,
            "entropy": methods.Entropy,
            "percentile": methods.Percentile,
        }[method],
        "extra_options": {
            "WeightSymmetric": True,
            "ActivationSymmetric": False,
            "ForceQuantizeNoInputCheck": True,
            "CalibPercentile": percentile,
            # So many samples' inner tensors are kept at a time; has to divide their number.
            "CalibStridedMinMax": max(n for n in range(1, _AT_ONCE + 1) if count % n == 0),
        },
    }


def _strip(proto: Any, model: FloatModel) -> None:
    """Leave out what is no part of the model, and say who made it."""
    proto.producer_name, proto.producer_version = "tvm_tiny", VERSION
    proto.graph.name = model.name
    del proto.metadata_props[:]
    del proto.graph.value_info[:]


@contextlib.contextmanager
def _quietly() -> Generator[None, None, None]:
    """The quantiser prints, warns and logs to the root logger."""
    disabled = logging.root.manager.disable
    logging.disable(logging.ERROR)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(disabled)


class _Reader:
    """Calibration data as onnxruntime asks for it, one sample at a time."""

    def __init__(self, samples: Mapping[str, Array], inputs: Mapping[str, tuple[int, ...]]) -> None:
        self._count = len(next(iter(samples.values())))
        self._sample = partial(feed, samples, inputs)
        self.set_range(0, self._count)

    def __len__(self) -> int:
        return self._count

    def set_range(self, start_index: int, end_index: int) -> None:
        """Give out these samples from now on."""
        self._pending = iter(range(start_index, min(end_index, self._count)))

    def get_next(self) -> dict[str, Array] | None:
        """The next sample, None behind the last."""
        index = next(self._pending, None)
        return None if index is None else self._sample(index)

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
import tempfile
import warnings
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal, get_args

import numpy as np
import numpy.typing as npt

from tvm_tiny.calibration import Data, feed, read_samples
from tvm_tiny.errors import Problem, ToolchainError, UsageError
from tvm_tiny.frontends.float_onnx import FloatModel, read_float_model
from tvm_tiny.frontends.onnx import from_onnx_model
from tvm_tiny.quantise_prepare import failed, prepare
from tvm_tiny.reference import OnnxReference
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
    """

    model: Any
    method: str
    comparison: Comparison

    def to_bytes(self) -> bytes:
        """The file's contents."""
        return bytes(self.model.SerializeToString(deterministic=True))

    def save(self, path: str | Path) -> Path:
        """Write the ONNX file, whole or not at all."""
        from tvm_tiny.saving import write_file

        return write_file(Path(path), self.to_bytes())


def quantize(
    model: Any,
    data: Data,
    *,
    method: Method = "minmax",
    percentile: float = _PERCENTILE,
    samples: int = DEFAULT_SAMPLES,
    shapes: Mapping[str, tuple[int, ...]] | None = None,
) -> Quantised:
    """Quantise a float model to int8 after training.

    Args:
        model: path or bytes of a float ONNX or TFLite file, or an ``onnx.ModelProto``.
        data: samples that stand for what the model will see: an ``.npz`` or arrays; see
            ``tvm_tiny.calibration.read_samples``. Taken as they are, as float32.
        method: how ranges of activations are chosen: ``minmax`` everything seen; ``percentile``
            the given share of it; ``entropy`` the range that loses least information.
        percentile: for ``percentile``.
        samples: at most so many samples, spread over the data.
        shapes: static shapes by input name, where the model leaves dimensions open.

    Raises:
        ModelError, UnsupportedError: the model cannot be read or quantised, with every reason.
        UsageError: TT6003, TT6004 data that does not fit; TT6401 a wrong option.
        ToolchainError: TT4003, onnxruntime is not installed.
    """
    _check_options(method, percentile, samples)
    quantiser = _quantiser()
    read = read_float_model(model, shapes)
    arrays = read_samples(data, read.inputs, samples)
    with tempfile.TemporaryDirectory(prefix="tvm_tiny-") as scratch, _quietly():
        prepared, kinds = prepare(read, Path(scratch))
        settings = _settings(quantiser, method, percentile, len(next(iter(arrays.values()))))
        settings["op_types_to_quantize"] = kinds
        reader = _Reader(arrays, read.inputs)
        made = Path(scratch) / "int8.onnx"
        try:
            quantiser.quantize_static(str(prepared), str(made), reader, **settings)
        except Exception as error:  # onnxruntime's exceptions share no public base
            raise failed("onnxruntime cannot quantise the model", error) from error
        proto = importlib.import_module("onnx").load(str(made))
    _strip(proto, read)
    from_onnx_model(proto)  # says what cannot be compiled, by layer
    return Quantised(proto, method, compare(read, proto, arrays))


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


def _check_options(method: str, percentile: float, samples: int) -> None:
    problems: list[Problem] = []
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

# SPDX-License-Identifier: Apache-2.0
"""The audio front end's operators, over frames and with what they keep, against tflite-micro."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

import tvm_tiny
from tvm_tiny.errors import ModelError, TvmTinyError
from tvm_tiny.frontends.tflite.check import inspect_tflite
from tvm_tiny.frontends.tflite.flexbuffer import read_map
from tvm_tiny.testing.tflite_writer import TensorRef, TFLiteWriter
from tvm_tiny.validate.reference import TFLMReference

FRAMES = 20
Build = Callable[[TFLiteWriter, TensorRef], Any]


def model(build: Build, shape: tuple[int, ...]) -> bytes:
    w = TFLiteWriter("front")
    w.output(*build(w, w.input("x", shape, dtype="int16")))
    return w.finish()


def op(w: TFLiteWriter, kind: str, inputs: Any, shape: Any, dtype: str, name: str, **o: Any) -> Any:
    return w.op(kind, inputs, shape, None, name=name, dtype=dtype, **o)


def two(w: TFLiteWriter, kind: str, inputs: Any, shapes: Any, types: Any, **options: Any) -> Any:
    """Of two results with types of their own."""
    made = w.op_multi(
        kind, inputs, shapes, None, names=[f"{kind}0", f"{kind}1"], dtype=types, **options
    )
    return made


def ints(w: TFLiteWriter, name: str, values: Any) -> TensorRef:
    return w.constant(name, np.asarray(values, np.int16))


def window(w: TFLiteWriter, x: TensorRef) -> Any:
    weights = np.round(4095 * np.hanning(x.shape[-1])).astype(np.int16)
    inputs = [x, ints(w, "w", weights)]
    return [op(w, "SignalWindow", inputs, x.shape, "int16", "y", shift=12)]


def spectrum(length: int) -> Build:
    def build(w: TFLiteWriter, x: TensorRef) -> Any:
        options = {"fft_length": length, "T": 7}
        shape = (*x.shape[:-1], length + 2)
        return [op(w, "SignalRfft", [x], shape, "int16", "y", **options)]

    return build


def there_and_back(w: TFLiteWriter, x: TensorRef) -> Any:
    length = x.shape[-1]
    options = {"fft_length": length, "T": 7}
    y = op(w, "SignalRfft", [x], (length + 2,), "int16", "y", **options)
    return [op(w, "SignalIrfft", [y], (length,), "int16", "z", **options)]


def delay(w: TFLiteWriter, x: TensorRef) -> Any:
    return [op(w, "SignalDelay", [x], x.shape, "int16", "y", delay_length=37)]


def overlap(w: TFLiteWriter, x: TensorRef) -> Any:
    return [op(w, "SignalOverlapAdd", [x], (10,), "int16", "y", frame_step=10, T=7)]


def framer(w: TFLiteWriter, x: TensorRef) -> Any:
    options = {"frame_size": 50, "frame_step": 16, "prefill": True}
    frame, valid = two(w, "SignalFramer", [x], [(1, 50), ()], ["int16", "bool"], **options)
    weights = [frame, ints(w, "w", np.full(50, 4000))]
    del valid
    return [op(w, "SignalWindow", weights, (1, 50), "int16", "y", shift=12)]


def front_end(w: TFLiteWriter, x: TensorRef) -> Any:
    """Everything from samples to the logarithms of channels."""
    channels, bins = 6, 65
    scaled, bits = two(w, "SignalFftAutoScale", [x], [(128,), ()], ["int16", "int32"])
    spectrum = op(w, "SignalRfft", [scaled], (130,), "int16", "spectrum", fft_length=128, T=7)
    ends = {"start_index": 0, "end_index": bins}
    energy = op(w, "SignalEnergy", [spectrum], (bins,), "uint32", "energy", **ends)
    first = np.arange(channels + 1) * 8
    tables = [
        ints(w, "weights", np.arange(56) % 8 * 500),
        ints(w, "rests", 4096 - np.arange(56) % 8 * 500),
        *[ints(w, f"first{i}", first) for i in range(2)],
        ints(w, "widths", np.full(channels + 1, 8)),
    ]
    bank = op(
        w, "SignalFilterBank", [energy, *tables], (channels,), "uint64", "bank",
        num_channels=channels,
    )  # fmt: skip
    root = op(w, "SignalFilterBankSquareRoot", [bank, bits], (channels,), "uint32", "root")
    less, noise = two(
        w, "SignalFilterBankSpectralSubtraction", [root], [(channels,)] * 2, ["uint32"] * 2,
        alternate_one_minus_smoothing=16000, alternate_smoothing=384, clamping=False,
        min_signal_remaining=819, num_channels=channels, one_minus_smoothing=15974,
        smoothing=410, smoothing_bits=10, spectral_subtraction_bits=14,
    )  # fmt: skip
    gain = ints(w, "gain", np.random.default_rng(1).integers(-300, 30000, 125))
    pcan = op(w, "SignalPCAN", [less, noise, gain], (channels,), "uint32", "pcan", snr_shift=6)
    options = {"input_correction_bits": 3, "output_scale": 1600}
    return [op(w, "SignalFilterBankLog", [pcan], (channels,), "int16", "y", **options)]


MODELS: dict[str, tuple[Build, tuple[int, ...]]] = {
    "window": (window, (2, 48)),
    "spectrum of 480 in 512": (spectrum(512), (480,)),
    "spectrum of two frames of 64": (spectrum(64), (2, 64)),
    "spectrum of 4": (spectrum(4), (4,)),
    "spectrum of 8": (spectrum(8), (7,)),
    "spectrum of 32 there and back": (there_and_back, (32,)),
    "spectrum of 256 there and back": (there_and_back, (256,)),
    "delay": (delay, (16,)),
    "overlap": (overlap, (1, 25)),
    "framer": (framer, (16,)),
    "front end": (front_end, (128,)),
}


def frames(shape: tuple[int, ...]) -> list[npt.NDArray[np.int16]]:
    """Silence, noise of every size, the ends of the type, tones."""
    rng = np.random.default_rng(3)
    sizes = [0, 1, 40, 900, 32767]
    made = [rng.integers(-s, s + 1, shape).astype(np.int16) for s in sizes * 3]
    made.append(np.full(shape, -32768, np.int16))
    made.append(rng.choice([-32768, 32767], shape).astype(np.int16))
    tone = np.sin(np.arange(np.prod(shape)) * 0.37).reshape(shape)
    made += [(tone * s).astype(np.int16) for s in (200, 9000, 32767)]
    return made


@pytest.mark.parametrize("name", MODELS)
def test_every_frame_equals_tflite_micro(name: str) -> None:
    build, shape = MODELS[name]
    data = model(build, shape)
    reference = TFLMReference(data)
    session = tvm_tiny.build(data, target="cortex-m7").session(on="host")
    inputs = frames(shape)
    assert len(inputs) == FRAMES
    for at, x in enumerate(inputs):
        (wanted,) = reference.run({"x": x}).values()
        (made,) = session.step({"x": x}).values()
        np.testing.assert_array_equal(made, wanted, err_msg=f"frame {at}")


def test_a_transform_of_another_length_is_refused() -> None:
    with pytest.raises(TvmTinyError, match="a power of two of int16"):
        inspect_tflite(model(spectrum(48), (40,)))


def test_options_are_read_and_damaged_ones_refused() -> None:
    flexbuffers = pytest.importorskip("flatbuffers.flexbuffers")
    wanted = {"a": 0, "bits": 0, "on": False, "ratio": 0.0}
    given = {"a": -70000, "bits": 3, "on": True, "other": "text", "ratio": 0.25}
    data = np.frombuffer(bytes(flexbuffers.Dumps(given)), np.uint8)
    assert read_map(data, wanted) == {"a": -70000, "bits": 3, "on": True, "ratio": 0.25}
    rng = np.random.default_rng(0)
    for _ in range(300):
        bad = data[: rng.integers(1, len(data) + 1)].copy()
        bad[rng.integers(0, len(bad))] ^= 1 << rng.integers(0, 8)
        with suppress(ModelError):  # and nothing else
            read_map(bad, wanted)

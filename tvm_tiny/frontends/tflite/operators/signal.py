# SPDX-License-Identifier: Apache-2.0
"""The audio front end: TensorFlow Lite Micro's custom signal operators.

Operators that keep samples do so without saying it in the file: a state becomes their last operand.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from tvm_tiny import _tvm
from tvm_tiny.frontends.tflite.conversion import Conversion
from tvm_tiny.frontends.tflite.record import (
    Call,
    Fault,
    Hidden,
    Operand,
    Record,
    Shape,
    register,
    same_shape,
)
from tvm_tiny.operators.signal import turns

_op: Any = _tvm.relax.op
S: Final = Operand("activation", ("int16",), ())
U: Final = Operand("activation", ("uint32",), ())
U64: Final = Operand("activation", ("uint64",), ())
BITS: Final = Operand("places", ("int32",), ())
TABLE: Final = Operand("table", ("int16",), ())
STATE: Final = Operand("state", ("int16", "uint32"), ())
_LONGEST: Final = 1 << 16
_INT16: Final = 7
"""In the schema's list of element types."""


def _signal(name: str, convert: Any, custom: dict[str, Any], **more: Any) -> None:
    given: dict[str, Any] = {"scaled": False, "float_form": False, "defaults": True}
    register(Record(name, convert, custom=custom, **{**given, **more}))


def _between(call: Call, name: str, low: int, high: int) -> int:
    value = int(call.options[name])
    if not low <= value <= high:
        raise Fault(f"{name} = {value}", f"it must be from {low} to {high}")
    return value


def _vector(call: Call, index: int) -> int:
    """Elements of operand ``index``, which has one dimension."""
    return call.operand(index, 1).shape[0]


def _window_shape(call: Call) -> list[Shape]:
    _between(call, "shift", 0, 31)
    if not call.operand(0).shape or call.operand(0).shape[-1] != _vector(call, 1):
        raise Fault(f"{_vector(call, 1)} weights of a frame {call.operand(0).shape}")
    return same_shape(call)


def _window(call: Conversion) -> Any:
    attrs = {"shift": int(call.options["shift"])}
    return call.emit("signal_window", [call.stored(0), call.constant(1)], attrs)


_signal("SignalWindow", _window, {"shift": 0}, operands=(S, TABLE), shapes=_window_shape)


def _auto_scale(call: Conversion) -> Any:
    bits = call.bound(call.emit("signal_headroom", [call.stored(0)], {}))
    return [call.emit("signal_shift", [call.stored(0), bits], {}), bits]


def _auto_scale_shape(call: Call) -> list[Shape]:
    return [(_vector(call, 0),), ()]


_signal(
    "SignalFftAutoScale", _auto_scale, {}, operands=(S,), results=2,
    result_type=("int16", "int32"), shapes=_auto_scale_shape,
)  # fmt: skip


def _length(call: Call) -> int:
    length = _between(call, "fft_length", 4, _LONGEST)
    if length & (length - 1) or int(call.options["T"]) != _INT16:
        what = f"a transform of {length} numbers of type {call.options['T']}"
        raise Fault(what, "a power of two of int16 is supported", code="TT1203")
    return length


def _rfft_shape(call: Call) -> list[Shape]:
    shape, length = call.operand(0).shape, _length(call)
    if not shape or shape[-1] > length:
        raise Fault(f"a frame {shape} in a transform of {length}")
    return [(*shape[:-1], length + 2)]


def _irfft_shape(call: Call) -> list[Shape]:
    shape, length = call.operand(0).shape, _length(call)
    if not shape or shape[-1] != length + 2:
        raise Fault(f"a spectrum {shape} of a transform of {length}")
    return [(*shape[:-1], length)]


def _transform(name: str, inverse: bool) -> Any:
    def convert(call: Conversion) -> Any:
        length = int(call.options["fft_length"])
        operands = [call.stored(0), turns(length, inverse=inverse)]
        return call.emit(name, operands, {"length": length})

    return convert


_FFT: Final = {"fft_length": 0, "T": _INT16}
_signal("SignalRfft", _transform("signal_rfft", False), _FFT, operands=(S,), shapes=_rfft_shape)
_signal("SignalIrfft", _transform("signal_irfft", True), _FFT, operands=(S,), shapes=_irfft_shape)


def _energy_shape(call: Call) -> list[Shape]:
    count = _vector(call, 0) // 2
    _between(call, "start_index", 0, count)
    _between(call, "end_index", 0, count)
    return [(count,)]


def _energy(call: Conversion) -> Any:
    attrs = {name: int(call.options[f"{name}_index"]) for name in ("start", "end")}
    return call.emit("signal_energy", [call.stored(0)], attrs)


_signal(
    "SignalEnergy", _energy, {"start_index": 0, "end_index": 0}, operands=(S,),
    result_type="uint32", shapes=_energy_shape,
)  # fmt: skip


def _bank_shape(call: Call) -> list[Shape]:
    channels = _between(call, "num_channels", 1, _LONGEST)
    _vector(call, 0)
    if any(_vector(call, i) != channels + 1 for i in (3, 4, 5)):
        raise Fault(f"a filter bank of {channels} channels with {_vector(call, 3)} starts")
    return [(channels,)]


def _bank(call: Conversion) -> Any:
    operands = [call.stored(0), *(call.constant(i) for i in range(1, 6))]
    attrs = {"channels": int(call.options["num_channels"])}
    return call.emit("signal_filter_bank", operands, attrs)


_signal(
    "SignalFilterBank", _bank, {"num_channels": 0}, operands=(U, *(TABLE,) * 5),
    result_type="uint64", shapes=_bank_shape,
)  # fmt: skip


def _root(call: Conversion) -> Any:
    return call.emit("signal_root", [call.stored(0), call.stored(1)], {})


_signal(
    "SignalFilterBankSquareRoot", _root, {}, operands=(U64, BITS), result_type="uint32",
    shapes=same_shape,
)  # fmt: skip


def _channels(call: Call) -> list[Shape]:
    count = _between(call, "num_channels", 1, _LONGEST)
    _between(call, "smoothing_bits", 0, 31)
    _between(call, "spectral_subtraction_bits", 0, 31)
    if _vector(call, 0) != count:
        raise Fault(f"{_vector(call, 0)} of {count} channels")
    return [(count,), (count,)]


def _subtraction(call: Conversion) -> Any:
    """The estimate of the noise, which is kept, and the channels less it."""
    get = call.options
    both = {"bits": int(get["smoothing_bits"]), "shift": int(get["spectral_subtraction_bits"])}
    attrs = {
        **both,
        "smoothing": [int(get["smoothing"]), int(get["alternate_smoothing"])],
        "rest": [int(get["one_minus_smoothing"]), int(get["alternate_one_minus_smoothing"])],
        "clamping": int(bool(get["clamping"])),
    }
    noise = call.bound(call.emit("signal_noise", [call.stored(0), call.stored(1)], attrs))
    less = {**both, "remaining": int(get["min_signal_remaining"])}
    return [call.emit("signal_less_noise", [call.stored(0), noise], less), noise]


_signal(
    "SignalFilterBankSpectralSubtraction",
    _subtraction,
    {
        "alternate_one_minus_smoothing": 0,
        "alternate_smoothing": 0,
        "clamping": False,
        "min_signal_remaining": 0,
        "num_channels": 0,
        "one_minus_smoothing": 0,
        "smoothing": 0,
        "smoothing_bits": 0,
        "spectral_subtraction_bits": 0,
    },
    operands=(U, STATE),
    results=2,
    result_type="uint32",
    shapes=_channels,
    hidden=lambda call: [Hidden((_vector(call, 0),), "uint32")],
)


def _pcan_shape(call: Call) -> list[Shape]:
    _between(call, "snr_shift", 0, 63)
    if _vector(call, 1) != _vector(call, 0) or _vector(call, 2) < 4 * 32 - 3:
        raise Fault(f"{_vector(call, 0)} channels, {_vector(call, 2)} numbers of a gain's table")
    return same_shape(call)


def _pcan(call: Conversion) -> Any:
    operands = [call.stored(0), call.stored(1), call.constant(2)]
    return call.emit("signal_pcan", operands, {"shift": int(call.options["snr_shift"])})


_signal("SignalPCAN", _pcan, {"snr_shift": 0}, operands=(U, U, TABLE), shapes=_pcan_shape)


def _log_shape(call: Call) -> list[Shape]:
    _between(call, "input_correction_bits", 0, 31)
    _between(call, "output_scale", 0, _LONGEST)
    return same_shape(call)


def _log(call: Conversion) -> Any:
    attrs = {
        "bits": int(call.options["input_correction_bits"]),
        "scale": int(call.options["output_scale"]),
    }
    return call.emit("signal_log", [call.stored(0)], attrs)


_signal(
    "SignalFilterBankLog", _log, {"input_correction_bits": 0, "output_scale": 0}, operands=(U,),
    result_type="int16", shapes=_log_shape,
)  # fmt: skip


def _one_channel(call: Call) -> int:
    """Samples of a frame, of which there is one."""
    shape = call.operand(0).shape
    if not shape or math.prod(shape[:-1]) != 1:
        raise Fault(f"frames {shape}", "one channel is supported", code="TT1203")
    return shape[-1]


def _queued(call: Conversion, taken: int) -> Any:
    samples = call.bound(_op.reshape(call.stored(0), (call.operand(0).shape[-1],)))
    made = call.emit("signal_queue", [samples, call.stored(1)], {"taken": taken})
    return _op.reshape(call.bound(made), call.outputs[0].shape)


def _delay_shape(call: Call) -> list[Shape]:
    _one_channel(call)
    _between(call, "delay_length", 1, _LONGEST)
    return same_shape(call)


_signal(
    "SignalDelay",
    lambda call: _queued(call, call.operand(0).shape[-1]),
    {"delay_length": 0},
    operands=(S, STATE),
    shapes=_delay_shape,
    hidden=lambda call: [Hidden((_between(call, "delay_length", 1, _LONGEST),), "int16")],
)


def _frame(call: Call) -> tuple[int, int]:
    size = _between(call, "frame_size", 2, _LONGEST)
    step = _between(call, "frame_step", 1, size - 1)
    if _one_channel(call) != step or not call.options["prefill"]:
        what = f"a framer of {_one_channel(call)} samples in steps of {step}"
        why = "frames are made one by one, and the first ones filled with zeros (prefill)"
        raise Fault(what, why, code="TT1203")
    return size, step


def _framer_shape(call: Call) -> list[Shape]:
    size, _ = _frame(call)
    return [(*call.operand(0).shape[:-1], 1, size), ()]


def _framer(call: Conversion) -> Any:
    """With zeros in front every frame is valid."""
    return [_queued(call, _frame(call)[0]), _tvm.constant(np.array(True))]


_signal(
    "SignalFramer",
    _framer,
    {"frame_size": 0, "frame_step": 0, "prefill": False},
    operands=(S, STATE),
    results=2,
    result_type=("int16", "bool"),
    shapes=_framer_shape,
    hidden=lambda call: [Hidden((_frame(call)[0] - _frame(call)[1],), "int16")],
)


def _overlap(call: Call) -> tuple[int, int]:
    shape = call.operand(0).shape
    if len(shape) < 2 or math.prod(shape[:-1]) != 1 or int(call.options["T"]) != _INT16:
        raise Fault(f"frames {shape}", "one frame of int16 at a time is supported", code="TT1203")
    return shape[-1], _between(call, "frame_step", 1, shape[-1])


def _overlap_shape(call: Call) -> list[Shape]:
    return [(*call.operand(0).shape[:-2], _overlap(call)[1])]


def _overlap_add(call: Conversion) -> Any:
    size, step = _overlap(call)
    samples = call.bound(_op.reshape(call.stored(0), (size,)))
    made = call.emit("signal_overlap", [samples, call.stored(1)], {"step": step})
    return _op.reshape(call.bound(made), call.outputs[0].shape)


def _kept(call: Call) -> Sequence[Hidden]:
    return [Hidden((_overlap(call)[0],), "int16")]


_signal(
    "SignalOverlapAdd", _overlap_add, {"frame_step": 0, "T": _INT16}, operands=(S, STATE),
    shapes=_overlap_shape, hidden=_kept,
)  # fmt: skip

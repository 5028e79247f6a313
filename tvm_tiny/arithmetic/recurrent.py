# SPDX-License-Identifier: Apache-2.0
"""Parameters of UNIDIRECTIONAL_SEQUENCE_LSTM and SVDF, and the sigmoid and tanh of 16 bits.

Sources: tflite-micro ``kernels/lstm_eval_common.cc``, ``svdf_common.cc``; the functions of 16 bits:
TFLite ``kernels/internal/reference/integer_ops/logistic.h``, ``tanh.h``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tvm_tiny.arithmetic import int16
from tvm_tiny.arithmetic.fixed_point import checked_scale, quantize_multiplier
from tvm_tiny.errors import UnsupportedError

GATE_SCALE: Final = 2.0**-12
"""Of what goes into a gate's sigmoid or tanh."""
UNIT_SCALE: Final = 2.0**-15
"""Of what comes out of it."""
INT16_MAX: Final = 32767
Attrs = dict[str, Any]
Pair = tuple[int, int]


_ABOVE_FLOOR: Final = (
    "0110101011111111111111111111221112121111111211111111111111111111"
    "1011101011111111111110111100011001111101000110111011101100010011"
    "0101001100011010111110111100110010000001010001000110101001110000"
    "0111001101101010101001011011001100110001100001110000011111000001"
)
"""How far TFLite's table is above the exact values, rounded down: it is not quite rounded."""


TABLE_ENTRIES: Final = 513
"""Of ``sigmoid_table``."""


@lru_cache(maxsize=1)
def sigmoid_table() -> npt.NDArray[np.uint16]:
    """65536 * sigmoid(i / 24), i from -256 to 256, uint16[513].

    The middle, from 0 to 255, is TFLite's ``sigmoid_table_uint16``, to the last bit; entries below
    0 are 65536 less those above, and the ends are flat: an argument needs no sign and no limit
    but that of its place. Both functions of 16 bits interpolate in it.
    """
    exact = [65536.0 / (1.0 + math.exp(-i / 24.0)) for i in range(256)]
    above = [int(digit) for digit in _ABOVE_FLOOR]
    half = np.array([math.floor(e) + a for e, a in zip(exact, above, strict=True)])
    whole = np.concatenate([65536 - half[:0:-1], half])
    return np.pad(whole, 1, mode="edge").astype(np.uint16)


@dataclass(frozen=True)
class LstmScales:
    """Scales of an LSTM's tensors; gates in the order input, forget, cell, output.

    Attributes:
        x: of the input.
        x_weights: per gate.
        hidden: of the hidden state (and the result).
        hidden_weights: per gate.
        cell: of the cell state, a power of two.
    """

    x: float
    x_weights: Sequence[float]
    hidden: float
    hidden_weights: Sequence[float]
    cell: float


def lstm_params(
    scales: LstmScales, hidden_zero_point: int, cell_clip: float, *, wide: bool = False
) -> Attrs:
    """Attributes of ``lstm``: one multiplier and shift a gate and half, three for the products.

    Args:
        scales: of its tensors.
        hidden_zero_point: of the result.
        cell_clip: limit of the cell state, 0: none.
        wide: input and hidden state are int16; the gates' sums have 64 bits then, and multipliers
            of 16 bits (``int16.reduced_multipliers``).

    Raises:
        UnsupportedError: the cell's scale is no power of two from 2^-15 to 1; ``wide`` sums that
            are rescaled by more than TFLite's 64 bit rescaling takes.
    """
    cell = float(checked_scale(scales.cell))
    power = round(math.log2(cell))
    if 2.0**power != cell or not -15 <= power <= 0:
        raise UnsupportedError(f"a cell state of scale {cell:.6g}; TFLite wants a power of two")
    x, h = (float(checked_scale(s)) for s in (scales.x, scales.hidden))
    halves = [
        quantize_multiplier(source * float(checked_scale(w)) / GATE_SCALE)
        for source, weights in ((x, scales.x_weights), (h, scales.hidden_weights))
        for w in weights
    ]
    gates, shifts = (np.array(v, np.int32) for v in zip(*halves, strict=True))
    if wide:
        reduced, shifts = int16.reduced_multipliers(gates, shifts)
        gates = reduced.astype(np.int32)
    products = [
        quantize_multiplier(real)
        for real in (UNIT_SCALE * cell / cell, UNIT_SCALE * UNIT_SCALE / cell,
                     UNIT_SCALE * UNIT_SCALE / h)
    ]  # fmt: skip
    clip = min(max(cell_clip / cell, -32768.0), 32767.0) if cell_clip > 0 else 0.0
    shift = 15 + power - 3
    return {
        "gate_multipliers": [int(m) for m in gates],
        "gate_shifts": [int(s) for s in shifts],
        "multipliers": [m for m, _ in products],
        "shifts": [s for _, s in products],
        "output_zero_point": hidden_zero_point,
        "cell_clip": int(clip),
        "tanh_multiplier": 3 if shift < 0 else 3 << shift,
        "tanh_shift": -shift if shift < 0 else 0,
    }


def svdf_params(
    x: tuple[float, int],
    feature_scale: float,
    time_scale: float,
    state: tuple[float, int],
    output: tuple[float, int],
) -> Attrs:
    """Attributes of ``svdf`` but its rank; pairs are (scale, zero point)."""
    steps = [
        np.float32(checked_scale(s)) for s in (x[0], feature_scale, state[0], time_scale, output[0])
    ]
    first = float(steps[0]) * float(steps[1]) / float(steps[2])
    second = float(steps[2]) * float(steps[3]) / float(steps[4])
    pairs = [quantize_multiplier(first), quantize_multiplier(second)]
    return {
        "input_zero_point": x[1],
        "state_zero_point": state[1],
        "output_zero_point": output[1],
        "multipliers": [m for m, _ in pairs],
        "shifts": [s for _, s in pairs],
    }

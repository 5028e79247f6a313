# SPDX-License-Identifier: Apache-2.0
"""What variants of operators are written with; see ``variant_cases``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny.testing.tflite_writer import TensorRef, TFLiteWriter

Array = npt.NDArray[Any]
Shape = tuple[int, ...]
ONE = 1 / 32768
TYPES = ("int8", "int16", "int32", "float32", "bool")
SCALES = {"int8": (0.0431, -7), "int16": (0.0011, 0), "int32": (None, 0), "float32": (None, 0),
           "bool": (None, 0), "int64": (None, 0), "uint8": (0.0431, 121)}  # fmt: skip


class Draft:
    """A model of one operator under construction."""

    def __init__(self, name: str = "variant") -> None:
        self.writer, self.rng = TFLiteWriter(name), np.random.default_rng(len(name))
        self._names = 0

    def name(self, stem: str) -> str:
        self._names += 1
        return f"{stem}{self._names}"

    def x(self, shape: Shape, dtype: str = "int8", quantised: Any = None) -> TensorRef:
        scale, zero_point = quantised or SCALES[dtype]
        name = self.name("x")
        return self.writer.input(name, shape, scale=scale, zero_point=zero_point, dtype=dtype)

    def ints(self, values: Any, dtype: str = "int32") -> TensorRef:
        return self.writer.constant(self.name("i"), np.asarray(values, dtype))

    def values(self, shape: Shape, dtype: str, scale: Any = None, **more: Any) -> TensorRef:
        """A constant of random values."""
        if dtype == "float32":
            array = self.rng.normal(0, 1, shape).astype(np.float32)
        else:
            limits = np.iinfo(dtype)
            array = self.rng.integers(limits.min // 2, limits.max // 2, shape).astype(dtype)
        return self.writer.constant(self.name("c"), array, scale=scale, **more)

    def done(self, kind: str, inputs: Sequence[Any], shape: Shape, y: Any, dtype: str,
             **options: Any) -> Outputs:  # fmt: skip
        """The operator."""
        scale, zero_point = y
        name = self.name("y")
        op = self.writer.op
        return (op(kind, inputs, shape, scale, zero_point, name=name, dtype=dtype, **options),)


Outputs = Sequence[TensorRef]
Build = Callable[[Draft], Outputs]
Named = Iterator[tuple[str, Build]]


def model(*builds: Build) -> bytes:
    """Unconnected operators as one model."""
    d = Draft()
    d.writer.output(*(y for build in builds for y in build(d)))
    return d.writer.finish()


def kept(shape: Shape, axes: Sequence[int], keep: bool) -> Shape:
    every = {a % len(shape) for a in axes}
    return tuple(1 if i in every else d for i, d in enumerate(shape) if keep or i not in every)


RANKED: tuple[Shape, ...] = ((), (9,), (3, 7), (2, 3, 5), (2, 3, 4, 5), (2, 1, 3, 2, 5))

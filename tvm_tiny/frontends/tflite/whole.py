# SPDX-License-Identifier: Apache-2.0
"""What is wrong with a TFLite model as a whole: one line says it, not one a layer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tvm_tiny.errors import Problem, UnsupportedError
from tvm_tiny.frontends.tflite.model import TFLiteFile, TFLiteOperator, TFLiteTensor

_ACCELERATORS: Final = {
    "ethos-u": ("an Arm Ethos-U", "give the file from before Vela (without '_vela' in its name)"),
    "edgetpu": ("a Coral Edge TPU", "give the file from before the Edge TPU compiler"),
    "XC_": ("an XMOS xcore", "give the file from before xmos-ai-tools' optimiser (xformer)"),
}
"""In the code of a custom operator: what it was compiled for, and the cure."""
_FLOATS: Final = ("float32", "float16")
_COUNTING: Final = ("int32", "int64", "bool")
_WEIGHTS: Final = ("int4", "int8", "uint8")
_BETWEEN_TYPES: Final = ("QUANTIZE", "DEQUANTIZE", "CAST")
"""A constant that they read is no weight of a float layer."""


def refuse_accelerators(file: TFLiteFile) -> None:
    """Refuse a model that was compiled for an accelerator.

    Raises:
        UnsupportedError: TT1203, in one line.
    """
    for op in file.operators:
        for mark, (chip, do) in _ACCELERATORS.items():
            if op.kind.startswith("custom operator '") and mark in op.kind:
                what = f"its layers are commands of the accelerator ({op.kind})"
                problem = Problem(what, do=do)
                raise UnsupportedError(f"the model is compiled for {chip}", (problem,))


def refuse_hybrid(file: TFLiteFile, do: str) -> None:
    """Refuse a hybrid model ("dynamic range quantisation").

    Its weights are int8, what flows between its layers is float, and every kernel quantises its
    input anew in each run. TensorFlow Lite Micro has no such kernels.

    Raises:
        UnsupportedError: TT1102, in one line.
    """
    computing = [op for op in file.operators if op.kind not in _BETWEEN_TYPES]
    values = [t for op in computing for t in _activations(file, op)]
    values += [file.tensors[i] for i in file.inputs if values and 0 <= i < len(file.tensors)]
    types = [t.dtype for t in values if t.dtype not in _COUNTING]
    if not types or not all(dtype in _FLOATS for dtype in types):
        return
    hybrid = next((found for op in computing if (found := _quantised_weights(file, op))), None)
    count = len(computing)
    what = f"all {count} layers compute" if count > 1 else "its one layer computes"
    what += f" on {types[0]}"
    if hybrid is None:
        return
    problem = Problem(
        f"{what}, with weights in {hybrid.dtype} ('{hybrid.name}')",
        why="only its weights are quantised (dynamic range): scales of activations are missing",
        do=f"quantise its activations too, with samples: {do}",
    )
    raise UnsupportedError("the model is only half quantised: a hybrid one", (problem,), "TT1102")


def _quantised_weights(file: TFLiteFile, op: TFLiteOperator) -> TFLiteTensor | None:
    tensors = (file.tensors[i] for i in op.inputs if 0 <= i < len(file.tensors))
    return next((t for t in tensors if t.data is not None and t.dtype in _WEIGHTS), None)


def _activations(file: TFLiteFile, op: TFLiteOperator) -> Iterator[TFLiteTensor]:
    for index in (*op.inputs, *op.outputs):
        if 0 <= index < len(file.tensors) and file.tensors[index].data is None:
            yield file.tensors[index]

# SPDX-License-Identifier: Apache-2.0
"""TensorFlow Lite Micro's registry: every operator of its published interpreter, and what is taken.

Names and types are those of ``python_ops_resolver.cc`` and of the kernels' own checks.
"""

from __future__ import annotations

from typing import Final

from tvm_tiny.arithmetic.float_functions import FUNCTIONS
from tvm_tiny.frontends.tflite import operators
from tvm_tiny.frontends.tflite.record import Record, lookup, plain

_FLOAT: Final = ("float32",)
_INT8: Final = ("float32", "int8")
_BOTH: Final = ("float32", "int8", "int16")
_MOVED: Final = (*_BOTH, "int32")

REGISTRY: Final[dict[str, tuple[str, ...]]] = {
    **dict.fromkeys(
        (
            "ABS", "ADD", "AVERAGE_POOL_2D", "BATCH_MATMUL", "CONV_2D", "DEPTHWISE_CONV_2D",
            "DEQUANTIZE", "FULLY_CONNECTED", "LEAKY_RELU", "LOGISTIC", "MAX_POOL_2D", "MEAN", "MUL",
            "PAD", "PADV2", "PRELU", "QUANTIZE", "RELU", "RELU6", "RSQRT", "SELECT_V2", "SOFTMAX",
            "SQUARED_DIFFERENCE", "SUB", "SUM", "SVDF", "TANH", "TRANSPOSE", "TRANSPOSE_CONV",
            "UNIDIRECTIONAL_SEQUENCE_LSTM",
        ),
        _BOTH,
    ),
    **dict.fromkeys(
        (
            "CONCATENATION", "EXPAND_DIMS", "FILL", "MAXIMUM", "MINIMUM", "PACK", "RESHAPE",
            "RESIZE_NEAREST_NEIGHBOR", "REVERSE_V2", "SLICE", "SPLIT", "SPLIT_V", "SQUEEZE",
            "STRIDED_SLICE", "UNPACK", "DYNAMIC_UPDATE_SLICE", "BROADCAST_TO",
        ),
        _MOVED,
    ),
    **dict.fromkeys(
        (
            "ADD_N", "ARG_MAX", "ARG_MIN", "BATCH_TO_SPACE_ND", "CUMSUM", "DEPTH_TO_SPACE", "DIV",
            "ELU", "EMBEDDING_LOOKUP", "EQUAL", "GATHER", "GATHER_ND", "GREATER", "GREATER_EQUAL",
            "HARD_SWISH", "L2_NORMALIZATION", "LESS", "LESS_EQUAL", "LOG_SOFTMAX", "MIRROR_PAD",
            "NOT_EQUAL", "REDUCE_MAX", "REDUCE_MIN", "RESIZE_BILINEAR",
            "SPACE_TO_BATCH_ND", "SPACE_TO_DEPTH", "ZEROS_LIKE",
        ),
        _INT8,
    ),
    **dict.fromkeys(
        (
            "CEIL", "COS", "EXP", "FLOOR", "FLOOR_DIV", "FLOOR_MOD", "L2_POOL_2D", "LOG", "NEG",
            "ROUND", "SIN", "SQRT", "SQUARE",
        ),
        _FLOAT,
    ),
    **dict.fromkeys(("LOGICAL_AND", "LOGICAL_NOT", "LOGICAL_OR", "REDUCE_ALL"), ("bool",)),
    "BROADCAST_ARGS": ("int32", "int64"),
    "CAST": (*_MOVED, "uint32", "bool"),
    "SHAPE": ("any",),
    **dict.fromkeys(("ASSIGN_VARIABLE", "CALL_ONCE", "READ_VARIABLE", "VAR_HANDLE"), ("state",)),
    **dict.fromkeys(("IF", "WHILE"), ("control",)),
    "CIRCULAR_BUFFER": ("custom, int8",),
    "DECODE": ("custom",),
    "ETHOSU": ("custom",),
    "TFLite_Detection_PostProcess": ("custom, float32",),
    **dict.fromkeys(
        (
            "SignalDelay", "SignalEnergy", "SignalFftAutoScale", "SignalFilterBank",
            "SignalFilterBankLog", "SignalFilterBankSpectralSubtraction",
            "SignalFilterBankSquareRoot", "SignalFramer", "SignalIrfft", "SignalOverlapAdd",
            "SignalPCAN", "SignalRfft", "SignalStacker", "SignalWindow",
        ),
        ("custom, int16",),
    ),
}  # fmt: skip
"""Operator -> types that its kernels compute with."""

_BY_STATE: Final = ("ASSIGN_VARIABLE", "CALL_ONCE", "READ_VARIABLE", "VAR_HANDLE")


def taken(name: str) -> str:
    """What is made of an operator, in words; "" nothing."""
    record = lookup(name)
    words: list[str] = []
    if name in _BY_STATE:
        words.append("as state")
    elif record is not None and record.convert is not None:
        words.append(", ".join(_types(name, record)) or "yes")
    own = plain(name)
    if own is not None:
        types = next(o.types for o in own.operands if o.role == "activation")
        words.append(", ".join(types) + " as they are")
    if name in FUNCTIONS:
        words.append("float32 of one int8 as a table")
    if record is not None and record.evaluate is not None:
        words.append("over constants")
    return "; ".join(words)


def _types(name: str, record: Record) -> list[str]:
    """Of the first operand of a type that the kernel computes with, in a quantised model."""
    if record.custom is not None:
        return ["yes"]
    known = set(REGISTRY[name])
    roles = [o for o in record.operands if o.role == "activation"]
    return next((list(o.types) for o in roles if known & {*o.types}), [])


def page() -> str:
    """Markdown: the whole registry and what is taken of it."""
    lines = [
        "## TensorFlow Lite Micro's registry",
        "",
        "Every operator that its published interpreter registers. What is taken is built alone",
        "and compared with the interpreter, byte for byte, by the tests. Float functions of one",
        "int8 stand between DEQUANTIZE and QUANTIZE. Weights of four bits are widened to int8",
        "when they are read. Not taken: CIRCULAR_BUFFER (it ends a run half way through the",
        "model), SignalStacker and SignalFramer without prefill (their first results are not",
        "defined), DECODE (weights compressed for its own tools), ETHOSU (an accelerator's),",
        "IF and WHILE (control flow: unroll it, or convert to a fused layer).",
        "",
        "| operator | its kernels' types | taken |",
        "|---|---|---|",
    ]
    for name, types in sorted(REGISTRY.items(), key=lambda item: item[0].upper()):
        lines.append(f"| {name} | {', '.join(types)} | {taken(name) or 'no'} |")
    count = sum(bool(taken(name)) for name in REGISTRY)
    lines += ["", f"{count} of {len(REGISTRY)}.", ""]
    return "\n".join(lines)


assert operators, "importing the package fills the table of records"

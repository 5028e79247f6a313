# SPDX-License-Identifier: Apache-2.0
"""What the signature of a TFLite model calls its inputs and outputs.

A converter names tensors after its own graph (``serving_default_input_1:0``,
``StatefulPartitionedCall:0``) and keeps the names that the user gave (``input_1``, ``dense``) in
``signature_defs`` (schema: ``SignatureDef``, ``TensorMap``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from tvm_tiny.frontends.tflite.flatbuffer import FlatTable
from tvm_tiny.frontends.tflite.model import TFLiteFile

_MOST_SIGNATURES: Final = 1000
_MOST_NAMES: Final = 65_536
_DEFAULT_KEY: Final = "serving_default"


def with_signature(file: TFLiteFile, root: FlatTable) -> TFLiteFile:
    """The first subgraph with the names of its signature.

    Of several signatures of the subgraph it is ``serving_default``, else the first. Names of a
    direction count only if each input (output) has one of its own afterwards.

    Args:
        file: the first subgraph.
        root: the table of the model, untrusted.

    Raises:
        ModelError: TT1001, an offset that leaves the file, or too many entries.
    """
    tables = root.tables(7, _MOST_SIGNATURES)
    ours = [table for table in tables if table.scalar(4, "I", 0) == 0]
    if not ours:
        return file
    chosen = next((t for t in ours if t.text(2) == _DEFAULT_KEY), ours[0])
    return replace(
        file,
        input_names=_named(file, file.inputs, _names(chosen, 0)),
        output_names=_named(file, file.outputs, _names(chosen, 1)),
    )


def _names(signature: FlatTable, field: int) -> dict[int, list[str]]:
    """Names by tensor index; a tensor that is an output twice may have two."""
    names: dict[int, list[str]] = {}
    for entry in signature.tables(field, _MOST_NAMES):
        names.setdefault(entry.scalar(1, "I", 0), []).append(entry.text(0))
    return names


def _named(
    file: TFLiteFile, indices: Sequence[int], names: dict[int, list[str]]
) -> tuple[str, ...]:
    left = {index: iter(own) for index, own in names.items()}
    found = tuple(next(left.get(index, iter(())), "") for index in indices)
    count = len(file.tensors)
    own = [file.tensors[i].name if 0 <= i < count else "" for i in indices]
    shown = [name or tensor for name, tensor in zip(found, own, strict=True)]
    return found if any(found) and len(set(shown)) == len(shown) else ()

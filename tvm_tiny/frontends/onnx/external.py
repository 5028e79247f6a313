# SPDX-License-Identifier: Apache-2.0
"""Weights that an ONNX file keeps in a file beside it (PyTorch's default export does).

ONNX, "External Data": a tensor says ``location`` (a path below the model's folder), ``offset`` and
``length``. The file is untrusted, and so is what it says: only a regular file in the model's own
folder is read, by its plain name, no link is followed, and all tensors together take no more than
the limit, however often they name the same bytes.
"""

from __future__ import annotations

import importlib
import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final

from tvm_tiny.errors import ModelError, Problem
from tvm_tiny.files.reading import UnreadableError, inside, open_regular

ONE_FILE: Final = "export it in one file: torch.onnx.export(..., external_data=False)"


_MARK: Final = b"location"
"""Key that every tensor with external data has in the file."""


def with_external_data(data: bytes, folder: Path | None, limit_bytes: int) -> bytes:
    """The model with the contents of the files beside it; as it is if it names none.

    Args:
        data: the ONNX file.
        folder: where it lies; None: it came without one.
        limit_bytes: of all such data, and of each file.

    Raises:
        ModelError: TT1001, not an ONNX model, or a file that is not there, may not be read, or is
            too short.
    """
    if _MARK not in data:
        return data
    proto = importlib.import_module("tvm_tiny.frontends.onnx.check").parse_onnx(data)
    tensors = [t for t in _tensors(proto.graph) if t.data_location or len(t.external_data)]
    if not tensors:
        return data
    by_file: dict[str, list[Any]] = {}
    for tensor in tensors:
        by_file.setdefault(_said(tensor).get("location", ""), []).append(tensor)
    problems: list[Problem] = []
    left = limit_bytes
    for location, users in by_file.items():
        try:
            left = _fill(users, location, folder, left)
        except (OSError, UnreadableError) as error:
            problems.append(_problem(location, len(users), str(error), folder))
    if problems:
        raise ModelError("cannot read the model's weights", tuple(problems))
    return bytes(proto.SerializeToString(deterministic=True))


def _tensors(graph: Any) -> Iterator[Any]:
    yield from graph.initializer
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.type == 4:  # a tensor
                yield attribute.t


def _said(tensor: Any) -> dict[str, str]:
    return {str(entry.key): str(entry.value) for entry in tensor.external_data}


def _problem(location: str, count: int, why: str, folder: Path | None) -> Problem:
    here = f"put the file beside the model, or {ONE_FILE}"
    do = here if folder and location and _plain(location, folder) else ONE_FILE
    return Problem(f"{count} constants keep their data in '{location:.200}'", why=why, do=do)


def _plain(location: str, folder: Path) -> bool:
    """A file of the model's own folder, by its plain name."""
    return "/" not in location and inside(folder, location)


def _fill(tensors: list[Any], location: str, folder: Path | None, left: int) -> int:
    """Read the tensors of one file; returns how many bytes may still be read."""
    if folder is None:
        raise UnreadableError("the model was not given as a file: it has no folder")
    if not _plain(location, folder):
        raise UnreadableError("only a file in the model's own folder is read")
    try:
        file = open_regular(folder / location, left, links=False)
    except UnreadableError as error:
        raise UnreadableError(str(error)) from error
    with file:
        for tensor in tensors:
            data = _slice(file, tensor, left)
            left -= len(data)
            tensor.ClearField("external_data")
            tensor.ClearField("data_location")
            tensor.raw_data = data
    return left


def _slice(file: IO[bytes], tensor: Any, left: int) -> bytes:
    said = _said(tensor)
    offset = _number(said.get("offset", "0"), "offset")
    needs = _bytes_of(tensor)
    length = _number(said.get("length", str(needs)), "length")
    if length != needs:
        raise UnreadableError(f"'{tensor.name}' needs {needs:,} B, the model says {length:,}")
    if needs > left:
        raise UnreadableError("all such data together is more than a model may have")
    data = b""
    if offset + needs <= os.fstat(file.fileno()).st_size:
        file.seek(offset)
        data = file.read(needs)
    if len(data) != needs:
        raise UnreadableError(f"the file ends before '{tensor.name}'")
    return data


def _bytes_of(tensor: Any) -> int:
    """What the tensor's shape and type need."""
    helper = importlib.import_module("onnx.helper")
    try:
        width = int(helper.tensor_dtype_to_np_dtype(tensor.data_type).itemsize)
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableError(f"'{tensor.name}' has no type that is known") from error
    if any(d < 0 for d in tensor.dims):
        raise UnreadableError(f"'{tensor.name}' has a negative extent")
    return width * math.prod(tensor.dims)


def _number(text: str, what: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise UnreadableError(f"{what} '{text:.40}' is no number")
    return int(text)

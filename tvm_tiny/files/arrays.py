# SPDX-License-Identifier: Apache-2.0
"""Arrays in ``.npz`` and ``.npy`` files that may be damaged or hostile: no pickles, bounded sizes.

numpy allocates what an array's header promises before it reads; so headers are compared with the
sizes in the archive's directory first, and those with what deflate can make of the bytes that are
there (NEP 1, numpy.lib.format; RFC 1951).
"""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
import numpy.typing as npt

from tvm_tiny.errors import Problem, TvmTinyError, UsageError
from tvm_tiny.files.reading import UnreadableError, open_regular
from tvm_tiny.files.writing import write_file

Array = npt.NDArray[Any]
TOTAL_LIMIT_BYTES: Final = 4 << 30
_MEMBER_LIMIT: Final = 20_000
_KINDS: Final = "fiub"
_DEFLATE_GAIN: Final = 1040
"""Deflate makes at most 1032 bytes of one."""
_SMALL_BYTES: Final = 1 << 16
_SINGLE: Final = "x"
_TIME: Final = (1980, 1, 1, 0, 0, 0)


def read_arrays(path: Path) -> dict[str, Array]:
    """All arrays of an ``.npz``; the one of an ``.npy`` is called ``x``.

    Raises:
        UsageError: TT6004, not an archive of numeric arrays, or one of more than 4 GiB.
    """
    try:
        with open_regular(path, TOTAL_LIMIT_BYTES) as file:
            magic = file.read(6)
            file.seek(0)
            if magic == b"\x93NUMPY":
                size_bytes = file.seek(0, io.SEEK_END)
                file.seek(0)
                return {_SINGLE: _array(file, file, size_bytes, "x", path)}
            return _members(file, path)
    except UnreadableError as error:
        raise _refused(path, str(error)) from error
    except TvmTinyError:
        raise
    except Exception as error:  # numpy parses headers as Python, and raises what its parser does
        raise _refused(path, str(error) or type(error).__name__) from error


def check_arrays(path: Path) -> None:
    """Refuse what is no regular file, before it is needed; cheap.

    Raises:
        UsageError: TT6004.
    """
    try:
        open_regular(path, TOTAL_LIMIT_BYTES).close()
    except UnreadableError as error:
        raise _refused(path, str(error)) from error


def pack_arrays(arrays: Mapping[str, Array]) -> bytes:
    """An ``.npz`` of arrays under any names; the same bytes for the same arrays.

    ``numpy.savez`` takes names as keyword arguments and loses ``file`` and ``allow_pickle``.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            member = zipfile.ZipInfo(f"{name}.npy".replace("\0", "_"), _TIME)
            with archive.open(member, "w", force_zip64=True) as file:
                np.lib.format.write_array(file, np.asarray(array), allow_pickle=False)
    return packed.getvalue()


def save_arrays(path: Path, arrays: Mapping[str, Array]) -> Path:
    """Write an ``.npz``; returns its path, which gets the suffix if it has none.

    Raises:
        UsageError: TT6010, it cannot be written.
    """
    return write_file(array_path(path), pack_arrays(arrays))


def array_path(path: Path) -> Path:
    """Where ``save_arrays`` writes.

    Raises:
        UsageError: TT6010, the path has no name of a file.
    """
    if not path.name:
        problem = Problem("no name of a file", where=f"'{path}'", do="give one: outputs.npz")
        raise UsageError("cannot write the file", (problem,), "TT6010")
    return path if path.suffix == ".npz" else path.with_name(f"{path.name}.npz")


def _members(file: IO[bytes], path: Path) -> dict[str, Array]:
    with zipfile.ZipFile(file) as archive:
        members = archive.infolist()
        total_bytes = sum(member.file_size for member in members)
        if len(members) > _MEMBER_LIMIT or total_bytes > TOTAL_LIMIT_BYTES:
            raise _refused(path, f"{len(members)} arrays of {total_bytes:,} B: the limit is 4 GiB")
        if sum(member.compress_size for member in members) > file.seek(0, io.SEEK_END):
            raise _refused(path, "its arrays overlap")
        out: dict[str, Array] = {}
        for member in members:
            if member.file_size > _SMALL_BYTES + _DEFLATE_GAIN * member.compress_size:
                what = f"array '{member.filename}' says {member.file_size:,} B"
                raise _refused(path, f"{what}, in {member.compress_size:,}")
            with archive.open(member) as head, archive.open(member) as whole:
                size_bytes = member.file_size
                name = member.filename
                out[name.removesuffix(".npy")] = _array(head, whole, size_bytes, name, path)
        return out


def _array(head: IO[bytes], whole: IO[bytes], file_bytes: int, name: str, path: Path) -> Array:
    """One array; ``head`` is read for its header, then ``whole`` from its beginning."""
    shape, dtype, header_bytes = _header(head)
    size_bytes = math.prod(shape) * dtype.itemsize
    if dtype.kind not in _KINDS:
        raise _refused(path, f"array '{name}' holds {dtype}, not numbers")
    if any(d < 0 for d in shape):
        raise _refused(path, f"array '{name}' has the shape {shape}")
    if header_bytes + size_bytes != file_bytes:
        raise _refused(path, f"array '{name}': {file_bytes:,} B where {size_bytes:,} fit")
    if head is whole:
        whole.seek(0)
    return np.asarray(np.lib.format.read_array(whole, allow_pickle=False))


def _header(file: IO[bytes]) -> tuple[tuple[int, ...], np.dtype[Any], int]:
    """(shape, type, bytes before the contents)."""
    version = np.lib.format.read_magic(file)
    if version == (1, 0):
        shape, _, dtype = np.lib.format.read_array_header_1_0(file)
    elif version == (2, 0):
        shape, _, dtype = np.lib.format.read_array_header_2_0(file)
    else:
        raise ValueError(f"array format {version}")
    return shape, dtype, file.tell()


def _refused(path: Path, what: str) -> UsageError:
    do = "save arrays of numbers with numpy.savez"
    return UsageError("cannot read the data file", (Problem(what, str(path), do=do),), "TT6004")

# SPDX-License-Identifier: Apache-2.0
"""Reading ``.npz`` files that may be damaged or hostile: no pickles, and every size bounded.

numpy allocates what an array's header promises before it reads; so headers are compared with the
sizes in the archive's directory first (NEP 1, numpy.lib.format).
"""

from __future__ import annotations

import math
import zipfile
import zlib
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
import numpy.typing as npt

from tvm_tiny.errors import Problem, UsageError

Array = npt.NDArray[Any]
TOTAL_LIMIT_BYTES: Final = 4 << 30
_MEMBER_LIMIT: Final = 20_000
_KINDS: Final = "fiub"
_BROKEN: Final = (OSError, ValueError, EOFError, KeyError, RuntimeError, NotImplementedError)
"""What zipfile and numpy raise on damaged archives; RuntimeError: encrypted ones."""


def read_arrays(path: Path) -> dict[str, Array]:
    """All arrays of an ``.npz``.

    Raises:
        UsageError: TT6004, not an archive of numeric arrays, or one of more than 4 GiB.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            total_bytes = sum(member.file_size for member in members)
            if len(members) > _MEMBER_LIMIT or total_bytes > TOTAL_LIMIT_BYTES:
                raise _refused(
                    path, f"{len(members)} arrays of {total_bytes:,} B: the limit is 4 GiB"
                )
            return {m.filename.removesuffix(".npy"): _array(archive, m, path) for m in members}
    except (*_BROKEN, zipfile.BadZipFile, zlib.error) as error:
        raise _refused(path, str(error) or type(error).__name__) from error


def _array(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path) -> Array:
    with archive.open(member) as file:
        shape, dtype, header_bytes = _header(file)
        size_bytes = math.prod(shape) * dtype.itemsize
        if dtype.kind not in _KINDS or any(d < 0 for d in shape):
            raise _refused(path, f"array '{member.filename}' holds {dtype}, not numbers")
        if header_bytes + size_bytes != member.file_size:
            what = f"array '{member.filename}': {member.file_size:,} B where {size_bytes:,} fit"
            raise _refused(path, what)
    with archive.open(member) as file:
        return np.asarray(np.lib.format.read_array(file, allow_pickle=False))


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

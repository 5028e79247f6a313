# SPDX-License-Identifier: Apache-2.0
"""Outside files: regular ones of bounded size, read to the end or refused in words."""

from __future__ import annotations

import io
import os
import random
import resource
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tvm_tiny.errors import UsageError
from tvm_tiny.files.arrays import check_arrays, pack_arrays, read_arrays, save_arrays
from tvm_tiny.files.reading import UnreadableError, decode_json, decode_toml, read_bounded
from tvm_tiny.report.model import Report, from_json


def odd_files(folder: Path) -> dict[str, Path]:
    """Things that are no regular files, or not there."""
    os.mkfifo(folder / "fifo")
    (folder / "link").symlink_to(folder / "fifo")
    (folder / "loop").symlink_to("loop")
    (folder / "zero").symlink_to("/dev/zero")
    (folder / "folder").mkdir()
    names = ("fifo", "link", "loop", "zero", "folder", "missing", "x" * 300, "a\0b")
    return {name: folder / name for name in names}


def test_only_regular_files_are_read(tmp_path: Path) -> None:
    for path in odd_files(tmp_path).values():
        with pytest.raises(UnreadableError):
            read_bounded(path, 100)
        with pytest.raises(UsageError) as caught:
            check_arrays(path)
        assert caught.value.code == "TT6004"
    (tmp_path / "file").write_bytes(b"12345")
    (tmp_path / "good").symlink_to("file")
    assert read_bounded(tmp_path / "good", 5) == b"12345"
    with pytest.raises(UnreadableError, match="limit"):
        read_bounded(tmp_path / "good", 4)
    with pytest.raises(UnreadableError, match="link"):
        read_bounded(tmp_path / "good", 5, links=False)


def test_a_size_is_not_believed() -> None:
    with pytest.raises(UnreadableError, match="more than"):  # its size says 0
        read_bounded(Path("/proc/self/maps"), 10)


@pytest.mark.parametrize("depth", [1000, 100_000])
@pytest.mark.parametrize("signs", ["[]", "{}"])
def test_deep_json(depth: int, signs: str) -> None:
    inner = '{"x":' if signs == "{}" else "["
    text = (inner * depth + "1" + signs[1] * depth).encode()
    for data in (text, b'{"unknown": ' + text + b"}"):
        with pytest.raises(UnreadableError):
            from_json(data)
        with pytest.raises(UnreadableError):
            decode_json(data, Report)
    with pytest.raises(UnreadableError):
        decode_toml(b"x = " + b"[" * depth)


@pytest.mark.parametrize("name", ["file", "allow_pickle", "x/y", "ünï", "a b", "self", "args"])
def test_arrays_under_any_name(tmp_path: Path, name: str) -> None:
    path = save_arrays(tmp_path / "out", {name: np.arange(6).reshape(2, 3), "other": np.ones(2)})
    assert path.name == "out.npz"
    found = read_arrays(path)
    assert set(found) == {name, "other"}
    assert np.array_equal(found[name], np.arange(6).reshape(2, 3))
    with np.load(path) as loaded:  # numpy reads it as well
        assert set(loaded.files) == {name, "other"}


@given(hnp.arrays(st.sampled_from(["i1", "u2", "f4", "f8", "?"]), hnp.array_shapes(min_side=0)))
def test_arrays_come_back(array: np.ndarray) -> None:
    assert pack_arrays({"a": array}) == pack_arrays({"a": array})
    with np.load(io.BytesIO(pack_arrays({"a": array}))) as loaded:
        assert np.array_equal(loaded["a"], array, equal_nan=array.dtype.kind == "f")


def test_an_npy_is_one_array(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.arange(5))
    assert np.array_equal(read_arrays(tmp_path / "a.npy")["x"], np.arange(5))


def test_damaged_arrays_are_refused_in_words(tmp_path: Path) -> None:
    rng = random.Random(3)
    packed = io.BytesIO()
    np.savez_compressed(packed, x=np.arange(500.0).reshape(5, 100), y=np.ones(3, np.int8))
    seeds = [packed.getvalue(), pack_arrays({"x": np.arange(300.0)})]
    np.save(tmp_path / "seed.npy", np.arange(50))
    seeds.append((tmp_path / "seed.npy").read_bytes())
    refused = 0
    for number in range(300):
        data = bytearray(rng.choice(seeds))
        for _ in range(rng.choice([1, 1, 2, 8])):
            data[rng.randrange(len(data))] = rng.randrange(256)
        if number % 3 == 0:
            del data[rng.randrange(len(data)) :]
        path = tmp_path / "bad"
        path.write_bytes(data)
        try:
            read_arrays(path)
        except UsageError:
            refused += 1
    assert refused > 150


def test_claimed_sizes_allocate_nothing(tmp_path: Path) -> None:
    head = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        head, {"descr": "<f8", "fortran_order": False, "shape": (1 << 28,)}
    )
    with zipfile.ZipFile(tmp_path / "claim.npz", "w") as archive:
        archive.writestr("x.npy", head.getvalue())
    (tmp_path / "claim.npy").write_bytes(head.getvalue())
    with zipfile.ZipFile(tmp_path / "bomb.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.npy", head.getvalue() + bytes(1 << 20))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name in ("claim.npz", "claim.npy", "bomb.npz"):
        with pytest.raises(UsageError):
            read_arrays(tmp_path / name)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert (after - before) * 1024 < 64 << 20

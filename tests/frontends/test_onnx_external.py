# SPDX-License-Identifier: Apache-2.0
"""Weights in a file beside the ONNX model: read from the model's own folder only, bounded."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import onnx
import pytest

import tvm_tiny
from tvm_tiny.errors import ModelError
from tvm_tiny.testing.onnx_models import tiny_qdq


def _external(folder: Path) -> tuple[Path, Any]:
    """The small model as PyTorch's exporter writes one: all weights in one file beside it."""
    folder.mkdir(exist_ok=True)
    path = folder / "net.onnx"
    onnx.save(
        onnx.load_from_string(tiny_qdq()),
        str(path),
        save_as_external_data=True,
        location="net.onnx.data",
        size_threshold=0,
    )
    return path, onnx.load(str(path), load_external_data=False)


def test_the_file_beside_the_model_is_read(tmp_path: Path) -> None:
    path, _ = _external(tmp_path / "model")
    loaded = tvm_tiny.load(path)
    whole = onnx.load_from_string(loaded.data or b"")
    expected = {t.name: t for t in onnx.load_from_string(tiny_qdq()).graph.initializer}
    for tensor in whole.graph.initializer:
        found = onnx.numpy_helper.to_array(tensor)
        assert (found == onnx.numpy_helper.to_array(expected[tensor.name])).all()
    assert tvm_tiny.check(path) is None


def _location(text: str) -> Callable[[Any, Path], None]:
    def edit(proto: Any, folder: Path) -> None:
        (folder / "net.onnx.data").rename(folder.parent / "elsewhere.data")
        for tensor in proto.graph.initializer:
            for entry in tensor.external_data:
                if entry.key == "location":
                    entry.value = text.replace("FOLDER", str(folder.parent))

    return edit


def _entry(key: str, value: str) -> Callable[[Any, Path], None]:
    def edit(proto: Any, folder: Path) -> None:
        del folder
        for entry in proto.graph.initializer[-1].external_data:
            if entry.key == key:
                entry.value = value

    return edit


def _link(proto: Any, folder: Path) -> None:
    del proto
    (folder / "net.onnx.data").rename(folder.parent / "elsewhere.data")
    (folder / "net.onnx.data").symlink_to(folder.parent / "elsewhere.data")


def _fifo(proto: Any, folder: Path) -> None:
    del proto
    (folder / "net.onnx.data").unlink()
    os.mkfifo(folder / "net.onnx.data")


def _cut(proto: Any, folder: Path) -> None:
    del proto
    data = (folder / "net.onnx.data").read_bytes()
    (folder / "net.onnx.data").write_bytes(data[:-1])


def _huge(proto: Any, folder: Path) -> None:
    del folder
    proto.graph.initializer[-1].dims[:] = [1 << 60]


def _twice_too_often(proto: Any, folder: Path) -> None:
    """Many tensors that name the same bytes do not make more of them than a model may have."""
    size = 1 << 26
    with (folder / "net.onnx.data").open("r+b") as file:
        file.truncate(size)
    for at in range(9):
        tensor = proto.graph.initializer.add()
        tensor.name, tensor.data_type, tensor.data_location = f"more{at}", 3, 1
        tensor.dims.append(size)
        for key, value in (("location", "net.onnx.data"), ("offset", "0"), ("length", str(size))):
            entry = tensor.external_data.add()
            entry.key, entry.value = key, value


@pytest.mark.parametrize(
    "edit",
    [
        _location("../elsewhere.data"),
        _location("FOLDER/elsewhere.data"),
        _location("sub/../../elsewhere.data"),
        _location(""),
        _location("."),
        _location("a" * 300),
        _location("nul\0byte"),
        _location("missing.data"),
        _entry("offset", "-1"),
        _entry("offset", "9" * 30),
        _entry("length", "7000"),
        _link,
        _fifo,
        _cut,
        _huge,
        _twice_too_often,
    ],
)
def test_nothing_else_is_read(edit: Callable[[Any, Path], None], tmp_path: Path) -> None:
    path, proto = _external(tmp_path / "model")
    edit(proto, path.parent)
    path.write_bytes(proto.SerializeToString())
    error = tvm_tiny.check(path)
    assert isinstance(error, ModelError)
    assert error.code == "TT1001"
    assert len(error.problems) <= 2, "one entry a file, not one a weight"
    assert "external_data=False" in str(error)


def test_a_model_without_a_folder_says_how_to_get_one_file(tmp_path: Path) -> None:
    path, proto = _external(tmp_path / "model")
    for model in (path.read_bytes(), proto):
        error = tvm_tiny.check(model)
        assert error is not None
        assert "external_data=False" in str(error)
        assert len(error.problems) == 1

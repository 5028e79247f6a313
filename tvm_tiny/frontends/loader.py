# SPDX-License-Identifier: Apache-2.0
"""One way in for every kind of model."""

from __future__ import annotations

import hashlib
import importlib
import logging
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from tvm_tiny import _tvm, plugins
from tvm_tiny.errors import ModelError, Problem, TvmTinyError, UsageError
from tvm_tiny.files.reading import UnreadableError, read_bounded
from tvm_tiny.frontends.tflite.check import inspect_tflite
from tvm_tiny.frontends.tflite.front_end import from_tflite_file
from tvm_tiny.passes.relax_module import from_relax
from tvm_tiny.stages import stage

log = logging.getLogger(__name__)

Kind = Literal["tflite", "onnx", "relax"]
Shapes = Mapping[str, tuple[int, ...]]
_FILE_LIMIT_BYTES: Final = 1 << 29
_RELAY_TEXT: Final = re.compile(rb'#\[version\s*=\s*"|^\s*def\s+@main\s*\(', re.MULTILINE)


@dataclass(frozen=True, eq=False)
class LoadedModel:
    """A model as the passes take it.

    Attributes:
        module: QDQ Relax (``relax_module``), NHWC.
        kind: what it was.
        name: a C identifier made from the file's name.
        sha256: of the file, or of a module's text with its constants.
        data: the file, None for a Relax module.
    """

    module: Any
    kind: Kind
    name: str
    sha256: str
    data: bytes | None = None


def load(
    model: Any, *, shapes: Shapes | None = None, batch: int | None = None, floats: bool = False
) -> LoadedModel:
    """Read a model.

    Args:
        model: path or bytes of a TFLite or ONNX file (contents and extension decide), an
            ``onnx.ModelProto``, a Relax ``IRModule``, or a framework's model (``frameworks``).
        shapes: static shapes by input name, for inputs with dynamic dimensions.
        batch: first extent of TFLite inputs that leave it open; None: 1.
        floats: a float32 model is wanted, not a quantised one: the module is float Relax, NHWC from
            TFLite, NCHW from ONNX.

    Raises:
        ModelError: TT1001 not a readable model, TT1002 it contradicts itself, TT1004 a Relay
            module.
        UnsupportedError: TT1101 to TT1203, it cannot be compiled; with every reason.
        UsageError: not something that can be a model.
    """
    stage("reading the model")
    plugins.installed("operators")  # importing them fills the tables
    model, shapes = of_framework(model, shapes)
    if isinstance(model, str | Path):
        path = Path(model)
        data, name = read_model(path), _identifier(path.stem)
        return _from_bytes(data, name, path.suffix.lower(), shapes, floats, batch)
    if isinstance(model, bytes | bytearray | memoryview):
        data = _in_one_file(bytes(model), "", None)
        return _from_bytes(data, "model", "", shapes, floats, batch)
    module = type(model).__module__
    if module.split(".")[:2] == ["tvm", "relay"] or _is_relay(model):
        raise _relay()
    if isinstance(model, _tvm.IRModule):
        checked = _guarded("Relax module", lambda: from_relax(model, floats=floats))
        text = str(checked.script(show_meta=True))
        return LoadedModel(checked, "relax", "model", _digest(text.encode()))
    if type(model).__name__ == "ModelProto" and hasattr(model, "SerializeToString"):
        data = _in_one_file(bytes(model.SerializeToString()), ".onnx", None)
        front_end = importlib.import_module("tvm_tiny.frontends.onnx.front_end")
        convert = front_end.from_float_onnx_model if floats else front_end.from_onnx_model
        made = _guarded("ONNX model", lambda: convert(model, shapes or {}))
        name = _identifier(str(model.graph.name))
        return LoadedModel(made, "onnx", name, _digest(data), data)
    raise UsageError(
        f"a {type(model).__name__} is not a model",
        (Problem("give a path, bytes, an onnx.ModelProto or a Relax IRModule"),),
    )


def _from_bytes(
    data: bytes, name: str, suffix: str, shapes: Shapes | None, floats: bool, batch: int | None
) -> LoadedModel:
    if data[4:8] == b"TFL3" or suffix == ".tflite":
        return LoadedModel(
            _tflite(data, floats, shapes, batch), "tflite", name, _digest(data), data
        )
    if _RELAY_TEXT.search(data[:65536]) or suffix in (".relay", ".rly"):
        raise _relay()
    if suffix not in (".onnx", ""):
        do = "give a .tflite or .onnx file"
        raise ModelError("neither a TFLite nor an ONNX file", (Problem(f"'{suffix}'", do=do),))
    front_end = importlib.import_module("tvm_tiny.frontends.onnx.front_end")
    convert = front_end.from_float_onnx_bytes if floats else front_end.from_onnx_bytes
    module = _guarded("ONNX model", lambda: convert(data, shapes or {}))
    return LoadedModel(module, "onnx", name, _digest(data), data)


def _tflite(data: bytes, floats: bool, shapes: Shapes | None, batch: int | None) -> Any:
    if floats:
        made = importlib.import_module("tvm_tiny.frontends.tflite.floats").from_float_tflite_bytes
        return _guarded("TFLite model", lambda: made(data, shapes, batch))
    file = inspect_tflite(data, shapes=shapes, batch=batch)
    return _guarded("TFLite model", lambda: from_tflite_file(file))


def _guarded(what: str, convert: Callable[[], Any]) -> Any:
    """Run a front end; whatever it raises that is not ours means a model that it cannot read."""
    try:
        return convert()
    except TvmTinyError:
        raise
    except Exception as error:
        log.debug("the front end failed", exc_info=True)
        lines = str(error).strip().splitlines()
        why = f"{type(error).__name__}: {lines[-1][:300] if lines else ''}"
        raise ModelError(
            f"the {what} cannot be converted",
            (Problem("TVM's front end refuses it", why=why),),
            code="TT1002",
        ) from error


def of_framework(model: Any, shapes: Shapes | None) -> tuple[Any, Shapes | None]:
    """A framework's model as ONNX or TFLite, its shapes fixed (``frameworks.framework_model``).

    Any other model as it is.
    """
    frameworks = importlib.import_module("tvm_tiny.frontends.frameworks")
    if frameworks.framework_of(model):
        return frameworks.framework_model(model, shapes), None
    return model, shapes


def read_model(path: Path) -> bytes:
    """A model file with the weights that an ONNX file keeps in others beside it."""
    return _in_one_file(read_file(path), path.suffix.lower(), path.parent)


def _in_one_file(data: bytes, suffix: str, folder: Path | None) -> bytes:
    if data[4:8] == b"TFL3" or suffix not in (".onnx", ""):
        return data
    external = importlib.import_module("tvm_tiny.frontends.onnx.external")
    return bytes(external.with_external_data(data, folder, _FILE_LIMIT_BYTES))


def read_file(path: Path) -> bytes:
    """The bytes of a model file; ModelError TT1001 if it cannot be read or is too large."""
    try:
        return read_bounded(path, _FILE_LIMIT_BYTES)
    except UnreadableError as error:
        do = (
            "a project folder is run on a board: tvm-tiny run FOLDER --board NAME"
            if os.path.isdir(path)
            else ""
        )
        raise ModelError(
            "cannot read the model", (Problem(str(error), str(path), do=do),)
        ) from error


def _is_relay(model: Any) -> bool:
    if not isinstance(model, _tvm.IRModule):
        return False
    return any(type(f).__module__.startswith("tvm.relay") for f in model.functions.values())


def _relay() -> ModelError:
    return ModelError(
        "this is a Relay module",
        (
            Problem(
                "Relay is no longer part of TVM",
                why="it was removed in 2024 (TVM 0.20); Relax took its place",
                do="export the original model to TFLite or ONNX (int8), or give a Relax module",
            ),
        ),
        code="TT1004",
    )


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _identifier(text: str) -> str:
    """A C identifier made from any text."""
    name = re.sub(r"[^0-9A-Za-z]+", "_", text).strip("_").lower()[:48].strip("_") or "model"
    return f"m_{name}" if name[0].isdigit() else name

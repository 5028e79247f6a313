# SPDX-License-Identifier: Apache-2.0
"""Models that live in a framework: PyTorch modules and exported programs, Keras, SavedModels.

PyTorch's own exporter writes ONNX (``torch.onnx``, extra ``torch``); LiteRT's converter, which is
part of TensorFlow, writes TFLite; Keras on PyTorch is a PyTorch module. The frameworks are looked
for in what the model is made of: nothing is imported that is not there already.
"""

from __future__ import annotations

import contextlib
import importlib
import inspect
import logging
import os
import warnings
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any, Final, Literal

from tvm_tiny.errors import ModelError, Problem, ToolchainError, UsageError

Framework = Literal["torch", "exported", "keras", "saved-model"]
_SCOPES: Final = "pkg.torch.onnx.name_scopes"
_SAVED: Final = ("saved_model.pb", "saved_model.pbtxt")


def framework_of(model: Any) -> Framework | None:
    """Which framework a model belongs to; None if it is no framework's object."""
    if isinstance(model, str | Path):
        found = any(os.path.isfile(Path(model) / name) for name in _SAVED)
        return "saved-model" if found else None
    bases = {f"{c.__module__}.{c.__qualname__}" for c in type(model).__mro__}
    if "torch.nn.modules.module.Module" in bases:
        return "torch"
    if "torch.export.exported_program.ExportedProgram" in bases:
        return "exported"
    if any(b.partition(".")[0] in ("keras", "tf_keras") and b.endswith(".Model") for b in bases):
        return "keras"
    return None


def input_names(model: Any) -> list[str] | None:
    """Names of a PyTorch module's inputs: its arguments without defaults; None for others."""
    if framework_of(model) != "torch":
        return None
    parameters = inspect.signature(model.forward).parameters.values()
    named = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [p.name for p in parameters if p.kind in named and p.default is p.empty]


def framework_model(model: Any, shapes: Mapping[str, tuple[int, ...]] | None = None) -> Any:
    """An ONNX ModelProto, or the bytes of a TFLite file, of a framework's model.

    Args:
        model: ``torch.nn.Module``, ``torch.export.ExportedProgram``, Keras model, or the path of a
            SavedModel.
        shapes: input name -> shape with a first extent of 1; a module does not say what it takes.
            With one input any name will do.

    Raises:
        UsageError: TT6003, the shapes of a module's inputs are not given.
        ModelError: TT1002, the framework's exporter refuses the model; with what it said.
        ToolchainError: TT4003, the exporter is not installed.
    """
    kind = framework_of(model)
    if kind in ("torch", "exported"):
        return _onnx_of(model, _zeros(model, shapes) if kind == "torch" else None)
    if kind == "keras" and framework_is_torch(model):
        return _onnx_of(model, _zeros(model, shapes or _keras_shapes(model)))
    return _tflite_of(model, kind)


def framework_is_torch(model: Any) -> bool:
    """Whether a Keras model computes with PyTorch: then it is a module, too."""
    return any(c.__module__.startswith("torch.nn.") for c in type(model).__mro__)


def _keras_shapes(model: Any) -> dict[str, tuple[int, ...]]:
    return {t.name: (1, *(int(d) for d in t.shape[1:])) for t in model.inputs}


def _zeros(module: Any, shapes: Mapping[str, tuple[int, ...]] | None) -> tuple[Any, ...]:
    """Example inputs of a module, on the CPU."""
    torch = importlib.import_module("torch")
    names, given = input_names(module) or ["x"], dict(shapes or {})
    if len(given) == 1 and len(names) == 1:
        given = {names[0]: next(iter(given.values()))}
    missing = [n for n in names if n not in given]
    if missing:
        do = f"shapes={{'{missing[0]}': (1, 3, 96, 96)}}, or give calibration data to quantize"
        problems = tuple(Problem("its shape is not known", f"input '{n}'", do=do) for n in missing)
        raise UsageError("a PyTorch module does not say what it takes", problems, "TT6003")
    device = next((p.device for p in module.parameters()), "cpu")
    return tuple(torch.zeros(tuple(given[n]), device=device) for n in names)


def _onnx_of(model: Any, example: tuple[Any, ...] | None) -> Any:
    """The ModelProto that ``torch.onnx`` writes; a module is left in the mode it was in."""
    for package in ("onnxscript", "torch.onnx"):
        try:
            found = importlib.import_module(package)
        except ImportError as error:
            problem = Problem(str(error), do="pip install 'tvm-tiny[torch]'")
            what = "PyTorch models need the package 'onnxscript'"
            raise ToolchainError(what, (problem,), "TT4003") from error
    training = bool(getattr(model, "training", False))
    try:
        if training:
            model.eval()
        arguments = {} if example is None else {"args": example}
        with _quietly():
            made = found.export(model, **arguments, dynamo=True, verbose=False)
        proto = made.model_proto
    except Exception as error:  # the exporter's own, and whatever the module raises
        raise _refused("PyTorch cannot export the model", error) from error
    finally:
        if training:
            model.train()
    _name_layers(proto)
    if example is not None:
        proto.graph.name = type(model).__name__
    return proto


def _name_layers(proto: Any) -> None:
    """Nodes and what they make are called after the module they come from."""
    graph = proto.graph
    taken = {t.name for t in graph.initializer} | {v.name for v in (*graph.input, *graph.output)}
    constants = {t.name for t in graph.initializer}
    renamed: dict[str, str] = {}
    for node in graph.node:
        node.name = wanted = _layer_name(node, constants)
        count = 1
        while node.name in taken:
            count += 1
            node.name = f"{wanted}_{count}"
        taken.add(node.name)
        kept = {v.name for v in graph.output}
        for place, name in enumerate(node.output):
            if name and name not in kept:
                renamed[name] = f"{node.name}:{place}" if place else node.name
                node.output[place] = renamed[name]
        for place, name in enumerate(node.input):
            node.input[place] = renamed.get(name, name)
    del graph.value_info[:]


def _layer_name(node: Any, constants: set[str]) -> str:
    """``features.0.conv`` of a node with that module's weights, else ``features.0/relu``."""
    weights = [n for n in node.input if n in constants and n.endswith(".weight")]
    if weights:
        return str(weights[0].removesuffix(".weight"))
    text = next((p.value for p in node.metadata_props if p.key == _SCOPES), "")
    scopes = [s for s in text.strip("[]").replace("'", "").split(", ") if s]
    scope = scopes[-2] if len(scopes) > 1 else ""
    return f"{scope}/{node.op_type.lower()}".lstrip("/")


def _tflite_of(model: Any, kind: str | None) -> bytes:
    """The TFLite file that LiteRT's converter makes of a Keras model or a SavedModel."""
    try:
        lite = importlib.import_module("tensorflow").lite
    except ImportError as error:
        what = "Keras models and SavedModels need LiteRT's converter, which is not installed"
        do = "pip install tensorflow-cpu, or convert the model yourself and give the .tflite file"
        raise ToolchainError(what, (Problem(str(error), do=do),), "TT4003") from error
    try:
        with _quietly():
            if kind == "saved-model":
                converter = lite.TFLiteConverter.from_saved_model(str(model))
            else:
                converter = lite.TFLiteConverter.from_keras_model(model)
            return bytes(converter.convert())
    except Exception as error:  # the converter's own
        raise _refused("LiteRT's converter refuses the model", error) from error


def _refused(what: str, error: Exception) -> ModelError:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    cause = error.__cause__
    while cause is not None:  # the first cause is what the user can do something about
        lines = [line.strip() for line in str(cause).splitlines() if line.strip()] or lines
        error, cause = cause if isinstance(cause, Exception) else error, cause.__cause__
    problem = Problem(type(error).__name__, why=" ".join(lines[:2])[:300])
    return ModelError(what, (problem,), code="TT1002")


@contextlib.contextmanager
def _quietly() -> Generator[None, None, None]:
    """Exporters log and warn about packages that nobody asked for."""
    disabled = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(disabled)

# SPDX-License-Identifier: Apache-2.0
"""Accuracy on labelled samples: float, int8 reference, host, simulator, board, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt

from tvm_tiny.arithmetic.element_types import Q8, signed_bytes
from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.frontends.onnx.floats import read_float_model
from tvm_tiny.project_spec import IoSpec, by_any_name
from tvm_tiny.report.results import Accuracy, PlaceScores
from tvm_tiny.result import Built, Progress
from tvm_tiny.run.samples import Sample, as_samples
from tvm_tiny.run.samples_on import OpenPlace, execute
from tvm_tiny.validate.reference import OnnxReference
from tvm_tiny.validate.references import reference_of
from tvm_tiny.validate.scores import Task, scores_of, task_of

Array = npt.NDArray[Any]
FLOAT: Final = "float"
REFERENCE: Final = "int8 reference"


def accuracy(
    built: Built,
    x: Any,
    labels: Any,
    *,
    on: Sequence[str | OpenPlace] = ("host",),
    float_model: Any = None,
    names: Sequence[str] = (),
    task: Task | None = None,
    reference: bool = True,
    progress: Progress | None = None,
) -> Accuracy:
    """Run labelled samples everywhere and score what comes out.

    Args:
        built: the compiled model, with one output.
        x: samples, first dimension first: of the model's own type; floats, which are quantised; or
            uint8 pixels of a model of int8, which are shifted by 128.
        labels: a class a sample; targets of the output's shape (regression); 0 and 1 (anomalies:
            the output is a score, or the input made again).
        on: places to run the generated code; see ``Artifact.run``.
        float_model: the model before quantising (what ``quantize`` takes): gets floats as they are,
            pixels as they are, integers of the model's own type as the real numbers they stand for.
        names: of the classes.
        task: what the labels mean; None: told from labels and outputs.
        reference: run the int8 reference, too (not of a Relax module, which has none).
        progress: called after every sample of every place.

    Raises:
        UsageError: TT6003 samples, TT6072 labels that do not fit, several outputs.
    """
    (output, *more) = built.spec.outputs
    if more:
        problem = Problem(f"{len(more) + 1} outputs", do="measure the one that is labelled apart")
        raise UsageError("accuracy is of models with one output", (problem,), "TT6072")
    samples = stored_samples(x, built.spec.inputs)
    wanted = _numbers(labels, "labels", "TT6072")
    inputs = np.stack([_real(s[built.spec.inputs[0].name], built.spec.inputs[0]) for s in samples])
    made: dict[str, Array] = {}
    if float_model is not None:
        made[FLOAT] = _float_outputs(built, float_model, x, samples)
    if reference and built.loaded.data is not None and built.loaded.kind != "relax":
        made[REFERENCE] = _reference_outputs(built, samples, output)
    for place in on:
        raw = execute(built, samples, place, progress=progress)
        name = place if isinstance(place, str) else getattr(place, "__name__", "elsewhere")
        made[name] = np.stack([_real(o[output.name], output) for o in raw.outputs])
    if not made:
        raise UsageError("nowhere to run", (Problem("on is empty", do="on=('host',)"),), "TT6006")
    what = task or task_of(next(iter(made.values())), wanted, inputs)
    scores = [scores_of(n, what, got, wanted, inputs) for n, got in made.items()]
    places = [_with_agreement(s, made) for s in scores]
    return Accuracy(what, len(samples), list(names), places)


def stored_samples(x: Any, specs: Sequence[IoSpec]) -> list[Sample]:
    """Samples in the types that the model takes; see ``accuracy`` for what is converted."""
    by_name = by_any_name(specs)
    if isinstance(x, Mapping):
        return as_samples({k: _stored(v, by_name[k]) if k in by_name else v
                           for k, v in x.items()}, specs)  # fmt: skip
    return as_samples(_stored(x, specs[0]) if len(specs) == 1 else x, specs)


def _numbers(value: Any, what: str, code: str) -> Array:
    """An array of numbers; UsageError with ``code`` where it is none."""
    try:
        array = np.asarray(value)
        found = f"an array of {array.dtype}" if array.dtype.kind not in "fiub" else ""
    except (TypeError, ValueError) as error:  # rows of different lengths, what is no array
        array, found = np.zeros(0), str(error)
    if found:
        problem = Problem(found, what, do="give one array of numbers")
        raise UsageError(f"{what}: no array of numbers", (problem,), code)
    return array


def _stored(value: Any, io: IoSpec) -> Array:
    array, kind = _numbers(value, f"input '{io.source}'", "TT6003"), io.elements
    if len(array.shape) == len(io.shape) and array.shape[1:] != io.shape[1:]:
        array = _with_ends(array, io.shape)
    if str(array.dtype) == io.dtype:
        return array
    if kind.is_float:
        return array.astype(np.float32)
    if array.dtype.kind == "f" and io.scale:
        steps = np.rint(array.astype(np.float64) / io.scale) + io.zero_point
        if np.isnan(steps).any():
            problem = Problem("holds values that are no numbers (NaN)", f"input '{io.source}'")
            raise UsageError("the inputs do not fit the model", (problem,), "TT6003")
        return np.clip(steps, kind.low, kind.high).astype(kind.numpy)
    return signed_bytes(array) if io.dtype == Q8.name else array


def _with_ends(array: Array, shape: tuple[int, ...]) -> Array:
    """[samples, 784] for an input of (1, 28, 28): the same numbers of a sample."""
    fits = array[0].size == int(np.prod(shape)) if len(array) else False
    return array.reshape(len(array), *shape[1:]) if fits and shape[0] == 1 else array


def _real(array: Array, io: IoSpec) -> Array:
    if io.elements.is_float or not io.scale:
        return array.astype(np.float64)
    return (array.astype(np.float64) - io.zero_point) * io.scale


def _reference_outputs(built: Built, samples: Sequence[Sample], output: IoSpec) -> Array:
    reference = reference_of(built.loaded.kind, built.loaded.data or b"")
    named = [{io.tensor_name: s[io.name] for io in built.spec.inputs} for s in samples]
    return np.stack([_real(reference.output(feed).reshape(output.shape), output) for feed in named])


def _float_outputs(built: Built, model: Any, x: Any, samples: Sequence[Sample]) -> Array:
    """Outputs of the float model, by onnxruntime."""
    read = read_float_model(model)
    session = OnnxReference(read.clean_proto().SerializeToString())
    feeds = (float_feed(built, read.inputs, x, samples, at) for at in range(len(samples)))
    return np.stack([next(iter(session.run(f).values())) for f in feeds]).astype(np.float64)


def float_feed(
    built: Built,
    inputs: Mapping[str, tuple[int, ...]],
    x: Any,
    samples: Sequence[Sample],
    at: int,
) -> dict[str, Array]:
    """A sample as the float model takes it.

    Args:
        built: the compiled model, whose inputs come in the same order.
        inputs: of the float model, name to shape.
        x: what the user gave; see ``accuracy``.
        samples: the same in the compiled model's types.
        at: which of them.

    Raises:
        UsageError: TT6003, the two models take different numbers.
    """
    feed: dict[str, Array] = {}
    for (name, shape), io in zip(inputs.items(), built.spec.inputs, strict=True):
        given = x
        if isinstance(x, Mapping):
            given = next((x[n] for n in (io.source, io.name, io.tensor) if n in x), None)
        stored = np.asarray(given)
        stored = stored if len(samples) == 1 and stored.size == io.count else stored[at]
        if str(stored.dtype) == io.dtype and stored.dtype.kind == "i":
            stored = _real(stored, io)
        if stored.size != int(np.prod(shape)):
            problem = Problem(f"input '{name}' {shape}, the samples have {stored.shape}")
            raise UsageError("the float model does not fit", (problem,), "TT6003")
        feed[name] = np.ascontiguousarray(stored, np.float32).reshape(shape)
    return feed


def _with_agreement(scores: PlaceScores, made: Mapping[str, Array]) -> PlaceScores:
    """How many outputs are the int8 reference's, to the bit."""
    if scores.place in (FLOAT, REFERENCE) or REFERENCE not in made:
        return scores
    ours, theirs = (m.reshape(len(m), -1) for m in (made[scores.place], made[REFERENCE]))
    same = float((ours == theirs).all(axis=1).mean())
    return msgspec.structs.replace(scores, agrees=same)

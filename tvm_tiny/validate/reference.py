# SPDX-License-Identifier: Apache-2.0
"""Golden references: TensorFlow Lite Micro for TFLite models, onnxruntime for QDQ ONNX models.

Both answer with the outputs by tensor name (``run``) and with every inner tensor
(``run_layers``: by tensor index for TFLite, by name for ONNX). Both packages are optional: they
come with the extra ``reference``.

How ``tflite-micro`` fails (seen on 0.dev20261023, kPreserveAllTensors):

* raises: a truncated file (``struct.error``), an input of the wrong shape or type
  (``ValueError``), an input or output index out of range (``IndexError``), an operator that is
  not registered or that refuses its parameters (``RuntimeError``; the reason goes to stderr
  and is put into our error).
* ends the process: ``GetTensor`` with an index out of range (guarded here), an arena too small
  for its tensors (the arena here is sized from the model), a depthwise convolution whose absent
  bias is written as input -1 (refused here), a model whose offsets point outside the file (TFLM
  does not verify flatbuffers). Hand it only models that a front end has accepted.
"""

from __future__ import annotations

import importlib
import os
import struct
import sys
import tempfile
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt

from tvm_tiny.errors import ModelError, Problem, ToolchainError, UnsupportedError, UsageError
from tvm_tiny.frontends.tflite.type_numbers import DTYPES

Array = npt.NDArray[Any]
_T = TypeVar("_T")
Inputs = Mapping[str, npt.ArrayLike] | Array

# The arena holds every activation once (nothing is reused in preserve-all mode), int32
# scratch of the same sizes (TRANSPOSE_CONV, reductions), TFLM's structs and a few bytes a channel.
_ARENA_BYTES_PER_ACTIVATION_BYTE: Final = 6
_ARENA_BYTES_PER_TENSOR: Final = 4096
_ARENA_BASE_BYTES: Final = 1 << 20
_ARENA_LIMIT_BYTES: Final = 1 << 31
_BIAS_INPUT: Final = 2
_SHOWN: Final = ("float32", "int32", "uint8", "int64", "bool", "int16", "int8")
"""Types of tensors that are compared."""


@dataclass(frozen=True)
class _TensorInfo:
    name: str
    shape: tuple[int, ...]
    dtype: str
    is_constant: bool

    @property
    def size_bytes(self) -> int:
        item = np.dtype(self.dtype).itemsize if self.dtype else 8
        count = 1
        for extent in self.shape:
            count *= max(extent, 1)
        return count * item


class TFLMReference:
    """A TFLite model in the ``tflite-micro`` interpreter (its reference kernels).

    Args:
        model: the model's bytes or the path of its file.
        shapes: shapes of tensors, by index, that the interpreter is to have instead of the file's:
            it believes what the file says of extents that were left open.

    Raises:
        ToolchainError: ``tflite-micro`` is not installed.
        ModelError: the bytes are not a TFLite model.
        UnsupportedError: TFLM refuses the model; the reason is what TFLM printed.
    """

    def __init__(
        self, model: bytes | Path, shapes: Mapping[int, Sequence[int]] | None = None
    ) -> None:
        data = model.read_bytes() if isinstance(model, Path) else bytes(model)
        self._model = _with_shapes(data, shapes) if shapes else data
        runtime: Any = _optional("tflite_micro.python.tflite_micro.runtime", "tflite-micro")
        graph = _Graph(self._model)
        self.tensors = graph.tensors
        self.input_indices = graph.inputs
        self.output_indices = graph.outputs
        self.activation_indices = graph.activations
        self._interpreter: Any = _guarded(
            "refuses the model",
            lambda: runtime.Interpreter.from_bytes(
                self._model,
                arena_size=_arena_bytes(graph.tensors),
                intrepreter_config=runtime.InterpreterConfig.kPreserveAllTensors,
            ),
        )

    def run(self, inputs: Inputs) -> dict[str, Array]:
        """Run once; return the outputs by tensor name, with the model's shapes and types."""
        self._invoke(inputs)
        names = [self.tensors[index].name for index in self.output_indices]
        return {
            _unique(name, index, names): np.array(self._interpreter.get_output(position))
            for position, (name, index) in enumerate(zip(names, self.output_indices, strict=True))
        }

    def run_layers(self, inputs: Inputs) -> dict[int, Array]:
        """Run once; return every activation (model inputs included) by tensor index.

        Tensors TFLM holds no data for (unused, or of a type its Python module cannot show) are
        left out.
        """
        self._invoke(inputs)
        layers: dict[int, Array] = {}
        for index in self.activation_indices:
            try:
                layers[index] = np.array(self._interpreter.GetTensor(index, 0)["tensor_data"])
            except (RuntimeError, ValueError, TypeError, IndexError):
                continue
        return layers

    def reset(self) -> None:
        """Forget what runs have left in variables."""
        self._interpreter.reset()

    def _invoke(self, inputs: Inputs) -> None:
        infos = [self.tensors[index] for index in self.input_indices]
        arrays = _match_inputs(inputs, [(i.name, i.shape, i.dtype) for i in infos])
        for position, array in enumerate(arrays):
            self._interpreter.set_input(array, position)
        _guarded("fails to run the model", self._interpreter.invoke)


class OnnxReference:
    """A QDQ ONNX model in onnxruntime, graph optimisations off (so Q and DQ stay apart).

    Args:
        model: the model's bytes or the path of its file.

    Raises:
        ToolchainError: ``onnx`` or ``onnxruntime`` is not installed.
        ModelError: the bytes are not an ONNX model that onnxruntime can load.
    """

    def __init__(self, model: bytes | Path) -> None:
        self._onnx: Any = _optional("onnx", "onnx")
        self._runtime: Any = _optional("onnxruntime", "onnxruntime")
        data = model.read_bytes() if isinstance(model, Path) else bytes(model)
        try:
            self._proto: Any = self._onnx.load_model_from_string(data)
        except Exception as error:  # protobuf raises its own, version dependent, types
            raise ModelError(f"not an ONNX model: {error}") from error
        self._session = self._open(data)
        self._layer_session: Any = None

    def run(self, inputs: Inputs) -> dict[str, Array]:
        """Run once; return the outputs by tensor name."""
        return self._run(self._session, inputs)

    def run_layers(self, inputs: Inputs) -> dict[str, Array]:
        """Run once; return every tensor that a node makes, and the inputs, by tensor name."""
        if self._layer_session is None:
            self._layer_session = self._open(self._with_all_outputs())
        arrays = self._run(self._layer_session, inputs)
        names = [value.name for value in self._session.get_inputs()]
        return dict(zip(names, self._feed(inputs).values(), strict=True)) | arrays

    def _with_all_outputs(self) -> bytes:
        proto = self._onnx.ModelProto()
        proto.CopyFrom(self._proto)
        known = {value.name for value in proto.graph.output}
        for node in proto.graph.node:
            for name in node.output:
                if name and name not in known:  # an empty name is an output left out
                    known.add(name)
                    proto.graph.output.append(self._onnx.ValueInfoProto(name=name))
        return bytes(proto.SerializeToString())

    def _open(self, data: bytes) -> Any:
        options = self._runtime.SessionOptions()
        options.graph_optimization_level = self._runtime.GraphOptimizationLevel.ORT_DISABLE_ALL
        options.log_severity_level = 4
        options.intra_op_num_threads = 1
        try:
            return self._runtime.InferenceSession(data, options, ["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime's exceptions share no public base
            raise ModelError(f"onnxruntime refuses the model: {error}") from error

    def _feed(self, inputs: Inputs) -> dict[str, Array]:
        values = self._session.get_inputs()
        specs = [(v.name, _static(v.shape), _onnx_dtype(v.type)) for v in values]
        return dict(zip([v.name for v in values], _match_inputs(inputs, specs), strict=True))

    def _run(self, session: Any, inputs: Inputs) -> dict[str, Array]:
        names = [value.name for value in session.get_outputs()]
        return dict(zip(names, session.run(names, self._feed(inputs)), strict=True))


class _Graph:
    """Tensor table, inputs, outputs and activations of the first subgraph."""

    def __init__(self, model: bytes) -> None:
        schema: Any = _optional("tflite", "tflite")
        try:
            parsed = schema.Model.GetRootAs(model, 0)
            graph = parsed.Subgraphs(0)
            self.tensors = tuple(
                _tensor_info(parsed, graph.Tensors(i), i) for i in range(graph.TensorsLength())
            )
            self.inputs = tuple(int(graph.Inputs(i)) for i in range(graph.InputsLength()))
            self.outputs = tuple(int(graph.Outputs(i)) for i in range(graph.OutputsLength()))
            ops = [graph.Operators(i) for i in range(graph.OperatorsLength())]
            made = [int(op.Outputs(j)) for op in ops for j in range(op.OutputsLength())]
            codes = [parsed.OperatorCodes(op.OpcodeIndex()) for op in ops]
            # Codes below 127 are in the old field, whichever version wrote the file.
            depthwise_code = int(schema.BuiltinOperator.DEPTHWISE_CONV_2D)
            crashes = [
                Problem("has no bias (input -1)", f"layer {i} DEPTHWISE_CONV_2D")
                for i, (op, code) in enumerate(zip(ops, codes, strict=True))
                if int(code.DeprecatedBuiltinCode()) == depthwise_code
                and op.InputsLength() > _BIAS_INPUT
                and int(op.Inputs(_BIAS_INPUT)) < 0
            ]
        except (struct.error, AttributeError, IndexError, TypeError, ValueError) as error:
            raise ModelError(f"not a TFLite model: {error}") from error
        if crashes:
            raise UnsupportedError("tflite-micro would crash on this model", tuple(crashes))
        shown = [i for i in made if not 0 <= i < len(self.tensors) or self.tensors[i].dtype]
        self.activations = tuple(dict.fromkeys([*self.inputs, *shown]))
        last = len(self.tensors) - 1
        for index in (*self.activations, *self.outputs):
            if not 0 <= index <= last:
                raise ModelError(f"tensor index {index} is outside the model's 0 to {last}")


def _with_shapes(model: bytes, shapes: Mapping[int, Sequence[int]]) -> bytes:
    """The file with other extents, written over those that are there."""
    schema: Any = _optional("tflite", "tflite")
    data = bytearray(model)
    graph = schema.Model.GetRootAs(data, 0).Subgraphs(0)
    for index, shape in shapes.items():
        tensor = graph.Tensors(index)
        if tensor.ShapeLength() == len(shape):
            tensor.ShapeAsNumpy()[:] = shape
    return bytes(data)


def _tensor_info(model: Any, tensor: Any, index: int) -> _TensorInfo:
    shape = tuple(int(tensor.Shape(i)) for i in range(tensor.ShapeLength()))
    dtype = DTYPES.get(int(tensor.Type()), "")
    return _TensorInfo(
        name=(tensor.Name() or b"").decode("utf-8", "replace") or f"tensor_{index}",
        shape=shape,
        dtype=dtype if dtype in _SHOWN else "",
        is_constant=model.Buffers(tensor.Buffer()).DataLength() > 0,
    )


def _arena_bytes(tensors: Sequence[_TensorInfo]) -> int:
    activation_bytes = sum(t.size_bytes for t in tensors if not t.is_constant)
    # Constants count by their length: TFLM keeps a multiplier and a shift a channel.
    channel_bytes = 16 * sum(max(t.shape, default=1) for t in tensors if t.is_constant)
    arena_bytes = (
        _ARENA_BASE_BYTES
        + _ARENA_BYTES_PER_ACTIVATION_BYTE * activation_bytes
        + _ARENA_BYTES_PER_TENSOR * len(tensors)
        + channel_bytes
    )
    if arena_bytes > _ARENA_LIMIT_BYTES:
        limit = _ARENA_LIMIT_BYTES
        raise UnsupportedError(
            f"the reference would need {arena_bytes} bytes for the model's tensors (limit {limit})"
        )
    return arena_bytes


def _match_inputs(inputs: Inputs, specs: Sequence[tuple[str, tuple[int, ...], str]]) -> list[Array]:
    """Order the inputs as the model has them; check names, shapes and types, all at once."""
    names = [name for name, _, _ in specs]
    if not isinstance(inputs, Mapping):
        if len(specs) != 1:
            raise UsageError(f"the model has {len(specs)} inputs: give a dict of {names}")
        inputs = {names[0]: inputs}
    problems = [
        Problem(what="no such input", where=repr(name), do=f"the model's inputs are {names}")
        for name in inputs
        if name not in names
    ]
    arrays: list[Array] = []
    for name, shape, dtype in specs:
        if name not in inputs:
            problems.append(Problem(what="input is missing", where=repr(name)))
            continue
        array = np.asarray(inputs[name])
        arrays.append(np.asarray(array, order="C"))  # of rank 0 too
        fits = len(array.shape) == len(shape) and all(
            want in (-1, got) for want, got in zip(shape, array.shape, strict=True)
        )
        if not fits or array.dtype.name != dtype:
            problems.append(
                Problem(
                    what=f"is {array.dtype.name} {array.shape}, the model wants {dtype} {shape}",
                    where=repr(name),
                )
            )
    if problems:
        raise UsageError("the inputs do not match the model", tuple(problems))
    return arrays


def _unique(name: str, index: int, names: Sequence[str]) -> str:
    return name if names.count(name) == 1 else f"{name}:{index}"


def _static(shape: Sequence[object]) -> tuple[int, ...]:
    return tuple(extent if isinstance(extent, int) else -1 for extent in shape)


def _onnx_dtype(spelling: str) -> str:
    name = spelling.removeprefix("tensor(").removesuffix(")")
    return {"float": "float32", "double": "float64"}.get(name, name)


def _optional(module: str, package: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ToolchainError(
            f"the reference needs the package {package!r}",
            (Problem(what=str(error), do="pip install 'tvm-tiny[reference]'"),),
        ) from error


def _guarded(what: str, call: Callable[[], _T]) -> _T:
    """Call into TFLM; what it prints becomes the reason of the error, or is dropped."""
    with _captured_stderr() as read:
        try:
            return call()
        except (RuntimeError, ValueError, struct.error) as error:
            printed = " / ".join(read().split("\n")).strip(" /")
            raise UnsupportedError(
                f"tflite-micro {what}", (Problem(what=str(error), why=printed),)
            ) from error


@contextmanager
def _captured_stderr() -> Generator[Callable[[], str], None, None]:
    """Point file descriptor 2 at a temporary file: native code knows no ``sys.stderr``."""
    sys.stderr.flush()
    saved = os.dup(2)
    with tempfile.TemporaryFile() as file:

        def read() -> str:
            file.seek(0)
            return file.read().decode("utf-8", "replace")

        os.dup2(file.fileno(), 2)
        try:
            yield read
        finally:
            os.dup2(saved, 2)
            os.close(saved)

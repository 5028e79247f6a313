# SPDX-License-Identifier: Apache-2.0
"""Legacy uint8 TFLite models in LiteRT's reference kernels: TensorFlow Lite Micro cannot run them.

The package ``ai-edge-litert`` (extra ``litert``) is Google's interpreter; its optimised kernels and
delegates round otherwise and are not used.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny.errors import Problem, ToolchainError, UnsupportedError

Array = npt.NDArray[Any]


class LiteRTReference:
    """A TFLite model in LiteRT, every tensor kept.

    Args:
        model: the file's bytes.

    Raises:
        ToolchainError: ``ai-edge-litert`` is not installed.
        UnsupportedError: it refuses the model.
    """

    def __init__(self, model: bytes) -> None:
        try:
            runtime: Any = importlib.import_module("ai_edge_litert.interpreter")
        except ImportError as error:
            raise ToolchainError(
                "models of uint8 are compared with LiteRT: it is not installed",
                (Problem(str(error), do="pip install 'tvm-tiny[litert]'"),),
            ) from error
        try:
            self._interpreter: Any = runtime.Interpreter(
                model_content=model,
                experimental_op_resolver_type=runtime.OpResolverType.BUILTIN_REF,
                experimental_preserve_all_tensors=True,
                num_threads=1,
            )
            self._interpreter.allocate_tensors()
        except (RuntimeError, ValueError) as error:
            problem = Problem(str(error).strip().splitlines()[-1])
            raise UnsupportedError("LiteRT refuses the model", (problem,)) from error

    def run_layers(self, inputs: Mapping[str, Array]) -> dict[int, Array]:
        """Run once; every tensor that has contents, by tensor index.

        Args:
            inputs: by tensor name, in the model's types.
        """
        for detail in self._interpreter.get_input_details():
            self._interpreter.set_tensor(detail["index"], np.asarray(inputs[detail["name"]]))
        self._interpreter.invoke()
        layers: dict[int, Array] = {}
        for detail in self._interpreter.get_tensor_details():
            try:
                layers[int(detail["index"])] = self._interpreter.get_tensor(detail["index"])
            except (ValueError, RuntimeError):
                continue
        return layers

    def output(self, inputs: Mapping[str, Array]) -> Array:
        """Run once; the first output."""
        self.run_layers(inputs)
        first = self._interpreter.get_output_details()[0]
        return np.array(self._interpreter.get_tensor(first["index"]))

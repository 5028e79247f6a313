# SPDX-License-Identifier: Apache-2.0
"""What a generated project is about: the compiler fills it in, the project and the runners read it.

Plain frozen data, so that a project can be rendered, built and run without the compiler.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tvm_tiny.arithmetic.element_types import ElementType, element_type


@dataclass(frozen=True)
class IoSpec:
    """One input or output of the model.

    Attributes:
        name: C identifier, the member of the ``inputs`` or ``outputs`` struct.
        source: what users call it: its name in the model's signature, else the tensor's name.
        shape: dimensions, NHWC for images.
        dtype: one of ``arithmetic.element_types``.
        count: elements, the product of the shape.
        scale: real value = (q - zero_point) * scale; 1.0 for float32.
        zero_point: 0 for float32.
        tensor: the tensor's name in the user's model where ``source`` is the signature's, else "".
    """

    name: str
    source: str
    shape: tuple[int, ...]
    dtype: str
    count: int
    scale: float = 1.0
    zero_point: int = 0
    tensor: str = ""

    @property
    def tensor_name(self) -> str:
        """Name of the tensor in the user's model."""
        return self.tensor or self.source

    @property
    def elements(self) -> ElementType:
        """What its elements are."""
        return element_type(self.dtype)

    @property
    def size_bytes(self) -> int:
        """Size of the tensor in bytes."""
        return self.count * self.elements.bytes

    @property
    def c_type(self) -> str:
        """C type of an element."""
        return self.elements.c_name


def by_any_name(specs: Sequence[IoSpec]) -> dict[str, IoSpec]:
    """Inputs or outputs by every name that users may give: the model's before that of C."""
    tensors = {s.tensor: s for s in specs if s.tensor}
    return tensors | {s.name: s for s in specs} | {s.source: s for s in specs}


@dataclass(frozen=True)
class TrainingSpec:
    """What a model that learns has besides: ``<model>_train_step``, ``_export``, ``_import``.

    Attributes:
        label: int32, or the target: of the output's type.
        classes: of the label; 0: it is a target.
        learned_bytes: of what export writes.
    """

    label: IoSpec
    classes: int
    learned_bytes: int


@dataclass(frozen=True)
class ProjectSpec:
    """A compiled model, ready to be written as a C project.

    Attributes:
        model: C identifier and prefix of every external symbol.
        version: version of tvm_tiny.
        model_sha256: SHA-256 of the model file, hexadecimal.
        inputs: in the order of the model.
        outputs: in the order of the model.
        arena_bytes: size of the caller's arena.
        arena_align: alignment of the arena in bytes.
        layers: number of layers reported by the trace (indices 0 to layers - 1).
        files: relative path -> text of the model's own sources (``include/<model>.h``, ``src/*``).
        core: name of the core, see ``tvm_tiny.targets``.
        row_fed: there is also ``<model>_push_rows``.
        state_bytes: of what lasts from run to run, 0 for none; there is also ``<model>_reset``.
        headers: of micro-kernels that the model needs.
        training: of a model that learns.
    """

    model: str
    version: str
    model_sha256: str
    inputs: tuple[IoSpec, ...]
    outputs: tuple[IoSpec, ...]
    arena_bytes: int
    arena_align: int
    layers: int
    files: Mapping[str, str] = field(repr=False)
    core: str = "cortex-m7"
    row_fed: bool = False
    state_bytes: int = 0
    headers: tuple[str, ...] = ()
    training: TrainingSpec | None = None

    @property
    def prefix(self) -> str:
        """Prefix of the model's macros."""
        return self.model.upper()

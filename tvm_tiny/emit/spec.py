# SPDX-License-Identifier: Apache-2.0
"""What a generated project is about: the compiler fills it in, the project and the runners read it.

Plain frozen data, so that a project can be rendered, built and run without the compiler.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

ITEM_BYTES: Mapping[str, int] = {"int8": 1, "float32": 4}
"""Bytes of an element of an input or output."""

C_TYPE: Mapping[str, str] = {"int8": "int8_t", "float32": "float"}
"""C type of an element of an input or output."""


@dataclass(frozen=True)
class IoSpec:
    """One input or output of the model.

    Attributes:
        name: C identifier, the member of the ``inputs`` or ``outputs`` struct.
        source: the tensor's name in the user's model.
        shape: dimensions, NHWC for images.
        dtype: ``int8`` or ``float32``.
        count: elements, the product of the shape.
        scale: real value = (q - zero_point) * scale; 1.0 for float32.
        zero_point: 0 for float32.
    """

    name: str
    source: str
    shape: tuple[int, ...]
    dtype: str
    count: int
    scale: float = 1.0
    zero_point: int = 0

    @property
    def size_bytes(self) -> int:
        """Size of the tensor in bytes."""
        return self.count * ITEM_BYTES[self.dtype]

    @property
    def c_type(self) -> str:
        """C type of an element."""
        return C_TYPE[self.dtype]


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

    @property
    def prefix(self) -> str:
        """Prefix of the model's macros."""
        return self.model.upper()

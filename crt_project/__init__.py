# SPDX-License-Identifier: Apache-2.0
"""The C project round a compiled model: headers, build files, bench, ports.

Static files are copied as they are, ``.jinja`` files are rendered whole; nothing depends on the
time, the machine or the folder, so the same model gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from tvm_tiny.errors import TvmTinyError
from tvm_tiny.targets import load_core

if TYPE_CHECKING:
    from tvm_tiny.project_spec import IoSpec, ProjectSpec

_HERE = Path(__file__).parent

STATIC_FILES = (
    "include/tvm_tiny.h",
    "include/tvm_tiny_channels.h",
    "include/tvm_tiny_compact.h",
    "include/tvm_tiny_core_single_issue.h",
    "include/tvm_tiny_depthwise.h",
    "include/tvm_tiny_depthwise_by3.h",
    "include/tvm_tiny_depthwise_by4.h",
    "include/tvm_tiny_depthwise_by5.h",
    "include/tvm_tiny_depthwise_bytes.h",
    "include/tvm_tiny_depthwise_direct.h",
    "include/tvm_tiny_depthwise_direct_dual.h",
    "include/tvm_tiny_depthwise_direct_rows_dual.h",
    "include/tvm_tiny_depthwise_fours.h",
    "include/tvm_tiny_depthwise_fours_dual.h",
    "include/tvm_tiny_depthwise_gather.h",
    "include/tvm_tiny_depthwise_large.h",
    "include/tvm_tiny_depthwise_large5_dual.h",
    "include/tvm_tiny_depthwise_large5_single.h",
    "include/tvm_tiny_depthwise_large7_dual.h",
    "include/tvm_tiny_depthwise_large7_single.h",
    "include/tvm_tiny_depthwise_large_dual.h",
    "include/tvm_tiny_depthwise_large_single.h",
    "include/tvm_tiny_depthwise_narrow.h",
    "include/tvm_tiny_depthwise_single_by3.h",
    "include/tvm_tiny_depthwise_single_by4.h",
    "include/tvm_tiny_depthwise_single_by5.h",
    "include/tvm_tiny_depthwise_single_gather.h",
    "include/tvm_tiny_depthwise_single_narrow.h",
    "include/tvm_tiny_dsp.h",
    "include/tvm_tiny_dsp_asm.h",
    "include/tvm_tiny_dsp_gather.h",
    "include/tvm_tiny_dsp_product.h",
    "include/tvm_tiny_dsp_single.h",
    "include/tvm_tiny_dsp_straight.h",
    "include/tvm_tiny_elementwise.h",
    "include/tvm_tiny_int16.h",
    "include/tvm_tiny_kernels.h",
    "include/tvm_tiny_pool.h",
    "include/tvm_tiny_size_begin.h",
    "include/tvm_tiny_size_end.h",
    "include/tvm_tiny_small.h",
    "include/tvm_tiny_softmax.h",
    "include/tvm_tiny_vector.h",
    "include/tvm_tiny_wide.h",
    "include/tvm_tiny_winograd.h",
    "include/tvm_tiny_winograd_dual.h",
    "include/tvm_tiny_winograd_single.h",
    "bench/port.h",
    "device/tvm_tiny_device.c",
    "device/tvm_tiny_device.h",
    "device/tvm_tiny_link.c",
    "device/tvm_tiny_link.h",
    "device/tvm_tiny_port.h",
    "device/tvm_tiny_th.c",
    "ports/cortex-m/link.ld",
    "ports/cortex-m/memory.c",
    "ports/cortex-m/start.c",
    "ports/host/port.c",
    "ports/host/serial.c",
    "ports/host/trace.c",
    "ports/host/trace.h",
    "ports/loopback/device.c",
    "ports/loopback/loopback.h",
    "ports/mps2-an500/inputs.c",
    "ports/mps2-an500/link.ld",
    "ports/mps2-an500/semihosting.c",
    "ports/mps2-an500/start.c",
    "ports/mps2-an500/uart.c",
    "ports/simulator/port.c",
)
"""Files of every project, copied."""

FURTHER_HEADERS = (
    "include/tvm_tiny_detection.h",
    "include/tvm_tiny_dot.h",
    "include/tvm_tiny_dot16.h",
    "include/tvm_tiny_int16_depthwise.h",
    "include/tvm_tiny_int16_paired.h",
    "include/tvm_tiny_learned_dsp.h",
    "include/tvm_tiny_queue.h",
    "include/tvm_tiny_recurrent.h",
    "include/tvm_tiny_signal.h",
    "include/tvm_tiny_svdf.h",
    "include/tvm_tiny_floats.h",
    "include/tvm_tiny_functions.h",
    "include/tvm_tiny_layer_norm.h",
    "include/tvm_tiny_matmul.h",
    "include/tvm_tiny_training.h",
    "include/tvm_tiny_training_dsp.h",
)
"""Files of the projects that need them (``ProjectSpec.headers``), copied."""

TEMPLATES = (
    "CMakeLists.txt",
    "CMakePresets.json",
    "Makefile",
    "README.md",
    "bench/main.c",
    "cmake/gcc.cmake",
    "cmake/zig.cmake",
    "device/main.c",
    "ports/cortex-m/main.c",
)
"""Files of every project, rendered from ``<name>.jinja``."""

BOARD_TEMPLATES = ("boards/link.ld", "boards/start.c")
"""Files of a project for a board, rendered from ``<name>.jinja``."""

BOARD_PARTS = tuple(f"boards/boot_{kind}.c.jinja" for kind in ("imxrt", "rp2040", "rp2350"))
"""What those include."""

_ARENA_SECTION = 'TVM_TINY_PORT_SECTION(".bss.tvm_tiny_arena") '
"""Linker scripts of boards look for it; the others treat it like the rest of .bss."""

_SRAM_BYTES = 3_670_016
"""What the bench takes of the 4 MiB of SRAM on mps2-an500; the rest is for the stack."""


def _bench_sections(spec: ProjectSpec) -> dict[str, str]:
    """Where the bench puts its arrays: SRAM while it lasts, then PSRAM."""
    left = _SRAM_BYTES

    def take(size_bytes: int) -> str:
        nonlocal left
        if size_bytes > left:
            return 'TVM_TINY_PORT_SECTION(".psram") '
        left -= size_bytes
        return ""

    return {
        "arena_section": take(spec.arena_bytes) or _ARENA_SECTION,
        "input_section": take(sum(t.size_bytes for t in spec.inputs)),
        "output_section": take(sum(t.size_bytes for t in spec.outputs)),
    }


def _parameters(tensors: tuple[IoSpec, ...], qualifier: str) -> str:
    """C parameter list for pointers to the tensors."""
    return ", ".join(f"{qualifier}{t.c_type} *{t.name}" for t in tensors)


def render(spec: ProjectSpec) -> dict[str, str]:
    """All files of the project except the model's own: relative path -> text.

    Raises:
        UsageError: TT6002, the core is unknown.
    """
    # Late: importing a module of the server beside this one must not cost the compiler.
    from tvm_tiny.crt_project.device_values import device_values
    from tvm_tiny.files.templates import templates

    environment = templates(_HERE)
    values: dict[str, object] = {
        "spec": spec,
        "model": spec.model,
        "prefix": spec.prefix,
        "inputs": spec.inputs,
        "outputs": spec.outputs,
        "arena_align": spec.arena_align,
        "core": load_core(spec.core),
        "read_parameters": _parameters(spec.inputs, ""),
        "use_parameters": _parameters(spec.outputs, "const "),
        "example_parameters": ", ".join(
            [_parameters(spec.inputs, "const "), _parameters(spec.outputs, "")]
        ),
        "device": device_values(spec),
        **_bench_sections(spec),
    }
    needed = {f"include/{name}" for name in spec.headers}
    static = (*STATIC_FILES, *(name for name in FURTHER_HEADERS if name in needed))
    files = {name: (_HERE / name).read_text(encoding="utf-8") for name in static}
    for name in TEMPLATES:
        files[name] = environment.get_template(f"{name}.jinja").render(values)
    return dict(sorted(files.items()))


def render_board(values: Mapping[str, object]) -> dict[str, str]:
    """Linker script and start-up code of a board: file name -> text; see ``boards.rendering``."""
    from tvm_tiny.files.templates import templates

    environment = templates(_HERE)
    return {
        PurePosixPath(name).name: environment.get_template(f"{name}.jinja").render(values)
        for name in BOARD_TEMPLATES
    }


def write_project(spec: ProjectSpec, directory: Path) -> list[Path]:
    """Write the whole project, the model's files included, to a folder.

    Returns:
        The files written, sorted.

    Raises:
        TvmTinyError: TT9000, a generated path leads out of the folder or clashes.
        OSError: the folder cannot be written.
    """
    files = render(spec)
    clashes = sorted(files.keys() & spec.files.keys())
    if clashes:
        raise TvmTinyError(f"generated twice: {', '.join(clashes)}")
    written: list[Path] = []
    for name, text in sorted({**files, **spec.files}.items()):
        relative = PurePosixPath(name)
        if relative.is_absolute() or ".." in relative.parts:
            raise TvmTinyError(f"path leads out of the project: {name}")
        path = directory.joinpath(*relative.parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8"))
        written.append(path)
    return written

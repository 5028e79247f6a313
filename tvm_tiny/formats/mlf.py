# SPDX-License-Identifier: Apache-2.0
"""Model Library Format: the archive that microTVM's tools exchange, here version 7.

Source: what the Project API client of TVM 0.16 writes and reads. The archive is a function of the
model: members sorted, owner root, times zero, so that the same build gives the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from tvm_tiny import _tvm
from tvm_tiny.boards.open_project import start_files
from tvm_tiny.files.writing import write_file
from tvm_tiny.formats.alias import MODULE, alias_header, alias_source
from tvm_tiny.formats.origin import note_made
from tvm_tiny.project_spec import IoSpec
from tvm_tiny.result import Built
from tvm_tiny.targets import load_core

MLF_VERSION = 7
_DEVICE_CPU = 1
"""DLPack's kDLCPU."""
_EXPORTED = "1970-01-01 00:00:00Z"
"""The format wants a date; ours is none, so that archives can be compared."""


def export_mlf(built: Built, files: Mapping[str, str], path: str | Path) -> Path:
    """Write the archive.

    Args:
        built: a compiled model.
        files: its project folder, see ``Contents``.
        path: the file to write, by custom ``model.tar``; an existing one is replaced.

    Returns:
        The file.

    Raises:
        UsageError: TT6010, it cannot be written.
    """
    target = Path(path)
    data = mlf_bytes(built, files)
    write_file(target, data)
    note_made(hashlib.sha256(data).hexdigest())
    return target


def mlf_bytes(built: Built, files: Mapping[str, str]) -> bytes:
    """The archive as bytes."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, data in sorted(_members(built, files).items()):
            member = tarfile.TarInfo(f"./{name}")
            member.size = len(data)
            member.mode = 0o644
            member.uname = member.gname = "root"
            tar.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


def _members(built: Built, files: Mapping[str, str]) -> dict[str, bytes]:
    """Path in the archive to contents."""
    compiled, spec = built.compiled, built.spec
    texts: dict[str, str] = {}
    for name, text in {**start_files(spec), **files}.items():
        if name in spec.files:
            texts[f"codegen/host/{name}"] = text
        else:
            texts[f"runtime/{name}"] = text
    texts[f"codegen/host/include/tvmgen_{MODULE}.h"] = alias_header(spec)
    texts[f"codegen/host/src/tvmgen_{MODULE}.c"] = alias_source(spec)
    texts[f"src/{MODULE}.relax"] = str(compiled.module.script(show_meta=False)) + "\n"
    metadata = msgspec.json.format(msgspec.json.encode(_metadata(built)), indent=2)
    parameters = {t.name: t.data for t in compiled.graph.constants()}
    return {
        **{name: text.encode() for name, text in texts.items()},
        "metadata.json": metadata + b"\n",
        f"parameters/{MODULE}.params": _tvm.save_parameters(parameters),
    }


def _metadata(built: Built) -> dict[str, Any]:
    spec = built.spec
    core = load_core(spec.core)
    module = {
        "model_name": MODULE,
        "export_datetime": _EXPORTED,
        "target": [f"c -keys=arm_cpu,cpu -mcpu={spec.core} -model={spec.core}"],
        "executors": ["aot"],
        "style": "full-model",
        "memory": {"functions": _memory(built)},
        "external_dependencies": [
            {
                "short_name": "tvm_tiny_runtime",
                "url": "./runtime",
                "url_type": "mlf_path",
                "version_spec": spec.version,
            }
        ],
        # Ours, beyond the format: what a project needs to be built and called.
        "tvm_tiny": {
            "version": spec.version,
            "model": spec.model,
            "model_sha256": spec.model_sha256,
            "core": spec.core,
            "gcc_flags": list(core.gcc_flags),
            "zig_flags": list(core.zig_flags),
            "arena_bytes": spec.arena_bytes,
            "arena_align": spec.arena_align,
            "layers": spec.layers,
            "row_fed": spec.row_fed,
            "inputs": [_tensor(t) for t in spec.inputs],
            "outputs": [_tensor(t) for t in spec.outputs],
        },
    }
    return {"version": MLF_VERSION, "modules": {MODULE: module}}


def _tensor(tensor: IoSpec) -> dict[str, Any]:
    return {
        "name": tensor.name,
        "source": tensor.source,
        "shape": list(tensor.shape),
        "dtype": tensor.dtype,
        "scale": tensor.scale,
        "zero_point": tensor.zero_point,
    }


def _memory(built: Built) -> Mapping[str, Any]:
    """Sizes in bytes, of the whole and of each kernel."""
    emitted, spec = built.compiled.emitted, built.spec
    workspace: dict[str, int] = {}
    for node, kernel in emitted.layer_kernels.items():
        needed = built.scratch_bytes.get(node, 0)
        workspace[kernel.kernel] = max(workspace.get(kernel.kernel, 0), needed)
    main = {
        "device": _DEVICE_CPU,
        "workspace_size_bytes": spec.arena_bytes,
        "constants_size_bytes": sum(a.nbytes for a in emitted.arrays),
        "io_size_bytes": sum(t.size_bytes for t in (*spec.inputs, *spec.outputs)),
        "inputs": {t.name: {"dtype": t.dtype, "size": t.size_bytes} for t in spec.inputs},
        "outputs": {t.name: {"dtype": t.dtype, "size": t.size_bytes} for t in spec.outputs},
    }
    operators = [
        {
            "function_name": name,
            "workspace": [{"device": _DEVICE_CPU, "workspace_size_bytes": size}],
        }
        for name, size in sorted(workspace.items())
    ]
    return {"main": [main], "operator_functions": operators}

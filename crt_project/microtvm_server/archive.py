# SPDX-License-Identifier: Apache-2.0
"""Reading a Model Library Format archive that anybody may have made."""

from __future__ import annotations

import hashlib
import io
import json
import re
import tarfile
import typing
from pathlib import Path

from .files import made_here, read_bounded
from .rpc import ServerError

MAX_ARCHIVE_BYTES = 256 << 20
MAX_MEMBERS = 4096
_MAX_MEMBER_BYTES = 128 << 20
_MAX_METADATA_BYTES = 4 << 20
_VERSIONS = (7,)
_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]{0,99}")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,99}")
# Flags reach a compiler: only such as choose a core.
_FLAG = re.compile(r"-m[a-z0-9-]+(=[a-z0-9_.+-]+)?|-target|thumb-freestanding-eabi(hf)?")

# Where members of the archive go in a project; everything else stays in model.tar.
_PLACES = (("codegen/host/", ""), ("runtime/", ""))


class Project(typing.NamedTuple):
    """What a project is made from.

    Attributes:
        model: prefix of the C symbols.
        core: name of the core.
        gcc_flags: that choose the core.
        zig_flags: the same for zig.
        files: path in the project to contents.
        archive: the archive itself.
    """

    model: str
    core: str
    gcc_flags: tuple[str, ...]
    zig_flags: tuple[str, ...]
    files: typing.Mapping[str, bytes]
    archive: bytes


def read_archive(path: Path) -> Project:
    """Read everything that a project needs, into memory, within bounds.

    Raises:
        ServerError: no archive of ours, or one that is damaged, too large or unsafe.
    """
    data = read_bounded(path, MAX_ARCHIVE_BYTES, "the archive")
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as tar:
            members = _members(tar)
    except (OSError, tarfile.TarError, EOFError, ValueError, OverflowError) as err:
        raise ServerError(f"cannot read the archive: {err}") from err
    return _project(members, data)


def check_origin(project: Project, trusted: bool) -> None:
    """Refuse an archive whose C somebody else may have written, unless the user says so.

    Compiling C and running what comes of it means doing what its author wants.

    Raises:
        ServerError: tvm_tiny did not export it for this user on this computer.
    """
    if not trusted and not made_here(hashlib.sha256(project.archive).hexdigest()):
        raise ServerError(
            "tvm_tiny did not export this archive on this computer: who builds and runs it does"
            " what its C says. If you trust who made it: -o trust_archive=true"
        )


def _members(tar: tarfile.TarFile) -> dict[str, bytes]:
    """Name without ``./`` to contents."""
    out: dict[str, bytes] = {}
    for count, member in enumerate(tar):
        if count >= MAX_MEMBERS:
            raise ServerError(f"the archive has more than {MAX_MEMBERS} members")
        if member.isdir():
            continue
        name = member.name[2:] if member.name.startswith("./") else member.name
        if not member.isreg() or not all(_PART.fullmatch(part) for part in name.split("/")):
            raise ServerError(f"the archive has an unsafe member: {member.name!r:.200}")
        if name in out:
            raise ServerError(f"the archive has {name} twice")
        # A sparse member may claim to be larger than the archive.
        if member.size > _MAX_MEMBER_BYTES or member.issparse():
            raise ServerError(f"the archive's member {name} is too large")
        handle = tar.extractfile(member)
        out[name] = handle.read() if handle else b""
        if len(out[name]) != member.size:
            raise ServerError(f"the archive ends within {name}")
    return out


def _project(members: typing.Mapping[str, bytes], archive: bytes) -> Project:
    info = _metadata(members.get("metadata.json"))
    files: dict[str, bytes] = {}
    for name, data in members.items():
        for prefix, place in _PLACES:
            target = place + name[len(prefix) :]
            if name.startswith(prefix) and not _is_ours(target):
                if target in files:
                    raise ServerError(f"the archive has {target} in two places")
                files[target] = data
    model = info.get("model")
    if not isinstance(model, str) or not _NAME.fullmatch(model):
        raise ServerError("metadata.json: 'model' is not a name")
    for needed in (f"include/{model}.h", "include/tvm_tiny.h"):
        if needed not in files:
            raise ServerError(f"the archive lacks {needed}")
    return Project(
        model=model,
        core=_core(info.get("core")),
        gcc_flags=_flags(info, "gcc_flags"),
        zig_flags=_flags(info, "zig_flags"),
        files=files,
        archive=archive,
    )


def _is_ours(target: str) -> bool:
    """Whether a member would replace the server, or lie where its programs run: never taken."""
    return target.endswith((".py", ".pyc", ".sh")) or target.startswith(
        ("microtvm_server/", "build/")
    )


def _metadata(data: bytes | None) -> typing.Mapping[str, typing.Any]:
    """Our own part of the metadata."""
    if data is None or len(data) > _MAX_METADATA_BYTES:
        raise ServerError("the archive has no metadata.json, or one larger than 4 MiB")
    try:
        content = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as err:
        raise ServerError("metadata.json is not JSON") from err
    if not isinstance(content, dict) or content.get("version") not in _VERSIONS:
        raise ServerError("metadata.json: not Model Library Format version 7")
    modules = content.get("modules")
    if not isinstance(modules, dict) or len(modules) != 1:
        raise ServerError("metadata.json: not one module")
    (module,) = modules.values()
    ours = module.get("tvm_tiny") if isinstance(module, dict) else None
    if not isinstance(ours, dict):
        raise ServerError(
            "the archive was not made by tvm_tiny: use Artifact.export_mlf,"
            " or tvm-tiny build --format mlf"
        )
    return ours


def _core(value: typing.Any) -> str:
    if not isinstance(value, str) or not _PART.fullmatch(value):
        raise ServerError("metadata.json: 'core' is not a name")
    return value


def _flags(info: typing.Mapping[str, typing.Any], key: str) -> tuple[str, ...]:
    flags = info.get(key)
    good = isinstance(flags, list) and all(isinstance(f, str) and _FLAG.fullmatch(f) for f in flags)
    if not good or not flags:
        raise ServerError(f"metadata.json: '{key}' has more than flags of a core")
    return tuple(flags)

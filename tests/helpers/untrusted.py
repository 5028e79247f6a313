# SPDX-License-Identifier: Apache-2.0
"""Every kind of untrusted input: examples, how it is read, how it is damaged, and a corpus.

Reading must end in success or in an error of ours. The corpus (``tests/corpus``) has, for each kind
and each way in which reading ended, the smallest input that did so; ``grow`` adds to it what a fuzz
finds. It seeds the next fuzz, and a test reads all of it.
"""

from __future__ import annotations

import io
import random
import re
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from paths import ROOT

import tvm_tiny
from tvm_tiny.boards.data import load_board
from tvm_tiny.crt_project.microtvm_server.archive import read_archive
from tvm_tiny.crt_project.microtvm_server.rpc import RpcError
from tvm_tiny.device.framing import Frame, FrameDecoder, Kind, encode
from tvm_tiny.errors import ExitCode, TvmTinyError
from tvm_tiny.files.arrays import pack_arrays, read_arrays
from tvm_tiny.formats.mlf import mlf_bytes
from tvm_tiny.report.model import to_json
from tvm_tiny.report.saved import read_report
from tvm_tiny.targets import read_core
from tvm_tiny.testing.net import Net
from tvm_tiny.testing.onnx_models import mlp_qdq, tiny_qdq
from tvm_tiny.tuning.database import load_database, shipped_database
from tvm_tiny.tuning.journal import TRIALS, Journal, TrialLine
from tvm_tiny.tuning.programs import Outcome

CORPUS = ROOT / "tests" / "corpus"
MOST_BYTES = 6000
"""Of an input that the corpus takes, compressed."""
MOST_INPUTS = 40
"""Of a kind."""
Read = Callable[[Path], object]


@dataclass(frozen=True)
class Untrusted:
    """A kind of input.

    Attributes:
        name: in reports, and of its corpus.
        file: name of the file that is read.
        seeds: undamaged examples, made when they are needed.
        read: reads such a file.
    """

    name: str
    file: str
    seeds: Callable[[], list[bytes]]
    read: Read


def damaged(rng: random.Random, data: bytes) -> bytes:
    """Some bytes changed, a piece cut, doubled or zeroed."""
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 8))):
        at, size = rng.randrange(len(out)), rng.choice((1, 2, 4, 4, 16, 200))
        kind = rng.randrange(5)
        if kind == 0:
            out[at] ^= 1 << rng.randrange(8)
        elif kind == 1:
            out[at : at + size] = rng.randbytes(size)
        elif kind == 2:
            out[at : at + size] = rng.choice((b"\0", b"\xff")) * size
        elif kind == 3:
            out[at:at] = out[at : at + size]
        else:
            del out[at : at + (size if rng.random() < 0.7 else len(out))]
        if not out:
            return b""
    return bytes(out)


def outcome(kind: Untrusted, data: bytes, folder: Path) -> str:
    """How reading ended: "read", or the error's code and first problem without names and numbers.

    Raises:
        Exception: whatever reading raised that is no error of ours; that is a fault.
    """
    path = folder / kind.file
    path.write_bytes(data)
    try:
        kind.read(path)
    except TvmTinyError as error:
        if error.exit_code is ExitCode.INTERNAL:
            raise
        first = error.problems[0] if error.problems else None
        said = f"{first.what}: {first.why}" if first else error.message
        return f"{error.code} {_form(said)}"
    except RpcError as error:
        return f"refused {_form(str(error))}"
    return "read"


def _form(text: str) -> str:
    """A message without what differs from input to input."""
    text = re.sub(r"'[^'\n]*'|\"[^\"\n]*\"|/\S+", "'..'", text)
    return re.sub(r"[\d,.]+|0x[0-9a-f]+", "N", text).splitlines()[0][:80]


def corpus(name: str) -> dict[str, bytes]:
    """Way of ending -> the smallest input that ended so."""
    path = CORPUS / f"{name}.zip"
    if not path.exists():
        return {}
    with zipfile.ZipFile(path) as archive:
        return {str(i.comment, "utf-8"): archive.read(i) for i in archive.infolist()}


def grow(name: str, found: Mapping[str, bytes]) -> int:
    """Add inputs that ended in new ways, or smaller ones; returns how many. Same in, same out."""
    have = corpus(name)
    new = {
        how: data
        for how, data in found.items()
        if len(zlib.compress(data)) <= MOST_BYTES
        and (how not in have or len(data) < len(have[how]) // 2)
    }
    if new:
        CORPUS.mkdir(exist_ok=True)
        with zipfile.ZipFile(CORPUS / f"{name}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            kept = sorted(list({**have, **new}.items())[:MOST_INPUTS])
            for number, (how, data) in enumerate(kept):
                info = zipfile.ZipInfo(f"{number:03d}")
                info.comment = how.encode()
                info.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(info, data)
    return len(new)


def _small_tflite() -> bytes:
    net = Net("small", 0)
    x = net.input((1, 6, 6, 2))
    skip = net.conv(x, 4, kernel=2, activation="RELU", name="conv")
    x = net.add(net.depthwise(skip, kernel=2, name="depthwise"), skip, name="add")
    x = net.global_mean(net.average_pool(x, 3, name="pool"), keep_dims=False, name="mean")
    return net.finish(net.unary("SOFTMAX", net.dense(x, 3, name="dense"), name="softmax"))


def _arrays() -> list[bytes]:
    packed, plain = io.BytesIO(), io.BytesIO()
    np.savez_compressed(packed, x=np.arange(300.0), y=np.ones(9, np.int8))
    np.save(plain, np.arange(12, dtype=np.int8).reshape(3, 4))
    return [packed.getvalue(), pack_arrays({"x": np.ones(30)}), plain.getvalue()]


def _external() -> list[bytes]:
    """An ONNX model whose weights lie beside it, in a file that ``_load_external`` makes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "net.onnx"
        onnx.save(
            onnx.load_from_string(mlp_qdq()),
            str(path),
            save_as_external_data=True,
            location="weights.bin",
            size_threshold=0,
        )
        return [path.read_bytes()]


def _load_external(path: Path) -> object:
    (path.parent / "weights.bin").write_bytes(bytes(range(256)) * 64)
    return _check(path)


def _built_report() -> list[bytes]:
    return [to_json(tvm_tiny.build(_small_tflite(), name="small").report).encode()]


def _archive() -> list[bytes]:
    """An archive of ours, and one without sources, for damage to hit what describes it."""
    built = tvm_tiny.build(_small_tflite(), name="small")
    whole, small = mlf_bytes(built, built.files), io.BytesIO()
    with (
        tarfile.open(fileobj=io.BytesIO(whole)) as ours,
        tarfile.open(fileobj=small, mode="w") as tar,
    ):
        for member in ours:
            if member.name.endswith(".json"):
                tar.addfile(member, ours.extractfile(member))
    return [whole, small.getvalue()]


def _database() -> list[bytes]:
    shipped = shipped_database("cortex-m7")
    return [shipped.read_bytes()] if shipped is not None else [b"{}"]


def _journal() -> list[bytes]:
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal(Path(folder))
        for at in range(3):
            journal.add(TrialLine(f"key{at}", f"layer{at}", "choice", Outcome(100 + at, "digest")))
        return [(Path(folder) / TRIALS).read_bytes()]


def _frames() -> list[bytes]:
    made = [Frame(kind, 3 + at, 77, bytes(range(at * 9))) for at, kind in enumerate(Kind)]
    return [b"".join(map(encode, made)) + b"text m-ready\r\n" + encode(made[0])]


def _read_frames(path: Path) -> object:
    data, decoder = path.read_bytes(), FrameDecoder()
    return [decoder.feed(data[at : at + 7]) for at in range(0, len(data), 7)], decoder.text


def _folder(name: str) -> Callable[[], list[bytes]]:
    return lambda: [(ROOT / "tvm_tiny" / "targets" / name).read_bytes()]


def kinds() -> Iterator[Untrusted]:
    """All of them."""
    yield Untrusted("tflite", "m.tflite", lambda: [_small_tflite()], _check)
    yield Untrusted("onnx", "m.onnx", lambda: [tiny_qdq(), mlp_qdq()], _check)
    yield Untrusted("external", "m.onnx", _external, _load_external)
    yield Untrusted("data", "x.npz", _arrays, read_arrays)
    yield Untrusted("reports", "report.json", _built_report, read_report)
    yield Untrusted("archives", "model.tar", _archive, read_archive)
    boards = _folder("boards/nucleo-f767zi.toml")
    yield Untrusted("boards", "b.toml", boards, lambda p: load_board(str(p)))
    yield Untrusted("cores", "c.toml", _folder("cortex-m7.toml"), read_core)
    yield Untrusted("databases", "db.json", _database, load_database)
    yield Untrusted("journals", TRIALS, _journal, lambda p: Journal(p.parent))
    yield Untrusted("frames", "line.bin", _frames, _read_frames)


def _check(path: Path) -> object:
    error = tvm_tiny.check(path)
    if error is not None:
        raise error
    return None


__all__ = ["Untrusted", "corpus", "damaged", "grow", "kinds", "outcome"]

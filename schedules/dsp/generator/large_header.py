# SPDX-License-Identifier: Apache-2.0
"""Text of tvm_tiny_depthwise_large5_*.h and tvm_tiny_depthwise_large7_*.h: see ``large``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tvm_tiny.schedules.dsp.generator import large
from tvm_tiny.schedules.dsp.generator.large import LargePiece
from tvm_tiny.schedules.dsp.generator.text import header, rows
from tvm_tiny.targets import Core

_PREFIX = "TVM_TINY_DEPTHWISE_LARGE"
_MOST = 3600
"""Characters of a literal."""


def headers(core: Core, kind: str) -> dict[str, str]:
    """Name -> text; ``kind`` is dual or single."""
    shared = f"large_{kind}"
    files = {
        f"tvm_tiny_depthwise_{shared}.h": header(shared, [f"{_gather(kind)}"], _shared(core), core)
    }
    for size in large.SIZES:
        part = f"large{size}_{kind}"
        files[f"tvm_tiny_depthwise_{part}.h"] = header(part, [shared], _kernels(size, core), core)
    return files


def _gather(kind: str) -> str:
    return "single_gather" if kind == "single" else "gather"


def _statements(name: str, lines: Sequence[str]) -> str:
    """A macro of statements: pieces of assembly, one behind the other."""
    parts: list[list[str]] = [[]]
    for line in lines:
        if sum(len(x) + 1 for x in parts[-1]) > _MOST:
            parts.append([])
        parts[-1].append(line)
    text = [
        "    __asm__ volatile( \\\n"
        + " \\\n".join(f'        "{row}"' for row in rows(name, part))
        + ");"
        for part in parts
    ]
    return f"#define {_PREFIX}_{name} \\\n" + " \\\n".join(text) + "\n"


def _shared(core: Core) -> str:
    """What both sizes of windows have."""
    words = "".join(f"    {_PREFIX}_{name.upper()},\n" for name in large.JOB)
    enum = f"/* Words of a job. */\nenum tvm_tiny_depthwise_large_job {{\n{words}"
    enum += f"    {_PREFIX}_JOB_WORDS\n}};\n"
    parts = [enum, _statements("ENTER", large.enter()), _statements("LEAVE", large.leave())]
    for stride in (1, 2):
        for kind, n in _kinds():
            for relu in (True, False):
                name = f"ENDS_{stride}_{kind}{n}_{_records(relu)}"
                parts.append(_statements(name, large.ends(stride, n, kind, relu, core)))
    parts.append(f"""#define {_PREFIX}_FUNCTION(name, body) \\
    TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_large_##name(TVM_TINY_DEPTHWISE_JOB) \\
    {{ \\
        {_PREFIX}_ENTER \\
        body \\
        {_PREFIX}_LEAVE \\
    }}
""")
    return "\n".join(parts)


def _kinds() -> Iterator[tuple[str, int]]:
    for n in large.OUTPUTS:
        yield "WHOLE", n
    yield "LEFT", large.HALF
    yield "RIGHT", large.HALF


def _records(relu: bool) -> str:
    return "SHORT" if relu else "LONG"


def _kernels(size: int, core: Core) -> str:
    """Sums of a size of windows, and functions for rows."""
    found = {piece.name: piece for piece in large.pieces(size)}
    parts = [_statements(f"SUMS_{name}", large.sums(piece, core)) for name, piece in found.items()]
    functions: list[str] = []
    cases: list[str] = []
    for stride in (1, 2):
        for left, right in large.borders(size, stride):
            for n in (*large.OUTPUTS, 0):
                name = f"{size}_{stride}_{n}_{left}_{right}"
                made = _row_pieces(size, stride, n, left, right)
                functions += [_row(name, made, relu) for relu in (True, False)]
                key = ((size * 10 + stride) * 10 + n) * 100 + 10 * left + right
                cases.append(
                    f"    case {key}: (relu ? tvm_tiny_depthwise_large_{name}_short"
                    f" : tvm_tiny_depthwise_large_{name}_long)(job); break;"
                )
    call = f"#define {_PREFIX}{size}_CASES \\\n" + " \\\n".join(cases) + "\n"
    return "\n".join([*parts, *functions, "", call])


def _row(name: str, made: Sequence[LargePiece], relu: bool) -> str:
    """A function for rows that are made of some pieces."""
    kind = _records(relu)
    body = " ".join(
        f"{_PREFIX}_SUMS_{p.name} {_PREFIX}_ENDS_{p.stride}_{_kind(p)}_{kind}" for p in made
    )
    return f"{_PREFIX}_FUNCTION({name}_{kind.lower()}, {body})"


def _row_pieces(size: int, stride: int, n: int, left: int, right: int) -> list[LargePiece]:
    """Of a whole row of n outputs, or (n is 0) its halves."""
    if n:
        return [LargePiece(size, stride, n, left, right, True)]
    half = large.HALF
    return [
        LargePiece(size, stride, half, left, 0, False),
        LargePiece(size, stride, half, 0, right, False),
    ]


def _kind(piece: LargePiece) -> str:
    kind = "WHOLE" if piece.whole else "LEFT" if piece.left else "RIGHT"
    return f"{kind}{piece.outputs}"

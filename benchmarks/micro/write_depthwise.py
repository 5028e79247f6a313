# SPDX-License-Identifier: Apache-2.0
"""Writes crt_project/include/tvm_tiny_depthwise_*.h: depthwise kernels for Cortex-M DSP cores.

python benchmarks/micro/write_depthwise.py          # writes them
python benchmarks/micro/write_depthwise.py --check  # exit code 1 if they are not what it writes
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from depthwise import JOB, WIDTHS, WINDOWS, any_window, gather, gather_rows, kernel, window

INCLUDE = Path(__file__).parents[2] / "crt_project" / "include"


def _function(name: str, comment: str, lines: Sequence[str], arguments: str = "void") -> str:
    body: list[str] = []
    row = ""
    for line in lines:
        piece = f"{line} " if line.endswith(":") else f"{line}\\n"
        if len(row) + len(piece) > 90:
            body.append(row)
            row = ""
        row += piece
    body.append(row)
    size = sum(len(line) + 1 for line in lines)
    if size > 4095:
        raise ValueError(f"{name}: {size} characters are more than C99 promises for a string")
    text = "\n".join(f'        "{row}"' for row in body)
    return f"""/* {comment} */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_{name}({arguments})
{{
    __asm__ volatile(
{text});
}}
"""


def gatherers(n: int) -> list[str]:
    """Functions that bring a channel into the workspace, ``n`` columns at a time."""
    comment = f"Rows of the entries, {n} columns at a time; at least {n} are used."
    out = [_function(f"gather{n}", comment, gather(n))]
    for high in (3, 5, 7):
        comment = f"{high} rows, {n} columns at a time."
        out.append(_function(f"gather{n}_{high}", comment, gather_rows(high, n)))
    return out


def kernels(n: int) -> list[str]:
    """Functions that make a row, ``n`` outputs at a time."""
    out: list[str] = []
    for relu in (False, True):
        name = "short" if relu else "long"
        comment = f"Any window, {n} outputs at a time, {name} records."
        lines = kernel(any_window(n, relu))
        out.append(_function(f"{name}{n}", comment, lines, "TVM_TINY_DEPTHWISE_JOB"))
    for wide, stride in WINDOWS:
        comment = f"{wide} by {wide} windows, stride {stride}, {n} outputs at a time."
        name = f"window{n}_{wide}_{stride}"
        lines = kernel(window(wide, n, stride))
        out.append(_function(name, comment, lines, "TVM_TINY_DEPTHWISE_JOB"))
    return out


def header(part: str, includes: Sequence[str], body: str) -> str:
    """One of the files."""
    guard = f"TVM_TINY_DEPTHWISE_{part.upper()}_H"
    included = "".join(f'#include "tvm_tiny_depthwise_{name}.h"\n' for name in includes)
    return f"""/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Written by benchmarks/micro/write_depthwise.py: do not edit. The order of instructions was
 * searched for on the timing table of the Cortex-M7; tvm_tiny_depthwise.h has the same in C.
 */
#ifndef {guard}
#define {guard}

#include <stdint.h>

{included}
#ifdef __cplusplus
extern "C" {{
#endif

{body}
#ifdef __cplusplus
}}
#endif

#endif
"""


def _definitions() -> str:
    words = "".join(f"    TVM_TINY_DEPTHWISE_{name.upper()},\n" for name in JOB)
    return f"""/* Words of a job. */
enum tvm_tiny_depthwise_job {{
{words}    TVM_TINY_DEPTHWISE_JOB_WORDS
}};

/* Only assembly; a job is in r0. */
#define TVM_TINY_DEPTHWISE_JOB const int32_t *job __attribute__((unused))
#define TVM_TINY_DEPTHWISE_NAKED static __attribute__((naked, noinline, unused))

"""


def headers() -> dict[str, str]:
    """Name -> text of all files."""
    gathering = _definitions() + "\n".join(text for n in WIDTHS for text in gatherers(n))
    files = {"tvm_tiny_depthwise_gather.h": header("gather", [], gathering)}
    for n in WIDTHS:
        body = "\n".join(kernels(n))
        files[f"tvm_tiny_depthwise_by{n}.h"] = header(f"by{n}", ["gather"], body)
    return files


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    for name, text in headers().items():
        if check and (INCLUDE / name).read_text() != text:
            return 1
        if not check:
            (INCLUDE / name).write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())

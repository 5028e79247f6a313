# SPDX-License-Identifier: Apache-2.0
"""C text around assembly: string literals, files."""

from __future__ import annotations

from collections.abc import Sequence

from tvm_tiny.targets import Core


def rows(name: str, lines: Sequence[str]) -> list[str]:
    """Lines of a string literal, which is no longer than C99 promises."""
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
    return body


def header(part: str, includes: Sequence[str], body: str, core: Core) -> str:
    """One of the files."""
    guard = f"TVM_TINY_DEPTHWISE_{part.upper()}_H"
    included = "".join(f'#include "tvm_tiny_depthwise_{name}.h"\n' for name in includes)
    return f"""/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Written by schedules/dsp/generator: do not edit. The order of instructions was
 * searched for on the timing table of the {core.name}; tvm_tiny_depthwise.h has the same in C.
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

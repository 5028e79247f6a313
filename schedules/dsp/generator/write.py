# SPDX-License-Identifier: Apache-2.0
"""Writes the headers of crt_project/include that nobody should write by hand.

python -m tvm_tiny.schedules.dsp.generator.write          # writes them
python -m tvm_tiny.schedules.dsp.generator.write --check  # exit code 1 if they differ
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tvm_tiny import crt_project
from tvm_tiny.schedules.dsp.generator import direct, large_header, narrow, product, winograd
from tvm_tiny.schedules.dsp.generator.depthwise import (
    BANDS,
    DUAL_WINDOWS,
    JOB,
    WIDTHS,
    WINDOWS,
    any_window,
    kernel,
    two_rows,
    window,
)
from tvm_tiny.schedules.dsp.generator.gathering import gather, gather_rows
from tvm_tiny.schedules.dsp.generator.text import header, rows
from tvm_tiny.targets import Core, load_core

INCLUDE = Path(crt_project.__file__).parent / "include"


def _function(name: str, comment: str, lines: Sequence[str], arguments: str = "void") -> str:
    body = rows(name, lines)
    text = "\n".join(f'        "{row}"' for row in body)
    return f"""/* {comment} */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_{name}({arguments})
{{
    __asm__ volatile(
{text});
}}
"""


def gatherers(n: int, core: Core) -> list[str]:
    """Functions that bring a channel into the workspace, ``n`` columns at a time."""
    comment = f"Rows of the entries, {n} columns at a time; at least {n} are used."
    out = [_function(f"gather{n}", comment, gather(n, core))]
    for high in (3, 4, 5, 7):
        comment = f"{high} rows, {n} columns at a time."
        out.append(_function(f"gather{n}_{high}", comment, gather_rows(high, n, core)))
    return out


def kernels(n: int, core: Core) -> list[str]:
    """Functions that make a row, or two, ``n`` outputs at a time."""
    made: list[tuple[str, str, Sequence[str]]] = []
    for relu in (False, True):
        name = "short" if relu else "long"
        comment = f"Any window, {n} outputs at a time, {name} records."
        made.append((f"{name}{n}", comment, any_window(n, relu, core)))
    for wide, stride, relu in WINDOWS if core.issue_width < 2 else WINDOWS + DUAL_WINDOWS:
        comment = f"{wide} by {wide} windows, stride {stride}, {n} outputs at a time"
        name = f"window{n}_{wide}_{stride}{'' if relu else '_long'}"
        comment += "." if relu else ", long records."
        made.append((name, comment, window(wide, n, stride, relu, core)))
    for wide in BANDS:
        comment = f"Two rows of {wide} by {wide} windows, stride 1, {n} outputs at a time."
        made.append((f"rows{n}_{wide}", comment, two_rows(wide, n, core)))
    return [
        _function(name, comment, kernel(lines), "TVM_TINY_DEPTHWISE_JOB")
        for name, comment, lines in made
    ]


_NARROW = "const int32_t *records, int8_t *y, const int8_t *const *taps, int32_t channels"


def narrow_kernels(core: Core) -> list[str]:
    """Functions that make one output of all channels."""
    parameters = f"{_NARROW}, int32_t rounds, int32_t skipped"
    return [
        _function(
            f"fours{'_relu' if relu else ''}",
            f"One output, four channels at a time, {'short' if relu else 'long'} records.",
            narrow.kernel(core, relu),
            _unused(parameters, "__attribute__((unused))"),
        )
        for relu in (False, True)
    ]


_STRAIGHT = """#define TVM_TINY_DEPTHWISE_FOURS_FUNCTION(name, number, end) \\
    TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_##name({arguments}) \\
    {{ \\
        __asm__ volatile( \\
            TVM_TINY_DEPTHWISE_FOURS_BEGIN TVM_TINY_DEPTHWISE_FOURS_PRODUCTS(number) end); \\
    }}

{functions}

/* `count` and `relu` are constants: one call is left. */
#define TVM_TINY_DEPTHWISE_FOURS_CASE(n, ...) \\
    case n: \\
        (relu ? tvm_tiny_depthwise_fours_relu_##n : tvm_tiny_depthwise_fours_##n)(__VA_ARGS__); \\
        break;
#define TVM_TINY_DEPTHWISE_FOURS_CALL(...) \\
    switch (count) {{ \\
{cases} \\
    default: break; \\
    }}
"""


def narrow_straight(core: Core) -> str:
    """Functions of one output for each number of taps up to ``narrow.STRAIGHT``."""
    parts = [
        product.text_macro(f"TVM_TINY_DEPTHWISE_FOURS_{name}", lines, *parameters)
        for name, lines, parameters in (
            ("BEGIN", narrow.straight_begin(), ()),
            ("PRODUCTS", narrow.straight_taps(), ("taps",)),
            ("LONG", narrow.straight_end(core, False), ()),
            ("SHORT", narrow.straight_end(core, True), ()),
        )
    ]
    counts = range(1, narrow.STRAIGHT + 1)
    functions = [
        f'TVM_TINY_DEPTHWISE_FOURS_FUNCTION({kind}_{i}, "{i}", TVM_TINY_DEPTHWISE_FOURS_{end})'
        for kind, end in (("fours", "LONG"), ("fours_relu", "SHORT"))
        for i in counts
    ]
    cases = [f"    TVM_TINY_DEPTHWISE_FOURS_CASE({i}, __VA_ARGS__)" for i in counts]
    text = _STRAIGHT.format(
        arguments=_unused(_NARROW, "__attribute__((unused))").replace("\n", " \\\n"),
        functions="\n".join(functions),
        cases=" \\\n".join(cases),
    )
    return "\n".join([*parts, text])


def _unused(parameters: str, mark: str) -> str:
    """Every parameter marked as read by assembly only."""
    declared = re.sub(r"(\w+)(?=,|$)", rf"\1 {mark}", parameters)
    return "\n    " + declared.replace(", ", ",\n    ")


def winograd_header(core: Core, guard: str) -> str:
    """Winograd's kernels for one core."""
    made = [
        _naked("transform", "const int8_t *x, int32_t pitch, int32_t *out, int32_t groups",
               winograd.transform(core)),
        _naked("sums", "const int32_t *x, const int16_t *w, const int32_t *table, int8_t *y,"
               " int32_t pairs, int32_t apart, int32_t rounds, int32_t skipped, int32_t step,"
               " tvm_tiny_winograd_end *ends", winograd.sums(core)),
    ]  # fmt: skip
    for line in ("", *winograd.LINES):
        made.append(_naked(f"ends{'_' if line else ''}{line}", "void", winograd.ends(core, line)))
    body = "\n".join(made)
    name = core.name
    return f"""/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Written by schedules/dsp/generator for the {name}: do not edit. tvm_tiny_winograd.h has the same
 * in C.
 */
#ifndef {guard}
#define {guard}

{body}
#endif
"""


def _macro(name: str, lines: Sequence[str]) -> str:
    """Lines of assembly as a string literal with a name."""
    body = " \\\n".join(f'    "{row}"' for row in rows(name, lines))
    return f"#define TVM_TINY_DEPTHWISE_{name} \\\n{body}\n"


def direct_header(core: Core) -> str:
    """Depthwise kernels without a workspace."""
    n = direct.STEP
    parts: list[str] = [
        _macro("DIRECT_ENTER", direct.enter()),
        _macro("DIRECT_BEGIN", direct.begin(left=False)),
        _macro("DIRECT_MORE", direct.begin(left=True)),
        _macro("DIRECT_LEAVE", direct.leave()),
    ]
    functions: list[str] = []
    for relu in (False, True):
        kind = "SHORT" if relu else "LONG"
        for width in direct.WHOLE:
            name = f"DIRECT_WHOLE{width}_{kind}"
            parts.append(_macro(name, direct.whole_row_block(width, relu, core)))
            functions.append(_direct_function(name, ["ENTER", name[7:], "LEAVE"]))
        for left in (False, True):
            lines = direct.steps_block(n, left, relu, core)
            parts.append(_macro(f"DIRECT_{'LEFT' if left else 'STEP'}_{kind}", lines))
        for right in (False, True):
            lines = direct.final_block(n, right, relu, core)
            parts.append(_macro(f"DIRECT_{'RIGHT' if right else 'LAST'}_{kind}", lines))
        for left in (False, True):
            begin = [f"LEFT_{kind}", "MORE"] if left else ["BEGIN"]
            for right in (False, True):
                name = f"DIRECT_STEPS{'_LEFT' * left}{'_RIGHT' * right}_{kind}"
                final = f"{'RIGHT' if right else 'LAST'}_{kind}"
                order = ["ENTER", *begin, f"STEP_{kind}", "", final, "LEAVE"]
                functions.append(_direct_function(name, order))
    words = "".join(f"    TVM_TINY_DEPTHWISE_DIRECT_{name.upper()},\n" for name in direct.JOB)
    enum = f"""/* Words of a job. */
enum tvm_tiny_depthwise_direct_job {{
{words}    TVM_TINY_DEPTHWISE_DIRECT_JOB_WORDS
}};

"""
    body = enum + "\n".join([*parts, *functions])
    return header("direct_dual", ["gather"], body, core)


def direct_rows_header(core: Core) -> str:
    """Long rows with stride 1 of the depthwise kernels without a workspace."""
    parts: list[str] = []
    functions: list[str] = []
    for relu in (False, True):
        kind = "SHORT" if relu else "LONG"
        for n in direct.LONG:
            for name, lines in direct.long_row_blocks(n, relu, core).items():
                parts.append(_macro(f"DIRECT_{name}{n}_{kind}", lines))
            order = ["ENTER", f"FIRST{n}_{kind}", "MORE", f"MIDDLE{n}_{kind}", "",
                     f"END{n}_{kind}", "LEAVE"]  # fmt: skip
            functions.append(_direct_function(f"DIRECT_ROWS{n}_{kind}", order))
    return header("direct_rows_dual", ["direct_dual"], "\n".join([*parts, *functions]), core)


def _direct_function(name: str, order: Sequence[str]) -> str:
    """All channels of a row; no literal is longer than C99 promises."""
    code = "\n".join(
        f"    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_{part});" if part else
        '    __asm__ volatile("bne 6b\\n7:\\n");'
        for part in order
    )  # fmt: skip
    function = f"tvm_tiny_depthwise_{name.lower()}"
    return f"""TVM_TINY_DEPTHWISE_NAKED void {function}(TVM_TINY_DEPTHWISE_JOB)
{{
{code}
}}
"""


def _naked(name: str, parameters: str, lines: Sequence[str]) -> str:
    declared = parameters
    if parameters != "void":
        declared = _unused(parameters, "TVM_TINY_DSP_UNUSED")
    text = "\n".join(f'        "{row}"' for row in rows(name, lines))
    return f"""static TVM_TINY_DSP_NAKED void tvm_tiny_winograd_{name}({declared})
{{
    __asm__ volatile(
{text});
}}
"""


def _definitions() -> str:
    words = "".join(f"    TVM_TINY_DEPTHWISE_{name.upper()},\n" for name in JOB)
    return f"""/* Words of a job. */
enum tvm_tiny_depthwise_job {{
{words}    TVM_TINY_DEPTHWISE_JOB_WORDS
}};

/* Only assembly; a job is in r0. */
#define TVM_TINY_DEPTHWISE_JOB const int32_t *job __attribute__((unused))
#define TVM_TINY_DEPTHWISE_NAKED static __attribute__((naked, noinline, unused, aligned(4)))

"""


def depthwise_headers(core: Core, kind: str) -> dict[str, str]:
    """Files of depthwise kernels for one core; ``kind`` goes in front of their names' ends."""
    gathering = "\n".join(text for n in WIDTHS for text in gatherers(n, core))
    bodies = {"gather": _definitions() + gathering, "narrow": "\n".join(narrow_kernels(core))}
    bodies |= {f"by{n}": "\n".join(kernels(n, core)) for n in WIDTHS}
    return {
        f"tvm_tiny_depthwise_{kind}{part}.h": header(
            f"{kind}{part}", [] if part == "gather" else [f"{kind}gather"], body, core
        )
        for part, body in bodies.items()
    }


MEASURED: Final = ("cortex-m7", "cortex-m4")
"""The cores whose timing the search goes by: of two instructions a cycle, and of one."""


def headers() -> dict[str, str]:
    """Name -> text of all files."""
    dual, single = map(load_core, MEASURED)
    files = {"tvm_tiny_dsp_single.h": product.header()}
    files["tvm_tiny_depthwise_direct_dual.h"] = direct_header(dual)
    files["tvm_tiny_depthwise_direct_rows_dual.h"] = direct_rows_header(dual)
    straight = header("fours_dual", ["gather"], narrow_straight(dual), dual)
    files["tvm_tiny_depthwise_fours_dual.h"] = straight
    for name, core in (("dual", dual), ("single", single)):
        guard = f"TVM_TINY_WINOGRAD_{name.upper()}_H"
        files[f"tvm_tiny_winograd_{name}.h"] = winograd_header(core, guard)
        files |= large_header.headers(core, name)
        files |= depthwise_headers(core, "single_" if name == "single" else "")
    return files


def main() -> int:
    """Write, or check, all of them."""
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

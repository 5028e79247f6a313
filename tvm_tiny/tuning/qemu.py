# SPDX-License-Identifier: Apache-2.0
"""Trials on QEMU: instructions counted by its virtual clock.

QEMU does not model cycles. With ``-icount shift=0`` every instruction takes one nanosecond of
virtual time, so the SysTick timer (25 MHz on mps2-an500) counts instructions in steps of 40,
the same on every machine.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tvm_tiny.errors import DeviceError, Problem
from tvm_tiny.project_spec import ProjectSpec
from tvm_tiny.run.qemu import QemuRunner, parse_outputs

_INSTRUCTIONS_PER_TICK = 40
_TICKS = re.compile(r"^ticks (\d+)\s*$", re.MULTILINE)
_COUNTER = """
#define SYST ((volatile uint32_t *)0xE000E010u)

static void trial_start(void)
{
    SYST[1] = 0xFFFFFFu;
    SYST[2] = 0;
    SYST[0] = 5;
}

static void trial_stop(void)
{
    const uint32_t ticks = (0xFFFFFFu - SYST[2]) & 0xFFFFFFu;
    char text[24] = "ticks ";
    char digits[10];
    uint32_t rest = ticks;
    size_t count = 0, at = 6;
    do {
        digits[count++] = (char)('0' + (char)(rest % 10u));
        rest /= 10u;
    } while (rest != 0);
    while (count != 0) {
        text[at++] = digits[--count];
    }
    text[at] = '\\n';
    tvm_tiny_port_puts(text);
}
"""
_MARK = '__asm__ volatile("" : : "r"({}) : "memory");'


def count_instructions(project: Path) -> None:
    """Make a written project's bench print the ticks of its second run.

    Raises:
        DeviceError: the bench is not as expected.
    """
    path = project / "bench" / "main.c"
    text = path.read_text(encoding="utf-8")
    place = "/* The operands differ"
    for mark, call in ((place, _COUNTER + "\n" + place), (_MARK.format(1), "trial_start();"),
                       (_MARK.format(2), "trial_stop();")):  # fmt: skip
        if text.count(mark) != 1:
            raise DeviceError(f"the bench has no '{mark}' to count instructions at")
        text = text.replace(mark, call)
    path.write_text(text, encoding="utf-8")


def run_counted(
    elf: Path, spec: ProjectSpec, sample: Mapping[str, Any]
) -> tuple[int, dict[str, Any]]:
    """Instructions of the second run (in steps of 40) and outputs by C name.

    Raises:
        DeviceError: fault, time-out, or no count.
    """
    runner = QemuRunner(elf.parent, spec, program=elf)
    text = runner.run_printed(sample, ("-icount", "shift=0"))
    found = _TICKS.search(text)
    if found is None:
        problem = Problem("the bench printed no ticks", where=str(elf))
        raise DeviceError("QEMU counted nothing", (problem,))
    return int(found.group(1)) * _INSTRUCTIONS_PER_TICK, parse_outputs(spec, text)

# SPDX-License-Identifier: Apache-2.0
"""From machine code to what the timing model needs to know of an instruction.

Disassembly is capstone's; classification is by mnemonic and operands. See
``tvm_tiny.targets.timing_cortex_m7`` for what ports and results mean.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import capstone

from tvm_tiny.simulator import classify_fp, classify_integer
from tvm_tiny.simulator.instruction import Instruction, Operands, is_fp, operands_of
from tvm_tiny.targets.timing_cortex_m7 import Port, Timing

_Classifier = Callable[[Instruction, Operands, Timing], Instruction]

_CONDITIONS = r"(?:eq|ne|hs|cs|lo|cc|mi|pl|vs|vc|hi|ls|ge|lt|gt|le)"
_FLAGGED = re.compile(  # what may carry an s
    r"(?:add|sub|adc|sbc|rsb|neg|and|orr|orn|eor|bic|mov|mvn|lsl|lsr|asr|ror|rrx|mul)s$"
)
# In this order, the first that matches the name.
_KINDS: tuple[tuple[re.Pattern[str], _Classifier], ...] = tuple(
    (re.compile(pattern), classifier)
    for pattern, classifier in (
        (r"(?:nop|it)$", classify_integer.slot_only),
        (r"(?:b|bl|blx|bx|cbn?z|tb[bh])$", classify_integer.branch),
        (r"v?(?:ldm|stm|push|pop)", classify_integer.multiple),
        (r"v?(?:ldr|str)|pld", classify_integer.memory),
        (r"v|fconst|fmd[hl]r$|fmstat$", classify_fp.floating_point),
        (r"[su]div$", classify_integer.divide),
        (
            r"mul|ml[as]|[us]mull|[us]mlal|umaal|smul|smla|smml|smmul|smua|smus|smls",
            classify_integer.multiply,
        ),
        (r"(?:s|u|q|sh|uh|uq)(?:add8|add16|sub8|sub16|asx|sax)$", classify_integer.parallel),
        (r"qd?(?:add|sub)$|sel$|clz$|usada?8$|[us]sat", classify_integer.parallel),
        (r"[us]bfx$|bf[ic]$|rev|rbit$|pkh|[us]xt", classify_integer.bit_field),
        (
            r"(?:add|sub|mov)w?$|adr$|movt$|(?:cmp|cmn|tst|teq|lsl|lsr|asr|ror|rrx)$",
            classify_integer.arithmetic,
        ),
        (r"(?:adc|sbc|rsb|neg|and|orr|orn|eor|bic|mvn)$", classify_integer.arithmetic),
    )
)


def _name(ops: Operands, predicated: bool) -> tuple[str, bool]:
    """Return (mnemonic without width, condition and s, whether it sets flags)."""
    name = ops.mnemonic.split(".")[0]
    if ops.conditional and (predicated or name[0] == "b"):
        name = re.sub(_CONDITIONS + "$", "", name)
    if name.startswith("it") and len(name) <= 5:
        return "it", False
    if _FLAGGED.match(name):
        return name[:-1], True
    return name, name in classify_integer.COMPARE


class Decoder:
    """Decodes blocks: from an address to the next instruction that may change the flow."""

    def __init__(self, timing: Timing) -> None:
        """Decode for one core."""
        self._timing = timing
        mode = capstone.CS_MODE_THUMB | capstone.CS_MODE_MCLASS | capstone.CS_MODE_V8
        self._capstone = capstone.Cs(capstone.CS_ARCH_ARM, mode)
        self._capstone.detail = True

    def block(self, code: bytes, address: int) -> tuple[Instruction, ...]:
        """Decode the block at the start of ``code``.

        It ends with the first branch (or breakpoint), at the end of ``code`` or before bytes
        that are no instruction.
        """
        block: list[Instruction] = []
        for instruction in self._instructions(code, address):
            block.append(instruction)
            if instruction.ends_block:
                break
        return tuple(block)

    def _instructions(self, code: bytes, address: int) -> Iterator[Instruction]:
        predicated = 0
        for insn in self._capstone.disasm(code, address):
            yield self._classify(insn, predicated > 0)
            predicated = max(0, predicated - 1)
            if re.fullmatch(r"it[te]{0,3}", str(insn.mnemonic)):
                predicated = len(str(insn.mnemonic)) - 1

    def _classify(self, insn: capstone.CsInsn, predicated: bool) -> Instruction:
        operands = operands_of(insn)
        name, sets_flags = _name(operands, predicated)
        blank = Instruction(
            name, int(insn.size), sets_flags=sets_flags, reads_flags=predicated or name == "sel"
        )
        instruction = _classifier(name)(blank, operands, self._timing)
        if predicated and not instruction.ends_block:
            # If the condition fails the old value stays: it is an operand too.
            kept = tuple(
                (register, Port.FP_STORE_DATA if is_fp(register) else Port.LATE)
                for register, _ in instruction.writes
            )
            instruction = replace(instruction, reads=instruction.reads + kept)
        return instruction


def _classifier(name: str) -> _Classifier:
    matching = (classifier for pattern, classifier in _KINDS if pattern.match(name))
    return next(matching, classify_integer.system)

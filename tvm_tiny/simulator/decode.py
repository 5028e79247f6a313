# SPDX-License-Identifier: Apache-2.0
"""From machine code to what the timing model needs to know of an instruction.

Disassembly is capstone's; classification is by mnemonic and operands. See
``tvm_tiny.targets.pipeline_model`` for what ports and results mean.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import capstone

from tvm_tiny.simulator import classify_fp, classify_integer
from tvm_tiny.simulator.decoded import Decoded, Table
from tvm_tiny.simulator.instruction import Instruction, InstructionOperands, is_fp, operands_of
from tvm_tiny.targets.pipeline_model import Port, Timing

_FIRST_LONG = 0xE8  # upper byte of the first half word, from here on: a second one follows
_IT_EQ = b"\x08\xbf"  # the condition is all that differs

_Classifier = Callable[[Instruction, InstructionOperands, Timing], Instruction]

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


def _name(ops: InstructionOperands, predicated: bool) -> tuple[str, bool]:
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

    def __init__(self, timing: Timing, table: Table | None = None) -> None:
        """Decode for one core.

        Args:
            timing: of the core.
            table: instructions that are known, by their bytes; what is new is added.
        """
        self._timing = timing
        mode = capstone.CS_MODE_THUMB | capstone.CS_MODE_MCLASS | capstone.CS_MODE_V8
        self._capstone = capstone.Cs(capstone.CS_ARCH_ARM, mode)
        self._capstone.detail = True
        self._table: Table = {} if table is None else table

    def block(self, code: bytes, address: int) -> tuple[Instruction, ...]:
        """Decode the block at the start of ``code``, wherever it lies.

        It ends with the first branch (or breakpoint), at the end of ``code`` or before bytes
        that are no instruction.
        """
        del address
        block: list[Instruction] = []
        at = predicated = 0
        while at + 2 <= len(code):
            size = 4 if code[at + 1] >= _FIRST_LONG else 2
            found = self._one(code[at : at + size], predicated > 0)
            if found is None:
                break
            block.append(found.instruction)
            if found.instruction.ends_block:
                break
            predicated = found.predicates or max(0, predicated - 1)
            at += size
        return tuple(block)

    def _one(self, code: bytes, predicated: bool) -> Decoded | None:
        """The instruction that the bytes are; None: none."""
        key = code.hex() + ("?" if predicated else "")
        known = self._table.get(key)
        if known is None:
            insns = list(self._capstone.disasm(_IT_EQ + code if predicated else code, 0))
            if len(insns) != 1 + predicated:
                return None
            insn = insns[-1]
            mnemonic = str(insn.mnemonic)
            follow = len(mnemonic) - 1 if re.fullmatch(r"it[te]{0,3}", mnemonic) else 0
            known = self._table[key] = Decoded(self._classify(insn, predicated), follow)
        return known

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

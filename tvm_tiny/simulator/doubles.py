# SPDX-License-Identifier: Apache-2.0
"""Double precision for the simulated core.

Unicorn's Cortex-M7 has the single precision FPU only, the STM32F7 and H7 have FPv5-D16. What it
refuses is computed here: round to nearest even, IEEE 754 binary64, which is what Python's floats
are. NaN payloads and the cumulative exception flags are not kept; conversions to and from fixed
point are not handled (no compiler emits them for C).
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from fractions import Fraction

import capstone
import capstone.arm as cs_arm
import unicorn.arm_const as arm
from unicorn.unicorn import Uc, UcError

from tvm_tiny.simulator.counting import IT_STATE

_NZCV = 0xF0000000
_LESS, _EQUAL, _GREATER, _UNORDERED = 0x80000000, 0x60000000, 0x20000000, 0x30000000


def _quotient(a: float, b: float) -> float:
    if b:
        return a / b
    if a == 0 or math.isnan(a):
        return math.nan
    return math.copysign(math.inf, a) * math.copysign(1.0, b)


def _negative_product(a: float, b: float) -> float:
    return -(a * b)


def _root(a: float) -> float:
    return math.sqrt(a) if a >= 0 else math.nan


def _fused(a: float, b: float, c: float) -> float:
    """Return a * b + c with one rounding."""
    if not (math.isfinite(a) and math.isfinite(b) and math.isfinite(c)):
        return a * b + c
    exact = Fraction(a) * Fraction(b) + Fraction(c)
    if not exact:
        return a * b + c if not (a and b) else 0.0
    try:
        return float(exact)
    except OverflowError:
        return math.copysign(math.inf, exact)


def _maximum(a: float, b: float) -> float:
    return b if math.isnan(a) else a if math.isnan(b) else max(a, b)


def _minimum(a: float, b: float) -> float:
    return b if math.isnan(a) else a if math.isnan(b) else min(a, b)


_OPERATIONS: dict[str, Callable[..., float]] = {
    "vadd": float.__add__,
    "vsub": float.__sub__,
    "vmul": float.__mul__,
    "vnmul": _negative_product,
    "vdiv": _quotient,
    "vmaxnm": _maximum,
    "vminnm": _minimum,
    "vsqrt": _root,
    "vabs": float.__abs__,
    "vneg": float.__neg__,
    "vmov": float.__pos__,
}
_SUMS: dict[str, Callable[[float, float, float], float]] = {
    "vmla": lambda d, a, b: d + a * b,
    "vmls": lambda d, a, b: d - a * b,
    "vnmla": lambda d, a, b: -d - a * b,
    "vnmls": lambda d, a, b: -d + a * b,
    "vfma": lambda d, a, b: _fused(a, b, d),
    "vfms": lambda d, a, b: _fused(-a, b, d),
    "vfnma": lambda d, a, b: _fused(-a, b, -d),
    "vfnms": lambda d, a, b: _fused(a, b, -d),
}


class Doubles:
    """Executes the double precision instructions that the engine calls invalid."""

    def __init__(self, engine: Uc) -> None:
        """Serve one engine."""
        self._engine = engine
        mode = capstone.CS_MODE_THUMB | capstone.CS_MODE_MCLASS | capstone.CS_MODE_V8
        self._capstone = capstone.Cs(capstone.CS_ARCH_ARM, mode)
        self._capstone.detail = True

    def handle(self) -> bool:
        """Execute the instruction at the pc; False if it is none of ours."""
        pc = int(self._engine.reg_read(arm.UC_ARM_REG_PC)) & ~1
        try:
            code = bytes(self._engine.mem_read(pc, 4))
        except UcError:
            return False
        insn = next(self._capstone.disasm(code, pc, 1), None)
        if insn is None or ".f64" not in str(insn.mnemonic) or not self._execute(insn):
            return False
        self._advance_it_block()
        self._engine.reg_write(arm.UC_ARM_REG_PC, (pc + int(insn.size)) | 1)
        return True

    def _execute(self, insn: capstone.CsInsn) -> bool:
        name, *types = str(insn.mnemonic).split(".")
        operands = list(insn.operands)
        registers = [str(insn.reg_name(o.reg)) for o in operands if o.type == cs_arm.ARM_OP_REG]
        constants = [o for o in operands if o.type != cs_arm.ARM_OP_REG]
        if name in ("vcmp", "vcmpe"):
            self._compare(registers)
        elif name in ("vcvt", "vcvtr") and not constants:
            return self._convert(name, types, registers)
        elif name == "vmov" and constants:
            self._write(registers[0], float(constants[0].fp))
        elif name in _SUMS:
            self._write(registers[0], _SUMS[name](*map(self._read, registers)))
        elif name in _OPERATIONS:
            self._write(registers[0], _OPERATIONS[name](*map(self._read, registers[1:])))
        else:
            return False
        return True

    def _compare(self, registers: list[str]) -> None:
        a, b = self._read(registers[0]), self._read(registers[1]) if registers[1:] else 0.0
        flags = _EQUAL if a == b else _LESS if a < b else _GREATER if a > b else _UNORDERED
        kept = int(self._engine.reg_read(arm.UC_ARM_REG_FPSCR)) & ~_NZCV
        self._engine.reg_write(arm.UC_ARM_REG_FPSCR, kept | flags)

    def _convert(self, name: str, types: list[str], registers: list[str]) -> bool:
        to, source = types
        target, bits = registers[0], self._bits(registers[1])
        if source in ("s32", "u32"):
            signed = bits - (bits >> 31 << 32) if source == "s32" else bits
            self._write(target, float(signed))
        elif source == "f32":
            self._write(target, struct.unpack("<f", struct.pack("<I", bits))[0])
        elif to == "f32":
            self._engine.reg_write(_register(target), _single_bits(self._read(registers[1])))
        elif to in ("s32", "u32"):
            value = _integer(self._read(registers[1]), to == "s32", round_to_even=name == "vcvtr")
            self._engine.reg_write(_register(target), value & 0xFFFFFFFF)
        else:
            return False
        return True

    def _bits(self, register: str) -> int:
        return int(self._engine.reg_read(_register(register)))

    def _read(self, register: str) -> float:
        return struct.unpack("<d", struct.pack("<Q", self._bits(register)))[0]

    def _write(self, register: str, value: float) -> None:
        self._engine.reg_write(
            _register(register), struct.unpack("<Q", struct.pack("<d", value))[0]
        )

    def _advance_it_block(self) -> None:
        """Leave the IT state as it is for the next instruction (ITSTATE, Armv7-M ARM, A7.3.3)."""
        xpsr = int(self._engine.reg_read(arm.UC_ARM_REG_XPSR))
        state = (xpsr >> 8 & 0xFC) | (xpsr >> 25 & 3)
        if state:
            state = state & 0xE0 | state << 1 & 0x1F if state & 7 else 0
            xpsr = xpsr & ~IT_STATE | (state & 0xFC) << 8 | (state & 3) << 25
            self._engine.reg_write(arm.UC_ARM_REG_XPSR, xpsr)


def _register(name: str) -> int:
    base = arm.UC_ARM_REG_D0 if name[0] == "d" else arm.UC_ARM_REG_S0
    return base + int(name[1:])


def _single_bits(value: float) -> int:
    try:
        packed = struct.pack("<f", value)
    except OverflowError:
        packed = struct.pack("<f", math.copysign(math.inf, value))
    return struct.unpack("<I", packed)[0]


def _integer(value: float, signed: bool, *, round_to_even: bool) -> int:
    """Convert with saturation; NaN gives 0."""
    low, high = (-(1 << 31), (1 << 31) - 1) if signed else (0, (1 << 32) - 1)
    if math.isnan(value):
        return 0
    if math.isinf(value):
        return high if value > 0 else low
    return max(low, min(high, round(value) if round_to_even else math.trunc(value)))

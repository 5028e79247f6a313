# SPDX-License-Identifier: Apache-2.0
"""Small programs for the tests of the simulator, compiled with zig's clang."""

from __future__ import annotations

import functools
import itertools
import subprocess
import sys
import tempfile
from pathlib import Path

from hang import HANG_S

LINK = """
ENTRY(reset_handler)
MEMORY {
  FLASH (rx)  : ORIGIN = 0x00000000, LENGTH = 4M
  SRAM  (rwx) : ORIGIN = 0x20000000, LENGTH = 4M
}
SECTIONS {
  .text : { KEEP(*(.vectors)) KEEP(*(.text .text.*)) *(.rodata .rodata.*) . = ALIGN(8); } > FLASH
  .ARM.exidx : { *(.ARM.exidx*) } > FLASH
  .data : { *(.data .data.*) . = ALIGN(8); } > SRAM AT > FLASH
  .bss (NOLOAD) : { *(.bss .bss.* COMMON) . = ALIGN(8); } > SRAM
}
"""

C_SOURCE = r"""
#include <stddef.h>
#include <stdint.h>
#define NOINLINE __attribute__((noinline, used))

static int32_t semihost(int32_t operation, const void *argument)
{
    register int32_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

int32_t counter = 42;
int32_t blank[4];

int32_t sum6(int32_t a, int32_t b, int32_t c, int32_t d, int32_t e, int32_t f)
{
    return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f;
}
int32_t next(void) { return counter++ + blank[3]; }
void poke(volatile uint32_t *where, uint32_t value) { *where = value; }
uint32_t peek(const volatile uint32_t *where) { return *where; }
void jump(void (*where)(void)) { where(); }
void spin(void) { for (;;) { __asm__ volatile(""); } }
void trap(void) { __asm__ volatile("udf #1"); }

NOINLINE int32_t dig(int32_t depth)
{
    volatile uint8_t room[64];
    room[depth & 63] = (uint8_t)depth;
    return depth == 0 ? 0 : dig(depth - 1) + room[depth & 63];
}

void quantise(const float *in, int8_t *out, int32_t count)
{
    for (int32_t i = 0; i < count; i++) {
        float v = in[i] * 12.5f + 3.0f;
        int32_t q = (int32_t)(v < 0.0f ? v - 0.5f : v + 0.5f);
        out[i] = (int8_t)(q < -128 ? -128 : q > 127 ? 127 : q);
    }
}

int32_t requantise(const int32_t *in, int32_t count, int32_t multiplier)
{
    int32_t sum = 0;
    for (int32_t i = 0; i < count; i++) {
        sum ^= (int32_t)(((int64_t)in[i] * multiplier + (1ll << 30)) >> 31);
    }
    return sum;
}

NOINLINE int32_t choose(int32_t x)
{
    switch (x & 7) {
    case 0: return x * 3;
    case 1: return x + 7;
    case 2: return x ^ 99;
    case 3: return x / 3;
    case 4: return -x;
    case 5: return x % 7;
    default: return x >> 1;
    }
}
static int32_t (*const choices[3])(int32_t) = {choose, dig, dig};
int32_t choose_all(int32_t count)
{
    int32_t sum = 0;
    for (int32_t i = 0; i < count; i++) {
        sum += choose(i) + choices[i & 1](i & 3);
    }
    return sum;
}

NOINLINE void tvm_tiny_layer_done(int32_t index) { __asm__ volatile("" :: "r"(index)); }
int32_t layer(int32_t rounds); /* in assembly: 6 + 3 (rounds - 1) instructions */
void net(void)
{
    for (int32_t i = 0; i < 4; i++) {
        layer(10 * (i + 1));
        tvm_tiny_layer_done(i);
    }
}

NOINLINE void bench_start(void) { __asm__ volatile("nop"); }
NOINLINE void bench_stop(void) { __asm__ volatile("nop\nnop"); }
void reset_handler(void);
void reset_handler(void)
{
    volatile uint32_t *cpacr = (volatile uint32_t *)0xE000ED88;
    *cpacr |= 0xFu << 20;
    semihost(4, "hello ");
    semihost(3, "x");
    bench_start(); layer(5); bench_stop();
    layer(1000);
    bench_start(); layer(50); bench_stop();
    uint32_t block[2] = {0x20026, 7};
    semihost(0x20, block);
    for (;;) { }
}
__attribute__((section(".vectors"), used)) void *const vectors[2] = {
    (void *)0x20400000, (void *)reset_handler};
"""

ASSEMBLY = """
.syntax unified
.thumb
.cpu cortex-m7
.fpu fpv5-d16
.section .text.asm, "ax"

.macro function name
.balign 4
.global \\name
.type \\name, %function
\\name:
.endm

.macro counting
    movs r1, #0
1:  adds r1, #1
    subs r0, #1
    bne 1b
    mov r0, r1
    bx lr
.endm

function count_loop
    counting

function layer
    counting

.balign 1024
.space 1016
function count_loop_across_pages
    counting

function predicated
    lsls r2, r1, #31
    itt ne
    ldrbne r3, [r0]
    strbne r3, [r0, #1]
    bcc 1f
    nop
1:  subs r1, #4
    bcc 2f
    movs r0, #1
    bx lr
2:  movs r0, #2
    bx lr

function unaligned
    ldr r1, [r0, #1]
    ldrh r2, [r0, #1]
    ldrb r3, [r0, #3]
    str r1, [r0, #2]
    ldr r3, [r0, #4]
    bx lr

function two_streams
1:  ldr r3, [r0], #8
    ldr r12, [r1], #8
    subs r2, #1
    bne 1b
    bx lr

function load_double
    ldrd r0, r1, [r0]
    bx lr

function long_block
    .rept 1500
    adds r0, #1
    .endr
    bx lr

function doubles
    vldr d0, [r0]
    vldr d1, [r0, #8]
    vadd.f64 d2, d0, d1
    vsub.f64 d3, d0, d1
    vmul.f64 d4, d0, d1
    vdiv.f64 d5, d0, d1
    vmov.f64 d6, d0
    vfma.f64 d6, d0, d1
    vsqrt.f64 d7, d1
    vstmia r1!, {d2-d7}
    vcvt.f32.f64 s0, d0
    vcvt.s32.f64 s1, d5
    vstmia r1!, {s0-s1}
    vcmp.f64 d4, d5
    vmrs APSR_nzcv, fpscr
    ite gt
    vaddgt.f64 d4, d5, d5
    vnegle.f64 d4, d5
    vstr d4, [r1]
    bx lr
"""


def zig(folder: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "ziglang", "cc", "-target", "thumb-freestanding-eabihf"]
    subprocess.run(
        [*command, "-mcpu=cortex_m7+fp_armv8d16", *arguments],
        cwd=folder,
        check=True,
        capture_output=True,
        timeout=HANG_S,
    )


@functools.cache
def program(optimise: str = "-O2") -> bytes:
    """The test program as an ELF."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "link.ld").write_text(LINK)
        (folder / "a.c").write_text(C_SOURCE)
        (folder / "b.s").write_text(ASSEMBLY)
        flags = [optimise, "-g", "-ffunction-sections", "-T", "link.ld", "-e", "reset_handler"]
        zig(folder, *flags, "a.c", "b.s", "-o", "a.elf")
        return (folder / "a.elf").read_bytes()


def kernels(folder: Path, compiler: str, *flags: str) -> Path:
    """The mixed kernels as an ELF, by zig's clang or by ``arm-none-eabi-gcc``."""
    (folder / "link.ld").write_text(LINK)
    elf = folder / f"{compiler}{''.join(flags)}.elf"
    common = [*flags, "-g", "-ffunction-sections", "-T", "link.ld", "-Wl,--gc-sections"]
    files = [str(Path(__file__).with_name("simulator_kernels.c")), "-o", str(elf)]
    if compiler == "clang":
        zig(folder, *common, "-e", "reset_handler", *files)
    else:
        core = ["-mcpu=cortex-m7", "-mthumb", "-mfloat-abi=hard", "-mfpu=fpv5-d16"]
        command = ["arm-none-eabi-gcc", *core, "-nostartfiles", *common, *files]
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=HANG_S)
    return elf


def assemble(sequences: list[str]) -> list[bytes]:
    """Machine code of each sequence of instructions (separated by semicolons)."""
    from elftools.elf.elffile import ELFFile

    head = ".syntax unified\n.thumb\n.cpu cortex-m7\n.fpu fpv5-d16\n.text\n"
    body = "".join(f"case{i}:\n{s.replace(';', chr(10))}\n" for i, s in enumerate(sequences))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "a.s").write_text(f"{head}{body}case{len(sequences)}:\n")
        zig(folder, "-c", "a.s", "-o", "a.o")
        with (folder / "a.o").open("rb") as file:
            elf = ELFFile(file)
            code = elf.get_section_by_name(".text").data()
            table = elf.get_section_by_name(".symtab")
            at = [
                table.get_symbol_by_name(f"case{i}")[0]["st_value"] & ~1
                for i in range(len(sequences) + 1)
            ]
    return [code[a:b] for a, b in itertools.pairwise(at)]

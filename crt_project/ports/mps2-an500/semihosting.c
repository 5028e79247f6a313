/* SPDX-License-Identifier: Apache-2.0 */
/* Print and exit through Arm semihosting (QEMU, or a debug probe that offers it). */
#include <stdint.h>

#include "port.h"

#define SYS_WRITE0 0x04u
#define SYS_EXIT_EXTENDED 0x20u
#define ADP_STOPPED_APPLICATION_EXIT 0x20026u

static void semihosting(uint32_t operation, const void *argument)
{
    register uint32_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
}

void tvm_tiny_port_puts(const char *text)
{
    semihosting(SYS_WRITE0, text);
}

void tvm_tiny_port_exit(int status)
{
    uint32_t block[2];
    block[0] = ADP_STOPPED_APPLICATION_EXIT;
    block[1] = (uint32_t)status;
    for (;;) {
        semihosting(SYS_EXIT_EXTENDED, block);
    }
}

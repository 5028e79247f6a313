/* SPDX-License-Identifier: Apache-2.0 */
/* Start-up for QEMU's mps2-an500: vectors, FPU, .data, .bss, main, exit by semihosting. */
#include <stdint.h>

#include "port.h"

#define CPACR ((volatile uint32_t *)0xE000ED88u)
#define CP10_CP11_FULL_ACCESS (0xFu << 20)
#define EXIT_FAULT 99
#define HANDLERS 15

extern uint32_t tvm_tiny_port_stack_top[];
extern const uint32_t tvm_tiny_port_data_load[];
extern uint32_t tvm_tiny_port_data_begin[], tvm_tiny_port_data_end[];
extern uint32_t tvm_tiny_port_bss_begin[], tvm_tiny_port_bss_end[];

int main(void);
void tvm_tiny_port_reset(void);
void tvm_tiny_port_fault(void);

static const struct {
    uint32_t *stack_top;
    void (*handlers[HANDLERS])(void);
} vectors __attribute__((section(".vectors"), used)) = {
    tvm_tiny_port_stack_top,
    {
        tvm_tiny_port_reset,
        tvm_tiny_port_fault, /* NMI */
        tvm_tiny_port_fault, /* HardFault */
        tvm_tiny_port_fault, /* MemManage */
        tvm_tiny_port_fault, /* BusFault */
        tvm_tiny_port_fault, /* UsageFault */
    },
};

void tvm_tiny_port_fault(void)
{
    uint32_t exception;
    char text[] = "fault 00\n";
    __asm__ volatile("mrs %0, ipsr" : "=r"(exception));
    text[6] = (char)('0' + exception / 10u % 10u);
    text[7] = (char)('0' + exception % 10u);
    tvm_tiny_port_puts(text);
    tvm_tiny_port_exit(EXIT_FAULT);
}

/* Apart from the reset handler: nothing here may run before the FPU is on. */
__attribute__((noinline)) static void start(void)
{
    const uint32_t *from = tvm_tiny_port_data_load;
    uint32_t *to;
    for (to = tvm_tiny_port_data_begin; to < tvm_tiny_port_data_end; to++) {
        *to = *from++;
    }
    for (to = tvm_tiny_port_bss_begin; to < tvm_tiny_port_bss_end; to++) {
        *to = 0;
    }
    tvm_tiny_port_exit(main());
}

void tvm_tiny_port_reset(void)
{
#if defined(__ARM_FP)
    *CPACR |= CP10_CP11_FULL_ACCESS;
    __asm__ volatile("dsb\n\tisb" : : : "memory");
#endif
    start();
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A minimal start-up for a bare Cortex-M: FPU, .data, .bss, main. Vendors deliver one with every
 * part, with the interrupts of the part in its vector table and the clock set up: prefer that.
 */
#include <stdint.h>

#define CPACR ((volatile uint32_t *)0xE000ED88u)
#define CP10_CP11_FULL_ACCESS (0xFu << 20)
#define HANDLERS 15

extern uint32_t stack_top[], data_begin[], data_end[], bss_begin[], bss_end[];
extern const uint32_t data_load[];

int main(void);
void reset_handler(void);
void default_handler(void);

static const struct {
    uint32_t *stack_top;
    void (*handlers[HANDLERS])(void);
} vectors __attribute__((section(".vectors"), used)) = {
    stack_top,
    {reset_handler, default_handler, default_handler, default_handler, default_handler,
     default_handler},
};

/* Stops here, for a debugger to look at. */
void default_handler(void)
{
    for (;;) {
        __asm__ volatile("" : : : "memory");
    }
}

/* Apart from the reset handler: nothing here may run before the FPU is on. */
__attribute__((noinline)) static void start(void)
{
    const uint32_t *from = data_load;
    uint32_t *to;
    for (to = data_begin; to < data_end; to++) {
        *to = *from++;
    }
    for (to = bss_begin; to < bss_end; to++) {
        *to = 0;
    }
    (void)main();
    default_handler();
}

void reset_handler(void)
{
#if defined(__ARM_FP)
    *CPACR |= CP10_CP11_FULL_ACCESS;
    __asm__ volatile("dsb\n\tisb" : : : "memory");
#endif
    start();
}

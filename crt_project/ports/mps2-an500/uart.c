/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Serial line and clock of the device firmware on mps2-an500: UART0 and the counter of FPGAIO.
 * Registers: Arm CMSDK technical reference manual (DDI 0479D), 4.3; MPS2 FPGA prototyping board
 * manual (100112), 4.4. The counter runs at 25 MHz; on QEMU that is 25 MHz of virtual time.
 */
#include <stddef.h>

#include "port.h"
#include "tvm_tiny_port.h"

#define CLOCK_HZ 25000000u
#define BAUD 115200u

struct uart {
    volatile uint32_t data, state, control, interrupt, divisor;
};

#define UART0 ((struct uart *)0x40004000u)
#define TX_FULL 1u
#define RX_FULL 2u
#define TX_AND_RX_ENABLE 3u

#define FPGAIO_COUNTER ((const volatile uint32_t *)0x40028018u)
#define FPGAIO_PRESCALE ((volatile uint32_t *)0x4002801Cu)

struct tvm_tiny_clock tvm_tiny_port_open(void)
{
    const struct tvm_tiny_clock clock = {TVM_TINY_CLOCK_TIMER, CLOCK_HZ};
    *FPGAIO_PRESCALE = 0;
    UART0->divisor = CLOCK_HZ / BAUD;
    UART0->control = TX_AND_RX_ENABLE;
    (void)UART0->data; /* QEMU passes on what waits only then, or up to a second later */
    return clock;
}

int tvm_tiny_port_read(void)
{
    return (UART0->state & RX_FULL) != 0 ? (int)(UART0->data & 255u) : -1;
}

void tvm_tiny_port_write(uint8_t byte)
{
    while ((UART0->state & TX_FULL) != 0) {
    }
    UART0->data = byte;
}

uint32_t tvm_tiny_port_ticks(void)
{
    return *FPGAIO_COUNTER;
}

/* start.c reports faults by these: as text on the line, which no frame begins with. */
void tvm_tiny_port_puts(const char *text)
{
    while (*text != '\0') {
        tvm_tiny_port_write((uint8_t)*text++);
    }
}

void tvm_tiny_port_exit(int status)
{
    (void)status;
    for (;;) {
        __asm__ volatile("" : : : "memory");
    }
}

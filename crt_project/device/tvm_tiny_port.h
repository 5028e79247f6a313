/* SPDX-License-Identifier: Apache-2.0 */
/* What the device firmware needs from a board: a serial line and a clock. Four functions. */
#ifndef TVM_TINY_DEVICE_PORT_H
#define TVM_TINY_DEVICE_PORT_H

#include <stdint.h>

enum tvm_tiny_clock_kind {
    TVM_TINY_CLOCK_NONE = 0,   /* ticks() is always 0 */
    TVM_TINY_CLOCK_CYCLES = 1, /* ticks() counts cycles of the core */
    TVM_TINY_CLOCK_TIMER = 2   /* ticks() counts something else: time, not cycles */
};

struct tvm_tiny_clock {
    enum tvm_tiny_clock_kind kind;
    uint32_t hz; /* ticks per second, 0 without a clock */
};

/* Sets up line and clock, says what the clock is. */
struct tvm_tiny_clock tvm_tiny_port_open(void);

/* A byte that has come in, or -1. Never waits. */
int tvm_tiny_port_read(void);

/* Sends a byte; waits until the line takes it. */
void tvm_tiny_port_write(uint8_t byte);

/* The clock, counting upwards and wrapping at 32 bits. */
uint32_t tvm_tiny_port_ticks(void);

#endif /* TVM_TINY_DEVICE_PORT_H */

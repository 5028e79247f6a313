/* SPDX-License-Identifier: Apache-2.0 */
/* Serial line and clock of the device firmware on a computer: stdin and stdout. POSIX. */
#define _POSIX_C_SOURCE 200112L
#include <poll.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "tvm_tiny_port.h"

#define CLOCK_HZ 1000000u
#define IDLE_MS 1

struct tvm_tiny_clock tvm_tiny_port_open(void)
{
    const struct tvm_tiny_clock clock = {TVM_TINY_CLOCK_TIMER, CLOCK_HZ};
    return clock;
}

/* Gives the computer a millisecond when there is nothing to do; ends with the line. */
int tvm_tiny_port_read(void)
{
    static unsigned char held[512];
    static size_t begin, end;
    if (begin == end) {
        struct pollfd line = {STDIN_FILENO, POLLIN, 0};
        ssize_t got;
        if (poll(&line, 1, IDLE_MS) <= 0) {
            return -1;
        }
        got = read(STDIN_FILENO, held, sizeof(held));
        if (got <= 0) {
            exit(0);
        }
        begin = 0;
        end = (size_t)got;
    }
    return held[begin++];
}

void tvm_tiny_port_write(uint8_t byte)
{
    if (write(STDOUT_FILENO, &byte, 1) != 1) {
        exit(1);
    }
}

uint32_t tvm_tiny_port_ticks(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint32_t)now.tv_sec * CLOCK_HZ + (uint32_t)(now.tv_nsec / 1000);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A serial line in memory, for a simulator or a process of the host: it puts bytes into
 * tvm_tiny_loopback_in, calls tvm_tiny_loopback_pump and finds the answers in
 * tvm_tiny_loopback_out. What does not fit there is lost, as on a line that nobody listens to.
 */
#include "loopback.h"

#include "tvm_tiny_port.h"

uint8_t tvm_tiny_loopback_in[TVM_TINY_LOOPBACK_IN_BYTES];
uint8_t tvm_tiny_loopback_out[TVM_TINY_LOOPBACK_OUT_BYTES];

static uint32_t in_bytes, in_at, out_bytes;

struct tvm_tiny_clock tvm_tiny_port_open(void)
{
    const struct tvm_tiny_clock none = {TVM_TINY_CLOCK_NONE, 0};
    return none;
}

int tvm_tiny_port_read(void)
{
    return in_at < in_bytes ? (int)tvm_tiny_loopback_in[in_at++] : -1;
}

void tvm_tiny_port_write(uint8_t byte)
{
    if (out_bytes < TVM_TINY_LOOPBACK_OUT_BYTES) {
        tvm_tiny_loopback_out[out_bytes++] = byte;
    }
}

uint32_t tvm_tiny_port_ticks(void)
{
    return 0;
}

uint32_t tvm_tiny_loopback_pump(uint32_t count)
{
    static int started = 0;
    in_bytes = count < TVM_TINY_LOOPBACK_IN_BYTES ? count : TVM_TINY_LOOPBACK_IN_BYTES;
    in_at = 0;
    out_bytes = 0;
    if (!started) {
        started = 1;
        tvm_tiny_application_start();
    }
    tvm_tiny_application_poll();
    return out_bytes;
}

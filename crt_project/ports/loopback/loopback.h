/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TVM_TINY_LOOPBACK_H
#define TVM_TINY_LOOPBACK_H

#include <stdint.h>

#define TVM_TINY_LOOPBACK_IN_BYTES 1024u
#define TVM_TINY_LOOPBACK_OUT_BYTES 65536u

extern uint8_t tvm_tiny_loopback_in[TVM_TINY_LOOPBACK_IN_BYTES];
extern uint8_t tvm_tiny_loopback_out[TVM_TINY_LOOPBACK_OUT_BYTES];

/* Serves so many bytes of tvm_tiny_loopback_in; returns how many tvm_tiny_loopback_out has. */
uint32_t tvm_tiny_loopback_pump(uint32_t count);

/* device/main.c */
void tvm_tiny_application_start(void);
void tvm_tiny_application_poll(void);

#endif /* TVM_TINY_LOOPBACK_H */

/* SPDX-License-Identifier: Apache-2.0 */
/* What the bench needs from a machine. */
#ifndef TVM_TINY_PORT_H
#define TVM_TINY_PORT_H

/* Sections of ports/mps2-an500/link.ld; a host has one kind of memory. */
#if defined(__arm__)
#define TVM_TINY_PORT_SECTION(name) __attribute__((section(name)))
#else
#define TVM_TINY_PORT_SECTION(name)
#endif

void tvm_tiny_port_puts(const char *text);
__attribute__((noreturn)) void tvm_tiny_port_exit(int status);

/* The first word of a block of inputs. */
#define TVM_TINY_PORT_INPUT_MAGIC 0x7A4E5350u

/*
 * Inputs from outside: all inputs of the model one after the other, each begun at a multiple of 8
 * bytes. NULL if there are none; the bench then makes its own.
 */
const void *tvm_tiny_port_inputs(void);

/* The second run lies between the entries of these two; tools look for their symbols. */
void tvm_tiny_bench_start(void);
void tvm_tiny_bench_stop(void);

#endif /* TVM_TINY_PORT_H */

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

/* The second run lies between the entries of these two; tools look for their symbols. */
void tvm_tiny_bench_start(void);
void tvm_tiny_bench_stop(void);

#endif /* TVM_TINY_PORT_H */

/* SPDX-License-Identifier: Apache-2.0 */
/* Print and exit on a host with a C library. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "port.h"

void tvm_tiny_port_puts(const char *text)
{
    (void)fputs(text, stdout);
}

const void *tvm_tiny_port_inputs(void)
{
    return NULL;
}

void tvm_tiny_port_exit(int status)
{
    exit(status);
}

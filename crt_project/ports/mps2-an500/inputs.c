/* SPDX-License-Identifier: Apache-2.0 */
/* Inputs that an emulator or a debugger has put into memory before the program began. */
#include <stddef.h>
#include <stdint.h>

#include "port.h"

/* Behind all that is linked, see link.ld: the magic number, 4 unused bytes, the inputs. */
extern const volatile uint32_t tvm_tiny_port_input[];

const void *tvm_tiny_port_inputs(void)
{
    if (tvm_tiny_port_input[0] != TVM_TINY_PORT_INPUT_MAGIC) {
        return NULL;
    }
    return (const void *)((uintptr_t)tvm_tiny_port_input + 8u);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Calls back after every layer, so that a debugger or a test can look at the arena. */
#include <stddef.h>
#include <stdint.h>

#include "trace.h"
#include "tvm_tiny.h"

static tvm_tiny_host_callback callback = NULL;
static tvm_tiny_host_row_callback row_callback = NULL;

void tvm_tiny_host_on_layer(tvm_tiny_host_callback function)
{
    callback = function;
}

void tvm_tiny_layer_done(int32_t index)
{
    if (callback != NULL) {
        callback(index);
    }
}

void tvm_tiny_host_on_row(tvm_tiny_host_row_callback function)
{
    row_callback = function;
}

void tvm_tiny_row_done(int32_t index, int32_t row)
{
    if (row_callback != NULL) {
        row_callback(index, row);
    }
}

static tvm_tiny_host_part_callback part_callback = NULL;

void tvm_tiny_host_on_part(tvm_tiny_host_part_callback function)
{
    part_callback = function;
}

void tvm_tiny_part_done(int32_t index, int32_t row, int32_t at, int32_t count, const void *part)
{
    if (part_callback != NULL) {
        part_callback(index, row, at, count, part);
    }
}

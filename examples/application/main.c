/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the model once on a made-up picture and prints its scores: the same in every example. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "tiny.h"

__attribute__((aligned(TINY_ARENA_ALIGN))) static uint8_t arena[TINY_ARENA_BYTES];
static int8_t image[TINY_IMAGE_COUNT];
static int8_t probabilities[TINY_PROBABILITIES_COUNT];

int main(void)
{
    const struct tiny_inputs in = {.image = image};
    const struct tiny_outputs out = {.probabilities = probabilities};
    size_t i;
    for (i = 0; i < TINY_IMAGE_COUNT; i++) {
        image[i] = (int8_t)((int32_t)((i * 37u + 11u) & 255u) - 128);
    }
    if (tiny_run(arena, &in, &out) != TVM_TINY_OK) {
        return 1;
    }
    for (i = 0; i < TINY_PROBABILITIES_COUNT; i++) {
        printf("%d\n", probabilities[i]);
    }
    return 0;
}

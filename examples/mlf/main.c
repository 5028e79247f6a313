/* SPDX-License-Identifier: Apache-2.0 */
/* As microTVM's applications call their models. */
#include <stdint.h>
#include <stdio.h>

#include "tvmgen_default.h"

static int8_t image[TVMGEN_DEFAULT_IMAGE_SIZE];
static int8_t probabilities[TVMGEN_DEFAULT_PROBABILITIES_SIZE];

int main(void)
{
    struct tvmgen_default_inputs inputs = {.image = image};
    struct tvmgen_default_outputs outputs = {.probabilities = probabilities};
    uint32_t i;
    for (i = 0; i < sizeof(image); i++) {
        image[i] = (int8_t)((int32_t)((i * 37u + 11u) & 255u) - 128);
    }
    if (tvmgen_default_run(&inputs, &outputs) != 0) {
        return 1;
    }
    for (i = 0; i < sizeof(probabilities); i++) {
        printf("%d\n", probabilities[i]);
    }
    return 0;
}

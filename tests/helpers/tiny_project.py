# SPDX-License-Identifier: Apache-2.0
"""A hand-written model of two layers that keeps to the interface of generated ones.

Layer 0 (at arena offset 8): y[i] = (w[i] * x[i] * multiplier) / 256, saturated.
Layer 1: scores[i] = y[i] + y[i + 1], by word loads from odd addresses; total = gain * sum of y.
"""

from __future__ import annotations

import numpy as np

from tvm_tiny.project_spec import IoSpec, ProjectSpec

COUNT = 21
WEIGHTS = [(7 * i + 3) % 255 - 127 for i in range(COUNT)]
MULTIPLIER = 77
Y_OFFSET = 8

HEADER = """\
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TINY_H
#define TINY_H
#include "tvm_tiny.h"
#if TVM_TINY_ABI != 1
#error "tiny.h was generated for tvm_tiny ABI 1"
#endif
#define TINY_ARENA_BYTES 40u
#define TINY_ARENA_ALIGN 8u
#define TINY_IMAGE_COUNT 21u
#define TINY_GAIN_COUNT 1u
#define TINY_SCORES_COUNT 20u
#define TINY_TOTAL_COUNT 1u
struct tiny_inputs { const int8_t *image; const float *gain; };
struct tiny_outputs { int8_t *scores; float *total; };
TVM_TINY_NODISCARD int tiny_run(void *arena, const struct tiny_inputs *in,
                                const struct tiny_outputs *out);
#endif
"""

MAIN = """\
/* SPDX-License-Identifier: Apache-2.0 */
#include "tiny.h"
#include "tiny_kernels.h"

int tiny_run(void *arena, const struct tiny_inputs *in, const struct tiny_outputs *out)
{
    int8_t *y;
    if (arena == NULL || in == NULL || out == NULL || in->image == NULL || out->scores == NULL) {
        return TVM_TINY_ERR_NULL;
    }
    if ((uintptr_t)arena % TINY_ARENA_ALIGN != 0) {
        return TVM_TINY_ERR_ALIGN;
    }
    y = (int8_t *)arena + 8;
    tiny_k_scale(in->image, y);
#if defined(TVM_TINY_TRACE) && TVM_TINY_TRACE
    tvm_tiny_layer_done(0);
#endif
    tiny_k_pairs(y, out->scores, in->gain, out->total);
#if defined(TVM_TINY_TRACE) && TVM_TINY_TRACE
    tvm_tiny_layer_done(1);
#endif
    return TVM_TINY_OK;
}
"""

KERNELS_HEADER = """\
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TINY_KERNELS_H
#define TINY_KERNELS_H
#include <stdint.h>
void tiny_k_scale(const int8_t *x, int8_t *y);
void tiny_k_pairs(const int8_t *y, int8_t *scores, const float *gain, float *total);
#endif
"""

KERNELS = """\
/* SPDX-License-Identifier: Apache-2.0 */
#include "tiny_kernels.h"
#include "tiny_weights.h"

static int8_t saturate(int32_t v)
{
    return (int8_t)(v < -128 ? -128 : v > 127 ? 127 : v);
}

void tiny_k_scale(const int8_t *x, int8_t *y)
{
    int32_t i;
    for (i = 0; i < 21; i++) {
        int64_t wide = (int64_t)tiny_w_0[i] * x[i] * tiny_t_0[0];
        y[i] = saturate((int32_t)(wide / 256));
    }
}

static uint32_t load(const int8_t *p)
{
    uint32_t word;
    __builtin_memcpy(&word, p, 4);
    return word;
}

void tiny_k_pairs(const int8_t *y, int8_t *scores, const float *gain, float *total)
{
    int32_t i, j, sum = 0;
    for (i = 0; i < 20; i += 4) {
        uint32_t low = load(y + i), high = load(y + i + 1);
        for (j = 0; j < 4; j++) {
            scores[i + j] = saturate((int8_t)(low >> (8 * j)) + (int8_t)(high >> (8 * j)));
        }
    }
    for (i = 0; i < 21; i++) {
        sum += y[i];
    }
    *total = (float)sum * *gain;
}
"""

WEIGHTS_HEADER = """\
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TINY_WEIGHTS_H
#define TINY_WEIGHTS_H
#include <stdint.h>
extern const int8_t tiny_w_0[21];
extern const int32_t tiny_t_0[1];
#endif
"""

WEIGHTS_SOURCE = f"""\
/* SPDX-License-Identifier: Apache-2.0 */
#include "tiny_weights.h"
const int8_t tiny_w_0[21] = {{{", ".join(map(str, WEIGHTS))}}};
const int32_t tiny_t_0[1] = {{{MULTIPLIER}}};
"""

SPEC = ProjectSpec(
    model="tiny",
    version="0.1.0",
    model_sha256="00" * 32,
    inputs=(
        IoSpec("image", "serving/image:0", (1, COUNT), "int8", COUNT, 0.5, -3),
        IoSpec("gain", "gain", (1, 1), "float32", 1),
    ),
    outputs=(
        IoSpec("scores", "scores", (1, COUNT - 1), "int8", COUNT - 1, 0.25, 4),
        IoSpec("total", "total", (1, 1), "float32", 1),
    ),
    arena_bytes=40,
    arena_align=8,
    layers=2,
    files={
        "include/tiny.h": HEADER,
        "src/tiny.c": MAIN,
        "src/tiny_kernels.c": KERNELS,
        "src/tiny_kernels.h": KERNELS_HEADER,
        "src/tiny_weights.c": WEIGHTS_SOURCE,
        "src/tiny_weights.h": WEIGHTS_HEADER,
    },
)


def layer_0(image: np.ndarray) -> np.ndarray:
    """Layer 0 in numpy: int8 (COUNT,) to int8 (COUNT,). C division truncates towards zero."""
    wide = image.astype(np.int64).ravel() * np.array(WEIGHTS) * MULTIPLIER
    return np.clip(np.sign(wide) * (np.abs(wide) // 256), -128, 127).astype(np.int8)


def expected(image: np.ndarray, gain: np.ndarray) -> dict[str, np.ndarray]:
    """Outputs in numpy for one sample."""
    y = layer_0(image).astype(np.int32)
    scores = np.clip(y[:-1] + y[1:], -128, 127).astype(np.int8).reshape(1, -1)
    total = np.float32(y.sum()) * gain.astype(np.float32).reshape(1, 1)
    return {"scores": scores, "total": total}


def bench_inputs() -> dict[str, np.ndarray]:
    """What the bench's main fills in."""
    image = ((np.arange(COUNT) * 37 + 11) % 256 - 128).astype(np.int8).reshape(1, -1)
    return {"image": image, "gain": np.full((1, 1), (11 - 128) / 128, np.float32)}

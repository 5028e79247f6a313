/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What TFLite_Detection_PostProcess makes of an SSD's boxes and scores: boxes decoded in float64, and
 * of boxes that overlap the best (non-maximum suppression), as TensorFlow Lite Micro's kernel chooses.
 */
#ifndef TVM_TINY_DETECTION_H
#define TVM_TINY_DETECTION_H

#include "tvm_tiny_floats.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What does not change from run to run; in this order in an array of int32. Floats by their bits. */
enum {
    TVM_TINY_DETECT_BOXES,     /* number of boxes */
    TVM_TINY_DETECT_STRIDE,    /* numbers that encode a box, 4 or more */
    TVM_TINY_DETECT_CLASSES,   /* without the background */
    TVM_TINY_DETECT_COLUMNS,   /* scores of a box, with the background if there is one */
    TVM_TINY_DETECT_MOST,      /* detections */
    TVM_TINY_DETECT_PER_CLASS, /* detections of a class; 0: of all classes at once */
    TVM_TINY_DETECT_SCORE,     /* least score */
    TVM_TINY_DETECT_OVERLAP,   /* most intersection over union */
    TVM_TINY_DETECT_SCALES     /* y, x, h, w */
};

/* Corners (ymin, xmin, ymax, xmax) of a box; all as (y, x, h, w). */
static inline void tvm_tiny_detect_corners(const float *code, const float *anchor,
                                           const int32_t *scales, float *box)
{
    int32_t k;
    for (k = 0; k < 2; ++k) {
        const double size = (double)anchor[2 + k];
        const double place = (double)code[k] / (double)tvm_tiny_float(scales[k]) * size;
        const double power = (double)code[2 + k] / (double)tvm_tiny_float(scales[2 + k]);
        const double limited = power > 700.0 ? 700.0 : power < -700.0 ? -700.0 : power;
        const float center = (float)(place + (double)anchor[k]);
        const float half = (float)(0.5 * tvm_tiny_wide_exp(limited) * size);
        box[k] = center - half;
        box[2 + k] = center + half;
    }
}

/* Intersection over union of two boxes. */
static inline float tvm_tiny_detect_overlap(const float *a, const float *b)
{
    const float first = (a[2] - a[0]) * (a[3] - a[1]);
    const float second = (b[2] - b[0]) * (b[3] - b[1]);
    float common;
    float both;
    if (first <= 0.0f || second <= 0.0f) {
        return 0.0f;
    }
    common = tvm_tiny_float_maximum(
        tvm_tiny_float_minimum(a[2], b[2]) - tvm_tiny_float_maximum(a[0], b[0]), 0.0f);
    common *= tvm_tiny_float_maximum(
        tvm_tiny_float_minimum(a[3], b[3]) - tvm_tiny_float_maximum(a[1], b[1]), 0.0f);
    both = first + second;
    return common / (both - common);
}

/*
 * The best box that is left (of equal ones the first), -1 for none; it and those that overlap it are
 * left no more: their score is no number then.
 */
static inline int32_t tvm_tiny_detect_next(const float *boxes, float *scores, const int32_t *fixed)
{
    const int32_t count = fixed[TVM_TINY_DETECT_BOXES];
    const float least = tvm_tiny_float(fixed[TVM_TINY_DETECT_SCORE]);
    const float most = tvm_tiny_float(fixed[TVM_TINY_DETECT_OVERLAP]);
    int32_t best = -1;
    int32_t i;
    for (i = 0; i < count; ++i) {
        if (scores[i] >= least && (best < 0 || scores[i] > scores[best])) {
            best = i;
        }
    }
    if (best < 0) {
        return -1;
    }
    for (i = 0; i < count; ++i) {
        const int32_t left = scores[i] >= least ? 1 : 0;
        if (i == best ||
            (left != 0 && tvm_tiny_detect_overlap(boxes + 4 * best, boxes + 4 * i) > most)) {
            scores[i] = tvm_tiny_float_nan();
        }
    }
    return best;
}

/* Of all classes at once: each box by its best class. Returns the number of detections. */
static inline int32_t tvm_tiny_detect_fast(const float *given, const float *boxes, float *scores,
                                           const int32_t *fixed, float *y)
{
    const int32_t classes = fixed[TVM_TINY_DETECT_CLASSES];
    const int32_t columns = fixed[TVM_TINY_DETECT_COLUMNS];
    const int32_t most = fixed[TVM_TINY_DETECT_MOST];
    int32_t found = 0;
    int32_t i;
    for (i = 0; i < fixed[TVM_TINY_DETECT_BOXES]; ++i) {
        const float *row = given + i * columns + (columns - classes);
        int32_t c;
        scores[i] = row[0];
        for (c = 1; c < classes; ++c) {
            scores[i] = row[c] > scores[i] ? row[c] : scores[i];
        }
    }
    while (found < most) {
        const int32_t best = tvm_tiny_detect_next(boxes, scores, fixed);
        const float *row;
        int32_t chosen = 0;
        int32_t c;
        if (best < 0) {
            break;
        }
        row = given + best * columns + (columns - classes);
        for (c = 1; c < classes; ++c) {
            chosen = row[c] > row[chosen] ? c : chosen;
        }
        for (c = 0; c < 4; ++c) {
            y[4 * found + c] = boxes[4 * best + c];
        }
        y[4 * most + found] = (float)chosen;
        y[5 * most + found] = row[chosen];
        ++found;
    }
    return found;
}

/* A detection among those so far, behind all that are as good. Returns their new number. */
static inline int32_t tvm_tiny_detect_insert(const float *box, int32_t class_, float score,
                                             int32_t found, int32_t most, float *y)
{
    int32_t at = found;
    int32_t i;
    while (at > 0 && y[5 * most + at - 1] < score) {
        --at;
    }
    if (at >= most) {
        return found;
    }
    found = found < most ? found + 1 : most;
    for (i = found - 1; i > at; --i) {
        int32_t c;
        for (c = 0; c < 4; ++c) {
            y[4 * i + c] = y[4 * (i - 1) + c];
        }
        y[4 * most + i] = y[4 * most + i - 1];
        y[5 * most + i] = y[5 * most + i - 1];
    }
    for (i = 0; i < 4; ++i) {
        y[4 * at + i] = box[i];
    }
    y[4 * most + at] = (float)class_;
    y[5 * most + at] = score;
    return found;
}

/* Class by class, and the best of all. */
static inline int32_t tvm_tiny_detect_regular(const float *given, const float *boxes, float *scores,
                                              const int32_t *fixed, float *y)
{
    const int32_t classes = fixed[TVM_TINY_DETECT_CLASSES];
    const int32_t columns = fixed[TVM_TINY_DETECT_COLUMNS];
    const int32_t count = fixed[TVM_TINY_DETECT_BOXES];
    int32_t found = 0;
    int32_t c;
    for (c = 0; c < classes; ++c) {
        const float *column = given + (columns - classes) + c;
        int32_t of_class;
        int32_t i;
        for (i = 0; i < count; ++i) {
            scores[i] = column[i * columns];
        }
        for (of_class = 0; of_class < fixed[TVM_TINY_DETECT_PER_CLASS]; ++of_class) {
            const int32_t best = tvm_tiny_detect_next(boxes, scores, fixed);
            if (best < 0) {
                break;
            }
            found = tvm_tiny_detect_insert(boxes + 4 * best, c, column[best * columns], found,
                                           fixed[TVM_TINY_DETECT_MOST], y);
        }
    }
    return found;
}

/*
 * y: boxes [most, 4], classes [most], scores [most], their number; what is not found is 0.
 * work: 5 numbers a box.
 */
static inline int32_t tvm_tiny_detect(const float *codes, const float *scores, const float *anchors,
                                      const int32_t *fixed, void *work, float *y)
{
    const int32_t count = fixed[TVM_TINY_DETECT_BOXES];
    const int32_t most = fixed[TVM_TINY_DETECT_MOST];
    float *boxes = (float *)work;
    float *left = boxes + 4 * count;
    int32_t i;
    for (i = 0; i < count; ++i) {
        tvm_tiny_detect_corners(codes + i * fixed[TVM_TINY_DETECT_STRIDE], anchors + 4 * i,
                                fixed + TVM_TINY_DETECT_SCALES, boxes + 4 * i);
    }
    for (i = 0; i <= 6 * most; ++i) {
        y[i] = 0.0f;
    }
    i = fixed[TVM_TINY_DETECT_PER_CLASS] > 0
            ? tvm_tiny_detect_regular(scores, boxes, left, fixed, y)
            : tvm_tiny_detect_fast(scores, boxes, left, fixed, y);
    y[6 * most] = (float)i;
    return 0;
}

#ifdef __cplusplus
}
#endif

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A model served over a serial line, in frames (tvm_tiny_link.h) and in the text commands of the
 * MLPerf Tiny runner (tvm_tiny_th.c). Both may come at any time; what begins with a zero byte is a
 * frame.
 *
 * Frames: the host asks, the device answers, one at a time. HELLO begins a session with sequence
 * number 0; each new request counts one up. A request with the number of the last one is answered
 * with the same bytes again and not carried out again; older ones are stale copies and ignored.
 */
#ifndef TVM_TINY_DEVICE_H
#define TVM_TINY_DEVICE_H

#include <stddef.h>
#include <stdint.h>

#include "tvm_tiny_link.h"
#include "tvm_tiny_port.h"

#define TVM_TINY_DEVICE_PROTOCOL 1u
#define TVM_TINY_DEVICE_REPLY 0x80u /* set in the kind of every answer */
#define TVM_TINY_DEVICE_MOST_RUNS 1000000u
#define TVM_TINY_DEVICE_STOP 3u /* Ctrl-C */

enum tvm_tiny_device_kind {
    TVM_TINY_DEVICE_HELLO = 1,
    TVM_TINY_DEVICE_LOAD = 2, /* offset u32, bytes: part of the block of inputs */
    TVM_TINY_DEVICE_RUN = 3,  /* runs u32 (1 to a million), CRC-32 of all inputs u32 */
    TVM_TINY_DEVICE_READ = 4  /* run u32, what u8, offset u32, count u16: part of a result */
};

enum tvm_tiny_device_what { TVM_TINY_DEVICE_OUTPUTS = 0, TVM_TINY_DEVICE_LAYER_TICKS = 1 };

enum tvm_tiny_device_status {
    TVM_TINY_DEVICE_OK = 0,
    TVM_TINY_DEVICE_DAMAGED = 1,      /* something came that was no frame: send it again */
    TVM_TINY_DEVICE_BAD_SESSION = 2,  /* the device was reset, or somebody else took over */
    TVM_TINY_DEVICE_BAD_SEQUENCE = 3, /* a request in between is missing */
    TVM_TINY_DEVICE_BAD_REQUEST = 4,  /* unknown kind, or a payload of the wrong size */
    TVM_TINY_DEVICE_BAD_RANGE = 5,    /* outside the inputs or results */
    TVM_TINY_DEVICE_BAD_INPUT = 6,    /* the inputs here are not those that the host means */
    TVM_TINY_DEVICE_BAD_RUN = 7,      /* there was another run since */
    TVM_TINY_DEVICE_BAD_MODEL = 8,    /* the model refused to run; its status is the payload */
    TVM_TINY_DEVICE_INTERRUPTED = 9   /* the line stopped it between two inferences */
};

/* How the runner's bytes become inputs, and outputs its results. */
enum tvm_tiny_th_form {
    TVM_TINY_TH_BYTES = 0,   /* the inputs' own bytes */
    TVM_TINY_TH_PIXELS = 1,  /* uint8, 128 more than the int8 input */
    TVM_TINY_TH_FEATURES = 2 /* float32 to be quantised; the result is the mean squared error */
};

struct tvm_tiny_device_tensor {
    uint32_t offset_bytes; /* in the block of inputs or outputs */
    uint32_t count;
    int is_float;
    float scale;
    int32_t zero_point;
    int32_t integer_bytes; /* of an element that is no float: 0 (which is 1), 1, 2 or 4 */
    int is_unsigned;
};

/* Everything constant about the model; the application owns the memory. */
struct tvm_tiny_device_model {
    const char *name;     /* C name */
    const char *build;    /* identifies the generated code, 16 characters */
    const char *th_model; /* what profile% says, e.g. "kws01" */
    const char *th_name;  /* what name% says */
    enum tvm_tiny_th_form th_form;
    const struct tvm_tiny_device_tensor *inputs;
    const struct tvm_tiny_device_tensor *outputs;
    uint32_t input_count, output_count;
    uint8_t *input_block, *output_block; /* the tensors, each begun at a multiple of 8 bytes */
    uint32_t input_bytes, output_bytes;
    float *features;       /* TVM_TINY_TH_FEATURES: inputs[0].count of them */
    uint32_t *layer_ticks; /* one for each layer, NULL unless compiled with TVM_TINY_TRACE */
    uint32_t layers;
    uint32_t arena_bytes;
    int (*run)(void); /* input block to output block; 0 or a TVM_TINY_ERR_ code */
};

#define TVM_TINY_TH_COMMAND_BYTES 80u

struct tvm_tiny_device {
    const struct tvm_tiny_device_model *model;
    struct tvm_tiny_clock clock;
    uint64_t ticks; /* the clock, extended */
    uint64_t last_byte_ticks;
    uint64_t layer_begin;
    uint32_t last_ticks;
    uint32_t run; /* number of the last run */
    /* frames */
    int in_frame;
    int open;    /* a session has begun */
    int pending; /* a frame came whole while the model ran, and is in link */
    int held;    /* a byte of text that came then, or -1 */
    int stopped; /* the line stopped the last run */
    uint32_t session;
    uint16_t sequence;
    size_t reply_bytes;
    uint8_t reply[TVM_TINY_LINK_FRAME_BYTES];
    struct tvm_tiny_link link;
    /* text */
    char command[TVM_TINY_TH_COMMAND_BYTES + 1u];
    uint32_t command_bytes;
    int command_bad;
    uint32_t load_bytes, loaded_bytes; /* announced by "db load", come by "db HH..." */
};

/* Opens the port and greets in text. */
void tvm_tiny_device_start(struct tvm_tiny_device *device,
                           const struct tvm_tiny_device_model *model);

/* Handles all bytes that have come in. Call it forever. */
void tvm_tiny_device_poll(struct tvm_tiny_device *device);

/*
 * Runs the model that often, at most a million times; ticks of all runs together. Returns the
 * model's status. Between two inferences Ctrl-C, or a frame that is not a copy of the last request
 * (another HELLO, say), stops it: device->stopped.
 */
int tvm_tiny_device_run(struct tvm_tiny_device *device, uint32_t runs, uint64_t *ticks);

/* To be called from tvm_tiny_layer_done and its like: what ran since belongs to that layer. */
void tvm_tiny_device_mark(struct tvm_tiny_device *device, int32_t layer);

/* Ticks since the start. */
uint64_t tvm_tiny_device_now(struct tvm_tiny_device *device);

/* tvm_tiny_th.c: greeting, and a byte of text. */
void tvm_tiny_th_start(struct tvm_tiny_device *device);
void tvm_tiny_th_push(struct tvm_tiny_device *device, uint8_t byte);

#endif /* TVM_TINY_DEVICE_H */
